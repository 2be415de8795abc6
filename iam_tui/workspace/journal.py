"""The journal: what a program that is killed leaves behind, so that no edit is lost.

Each program run has a file of its own, `HASH.jsonl`, or `HASH-2.jsonl` where that one exists, so
that two programs on one account never write into each other's. A lock that the system lets go
when the program ends tells a journal that is being written from one that was left behind.

A journal that cannot be written costs nobody an edit: `problem` says what is wrong, and the next
edit tries again with all that is unsaved.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from iam_tui.workspace import records
from iam_tui.workspace.folders import make_private, recovery_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from iam_tui.workspace.records import Record
    from iam_tui.workspace.source import Source

_MOST_FILES = 1000


def journal_stem(source: Source) -> str:
    """Return how the names of an account's journals begin."""
    return hashlib.sha256(os.fsencode(source.key)).hexdigest()[:32]


class Journal:
    """The file that the edits of one open account are written to."""

    def __init__(self) -> None:
        """Begin without a file: there is one as soon as there is something to write."""
        self.path: Path | None = None
        self.problem: str | None = None
        """Why the last edits are in memory only; None: they are on disk."""
        self._descriptor = -1
        self._length = 0
        self._close: Callable[[], object] = _nothing

    @property
    def is_open(self) -> bool:
        """Whether all that is unsaved is in a file to which the next edit can be added."""
        return self._descriptor >= 0 and self.problem is None and self._is_there()

    def append(self, added: Iterable[Record]) -> None:
        """Add records; when this returns they are on disk, or `problem` says why not."""
        try:
            self._write(records.encode(added))
        except (OSError, ValueError) as error:
            self.problem = _reason(error)

    def rewrite(self, source: Source, content: Iterable[Record]) -> None:
        """Write everything anew, into another file; the former one goes when that is on disk."""
        former, forget = self.path, self._close
        try:
            data = records.encode(content)
            self._create(source)
        except (OSError, ValueError) as error:
            self.problem = _reason(error)
            return
        try:
            self._write(data)
        except OSError as error:
            self.problem = _reason(error)
            self._drop()
            self.path, self._close = former, forget
            return
        self.problem = None
        # One that somebody deleted may have left its name to this one.
        if former is not None and former != self.path:
            _unlink(former)
        forget()

    def clear(self) -> None:
        """Take the file away: what was in it is saved, or was taken back."""
        self.problem = None
        self._drop()

    def set_aside(self) -> Path | None:
        """Move the file to where discarded ones are kept for a while, and return where it is."""
        self.problem = None
        path, self.path = self.path, None
        moved = None if path is None else move_aside(path)
        self.close()
        return moved

    def close(self) -> None:
        """Let go of the file; it stays for the next start."""
        self._close()
        self._close, self._descriptor, self.path = _nothing, -1, None

    def _create(self, source: Source) -> None:
        folder = recovery_folder()
        make_private(folder)
        self.path, self._descriptor = _new_file(folder, journal_stem(source))
        self._close = weakref.finalize(self, os.close, self._descriptor)
        self._length = 0

    def _write(self, data: bytes) -> None:
        """Write behind what is there already, whole or not at all."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            os.fsync(self._descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._length)
            raise
        self._length += len(data)

    def _is_there(self) -> bool:
        try:
            return os.fstat(self._descriptor).st_nlink > 0
        except OSError:
            return False

    def _drop(self) -> None:
        if self.path is not None and not _unlink(self.path):
            # An empty journal offers nothing either.
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, 0)
        self.close()


def move_aside(path: Path) -> Path | None:
    """Move a journal to the discarded ones and return where it is; None when it is gone."""
    folder = path.parent / "discarded"
    try:
        make_private(folder)
        target = _free_name(folder, path.stem)
        path.rename(target)
    except OSError:
        return None
    return target


def lock(descriptor: int, *, alone: bool) -> bool:
    """Lock an open journal and return whether it could be; without waiting.

    Where the file system knows no locks, every journal counts as left behind.

    Args:
        descriptor: The open file.
        alone: Whether nobody else may look at it meanwhile.
    """
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _new_file(folder: Path, stem: str) -> tuple[Path, int]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW
    for number in range(1, _MOST_FILES):
        path = folder / (f"{stem}.jsonl" if number == 1 else f"{stem}-{number}.jsonl")
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileExistsError:
            continue
        # Somebody who looks for journals may hold it for a moment: then the next name is as good.
        if lock(descriptor, alone=True):
            _sync(folder)
            return path, descriptor
        os.close(descriptor)
        _unlink(path)
    raise FileExistsError(None, f"there are {_MOST_FILES} journals of this account")


def _free_name(folder: Path, stem: str) -> Path:
    number = 1
    while (folder / f"{stem}.{number}.jsonl").exists():
        number += 1
    return folder / f"{stem}.{number}.jsonl"


def _sync(folder: Path) -> None:
    """Make a new name survive a power cut, where the file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unlink(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _reason(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"edits are in memory only: the journal cannot be written ({reason})"


def _nothing() -> None:
    """Close nothing."""
