"""The lines of a journal, one JSON object a line.

The first line says which file the edits belong to and what it held. Then come the edits in their
wire form and, between them, what was done with them: `undo` takes the last one back, `saving`
says that the account is about to be written. Undoing further than the last save cannot be said
as edits of the saved file; then an `account` stands below the header, from which they are told
anew.

A line counts when it is whole: the last one may have been torn by whatever ended the program.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from iam_tui.account.edits import Edit, decode_edit, encode_edit
from iam_tui.errors import AccountFileError
from iam_tui.workspace.source import SourceKind

FORMAT = 1


class Header(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", tag="journal"):
    """Whose edits these are."""

    format: int
    source: str
    """The file's absolute path, or the sample's name."""
    kind: SourceKind
    hash: str | None
    """SHA-256 of the file that the edits are made on."""
    opened: dt.datetime
    with_files: tuple[str, ...] = ()
    """What was added to the file, by absolute path: the edits may be about it."""
    credential_report: str | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", tag="account"):
    """The account that the edits below begin with."""

    saved: int
    """How many of the edits below the file has."""
    toml: str


class Undo(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", tag="undo"):
    """The last edit was taken back."""


class Saving(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", tag="saving"):
    """What follows is in a file, if that holds what is said here."""

    path: str
    hash: str


Record = Header | Snapshot | Undo | Saving | Edit


class _Op(msgspec.Struct):
    op: str = ""


_OURS = {"journal": Header, "account": Snapshot, "undo": Undo, "saving": Saving}
_OP = msgspec.json.Decoder(_Op)


@dataclass(slots=True)
class Content:
    """What a journal says."""

    header: Header
    snapshot: Snapshot | None = None
    steps: list[Edit | Undo] = field(default_factory=list)
    """What was done, in order."""
    saving: Saving | None = None
    """The account was about to be written and nothing is known of after."""
    damaged_line: int | None = None
    """The first line, counted from 1, that cannot be read; what stands before it counts."""

    @property
    def unsaved(self) -> tuple[Edit, ...]:
        """The edits that the file lacks, oldest first."""
        done = self._done()
        return tuple(edit for _, edit in done[self._shared(done) :])

    @property
    def reverted(self) -> tuple[Edit, ...]:
        """The edits that the file has and that were taken back, oldest first."""
        shared = self._shared(self._done())
        return tuple(
            step for step in self.steps[shared : self._saved] if not isinstance(step, Undo)
        )

    @property
    def is_whole(self) -> bool:
        """Whether it has all that it was begun with; else nothing in it was ever confirmed."""
        return len(self.steps) >= self._saved

    @property
    def _saved(self) -> int:
        return 0 if self.snapshot is None else self.snapshot.saved

    def _done(self) -> list[tuple[int, Edit]]:
        """Return the edits that were not taken back, each with its place among the steps.

        What was taken back and is made again right away is the same step as before.
        """
        done: list[tuple[int, Edit]] = []
        undone: list[tuple[int, Edit]] = []
        for place, step in enumerate(self.steps):
            if isinstance(step, Undo):
                undone += [done.pop()] if done else []
            elif undone and undone[-1][1] == step:
                done.append(undone.pop())
            else:
                done.append((place, step))
                undone.clear()
        return done

    def _shared(self, done: Sequence[tuple[int, Edit]]) -> int:
        """Return how many edits the file and the account have in common."""
        shared = 0
        while shared < min(self._saved, len(done)) and done[shared][0] == shared:
            shared += 1
        return shared


def encode(records: Iterable[Record]) -> bytes:
    """Return records as the lines of a journal."""
    return b"".join(_line(record) for record in records)


def _line(record: Record) -> bytes:
    if isinstance(record, Header | Snapshot | Undo | Saving):
        return msgspec.json.encode(record) + b"\n"
    return encode_edit(record).encode() + b"\n"


def is_journal(text: str) -> bool:
    """Tell a journal from a plain list of edits."""
    try:
        return isinstance(_decoded(text.partition("\n")[0].encode()), Header)
    except AccountFileError:
        return False


def read(data: bytes) -> Content | None:
    """Return what a journal says; None when not even its header does, or it is of a later format.

    Nothing here fails: what cannot be read ends the journal.
    """
    lines = data.split(b"\n")[:-1]
    if not lines:
        return None
    try:
        header = _decoded(lines[0])
    except AccountFileError:
        return None
    if not isinstance(header, Header) or header.format != FORMAT:
        return None
    content = Content(header)
    _fill(content, lines[1:])
    return content


def _fill(content: Content, lines: Sequence[bytes]) -> None:
    for number, line in enumerate(lines, start=2):
        try:
            record = _decoded(line)
        except AccountFileError:
            record = content.header
        if isinstance(record, Header) or (isinstance(record, Snapshot) and number > 2):
            content.damaged_line = number
            return
        content.saving = record if isinstance(record, Saving) else None
        if isinstance(record, Snapshot):
            content.snapshot = record
        elif not isinstance(record, Saving):
            content.steps.append(record)


def _decoded(line: bytes) -> Record:
    try:
        kind = _OURS.get(_OP.decode(line).op)
        if kind is not None:
            record: Record = msgspec.json.decode(line, type=kind)
            return record
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise AccountFileError(f"is no line of a journal: {error}") from None
    return decode_edit(line)
