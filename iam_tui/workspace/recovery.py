"""What programs that were killed have left behind, to be offered back.

A journal is offered when nobody writes it any more and it has something that no file has. What
it would change is the difference of the two accounts of `Recovery.preview`; making it so is
`Workspace.recover`'s, which writes the edits into its own journal before this one goes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iam_tui.errors import UsageError
from iam_tui.formats import sample_path
from iam_tui.workspace import records
from iam_tui.workspace.folders import recovery_folder
from iam_tui.workspace.journal import journal_stem, lock, move_aside
from iam_tui.workspace.replay import Replay, rebuilt, replayed
from iam_tui.workspace.source import Source, content_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.workspace.records import Content, Header

_DAY = 24 * 3600.0
KEPT_DAYS = 30
"""How long discarded journals are kept."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A journal that was left behind, and what it holds."""

    path: Path
    """The journal."""
    source: Source
    """What the edits were made on."""
    written: dt.datetime
    """When the last of the edits was made."""
    edits: tuple[Edit, ...]
    """The edits that no file has, oldest first."""
    reverted: tuple[Edit, ...]
    """The edits that the file has and that had been taken back, oldest first."""
    base_matches: bool
    """Whether the file still holds what the edits were made on."""
    content: Content

    @property
    def count(self) -> int:
        """How many edits or undoings the file lacks."""
        return len(self.edits) + len(self.reverted)

    @property
    def with_files(self) -> tuple[str, ...]:
        """The `--with` files that were open too; an edit may be about what they add."""
        return self.content.header.with_files

    @property
    def credential_report(self) -> str | None:
        """The credential report that was open too."""
        return self.content.header.credential_report

    @property
    def is_damaged(self) -> bool:
        """Whether the journal goes on with lines that cannot be read."""
        return self.content.damaged_line is not None

    def preview(self, account: Account) -> Replay:
        """Return what recovering would make of an account; nothing is changed.

        `blast_radius(replay.before, replay.after)` is what it would change for whom.

        Args:
            account: The account as its file has it.

        Raises:
            AccountFileError: When the account in the journal cannot be understood.
            EditError: When AWS would refuse what is told there.
        """
        if self.content.snapshot is None:
            return replayed(account, self.edits)
        return Replay(account, rebuilt(self.content).account, made=list(self.edits))

    def discard(self) -> Path | None:
        """Stop offering the journal and return where it is kept for a month.

        Raises:
            UsageError: When it is gone, or somebody else is recovering it.
        """
        with self.claimed():
            return move_aside(self.path)

    @contextlib.contextmanager
    def claimed(self) -> Iterator[None]:
        """Keep others from taking the journal meanwhile.

        Raises:
            UsageError: When it is gone, or somebody has it already.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            raise UsageError("these edits have been recovered or discarded meanwhile") from None
        try:
            if not lock(descriptor, alone=True):
                raise UsageError("another program has these edits just now")
            yield
        finally:
            os.close(descriptor)


def recoveries(source: Source | None = None) -> tuple[Recovery, ...]:
    """Return what was left behind and not saved, the newest first.

    Args:
        source: What is open; None: every account, for a start screen.
    """
    pattern = "*.jsonl" if source is None else f"{journal_stem(source)}*.jsonl"
    found = (_recovery(path, source) for path in _paths(pattern))
    return tuple(sorted(filter(None, found), key=lambda one: one.written, reverse=True))


def prune() -> None:
    """Delete what was discarded long ago, and journals of yesterday that have nothing to offer."""
    for path in _paths("*.jsonl"):
        content = _read(path)
        if _is_empty(path) if content is None else _is_spent(content):
            _unlink_older(path, _DAY)
    for path in _paths("discarded/*.jsonl"):
        _unlink_older(path, KEPT_DAYS * _DAY)


def _paths(pattern: str) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(recovery_folder().glob(pattern))
    return []


def _is_empty(path: Path) -> bool:
    """Tell a journal that was never written from one that cannot be understood."""
    with contextlib.suppress(OSError):
        return path.stat().st_size == 0
    return False


def _unlink_older(path: Path, seconds: float) -> None:
    with contextlib.suppress(OSError):
        if time.time() - path.stat().st_mtime > seconds:
            path.unlink()


def _recovery(path: Path, source: Source | None) -> Recovery | None:
    content = _read(path)
    if content is None or _is_spent(content):
        return None
    source = source or _source(content.header)
    with contextlib.suppress(OSError):
        return Recovery(
            path=path,
            source=source,
            written=dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC),
            edits=content.unsaved,
            reverted=content.reverted,
            base_matches=content.header.hash is not None
            and _hash_now(source) == content.header.hash,
            content=content,
        )
    return None


def _read(path: Path) -> Content | None:
    """Return a journal's content; None when it cannot be understood or is being written."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            return records.read(file.read()) if lock(descriptor, alone=False) else None
    except OSError:
        return None


def _is_spent(content: Content) -> bool:
    """Tell whether nothing is left to offer: all was saved or taken back."""
    if not content.is_whole or not (content.unsaved or content.reverted):
        return True
    saving = content.saving
    return saving is not None and _hash_of(Path(saving.path)) == saving.hash


def _source(header: Header) -> Source:
    if header.kind == "sample":
        return Source(header.source, None, header.kind)
    path = Path(header.source)
    return Source(path.name, path, header.kind)


def _hash_now(source: Source) -> str | None:
    path = sample_path(source.name) if source.path is None else source.path
    return None if path is None else _hash_of(path)


def _hash_of(path: Path) -> str | None:
    try:
        found = content_hash(path)
    except (OSError, ValueError):
        return None
    return None if found is None else found.hex()
