"""The decision procedure: which layers apply to a request, and what they decide together.

IAM User Guide: "Policy evaluation logic" and its pages on same-account, cross-account and
explicit-deny evaluation (EVALUATION section 6; `F1` to `F11` are its steps). Everything that only
explains (steps, missing keys) is computed elsewhere, when somebody reads it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.policy import context as contexts
from iam_tui.policy import special
from iam_tui.policy.principals import Caller, Kind, Naming, Principal, parse_principal
from iam_tui.policy.requests import LayerKind
from iam_tui.policy.resources import Target, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam_tui.policy.conditions import Condition
    from iam_tui.policy.context import Context
    from iam_tui.policy.facts import Facts
    from iam_tui.policy.requests import Candidates, Policies, Request
    from iam_tui.policy.statements import Statement

Assume = Literal["actual", "allow", "deny"]
"""How conditions on keys that nobody gave are taken (EVALUATION rule P8)."""


class EvalDecision(StrEnum):
    """SimulatePrincipalPolicy's words."""

    ALLOWED = "allowed"
    IMPLICIT_DENY = "implicitDeny"
    EXPLICIT_DENY = "explicitDeny"


class Outcome(NamedTuple):
    """A decision with the place that made it."""

    decision: EvalDecision
    cause: str
    """`allowed:...`, `deny:LAYER`, `refused:WHY`, `ceiling:LAYER`, `none:WHY`."""


_LIMITED = frozenset({Kind.USER, Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER})
_WITH_SESSION = frozenset({Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER, Kind.ASSUMED_ROOT})
_NO_ACCOUNT = frozenset({Kind.SERVICE, Kind.ANONYMOUS, Kind.PROVIDER})
_ROOT = frozenset({Kind.ROOT, Kind.ASSUMED_ROOT})


class Question:
    """One request made ready: parsed, its context derived, the layers that apply chosen (E3)."""

    __slots__ = (
        "action",
        "assume",
        "caller",
        "candidates",
        "context",
        "forced",
        "has_boundary",
        "has_endpoint",
        "has_identity",
        "has_rcp",
        "has_scp",
        "has_session",
        "own",
        "policies",
        "principal",
        "request",
        "resource",
        "service_linked",
        "settled",
        "target",
    )

    def __init__(
        self,
        request: Request,
        policies: Policies,
        facts: Facts,
        assume: Assume = "actual",
        settled: frozenset[str] = frozenset(),
    ) -> None:
        action = special.action_of(request.action, facts)
        principal = parse_principal(
            request.principal, action.key if action.unsigned else ""
        )
        asked = request.resource or "*"
        self.request, self.policies, self.action, self.principal = (
            request, policies, action, principal
        )  # fmt: skip
        self.own = own = owner_of(request.resource_account, asked, principal)
        self.context = contexts.make(
            request.context,
            principal,
            own,
            action.service,
            unsigned=action.unsigned,
            facts=facts,
        )
        self.assume: Assume = assume
        self.settled = settled
        self.forced: dict[int, bool] = {}
        self.resource, self.target = self._authorised_resource(asked)
        self._choose_layers()
        self.candidates = policies.candidates(action.key)

    def _authorised_resource(self, asked: str) -> tuple[str, Target]:
        """Return what the request is authorised on: `*` or A8a's ARN for some actions (A8)."""
        action = self.action
        if action.list_resource is not None:
            arn, any_region = special.list_resource(
                action.list_resource, asked, self.principal, self.context
            )
            return arn, Target(arn, any_region=any_region)
        if action.wildcard_only:
            return "*", Target("*")
        return asked, target_of(asked)

    def _choose_layers(self) -> None:
        kind, policies, action = self.principal.kind, self.policies, self.action
        linked = special.is_service_linked(self.principal, self.context)
        self.service_linked = linked
        signed = not action.unsigned
        self.has_session = (
            bool(policies.session) and kind in _WITH_SESSION and not linked and signed
        )
        self.has_identity = kind in _LIMITED and signed
        self.has_boundary = (
            policies.permissions_boundary is not None and kind in _LIMITED and not linked and signed
        )
        self.has_scp = (
            bool(policies.service_control) and kind not in _NO_ACCOUNT and not linked and signed
        )
        self.has_rcp = (
            bool(policies.resource_control)
            and not linked
            and special.rcp_applies(action, self.resource, self.principal)
        )
        self.has_endpoint = (
            bool(policies.endpoint)
            and kind not in (Kind.SERVICE, Kind.PROVIDER)
            and not linked
            and signed
        )
        values = self.context.values
        self.caller = Caller(
            self.principal,
            values.get("aws:userid", (None,))[0],
            values.get(contexts.FEDERATING_USER, (None,))[0],
            self.has_boundary,
        )

    # --- one statement -------------------------------------------------------------------

    def applies(self, statement: Statement, kind: LayerKind) -> Naming | None:
        """Return how a statement that covers the action applies to the request, or None.

        Outside resource and endpoint policies the answer is `DIRECT` or None.
        """
        naming: Naming | None = Naming.DIRECT
        if kind is LayerKind.RESOURCE or kind is LayerKind.ENDPOINT:
            naming = self.reaches(statement, kind)
            if naming is None:
                return None
        if not self.covers(statement, kind) or not self.conditions_hold(statement):
            return None
        return naming

    def reaches(self, statement: Statement, kind: LayerKind) -> Naming | None:
        """Return how the principal element of a statement names the caller."""
        element = statement.principal
        if element is None:
            # No principal element: everyone in an endpoint policy (E51), nobody elsewhere (G6).
            return Naming.DIRECT if kind is LayerKind.ENDPOINT else None
        return element.applies(self.caller, deny=statement.deny)

    def covers(self, statement: Statement, kind: LayerKind) -> bool:
        """Whether the resource part takes in the request; trust policies have none (G5)."""
        if kind is LayerKind.RESOURCE and self.action.is_trust:
            return True
        return statement.covers_resource(self.target, self.context)

    def conditions_hold(self, statement: Statement) -> bool:
        """Whether all conditions hold, in the mode that was asked for."""
        if not statement.conditions:
            return True
        forced = self.forced.get(id(statement))
        if forced is not None:
            return forced
        context = self.context
        for condition in statement.conditions:
            if condition.operator is None:
                if not statement.deny:
                    return False
            elif self.assume != "actual" and self.is_open(condition):
                if (self.assume == "allow") is statement.deny:
                    return False
            elif not condition.holds(context):
                return False
        return True

    def is_open(self, condition: Condition) -> bool:
        """Whether a condition reads a key that is neither given nor derivable nor settled."""
        values = self.context.values
        return any(
            key not in values and key not in contexts.DERIVED_KEYS and not self._is_settled(key)
            for key in condition.keys
        )

    def _is_settled(self, key: str) -> bool:
        return key in self.settled or f"{key.partition('/')[0]}/" in self.settled

    # --- one layer -----------------------------------------------------------------------

    def denied(self, layer: Candidates) -> bool:
        """Whether some Deny of the layer applies."""
        kind = layer.kind
        return any(self.applies(statement, kind) is not None for _, statement in layer.denies)

    def allowed(self, layer: Candidates) -> bool:
        """Whether some Allow of the layer applies."""
        kind = layer.kind
        return any(self.applies(statement, kind) is not None for _, statement in layer.allows)

    def best_grant(self) -> Naming | None:
        """Return the best way in which an Allow of the resource policy names the caller (E12)."""
        best: Naming | None = None
        for _, statement in self.candidates.resource.allows:
            found = self.applies(statement, LayerKind.RESOURCE)
            if found is Naming.DIRECT:
                return found
            if found is not None and (best is None or found > best):
                best = found
        return best


def owner_of(stated: str | None, resource: str, principal: Principal) -> str | None:
    """Return the account that owns the resource (E2): stated, from the ARN, else the principal's."""
    if stated is not None:
        return stated
    if resource.startswith("arn:"):
        fields = resource.split(":", 5)
        if len(fields) == 6 and len(fields[4]) == 12 and fields[4].isdigit():
            return fields[4]
    return principal.account


NOTHING_IGNORED: frozenset[LayerKind] = frozenset()


def decide(question: Question, ignore: frozenset[LayerKind] = NOTHING_IGNORED) -> Outcome:
    """Decide a request.

    Args:
        question: The request made ready.
        ignore: Layers taken as if they neither denied nor limited; of the identity and the
            resource layer only the Denies are ignored. What "which layer blocks" asks.
    """
    at_once = _answered_at_once(question)
    if at_once is not None:
        return at_once
    denying = _explicit_deny(question, ignore)
    if denying is not None:
        return Outcome(EvalDecision.EXPLICIT_DENY, f"deny:{denying.value}")
    refused = special.refusal(
        question.action, question.resource, question.principal, question.context
    )
    if refused is not None:
        return Outcome(EvalDecision.IMPLICIT_DENY, f"refused:{refused}")
    ceiling = _ceiling(question, ignore)
    if ceiling is not None:
        return Outcome(EvalDecision.IMPLICIT_DENY, f"ceiling:{ceiling}")
    cause = _granted(question, ignore)
    word = EvalDecision.ALLOWED if cause.startswith("allowed") else EvalDecision.IMPLICIT_DENY
    return Outcome(word, cause)


def _answered_at_once(question: Question) -> Outcome | None:
    """F1: calls that no policy can affect (E40, E41)."""
    key = question.action.key
    if question.action.service != "sts":
        return None
    kind = question.principal.kind
    if key == "sts:getcalleridentity":
        if kind in (Kind.ANONYMOUS, Kind.PROVIDER):
            return Outcome(EvalDecision.IMPLICIT_DENY, "refused:GetCallerIdentity must be signed")
        return Outcome(EvalDecision.ALLOWED, "allowed:any signed caller may ask who it is")
    if key == "sts:getsessiontoken":
        if kind in (Kind.USER, Kind.ROOT) and not special.is_session_token(question.context):
            return Outcome(EvalDecision.ALLOWED, "allowed:GetSessionToken needs no permission")
        why = "refused:only IAM users and the root user, by long-term credentials, may call it"
        return Outcome(EvalDecision.IMPLICIT_DENY, why)
    return None


def _explicit_deny(question: Question, ignore: frozenset[LayerKind]) -> LayerKind | None:
    """F3: an explicit deny in any layer that applies wins; in AWS's order of wording (E7)."""
    for layer in denying_layers(question):
        if layer.denies and layer.kind not in ignore and question.denied(layer):
            return layer.kind
    return None


def denying_layers(question: Question) -> Iterable[Candidates]:
    """Yield the layers whose Denies count for this request."""
    candidates = question.candidates
    if question.has_rcp:
        yield from candidates.resource_control
    if question.has_scp:
        yield from candidates.service_control
    if question.policies.resource is not None and not special.owner_escapes_bucket_policy(
        question.action, question.principal, question.own
    ):
        yield candidates.resource
    if question.has_identity:
        yield candidates.identity
    if question.has_boundary:
        yield candidates.boundary
    if question.has_session:
        yield candidates.session
    if question.has_endpoint:
        yield candidates.endpoint


def _ceiling(question: Question, ignore: frozenset[LayerKind]) -> str | None:
    """F5: every SCP level and the endpoint policy must allow (E29, E51)."""
    if question.has_scp and LayerKind.SERVICE_CONTROL not in ignore:
        for layer in question.candidates.service_control:
            if not question.allowed(layer):
                return f"{LayerKind.SERVICE_CONTROL.value}:{layer.level}"
    if question.has_endpoint and LayerKind.ENDPOINT not in ignore:
        if not question.allowed(question.candidates.endpoint):
            return LayerKind.ENDPOINT.value
    return None


class _Sides(NamedTuple):
    """F8: what the principal's own side says."""

    boundary: bool
    session: bool
    identity: bool

    @property
    def edge(self) -> bool:
        return self.boundary and self.session

    @property
    def inner(self) -> bool:
        return self.identity and self.edge


def _sides(question: Question, ignore: frozenset[LayerKind]) -> _Sides:
    kind = question.principal.kind
    candidates = question.candidates
    session = (
        not question.has_session
        or LayerKind.SESSION in ignore
        or question.allowed(candidates.session)
    )
    if kind in _ROOT:
        return _Sides(boundary=True, session=session, identity=True)
    if kind is Kind.FEDERATED_USER and not question.has_session:
        # Without a session policy a federated user has only what names it directly (E27).
        return _Sides(boundary=False, session=False, identity=False)
    boundary = (
        not question.has_boundary
        or LayerKind.BOUNDARY in ignore
        or question.allowed(candidates.boundary)
    )
    identity = question.has_identity and question.allowed(candidates.identity)
    return _Sides(boundary, session, identity)


def _granted(question: Question, ignore: frozenset[LayerKind]) -> str:
    """F6 to F11: who grants, and whether what limits lets it through."""
    principal, action = question.principal, question.action
    kind = principal.kind
    known = question.policies.resource is not None
    grant = question.best_grant() if known else None
    if kind in _NO_ACCOUNT or action.unsigned:
        return _granted_by_resource_alone(question, grant)
    sides = _sides(question, ignore)
    if kind is Kind.ASSUMED_ROOT and not sides.session:
        return "none:session"
    if question.own != principal.account:
        return _granted_across(question, sides, grant)
    needs_key_policy = special.demands_its_policy(action, question.resource)
    demands = known and action.is_trust or needs_key_policy and (known or question.resource != "*")
    if grant is Naming.DIRECT:
        if action.is_trust and kind is Kind.USER and not sides.boundary:
            return "none:boundary"
        return "allowed:resource"
    if grant in (Naming.ROLE, Naming.USER) and sides.edge:
        return "allowed:resource"
    if sides.inner and (not demands or grant is Naming.ACCOUNT):
        return "allowed:identity"
    return f"none:{_lacking(question, sides, grant, demands=demands)}"


def _granted_by_resource_alone(question: Question, grant: Naming | None) -> str:
    """F6, E44: services, anonymous callers and providers have nothing but the resource policy."""
    if question.action.unsigned and question.principal.kind is not Kind.PROVIDER:
        return "none:provider"
    if grant is Naming.DIRECT:
        return "allowed:resource"
    return "none:resource" if question.policies.resource is not None else "none:unknown-resource"


def _granted_across(question: Question, sides: _Sides, grant: Naming | None) -> str:
    """F11: both sides must agree across accounts (E9)."""
    if question.action.key == "sts:assumeroot":
        return "allowed:identity" if sides.inner else f"none:{_lacking(question, sides, grant)}"
    if grant is None:
        return "none:unknown-owner" if question.policies.resource is None else "none:owner"
    if sides.inner:
        return "allowed:both"
    return f"none:{_lacking(question, sides, grant)}"


def _lacking(
    question: Question, sides: _Sides, grant: Naming | None, *, demands: bool = False
) -> str:
    if demands and grant is None:
        if question.policies.resource is None:
            return "unknown-key-policy"
        return "trust" if question.action.is_trust else "key-policy"
    if question.principal.kind is Kind.FEDERATED_USER and not question.has_session:
        return "federated"
    granted = sides.identity or grant in (Naming.ROLE, Naming.USER, Naming.DIRECT)
    if granted and not sides.boundary:
        return "boundary"
    if granted and not sides.session:
        return "session"
    return "identity"
