"""The theme that was chosen last, read at each start before the first frame.

So it is read without what reads the whole state, which looks at a damaged file and says so later.
"""

from __future__ import annotations

import re

from iam_tui.workspace.folders import state_path

_HEAD = 200
"""Bytes at the head of the state, before its tables."""
_THEME = re.compile(rb'^theme = "([\w-]+)"$', re.MULTILINE)


def chosen_theme() -> str | None:
    """Return the name of the theme that was chosen last, if any was."""
    try:
        with state_path().open("rb") as file:
            head = file.read(_HEAD).partition(b"\n[")[0]
    except OSError:
        return None
    found = _THEME.search(head)
    return found[1].decode() if found else None
