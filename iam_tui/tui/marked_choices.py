"""What can be added to several marked things at once and taken away from all of them.

Each choice is one edit, so that one undo takes all of it back. It is made when it is chosen: for
a hundred marked users each of a thousand choices would be a hundred edits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from iam_tui.account import Group, Policy, Role, User
from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    Compound,
    DeleteBoundary,
    DetachPolicy,
    Edit,
    RemoveMember,
    delete_with_everything,
    policy_reference,
)
from iam_tui.tui.choices import Choice
from iam_tui.tui.edit_choices import attachable, policy_name
from iam_tui.tui.lists import counted

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.tui.entities import Entities
    from iam_tui.tui.lists import ListName

Making = Callable[[], Edit]
"""Makes the edit of a choice."""
Editable = User | Group | Role | Policy


def editable(account: Account, keys: Sequence[str]) -> list[Editable]:
    """Return the marked entities that edits can be about: not the root user."""
    found = (account.entity(key) for key in keys)
    return [one for one in found if isinstance(one, User | Group | Role | Policy)]


def additions(view: Entities, name: ListName, marked: Sequence[Editable]) -> list[Choice[Making]]:
    """Return what can be added to all marked things of one list."""
    account = view.account
    if name == "policies":
        return list(_identities_for(account, [one for one in marked if isinstance(one, Policy)]))
    found: list[Choice[Making]] = []
    if name == "users":
        found += _groups_for(account, [one for one in marked if isinstance(one, User)])
    if name == "groups":
        found += _users_for(account, [one for one in marked if isinstance(one, Group)])
    holders = [one for one in marked if isinstance(one, User | Group | Role)]
    return [*found, *_policies_for(account, name, holders)]


def _groups_for(account: Account, users: Sequence[User]) -> Iterator[Choice[Making]]:
    inside = Counter(name for user in users for name in user.groups)
    for group in account.groups.values():
        if inside[group.name] < len(users):
            note = _note("group", inside[group.name], len(users))
            yield Choice(group.name, note, partial(_join, account, users, group))


def _join(account: Account, users: Sequence[User], group: Group) -> Edit:
    joining = [user for user in users if group.name not in user.groups]
    reference = account.reference(group.arn)
    edits = [AddMember(group=reference, user=account.reference(one.arn)) for one in joining]
    return _together(f"add {counted(len(edits), 'users')} to {group.name}", edits)


def _users_for(account: Account, groups: Sequence[Group]) -> Iterator[Choice[Making]]:
    names = {group.name for group in groups}
    for user in account.users.values():
        inside = len(names.intersection(user.groups))
        if inside < len(groups):
            note = _note("user", inside, len(groups))
            yield Choice(user.name, note, partial(_add_everywhere, account, groups, user))


def _add_everywhere(account: Account, groups: Sequence[Group], user: User) -> Edit:
    lacking = [group for group in groups if group.name not in user.groups]
    reference = account.reference(user.arn)
    edits = [AddMember(group=account.reference(one.arn), user=reference) for one in lacking]
    return _together(f"add {user.name} to {counted(len(edits), 'groups')}", edits)


def _policies_for(
    account: Account, name: ListName, holders: Sequence[User | Group | Role]
) -> Iterator[Choice[Making]]:
    attached = Counter(arn for one in holders for arn in one.policies)
    for arn, policy, whose in attachable(account) if holders else ():
        if attached[arn] < len(holders):
            note = _note(whose, attached[arn], len(holders))
            yield Choice(policy, note, partial(_attach, account, name, holders, arn))


def _attach(
    account: Account, name: ListName, holders: Sequence[User | Group | Role], arn: str
) -> Edit:
    lacking = [one for one in holders if arn not in one.policies]
    policy = policy_reference(account, arn)
    edits = [AttachPolicy(entity=account.reference(one.arn), policy=policy) for one in lacking]
    title = f"attach {policy_name(account, arn)} to {counted(len(edits), name)}"
    return _together(title, edits)


def _identities_for(account: Account, policies: Sequence[Policy]) -> Iterator[Choice[Making]]:
    arns = {policy.arn for policy in policies}
    for entities in (account.groups, account.roles, account.users):
        for one in entities.values():
            attached = len(arns.intersection(one.policies))
            if attached < len(policies):
                note = _note(one.kind, attached, len(policies))
                yield Choice(one.name, note, partial(_attach_all, account, policies, one))


def _attach_all(account: Account, policies: Sequence[Policy], to: User | Group | Role) -> Edit:
    reference = account.reference(to.arn)
    lacking = [policy.arn for policy in policies if policy.arn not in to.policies]
    edits = [
        AttachPolicy(entity=reference, policy=policy_reference(account, arn)) for arn in lacking
    ]
    return _together(f"attach {counted(len(edits), 'policies')} to {to.name}", edits)


def removals(view: Entities, name: ListName, marked: Sequence[Editable]) -> list[Choice[Making]]:
    """Return what can be taken away from the marked things of one list, all of them first."""
    account = view.account
    own = [one for one in marked if not (isinstance(one, Policy) and one.is_aws_managed)]
    found: list[Choice[Making]] = []
    if own:
        left = len(marked) - len(own)
        note = f"{left} of AWS's stay" if left else "with all that hangs on them, as one step"
        title = f"delete {counted(len(own), name)}"
        found.append(Choice(title, note, partial(_delete, account, title, own)))
    users = [one for one in marked if isinstance(one, User)]
    holders = [one for one in marked if isinstance(one, User | Group | Role)]
    return [*found, *_memberships(account, users), *_attachments(account, name, holders)]


def _delete(account: Account, title: str, own: Sequence[Editable]) -> Edit:
    return _together(title, [delete_with_everything(account, one.arn) for one in own])


def _memberships(account: Account, users: Sequence[User]) -> Iterator[Choice[Making]]:
    for name, number in Counter(name for user in users for name in user.groups).items():
        title = f"remove {counted(number, 'users')} from {name}"
        yield Choice(title, "", partial(_leave, account, title, users, name))


def _leave(account: Account, title: str, users: Sequence[User], group: str) -> Edit:
    leaving = [account.reference(user.arn) for user in users if group in user.groups]
    return _together(title, [RemoveMember(group=f"group/{group}", user=one) for one in leaving])


def _attachments(
    account: Account, name: ListName, holders: Sequence[User | Group | Role]
) -> Iterator[Choice[Making]]:
    for arn, number in Counter(arn for one in holders for arn in one.policies).items():
        title = f"detach {policy_name(account, arn)} from {counted(number, name)}"
        yield Choice(title, "", partial(_detach, account, title, holders, arn))
    bound = [one for one in holders if getattr(one, "permissions_boundary", None) is not None]
    if bound:
        title = f"remove the permissions boundary of {counted(len(bound), name)}"
        yield Choice(title, "widens what is allowed", partial(_unbind, account, title, bound))


def _detach(account: Account, title: str, holders: Sequence[User | Group | Role], arn: str) -> Edit:
    policy = policy_reference(account, arn)
    having = [account.reference(one.arn) for one in holders if arn in one.policies]
    return _together(title, [DetachPolicy(entity=one, policy=policy) for one in having])


def _unbind(account: Account, title: str, bound: Sequence[User | Group | Role]) -> Edit:
    return _together(title, [DeleteBoundary(entity=account.reference(one.arn)) for one in bound])


def _together(title: str, edits: Sequence[Edit]) -> Edit:
    return Compound(title=title, edits=tuple(edits))


def _note(what: str, already: int, total: int) -> str:
    return f"{what}, {already}/{total}" if already else what
