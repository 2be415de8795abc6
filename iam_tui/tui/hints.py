"""What several screens say about keys, in the keys that the user has."""

from __future__ import annotations

from iam_tui.commands import first_key, key_in_fields


def stops() -> str:
    """Return what stops what is being computed: `esc stops`."""
    return f"{first_key('back')} stops"


def turning() -> str:
    """Return the keys of a form that are not seen from its look."""
    return f"{first_key('field.next')}: take, next   {first_key('field.up')}: asked before"


def seek_hint() -> str:
    """Return what an empty line says in which text to find is typed."""
    return f"text to find; {first_key('find.next')} next, {first_key('find.prev')} before"


def filter_hint(room: int) -> str:
    """Return what the empty filter line of a list says in so many cells."""
    every = "name; prefixes: tag: has: action: policy: group: path: service:  !word leaves out"
    hints = (
        f"{every}  ({key_in_fields('help')} tells)",
        "name tag: has: action: policy: group: path: !word",
        "name tag: has: action: !word",
    )
    return next((one for one in hints if len(one) <= room), hints[-1])
