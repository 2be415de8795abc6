"""Why and why not: the same as the verb says, and changes that are made from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from iam_tui import save
from iam_tui.account import Assertion
from iam_tui.formats import sample_names
from iam_tui.tui.screens.why import WhyScreen
from tests.analysis.asking import account, allow, document, policy
from tests.tui.journey import NORMAL, SMALL, WIDE, Journey, journey, squeezed
from tests.tui.test_evil import HAZARDS, NAMES, evil_account
from tests.tui.verbs import answered, copied

REPORT = "arn:aws:s3:::reports/2026/q1.csv"
EVERYTHING = (130, 200)
"""A size at which nothing is out of sight."""


async def why(walk: Journey, *arguments: str) -> WhyScreen:
    walk.app.open_mode("why", arguments)
    await walk.settle()
    screen = walk.app.screen
    assert isinstance(screen, WhyScreen)
    return screen


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_looks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("startup", size) as walk:
        await walk.go("1", "dave")
        await walk.press("i")
        await walk.type("s3:PutObject")
        await walk.press("tab")
        await walk.type(REPORT)
        await walk.press("enter")
        assert walk.screen == snapshot


ASKED = {
    "first-day": [
        ("user/nina", "s3:GetObject", "arn:aws:s3:::x/y"),
        ("user/carol", "iam:CreateUser"),
    ],
    "startup": [
        ("user/eve", "s3:GetObject", REPORT),
        ("user/alice", "lambda:ListFunctions"),
    ],
    "org-member": [
        ("user/tess", "s3:GetObject", "arn:aws:s3:::settlements/1", "--context", "aws:a=b"),
        ("root", "ec2:RunInstances"),
    ],
}


@pytest.mark.parametrize("sample", sample_names())
async def test_the_screen_says_what_the_verb_says(sample: str) -> None:
    async with journey(sample, EVERYTHING) as walk:
        for words in ASKED[sample]:
            await why(walk, *words)
            said = await answered(walk, "--json")
            shown = walk.prose
            assert f"{said['result']['EvalDecision']} {squeezed(said['reason'])}" in shown
            for layer in said["layers"]:
                assert f"{layer['layer']} {layer['outcome']}" in shown
                for statement in layer["statements"]:
                    assert f"Statement[{statement['statement'].rpartition('[')[2]}" in shown
            for miss in said["nearest"]:
                for part in miss["failed"]:
                    assert f"{part['element']} {part['key']} ".replace("  ", " ") in shown
                    assert part["wanted"][0] in shown
                    assert squeezed(part["got"]) in shown
            for note in said["notes"]:
                assert squeezed(note) in shown
            changes = said["fixes"] or said["removals"]
            for number, change in enumerate(changes, start=1):
                assert f"{number} {squeezed(change['title'])}" in shown
            assert ("What would end it" in shown) == bool(said["removals"])
            assert squeezed(said["beyond"]) in shown
            await walk.press("esc")


async def test_a_fix_is_one_edit_that_turns_the_decision() -> None:
    async with journey("startup", NORMAL) as walk:
        await why(walk, "user/eve", "s3:GetObject", REPORT)
        await walk.press("tab", "j", "j", "F")
        assert "remove eve from Contractors: eve gains 3 permissions, loses" in walk.prose
        assert walk.unsaved == 0
        await walk.press("enter")
        assert walk.unsaved == 1
        assert "allowed an identity-based policy allows it" in walk.prose
        assert "What would end it" in walk.prose
        assert "removed eve from Contractors (u undoes)" in walk.status
        await walk.press("u")
        assert "explicitDeny an identity-based policy denies it" in walk.prose
        assert "What would allow it" in walk.prose


async def test_a_change_can_be_declined_and_is_refused_in_read_only_mode() -> None:
    async with journey("startup", SMALL) as walk:
        await why(walk, "user/eve", "s3:GetObject", REPORT)
        await walk.press("tab", "enter", "j", "enter")
        assert "nothing was changed" in walk.screen
        await walk.press("enter", "esc")
        assert walk.unsaved == 0
    async with journey("startup", SMALL, read_only=True) as walk:
        await why(walk, "user/eve", "s3:GetObject", REPORT)
        await walk.press("tab", "enter")
        assert "not in read-only mode" in walk.screen
        assert "(Make it)" in walk.footer


IN_OFFICE = {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}


@pytest.fixture
def limited(tmp_path: Path) -> str:
    """An account in which much stands in the way of one user."""
    made = account(
        users=[
            {
                "name": "alice",
                "permissions_boundary": "Bounds",
                "inline_policies": {"office": document(allow("s3:Get*", Condition=IN_OFFICE))},
            }
        ],
        policies=[policy("Bounds", allow("s3:*"))],
    )
    save(made, tmp_path / "limited.toml")
    return str(tmp_path / "limited.toml")


async def test_several_edits_are_made_as_one(limited: str) -> None:
    async with journey(limited, NORMAL) as walk:
        await why(walk, "user/alice", "sqs:SendMessage")
        before = walk.account
        await walk.press("tab", "enter", "enter")
        assert walk.unsaved == 1
        assert "Why" in walk.crumbs
        assert "allowed an identity-based policy allows it" in walk.prose
        await walk.press("u")
        assert walk.account == before


async def test_a_request_that_lacks_a_key_is_asked_again_with_it(limited: str) -> None:
    async with journey(limited, NORMAL) as walk:
        await why(walk, "user/alice", "s3:GetObject", REPORT)
        assert "1 call with aws:SourceIp = 192.0.2.1, as office[0] asks" in walk.prose
        assert "no edit is needed" in walk.prose
        await walk.press("tab", "enter")
        assert "allowed an identity-based policy allows it" in walk.prose
        assert walk.unsaved == 0
        assert (await copied(walk))[-2:] == ["--context", "aws:SourceIp=192.0.2.1"]


async def test_where_one_is_fills_the_fields() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.go("1", "eve")
        await walk.press("6", "/")
        await walk.type("s3:getobject")
        await walk.press("enter", "j", "7", "i")
        words = await copied(walk)
        assert words[:4] == ["why", "startup", "--principal", "user/eve"]
        assert words[4:6] == ["--action", "s3:GetObject"]
        assert walk.crumbs.split(" > ")[1:3] == ["eve", "s3:GetObject"]
        await walk.press("esc")
        assert walk.focused == "why"


REFUSED = {
    ("user/evee", "s3:GetObject"): "did you mean user/eve",
    ("user/eve", "s3:GetObjet"): "s3:GetObject",
    ("user/eve", "GetObject"): "SERVICE:NAME",
    ("user/eve", "s3:GetObject", "--context", "x"): "no KEY=VALUE",
    ("user/eve", "s3:GetObject", "a", "b"): "one argument too many",
    ("--princpal", "user/eve"): "did you mean --principal",
    ("--principal",): "lacks its value",
    ("user/eve", "s3:GetObject", "--credentials", "magic"): "access-key, console, session",
    ("user/eve",): "fill in principal and action",
}


async def test_what_cannot_be_asked_is_said_with_the_nearest() -> None:
    async with journey("startup", NORMAL) as walk:
        for words, said in REFUSED.items():
            await why(walk, *words)
            assert said in walk.prose, words
            walk.app.pop_screen()


SQS_ONLY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}'
)


async def test_what_has_no_field_is_said_kept_and_simulated() -> None:
    async with journey("startup", NORMAL) as walk:
        reader = "arn:aws:sts::111122223333:assumed-role/ReportReader/x"
        words = ("--session-policy", SQS_ONLY, "--credentials", "session")
        await why(walk, reader, "s3:GetObject", REPORT, *words)
        assert "Request, with a session policy, signed by session" in walk.prose
        assert "the session policy does not allow it; begin the session with a wider" in walk.prose
        said = await answered(walk, "--json")
        assert said["reason"] == "the session policy does not allow it"
        await walk.press("ctrl+t")
        assert walk.crumbs.endswith("read-write")
        assert "Simulate" in walk.crumbs
        assert "implicitDeny" in walk.screen
        await walk.press("i")
        assert "the session policy does not allow it" in walk.prose
        assert set(await copied(walk)) >= {reader, SQS_ONLY}


async def test_an_answer_becomes_an_assertion() -> None:
    async with journey("startup", SMALL) as walk:
        await why(walk, "user/eve", "s3:GetObject", REPORT)
        await walk.press("X")
        assert walk.account.assertions[-1].principal == "user/eve"
        assert walk.account.assertions[-1].expect == "denied"


@pytest.mark.parametrize("size", [(60, 15), WIDE])
async def test_every_pane_can_be_reached_and_enlarged(size: tuple[int, int]) -> None:
    async with journey("startup", size) as walk:
        await why(walk, "user/eve", "s3:GetObject", REPORT)
        for keys in (["tab"], ["tab"], ["esc"], ["i"], ["shift+tab"]):
            await walk.press(*keys)
            assert walk.screen.count("┏") == 1, keys
            is_typing = isinstance(walk.app.screen.focused, Input)
            assert walk.footer.endswith("F1 Help" if is_typing else "? Help")
        assert "1 detach S3Deny from Contractors" in walk.prose
        await walk.press("+")
        assert "explicitDeny  an identity-based" not in walk.screen
        assert "1 detach S3Deny from Contractors" in walk.prose
        await walk.press("_")
        assert "explicitDeny  an identity-based" in walk.screen


async def test_hostile_names_are_text(tmp_path: Path) -> None:
    made = evil_account()
    promises = tuple(
        Assertion(principal=arn, action="s3:GetObject", resource=name, expect="denied", why=name)
        for arn, name in zip(made.users, NAMES, strict=True)
    )
    save(made.with_(assertions=promises), tmp_path / "evil.toml")
    async with journey(tmp_path / "evil.toml", SMALL) as walk:
        await walk.press("C", "tab")
        assert not any(hazard in walk.screen for hazard in HAZARDS)
        for user in NAMES[1:4]:
            await walk.press("esc", "j", "i")
            await walk.type("s3:getobject")
            await walk.press("enter")
            assert "> Why not" in walk.crumbs, user
            assert not any(hazard in walk.screen for hazard in HAZARDS), user
            await walk.press("tab", "enter")
            assert not any(hazard in walk.screen for hazard in HAZARDS), user
            await walk.press("esc")


async def test_fields_are_completed_gone_through_and_kept() -> None:
    async with journey("startup", SMALL) as walk:
        await why(walk)
        await walk.press("shift+tab", "ctrl+u")
        await walk.type("user/ev")
        await walk.press("right", "tab")
        await walk.type("s3:GetObj")
        assert "s3:GetObject" in walk.screen
        await walk.press("right", "tab", "tab")
        await walk.type("'a")
        await walk.press("enter")
        assert "a quote is not closed" in walk.screen
        await walk.press("esc", "shift+tab", "shift+tab")
        assert "'a" in walk.screen
        await walk.press("backspace", "backspace", "enter")
        words = await copied(walk)
        assert words == ["why", "startup", "--principal", "user/eve", "--action", "s3:GetObject"]
