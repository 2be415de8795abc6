"""`:grep`: the statements that are found, and what the verb says of the same."""

from __future__ import annotations

import shlex

import pytest
from syrupy.assertion import SnapshotAssertion

from iam_tui.analysis import search_statements
from tests.tui.journey import NORMAL, SMALL, Journey, journey


async def grep(walk: Journey, word: str) -> None:
    await walk.burst(":", *f"grep {word}", "enter")


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_what_is_found(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey(size=size) as walk:
        await grep(walk, "s3:PutObject")
        assert walk.screen == snapshot


async def test_enter_goes_to_the_policy_and_the_filter_narrows() -> None:
    async with journey() as walk:
        await grep(walk, "s3:PutObject")
        await walk.press("/")
        await walk.type("deny !inline")
        await walk.press("enter")
        assert "1/7 /deny !inline" in walk.screen
        await walk.press("enter")
        assert walk.crumbs.split(" > ")[-1].startswith("S3Deny")


async def test_a_statement_of_an_scp_is_shown() -> None:
    async with journey("org-member") as walk:
        await grep(walk, "iam:PassRole")
        await walk.press("/")
        await walk.type("europeonly")
        await walk.press("enter", "enter")
        assert "RegionLock[0]  SCP" in walk.screen
        assert '"aws:RequestedRegion"' in walk.screen


async def test_a_key_looks_for_what_one_is_at() -> None:
    async with journey() as walk:
        await walk.go("3", "Deploy")
        await walk.press("*")
        assert "role/Deploy" in walk.crumbs
        await walk.press("esc")
        assert "Roles > Deploy" in walk.crumbs


async def test_nothing_found_says_what_to_do() -> None:
    async with journey() as walk:
        await grep(walk, "nowhere-to-be-found")
        assert 'no statement names or matches "nowhere-to-be-found"' in walk.screen
        assert ":grep looks for another" in walk.screen


async def test_edits_are_followed() -> None:
    async with journey() as walk:
        await walk.press("4")
        await grep(walk, "s3:PutObject")
        before = walk.screen
        await walk.press("esc")
        await walk.attach("Developers", "s3write")
        await grep(walk, "s3:PutObject")
        assert walk.screen != before
        await walk.press("u")
        row = next(row for row in walk.rows if "S3Write[0]" in row)
        assert " - " in row


async def test_the_command_prints_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    from iam_tui.cli.main import main

    async with journey() as walk:
        await grep(walk, "'s3:Get*'")
        await walk.press("ctrl+y")
        line = walk.app.clipboard
        shown = [row for row in walk.rows if ("[" in row and "matches" in row) or "names" in row]
        found = search_statements(walk.account, "s3:Get*")
    assert main(shlex.split(line)[1:], launch=lambda _: 1) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith(f"{len(found.rows)} statements")
    assert shown
    assert len(printed) - 1 == len(found.rows)
