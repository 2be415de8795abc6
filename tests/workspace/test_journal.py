"""What is on disk by the time that an edit is said to be made."""

from __future__ import annotations

import json
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from iam_tui.account.edits import AddMember, AttachPolicy, Edit, RemoveMember, encode_edit
from iam_tui.errors import EditError
from iam_tui.formats import dumps_authorization_details, load
from iam_tui.workspace import NothingChanged, Workspace
from tests.workspace.conftest import Journals

BOB_DEVELOPS = AddMember(group="group/Developers", user="user/bob")
BOB_LEAVES = RemoveMember(group="group/Developers", user="user/bob")
BOB_IS_EMPTY = AddMember(group="group/Empty", user="user/bob")
ALICE_IS_EMPTY = AddMember(group="group/Empty", user="user/alice")


def opened(source: Path | str) -> Workspace:
    return Workspace.open(source, journal=True)


def lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    return text.split("\n")[:-1]


def edits_of(path: Path) -> list[str]:
    return lines(path)[1:]


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a disk that is full: the last write is cut."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_edit_is_on_disk_when_it_is_made(account_file: Path, journals: Journals) -> None:
    workspace = opened(account_file)
    assert journals() == []
    workspace.apply(BOB_DEVELOPS)
    (path,) = journals()
    assert edits_of(path) == [encode_edit(BOB_DEVELOPS)]
    workspace.apply(BOB_IS_EMPTY)
    assert edits_of(path) == [encode_edit(BOB_DEVELOPS), encode_edit(BOB_IS_EMPTY)]
    assert workspace.journal.path == path
    assert workspace.journal_problem is None


def test_the_first_line_names_the_file_and_what_it_held(
    account_file: Path, journals: Journals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    extra = Path("more.toml")
    extra.write_text('[account]\nalias = "emca"\n')
    workspace = Workspace.open(Path("acme.toml"), with_files=[extra], journal=True)
    workspace.apply(BOB_DEVELOPS)
    header = json.loads(lines(journals()[0])[0])
    assert (header["op"], header["format"], header["kind"]) == ("journal", 1, "toml")
    assert header["source"] == str(account_file)
    assert header["with_files"] == [str(tmp_path / "more.toml")]
    assert len(header["hash"]) == 64


def test_a_journal_is_its_owners_alone(account_file: Path, journals: Journals, state: Path) -> None:
    (state / "recovery").mkdir(parents=True, mode=0o755)
    opened(account_file).apply(BOB_DEVELOPS)
    assert stat.S_IMODE(journals()[0].stat().st_mode) == 0o600
    assert stat.S_IMODE((state / "recovery").stat().st_mode) == 0o700


def test_undo_and_redo_are_on_disk_too(account_file: Path, journals: Journals) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.undo()
    (path,) = journals()
    assert edits_of(path) == [encode_edit(BOB_DEVELOPS), '{"op":"undo"}']
    assert workspace.journal.path is None
    workspace.redo()
    assert edits_of(path)[2:] == [encode_edit(BOB_DEVELOPS)]
    assert workspace.journal.path == path


def test_what_is_not_made_is_not_written(account_file: Path, journals: Journals) -> None:
    workspace = opened(account_file)
    with pytest.raises(EditError):
        workspace.apply(AddMember(group="Developers", user="nobody"))
    with pytest.raises(NothingChanged):
        workspace.apply(AddMember(group="Developers", user="alice"))
    assert workspace.undo() is None
    assert workspace.redo() is None
    assert journals() == []


def test_verbs_and_readers_keep_no_journal(account_file: Path, journals: Journals) -> None:
    Workspace.open(account_file).apply(BOB_DEVELOPS)
    reader = Workspace.open(account_file, journal=True, read_only=True)
    assert not reader.journal.is_on
    assert journals() == []


def test_saving_takes_the_journal_away(account_file: Path, journals: Journals) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.save()
    assert journals() == []
    workspace.apply(BOB_IS_EMPTY)
    (path,) = journals()
    assert edits_of(path) == [encode_edit(BOB_IS_EMPTY)]


def test_a_save_that_fails_keeps_the_journal(account_file: Path, journals: Journals) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    with pytest.raises(Exception, match="cannot be written"):
        workspace.save(account_file.with_name("nowhere") / "acme.toml")
    workspace.apply(BOB_IS_EMPTY)
    workspace.journal.close()
    (left,) = opened(account_file).recoveries()
    assert left.edits == (BOB_DEVELOPS, BOB_IS_EMPTY)


def test_edits_of_a_file_come_along_with_the_first_edit(
    account_file: Path, tmp_path: Path, journals: Journals
) -> None:
    given = tmp_path / "edits.jsonl"
    given.write_text(encode_edit(BOB_DEVELOPS))
    workspace = Workspace.open(account_file, edits_file=given, journal=True)
    workspace.apply(BOB_IS_EMPTY)
    assert edits_of(journals()[0]) == [encode_edit(BOB_DEVELOPS), encode_edit(BOB_IS_EMPTY)]
    given.write_text(encode_edit(ALICE_IS_EMPTY))
    workspace.apply_edits_file(given)
    assert edits_of(journals()[0])[2:] == [encode_edit(ALICE_IS_EMPTY)]


def test_closing_leaves_what_is_unsaved_and_nothing_else(
    account_file: Path, journals: Journals
) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.undo()
    workspace.journal.close()
    assert journals() == []
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.journal.close()
    assert len(journals()) == 1


def test_edits_that_are_given_up_are_moved_aside(account_file: Path, journals: Journals) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    kept = workspace.journal.set_aside()
    assert kept is not None
    assert edits_of(kept) == [encode_edit(BOB_DEVELOPS)]
    assert journals() == []
    assert opened(account_file).recoveries() == ()


# --- two programs -------------------------------------------------------------------------------


def test_two_programs_on_one_account_write_two_journals(
    account_file: Path, journals: Journals
) -> None:
    one, other = opened(account_file), opened(account_file)
    one.apply(BOB_DEVELOPS)
    other.apply(BOB_IS_EMPTY)
    one.apply(ALICE_IS_EMPTY)
    assert sorted(edits_of(path) for path in journals()) == sorted(
        [
            [encode_edit(BOB_DEVELOPS), encode_edit(ALICE_IS_EMPTY)],
            [encode_edit(BOB_IS_EMPTY)],
        ]
    )
    other.save()
    assert [edits_of(path) for path in journals()] == [
        [encode_edit(BOB_DEVELOPS), encode_edit(ALICE_IS_EMPTY)]
    ]


def test_the_journal_of_a_running_program_is_not_offered(account_file: Path) -> None:
    running = opened(account_file)
    running.apply(BOB_DEVELOPS)
    assert opened(account_file).recoveries() == ()
    running.journal.close()
    assert [left.edits for left in opened(account_file).recoveries()] == [(BOB_DEVELOPS,)]


def test_a_journal_that_was_left_behind_is_not_written_over(
    account_file: Path, journals: Journals
) -> None:
    killed = opened(account_file)
    killed.apply(BOB_DEVELOPS)
    killed.journal.close()
    opened(account_file).apply(BOB_IS_EMPTY)
    assert sorted(edits_of(path) for path in journals()) == sorted(
        [[encode_edit(BOB_DEVELOPS)], [encode_edit(BOB_IS_EMPTY)]]
    )


def test_a_file_has_one_journal_by_whatever_name_it_is_opened(
    account_file: Path, state: Path
) -> None:
    link = account_file.with_name("link.toml")
    link.symlink_to(account_file)
    workspace = opened(link)
    workspace.apply(BOB_DEVELOPS)
    workspace.journal.close()
    (left,) = opened(account_file).recoveries()
    assert left.base_matches


# --- disks that fail ----------------------------------------------------------------------------


@pytest.mark.parametrize("room", [0, 100, 300, 400])
def test_a_full_disk_loses_no_edit(account_file: Path, journals: Journals, room: int) -> None:
    workspace = opened(account_file)
    with full_disk(room):
        workspace.apply(BOB_DEVELOPS)
        workspace.apply(BOB_IS_EMPTY)
    assert workspace.edits == (BOB_DEVELOPS, BOB_IS_EMPTY)
    assert "in memory only" in str(workspace.journal_problem)
    assert "File too large" in str(workspace.journal_problem)
    assert workspace.journal.path is None
    workspace.apply(ALICE_IS_EMPTY)
    assert workspace.journal_problem is None
    (path,) = journals()
    assert edits_of(path) == [
        encode_edit(edit) for edit in (BOB_DEVELOPS, BOB_IS_EMPTY, ALICE_IS_EMPTY)
    ]


def test_a_disk_that_fills_up_keeps_what_was_written_before(
    account_file: Path, journals: Journals
) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    (path,) = journals()
    with full_disk(path.stat().st_size + 5):
        workspace.apply(BOB_IS_EMPTY)
        assert workspace.journal_problem is not None
        assert edits_of(path) == [encode_edit(BOB_DEVELOPS)]
    workspace.undo()
    assert workspace.journal_problem is None
    workspace.journal.close()
    assert [left.edits for left in opened(account_file).recoveries()] == [(BOB_DEVELOPS,)]


def test_a_folder_that_cannot_be_made_is_said_and_no_more(
    account_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    assert "in memory only" in str(workspace.journal_problem)
    assert workspace.recoveries() == ()
    workspace.save()
    assert load(account_file) == workspace.account
    assert workspace.journal_problem is None


def test_a_journal_that_somebody_deleted_is_written_anew(
    account_file: Path, journals: Journals
) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    journals()[0].unlink()
    workspace.apply(BOB_IS_EMPTY)
    assert edits_of(journals()[0]) == [encode_edit(BOB_DEVELOPS), encode_edit(BOB_IS_EMPTY)]


# --- journals as files of edits -----------------------------------------------------------------


def test_a_journal_is_a_file_of_edits(account_file: Path) -> None:
    workspace = opened(account_file)
    for edit in (BOB_DEVELOPS, BOB_IS_EMPTY, ALICE_IS_EMPTY):
        workspace.apply(edit)
    workspace.undo()
    path = workspace.journal.path
    assert path is not None
    other = Workspace.open(account_file, edits_file=path)
    assert other.account == workspace.account
    assert other.edits == workspace.edits


def test_a_torn_last_line_of_a_journal_is_no_edit(account_file: Path) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.apply(BOB_IS_EMPTY)
    path = workspace.journal.path
    assert path is not None
    path.write_bytes(path.read_bytes()[:-3])
    assert Workspace.open(account_file, edits_file=path).edits == (BOB_DEVELOPS,)


@pytest.mark.parametrize("text", ['{"op": "frobnicate"}\n', "junk\n", '{"op":"account"}\n'])
def test_a_damaged_journal_is_no_file_of_edits(account_file: Path, text: str) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    path = workspace.journal.path
    assert path is not None
    with path.open("a") as file:
        file.write(text + encode_edit(BOB_IS_EMPTY) + "\n")
    with pytest.raises(Exception, match=rf"{path}:3: this is no line of a journal"):
        Workspace.open(account_file, edits_file=path)


def test_a_journal_that_undoes_what_the_file_has_is_no_file_of_edits(account_file: Path) -> None:
    workspace = opened(account_file)
    workspace.apply(BOB_DEVELOPS)
    workspace.save()
    workspace.undo()
    path = workspace.journal.path
    assert path is not None
    with pytest.raises(Exception, match="undoes edits that the file has"):
        Workspace.open(account_file, edits_file=path)


def test_names_of_all_kinds_are_kept(account_file: Path, journals: Journals) -> None:
    name = 'zoë "]\n\u2028\x1b[31m'
    account_file.write_text(account_file.read_text() + f"\n[[users]]\nname = {json.dumps(name)}\n")
    workspace = opened(account_file)
    edit: Edit = AttachPolicy(entity=f"user/{name}", policy="S3Write")
    workspace.apply(edit)
    assert len(lines(journals()[0])) == 2
    workspace.journal.close()
    assert opened(account_file).recoveries()[0].edits == (edit,)


def test_paths_of_all_kinds_have_journals(account_file: Path, state: Path) -> None:
    odd = account_file.with_name("caf\udce9 \n.toml")
    account_file.rename(odd)
    workspace = opened(odd)
    workspace.apply(BOB_DEVELOPS)
    assert workspace.journal_problem is None
    workspace.journal.close()
    (left,) = opened(odd).recoveries()
    assert (left.edits, left.base_matches) == ((BOB_DEVELOPS,), True)


def test_samples_and_exports_have_journals_too(account_file: Path, state: Path) -> None:
    export = account_file.with_name("export.json")
    export.write_text(dumps_authorization_details(load(account_file)), encoding="utf-8")
    for source, edit in (
        (export, BOB_DEVELOPS),
        ("startup", AttachPolicy(entity="user/bob", policy="AdministratorAccess")),
    ):
        workspace = opened(source)
        workspace.apply(edit)
        workspace.journal.close()
        (left,) = opened(source).recoveries()
        assert (left.edits, left.base_matches) == ((edit,), True)
        assert left.source == workspace.source
