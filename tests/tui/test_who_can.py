"""Who can: the same as the verb says, any and all, who may not, why, promises, edits."""

from __future__ import annotations

import shlex

import pytest
from syrupy.assertion import SnapshotAssertion

from iam_tui import load, who_can
from iam_tui.formats import sample_names
from iam_tui.tui.screens.explore import ExploreScreen
from iam_tui.tui.screens.who_can import WhoCanScreen
from iam_tui.tui.widgets.who_rows import decision_word
from tests.tui.journey import NORMAL, SMALL, Journey, journey
from tests.tui.verbs import answered, printed

REPORT = "arn:aws:s3:::reports/2026/q1.csv"
EVERYTHING = (220, 40)
"""A size at which nothing is out of sight."""


async def asked(walk: Journey, *arguments: str) -> WhoCanScreen:
    walk.app.open_mode("who-can", arguments)
    await walk.settle()
    screen = walk.app.screen
    assert isinstance(screen, WhoCanScreen)
    return screen


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_looks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("startup", size) as walk:
        await walk.press("w")
        await walk.type("lambda:InvokeFunction")
        await walk.press("enter")
        assert walk.screen == snapshot(name="some under conditions")
        await asked(walk, "s3:*Object", "arn:aws:s3:::reports/*")
        assert walk.screen == snapshot(name="a pattern")


ASKED: dict[str, list[tuple[str, ...]]] = {
    "first-day": [("s3:GetObject",), ("iam:Create*",)],
    "startup": [
        ("s3:GetObject", REPORT),
        ("lambda:InvokeFunction", "--context", "aws:SourceIp=198.51.100.7"),
        ("s3:*", "arn:aws:s3:::reports/*"),
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/service/ReportReader"),
    ],
    "org-member": [("iam:CreateUser",), ("ec2:RunInstances",), ("sts:AssumeRole",)],
}


@pytest.mark.parametrize("sample", sample_names())
async def test_the_screen_says_what_the_verb_says(sample: str) -> None:
    account = load(sample)
    async with journey(sample, EVERYTHING) as walk:
        for question in ASKED[sample]:
            screen = await asked(walk, *question)
            rows = await answered(walk, "--json")
            text = printed(shlex.split(walk.app.clipboard)[1:])

            found = screen.rows.found
            assert found is not None
            shown = walk.prose
            named = {row.principal: row for row in found}
            assert list(named) == [row["principal"] for row in rows]
            for row in rows:
                name = (
                    "* everybody"
                    if row["principal"] == "*"
                    else account.reference(row["principal"])
                )
                mark = " (all)" if row.get("extent") == "all" else ""
                word = decision_word(named[row["principal"]])[0]
                assert f"{name}{mark} {word} " in shown
                assert all(key in shown for key in row["conditional"])
            for blocked in found.blocked:
                assert f"a policy for it, but {blocked.reason}" in shown
                assert blocked.reason in text
            await walk.press("esc")


async def test_f_goes_through_what_is_shown() -> None:
    async with journey("startup", NORMAL) as walk:
        await asked(walk, "lambda:InvokeFunction")
        assert "user/carol allowed AdministratorAccess[0]" in walk.prose
        await walk.press("f")
        assert "f: allowed" in walk.prose
        assert "user/alice" not in walk.prose
        await walk.press("f")
        assert "user/alice if ~" in walk.prose
        assert "user/carol" not in walk.prose
        await walk.press("f")
        assert "have no policy that allows it" in walk.prose
        await walk.press("f", "/")
        await walk.type("dave")
        await walk.press("enter")
        assert "user/dave if ~" in walk.prose
        assert "user/bob" not in walk.prose
        await walk.press("y")
        assert walk.app.clipboard == "arn:aws:iam::111122223333:user/dave"


async def test_of_a_pattern_any_and_all_are_told_apart() -> None:
    async with journey("startup", NORMAL) as walk:
        await asked(walk, "s3:*", "arn:aws:s3:::reports/*")
        found = who_can(load("startup"), "s3:*", "arn:aws:s3:::reports/*")
        assert f"any: {len(found)} allowed; all: {len(found.all)}" in walk.prose
        await walk.press("f", "f", "f", "f")
        assert "f: all of it" in walk.prose
        assert "root (all)" in walk.prose
        assert "user/bob" not in walk.prose


async def test_enter_shows_why_and_esc_comes_back_to_the_row() -> None:
    async with journey("startup", NORMAL) as walk:
        await asked(walk, "s3:GetObject")
        await walk.press("/")
        await walk.type("zoe")
        await walk.press("enter", "j", "enter")
        assert "> Simulate" in walk.crumbs
        assert "Principal user/zoe" in walk.prose
        assert "explicitDeny: an identity-based policy denies it explicitly" in walk.prose
        await walk.press("esc")
        assert ">user/zoe explicitDeny identity: S3Deny[0] NoBuckets" in walk.prose


async def test_the_answer_follows_edits() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.attach("OnCall", "s3write")
        await asked(walk, "s3:PutObject", REPORT)
        after = walk.prose
        await walk.press("u")
        assert walk.prose != after
        before = len(who_can(load("startup"), "s3:PutObject", REPORT))
        assert f"━ {before} principal" in walk.screen
        await walk.press("U")
        assert f"━ {before} principal" not in walk.screen


async def test_an_answer_becomes_a_promise() -> None:
    async with journey("startup", NORMAL) as walk:
        await asked(walk, "s3:GetObject", REPORT)
        await walk.press("X")
        promised = {(one.principal, one.action, one.expect) for one in walk.account.assertions}
        assert ("user/alice", "s3:GetObject", "allowed") in promised
        await walk.press("u", "/")
        await walk.type("eve")
        await walk.press("enter", "j", "X")
        assert walk.account.assertions[-1].principal == "user/eve"
        assert walk.account.assertions[-1].expect == "denied"


async def test_it_begins_with_where_one_is() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.go("3", "reportreader")
        await walk.press("w")
        assert "Action sts:AssumeRole" in walk.prose
        assert "Resource arn:aws:iam::111122223333:role/service/ReportReader" in walk.prose
        await walk.press("esc")
        assert isinstance(walk.app.screen, ExploreScreen)


async def test_what_cannot_be_asked_is_said_and_kept() -> None:
    async with journey("startup", NORMAL) as walk:
        await asked(walk, "s3:GetObjekt", "reports")
        assert "Action s3:GetObjekt ! s3:GetObject?" in walk.prose
        assert "Resource reports ! arn:aws:s3:::reports?" in walk.prose
        assert "It cannot be asked so: 'reports' is no ARN" in walk.prose
        await walk.press("f8", "enter")
        assert "Resource arn:aws:s3:::reports " in walk.prose
        assert "the action s3:GetObjekt is not in the catalogue; did you mean" in walk.prose
        walk.app.pop_screen()
        await asked(walk, "x3:Fly*")
        assert "no known action matches" in walk.prose


async def test_it_is_left_while_it_is_read_only() -> None:
    async with journey("startup", read_only=True) as walk:
        await asked(walk, "s3:GetObject")
        await walk.press("X")
        assert "not in read-only mode" in walk.prose
