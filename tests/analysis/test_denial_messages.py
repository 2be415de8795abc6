"""AccessDenied messages as AWS and its tools write them, and what they come to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load
from iam_tui.account import Account
from iam_tui.analysis.denial_answers import DenialAnswer, explain_denial
from iam_tui.analysis.denial_messages import Denial, NotADenial, read_denial
from iam_tui.errors import UnknownName, UsageError
from tests.analysis.asking import ID, account, allow, deny, document, policy, trust

ALICE = f"arn:aws:iam::{ID}:user/alice"
SESSION = f"arn:aws:sts::{ID}:assumed-role/Deploy/i-0123"
BUCKET = "arn:aws:s3:::reports"
OBJECT = "arn:aws:s3:::reports/2026/q1 final.csv"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ID}:function:report"
SCP_ARN = (
    "arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd"
)
BOUNDARY_ARN = f"arn:aws:iam::{ID}:policy/lab-boundary"


def said(denial: Denial) -> tuple[str, str, str, str, str, str]:
    return (
        denial.principal,
        denial.action,
        denial.resource,
        denial.effect,
        denial.layer,
        denial.policy,
    )


USER = f"User: {ALICE} is not authorized to perform: "

MESSAGES: list[tuple[str, tuple[str, str, str, str, str, str]]] = [
    # IAM User Guide: "Troubleshoot access denied error messages"
    (
        USER + "codecommit:ListRepositories because no service control policy allows the "
        "codecommit:ListRespositories action",
        (ALICE, "codecommit:ListRepositories", "", "implicit", "SCP", ""),
    ),
    (
        USER + "codecommit:ListRepositories with an explicit deny in a service control policy",
        (ALICE, "codecommit:ListRepositories", "", "explicit", "SCP", ""),
    ),
    (
        USER + f"secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:{ID}:"
        "secret:* with an explicit deny in a resource control policy",
        (
            ALICE,
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:us-east-1:{ID}:secret:*",
            "explicit",
            "RCP",
            "",
        ),
    ),
    (
        USER + "\\ncodecommit:ListRepositories because no VPC endpoint policy allows the "
        "codecommit:ListRepositories action",
        (ALICE, "codecommit:ListRepositories", "", "implicit", "endpoint", ""),
    ),
    (
        USER + f"codedeploy:ListDeployments on resource: arn:aws:codedeploy:us-east-1:{ID}:"
        "deploymentgroup:* with an explicit deny in a VPC endpoint policy",
        (
            ALICE,
            "codedeploy:ListDeployments",
            f"arn:aws:codedeploy:us-east-1:{ID}:deploymentgroup:*",
            "explicit",
            "endpoint",
            "",
        ),
    ),
    (
        USER + f"codedeploy:ListDeployments on resource: {FUNCTION} because no permissions "
        "boundary allows the codedeploy:ListDeployments action",
        (ALICE, "codedeploy:ListDeployments", FUNCTION, "implicit", "boundary", ""),
    ),
    (
        USER + "sagemaker:ListModels with an explicit deny in a permissions boundary",
        (ALICE, "sagemaker:ListModels", "", "explicit", "boundary", ""),
    ),
    (
        USER + "codecommit:ListRepositories because no session policy allows the "
        "codecommit:ListRepositories action",
        (ALICE, "codecommit:ListRepositories", "", "implicit", "session", ""),
    ),
    (
        USER + f"codedeploy:ListDeployments on resource: {FUNCTION} with an explicit deny in a "
        "sessions policy",
        (ALICE, "codedeploy:ListDeployments", FUNCTION, "explicit", "session", ""),
    ),
    (
        USER + "secretsmanager:GetSecretValue because no resource-based policy allows the "
        "secretsmanager:GetSecretValue action",
        (ALICE, "secretsmanager:GetSecretValue", "", "implicit", "resource", ""),
    ),
    (
        USER + f"secretsmanager:GetSecretValue on resource: {FUNCTION} with an explicit deny in a "
        "resource-based policy",
        (ALICE, "secretsmanager:GetSecretValue", FUNCTION, "explicit", "resource", ""),
    ),
    (
        USER + "sts:AssumeRole because no role trust policy allows the sts:AssumeRole action",
        (ALICE, "sts:AssumeRole", "", "implicit", "trust", ""),
    ),
    (
        USER + "sts:AssumeRole because the role trust policy allows the sts:AssumeRole action",
        (ALICE, "sts:AssumeRole", "", "implicit", "trust", ""),
    ),
    (
        USER + "sts:AssumeRole with an explicit deny in the role trust policy",
        (ALICE, "sts:AssumeRole", "", "explicit", "trust", ""),
    ),
    (
        (f"User: arn:aws:iam::{ID}:role/HR is not authorized to perform: "
        "codecommit:ListRepositories because no identity-based policy allows the "
        "codecommit:ListRepositories action"),
        (f"arn:aws:iam::{ID}:role/HR", "codecommit:ListRepositories", "", "implicit", "identity", ""),
    ),
    (
        USER + f"codedeploy:ListDeployments on resource: {FUNCTION} with an explicit deny in an "
        "identity-based policy",
        (ALICE, "codedeploy:ListDeployments", FUNCTION, "explicit", "identity", ""),
    ),
    (
        (f"User: {SESSION} is not authorized to perform: SNS:Publish on resource: "
        "arn:aws:sns:us-east-1:444455556666:role-name-2 with an explicit deny in a VPC endpoint "
        "policy transitively through a service control policy"),
        (
            SESSION,
            "SNS:Publish",
            "arn:aws:sns:us-east-1:444455556666:role-name-2",
            "explicit",
            "SCP",
            "",
        ),
    ),
    # before 2021: no reason, or half of one
    (
        (f"An error occurred (AccessDenied) when calling the ListRoles operation: {USER}iam:ListRoles "
        f"on resource: arn:aws:iam::{ID}:role/"),
        (ALICE, "iam:ListRoles", f"arn:aws:iam::{ID}:role/", "", "", ""),
    ),
    (
        ("botocore.exceptions.ClientError: An error occurred (AccessDeniedException) when calling "
        f"the GetFunction operation: {USER}lambda:GetFunction on resource: {FUNCTION} with an "
        "explicit deny"),
        (ALICE, "lambda:GetFunction", FUNCTION, "explicit", "", ""),
    ),
    # since 2026: the policy's ARN
    (
        (f"{USER}iam:ListRoles on resource: arn:aws:iam::{ID}:role/* with an explicit deny in a "
        f"service control policy: {SCP_ARN}"),
        (ALICE, "iam:ListRoles", f"arn:aws:iam::{ID}:role/*", "explicit", "SCP", SCP_ARN),
    ),
    (
        (f"You are not authorized to perform this operation. {USER}ec2:RunInstances on resource: "
        f"arn:aws:ec2:eu-west-1:{ID}:instance/* with an explicit deny in a permissions boundary: "
        f"{BOUNDARY_ARN}. Encoded authorization failure message: GdIWPnptu6qC-_nBOYJEwLauIf"),
        (
            ALICE,
            "ec2:RunInstances",
            f"arn:aws:ec2:eu-west-1:{ID}:instance/*",
            "explicit",
            "boundary",
            BOUNDARY_ARN,
        ),
    ),
    (
        (f"software.amazon.awssdk.services.ec2.model.Ec2Exception: {USER}ec2:DescribeInstances with "
        f"an explicit deny in a permissions boundary: {BOUNDARY_ARN} (Service: Ec2, Status Code: "
        "403, Request ID: 0121b611) (SDK Attempt Count: 1)"),
        (ALICE, "ec2:DescribeInstances", "", "explicit", "boundary", BOUNDARY_ARN),
    ),
    # S3
    (
        (f'{USER}s3:GetObject on resource: "{OBJECT}" because no identity-based policy allows the '
        "s3:GetObject action (Service: S3, Status Code: 403, Request ID: DMQ0)"),
        (ALICE, "s3:GetObject", OBJECT, "implicit", "identity", ""),
    ),
    (
        (f"{USER}s3:PutBucketPolicy on resource: &quot;{BUCKET}&quot; because public policies are "
        "blocked by the BlockPublicPolicy block public access setting."),
        (ALICE, "s3:PutBucketPolicy", BUCKET, "implicit", "public-access", ""),
    ),
    (
        ("api error AccessDenied: User is not authorized to perform: s3:PutBucketPolicy because "
        "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."),
        ("", "s3:PutBucketPolicy", "", "implicit", "public-access", ""),
    ),
    (
        "An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied",
        ("", "s3:ListBucket", "", "", "", ""),
    ),
    (
        "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
        ("", "s3:GetObject", "", "", "", ""),
    ),
    (
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
        ("", "", "", "", "", ""),
    ),
    (
        (f'<Message>{USER}s3:ListBucket on resource: "{BUCKET}" with an explicit deny in a '
        "resource-based policy</Message>"),
        (ALICE, "s3:ListBucket", BUCKET, "explicit", "resource", ""),
    ),
    (
        ("operation error S3: HeadObject, https response error StatusCode: 403, api error "
        "Forbidden: AccessDenied"),
        ("", "s3:GetObject", "", "", "", ""),
    ),
    # IAM's own names of resources
    (
        (f"{USER}iam:ListAttachedUserPolicies on resource: user alice because no permissions "
        "boundary allows the iam:ListAttachedUserPolicies action"),
        (ALICE, "iam:ListAttachedUserPolicies", "user alice", "implicit", "boundary", ""),
    ),
    (
        (f"{USER}iam:CreatePolicyVersion on resource: policy {BOUNDARY_ARN} with an explicit deny "
        f"in a permissions boundary: {BOUNDARY_ARN}"),
        (
            ALICE,
            "iam:CreatePolicyVersion",
            f"policy {BOUNDARY_ARN}",
            "explicit",
            "boundary",
            BOUNDARY_ARN,
        ),
    ),
    # others
    (
        (f"User: {SESSION} is not authorized to perform: sqs:ListQueues on resource: "
        f"arn:aws:sqs:us-east-1:{ID}: because no permissions boundary allows the sqs:ListQueues "
        "action"),
        (SESSION, "sqs:ListQueues", f"arn:aws:sqs:us-east-1:{ID}:", "implicit", "boundary", ""),
    ),
    (
        ('{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        'arn:aws:execute-api:us-east-1:********2333:abc123/Prod/POST/x with an explicit deny"}'),
        (
            "*",
            "execute-api:Invoke",
            "arn:aws:execute-api:us-east-1:********2333:abc123/Prod/POST/x",
            "explicit",
            "",
            "",
        ),
    ),
    (
        (f"{USER}kms:GenerateDataKey on this resource because no identity-based policy allows the "
        "kms:GenerateDataKey action"),
        (ALICE, "kms:GenerateDataKey", "", "implicit", "identity", ""),
    ),
    (
        (f"{SESSION} is not authorized to perform: kms:Decrypt on the resource {FUNCTION}, because "
        "no resource-based policy allows the kms:Decrypt action"),
        (SESSION, "kms:Decrypt", FUNCTION, "implicit", "resource", ""),
    ),
    (
        f"Access to the resource https://sqs.eu-west-1.amazonaws.com/{ID}/jobs is denied.",
        ("", "", f"arn:aws:sqs:eu-west-1:{ID}:jobs", "", "", ""),
    ),
    ("AccessDenied: Roles may not be assumed by root accounts.", ("root", "sts:AssumeRole", "", "", "", "")),
    (
        "Error: Not authorized to perform sts:AssumeRoleWithWebIdentity",
        ("", "sts:AssumeRoleWithWebIdentity", "", "", "", ""),
    ),
    (
        ("API: ec2:RunInstances You are not authorized to perform this operation. Encoded "
        "authorization failure message: rHU-pVHMSckD0OAc5l3r9"),
        ("", "ec2:RunInstances", "", "", "", ""),
    ),
    (
        f'{{\\"errorMessage\\": \\"{USER}s3:GetObject on resource: \\\\"{BUCKET}\\\\"\\"}}',
        (ALICE, "s3:GetObject", BUCKET, "", "", ""),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("message", "wanted"), MESSAGES, ids=lambda value: str(value)[:70])
def test_a_message_becomes_a_request(message: str, wanted: tuple[str, ...]) -> None:
    assert said(read_denial(message)) == wanted


@pytest.mark.parametrize(("message", "wanted"), MESSAGES, ids=lambda value: str(value)[:70])
def test_how_a_message_is_broken_into_lines_does_not_matter(
    message: str, wanted: tuple[str, ...]
) -> None:
    if OBJECT not in message:
        assert said(read_denial("\n\n  " + message.replace(" ", "\n   ") + "\n")) == wanted


def test_the_encoded_part_and_the_operation_are_kept() -> None:
    encoded = read_denial(
        "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You "
        "are not authorized to perform this operation. Encoded authorization failure message: "
        "XQ_jqde5rHje6j9P-qke7"
    )
    assert (encoded.encoded, encoded.action) == ("XQ_jqde5rHje6j9P-qke7", "ec2:RunInstances")
    ambiguous = read_denial("AccessDeniedException when calling the TagResource operation")
    assert (ambiguous.operation, ambiguous.action) == ("TagResource", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "User: alice",
        "{}",
        '{"a": 1}',
        "404 Not Found",
        "Syntax errors in policy.",
        "[1]",
    ],
)
def test_what_is_no_denial_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotADenial, match="no AccessDenied message"):
        read_denial(text)


@given(st.text() | st.from_regex(r"User: .* is not authorized to perform: .* on resource: .*"))
def test_no_text_can_do_harm(text: str) -> None:
    try:
        found = read_denial(text)
    except NotADenial:
        return
    assert found.text == text


# --- JSON ---------------------------------------------------------------------------------------


EVENT: dict[str, Any] = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "AssumedRole",
        "arn": SESSION,
        "sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
    },
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "192.0.2.7",
    "errorCode": "AccessDenied",
    "errorMessage": "Access Denied",
}


def test_an_event_of_cloudtrail_has_more_than_its_message() -> None:
    for text in (json.dumps(EVENT), json.dumps({"CloudTrailEvent": json.dumps(EVENT)})):
        found = read_denial(text)
        assert said(found) == (SESSION, "s3:GetObject", "", "", "", "")
        assert found.context == {
            "aws:SourceIp": "192.0.2.7",
            "aws:RequestedRegion": "eu-west-1",
            "aws:MultiFactorAuthPresent": "false",
        }


def test_the_message_of_an_event_wins() -> None:
    message = f'{USER}s3:GetObject on resource: "{OBJECT}" with an explicit deny in a resource-based policy'
    event = {**EVENT, "errorMessage": message, "sourceIPAddress": "athena.amazonaws.com"}

    found = read_denial(json.dumps(event))

    assert said(found) == (ALICE, "s3:GetObject", OBJECT, "explicit", "resource", "")
    assert "aws:SourceIp" not in found.context


def test_an_event_that_went_well_is_no_denial() -> None:
    with pytest.raises(NotADenial):
        read_denial(json.dumps({**EVENT, "errorCode": None, "errorMessage": None}))


DECODED: dict[str, Any] = {
    "allowed": False,
    "explicitDeny": True,
    "matchedStatements": {"items": []},
    "context": {
        "principal": {"id": "AIDAEXAMPLE", "name": "alice", "arn": ALICE},
        "action": "ec2:RunInstances",
        "resource": f"arn:aws:ec2:eu-west-1:{ID}:instance/*",
        "conditions": {
            "items": [
                {"key": "ec2:InstanceType", "values": {"items": [{"value": "t3.micro"}]}},
                {"key": "aws:TagKeys", "values": {"items": [{"value": "a"}, {"value": "b"}]}},
                {"key": "aws:PrincipalArn", "values": {"items": [{"value": ALICE}]}},
            ]
        },
    },
}


def test_a_decoded_message_has_the_whole_request() -> None:
    for text in (json.dumps(DECODED), json.dumps({"DecodedMessage": json.dumps(DECODED)})):
        found = read_denial(text)
        assert said(found)[:4] == (
            ALICE,
            "ec2:RunInstances",
            f"arn:aws:ec2:eu-west-1:{ID}:instance/*",
            "explicit",
        )
        assert found.context == {"ec2:InstanceType": "t3.micro", "aws:TagKeys": ["a", "b"]}


# --- beside the account file --------------------------------------------------------------------


def made(**parts: Any) -> Account:
    base: dict[str, Any] = {
        "users": [{"name": "alice", "policies": ["Read"]}],
        "roles": [
            {"name": "Deploy", "policies": ["Read"], "trust_policy": document(trust({"AWS": ID}))}
        ],
        "policies": [policy("Read", allow("s3:GetObject", "arn:aws:s3:::reports/*"))],
    }
    return account(**{**base, **parts})


def ask(message: str, found: Account, **more: Any) -> DenialAnswer:
    return explain_denial(found, read_denial(message), **more)


GET = f'{USER}s3:GetObject on resource: "arn:aws:s3:::other/x" '
READ = f'{USER}s3:GetObject on resource: "arn:aws:s3:::reports/x" '


def test_the_same_reason_agrees() -> None:
    answer = ask(GET + "because no identity-based policy allows the s3:GetObject action", made())

    assert answer.agrees
    assert answer.verdict == (
        "AWS denied it, and by this file it is denied too, and for the same reason: no Allow in "
        "identity-based policies"
    )
    assert answer.explanations == ()
    assert answer.reasons.fixes.fixes


def test_without_a_reason_every_denial_agrees() -> None:
    answer = ask(GET, made())

    assert answer.agrees
    assert answer.verdict == "AWS denied it, and by this file it is denied too"
    assert not ask(f"{GET} with an explicit deny", made()).agrees


@pytest.mark.parametrize(
    ("why", "parts", "explanation"),
    [
        (
            "with an explicit deny in a service control policy",
            {},
            "SCPs are not in this file; --with adds an organization",
        ),
        (
            "with an explicit deny in a resource control policy",
            {},
            "RCPs are not in this file; --with adds an organization",
        ),
        (
            "because no VPC endpoint policy allows the s3:GetObject action",
            {},
            "a VPC endpoint policy is part of no account file; look at the call's endpoint",
        ),
        (
            "because no permissions boundary allows the s3:GetObject action",
            {},
            "the file has no permissions boundary for the caller",
        ),
        (
            "with an explicit deny in a resource-based policy",
            {},
            "the policy of the resource is not in this file; --with adds resources",
        ),
        (
            "with an explicit deny in an identity-based policy",
            {},
            (
                "the file has identity-based policies and they say otherwise: it may be older than the "
                "account"
            ),
        ),
        (
            "with an explicit deny in a resource-based policy",
            {"resources": [{"arn": "arn:aws:s3:::reports"}]},
            (
                "the file has the resource-based policy and they say otherwise: it may be older than "
                "the account"
            ),
        ),
        (
            f"with an explicit deny in an identity-based policy: arn:aws:iam::{ID}:policy/New",
            {},
            f"the file has no policy arn:aws:iam::{ID}:policy/New: it may be older than the account",
        ),
        (
            "because public access is blocked by the BlockPublicPolicy setting",
            {},
            "S3 Block Public Access is part of no account file; look at the bucket",
        ),
    ],
)
def test_a_layer_that_the_file_lacks_can_explain_a_difference(
    why: str, parts: dict[str, Any], explanation: str
) -> None:
    answer = ask(READ + why, made(**parts))

    assert not answer.agrees
    assert answer.verdict.startswith("AWS denied it (")
    assert "but by this file it is allowed: an identity-based policy allows it" in answer.verdict
    assert explanation in answer.explanations


def test_a_session_may_have_had_a_policy() -> None:
    message = (
        f'User: {SESSION} is not authorized to perform: s3:GetObject on resource: "{BUCKET}/x" '
    )

    answer = ask(message + "because no session policy allows the s3:GetObject action", made())

    assert answer.explanations == (
        "a session policy, given when the session began, is part of no account file",
    )


def test_without_a_reason_every_unknown_layer_is_named() -> None:
    found = made()
    found = found.with_(
        users={arn: user.__class__(**{**{f: getattr(user, f) for f in user.__struct_fields__},
               "policies": (*user.policies, "arn:aws:iam::aws:policy/NobodyKnows")})
               for arn, user in found.users.items()}
    )  # fmt: skip

    answer = ask(READ, found)

    assert answer.verdict == (
        "AWS denied it, but by this file it is allowed: an identity-based policy allows it and "
        "nothing denies or limits it"
    )
    assert answer.explanations == (
        "SCPs are not in this file; --with adds an organization",
        "RCPs are not in this file; --with adds an organization",
        "the policy of the resource is not in this file; --with adds resources",
        "a VPC endpoint policy is part of no account file; look at the call's endpoint",
        "the document of NobodyKnows is not known",
    )


def test_a_key_that_the_message_does_not_have_can_explain_a_difference() -> None:
    found = made(
        users=[{"name": "alice", "policies": ["Read"],
                "inline_policies": {"x": document(deny("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))}}],
    )  # fmt: skip

    answer = ask(READ + "with an explicit deny in an identity-based policy", found)

    assert (
        "the message does not say aws:SourceIp, which could change the answer (--context)"
        in answer.explanations
    )
    assert ask(
        READ + "with an explicit deny in an identity-based policy",
        found,
        context={"aws:SourceIp": "10.1.2.3"},
    ).agrees


def test_another_reason_than_ours_is_said() -> None:
    answer = ask(GET + "with an explicit deny in a service control policy", made())

    assert answer.verdict == (
        "AWS names an explicit deny in service control policies; by this file it is denied because "
        "no identity-based policy allows it"
    )
    assert "SCPs are not in this file; --with adds an organization" in answer.explanations


ORGANIZATION: dict[str, Any] = {
    "id": "o-1",
    "management_account": "444455556666",
    "policies": [
        {"name": "No", "type": "SCP", "id": "p-2kgnabcd", "document": document(deny("s3:*"))},
        {"name": "Few", "type": "SCP", "id": "p-few", "document": document(allow("sqs:*"))},
    ],
}


def under(*names: str) -> Account:
    level = {"name": "Root", "kind": "root", "service_control_policies": list(names)}
    return made(organization={**ORGANIZATION, "levels": [level]})


def test_the_policy_of_an_organization_is_known_by_its_id() -> None:
    named = READ + f"with an explicit deny in a service control policy: {SCP_ARN}"
    other = READ + f"with an explicit deny in a service control policy: {SCP_ARN[:-4]}zzzz"

    assert ask(named, under("FullAWSAccess", "No")).agrees
    answer = ask(other, under("FullAWSAccess", "No"))
    assert not answer.agrees
    assert answer.verdict == "AWS names the policy p-2kgnzzzz; by this file No denies it"
    assert answer.explanations[0].startswith("the file has no policy arn:aws:organizations")


def test_a_lacking_allow_of_an_scp_was_called_an_explicit_deny() -> None:
    assert ask(READ + "with an explicit deny in a service control policy", under("Few")).agrees
    assert ask(
        READ + "because no service control policy allows the s3:GetObject action", under("Few")
    ).agrees


def test_the_policy_of_an_identity_is_known_by_its_arn() -> None:
    found = made(
        users=[{"name": "alice", "policies": ["Read", "No"]}],
        policies=[policy("Read", allow("s3:*")), policy("No", deny("s3:*"))],
    )
    named = READ + "with an explicit deny in an identity-based policy: "

    assert ask(f"{named}arn:aws:iam::{ID}:policy/No", found).agrees
    assert (
        "by this file No denies it" in ask(f"{named}arn:aws:iam::{ID}:policy/Read", found).verdict
    )


def test_trust_and_resources_without_policy_can_agree() -> None:
    role = f"arn:aws:iam::{ID}:role/Deploy"
    found = made(
        roles=[{"name": "Deploy", "trust_policy": document(trust({"AWS": "444455556666"}))}]
    )
    message = USER + "sts:AssumeRole because no role trust policy allows the sts:AssumeRole action"

    assert ask(message, found, resource=role).agrees
    denied = ask(message, made())
    assert "the message names no resource, so any resource was asked about (--resource)" in (
        denied.explanations
    )
    secret = f"arn:aws:secretsmanager:eu-west-1:{ID}:secret:x"
    assert ask(
        f"{USER}secretsmanager:GetSecretValue on resource: {secret} because no resource-based "
        "policy allows the secretsmanager:GetSecretValue action",
        made(),
    ).agrees


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        ("role Deploy", f"arn:aws:iam::{ID}:role/Deploy"),
        ("user nobody", f"arn:aws:iam::{ID}:user/nobody"),
        ("policy Read", f"arn:aws:iam::{ID}:policy/Read"),
        (f"policy arn:aws:iam::{ID}:policy/X", f"arn:aws:iam::{ID}:policy/X"),
        ("policy Nowhere", f"arn:aws:iam::{ID}:policy/Nowhere"),
        ("instance profile web", f"arn:aws:iam::{ID}:instance-profile/web"),
        (
            "arn:aws:execute-api:us-east-1:********3333:x/y",
            f"arn:aws:execute-api:us-east-1:{ID}:x/y",
        ),
        (
            "arn:aws:execute-api:us-east-1:********9999:x/y",
            "arn:aws:execute-api:us-east-1:********9999:x/y",
        ),
    ],
)
def test_resources_that_aws_shortens_get_their_arn(resource: str, wanted: str) -> None:
    answer = ask(f"{USER}iam:GetRole on resource: {resource} with an explicit deny", made())

    assert answer.reasons.ask.resource == wanted


def test_another_account_is_said() -> None:
    message = READ.replace(ALICE, "arn:aws:iam::444455556666:user/eve")
    resource = {"arn": BUCKET, "policy": document(allow("s3:*", "*", Principal="*"))}

    answer = ask(message + "with an explicit deny", made(resources=[resource]))

    assert (
        "arn:aws:iam::444455556666:user/eve is of another account than this file"
        in (answer.explanations[0])
    )


def test_an_unknown_caller_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="user/alice"):
        ask(GET.replace("user/alice", "user/alicia"), made())


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            (
                "You are not authorized to perform this operation. Encoded authorization failure "
                "message: XQ_jqde5rHje6j9P-qke7abcdefghijklmnop"
            ),
            (
                "the message is encoded and does not say its principal and action: decode it by aws sts "
                "decode-authorization-message --encoded-message XQ_jqde5rHje6j9P-qke7"
            ),
        ),
        (
            "An error occurred (AccessDenied) when calling the TagResource operation: not authorized",
            "the message does not say its principal and action (TagResource may be ",
        ),
        ("Access Denied", "the message does not say its principal and action; add --principal"),
        (
            "Access Denied when calling the GetObject operation",
            "the message does not say its principal; add --principal",
        ),
    ],
)
def test_a_message_that_lacks_who_or_what_says_so(message: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        ask(message, made())

    assert str(caught.value).startswith(words)


def test_what_a_message_lacks_can_be_added() -> None:
    answer = ask(
        "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
        load("startup"),
        principal="user/alice",
        resource="arn:aws:s3:::reports/2025/x",
    )

    assert answer.agrees
    assert answer.reasons.simulation.request.action == "s3:GetObject"
