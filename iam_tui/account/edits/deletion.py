"""Edits that delete identities and policies, refused as AWS does while something hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from iam_tui.account.edits import subjects
from iam_tui.account.edits.base import EditBase
from iam_tui.errors import EditError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam_tui.account.account import Account
    from iam_tui.account.entities import Policy, User


class DeleteUser(EditBase, frozen=True, kw_only=True):
    """Delete a user on which nothing hangs any more (IAM API Reference: "DeleteUser")."""

    user: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"delete user {subjects.short_name(self.user)}"

    def apply(self, account: Account) -> Account:
        """Return the account without the user."""
        if self.user in {"root", account.root_user.arn}:
            raise EditError("InvalidInput", "the root user cannot be deleted")
        user = subjects.user(account, self.user)
        hanging = {
            "is in groups": len(user.groups),
            "has attached policies": len(user.policies),
            "has inline policies": len(user.inline_policies),
            "has access keys": len(user.access_keys),
            "has a console password": user.console is not None and user.console.password,
            "has an MFA device": has_mfa(user),
        }
        _refuse_while(f"user {user.name}", hanging)
        return account.without_entity(user.arn)


class DeleteGroup(EditBase, frozen=True, kw_only=True):
    """Delete a group without members and policies (IAM API Reference: "DeleteGroup")."""

    group: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"delete group {subjects.short_name(self.group)}"

    def apply(self, account: Account) -> Account:
        """Return the account without the group."""
        group = subjects.group(account, self.group)
        hanging = {
            "has members": len(account.members[group.arn]),
            "has attached policies": len(group.policies),
            "has inline policies": len(group.inline_policies),
        }
        _refuse_while(f"group {group.name}", hanging)
        return account.without_entity(group.arn)


class DeleteRole(EditBase, frozen=True, kw_only=True):
    """Delete a role without policies and instance profiles (IAM API Reference: "DeleteRole")."""

    role: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"delete role {subjects.short_name(self.role)}"

    def apply(self, account: Account) -> Account:
        """Return the account without the role."""
        role = subjects.role(account, self.role)
        hanging = {
            "has attached policies": len(role.policies),
            "has inline policies": len(role.inline_policies),
            "is in an instance profile": len(role.instance_profiles),
        }
        _refuse_while(f"role {role.name}", hanging)
        return account.without_entity(role.arn)


class RemoveRoleFromInstanceProfile(EditBase, frozen=True, kw_only=True):
    """Take a role out of an instance profile.

    The account file keeps instance profiles with their role; a profile without one is dropped.
    """

    role: str
    instance_profile: str
    """Its name."""

    @property
    def title(self) -> str:
        """What the edit does."""
        role = subjects.short_name(self.role)
        return f"remove role {role} from instance profile {self.instance_profile}"

    def apply(self, account: Account) -> Account:
        """Return the account with the role out of the profile."""
        role = subjects.role(account, self.role)
        rest = tuple(item for item in role.instance_profiles if item.name != self.instance_profile)
        if len(rest) == len(role.instance_profiles):
            message = f"role {role.name} is not in an instance profile {self.instance_profile!r}"
            raise EditError("NoSuchEntity", message)
        return account.with_entity(msgspec.structs.replace(role, instance_profiles=rest))


class DeletePolicy(EditBase, frozen=True, kw_only=True):
    """Delete a customer managed policy that nobody has (IAM API Reference: "DeletePolicy")."""

    policy: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"delete policy {subjects.short_name(self.policy)}"

    def apply(self, account: Account) -> Account:
        """Return the account without the policy."""
        policy = subjects.own_policy(account, self.policy)
        hanging = {
            "is attached": any(
                policy.arn in entity.policies for entity in subjects.holders(account)
            ),
            "is a permissions boundary": any(subjects.bounded(account, policy.arn)),
            "has other versions than the default one": len(policy.versions) > 1,
        }
        _refuse_while(f"policy {policy.name}", hanging)
        return account.without_entity(policy.arn)


class DeletePolicyVersion(EditBase, frozen=True, kw_only=True):
    """Delete a version of a customer managed policy that is not the default one."""

    policy: str
    version: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"delete version {self.version} of policy {subjects.short_name(self.policy)}"

    def apply(self, account: Account) -> Account:
        """Return the account without the version."""
        policy = subjects.own_policy(account, self.policy)
        ids = [version.id for version in policy.versions]
        if self.version not in ids:
            message = f"policy {policy.name} has no version {self.version!r}, only {', '.join(ids)}"
            raise EditError("NoSuchEntity", message)
        if self.version == version_in_force(policy):
            message = f"{self.version} is the default version of policy {policy.name}"
            raise EditError("DeleteConflict", message)
        rest = tuple(version for version in policy.versions if version.id != self.version)
        return account.with_entity(msgspec.structs.replace(policy, versions=rest))


def version_in_force(policy: Policy) -> str:
    """Return the id of the default version, of the first one where the file names no other."""
    ids = [version.id for version in policy.versions]
    return policy.default_version if policy.default_version in ids else ids[0]


def has_mfa(user: User) -> bool:
    """Tell whether an MFA device is known of, by its serial number or without one."""
    return bool(user.mfa_devices) or (user.console is not None and user.console.mfa)


def _refuse_while(what: str, hanging: Mapping[str, int | bool]) -> None:
    """Raise `DeleteConflict` with all that is in the way.

    Raises:
        EditError: When something is.
    """
    reasons = [reason for reason, there in hanging.items() if there]
    if reasons:
        message = f"{what} cannot be deleted while it {', '.join(reasons)}"
        raise EditError("DeleteConflict", message)
