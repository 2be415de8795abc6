"""The policy documents of made-up accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.documents import Document

if TYPE_CHECKING:
    from random import Random

    from iam_tui.policy.documents import JsonValue

ACCOUNT_ID = "111122223333"
STAGES = ("dev", "test", "live")
REGIONS = ("eu-central-1", "eu-west-1", "eu-north-1")


def document(*statements: dict[str, JsonValue]) -> Document:
    """Return the document of these statements."""
    return Document.of({"Version": "2012-10-17", "Statement": [*statements]})


BOUNDARY = document(
    {
        "Sid": "Workloads",
        "Effect": "Allow",
        "NotAction": ["iam:*", "organizations:*", "account:*"],
        "Resource": "*",
    },
    {"Sid": "LookAtIam", "Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"},
    {
        "Sid": "HandOutRoles",
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": f"arn:aws:iam::{ACCOUNT_ID}:role/workloads/*",
    },
)
REQUIRE_MFA = document(
    {
        "Sid": "NothingWithoutMfa",
        "Effect": "Deny",
        "NotAction": ["iam:ChangePassword", "iam:EnableMFADevice", "iam:GetUser", "sts:*"],
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    }
)


class _Service(NamedTuple):
    """What policies say of a service."""

    read: tuple[str, ...]
    write: tuple[str, ...]
    resources: tuple[str, ...]


_SERVICES = (
    _Service(
        ("s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"),
        ("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
        ("arn:aws:s3:::{team}-{part}-{stage}", "arn:aws:s3:::{team}-{part}-{stage}/*"),
    ),
    _Service(
        ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:DescribeTable"),
        ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
        ("arn:aws:dynamodb:{region}:{account}:table/{team}-{part}-{stage}",),
    ),
    _Service(
        ("sqs:ReceiveMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
        ("sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
        ("arn:aws:sqs:{region}:{account}:{team}-{part}-{stage}",),
    ),
    _Service(
        ("lambda:GetFunction", "lambda:ListTags"),
        ("lambda:InvokeFunction", "lambda:UpdateFunctionCode"),
        ("arn:aws:lambda:{region}:{account}:function:{team}-{part}-{stage}",),
    ),
    _Service(
        ("logs:GetLogEvents", "logs:FilterLogEvents"),
        ("logs:CreateLogStream", "logs:PutLogEvents"),
        ("arn:aws:logs:{region}:{account}:log-group:/{team}/{part}/{stage}:*",),
    ),
    _Service(
        ("kms:DescribeKey", "kms:Decrypt"),
        ("kms:Encrypt", "kms:GenerateDataKey"),
        ("arn:aws:kms:{region}:{account}:alias/{team}-{stage}",),
    ),
    _Service(
        ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
        ("secretsmanager:PutSecretValue",),
        ("arn:aws:secretsmanager:{region}:{account}:secret:{team}/{part}/{stage}-*",),
    ),
    _Service(
        ("sns:GetTopicAttributes",),
        ("sns:Publish", "sns:Subscribe"),
        ("arn:aws:sns:{region}:{account}:{team}-{part}-{stage}",),
    ),
)
_TOOLS = (
    ("cloudwatch:GetMetricData", "cloudwatch:ListMetrics"),
    ("ec2:DescribeInstances", "ec2:DescribeSecurityGroups"),
    ("cloudformation:DescribeStacks", "cloudformation:ListStackResources"),
    ("ssm:GetParameter", "ssm:GetParametersByPath"),
    ("tag:GetResources",),
)


class Documents:
    """Makes documents by chance."""

    def __init__(self, random: Random) -> None:
        """Take the source of chance."""
        self._random = random

    def of_team(self, team: str, part: str) -> Document:
        """Return what a team may do with one of its parts: a statement or a few."""
        services = self._random.sample(_SERVICES, self._random.choice((1, 1, 2, 2, 3)))
        statements = [self._statement(service, team, part) for service in services]
        if self._random.random() < 0.1:
            statements.append(self._protection(team, part))
        return document(*statements)

    def _statement(self, service: _Service, team: str, part: str) -> dict[str, JsonValue]:
        chance = self._random.random
        actions = list(service.read)
        if chance() < 0.5:
            actions += service.write
        if chance() < 0.07:
            prefix = service.read[0].partition(":")[0]
            actions = [f"{prefix}:*"]
        places = {
            "account": ACCOUNT_ID,
            "region": self._random.choice(REGIONS),
            "stage": self._random.choice((*STAGES, "*")),
            "team": team,
            "part": part if chance() < 0.9 else "*",
        }
        made: dict[str, JsonValue] = {
            "Effect": "Allow",
            "Action": [*actions],
            "Resource": [text.format(**places) for text in service.resources],
        }
        if chance() < 0.15:
            made["Condition"] = self._condition(team)
        return made

    def _condition(self, team: str) -> dict[str, JsonValue]:
        conditions: tuple[dict[str, JsonValue], ...] = (
            {"StringEquals": {"aws:PrincipalTag/team": team}},
            {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
            {"StringEquals": {"aws:RequestedRegion": [*REGIONS]}},
            {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}},
            {"Bool": {"aws:SecureTransport": "true"}},
            {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        )
        return self._random.choice(conditions)

    @staticmethod
    def _protection(team: str, part: str) -> dict[str, JsonValue]:
        return {
            "Sid": "KeepWhatIsLive",
            "Effect": "Deny",
            "Action": ["s3:DeleteBucket", "s3:PutBucketPolicy"],
            "Resource": f"arn:aws:s3:::{team}-{part}-live",
        }

    def tools(self, team: str) -> Document:
        """Return what somebody needs beside the parts: to look around, or to take on a role."""
        if self._random.random() < 0.5:
            role = f"arn:aws:iam::{ACCOUNT_ID}:role/people/{team}-*"
            return document({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role})
        actions = self._random.choice(_TOOLS)
        return document({"Effect": "Allow", "Action": [*actions], "Resource": "*"})

    @staticmethod
    def approved_regions() -> Document:
        """Return a policy that denies everything elsewhere."""
        return document(
            {
                "Sid": "NowhereElse",
                "Effect": "Deny",
                "NotAction": ["iam:*", "sts:*", "support:*", "route53:*", "cloudfront:*"],
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": [*REGIONS]}},
            }
        )
