"""Answers are kept by content and bounded; a key tells contents apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.account import Account
from iam_tui.account.layers import layers
from iam_tui.graph import IdentityGraph
from iam_tui.workspace.answers import Answers
from iam_tui.workspace.content import ContentKeys
from tests.strategies import accounts, edits


def test_an_answer_is_computed_once_for_equal_contents() -> None:
    answers: Answers[list[int]] = Answers(2)
    first = answers.get(("alice", (1, 2)), lambda: [1])
    assert answers.get(("alice", (1, 2)), lambda: [2]) is first
    assert answers.get(("alice", (1, 3)), lambda: [3]) == [3]


def test_the_answer_that_was_not_asked_for_longest_goes_first() -> None:
    answers: Answers[str] = Answers(2)
    for name in ("a", "b", "a", "c"):
        answers.get(name, lambda name=name: f"first {name}")  # type: ignore[misc]
    assert len(answers) == 2
    assert answers.get("a", lambda: "again") == "first a"
    assert answers.get("b", lambda: "again") == "again"


def identities(account: Account) -> list[str]:
    return [account.root_user.arn, *account.users, *account.groups, *account.roles]


@given(st.data())
def test_an_edit_leaves_the_keys_of_those_whom_it_does_not_reach(data: st.DataObject) -> None:
    before = data.draw(accounts())
    after = data.draw(edits(before)).apply(before)
    keys = ContentKeys()
    former = {arn: keys.of(before, arn) for arn in identities(before)}
    latter = {arn: keys.of(after, arn) for arn in identities(after)}
    reached = IdentityGraph(before).update(after).principals
    for arn in former.keys() & latter.keys():
        if layers(before, arn) != layers(after, arn):
            assert former[arn] != latter[arn]
        elif arn not in reached and before.roles.keys() == after.roles.keys():
            same_tags = before.users.keys() == after.users.keys()
            assert not same_tags or former[arn] == latter[arn]
    assert {arn: keys.of(before, arn) for arn in identities(before)} == former


@given(accounts(), accounts())
def test_other_surroundings_make_other_keys(before: Account, after: Account) -> None:
    keys = ContentKeys()
    moved = before.with_(resources=after.resources)
    same = {arn for arn in identities(before) if keys.of(before, arn) == keys.of(moved, arn)}
    is_same = [*before.resources.items()] == [*after.resources.items()]
    expected = set(identities(before)) if is_same else set()
    assert same == expected
