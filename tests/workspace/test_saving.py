"""What saving writes, where, and what it never overwrites."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iam_tui.account.edits import AddMember
from iam_tui.errors import AccountFileError, UsageError
from iam_tui.formats import dumps_authorization_details, load, sample_path
from iam_tui.workspace import SaveRefused, Workspace

BOB_DEVELOPS = AddMember(group="group/Developers", user="user/bob")


@pytest.fixture
def export(account_file: Path) -> Path:
    """The same account as AWS exports it, beside the TOML file."""
    path = account_file.with_name("export.json")
    path.write_text(dumps_authorization_details(load(account_file)), encoding="utf-8")
    return path


def test_a_saved_account_is_read_back_as_it_was(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    workspace.apply(BOB_DEVELOPS)
    assert workspace.save() == account_file
    assert load(account_file) == workspace.account
    assert workspace.saved_account is workspace.account
    assert account_file.read_text().startswith("# The account of the tests.")


def test_saving_again_needs_no_answer(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.save()
    workspace.undo()
    workspace.save()
    assert load(account_file) == workspace.account


@pytest.mark.parametrize("keep_times", [False, True])
def test_a_file_that_somebody_else_changed_is_not_overwritten_unasked(
    account_file: Path, keep_times: bool
) -> None:
    workspace = Workspace.open(account_file)
    workspace.apply(BOB_DEVELOPS)
    before = account_file.stat()
    theirs = account_file.read_text().replace("acme", "emca")
    account_file.write_text(theirs)
    if keep_times:
        os.utime(account_file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(SaveRefused, match="changed on disk") as caught:
        workspace.save()
    assert caught.value.hazards == ("changed",)
    assert account_file.read_text() == theirs
    assert workspace.unsaved == 1
    workspace.save(overwrite=True)
    assert load(account_file) == workspace.account


def test_a_file_that_was_written_anew_with_the_same_content_is_ours(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    account_file.write_text(account_file.read_text())
    os.utime(account_file, ns=(0, 0))
    assert workspace.save() == account_file


def test_a_file_that_is_gone_is_written_anew(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    account_file.unlink()
    workspace.save()
    assert load(account_file) == workspace.account


def test_the_first_save_says_that_comments_are_lost(account_file: Path) -> None:
    commented = account_file.read_text() + "\n# Ask Carol before you touch this.\n"
    account_file.write_text(commented)
    workspace = Workspace.open(account_file)
    with pytest.raises(SaveRefused, match="comments are lost") as caught:
        workspace.save()
    assert caught.value.hazards == ("comments",)
    assert account_file.read_text() == commented
    workspace.save(overwrite=True)
    workspace.save()
    assert "# The account of the tests." in account_file.read_text()


def test_another_file_is_overwritten_only_when_wanted(account_file: Path) -> None:
    other = account_file.with_name("other.toml")
    other.write_text("mine = true\n")
    workspace = Workspace.open(account_file)
    with pytest.raises(SaveRefused, match="exists already") as caught:
        workspace.save(other)
    assert caught.value.hazards == ("exists",)
    assert other.read_text() == "mine = true\n"
    workspace.save(other, overwrite=True)
    assert workspace.source.path == other
    assert load(other) == workspace.account


def test_an_export_is_saved_as_a_new_file_beside_it(export: Path) -> None:
    before = export.read_text()
    workspace = Workspace.open(export)
    workspace.apply(BOB_DEVELOPS)
    assert workspace.source.kind == "json"
    assert workspace.suggested_path() == export.with_name("export.toml")
    assert workspace.save() == export.with_name("export.toml")
    assert export.read_text() == before
    assert (workspace.source.kind, workspace.source.name) == ("toml", "export.toml")
    assert load(export.with_name("export.toml")) == workspace.account


def test_an_export_is_not_overwritten_even_when_wanted(export: Path) -> None:
    before = export.read_text()
    workspace = Workspace.open(export)
    with pytest.raises(UsageError, match=r"should end in \.toml"):
        workspace.save(export, overwrite=True)
    odd = export.with_name("export")
    export.rename(odd)
    workspace = Workspace.open(odd)
    with pytest.raises(UsageError, match="export from AWS"):
        workspace.save(odd, overwrite=True)
    assert odd.read_text() == before


def test_a_suggested_name_is_never_one_that_is_taken(export: Path) -> None:
    export.with_name("export.toml").write_text("")
    export.with_name("export-2.toml").write_text("")
    assert Workspace.open(export).suggested_path() == export.with_name("export-3.toml")


def test_a_sample_is_saved_as_a_file_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workspace = Workspace.open("startup")
    assert (workspace.source.kind, workspace.source.path) == ("sample", None)
    assert workspace.save() == Path("startup.toml")
    assert load(tmp_path / "startup.toml") == workspace.account


def test_a_sample_is_not_overwritten_by_whatever_name_it_is_called() -> None:
    path = sample_path("startup")
    assert path is not None
    before = path.read_bytes()
    workspace = Workspace.open(path)
    assert workspace.source.kind == "sample"
    with pytest.raises(UsageError, match="bundled sample"):
        workspace.save(path, overwrite=True)
    assert path.read_bytes() == before


def test_a_target_that_cannot_be_written_changes_nothing(account_file: Path) -> None:
    workspace = Workspace.open(account_file)
    workspace.apply(BOB_DEVELOPS)
    with pytest.raises(AccountFileError):
        workspace.save(account_file.with_name("nowhere") / "acme.toml")
    assert workspace.unsaved == 1
    assert workspace.source.path == account_file


def test_standard_input_is_no_workspace() -> None:
    with pytest.raises(UsageError, match="standard input"):
        Workspace.open("-")
