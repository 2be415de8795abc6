"""Assertions: the same as the verb says, live, and asked about before one is broken."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from iam_tui import load, save
from iam_tui.account import Assertion
from iam_tui.account.edits import DetachPolicy, PutAssertion
from iam_tui.cli.main import main
from iam_tui.formats import sample_names
from iam_tui.tui.screens import keeping
from iam_tui.tui.screens.check import CheckScreen
from tests.tui.journey import NORMAL, SMALL, Journey, journey, squeezed
from tests.tui.verbs import copied

REPORT = "arn:aws:s3:::reports/2026/q1.csv"
BREAKING = DetachPolicy(entity="user/alice", policy="ReportsRead")
"""What breaks the first assertion of the sample."""


async def break_one(walk: Journey) -> None:
    """Make the edit that breaks one, all the same."""
    walk.explore.editing.apply(BREAKING)
    await walk.settle()
    await walk.press("j", "enter")


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_looks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("startup", size) as walk:
        await break_one(walk)
        await walk.press("C")
        assert walk.screen == snapshot


async def test_the_question(snapshot: SnapshotAssertion) -> None:
    async with journey("startup", SMALL) as walk:
        walk.explore.editing.apply(BREAKING)
        await walk.settle()
        assert walk.screen == snapshot


@pytest.mark.parametrize("sample", sample_names())
async def test_the_screen_says_what_the_verb_says(sample: str) -> None:
    async with journey(sample, (160, 50)) as walk:
        await walk.press("C")
        words = await copied(walk)
        assert words == ["check", sample]
        out = io.StringIO()
        with redirect_stdout(out):
            assert main([*words, "--json"], launch=lambda _: 2) == 0
        said = json.loads(out.getvalue())
        for place, result in enumerate(said):
            rows = [row for row in walk.rows if result["principal"] in row]
            assert any(result["action"] in row and result["expect"] in row for row in rows)
            assert squeezed(result["reason"]) in walk.prose
            assert squeezed(result["why"]) in walk.prose
            if place < len(said) - 1:
                await walk.press("j")


async def test_an_edit_that_breaks_one_is_asked_about_first() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.go("1", "alice")
        await walk.press("d")
        while "ReportsRead" not in next(row for row in walk.rows if "┃>" in row):
            await walk.press("j")
        await walk.press("enter")
        assert "Breaks 1 assertion" in walk.screen
        assert "She writes the weekly summary" in walk.prose
        assert walk.unsaved == 0
        await walk.press("enter")
        assert walk.unsaved == 0
        assert "not made: detach ReportsRead from alice" in walk.status
        await break_one(walk)
        assert walk.unsaved == 1
        await walk.press("u")
        assert walk.unsaved == 0


async def test_it_is_checked_live_and_a_counterexample_leads_to_its_reason() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.press("C")
        assert isinstance(walk.app.screen, CheckScreen)
        assert "all hold" in walk.screen
        await break_one(walk)
        assert "1 of 3 FAILED" in walk.screen
        assert "user/alice may not s3:GetObject" in walk.prose
        await walk.press("enter")
        assert walk.crumbs.split(" > ")[1:3] == ["alice", "s3:GetObject"]
        assert "What would allow it" in walk.screen
        await walk.press("esc", "u")
        assert "all hold" in walk.screen


async def test_a_promise_about_one_request_leads_to_its_reason_too() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.press("C", "j", "i")
        assert walk.crumbs.split(" > ")[1:3] == ["zoe", "s3:GetObject"]


async def test_one_is_removed_and_comes_back() -> None:
    async with journey("startup", SMALL) as walk:
        before = walk.account
        await walk.press("C", "j", "d")
        assert [item.principal for item in walk.account.assertions] == [
            "user/alice",
            "role/ReportReader",
        ]
        await walk.press("u")
        assert walk.account == before


async def test_a_promise_that_does_not_hold_is_not_made_unasked() -> None:
    async with journey("startup", SMALL) as walk:
        made = PutAssertion(
            principal="user/*", action="s3:GetObject", resource=REPORT, expect="denied"
        )
        walk.explore.editing.apply(made)
        await walk.settle()
        assert "This assertion does not hold" in walk.screen
        assert "user/alice may s3:GetObject" in walk.prose
        await walk.press("j", "enter", "C", "G")
        assert "1 of 4 FAILED" in walk.screen
        await walk.press("tab", "G", "k", "enter")
        assert "Why" in walk.crumbs


async def test_an_account_without_assertions_says_how_to_make_one() -> None:
    async with journey("startup", SMALL) as walk:
        for key in ("C", "d", "d", "d"):
            await walk.press(key)
        assert "this account makes no promises" in walk.screen
        await walk.press("d")
        assert "there is no assertion to remove" in walk.screen


async def test_what_takes_long_to_find_out_is_told_after_the_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = load("startup")
    many = tuple(
        Assertion(principal="*", action=f"{service}:Delete*", expect="denied")
        for service in ("s3", "iam", "ec2", "rds", "dynamodb", "lambda", "sqs", "sns", "kms")
    )
    save(made.with_(assertions=(*many, *made.assertions)), tmp_path / "many.toml")
    monkeypatch.setattr(keeping, "PATIENCE", 0.0)
    async with journey(tmp_path / "many.toml", NORMAL) as walk:
        walk.explore.editing.apply(BREAKING)
        assert walk.unsaved == 1
        await walk.settle()
        assert "Breaks 1 assertion" in walk.screen
        assert "user/alice allowed s3:GetObject" in walk.screen
        await walk.press("esc", "u")
        assert walk.unsaved == 0
