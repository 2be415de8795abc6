"""Finding things, walking along edges and back, panes, tabs, filters: at every size."""

from __future__ import annotations

import pytest

from tests.tui.journey import NORMAL, SIZES, SMALL, WIDE, journey, squeezed

sizes = pytest.mark.parametrize("size", SIZES)


@sizes
async def test_the_lists_are_there_with_root_on_top(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        for title in ("1 Users", "2 Groups", "3 Roles", "4 Policies", "0 root"):
            assert title in walk.screen
        users = [
            row for row in walk.pane("users").splitlines()[1:] if "root" in row or "bob" in row
        ]
        assert ">*root" in users[0]
        assert "opened startup: 6 users, 4 groups, 2 roles, 5 policies" in walk.status


@sizes
async def test_three_keys_find_an_identity_and_what_it_can_do(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.press("j", "j", "6")
        assert "Effective permissions of bob" in walk.screen
        assert walk.focused == "permissions"
        for service in ("cloudformation", "lambda", "sqs"):
            assert service in walk.pane("permissions")


@sizes
async def test_the_detail_follows_the_cursor(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.press("j")
        assert "user/alice" in walk.pane("detail")
        await walk.press("G")
        assert "user/zoe" in walk.pane("detail")
        assert walk.crumbs.startswith("startup 1111-2222-3333 > Users > zoe")


@sizes
async def test_along_edges_and_back_to_the_same_row(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.press("j", "enter")
        assert walk.explore.walk.target.kind == "user"
        await walk.press("j")
        row = walk.explore.walk.place.row
        await walk.press("enter")
        assert "alice > OnCall" in walk.crumbs
        assert "OnCall" in walk.pane("groups")
        await walk.press("enter")
        assert "alice > OnCall > alice" in walk.crumbs
        await walk.press("esc", "esc")
        assert walk.crumbs.split("  ")[0].endswith("Users > alice")
        assert walk.explore.walk.place.row == row
        assert walk.focused == "detail"
        await walk.press("esc")
        assert walk.focused == "users"
        assert "> alice" in walk.pane("users")


async def test_a_groups_policy_and_its_other_users() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go("2", "Contractors")
        await walk.press("enter")
        while "AWSLambda_ReadOnlyAccess" not in _cursor_row(walk.pane("detail")):
            await walk.press("j")
        await walk.press("enter")
        assert "Contractors > AWSLambda_ReadOnlyAccess" in walk.crumbs
        assert "Developers  group" in walk.pane("detail")
        while "Developers" not in _cursor_row(walk.pane("detail")):
            await walk.press("j")
        await walk.press("enter")
        assert walk.crumbs.split("  ")[0].endswith("AWSLambda_ReadOnlyAccess > Developers")


def _cursor_row(pane: str) -> str:
    return next((row for row in pane.splitlines() if row[1:2] == ">"), "")


@sizes
async def test_numbers_focus_panes_and_tab_goes_round(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        for key, name in [
            ("2", "groups"),
            ("3", "roles"),
            ("4", "policies"),
            ("1", "users"),
            ("0", "detail"),
            ("6", "permissions"),
            ("7", "why"),
        ]:
            await walk.press(key)
            assert walk.focused == name
        await walk.press("1")
        seen = []
        for _ in range(len(walk.explore.body.panes)):
            seen.append(walk.focused)
            await walk.press("tab")
        assert {"users", "groups", "roles", "policies", "detail"} <= set(seen)
        await walk.press("1", "tab", "shift+tab")
        assert walk.focused == "users"


async def test_places_before_and_after_and_the_last_one() -> None:
    async with journey() as walk:
        await walk.press("j", "enter", "enter")
        there = walk.crumbs
        await walk.press("ctrl+o")
        assert "Users > alice" in walk.crumbs
        await walk.press("ctrl+n")
        assert walk.crumbs == there
        await walk.press("-")
        assert "Users > alice" in walk.crumbs
        await walk.press("-")
        assert walk.crumbs == there


@sizes
async def test_tabs_stay_chosen_while_the_cursor_moves(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.press("j", "]", "]")
        assert "[Policies]" in walk.pane("detail")
        assert "ReportsRead" in walk.pane("detail")
        await walk.press("j")
        assert "[Policies]" in walk.pane("detail")
        assert "through group" in squeezed(walk.pane("detail"))
        await walk.press("[")
        assert "[Groups]" in walk.pane("detail")


@pytest.mark.parametrize(
    ("list_key", "name", "tab", "said"),
    [
        ("1", "alice", "[Groups]", "Developers"),
        ("2", "Developers", "[Members]", "bob"),
        ("3", "Deploy", "[Trust]", "TRUST POLICY"),
        ("4", "ReportsRead", "[Used by]", "zoe"),
    ],
)
async def test_the_second_tab_says_what_belongs_together(
    list_key: str, name: str, tab: str, said: str
) -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go(list_key, name)
        await walk.press("]")
        assert tab in walk.pane("detail")
        assert said in walk.pane("detail")


async def test_documents_are_shown_as_aws_shows_them() -> None:
    async with journey(size=WIDE) as walk:
        await walk.go("4", "ReportsRead")
        await walk.press("0", "[")
        assert '"Version": "2012-10-17",' in walk.pane("detail")
        assert '"Action": "s3:GetObject"' in walk.pane("detail")


@sizes
async def test_a_filter_narrows_counts_and_esc_clears_it(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.press("/")
        await walk.type("e")
        assert "4/7 /e" in walk.pane("users")
        await walk.type("v")
        assert "alice" not in walk.pane("users")
        assert "user/eve" in walk.screen
        await walk.press("enter")
        assert walk.focused == "users"
        assert "1/7 /ev" in walk.pane("users")
        await walk.press("esc")
        assert "alice" in walk.pane("users")
        assert "> eve" in walk.pane("users")


async def test_a_filter_that_nothing_matches_says_how_to_leave_it() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("/")
        await walk.type("nobody")
        assert 'nothing matches "nobody"' in walk.pane("users")
        await walk.press("esc")
        assert "alice" in walk.pane("users")


async def test_the_same_key_searches_a_document() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go("1", "alice")
        await walk.press("0", "]", "]", "/")
        await walk.type("tagqueue")
        await walk.press("enter")
        assert "TagQueue" in _cursor_row(walk.pane("detail"))
        await walk.press("/")
        await walk.type("not there")
        assert '"not there" is not here' in walk.status


async def test_sorting_keeps_the_item_under_the_cursor() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "j", "o")
        assert "Sort users by" in walk.screen
        await walk.press("2")
        assert "groups v" in walk.pane("users")
        assert "> bob" in walk.pane("users")
        await walk.press("O")
        assert "groups^" in walk.pane("users")
        assert "> bob" in walk.pane("users")
        await walk.press("o", "2")
        assert "groups v" in walk.pane("users")
        await walk.press("o", "j", "enter")
        assert "policies v" in walk.pane("users")


@sizes
async def test_one_pane_can_fill_the_screen(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.press("j", "0", "+")
        assert walk.explore.body.panes["detail"].size.width == size[0]
        assert "1 Users" not in walk.screen
        await walk.press("esc")
        assert "1 Users" in walk.screen
        assert walk.focused == "detail"


async def test_another_size_keeps_focus_and_cursor() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "j", "6", "j")
        row = walk.explore.body.permissions.row
        for width, height in [SMALL, (60, 15), WIDE, NORMAL]:
            await walk.pilot.resize_terminal(width, height)
            await walk.settle()
            assert walk.focused == "permissions"
        assert walk.explore.body.permissions.row == row
        assert "Users > bob" in walk.crumbs


async def test_too_small_says_so_and_keys_still_work() -> None:
    async with journey(size=(50, 12)) as walk:
        assert "at least 60x15" in walk.screen
        await walk.press("j")
        await walk.pilot.resize_terminal(80, 24)
        await walk.settle()
        assert "Users > alice" in walk.crumbs


async def test_a_click_goes_where_it_is_and_two_open() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.pilot.click("#groups-view", offset=(5, 2))
        await walk.settle()
        assert walk.focused == "groups"
        assert "Groups > Developers" in walk.crumbs
        await walk.pilot.click("#groups-view", offset=(5, 1), times=2)
        await walk.settle()
        assert walk.focused == "detail"
        assert "Contractors" in walk.crumbs


async def test_a_click_on_a_key_of_the_footer_is_the_key() -> None:
    async with journey() as walk:
        await walk.pilot.click("#footer", offset=(walk.rows[-1].index("? Help"), 0))
        await walk.settle()
        assert "Keys in lists" in walk.screen


@sizes
async def test_help_lists_what_can_be_done_here_and_is_searched(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.press("6", "?")
        assert "Keys in the permissions" in walk.screen
        assert "unfold or fold" in walk.screen
        await walk.press("/")
        await walk.type("limited")
        await walk.press("enter")
        assert "limited" in walk.screen
        await walk.press("esc")
        assert not walk.is_asking
        assert walk.focused == "permissions"


async def test_keys_of_later_versions_say_so() -> None:
    async with journey() as walk:
        await walk.press("a")
        assert walk.status == "a: this version does not have an audit yet"


async def test_y_copies_what_the_cursor_is_on() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "y")
        assert walk.app.clipboard == "arn:aws:iam::111122223333:user/alice"
        assert "copied arn:aws:iam::111122223333:user/alice (36 characters)" in walk.status
