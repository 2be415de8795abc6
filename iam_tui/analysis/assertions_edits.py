"""From an answer to a promise: the edit that keeps what was found as an assertion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.edits import PutAssertion
from iam_tui.analysis.assertions_requests import ANONYMOUS
from iam_tui.errors import IamTuiError

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.analysis.why_not_request import Ask
    from iam_tui.policy.requests import ContextValue


def assertion_edit(account: Account, ask: Ask, *, allowed: bool, why: str = "") -> PutAssertion:
    """Return the edit that promises that a request stays as it was answered.

    Whether the promise holds is told by `broken_by(account, edit.apply(account))`: a wildcard
    that was asked as a resource, or no resource at all, means *every* resource in an assertion.

    Args:
        account: The account that answered.
        ask: The request; an action with wildcards is a promise about each of them.
        allowed: What was answered.
        why: What the promise is good for.
    """
    context = {key: _text(value) for key, value in ask.context.items()}
    return PutAssertion(
        principal=_principal(account, ask.principal),
        action=ask.action,
        resource=ask.resource or "*",
        expect="allowed" if allowed else "denied",
        context=context,
        why=why,
    )


def _text(value: ContextValue) -> str | tuple[str, ...]:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else tuple(value)


def _principal(account: Account, principal: str) -> str:
    """Return a principal as assertions name it, short where the account has it."""
    if principal in ("*", ANONYMOUS):
        return ANONYMOUS
    if principal.startswith("arn:"):
        return account.reference(principal)
    try:
        return account.reference(account.resolve(principal))
    except IamTuiError:
        return principal
