"""Names by which any script can drive an edit of iam-tui.

They say what they do without saying how: a script that compares programs needs no knowledge of
edits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.edits import AttachPolicy

if TYPE_CHECKING:
    from iam_tui import Account
    from iam_tui.analysis import Reach


def attach_policy(account: Account, entity_arn: str, policy_arn: str) -> Account:
    """Return the account with a managed policy attached to a user, group or role."""
    return AttachPolicy(entity=entity_arn, policy=policy_arn).apply(account)


def blast_radius(before: Account, after: Account) -> tuple[Reach, ...]:
    """Return one row for each principal that can do something else after a change."""
    from iam_tui import blast_radius as compare

    return compare(before, after)
