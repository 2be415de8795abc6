"""Which documents IAM refuses to store, and in which words; moto has collected many of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import IAMPolicyDocumentValidator

from iam_tui.account import Account, Role, User
from iam_tui.account.arns import iam_arn
from iam_tui.account.aws_managed import aws_managed_policy
from iam_tui.account.edits import PutInlinePolicy, PutTrustPolicy
from iam_tui.catalog.managed_policies import managed_policy_arn, managed_policy_names
from iam_tui.errors import EditError
from iam_tui.policy import Document, JsonValue
from tests.strategies import documents

ID = "111122223333"
ALICE = User(arn=iam_arn(ID, "user", "alice", path="/team/"), name="alice", path="/team/")
DEPLOY = Role(arn=iam_arn(ID, "role", "Deploy"), name="Deploy")
ACCOUNT = Account(id=ID, users={ALICE.arn: ALICE}, roles={DEPLOY.arn: DEPLOY})

ALLOW: dict[str, JsonValue] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def identity(statement: JsonValue, **top: JsonValue) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement, **top})


def put(document: str) -> Account:
    edit = PutInlinePolicy(entity="user/alice", policy="x", document=Document.of(document))
    return edit.apply(ACCOUNT)


def refusal(document: str) -> EditError:
    with pytest.raises(EditError) as caught:
        put(document)
    return caught.value


SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"

REFUSED: list[tuple[str, str]] = [
    ("not JSON", SYNTAX),
    ("[]", SYNTAX),
    ("{}", SYNTAX),
    ('{"Version": "2012-10-17", "Statement": []}', SYNTAX),
    ('{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": {}}', SYNTAX),
    (identity(["text"]), SYNTAX),
    (identity([ALLOW], Conditions={}), SYNTAX),
    (identity([ALLOW], Id=3), SYNTAX),
    (identity([ALLOW], Version="2020-01-01"), SYNTAX),
    (identity({**ALLOW, "Efect": "Allow"}), SYNTAX),
    (identity({"Action": "s3:GetObject", "Resource": "*"}), SYNTAX),
    (identity({**ALLOW, "Effect": "Permit"}), SYNTAX),
    (identity({**ALLOW, "Effect": ["Allow"]}), SYNTAX),
    (identity({**ALLOW, "NotAction": "s3:PutObject"}), SYNTAX),
    (identity({**ALLOW, "NotResource": "*"}), SYNTAX),
    (identity({**ALLOW, "Principal": "*", "NotPrincipal": "*"}), SYNTAX),
    (identity({**ALLOW, "Action": 3}), SYNTAX),
    (identity({**ALLOW, "Action": [None]}), SYNTAX),
    (identity({**ALLOW, "Sid": 3}), SYNTAX),
    (identity({**ALLOW, "Condition": "x"}), SYNTAX),
    (identity({**ALLOW, "Condition": {"StringEquals": "x"}}), SYNTAX),
    (identity({**ALLOW, "Condition": {"StringEquals": {"aws:username": {}}}}), SYNTAX),
    (identity({**ALLOW, "Condition": {"StringEqual": {"aws:username": "x"}}}), SYNTAX),
    (identity({**ALLOW, "Condition": {"ForAnyValue::Bool": {"a:b": "true"}}}), SYNTAX),
    (identity([ALLOW], Version="2008-10-17"), "Policy document must be version 2012-10-17"),
    (json.dumps({"Statement": [ALLOW]}), "Policy document must be version 2012-10-17"),
    (identity({"Effect": "Allow", "Resource": "*"}), "Policy statement must contain actions."),
    (identity({**ALLOW, "Action": []}), "Policy statement must contain actions."),
    (identity({"Effect": "Allow", "Action": "*"}), "Policy statement must contain resources."),
    (identity({**ALLOW, "Resource": []}), "Policy statement must contain resources."),
    (identity({**ALLOW, "Action": "GetObject"}), "Actions/Conditions must be prefaced by a vendor"),
    (identity({**ALLOW, "Action": "s3:Get:Object"}), "Actions/Condition can contain only one"),
    (identity({**ALLOW, "Action": "s 3:GetObject"}), "Vendor s 3 is not valid"),
    (identity({**ALLOW, "Resource": "bucket"}), 'Resource bucket must be in ARN format or "*".'),
    (
        identity({**ALLOW, "Resource": "arn:b:s3:::x"}),
        'Partition "b" is not valid for resource "arn:b:s3:::x".',
    ),
    (identity({**ALLOW, "Resource": "arn:aws"}), "Resource vendor must be fully qualified"),
    (identity({**ALLOW, "Resource": "arn:aws:s*:::x"}), "Resource vendor must be fully qualified"),
    (identity({**ALLOW, "Resource": "arn:aws:s3::x"}), LEGACY),
    (identity({**ALLOW, "Effect": "allow"}), LEGACY),
    (identity({**ALLOW, "Condition": {"DateLessThan": {"aws:CurrentTime": "soon"}}}), LEGACY),
    (identity([{**ALLOW, "Sid": "A"}, {**ALLOW, "Sid": "A"}]), "Statement IDs (SID) in a single"),
    (identity({**ALLOW, "Sid": "one two"}), "Statement IDs (SID) must be alpha-numeric."),
    (identity({**ALLOW, "Principal": "*"}), "Policy document should not specify a principal."),
    (
        identity({**ALLOW, "Resource": "arn:aws:s3:eu-west-1::bucket/x"}),
        "Resource arn:aws:s3:eu-west-1::bucket/x can not contain region information.",
    ),
    (
        identity({**ALLOW, "Resource": "arn:aws:iam:eu-west-1:111122223333:user/x"}),
        "IAM resource arn:aws:iam:eu-west-1:111122223333:user/x cannot contain region information.",
    ),
    (
        identity({**ALLOW, "Resource": "arn:aws:iam::111122223333:users/x"}),
        'IAM resource path must either be "*" or start with user/, federated-user/',
    ),
]


@pytest.mark.parametrize(("document", "text"), REFUSED, ids=lambda value: value[:70])
def test_a_malformed_document_is_refused_in_the_words_of_iam(document: str, text: str) -> None:
    error = refusal(document)

    assert error.code == "MalformedPolicyDocument"
    assert error.message.startswith(text)


def test_what_is_wrong_is_said_behind_the_words_of_iam() -> None:
    assert refusal(identity([ALLOW, {**ALLOW, "Efect": "x"}])).message == (
        "Syntax errors in policy. (Statement[1] has an unknown element Efect; did you mean Effect?)"
    )
    wrong = identity({**ALLOW, "Condition": {"StringEqual": {"aws:username": "x"}}})
    assert "did you mean StringEquals?" in refusal(wrong).message
    assert "line 1, column 15" in refusal('{"Statement": ').message


def test_a_character_that_no_document_may_hold() -> None:
    error = refusal(
        identity({**ALLOW, "Resource": "arn:aws:s3:::b/\u0119"}).encode().decode("unicode_escape")
    )

    assert error.code == "ValidationError"
    assert "printable ASCII" in error.message


TAKEN: list[JsonValue] = [
    ALLOW,
    [ALLOW],
    {**ALLOW, "Resource": ["*", None]},
    {**ALLOW, "Resource": "arn:aws:sqs"},
    {**ALLOW, "Resource": "arn:*:s3:::x"},
    {**ALLOW, "Resource": "arn:aws:iam::*:root"},
    {**ALLOW, "Resource": "arn:aws:iam::111122223333:*"},
    {**ALLOW, "Resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/x"},
    {**ALLOW, "Action": ["*", "nothing:Known", "s3:Get Object"]},
    {**ALLOW, "Sid": ""},
    [{**ALLOW, "Sid": ""}, {**ALLOW, "Sid": ""}],
    {**ALLOW, "Condition": {}},
    {**ALLOW, "Condition": {"Nonsense": {}}},
    {**ALLOW, "Condition": {"StringEquals": {"aws:username": []}}},
    {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": True}}},
    {**ALLOW, "Condition": {"NumericEquals": {"s3:max-keys": 3}}},
    {**ALLOW, "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a"]}}},
    {**ALLOW, "Condition": {"DateLessThan": {"aws:CurrentTime": ["2026-01-01", "1767225600"]}}},
]


@pytest.mark.parametrize("statement", TAKEN, ids=lambda value: json.dumps(value)[:70])
def test_what_iam_takes_is_taken(statement: JsonValue) -> None:
    assert put(identity(statement)) != ACCOUNT


def test_every_policy_of_aws_could_be_stored() -> None:
    names = managed_policy_names()
    assert len(names) > 1000
    for name in names:
        found = aws_managed_policy(managed_policy_arn(name) or "")
        assert found is not None
        try:
            put(found.document.text)
        except EditError as error:
            assert error.code == "LimitExceeded", (name, error)  # noqa: PT017 - most are too long


# --- moto's findings ----------------------------------------------------------------------------

ELEMENTS = ("Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Sid", "Extra")
VALUES: list[JsonValue] = [
    *("Allow", "Deny", "deny", "s3:GetObject", "GetObject", "a:b:c", "*", "a_b:c", ""),
    *("arn:aws:s3:::b", "arn:aws:s3::b", "arn:aws:sqs", "arn:aws", "arn:x:s3:::b", "b"),
    *("arn:aws:iam::111122223333:user/x", "arn:aws:iam::111122223333:x"),
    [],
    ["s3:GetObject"],
    ["arn:aws:s3:::b", "*"],
    [3],
    *(3, None, True),
    {},
    {"StringEquals": {"aws:username": "x"}},
    {"Nonsense": {}},
    {"Nonsense": {"a": "b"}},
    {"Bool": "x"},
    {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}},
    {"DateEquals": {"a": "2026-13-40"}},
]


@st.composite
def changed_documents(draw: st.DrawFn) -> str:
    """A document that IAM takes, with one element of one statement taken away or given a value."""
    top = json.loads(draw(documents()).text)
    several = top["Statement"] if isinstance(top["Statement"], list) else [top["Statement"]]
    statement = draw(st.sampled_from(several))
    element = draw(st.sampled_from(ELEMENTS))
    if draw(st.booleans()):
        statement.pop(element, None)
    else:
        statement[element] = draw(st.sampled_from(VALUES))
    return json.dumps(top)


def text_of_moto(document: str) -> str | None:
    try:
        IAMPolicyDocumentValidator(document).validate()
    except MalformedPolicyDocument as error:
        return str(error.message)
    return None


def text_of_ours(document: str) -> str | None:
    try:
        put(document)
    except EditError as error:
        return error.message
    return None


MOTO_LACKS = "must be alpha-numeric"
"""What IAM says of a Sid (G11) and moto does not check."""


@given(changed_documents())
def test_moto_refuses_the_same_documents_in_the_same_words(document: str) -> None:
    theirs, ours = text_of_moto(document), text_of_ours(document)

    if ours is not None and MOTO_LACKS in ours:
        return
    if theirs is None or ours is None:
        assert theirs == ours, document
    else:
        assert ours.startswith(theirs), document


# --- trust policies -----------------------------------------------------------------------------

TRUST: dict[str, JsonValue] = {
    "Effect": "Allow",
    "Principal": {"AWS": ID},
    "Action": "sts:AssumeRole",
}


def trust(statement: JsonValue) -> Account:
    document = Document.of(identity(statement))
    return PutTrustPolicy(role="Deploy", document=document).apply(ACCOUNT)


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ({**TRUST, "Resource": "*"}, "Has prohibited field Resource."),
        ({**TRUST, "Action": "s3:GetObject"}, "AssumeRole policy may only specify STS AssumeRole"),
        ({**TRUST, "Action": "sts:GetCallerIdentity"}, "AssumeRole policy may only specify STS"),
        (
            {"Effect": "Deny", "NotPrincipal": {"AWS": ID}, "Action": "sts:AssumeRole"},
            "Has prohibited field NotPrincipal.",
        ),
        ({"Effect": "Allow", "Action": "sts:AssumeRole"}, "Missing required field Principal."),
        ({**TRUST, "Principal": {}}, "Missing required field Principal."),
        ({**TRUST, "Principal": ALICE.arn}, "Invalid principal format"),
        ({**TRUST, "Principal": {"Users": ID}}, 'Invalid principal in policy: "Users"'),
        (
            {**TRUST, "Principal": {"AWS": f"arn:aws:iam::{ID}:user/alice"}},
            f'Invalid principal in policy: "AWS":"arn:aws:iam::{ID}:user/alice"',
        ),
        (
            {**TRUST, "Principal": {"AWS": f"arn:aws:iam::{ID}:group/Admins"}},
            f'Invalid principal in policy: "AWS":"arn:aws:iam::{ID}:group/Admins"',
        ),
        ({**TRUST, "Principal": {"AWS": "alice"}}, 'Invalid principal in policy: "AWS":"alice"'),
        (
            {**TRUST, "Principal": {"Service": "ec2"}},
            'Invalid principal in policy: "SERVICE":"ec2"',
        ),
        ({**TRUST, "Principal": {"Federated": "x"}}, "Federated principals must be valid"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_trust_policy_that_iam_refuses(statement: JsonValue, text: str) -> None:
    with pytest.raises(EditError) as caught:
        trust(statement)

    assert caught.value.code == "MalformedPolicyDocument"
    assert caught.value.message.startswith(text)


def test_a_group_in_a_trust_policy_is_answered_with_what_to_do() -> None:
    with pytest.raises(EditError, match="a group is no principal; name its users"):
        trust({**TRUST, "Principal": {"AWS": f"arn:aws:iam::{ID}:group/Admins"}})


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": [ID, ALICE.arn, DEPLOY.arn]},
        {"AWS": "arn:aws:iam::444455556666:user/nobody-here-knows"},
        {"AWS": f"arn:aws:sts::{ID}:assumed-role/Deploy/session"},
        {"AWS": "AROAEXAMPLEID"},
        {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
        {"Federated": "accounts.google.com"},
        {"Federated": f"arn:aws:iam::{ID}:saml-provider/Corp"},
    ],
    ids=str,
)
def test_a_trust_policy_that_iam_takes(principal: JsonValue) -> None:
    role = trust({**TRUST, "Principal": principal}).roles[DEPLOY.arn]

    assert role.trust_policy is not None
