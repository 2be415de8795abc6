"""The compound edit that a delete needs when something hangs on what is to be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.edits import subjects
from iam_tui.account.edits.attachments import DeleteBoundary, DeleteInlinePolicy, DetachPolicy
from iam_tui.account.edits.compound import Compound
from iam_tui.account.edits.credentials import (
    DeactivateMfaDevice,
    DeleteAccessKey,
    DeleteConsolePassword,
)
from iam_tui.account.edits.deletion import (
    DeleteGroup,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteUser,
    RemoveRoleFromInstanceProfile,
    has_mfa,
    version_in_force,
)
from iam_tui.account.edits.membership import RemoveMember
from iam_tui.account.entities import Group, Policy, Role, User
from iam_tui.errors import EditError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account.account import Account
    from iam_tui.account.edits.compound import Edit
    from iam_tui.account.edits.subjects import Holder


def delete_with_everything(account: Account, reference: str) -> Compound:
    """Return the edit that takes away all that hangs on an entity and then deletes it.

    Args:
        account: The account as it is now; what hangs on the entity is read from it.
        reference: A user, group, role or customer managed policy.

    Raises:
        UnknownName: When the account has no such entity.
        EditError: `InvalidInput` for the root user, which nobody can delete.
    """
    arn = account.resolve(reference)
    entity = account.entity(arn)
    short = account.reference(arn)
    if isinstance(entity, User):
        edits = (*_of_user(account, entity), DeleteUser(user=short))
    elif isinstance(entity, Group):
        edits = (*_of_group(account, entity), DeleteGroup(group=short))
    elif isinstance(entity, Role):
        edits = (*_of_role(account, entity), DeleteRole(role=short))
    elif isinstance(entity, Policy):
        name = subjects.policy_reference(account, arn)
        edits = (*_of_policy(account, entity, name), DeletePolicy(policy=name))
    else:
        raise EditError("InvalidInput", "the root user cannot be deleted")
    title = f"delete {entity.kind} {entity.name}"
    if len(edits) > 1:
        title += " with all that hangs on it"
    return Compound(title=title, edits=edits)


def _policies_of(account: Account, entity: Holder, short: str) -> Iterator[Edit]:
    for arn in entity.policies:
        yield DetachPolicy(entity=short, policy=subjects.policy_reference(account, arn))
    for name in entity.inline_policies:
        yield DeleteInlinePolicy(entity=short, policy=name)


def _of_user(account: Account, user: User) -> Iterator[Edit]:
    short = account.reference(user.arn)
    for name in user.groups:
        yield RemoveMember(group=f"group/{name}", user=short)
    yield from _policies_of(account, user, short)
    for key in user.access_keys:
        yield DeleteAccessKey(user=short, key=key.id)
    for device in user.mfa_devices:
        yield DeactivateMfaDevice(user=short, device=device)
    if has_mfa(user) and not user.mfa_devices:
        yield DeactivateMfaDevice(user=short)
    if user.console is not None and user.console.password:
        yield DeleteConsolePassword(user=short)


def _of_group(account: Account, group: Group) -> Iterator[Edit]:
    short = account.reference(group.arn)
    for arn in account.members[group.arn]:
        yield RemoveMember(group=short, user=account.reference(arn))
    yield from _policies_of(account, group, short)


def _of_role(account: Account, role: Role) -> Iterator[Edit]:
    short = account.reference(role.arn)
    for profile in role.instance_profiles:
        yield RemoveRoleFromInstanceProfile(role=short, instance_profile=profile.name)
    yield from _policies_of(account, role, short)


def _of_policy(account: Account, policy: Policy, name: str) -> Iterator[Edit]:
    for entity in subjects.holders(account):
        if policy.arn in entity.policies:
            yield DetachPolicy(entity=account.reference(entity.arn), policy=name)
    for bounded in subjects.bounded(account, policy.arn):
        yield DeleteBoundary(entity=account.reference(bounded.arn))
    in_force = version_in_force(policy)
    for version in policy.versions:
        if version.id != in_force:
            yield DeletePolicyVersion(policy=name, version=version.id)
