"""`who_can`: rows, ways, conditions, whom resources let in, patterns, and what is said beside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from iam_tui import load
from iam_tui.account import Account
from iam_tui.account.edits import AttachPolicy
from iam_tui.analysis import WhoRow, simulate, who_can
from iam_tui.errors import UsageError

ACCOUNT = "111122223333"
OTHER = "444455556666"
HERE = f"arn:aws:iam::{ACCOUNT}"
ROOT = f"{HERE}:root"
OBJECT = "arn:aws:s3:::reports/q1.csv"
NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def user(name: str, *statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    policies = {"P": document(*statements)} if statements else {}
    return {"name": name, "inline_policies": policies, **more}


def account_of(*users: dict[str, Any], **tables: Any) -> Account:
    return load({"format": 1, "account": {"id": ACCOUNT}, "users": list(users), **tables})


def bucket(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"arn": "arn:aws:s3:::reports", "policy": document(*statements), **more}


def rows(account: Account, *question: Any, **more: Any) -> dict[str, WhoRow]:
    """The rows by principal, the root user left out; users and roles by their names."""
    found = who_can(account, *question, now=NOON, **more)
    return {row.principal.removeprefix(f"{HERE}:"): row for row in found if row.principal != ROOT}


def said(row: WhoRow) -> tuple[str, tuple[str, ...]]:
    return row.decision.value, row.conditional


# --- the account's own principals ---------------------------------------------------------------


def test_rows_are_those_who_are_allowed_in_the_order_of_the_account() -> None:
    account = account_of(
        user("zoe", allow("s3:*")),
        user("alice", allow("s3:Get*", "arn:aws:s3:::reports/*")),
        user("bob", allow("s3:Get*", "arn:aws:s3:::other/*")),
        user("carol", allow("s3:*"), deny("s3:GetObject")),
        roles=[{"name": "Reader", "inline_policies": {"P": document(allow("s3:GetObject"))}}],
    )

    found = who_can(account, "s3:GetObject", OBJECT, now=NOON)

    assert [row.principal for row in found] == [
        ROOT,
        f"{HERE}:user/zoe",
        f"{HERE}:user/alice",
        f"{HERE}:role/Reader",
    ]
    assert [said(row) for row in found] == [("allowed", ())] * 4
    assert (len(found), found[1].principal) == (4, f"{HERE}:user/zoe")
    assert [row.principal for row in found[2:]] == [row.principal for row in list(found)[2:]]


def test_ways_go_from_the_principal_to_the_statement() -> None:
    account = account_of(
        {"name": "alice", "groups": ["Readers"], "policies": ["Read"]},
        groups=[{"name": "Readers", "policies": ["Read"]}],
        policies=[{"name": "Read", "document": document(deny("ec2:*"), allow("s3:*"))}],
    )
    alice, read = f"{HERE}:user/alice", f"{HERE}:policy/Read"

    row = rows(account, "s3:GetObject", OBJECT)["user/alice"]

    assert row.via == (
        (alice, read, f"{read}[1]"),
        (alice, f"{HERE}:group/Readers", read, f"{read}[1]"),
    )
    assert row.how == tuple(way[1:] for way in row.via)


def test_rows_are_grouped_by_how() -> None:
    read = {"name": "Read", "document": document(allow("s3:Get*"))}
    account = account_of(
        *({"name": name, "policies": ["Read"]} for name in ("a", "b")),
        {"name": "c", "groups": ["Readers"]},
        user("d", allow("s3:Get*", Condition={"Bool": {"aws:SecureTransport": "false"}})),
        groups=[{"name": "Readers", "policies": ["Read"]}],
        policies=[read],
    )

    groups = who_can(account, "s3:GetObject", OBJECT, now=NOON).groups

    assert [tuple(row.principal.rsplit("/")[-1] for row in one.rows) for one in groups] == [
        ("a", "b"),
        (ROOT,),
        ("c",),
    ]
    assert groups[0].how == ((f"{HERE}:policy/Read", f"{HERE}:policy/Read[0]"),)


def test_what_it_depends_on_is_named() -> None:
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    account = account_of(
        user("allowed", allow("s3:*", Condition=office)),
        user(
            "denied", allow("s3:*"), deny("s3:*", Condition={"Bool": {"aws:ViaAWSService": "true"}})
        ),
        user("both", allow("s3:*", Condition={**office, **mfa})),
        user("either", allow("s3:*", Condition=office), allow("s3:*")),
        user("perhaps", allow("s3:*"), deny("s3:*", Condition=mfa)),
    )

    found = rows(account, "s3:GetObject", OBJECT)

    assert {name.removeprefix("user/"): said(row) for name, row in found.items()} == {
        "allowed": ("implicitDeny", ("aws:SourceIp",)),
        "denied": ("allowed", ()),
        "both": ("implicitDeny", ("aws:SourceIp", "aws:MultiFactorAuthPresent")),
        "either": ("allowed", ()),
        "perhaps": ("allowed", ("aws:MultiFactorAuthPresent",)),
    }
    inside = rows(account, "s3:GetObject", OBJECT, {"aws:SourceIp": "192.0.2.7"})
    assert said(inside["user/allowed"]) == ("allowed", ())
    outside = rows(account, "s3:GetObject", OBJECT, {"aws:SourceIp": "198.51.100.7"})
    assert "user/allowed" not in outside


def test_what_differs_between_principals_is_asked_for_each() -> None:
    home = allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")
    team = allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "data"}})
    account = account_of(
        *({"name": name, "groups": ["Staff"]} for name in ("alice", "bob")),
        user("carol", tags={"team": "data"}, groups=["Data"]),
        user("dave", tags={"team": "web"}, groups=["Data"]),
        user("erin", groups=["Data"]),
        groups=[
            {"name": "Staff", "inline_policies": {"Home": document(home)}},
            {"name": "Data", "inline_policies": {"Team": document(team)}},
        ],
    )

    assert set(rows(account, "s3:GetObject", "arn:aws:s3:::home/bob/x")) == {
        "user/bob",
        "user/carol",
    }
    stated = rows(account, "s3:GetObject", OBJECT, {"aws:PrincipalTag/team": "data"})
    assert set(stated) == {"user/carol", "user/dave", "user/erin"}


def test_calls_about_oneself_are_asked_of_each_about_itself() -> None:
    """E60: no resource is the caller."""
    own = allow("iam:GetUser", f"{HERE}:user/${{aws:username}}")
    account = account_of(
        user("alice", own),
        user("bob", allow("iam:GetUser", f"{HERE}:user/alice")),
        user("carol", own, deny("iam:GetUser", f"{HERE}:user/carol")),
    )

    assert set(rows(account, "iam:GetUser")) == {"user/alice"}
    assert set(rows(account, "iam:GetUser", f"{HERE}:user/alice")) == {
        "user/alice",
        "user/bob",
    }


def test_boundaries_and_scps_count() -> None:
    account = account_of(
        user("alice", allow("*"), permissions_boundary="Bounds"),
        user("bob", allow("*")),
        user("carol", allow("*"), permissions_boundary="arn:aws:iam::aws:policy/NobodyKnows"),
        policies=[{"name": "Bounds", "document": document(allow("ec2:*"))}],
        organization={
            "policies": [{"name": "NoSqs", "type": "SCP", "document": document(deny("sqs:*"))}],
            "levels": [
                {
                    "name": "Here",
                    "kind": "account",
                    "service_control_policies": ["FullAWSAccess", "NoSqs"],
                }
            ],
        },
    )

    found = rows(account, "s3:GetObject", OBJECT)
    assert set(found) == {"user/bob", "user/carol"}
    assert said(found["user/carol"])[0] == "implicitDeny"
    assert "boundary" in found["user/carol"].conditional[0]
    assert list(who_can(account, "sqs:SendMessage")) == []


def test_an_unknown_policy_of_the_resource_is_what_it_depends_on() -> None:
    account = account_of(user("alice", allow("*")))
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
    theirs = f"arn:aws:sqs:eu-west-1:{OTHER}:queue"

    assert "key policy" in rows(account, "kms:Decrypt", key)["user/alice"].conditional[0]
    assert "its owner" in rows(account, "sqs:SendMessage", theirs)["user/alice"].conditional[0]


def test_an_edit_is_seen() -> None:
    account = account_of(user("alice"), policies=[{"name": "P", "document": document(allow("*"))}])

    changed = AttachPolicy(entity="user/alice", policy="P").apply(account)

    assert rows(account, "s3:GetObject", OBJECT) == {}
    assert set(rows(changed, "s3:GetObject", OBJECT)) == {"user/alice"}


# --- whom resources let in ----------------------------------------------------------------------


def lets_in(principal: object, **more: Any) -> dict[str, Any]:
    statement = allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=principal, **more)
    return rows(account_of(user("alice"), resources=[bucket(statement)]), "s3:GetObject", OBJECT)


def test_the_policy_of_the_resource_names_others() -> None:
    found = lets_in({"AWS": [OTHER, f"{HERE}:user/alice"], "Service": "cloudtrail.amazonaws.com"})

    assert {name: said(row) for name, row in found.items()} == {
        "user/alice": ("allowed", ()),
        f"arn:aws:iam::{OTHER}:root": ("allowed", ()),
        "cloudtrail.amazonaws.com": ("allowed", ()),
    }
    reports = "arn:aws:s3:::reports"
    assert found["user/alice"].via == ((f"{HERE}:user/alice", reports, f"{reports}[0]"),)
    service = found["cloudtrail.amazonaws.com"]
    assert service.via == (("cloudtrail.amazonaws.com", reports, f"{reports}[0]"),)


def test_what_an_outsider_has_of_its_own_is_not_in_the_file() -> None:
    stranger = f"arn:aws:iam::{OTHER}:user/stranger"

    decision, conditional = said(lets_in({"AWS": stranger})[stranger])

    assert decision == "implicitDeny"
    assert conditional == (f"the policies of {stranger}, which are not in this file",)


def test_a_single_session_is_a_row_of_its_own() -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/morning"
    statement = allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal={"AWS": session})
    account = account_of(roles=[{"name": "Reader"}], resources=[bucket(statement)])

    assert {name: said(row) for name, row in rows(account, "s3:GetObject", OBJECT).items()} == {
        session: ("allowed", ())
    }


def test_principals_that_are_gone_are_no_rows() -> None:
    assert lets_in({"AWS": [f"{HERE}:user/gone", "AIDAEXAMPLE"], "CanonicalUser": "x"}) == {}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, {"*": ("allowed", ())}),
        (
            {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
            {"*": ("implicitDeny", ("aws:SourceVpce",))},
        ),
        (
            {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
            {"*": ("implicitDeny", ("aws:PrincipalOrgID",))},
        ),
        (
            {"StringEquals": {"aws:PrincipalAccount": OTHER}},
            {f"arn:aws:iam::{OTHER}:root": ("implicitDeny", ("aws:PrincipalAccount",))},
        ),
        (
            {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/*"}},
            {f"arn:aws:iam::{OTHER}:root": ("implicitDeny", ("aws:PrincipalArn",))},
        ),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, {}),
    ],
)
def test_everybody_may_be_fewer(condition: dict[str, Any], expected: dict[str, Any]) -> None:
    found = lets_in("*", Condition=condition)

    assert {name: said(row) for name, row in found.items() if name != "user/alice"} == expected


def test_providers_and_services_may_assume_a_role() -> None:
    provider = f"{HERE}:saml-provider/Corp"
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithSAML",
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    )
    account = account_of(roles=[{"name": "Deploy", "trust_policy": trust}])
    role = f"{HERE}:role/Deploy"

    assert set(rows(account, "sts:AssumeRole", role)) == {"ec2.amazonaws.com"}
    assert set(rows(account, "sts:AssumeRoleWithSAML", role)) == {provider.removeprefix(f"{HERE}:")}


# --- patterns -----------------------------------------------------------------------------------


def test_any_and_all_of_several_actions() -> None:
    account = account_of(
        user("reader", allow("s3:GetObject")),
        user("owner", allow("s3:*")),
        user("careful", allow("s3:*"), deny("s3:GetObjectTorrent")),
    )

    found = who_can(account, "s3:GetObject*", OBJECT, now=NOON)

    assert {row.principal.rpartition("/")[2] for row in found if row.principal != ROOT} == {
        "reader",
        "owner",
        "careful",
    }
    assert found.all == {ROOT, f"{HERE}:user/owner"}
    assert found.is_pattern
    assert {row.action for row in found if row.principal.endswith("reader")} == {"s3:GetObject"}


def test_any_and_all_of_several_resources() -> None:
    account = account_of(
        user("one", allow("s3:GetObject", "arn:aws:s3:::reports/2026/*")),
        user("whole", allow("s3:GetObject", "arn:aws:s3:::reports/*")),
        user("kept", allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:::reports/secret/*")),
        user("other", allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:::other/*")),
        user("but", {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::reports/x"}),
    )

    found = who_can(account, "s3:GetObject", "arn:aws:s3:::reports/*", now=NOON)

    names = {row.principal.rpartition("/")[2] for row in found if row.principal != ROOT}
    assert names == {"one", "whole", "kept", "other", "but"}
    assert found.all == {ROOT, f"{HERE}:user/whole", f"{HERE}:user/other"}


def test_a_known_resource_may_keep_out_of_all_or_let_in_to_any() -> None:
    keep = deny("s3:GetObject", "arn:aws:s3:::reports/*", Principal={"AWS": f"{HERE}:user/alice"})
    let = allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal={"AWS": f"{HERE}:user/bob"})
    account = account_of(user("alice", allow("s3:*")), user("bob"), resources=[bucket(keep, let)])

    for pattern in ("arn:aws:s3:::*", "*"):
        found = who_can(account, "s3:GetObject", pattern, now=NOON)
        assert found.all == {ROOT}
        assert {row.principal: row.resource for row in found} == {
            ROOT: pattern,
            f"{HERE}:user/alice": pattern,
            f"{HERE}:user/bob": "arn:aws:s3:::reports/*",
        }
    assert f"{HERE}:user/bob" in {row.principal for row in who_can(account, "s3:GetObject")}


def test_without_a_pattern_all_are_those_who_are_allowed() -> None:
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    account = account_of(user("a", allow("s3:*")), user("b", allow("s3:*", Condition=office)))

    found = who_can(account, "s3:GetObject", OBJECT, now=NOON)

    assert not found.is_pattern
    assert found.all == {ROOT, f"{HERE}:user/a"}


def test_a_long_question_can_be_stopped() -> None:
    account = account_of(user("alice", allow("*")))
    answers = iter([False, True])

    found = who_can(account, "s3:*", OBJECT, should_stop=lambda: next(answers))

    assert {row.principal for row in found} == {ROOT, f"{HERE}:user/alice"}
    assert found.stopped
    assert "stopped before everything was asked" in found.notes


# --- what is said and refused -------------------------------------------------------------------


def test_an_action_that_the_catalogue_lacks_can_be_asked() -> None:
    account = account_of(user("alice", allow("s3:*")))

    found = who_can(account, "s3:GetObjct", OBJECT)

    assert [row.principal for row in found] == [ROOT, f"{HERE}:user/alice"]
    assert any("did you mean s3:GetObject" in note for note in found.notes)


@pytest.mark.parametrize(
    ("action", "context", "words"),
    [
        ("s4:GetObject", {}, "did you mean s3:GetObject"),
        ("s3:GetObject", {"aws:SorceIp": "192.0.2.1"}, "did you mean aws:SourceIp"),
        ("s3:GetObject", {"aws:PrincipalTagg/team": "x"}, "did you mean aws:PrincipalTag/"),
    ],
)
def test_names_that_nobody_knows_are_said(action: str, context: dict[str, str], words: str) -> None:
    notes = who_can(account_of(), action, OBJECT, context).notes

    assert any(words in note for note in notes), notes


def test_known_names_are_not_said() -> None:
    context = {"aws:SourceIp": "192.0.2.1", "aws:PrincipalTag/team": "x", "s3:prefix": "a"}

    assert who_can(account_of(), "s3:ListBucket", "arn:aws:s3:::a", context).notes == (
        "not in this file: SCPs, RCPs, resource policies",
    )


def test_documents_that_nobody_knows_are_counted() -> None:
    account = account_of({"name": "a", "policies": ["arn:aws:iam::aws:policy/NobodyKnows"]})

    assert "1 attached document is not known and not counted" in who_can(account, "s3:Get*").notes


@pytest.mark.parametrize(
    ("action", "resource", "words"),
    [
        ("GetObject", None, "did you mean s3:GetObject"),
        ("s3:", None, "is no action"),
        ("s3:Get?bject", None, "only * stands for many"),
        ("s4:Get*", None, "no known action matches 's4:Get*'; did you mean"),
        ("s3:Gett*", None, "no known action matches"),
        ("s3:GetObject", "reports/q1.csv", "is no ARN; expected arn:PARTITION"),
        ("s3:GetObject", "arn:aws:s3:reports", "did you mean arn:aws:s3:::reports"),
    ],
)
def test_what_cannot_be_asked_is_refused(action: str, resource: str | None, words: str) -> None:
    account = account_of(resources=[bucket(deny("s3:*", Principal="*"))])

    with pytest.raises(UsageError, match=words.replace("*", r"\*").replace("?", r"\?")):
        who_can(account, action, resource)


def test_rows_compare_by_what_they_say() -> None:
    account = account_of(user("alice", allow("s3:*")))
    one, other = (who_can(account, "s3:GetObject", OBJECT, now=NOON)[1] for _ in range(2))

    assert one == other
    assert len({one, other}) == 1
    assert "user/alice" in repr(one)
    assert one.decision == simulate(account, "user/alice", "s3:GetObject", OBJECT).decision


@pytest.mark.parametrize("sample", ["startup", "org-member"])
@pytest.mark.parametrize("action", ["s3:GetObject", "iam:PassRole", "s3:*", "ec2:RunInstances"])
def test_everybody_may_is_blocked_or_has_no_policy(sample: str, action: str) -> None:
    account = load(sample)
    found = who_can(account, action)

    may = {row.principal for row in found}
    blocked = {row.principal: one for one in found.blocked for row in one.rows}
    own = {account.root_user.arn, *account.users, *account.roles}
    assert not may & set(blocked)
    assert found.without == len(own - may - set(blocked))
    for one in found.blocked:
        for row in one.rows:
            assert (row.simulation.decision, row.simulation.reason) == (one.decision, one.reason)
            assert row.simulation.decision != "allowed"
