"""`iam-tui simulate`: text, JSON, files of requests, exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iam_tui import load, simulate
from iam_tui.analysis import evaluation_result
from iam_tui.cli.simulation_text import described
from tests.cli.conftest import ACCOUNT, REPORT, Runner, refused

ALICE = "arn:aws:iam::111122223333:user/alice"
READ = ("--principal", "user/alice", "--action", "s3:GetObject")
SEND = ("--principal", "user/alice", "--action", "sqs:SendMessage")


def test_an_answer_says_what_decided_and_by_which_way(run: Runner, account: Path) -> None:
    found = run("simulate", account, *READ, "--resource", REPORT)

    first, second, *lines = found.out.splitlines()
    assert (found.status, found.err) == (0, "")
    assert first.split() == ["allowed", "user/alice", "s3:GetObject", REPORT]
    assert second.startswith("an identity-based policy allows it")
    way = "user/alice -> group/Developers -> policy/Reports"
    assert f"           Allow policy/Reports[0] Read: {way}" in lines
    assert any(line.startswith("boundary   allows") for line in lines)
    assert any(line.startswith("note       not in this file: SCPs, RCPs") for line in lines)
    assert any("aws:SecureTransport is true" in line for line in lines)
    assert not any(line.startswith("missing") for line in lines)


def test_several_actions_and_resources_give_a_line_each(run: Runner, account: Path) -> None:
    flags = ("--action", "s3:PutObject", "--resource", REPORT, "--resource", "arn:aws:s3:::other")
    found = run("simulate", account, *READ, *flags, "--expect", "allowed")

    assert [line.split() for line in found.out.splitlines()] == [
        ["allowed", "user/alice", "s3:GetObject", REPORT],
        ["implicitDeny", "user/alice", "s3:GetObject", "arn:aws:s3:::other"],
        ["implicitDeny", "user/alice", "s3:PutObject", REPORT],
        ["implicitDeny", "user/alice", "s3:PutObject", "arn:aws:s3:::other"],
    ]
    assert found.status == 1
    assert len(found.err.splitlines()) == 3
    as_json = run("simulate", account, *READ, *flags, "--json").json_lines
    assert [one["EvalResourceName"] for one in as_json][:2] == [REPORT, "arn:aws:s3:::other"]


def test_a_session_policy_limits_a_role_session(run: Runner, account: Path, tmp_path: Path) -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}'
    file = tmp_path / "session.json"
    file.write_text(text, encoding="utf-8")
    session = ("--principal", "role/Deploy", "--action", "s3:GetObject")

    for given in (text, file):
        found = run("simulate", account, *session, "--session-policy", given)
        assert "session    has no statement that allows it" in found.out
    assert "No such file" in refused(run("simulate", account, *READ, "--session-policy", "./no"), 3)
    assert "did you mean Reports?" in refused(
        run("simulate", account, *READ, "--session-policy", "Report"), 2
    )
    broken = run("simulate", account, *READ, "--session-policy", "{")
    assert "is no policy document: no JSON" in refused(broken, 2)


def test_names_that_nobody_knows_come_with_the_nearest(run: Runner) -> None:
    asked = ("simulate", "startup", "--principal", "user/alice", "--action", "s3:GetObject")
    found = run(*asked, "--resource", "reports", "--context", "aws:SourceIpp=192.0.2.1")

    assert "the resource reports is no ARN; did you mean arn:aws:s3:::reports" in found.out
    assert "key aws:SourceIpp is not in the catalogue; did you mean aws:SourceIp or" in found.out


def test_a_key_that_could_change_the_answer_is_named(run: Runner, account: Path) -> None:
    found = run("simulate", account, *SEND)

    assert found.out.startswith("implicitDeny")
    assert "\nmissing    aws:SourceIp: " in found.out


def test_a_document_that_nobody_knows_is_said(run: Runner, account: Path) -> None:
    found = run("simulate", account, "--principal", "role/Deploy", "--action", "s3:GetObject")

    assert "the document of Deploy -> NobodyKnows is not known" in found.out


def test_json_is_the_result_of_the_api_with_principal_and_steps(run: Runner, account: Path) -> None:
    context = ("--context", "aws:CurrentTime=2026-11-25T12:00:00Z")
    found = run("simulate", account, *READ, "--resource", REPORT, *context, "--json")

    expected = evaluation_result(
        simulate(
            load(account),
            "user/alice",
            "s3:GetObject",
            REPORT,
            context={"aws:CurrentTime": "2026-11-25T12:00:00Z"},
        )
    )
    assert (found.status, found.err) == (0, "")
    assert found.json == expected
    assert found.json["Principal"] == ALICE
    assert found.json["EvalDecision"] == "allowed"


def test_context_keys_may_have_several_values(run: Runner, account: Path) -> None:
    def decision(*values: str) -> str:
        given = [part for value in values for part in ("--context", value)]
        word: str = run("simulate", account, *SEND, *given, "--json").json["EvalDecision"]
        return word

    assert decision("aws:SourceIp=192.0.2.1") == "allowed"
    assert decision("AWS:sourceip=192.0.2.1") == "allowed"
    assert decision("aws:SourceIp=198.51.100.1") == "implicitDeny"
    # A plain operator does not hold for a key with two values (C29).
    assert decision("aws:SourceIp=192.0.2.1", "aws:sourceip=192.0.2.2") == "implicitDeny"
    assert decision("aws:SourceIp=") == "implicitDeny"
    assert decision("aws:SourceIp=192.0.2.1", "aws:PrincipalTag/a=b=c") == "allowed"


def test_credentials_and_the_owner_of_the_resource_can_be_said(run: Runner, account: Path) -> None:
    ask = ("simulate", account, *READ, "--resource", REPORT, "--json")

    console = run(*ask, "--credentials", "console").json
    theirs = run(*ask, "--resource-account", "444455556666").json

    assert any("MultiFactorAuthPresent is false" in step["Text"] for step in console["Steps"])
    assert theirs["EvalDecision"] == "implicitDeny"


@pytest.mark.parametrize(
    ("action", "expected", "status"),
    [
        ("s3:GetObject", "allowed", 0),
        ("s3:GetObject", "denied", 1),
        ("s3:GetObject", "implicitDeny", 1),
        ("s3:PutObject", "allowed", 1),
        ("s3:PutObject", "denied", 0),
        ("s3:PutObject", "implicitDeny", 0),
        ("s3:PutObject", "explicitDeny", 1),
    ],
)
def test_an_unmet_expectation_is_status_1(
    run: Runner, account: Path, action: str, expected: str, status: int
) -> None:
    found = run(
        "simulate", account, "--principal", "user/alice", "--action", action, "--expect", expected
    )

    assert found.status == status
    assert found.out != ""
    assert (f"expected {expected}, got" in found.err) is bool(status)


# --- files of requests --------------------------------------------------------------------------


def lines(*requests: object) -> bytes:
    return b"".join(json.dumps(request).encode() + b"\n" for request in requests)


READS = {"principal": "user/alice", "action": "s3:GetObject", "resource": REPORT}
SENDS = {"principal": ALICE, "action": "sqs:SendMessage"}


def test_each_request_gives_one_line_in_order(run: Runner, account: Path, tmp_path: Path) -> None:
    office = {"aws:SourceIp": "192.0.2.1"}
    both = {"aws:SourceIp": ["192.0.2.1", "192.0.2.2"], "aws:Odd": True}
    file = tmp_path / "requests.jsonl"
    file.write_bytes(
        b"\xef\xbb\xbf"
        + lines(READS, {**SENDS, "context": office})
        + b"\n"
        + lines({**SENDS, "context": both}, {"principal": "role/Deploy", "action": "s3:GetObject"})
    )

    found = run("simulate", account, "--requests", file, "--json")

    assert (found.status, found.err) == (0, "")
    assert [one["EvalDecision"] for one in found.json_lines] == [
        "allowed",
        "allowed",
        "implicitDeny",
        "implicitDeny",
    ]
    assert [one["EvalResourceName"] for one in found.json_lines] == [REPORT, "*", "*", "*"]
    text = run("simulate", account, "--requests", file)
    assert [line.split()[0] for line in text.out.splitlines()] == [
        one["EvalDecision"] for one in found.json_lines
    ]


def test_requests_may_come_from_standard_input(run: Runner, account: Path) -> None:
    found = run("simulate", account, "--requests", "-", "--json", stdin=lines(READS))

    assert found.json["EvalDecision"] == "allowed"


def test_a_line_wins_over_the_flags(run: Runner, account: Path) -> None:
    own = {**SENDS, "context": {"aws:SourceIp": "198.51.100.1"}, "credentials": "access-key"}
    flags = ("--context", "aws:SourceIp=192.0.2.1", "--credentials", "console")

    found = run("simulate", account, "--requests", "-", "--json", *flags, stdin=lines(SENDS, own))

    first, second = found.json_lines
    assert [first["EvalDecision"], second["EvalDecision"]] == ["allowed", "implicitDeny"]
    assert any("TokenIssueTime" in step["Text"] for step in first["Steps"])
    assert not any("TokenIssueTime" in step["Text"] for step in second["Steps"])


def test_every_unmet_line_is_named(run: Runner, account: Path) -> None:
    found = run(
        "simulate", account, "--requests", "-", "--expect", "allowed", stdin=lines(SENDS, READS)
    )

    assert found.status == 1
    assert len(found.out.splitlines()) == 2
    assert found.err == "iam-tui: -:1: expected allowed, got implicitDeny\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "requests.jsonl:2: expected a request as one JSON object"),
        (b'"x"', "requests.jsonl:2: expected an object, got a string"),
        (b'{"principal": "root"}', "requests.jsonl:2: action is missing"),
        (
            b'{"principal": "root", "action": 5}',
            "requests.jsonl:2: $.action: expected a string, got a whole number",
        ),
        (
            b'{"principal": "root", "action": "s3:GetObject", "resorce": "*"}',
            "requests.jsonl:2: unknown key 'resorce'; did you mean resource",
        ),
        (
            b'{"principal": "root", "action": "s3:GetObject", "context": {"a": null}}',
            "requests.jsonl:2: $.context[...]: expected",
        ),
        (
            b'{"principal": "root", "action": "s3:GetObject", "credentials": "keys"}',
            "requests.jsonl:2: $.credentials: invalid enum value",
        ),
        (
            b'{"principal": "\xff", "action": "s3:GetObject"}',
            "requests.jsonl:2: expected a request",
        ),
        (b"[" * 50_000, "requests.jsonl:2: expected"),
    ],
)
def test_a_line_that_is_no_request_is_status_3(
    run: Runner, account: Path, tmp_path: Path, line: bytes, words: str
) -> None:
    (tmp_path / "requests.jsonl").write_bytes(lines(READS) + line + b"\n" + lines(READS))

    found = run("simulate", account, "--requests", "requests.jsonl", "--json")

    assert found.status == 3
    assert len(found.json_lines) == 1
    assert found.err.startswith(f"iam-tui: {words}")
    assert len(found.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({**READS, "principal": "user/alicia"}, "did you mean user/alice"),
        ({**READS, "action": "s3:*"}, "'s3:*' is a pattern"),
    ],
)
def test_a_line_that_cannot_be_asked_is_status_2(
    run: Runner, account: Path, request_: object, words: str
) -> None:
    found = run("simulate", account, "--requests", "-", stdin=lines(READS, request_))

    assert found.status == 2
    assert found.err.startswith("iam-tui: -:2: ")
    assert words in found.err


@pytest.mark.parametrize("name", ["nowhere.jsonl", ".", "a\0b"])
def test_a_file_of_requests_that_cannot_be_read_is_status_3(
    run: Runner, account: Path, name: str
) -> None:
    assert "it cannot be read" in refused(run("simulate", account, "--requests", name), 3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--principal is missing"),
        (("--principal", "root"), "--action is missing"),
        (("--principal", "root", "--action", "GetObject"), "expected SERVICE:NAME"),
        ((*READ, "--context", "aws:SourceIp"), "'aws:SourceIp' is no K=V"),
        ((*READ, "--context", "=x"), "'=x' is no K=V"),
        ((*READ, "--credentials", "key"), "invalid choice: 'key'"),
        ((*READ, "--resource", ""), "--resource: it is empty; leave the flag out"),
        ((*READ, "--resource-account", "acme"), "'acme' is no account number"),
        ((*READ, "--expect", "yes"), "invalid choice: 'yes'"),
        ((*READ, "--requests", "x"), "--principal belongs in the lines of --requests"),
        (("--requests", "x", "--resource", "*"), "--resource belongs in the lines"),
        (
            ("--requests", "x", "--resource-account", "111122223333"),
            "--resource-account belongs in",
        ),
        ((*READ, "--resorce", "*"), "there is no flag --resorce; did you mean --resource"),
        ((*READ, "--resource"), "expected one argument"),
        ((*READ, "more"), "'more' is one argument too many"),
        (("--principal", "user/alicia", "--action", "s3:GetObject"), "did you mean user/alice"),
        (("--principal", "alice", "--action", "s3:GetObject"), "did you mean user/alice?"),
    ],
)
def test_wrong_usage_is_status_2(
    run: Runner, account: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(run("simulate", account, *arguments), 2)


# --- text for people ----------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 80, 200])
def test_on_a_terminal_lines_are_fitted_to_the_width(width: int, account: Path) -> None:
    opened = load(account)
    found = simulate(opened, "user/alice", "s3:GetObject", REPORT)

    fitted = "\n".join(described(opened, found, width)).split("\n")
    whole = list(described(opened, found, None))

    assert max(len(line) for line in whole) > 80
    assert all(len(line) <= width or " " not in line.strip() for line in fitted)
    assert " ".join(" ".join(fitted).split()) == " ".join(" ".join(whole).split())


def test_foreign_text_is_harmless(run: Runner, tmp_path: Path) -> None:
    hostile = "\x1b]0;owned\x07\u202e[red]\r"
    text = ACCOUNT.replace('Sid = "Read"', f"Sid = {json.dumps(hostile)}")
    (tmp_path / "evil.toml").write_text(text, encoding="utf-8")

    plain = run("simulate", "evil.toml", *READ, "--resource", REPORT)
    as_json = run("simulate", "evil.toml", *READ, "--resource", REPORT, "--json")

    assert "␛]0;owned" in plain.out
    for found in (plain, as_json):
        assert not any(character in found.out for character in "\x1b\x07\r\u202e")
    assert as_json.json["MatchedStatements"][0]["Sid"] == hostile


def test_what_was_asked_is_harmless_in_errors(run: Runner, account: Path) -> None:
    found = run(
        "simulate", account, "--principal", "user/\x1b[31m\n" + "x" * 5000, "--action", "a:b"
    )

    assert "\x1b" not in refused(found, 2)
