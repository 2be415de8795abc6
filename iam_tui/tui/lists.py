"""The four lists: their names, what they can be sorted by, and which kind stands in which."""

from __future__ import annotations

from typing import Literal

ListName = Literal["users", "groups", "roles", "policies"]
LIST_NAMES: tuple[ListName, ...] = ("users", "groups", "roles", "policies")
Mark = Literal["", "+", "-", "~"]
"""What the unsaved edits did: added, taken away, changed, or nothing."""

SORTS: dict[ListName, tuple[str, ...]] = {
    "users": ("name", "groups", "policies"),
    "groups": ("name", "users", "policies"),
    "roles": ("name", "policies"),
    "policies": ("name", "uses"),
}
"""The columns that each list can be sorted by."""


def list_of(kind: str) -> ListName:
    """Return the list in which entities of a kind stand."""
    found: dict[str, ListName] = {
        "root": "users",
        "user": "users",
        "group": "groups",
        "role": "roles",
    }
    return found.get(kind, "policies")
