"""What the lessons ask before they show: each prediction with the value that the engine gives.

The values are kept here and nowhere else. They are worked out from AWS's rules, not from the
engine; a difference is a fault of the engine or of the sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from iam_tui import load, simulate
from iam_tui.account.edits import AddMember, AttachPolicy
from iam_tui.errors import AccountFileError, EditError
from iam_tui.formats import sample_path
from iam_tui.formats.toml_in import load_toml
from tests.samples.asking import Ask, decide
from tests.samples.changes import (
    Change,
    applied,
    control_policy,
    document,
    edit,
    managed_by_itself,
    policy,
    resource_policy,
    service_control,
    trust,
)

ALLOWED, IMPLICIT, EXPLICIT = "allowed", "implicitDeny", "explicitDeny"

ACCOUNT = "arn:aws:iam::111122223333:root"
ALICE = "arn:aws:iam::111122223333:user/alice"
DEPLOY = "arn:aws:iam::111122223333:role/Deploy"
DEPLOY_SESSION = "arn:aws:sts::111122223333:assumed-role/Deploy/alice"
NEW_USER = "arn:aws:iam::111122223333:user/x"
Q1 = "arn:aws:s3:::reports/2026/q1.csv"
REPORTS = "arn:aws:s3:::reports"
JOBS = "arn:aws:sqs:eu-west-1:111122223333:jobs"
DAILY = "arn:aws:lambda:eu-west-1:111122223333:function:report-daily"

EUROPE = {"aws:RequestedRegion": "eu-west-1"}
AMERICA = {"aws:RequestedRegion": "us-east-1"}
SETTLED = "arn:aws:s3:::settlements/2026-11-25.csv"
SHARED = "arn:aws:s3:::settlements/shared/rates.csv"
LOGO = "arn:aws:s3:::brand-assets/logo.svg"
PAYOUTS = "arn:aws:sqs:eu-west-1:444455556666:payouts"
INSTANCE = "arn:aws:ec2:us-east-1:444455556666:instance/*"
BREAK_GLASS = "arn:aws:iam::444455556666:role/BreakGlass"

NO_IAM_WITHOUT_MFA = {
    "Effect": "Deny",
    "Action": "iam:*",
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
}
OUT_OF_ON_CALL = edit("remove-member", group="OnCall", user="alice")


@dataclass(frozen=True, slots=True)
class Prediction:
    lesson: int
    about: str
    account: str
    ask: Ask
    expected: str
    after: tuple[Change, ...] = ()

    def __str__(self) -> str:
        return f"{self.lesson}: {self.about}"


def first_day(lesson: int, about: str, expected: str, ask: Ask) -> Prediction:
    return Prediction(lesson, about, "first-day", ask, expected)


def startup(lesson: int, about: str, expected: str, ask: Ask, *after: Change) -> Prediction:
    return Prediction(lesson, about, "startup", ask, expected, after)


def org_member(about: str, expected: str, ask: Ask, *after: Change) -> Prediction:
    return Prediction(15, about, "org-member", ask, expected, after)


def invoke(address: str, *, tls: str = "true") -> Ask:
    context = {"aws:SourceIp": address, "aws:SecureTransport": tls}
    return Ask("user/alice", "lambda:InvokeFunction", DAILY, context)


def create_user(principal: str, mfa: str | None = None) -> Ask:
    context = {} if mfa is None else {"aws:MultiFactorAuthPresent": mfa}
    return Ask(principal, "iam:CreateUser", NEW_USER, context)


def assume_deploy(principal: str, mfa: str | None = None) -> Ask:
    context = {} if mfa is None else {"aws:MultiFactorAuthPresent": mfa}
    return Ask(principal, "sts:AssumeRole", DEPLOY, context)


def run_instances(principal: str, region: dict[str, str]) -> Ask:
    arn = INSTANCE.replace("us-east-1", region["aws:RequestedRegion"])
    return Ask(principal, "ec2:RunInstances", arn, region)


LESSON_1 = [
    first_day(1, "root without any policy creates a user", ALLOWED, create_user("root")),
    first_day(1, "root closes the account", ALLOWED, Ask("root", "account:CloseAccount")),
    *(
        first_day(1, f"nobody but root does: {name}", IMPLICIT, create_user(f"user/{name}"))
        for name in ("nina", "carol", "backup")
    ),
]

LESSON_2 = [
    first_day(
        2,
        "every credential and no policy",
        IMPLICIT,
        Ask("user/nina", "s3:ListAllMyBuckets"),
    ),
    first_day(2, "who am I needs none", ALLOWED, Ask("user/nina", "sts:GetCallerIdentity")),
]

LESSON_4 = [
    startup(4, "2026", ALLOWED, Ask("user/alice", "s3:GetObject", Q1)),
    startup(4, "2025", IMPLICIT, Ask("user/alice", "s3:GetObject", Q1.replace("2026", "2025"))),
    startup(
        4, "the bucket is another resource", IMPLICIT, Ask("user/alice", "s3:ListBucket", REPORTS)
    ),
    startup(4, "actions ignore case", ALLOWED, Ask("user/alice", "S3:GETOBJECT", Q1)),
    startup(
        4,
        "resources do not",
        IMPLICIT,
        Ask("user/alice", "s3:GetObject", Q1.replace("reports", "Reports")),
    ),
    startup(4, "nobody deletes the bucket", EXPLICIT, Ask("root", "s3:DeleteBucket", REPORTS)),
]

LESSON_5 = [
    startup(5, "Bool, an access key", ALLOWED, create_user("user/carol")),
    startup(5, "Bool, a session without MFA", EXPLICIT, create_user("user/carol", "false")),
    startup(5, "Bool, a session with MFA", ALLOWED, create_user("user/carol", "true")),
    startup(
        5,
        "BoolIfExists, an access key",
        EXPLICIT,
        create_user("user/carol"),
        policy("RequireMFA", NO_IAM_WITHOUT_MFA),
    ),
    startup(
        5,
        "BoolIfExists, a session with MFA",
        ALLOWED,
        create_user("user/carol", "true"),
        policy("RequireMFA", NO_IAM_WITHOUT_MFA),
    ),
    startup(5, "the hole is in the group as well", ALLOWED, create_user("group/Admins")),
    startup(5, "first of two ranges", ALLOWED, invoke("192.0.2.7")),
    startup(5, "second of two ranges", ALLOWED, invoke("198.51.100.7")),
    startup(5, "neither range", IMPLICIT, invoke("203.0.113.7")),
    startup(5, "right address over http", IMPLICIT, invoke("198.51.100.7", tls="false")),
    startup(5, "ForAllValues on an absent key", ALLOWED, Ask("user/alice", "sqs:TagQueue", JOBS)),
    startup(
        5,
        "ForAllValues on a wrong key",
        IMPLICIT,
        Ask("user/alice", "sqs:TagQueue", JOBS, {"aws:TagKeys": ["team", "owner"]}),
    ),
]

LESSON_6 = [
    startup(6, "bob as he is", IMPLICIT, create_user("user/bob")),
    startup(
        6,
        "bob joins Admins",
        ALLOWED,
        create_user("user/bob"),
        edit("add-member", group="Admins", user="bob"),
    ),
    *(
        startup(
            6,
            f"two groups are united: {action}",
            ALLOWED,
            Ask("user/alice", action, resource),
            edit("attach-policy", entity="group/Developers", policy="AmazonS3ReadOnlyAccess"),
            edit("attach-policy", entity="group/OnCall", policy="AmazonEC2FullAccess"),
        )
        for action, resource in (
            ("s3:GetObject", "arn:aws:s3:::payroll/2026.csv"),
            ("ec2:StopInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"),
        )
    ),
    startup(
        6,
        "a group is no principal of a bucket policy",
        IMPLICIT,
        Ask("user/bob", "s3:ListBucket", REPORTS),
        resource_policy(
            REPORTS,
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:group/Developers"},
                "Action": "s3:ListBucket",
                "Resource": REPORTS,
            },
        ),
    ),
    *(
        startup(6, f"the task is undone: {user}", IMPLICIT, Ask(user, "sqs:SendMessage", JOBS))
        for user in ("user/alice", "user/bob", "user/dave", "user/zoe")
    ),
    startup(
        6,
        "DESIGN's edit: the developers write",
        ALLOWED,
        Ask("user/alice", "s3:PutObject", Q1),
        edit("attach-policy", entity="group/Developers", policy="S3Write"),
    ),
    startup(6, "they do not yet", IMPLICIT, Ask("user/alice", "s3:PutObject", Q1)),
]

LESSON_8 = [
    startup(8, "S3Allow and S3Deny", EXPLICIT, Ask("user/eve", "s3:GetObject", Q1)),
    startup(
        8,
        "another allow cannot win",
        EXPLICIT,
        Ask("user/eve", "s3:GetObject", Q1),
        edit("attach-policy", entity="user/eve", policy="AmazonS3FullAccess"),
    ),
    startup(8, "NotAction spares GetObject", ALLOWED, Ask("role/ReportReader", "s3:GetObject", Q1)),
    startup(8, "NotAction hits PutObject", EXPLICIT, Ask("role/ReportReader", "s3:PutObject", Q1)),
    startup(
        8,
        "NotAction hits whatever else there is",
        EXPLICIT,
        Ask("role/ReportReader", "sqs:ReceiveMessage", JOBS),
    ),
    startup(
        8,
        "a boundary is silent, no deny",
        IMPLICIT,
        Ask("user/eve", "iam:GetRole", DEPLOY),
    ),
    startup(8, "without a boundary", ALLOWED, Ask("user/zoe", "iam:GetRole", DEPLOY)),
]

LESSON_10 = [
    startup(10, "allowed to call, trust names bob", IMPLICIT, assume_deploy("user/alice")),
    startup(10, "trust names bob", ALLOWED, assume_deploy("user/bob")),
    startup(10, "an administrator is no exception", IMPLICIT, assume_deploy("user/carol")),
    startup(
        10,
        "trust names alice, she has no policy",
        ALLOWED,
        assume_deploy("user/alice"),
        OUT_OF_ON_CALL,
        trust("role/Deploy", {"AWS": ALICE}),
    ),
    startup(
        10,
        "trust names the account, no policy",
        IMPLICIT,
        assume_deploy("user/alice"),
        OUT_OF_ON_CALL,
        trust("role/Deploy", {"AWS": ACCOUNT}),
    ),
    startup(
        10,
        "both",
        ALLOWED,
        assume_deploy("user/alice"),
        trust("role/Deploy", {"AWS": ACCOUNT}),
    ),
    startup(10, "the root user assumes no role", IMPLICIT, assume_deploy("root")),
    startup(10, "alice as herself", ALLOWED, Ask("user/alice", "s3:GetObject", Q1)),
    startup(10, "alice as Deploy", IMPLICIT, Ask(DEPLOY_SESSION, "s3:GetObject", Q1)),
    startup(
        10,
        "what Deploy is for",
        ALLOWED,
        Ask(DEPLOY_SESSION, "lambda:UpdateFunctionCode", DAILY),
    ),
    *(
        startup(
            10,
            f"a session policy narrows: {action}",
            expected,
            Ask(
                DEPLOY_SESSION,
                action,
                Q1,
                session=(document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}),),
            ),
            edit("attach-policy", entity="role/Deploy", policy="AmazonS3FullAccess"),
        )
        for action, expected in (("s3:PutObject", IMPLICIT), ("s3:GetObject", ALLOWED))
    ),
]

READ_IN_EUROPE = Ask("user/olga", "s3:GetObject", SETTLED, EUROPE)

LESSON_15 = [
    org_member("an administrator in Europe", ALLOWED, READ_IN_EUROPE),
    org_member(
        "the OU allows only ec2: s3",
        IMPLICIT,
        READ_IN_EUROPE,
        service_control("Workloads", "OnlyEC2"),
    ),
    org_member(
        "the OU allows only ec2: ec2",
        ALLOWED,
        run_instances("user/olga", EUROPE),
        service_control("Workloads", "OnlyEC2"),
    ),
    org_member(
        "an OU from which FullAWSAccess was detached",
        IMPLICIT,
        READ_IN_EUROPE,
        service_control("Workloads", "RegionLock"),
    ),
    org_member(
        "SCPs grant nothing",
        IMPLICIT,
        Ask("user/tess", "s3:GetObject", SETTLED, EUROPE),
        service_control("Root", "FullAWSAccess"),
        service_control("Workloads", "FullAWSAccess"),
        service_control("payments-prod", "FullAWSAccess"),
    ),
    org_member("region lock, administrator", EXPLICIT, run_instances("user/olga", AMERICA)),
    org_member("region lock, root user", EXPLICIT, run_instances("root", AMERICA)),
    org_member("the root user in Europe", ALLOWED, run_instances("root", EUROPE)),
    org_member(
        "the gap: IAM answers in us-east-1",
        EXPLICIT,
        Ask("user/olga", "iam:ListUsers", "*", AMERICA),
    ),
    org_member("the gap: BreakGlass", EXPLICIT, run_instances("role/BreakGlass", AMERICA)),
    org_member(
        "a service-linked role is exempt",
        ALLOWED,
        run_instances("role/AWSServiceRoleForAutoScaling", AMERICA),
    ),
    org_member(
        "the management account is exempt",
        ALLOWED,
        run_instances("user/olga", AMERICA),
        managed_by_itself,
    ),
    org_member(
        "sessions of its way in are bound like all others",
        EXPLICIT,
        run_instances("role/OrganizationAccountAccessRole", AMERICA),
    ),
    org_member(
        "the deny of the account's level",
        EXPLICIT,
        Ask("role/BreakGlass", "iam:UpdateAssumeRolePolicy", BREAK_GLASS, EUROPE),
    ),
    org_member(
        "and the role that it spares",
        ALLOWED,
        Ask(
            "role/OrganizationAccountAccessRole",
            "iam:UpdateAssumeRolePolicy",
            BREAK_GLASS,
            EUROPE,
        ),
    ),
    org_member(
        "the deny of the root level",
        EXPLICIT,
        Ask("root", "organizations:LeaveOrganization", "*", EUROPE),
    ),
    org_member("RCP: an open bucket", EXPLICIT, Ask("*", "s3:GetObject", LOGO, EUROPE)),
    org_member(
        "the same bucket without the RCP",
        ALLOWED,
        Ask("*", "s3:GetObject", LOGO, EUROPE),
        control_policy("OurOrganizationOnly"),
    ),
    org_member("RCP: our own people", ALLOWED, Ask("user/tess", "s3:GetObject", LOGO, EUROPE)),
    org_member(
        "RCP: a service of AWS",
        ALLOWED,
        Ask(
            "s3.amazonaws.com",
            "sqs:SendMessage",
            PAYOUTS,
            {
                "aws:SourceArn": "arn:aws:s3:::settlements",
                "aws:SourceAccount": "444455556666",
            },
        ),
    ),
    org_member(
        "the path of the OU opens shared/",
        ALLOWED,
        Ask("user/tess", "s3:GetObject", SHARED, EUROPE),
    ),
    org_member(
        "a boundary stands below the SCPs: sam",
        IMPLICIT,
        run_instances("user/sam", EUROPE),
    ),
    org_member(
        "a boundary stands below the SCPs: paul",
        ALLOWED,
        run_instances("user/paul", EUROPE),
    ),
]

PREDICTIONS = [
    *LESSON_1,
    *LESSON_2,
    *LESSON_4,
    *LESSON_5,
    *LESSON_6,
    *LESSON_8,
    *LESSON_10,
    *LESSON_15,
]


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=str)
def test_the_engine_answers_as_the_lesson_says(prediction: Prediction) -> None:
    account = applied(load(prediction.account), *prediction.after)

    assert decide(account, prediction.ask) == prediction.expected


def test_readme_example() -> None:
    account = load("startup")

    assert simulate(account, "user/alice", "s3:GetObject", Q1).allowed


def test_lesson_1_root_takes_no_policy_and_joins_no_group() -> None:
    with pytest.raises(EditError) as refused:
        AttachPolicy(entity="root", policy="AdministratorAccess").apply(load("first-day"))
    assert refused.value.code == "InvalidInput"

    with pytest.raises(EditError) as refused:
        AddMember(group="Admins", user="root").apply(load("startup"))
    assert refused.value.code == "InvalidInput"


def test_lesson_3_one_more_key_and_no_third() -> None:
    carol = load("first-day").users["arn:aws:iam::111122223333:user/carol"]
    path = sample_path("first-day")
    assert path is not None
    text = path.read_text(encoding="utf-8")
    key = f'{{ id = "{carol.access_keys[0].id}"'
    two = text.replace(key, f'{{ id = "AKIATWO6P4W3NEXAMPLE" }}, {key}')
    three = two.replace(key, f'{{ id = "AKIATHREE5R2BEXAMPLE" }}, {key}')

    assert 2 - len(carol.access_keys) == 1
    assert len(load_toml(two).users[carol.arn].access_keys) == 2
    with pytest.raises(AccountFileError, match="at most 2 access keys"):
        load_toml(three)


def test_lesson_7_edits_that_take_read_access_from_everyone() -> None:
    account = load("startup")
    read = account.resolve_policy("ReportsRead")
    holders = [user.name for user in account.users.values() if read in user.policies]
    groups = [group.name for group in account.groups.values() if read in group.policies]

    assert holders == ["alice", "bob", "carol", "dave", "zoe"]
    assert groups == []
