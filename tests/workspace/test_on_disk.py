"""What somebody else does to the file while it is open."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from iam_tui.account.edits import AddMember, AttachPolicy, encode_edit
from iam_tui.errors import AccountFileError
from iam_tui.workspace import SaveRefused, Workspace, recoveries
from tests.workspace.conftest import Journals

BOB_DEVELOPS = AddMember(group="group/Developers", user="user/bob")
BOB_IS_EMPTY = AddMember(group="group/Empty", user="user/bob")
BOB_WRITES = AttachPolicy(entity="user/bob", policy="S3Write")
BOB = "arn:aws:iam::111122223333:user/bob"


def rename_account(path: Path) -> None:
    path.write_text(path.read_text().replace("acme", "emca"))


def keep_times(path: Path) -> None:
    before = path.stat()
    rename_account(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_text(path.read_text().replace("acme", "emca"))
    other.rename(path)


@pytest.mark.parametrize("change", [rename_account, keep_times, replace])
@pytest.mark.parametrize("age", [0, 3600])
def test_a_change_is_noticed(
    account_file: Path, change: Callable[[Path], None], age: float
) -> None:
    old = account_file.stat().st_mtime - age
    os.utime(account_file, (old, old))
    workspace = Workspace.open(account_file)
    assert workspace.changed_on_disk() is None
    assert workspace.changed_on_disk() is None
    change(account_file)
    assert workspace.changed_on_disk() == "changed"
    assert workspace.changed_on_disk() == "changed"


def test_a_change_that_is_taken_back_is_none(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    text = account_file.read_text()
    rename_account(account_file)
    assert workspace.changed_on_disk() == "changed"
    account_file.write_text(text)
    assert workspace.changed_on_disk() is None


def test_a_file_that_is_written_anew_with_the_same_content_has_not_changed(
    account_file: Path,
) -> None:
    workspace = Workspace.open(account_file)
    account_file.write_text(account_file.read_text())
    os.utime(account_file, (0, 0))
    assert workspace.changed_on_disk() is None


def test_a_file_that_is_gone_is_noticed(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    text = account_file.read_text()
    account_file.unlink()
    assert workspace.changed_on_disk() == "gone"
    account_file.write_text(text)
    assert workspace.changed_on_disk() is None


def test_our_own_saving_is_no_change(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.save()
    assert workspace.changed_on_disk() is None
    other = account_file.with_name("other.toml")
    workspace.save(other)
    rename_account(account_file)
    assert workspace.changed_on_disk() is None
    rename_account(other)
    assert workspace.changed_on_disk() == "changed"


def test_a_sample_does_not_change() -> None:
    assert Workspace.open("startup").changed_on_disk() is None


# --- reading again ------------------------------------------------------------------------------


def test_what_is_read_again_takes_the_edits_over(account_file: Path, journals: Journals) -> None:
    former = Workspace.open(account_file, journal=True)
    former.apply(BOB_DEVELOPS)
    rename_account(account_file)
    fresh = former.reread()
    assert (fresh.account.alias, fresh.unsaved) == ("emca", 0)
    assert former.account.alias == "acme"
    replay = fresh.take_over(former)
    assert (replay.made, replay.refused) == ([BOB_DEVELOPS], [])
    assert fresh.edits == (BOB_DEVELOPS,)
    assert journals() == [fresh.journal.path]
    assert fresh.changed_on_disk() is None
    fresh.save()
    assert journals() == []


def test_edits_that_do_not_fit_any_more_are_told_and_kept(
    account_file: Path, state: Path, journals: Journals
) -> None:
    former = Workspace.open(account_file, journal=True)
    former.apply(BOB_DEVELOPS)
    former.apply(BOB_IS_EMPTY)
    former.save()
    former.undo()
    former.apply(BOB_WRITES)
    account_file.write_text(account_file.read_text().replace("S3Write", "S3Read"))
    fresh = former.reread()
    replay = fresh.take_over(former)
    assert [edit for edit, _ in replay.refused] == [BOB_WRITES, BOB_IS_EMPTY]
    assert "S3Write" in replay.refused[0][1]
    assert "undone" in replay.refused[1][1]
    assert fresh.unsaved == 0
    assert journals() == []
    (kept,) = (state / "recovery" / "discarded").iterdir()
    assert encode_edit(BOB_WRITES) in kept.read_text()


def test_reading_again_brings_what_was_added_and_not_what_the_file_has_now(
    account_file: Path,
) -> None:
    more = account_file.with_name("more.toml")
    more.write_text('[account]\nalias = "added"\n[[resources]]\narn = "arn:aws:s3:::a"\n')
    workspace = Workspace.open(account_file, with_files=[more], read_only=True)
    again = workspace.reread()
    assert again.account == workspace.account
    assert again.read_only
    workspace.read_only = False
    workspace.save()
    more.unlink()
    assert workspace.reread().account == workspace.account


def test_a_file_that_cannot_be_read_again_leaves_all_as_it_is(
    account_file: Path, journals: Journals
) -> None:
    workspace = Workspace.open(account_file, journal=True)
    workspace.apply(BOB_DEVELOPS)
    account_file.write_text("format = ")
    with pytest.raises(AccountFileError):
        workspace.reread()
    assert workspace.edits == (BOB_DEVELOPS,)
    assert journals() == [workspace.journal.path]
    with pytest.raises(SaveRefused, match="changed on disk"):
        workspace.save()


def test_samples_are_read_again_too(state: Path) -> None:
    workspace = Workspace.open("startup", journal=True)
    workspace.apply(AttachPolicy(entity="user/bob", policy="AdministratorAccess"))
    fresh = workspace.reread()
    fresh.take_over(workspace)
    assert fresh.account == workspace.account
    fresh.journal.close()
    assert len(recoveries()) == 1
