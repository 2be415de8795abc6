"""`iam-tui who-can`: groups for people, DESIGN's rows for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.analysis import who_can
from tests.cli.conftest import ACCOUNT, REPORT, Runner, refused

ALICE = "arn:aws:iam::111122223333:user/alice"
ROOT = "arn:aws:iam::111122223333:root"
GROUP = "arn:aws:iam::111122223333:group/Developers"
REPORTS = "arn:aws:iam::111122223333:policy/Reports"


def test_text_is_grouped_by_how(run: Runner, account: Path) -> None:
    found = run("who-can", account, "s3:GetObject", REPORT)

    assert (found.status, found.err) == (0, "")
    assert found.out == (
        "s3:GetObject on arn:aws:s3:::reports/q1.csv: 2 allowed\n"
        "1 attached document is not known and not counted\n"
        "not in this file: SCPs, RCPs, resource policies\n"
        "\n"
        "1 principal: allowed\n"
        "      via the root user's access to everything in its account\n"
        "  root\n"
        "\n"
        "1 principal: allowed\n"
        "      via group/Developers -> policy/Reports[0]\n"
        "  user/alice\n"
        "\n"
        "2 principals have no policy that allows it\n"
    )


def test_who_may_not_although_a_policy_allows_it_is_said(run: Runner) -> None:
    found = run("who-can", "startup", "s3:GetObject")

    assert found.out.endswith(
        "2 principals: explicitDeny although a policy allows it: "
        "an identity-based policy denies it explicitly\n"
        "  user/eve, user/zoe\n"
        "\n"
        "1 principal has no policy that allows it\n"
    )


def test_conditions_are_said(run: Runner, account: Path) -> None:
    found = run("who-can", account, "sqs:SendMessage")

    assert "1 allowed, 1 under conditions that do not hold" in found.out
    assert "1 principal: implicitDeny, allowed depending on aws:SourceIp" in found.out
    inside = run("who-can", account, "sqs:SendMessage", "--context", "aws:SourceIp=192.0.2.1")
    assert "sqs:SendMessage on any resource: 2 allowed\n" in inside.out


def test_json_has_a_row_for_each(run: Runner, account: Path) -> None:
    found = run("who-can", account, "s3:GetObject", REPORT, "--json")

    assert found.json == [
        {"principal": ROOT, "decision": "allowed", "conditional": [], "via": []},
        {
            "principal": ALICE,
            "decision": "allowed",
            "conditional": [],
            "via": [[ALICE, GROUP, REPORTS, f"{REPORTS}[0]"]],
        },
    ]
    assert found.err.splitlines() == [
        "iam-tui: 1 attached document is not known and not counted",
        "iam-tui: not in this file: SCPs, RCPs, resource policies",
    ]


def test_json_says_the_same_as_the_library(run: Runner, account: Path) -> None:
    found = run("who-can", account, "sqs:SendMessage", "--json")

    assert [
        (row["principal"], row["decision"], tuple(row["conditional"])) for row in found.json
    ] == [
        (row.principal, row.decision.value, row.conditional)
        for row in who_can(load(account), "sqs:SendMessage")
    ]


def test_nobody_is_an_empty_list(run: Runner, account: Path, tmp_path: Path) -> None:
    scp = (
        '[organization]\n[[organization.policies]]\nname = "No"\ntype = "SCP"\n'
        'document = \'{"Version": "2012-10-17", "Statement": '
        '{"Effect": "Deny", "Action": "*", "Resource": "*"}}\'\n'
        '[[organization.levels]]\nname = "R"\nkind = "root"\nservice_control_policies = ["No"]\n'
    )
    (tmp_path / "scp.toml").write_text(f"format = 1\n{scp}", encoding="utf-8")

    found = run("who-can", account, "s3:GetObject", "--with", "scp.toml", "--json")

    assert (found.status, found.json) == (0, [])


def test_a_pattern_has_any_and_all(run: Runner, account: Path) -> None:
    text = run("who-can", account, "s3:*", "arn:aws:s3:::reports/*").out
    rows = run("who-can", account, "s3:*", "arn:aws:s3:::reports/*", "--json").json

    assert text.startswith("s3:* on arn:aws:s3:::reports/*: any: 2 allowed; all: 1\n")
    assert "  root (all)\n" in text
    assert "  user/alice\n" in text
    assert {row["principal"]: row["extent"] for row in rows} == {ROOT: "all", ALICE: "any"}
    assert {row["action"] for row in rows if row["principal"] == ALICE} == {"s3:GetObject"}


def test_names_that_nobody_knows_are_said(run: Runner, account: Path) -> None:
    found = run("who-can", account, "s3:GetObjct", "--context", "aws:SorceIp=192.0.2.1", "--json")

    assert found.status == 0
    assert "did you mean s3:GetObject" in found.err
    assert "did you mean aws:SourceIp" in found.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "required: ACTION"),
        (("GetObject",), "did you mean s3:GetObject"),
        (("s4:Get*",), "no known action matches"),
        (("s3:GetObject", "reports"), "is no ARN"),
        (("s3:GetObject", "*", "more"), "one argument too many"),
        (("s3:GetObject", "--context", "x"), "is no K=V"),
        (("s3:GetObject", "--jsn"), "did you mean --json"),
    ],
)
def test_wrong_usage_is_status_2(
    run: Runner, account: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(run("who-can", account, *arguments), 2)


def test_foreign_text_is_harmless(run: Runner, tmp_path: Path) -> None:
    hostile = "Re\x1b[31mports\u202e"
    text = ACCOUNT.replace('"Reports"', json.dumps(hostile))
    (tmp_path / "evil.toml").write_text(text, encoding="utf-8")

    for flags in ((), ("--json",)):
        found = run("who-can", "evil.toml", "s3:GetObject", REPORT, *flags)
        assert found.status == 0
        assert not any(character in found.out + found.err for character in "\x1b\u202e")
