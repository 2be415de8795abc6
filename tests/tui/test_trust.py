"""Nothing is lost and nothing is overwritten: the journal, recovery, the file on disk, quitting."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events

from iam_tui import load
from iam_tui.account.edits import AddMember, AttachPolicy, DeleteUser, RemoveMember
from iam_tui.formats import dumps_toml
from iam_tui.workspace import Workspace, recoveries
from tests.tui.journey import NORMAL, SMALL, Journey, journey

ACCOUNT = """\
format = 1

[account]
id = "111122223333"
alias = "acme"

[[groups]]
name = "Developers"
policies = ["S3Write"]

[[groups]]
name = "Empty"

[[users]]
name = "alice"
groups = ["Developers"]

[[users]]
name = "bob"

[[policies]]
name = "S3Write"
[policies.document]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }]
"""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the program's state, for this test alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "iam-tui"


@pytest.fixture
def account(tmp_path: Path) -> Path:
    path = tmp_path / "acme.toml"
    path.write_text(ACCOUNT, encoding="utf-8")
    return path


def left_behind(path: Path, *edits: object) -> None:
    """Make edits as a program that is killed right after."""
    workspace = Workspace.open(path, journal=True)
    for edit in edits:
        workspace.apply(edit)  # type: ignore[arg-type]
    workspace.journal.close()


def journals(state: Path) -> Iterator[Path]:
    return (state / "recovery").glob("*.jsonl")


async def add_bob(walk: Journey) -> None:
    await walk.go("1", "bob")
    await walk.pick("Developers")
    assert walk.unsaved == 1


ADD_BOB = AddMember(group="Developers", user="bob")


async def test_an_edit_is_on_disk_when_it_is_said_to_be_made(account: Path, state: Path) -> None:
    async with journey(account, remembers=True) as walk:
        assert not list(journals(state))
        await add_bob(walk)
        (journal,) = journals(state)
        header, edit = map(json.loads, journal.read_text().splitlines())
        assert header["source"] == str(account)
        assert edit == {"op": "add-member", "group": "group/Developers", "user": "user/bob"}
        await walk.press("ctrl+s")
        assert not list(journals(state))


async def test_what_was_left_behind_is_offered_and_comes_back(
    account: Path, snapshot: SnapshotAssertion
) -> None:
    left_behind(account, ADD_BOB, AttachPolicy(entity="user/alice", policy="S3Write"))
    async with journey(account, remembers=True) as walk:
        assert "2 edits of acme.toml were not saved" in walk.prose
        assert "The file is as it was then." in walk.prose
        assert "bob gains 1 action" in walk.prose
        assert "attach S3Write to alice" in walk.prose
        assert walk.unsaved == 0
        await walk.press("enter")
        assert walk.status == (
            "recovered 2 edits (u undoes the last one)   bob gained 1 action, 0 lost"
        )
        assert walk.unsaved == 2
        await walk.press("u")
        assert walk.unsaved == 1


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_the_dialog(
    account: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    left_behind(account, ADD_BOB)
    (journal,) = [one.path for one in recoveries()]
    os.utime(journal, (0, 0))
    async with journey(account, size, remembers=True) as walk:
        # When that was cannot stand in a picture.
        region = walk.app.screen.query_one("#dialog").region
        rows = [row[region.x : region.right] for row in walk.rows[region.y : region.bottom]]
        assert "\n".join([rows[0], *rows[3:]]) == snapshot


@pytest.mark.parametrize("keys", [("j", "enter"), ("esc",)])
async def test_they_can_wait(account: Path, keys: tuple[str, ...]) -> None:
    left_behind(account, ADD_BOB)
    async with journey(account, remembers=True) as walk:
        await walk.press(*keys)
        assert "kept for later" in walk.status
        assert walk.unsaved == 0
    assert len(recoveries()) == 1


async def test_they_can_be_discarded(account: Path, state: Path) -> None:
    left_behind(account, ADD_BOB)
    async with journey(account, remembers=True) as walk:
        await walk.press("j", "j", "enter")
        assert "discarded" in walk.status
        assert walk.unsaved == 0
    assert recoveries() == ()
    assert len(list((state / "recovery" / "discarded").iterdir())) == 1


async def test_what_cannot_be_made_any_more_is_listed(account: Path) -> None:
    left_behind(account, ADD_BOB, AttachPolicy(entity="user/alice", policy="S3Write"))
    account.write_text(ACCOUNT.replace("bob", "bobby"), encoding="utf-8")
    async with journey(account, NORMAL, remembers=True) as walk:
        assert "The file has changed since" in walk.prose
        assert "x cannot add bob to Developers" in walk.prose
        await walk.press("enter")
        assert "Edits that cannot be made any more" in walk.screen
        assert "add bob to Developers" in walk.prose
        await walk.press("esc")
        assert walk.unsaved == 1


async def test_read_only_says_so_and_leaves_them(account: Path) -> None:
    left_behind(account, ADD_BOB)
    async with journey(account, NORMAL, read_only=True, remembers=True) as walk:
        assert "1 edit was left behind; without --read-only they are offered" in walk.status
        assert not walk.is_asking
    assert len(recoveries()) == 1


async def test_edits_are_kept_for_the_next_time(account: Path) -> None:
    async with journey(account, remembers=True) as walk:
        await add_bob(walk)
        await walk.press("ctrl+q")
        assert "quit and keep it for next time" in walk.screen
        await walk.press("j", "j", "enter")
        assert walk.app.return_code == 0
    async with journey(account, remembers=True) as walk:
        await walk.press("enter")
        assert walk.unsaved == 1


async def test_edits_of_a_file_are_kept_too(account: Path, tmp_path: Path) -> None:
    edits = tmp_path / "edits.jsonl"
    edits.write_text('{"op":"add-member","group":"Developers","user":"bob"}\n', encoding="utf-8")
    async with journey(account, edits_file=str(edits), remembers=True) as walk:
        command = walk.explore.session.command_line("matrix")
        assert command.endswith(f"--edits {edits}")
        await walk.press("ctrl+q", "j", "j", "enter")
        assert walk.app.return_code == 0
    (left,) = recoveries()
    assert left.edits == (ADD_BOB,)


async def test_edits_that_are_dropped_are_not_offered_again(account: Path) -> None:
    async with journey(account, remembers=True) as walk:
        await add_bob(walk)
        await walk.press("ctrl+q", "j", "j", "j")
        assert "> quit and drop it" in walk.prose
        await walk.press("enter")
        assert walk.app.return_code == 0
    async with journey(account, remembers=True) as walk:
        assert not walk.is_asking
    assert load(account).users[f"{ARN}user/bob"].groups == ()


ARN = "arn:aws:iam::111122223333:"


async def test_a_full_disk_is_said_and_how_to_save(
    account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with journey(account, SMALL, remembers=True) as walk:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def refuse(descriptor: int) -> None:
            raise full

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refuse)
            await add_bob(walk)
            assert "cannot be written (No space left on device)" in walk.prose
            assert "ctrl+s saves the account" in walk.prose
            await walk.press("esc")
            assert "NOT ON DISK, ctrl+s saves: added bob to Developers" in walk.rows[-2]
            assert walk.explore.status.alarms
            assert "1 edit NOT ON DISK" in walk.crumbs
            await walk.pick("S3Write")
            assert not walk.is_asking
            await walk.press("ctrl+q")
            assert "keep it for next time" not in walk.screen
            assert "2 edits are lost" in walk.prose
            await walk.press("esc")
        # There is room again: the next edit brings all of them to the disk.
        await walk.press("u", "U")
        assert not walk.explore.status.alarms
        assert "NOT ON DISK" not in walk.crumbs


# the file on disk


async def look(walk: Journey) -> None:
    """Come back to the terminal."""
    walk.app.post_message(events.AppFocus())
    await walk.pilot.pause()
    await walk.settle()


THEIRS = ACCOUNT.replace('name = "bob"', 'name = "bob"\n\n[[users]]\nname = "carol"')


async def test_a_change_on_disk_is_noticed_when_one_comes_back(account: Path) -> None:
    async with journey(account) as walk:
        await look(walk)
        assert not walk.is_asking
        await add_bob(walk)
        account.write_text(THEIRS, encoding="utf-8")
        await look(walk)
        assert "Changed on disk" in walk.screen
        assert "and make the edit again on it" in walk.prose
        await walk.press("enter")
        assert "read acme.toml again, 1 edit made again" in walk.status
        assert f"{ARN}user/carol" in walk.account.users
        assert walk.account.users[f"{ARN}user/bob"].groups == ("Developers",)
        assert walk.unsaved == 1
        assert "Users > bob" in walk.crumbs
        await walk.press("ctrl+s")
        assert "saved" in walk.status
    assert load(account).users[f"{ARN}user/carol"].name == "carol"


async def test_the_same_change_is_asked_about_once(account: Path) -> None:
    async with journey(account) as walk:
        account.write_text(THEIRS, encoding="utf-8")
        await look(walk)
        await walk.press("esc")
        await look(walk)
        assert not walk.is_asking
        account.write_text(THEIRS.replace("carol", "carla"), encoding="utf-8")
        await look(walk)
        assert walk.is_asking


async def test_a_file_that_is_gone_is_said(account: Path) -> None:
    async with journey(account) as walk:
        account.unlink()
        await look(walk)
        assert walk.status == "acme.toml is gone from the disk; ctrl+s writes it anew"


async def test_before_saving_what_is_on_disk_can_be_read_again(account: Path) -> None:
    async with journey(account) as walk:
        await add_bob(walk)
        account.write_text(THEIRS, encoding="utf-8")
        await walk.press("ctrl+s", "j", "enter")
        assert "read acme.toml again, 1 edit made again" in walk.status
        await walk.press("ctrl+s")
    kept = load(account)
    assert kept.users[f"{ARN}user/bob"].groups == ("Developers",)
    assert f"{ARN}user/carol" in kept.users


async def test_reading_again_keeps_the_place_and_says_who_gains(account: Path) -> None:
    async with journey(account) as walk:
        await walk.go("1", "alice")
        await walk.press("ctrl+r")
        assert walk.status == "read acme.toml again: it holds what it held"
        changed = ACCOUNT.replace('name = "alice"\ngroups = ["Developers"]', 'name = "alice"')
        account.write_text(changed, encoding="utf-8")
        await walk.press("ctrl+r")
        assert walk.status == "read acme.toml again   alice lost 1 action, 0 gained"
        assert "Users > alice" in walk.crumbs


async def test_reading_again_is_told_on_every_screen(account: Path) -> None:
    async with journey(account) as walk:
        await walk.press("T")
        assert walk.is_asking
        await walk.press("ctrl+r")
        assert "read acme.toml again: it holds what it held" in walk.screen
        await walk.press("esc")
        assert not walk.is_asking


async def test_reading_again_with_edits_asks(account: Path, state: Path) -> None:
    async with journey(account, remembers=True) as walk:
        await add_bob(walk)
        await walk.press("ctrl+r", "enter")
        assert walk.unsaved == 1
        await walk.press("ctrl+r", "j", "j", "enter")
        assert walk.unsaved == 0
        assert walk.account.users[f"{ARN}user/bob"].groups == ()
    assert recoveries() == ()
    assert len(list((state / "recovery" / "discarded").iterdir())) == 1


async def test_edits_that_the_new_file_refuses_are_listed(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await add_bob(walk)
        account.write_text(ACCOUNT.replace("bob", "bobby"), encoding="utf-8")
        await walk.press("ctrl+r", "j", "enter")
        assert "Edits that cannot be made any more" in walk.screen
        assert "add bob to Developers" in walk.prose
        await walk.press("esc")
        assert walk.unsaved == 0
        assert "bobby" in walk.pane("users")


async def test_a_file_that_cannot_be_read_any_more_changes_nothing(account: Path) -> None:
    async with journey(account) as walk:
        await add_bob(walk)
        account.write_text("format = \n", encoding="utf-8")
        await walk.press("ctrl+r", "j", "enter")
        assert "Not read again" in walk.screen
        assert "acme.toml:1" in walk.prose
        await walk.press("esc")
        assert walk.unsaved == 1
        await walk.press("u")
        assert walk.unsaved == 0


async def test_undoing_what_is_saved_survives_too(account: Path) -> None:
    async with journey(account, remembers=True) as walk:
        await add_bob(walk)
        await walk.press("ctrl+s", "u")
        assert walk.unsaved == 1
        before = dumps_toml(walk.account)
    async with journey(account, remembers=True) as walk:
        assert "undo add bob to Developers" in walk.prose
        await walk.press("enter")
        assert dumps_toml(walk.account) == before


async def test_edits_of_the_past_do_not_hide_others(account: Path) -> None:
    """Two programs that were killed left two journals: both are offered, one after the other."""
    first = Workspace.open(account, journal=True)
    first.apply(ADD_BOB)
    second = Workspace.open(account, journal=True)
    second.apply(RemoveMember(group="Developers", user="alice"))
    second.apply(DeleteUser(user="user/alice"))
    first.journal.close()
    second.journal.close()
    async with journey(account, remembers=True) as walk:
        await walk.press("enter")
        assert walk.is_asking
        await walk.press("enter")
        assert not walk.is_asking
        assert walk.unsaved == 3
