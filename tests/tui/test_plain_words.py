"""Policies in plain words: where a policy is in focus, and on the tab of a role's trust."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from iam_tui import load
from iam_tui.account.edits import PutPolicyDocument
from iam_tui.analysis import policy_in_words
from iam_tui.formats import sample_names
from iam_tui.policy import Document
from iam_tui.tui.lines import Target
from iam_tui.tui.words_lines import document_of, words_lines
from tests.tui.journey import NORMAL, SIZES, SMALL, WIDE, journey


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_looks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("startup", size) as walk:
        await walk.go("4", "RequireMFA")
        await walk.press("6")
        assert walk.screen == snapshot


@pytest.mark.parametrize("size", SIZES)
async def test_a_policy_is_said_in_plain_words(size: tuple[int, int]) -> None:
    async with journey("startup", size) as walk:
        await walk.go("4", "ReportsRead")
        for key in ("6", "7"):
            await walk.press(key)
            assert walk.focused == "why"
            assert "ReportsRead in plain words" in walk.pane("why")
            assert "Allows s3:GetObject on arn:aws:s3:::reports/2026/*." in walk.prose
            assert "Plain words" in walk.crumbs
            await walk.press("esc")
        await walk.press("1", "j", "6")
        assert walk.focused == "permissions"


async def test_an_inline_policy_and_the_statement_as_it_is_written() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.go("2", "Developers")
        await walk.press("0", "/")
        await walk.type("WatchJobs")
        await walk.press("enter", "enter", "7")
        assert "WatchJobs in plain words" in walk.pane("why")
        await walk.press("j", "j", "j", "enter")
        assert walk.focused == "detail"
        row = walk.explore.body.detail.current
        assert row is not None
        assert row.text.strip().startswith("[1]")
        await walk.press("esc")
        assert walk.focused == "why"


async def test_it_follows_the_cursor_and_every_edit() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.go("4", "S3Deny")
        assert "Denies every action of s3." in walk.pane("why")
        await walk.press("esc", "j")
        assert "S3Write in plain words" in walk.pane("why")
        document = Document.of(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"},
            }
        )
        walk.explore.editing.apply(PutPolicyDocument(policy="S3Write", document=document))
        await walk.settle()
        assert "Denies everything except iam:*." in walk.pane("why")


async def test_y_copies_the_statement() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.go("4", "S3Deny")
        await walk.press("7", "y")
        assert '"Effect": "Deny"' in walk.app.clipboard


async def test_whom_a_role_trusts_is_said_on_its_tab() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.go("3", "Deploy")
        await walk.press("0", "]")
        assert "IN PLAIN WORDS" in walk.screen
        assert "Lets the user bob of account 111122223333 assume the role." in walk.prose


async def test_at_every_width_one_pane_has_the_room() -> None:
    async with journey("startup", WIDE) as walk:
        await walk.go("4", "S3Deny")
        panes = walk.explore.body.panes
        assert not panes["permissions"].display
        assert panes["why"].size.height == panes["detail"].size.height


@pytest.mark.parametrize("sample", sample_names())
def test_the_pane_says_what_the_function_says(sample: str) -> None:
    account = load(sample)
    for arn, policy in account.policies.items():
        document = document_of(account, Target("policy", arn))
        assert document is policy.document
        texts = " ".join(line.text for line in words_lines(document))
        for sentence in policy_in_words(policy.document):
            assert sentence in texts


def test_what_is_unknown_or_broken_is_said() -> None:
    assert [line.text for line in words_lines(None)] == ["its document is not known"]
    odd = Document.of({"Statement": [{"Effect": "Perhaps"}, "x"]})
    assert [line.text for line in words_lines(odd)][:2] == [
        "[0] Says nothing: its Effect is neither Allow nor Deny.",
        "[1] Says nothing: it is no object.",
    ]
    broken = [line.text for line in words_lines(Document.of("{"))]
    assert broken[0].startswith("! AWS would refuse this document")
    assert broken[1] == "it says nothing"
