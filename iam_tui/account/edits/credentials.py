"""Edits of what a user signs in with, as far as deleting a user needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from iam_tui.account.edits import subjects
from iam_tui.account.edits.base import EditBase
from iam_tui.errors import EditError, nearest

if TYPE_CHECKING:
    from iam_tui.account.account import Account


class DeleteConsolePassword(EditBase, frozen=True, kw_only=True):
    """Take the console password of a user away (IAM API Reference: "DeleteLoginProfile")."""

    user: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"delete the console password of {subjects.short_name(self.user)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the user unable to sign in to the console."""
        user = subjects.user(account, self.user)
        if user.console is None or not user.console.password:
            raise EditError("NoSuchEntity", f"user {user.name} has no console password")
        console = msgspec.structs.replace(user.console, password=False, password_changed=None)
        return account.with_entity(msgspec.structs.replace(user, console=console))


class DeleteAccessKey(EditBase, frozen=True, kw_only=True):
    """Delete an access key of a user."""

    user: str
    key: str
    """The id of the access key."""

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"delete access key {self.key} of {subjects.short_name(self.user)}"

    def apply(self, account: Account) -> Account:
        """Return the account without the access key."""
        user = subjects.user(account, self.user)
        rest = tuple(key for key in user.access_keys if key.id != self.key)
        if len(rest) == len(user.access_keys):
            close = nearest(self.key, [key.id for key in user.access_keys])
            hint = f"; did you mean {' or '.join(close)}?" if close else ""
            raise EditError("NoSuchEntity", f"user {user.name} has no access key {self.key}{hint}")
        return account.with_entity(msgspec.structs.replace(user, access_keys=rest))


class DeactivateMfaDevice(EditBase, frozen=True, kw_only=True):
    """Take an MFA device off a user (IAM API Reference: "DeactivateMFADevice")."""

    user: str
    device: str | None = None
    """Its serial number; None: the device that the file knows of without naming it."""

    @property
    def title(self) -> str:
        """What the edit does."""
        which = "the MFA device" if self.device is None else f"MFA device {self.device}"
        return f"deactivate {which} of {subjects.short_name(self.user)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the device gone; console MFA ends with the last one."""
        user = subjects.user(account, self.user)
        has_unnamed = user.console is not None and user.console.mfa and not user.mfa_devices
        if self.device not in user.mfa_devices and not (self.device is None and has_unnamed):
            what = "MFA device" if self.device is None else f"MFA device {self.device}"
            raise EditError("NoSuchEntity", f"user {user.name} has no {what}")
        rest = tuple(device for device in user.mfa_devices if device != self.device)
        console = user.console
        if console is not None and console.mfa and not rest:
            console = msgspec.structs.replace(console, mfa=False)
        return account.with_entity(msgspec.structs.replace(user, mfa_devices=rest, console=console))
