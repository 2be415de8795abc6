"""The real program on a real terminal, and what becomes of edits however it ends."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from iam_tui import load, save
from iam_tui.account import Account
from iam_tui.account.edits import AttachPolicy
from iam_tui.workspace import Workspace
from tests.tui.test_terminal import LEFT, Terminal, start
from tests.workspace.editing_program import digest
from tests.workspace.test_killed import moments

SIZE = (130, 24)
"""Wide enough for what is said in the status line."""
LONGEST_WAIT = 0.08
"""Seconds after the last keys within which a program is killed: about what an edit takes."""


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A folder for the program's state, which the test looks into as well."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return {"XDG_STATE_HOME": str(tmp_path / "state")}


@pytest.fixture
def account(tmp_path: Path) -> Path:
    path = tmp_path / "acme.toml"
    save(startup(), path)
    return path


def startup() -> Account:
    """The sample, without the assertions that would be asked about."""
    return msgspec.structs.replace(load("startup"), assertions=())


def opened(terminals: list[Terminal], path: Path, state: dict[str, str]) -> Terminal:
    terminal = start(terminals, str(path), environment=state, size=SIZE)
    terminal.until("opened acme.toml")
    return terminal


def make_an_edit(terminal: Terminal) -> None:
    terminal.press("2/Developers\r")
    terminal.press("AS3Write\r")
    terminal.until("attached S3Write to Developers (u undoes)")


@pytest.mark.slow
def test_a_terminal_that_is_gone_ends_the_program(
    terminals: list[Terminal], account: Path, state: dict[str, str]
) -> None:
    """Without a controlling terminal there is no SIGHUP; reading gives nothing, for ever."""
    terminal = opened(terminals, account, state)
    make_an_edit(terminal)
    assert terminal.hang_up() == 129
    (left,) = Workspace.open(account).recoveries()
    assert [edit.title for edit in left.edits] == ["attach S3Write to Developers"]


@pytest.mark.slow
def test_a_signal_keeps_the_edits_and_where_one_was(
    terminals: list[Terminal], account: Path, state: dict[str, str]
) -> None:
    terminal = opened(terminals, account, state)
    make_an_edit(terminal)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 143
    terminal.check_restored()
    again = opened(terminals, account, state)
    again.until("Unsaved edits were left behind")
    assert "where you left off" in again.text
    again.press("\r")
    again.until("recovered 1 edit")
    assert "Groups > Developers" in again.text
    again.press("\x13")
    again.until("saved")
    again.press("\x11")
    assert again.end() == 0
    assert Workspace.open(account).recoveries() == ()


@pytest.mark.slow
@pytest.mark.parametrize("by_key", [True, False])
def test_to_the_shell_and_back(
    terminals: list[Terminal], account: Path, state: dict[str, str], by_key: bool
) -> None:
    terminal = opened(terminals, account, state)
    if by_key:
        terminal.press("\x1a")
    else:
        terminal.process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    terminal.read(0.1)
    for sequence in LEFT.values():
        assert sequence in terminal.output
    terminal.forget()
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("opened acme.toml")
    assert "Users > root" in terminal.text
    terminal.press("2")
    terminal.until("Groups > Admins")
    terminal.press("\x11")
    assert terminal.end() == 0


@pytest.mark.slow
def test_a_bug_keeps_the_edits_and_says_so(
    terminals: list[Terminal], account: Path, state: dict[str, str], tmp_path: Path
) -> None:
    # A module that breaks when it is first needed stands for any bug of ours.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['iam_tui.tui.screens.disk'] = None\n", encoding="utf-8"
    )
    terminal = opened(terminals, account, {**state, "PYTHONPATH": str(tmp_path)})
    make_an_edit(terminal)
    terminal.press("\x12")
    assert terminal.end() == 70
    terminal.check_restored()
    assert b"the traceback is in" in terminal.output
    assert b"the next start offers to recover 1 unsaved edit" in terminal.output
    assert len(Workspace.open(account).recoveries()) == 1


@dataclass(frozen=True)
class Step:
    """An edit as it is made on the screen."""

    keys: tuple[tuple[str, str], ...]
    """What is pressed, and what is then to be seen before more is pressed."""
    said: str
    """How the status line begins when it has been made."""


@dataclass
class Script:
    """Random edits, as keys and as what they come to; the same seed makes the same."""

    workspace: Workspace
    chance: random.Random
    undone: int = 0
    states: list[str] = field(default_factory=list)
    """The account at first and after each edit."""
    is_saved: bool = True

    def __post_init__(self) -> None:
        self.states.append(digest(self.workspace.account))

    def step(self) -> Step:
        """Do the next one without a screen."""
        step = self._step()
        self.states.append(digest(self.workspace.account))
        return step

    def _step(self) -> Step:
        kinds = ["attach", "attach"]
        if self.workspace.history:
            kinds.append("undo")
        if self.undone:
            kinds.append("redo")
        if not self.is_saved:
            kinds.append("save")
        kind = self.chance.choice(kinds)
        self.is_saved = kind == "save"
        if kind == "undo":
            self.undone += 1
            change = self.workspace.undo()
            assert change is not None
            return Step((("u", ""),), f"undone: {change.title} ")
        if kind == "redo":
            self.undone -= 1
            change = self.workspace.redo()
            assert change is not None
            return Step((("U", ""),), f"again: {change.past} ")
        if kind == "save":
            return Step((("\x13", ""),), "saved ")
        self.undone = 0
        return self._attach()

    def _attach(self) -> Step:
        account = self.workspace.account
        possible = [
            (group.name, policy.name)
            for group in account.groups.values()
            for policy in account.policies.values()
            if policy.arn not in group.policies
        ]
        group, policy = self.chance.choice(possible)
        change = self.workspace.apply(AttachPolicy(entity=f"group/{group}", policy=policy))
        keys = (
            ("2", "━ 2 Groups"),
            (f"/\x15{group}\r", f"Groups > {group}"),
            ("A", "Add to group"),
            (policy, f"┃> {policy} "),
            ("\r", ""),
        )
        return Step(keys, f"{change.past} ")


@pytest.mark.slow
def test_all_that_the_screen_had_confirmed_comes_back(
    terminals: list[Terminal], tmp_path: Path, state: dict[str, str]
) -> None:
    """Killed at a random moment of a random script, which is somewhere in its next edit."""
    for seed in range(moments()):
        chance = random.Random(seed)
        path, model = tmp_path / str(seed) / "acme.toml", tmp_path / f"model-{seed}.toml"
        path.parent.mkdir()
        for file in (path, model):
            save(startup(), file)
        script = Script(Workspace.open(model), chance)

        terminal = opened(terminals, path, state)
        for _ in range(chance.randint(1, 4)):
            step = script.step()
            for keys, shown in step.keys:
                terminal.press(keys)
                terminal.until(shown)
            terminal.until_status(step.said)
        confirmed = len(script.states) - 1
        step = script.step()
        terminal.press("".join(keys for keys, _ in step.keys))
        terminal.read(chance.uniform(0, LONGEST_WAIT))
        terminal.process.send_signal(signal.SIGKILL)
        terminal.process.wait()
        terminal.read(0.05)
        confirmed += terminal.status.startswith(step.said)

        workspace = Workspace.open(path, journal=True)
        for left in workspace.recoveries():
            replay = workspace.recover(left)
            assert (replay.refused, replay.unneeded) == ([], [])
        found = digest(workspace.account)
        assert found in script.states[confirmed:], f"seed {seed}: {step.said}"
        workspace.journal.close()
        terminal.close()
        terminals.remove(terminal)
