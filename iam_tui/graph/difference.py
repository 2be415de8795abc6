"""What two versions of an account differ in, found by the identity of what they share.

An edit shares every entity that it does not touch, so comparing the entries of both by `is` finds
the touched ones in about a millisecond, however large the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam_tui.account.difference import EntityChange
from iam_tui.account.entities import Group, Policy, Role, User
from iam_tui.graph.edges import Edge, edges_of, organization_edges
from iam_tui.graph.nodes import level_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account.account import Account
    from iam_tui.account.entities import Entity


@dataclass(frozen=True, slots=True)
class Difference:
    """What an update of the graph did."""

    added_nodes: frozenset[str]
    removed_nodes: frozenset[str]
    added_edges: frozenset[Edge]
    removed_edges: frozenset[Edge]
    principals: frozenset[str]
    """Users, groups, roles and the root user whose layers, tags or trust changed; the others may
    do after the change exactly what they could do before."""

    def __bool__(self) -> bool:
        return bool(
            self.added_nodes
            or self.removed_nodes
            or self.added_edges
            or self.removed_edges
            or self.principals
        )


def edge_changes(
    before: Account, after: Account, changes: list[EntityChange]
) -> tuple[frozenset[Edge], frozenset[Edge]]:
    """Return the edges that came and those that went."""
    former = {edge for change in changes for edge in _edges(before, change.before)}
    latter = {edge for change in changes for edge in _edges(after, change.after)}
    for arn in _users_of_other_groups(before, after, changes):
        former.update(edges_of(before, before.users[arn]))
        latter.update(edges_of(after, after.users[arn]))
    if before.organization is not after.organization:
        former.update(organization_edges(before))
        latter.update(organization_edges(after))
    return frozenset(latter - former), frozenset(former - latter)


def _edges(account: Account, entity: Entity | None) -> Iterator[Edge]:
    if isinstance(entity, User | Group | Role):
        yield from edges_of(account, entity)


def _users_of_other_groups(
    before: Account, after: Account, changes: list[EntityChange]
) -> set[str]:
    """Return the users in both accounts who name a group that came, went or moved.

    Edits never leave a user in a group that is not there; a file that is read again may.
    """
    moved = {
        entity.name
        for change in changes
        for entity in (change.before, change.after)
        if isinstance(entity, Group)
        and before.group_arns.get(entity.name) != after.group_arns.get(entity.name)
    }
    if not moved:
        return set()
    return {
        arn for arn, user in after.users.items() if arn in before.users and moved & {*user.groups}
    }


def node_changes(before: Account, after: Account, changes: list[EntityChange]) -> set[str]:
    """Return the keys of entities that only one of the accounts has."""
    keys = {change.key for change in changes if change.before is None or change.after is None}
    for former, latter in (
        (before.identity_providers, after.identity_providers),
        (before.resources, after.resources),
    ):
        if former is not latter:
            keys |= former.keys() ^ latter.keys()
    if before.organization is not after.organization:
        keys |= _levels(before) ^ _levels(after)
    return keys


def _levels(account: Account) -> set[str]:
    levels = account.organization.levels if account.organization is not None else ()
    return {level_key(level.name) for level in levels}


def reaches_everyone(before: Account, after: Account, changes: list[EntityChange]) -> bool:
    """Whether the change may alter what any principal can do.

    The policies of organizations apply to all; the policy of a resource, and a role's trust policy
    is one, may name anybody.
    """
    if before.organization != after.organization or before.resources != after.resources:
        return True
    return any(_trust(change.before) != _trust(change.after) for change in changes)


def _trust(entity: Entity | None) -> object:
    return entity.trust_policy if isinstance(entity, Role) else None


def alters_own_layers(change: EntityChange) -> bool:
    """Whether what an identity or policy gives is another one after the change."""
    return _gives(change.before) != _gives(change.after)


def _gives(entity: Entity | None) -> object:
    """Return all that evaluation reads of an entity, its tags and unique id among it."""
    if isinstance(entity, Policy):
        return entity.document
    if isinstance(entity, User | Group | Role):
        groups = entity.groups if isinstance(entity, User) else ()
        boundary = None if isinstance(entity, Group) else entity.permissions_boundary
        inline = tuple(entity.inline_policies.items())
        return (groups, entity.policies, inline, boundary, entity.tags, entity.id)
    return None
