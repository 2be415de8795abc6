"""Simulate: the same as the verb says, fields that help, several requests, files, promises."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events

from iam_tui import save
from iam_tui.formats import sample_names
from iam_tui.text import display_text
from iam_tui.tui.screens.explore import ExploreScreen
from iam_tui.tui.screens.simulate import SimulateScreen
from tests.tui.journey import NORMAL, SMALL, Journey, journey, squeezed
from tests.tui.test_evil import HAZARDS, NAMES, evil_account
from tests.tui.verbs import answered, copied, printed

REPORT = "arn:aws:s3:::reports/2026/q1.csv"
EVERYTHING = (160, 50)
"""A size at which nothing is out of sight."""
NOON = "aws:CurrentTime=2026-11-25T12:00:00Z"


async def simulate(walk: Journey, *arguments: str) -> SimulateScreen:
    walk.app.open_mode("simulate", arguments)
    await walk.settle()
    screen = walk.app.screen
    assert isinstance(screen, SimulateScreen)
    return screen


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_looks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("startup", size) as walk:
        await walk.press("j", "j", "s")
        await walk.type("lambda:Inv")
        assert walk.screen == snapshot(name="while typing")
        await walk.press("down", "enter")
        await walk.press("tab", "tab")
        await walk.type(NOON)
        await walk.press("enter")
        assert walk.screen == snapshot(name="decided")
        await walk.press("esc")
        assert walk.screen == snapshot(name="read")
        await walk.press("tab", "tab")
        await walk.type(" s3:GetObject iam:CreateUser")
        await walk.press("enter")
        assert walk.screen == snapshot(name="several")


@pytest.mark.parametrize("mode", ["simulate", "who-can", "why"])
async def test_the_footer_names_a_key_for_help_that_works(mode: str) -> None:
    async with journey("startup") as walk:
        walk.app.open_mode(mode)
        await walk.settle()
        assert walk.footer.endswith("F1 Help")
        await walk.press("?")
        assert "Keys in" not in walk.screen
        await walk.press("backspace", "f1")
        assert "Keys in the fields of a question" in walk.screen
        await walk.press("esc", "esc")
        if not walk.footer.endswith("? Help"):
            await walk.press("esc")  # the first one has hidden what was offered
        assert walk.footer.endswith("? Help")
        await walk.press("?")
        assert "Keys in" in walk.screen


async def test_help_can_be_asked_for_in_a_filter_line() -> None:
    async with journey() as walk:
        await walk.press("/")
        assert walk.footer.endswith("F1 Help")
        await walk.press("f1")
        assert "Keys in lists" in walk.screen
        await walk.press("esc", "esc")
        assert walk.footer.endswith("? Help")


ASKED: dict[str, list[tuple[str, ...]]] = {
    "first-day": [("user/nina", "s3:GetObject"), ("root", "iam:CreateUser")],
    "startup": [
        ("user/eve", "s3:GetObject", REPORT),
        ("user/bob", "lambda:InvokeFunction", "--credentials", "console"),
        ("role/ReportReader", "s3:GetObject", REPORT, "aws:SourceIp=192.0.2.1"),
        ("*", "s3:GetObject", REPORT),
        ("group/Developers", "s3:GetObject"),
        (
            "arn:aws:sts::111122223333:assumed-role/ReportReader/x",
            "s3:GetObject",
            "--session-policy",
            '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}',
        ),
    ],
    "org-member": [
        ("user/sam", "ec2:RunInstances"),
        ("lambda.amazonaws.com", "sts:AssumeRole"),
        ("arn:aws:iam::999988887777:user/guest", "s3:GetObject", "arn:aws:s3:::settlements/1"),
    ],
}


@pytest.mark.parametrize("sample", sample_names())
async def test_the_screen_says_what_the_verb_says(sample: str) -> None:
    async with journey(sample, EVERYTHING) as walk:
        for request in ASKED[sample]:
            await simulate(walk, *request, NOON)
            found = await answered(walk, "--json")

            assert "┏━ Decision ━" in walk.screen
            assert f"━ {found['EvalDecision']} ━┓" in walk.screen
            shown = walk.prose
            for step in found["Steps"]:
                for statement in step["Statements"]:
                    assert f"Statement[{statement['StatementIndex']}]" in shown
                    assert (statement["Sid"] or "") in shown
                if not step["Statements"]:
                    for text in step["Text"].split("; "):
                        assert squeezed(text) in shown
            for key in found["MissingContextValues"]:
                assert f"missing {key} not in the request" in shown
            await walk.press("esc")


async def test_several_requests_have_a_row_each() -> None:
    async with journey("startup", NORMAL) as walk:
        words = ("user/bob", "s3:GetObject", "--action", "s3:PutObject", "--resource", REPORT)
        await simulate(walk, *words, "--resource", "arn:aws:s3:::other/x")
        lines = printed([*await copied(walk), "--json"]).splitlines()

        decided = [json.loads(line) for line in lines]
        assert len(decided) == 4
        for one in decided:
            row = f"{one['EvalDecision']} {one['EvalActionName']} {one['EvalResourceName']}"
            assert row in walk.prose
        await walk.press("j", "enter")
        assert "Decision s3:GetObject on arn:aws:s3:::other/x" in walk.prose
        await walk.press("esc")
        assert ">implicitDeny s3:GetObject arn:aws:s3:::other/x" in walk.prose


async def test_it_begins_with_where_one_is() -> None:
    async with journey("startup") as walk:
        await walk.go("1", "bob")
        await walk.press("6", "/")
        await walk.type("s3:getobject")
        await walk.press("enter", "j", "s")

        assert "Principal user/bob" in walk.prose
        assert "Action s3:GetObject" in walk.prose
        assert "allowed: an identity-based policy allows it" in walk.prose
        await walk.press("esc")
        assert isinstance(walk.app.screen, ExploreScreen)


async def test_what_is_wrong_stands_beside_its_field_and_f8_puts_it_right() -> None:
    async with journey("startup", NORMAL) as walk:
        await simulate(walk, "user/alcie", "s3:GetObjekt", "--context", "aws:SourceIpp=192.0.2.1")

        assert "Principal user/alcie ! user/alice?" in walk.prose
        assert "Action s3:GetObjekt ! s3:GetObject?" in walk.prose
        assert "! aws:SourceIp?" in walk.prose
        assert "did you mean user/alice? (F8 takes it)" in walk.prose
        await walk.press("f8", "enter")
        assert "Principal user/alice user" in walk.prose
        assert "the action s3:GetObjekt is not in the catalogue" in walk.prose
        await walk.press("tab", "f8", "tab", "tab", "f8", "enter")
        assert "aws:SourceIp=192.0.2.1" in walk.prose
        assert "is not in the catalogue" not in walk.prose


async def test_junk_is_kept_and_said() -> None:
    async with journey("startup", NORMAL) as walk:
        for word in ("'", "arn:aws:", "-x\x1b[31m", "s3:*"):
            await simulate(walk, f"--principal={word}", f"--action={word}", f"--context={word}")
            assert f"Principal {display_text(word)}" in walk.prose
            assert "!" in walk.prose
            walk.app.pop_screen()


async def test_suggestions_are_taken_by_tab_and_chosen_by_arrows() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.press("s")
        await walk.type("s3:getob")
        await walk.press("down", "enter")
        assert "Action s3:GetObjectAcl" in walk.prose
        await walk.press("tab")
        await walk.type("reports")
        await walk.press("tab")
        assert "Resource arn:aws:s3:::reports" in walk.prose
        await walk.press("tab")
        await walk.type("aws:sourcei")
        await walk.press("down", "right")
        await walk.type("192.0.2.1")
        await walk.press("enter")
        assert (await copied(walk))[-2:] == ["--context", "aws:SourceIp=192.0.2.1"]


async def test_a_missing_key_is_offered_and_added() -> None:
    async with journey("startup", NORMAL) as walk:
        await simulate(walk, "user/bob", "lambda:InvokeFunction")
        assert "missing aws:SourceIp not in the request" in walk.prose
        await walk.press("/")
        await walk.type("missing")
        await walk.press("enter", "enter")
        assert "Context aws:SourceIp=" in walk.prose
        await walk.press("down", "tab", "enter")
        assert "┏━ Request" in walk.screen
        assert "─ allowed ─╮" in walk.screen


async def test_down_in_an_empty_field_offers_what_it_could_hold() -> None:
    async with journey("startup", NORMAL) as walk:
        await simulate(walk, "user/bob", "lambda:InvokeFunction")
        await walk.press("tab", "tab", "tab", "tab", "down")
        assert ">|aws:SourceIp= asked for |" in walk.prose
        await walk.press("esc", "tab", "down")
        assert "ReportsRead a policy |" in walk.prose
        await walk.press("esc", "tab", "down", "down", "enter")
        assert "Signed by console" in walk.prose


async def test_what_was_asked_before_comes_back() -> None:
    async with journey("startup", NORMAL) as walk:
        await simulate(walk, "user/alice", "s3:GetObject")
        await walk.press("esc")
        await simulate(walk, "user/bob", "s3:PutObject")
        await walk.press("tab", "up")
        assert "Principal user/alice" in walk.prose
        await walk.press("enter")
        assert "--principal user/alice" in walk.prose
        await walk.press("up")
        assert "Principal user/bob" in walk.prose


async def test_the_answer_follows_edits_and_says_what_was_before() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.attach("OnCall", "s3write")
        await simulate(walk, "user/zoe", "s3:PutObject", REPORT)
        assert "Same request before your edit: " in walk.prose
        before = walk.prose.partition("Same request before your edit: ")[2].partition(" ")[0]
        decided = await answered(walk, "--json")
        assert f"━ {decided['EvalDecision']} ━┓" in walk.screen
        await walk.press("u")
        assert "Same request before" not in walk.prose
        assert f"━ {before} ━┓" in walk.screen


async def test_an_answer_becomes_a_promise() -> None:
    async with journey("startup", NORMAL) as walk:
        promises = len(walk.account.assertions)
        await simulate(walk, "user/bob", "s3:GetObject", REPORT)
        await walk.press("X")
        made = walk.account.assertions[-1]
        assert (made.principal, made.action, made.resource, made.expect) == (
            "user/bob",
            "s3:GetObject",
            REPORT,
            "allowed",
        )
        await walk.press("u")
        assert len(walk.account.assertions) == promises
        await walk.press("esc")
        await simulate(walk, "user/bob", "s3:GetObject")
        await walk.press("X")
        assert len(walk.account.assertions) == promises
        assert "not asserted: " in walk.prose


async def test_enter_on_a_statement_goes_to_its_policy() -> None:
    async with journey("startup", NORMAL) as walk:
        await simulate(walk, "user/bob", "s3:GetObject")
        await walk.press("j", "enter")
        assert isinstance(walk.app.screen, ExploreScreen)
        assert walk.crumbs.startswith("startup 1111-2222-3333 > Policies")
        assert "ReportsRead" in walk.crumbs


async def test_a_file_of_requests(tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    asked = [(who, "s3:GetObject") for who in ("user/alice", "user/eve", "user/nobody")]
    text = "\n".join(json.dumps({"principal": who, "action": what}) for who, what in asked)
    file.write_text(text, encoding="utf-8")
    async with journey("startup", NORMAL) as walk:
        screen = await simulate(walk, "--requests", str(file))
        assert "3 requests 1 allowed, 1 errors, 1 explicitDeny" in walk.prose
        assert "no principal 'user/nobody' in this account" in walk.prose
        assert screen.command() == ("simulate", "--requests", str(file))
        await walk.press("j", "enter")
        assert "Decision user/eve s3:GetObject on * explicitDeny" in walk.prose
        await walk.press("esc", "esc")
        file.write_text("{", encoding="utf-8")
        await simulate(walk, "--requests", str(file))
        assert f"{file}:1: expected a request as one JSON object" in walk.prose


async def test_a_file_is_told_while_it_is_read_and_esc_stops_it(tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    os.mkfifo(file)
    line = json.dumps({"principal": "user/alice", "action": "s3:GetObject"})
    async with journey("startup", NORMAL) as walk:
        walk.app.open_mode("simulate", ("--requests", str(file)))
        writer = await asyncio.to_thread(file.open, "w", encoding="utf-8")
        while "so far; esc stops" not in walk.prose:
            writer.write(f"{line}\n")
            writer.flush()
            await walk.pilot.pause(0.02)
        walk.app.post_message(events.Key("escape", None))
        await walk.pilot.pause()
        writer.write(f"{line}\n")
        writer.close()
        await walk.settle()
        assert "requests before it was stopped" in walk.prose
        await walk.press("enter")
        assert "Decision user/alice s3:GetObject on * allowed" in walk.prose


async def test_names_of_an_account_are_text_alone(tmp_path: Path) -> None:
    save(evil_account(), tmp_path / "evil.toml")
    async with journey(tmp_path / "evil.toml", NORMAL) as walk:
        for name in NAMES[2:4]:
            await simulate(walk, f"--principal=user/{name}", "--action", "s3:GetObject")
            assert "It cannot be asked so" not in walk.screen
            assert not [one for one in HAZARDS if one in walk.screen]
            await walk.press("ctrl+t", "enter")
            assert not [one for one in HAZARDS if one in walk.screen]
            walk.app.pop_screen()


async def test_who_can_is_one_key_away() -> None:
    async with journey("startup", NORMAL) as walk:
        await simulate(walk, "user/bob", "s3:GetObject", REPORT)
        await walk.press("ctrl+t")
        assert "> Who can" in walk.crumbs
        assert f"Resource {REPORT}" in walk.prose
        await walk.press("enter")
        assert "> Simulate" in walk.crumbs
        await walk.press("i")
        assert "> Why" in walk.crumbs
        await walk.press("esc", "esc", "esc")
        assert isinstance(walk.app.screen, ExploreScreen)
