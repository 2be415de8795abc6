"""What a question begins with: the identity and the permission that one is at in Explore."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import split_inline_key

if TYPE_CHECKING:
    from iam_tui.analysis import Permission
    from iam_tui.tui.lines import Target
    from iam_tui.tui.screens.explore import ExploreScreen


def principal_at(explorer: ExploreScreen, subject: Target) -> str:
    """Return the identity that one is at, as a reference; nothing when it is something else.

    Args:
        explorer: Who has the account.
        subject: What one is at; of an inline policy its owner counts.
    """
    inline = split_inline_key(subject.key)
    key = inline[0] if inline is not None else subject.key
    account = explorer.session.account
    return account.reference(key) if account.identity(key) is not None else ""


def permission_at(explorer: ExploreScreen, subject: Target) -> Permission | None:
    """Return the row of the permissions panel that the cursor is on, when it is about this."""
    row, panel = explorer.body.permissions.row, explorer.showing.live.panel
    if row is None or panel is None:
        return None
    reference = explorer.session.account.reference(panel.principal)
    return row.permission if reference == principal_at(explorer, subject) else None


def resource_of(permission: Permission) -> str:
    """Return one resource that a row of permissions is about; nothing for any."""
    first = permission.resources[0] if permission.resources else "*"
    return "" if first == "*" else first
