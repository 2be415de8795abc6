"""Saving and leaving: nothing is overwritten or lost without a question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iam_tui import load
from tests.tui.journey import Journey, journey

ACCOUNT = """\
# Ours.
format = 1

[account]
id = "111122223333"

[[groups]]
name = "Developers"

[[users]]
name = "alice"
groups = ["Developers"]

[[users]]
name = "bob"
"""


@pytest.fixture
def account(tmp_path: Path) -> Path:
    path = tmp_path / "acme.toml"
    path.write_text(ACCOUNT, encoding="utf-8")
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def groups_of(path: Path, name: str) -> tuple[str, ...]:
    return load(path).users[f"arn:aws:iam::111122223333:user/{name}"].groups


async def add_bob(walk: Journey) -> None:
    await walk.go("1", "bob")
    await walk.pick("Developers")
    assert walk.unsaved == 1


async def test_a_toml_account_is_saved_in_place(account: Path) -> None:
    async with journey(account) as walk:
        await add_bob(walk)
        await walk.press("ctrl+s")
        assert not walk.is_asking
        assert walk.status == f"saved {account}"
        assert walk.unsaved == 0
        assert "edit" not in walk.crumbs
        assert "~bob" not in walk.screen
    assert groups_of(account, "bob") == ("Developers",)
    assert account.read_text(encoding="utf-8").startswith("# Ours.\n")
    assert [path.name for path in account.parent.iterdir()] == ["acme.toml"]


async def test_comments_that_would_be_lost_are_asked_about(account: Path) -> None:
    account.write_text(ACCOUNT + "# mine\n", encoding="utf-8")
    async with journey(account) as walk:
        await add_bob(walk)
        await walk.press("ctrl+s")
        assert "other comments are lost" in walk.prose
        await walk.press("enter")
        assert walk.unsaved == 1
        assert groups_of(account, "bob") == ()
        await walk.press("ctrl+s", "j", "enter")
        assert walk.unsaved == 0
    assert groups_of(account, "bob") == ("Developers",)


async def test_a_file_that_changed_meanwhile_is_not_overwritten_unasked(account: Path) -> None:
    async with journey(account) as walk:
        await add_bob(walk)
        theirs = ACCOUNT.replace("bob", "bobby")
        account.write_text(theirs, encoding="utf-8")
        await walk.press("ctrl+s")
        assert "has changed on disk" in walk.prose
        await walk.press("esc")
        assert walk.unsaved == 1
    assert account.read_text(encoding="utf-8") == theirs


async def test_a_sample_is_saved_as_a_new_file(here: Path) -> None:
    async with journey() as walk:
        await walk.attach("OnCall", "S3Write")
        await walk.press("ctrl+s")
        assert "A bundled sample is not overwritten" in walk.screen
        await walk.press("enter")
        assert "saved startup.toml" in walk.status
        assert walk.unsaved == 0
        kept = walk.account
    assert load(here / "startup.toml") == kept


async def test_an_export_is_saved_as_a_new_file(here: Path) -> None:
    export = here / "export.json"
    export.write_text(
        json.dumps(
            {
                "UserDetailList": [
                    {
                        "Path": "/",
                        "UserName": "alice",
                        "UserId": "AIDAEXAMPLE",
                        "Arn": "arn:aws:iam::111122223333:user/alice",
                        "CreateDate": "2025-01-01T00:00:00Z",
                        "GroupList": [],
                        "AttachedManagedPolicies": [],
                    }
                ],
                "GroupDetailList": [],
                "RoleDetailList": [],
                "Policies": [],
            }
        ),
        encoding="utf-8",
    )
    before = export.read_bytes()
    async with journey(export) as walk:
        await walk.press("j")
        await walk.pick("ReadOnlyAccess")
        await walk.press("ctrl+s")
        assert "An export from AWS is not overwritten" in walk.screen
        await walk.press("enter")
        assert walk.unsaved == 0
    assert export.read_bytes() == before
    assert "ReadOnlyAccess" in (here / "export.toml").read_text(encoding="utf-8")


async def test_another_file_is_overwritten_only_when_wanted(here: Path) -> None:
    taken = here / "taken.toml"
    taken.write_text("mine", encoding="utf-8")
    async with journey() as walk:
        await walk.press("W", "ctrl+u")
        await walk.type("taken.toml")
        await walk.press("enter")
        assert "exists already" in walk.screen
        await walk.press("enter")
        assert taken.read_text(encoding="utf-8") == "mine"
        await walk.press("W", "ctrl+u")
        await walk.type("taken.toml")
        await walk.press("enter", "j", "enter")
    assert load(taken).alias == "startup"


async def test_what_cannot_be_written_is_said_and_nothing_is_lost(here: Path) -> None:
    async with journey() as walk:
        await walk.attach("OnCall", "S3Write")
        await walk.press("ctrl+s", "ctrl+u")
        await walk.type("no/such/folder.toml")
        await walk.press("enter")
        assert "Not saved" in walk.screen
        await walk.press("y")
        assert "no/such/folder.toml" in walk.app.clipboard
        await walk.press("esc")
        assert walk.unsaved == 1


async def test_without_edits_q_and_ctrl_q_leave_at_once() -> None:
    for key in ("q", "ctrl+q"):
        async with journey() as walk:
            await walk.press(key)
            assert walk.app.return_code == 0


async def test_q_goes_back_before_it_leaves() -> None:
    async with journey() as walk:
        await walk.press("j", "enter", "q")
        assert walk.focused == "users"
        assert walk.app.return_code is None


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_with_edits_the_safe_answer_is_selected(key: str) -> None:
    async with journey() as walk:
        await walk.attach("OnCall", "S3Write")
        await walk.press(key)
        assert "1 edit is not saved." in walk.screen
        await walk.press("enter")
        assert not walk.is_asking
        assert walk.app.return_code is None
        assert walk.unsaved == 1


async def test_edits_can_be_dropped_on_purpose() -> None:
    async with journey() as walk:
        await walk.attach("OnCall", "S3Write")
        await walk.press("q", "j", "j", "j", "enter")
        assert walk.app.return_code == 0


async def test_save_and_quit(account: Path) -> None:
    async with journey(account) as walk:
        await add_bob(walk)
        await walk.press("q", "j", "enter")
        assert walk.app.return_code == 0
    assert groups_of(account, "bob") == ("Developers",)


async def test_ctrl_q_in_a_dialog_asks_too() -> None:
    async with journey() as walk:
        await walk.attach("OnCall", "S3Write")
        await walk.press("?", "ctrl+q")
        assert "1 edit is not saved." in walk.screen


async def test_ctrl_c_twice_leaves_and_asks_when_edits_would_be_lost() -> None:
    async with journey() as walk:
        await walk.press("ctrl+c")
        assert "ctrl+c again quits" in walk.status
        await walk.press("ctrl+c")
        assert walk.app.return_code == 130
    async with journey() as walk:
        await walk.attach("OnCall", "S3Write")
        await walk.press("ctrl+c", "ctrl+c")
        assert "1 edit is not saved." in walk.screen
