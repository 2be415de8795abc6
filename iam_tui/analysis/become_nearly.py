"""Whom somebody could almost become: roles that one thing alone keeps it from assuming.

The trust policy and the permission have to agree; where one of the two is there, people want to
know what the other lacks. Each layer in turn is taken as if it let the caller pass, and the same
call asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.analysis.become import ASSUME_ROLE, SESSION_NAME
from iam_tui.analysis.probing import Prober
from iam_tui.policy.decision import authorize
from iam_tui.policy.documents import Document
from iam_tui.policy.globs import matches
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iam_tui.analysis.become import Becoming
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.policy.documents import JsonValue
    from iam_tui.policy.requests import ContextValue, Policies


class NearRole(NamedTuple):
    """A role that only one thing keeps it from assuming."""

    role: str
    """Its ARN."""
    missing: str
    """What does not allow it, or denies it: `trust policy`, `permission`, `permissions boundary`,
    `session policies`, `SCPs`, `RCPs`."""
    is_denied: bool
    """Whether it is denied there explicitly; else an Allow is missing."""
    reason: str
    """One sentence that says what decided."""


def nearly(
    someone: Becoming, context: dict[str, ContextValue], should_stop: Callable[[], bool] | None
) -> tuple[NearRole, ...]:
    """Return the roles of the account that only one thing keeps somebody from assuming.

    Args:
        someone: Who asks.
        context: Context keys of the call.
        should_stop: Asked for every role; when it says so, the roles so far are given.
    """
    keys = {"sts:RoleSessionName": SESSION_NAME, **context}
    found: list[NearRole] = []
    for role in _considered(someone):
        if should_stop is not None and should_stop():
            break
        asked = someone.simulate(ASSUME_ROLE, role, context=keys)
        if someone.depends_on(asked) is None:
            missing = _missing(asked, someone.settled(asked))
            if missing is not None:
                found.append(missing)
    return tuple(found)


def _considered(someone: Becoming) -> Iterator[str]:
    """Yield the roles of the account that trust somebody, or that a policy of theirs is about."""
    prober = Prober(someone.account, someone.principal)
    if prober.kind == "root":
        return  # The root user cannot assume roles (E43).
    trusting = set(someone.possible())
    short = SHORT_ARNS[LayerKind.IDENTITY]
    patterns = [
        pattern
        for document in prober.layers.documents
        for statement in document.compiled.candidates(short, ASSUME_ROLE.lower())
        if not statement.deny
        for pattern in statement.resources or ()
    ]
    for role in someone.account.roles:
        if role in trusting or any(
            pattern.is_everything or pattern.glob is None or matches(pattern.glob, role)
            for pattern in patterns
        ):
            yield role


def _missing(asked: Simulation, settled: frozenset[str]) -> NearRole | None:
    """Return the one thing that keeps somebody from a role, whatever the context is."""
    request = asked.request
    found = authorize(request, asked.policies, assume="allow", settled=settled)
    outcomes: dict[str, set[str]] = {}
    for layer in found.layers.values():
        outcomes.setdefault(layer.name, set()).add(layer.outcome)
    for kind, word, policies in _without(asked.policies, request.principal):
        said = outcomes.get(kind.value, set())
        is_guilty = bool(said & {"explicit", "implicit"})
        if is_guilty and authorize(request, policies, assume="allow", settled=settled).allowed:
            return NearRole(
                request.resource, word, is_denied="explicit" in said, reason=found.reason
            )
    return None


def _without(policies: Policies, principal: str) -> Iterator[tuple[LayerKind, str, Policies]]:
    """Yield each layer with its name, and the policies as if it let a principal pass."""
    allow: dict[str, JsonValue] = {"Effect": "Allow", "Action": "sts:*"}
    trust = Document.of({"Statement": [{**allow, "Principal": {"AWS": principal}}]})
    permit = Document.of({"Statement": [{**allow, "Resource": "*"}]})
    yield LayerKind.RESOURCE, "trust policy", policies.with_(resource=trust)
    yield LayerKind.IDENTITY, "permission", policies.with_(identity=(permit,))
    boundary = policies.with_(permissions_boundary=None)
    yield LayerKind.BOUNDARY, "permissions boundary", boundary
    yield LayerKind.SESSION, "session policies", policies.with_(session=())
    yield LayerKind.SERVICE_CONTROL, "SCPs", policies.with_(service_control=())
    yield LayerKind.RESOURCE_CONTROL, "RCPs", policies.with_(resource_control=())
