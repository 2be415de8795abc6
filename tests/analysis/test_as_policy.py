"""Effective permissions as one document: its parts, its opposites of conditions, and its gaps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load, simulate
from iam_tui.account import Account
from iam_tui.analysis.as_policy import PolicyDocument, policy_document
from iam_tui.analysis.as_policy_clauses import Clause, clause_of, denied_by
from iam_tui.analysis.as_policy_conditions import Condition, opposite
from iam_tui.errors import UnknownName, UsageError
from iam_tui.policy import Document, JsonValue, Policies, Request, authorize
from iam_tui.policy.resources import ShortArns
from tests.strategies import CONCRETE_ACTIONS, RESOURCES, documents

ACCOUNT, OTHER = "111122223333", "444455556666"
HERE = f"arn:aws:iam::{ACCOUNT}"
ALICE = f"{HERE}:user/alice"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def account_of(*statements: dict[str, Any], alice: Any = None, **tables: Any) -> Account:
    policies = {"P": document(*statements)} if statements else {}
    user = {"name": "alice", "inline_policies": policies, **(alice or {})}
    return load({"format": 1, "account": {"id": ACCOUNT}, "users": [user], **tables})


def bounded(*statements: dict[str, Any], by: list[dict[str, Any]]) -> PolicyDocument:
    account = account_of(
        *statements,
        alice={"permissions_boundary": "B"},
        policies=[{"name": "B", "document": document(*by)}],
    )
    return policy_document(account, "user/alice")


def statements_of(made: PolicyDocument) -> list[Any]:
    value = json.loads(made.document.text)
    assert value["Version"] == "2012-10-17"
    found: list[Any] = value["Statement"]
    return found


# --- what is in it ------------------------------------------------------------------------------


def test_identity_policies_are_in_it_as_they_are() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    account = account_of(
        allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*", Condition=condition),
        {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::b"},
        deny("s3:DeleteObject"),
        allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*", Condition=condition),
    )

    assert statements_of(policy_document(account, "user/alice")) == [
        allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*", Condition=condition),
        {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::b"},
        {"Sid": "Identity1", **deny("s3:DeleteObject")},
    ]


def test_policies_of_groups_are_in_it() -> None:
    account = account_of(
        alice={"groups": ["Staff"]},
        groups=[{"name": "Staff", "inline_policies": {"P": document(allow("s3:*"))}}],
    )

    for principal in ("user/alice", "group/Staff"):
        assert statements_of(policy_document(account, principal)) == [allow("s3:*")]


def test_what_the_boundary_lacks_is_denied() -> None:
    made = bounded(allow("*"), by=[allow(["s3:*", "sqs:*"]), allow("iam:Get*", f"{HERE}:role/a*")])

    assert statements_of(made) == [
        allow("*"),
        {
            "Sid": "BoundaryLacks1",
            "Effect": "Deny",
            "NotAction": ["s3:*", "sqs:*", "iam:Get*"],
            "Resource": "*",
        },
        {
            "Sid": "BoundaryLacks2",
            "Effect": "Deny",
            "NotAction": ["s3:*", "sqs:*"],
            "NotResource": f"{HERE}:role/a*",
        },
    ]
    assert made.inexact == ()


def test_a_condition_of_the_boundary_is_turned_around() -> None:
    in_region = {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}
    made = bounded(allow("*"), by=[allow("*", Condition=in_region)])

    assert statements_of(made)[1:] == [
        {
            "Sid": "BoundaryLacks1",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}},
        }
    ]


def test_levels_of_scps_are_denied_one_by_one() -> None:
    account = account_of(
        allow("*"),
        organization={
            "policies": [
                {"name": "Only", "type": "SCP", "document": document(allow("s3:*"))},
                {"name": "No", "type": "SCP", "document": document(deny("s3:DeleteBucket"))},
                {"name": "Rcp", "type": "RCP", "document": document(deny("*", Principal="*"))},
            ],
            "levels": [
                {
                    "name": "Root",
                    "kind": "root",
                    "service_control_policies": ["FullAWSAccess", "No"],
                },
                {
                    "name": "Here",
                    "kind": "account",
                    "service_control_policies": ["Only"],
                    "resource_control_policies": ["Rcp"],
                },
            ],
        },
    )

    found = statements_of(policy_document(account, "user/alice"))

    assert [one.get("Sid") for one in found] == [None, "Scp11", "Scp2Lacks1", "Rcp21"]
    assert found[1]["Action"] == "s3:DeleteBucket"
    assert found[2]["NotAction"] == "s3:*"
    assert "s3:*" in found[3]["Action"]
    assert "ec2:*" not in found[3]["Action"]
    assert found[3]["Condition"] == {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}


def test_what_resources_give_and_deny_is_in_it() -> None:
    arn = "arn:aws:s3:::b"
    account = account_of(
        alice={"permissions_boundary": "B"},
        policies=[{"name": "B", "document": document(allow("ec2:*"))}],
        resources=[
            {
                "arn": arn,
                "policy": document(
                    allow("s3:GetObject", f"{arn}/*", Principal={"AWS": ALICE}),
                    allow("s3:PutObject", f"{arn}/*", Principal={"AWS": ACCOUNT}),
                    deny("s3:*", "*", Principal="*"),
                    deny("s3:*", "*", Principal={"AWS": f"{HERE}:user/bob"}),
                ),
            }
        ],
    )

    found = statements_of(policy_document(account, "user/alice"))

    assert found == [
        allow("s3:GetObject", f"{arn}/*"),
        {"Sid": "Resource1", **deny("s3:*", [arn, f"{arn}/*"])},
        {
            "Sid": "BoundaryLacks1",
            "Effect": "Deny",
            "NotAction": "ec2:*",
            "NotResource": f"{arn}/*",
        },
    ]


def test_roles_that_trust_the_identity_itself_are_in_it() -> None:
    def trusting(name: str, principal: object) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        return {"name": name, "trust_policy": document(statement)}

    account = account_of(
        roles=[trusting("Named", {"AWS": ALICE}), trusting("Delegated", {"AWS": ACCOUNT})]
    )

    made = policy_document(account, "user/alice")

    assert statements_of(made) == [allow("sts:AssumeRole", f"{HERE}:role/Named")]
    assert "the trust policies of roles decide beside it" in made.not_said


def test_text_that_is_no_variable_stays_none() -> None:
    old = {"Version": "2008-10-17", "Statement": [allow("s3:*", "arn:aws:s3:::${aws:username}")]}
    account = account_of(alice={"inline_policies": {"P": old}})

    (found,) = statements_of(policy_document(account, "user/alice"))

    assert found["Resource"] == "arn:aws:s3:::${$}{aws:username}"


def test_what_applies_to_nothing_is_left_out() -> None:
    odd = {"Frobnicate": {"aws:username": "alice"}}
    account = account_of(
        {"Effect": "Maybe", "Action": "s3:*", "Resource": "*"},
        allow("s3:*", Condition=odd),
        {"Effect": "Allow", "Action": "s3:*"},
        {"Effect": "Allow", "Action": "s3:*", "NotResource": "*"},
        deny("sqs:SendMessage", Condition=odd),
        deny("ec2:*"),
        allow("sqs:*"),
        {"Effect": "Deny", "NotAction": ["sqs:*", "s3:*"], "Resource": "*"},
    )

    assert statements_of(policy_document(account, "user/alice")) == [
        allow("sqs:*"),
        {"Sid": "Identity1", **deny("sqs:SendMessage")},
    ]


def test_actions_that_have_to_be_named_are_those_that_something_allows() -> None:
    but_iam = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    some = allow(["iam:GetRole", "iam:List*"])

    (_, lacking) = statements_of(bounded(allow(["iam:GetR*", "s3:*"]), by=[but_iam, some]))

    assert lacking == {
        "Sid": "BoundaryLacks1",
        "Effect": "Deny",
        "Action": ["iam:GetRolePolicy", "iam:GetRoleTemplateVersion"],
        "Resource": "*",
    }


def test_the_root_user_has_everything_that_scps_leave() -> None:
    made = policy_document(account_of(), "root")

    assert statements_of(made) == [allow("*")]
    assert "no identity policy gives or limits what the root user may do" in made.not_said


# --- what it cannot say -------------------------------------------------------------------------


def test_what_no_document_can_say_is_said() -> None:
    binary = {"BinaryEquals": {"aws:x": "QmluYXJ5"}}
    made = bounded(allow("*"), by=[allow("s3:*", Condition=binary)])

    assert made.inexact == (
        "the permissions boundary would need more than one document to be said whole",
    )
    request = Request(ALICE, "s3:GetObject", "arn:aws:s3:::b/x", context={"aws:x": "QmluYXJ5"})
    assert not authorize(request, Policies(identity=[made.document])).allowed


def test_a_layer_of_many_statements_is_said_in_part() -> None:
    many = [allow("s3:*", f"arn:aws:s3:::b{number}/*") for number in range(3)]
    odd = [
        allow("s3:*", f"arn:aws:s3:::c{n}/*", Condition={"Bool": {f"aws:{n}": "true"}})
        for n in range(9)
    ]

    assert bounded(allow("*"), by=many).inexact == ()
    assert len(statements_of(bounded(allow("*"), by=many))) == 3
    made = bounded(allow("*"), by=[*odd, allow("ec2:*")])
    assert made.inexact != ()
    assert statements_of(made)[1:] == [
        {"Sid": "BoundaryLacks1", "Effect": "Deny", "NotAction": "ec2:*", "Resource": "*"}
    ]


def test_gaps_of_the_file_are_said() -> None:
    nobody = "arn:aws:iam::aws:policy/NobodyKnows"
    account = account_of(
        alice={"policies": [nobody], "permissions_boundary": nobody},
        resources=[
            {
                "arn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k",
                "policy": document(allow("kms:*", Principal={"AWS": ACCOUNT})),
            }
        ],
    )

    said = policy_document(account, "user/alice").not_said

    assert "the document of NobodyKnows is not known and not counted" in said
    assert any("permissions boundary is not known" in text for text in said)
    assert "the key policies of KMS keys decide beside it" in said
    assert "not in this file: SCPs, RCPs" in said


def test_a_document_that_is_too_long_for_aws_says_so() -> None:
    resources = [f"arn:aws:s3:::a-bucket-with-a-rather-long-name-{n}/*" for n in range(200)]

    said = policy_document(account_of(allow("s3:GetObject", resources)), "user/alice").not_said

    assert any("a managed policy has 6,144 at most" in text for text in said)


def test_who_is_no_identity_of_the_account_is_refused() -> None:
    with pytest.raises(UnknownName):
        policy_document(account_of(), "user/bob")
    with pytest.raises(UsageError, match="no identity of this account"):
        policy_document(account_of(), f"arn:aws:iam::{OTHER}:user/x")


# --- opposites ----------------------------------------------------------------------------------


VALUES: dict[str, tuple[str, ...]] = {
    "String": ("a", "b", "A", "ab"),
    "Arn": ("arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b", "arn:aws:iam::2:role/a"),
    "Ip": ("10.0.0.1", "192.0.2.1"),
    "Numeric": ("1", "5", "5.0", "9"),
    "Date": ("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"),
    "Bool": ("true", "false"),
    "Null": ("a", "b"),
}
WRITTEN: dict[str, tuple[tuple[str, ...], ...]] = {
    "String": (("a",), ("a", "b"), ("a*",)),
    "Arn": (("arn:aws:iam::1:role/a",), ("arn:aws:iam::*:role/a",)),
    "Ip": (("10.0.0.0/8",), ("10.0.0.0/8", "192.0.2.1")),
    "Numeric": (("5",),),
    "Date": (("2026-06-01T00:00:00Z",),),
    "Bool": (("true",), ("false",)),
    "Null": (("true",), ("false",)),
}
OPERATORS = {
    "String": ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"),
    "Arn": ("Equals", "Like", "NotEquals", "NotLike"),
    "Numeric": (
        "Equals",
        "NotEquals",
        "LessThan",
        "LessThanEquals",
        "GreaterThan",
        "GreaterThanEquals",
    ),
    "Date": (
        "Equals",
        "NotEquals",
        "LessThan",
        "LessThanEquals",
        "GreaterThan",
        "GreaterThanEquals",
    ),
    "Bool": ("",),
    "Null": ("",),
}


def operators() -> list[tuple[str, str]]:
    """Kind and full name of every operator that has an opposite."""
    bases = [(kind, f"{kind}{name}") for kind, names in OPERATORS.items() for name in names]
    bases += [("Ip", "IpAddress"), ("Ip", "NotIpAddress")]
    plain = [*bases, *((kind, f"{base}IfExists") for kind, base in bases if kind != "Null")]
    sets = [
        (kind, f"{quantifier}:{base}")
        for kind, base in bases
        if kind in ("String", "Arn", "Ip")
        for quantifier in ("ForAnyValue", "ForAllValues")
    ]
    return [*plain, *sets]


def holds(conditions: tuple[Condition, ...], value: list[str] | str | None) -> bool:
    """Whether a Deny with the conditions applies to a request."""
    statement = Clause(actions=("s3:*",), resources=("*",), conditions=conditions)
    made = {"Version": "2012-10-17", "Statement": [allow("s3:*"), statement.statement("Deny")]}
    context = {} if value is None else {"aws:Key": value}
    request = Request(ALICE, "s3:GetObject", "arn:aws:s3:::b/x", context=context)
    return not authorize(request, Policies(identity=[made])).allowed


@pytest.mark.parametrize(("kind", "operator"), operators())
def test_the_opposite_of_a_condition_holds_when_it_does_not(kind: str, operator: str) -> None:
    for written in WRITTEN[kind]:
        condition = Condition(operator, "aws:Key", written)
        others = opposite(condition)
        assert others is not None
        for value in (None, *VALUES[kind]):
            asked = [value] if value is not None and ":" in operator else value
            is_met = holds((condition,), asked)
            assert is_met != any(holds(one, asked) for one in others), (condition, value, others)


def test_some_conditions_have_no_opposite() -> None:
    for operator, values in (
        ("BinaryEquals", ("QQ==",)),
        ("NumericLessThan", ("1", "5")),
        ("Bool", ("true", "false")),
        ("ForAnyValue:NumericLessThan", ("1",)),
        ("ForAllValues:StringEqualsIfExists", ("a",)),
        ("StringEquals", ()),
    ):
        assert opposite(Condition(operator, "aws:Key", values)) is None


CONTEXTS: tuple[dict[str, str], ...] = (
    {},
    {"aws:SourceIp": "10.1.2.3"},
    {"aws:RequestedRegion": "eu-central-1", "aws:MultiFactorAuthPresent": "true"},
    {"aws:MultiFactorAuthAge": "60", "aws:TokenIssueTime": "2026-01-01T00:00:00Z"},
    {"aws:PrincipalTag/team": "payments"},
)


@given(st.lists(documents(effect="Allow"), min_size=1, max_size=2), st.data())
def test_what_a_layer_lacks_is_denied_and_nothing_else(
    layer: list[Document], data: st.DataObject
) -> None:
    several = (one for made in layer for one in made.compiled.statements(ShortArns.EXPAND))
    rest = denied_by([clause for one in several if (clause := clause_of(one)) is not None])
    denies: list[JsonValue] = [clause.statement("Deny") for clause in rest.denies]
    made = {"Version": "2012-10-17", "Statement": [allow("*"), *denies]}
    for _ in range(8):
        request = Request(
            ALICE,
            data.draw(st.sampled_from(CONCRETE_ACTIONS)),
            data.draw(st.sampled_from([one for one in RESOURCES if one != "*"])),
            ACCOUNT,
            data.draw(st.sampled_from(CONTEXTS)),
        )
        within = authorize(
            request, Policies(identity=[document(allow("*"))], service_control=[layer])
        )
        alone = authorize(request, Policies(identity=[made]))
        assert alone.allowed <= within.allowed, (request, made)
        if rest.is_exact:
            assert alone.allowed == within.allowed, (request, made)


def test_it_is_evaluated_as_simulate_does() -> None:
    account = load("org-member")
    for principal in (*account.users, *account.roles):
        made = policy_document(account, principal)
        for action, resource in (
            ("s3:GetObject", "arn:aws:s3:::settlements/x"),
            ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:payouts"),
            ("organizations:LeaveOrganization", "*"),
            ("ec2:RunInstances", "arn:aws:ec2:us-east-1:444455556666:instance/i-1"),
        ):
            found = simulate(account, principal, action, resource)
            alone = Policies(identity=[made.document], resource=found.policies.resource)
            again = authorize(found.request, alone)
            assert again.allowed == found.allowed, (principal, action, found.reason)
