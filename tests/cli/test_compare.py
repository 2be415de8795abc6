"""`iam-tui compare`: marks for people, both sides for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.analysis import compare
from tests.cli.conftest import ACCOUNT, Runner, refused

JOIN = {"op": "add-member", "group": "group/Developers", "user": "user/bob"}


def test_text_is_grouped_by_service_and_access_level(run: Runner, account: Path) -> None:
    found = run("compare", account, "user/alice", "group/Developers")

    assert (found.status, found.err) == (0, "")
    assert found.out == (
        "user/alice and group/Developers: 0 only the first, 1 only the second, 0 otherwise, "
        "3 alike\n"
        "not in this file: SCPs, RCPs, resource policies\n"
        "\n"
        "ec2\n"
        "  Write  +1\n"
        "    + StartInstances  granted  via policy/Reports[2]\n"
    )


def test_json_has_levels_and_permissions_of_both(run: Runner, account: Path) -> None:
    found = run("compare", account, "user/alice", "user/bob", "--json")

    expected = compare(load(account), "user/alice", "user/bob")
    assert found.json["one"] == expected.one.principal
    assert found.json["other"] == expected.other.principal
    assert [tuple(level.values()) for level in found.json["levels"]] == [
        *map(tuple, expected.levels)
    ]
    rows = {row["action"]: row for row in found.json["permissions"]}
    assert set(rows) == {row.action for row in expected}
    assert rows["sqs:SendMessage"]["change"] == "-"
    assert rows["sqs:SendMessage"]["one"]["conditions"] == ["aws:SourceIp"]
    assert rows["sqs:SendMessage"]["other"] is None
    assert found.err == "iam-tui: not in this file: SCPs, RCPs, resource policies\n"


def test_one_before_and_after_edits(run: Runner, account: Path, tmp_path: Path) -> None:
    (tmp_path / "edits.jsonl").write_text(json.dumps(JOIN), encoding="utf-8")

    alone = run("compare", account, "user/bob", "--edits", "edits.jsonl")
    both = run("compare", account, "user/bob", "group/Developers", "--edits", "edits.jsonl")

    assert alone.out.startswith("user/bob before and user/bob after: 0 only the first, 4 only")
    assert "    + GetObject  limited  on arn:aws:s3:::reports*; via group/Developers" in alone.out
    assert both.out.startswith("user/bob and group/Developers: 0 only the first, 0 only the second")


def test_one_in_two_accounts(run: Runner, account: Path, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(ACCOUNT.replace("sqs:*", "sns:*"), encoding="utf-8")

    found = run("compare", account, "user/alice", "--other", "other.toml")

    assert found.out.startswith(f"user/alice in {account} and user/alice in other.toml: 1 only")
    assert "\n    - SendMessage  limited  if aws:SourceIp" in found.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "required: P"),
        (("user/alice",), "name a second identity, --other ACCOUNT2, or --edits"),
        (("user/alice", "user/bobb"), "did you mean user/bob"),
        (("user/alice", "user/bob", "more"), "one argument too many"),
        (("user/alice", "arn:aws:iam::444455556666:user/x"), "no identity of this account"),
    ],
)
def test_wrong_usage_is_status_2(
    run: Runner, account: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(run("compare", account, *arguments), 2)


def test_an_account_that_is_not_there_is_status_3(run: Runner, account: Path) -> None:
    refused(run("compare", account, "root", "--other", "nowhere.toml"), 3)


def test_standard_input_is_read_once(run: Runner, account: Path) -> None:
    assert "only once" in refused(run("compare", "-", "root", "--other", "-"), 2)


def test_foreign_text_is_harmless(run: Runner, tmp_path: Path) -> None:
    text = ACCOUNT.replace("arn:aws:s3:::reports*", "arn:aws:s3:::re\u202e*")
    (tmp_path / "evil.toml").write_text(text, encoding="utf-8")

    for flags in ((), ("--json",)):
        found = run("compare", "evil.toml", "user/alice", "user/bob", *flags)
        assert found.status == 0
        assert "\u202e" not in found.out + found.err
