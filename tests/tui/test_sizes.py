"""Every size, mouse, and the time before an account is there."""

from __future__ import annotations

import os
from pathlib import Path

from iam_tui import load, save
from iam_tui.account import IdentityProvider
from iam_tui.policy import Document
from iam_tui.tui.app import IamTuiApp
from iam_tui.tui.session import Session
from iam_tui.tui.terminal import look_at
from iam_tui.workspace.options import TuiOptions
from tests.tui.journey import COLOURS, NORMAL, SMALL, TODAY, WIDE, Journey, journey

SIZES = ((60, 15), SMALL, (99, 30), (100, 30), NORMAL, (160, 50), WIDE)


async def test_every_size_has_help_one_heavy_frame_and_the_same_row() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "j")
        for size in SIZES:
            await walk.pilot.resize_terminal(*size)
            await walk.settle()
            assert [len(row) for row in walk.rows] == [size[0]] * size[1]
            assert walk.screen.count("┏") == 1, size
            assert walk.footer.endswith("? Help"), size
            assert "> bob" in walk.pane("users"), size
            assert "user/bob" in walk.prose.replace(" ", ""), size
            for title in ("1 Users", "2 Groups", "3 Roles", "4 Policies", "0 bob"):
                assert title in walk.screen, (size, title)


async def test_a_storm_of_sizes_keeps_focus_cursor_and_filter() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("/")
        await walk.type("o")
        before = walk.explore.body.lists["users"].key
        for width in range(60, 130, 7):
            await walk.pilot.resize_terminal(width, 15 + width % 30)
        await walk.pilot.resize_terminal(*SMALL)
        await walk.settle()
        await walk.type("b")
        assert "1/7 /ob" in walk.pane("users")
        assert before is not None
        assert "> bob" in walk.pane("users")


async def test_a_pane_that_fills_the_screen_keeps_its_filter_line() -> None:
    async with journey(size=SMALL) as walk:
        for size in ((60, 15), NORMAL):
            await walk.pilot.resize_terminal(*size)
            await walk.press("+", "/")
            await walk.type("ev")
            assert walk.explore.body.panes["users"].size.width == size[0]
            assert walk.rows[2][1:].startswith("ev ")
            assert "1/7 /ev" in walk.screen
            await walk.press("esc", "esc")
            assert "2 Groups" in walk.screen


async def test_a_list_that_fills_the_screen_has_all_columns_and_sorts_at_a_click() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "+")
        header = walk.rows[2]
        for title in ("name", "groups", "pol", "key days", "unused d", "age d", "path", "flags"):
            assert title in header
        for title, said in [
            ("age d", "created v"),
            ("age d", "created^"),
            ("key days", "key days v"),
            ("name", "name^"),
        ]:
            column = header.index(title) + len(title) - 1
            await walk.pilot.click("#users-view", offset=(column - 1, 0))
            await walk.settle()
            assert said in walk.rows[1]
            assert "> alice" in walk.screen
        rows = [row for row in walk.rows if "> alice " in row and "┃" in row]
        assert " 58" in rows[0]


async def test_a_click_on_a_tab_shows_it_and_one_on_the_order_turns_it() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j")
        top = walk.rows[1]
        await walk.pilot.click(None, offset=(top.index("Policies") + 1, 1))
        await walk.settle()
        assert "[Policies]" in walk.pane("detail")
        await walk.pilot.click(None, offset=(top.index("name^") + 1, 1))
        await walk.settle()
        assert "name v" in walk.pane("users")
        assert "> alice" in walk.pane("users")


async def test_who_uses_a_provider_and_back_to_the_same_row(tmp_path: Path) -> None:
    account = load("startup")
    arn = "arn:aws:iam::111122223333:oidc-provider/token.example.com"
    provider = IdentityProvider(arn=arn, name="token.example.com", type="oidc", client_ids=("me",))
    role = next(one for one in account.roles.values() if one.name == "Deploy")
    statement = {"Effect": "Allow", "Principal": {"Federated": arn}, "Action": "sts:AssumeRole"}
    trust = Document.of({"Version": "2012-10-17", "Statement": [statement]})
    changed = type(role)(arn=role.arn, name=role.name, trust_policy=trust)
    save(
        account.with_entity(changed).with_(identity_providers={arn: provider}),
        tmp_path / "a.toml",
    )
    async with journey(tmp_path / "a.toml", NORMAL) as walk:
        await walk.go("3", "Deploy")
        await walk.press("enter", "enter")
        assert "Deploy > token.example.com" in walk.crumbs
        assert "identity provider, OIDC" in walk.pane("detail")
        assert "1, by name" in walk.pane("detail")
        assert "is an identity provider" in walk.prose
        await walk.press("enter")
        assert "token.example.com > Deploy" in walk.crumbs
        await walk.press("esc", "esc", "esc")
        assert walk.focused == "roles"
        assert "> Deploy" in walk.pane("roles")


async def test_roles_that_name_a_user_stand_with_its_groups() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go("1", "bob")
        await walk.press("]")
        assert "TRUSTED BY" in walk.pane("detail")
        assert "Deploy" in walk.pane("detail")


async def test_keys_answer_while_an_account_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "slow.toml"
    os.mkfifo(pipe)
    session = Session(TuiOptions(account=str(pipe), read_only=True), TODAY)
    app = IamTuiApp(session, look_at(COLOURS))
    async with app.run_test(size=SMALL) as pilot:
        walk = Journey(app, pilot)
        while "opening: looking at the file" not in walk.screen:
            await pilot.pause(0.02)
        for key in ("?", "esc", "j", "/", "a", "esc", "o", "space", "d"):
            walk._send(key)
            await pilot.pause(0.02)
            assert ("Keys in lists" in walk.screen) == (key == "?"), key
        for key in ("/", "b"):
            walk._send(key)
            await pilot.pause(0.02)
        with pipe.open("w", encoding="utf-8") as waiting:
            # Who reads has opened the pipe; from now on a file stands there.
            save(load("startup"), tmp_path / "whole.toml")
            (tmp_path / "whole.toml").replace(pipe)
            waiting.write(pipe.read_text(encoding="utf-8"))
        await walk.settle()
        assert "opened slow.toml: 6 users" in walk.status
        await walk.type("ob")
        assert "1/7 /bob" in walk.pane("users")
        await walk.press("enter")
        assert "> bob" in walk.pane("users")
