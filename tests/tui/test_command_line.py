"""The `:` line and the palette, typed as users type them."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events

from iam_tui.account import Account
from iam_tui.command_words import WORDS
from iam_tui.commands import BY_ID
from iam_tui.errors import AccountFileError, IamTuiError
from iam_tui.formats import load
from iam_tui.formats.session_policies import session_policy
from iam_tui.tui.command_line import Known, LineError, completions, word_of
from iam_tui.tui.modes import MODES
from iam_tui.tui.screens.opening import entries
from iam_tui.tui.screens.palette import PaletteScreen
from tests.tui.journey import NORMAL, SMALL, Journey, journey

KEY = "AKIAIOSFODNN7EXAMPLE"


async def typed(walk: Journey, line: str) -> None:
    """Type a line after `:` and give it."""
    await walk.burst(":", *line, "enter")


@pytest.fixture(scope="module")
def startup() -> Account:
    return load("startup")


def lines(text: str, account: Account | None) -> list[str]:
    return [one.line for one in completions(text, Known(account, ("iam-dark", "iam-light")))]


# the line as text


def test_any_beginning_that_no_other_word_has_is_the_word() -> None:
    assert word_of("gre").name == "grep"
    assert word_of("user").name == "user"
    assert word_of("mode.map").runs == "mode.map"


def test_several_words_and_unknown_words_are_said_with_what_they_could_be() -> None:
    with pytest.raises(LineError, match=":gro may be :group or :groups"):
        word_of("gro")
    with pytest.raises(LineError, match="did you mean :simulate"):
        word_of("simulat3")
    with pytest.raises(LineError, match=":help lists them"):
        word_of("zzzz")


def test_names_of_the_account_complete_a_line(startup: Account) -> None:
    assert lines("user al", startup)[0] == "user alice"
    assert lines("role dep", startup)[0].startswith("role Dep")
    assert "become role/Deploy" in lines("become role/D", startup)
    assert lines("compare user/alice user/b", startup)[0] == "compare user/alice user/bob"
    assert lines("us", startup)[:2] == ["user ", "users"]
    assert lines("alic", startup)[0] == "user alice"


def test_actions_come_from_the_catalogue() -> None:
    assert lines("grep kms:decr", None)[0] == "grep kms:Decrypt"
    assert "who-can s3:" in lines("who-can s3", None)
    assert lines("simulate --action iam:PassR", None)[0] == "simulate --action iam:PassRole"


def test_flags_and_what_follows_them_are_completed(startup: Account) -> None:
    assert lines("why --pr", startup) == ["why --principal "]
    assert lines("why --principal user/ca", startup)[0] == "why --principal user/carol"


def test_names_of_files_complete_a_line(tmp_path: Path, startup: Account) -> None:
    (tmp_path / "one two.toml").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "sub").mkdir()
    found = lines(f"open {tmp_path}/", startup)
    assert found == [f"open '{tmp_path}/one two.toml'", f"open {tmp_path}/sub/"]
    assert lines(f"open {tmp_path}/nowhere/x", startup) == []


def test_whose_an_identifier_is_shows_before_one_goes_there(startup: Account) -> None:
    (one, *_) = completions("111122223333", Known(startup))
    assert (one.label, one.note) == ("root", "this account: its root user")


def test_at_most_eight_are_offered(startup: Account) -> None:
    assert len(lines("", startup)) == 8
    assert len(lines("grep s3:", startup)) == 8


def test_every_word_leads_to_a_command_or_a_screen() -> None:
    own = {"grep", "open", "theme", "wq", "q!"}
    for word in WORDS:
        command = BY_ID.get(word.runs) or BY_ID.get(f"mode.{word.name}")
        assert word.name in MODES or word.name in own or command is not None, word.name
        assert command is None or not command.is_later, word.name


# the line on the screen


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_the_line(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey(size=size) as walk:
        await walk.press(":")
        await walk.type("role ")
        assert "\n".join(walk.screen.splitlines()[-4:]) == snapshot


async def test_a_name_is_gone_to_in_its_list_and_back_leads_here() -> None:
    async with journey() as walk:
        await walk.press("j")
        here = walk.crumbs
        await typed(walk, "role Deploy")
        assert "Roles > Deploy" in walk.crumbs
        assert walk.focused == "roles"
        await walk.press("ctrl+o")
        assert walk.crumbs == here


async def test_identifiers_lead_to_their_owner_after_colon_and_after_slash() -> None:
    async with journey() as walk:
        arn = walk.account.resolve("role/Deploy")
        await typed(walk, f"arn:aws:sts::{walk.account.id}:assumed-role/Deploy/build-7")
        assert "Roles > Deploy" in walk.crumbs
        assert "session build-7 of role Deploy" in walk.status
        await walk.press("1", "/")
        await walk.type(arn)
        assert "enter goes to role/Deploy" in walk.status
        await walk.press("enter")
        assert "Roles > Deploy" in walk.crumbs
        await walk.press("1", "/")
        await walk.type("ASIAIOSFODNN7EXAMPLE")
        assert "temporary, of STS" in walk.status
        await walk.press("enter")
        assert "temporary, of STS" in walk.status
        assert walk.explore.body.lists["users"].filter_text == ""


async def test_what_is_wrong_with_a_line_is_said() -> None:
    async with journey() as walk:
        await typed(walk, "rolle Deploy")
        assert "did you mean :role" in walk.status
        await typed(walk, "alice")
        assert "did you mean :user alice?" in walk.status
        await typed(walk, "user alcie")
        assert "did you mean user/alice?" in walk.status
        await typed(walk, 'user "alice')
        assert "a quote is not closed" in walk.status
        await typed(walk, "users alice")
        assert ":users takes nothing after it" in walk.status


async def test_tab_takes_completions_in_turn_and_up_recalls_lines() -> None:
    async with journey() as walk:
        await typed(walk, "users")
        await walk.press(":")
        await walk.type("gro")
        await walk.press("tab")
        assert ":group" in walk.screen
        await walk.press("tab")
        assert ":groups" in walk.screen
        await walk.press("shift+tab", "shift+tab")
        assert walk.rows[-2].strip() == ":gro"
        await walk.press("up")
        assert walk.rows[-2].strip() == ":users"
        await walk.press("down")
        assert walk.rows[-2].strip() == ":gro"
        await walk.press("esc")
        assert walk.footer.endswith("? Help")


async def test_a_pane_can_be_gone_to_from_a_mode() -> None:
    async with journey() as walk:
        await typed(walk, "grep s3:PutObject")
        assert "Grep" in walk.crumbs
        await typed(walk, "groups")
        assert walk.focused == "groups"


async def test_saving_quitting_and_dropping(tmp_path: Path) -> None:
    async with journey() as walk:
        await walk.attach("Developers", "s3write")
        target = tmp_path / "kept here.toml"
        await typed(walk, f"w '{target}'")
        assert load(target).policies.keys() >= walk.account.policies.keys()
        await walk.press("u")
        await typed(walk, "q")
        assert walk.is_asking
        await walk.press("esc")
        await typed(walk, "q!")
        assert walk.app.return_code == 0


async def test_another_account_can_be_opened() -> None:
    async with journey() as walk:
        await typed(walk, "open first-day")
        assert walk.explore.session.open_workspace.source.name == "first-day"
        await typed(walk, "open nowhere.toml")
        assert "nowhere.toml" in walk.screen


async def test_opening_another_account_loses_no_edit() -> None:
    async with journey() as walk:
        await walk.attach("Developers", "s3write")
        await typed(walk, "open first-day")
        assert "edits that are not saved" in walk.screen
        await walk.press("enter")
        assert (walk.unsaved, walk.is_asking) == (1, False)
        await typed(walk, "open first-day")
        await walk.press("j", "enter")
        assert "first-day" in walk.crumbs
        assert walk.unsaved == 0
        await typed(walk, "open startup")
        assert "attach S3Write to Developers" in walk.screen


async def test_the_start_screen_has_the_line_too() -> None:
    async with journey(None) as walk:
        await typed(walk, "user alice")
        assert "no account is open; :open FILE opens one" in walk.screen
        await typed(walk, "open startup")
        assert "alice" in walk.screen


async def test_a_theme_shows_while_it_is_typed_and_goes_when_the_line_is_left() -> None:
    async with journey() as walk:
        await walk.press(":")
        await walk.type("theme light")
        assert walk.app.theme == "iam-light"
        await walk.press("esc")
        assert walk.app.theme == "iam-dark"
        await typed(walk, "theme ansi")
        assert walk.app.theme == "iam-ansi"
        await typed(walk, "theme nowhere")
        assert "no theme 'nowhere'" in walk.status


async def test_help_begins_at_a_word() -> None:
    async with journey() as walk:
        await typed(walk, "help blocked")
        assert "> blocked" in walk.prose


async def test_a_pasted_denial_is_explained() -> None:
    message = (
        "User: arn:aws:iam::111122223333:user/dave is not authorized to perform: s3:PutObject on "
        'resource: "arn:aws:s3:::reports/x" because no identity-based policy allows the action'
    )
    async with journey() as walk:
        await walk.press(":")
        walk.app.post_message(events.Paste(message.replace(" on ", "\non ")))
        await walk.press("enter")
        assert "dave > s3:PutObject > Why not" in walk.crumbs


# the palette


async def test_the_palette_runs_what_it_finds() -> None:
    async with journey() as walk:
        await walk.press("ctrl+p")
        assert isinstance(walk.app.screen, PaletteScreen)
        await walk.type("groups")
        await walk.press("enter")
        assert walk.focused == "groups"


async def test_the_palette_greys_what_cannot_be_given_and_says_why() -> None:
    async with journey(read_only=True) as walk:
        await walk.press("f2")
        await walk.type("take the last edit")
        assert "(not in read-only mode)" in walk.screen
        await walk.press("enter")
        assert "not now: not in read-only mode" in walk.screen
        await walk.press("esc")
        assert not walk.is_asking


async def test_words_that_need_more_go_on_in_the_line() -> None:
    async with journey() as walk:
        await walk.press("ctrl+p")
        await walk.type("open another")
        await walk.press("enter")
        assert walk.rows[-2].startswith(":open")


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_the_palette(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey(size=size) as walk:
        await walk.press("ctrl+p")
        await walk.type("undo")
        rows = [row.partition("┃")[2].rpartition("┃")[0].rstrip() for row in walk.rows]
        assert "\n".join(row for row in rows if row) == snapshot


async def test_names_with_hostile_text_are_shown_harmless(tmp_path: Path) -> None:
    path = tmp_path / "evil.toml"
    path.write_text(
        'format = 1\n[account]\nid = "111122223333"\n[[users]]\nname = "a\\u001b]52;c;x[/]"\n'
    )
    async with journey(path) as walk:
        await walk.press(":")
        await walk.type("user a")
        assert "\x1b" not in walk.screen
        await walk.press("tab")
        assert "\x1b" not in walk.screen
        await walk.press("enter")
        assert "Users > a" in walk.crumbs
        await walk.press("Y")
        assert "\x1b" not in walk.screen


def test_mistakes_are_of_the_family() -> None:
    assert issubclass(LineError, IamTuiError)


@pytest.mark.parametrize("name", ["~nosuch/x", "nosuch.toml", "aws:live"])
async def test_what_cannot_be_opened_leaves_the_account_open(name: str) -> None:
    async with journey() as walk:
        await typed(walk, f"open {name}")
        assert "alice" in walk.screen
        assert name.partition(":")[0] in walk.status or "live account" in walk.status


async def test_nobodys_home_folder_is_a_name_like_others() -> None:
    async with journey() as walk:
        await typed(walk, "w ~nosuch/x.toml")
        assert "Not saved" in walk.screen
        await walk.press("esc")
        await typed(walk, "open ~nosuch/")
        assert "alice" in walk.screen
    assert entries("~nosuch/") == ()
    with pytest.raises(AccountFileError, match="cannot be read"):
        session_policy("~nosuch/x.json")
