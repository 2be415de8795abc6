"""`iam-tui principal-can`: text grouped for people, JSON for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iam_tui import load, principal_can
from iam_tui.analysis import policy_document
from tests.cli.conftest import ACCOUNT, Runner, refused

ALICE = "arn:aws:iam::111122223333:user/alice"
GROUP = "arn:aws:iam::111122223333:group/Developers"
REPORTS = "arn:aws:iam::111122223333:policy/Reports"


def test_text_is_grouped_by_service_and_access_level(run: Runner, account: Path) -> None:
    found = run("principal-can", account, "user/alice")

    assert (found.status, found.err) == (0, "")
    assert found.out == (
        "user/alice: 0 granted, 3 limited, 1 blocked in 3 services\n"
        "not in this file: SCPs, RCPs, resource policies\n"
        "\n"
        "ec2\n"
        "  Write\n"
        "    StartInstances  blocked  blocked by boundary; via group/Developers -> policy/Reports[2]\n"
        "\n"
        "s3\n"
        "  List\n"
        "    ListBucket  limited  on arn:aws:s3:::reports*; via group/Developers -> policy/Reports[0]\n"
        "  Read\n"
        "    GetObject   limited  on arn:aws:s3:::reports*; via group/Developers -> policy/Reports[0]\n"
        "\n"
        "sqs\n"
        "  Write\n"
        "    SendMessage  limited  if aws:SourceIp; via group/Developers -> policy/Reports[1]\n"
    )


def test_json_has_a_row_for_every_action(run: Runner, account: Path) -> None:
    found = run("principal-can", account, "user/alice", "--json")

    assert found.status == 0
    assert set(found.json) == {"principal", "permissions"}
    assert found.json["principal"] == ALICE
    rows = {row["action"]: row for row in found.json["permissions"]}
    assert list(rows) == [row.action for row in principal_can(load(account), "user/alice")]
    assert rows["s3:GetObject"] == {
        "action": "s3:GetObject",
        "access_level": "Read",
        "status": "limited",
        "resources": ["arn:aws:s3:::reports*"],
        "conditions": [],
        "via": [[ALICE, GROUP, REPORTS, f"{REPORTS}[0]"]],
        "blocked_by": [],
    }
    assert rows["ec2:StartInstances"]["status"] == "blocked"
    assert rows["ec2:StartInstances"]["blocked_by"] == ["boundary"]
    assert rows["sqs:SendMessage"]["conditions"] == ["aws:SourceIp"]


def test_json_says_the_gaps_on_standard_error(run: Runner, account: Path) -> None:
    found = run("principal-can", account, "role/Deploy", "--json")

    assert found.json["permissions"] == []
    assert found.err.splitlines() == [
        "iam-tui: the document of role/Deploy -> NobodyKnows is not known and not counted",
        "iam-tui: not in this file: SCPs, RCPs, resource policies",
    ]


def test_what_is_taken_out_of_a_row_is_there_when_something_is(run: Runner, tmp_path: Path) -> None:
    deny = '{ Effect = "Deny", Action = "s3:*", Resource = "arn:aws:s3:::reports-old*" },'
    text = ACCOUNT.replace("Statement = [\n", f"Statement = [\n  {deny}\n", 1)
    (tmp_path / "deny.toml").write_text(text, encoding="utf-8")

    rows = run("principal-can", "deny.toml", "user/alice", "--json").json["permissions"]
    shown = run("principal-can", "deny.toml", "user/alice").out

    found = {row["action"]: row.get("excluded") for row in rows}
    assert found["s3:GetObject"] == ["arn:aws:s3:::reports-old*"]
    assert found["sqs:SendMessage"] is None
    assert "on arn:aws:s3:::reports*; except arn:aws:s3:::reports-old*" in shown


def test_a_group_is_what_it_gives_its_members(run: Runner, account: Path) -> None:
    found = run("principal-can", account, "group/Developers")

    assert found.out.startswith("group/Developers: 1 granted, 3 limited, 0 blocked")
    assert "a group is no principal" in found.out


def test_the_root_user_can_do_everything(run: Runner, account: Path) -> None:
    found = run("principal-can", account, "root")

    assert "everything: no policy limits the root user" in found.out
    assert "\n    CreateUser " in found.out


@pytest.mark.parametrize(
    ("principal", "words"),
    [
        ("user/alicia", "did you mean user/alice"),
        ("group/Develpers", "did you mean group/Developers"),
        ("arn:aws:iam::444455556666:user/eve", "no identity of this account"),
        ("alice", "did you mean user/alice?"),
    ],
)
def test_who_is_not_there_is_status_2(
    run: Runner, account: Path, principal: str, words: str
) -> None:
    assert words in refused(run("principal-can", account, principal), 2)


def test_foreign_text_is_harmless(run: Runner, tmp_path: Path) -> None:
    hostile = "Re\x1b[31mports\u202e"
    text = ACCOUNT.replace('"Reports"', json.dumps(hostile))
    text = text.replace("arn:aws:s3:::reports*", "arn:aws:s3:::re\u202e*")
    (tmp_path / "evil.toml").write_text(text, encoding="utf-8")

    for flags in ((), ("--json",), ("--policy",)):
        found = run("principal-can", "evil.toml", "user/alice", *flags)
        assert found.status == 0
        assert not any(character in found.out + found.err for character in "\x1b\u202e")


def test_policy_is_one_document(run: Runner, account: Path) -> None:
    found = run("principal-can", account, "user/alice", "--policy")

    expected = policy_document(load(account), "user/alice")
    assert found.status == 0
    assert found.json == json.loads(expected.document.text)
    assert found.json["Version"] == "2012-10-17"
    assert [one["Effect"] for one in found.json["Statement"]] == ["Allow", "Allow", "Allow", "Deny"]
    assert found.json["Statement"][3] == {
        "Sid": "BoundaryLacks1",
        "Effect": "Deny",
        "NotAction": ["s3:*", "sqs:*"],
        "Resource": "*",
    }
    assert found.err.splitlines() == [f"iam-tui: {text}" for text in expected.not_said]
    assert "iam-tui: not in this file: SCPs, RCPs, resource policies" in found.err


def test_policy_says_where_it_is_less(run: Runner, tmp_path: Path) -> None:
    odd = 'Condition = { BinaryEquals = { "aws:x" = "QQ==" } }'
    text = ACCOUNT.replace('["s3:*", "sqs:*"], Resource = "*"', f'"s3:*", Resource = "*", {odd}')
    (tmp_path / "odd.toml").write_text(text, encoding="utf-8")

    found = run("principal-can", "odd.toml", "user/alice", "--policy")

    assert "iam-tui: the document allows less than it could: the permissions boundary" in found.err


def test_policy_and_json_exclude_each_other(run: Runner, account: Path) -> None:
    found = run("principal-can", account, "user/alice", "--policy", "--json")

    assert "not allowed with argument" in refused(found, 2)
