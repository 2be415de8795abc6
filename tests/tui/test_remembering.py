"""What is kept from one run to the next, and what the settings change on the screen."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events

from iam_tui import load, save
from iam_tui.account.edits import AddMember
from iam_tui.commands import COMMANDS, show_keys
from iam_tui.tui import clipboard
from iam_tui.workspace import Workspace, recoveries
from iam_tui.workspace.folders import state_path
from iam_tui.workspace.source import Source
from iam_tui.workspace.state import Place, load_state, update_state
from iam_tui.workspace.theme import chosen_theme
from tests.formats.test_credential_report import BOB, HEADER
from tests.tui.journey import NORMAL, SMALL, WIDE, Journey, journey

ALICE = "arn:aws:iam::111122223333:user/alice"
STARTUP = Source("startup", None, "sample")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder for this test alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(autouse=True)
def usual_keys() -> object:
    """Whatever keys a test has given, the next one has the table's."""
    yield
    show_keys(COMMANDS)


async def leave(walk: Journey) -> None:
    await walk.press("ctrl+q")
    assert walk.app.return_code == 0


# where one was


async def test_one_comes_back_to_where_one_was() -> None:
    async with journey(remembers=True) as walk:
        await walk.press("2", "O", "1", "j", "6")
        assert "Users > alice > Permissions" in walk.crumbs
        await leave(walk)
    async with journey(remembers=True) as walk:
        assert "Users > alice > Permissions" in walk.crumbs
        assert walk.focused == "permissions"
        assert walk.status.endswith("where you left off")
        assert walk.explore.body.sorts == {"groups": "-name"}
        await walk.press("esc")
        assert walk.focused == "users"


async def test_tab_and_filter_come_back() -> None:
    async with journey(remembers=True) as walk:
        await walk.go("3", "deploy")
        await walk.press("]")
        assert "[Trust]" in walk.screen
        await leave(walk)
    async with journey(remembers=True) as walk:
        assert "Roles > Deploy" in walk.crumbs
        assert "[Trust]" in walk.screen
        assert walk.explore.body.filters == {"roles": "deploy"}
        assert walk.focused == "roles"


async def test_an_inline_policy_is_a_place_too() -> None:
    async with journey(remembers=True) as walk:
        await walk.go("2", "Developers")
        await walk.press("enter")
        for _ in range(12):
            if "> WatchJobs" in walk.prose:
                break
            await walk.press("j")
        await walk.press("enter")
        before = walk.crumbs
        assert "WatchJobs" in before
        await leave(walk)
    async with journey(remembers=True) as walk:
        assert walk.crumbs == before
        await walk.press("esc")
        assert "Groups > Developers" in walk.crumbs


async def test_fresh_starts_anew() -> None:
    async with journey(remembers=True) as walk:
        await walk.press("2")
        await leave(walk)
    async with journey(remembers=True, fresh=True) as walk:
        assert "Users > root" in walk.crumbs


@pytest.mark.parametrize(
    "place",
    [
        Place(kind="user", key="arn:aws:iam::111122223333:user/gone"),
        Place(kind="galaxy", key=ALICE),
        Place(kind="inline", key=ALICE),
        Place(kind="user", key=ALICE + "#inline/gone"),
        Place(kind="user", key=ALICE, pane="cellar", tab="attic"),
    ],
)
async def test_a_place_that_is_none_any_more_is_left_out(place: Place) -> None:
    now = dt.datetime.now(tz=dt.UTC)
    update_state(lambda state: state.with_opened(STARTUP, "startup", now))
    update_state(
        lambda state: state.with_view(STARTUP, place, {"users": "a", "x": "y"}, {"roles": "-moon"})
    )
    async with journey(remembers=True) as walk:
        assert "Users" in walk.crumbs
        assert walk.explore.body.filters == {"users": "a"}
        assert walk.explore.body.sorts == {}


async def test_a_damaged_state_file_is_said_and_moved_aside() -> None:
    path = state_path()
    path.parent.mkdir(parents=True)
    path.write_text("what is this?", encoding="utf-8")
    async with journey(size=WIDE, remembers=True) as walk:
        assert "the file of recent accounts was damaged" in walk.status
        assert path.with_suffix(".damaged.toml").exists()
        assert load_state()[0].accounts[0].source == "startup"


async def test_a_theme_that_was_chosen_stays() -> None:
    async with journey(remembers=True) as walk:
        walk.app.theme = "iam-light"
        await leave(walk)
    assert load_state()[0].theme == chosen_theme() == "iam-light"


# the start screen


@pytest.fixture
def account(tmp_path: Path) -> Path:
    path = tmp_path / "acme.toml"
    save(load("startup"), path)
    return path


async def test_recent_accounts_come_first_and_can_be_forgotten(account: Path) -> None:
    async with journey(account, remembers=True) as walk:
        await leave(walk)
    async with journey("first-day", remembers=True) as walk:
        await leave(walk)
    async with journey(None, NORMAL, remembers=True) as walk:
        recent = walk.prose.partition("RECENT")[2].partition("SAMPLES")[0]
        assert re.search("sample.*startup.*acme.toml", recent)
        await walk.press("j", "d")
        assert walk.app.screen.status.left == "forgot startup; its file is as it was"  # type: ignore[attr-defined]
        assert str(account) not in walk.screen
    assert [one.source for one in load_state()[0].accounts] == ["first-day"]


async def test_a_recent_account_is_opened_by_enter(account: Path) -> None:
    async with journey(account, remembers=True) as walk:
        await leave(walk)
    async with journey(None, remembers=True) as walk:
        await walk.press("enter")
        assert "opened acme.toml" in walk.status


async def test_a_missing_file_is_marked(account: Path) -> None:
    async with journey(account, remembers=True) as walk:
        await leave(walk)
    account.unlink()
    async with journey(None, WIDE, remembers=True) as walk:
        assert f"missing: {account}" in walk.prose
        await walk.press("enter")
        assert "This account could not be opened:" in walk.screen


def left_behind(path: Path) -> None:
    workspace = Workspace.open(path, journal=True)
    workspace.apply(AddMember(group="Admins", user="bob"))
    workspace.journal.close()


async def test_unsaved_work_of_all_accounts_is_listed(account: Path) -> None:
    left_behind(account)
    async with journey(None, NORMAL, remembers=True) as walk:
        assert "UNSAVED WORK" in walk.screen
        assert f"> acme.toml 1 edit, just now {account}" in walk.prose
        await walk.press("enter")
        assert "Unsaved edits were left behind" in walk.screen


async def test_unsaved_work_is_discarded_only_when_wanted(account: Path) -> None:
    left_behind(account)
    async with journey(None, NORMAL, remembers=True) as walk:
        await walk.press("d", "enter")
        assert "UNSAVED WORK" in walk.screen
        await walk.press("d", "j", "enter")
        assert "UNSAVED WORK" not in walk.screen
    assert recoveries() == ()


async def test_d_says_what_can_be_forgotten() -> None:
    async with journey(None) as walk:
        assert "d (Forget)" in walk.footer
        await walk.press("d")
        assert "only recent accounts and unsaved work can be forgotten" in walk.screen


# a file by its name


async def test_a_file_is_found_by_typing_a_part(
    account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account.parent / "notes.txt").touch()
    folder = account.parent / "accounts"
    folder.mkdir()
    (folder / "other.toml").touch()
    monkeypatch.chdir(account.parent)
    async with journey(None, remembers=True) as walk:
        await walk.press("/")
        assert "acme.toml" in walk.screen
        assert "notes.txt" not in walk.screen
        await walk.type("acc")
        assert "acme.toml" not in walk.screen
        await walk.press("tab")
        assert "other.toml" in walk.screen
        await walk.press("ctrl+u")
        await walk.type("ac")
        await walk.press("down", "enter")
        assert "opened acme.toml" in walk.status


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_the_list_of_files(
    tmp_path: Path,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    snapshot: SnapshotAssertion,
) -> None:
    folder = tmp_path / "here"
    (folder / "accounts").mkdir(parents=True)
    for name in ("acme.toml", "export.json", "notes.txt", ".hidden.toml"):
        (folder / name).touch()
    monkeypatch.chdir(folder)
    async with journey(None, size) as walk:
        await walk.press("/")
        region = walk.app.screen.query_one("#dialog").region
        rows = [row[region.x : region.right] for row in walk.rows[region.y : region.bottom]]
        assert "\n".join(rows) == snapshot


async def test_enter_goes_into_a_folder(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(account.parent.parent)
    async with journey(None, remembers=True) as walk:
        await walk.press("/")
        await walk.type(account.parent.name)
        await walk.press("enter")
        assert "acme.toml" in walk.screen
        await walk.type("acme")
        await walk.press("enter")
        assert "opened acme.toml" in walk.status


async def test_a_name_with_control_characters_is_shown_harmless(
    account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account.parent / "a\x1b[31m.toml").touch()
    monkeypatch.chdir(account.parent)
    async with journey(None, remembers=True) as walk:
        await walk.press("/")
        assert "\x1b" not in walk.screen
        assert "[31m.toml" in walk.screen


# settings


async def test_the_users_keys_hold_everywhere() -> None:
    keys = {"undo": ("z",), "copy": ("u",), "help": ("f5",), "move.down": ("ctrl+j", "J")}
    async with journey(keys=keys) as walk:
        assert walk.footer.endswith("F5 Help")
        await walk.press("J")
        assert "Users > alice" in walk.crumbs
        await walk.press("j")
        assert "Users > alice" in walk.crumbs
        await walk.pick("S3Write")
        assert "(z undoes)" in walk.status
        await walk.press("u")
        assert walk.unsaved == 1
        assert walk.app.clipboard == ALICE
        await walk.press("z")
        assert walk.unsaved == 0
        await walk.press("f5")
        assert "Keys in lists" in walk.screen
        await walk.press("esc", "/")
        await walk.type("zJ")
        assert walk.explore.body.filters == {"users": "zJ"}
        await walk.press("esc")
        assert walk.explore.body.filters == {}


async def test_texts_name_the_users_keys() -> None:
    keys = {
        "pane.perms": ("f6",),
        "expand": ("x",),
        "mark.clear": ("Z",),
        "help": ("H",),
        "find.next": ("f3",),
        "form.run": ("f4",),
        "back": ("f9",),
    }
    async with journey("startup", NORMAL, keys=keys) as walk:
        await walk.press("space")
        assert "(Z unmarks)" in walk.status
        await walk.press("Z", "j", "7")
        assert "unfold a service (F6, then x) and move to an action" in walk.prose
        await walk.press("/")
        assert "text to find; F3 next, N before" in walk.screen
        assert walk.footer.endswith("H Help")
        await walk.press("f9", "1", "j", "s")
        await walk.press("f4")
        assert "fill in principal and action, then F4" in walk.prose


async def test_a_key_means_what_it_meant_where_the_user_left_it() -> None:
    """`n` is the next match in documents still, though `new` has another key."""
    async with journey(keys={"new": ("f6",), "pick.down": ("f7",)}) as walk:
        await walk.press("0", "/")
        await walk.type("arn")
        await walk.press("enter", "n", "esc", "1", "j", "A")
        first = walk.screen
        await walk.press("f7")
        assert walk.screen != first


async def test_a_command_can_have_no_key() -> None:
    async with journey(keys={"delete": ()}) as walk:
        await walk.press("j", "d")
        assert not walk.is_asking


async def test_scrolling_is_as_the_settings_say() -> None:
    async with journey(scroll="jump") as walk:
        assert walk.explore.body.lists["users"].jump
    async with journey(environment={"SSH_CONNECTION": "1"}, scroll="line") as walk:
        assert not walk.explore.body.lists["users"].jump
    async with journey(environment={"SSH_CONNECTION": "1"}) as walk:
        assert walk.explore.body.lists["users"].jump


async def test_one_notice_stands_in_the_status_line_and_more_in_a_dialog() -> None:
    async with journey(size=NORMAL, notices=("config.toml:1: no",)) as walk:
        assert walk.status == "config.toml:1: no"
        assert not walk.is_asking
    async with journey(size=NORMAL, notices=("config.toml:1: no", "config.toml:2: no")) as walk:
        assert "config.toml:1: no" in walk.screen
        assert "config.toml:2: no" in walk.screen
        await walk.press("esc")
        assert walk.status == "2 notices"
    async with journey(None, NORMAL, notices=("config.toml:1: no",)) as walk:
        assert "config.toml:1: no" in walk.screen


async def test_an_unknown_theme_is_said() -> None:
    async with journey(theme="drak", size=NORMAL) as walk:
        assert walk.app.theme == "iam-dark"
        assert "there is no theme 'drak'" in walk.status


async def test_a_credential_report_is_joined(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_text("\n".join((HEADER, BOB.replace("bob", "zoe"))), encoding="utf-8")
    async with journey(size=WIDE, credential_report=str(report)) as walk:
        assert "users of the account not in report.csv" in walk.status
        command = walk.explore.session.command_line("matrix")
        assert f"--credential-report {report}" in command


async def test_text_is_copied_by_a_program_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "xclip"
    program.write_text(f'#!/bin/sh\ncat > "{tmp_path}/copied"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert clipboard.native_program() is not None
    async with journey(clipboard="native") as walk:
        await walk.press("j", "y")
    assert (tmp_path / "copied").read_text(encoding="utf-8") == ALICE


async def test_a_missing_program_for_the_clipboard_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with journey(clipboard="native", size=NORMAL) as walk:
        await walk.press("j", "y")
        assert "not copied: there is no program for the clipboard" in walk.status


async def test_the_terminals_focus_changes_nothing_without_an_account() -> None:
    async with journey(None) as walk:
        walk.app.post_message(events.AppFocus())
        await walk.settle()
        assert "Open an account" in walk.screen
