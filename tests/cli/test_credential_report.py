"""`--credential-report FILE.csv` for verbs and the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.workspace import Workspace
from tests.cli.conftest import Runner, refused
from tests.formats.test_credential_report import ALICE, BOB, HEADER, with_

ALICE_HERE = with_(ALICE, arn="arn:aws:iam::111122223333:user/alice")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report about the two users of the account."""
    path = tmp_path / "report.csv"
    path.write_text("\n".join((HEADER, ALICE_HERE, BOB)), encoding="utf-8")
    return path


def test_verbs_join_it(run: Runner, account: Path, report: Path, tmp_path: Path) -> None:
    found = run("convert", account, "out.toml", "--credential-report", report)

    assert (found.status, found.err) == (0, "")
    joined = load(account, credential_report=report)
    assert load(tmp_path / "out.toml") == joined
    assert joined != load(account)


def test_what_does_not_fit_is_said(run: Runner, account: Path, report: Path) -> None:
    report.write_text("\n".join((HEADER, ALICE_HERE, BOB.replace("bob", "z\x1boe"))))

    found = run("principal-can", account, "user/alice", "--json", "--credential-report", report)

    assert found.status == 0
    assert found.json["principal"] == "arn:aws:iam::111122223333:user/alice"
    assert found.err.splitlines()[:2] == [
        "iam-tui: 1 user of report.csv not in the account: z␛oe",
        "iam-tui: 1 user of the account not in report.csv: bob",
    ]


def test_a_mistake_is_status_3(run: Runner, account: Path, report: Path) -> None:
    report.write_text("\n".join((HEADER, with_(ALICE_HERE, mfa_active="perhaps"))))

    found = run("principal-can", account, "root", "--credential-report", report)

    assert refused(found, 3) == (f"{report}:2: mfa_active: expected TRUE or FALSE, got 'perhaps'")


def test_standard_input_is_read_once(run: Runner, account: Path, report: Path) -> None:
    found = run(
        *("principal-can", account, "user/bob", "--credential-report", "-"),
        stdin=report.read_bytes(),
    )
    assert found.status == 0
    found = run("principal-can", "-", "root", "--credential-report", "-", stdin=b"")
    assert "only once" in refused(found, 2)


def test_edits_are_made_on_what_it_adds(run: Runner, account: Path, report: Path) -> None:
    edits = report.with_name("edits.jsonl")
    edits.write_text('{"op":"delete-access-key","user":"user/alice","key":"key 2"}\n')

    found = run(*("convert", account, "out.toml", "--credential-report", report, "--edits", edits))

    assert found.status == 0
    alice = load(report.with_name("out.toml")).users["arn:aws:iam::111122223333:user/alice"]
    assert [key.id for key in alice.access_keys] == ["key 1"]


def test_the_screen_is_told(run: Runner, account: Path, report: Path) -> None:
    (options,) = run(account, "--credential-report", report).launched

    assert options.credential_report == str(report)


def test_a_workspace_joins_it_and_keeps_what_does_not_fit(account: Path, report: Path) -> None:
    report.write_text("\n".join((HEADER, ALICE_HERE)))

    workspace = Workspace.open(account, credential_report=report)

    assert workspace.account == load(account, credential_report=report)
    assert workspace.notices == ("1 user of the account not in report.csv: bob",)
    assert workspace.unsaved == 0
    assert workspace.reread().account == workspace.account
