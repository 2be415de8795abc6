"""Where an account came from, and whether its file is still as it was read."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SourceKind = Literal["toml", "json", "sample"]

DiskChange = Literal["changed", "gone"]
"""What became of a file that somebody else wrote: it holds something else, or is not there."""

_TICK = 2_000_000_000
"""Nanoseconds within which a second change may leave a file's times as they are (FAT has two
seconds, most others a few milliseconds)."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was opened."""

    name: str
    """The sample's name, or the file's."""
    path: Path | None
    """None for a bundled sample."""
    kind: SourceKind

    @property
    def key(self) -> str:
        """What journals and the state file know it by: its absolute path, or the sample's name.

        A file has one key by whatever name it is opened.
        """
        return self.name if self.path is None else os.path.realpath(self.path)


def content_hash(path: Path) -> bytes | None:
    """Return a hash of what a file holds, or None when there is no such file.

    Time and size alone miss a change within one tick of the clock that keeps the size.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except FileNotFoundError:
        return None


class DiskWatch:
    """Tells whether a file still holds what was read from it or written to it.

    It looks at the times and the size first and reads the file only when they differ from those
    of the last look, so that it may be asked each time that the terminal gets the focus.
    """

    def __init__(self, path: Path | None, known: bytes | None) -> None:
        """Watch a file.

        Args:
            path: The file; None for what nobody changes.
            known: The hash of what it held.
        """
        self.known = known
        self.found: bytes | None = None
        """The hash of what it held at the last look that read it."""
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._answer: DiskChange | None = None

    def look(self) -> DiskChange | None:
        """Return what became of the file, None when it holds what it held.

        A file that cannot be read just now, on a share that is away for instance, is taken as
        unchanged: saving looks again and refuses what it cannot read.
        """
        if self._path is None:
            return None
        try:
            seen = _marks(self._path)
            if seen is None or seen != self._seen:
                self._answer = self._read()
                self._seen = seen
        except FileNotFoundError:
            self._seen, self._answer = None, "gone"
        except OSError:
            self._seen, self._answer = None, None
        return self._answer

    def _read(self) -> DiskChange | None:
        if self._path is None or self.known is None:
            return None
        found = self.found = content_hash(self._path)
        if found is None:
            return "gone"
        return None if found == self.known else "changed"


def _marks(path: Path) -> tuple[int, ...] | None:
    """Return what `stat` knows of a file's content, None while a change could still hide."""
    found = path.stat()
    if time.time_ns() - found.st_mtime_ns < _TICK:
        return None
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev)
