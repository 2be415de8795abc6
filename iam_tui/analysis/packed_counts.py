"""Counts of changed actions by access level, all in one integer that adds up."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog

if TYPE_CHECKING:
    from iam_tui.analysis.changes import Change, PermissionChanges

SIGNS: tuple[Change, ...] = ("+", "-", "~")
_FIELD = 24
"""Bits of one count; counts of all levels and signs stand in one integer, so sums are sums."""
_LEVELS = len(catalog.LEVELS)


class Counts(NamedTuple):
    """What a principal gains, loses and what changes for it: access level -> how many actions."""

    gained: dict[str, int]
    lost: dict[str, int]
    changed: dict[str, int]


@lru_cache(maxsize=1024)
def _by_level(service: str) -> tuple[tuple[int, int], ...]:
    """Return (place of an access level, bits of the actions that have it) of a service."""
    found: dict[int, int] = {}
    for place, level in enumerate(catalog.action_index().services[service].levels):
        found[level] = found.get(level, 0) | 1 << place
    return tuple(found.items())


def counted(service: str, bits: int, change: Change | None) -> int:
    """Return the counts of actions of a service that change alike."""
    if change is None:
        return 0
    first = SIGNS.index(change) * _LEVELS
    packed = 0
    for level, mask in _by_level(service):
        packed += (bits & mask).bit_count() << (first + level) * _FIELD
    return packed


def packed_counts(changes: PermissionChanges) -> int:
    """Return the counts of changes that are known row by row."""
    packed = 0
    for place, sign in enumerate(SIGNS):
        for name, number in changes.by_level(sign).items():
            packed += number << (place * _LEVELS + catalog.LEVELS.index(name)) * _FIELD
    return packed


def unpacked(packed: int) -> Counts:
    """Return counts as people read them."""
    found: list[dict[str, int]] = [{} for _ in SIGNS]
    for place in range(len(SIGNS) * _LEVELS):
        number = packed >> place * _FIELD & (1 << _FIELD) - 1
        if number:
            found[place // _LEVELS][catalog.LEVELS[place % _LEVELS]] = number
    return Counts(*found)
