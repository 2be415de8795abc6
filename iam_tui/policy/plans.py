"""What is known of one action beside one set of policies: worked out once, kept with the policies.

Which statements an action has to do with depends on the documents alone, and which layers apply on
the kind of caller; only resources, conditions and principals differ from request to request.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from iam_tui.policy import special
from iam_tui.policy.principals import Kind
from iam_tui.policy.requests import SHARED_PLANS, SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iam_tui.policy.documents import Document
    from iam_tui.policy.facts import Facts
    from iam_tui.policy.requests import Policies
    from iam_tui.policy.special import Action
    from iam_tui.policy.statements import Statement

Placed = tuple[int, "Statement"]
"""A statement with the place of its document in the layer."""

_PLAN_LIMIT = 8192
_SHARED_LIMIT = 20_000
_MADE = count(1)
_LIMITED = frozenset({Kind.USER, Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER})
_WITH_SESSION = frozenset({Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER, Kind.ASSUMED_ROOT})
_NO_ACCOUNT = frozenset({Kind.SERVICE, Kind.ANONYMOUS, Kind.PROVIDER})


class Candidates:
    """The statements of one layer whose action part takes in one action."""

    __slots__ = ("allows", "denies", "kind", "level", "names_principals", "open")

    def __init__(self, kind: LayerKind, level: int, found: Iterable[Placed]) -> None:
        placed = tuple(found)
        self.kind = kind
        self.level = level
        self.denies = tuple(item for item in placed if item[1].deny)
        self.allows = tuple(item for item in placed if not item[1].deny)
        self.names_principals = kind is LayerKind.RESOURCE or kind is LayerKind.ENDPOINT
        self.open = not self.names_principals and any(
            statement.everywhere and not statement.conditions for _, statement in self.allows
        )
        """Whether an Allow applies whatever is asked: nothing else needs to be looked at."""


class ActionCandidates:
    """All layers of one set of policies, narrowed down to one action."""

    __slots__ = ("boundary", "endpoint", "identity", "resource", "resource_control",
                 "service_control", "session")  # fmt: skip

    def __init__(self, policies: Policies, action: str) -> None:
        resource = () if policies.resource is None else (policies.resource,)
        self.identity = _narrowed(LayerKind.IDENTITY, policies.identity, action)
        self.boundary = _narrowed(LayerKind.BOUNDARY, policies.permissions_boundary or (), action)
        self.session = _narrowed(LayerKind.SESSION, policies.session, action)
        self.resource = _narrowed(LayerKind.RESOURCE, resource, action)
        self.endpoint = _narrowed(LayerKind.ENDPOINT, policies.endpoint, action)
        self.service_control = tuple(
            _narrowed(LayerKind.SERVICE_CONTROL, documents, action, level)
            for level, documents in enumerate(policies.service_control)
        )
        self.resource_control = tuple(
            _narrowed(LayerKind.RESOURCE_CONTROL, documents, action, level)
            for level, documents in enumerate(policies.resource_control)
        )


def _narrowed(
    kind: LayerKind, documents: Sequence[Document], action: str, level: int = 0
) -> Candidates:
    short = SHORT_ARNS[kind]
    return Candidates(
        kind,
        level,
        (
            (place, statement)
            for place, document in enumerate(documents)
            for statement in document.compiled.candidates(short, action)
        ),
    )


class Scope:
    """The layers that apply to one kind of caller (E3)."""

    __slots__ = (
        "denying",
        "escapes_resource",
        "has_boundary",
        "has_edge",
        "has_endpoint",
        "has_identity",
        "has_rcp",
        "has_scp",
        "has_session",
        "levels",
        "plan",
    )

    denying: tuple[Candidates, ...]
    """The layers with Denies that count, in AWS's order of wording (E7)."""
    levels: tuple[Candidates, ...]
    """The levels of SCPs at which an Allow has to be looked for."""

    def __init__(
        self, plan: Plan, kind: Kind, *, linked: bool, rcp: bool, escapes_resource: bool
    ) -> None:
        """Choose the layers.

        Args:
            plan: The action beside its policies.
            kind: What the caller is.
            linked: Whether it is a session of a service-linked role.
            rcp: Whether RCPs reach this action on this resource.
            escapes_resource: Whether Denies of the resource policy do not count (E54a).
        """
        policies, found = plan.policies, plan.candidates
        signed = not plan.action.unsigned
        limited = kind in _LIMITED and signed
        self.plan = plan
        self.escapes_resource = escapes_resource
        self.has_identity = limited
        self.has_boundary = limited and not linked and policies.permissions_boundary is not None
        self.has_session = (
            bool(policies.session) and kind in _WITH_SESSION and not linked and signed
        )
        self.has_edge = self.has_boundary or self.has_session or kind is Kind.FEDERATED_USER
        """Whether something limits the principal's own policies."""
        self.has_scp = (
            bool(policies.service_control) and kind not in _NO_ACCOUNT and not linked and signed
        )
        self.has_rcp = bool(policies.resource_control) and not linked and rcp
        self.has_endpoint = (
            bool(policies.endpoint)
            and kind not in (Kind.SERVICE, Kind.PROVIDER)
            and not linked
            and signed
        )
        self.levels = tuple(
            level for level in found.service_control if self.has_scp and not level.open
        )
        counted = self.layers(with_resource=not escapes_resource)
        self.denying = tuple(layer for layer in counted if layer.denies)

    def layers(self, *, with_resource: bool = True) -> Iterator[Candidates]:
        """Yield the layers that have a say, in AWS's order of wording (E7)."""
        found = self.plan.candidates
        if self.has_rcp:
            yield from found.resource_control
        if self.has_scp:
            yield from found.service_control
        if with_resource and self.plan.policies.resource is not None:
            yield found.resource
        if self.has_identity:
            yield found.identity
        if self.has_boundary:
            yield found.boundary
        if self.has_session:
            yield found.session
        if self.has_endpoint:
            yield found.endpoint


class Plan:
    """One action beside one set of policies."""

    __slots__ = ("_scopes", "action", "asks_rcp", "candidates", "facts", "limits", "policies")

    def __init__(self, policies: Policies, action: Action, facts: Facts) -> None:
        self.policies = policies
        self.action = action
        self.facts = facts
        self.candidates = ActionCandidates(policies, action.key)
        self.limits = (
            policies.permissions_boundary is not None
            or bool(policies.session)
            or bool(policies.service_control)
            or bool(policies.resource_control)
            or bool(policies.endpoint)
        )
        """Whether there is a layer from which service-linked roles are exempt."""
        self.asks_rcp = bool(policies.resource_control)
        self._scopes: dict[tuple[Kind, bool, bool, bool], Scope] = {}

    def scope(self, kind: Kind, linked: bool, rcp: bool, escapes_resource: bool) -> Scope:
        """Return the layers that apply to a kind of caller; kept."""
        key = (kind, linked, rcp, escapes_resource)
        found = self._scopes.get(key)
        if found is None:
            found = self._scopes[key] = Scope(
                self, kind, linked=linked, rcp=rcp, escapes_resource=escapes_resource
            )
        return found


def plan_of(policies: Policies, action: str, facts: Facts) -> Plan:
    """Return the plan of an action as asked; made once for equal policies."""
    plans = policies.plans
    found = plans.get(action)
    if found is None or found.facts is not facts:
        if len(plans) >= _PLAN_LIMIT:
            plans.clear()
        if not next(_MADE) % _SHARED_LIMIT:
            SHARED_PLANS.clear()
        found = plans[action] = Plan(policies, special.action_of(action, facts), facts)
    return found
