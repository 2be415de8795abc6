"""Wherever a journal is cut, what had been confirmed by then comes back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.account import Account
from iam_tui.formats import load, save
from iam_tui.workspace import Workspace, recoveries
from tests.strategies import accounts, edits

OPERATIONS = ("apply", "apply", "apply", "undo", "undo", "redo", "save")


@contextmanager
def own_state() -> Iterator[Path]:
    """A folder of an account, with a state folder of its own."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield folder


class Script:
    """A random walk of edits, and what had been confirmed at which length of which journal."""

    def __init__(self, path: Path) -> None:
        self.workspace = Workspace.open(path, journal=True)
        self.confirmed: dict[int, Account] = {}
        self.journal: Path | None = None

    def do(self, operation: str, data: st.DataObject) -> None:
        workspace = self.workspace
        account = workspace.account
        if operation == "apply":
            if account.users or account.groups or account.roles or account.policies:
                workspace.apply(data.draw(edits(account)))
        elif operation == "undo":
            workspace.undo()
        elif operation == "redo":
            workspace.redo()
        else:
            workspace.save(overwrite=True)
        self._note()

    def _note(self) -> None:
        folder = Path(os.environ["XDG_STATE_HOME"]) / "iam-tui" / "recovery"
        found = next(folder.glob("*.jsonl"), None) if folder.exists() else None
        if found is None or found != self.journal:
            self.confirmed.clear()
        self.journal = found
        if found is not None:
            size = found.stat().st_size
            self.confirmed = {at: one for at, one in self.confirmed.items() if at < size}
            self.confirmed[size] = self.workspace.account


def come_back(path: Path) -> Account:
    """What the next start would make of the file and what was left behind."""
    workspace = Workspace.open(path)
    for left in workspace.recoveries():
        replay = left.preview(workspace.account)
        assert not replay.refused
        assert not replay.unneeded
        return replay.after
    return workspace.account


@given(st.data())
def test_a_journal_that_is_cut_anywhere_has_all_that_was_confirmed(data: st.DataObject) -> None:
    with own_state() as folder:
        path = folder / "acme.toml"
        save(data.draw(accounts()), path)
        script = Script(path)
        for _ in range(data.draw(st.integers(1, 7))):
            script.do(data.draw(st.sampled_from(OPERATIONS)), data)
        left = script.journal
        script.workspace.journal.close()
        if left is None or not left.exists():
            assert come_back(path) == script.workspace.account
            return
        first = min(script.confirmed)
        # Before the first confirmation nothing was promised; all that is asked is an answer.
        assert come_back(path) == script.workspace.account
        for size in range(left.stat().st_size, first - 1, -1):
            os.truncate(left, size)
            confirmed = max(at for at in script.confirmed if at <= size)
            assert come_back(path) == script.confirmed[confirmed], size
        for size in range(first, -1, -max(1, first // 50)):
            os.truncate(left, size)
            come_back(path)
            recoveries()


@given(st.data())
def test_what_is_recovered_is_as_it_was(data: st.DataObject) -> None:
    with own_state() as folder:
        path = folder / "acme.toml"
        save(data.draw(accounts()), path)
        script = Script(path)
        for _ in range(data.draw(st.integers(1, 8))):
            script.do(data.draw(st.sampled_from(OPERATIONS)), data)
        killed = script.workspace
        killed.journal.close()
        workspace = Workspace.open(path, journal=True)
        offered = workspace.recoveries()
        assert len(offered) == (1 if killed.unsaved else 0)
        for left in offered:
            assert (left.edits, left.reverted) == (killed.edits, killed.reverted)
            assert left.base_matches
            workspace.recover(left)
        assert workspace.account == killed.account
        assert workspace.saved_account == load(path)
        assert (workspace.edits, workspace.reverted) == (killed.edits, killed.reverted)
        assert workspace.recoveries() == ()
        workspace.save(overwrite=True)
        assert recoveries() == ()
