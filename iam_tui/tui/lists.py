"""The four lists: their names, what they can be sorted by, and which kind stands in which."""

from __future__ import annotations

from typing import Literal, NamedTuple

ListName = Literal["users", "groups", "roles", "policies"]
LIST_NAMES: tuple[ListName, ...] = ("users", "groups", "roles", "policies")
Mark = Literal["", "+", "-", "~"]
"""What the unsaved edits did: added, taken away, changed, or nothing."""

SORTS: dict[ListName, tuple[str, ...]] = {
    "users": ("name", "groups", "policies", "key days", "last used", "created"),
    "groups": ("name", "users", "policies", "created"),
    "roles": ("name", "policies", "trusted by", "last used", "created"),
    "policies": ("name", "uses", "kind", "created"),
}
"""The columns that each list can be sorted by."""
WORDS = frozenset({"name", "kind", "trusted by"})
"""Columns that begin with `a`; the others begin with the largest number, the oldest day."""


_ONE: dict[ListName, str] = {
    "users": "user",
    "groups": "group",
    "roles": "role",
    "policies": "policy",
}


def counted(number: int, name: ListName) -> str:
    """Return `1 user` or `3 users`."""
    return f"{number} {_ONE[name] if number == 1 else name}"


class Sort(NamedTuple):
    """By which column a list is sorted, and whether the other way round."""

    column: str = "name"
    reverse: bool = False

    @property
    def is_rising(self) -> bool:
        """Whether the smallest stands on top."""
        return (self.column in WORDS) != self.reverse

    @property
    def text(self) -> str:
        """`name^` or `groups v`, for a title."""
        return f"{self.column}^" if self.is_rising else f"{self.column} v"


def list_of(kind: str) -> ListName:
    """Return the list in which entities of a kind stand."""
    found: dict[str, ListName] = {
        "root": "users",
        "user": "users",
        "group": "groups",
        "role": "roles",
        "provider": "roles",
    }
    return found.get(kind, "policies")
