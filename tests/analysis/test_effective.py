"""Effective permissions, row by row: what is granted, limited, blocked, and by what."""

from __future__ import annotations

import json
from typing import TypedDict

import pytest

from iam_tui import load, principal_can
from iam_tui.analysis import EffectivePermissions, Permission
from iam_tui.errors import UnknownName, UsageError

ACCOUNT = "111122223333"
OTHER = "444455556666"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"


class Statement(TypedDict, total=False):
    Sid: str
    Effect: str
    Principal: object
    Action: object
    NotAction: object
    Resource: object
    NotResource: object
    Condition: object


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: object, resource: object = "*", **more: object) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}  # type: ignore[typeddict-item]


def deny(action: object, resource: object = "*", **more: object) -> Statement:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}  # type: ignore[typeddict-item]


def can(
    *statements: Statement, principal: str = "user/alice", **account: object
) -> EffectivePermissions:
    """What alice can do whose one inline policy holds the statements."""
    user: dict[str, object] = {"name": "alice", **account.pop("user", {})}  # type: ignore[dict-item]
    if statements:
        user["inline_policies"] = {"own": document(*statements)}
    value = {"format": 1, "account": {"id": ACCOUNT}, "users": [user], **account}
    return principal_can(load(value), principal)


def row(effective: EffectivePermissions, action: str) -> Permission:
    found = effective.find(action)
    assert found is not None, f"no row for {action}"
    return found


def test_an_allow_on_everything_is_granted() -> None:
    found = row(can(allow("s3:GetObject")), "s3:GetObject")
    assert (found.status, found.resources, found.conditions) == ("granted", ("*",), ())
    assert found.access_level == "Read"
    assert found.via == ((ALICE, f"{ALICE}#inline/own", f"{ALICE}#inline/own[0]"),)


def test_case_is_aws_own_whatever_the_policy_writes() -> None:
    assert row(can(allow("S3:getobject")), "s3:getobject").action == "s3:GetObject"


def test_an_allow_on_some_resources_is_limited_to_them() -> None:
    found = row(
        can(allow("s3:GetObject", ["arn:aws:s3:::b/*", "arn:aws:s3:::a/*"])), "s3:GetObject"
    )
    assert found.status == "limited"
    assert found.resources == ("arn:aws:s3:::a/*", "arn:aws:s3:::b/*")
    assert found.conditions == ()


def test_a_wider_pattern_takes_in_a_narrower_one() -> None:
    found = row(
        can(allow("s3:GetObject", ["arn:aws:s3:::b/*", "arn:aws:s3:::b/x"])), "s3:GetObject"
    )
    assert found.resources == ("arn:aws:s3:::b/*",)


def test_a_condition_on_a_key_that_nobody_knows_limits() -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    found = row(can(allow("s3:GetObject", Condition=condition)), "s3:GetObject")
    assert (found.status, found.conditions) == ("limited", ("aws:MultiFactorAuthPresent",))


@pytest.mark.parametrize(("team", "status"), [("payments", "granted"), ("search", None)])
def test_a_condition_on_what_the_account_knows_is_decided(team: str, status: str | None) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "payments"}}
    effective = can(allow("s3:GetObject", Condition=condition), user={"tags": {"team": team}})
    found = effective.find("s3:GetObject")
    assert (found.status if found is not None else None) == status


def test_an_allow_without_condition_beside_one_with_makes_it_granted() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    effective = can(allow("s3:GetObject", Condition=condition), allow("s3:Get*"))
    assert row(effective, "s3:GetObject").status == "granted"


def test_an_explicit_deny_blocks_and_is_named() -> None:
    found = row(can(allow("s3:*"), deny("s3:DeleteBucket")), "s3:DeleteBucket")
    assert found.status == "blocked"
    assert found.blocked_by == (f"{ALICE}#inline/own[1]",)
    assert found.via == ((ALICE, f"{ALICE}#inline/own", f"{ALICE}#inline/own[0]"),)


def test_a_deny_on_some_resources_leaves_the_others() -> None:
    found = row(can(allow("s3:*"), deny("s3:*", "arn:aws:s3:::secret/*")), "s3:GetObject")
    assert (found.status, found.resources) == ("limited", ("*",))
    assert found.excluded == ("arn:aws:s3:::secret/*",)
    assert found.blocked_by == (f"{ALICE}#inline/own[1]",)


def test_a_deny_without_a_condition_that_holds_makes_a_condition() -> None:
    unless = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    found = row(can(allow("iam:CreateUser"), deny("iam:*", Condition=unless)), "iam:CreateUser")
    assert (found.status, found.conditions) == ("limited", ("aws:MultiFactorAuthPresent",))


def test_a_boundary_blocks_what_it_does_not_allow() -> None:
    effective = can(
        allow(["s3:GetObject", "ec2:StartInstances"]),
        user={"permissions_boundary": "OnlyS3"},
        policies=[{"name": "OnlyS3", "document": document(allow("s3:*"))}],
    )
    assert row(effective, "s3:GetObject").status == "granted"
    blocked = row(effective, "ec2:StartInstances")
    assert (blocked.status, blocked.blocked_by) == ("blocked", ("boundary",))


def test_policy_and_boundary_that_overlap_give_what_they_have_in_common() -> None:
    effective = can(
        allow("s3:GetObject", "arn:aws:s3:::app-*"),
        user={"permissions_boundary": "Dev"},
        policies=[{"name": "Dev", "document": document(allow("s3:*", "arn:aws:s3:::*-dev/*"))}],
    )
    found = row(effective, "s3:GetObject")
    assert (found.status, found.resources) == ("limited", ("arn:aws:s3:::app-*-dev/*",))


def test_a_boundary_whose_document_nobody_knows_makes_every_row_depend_on_it() -> None:
    boundary = "arn:aws:iam::aws:policy/NobodyKnowsThisOne"
    effective = can(allow("s3:GetObject"), user={"permissions_boundary": boundary})
    found = row(effective, "s3:GetObject")
    assert found.status == "limited"
    assert found.conditions == ("the permissions boundary, whose document is not known",)


ORGANIZATION = {
    "id": "o-acme",
    "policies": [
        {"name": "NoLambda", "type": "SCP", "document": document(deny("lambda:*"))},
        {"name": "OnlyS3", "type": "SCP", "document": document(allow("s3:*"))},
    ],
}


def levels(*attached: list[str]) -> dict[str, object]:
    kinds = ("root", "ou", "account")
    return {
        **ORGANIZATION,
        "levels": [
            {"name": kind, "kind": kind, "service_control_policies": names}
            for kind, names in zip(kinds, attached, strict=False)
        ],
    }


def test_an_scp_that_denies_blocks_and_is_named() -> None:
    organization = levels(["FullAWSAccess", "NoLambda"])
    found = row(can(allow("lambda:*"), organization=organization), "lambda:InvokeFunction")
    assert (found.status, found.blocked_by) == ("blocked", ("organization/root#NoLambda[0]",))


def test_a_level_of_scps_that_does_not_allow_blocks_and_is_numbered() -> None:
    organization = levels(["FullAWSAccess"], ["OnlyS3"])
    found = row(can(allow("ec2:StartInstances"), organization=organization), "ec2:StartInstances")
    assert (found.status, found.blocked_by) == ("blocked", ("SCP 2",))


def test_the_root_user_is_limited_by_scps_alone() -> None:
    free = can(principal="root")
    assert free.everything
    assert row(free, "iam:CreateUser").status == "granted"
    bound = can(principal="root", organization=levels(["FullAWSAccess", "NoLambda"]))
    assert not bound.everything
    assert bound.find("lambda:InvokeFunction") is None or (
        row(bound, "lambda:InvokeFunction").status == "blocked"
    )


def test_two_ways_to_one_permission_are_both_named() -> None:
    effective = can(
        user={"groups": ["Developers"], "policies": ["Reading"]},
        groups=[{"name": "Developers", "policies": ["Reading"]}],
        policies=[{"name": "Reading", "document": document(allow("s3:GetObject"))}],
    )
    policy = f"arn:aws:iam::{ACCOUNT}:policy/Reading"
    group = f"arn:aws:iam::{ACCOUNT}:group/Developers"
    assert row(effective, "s3:GetObject").via == (
        (ALICE, policy, f"{policy}[0]"),
        (ALICE, group, policy, f"{policy}[0]"),
    )


def test_a_group_shows_what_membership_gives() -> None:
    home = "arn:aws:s3:::home/${aws:username}/*"
    groups = [{"name": "Staff", "inline_policies": {"home": document(allow("s3:GetObject", home))}}]
    effective = can(principal="group/Staff", groups=groups)
    assert effective.kind == "group"
    assert row(effective, "s3:GetObject").resources == (home,)


def test_a_variable_is_replaced_by_what_the_account_knows() -> None:
    home = "arn:aws:s3:::home/${aws:username}/*"
    assert row(can(allow("s3:GetObject", home)), "s3:GetObject").resources == (
        "arn:aws:s3:::home/alice/*",
    )


def test_a_variable_that_only_the_request_knows_is_a_condition() -> None:
    home = "arn:aws:s3:::home/${saml:sub}/*"
    found = row(can(allow("s3:GetObject", home)), "s3:GetObject")
    assert found.resources == (home,)
    assert found.conditions == ("saml:sub",)


def test_all_but_some_resources() -> None:
    statement: Statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "NotResource": "arn:aws:s3:::secret/*",
    }
    found = row(can(statement), "s3:GetObject")
    assert (found.resources, found.excluded) == (("*",), ("arn:aws:s3:::secret/*",))


def test_a_key_whose_policy_is_not_in_the_file_only_may_be_used() -> None:
    found = row(can(allow("kms:Decrypt")), "kms:Decrypt")
    assert found.status == "limited"
    assert found.conditions == ("the key policy, which is not in this file",)


def test_a_key_whose_policy_is_known_decides() -> None:
    delegating = document(
        allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
    )
    closed = document(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/Other"}))
    for policy, status in ((delegating, "limited"), (closed, "blocked")):
        effective = can(allow("kms:Decrypt", KEY), resources=[{"arn": KEY, "policy": policy}])
        found = row(effective, "kms:Decrypt")
        assert found.status == status
        if status == "limited":
            assert (found.resources, found.conditions) == ((KEY,), ())
        else:
            assert found.blocked_by == ("key policy",)


def test_a_bucket_policy_that_names_the_user_gives_alone() -> None:
    bucket = "arn:aws:s3:::shared"
    policy = document(allow("s3:GetObject", f"{bucket}/*", Principal={"AWS": ALICE}))
    found = row(can(resources=[{"arn": bucket, "policy": policy}]), "s3:GetObject")
    assert (found.status, found.resources) == ("limited", (f"{bucket}/*",))
    assert found.via[0][0] == ALICE
    assert found.via[0][-1].endswith("[0]")


def test_another_accounts_resource_depends_on_its_owner() -> None:
    queue = f"arn:aws:sqs:eu-west-1:{OTHER}:jobs"
    found = row(can(allow("sqs:SendMessage", queue)), "sqs:SendMessage")
    assert found.status == "limited"
    assert found.conditions == ("the policy of its owner, which is not in this file",)


def trusting(principal: object) -> list[dict[str, object]]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return [{"name": "Deploy", "trust_policy": policy}]


DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/Deploy"


def test_a_role_that_trusts_the_user_can_be_assumed_without_a_policy() -> None:
    found = row(can(roles=trusting({"AWS": ALICE})), "sts:AssumeRole")
    assert (found.status, found.resources, found.conditions) == ("limited", (DEPLOY,), ())
    assert found.via == ((ALICE, DEPLOY, f"{DEPLOY}[0]"),)


def test_a_role_that_trusts_the_account_needs_a_policy_too() -> None:
    roles = trusting({"AWS": ACCOUNT})
    assert can(roles=roles).find("sts:AssumeRole") is None
    found = row(can(allow("sts:AssumeRole", DEPLOY), roles=roles), "sts:AssumeRole")
    assert (found.status, found.resources, found.conditions) == ("limited", (DEPLOY,), ())


def test_a_role_that_trusts_somebody_else_is_blocked_by_its_trust_policy() -> None:
    roles = trusting({"Service": "ec2.amazonaws.com"})
    found = row(can(allow("sts:AssumeRole", DEPLOY), roles=roles), "sts:AssumeRole")
    assert (found.status, found.blocked_by) == ("blocked", ("trust policy",))


def test_an_action_that_the_catalogue_lacks_has_a_row() -> None:
    found = row(can(allow("s3:BrandNewThing")), "s3:BrandNewThing")
    assert (found.status, found.access_level) == ("granted", "Unknown")


def test_a_wildcard_only_action_is_not_had_through_an_arn() -> None:
    assert (
        can(allow("ec2:DescribeInstances", "arn:aws:ec2:*:*:*")).find("ec2:DescribeInstances")
        is None
    )


def test_what_nobody_allows_has_no_row() -> None:
    effective = can(allow("s3:GetObject"))
    assert effective.find("s3:PutObject") is None
    assert [row.action for row in effective] == ["s3:GetObject"]
    assert effective.services == (("s3", 1, 0, 0),)


def test_attached_policies_that_nobody_knows_are_counted() -> None:
    unknown = "arn:aws:iam::aws:policy/NobodyKnowsThisOne"
    effective = can(user={"policies": [unknown]})
    assert [item.key for item in effective.unknown] == [unknown]
    assert list(effective) == []


def test_what_the_file_cannot_say_is_said() -> None:
    assert {"service_control", "resource_control", "resource"} <= {*can().not_in_file}


def test_an_unknown_principal_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="user/alice"):
        can(principal="user/alcie")


def test_a_principal_of_another_account_has_no_panel() -> None:
    with pytest.raises(UsageError, match="no identity of this account"):
        can(principal=f"arn:aws:iam::{OTHER}:user/stranger")
