"""Where an account came from, and whether its file is still as it was read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SourceKind = Literal["toml", "json", "sample"]


@dataclass(frozen=True, slots=True)
class Source:
    """What was opened."""

    name: str
    """The sample's name, or the file's."""
    path: Path | None
    """None for a bundled sample."""
    kind: SourceKind


def content_hash(path: Path) -> bytes | None:
    """Return a hash of what a file holds, or None when there is no such file.

    Time and size alone miss a change within one tick of the clock that keeps the size.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except FileNotFoundError:
        return None
