"""What is planted in each sample for an audit to find: counted, so that nothing grows by itself."""

from __future__ import annotations

import datetime as dt

import pytest

from iam_tui import load
from iam_tui.account import Account, Group, Role, User
from iam_tui.account.layers import layers
from tests.samples.asking import Ask, decide

TODAY = dt.date(2026, 11, 25)
"""The day of the stories."""


@pytest.fixture
def first_day() -> Account:
    return load("first-day")


@pytest.fixture
def startup() -> Account:
    return load("startup")


@pytest.fixture
def org_member() -> Account:
    return load("org-member")


def named(account: Account, name: str) -> User:
    return account.users[account.resolve(f"user/{name}")]


def has_password(user: User) -> bool:
    return user.console is not None and user.console.password


def has_mfa(user: User) -> bool:
    return bool(user.mfa_devices) or (user.console is not None and user.console.mfa)


def days_since(moment: dt.date | dt.datetime | None) -> int:
    assert isinstance(moment, dt.date)
    return (TODAY - moment).days


def key_ages(account: Account) -> dict[str, list[int]]:
    return {
        user.name: [days_since(key.created) for key in user.access_keys]
        for user in account.users.values()
        if user.access_keys
    }


def directly_attached(account: Account) -> list[tuple[str, str]]:
    return [
        (user.name, policy.rpartition("/")[2])
        for user in account.users.values()
        for policy in user.policies
    ]


# --- first-day --------------------------------------------------------------------------------


def test_first_day_root_has_a_key_and_no_mfa(first_day: Account) -> None:
    root = first_day.root

    assert root is not None
    assert [key.status for key in root.access_keys] == ["Active"]
    assert root.mfa is False
    assert days_since(root.last_used) == 1


def test_first_day_one_key_is_400_days_old(first_day: Account) -> None:
    assert key_ages(first_day) == {"nina": [1], "carol": [400], "backup": [56]}


def test_first_day_one_password_without_mfa(first_day: Account) -> None:
    users = first_day.users.values()

    assert [user.name for user in users if has_password(user)] == ["nina", "backup"]
    assert [user.name for user in users if not has_mfa(user)] == ["backup"]


def test_first_day_nobody_administers(first_day: Account) -> None:
    assert not first_day.groups
    assert directly_attached(first_day) == []
    assert all(not layers(first_day, arn).identity for arn in first_day.users)


def test_first_day_was_opened_yesterday_for_nina(first_day: Account) -> None:
    assert days_since(named(first_day, "nina").created) == 1


def test_first_day_lesson_2_has_something_to_do(first_day: Account) -> None:
    nina, backup = named(first_day, "nina"), named(first_day, "backup")

    assert has_password(nina)
    assert nina.access_keys
    assert has_password(backup)
    assert backup.access_keys


# --- startup ----------------------------------------------------------------------------------


def test_startup_direct_attachments(startup: Account) -> None:
    assert directly_attached(startup) == [
        ("alice", "ReportsRead"),
        ("bob", "ReportsRead"),
        ("carol", "AdministratorAccess"),
        ("carol", "ReportsRead"),
        ("carol", "RequireMFA"),
        ("dave", "ReportsRead"),
        ("eve", "S3Allow"),
        ("zoe", "ReportsRead"),
    ]
    assert not any(user.inline_policies for user in startup.users.values())


def test_startup_one_full_administrator(startup: Account) -> None:
    ask = "organizations:CloseAccount"
    able = [arn for arn in startup.users if decide(startup, Ask(arn, ask)) == "allowed"]

    assert able == ["arn:aws:iam::111122223333:user/carol"]


def test_startup_groups_and_the_one_without_members(startup: Account) -> None:
    members = {
        startup.groups[group].name: [arn.rpartition("/")[2] for arn in users]
        for group, users in startup.members.items()
    }

    assert members == {
        "Admins": [],
        "Contractors": ["eve", "zoe"],
        "Developers": ["alice", "bob", "dave"],
        "OnCall": ["alice", "bob", "carol"],
    }


def test_startup_deny_beats_allow(startup: Account) -> None:
    found = layers(startup, "user/eve")
    own = [item.path[-1].rpartition("/")[2] for item in found.identity if len(item.path) == 2]
    inherited = [item.path[-1].rpartition("/")[2] for item in found.identity if len(item.path) > 2]

    assert own == ["S3Allow"]
    assert inherited == ["AWSLambda_ReadOnlyAccess", "S3Deny"]
    for action in ("s3:GetObject", "s3:PutObject"):
        ask = Ask("user/eve", action, "arn:aws:s3:::reports/2026/q1.csv")
        assert decide(startup, ask) == "explicitDeny"


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({}, "allowed"),
        ({"aws:MultiFactorAuthPresent": "false"}, "explicitDeny"),
        ({"aws:MultiFactorAuthPresent": "true"}, "allowed"),
    ],
)
def test_startup_mfa_hole(startup: Account, context: dict[str, str], expected: str) -> None:
    ask = Ask("user/carol", "iam:CreateUser", "arn:aws:iam::111122223333:user/x", context)

    assert decide(startup, ask) == expected


def test_startup_one_stale_member(startup: Account) -> None:
    console_days = {
        user.name: days_since(user.console.last_used)
        for user in startup.users.values()
        if user.console is not None
    }

    assert [name for name, days in console_days.items() if days > 45] == ["zoe"]
    assert named(startup, "zoe").groups == ("Contractors",)
    assert named(startup, "zoe").access_keys[0].status == "Active"


def test_startup_credentials(startup: Account) -> None:
    users = startup.users.values()

    assert [user.name for user in users if not has_mfa(user)] == ["dave", "zoe"]
    assert {name: ages for name, ages in key_ages(startup).items() if max(ages) > 90} == {
        "bob": [205, 9],
        "zoe": [387],
    }
    assert [key.status for key in named(startup, "bob").access_keys] == ["Inactive", "Active"]


def test_startup_policies_attached_to_nobody(startup: Account) -> None:
    holders: tuple[User | Group | Role, ...] = (
        *startup.users.values(),
        *startup.groups.values(),
        *startup.roles.values(),
    )
    attached = {policy for holder in holders for policy in holder.policies}

    assert [p.name for arn, p in startup.policies.items() if arn not in attached] == ["S3Write"]


def test_startup_policy_with_an_older_version(startup: Account) -> None:
    versions = {policy.name: len(policy.versions) for policy in startup.policies.values()}
    read = startup.policies[startup.resolve_policy("ReportsRead")]

    assert versions == {
        "ReportsRead": 2,
        "RequireMFA": 1,
        "S3Allow": 1,
        "S3Deny": 1,
        "S3Write": 1,
    }
    assert read.default_version == "v2"


def test_startup_boundary_takes_away(startup: Account) -> None:
    bounded = [user.name for user in startup.users.values() if user.permissions_boundary]
    role = "arn:aws:iam::111122223333:role/Deploy"

    assert bounded == ["eve"]
    assert decide(startup, Ask("user/eve", "iam:GetRole", role)) == "implicitDeny"
    assert decide(startup, Ask("user/zoe", "iam:GetRole", role)) == "allowed"


# --- org-member -------------------------------------------------------------------------------


def test_org_member_levels(org_member: Account) -> None:
    organization = org_member.organization
    assert organization is not None
    own_policies = [
        [name for name in level.service_control_policies if name != "FullAWSAccess"]
        for level in organization.levels
    ]

    assert [level.kind for level in organization.levels] == ["root", "ou", "account"]
    assert own_policies == [["GuardRails"], ["RegionLock"], ["ProtectBreakGlass"]]
    assert [level.resource_control_policies for level in organization.levels] == [
        ("RCPFullAWSAccess", "OurOrganizationOnly"),
        (),
        (),
    ]


def test_org_member_one_scp_waits_for_the_lesson(org_member: Account) -> None:
    organization = org_member.organization
    assert organization is not None
    attached = {name for level in organization.levels for name in level.service_control_policies}

    assert [
        policy.name
        for policy in organization.policies
        if policy.type == "SCP" and policy.name not in attached
    ] == ["OnlyEC2"]


@pytest.mark.parametrize(
    "principal", ["user/olga", "root", "role/BreakGlass", "role/OrganizationAccountAccessRole"]
)
def test_org_member_region_lock_stops_iam_itself(org_member: Account, principal: str) -> None:
    ask = Ask(principal, "iam:ListUsers", "*", {"aws:RequestedRegion": "us-east-1"})

    assert decide(org_member, ask) == "explicitDeny"


def test_org_member_exempt_are_the_management_account_and_service_linked_roles(
    org_member: Account,
) -> None:
    organization = org_member.organization
    assert organization is not None
    free = [
        role.name
        for arn, role in org_member.roles.items()
        if not layers(org_member, arn).service_control
    ]
    outside = layers(org_member, "arn:aws:iam::111122223333:role/Audit")

    assert organization.management_account == "111122223333"
    assert organization.management_account != org_member.id
    assert free == ["AWSServiceRoleForAutoScaling"]
    assert outside.service_control == ()
    assert len(outside.resource_control) == 3


@pytest.mark.parametrize(
    ("principal", "expected"), [("*", "explicitDeny"), ("user/tess", "allowed")]
)
def test_org_member_rcp(org_member: Account, principal: str, expected: str) -> None:
    logo = "arn:aws:s3:::brand-assets/logo.svg"
    ask = Ask(principal, "s3:GetObject", logo, {"aws:RequestedRegion": "eu-west-1"})

    assert decide(org_member, ask) == expected


def test_org_member_one_user_has_nothing(org_member: Account) -> None:
    assert [
        user.name for arn, user in org_member.users.items() if not layers(org_member, arn).identity
    ] == ["tess"]
