"""The decision procedure: which layers apply to a request, and what they decide together.

IAM User Guide: "Policy evaluation logic" and its pages on same-account, cross-account and
explicit-deny evaluation (EVALUATION section 6; `F1` to `F11` are its steps). Everything that only
explains (steps, missing keys) is computed elsewhere, when somebody reads it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.policy import special
from iam_tui.policy.context import FEDERATING_USER, Context, is_derivable
from iam_tui.policy.plans import plan_of
from iam_tui.policy.principals import Caller, Kind, Naming, Principal, parse_principal
from iam_tui.policy.requests import LayerKind
from iam_tui.policy.resources import Target, target_of

if TYPE_CHECKING:
    from iam_tui.policy.conditions import Condition
    from iam_tui.policy.facts import Facts
    from iam_tui.policy.plans import ActionCandidates, Candidates, Scope
    from iam_tui.policy.requests import Policies, Request
    from iam_tui.policy.special import Action
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
    how: str
    """`allowed`, `deny`, `refused`, `ceiling` or `none`."""
    what: str
    """The layer, or what is lacking, or why AWS refuses."""
    level: int = 0
    """Of SCPs, for a ceiling."""


NOTHING_SETTLED: frozenset[str] = frozenset()
NOTHING_IGNORED: frozenset[LayerKind] = frozenset()

_DIRECT, _ACCOUNT = Naming.DIRECT, Naming.ACCOUNT
_USER, _FEDERATED_USER, _ASSUMED_ROOT = Kind.USER, Kind.FEDERATED_USER, Kind.ASSUMED_ROOT
_PROVIDER = Kind.PROVIDER
_RESOURCE, _ENDPOINT = LayerKind.RESOURCE, LayerKind.ENDPOINT
_SCP, _BOUNDARY, _SESSION = LayerKind.SERVICE_CONTROL, LayerKind.BOUNDARY, LayerKind.SESSION


def _outcomes(decision: EvalDecision, how: str, *names: str) -> dict[str, Outcome]:
    return {name: Outcome(decision, how, name) for name in names}


_DENIED = _outcomes(EvalDecision.EXPLICIT_DENY, "deny", *LayerKind)
_ALLOWED = _outcomes(EvalDecision.ALLOWED, "allowed", "identity", "resource", "both")
_LACKING = _outcomes(
    EvalDecision.IMPLICIT_DENY,
    "none",
    *("identity", "boundary", "session", "federated", "provider", "resource", "unknown-resource"),
    *("owner", "unknown-owner", "trust", "key-policy", "unknown-key-policy"),
)


class Question:
    """One request made ready: parsed, its context derived, the layers that apply chosen (E3)."""

    __slots__ = (
        "_caller",
        "action",
        "assume",
        "candidates",
        "context",
        "forced",
        "own",
        "policies",
        "principal",
        "request",
        "resource",
        "scope",
        "service_linked",
        "settled",
        "target",
    )

    request: Request
    policies: Policies
    action: Action
    principal: Principal
    own: str | None
    """The account that owns the resource (E2)."""
    context: Context
    resource: str
    """What the action is authorised on (A8, A8a)."""
    target: Target | None
    """None: the one resource that `resource` names."""
    scope: Scope
    candidates: ActionCandidates
    forced: dict[int, bool]
    """By a statement's `id`: whether its open parts are taken as matching."""

    def __init__(
        self,
        request: Request,
        policies: Policies,
        facts: Facts,
        assume: Assume = "actual",
        settled: frozenset[str] = NOTHING_SETTLED,
    ) -> None:
        plan = policies.plans.get(request.action)
        if plan is None or plan.facts is not facts:
            plan = plan_of(policies, request.action, facts)
        action = plan.action
        principal = _principal_of(request.principal, action)
        asked = request.resource or "*"
        # What a wildcard-only action names plays no part, its account neither (A8).
        resource = "*" if action.fixed_resource else asked
        own = owner_of(request.resource_account, resource, principal)
        context = Context(request.context, principal, own, action, facts)
        self.request = request
        self.policies = policies
        self.action = action
        self.principal = principal
        self.own = own
        self.context = context
        self.assume = assume
        self.settled = settled
        self.forced = {}
        self._caller: Caller | None = None
        self.target = None
        if not action.fixed_resource:
            self.target = target_of(resource) if "*" in resource else None
        elif action.list_resource is not None:
            resource, any_region = special.list_resource(action, asked, principal, context)
            self.target = Target(resource, any_region=True) if any_region else None
        self.resource = resource
        linked = (
            plan.limits
            and principal.role is not None
            and special.is_service_linked(principal, context)
        )
        self.service_linked = linked
        self.candidates = plan.candidates
        self.scope = plan.scope(
            principal.kind,
            linked,
            plan.asks_rcp and special.rcp_applies(action, resource, principal),
            action.of_bucket_policy and principal.is_root and own == principal.account,
        )

    @property
    def caller(self) -> Caller:
        """The principal with what the context adds to its identity."""
        found = self._caller
        if found is None:
            values = self.context.values
            found = self._caller = Caller(
                self.principal,
                values.get("aws:userid", (None,))[0],
                values.get(FEDERATING_USER, (None,))[0],
                self.scope.has_boundary,
            )
        return found

    # --- one statement -------------------------------------------------------------------

    def applies(self, statement: Statement, kind: LayerKind) -> Naming | None:
        """Return how a statement that covers the action applies to the request, or None.

        Outside resource and endpoint policies the answer is `DIRECT` or None.
        """
        naming: Naming | None = _DIRECT
        if kind is _RESOURCE or kind is _ENDPOINT:
            naming = self.reaches(statement, kind)
            if naming is None:
                return None
        return naming if self.holds(statement, kind) else None

    def reaches(self, statement: Statement, kind: LayerKind) -> Naming | None:
        """Return how the principal element of a statement names the caller."""
        element = statement.principal
        if element is None:
            # No principal element: everyone in an endpoint policy (E51), nobody elsewhere (G6).
            return _DIRECT if kind is _ENDPOINT else None
        return element.applies(self.caller, deny=statement.deny)

    def holds(self, statement: Statement, kind: LayerKind) -> bool:
        """Whether the resource part and the conditions of a statement fit the request."""
        if self.forced and id(statement) in self.forced:
            return self.forced[id(statement)]
        if not statement.everywhere and not self.covers(statement, kind):
            return False
        return not statement.conditions or self.conditions_hold(statement)

    def covers(self, statement: Statement, kind: LayerKind) -> bool:
        """Whether the resource part takes in the request; trust policies have none (G5)."""
        if kind is _RESOURCE and self.action.is_trust:
            return True
        if self.target is None:
            return statement.covers_one(self.resource, self.context)
        return statement.covers(self.target, self.context)

    def conditions_hold(self, statement: Statement) -> bool:
        """Whether all conditions hold, in the mode that was asked for."""
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
        return any(self.is_open_key(key) for key in condition.keys)

    def is_open_key(self, key: str) -> bool:
        """Whether a lower-case key is absent and could be there."""
        if key in self.context.values or is_derivable(key, self.principal):
            return False
        return key not in self.settled and f"{key.partition('/')[0]}/" not in self.settled

    # --- one layer -----------------------------------------------------------------------

    def denied(self, layer: Candidates) -> bool:
        """Whether some Deny of the layer applies."""
        kind = layer.kind
        if layer.names_principals:
            return any(self.applies(statement, kind) is not None for _, statement in layer.denies)
        for _, statement in layer.denies:  # noqa: SIM110 - a generator would cost more
            if self.holds(statement, kind):
                return True
        return False

    def allowed(self, layer: Candidates) -> bool:
        """Whether some Allow of the layer applies."""
        if layer.open:
            return True
        kind = layer.kind
        if layer.names_principals:
            return any(self.applies(statement, kind) is not None for _, statement in layer.allows)
        for _, statement in layer.allows:  # noqa: SIM110 - a generator would cost more
            if self.holds(statement, kind):
                return True
        return False

    def best_grant(self) -> Naming | None:
        """Return the best way in which an Allow of the resource policy names the caller (E12)."""
        best: Naming | None = None
        for _, statement in self.candidates.resource.allows:
            found = self.applies(statement, _RESOURCE)
            if found is _DIRECT:
                return found
            if found is not None and (best is None or found > best):
                best = found
        return best


def _principal_of(text: str, action: Action) -> Principal:
    try:
        return parse_principal(text, action.key if action.is_trust else "")
    except TypeError:
        msg = f"{text!r} is no principal: expected a text"
        raise ValueError(msg) from None


def owner_of(stated: str | None, resource: str, principal: Principal) -> str | None:
    """Return the owner of the resource (E2): stated, from the ARN, else the principal's account."""
    if stated:
        return stated
    if resource.startswith("arn:"):
        fields = resource.split(":", 5)
        if len(fields) == 6:
            account = fields[4]
            if len(account) == 12 and account.isdigit():
                return account
    return principal.account


def decide(question: Question, ignore: frozenset[LayerKind] = NOTHING_IGNORED) -> Outcome:
    """Decide a request.

    Args:
        question: The request made ready.
        ignore: Layers taken as if they neither denied nor limited; of the identity and the
            resource layer only the Denies are ignored. What "which layer blocks" asks.
    """
    action = question.action
    if action.service == "sts":
        at_once = _answered_at_once(question)
        if at_once is not None:
            return at_once
    # F3: an explicit deny in any layer that applies wins.
    for layer in question.scope.denying:
        if layer.kind not in ignore and question.denied(layer):
            return _DENIED[layer.kind]
    refused = _refused(question)
    if refused is not None:
        return Outcome(EvalDecision.IMPLICIT_DENY, "refused", refused)
    if question.scope.levels or question.scope.has_endpoint:
        ceiling = _ceiling(question, ignore)
        if ceiling is not None:
            return ceiling
    return _granted(question, ignore)


def _answered_at_once(question: Question) -> Outcome | None:
    """F1: calls that no policy can affect (E40, E41)."""
    key, kind = question.action.key, question.principal.kind
    if key == "sts:getcalleridentity":
        if kind in (Kind.ANONYMOUS, Kind.PROVIDER):
            why = "GetCallerIdentity must be signed"
            return Outcome(EvalDecision.IMPLICIT_DENY, "refused", why)
        return Outcome(EvalDecision.ALLOWED, "allowed", "any signed caller may ask who it is")
    if key == "sts:getsessiontoken":
        if kind in (Kind.USER, Kind.ROOT) and not special.is_session_token(question.context):
            return Outcome(EvalDecision.ALLOWED, "allowed", "GetSessionToken needs no permission")
        why = "only IAM users and the root user, by long-term credentials, may call it"
        return Outcome(EvalDecision.IMPLICIT_DENY, "refused", why)
    return None


def _refused(question: Question) -> str | None:
    """F4: what AWS refuses whatever the Allows say."""
    resource, principal = question.resource, question.principal
    if not resource.startswith(principal.arn_start) and special.crosses_partitions(
        resource, principal
    ):
        return "the resource is in another partition than the principal"
    action = question.action
    if not action.guarded:
        return None
    return special.refusal(action, resource, principal, question.context)


def _ceiling(question: Question, ignore: frozenset[LayerKind]) -> Outcome | None:
    """F5: every SCP level and the endpoint policy must allow (E29, E51)."""
    scope = question.scope
    for layer in scope.levels:
        if _SCP not in ignore and not question.allowed(layer):
            return Outcome(EvalDecision.IMPLICIT_DENY, "ceiling", layer.kind, layer.level)
    if scope.has_endpoint and _ENDPOINT not in ignore:
        layer = question.candidates.endpoint
        if not question.allowed(layer):
            return Outcome(EvalDecision.IMPLICIT_DENY, "ceiling", layer.kind)
    return None


def _granted(question: Question, ignore: frozenset[LayerKind]) -> Outcome:
    """F6 to F11: who grants, and whether what limits lets it through."""
    principal, action = question.principal, question.action
    known = question.policies.resource is not None
    grant = question.best_grant() if known else None
    if principal.account is None or principal.kind is _PROVIDER or action.unsigned:
        return _granted_by_resource_alone(question, grant)
    edge = _edge(question, ignore) if question.scope.has_edge else None
    if edge is not None and principal.kind is _ASSUMED_ROOT:
        return _LACKING[edge]
    if question.own != principal.account:
        return _granted_across(question, grant, edge)
    if grant is _DIRECT:
        limited = edge is not None and action.is_trust and principal.kind is _USER
        return _LACKING["boundary"] if limited else _ALLOWED["resource"]
    if edge is None and grant is not None and grant is not _ACCOUNT:
        return _ALLOWED["resource"]
    if grant is None and action.demands_policy:
        lacking = _lacking_policy(question, known=known)
        if lacking is not None:
            return _LACKING[lacking]
    return _granted_by_identity(question, grant, edge, "identity")


def _edge(question: Question, ignore: frozenset[LayerKind]) -> str | None:
    """F8: which ceiling of the principal's own side does not let the request through, or None."""
    scope, candidates = question.scope, question.candidates
    if question.principal.kind is _FEDERATED_USER and not scope.has_session:
        # Without a session policy a federated user has only what names it directly (E27).
        return "federated"
    if scope.has_boundary and _BOUNDARY not in ignore and not question.allowed(candidates.boundary):
        return "boundary"
    if scope.has_session and _SESSION not in ignore and not question.allowed(candidates.session):
        return "session"
    return None


def _granted_by_identity(
    question: Question, grant: Naming | None, edge: str | None, allowed: str
) -> Outcome:
    """F8, F9: the identity's own policies; the root user has everything."""
    identity = question.principal.is_root or (
        question.scope.has_identity and question.allowed(question.candidates.identity)
    )
    if edge is None:
        return _ALLOWED[allowed] if identity else _LACKING["identity"]
    is_granted = identity or edge == "federated" or (grant is not None and grant is not _ACCOUNT)
    return _LACKING[edge] if is_granted else _LACKING["identity"]


def _lacking_policy(question: Question, *, known: bool) -> str | None:
    """Return which policy of the resource must take part and does not: trust, key (E43, E48)."""
    action, resource = question.action, question.resource
    if action.is_trust:
        return "trust" if known else None
    if not special.is_key(resource):
        return None
    if known:
        return "key-policy"
    # Asked on any key, identity decides: some key could pass.
    return None if resource == "*" else "unknown-key-policy"


def _granted_by_resource_alone(question: Question, grant: Naming | None) -> Outcome:
    """F6, E44: services, anonymous callers and providers have nothing but the resource policy."""
    principal = question.principal
    if principal.account is not None and principal.kind is not _PROVIDER:
        return _LACKING["provider"]
    if grant is _DIRECT:
        return _ALLOWED["resource"]
    known = question.policies.resource is not None
    return _LACKING["resource" if known else "unknown-resource"]


def _granted_across(question: Question, grant: Naming | None, edge: str | None) -> Outcome:
    """F11: both sides must agree across accounts (E9)."""
    if question.action.key == "sts:assumeroot":
        return _granted_by_identity(question, grant, edge, "identity")
    if grant is None:
        known = question.policies.resource is not None
        return _LACKING["owner" if known else "unknown-owner"]
    return _granted_by_identity(question, grant, edge, "both")
