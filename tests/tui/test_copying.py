"""What `y`, `Y` and ctrl+y copy, and that a copied command prints what the screen shows."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from pathlib import Path

import pytest

from iam_tui.cli.main import main
from iam_tui.tui.copying import Copying
from iam_tui.tui.session import Session
from iam_tui.workspace.options import TuiOptions
from tests.tui.journey import TODAY, Journey, journey

ALICE = "arn:aws:iam::111122223333:user/alice"


def printed(line: str) -> str:
    """Return what a copied command prints, also while the program runs."""
    program, *argv = shlex.split(line)
    assert program == "iam-tui"
    kept = io.StringIO()
    with contextlib.redirect_stdout(kept):
        assert main(argv, launch=lambda _: 1) == 0
    return kept.getvalue()


def figures(text: str) -> tuple[int, int, int]:
    """Return how many permissions are granted, limited and blocked."""
    found = re.search(r"(\d+) granted, (\d+) limited, (\d+) blocked", text)
    assert found is not None, text
    return int(found[1]), int(found[2]), int(found[3])


async def copied(walk: Journey, *keys: str) -> str:
    await walk.press(*keys)
    return walk.app.clipboard


async def test_the_command_of_the_panel_prints_its_figures_with_unsaved_edits_too() -> None:
    async with journey() as walk:
        await walk.go("1", "bob")
        line = await copied(walk, "6", "ctrl+y")
        assert line == "iam-tui principal-can startup user/bob"
        assert "copied iam-tui principal-can startup user/bob" in walk.status
        before = figures(walk.pane("permissions"))
        await walk.attach("Developers", "s3full")
        await walk.go("1", "bob")
        edited = await copied(walk, "6", "ctrl+y")
        assert "--edits" in edited
        after = figures(walk.pane("permissions"))
        assert after != before
        assert figures(printed(line)) == before
        assert figures(printed(edited)) == after


async def test_the_command_of_a_reason_asks_the_same() -> None:
    async with journey() as walk:
        await walk.go("1", "dave")
        await walk.press("6", "/")
        await walk.type("s3:getobject")
        await walk.press("enter", "j", "7")
        line = await copied(walk, "ctrl+y")
        assert line.startswith("iam-tui why startup --principal user/dave --action s3:GetObject")
        assert "GetObject" in printed(line)


@pytest.mark.parametrize(
    ("keys", "end"),
    [
        (("1", "j"), "graph startup user/alice"),
        (("2", "j"), "graph startup group/Contractors"),
        (("3",), "graph startup role/Deploy"),
        (("1", "0"), "graph startup root"),
    ],
)
async def test_lists_and_details_copy_a_command_that_runs(keys: tuple[str, ...], end: str) -> None:
    async with journey() as walk:
        line = await copied(walk, *keys, "ctrl+y")
    assert line == f"iam-tui {end}"
    assert printed(line)


async def test_an_undone_edit_that_the_file_has_is_said_to_be_beyond_a_command(
    tmp_path: Path,
) -> None:
    async with journey() as walk:
        await walk.attach("Developers", "s3write")
        await walk.burst(":", *f"w {tmp_path / 'mine.toml'}", "enter")
        await walk.press("u", "ctrl+y")
        assert "no command says this" in walk.status


async def test_where_no_verb_fits_that_is_said() -> None:
    async with journey() as walk:
        await walk.burst(":", *"policy SecurityAudit", "enter")
        assert walk.crumbs.split(" > ")[-1].startswith("SecurityAudit")
        await walk.press("ctrl+y")
        assert "no command prints this: nobody in the account has it" in walk.status


async def test_the_menu_has_the_forms_of_an_identity() -> None:
    async with journey() as walk:
        await walk.press("j", "Y")
        for word in ("name", "ARN", "JSON", "Markdown row", "command"):
            assert word in walk.screen
        assert await copied(walk, "enter") == "alice"
        assert await copied(walk, "Y", "j", "enter") == ALICE
        exported = json.loads(await copied(walk, "Y", "j", "j", "enter"))
        assert exported["UserName"] == "alice"
        assert "copied the JSON" in walk.status
        row = await copied(walk, "Y", "j", "j", "j", "enter")
        assert row.startswith(f"| alice | user | {ALICE} | group ")


async def test_the_menu_has_the_document_of_a_policy_and_the_statement_of_a_permission() -> None:
    async with journey() as walk:
        await walk.go("4", "S3Write")
        document = json.loads(await copied(walk, "Y", "j", "j", "enter"))
        assert document["Version"] == "2012-10-17"
        await walk.go("1", "dave")
        await walk.press("6", "/")
        await walk.type("s3:getobject")
        await walk.press("enter", "j")
        assert await copied(walk, "Y", "enter") == "s3:GetObject"
        statement = json.loads(await copied(walk, "Y", "j", "j", "enter"))
        assert "Effect" in statement


async def test_a_text_too_long_for_the_terminal_goes_into_a_private_file() -> None:
    async with journey() as walk:
        walk.app.copying.copy("x" * 60_000, "the JSON")
        await walk.settle()
        assert "Too long to copy" in walk.screen
        await walk.press("enter")
        path = Path(walk.status.removeprefix("wrote ").partition(",")[0])
        assert path.read_text() == "x" * 60_000
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_tmux_is_told_about_once() -> None:
    async with journey() as walk:
        copying = Copying(walk.app, {"TMUX": "/tmp/tmux-1/default,1,0"})
        copying.copy("one")
        assert "set -g set-clipboard on" in walk.status
        copying.copy("two")
        assert "set-clipboard" not in walk.status


async def test_a_clipboard_that_is_off_says_so() -> None:
    options = TuiOptions(account="startup", clipboard="off")
    session = Session(options, TODAY, clock=lambda: 0.0)
    async with journey("startup", session=session) as walk:
        await walk.press("y")
        assert "the clipboard is off" in walk.status
        assert walk.app.clipboard == ""
