"""What a proposed change does beside what was asked for, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.analysis.fixes import Fix

if TYPE_CHECKING:
    from iam_tui.analysis.removal import Removal


def effect_in_words(change: Fix | Removal) -> str:
    """Return what a fix or a removal does besides; of a large one how much it concerns.

    Args:
        change: The change; unless it is large, its reach is worked out.
    """
    if not change.edits:
        return "no edit is needed"
    if change.is_large:
        permissions, principals = change.weight
        of = f" of {principals} principals" if principals > 1 else ""
        return f"concerns about {permissions} {_permissions(permissions)}{of}"
    parts = []
    if isinstance(change, Fix):
        if change.gives:
            parts.append(f"gives or changes {change.gives} other {_permissions(change.gives)}")
        if change.takes:
            parts.append(f"takes {change.takes} away")
    elif change.takes:
        parts.append(f"takes or changes {change.takes} other {_permissions(change.takes)}")
    if change.others:
        noun = "principal" if len(change.others) == 1 else "principals"
        parts.append(f"reaches {len(change.others)} other {noun}")
    return "; ".join(parts) or "and nothing else"


def _permissions(count: int) -> str:
    return "permission" if count == 1 else "permissions"
