"""Edits of what hangs on an identity: attached policies, inline policies, the boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from iam_tui.account.edits import subjects
from iam_tui.account.edits.base import EditBase
from iam_tui.account.entities import Group, Role, User
from iam_tui.catalog import quotas
from iam_tui.errors import EditError, nearest

if TYPE_CHECKING:
    from iam_tui.account.account import Account
    from iam_tui.account.edits.subjects import Holder

_MOST_POLICIES = {
    "user": quotas.MANAGED_POLICIES_PER_USER,
    "group": quotas.MANAGED_POLICIES_PER_GROUP,
    "role": quotas.MANAGED_POLICIES_PER_ROLE,
}


class AttachPolicy(EditBase, frozen=True, kw_only=True):
    """Attach a managed policy to a user, group or role.

    It comes last in the order of the attached ones. Attaching it again changes nothing, as in AWS
    (IAM API Reference: "AttachUserPolicy", "AttachGroupPolicy", "AttachRolePolicy").
    """

    entity: str
    policy: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"attach {subjects.short_name(self.policy)} to {subjects.short_name(self.entity)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the policy attached."""
        entity = subjects.holder(account, self.entity)
        arn = subjects.policy_arn(account, self.policy)
        if arn in entity.policies:
            return account
        if _is_for_services(arn):
            message = (
                f"{subjects.short_name(arn)} is for a service-linked role alone "
                "and cannot be attached to anything else"
            )
            raise EditError("PolicyNotAttachable", message)
        most = _MOST_POLICIES[entity.kind]
        if len(entity.policies) >= most:
            message = (
                f"{entity.kind} {entity.name} has {most} managed policies, the most AWS allows"
            )
            raise EditError("LimitExceeded", message)
        return account.with_entity(
            msgspec.structs.replace(entity, policies=(*entity.policies, arn))
        )


class DetachPolicy(EditBase, frozen=True, kw_only=True):
    """Take a managed policy away from a user, group or role."""

    entity: str
    policy: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"detach {subjects.short_name(self.policy)} from {subjects.short_name(self.entity)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the policy detached."""
        entity = subjects.holder(account, self.entity)
        arn = _attached(account, entity, self.policy)
        rest = tuple(attached for attached in entity.policies if attached != arn)
        return account.with_entity(msgspec.structs.replace(entity, policies=rest))


def _attached(account: Account, entity: Holder, reference: str) -> str:
    """Return the ARN of a policy that is attached to an entity.

    An export may attach what it does not describe; such a policy is found by its ARN.
    """
    arn = reference
    if reference not in entity.policies:
        arn = subjects.policy_arn(account, reference)
    if arn not in entity.policies:
        name = subjects.short_name(arn)
        message = f"{name} is not attached to {entity.kind} {entity.name}"
        raise EditError("NoSuchEntity", message)
    return arn


class DeleteInlinePolicy(EditBase, frozen=True, kw_only=True):
    """Delete an inline policy of a user, group or role."""

    entity: str
    policy: str
    """The name of the inline policy."""

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"delete inline policy {self.policy} of {subjects.short_name(self.entity)}"

    def apply(self, account: Account) -> Account:
        """Return the account without the inline policy."""
        entity = subjects.holder(account, self.entity)
        if self.policy not in entity.inline_policies:
            close = nearest(self.policy, entity.inline_policies)
            hint = f"; did you mean {' or '.join(close)}?" if close else ""
            message = f"{entity.kind} {entity.name} has no inline policy {self.policy!r}{hint}"
            raise EditError("NoSuchEntity", message)
        rest = {
            name: document
            for name, document in entity.inline_policies.items()
            if name != self.policy
        }
        return account.with_entity(msgspec.structs.replace(entity, inline_policies=rest))


class PutBoundary(EditBase, frozen=True, kw_only=True):
    """Set a managed policy as the permissions boundary of a user or role, in place of another.

    IAM API Reference: "PutUserPermissionsBoundary", "PutRolePermissionsBoundary".
    """

    entity: str
    policy: str

    @property
    def title(self) -> str:
        """What the edit does."""
        entity, boundary = subjects.short_name(self.entity), subjects.short_name(self.policy)
        return f"limit {entity} by boundary {boundary}"

    def apply(self, account: Account) -> Account:
        """Return the account with the boundary set."""
        entity = _bounded(account, self.entity)
        arn = subjects.policy_arn(account, self.policy)
        if entity.permissions_boundary == arn:
            return account
        if _is_for_services(arn):
            name = subjects.short_name(arn)
            message = f"{name} is for a service-linked role alone and can be no boundary"
            raise EditError("PolicyNotAttachable", message)
        return account.with_entity(msgspec.structs.replace(entity, permissions_boundary=arn))


class DeleteBoundary(EditBase, frozen=True, kw_only=True):
    """Take the permissions boundary off a user or role, which widens what it may do."""

    entity: str

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"remove the permissions boundary of {subjects.short_name(self.entity)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the boundary gone."""
        entity = _bounded(account, self.entity)
        if entity.permissions_boundary is None:
            message = f"{entity.kind} {entity.name} has no permissions boundary"
            raise EditError("NoSuchEntity", message)
        return account.with_entity(msgspec.structs.replace(entity, permissions_boundary=None))


def _bounded(account: Account, reference: str) -> User | Role:
    """Return a user or role, which can have a boundary."""
    entity = subjects.holder(account, reference)
    if isinstance(entity, Group):
        raise EditError("InvalidInput", f"{entity.name} is a group, and a group has no boundary")
    return entity


def _is_for_services(arn: str) -> bool:
    return ":policy/aws-service-role/" in arn
