"""The account file's own promises: which hold, which do not, and which an edit would break.

A wildcard in an assertion means *for every*: every principal, every action, every resource that it
takes in. `*` alone as the principal is every user and role of the account; the root user, which no
identity policy limits, a group and an `anonymous` caller are asked about by name.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.context import principal_context
from iam_tui.account.layers import layers
from iam_tui.analysis.assertions_requests import (
    Promised,
    principals_of,
    requests_of,
)
from iam_tui.analysis.surroundings import surroundings
from iam_tui.analysis.why_not_request import Ask
from iam_tui.errors import IamTuiError, UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iam_tui.account import Account, Assertion

_MOST_FAILURES = 5


class Failure(NamedTuple):
    """A request that is not as promised."""

    principal: str
    """Short reference, or the text of somebody outside the account."""
    action: str
    resource: str
    """The resource, or the pattern of those that nothing tells apart."""
    decision: str
    """SimulatePrincipalPolicy's word."""
    reason: str
    """One sentence."""


class AssertionResult(NamedTuple):
    """What became of a promise."""

    assertion: Assertion
    holds: bool
    reason: str
    """One sentence: why it holds or not, or why it cannot be checked."""
    failures: tuple[Failure, ...]
    """The first requests that are not as promised; none where it cannot be checked."""
    notes: tuple[str, ...]
    """What a reader must know: an action that is not in the catalogue, a policy that is not."""


def promise_in_words(assertion: Assertion) -> str:
    """Return a promise as a sentence."""
    where = "" if assertion.resource == "*" else f" on {assertion.resource}"
    keys = ", ".join(f"{key} = {_value(value)}" for key, value in assertion.context.items())
    when = f" with {keys}" if keys else ""
    return f"{assertion.principal} {assertion.expect} {assertion.action}{where}{when}"


def _value(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " and ".join(value)


def check(
    account: Account, *, should_stop: Callable[[], bool] | None = None
) -> tuple[AssertionResult, ...]:
    """Return what became of every promise of an account, in the order of the file.

    Args:
        account: The account.
        should_stop: Asked before every promise; when it says so, the rest is left out.
    """
    now = dt.datetime.now(tz=dt.UTC)
    found: list[AssertionResult] = []
    for assertion in account.assertions:
        if should_stop is not None and should_stop():
            break
        found.append(_checked(account, assertion, now))
    return tuple(found)


def broken_by(
    before: Account, after: Account, *, should_stop: Callable[[], bool] | None = None
) -> tuple[AssertionResult, ...]:
    """Return the promises that hold before a change and not after it.

    A promise that the change itself makes, and that does not hold, is among them. Only what may
    differ is asked again.

    Args:
        before: The account as it is.
        after: The account as an edit would make it.
        should_stop: Asked before every promise; when it says so, the rest is left out.
    """
    if before is after:
        return ()
    now = dt.datetime.now(tz=dt.UTC)
    kept = set(map(_key, before.assertions))
    found: list[AssertionResult] = []
    for assertion in after.assertions:
        if should_stop is not None and should_stop():
            break
        is_old = _key(assertion) in kept
        if is_old and not _may_differ(before, after, assertion):
            continue
        result = _checked(after, assertion, now)
        if not result.holds and not (is_old and not _checked(before, assertion, now).holds):
            found.append(result)
    return tuple(found)


def _key(assertion: Assertion) -> object:
    context = tuple(sorted((key, str(value)) for key, value in assertion.context.items()))
    return (
        assertion.principal,
        assertion.action,
        assertion.resource,
        assertion.expect,
        context,
    )


def _may_differ(before: Account, after: Account, assertion: Assertion) -> bool:
    """Whether a promise may come to something else in one account than in the other."""
    old, new = surroundings(before), surroundings(after)
    if (
        old.resource_number != new.resource_number
        or old.trust_number != new.trust_number
        or old.tags_number != new.tags_number
        or before.organization != after.organization
    ):
        return True
    try:
        principals = principals_of(after, assertion.principal)
        if principals != principals_of(before, assertion.principal):
            return True
        return any(_differs(before, after, principal) for principal in principals)
    except IamTuiError:
        return True


def _differs(before: Account, after: Account, principal: str) -> bool:
    """Whether what applies to a principal, or what is known of it, is not the same in both."""
    return layers(before, principal) != layers(after, principal) or (
        principal_context(before, principal) != principal_context(after, principal)
    )


# --- one promise --------------------------------------------------------------------------------


def _checked(account: Account, assertion: Assertion, now: dt.datetime) -> AssertionResult:
    try:
        return _asked(account, assertion, now)
    except (UnknownName, UsageError) as error:
        return AssertionResult(assertion, False, f"it cannot be checked: {error}", (), ())


def _asked(account: Account, assertion: Assertion, now: dt.datetime) -> AssertionResult:
    failures: list[Failure] = []
    notes: dict[str, None] = {}
    count, reason = 0, ""
    for promised in requests_of(account, _ask(assertion, now)):
        count += promised.requests
        if promised.allowed is (assertion.expect == "allowed"):
            reason = reason or _reason(promised)
            continue
        failures.append(_failure(account, promised))
        if len(failures) > _MOST_FAILURES:
            break
    for note in _notes(account, assertion, now):
        notes[note] = None
    if failures:
        reason = _said(failures)
    elif count != 1:
        reason = f"all {count} requests that it stands for are {assertion.expect}"
    shown = tuple(failures[:_MOST_FAILURES])
    return AssertionResult(assertion, not failures, reason, shown, tuple(notes))


def _ask(assertion: Assertion, now: dt.datetime) -> Ask:
    context = {
        key: value if isinstance(value, str) else list(value)
        for key, value in assertion.context.items()
    }
    return Ask(assertion.principal, assertion.action, assertion.resource, context, now=now)


def _reason(promised: Promised) -> str:
    return "" if promised.simulation is None else promised.simulation.reason


def _failure(account: Account, promised: Promised) -> Failure:
    found = promised.simulation or promised.ask.of(account)
    principal = account.reference(promised.ask.principal)
    named = "anonymous" if principal == "*" else principal
    return Failure(
        named,
        promised.ask.action,
        promised.part or promised.ask.resource or "*",
        found.decision.value,
        found.reason,
    )


def _said(failures: list[Failure]) -> str:
    """Return the first failure as a sentence, and how many more there are."""
    first, *rest = failures
    where = "" if first.resource == "*" else f" on {first.resource}"
    verb = "may" if first.decision == "allowed" else "may not"
    said = f"{first.principal} {verb} {first.action}{where}: {first.reason}"
    if not rest:
        return said
    more = f"more than {_MOST_FAILURES}" if len(failures) > _MOST_FAILURES else f"{len(failures)}"
    return f"{said} ({more} requests are not as promised)"


def _notes(account: Account, assertion: Assertion, now: dt.datetime) -> Iterator[str]:
    """Yield what has to be said of a promise that names one action: a typo would always hold."""
    if "*" in assertion.action or "?" in assertion.action:
        return
    principal = next(iter(principals_of(account, assertion.principal)))
    resource = None if "*" in assertion.resource else assertion.resource
    ask = _ask(assertion, now)._replace(principal=principal, resource=resource)
    found = ask.of(account)
    if not found.action_known:
        yield from (note for note in found.warnings if "catalogue" in note or "nearest" in note)
