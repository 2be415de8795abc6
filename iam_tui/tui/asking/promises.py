"""Whether an answer, made an assertion, holds as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.analysis import broken_by

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.account.edits import PutAssertion


def objection(account: Account, edit: PutAssertion) -> str:
    """Return why an assertion would not hold; nothing when it does.

    Args:
        account: The account without it.
        edit: What would add it.
    """
    about = (edit.principal, edit.action, edit.resource)
    for result in broken_by(account, edit.apply(account)):
        made = result.assertion
        if (made.principal, made.action, made.resource) == about:
            meaning = " (in an assertion a wildcard, or no resource, means every one)"
            return f"{result.reason}{meaning if '*' in edit.resource + edit.action else ''}"
    return ""
