"""`iam-tui why`: reasons and changes as text and JSON, and AWS's messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.account.edits import decode_edit
from iam_tui.analysis import why
from tests.cli.conftest import ACCOUNT, REPORT, Runner, refused

ALICE = "arn:aws:iam::111122223333:user/alice"
BOB = "arn:aws:iam::111122223333:user/bob"
DENIED = ("--principal", "user/alice", "--action", "s3:PutObject", "--resource", REPORT)
ALLOWED = ("--principal", "user/alice", "--action", "s3:GetObject", "--resource", REPORT)
MESSAGE = (
    f"User: {ALICE} is not authorized to perform: s3:PutObject on resource: \"{REPORT}\" because no "
    "identity-based policy allows the s3:PutObject action"
)  # fmt: skip


def test_a_denial_is_told_with_what_would_allow_it(run: Runner, account: Path) -> None:
    found = run("why", account, *DENIED)

    assert (found.status, found.err) == (0, "")
    assert found.out.startswith(
        "implicitDeny  user/alice  s3:PutObject  arn:aws:s3:::reports/q1.csv\n"
        "no identity-based policy allows it\n"
        "\n"
        "identity   no Allow\n"
        "boundary   Allow\n"
        "           Allow policy/Bounds[0]: user/alice -> policy/Bounds\n"
        "SCP        -: not in this file\n"
        "RCP        -: not in this file\n"
        "resource   -: not in this file\n"
        "session    -: none\n"
        "note       not in this file: SCPs, RCPs, resource policies\n"
        "\n"
        "nearest\n"
        "  identity policy/Reports[0] Read: user/alice -> group/Developers -> policy/Reports\n"
        "           its Action s3:GetObject or s3:ListBucket does not cover s3:PutObject\n"
        "\n"
        "one of these would allow it\n"
        f"  1 allow s3:PutObject on {REPORT} in a new inline policy AllowS3PutObject of alice\n"
        "    and nothing else\n"
        "  2 add s3:PutObject to the actions of policy Reports[0]\n"
        "    and nothing else\n"
    )


def test_an_allowed_request_is_told_with_what_would_end_it(run: Runner, account: Path) -> None:
    found = run("why", account, *ALLOWED)

    assert found.out.startswith("allowed       user/alice  s3:GetObject")
    assert "\none of these would end it\n  1 " in found.out
    assert "remove alice from Developers\n    takes or changes 2 other permissions\n" in found.out


def test_what_no_edit_can_do_is_said(run: Runner, account: Path) -> None:
    found = run(
        "why", account, "--principal", "*", "--action", "s3:GetObject", "--resource", REPORT
    )

    assert found.out.endswith(
        "\nonly the resource's policy could allow it, and it is not in this file\n"
    )


def test_json_has_the_reasons(run: Runner, account: Path) -> None:
    found = run("why", account, *DENIED, "--json").json

    assert list(found) == [
        "result", "reason", "layers", "nearest", "fixes", "removals", "beyond", "notes",
    ]  # fmt: skip
    assert found["result"]["EvalDecision"] == "implicitDeny"
    assert [layer["layer"] for layer in found["layers"]] == [
        "identity", "boundary", "SCP", "RCP", "resource", "session",
    ]  # fmt: skip
    (near,) = found["nearest"]
    assert near["statement"].endswith("policy/Reports[0]")
    assert near["text"]["Sid"] == "Read"
    (part,) = near["failed"]
    assert (part["part"], part["element"], part["got"]) == ("action", "Action", "s3:PutObject")
    assert found["removals"] == []
    assert found["beyond"] == ""


def test_the_edits_of_json_can_be_made(run: Runner, account: Path, tmp_path: Path) -> None:
    fixes = run("why", account, *DENIED, "--json").json["fixes"]
    assert len(fixes) >= 2
    for fix in fixes:
        lines = [json.dumps(edit) for edit in fix["edits"]]
        (tmp_path / "fix.jsonl").write_text("\n".join(lines), encoding="utf-8")
        after = run("simulate", account, *DENIED, "--edits", "fix.jsonl", "--expect", "allowed")
        assert after.status == 0, fix["title"]
    removals = run("why", account, *ALLOWED, "--json").json["removals"]
    for removal in removals:
        made = load(account)
        for edit in removal["edits"]:
            made = decode_edit(edit).apply(made)
        assert not why(made, "user/alice", "s3:GetObject", REPORT).allowed


def test_the_verb_says_what_the_function_says(run: Runner) -> None:
    for sample, principal, action, resource in (
        ("startup", "user/eve", "s3:GetObject", "arn:aws:s3:::reports/2026/q1.csv"),
        ("startup", "user/carol", "iam:CreateUser", None),
        (
            "org-member",
            "user/sam",
            "ec2:RunInstances",
            "arn:aws:ec2:eu-west-1:444455556666:instance/i",
        ),
        ("first-day", "user/nina", "s3:GetObject", None),
    ):
        more = () if resource is None else ("--resource", resource)
        found = run(
            "why", sample, "--principal", principal, "--action", action, *more, "--json"
        ).json
        reasons = why(load(sample), principal, action, resource)
        assert found["reason"] == reasons.reason
        assert [fix["title"] for fix in found["fixes"]] == [f.title for f in reasons.fixes.fixes]
        assert [r["title"] for r in found["removals"]] == [
            r.title for r in reasons.removals.removals
        ]


def test_context_and_credentials_count(run: Runner, account: Path) -> None:
    argv = ("why", account, "--principal", "user/alice", "--action", "sqs:SendMessage")

    outside = run(*argv)
    assert (
        "aws:SourceIp: not in the request, and could change the answer (--context)" in outside.out
    )
    assert "  1 call with aws:SourceIp = 192.0.2.1, as Reports[1] asks\n    no edit is needed" in (
        outside.out
    )
    assert run(*argv, "--context", "aws:SourceIp=192.0.2.9").out.startswith("allowed ")


# --- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["request", "message"])
def test_a_session_policy_limits_a_session(run: Runner, account: Path, by: str) -> None:
    session = "arn:aws:sts::111122223333:assumed-role/Deploy/x"
    message = f"User: {session} is not authorized to perform: s3:PutObject on resource: {REPORT}"
    asked = ("--message", message) if by == "message" else (*DENIED, "--principal", session)
    only = '{"Version": "2012-10-17", "Statement": []}'

    found = json.loads(run("why", account, *asked, "--session-policy", only, "--json").out)
    named = run("why", account, *asked, "--session-policy", "Nobody")

    layers = {layer["layer"]: layer["outcome"] for layer in found["layers"]}
    assert layers["session"] == "no Allow"
    assert named.status == 2


def test_a_message_becomes_its_request(run: Runner, account: Path) -> None:
    by_message = run("why", account, "--message", MESSAGE)
    by_request = run("why", account, *DENIED)

    verdict = (
        "AWS denied it, and by this file it is denied too, and for the same reason: no Allow in "
        "identity-based policies\n"
    )
    assert by_message.out == by_request.out.replace("allows it\n", f"allows it\n{verdict}", 1)
    assert run("why", account, "--message", "-", stdin=MESSAGE.encode()).out == by_message.out


def test_a_difference_is_said_with_what_could_explain_it(run: Runner, account: Path) -> None:
    message = MESSAGE.replace("PutObject", "GetObject")

    found = run("why", account, "--message", message)
    as_json = run("why", account, "--message", message, "--json").json["message"]

    assert (
        "\nAWS denied it (no Allow in identity-based policies), but by this file it is allowed"
        in (found.out)
    )
    assert "\n  - the file has identity-based policies and they say otherwise" in found.out
    assert as_json["agrees"] is False
    assert as_json["verdict"] in found.out
    assert (as_json["principal"], as_json["action"], as_json["layer"]) == (
        ALICE,
        "s3:GetObject",
        "identity",
    )


def test_an_encoded_part_is_called_so(run: Runner, account: Path) -> None:
    encoded = " Encoded authorization failure message: XQ_jqde5rHje6j9P"

    found = run("why", account, "--message", f"{MESSAGE}.{encoded}")

    assert (
        "  - the encoded part of the message says more: aws sts decode-authorization-message"
        in (found.out)
    )
    alone = refused(run("why", account, "--message", f"You are not authorized.{encoded}"), 2)
    assert "the message is encoded and does not say its principal and action" in alone


def test_flags_fill_in_what_a_message_does_not_say(run: Runner, account: Path) -> None:
    bare = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"

    assert "does not say its principal; add --principal" in refused(
        run("why", account, "--message", bare), 2
    )
    found = run("why", account, "--message", bare, "--principal", "user/bob", "--resource", REPORT)
    assert found.out.startswith(f"implicitDeny  user/bob  s3:GetObject  {REPORT}\n")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--message", "hello"), "this is no AccessDenied message of AWS"),
        (("--message", ""), "this is no AccessDenied message of AWS"),
        (("--message", MESSAGE.replace("alice", "alicia")), "did you mean"),
        ((), "--principal is missing; give --principal and --action, or --message"),
        (("--principal", "user/alice"), "--action is missing"),
        (("--principal", "user/alicia", "--action", "s3:GetObject"), "did you mean user/alice"),
        (("--principal", "user/alice", "--action", "GetObject"), "'GetObject' is no action"),
        (("--principal", "user/alice", "--action", "s3:Get*"), "is a pattern"),
        (("--principal", "user/alice", "--action", "s3:GetObject", "--context", "x"), "is no K=V"),
        (("--principal", "user/alice", "--actoin", "x"), "did you mean --action?"),
    ],
)
def test_what_cannot_be_asked_is_status_2(
    run: Runner, account: Path, argv: tuple[str, ...], words: str
) -> None:
    assert words in refused(run("why", account, *argv), 2)


def test_the_nearest_names_are_noted(run: Runner, account: Path) -> None:
    found = run(
        *("why", account, "--principal", "user/alice", "--action", "s3:GetObjekt"),
        *("--context", "aws:SourceIPP=192.0.2.1"),
    )

    assert "the nearest known actions are s3:GetObject" in found.out
    assert "aws:SourceIPP is not in the catalogue; did you mean aws:SourceIp" in found.out


def test_standard_input_is_read_once(run: Runner) -> None:
    found = run("why", "-", "--message", "-", stdin=b"x")

    assert "standard input (-) can be read only once" in refused(found, 2)


def test_foreign_text_is_harmless(run: Runner, tmp_path: Path) -> None:
    hostile = "Re\x1b[31mports\u202e"
    text = ACCOUNT.replace('"Reports"', json.dumps(hostile)).replace('"Read"', json.dumps(hostile))
    text = text.replace("arn:aws:s3:::reports*", "arn:aws:s3:::re\u202e*")
    (tmp_path / "evil.toml").write_text(text, encoding="utf-8")
    message = MESSAGE.replace(REPORT, "arn:aws:s3:::re\x1b[31mp\u202e/x")

    for argv in (DENIED, ALLOWED, ("--message", message)):
        for flags in ((), ("--json",)):
            found = run("why", "evil.toml", *argv, *flags)
            assert found.status == 0, found
            assert not any(character in found.out + found.err for character in "\x1b\u202e")
