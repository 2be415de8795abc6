"""What keys do in the explorer, as journeys."""

from __future__ import annotations

from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.commands import COMMANDS
from iam_tui.commands_page import markdown
from tests.tui.journey import journey

SIZES = [(80, 24), (120, 40), (200, 50)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_account_is_there_and_help_can_be_found(size: tuple[int, int]) -> None:
    async with journey("startup", size) as walk:
        for text in ("1 Users", "2 Groups", "3 Roles", "4 Policies", "root", "alice", "? Help"):
            assert text in walk.screen


@pytest.mark.parametrize("size", SIZES)
async def test_an_identity_is_found_in_three_keys_and_shows_what_it_can_do(
    size: tuple[int, int],
) -> None:
    async with journey("startup", size) as walk:
        await walk.press("j", "6")
        assert "Effective permissions of alice" in walk.screen
        assert "lambda" in walk.screen


async def test_why_a_permission_is_as_it_is() -> None:
    async with journey("startup", (120, 40)) as walk:
        await walk.press("j", "6")
        await walk.press("slash", *"s3:GetObject", "enter")
        await walk.press("j", "7")
        shown = walk.screen
        assert "ReportsRead" in shown
        assert "identity" in shown


async def test_along_edges_and_back_to_the_same_row() -> None:
    async with journey("startup") as walk:
        await walk.press("j", "j")
        before = walk.screen.splitlines()[0]
        assert "Users > bob" in before
        await walk.press("enter", "enter")
        assert "bob > Developers" in walk.screen.splitlines()[0]
        await walk.press("escape", "escape")
        assert walk.screen.splitlines()[0] == before


async def test_a_filter_narrows_and_esc_clears_it() -> None:
    async with journey("startup") as walk:
        await walk.press("slash", *"zoe", "enter")
        assert "alice" not in walk.screen
        assert "zoe" in walk.screen
        await walk.press("escape")
        assert "alice" in walk.screen


async def test_help_lists_the_keys_and_esc_closes_it() -> None:
    async with journey("startup") as walk:
        await walk.press("question_mark")
        assert "Keys in lists" in walk.screen
        await walk.press("escape")
        assert walk.app.screen is walk.explore


async def test_an_edit_is_felt_undone_and_made_again() -> None:
    async with journey("startup") as walk:
        await walk.press("2", "j", "j", "A")
        await walk.press(*"S3Write", "enter")
        assert walk.app.screen is walk.explore
        assert "1 edit" in walk.screen
        assert "attached S3Write to Developers" in walk.status
        assert "principals gained" in walk.status
        group = walk.explore.session.account.groups
        assert any("S3Write" in arn for one in group.values() for arn in one.policies)
        await walk.press("u")
        assert "1 edit" not in walk.screen
        assert walk.explore.session.unsaved == 0
        await walk.press("U")
        assert walk.explore.session.unsaved == 1


async def test_d_offers_to_delete_or_to_take_away() -> None:
    async with journey("startup") as walk:
        await walk.press("j", "j", "d")
        assert "delete user bob" in walk.screen
        await walk.press("escape")
        assert walk.explore.session.unsaved == 0
        await walk.press("d", "enter")
        assert not any(user.name == "bob" for user in walk.explore.session.account.users.values())
        assert walk.explore.session.unsaved == 1


async def test_a_sample_is_saved_as_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with journey("startup") as walk:
        await walk.press("j", "j", "d", "enter", "ctrl+s")
        await walk.press("enter")
        assert walk.explore.session.unsaved == 0
        account = walk.explore.session.account
    assert load(tmp_path / "startup.toml") == account


async def test_quitting_with_unsaved_edits_asks() -> None:
    async with journey("startup") as walk:
        await walk.press("j", "j", "d", "enter", "ctrl+q")
        assert "not saved" in walk.screen
        await walk.press("escape")
        assert walk.app.screen is walk.explore


async def test_read_only_refuses_edits() -> None:
    async with journey("startup", read_only=True) as walk:
        await walk.press("j", "d")
        assert walk.app.screen is walk.explore
        assert walk.explore.session.unsaved == 0
        assert "RO" in walk.screen


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"\x00\x01\x02", "binary"), (b"format = 1\nacount = {}\n", "acount")],
)
async def test_a_file_that_is_no_account_is_explained_on_the_start_screen(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    async with journey(str(path)) as walk:
        assert said in walk.screen
        assert "startup" in walk.screen


async def test_names_with_markup_and_escapes_are_shown_harmlessly(tmp_path: Path) -> None:
    evil = "[bold red]x[/]\\u001b]52;c;aGk=\\u0007\\u202e" + "n" * 1000
    path = tmp_path / "evil.toml"
    path.write_text(
        f'format = 1\n[account]\nid = "111122223333"\n[[users]]\nname = "eve"\n'
        f'description = "{evil}"\ntags = {{ "a[/]" = "{evil}" }}\n',
        encoding="utf-8",
    )
    async with journey(str(path), (120, 40)) as walk:
        await walk.press("j", "enter", "right_square_bracket", "6", "7", "escape")
        assert "\x1b" not in walk.screen
        assert "\u202e" not in walk.screen
        assert walk.app.crash is None


def test_the_page_of_keys_is_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "keys.md"
    assert page.read_text(encoding="utf-8") == markdown()


def test_every_command_has_its_own_id() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
