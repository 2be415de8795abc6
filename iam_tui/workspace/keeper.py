"""Keeps the unsaved edits of an open account on disk, whatever becomes of the program."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam_tui.workspace.journal import Journal
from iam_tui.workspace.records import FORMAT, Header, Saving
from iam_tui.workspace.replay import described

if TYPE_CHECKING:
    from pathlib import Path

    from iam_tui.workspace.history import History
    from iam_tui.workspace.records import Record
    from iam_tui.workspace.source import Source


@dataclass(frozen=True, slots=True)
class Additions:
    """What an account was opened with, beside its file."""

    with_files: tuple[str | Path, ...] = ()
    credential_report: str | Path | None = None


class Keeper:
    """Writes what the file of an open account lacks to a journal, as it grows.

    There is no journal before the first edit, and none for verbs, which keep nothing.
    """

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._journal: Journal | None = None
        self._header: Header | None = None
        self._source: Source | None = None
        self._has_account = False
        self._is_spent = True

    @property
    def is_on(self) -> bool:
        """Whether edits are kept."""
        return self._journal is not None

    @property
    def path(self) -> Path | None:
        """The journal with all that is unsaved; None: nothing is, or it cannot be written.

        A verb makes the same account of the file with `--edits`, as long as nothing that the
        file has was undone.
        """
        journal = self._journal
        if journal is None or self._is_spent or not journal.is_open:
            return None
        return journal.path

    @property
    def problem(self) -> str | None:
        """Why the last edits are in memory only, in a sentence; None: they are safe."""
        return None if self._journal is None else self._journal.problem

    def switch_on(self, source: Source, known: bytes | None, additions: Additions) -> None:
        """Keep edits from now on.

        Args:
            source: What is open.
            known: The hash of what its file holds.
            additions: What else was opened.
        """
        self._journal = Journal()
        self.aim(source, known, additions)

    def note(self, history: History, *done: Record) -> None:
        """Put on disk what was done last; `problem` says whether that could be done.

        Args:
            history: The history, after it was done.
            done: What was done.
        """
        journal = self._journal
        if journal is None or not done:
            return
        self._is_spent = not (history.unsaved or history.reverted)
        # To undo what the file has, a journal must begin with the account before that.
        fits = self._has_account or not history.reverted
        if fits and journal.is_open:
            journal.append(done)
        if not (fits and journal.is_open):
            self._write_anew(journal, history)

    def about_to_save(self, path: Path, digest: bytes) -> None:
        """Say that a file is about to have everything: none of it is then offered again."""
        if self._journal is not None and self._journal.is_open:
            self._journal.append([Saving(path=os.path.realpath(path), hash=digest.hex())])

    def saved(self, source: Source, known: bytes | None) -> None:
        """Forget what a file has now; it is what further edits are made on."""
        if self._journal is not None:
            self.forget()
            # What was added at first is in the file, too.
            self.aim(source, known, Additions())

    def forget(self) -> None:
        """Take the journal away: its edits are somewhere else."""
        if self._journal is not None:
            self._journal.clear()

    def set_aside(self) -> Path | None:
        """Stop keeping edits that nobody wants, and return where they are kept for a month."""
        return None if self._journal is None else self._journal.set_aside()

    def close(self) -> None:
        """Let go of the journal; what it has to offer is offered by the next start."""
        if self._journal is not None and not self._is_spent:
            self._journal.close()
        else:
            self.forget()

    def _write_anew(self, journal: Journal, history: History) -> None:
        content = tuple(described(history))
        if content and self._header is not None and self._source is not None:
            self._has_account = bool(history.reverted)
            journal.rewrite(self._source, (self._header, *content))
        else:
            journal.clear()

    def aim(self, source: Source, known: bytes | None, additions: Additions) -> None:
        """Say what further edits are made on, when no journal is there.

        Args:
            source: What is open.
            known: The hash of what its file holds, or held when it was taken as saved.
            additions: What else was opened.
        """
        report = additions.credential_report
        self._source = source
        self._has_account, self._is_spent = False, True
        self._header = Header(
            format=FORMAT,
            source=_text(source.key),
            kind=source.kind,
            hash=None if known is None else known.hex(),
            opened=dt.datetime.now(tz=dt.UTC),
            with_files=tuple(_text(os.path.realpath(path)) for path in additions.with_files),
            credential_report=None if report is None else _text(os.path.realpath(report)),
        )


def _text(path: str) -> str:
    """Return a path as text, which its bytes need not be."""
    return path.encode(errors="backslashreplace").decode()
