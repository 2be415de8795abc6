"""`simulate`: which policies and keys the account gives to a request, and what it must say."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from iam_tui import load
from iam_tui.account import Account
from iam_tui.analysis import Simulation, evaluation_result, simulate
from iam_tui.errors import UnknownName, UsageError
from iam_tui.policy import Decision, Document

ACCOUNT = "111122223333"
OTHER = "444455556666"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/ci/Deploy"
NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
OBJECT = "arn:aws:s3:::reports/q1.csv"


def statement(
    action: str | list[str], resource: str = "*", *, effect: str = "Allow", **more: Any
) -> dict[str, object]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements: Mapping[str, object]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(*actions: str, resource: str = "*", **condition: Any) -> dict[str, object]:
    more: dict[str, Any] = {"Condition": condition} if condition else {}
    return document(statement(list(actions), resource, **more))


def account_of(*inline: Mapping[str, object], **tables: Any) -> Account:
    """An account with alice, who has the documents inline, and what else is given."""
    policies = {f"P{place}": made for place, made in enumerate(inline)}
    alice = {"name": "alice", "inline_policies": policies, **tables.pop("alice", {})}
    users = [alice, *tables.pop("users", [])]
    return load({"format": 1, "account": {"id": ACCOUNT}, "users": users, **tables})


def ask(account: Account, action: str, resource: str | None = OBJECT, **more: Any) -> Simulation:
    principal = more.pop("principal", "user/alice")
    return simulate(account, principal, action, resource, now=NOON, **more)


def said(found: Simulation) -> str:
    return "\n".join(step.text for step in found.steps)


# --- the decision and its steps -----------------------------------------------------------------


def test_an_answer_is_a_decision() -> None:
    found = ask(account_of(allow("s3:GetObject")), "s3:GetObject")

    assert isinstance(found, Decision)
    assert found.allowed
    assert found.decision == "allowed"
    assert found.steps[0].name == "identity"
    assert found.steps[-1].name == "decision"
    assert found.steps[-1].outcome == found.decision
    assert found.steps[-1].text == found.reason


def test_a_principal_may_be_named_in_every_way() -> None:
    account = account_of(
        allow("s3:GetObject"),
        roles=[{"name": "Deploy", "path": "/ci/", "inline_policies": {"P": allow("s3:GetObject")}}],
    )
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/run-7"

    named = {
        name: ask(account, "s3:GetObject", principal=name)
        for name in ("user/alice", ALICE, "role/Deploy", "role/ci/Deploy", DEPLOY, session, "root")
    }

    assert all(found.allowed for found in named.values())
    assert named["user/alice"].principal == ALICE
    assert named[session].principal == DEPLOY
    assert named[session].kind == "session"


@pytest.mark.parametrize(
    ("principal", "error"),
    [
        ("user/alise", UnknownName),
        (f"arn:aws:iam::{ACCOUNT}:role/Nobody", UnknownName),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Nobody/x", UnknownName),
        ("policy/P", UsageError),
        ("alice", UnknownName),
    ],
)
def test_who_is_no_principal_is_refused(principal: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(account_of(), "s3:GetObject", principal=principal)


@pytest.mark.parametrize("action", ["GetObject", "", ":", "s3:", ":GetObject", "s3:*", "s3:Get?"])
def test_what_is_no_action_is_refused(action: str) -> None:
    with pytest.raises(UsageError, match="s3:GetObject"):
        ask(account_of(allow("*")), action)


def test_a_mistyped_action_is_answered_and_said() -> None:
    found = ask(account_of(allow("s3:*")), "s3:GetObjct")

    assert found.allowed
    assert "s3:GetObject" in said(found)


def test_a_resource_that_is_no_arn_is_said() -> None:
    assert "reports/q1.csv is no ARN" in said(ask(account_of(), "s3:GetObject", "reports/q1.csv"))


def test_without_a_resource_allowed_means_somewhere() -> None:
    """R27."""
    found = ask(account_of(allow("s3:GetObject", resource=OBJECT)), "s3:GetObject", None)

    assert found.allowed
    assert "allowed for at least one resource" in found.reason


# --- groups -------------------------------------------------------------------------------------


def test_a_group_is_asked_as_its_member_would_be() -> None:
    account = account_of(
        alice={"groups": ["Devs"]},
        groups=[
            {
                "name": "Devs",
                "inline_policies": {
                    "Home": allow("s3:GetObject", resource="arn:aws:s3:::home/${aws:username}/*")
                },
            }
        ],
    )

    found = ask(
        account, "s3:GetObject", "arn:aws:s3:::home/${aws:username}/x", principal="group/Devs"
    )

    assert found.allowed
    assert found.kind == "group"
    assert found.principal == f"arn:aws:iam::{ACCOUNT}:group/Devs"
    assert "a group is no principal" in said(found)
    assert ask(account, "s3:GetObject", "arn:aws:s3:::home/alice/x").allowed
    assert not ask(
        account, "s3:GetObject", "arn:aws:s3:::home/bob/x", principal="group/Devs"
    ).allowed


# --- assumed keys (K13, K15) --------------------------------------------------------------------


def test_every_request_has_a_time_a_transport_and_no_service_between() -> None:
    found = ask(account_of(), "s3:GetObject")

    assert found.assumed[-4:] == (
        "aws:CurrentTime is 2026-11-25T12:00:00Z",
        "aws:EpochTime is 1795608000",
        "aws:SecureTransport is true",
        "aws:ViaAWSService is false",
    )
    assert found.steps[-2].name == "assumed"


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"DateLessThan": {"aws:CurrentTime": "2026-11-25T12:00:01Z"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2026-11-25T12:00:00Z"}}, False),
        ({"NumericEquals": {"aws:EpochTime": "1795608000"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"Bool": {"aws:ViaAWSService": "false"}}, True),
        ({"Null": {"aws:SourceIp": "false"}}, False),
        ({"Null": {"aws:UserAgent": "false"}}, False),
    ],
)
def test_assumed_keys_are_there_for_conditions(condition: dict[str, Any], *, allowed: bool) -> None:
    found = ask(account_of(allow("s3:GetObject", **condition)), "s3:GetObject")

    assert found.allowed is allowed


@pytest.mark.parametrize("key", ["aws:SecureTransport", "AWS:securetransport"])
@pytest.mark.parametrize(("value", "allowed"), [("false", False), (False, False), ([], False)])
def test_what_is_given_wins_also_as_absent(
    key: str, value: str | bool | list[str], *, allowed: bool
) -> None:
    account = account_of(allow("s3:GetObject", Bool={"aws:SecureTransport": "true"}))

    found = ask(account, "s3:GetObject", context={key: value})

    assert found.allowed is allowed
    assert not any("SecureTransport" in text for text in found.assumed)


def test_both_keys_of_the_time_say_the_same() -> None:
    account = account_of(allow("s3:GetObject", NumericLessThan={"aws:EpochTime": "1000000000"}))

    assert ask(account, "s3:GetObject", context={"aws:CurrentTime": "2001-01-01T00:00:00Z"}).allowed
    assert not ask(account, "s3:GetObject").allowed
    odd = ask(account, "s3:GetObject", context={"aws:CurrentTime": "soon"})
    assert not odd.allowed
    assert not any("EpochTime" in text for text in odd.assumed)


def test_the_clock_is_the_callers() -> None:
    zone = dt.timezone(dt.timedelta(hours=2))
    found = simulate(
        account_of(), "user/alice", "s3:GetObject", now=dt.datetime(2026, 1, 1, 1, tzinfo=zone)
    )

    assert "aws:CurrentTime is 2025-12-31T23:00:00Z" in found.assumed


@pytest.mark.parametrize(
    ("action", "resource", "partition", "region"),
    [
        ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q", "aws", "eu-west-1"),
        ("sqs:SendMessage", f"arn:aws:sqs:*:{ACCOUNT}:q", "aws", None),
        ("s3:GetObject", OBJECT, "aws", None),
        ("iam:GetRole", DEPLOY, "aws", "us-east-1"),
        ("IAM:GetRole", DEPLOY, "aws", "us-east-1"),
        ("organizations:ListRoots", None, "aws", "us-east-1"),
        ("route53:ListHostedZones", None, "aws-cn", "cn-north-1"),
        ("iam:ListUsers", None, "aws-us-gov", "us-gov-west-1"),
        ("ec2:DescribeInstances", None, "aws", None),
    ],
)
def test_the_requested_region_follows_from_resource_or_service(
    action: str, resource: str | None, partition: str, region: str | None
) -> None:
    account = load(
        {
            "format": 1,
            "account": {"id": ACCOUNT, "partition": partition},
            "users": [{"name": "alice"}],
        }
    )

    regions = [text for text in ask(account, action, resource).assumed if "Region" in text]

    assert regions == ([] if region is None else [f"aws:RequestedRegion is {region}"])


MFA = "aws:MultiFactorAuthPresent"
MFA_USER = {"console": {"password": True, "mfa": True}}


@pytest.mark.parametrize(
    ("alice", "credentials", "context", "condition", "allowed"),
    [
        ({}, "access-key", {}, {"Null": {MFA: "true"}}, True),
        ({}, "access-key", {}, {"Null": {"aws:TokenIssueTime": "true"}}, True),
        (MFA_USER, "access-key", {}, {"Null": {MFA: "true"}}, True),
        ({}, "console", {}, {"Bool": {MFA: "false"}}, True),
        ({}, "console", {}, {"Null": {"aws:MultiFactorAuthAge": "true"}}, True),
        (MFA_USER, "console", {}, {"Bool": {MFA: "true"}}, True),
        (MFA_USER, "console", {}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}, True),
        ({"mfa_devices": ["phone"]}, "console", {}, {"Bool": {MFA: "true"}}, True),
        ({}, "console", {}, {"DateEquals": {"aws:TokenIssueTime": "2026-11-25T12:00:00Z"}}, True),
        (MFA_USER, "session", {}, {"Bool": {MFA: "false"}}, True),
        ({}, "session", {}, {"Null": {"aws:TokenIssueTime": "false"}}, True),
        ({}, "session", {MFA: "true"}, {"Bool": {MFA: "true"}}, True),
        ({}, "session", {MFA: "true"}, {"NumericEquals": {"aws:MultiFactorAuthAge": "0"}}, True),
        (MFA_USER, "console", {MFA: "false"}, {"Null": {"aws:MultiFactorAuthAge": "true"}}, True),
    ],
)
def test_credentials_of_a_user_set_the_token_keys(
    alice: dict[str, object],
    credentials: Any,
    context: dict[str, str],
    condition: dict[str, Any],
    *,
    allowed: bool,
) -> None:
    account = account_of(allow("s3:GetObject", **condition), alice=alice)

    found = ask(account, "s3:GetObject", credentials=credentials, context=context)

    assert found.allowed is allowed


def test_a_role_always_has_a_token_and_its_mfa_is_open() -> None:
    """K15, K22: whether MFA was given is neither known nor taken for false."""
    denied = document(
        statement("*"),
        statement("*", effect="Deny", Condition={"Null": {"aws:TokenIssueTime": "true"}}),
        statement("*", effect="Deny", Condition={"Bool": {MFA: "false"}}),
    )
    account = account_of(roles=[{"name": "Deploy", "inline_policies": {"P": denied}}])

    found = ask(account, "s3:GetObject", principal="role/Deploy")

    assert found.allowed
    assert found.missing == (MFA,)
    assert not ask(account, "s3:GetObject", principal="role/Deploy", credentials="session").allowed


# E42: what credentials of GetSessionToken may call.
@pytest.mark.parametrize(
    ("action", "mfa", "allowed"),
    [
        ("s3:GetObject", "false", True),
        ("iam:ListRoles", "false", False),
        ("iam:ListRoles", "true", True),
        ("sts:AssumeRole", "false", True),
        ("sts:TagSession", "false", True),
        ("sts:GetCallerIdentity", "false", True),
        ("sts:GetFederationToken", "true", False),
        ("sts:GetSessionToken", "true", False),
    ],
)
def test_credentials_of_get_session_token_may_call_little(
    action: str, mfa: str, *, allowed: bool
) -> None:
    account = account_of(allow("*"))
    resource = DEPLOY if action in {"sts:AssumeRole", "sts:TagSession"} else None

    found = ask(account, action, resource, credentials="session", context={MFA: mfa})

    assert found.allowed is allowed
    assert ask(account, action, resource).allowed
    assert ask(account, action, resource, credentials="console").allowed


# --- keys of principal and resource -------------------------------------------------------------


def test_keys_that_the_account_knows_reach_the_conditions() -> None:
    tagged = allow(
        "sqs:SendMessage", StringEquals={"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}
    )
    queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
    account = account_of(
        tagged,
        alice={"tags": {"team": "blue"}},
        resources=[{"arn": queue, "tags": {"team": "blue"}}],
    )

    assert ask(account, "sqs:SendMessage", queue).allowed
    assert not ask(
        account, "sqs:SendMessage", queue, context={"aws:principaltag/TEAM": "red"}
    ).allowed


def test_a_session_has_its_roles_path_and_id() -> None:
    """K3."""
    condition: dict[str, Any] = {
        "ArnEquals": {"aws:PrincipalArn": DEPLOY},
        "StringEquals": {"aws:userid": "AROA1:run-7"},
    }
    role = {
        "name": "Deploy",
        "path": "/ci/",
        "id": "AROA1",
        "inline_policies": {"P": allow("s3:GetObject", **condition)},
    }
    account = account_of(roles=[role])

    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/run-7"

    assert ask(account, "s3:GetObject", principal=session).allowed
    assert not ask(account, "s3:GetObject", principal=f"{session}8").allowed


@pytest.mark.parametrize(
    "action",
    [
        "iam:GetUser",
        "iam:ListAccessKeys",
        "iam:CreateAccessKey",
        "iam:ChangePassword",
        "IAM:getuser",
    ],
)
def test_a_call_about_oneself_is_asked_of_oneself(action: str) -> None:
    """E60."""
    own = allow("iam:*", resource=f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}")
    account = account_of(own, users=[{"name": "bob"}])

    found = ask(account, action, None)

    assert found.allowed
    assert found.resource == ALICE
    assert "asked of the caller itself" in said(found)
    assert not ask(account, action, f"arn:aws:iam::{ACCOUNT}:user/bob").allowed
    assert not ask(account, "iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/x").allowed


def test_a_role_asking_about_itself_as_user_asks_of_any() -> None:
    account = account_of(roles=[{"name": "Deploy", "inline_policies": {"P": allow("iam:*")}}])

    assert ask(account, "iam:GetUser", None, principal="role/Deploy").resource == "*"


# --- resources and their owners -----------------------------------------------------------------


def trusting(principal: str) -> dict[str, object]:
    trust = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return {"name": "Deploy", "path": "/ci/", "trust_policy": document(trust)}


def test_a_trust_policy_decides_who_assumes_and_not_who_passes() -> None:
    """E43, E49."""
    account = account_of(allow("iam:PassRole"), roles=[trusting(ALICE)])

    assert ask(account, "sts:AssumeRole", DEPLOY).allowed
    assert ask(account, "iam:PassRole", DEPLOY).allowed
    closed = account_of(allow("iam:PassRole", "sts:AssumeRole"), roles=[trusting(DEPLOY)])
    assert not ask(closed, "sts:AssumeRole", DEPLOY).allowed
    assert ask(closed, "iam:PassRole", DEPLOY).allowed


def test_the_policy_of_a_resource_of_another_account_is_unknown_and_said() -> None:
    """E58."""
    found = ask(account_of(allow("s3:*")), "s3:GetObject", resource_account=OTHER)

    assert not found.allowed
    assert "owner's policy unknown" in found.reason
    assert ask(account_of(allow("s3:*")), "s3:GetObject").allowed


def test_rcps_reach_what_the_account_owns_whoever_says_so() -> None:
    """E35."""
    deny = document({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"})
    bucket = {
        "arn": "arn:aws:s3:::reports",
        "account": OTHER,
        "policy": document(
            {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "s3:*", "Resource": "*"}
        ),
    }
    organization = {
        "id": "o-1",
        "policies": [{"name": "NoS3", "type": "RCP", "document": deny}],
        "levels": [
            {
                "name": "Root",
                "kind": "root",
                "service_control_policies": ["FullAWSAccess"],
                "resource_control_policies": ["NoS3"],
            }
        ],
    }
    theirs = account_of(allow("s3:*"), organization=organization, resources=[bucket])
    unstated = account_of(allow("s3:*"), organization=organization)

    assert ask(theirs, "s3:GetObject").allowed
    assert ask(theirs, "s3:GetObject", resource_account=ACCOUNT).decision == "explicitDeny"
    assert ask(unstated, "s3:GetObject").decision == "explicitDeny"
    assert ask(unstated, "s3:GetObject", resource_account=OTHER).decision == "implicitDeny"


def test_services_and_strangers_have_the_resource_policy_alone() -> None:
    bucket = {
        "arn": "arn:aws:s3:::reports",
        "policy": document(
            {
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::reports/*",
            }
        ),
    }
    account = account_of(resources=[bucket])

    assert ask(account, "s3:PutObject", principal="logging.s3.amazonaws.com").allowed
    assert not ask(account, "s3:PutObject", principal="*").allowed
    stranger = ask(account, "s3:PutObject", principal=f"arn:aws:iam::{OTHER}:user/eve")
    assert not stranger.allowed
    assert f"not in this file: the policies of arn:aws:iam::{OTHER}:user/eve" in said(stranger)


def test_a_federated_user_has_what_its_maker_has_once_that_is_known() -> None:
    """E3, E10a, E27."""
    account = account_of(allow("s3:*"), alice={"tags": {"team": "blue"}})
    federated = f"arn:aws:sts::{ACCOUNT}:federated-user/visitor"
    session = [Document.of(allow("s3:GetObject", StringEquals={"aws:PrincipalTag/team": "blue"}))]
    made = {"iam-tui:FederatingUser": ALICE}

    def asked(**more: Any) -> bool:
        return ask(account, "s3:GetObject", principal=federated, **more).allowed

    assert asked(session=session, context=made)
    assert not asked(session=session)
    assert not asked(context=made)


def test_session_policies_limit_a_session() -> None:
    account = account_of(roles=[{"name": "Deploy", "inline_policies": {"P": allow("s3:*")}}])
    only = [Document.of(allow("s3:PutObject"))]

    assert ask(account, "s3:PutObject", principal="role/Deploy", session=only).allowed
    found = ask(account, "s3:GetObject", principal="role/Deploy", session=only)
    assert not found.allowed
    assert found.blocked_by == ("session",)


# --- what the file does not say -----------------------------------------------------------------


NOBODY_KNOWS = "arn:aws:iam::aws:policy/NobodyKnowsThisOne"


def test_an_unknown_document_is_said_with_its_way() -> None:
    account = account_of(
        alice={"groups": ["Devs"]}, groups=[{"name": "Devs", "policies": [NOBODY_KNOWS]}]
    )

    found = ask(account, "s3:GetObject")

    assert not found.allowed
    note = "the document of alice -> Devs -> NobodyKnowsThisOne is not known"
    assert any(text.startswith(note) for text in found.warnings)
    assert note in said(found)


def test_an_unknown_boundary_allows_nothing_and_says_so() -> None:
    account = account_of(allow("*"), alice={"permissions_boundary": NOBODY_KNOWS})

    found = ask(account, "s3:GetObject")

    assert found.decision == "implicitDeny"
    assert "NobodyKnowsThisOne" in found.reason
    assert "not known" in found.reason
    boundary = next(step for step in found.steps if step.name == "boundary")
    assert "taken as allowing nothing" in boundary.text
    assert boundary.text == found.layers["boundary"].note
    assert not any("is not counted" in text for text in found.warnings)
    assert evaluation_result(found)["PermissionsBoundaryDecisionDetail"] == {
        "AllowedByPermissionsBoundary": False
    }


def test_an_unknown_boundary_is_not_blamed_for_another_denial() -> None:
    account = account_of(alice={"permissions_boundary": NOBODY_KNOWS, "policies": [NOBODY_KNOWS]})

    found = ask(account, "s3:GetObject")

    assert "identity" in found.reason
    assert sum("is not counted" in text for text in found.warnings) == 1


def test_an_unknown_boundary_leaves_what_it_could_not_limit() -> None:
    """E10: a resource policy that names the user in the same account."""
    bucket = {
        "arn": "arn:aws:s3:::reports",
        "policy": document(
            {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "s3:*", "Resource": OBJECT}
        ),
    }
    account = account_of(alice={"permissions_boundary": NOBODY_KNOWS}, resources=[bucket])

    assert ask(account, "s3:GetObject").allowed


def not_in_file(found: Simulation) -> list[str]:
    return [text for text in found.warnings if text.startswith("not in this file")]


def test_layers_that_the_file_lacks_are_said_once() -> None:
    found = ask(account_of(allow("s3:*")), "s3:GetObject")

    assert not_in_file(found) == ["not in this file: SCPs, RCPs, resource policies"]
    assert said(found).count("not in this file") == 1


def test_only_what_matters_is_said_to_be_missing() -> None:
    managed = {"organization": {"management_account": ACCOUNT}}
    bucket = {"arn": "arn:aws:s3:::reports"}
    with_bucket = account_of(allow("*"), resources=[bucket], **managed)

    assert not_in_file(ask(with_bucket, "s3:GetObject")) == []
    assert not_in_file(ask(with_bucket, "s3:GetObject", None)) == []
    assert not_in_file(ask(with_bucket, "iam:GetRole", DEPLOY)) == []
    assert not_in_file(ask(with_bucket, "ec2:DescribeInstances", "arn:aws:ec2:::x")) == []
    other = ask(with_bucket, "s3:GetObject", "arn:aws:s3:::other/x")
    assert not_in_file(other) == ["not in this file: the policy of arn:aws:s3:::other/x"]
    trust = ask(with_bucket, "sts:AssumeRole", DEPLOY)
    assert not_in_file(trust) == [f"not in this file: the trust policy of {DEPLOY}"]
    anywhere = ask(with_bucket, "sts:AssumeRole", None)
    assert not_in_file(anywhere) == ["not in this file: trust policies"]


# --- SimulatePrincipalPolicy's shape (EVALUATION section 7) -------------------------------------


def organization(*scps: dict[str, object]) -> dict[str, object]:
    return {
        "id": "o-1",
        "policies": [
            {"name": f"Scp{place}", "type": "SCP", "document": made}
            for place, made in enumerate(scps)
        ],
        "levels": [
            {"name": "Root", "kind": "root", "service_control_policies": ["FullAWSAccess"]},
            {
                "name": "Here",
                "kind": "account",
                "service_control_policies": [f"Scp{place}" for place in range(len(scps))],
            },
        ],
    }


def test_the_result_has_the_fields_of_the_api_and_ours() -> None:
    result = evaluation_result(ask(account_of(allow("s3:*")), "s3:GetObject"))

    assert list(result) == [
        "Principal",
        "EvalActionName",
        "EvalResourceName",
        "EvalDecision",
        "MatchedStatements",
        "MissingContextValues",
        "Steps",
    ]
    assert result["Principal"] == ALICE
    assert result["EvalActionName"] == "s3:GetObject"
    assert result["EvalResourceName"] == OBJECT
    assert result["EvalDecision"] == "allowed"
    assert type(result["EvalDecision"]) is str
    assert result["MissingContextValues"] == []


def test_statements_say_which_policy_they_are_in_and_how_it_came_to_apply() -> None:
    """S3, S4: the Allows of an allowed request; every way once."""
    account = account_of(
        allow("s3:GetObject"),
        alice={"groups": ["A", "B"], "policies": ["Shared"]},
        groups=[{"name": "A", "policies": ["Shared"]}, {"name": "B"}],
        policies=[
            {
                "name": "Shared",
                "document": document(
                    statement("ec2:*"), statement("s3:*", Sid="Buckets"), statement("s3:Get*")
                ),
            }
        ],
    )

    found = evaluation_result(ask(account, "s3:GetObject"))["MatchedStatements"]

    shared = f"arn:aws:iam::{ACCOUNT}:policy/Shared"
    inline = f"{ALICE}#inline/P0"
    common = {"Effect": "Allow", "Layer": "identity", "Level": None}
    ways = [[ALICE, shared], [ALICE, f"arn:aws:iam::{ACCOUNT}:group/A", shared]]
    managed = {"SourcePolicyId": shared, "SourcePolicyType": "user-managed", "Via": ways, **common}
    assert sorted(found, key=lambda one: (one["SourcePolicyId"], one["StatementIndex"])) == [
        {**managed, "StatementIndex": 1, "Sid": "Buckets"},
        {**managed, "StatementIndex": 2, "Sid": None},
        {
            "SourcePolicyId": inline,
            "SourcePolicyType": "user",
            "StatementIndex": 0,
            "Sid": None,
            "Via": [[ALICE, inline]],
            **common,
        },
    ]


def test_equal_documents_of_two_policies_are_both_named() -> None:
    account = account_of(allow("s3:*"), allow("s3:*"))

    found = evaluation_result(ask(account, "s3:GetObject"))["MatchedStatements"]

    assert [one["SourcePolicyId"] for one in found] == [f"{ALICE}#inline/P0", f"{ALICE}#inline/P1"]


def test_a_denial_names_denies_alone_and_an_implicit_one_nothing() -> None:
    deny = document(statement("s3:*"), statement("s3:Get*", effect="Deny", Sid="No"))
    account = account_of(deny)

    denied = evaluation_result(ask(account, "s3:GetObject"))
    implicit = evaluation_result(ask(account, "ec2:RunInstances", "*"))

    assert [(one["Effect"], one["Sid"]) for one in denied["MatchedStatements"]] == [("Deny", "No")]
    assert implicit["MatchedStatements"] == []
    effects = {one["Effect"] for step in denied["Steps"] for one in step["Statements"]}
    assert effects == {"Allow", "Deny"}


def test_details_of_the_organization_are_there_when_the_file_has_it() -> None:
    """S7."""
    full = account_of(allow("*"), organization=organization(allow("*")))
    fenced = account_of(allow("*"), organization=organization(allow("ec2:*")))
    manager = account_of(allow("*"), organization={"management_account": ACCOUNT})

    def detail(account: Account) -> object:
        return evaluation_result(ask(account, "s3:GetObject"))["OrganizationsDecisionDetail"]

    assert detail(full) == {"AllowedByOrganizations": True}
    assert detail(fenced) == {"AllowedByOrganizations": False}
    assert detail(manager) == {"AllowedByOrganizations": True}
    unknown = evaluation_result(ask(account_of(organization={"id": "o-1"}), "s3:GetObject"))
    assert "OrganizationsDecisionDetail" not in unknown
    service = ask(full, "s3:GetObject", principal="s3.amazonaws.com")
    assert "OrganizationsDecisionDetail" not in evaluation_result(service)


def test_an_scp_is_named_with_its_level() -> None:
    deny = document(statement("*"), statement("s3:*", effect="Deny"))
    account = account_of(allow("*"), organization=organization(deny))

    (found,) = evaluation_result(ask(account, "s3:GetObject"))["MatchedStatements"]

    assert found["SourcePolicyId"] == "organization/Here#Scp0"
    assert (found["Layer"], found["Level"], found["StatementIndex"]) == ("SCP", 2, 1)


def test_details_of_the_boundary_are_there_when_there_is_one() -> None:
    """S8."""
    bounds = [{"name": "Bounds", "document": allow("s3:*")}]
    account = account_of(allow("*"), alice={"permissions_boundary": "Bounds"}, policies=bounds)

    inside = evaluation_result(ask(account, "s3:GetObject"))
    outside = evaluation_result(ask(account, "ec2:DescribeInstances", None))

    assert inside["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}
    assert outside["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert {one["Layer"] for one in inside["MatchedStatements"]} == {"identity", "boundary"}


def test_every_kind_of_policy_can_be_the_source() -> None:
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    account = account_of(
        roles=[{"name": "Deploy", "inline_policies": {"P": allow("s3:*")}}],
        resources=[{"arn": "arn:aws:s3:::reports", "policy": document(everyone)}],
    )
    session = [Document.of(allow("s3:*"))]

    found = evaluation_result(
        ask(account, "s3:GetObject", principal="role/Deploy", session=session)
    )["MatchedStatements"]

    assert {(one["SourcePolicyId"], one["SourcePolicyType"]) for one in found} == {
        (f"arn:aws:iam::{ACCOUNT}:role/Deploy#inline/P", "role"),
        ("arn:aws:s3:::reports", "resource"),
        ("session/1", "none"),
    }


def test_missing_keys_are_those_that_could_change_the_answer() -> None:
    """S6."""
    condition: dict[str, Any] = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    account = account_of(allow("s3:GetObject", **condition))

    found = evaluation_result(ask(account, "s3:GetObject"))

    assert found["MissingContextValues"] == ["aws:SourceIp"]


# --- kept policies ------------------------------------------------------------------------------


def test_answers_follow_the_account_that_is_asked() -> None:
    """What is kept is kept by content: an edit's account gets its own answer."""
    before = account_of(allow("s3:GetObject"))
    after = account_of(allow("s3:PutObject"))

    for _ in range(2):
        assert ask(before, "s3:GetObject").allowed
        assert not ask(after, "s3:GetObject").allowed
    assert ask(before, "s3:GetObject").policies is ask(before, "s3:GetObject").policies


def test_many_threads_may_ask_at_once() -> None:
    account = account_of(allow("s3:GetObject", "ec2:RunInstances"))
    actions = ["s3:GetObject", "s3:PutObject", "ec2:RunInstances", "iam:GetRole"] * 50
    expected = [ask(account, action, "*").allowed for action in actions]
    answers: dict[int, list[bool]] = {}

    def work(number: int) -> None:
        answers[number] = [ask(account, action, "*").allowed for action in actions]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == dict.fromkeys(range(4), expected)
