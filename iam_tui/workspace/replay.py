"""Edits made again: from a history to the records of a journal, and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iam_tui.errors import EditError
from iam_tui.workspace.history import History
from iam_tui.workspace.records import Snapshot, Undo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.workspace.records import Content, Record


@dataclass(slots=True)
class Replay:
    """What becomes of edits when they are made again, on an account that may be another by now."""

    before: Account
    after: Account
    made: list[Edit] = field(default_factory=list)
    unneeded: list[Edit] = field(default_factory=list)
    """Edits that change nothing: the account has what they were to bring about."""
    refused: list[tuple[Edit, str]] = field(default_factory=list)
    """Edits that cannot be made any more, each with the reason."""


def replayed(account: Account, edits: Iterable[Edit], history: History | None = None) -> Replay:
    """Return what edits come to; one that is refused does not keep the next from being made.

    Args:
        account: What they are made on.
        edits: The edits, oldest first.
        history: Where those that change something become steps, if anywhere.
    """
    found = Replay(account, account)
    for edit in edits:
        try:
            after = edit.apply(found.after)
        except EditError as error:
            found.refused.append((edit, str(error)))
            continue
        if after is found.after:
            found.unneeded.append(edit)
            continue
        found.made.append(edit)
        found.after = after
        if history is not None:
            history.push(edit, after)
    return found


def described(history: History) -> Iterator[Record]:
    """Yield the records from which all that is unsaved can be made again; none, if nothing is."""
    undone = len(history.reverted)
    if undone:
        from iam_tui.formats import dumps_toml

        yield Snapshot(saved=len(history.saved_steps), toml=dumps_toml(history.opened_account))
        yield from (step.edit for step in history.saved_steps)
        yield from (Undo() for _ in range(undone))
    yield from (step.edit for step in history.unsaved)


def rebuilt(content: Content) -> History:
    """Return the history that a journal with an account tells.

    Raises:
        AccountFileError: When the account cannot be understood.
        EditError: When AWS would refuse one of the edits.
    """
    if content.snapshot is None:
        raise ValueError("the journal has no account to begin with")
    from iam_tui.formats.toml_in import load_toml

    saved = content.snapshot.saved
    history = History(load_toml(content.snapshot.toml))
    for place, step in enumerate(content.steps):
        if place == saved:
            history.mark_saved()
        if isinstance(step, Undo):
            history.undo()
        elif step == history.undone:
            history.redo()
        else:
            history.push(step, step.apply(history.account))
    return history
