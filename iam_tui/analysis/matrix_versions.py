"""Whether two versions of an account are alike in what everybody's access may depend on.

An edit leaves most principals as they were. Their rows can be kept when what lies around them is
the same: resources, the organization, whom roles trust, and the tags that conditions read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.entities import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam_tui.account import Account
    from iam_tui.account.entities import Policy, User

    Tagged = Mapping[str, User | Role | Policy]


def is_alike_around(before: Account, after: Account) -> bool:
    """Tell whether only policies, attachments and memberships differ between two versions."""
    return (
        (before.id, before.partition) == (after.id, after.partition)
        and before.resources == after.resources
        and before.organization == after.organization
        and before.root_user == after.root_user
        and _are_alike(before.users, after.users)
        and _are_alike(before.roles, after.roles)
        and _are_alike(before.policies, after.policies)
    )


def _are_alike(before: Tagged, after: Tagged) -> bool:
    if before is after:
        return True
    if before.keys() != after.keys():
        return False
    return all(
        one is other or _is_alike(one, other)
        for one, other in zip(before.values(), (after[arn] for arn in before), strict=True)
    )


def _is_alike(one: User | Role | Policy, other: User | Role | Policy) -> bool:
    """Tell whether an entity is the same to others: its tags, its id, whom it trusts."""
    if (one.tags, one.id) != (other.tags, other.id):
        return False
    if isinstance(one, Role) and isinstance(other, Role):
        return one.trust_policy == other.trust_policy
    return True
