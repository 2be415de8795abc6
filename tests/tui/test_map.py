"""The map: drawn and in sentences, walked, recentred, kept in step with edits, copied."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from iam_tui.account import Account, Group, User
from iam_tui.account.arns import iam_arn
from iam_tui.cli.graph import run as run_graph
from iam_tui.formats import save
from iam_tui.tui.screens.map import MapScreen
from tests.tui.journey import COLOURS, NORMAL, SMALL, WIDE, Journey, journey, squeezed
from tests.tui.test_evil import check, evil_account

BOB = ("j", "j", "m")
"""Keys from the start of `startup` to the map of bob."""


def map_of(walk: Journey) -> MapScreen:
    return next(s for s in walk.app.screen_stack if isinstance(s, MapScreen))


def status(walk: Journey) -> str:
    bar = map_of(walk).status
    return f"{bar.left}   {bar.right}".strip()


def cursor(walk: Journey) -> str:
    node = map_of(walk).map_view.node
    return node.label if node is not None else ""


def seen(walk: Journey) -> str:
    """The text inside the panes, as if its rows were not broken."""
    inside = "\n".join(row[1:-1] for row in walk.rows[2:-3])
    return squeezed(inside).strip()


def printed(*arguments: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        assert run_graph(arguments) == 0
    return out.getvalue()


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """An account with a group of sixty."""
    account_id = "111122223333"
    group = Group(arn=iam_arn(account_id, "group", "Everybody"), name="Everybody")
    names = [f"user{number:02}" for number in range(60)]
    users = {
        arn: User(arn=arn, name=name, groups=("Everybody",))
        for name in names
        for arn in (iam_arn(account_id, "user", name),)
    }
    path = tmp_path / "hub.toml"
    save(Account(id=account_id, users=users, groups={group.arn: group}), path)
    return path


# --- what it looks like -------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SMALL, NORMAL, WIDE])
async def test_the_map(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey(size=size) as walk:
        await walk.press(*BOB)
        assert walk.screen == snapshot
        assert walk.screen.count("┏━ ") == 1
        assert walk.footer.endswith("? Help")


async def test_the_text(snapshot: SnapshotAssertion) -> None:
    async with journey(size=SMALL) as walk:
        await walk.press(*BOB, "t")
        assert walk.screen == snapshot


async def test_in_ascii_nothing_else_is_drawn() -> None:
    async with journey("org-member", NORMAL, ascii_only=True) as walk:
        await walk.press("3", "j", "j", "m", "left")
        assert walk.screen.isascii()
        assert "under conditions" in walk.screen
        await walk.press("t", "?")
        assert walk.screen.isascii()


async def test_no_colour_is_needed() -> None:
    async with journey(environment={**COLOURS, "NO_COLOR": "1"}) as walk:
        await walk.press(*BOB, "right")
        assert "[OnCall]" in walk.screen
        assert " bob " in walk.screen


# --- walking ------------------------------------------------------------------------------------


async def test_keys_go_along_the_lines_and_say_what_is_there() -> None:
    async with journey() as walk:
        await walk.press(*BOB)
        assert cursor(walk) == "bob"
        assert status(walk) == "bob: user; can assume Deploy; 2 groups; 1 policy"
        await walk.press("l")
        assert (cursor(walk), status(walk)) == ("OnCall", "OnCall: group; 3 members; 1 policy")
        await walk.press("G")
        assert status(walk) == "Deploy: role; bob can assume it; 1 policy; trusts bob"
        await walk.press("right")
        assert status(walk) == "DeployFunctions (inline): inline policy; of role/Deploy"
        await walk.press("left", "left", "left")
        assert cursor(walk) == "bob"
        await walk.press("tab", "tab", "shift+tab")
        assert cursor(walk) == "Developers"


async def test_enter_goes_there_in_explore_and_esc_leaves() -> None:
    async with journey() as walk:
        await walk.press(*BOB, "right", "enter")
        assert walk.crumbs.startswith("startup 1111-2222-3333 > Groups > bob > OnCall")
        await walk.press("esc", "1", "m")
        assert cursor(walk) == "bob"
        await walk.press("esc")
        assert not walk.is_asking
        assert walk.focused == "users"


async def test_c_draws_around_the_node_and_esc_comes_back_to_it() -> None:
    async with journey() as walk:
        await walk.press(*BOB, "c")
        assert status(walk) == "bob is the centre already"
        await walk.press("right", "k", "c")
        assert "Map of Developers, 2 steps" in walk.screen
        assert "alice" in walk.screen
        await walk.press("esc")
        assert "Map of bob, 2 steps" in walk.screen
        assert cursor(walk) == "Developers"


async def test_steps_reach_further_and_less_far() -> None:
    async with journey() as walk:
        await walk.press(*BOB, "<")
        assert "Map of bob, 1 step " in walk.screen
        assert "WatchJobs" not in walk.screen
        await walk.press("<")
        assert status(walk) == "one step is the least"
        await walk.press(">", ">", ">", ">")
        assert status(walk) == "4 steps are the most"
        assert "WatchJobs" in walk.screen


async def test_a_node_is_found_by_its_name() -> None:
    async with journey() as walk:
        await walk.press(*BOB, "/")
        await walk.type("watch")
        await walk.press("enter")
        assert cursor(walk) == "WatchJobs (inline)"


async def test_what_is_no_part_of_the_account_is_not_opened() -> None:
    async with journey("org-member") as walk:
        await walk.press("3", "j", "j", "m", "n")
        await walk.type("management")
        await walk.press("enter", "enter")
        assert status(walk).startswith("management 111122223333 is not in this account")
        await walk.press("c")
        assert "OrganizationAccountAccessRole" in walk.screen


async def test_many_are_one_node_that_lists_them(hub: Path) -> None:
    async with journey(hub) as walk:
        await walk.press("2", "m")
        assert map_of(walk).map_view.position == "39 of 61 nodes drawn"
        assert "Everybody" in cursor(walk)
        await walk.press("left", "G")
        assert re.fullmatch(r"\+\d\d more", cursor(walk))
        assert status(walk) == f"{cursor(walk)}: there is no room for them; enter lists them"
        assert f"{cursor(walk)}" in walk.screen
        await walk.press("enter")
        await walk.type("user59")
        await walk.press("enter")
        assert "> user59" in walk.crumbs


async def test_it_scrolls_and_the_cursor_stays_in_view(hub: Path) -> None:
    async with journey(hub, (60, 15)) as walk:
        await walk.press("2", "m", "left")
        for key in ("g", "pagedown", "ctrl+d", "G", "k", "pageup"):
            await walk.press(key)
            assert f"[{cursor(walk)}]" in walk.screen
            assert walk.footer.endswith("? Help")


async def test_boxes_give_way_where_they_would_take_more_rows_than_there_are(hub: Path) -> None:
    async with journey(hub, NORMAL) as walk:
        await walk.press("2", "m")
        assert "[Everybody]" in walk.screen
        await walk.press("<", "left", "c")
        assert "Everybody │" in walk.screen


async def test_another_size_keeps_the_cursor() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press(*BOB, "right")
        for width, height in (SMALL, WIDE, (60, 15)):
            await walk.pilot.resize_terminal(width, height)
            await walk.settle()
            assert cursor(walk) == "OnCall"
        assert "[OnCall]" in walk.screen


async def test_where_there_is_room_tab_goes_to_the_text() -> None:
    async with journey(size=WIDE) as walk:
        await walk.press(*BOB)
        assert "bob  can assume  Deploy  which has  DeployFunctions" in walk.screen
        await walk.press("tab", "G", "enter")
        assert map_of(walk).app.screen is not map_of(walk)  # which of the two is asked
        await walk.type("deployf")
        await walk.press("enter")
        assert walk.crumbs.split("  ")[0].endswith("> bob > DeployFunctions")


# --- the account changes ------------------------------------------------------------------------


async def test_it_follows_the_edits_and_keeps_its_cursor() -> None:
    async with journey() as walk:
        await walk.attach("Developers", "s3write")
        await walk.press("esc", "1", *"gjj", "m", "right", "k")
        assert re.search(r"S3Write +\+", walk.screen)
        assert "+ new" in walk.screen
        assert cursor(walk) == "Developers"
        await walk.press("u")
        assert "S3Write" not in walk.screen
        assert cursor(walk) == "Developers"
        assert status(walk).startswith("undone: attach S3Write to Developers")


async def test_what_was_taken_away_is_still_seen() -> None:
    async with journey() as walk:
        await walk.press("j", "j", "d", "j", "j", "enter", "m")
        assert re.search(r"┈ OnCall -", walk.screen), walk.screen
        assert "removed" in walk.screen


async def test_a_name_that_is_none_is_said() -> None:
    async with journey() as walk:
        await walk.press(":")
        await walk.type("map user/bop 3")
        await walk.press("enter")
        assert "user/bob" in status(walk)
        await walk.press("esc", ":")
        await walk.type("map user/bob 3")
        await walk.press("enter")
        assert "Map of bob, 3 steps" in walk.screen


async def test_nobody_has_it() -> None:
    async with journey() as walk:
        await walk.press("m")
        screen = map_of(walk)
        screen._centre_on("arn:aws:iam::aws:policy/job-function/Billing")
        await walk.settle()
        assert "there is nothing to draw" in seen(walk)
        for key in ("j", "l", "enter", "c", "y", "t", ">"):
            await walk.press(key)
        await walk.press("esc", "esc")
        assert "[root A]" in walk.screen


# --- the same as the verb -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "keys"),
    [("startup", BOB), ("startup", ("2", "j", "m")), ("org-member", ("3", "j", "j", "m", ">"))],
    ids=["user", "group", "role"],
)
async def test_the_text_is_what_the_verb_prints(account: str, keys: tuple[str, ...]) -> None:
    async with journey(account) as walk:
        await walk.press(*keys, "t")
        verb, *arguments = map_of(walk).command()
        assert verb == "graph"
        assert seen(walk).lstrip(">") == squeezed(printed(account, *arguments)).strip()


async def test_the_text_of_edits_is_what_the_verb_prints(tmp_path: Path) -> None:
    edits = tmp_path / "edits.jsonl"
    edits.write_text('{"op":"add-member","user":"user/dave","group":"group/OnCall"}\n')
    async with journey(edits_file=str(edits)) as walk:
        await walk.go("1", "dave")
        await walk.press("m", "t")
        arguments = map_of(walk).command()[1:]
        shown = seen(walk).lstrip(">")
        assert "OnCall (+)" in shown
        assert shown == squeezed(printed("startup", *arguments, "--edits", str(edits))).strip()


async def test_the_node_the_map_and_the_command_are_copied() -> None:
    async with journey() as walk:
        await walk.press(*BOB, "right", "y")
        assert walk.app.clipboard == "arn:aws:iam::111122223333:group/OnCall"
        await walk.press("Y", "enter")
        assert walk.app.clipboard == printed("startup", "user/bob", "--format", "dot")
        await walk.press("ctrl+y")
        assert walk.app.clipboard == ("iam-tui graph startup user/bob --steps 2 --format text")


async def test_hostile_names_are_shown_harmlessly(tmp_path: Path) -> None:
    path = tmp_path / "evil.toml"
    save(evil_account(), path)
    async with journey(path, WIDE) as walk:
        await walk.press("2", "m", "left")
        for key in ("j", "j", "t", "n"):
            check(walk, WIDE)
            await walk.press(key)
        check(walk, WIDE)


# --- the tab of the detail ----------------------------------------------------------------------


async def test_the_tab_of_the_detail_tells_the_map_and_follows_edits() -> None:
    async with journey() as walk:
        await walk.press("j", "j", "[", "[")
        assert "[Map]" in walk.pane("detail")
        assert "bob has ReportsRead" in walk.prose
        await walk.press("0", "G", "enter")
        assert "> bob > Deploy" in walk.crumbs
        assert "Deploy can be assumed by bob" in walk.prose
        await walk.press("esc", "1", "d", "j", "enter")
        assert "Developers (-)" in walk.prose


async def test_where_it_is_wide_the_tab_draws_too() -> None:
    async with journey(size=WIDE) as walk:
        await walk.press("j", "j", "[", "[")
        assert "╚═══▶ Deploy ────" in walk.pane("detail")
        assert "bob  can assume  Deploy" in walk.pane("detail")
