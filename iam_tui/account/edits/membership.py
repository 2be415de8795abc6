"""Edits of who is in which group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from iam_tui.account.edits import subjects
from iam_tui.account.edits.base import EditBase
from iam_tui.catalog import quotas
from iam_tui.errors import EditError

if TYPE_CHECKING:
    from iam_tui.account.account import Account
    from iam_tui.account.entities import Group, User


class AddMember(EditBase, frozen=True, kw_only=True):
    """Add a user to a group.

    The group comes last in the order of the user's groups. Adding a member again changes nothing,
    as in AWS (IAM API Reference: "AddUserToGroup").
    """

    group: str
    user: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"add {subjects.short_name(self.user)} to {subjects.short_name(self.group)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the user in the group."""
        user, group = _both(account, self.user, self.group)
        if group.name in user.groups:
            return account
        most = quotas.GROUPS_PER_USER
        if len(user.groups) >= most:
            message = f"user {user.name} is in {most} groups, the most AWS allows"
            raise EditError("LimitExceeded", message)
        return account.with_entity(msgspec.structs.replace(user, groups=(*user.groups, group.name)))


class RemoveMember(EditBase, frozen=True, kw_only=True):
    """Take a user out of a group."""

    group: str
    user: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"remove {subjects.short_name(self.user)} from {subjects.short_name(self.group)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the user out of the group."""
        user, group = _both(account, self.user, self.group)
        if group.name not in user.groups:
            message = f"user {user.name} is not in group {group.name}"
            raise EditError("NoSuchEntity", message)
        rest = tuple(name for name in user.groups if name != group.name)
        return account.with_entity(msgspec.structs.replace(user, groups=rest))


def _both(account: Account, user: str, group: str) -> tuple[User, Group]:
    if user in {"root", account.root_user.arn}:
        raise EditError("InvalidInput", "the root user can be in no group")
    return subjects.user(account, user), subjects.group(account, group)
