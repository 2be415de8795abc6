"""A policy in plain words: every element, every operator, and what is malformed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from iam_tui.analysis.words import condition_in_words, policy_in_words, statement_in_words
from iam_tui.policy import Document, JsonValue
from iam_tui.policy.operators import OPERATORS
from tests.strategies import documents, trust_documents

ACCOUNT = "111122223333"


def words(effect: str = "Allow", **elements: Any) -> str:
    return statement_in_words({"Effect": effect, **elements})


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Action": "*", "Resource": "*"}, "Allows everything."),
        ({"Action": "s3:*", "Resource": "*"}, "Allows every action of s3."),
        ({"Action": ["s3:*", "sqs:*"], "Resource": "*"}, "Allows every action of s3 and sqs."),
        (
            {"Action": ["s3:*", "iam:PassRole", "ec2:Run*"], "Resource": "*"},
            "Allows iam:PassRole and ec2:Run* and every action of s3.",
        ),
        ({"Action": "s3:GetObject", "Resource": "a"}, "Allows s3:GetObject on a."),
        (
            {"Action": "s3:Get*", "Resource": list("abcd")},
            "Allows s3:Get* on a, b, c and d.",
        ),
        (
            {"Action": "s3:Get*", "Resource": list("abcde")},
            "Allows s3:Get* on a, b, c and 2 more.",
        ),
        ({"NotAction": "iam:*", "Resource": "*"}, "Allows everything except iam:*."),
        (
            {"NotAction": ["iam:*", "s3:*"], "Resource": "r"},
            "Allows everything on r, except iam:* and s3:*.",
        ),
        (
            {"NotAction": "iam:*", "NotResource": "r"},
            "Allows everything on everything except r, except iam:*.",
        ),
        (
            {"Action": "*", "NotResource": ["a", "b"]},
            "Allows everything on everything except a and b.",
        ),
        ({"Action": [], "Resource": []}, "Allows nothing on nothing."),
        (
            {"Action": "s3:*", "Resource": "*", "Principal": "*"},
            "Allows everybody every action of s3.",
        ),
        (
            {"Action": "sqs:SendMessage", "Resource": "q", "NotPrincipal": {"AWS": ACCOUNT}},
            f"Allows everybody except the account {ACCOUNT} sqs:SendMessage on q.",
        ),
        (
            {"Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}},
            "Lets the service ec2.amazonaws.com assume the role.",
        ),
        (
            {
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Condition": {"StringEquals": {"sts:ExternalId": "x"}},
            },
            f"Lets the account {ACCOUNT} assume the role, if the external id is x.",
        ),
    ],
)
def test_what_a_statement_allows(elements: dict[str, Any], expected: str) -> None:
    assert words(**elements) == expected


@pytest.mark.parametrize(
    ("actions", "lets", "keeps"),
    [
        (["sts:AssumeRole", "sts:TagSession"], "and tag the session", "or tagging the session"),
        (["sts:assumerolewithsaml"], "", ""),
        (
            ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"],
            ", tag the session and set its source identity",
            ", tagging the session or setting its source identity",
        ),
    ],
)
def test_what_a_trust_policy_lets_beside(actions: list[str], lets: str, keeps: str) -> None:
    trust: dict[str, Any] = {"Action": actions, "Principal": {"AWS": ACCOUNT}}
    who = f"the account {ACCOUNT}"

    allowed, denied = words(**trust), words("Deny", **trust)

    assert allowed == f"Lets {who} assume the role {lets}.".replace(" ,", ",").replace(" .", ".")
    assert denied == (
        f"Keeps {who} from assuming the role {keeps}.".replace(" ,", ",").replace(" .", ".")
    )


def test_an_old_document_knows_no_variables() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:username": "${aws:username}"}},
    }

    (new,) = policy_in_words(Document.of({"Version": "2012-10-17", "Statement": statement}))
    (old,) = policy_in_words(Document.of({"Statement": statement}))

    assert new == "Allows every action of s3, if the user's name is the user's name."
    assert old == "Allows every action of s3, if the user's name is ${aws:username}."


def test_a_deny_says_so() -> None:
    assert words("Deny", Action="s3:*", Resource="*") == "Denies every action of s3."
    trust = {"Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    assert words("Deny", **trust) == "Keeps everybody from assuming the role."
    assert words("Deny", Action="s3:*", Resource="b", Principal="*") == (
        "Denies everybody every action of s3 on b."
    )


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/team/bob"}, f"the user bob of account {ACCOUNT}"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/Deploy"}, f"the role Deploy of account {ACCOUNT}"),
        (
            {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/run"},
            f"the session Deploy/run of account {ACCOUNT}",
        ),
        ({"AWS": "AIDAEXAMPLE"}, "AIDAEXAMPLE"),
        ({"Federated": "cognito-identity.amazonaws.com"}, "whom cognito-identity.amazonaws.com"),
        ({"CanonicalUser": "abc"}, "the S3 owner abc"),
        ({"AWS": [ACCOUNT, "*"]}, "everybody"),
        ({}, "nobody"),
    ],
)
def test_who_is_meant(principal: dict[str, Any], expected: str) -> None:
    assert f"Allows {expected}" in words(Action="s3:*", Resource="*", Principal=principal)


@pytest.mark.parametrize(
    ("operator", "key", "value", "expected"),
    [
        ("StringEquals", "aws:RequestedRegion", ["a", "b"], "the region is a or b"),
        ("StringNotEquals", "aws:RequestedRegion", "a", "the region is not a"),
        ("StringEqualsIgnoreCase", "x:Y", "a", "x:Y is a (upper or lower case)"),
        ("StringLike", "s3:prefix", "home/*", "s3:prefix is like home/*"),
        ("StringNotLike", "s3:prefix", "home/*", "s3:prefix is not like home/*"),
        ("StringEqualsIfExists", "aws:username", "bob", "the user's name is bob (or is missing)"),
        ("ForAnyValue:StringNotEqualsIfExists", "aws:TagKeys", "a", "is not a (or is missing)"),
        ("StringNotEqualsIfExists", "aws:username", "bob", "the user's name is not bob"),
        ("NumericLessThan", "aws:MultiFactorAuthAge", 3600, "is less than 3600"),
        ("NumericGreaterThanEquals", "s3:max-keys", "10", "s3:max-keys is at least 10"),
        ("DateLessThan", "aws:CurrentTime", "2026-01-01", "the time is before 2026-01-01"),
        ("DateGreaterThanEquals", "aws:CurrentTime", "2026-01-01", "is not before 2026-01-01"),
        ("Bool", "aws:MultiFactorAuthPresent", True, "MFA was used"),
        ("Bool", "aws:MultiFactorAuthPresent", "false", "MFA was not used"),
        ("BoolIfExists", "aws:SecureTransport", "false", "is not encrypted (or that is not known)"),
        ("Bool", "aws:ViaAWSService", ["true", "false"], "aws:ViaAWSService is there"),
        ("Bool", "s3:Flag", "true", "s3:Flag is true"),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", "the caller's address is in 10.0.0.0/8"),
        ("NotIpAddress", "aws:sourceip", "10.0.0.0/8", "the caller's address is not in 10.0.0.0/8"),
        ("ArnLike", "aws:PrincipalArn", "arn:*", "the caller's ARN matches arn:*"),
        ("Null", "aws:TokenIssueTime", "true", "the credentials are long-term"),
        ("Null", "aws:TokenIssueTime", False, "the credentials are temporary"),
        ("Null", "x", ["true", "false"], "x is there or not"),
        ("StringEquals", "aws:PrincipalTag/team", "a", "the caller's tag team is a"),
        ("StringEquals", "aws:ResourceTag/team", "", 'the resource\'s tag team is ""'),
        ("StringEquals", "iam:resourcetag/Team", "a", "the resource's tag Team is a"),
        ("StringEquals", "aws:RequestTag/x", [], "the request's tag x is nothing"),
        (
            "ForAllValues:StringEquals",
            "aws:TagKeys",
            ["a", "b"],
            "every one of the request's tag names is a or b (or there is none)",
        ),
        (
            "ForAnyValue:StringLike",
            "aws:TagKeys",
            "a*",
            "one of the request's tag names is like a*",
        ),
        ("StringNotEquals", "s3:prefix", ["a", "b", "c"], "s3:prefix is none of a, b and c"),
        ("NotIpAddress", "aws:SourceIp", ["a", "b"], "the caller's address is in none of a and b"),
        ("StringNotEquals", "aws:SourceVpce", "v", "the VPC endpoint is not v (or is missing)"),
        ("StringNotLike", "aws:ResourceTag/t", "a*", "the resource's tag t is not like a* (or is"),
        ("ForAllValues:StringNotLike", "aws:TagKeys", ["a*", "b"], "none of the request's tag na"),
        ("StringLike", "iam:PassedToService", "ec2.amazonaws.com", "is passed to is ec2.amazonaws"),
        ("StringLike", "ec2:ResourceTag/t", "*", "the resource has a tag t"),
        ("StringLikeIfExists", "x", "*", "x is in the request, or not"),
        ("Null", "aws:ResourceTag/t", "true", "the resource has no tag t"),
        ("Null", "aws:RequestTag/t", "false", "the request has a tag t"),
        ("Null", "aws:PrincipalTag/t", "true", "the caller has no tag t"),
        ("Null", "s3:ExistingObjectTag/t", "false", "the object has a tag t"),
        ("Null", "aws:TagKeys", "false", "the request has tags"),
        ("Null", "aws:SourceVpce", "true", "the request comes through no VPC endpoint"),
        ("Null", "aws:SourceIp", "true", "aws:SourceIp is not in the request"),
        (
            "StringEquals",
            "aws:ResourceAccount",
            "${aws:PrincipalAccount}",
            "the resource's account is the caller's account",
        ),
        (
            "StringEquals",
            "aws:RequestTag/p",
            "${aws:PrincipalTag/p}",
            "the request's tag p is the caller's tag p",
        ),
        ("StringEquals", "x", "${aws:Nothing}-a", "x is ${aws:Nothing}-a"),
        ("StringEquals", "x", "${saml:sub}", "x is ${saml:sub}"),
        ("Numeric", "aws:x", "1", "Numeric holds for aws:x, an operator that AWS does not know"),
        ("NullIfExists", "aws:x", "1", "an operator that AWS does not know"),
        ("ForSome:StringEquals", "aws:x", "1", "an operator that AWS does not know"),
    ],
)
def test_what_must_hold(operator: str, key: str, value: JsonValue, expected: str) -> None:
    assert expected in condition_in_words(operator, key, value)


def test_every_operator_says_something_else() -> None:
    alike = {("ArnEquals", "ArnLike"), ("ArnNotEquals", "ArnNotLike")}
    said: dict[str, list[str]] = {}
    for base in sorted(OPERATORS):
        family = base.removeprefix("Not")[:3]
        if family in ("Str", "Arn"):
            said.setdefault(condition_in_words(base, "k", "v*"), []).append(base)
            anyone = condition_in_words(f"ForAnyValue:{base}", "k", "v*")
            everyone = condition_in_words(f"ForAllValues:{base}", "k", "v*")
            assert len({anyone, everyone, condition_in_words(base, "k", "v*")}) == 3
        assert "does not know" not in condition_in_words(base, "k", "true")
    assert {tuple(several) for several in said.values() if len(several) > 1} == alike


def test_several_conditions_must_all_hold() -> None:
    said = words(
        Action="s3:*",
        Resource="*",
        Condition={
            "StringEquals": {"aws:RequestedRegion": "a", "aws:username": "bob"},
            "Bool": {"aws:SecureTransport": "true"},
        },
    )

    assert said == (
        "Allows every action of s3, if the region is a, and the user's name is bob, "
        "and the connection is encrypted."
    )


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("x", "Says nothing: it is no object."),
        ({"Action": "*", "Resource": "*"}, "Says nothing: its Effect is neither Allow nor Deny."),
        ({"Effect": "Allow", "Resource": "*"}, "Says nothing: it has no Action."),
        (
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": []},
            "Allows every action of s3, if a condition holds that is no object.",
        ),
        (
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": "x"}},
            "Allows every action of s3, if Bool holds, which has no keys.",
        ),
        ({"Effect": "Allow", "Action": "s3:*"}, "Allows every action of s3."),
    ],
)
def test_what_is_malformed_is_still_said(statement: JsonValue, expected: str) -> None:
    assert statement_in_words(statement) == expected


@given(documents(), trust_documents())
def test_each_statement_is_one_sentence(identity: Document, trust: Document) -> None:
    for document in (identity, trust):
        sentences = policy_in_words(document)
        assert len(sentences) == len(document.statements)
        for sentence in sentences:
            assert sentence.endswith(".")
            assert "\n" not in sentence
            assert sentence.startswith(("Allows ", "Denies ", "Lets ", "Keeps "))


def test_how_many_are_named_can_be_said() -> None:
    document = Document.of(
        {"Statement": {"Effect": "Allow", "Action": ["a:b", "c:d", "e:f"], "Resource": "*"}}
    )

    assert policy_in_words(document, most=1) == ("Allows a:b and 2 more.",)
