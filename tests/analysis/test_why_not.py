"""Why a request is denied: every layer, and the statement that came nearest with what failed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load
from iam_tui.account import Account
from iam_tui.analysis.why_not import Reasons, why
from iam_tui.errors import UnknownName, UsageError
from iam_tui.policy import Document
from tests.analysis.asking import ID, REPORT, account, allow, deny, document, policy, trust
from tests.strategies import CONCRETE_ACTIONS, accounts, requests

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def alice(*statements: dict[str, Any], **more: Any) -> Account:
    return account(
        users=[{"name": "alice", "inline_policies": {"x": document(*statements)}, **more}]
    )


def near(reasons: Reasons) -> list[tuple[str, str, str]]:
    """The layer, the statement and the text of what failed."""
    return [
        (miss.layer, miss.statement.key.rpartition("/")[2], "; ".join(p.text for p in miss.failed))
        for miss in reasons.nearest
    ]


# --- one part that failed -----------------------------------------------------------------------


FAILED: list[tuple[dict[str, Any], str, str, dict[str, Any], str]] = [
    (
        allow(["s3:PutObject", "s3:GetObjectAcl"]),
        "s3:GetObject",
        REPORT,
        {},
        "its Action s3:PutObject or s3:GetObjectAcl does not cover s3:GetObject",
    ),
    (
        {"Effect": "Allow", "NotAction": ["s3:Get*", "iam:*"], "Resource": "*"},
        "s3:GetObject",
        REPORT,
        {},
        "its NotAction s3:Get* leaves out s3:GetObject",
    ),
    (
        allow("s3:*", ["arn:aws:s3:::other/*", "arn:aws:s3:::reports/2025/*"]),
        "s3:GetObject",
        REPORT,
        {},
        f"its Resource arn:aws:s3:::reports/2025/* or arn:aws:s3:::other/* does not cover {REPORT}",
    ),
    (
        {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::reports/*"},
        "s3:GetObject",
        REPORT,
        {},
        f"its NotResource arn:aws:s3:::reports/* leaves out {REPORT}",
    ),
    (
        allow("s3:*", "arn:aws:s3:::reports"),
        "s3:GetObject",
        "arn:aws:s3:::reports/q1.csv",
        {},
        (
            "its Resource arn:aws:s3:::reports does not cover arn:aws:s3:::reports/q1.csv: it is the "
            "bucket, not its objects, which are arn:aws:s3:::reports/*"
        ),
    ),
    (
        allow("s3:*", "arn:aws:s3:::reports/*"),
        "s3:ListBucket",
        "arn:aws:s3:::reports",
        {},
        (
            "its Resource arn:aws:s3:::reports/* does not cover arn:aws:s3:::reports: it is the "
            "objects, not the bucket itself"
        ),
    ),
    (
        allow("s3:*", "arn:aws:s3:::Reports/q1.csv"),
        "s3:GetObject",
        "arn:aws:s3:::reports/q1.csv",
        {},
        (
            "its Resource arn:aws:s3:::Reports/q1.csv does not cover arn:aws:s3:::reports/q1.csv: "
            "upper and lower case differ"
        ),
    ),
    (
        allow("ec2:*", f"arn:aws:ec2:*:{ID}:instance/*"),
        "ec2:DescribeInstances",
        "*",
        {},
        (
            f"its Resource arn:aws:ec2:*:{ID}:instance/* does not cover *: AWS knows no resource for "
            "this action, so only * covers it"
        ),
    ),
    (
        allow("s3:*", "arn:aws:s3:::home/${aws:PrincipalTag/team}/*"),
        "s3:GetObject",
        "arn:aws:s3:::home/payments/x",
        {},
        (
            "its Resource arn:aws:s3:::home/${aws:PrincipalTag/team}/* does not cover "
            "arn:aws:s3:::home/payments/x: the request has no value for ${aws:PrincipalTag/team}"
        ),
    ),
    (
        allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "10.0.0.0/8"]}}),
        "s3:GetObject",
        REPORT,
        {"aws:SourceIp": "198.51.100.7"},
        (
            "its condition IpAddress aws:SourceIp 192.0.2.0/24 or 10.0.0.0/8 does not hold: the "
            "request has 198.51.100.7"
        ),
    ),
    (
        allow("s3:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        "s3:GetObject",
        REPORT,
        {},
        (
            "its condition Bool aws:MultiFactorAuthPresent true does not hold: the request does not "
            "have it"
        ),
    ),
    (
        allow("s3:*", Condition={"StringEquals": {"aws:TagKeys": ["a"]}}),
        "s3:GetObject",
        REPORT,
        {"aws:TagKeys": ["a", "b"]},
        "its condition StringEquals aws:TagKeys a does not hold: the request has a and b",
    ),
    (
        allow("s3:*", Condition={"StringEkwals": {"aws:username": "alice"}}),
        "s3:GetObject",
        REPORT,
        {},
        "its condition StringEkwals aws:username",
    ),
]


@pytest.mark.parametrize(
    ("statement", "action", "resource", "context", "text"),
    FAILED,
    ids=lambda value: str(value)[-50:],
)
def test_the_one_part_that_failed_is_told(
    statement: dict[str, Any], action: str, resource: str, context: dict[str, Any], text: str
) -> None:
    reasons = why(alice(statement), "user/alice", action, resource, context)

    ((layer, key, said),) = near(reasons)
    assert (layer, key) == ("identity", "x[0]")
    assert said.startswith(text)
    assert reasons.nearest[0].statement.text.startswith('{\n  "Effect": "Allow"')


def test_one_failed_part_is_nearer_than_two_and_another_service_is_not_near() -> None:
    made = alice(
        allow("s3:PutObject", "arn:aws:s3:::other/*"),
        allow("sqs:*"),
        allow("s3:GetObject", "arn:aws:s3:::other/*"),
        allow("s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
    )

    assert [key for _, key, _ in near(why(made, "user/alice", "s3:GetObject", REPORT))] == ["x[3]"]
    both = alice(allow("s3:PutObject", "arn:aws:s3:::other/*"), allow("sqs:*"))
    ((_, key, said),) = near(why(both, "user/alice", "s3:GetObject", REPORT))
    assert key == "x[0]"
    assert "Action" in said
    assert "Resource" in said
    assert near(why(alice(allow("sqs:*")), "user/alice", "s3:GetObject", REPORT)) == []


def test_the_way_to_a_near_statement_is_told() -> None:
    made = account(
        users=[{"name": "alice", "groups": ["Team"]}],
        groups=[{"name": "Team", "policies": ["Read"]}],
        policies=[policy("Read", allow("s3:PutObject", Sid="Put"))],
    )

    (miss,) = why(made, "user/alice", "s3:GetObject", REPORT).nearest

    assert miss.statement.path == (
        f"arn:aws:iam::{ID}:user/alice",
        f"arn:aws:iam::{ID}:group/Team",
        f"arn:aws:iam::{ID}:policy/Read",
    )
    assert miss.statement.sid == "Put"


# --- every layer --------------------------------------------------------------------------------


def test_every_layer_that_lacks_an_allow_has_its_own_near_miss() -> None:
    organization = {
        "id": "o-1",
        "management_account": "444455556666",
        "policies": [{"name": "Few", "type": "SCP", "document": document(allow("s3:List*"))}],
        "levels": [
            {"name": "Root", "kind": "root", "service_control_policies": ["FullAWSAccess"]},
            {"name": "Team", "kind": "account", "service_control_policies": ["Few"]},
        ],
    }
    made = account(
        users=[{"name": "alice", "permissions_boundary": "Limit",
                "inline_policies": {"x": document(allow("s3:PutObject"))}}],
        policies=[policy("Limit", allow("s3:GetObject", "arn:aws:s3:::other/*"))],
        organization=organization,
    )  # fmt: skip

    reasons = why(made, "user/alice", "s3:GetObject", REPORT)

    assert [(layer.name, layer.level, layer.outcome) for layer in reasons.layers] == [
        ("identity", "", "no Allow"),
        ("boundary", "", "no Allow"),
        ("SCP", "Root", "Allow"),
        ("SCP", "Team", "no Allow"),
        ("RCP", "Root", "Allow"),
        ("RCP", "Team", "Allow"),
        ("resource", "", "-"),
        ("session", "", "-"),
    ]
    assert [(miss.layer, miss.level) for miss in reasons.nearest] == [
        ("identity", ""),
        ("boundary", ""),
        ("SCP", "Team"),
    ]


def test_a_trust_policy_that_names_somebody_else() -> None:
    bob = f"arn:aws:iam::{ID}:user/bob"
    made = account(
        users=[{"name": "alice"}, {"name": "bob"}],
        roles=[{"name": "Deploy", "trust_policy": document(trust({"AWS": bob}))}],
    )

    ((layer, key, said),) = near(
        why(made, "user/alice", "sts:AssumeRole", f"arn:aws:iam::{ID}:role/Deploy")
    )

    assert (layer, key) == ("resource", "Deploy[0]")
    assert said == f"its Principal {bob} does not name the caller"


def test_a_session_policy_is_a_layer_too() -> None:
    made = account(roles=[{"name": "R", "inline_policies": {"x": document(allow("s3:*"))}}])
    session = Document.of(document(allow("s3:PutObject"), deny("sqs:*")))
    who = f"arn:aws:sts::{ID}:assumed-role/R/me"

    reasons = why(made, who, "s3:GetObject", REPORT, session=[session])
    denied = why(made, who, "sqs:SendMessage", session=[session])

    assert near(reasons) == [
        ("session", "1[0]", "its Action s3:PutObject does not cover s3:GetObject")
    ]
    layer = denied.layers[-1]
    assert (layer.name, layer.outcome) == ("session", "Deny")
    assert [statement.key for statement in layer.statements] == ["session/1[1]"]


def test_an_allowed_request_has_no_near_misses_and_no_fixes() -> None:
    reasons = why(alice(allow("s3:*"), allow("s3:PutObject")), "user/alice", "s3:GetObject", REPORT)

    assert reasons.allowed
    assert reasons.nearest == ()
    assert reasons.fixes.fixes == ()
    assert reasons.removals.removals
    assert reasons.reason == "an identity-based policy allows it and nothing denies or limits it"


def test_a_denied_request_has_fixes_and_nothing_to_remove() -> None:
    reasons = why(alice(allow("sqs:*")), "user/alice", "s3:GetObject", REPORT)

    assert not reasons.allowed
    assert reasons.fixes.fixes
    assert reasons.removals.removals == ()


# --- names --------------------------------------------------------------------------------------


def test_unknown_names_are_answered_with_the_nearest() -> None:
    made = load("startup")

    with pytest.raises(UnknownName, match="did you mean user/alice"):
        why(made, "user/alic", "s3:GetObject")
    with pytest.raises(UsageError, match="is no action"):
        why(made, "user/alice", "GetObject")
    notes = why(
        made,
        "user/alice",
        "s3:GetObjekt",
        "arn:aws:s3:::report/q1.csv",
        {"aws:SourceIPP": "x", "iam-tui:FederatingUser": "y", "s3:prefix": "z"},
    ).notes
    assert "the nearest known actions are s3:GetObject" in ", ".join(notes)
    assert any(
        "aws:SourceIPP is not in the catalogue; did you mean aws:SourceIp" in n for n in notes
    )
    assert any(note.startswith("the file has no arn:aws:s3:::report/q1.csv") for note in notes)
    assert not any("FederatingUser" in note or "s3:prefix" in note for note in notes)


# --- laws ---------------------------------------------------------------------------------------


@given(st.data())
def test_reasons_agree_with_the_decision(data: st.DataObject) -> None:
    made = data.draw(accounts())
    request = data.draw(requests(made))

    reasons = why(made, request.principal, request.action, request.resource, request.context)

    outcomes = {layer.outcome for layer in reasons.layers}
    assert (reasons.simulation.decision == "explicitDeny") == ("Deny" in outcomes)
    for miss in reasons.nearest:
        assert miss.statement.effect == "Allow"
        assert 1 <= len(miss.failed) <= 2
        assert all(part.text for part in miss.failed)
    for layer in reasons.layers:
        for statement in layer.statements:
            assert statement.text


@given(st.data())
def test_what_failed_is_what_keeps_a_statement_from_applying(data: st.DataObject) -> None:
    """Made to fit, a near statement allows: the layer has its Allow then."""
    statement = data.draw(st.sampled_from([case[0] for case in FAILED if "Action" in case[0]]))
    action = data.draw(st.sampled_from(CONCRETE_ACTIONS))
    reasons = why(alice(statement), "user/alice", action, REPORT)
    for miss in reasons.nearest:
        fitting = dict(statement)
        for part in miss.failed:
            if part.part == "action":
                fitting["Action"] = action
            elif part.part == "resource":
                fitting.pop("NotResource", None)
                fitting["Resource"] = "*"
            else:
                fitting.pop("Condition")
        assert why(alice(fitting), "user/alice", action, REPORT).allowed
