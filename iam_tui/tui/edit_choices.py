"""What can be added to a thing and taken away from it, as edits to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Group, Policy, Role, Root, User
from iam_tui.account.arns import friendly_name, is_aws_managed, split_inline_key
from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    DeleteBoundary,
    DeleteInlinePolicy,
    DetachPolicy,
    RemoveMember,
    delete_with_everything,
    policy_reference,
)
from iam_tui.catalog.managed_policies import managed_policy_arn, managed_policy_names
from iam_tui.tui.choices import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account, Entity
    from iam_tui.account.edits import Edit
    from iam_tui.tui.entities import Entities
    from iam_tui.tui.lines import Target

    EditChoice = Choice[Edit]


FOR_SERVICES = ":policy/aws-service-role/"
"""In the ARNs of policies for service-linked roles alone, which AWS would refuse to attach."""


def additions(view: Entities, entity: Entity) -> list[EditChoice]:
    """Return what can be added: memberships and attachments; nothing for the root user."""
    account = view.account
    if isinstance(entity, User):
        return [*_groups_for(account, entity), *_policies_for(account, entity)]
    if isinstance(entity, Group):
        return [*_users_for(account, entity), *_policies_for(account, entity)]
    if isinstance(entity, Role):
        return list(_policies_for(account, entity))
    if isinstance(entity, Policy):
        return list(_identities_for(view, entity.arn))
    return []


def _groups_for(account: Account, user: User) -> Iterator[EditChoice]:
    for group in account.groups.values():
        if group.name not in user.groups:
            edit = AddMember(group=account.reference(group.arn), user=account.reference(user.arn))
            yield Choice(group.name, "group to join", edit)


def _users_for(account: Account, group: Group) -> Iterator[EditChoice]:
    for user in account.users.values():
        if group.name not in user.groups:
            edit = AddMember(group=account.reference(group.arn), user=account.reference(user.arn))
            yield Choice(user.name, "user to add", edit)


def _policies_for(account: Account, entity: User | Group | Role) -> Iterator[EditChoice]:
    attached = set(entity.policies)
    reference = account.reference(entity.arn)
    for arn, name, whose in attachable(account):
        if arn not in attached:
            yield _attach(account, reference, arn, name, whose)


def attachable(account: Account) -> Iterator[tuple[str, str, str]]:
    """Yield ARN, name and whose it is of every policy that can be attached."""
    for arn, policy in account.policies.items():
        yield arn, policy.name, "AWS policy" if is_aws_managed(arn) else "local policy"
    for name in managed_policy_names():
        known = managed_policy_arn(name)
        if known is not None and FOR_SERVICES not in known and known not in account.policies:
            yield known, name, "AWS policy"


def _attach(account: Account, reference: str, arn: str, name: str, note: str) -> EditChoice:
    edit = AttachPolicy(entity=reference, policy=policy_reference(account, arn))
    return Choice(name, note, edit)


def _identities_for(view: Entities, arn: str) -> Iterator[EditChoice]:
    account = view.account
    holding = {holder.arn for holder in view.holders(arn) if not holder.as_boundary}
    policy = policy_reference(account, arn)
    for entities in (account.groups, account.roles, account.users):
        for entity_arn, entity in entities.items():
            if entity_arn not in holding:
                edit = AttachPolicy(entity=account.reference(entity_arn), policy=policy)
                yield Choice(entity.name, f"{entity.kind} to attach it to", edit)


def removals(view: Entities, entity: Entity, target: Target) -> list[EditChoice]:
    """Return what can be taken away, the whole thing first; nothing for the root user.

    Args:
        view: The account.
        entity: The thing.
        target: What the detail shows: the thing itself, or an inline policy of it.
    """
    account = view.account
    reference = account.reference(entity.arn)
    inline = split_inline_key(target.key)
    if inline is not None:
        return [_inline_deletion(reference, inline[1])]
    if isinstance(entity, Root) or (isinstance(entity, Policy) and entity.is_aws_managed):
        return list(_parts(view, entity))
    whole: Edit = delete_with_everything(account, entity.arn)
    note = "with all that hangs on it, as one step"
    return [Choice(f"delete {entity.kind} {entity.name}", note, whole), *_parts(view, entity)]


def _inline_deletion(owner: str, name: str) -> EditChoice:
    edit = DeleteInlinePolicy(entity=owner, policy=name)
    return Choice(f"delete inline policy {name}", "", edit)


def policy_name(account: Account, arn: str) -> str:
    """Return the name of a policy, though its document may not be known."""
    known = account.policy(arn)
    return known.name if known is not None else friendly_name(arn)


def _parts(view: Entities, entity: Entity) -> Iterator[EditChoice]:
    account = view.account
    reference = account.reference(entity.arn)
    if isinstance(entity, User):
        for name in entity.groups:
            edit = RemoveMember(group=f"group/{name}", user=reference)
            yield Choice(f"leave group {name}", "", edit)
    if isinstance(entity, Group):
        for arn in account.members.get(entity.arn, ()):
            edit = RemoveMember(group=reference, user=account.reference(arn))
            yield Choice(f"remove user {account.users[arn].name}", "", edit)
    if isinstance(entity, User | Group | Role):
        for arn in entity.policies:
            yield _detachment(account, reference, arn, f"detach {policy_name(account, arn)}")
        for name in entity.inline_policies:
            yield _inline_deletion(reference, name)
    if isinstance(entity, User | Role) and entity.permissions_boundary is not None:
        name = policy_name(account, entity.permissions_boundary)
        label = f"remove the permissions boundary {name}"
        yield Choice(label, "widens what is allowed", DeleteBoundary(entity=reference))
    if isinstance(entity, Policy):
        for holder in view.holders(entity.arn):
            if not holder.as_boundary:
                owner = account.reference(holder.arn)
                yield _detachment(account, owner, entity.arn, f"detach from {owner}")


def _detachment(account: Account, owner: str, policy: str, label: str) -> EditChoice:
    edit = DetachPolicy(entity=owner, policy=policy_reference(account, policy))
    return Choice(label, "", edit)
