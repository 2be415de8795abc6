"""Edits, undo and redo of one open account."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.account.edits import AddMember, AttachPolicy, RemoveMember, encode_edit
from iam_tui.errors import AccountFileError, EditError, UsageError
from iam_tui.graph import IdentityGraph
from iam_tui.workspace import NothingChanged, Source, Workspace
from tests.strategies import accounts, edits

BOB_DEVELOPS = AddMember(group="group/Developers", user="user/bob")
BOB_LEAVES = RemoveMember(group="group/Developers", user="user/bob")
BOB_IS_EMPTY = AddMember(group="group/Empty", user="user/bob")
BOB = "arn:aws:iam::111122223333:user/bob"


def test_an_edit_makes_the_account_and_says_whom_it_reaches(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    opened = workspace.account
    change = workspace.apply(BOB_DEVELOPS)
    assert (change.before, change.after) == (opened, workspace.account)
    assert change.principals == {BOB}
    assert change.title == "add bob to Developers"
    assert change.past == "added bob to Developers"
    assert workspace.saved_account is opened
    assert workspace.edits == (BOB_DEVELOPS,)


def test_undo_gives_back_the_very_account_and_redo_makes_the_edit_again(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    opened = workspace.account
    edited = workspace.apply(BOB_DEVELOPS).after
    undone = workspace.undo()
    assert undone is not None
    assert (undone.kind, undone.before, undone.after) == ("undone", edited, opened)
    assert undone.principals == {BOB}
    assert workspace.account is opened
    redone = workspace.redo()
    assert redone is not None
    assert (redone.kind, redone.after) == ("redone", edited)
    assert workspace.account is edited
    assert workspace.redo() is None


def test_there_is_nothing_to_undo_or_redo_at_first(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    assert workspace.undo() is None
    assert workspace.redo() is None


def test_a_new_edit_ends_what_could_be_redone(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.undo()
    workspace.apply(BOB_IS_EMPTY)
    assert workspace.redo() is None
    assert workspace.edits == (BOB_IS_EMPTY,)


def test_a_refused_edit_leaves_everything_as_it_was(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    opened = workspace.account
    with pytest.raises(EditError):
        workspace.apply(AddMember(group="Developers", user="nobody"))
    assert workspace.account is opened
    assert workspace.unsaved == 0


def test_an_edit_that_changes_nothing_is_not_made(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    with pytest.raises(NothingChanged, match="add alice to Developers would change nothing"):
        workspace.apply(AddMember(group="Developers", user="alice"))
    assert workspace.unsaved == 0


def test_a_workspace_for_reading_refuses_edits_and_saving(account_file: Path) -> None:
    workspace = Workspace.open(account_file, read_only=True)
    with pytest.raises(UsageError, match="reading only"):
        workspace.apply(BOB_DEVELOPS)
    with pytest.raises(UsageError, match="reading only"):
        workspace.save()


def test_unsaved_counts_edits_and_undoings_from_the_last_save(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.apply(BOB_IS_EMPTY)
    assert workspace.unsaved == 2
    workspace.save()
    assert workspace.unsaved == 0
    workspace.undo()
    assert workspace.unsaved == 1
    assert workspace.reverted == (BOB_IS_EMPTY,)
    workspace.redo()
    assert workspace.unsaved == 0
    workspace.undo()
    workspace.apply(BOB_LEAVES)
    assert workspace.unsaved == 2
    assert workspace.edits == (BOB_LEAVES,)
    workspace.save()
    assert workspace.unsaved == 0
    assert [step.edit for step in workspace.history] == [BOB_DEVELOPS, BOB_LEAVES]


def test_edits_of_a_file_are_made_on_top_and_are_not_saved_yet(
    account_file: Path, tmp_path: Path
) -> None:
    lines = tmp_path / "edits.jsonl"
    again = AddMember(group="Developers", user="alice")
    lines.write_text(
        "\n".join(encode_edit(edit) for edit in (BOB_DEVELOPS, again, BOB_IS_EMPTY)) + "\n"
    )
    workspace = Workspace.open(account_file, edits_file=lines, read_only=True)
    assert workspace.account.users[BOB].groups == ("Developers", "Empty")
    assert workspace.edits == (BOB_DEVELOPS, BOB_IS_EMPTY)
    assert workspace.saved_account.users[BOB].groups == ()


def test_a_refused_edit_of_a_file_is_named_and_none_is_made(
    account_file: Path, tmp_path: Path
) -> None:
    lines = tmp_path / "edits.jsonl"
    wrong = AttachPolicy(entity="user/bob", policy="S3Wrote")
    lines.write_text(f"{encode_edit(BOB_DEVELOPS)}\n{encode_edit(wrong)}\n")
    workspace = Workspace.open(account_file)
    with pytest.raises(EditError, match=r"edit 2 of .*edits.jsonl \(attach S3Wrote to bob\)"):
        workspace.apply_edits_file(lines)
    assert workspace.unsaved == 0


def test_a_broken_line_of_a_file_of_edits_is_named(account_file: Path, tmp_path: Path) -> None:
    lines = tmp_path / "edits.jsonl"
    lines.write_text(f'{encode_edit(BOB_DEVELOPS)}\n{{"op": "ad-member"}}\n')
    with pytest.raises(AccountFileError) as caught:
        Workspace.open(account_file, edits_file=lines)
    assert caught.value.line == 2
    assert str(lines) in str(caught.value)
    assert "add-member" in str(caught.value)


def test_the_graph_catches_up_with_edits_that_were_made_without_it(
    account_file: Path, tmp_path: Path
) -> None:
    lines = tmp_path / "edits.jsonl"
    lines.write_text(encode_edit(BOB_DEVELOPS))
    workspace = Workspace.open(account_file)
    assert workspace.graph.account is workspace.account
    workspace.apply_edits_file(lines)
    assert BOB in workspace.graph.members("arn:aws:iam::111122223333:group/Developers")


@given(st.data())
def test_history_is_a_walk_between_values(data: st.DataObject) -> None:
    opened = data.draw(accounts())
    workspace = Workspace(opened, Source("drawn", None, "sample"))
    seen = [opened]
    for _ in range(data.draw(st.integers(1, 6))):
        step = data.draw(st.sampled_from(("apply", "apply", "undo", "redo")))
        if step == "apply" and (workspace.account.users or workspace.account.roles):
            # By identity: taking away what was added gives an equal account.
            here = next(i for i, one in enumerate(seen) if one is workspace.account)
            seen = seen[: here + 1]
            seen.append(workspace.apply(data.draw(edits(workspace.account))).after)
        elif step == "undo":
            workspace.undo()
        else:
            workspace.redo()
        assert any(workspace.account is account for account in seen)
        assert workspace.unsaved == len(workspace.edits) == len(workspace.history)
        built = IdentityGraph(workspace.account)
        assert set(workspace.graph.graph.edges(keys=True)) == set(built.graph.edges(keys=True))
        assert dict(workspace.graph.graph.nodes(data=True)) == dict(built.graph.nodes(data=True))
    while workspace.undo() is not None:
        pass
    assert workspace.account is opened
