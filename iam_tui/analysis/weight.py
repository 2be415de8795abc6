"""About how many permissions an edit concerns, told without asking anybody.

What an edit does exactly is its blast radius. On a large account that can take a while; to put
many possible edits in order, it is enough to know which of them are small.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    Compound,
    DeleteBoundary,
    DeleteInlinePolicy,
    DetachPolicy,
    PutBoundary,
    PutInlinePolicy,
    PutPolicyDocument,
    RemoveMember,
)
from iam_tui.account.entities import Group, Role, User
from iam_tui.account.layers import layers
from iam_tui.analysis.masks import masks_of
from iam_tui.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.policy.documents import Document

_MOST_PERMISSIONS = 1000
_MOST_PRINCIPALS = 40


class Weight(NamedTuple):
    """About how much an edit concerns."""

    permissions: int
    """Of all principals together."""
    principals: int

    @property
    def is_large(self) -> bool:
        """Whether it is so much that working out the blast radius may take a while."""
        return self.permissions > _MOST_PERMISSIONS or self.principals > _MOST_PRINCIPALS


def weight(account: Account, edits: Iterable[Edit]) -> Weight:
    """Return about how much the edits of one change concern.

    Args:
        account: The account as it is before them.
        edits: The edits, in order.
    """
    several = [_weight(account, edit) for edit in edits]
    permissions = sum(actions * principals for actions, principals in several)
    return Weight(permissions, max((principals for _, principals in several), default=0))


def _weight(account: Account, edit: Edit) -> tuple[int, int]:
    """Return how many actions an edit is about, and of how many principals."""
    try:
        return _of(account, edit)
    except UnknownName:
        return 1, 1


def _of(account: Account, edit: Edit) -> tuple[int, int]:
    if isinstance(edit, Compound):
        return weight(account, edit.edits)
    if isinstance(edit, AddMember | RemoveMember):
        return size_of_group(account, account.resolve(_with_kind(edit.group))), 1
    if isinstance(edit, AttachPolicy | DetachPolicy):
        return _size_of_policy(account, edit.policy), _reached(account, edit.entity)
    if isinstance(edit, PutInlinePolicy | DeleteInlinePolicy):
        former = _inline(account, edit.entity, edit.policy)
        latter = edit.document if isinstance(edit, PutInlinePolicy) else None
        return _difference(former, latter), _reached(account, edit.entity)
    if isinstance(edit, PutPolicyDocument):
        policy = account.policies.get(account.resolve_policy(edit.policy))
        if policy is None:
            return 1, 1
        return _difference(policy.document, edit.document), _holders(account, policy.arn)
    if isinstance(edit, PutBoundary | DeleteBoundary):
        # A boundary gives nothing: what it can change is in the identity's own policies.
        found = layers(account, account.resolve(edit.entity))
        return sum(size_of(document) for document in found.documents), 1
    return 1, 1


def _with_kind(group: str) -> str:
    return group if "/" in group or group.startswith("arn:") else f"group/{group}"


def _size_of_policy(account: Account, reference: str) -> int:
    policy = account.policy(account.resolve_policy(reference))
    return 1 if policy is None else size_of(policy.document)


def _inline(account: Account, reference: str, name: str) -> Document | None:
    entity = account.identity(account.resolve(reference))
    found = entity.inline_policies if isinstance(entity, User | Group | Role) else {}
    return found.get(name)


def _reached(account: Account, reference: str) -> int:
    """Return how many principals have what hangs on an identity."""
    arn = account.resolve(reference)
    return max(len(account.members.get(arn, ())), 1) if arn in account.groups else 1


def _holders(account: Account, policy: str) -> int:
    """Return how many principals have a managed policy, themselves or by a group."""
    groups = {group.name for group in account.groups.values() if policy in group.policies}
    users = sum(
        policy in (*user.policies, user.permissions_boundary) or not groups.isdisjoint(user.groups)
        for user in account.users.values()
    )
    roles = sum(
        policy in (*role.policies, role.permissions_boundary) for role in account.roles.values()
    )
    return max(users + roles, 1)


@lru_cache(maxsize=8192)
def size_of(document: Document) -> int:
    """Return how many actions the statements of a document name."""
    return _size(document, frozenset(range(len(document.statements))))


@lru_cache(maxsize=1024)
def _difference(former: Document | None, latter: Document | None) -> int:
    """Return how many actions the statements name that only one of two documents has."""
    found = 0
    for document, other in ((former, latter), (latter, former)):
        if document is not None:
            theirs = () if other is None else other.statements
            places = (n for n, text in enumerate(document.statements) if text not in theirs)
            found = max(found, _size(document, frozenset(places)))
    return found


def _size(document: Document, places: frozenset[int]) -> int:
    masks = masks_of(document)
    found = 0
    for service in masks.services() if places else ():
        bits = 0
        for place, mask in masks.of(service):
            bits |= mask if place in places else 0
        found += bits.bit_count()
    return found


def size_of_group(account: Account, arn: str) -> int:
    """Return how many actions the policies of a group name."""
    group = account.groups.get(arn)
    return 0 if group is None else sum(size_of(item) for item in documents_of(account, group))


def documents_of(account: Account, group: Group) -> list[Document]:
    """Return the documents that members have from a group, as far as they are known."""
    attached = (account.policy(arn) for arn in group.policies)
    managed = [policy.document for policy in attached if policy is not None]
    return [*group.inline_policies.values(), *managed]
