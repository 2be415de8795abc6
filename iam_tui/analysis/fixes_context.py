"""What a request would have to carry for a condition to hold, or for a Deny's not to.

Only keys that a caller can choose are looked at: nobody chooses the time, or who they are. What is
proposed is tried on the condition itself.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from ipaddress import ip_network
from typing import TYPE_CHECKING

from iam_tui.account.context import principal_context, resource_context
from iam_tui.policy.context import is_derivable
from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.evaluation import Question
from iam_tui.policy.facts import default_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.analysis.why_not_request import Trial
    from iam_tui.policy.conditions import Condition
    from iam_tui.policy.operators import Pattern
    from iam_tui.policy.statements import Statement

Keys = dict[str, str]

_NOT_CHOSEN = frozenset(
    {
        *("aws:currenttime", "aws:epochtime", "aws:tokenissuetime", "aws:multifactorauthage"),
        *("aws:userid", "aws:principalorgid", "aws:principalorgpaths", "aws:viaawsservice"),
        *("aws:resourceorgid", "aws:resourceorgpaths", "aws:resourceaccount"),
        *("aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:federatedprovider"),
        *("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"),
    }
)
"""Keys that the caller has no hand in."""
_LONG_TERM = frozenset({"user", "group", "root"})


def meeting(found: Trial, statement: Statement) -> Keys | None:
    """Return keys with which all conditions of a statement hold, or None.

    Args:
        found: The request as it was asked.
        statement: An Allow whose conditions alone fail.
    """
    made: Keys = {}
    for condition in statement.conditions:
        if condition.holds(found.question.context):
            continue
        value = _value(found, condition, holds=True)
        if value is None:
            return None
        made[spelled(condition.key)] = value
    return made or None


def escaping(found: Trial, statement: Statement) -> Iterator[Keys]:
    """Yield keys of which each lets a condition of a Deny not hold."""
    for condition in statement.conditions:
        value = _value(found, condition, holds=False)
        if value is not None:
            yield {spelled(condition.key): value}


def _value(found: Trial, condition: Condition, *, holds: bool) -> str | None:
    if condition.operator is None or not _is_chosen(found, condition.key):
        return None
    for pattern in condition.patterns:
        for value in _candidates(found, condition, pattern):
            if condition.holds(_with(found, condition.key, value).context) is holds:
                return value
    return None


def _is_chosen(found: Trial, key: str) -> bool:
    """Whether a key is the caller's to choose, rather than a fact of who or what it is."""
    if not key or key in _NOT_CHOSEN or is_derivable(key, found.question.principal):
        return False
    if key == "aws:requestedregion" and _follows(found):
        return False
    subject = found.simulation
    if key.startswith("aws:principaltag/") and subject.kind in _LONG_TERM:
        return False
    known = resource_context(found.account, found.ask.action, found.question.request.resource)
    if subject.applied.principal == subject.principal:
        known = {**known, **principal_context(found.account, found.ask.principal)}
    return key not in {name.lower() for name in known}


def _follows(found: Trial) -> bool:
    """Whether the region is known although nobody gave it: by the resource, or the service."""
    given = {name.lower() for name in found.ask.context}
    key = "aws:requestedregion"
    return key in found.question.context.values and key not in given


def _with(found: Trial, key: str, value: str) -> Question:
    request = found.ask.with_context({key: value}).of(found.account).request
    return Question(request, found.question.policies, default_facts())


def _candidates(found: Trial, condition: Condition, pattern: Pattern) -> Iterator[str]:
    """Yield values that a pattern may be about: what it matches, a number beside it, a host."""
    glob = pattern.resolve(found.question.context)
    if glob is not None:
        for filling in ("", "x"):
            yield "".join(piece if isinstance(piece, str) else filling for piece in glob)
    yield from _addresses(pattern.text)
    number = _number(pattern.text)
    if number is not None:
        yield from (str(number - 1), str(number + 1))
    if "Bool" in condition.name or condition.name == "Null":
        yield from ("true", "false")


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**18 else None


def _addresses(text: str) -> Iterator[str]:
    """Yield an address of a network: the first that a host can have."""
    if "/" not in text:
        return
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return
    yield str(network[1 if network.num_addresses > 2 else 0])
