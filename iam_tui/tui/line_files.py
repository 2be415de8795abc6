"""Names of files that complete what was typed."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING

from iam_tui.home import expanded

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 2000
"""Entries of a folder that are looked at: a completion must not wait for a disk."""


def file_names(typed: str) -> Iterator[tuple[str, str]]:
    """Yield files and folders whose name begins so, each with what it is; folders end with `/`."""
    folder, _, name = typed.rpartition("/")
    lead = f"{folder}/" if "/" in typed else ""
    place = expanded(lead)
    try:
        with os.scandir(place) as entries:
            found = sorted(islice(entries, _MOST), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return
    for entry in found:
        is_hidden = entry.name.startswith(".") and not name.startswith(".")
        if entry.name.startswith(name) and not is_hidden:
            is_folder = entry.is_dir()
            yield f"{lead}{entry.name}{'/' if is_folder else ''}", "folder" if is_folder else ""
