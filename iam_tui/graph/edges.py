"""The edges of the identity graph: what each entity of an account contributes.

Every edge comes from exactly one entity, so that the edges of a changed entity can be compared
without looking at the rest of the account.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.account.arns import inline_key
from iam_tui.account.entities import Group, Role, User
from iam_tui.graph.nodes import level_key, trusted_principals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account.account import Account

EdgeKind = Literal["member", "attached", "inline", "boundary", "trusts", "holds", "controls"]


class Edge(NamedTuple):
    """An edge by the keys of its ends."""

    source: str
    target: str
    kind: EdgeKind


def edges_of(account: Account, entity: User | Group | Role) -> Iterator[Edge]:
    """Yield the edges that an identity contributes; a group's members come from its users."""
    arn = entity.arn
    for policy in entity.policies:
        yield Edge(arn, policy, "attached")
    for name in entity.inline_policies:
        yield Edge(arn, inline_key(arn, name), "inline")
    if isinstance(entity, Group):
        return
    if entity.permissions_boundary is not None:
        yield Edge(arn, entity.permissions_boundary, "boundary")
    if isinstance(entity, User):
        groups = account.group_arns
        for name in entity.groups:
            if name in groups:
                yield Edge(arn, groups[name], "member")
        return
    if entity.trust_policy is not None:
        for principal in trusted_principals(entity.trust_policy):
            yield Edge(arn, principal, "trusts")
    for profile in entity.instance_profiles:
        yield Edge(profile.arn, arn, "holds")


def organization_edges(account: Account) -> Iterator[Edge]:
    """Yield the chain of the organization's levels, from its root down to the account."""
    if account.organization is None:
        return
    levels = [level_key(level.name) for level in account.organization.levels]
    for above, below in pairwise([*levels, account.id]):
        yield Edge(above, below, "controls")


def all_edges(account: Account) -> Iterator[Edge]:
    """Yield every edge of an account."""
    for entities in (account.users, account.groups, account.roles):
        for entity in entities.values():
            yield from edges_of(account, entity)
    yield from organization_edges(account)
