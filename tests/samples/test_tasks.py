"""The lessons' tasks on the samples: undone at first, done by a solution, not by tempting edits.

The solutions here prove that the cast of a sample carries its lessons. "Unchanged" means: no
decision about a user whom the task leaves alone differs, whatever is asked of PROBES.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from iam_tui import load
from iam_tui.account import Account
from tests.samples.asking import Ask, decide
from tests.samples.changes import (
    Change,
    applied,
    control_policy,
    edit,
    inline,
    policy,
    service_control,
    trust,
)

REPORTS = "arn:aws:s3:::reports"
Q1 = "arn:aws:s3:::reports/2026/q1.csv"
OLD = "arn:aws:s3:::reports/2025/q1.csv"
JOBS = "arn:aws:sqs:eu-west-1:111122223333:jobs"
DEPLOY = "arn:aws:iam::111122223333:role/Deploy"
ACCOUNT = {"AWS": "arn:aws:iam::111122223333:root"}
NEW_USER = "arn:aws:iam::111122223333:user/x"

MFA = {"aws:MultiFactorAuthPresent": "true"}
NO_MFA = {"aws:MultiFactorAuthPresent": "false"}
WITH_MFA = {"Bool": MFA}
IN_2026 = {"s3:prefix": "2026/"}

PROBES = [
    ("s3:GetObject", Q1),
    ("s3:GetObject", OLD),
    ("s3:PutObject", Q1),
    ("s3:DeleteObject", Q1),
    ("s3:ListBucket", REPORTS),
    ("s3:ListAllMyBuckets", "*"),
    ("sqs:ReceiveMessage", JOBS),
    ("sqs:SendMessage", JOBS),
    ("sqs:PurgeQueue", JOBS),
    ("lambda:GetFunction", "arn:aws:lambda:eu-west-1:111122223333:function:report-daily"),
    ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:111122223333:function:report-daily"),
    ("iam:CreateUser", NEW_USER),
    ("iam:GetRole", DEPLOY),
    ("iam:ListRoles", "*"),
    ("sts:AssumeRole", DEPLOY),
    ("ec2:RunInstances", "*"),
]

EVERYBODY = ("alice", "bob", "carol", "dave", "eve", "zoe")


@dataclass(frozen=True, slots=True)
class Task:
    lesson: str
    account: str
    allowed: tuple[Ask, ...]
    denied: tuple[Ask, ...]
    solution: tuple[Change, ...]
    wrong: tuple[tuple[Change, ...], ...]
    unchanged: tuple[str, ...] = ()
    besides: str | None = None
    """The one action whose decisions may change for those who are else unchanged."""

    def __str__(self) -> str:
        return self.lesson

    def faults(self, before: Account, after: Account) -> Iterator[str]:
        """What keeps an account from being the solved one."""
        for ask in self.allowed:
            if decide(after, ask) != "allowed":
                yield f"{ask} must be allowed"
        for ask in self.denied:
            if decide(after, ask) == "allowed":
                yield f"{ask} must be denied"
        for name in self.unchanged:
            for action, resource in PROBES:
                ask = Ask(f"user/{name}", action, resource)
                was, is_now = decide(before, ask), decide(after, ask)
                if action != self.besides and (was == "allowed") != (is_now == "allowed"):
                    yield f"{ask} has changed"


def allow(actions: str | list[str], resource: str, **condition: object) -> dict[str, object]:
    made: dict[str, object] = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


# --- 4: dave lists and reads reports/2026/ alone ------------------------------------------------

LIST = Ask("user/dave", "s3:ListBucket", REPORTS, IN_2026)
POLICY = Task(
    "policy",
    "startup",
    allowed=(
        Ask("user/dave", "s3:GetObject", Q1),
        Ask("user/dave", "s3:GetObject", "arn:aws:s3:::reports/2026/june/notes.txt"),
        LIST,
    ),
    denied=(
        Ask("user/dave", "s3:GetObject", OLD),
        Ask("user/dave", "s3:PutObject", Q1),
        Ask("user/dave", "s3:GetObject", "arn:aws:s3:::payroll/2026/q1.csv"),
        Ask("user/dave", "s3:ListBucket", REPORTS, {"s3:prefix": "2025/"}),
        Ask("user/dave", "s3:DeleteObject", Q1),
    ),
    solution=(
        inline(
            "user/dave",
            "ListReports",
            allow("s3:ListBucket", REPORTS, StringLike={"s3:prefix": "2026/*"}),
        ),
    ),
    wrong=(
        (inline("user/dave", "ListReports", allow(["s3:GetObject", "s3:ListBucket"], "*")),),
        (inline("user/dave", "ListReports", allow("s3:ListBucket", f"{REPORTS}/*")),),
    ),
    unchanged=("alice", "bob", "carol", "eve", "zoe"),
)

# --- 5: MFA or nothing, self-service spared -----------------------------------------------------

SELF = "arn:aws:iam::111122223333:user/carol"
SELF_SERVICE = ["iam:ChangePassword", "iam:CreateVirtualMFADevice", "iam:EnableMFADevice"]


def no_mfa_no_iam(operator: str, **element: object) -> Change:
    return policy(
        "RequireMFA",
        {
            "Effect": "Deny",
            **element,
            "Resource": "*",
            "Condition": {operator: {"aws:MultiFactorAuthPresent": "false"}},
        },
    )


CONDITION = Task(
    "condition",
    "startup",
    allowed=(
        *(
            Ask("user/carol", action, SELF, mfa)
            for action in ("iam:ChangePassword", "iam:EnableMFADevice")
            for mfa in (MFA, NO_MFA, {})
        ),
        Ask("user/carol", "iam:CreateUser", NEW_USER, MFA),
        Ask("user/carol", "s3:PutObject", Q1, MFA),
    ),
    denied=tuple(
        Ask("user/carol", action, resource, mfa)
        for action, resource in (("iam:CreateUser", NEW_USER), ("s3:PutObject", Q1))
        for mfa in (NO_MFA, {})
    ),
    solution=(no_mfa_no_iam("BoolIfExists", NotAction=SELF_SERVICE),),
    wrong=(
        (no_mfa_no_iam("Bool", NotAction=SELF_SERVICE),),
        (no_mfa_no_iam("BoolIfExists", Action="iam:*"),),
        (no_mfa_no_iam("BoolIfExists", Action="*"),),
    ),
    unchanged=("alice", "bob", "dave", "eve", "zoe"),
)

# --- 6: every developer sends messages, by one edit ---------------------------------------------

GROUP = Task(
    "group",
    "startup",
    allowed=tuple(
        Ask(f"user/{name}", "sqs:SendMessage", JOBS) for name in ("alice", "bob", "dave")
    ),
    denied=tuple(Ask(f"user/{name}", "sqs:SendMessage", JOBS) for name in ("eve", "zoe")),
    solution=(inline("group/Developers", "SendJobs", allow("sqs:SendMessage", JOBS)),),
    wrong=(
        (inline("user/alice", "SendJobs", allow("sqs:SendMessage", JOBS)),),
        (edit("attach-policy", entity="group/Developers", policy="AmazonSQSFullAccess"),),
        (inline("group/OnCall", "SendJobs", allow("sqs:SendMessage", JOBS)),),
    ),
    unchanged=EVERYBODY,
    besides="sqs:SendMessage",
)

# --- 7: no direct policy, and nobody's permissions change ---------------------------------------

OFF_DIRECT_READ = tuple(
    edit("detach-policy", entity=f"user/{name}", policy="ReportsRead")
    for name in ("alice", "bob", "carol", "dave", "zoe")
)
REFACTORED = (
    edit("attach-policy", entity="group/Developers", policy="ReportsRead"),
    *OFF_DIRECT_READ,
    edit("add-member", group="Admins", user="carol"),
    edit("detach-policy", entity="user/carol", policy="AdministratorAccess"),
    edit("detach-policy", entity="user/carol", policy="RequireMFA"),
    edit("attach-policy", entity="group/Contractors", policy="S3Allow"),
    edit("detach-policy", entity="user/eve", policy="S3Allow"),
)
GROUP_DIRECT = Task(
    "group-direct",
    "startup",
    allowed=(),
    denied=(),
    solution=REFACTORED,
    wrong=(
        (*REFACTORED, edit("add-member", group="Developers", user="zoe")),
        (*REFACTORED, edit("detach-policy", entity="group/Developers", policy="ReportsRead")),
        (*REFACTORED, edit("detach-policy", entity="group/Contractors", policy="S3Deny")),
    ),
    unchanged=EVERYBODY,
)

# --- 8: eve reads the reports and stays in Contractors ------------------------------------------

EVE = {"StringEquals": {"aws:username": "eve"}}
NOT_EVE = {"StringNotEquals": {"aws:username": "eve"}}
DENY_S3 = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
DENY = Task(
    "deny",
    "startup",
    allowed=(Ask("user/eve", "s3:GetObject", Q1), Ask("user/eve", "s3:ListBucket", REPORTS)),
    denied=(
        Ask("user/eve", "s3:PutObject", Q1),
        Ask("user/eve", "s3:DeleteObject", Q1),
        Ask("user/eve", "s3:GetObject", "arn:aws:s3:::payroll/2026/q1.csv"),
        Ask("user/eve", "s3:ListAllMyBuckets"),
    ),
    solution=(
        policy(
            "S3Deny",
            {**DENY_S3, "Condition": NOT_EVE},
            {
                "Effect": "Deny",
                "NotAction": ["s3:GetObject", "s3:ListBucket"],
                "Resource": "arn:aws:s3:::*",
                "Condition": EVE,
            },
        ),
    ),
    wrong=(
        (edit("attach-policy", entity="user/eve", policy="AmazonS3ReadOnlyAccess"),),
        (edit("detach-policy", entity="group/Contractors", policy="S3Deny"),),
        (policy("S3Deny", {**DENY_S3, "Condition": NOT_EVE}),),
        (
            policy(
                "S3Deny",
                {
                    "Effect": "Deny",
                    "NotAction": ["s3:GetObject", "s3:ListBucket"],
                    "Resource": "arn:aws:s3:::*",
                },
            ),
        ),
    ),
    unchanged=("alice", "bob", "carol", "dave", "zoe"),
)

# --- 10: whoever is on call becomes Deploy, with MFA --------------------------------------------


def assume(name: str, mfa: dict[str, str]) -> Ask:
    return Ask(f"user/{name}", "sts:AssumeRole", DEPLOY, mfa)


ROLE = Task(
    "role",
    "startup",
    allowed=tuple(assume(name, MFA) for name in ("alice", "bob", "carol")),
    denied=(
        *(assume(name, mfa) for name in ("alice", "bob", "carol") for mfa in (NO_MFA, {})),
        *(assume(name, MFA) for name in ("dave", "eve", "zoe")),
    ),
    solution=(trust("role/Deploy", ACCOUNT, WITH_MFA),),
    wrong=(
        (trust("role/Deploy", {"AWS": "arn:aws:iam::111122223333:group/OnCall"}, WITH_MFA),),
        (trust("role/Deploy", ACCOUNT),),
        (
            trust("role/Deploy", ACCOUNT, WITH_MFA),
            inline("group/Developers", "AnyRole", allow("sts:*", "*")),
        ),
        (trust("role/Deploy", {"AWS": "*"}, WITH_MFA),),
    ),
)

# --- 15: a region lock that spares global services and BreakGlass -------------------------------

AMERICA = {"aws:RequestedRegion": "us-east-1"}
EUROPE = {"aws:RequestedRegion": "eu-west-1"}
HERE = "arn:aws:ec2:eu-west-1:444455556666:instance/*"
THERE = "arn:aws:ec2:us-east-1:444455556666:instance/*"
ELSEWHERE = {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}
SPARED = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/BreakGlass"}}
GLOBAL = ["cloudfront:*", "iam:*", "organizations:*", "route53:*", "sts:*", "support:*"]
LOCK = {"Effect": "Deny", "NotAction": GLOBAL, "Resource": "*"}

SCP = Task(
    "scp",
    "org-member",
    allowed=(
        Ask("user/olga", "iam:CreateUser", "arn:aws:iam::444455556666:user/x", AMERICA),
        Ask("user/olga", "route53:ListHostedZones", "*", AMERICA),
        Ask("user/olga", "ec2:RunInstances", HERE, EUROPE),
        Ask("root", "support:CreateCase", "*", AMERICA),
        Ask("role/BreakGlass", "ec2:RunInstances", THERE, AMERICA),
        Ask("role/BreakGlass", "s3:GetObject", "arn:aws:s3:::settlements/1.csv", AMERICA),
    ),
    denied=(
        Ask("user/olga", "ec2:RunInstances", THERE, AMERICA),
        Ask("root", "ec2:RunInstances", THERE, AMERICA),
        Ask("user/paul", "ec2:RunInstances", THERE, AMERICA),
        Ask("role/OrganizationAccountAccessRole", "ec2:RunInstances", THERE, AMERICA),
        Ask("role/BreakGlass", "cloudtrail:StopLogging", "*", AMERICA),
        Ask("root", "organizations:LeaveOrganization", "*", AMERICA),
    ),
    solution=(control_policy("RegionLock", {**LOCK, "Condition": {**ELSEWHERE, **SPARED}}),),
    wrong=(
        (control_policy("RegionLock", {**LOCK, "Condition": ELSEWHERE}),),
        (
            control_policy(
                "RegionLock",
                {
                    "Effect": "Deny",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {**ELSEWHERE, **SPARED},
                },
            ),
        ),
        (service_control("Workloads", "FullAWSAccess"),),
        (
            control_policy(
                "OnlyEC2",
                allow("*", "*", StringEquals={"aws:RequestedRegion": "eu-west-1"}),
            ),
            service_control("Workloads", "OnlyEC2"),
        ),
    ),
)

TASKS = [POLICY, CONDITION, GROUP, DENY, ROLE, SCP]


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_a_task_is_undone_at_first(task: Task) -> None:
    account = load(task.account)

    assert list(task.faults(account, account))


@pytest.mark.parametrize("task", [*TASKS, GROUP_DIRECT], ids=str)
def test_the_solution_does_it(task: Task) -> None:
    account = load(task.account)

    assert list(task.faults(account, applied(account, *task.solution))) == []


@pytest.mark.parametrize(
    ("task", "place"),
    [(task, place) for task in (*TASKS, GROUP_DIRECT) for place in range(len(task.wrong))],
    ids=str,
)
def test_a_tempting_edit_does_not(task: Task, place: int) -> None:
    account = load(task.account)

    assert list(task.faults(account, applied(account, *task.wrong[place])))


def test_lesson_7_leaves_nothing_attached_to_a_user_and_one_edit_for_each_group() -> None:
    account = load("startup")
    after = applied(account, *REFACTORED)
    read = account.resolve_policy("ReportsRead")

    assert any(user.policies for user in account.users.values())
    assert not any(user.policies for user in after.users.values())
    assert [group.name for group in after.groups.values() if read in group.policies] == [
        "Developers"
    ]


def test_lesson_7_off_boards_zoe_by_one_edit() -> None:
    account = load("startup")
    leave = edit("remove-member", group="Contractors", user="zoe")
    before = applied(account, leave)
    after = applied(account, *REFACTORED, leave)

    # What hangs on zoe herself stays behind, and nothing denies it any more.
    assert decide(before, Ask("user/zoe", "s3:GetObject", Q1)) == "allowed"
    for action, resource in PROBES:
        assert decide(after, Ask("user/zoe", action, resource)) != "allowed"
