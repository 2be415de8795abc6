"""What a program that was killed left behind, and how it comes back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    DeleteGroup,
    DeleteUser,
    Edit,
    RemoveMember,
)
from iam_tui.analysis import blast_radius
from iam_tui.errors import UsageError
from iam_tui.formats import load
from iam_tui.workspace import SaveRefused, Source, Workspace, prune, recoveries
from iam_tui.workspace.recovery import KEPT_DAYS
from tests.workspace.conftest import Journals

BOB_DEVELOPS = AddMember(group="group/Developers", user="user/bob")
BOB_LEAVES = RemoveMember(group="group/Developers", user="user/bob")
BOB_IS_EMPTY = AddMember(group="group/Empty", user="user/bob")
BOB_WRITES = AttachPolicy(entity="user/bob", policy="S3Write")
BOB = "arn:aws:iam::111122223333:user/bob"


def opened(source: Path | str) -> Workspace:
    return Workspace.open(source, journal=True)


def leave_behind(source: Path | str, edits: Sequence[Edit] = (BOB_DEVELOPS, BOB_IS_EMPTY)) -> None:
    """Make edits and end without saving."""
    workspace = opened(source)
    for edit in edits:
        workspace.apply(edit)
    workspace.journal.close()


def test_edits_are_offered_and_not_made(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    workspace = opened(account_file)
    assert workspace.unsaved == 0
    (left,) = workspace.recoveries()
    assert left.edits == (BOB_DEVELOPS, BOB_IS_EMPTY)
    assert (left.count, left.reverted) == (2, ())
    assert left.base_matches
    assert not left.is_damaged
    assert left.source == workspace.source


def test_nothing_is_offered_where_nothing_was_left(account_file: Path, state: Path) -> None:
    assert opened(account_file).recoveries() == ()
    leave_behind("startup", [AttachPolicy(entity="user/bob", policy="AdministratorAccess")])
    assert opened(account_file).recoveries() == ()


def test_what_would_change_is_known_before(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    workspace = opened(account_file)
    before = workspace.account
    replay = workspace.recoveries()[0].preview(workspace.account)
    assert replay.before is before
    assert [row.principal for row in blast_radius(replay.before, replay.after)] == [BOB]
    assert workspace.account is before
    assert len(workspace.recoveries()) == 1


def test_recovered_edits_are_edits_again(account_file: Path, journals: Journals) -> None:
    leave_behind(account_file)
    workspace = opened(account_file)
    opened_account = workspace.account
    _ = workspace.graph
    replay = workspace.recover(workspace.recoveries()[0])
    assert replay.made == [BOB_DEVELOPS, BOB_IS_EMPTY]
    assert (replay.unneeded, replay.refused) == ([], [])
    assert replay.after is workspace.account
    assert workspace.edits == (BOB_DEVELOPS, BOB_IS_EMPTY)
    assert workspace.saved_account is opened_account
    assert BOB in workspace.graph.members("arn:aws:iam::111122223333:group/Developers")
    assert workspace.recoveries() == ()
    assert journals() == [workspace.journal.path]
    workspace.journal.close()
    (again,) = opened(account_file).recoveries()
    assert again.edits == (BOB_DEVELOPS, BOB_IS_EMPTY)


def test_recovered_edits_are_undone_and_saved_as_others(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    workspace = opened(account_file)
    workspace.recover(workspace.recoveries()[0])
    workspace.undo()
    workspace.save()
    assert load(account_file).users[BOB].groups == ("Developers",)
    assert opened(account_file).recoveries() == ()


def test_recovered_edits_join_those_that_were_made_meanwhile(
    account_file: Path, state: Path
) -> None:
    leave_behind(account_file)
    workspace = opened(account_file)
    workspace.apply(BOB_WRITES)
    workspace.recover(workspace.recoveries()[0])
    workspace.journal.close()
    (left,) = opened(account_file).recoveries()
    assert left.edits == (BOB_WRITES, BOB_DEVELOPS, BOB_IS_EMPTY)


def test_discarded_edits_are_not_offered_again_and_not_deleted(
    account_file: Path, journals: Journals
) -> None:
    leave_behind(account_file)
    (left,) = recoveries()
    kept = left.discard()
    assert recoveries() == ()
    assert journals() == []
    assert kept is not None
    assert Workspace.open(account_file, edits_file=kept).edits == left.edits
    leave_behind(account_file)
    other = recoveries()[0].discard()
    assert other is not None
    assert other != kept


def test_a_recovery_is_had_only_once(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    workspace = opened(account_file)
    (left,) = workspace.recoveries()
    (same,) = opened(account_file).recoveries()
    workspace.recover(left)
    for again in (left, same):
        with pytest.raises(UsageError, match="recovered or discarded meanwhile"):
            opened(account_file).recover(again)
        with pytest.raises(UsageError, match="recovered or discarded meanwhile"):
            again.discard()


def test_a_recovery_that_somebody_makes_is_not_for_others(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    (left,) = recoveries()
    with left.claimed():
        assert recoveries() == ()
        with pytest.raises(UsageError, match="another program"):
            opened(account_file).recover(left)
    assert len(recoveries()) == 1


def test_what_cannot_be_journalled_again_stays_where_it_is(
    account_file: Path, tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_behind(account_file)
    workspace = opened(account_file)
    (left,) = workspace.recoveries()
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    with monkeypatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(blocked))
        workspace.recover(left)
    assert workspace.edits == left.edits
    assert workspace.journal_problem is not None
    assert [one.edits for one in recoveries()] == [left.edits]


def test_a_reader_recovers_nothing(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    reader = Workspace.open(account_file, read_only=True, journal=True)
    with pytest.raises(UsageError, match="reading only"):
        reader.recover(reader.recoveries()[0])
    assert len(recoveries()) == 1


def test_several_are_offered_newest_first(account_file: Path, journals: Journals) -> None:
    leave_behind(account_file, [BOB_DEVELOPS])
    leave_behind(account_file, [BOB_IS_EMPTY])
    old = next(path for path in journals() if "-2" not in path.name)
    os.utime(old, (0, 0))
    assert [left.edits for left in recoveries()] == [(BOB_IS_EMPTY,), (BOB_DEVELOPS,)]
    assert recoveries()[1].written.year == 1970


def test_the_start_screen_sees_those_of_every_account(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    leave_behind("startup", [AttachPolicy(entity="user/bob", policy="AdministratorAccess")])
    assert {left.source for left in recoveries()} == {
        Source("acme.toml", account_file, "toml"),
        Source("startup", None, "sample"),
    }


# --- files that are not what they were ----------------------------------------------------------


def test_edits_are_made_on_what_the_file_holds_now(account_file: Path, state: Path) -> None:
    leave_behind(account_file, [BOB_DEVELOPS, BOB_IS_EMPTY, BOB_WRITES])
    account_file.write_text(
        account_file.read_text()
        .replace('name = "Empty"', 'name = "Full"')
        .replace('name = "bob"', 'name = "bob"\ngroups = ["Developers"]')
    )
    workspace = opened(account_file)
    (left,) = workspace.recoveries()
    assert not left.base_matches
    assert [edit for edit, _ in left.preview(workspace.account).refused] == [BOB_IS_EMPTY]
    replay = workspace.recover(left)
    assert (replay.made, replay.unneeded) == ([BOB_WRITES], [BOB_DEVELOPS])
    ((edit, reason),) = replay.refused
    assert edit == BOB_IS_EMPTY
    assert "Empty" in reason
    assert workspace.edits == (BOB_WRITES,)


def test_a_file_that_is_gone_does_not_match(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    account_file.unlink()
    assert [left.base_matches for left in recoveries()] == [False]


def test_what_was_saved_just_before_the_end_is_not_offered(
    account_file: Path, journals: Journals
) -> None:
    """The program was killed between writing the file and taking the journal away."""
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    (path,) = journals()
    blocker = path.parent
    written = path.read_bytes()
    workspace.save()
    assert journals() == []
    path.write_bytes(written)
    assert len(recoveries()) == 1
    digest = recoveries()[0].content.header.hash
    assert digest is not None
    path.unlink()
    # The same, with the line that saving puts behind the edits.
    account_file.write_text(account_file.read_text().replace("acme", "emca"))
    workspace = opened(account_file)
    workspace.apply(BOB_LEAVES)
    (path,) = journals()
    os.link(path, blocker / "kept")
    workspace.save()
    (blocker / "kept").rename(path)
    assert b'"op":"saving"' in path.read_bytes()
    assert recoveries() == ()
    account_file.write_text(account_file.read_text().replace("emca", "acme"))
    assert [left.edits for left in recoveries()] == [(BOB_LEAVES,)]


# --- undoing what was saved ---------------------------------------------------------------------


def undo_after_saving(account_file: Path) -> Workspace:
    workspace = opened(account_file)
    for edit in (BOB_DEVELOPS, BOB_IS_EMPTY):
        workspace.apply(edit)
    workspace.save()
    workspace.undo()
    workspace.undo()
    workspace.redo()
    workspace.apply(BOB_WRITES)
    return workspace


def test_undoing_what_the_file_has_comes_back(account_file: Path, journals: Journals) -> None:
    killed = undo_after_saving(account_file)
    assert len(journals()) == 1
    killed.journal.close()
    workspace = opened(account_file)
    (left,) = workspace.recoveries()
    assert (left.edits, left.reverted, left.count) == ((BOB_WRITES,), (BOB_IS_EMPTY,), 2)
    assert left.base_matches
    replay = left.preview(workspace.account)
    assert replay.before is workspace.account
    assert replay.after == killed.account
    assert workspace.recover(left).after == killed.account
    assert workspace.account == killed.account
    assert workspace.saved_account == load(account_file)
    assert workspace.unsaved == killed.unsaved
    assert (workspace.edits, workspace.reverted) == (killed.edits, killed.reverted)
    assert workspace.recoveries() == ()
    while workspace.undo() is not None:
        pass
    assert workspace.account.users[BOB].groups == ()
    workspace.journal.close()
    assert opened(account_file).recoveries()[0].reverted == (BOB_DEVELOPS, BOB_IS_EMPTY)


def test_undoing_what_a_file_had_says_that_the_file_has_changed(
    account_file: Path, state: Path
) -> None:
    undo_after_saving(account_file).journal.close()
    account_file.write_text(account_file.read_text().replace("acme", "emca"))
    workspace = opened(account_file)
    (left,) = workspace.recoveries()
    assert not left.base_matches
    workspace.recover(left)
    assert workspace.changed_on_disk() == "changed"
    with pytest.raises(SaveRefused, match="changed on disk"):
        workspace.save()
    workspace.journal.close()
    (again,) = opened(account_file).recoveries()
    assert not again.base_matches


def test_undoing_what_the_file_has_does_not_mix_with_other_edits(
    account_file: Path, state: Path
) -> None:
    undo_after_saving(account_file).journal.close()
    workspace = opened(account_file)
    workspace.apply(AttachPolicy(entity="user/alice", policy="S3Write"))
    (left,) = workspace.recoveries()
    with pytest.raises(UsageError, match="undo or save the edits first"):
        workspace.recover(left)
    workspace.undo()
    workspace.recover(left)
    assert workspace.reverted == (BOB_IS_EMPTY,)
    workspace.journal.close()
    (again,) = opened(account_file).recoveries()
    assert again.edits == left.edits


# --- journals that are damaged ------------------------------------------------------------------


def test_what_stands_before_the_damage_is_offered(account_file: Path, journals: Journals) -> None:
    leave_behind(account_file)
    (path,) = journals()
    good = path.read_bytes()
    for junk in (b"\0\0\0\0\n", b"\xff\n", b'{"op":"later-edit"}\n', good):
        path.write_bytes(good + junk + b'{"op":"undo"}\n')
        (left,) = recoveries()
        assert left.is_damaged
        assert left.edits == (BOB_DEVELOPS, BOB_IS_EMPTY)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"junk\n",
        b"[]\n",
        b'{"op":"journal"}\n',
        b'{"op":"journal","format":2,"source":"/a","kind":"toml","hash":null,"opened":"2026-01-01"}\n',
        b'{"op":"add-member","group":"a","user":"b"}\n',
        b"[" * 100_000 + b"\n",
    ],
    ids=range(8),
)
def test_what_is_no_journal_is_not_offered_and_left_alone(
    account_file: Path, journals: Journals, data: bytes
) -> None:
    leave_behind(account_file)
    (path,) = journals()
    path.write_bytes(data)
    assert recoveries() == ()
    opened(account_file).apply(BOB_DEVELOPS)
    assert path.read_bytes() == data


def test_a_journal_by_another_name_is_not_followed(
    account_file: Path, tmp_path: Path, journals: Journals
) -> None:
    leave_behind(account_file)
    (path,) = journals()
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert recoveries() == ()


# --- tidying up ---------------------------------------------------------------------------------


def test_old_rests_are_deleted_and_nothing_else(account_file: Path, journals: Journals) -> None:
    leave_behind(account_file)
    old = recoveries()[0].discard()
    leave_behind(account_file)
    new = recoveries()[0].discard()
    assert old is not None
    assert new is not None
    leave_behind(account_file)
    (offered,) = journals()
    running = opened(account_file)
    running.apply(BOB_DEVELOPS)
    running.undo()
    kept_by_running = next(path for path in journals() if path != offered)
    spent = offered.with_name(f"{offered.stem}-3.jsonl")
    spent.write_bytes(kept_by_running.read_bytes())
    fresh = offered.with_name(f"{offered.stem}-4.jsonl")
    fresh.write_bytes(kept_by_running.read_bytes())
    empty, strange = (offered.with_name(f"{name}.jsonl") for name in ("empty", "strange"))
    empty.write_bytes(b"")
    strange.write_bytes(b'{"op":"journal","format":2}\n')
    for path in (old, offered, kept_by_running, spent, empty, strange):
        os.utime(path, (0, 0))
    prune()
    assert not old.exists()
    assert new.exists()
    assert journals() == sorted([offered, kept_by_running, fresh, strange])


def test_opening_tidies_up(account_file: Path, state: Path) -> None:
    leave_behind(account_file)
    old = recoveries()[0].discard()
    assert old is not None
    os.utime(old, (0, 0))
    opened(account_file)
    assert not old.exists()


def test_deletions_come_back_too(account_file: Path, state: Path) -> None:
    edits = (
        RemoveMember(group="group/Developers", user="user/alice"),
        DeleteUser(user="user/alice"),
        DeleteGroup(group="group/Empty"),
    )
    leave_behind(account_file, edits)
    workspace = opened(account_file)
    workspace.recover(workspace.recoveries()[0])
    assert [user.name for user in workspace.account.users.values()] == ["bob"]
    assert [group.name for group in workspace.account.groups.values()] == ["Developers"]


def test_the_page_says_where_things_are(account_file: Path, journals: Journals) -> None:
    page = (Path(__file__).parents[2] / "docs" / "recovery.md").read_text(encoding="utf-8")
    leave_behind(account_file)
    workspace = opened(account_file)
    workspace.apply(BOB_WRITES)
    workspace.undo()
    first, second = (path.name.replace(path.name[:32], "HASH") for path in reversed(journals()))
    assert f"`{first}`" in page
    assert f"`{second}`" in page
    kept = recoveries()[0].discard()
    assert kept is not None
    assert f"`{kept.parent.parent.name}/{kept.parent.name}/`" in page
    assert f"{KEPT_DAYS} days" in page
    path = journals()[0]
    assert f"`{path.read_text().splitlines()[-1]}`" in page
