"""`iam-tui check`: the account's own promises, and an exit status for CI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.analysis import check
from tests.cli.conftest import ACCOUNT, REPORT, Runner, refused


def promise(principal: str, action: str, expect: str, **more: str) -> str:
    lines = [f"{key} = {json.dumps(value)}" for key, value in more.items()]
    given = [f'principal = "{principal}"', f'action = "{action}"', f'expect = "{expect}"', *lines]
    return "\n".join(["[[assertions]]", *given, ""])


HELD = promise("user/alice", "s3:GetObject", "allowed", resource=REPORT)
BROKEN = promise("user/bob", "s3:GetObject", "allowed", resource=REPORT, why="He writes it")


@pytest.fixture
def promised(tmp_path: Path) -> Path:
    path = tmp_path / "promised.toml"
    path.write_text(f"{ACCOUNT}\n{HELD}\n{BROKEN}", encoding="utf-8")
    return path


@pytest.mark.parametrize("sample", ["first-day", "startup", "org-member"])
def test_the_samples_keep_their_promises(run: Runner, sample: str) -> None:
    found = run("check", sample)

    assert (found.status, found.err) == (0, "")
    assert found.out.endswith(" assertions hold\n")


def test_a_promise_that_does_not_hold_is_status_1(run: Runner, promised: Path) -> None:
    found = run("check", promised)

    assert (found.status, found.err) == (1, "")
    assert found.out == (
        f"ok      user/alice allowed s3:GetObject on {REPORT}\n"
        f"FAILED  user/bob allowed s3:GetObject on {REPORT}\n"
        "        He writes it\n"
        f"        user/bob may not s3:GetObject on {REPORT}: no identity-based policy allows it\n"
        "1 of 2 assertions failed\n"
    )


def test_json_has_every_promise(run: Runner, promised: Path) -> None:
    found = run("check", promised, "--json")

    assert found.status == 1
    kept, broken = found.json
    assert kept["holds"] is True
    assert kept["failures"] == []
    assert broken == {
        "principal": "user/bob",
        "action": "s3:GetObject",
        "resource": REPORT,
        "context": {},
        "expect": "allowed",
        "why": "He writes it",
        "holds": False,
        "reason": f"user/bob may not s3:GetObject on {REPORT}: no identity-based policy allows it",
        "failures": [
            {
                "principal": "user/bob",
                "action": "s3:GetObject",
                "resource": REPORT,
                "decision": "implicitDeny",
                "reason": "no identity-based policy allows it",
            }
        ],
        "notes": [],
    }
    assert [row["reason"] for row in found.json] == [row.reason for row in check(load(promised))]


def test_edits_are_checked_before_they_are_made(
    run: Runner, promised: Path, tmp_path: Path
) -> None:
    edit = {"op": "add-member", "group": "Developers", "user": "bob"}
    (tmp_path / "fix.jsonl").write_text(json.dumps(edit), encoding="utf-8")

    assert run("check", promised, "--edits", "fix.jsonl").status == 0


def test_promises_may_stand_in_a_file_of_their_own(
    run: Runner, account: Path, tmp_path: Path
) -> None:
    (tmp_path / "more.toml").write_text(f"format = 1\n{BROKEN}", encoding="utf-8")

    assert run("check", account).out == "the file has no assertions\n"
    assert run("check", account, "--with", "more.toml").status == 1


def test_a_promise_that_cannot_be_checked_fails(run: Runner, tmp_path: Path) -> None:
    wrong = promise("user/bobb", "s3:GetObject", "denied") + promise(
        "user/bob", "s3:GetObjekt", "denied"
    )
    (tmp_path / "wrong.toml").write_text(f"{ACCOUNT}\n{wrong}", encoding="utf-8")

    found = run("check", "wrong.toml")

    assert found.status == 1
    assert (
        "it cannot be checked: no principal 'user/bobb' in this account; did you mean user/bob"
        in (found.out)
    )
    assert "        the nearest known actions are s3:GetObject" in found.out


def test_keys_stand_in_the_sentence(run: Runner, tmp_path: Path) -> None:
    item = promise("user/alice", "sqs:SendMessage", "allowed")
    item += 'context = { "aws:SourceIp" = "192.0.2.1", "aws:TagKeys" = ["a", "b"] }\n'
    (tmp_path / "keys.toml").write_text(f"{ACCOUNT}\n{item}", encoding="utf-8")

    assert run("check", "keys.toml").out == (
        "ok      user/alice allowed sqs:SendMessage with aws:SourceIp = 192.0.2.1, aws:TagKeys = a "
        "and b\n1 assertion holds\n"
    )


def test_an_account_that_cannot_be_read_is_status_3(run: Runner) -> None:
    assert "nowhere.toml" in refused(run("check", "nowhere.toml"), 3)


def test_foreign_text_is_harmless(run: Runner, tmp_path: Path) -> None:
    hostile = "x\u202e"
    item = promise(
        "user/bob", "s3:GetObject", "allowed", resource=f"arn:aws:s3:::{hostile}", why=hostile
    )
    (tmp_path / "evil.toml").write_text(f"{ACCOUNT}\n{item}", encoding="utf-8")

    for flags in ((), ("--json",)):
        found = run("check", "evil.toml", *flags)
        assert found.status == 1
        assert "\u202e" not in found.out + found.err
