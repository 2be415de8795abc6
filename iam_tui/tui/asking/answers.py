"""Asking an account what is typed into the fields of Simulate; for worker threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from iam_tui import catalog
from iam_tui.analysis import simulate
from iam_tui.errors import UnknownName, UsageError
from iam_tui.formats.session_policies import session_policy_of
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iam_tui.account import Account
    from iam_tui.analysis import Simulation
    from iam_tui.policy.documents import Document
    from iam_tui.tui.asking.drafts import Request

Found = TypeVar("Found")
NOBODY = "there was no such principal"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request came to, now and before the edits."""

    request: Request
    found: Simulation
    before: str = ""
    """The decision before the edits, or why there was none; empty when there are no edits."""
    missing: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Context key that the request lacks -> values that were tried, with their decisions."""


@dataclass(frozen=True, slots=True)
class Timed(Generic[Found]):
    """What was found, and in how many milliseconds."""

    found: Found
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that cannot be asked."""

    request: Request
    problem: str


class Decided(NamedTuple):
    """A request of a file and its decision; its steps are worked out when they are asked for."""

    request: Request
    decision: str


Item = Answer | Failure | Decided


def asked(account: Account, request: Request) -> Simulation:
    """Decide one request.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When principal, action or session policy can be none.
        AccountFileError: When a session policy cannot be read.
    """
    return _asked(account, request, [session_policy_of(account, one) for one in request.session])


def _asked(account: Account, request: Request, session: list[Document]) -> Simulation:
    return simulate(
        account,
        request.principal,
        request.action,
        request.resource,
        context=request.context,
        resource_account=request.owner,
        credentials=request.credentials,
        session=session,
    )


def answered(account: Account, saved: Account | None, request: Request) -> Answer:
    """Decide one request, also as it was before the edits, and with keys that it lacks.

    Args:
        account: The account as the edits have made it.
        saved: The account before them; None: there are no edits.
        request: The request.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When principal, action or session policy can be none.
        AccountFileError: When a session policy cannot be read.
    """
    session = [session_policy_of(account, one) for one in request.session]
    found = _asked(account, request, session)
    before = ""
    if saved is not None:
        try:
            before = _asked(saved, request, session).decision.value
        except UnknownName:
            before = NOBODY
    missing = {}
    for key in found.missing:
        missing[key] = tuple(_tried(account, request, session, key, found))
    return Answer(request, found, before, missing)


def _tried(
    account: Account, request: Request, session: list[Document], key: str, found: Simulation
) -> Iterator[tuple[str, str]]:
    """Yield the values of a key that can be true or false alone, where they change the answer."""
    facts = catalog.condition_key(key)
    if facts is None or facts.type != "Bool":
        return
    for value in ("true", "false"):
        context = {**request.context, key: value}
        decision = _asked(account, request._replace(context=context), session).decision
        if decision is not found.decision:
            yield f"{key.rpartition(':')[2]}={value}", decision.value


def all_answered(
    account: Account,
    saved: Account | None,
    requests: tuple[Request, ...],
    should_stop: Callable[[], bool],
) -> list[Item]:
    """Decide several requests, those that can be asked.

    Raises:
        UnknownName: When there is one request, and the account has no such principal.
        UsageError: When there is one request, and principal or action can be none.
        AccountFileError: When a session policy cannot be read.
    """
    if len(requests) == 1:
        return [answered(account, saved, requests[0])]
    found: list[Item] = []
    for request in requests:
        if should_stop():
            break
        try:
            found.append(answered(account, saved, request))
        except (UnknownName, UsageError) as error:
            found.append(Failure(request, str(error)))
    return found


def wanted_keys(found: Simulation) -> dict[str, tuple[str, ...]]:
    """Return the context keys that statements about a request ask for, with the values they name.

    Those that the request lacks and that could change the answer come first.
    """
    keys: dict[str, list[str]] = {key: [] for key in found.missing}
    by_folded = {key.lower(): key for key in keys}
    action = found.request.action.lower()
    for kind, document in _documents(found):
        for statement in document.compiled.candidates(SHORT_ARNS[kind], action):
            written = document.statements[statement.index]
            conditions = written.get("Condition") if isinstance(written, dict) else None
            for inner in conditions.values() if isinstance(conditions, dict) else ():
                for key, value in inner.items() if isinstance(inner, dict) else ():
                    name = by_folded.setdefault(key.lower(), key)
                    values = value if isinstance(value, list) else [value]
                    keys.setdefault(name, []).extend(
                        str(one).lower() if isinstance(one, bool) else str(one) for one in values
                    )
    return {key: tuple(dict.fromkeys(values)) for key, values in keys.items()}


def _documents(found: Simulation) -> Iterator[tuple[LayerKind, Document]]:
    policies = found.policies
    yield from ((LayerKind.IDENTITY, one) for one in policies.identity)
    yield from ((LayerKind.SESSION, one) for one in policies.session)
    for level in policies.service_control:
        yield from ((LayerKind.SERVICE_CONTROL, one) for one in level)
    for level in policies.resource_control:
        yield from ((LayerKind.RESOURCE_CONTROL, one) for one in level)
    if policies.permissions_boundary is not None:
        yield from ((LayerKind.BOUNDARY, one) for one in policies.permissions_boundary)
    if policies.resource is not None:
        yield LayerKind.RESOURCE, policies.resource
