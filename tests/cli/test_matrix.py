"""`iam-tui matrix`: as text, CSV and JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.analysis import access_matrix
from tests.cli.conftest import ACCOUNT, Runner, refused

HERE = "arn:aws:iam::111122223333"


def test_text_names_the_services_by_their_marks(run: Runner, account: Path) -> None:
    found = run("matrix", account)

    lines = found.out.splitlines()
    assert (found.status, found.err) == (0, "")
    assert lines[0].startswith("4 principals, ")
    assert lines[1].startswith("root         ")
    assert lines[2:] == ["user/alice   lr s3; w sqs", "user/bob     -", "role/Deploy  -"]


def test_services_may_be_columns(run: Runner, account: Path) -> None:
    found = run("matrix", account, "--service", "s3", "--service", "SQS", "--service", "s3")

    assert found.out == (
        "             s3     sqs\n"
        "root         LRWP   RWP\n"
        "user/alice   lr     w\n"
        "user/bob     -      -\n"
        "role/Deploy  -      -\n"
    )


def test_csv_has_a_column_for_each_service(run: Runner, account: Path) -> None:
    found = run("matrix", account, "--format", "csv")

    rows = list(csv.DictReader(found.out.splitlines()))
    assert [(row["principal"], row["kind"]) for row in rows] == [
        (f"{HERE}:root", "root"),
        (f"{HERE}:user/alice", "user"),
        (f"{HERE}:user/bob", "user"),
        (f"{HERE}:role/Deploy", "role"),
    ]
    assert (rows[1]["s3"], rows[1]["sqs"], rows[1]["ec2"]) == ("lr", "w", "")
    matrix = access_matrix(load(account))
    assert list(rows[0])[2:] == [*matrix.services]
    few = run("matrix", account, "--format", "csv", "--service", "s3").out
    assert few.splitlines()[0] == "principal,kind,s3"


def test_json_has_the_statuses(run: Runner, account: Path) -> None:
    root, alice, bob, _ = run("matrix", account, "--format", "json").json

    assert alice == {
        "principal": f"{HERE}:user/alice",
        "kind": "user",
        "services": {
            "s3": {"List": "limited", "Read": "limited"},
            "sqs": {"Write": "limited"},
        },
    }
    assert bob["services"] == {}
    assert root["services"]["s3"]["Write"] == "granted"
    few = run("matrix", account, "--format", "json", "--service", "sqs").json
    assert few[1]["services"] == {"sqs": {"Write": "limited"}}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--service", "s33"), "no service 's33'; did you mean s3"),
        (("--service", "nothinglikeit"), "no service 'nothinglikeit'"),
        (("--format", "html"), "invalid choice: 'html'"),
        (("user/alice",), "one argument too many"),
    ],
)
def test_wrong_usage_is_status_2(
    run: Runner, account: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(run("matrix", account, *arguments), 2)


def test_foreign_text_is_harmless(run: Runner, tmp_path: Path) -> None:
    text = ACCOUNT.replace('"alice"', json.dumps("al\x1b[31mice\u202e"))
    (tmp_path / "evil.toml").write_text(text, encoding="utf-8")

    for form in ("text", "csv", "json"):
        found = run("matrix", "evil.toml", "--format", form, "--service", "s3")
        assert found.status == 0
        assert not any(character in found.out + found.err for character in "\x1b\u202e")
