"""What can be added to a thing and taken away from it, as edits to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Group, Policy, Role, Root, User
from iam_tui.account.arns import friendly_name, is_aws_managed
from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    DetachPolicy,
    RemoveMember,
    delete_with_everything,
)
from iam_tui.catalog.managed_policies import managed_policy_arn, managed_policy_names
from iam_tui.errors import UnknownName
from iam_tui.tui.screens.dialogs import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account, Entity
    from iam_tui.account.edits import Edit
    from iam_tui.tui.entities import Entities

    EditChoice = Choice[Edit]


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
    for arn, policy in account.policies.items():
        if arn not in attached:
            whose = "AWS policy" if is_aws_managed(arn) else "local policy"
            yield _attach(account, reference, arn, policy.name, whose)
    for name in managed_policy_names():
        known = managed_policy_arn(name)
        if known is not None and known not in attached and known not in account.policies:
            yield Choice(name, "AWS policy", AttachPolicy(entity=reference, policy=known))


def _attach(account: Account, reference: str, arn: str, name: str, note: str) -> EditChoice:
    edit = AttachPolicy(entity=reference, policy=policy_reference(account, arn))
    return Choice(name, note, edit)


def _identities_for(view: Entities, arn: str) -> Iterator[EditChoice]:
    account = view.account
    holding = {holder.arn for holder in view.holders.get(arn, ()) if not holder.as_boundary}
    policy = policy_reference(account, arn)
    for entities in (account.groups, account.roles, account.users):
        for entity_arn, entity in entities.items():
            if entity_arn not in holding:
                edit = AttachPolicy(entity=account.reference(entity_arn), policy=policy)
                yield Choice(entity.name, f"{entity.kind} to attach it to", edit)


def policy_reference(account: Account, arn: str) -> str:
    """Return the name of a policy where that is enough to find it, else its ARN."""
    name = friendly_name(arn)
    try:
        return name if account.resolve_policy(name) == arn else arn
    except UnknownName:
        return arn


def removals(view: Entities, entity: Entity) -> list[EditChoice]:
    """Return what can be taken away, the whole thing first; nothing for the root user."""
    account = view.account
    if isinstance(entity, Root) or (isinstance(entity, Policy) and entity.is_aws_managed):
        whole = []
    else:
        whole = [
            Choice(
                f"delete {entity.kind} {entity.name}",
                "with all that hangs on it, as one step",
                delete_with_everything(account, entity.arn),
            )
        ]
    return [*whole, *_parts(view, entity)]


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
            yield Choice(f"remove user {friendly_name(arn)}", "", edit)
    if isinstance(entity, User | Group | Role):
        for arn in entity.policies:
            edit = DetachPolicy(entity=reference, policy=policy_reference(account, arn))
            yield Choice(f"detach {friendly_name(arn)}", "policy", edit)
    if isinstance(entity, Policy):
        yield from _detachments(view, entity.arn)


def _detachments(view: Entities, arn: str) -> Iterator[EditChoice]:
    account = view.account
    for holder in view.holders.get(arn, ()):
        if not holder.as_boundary:
            reference = account.reference(holder.arn)
            edit = DetachPolicy(entity=reference, policy=policy_reference(account, arn))
            yield Choice(f"detach from {reference}", "", edit)
