"""The access matrix: letters, services, whose rows; and stopping half way."""

from __future__ import annotations

from typing import Any

import pytest

from iam_tui import load, principal_can
from iam_tui.account import Account
from iam_tui.analysis import access_matrix
from iam_tui.errors import UnknownName, UsageError

HERE = "arn:aws:iam::111122223333"


def allow(*actions: str, resource: str = "*", effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": list(actions), "Resource": resource}


def account_of(**users: list[dict[str, Any]]) -> Account:
    return load(
        {
            "format": 1,
            "account": {"id": "111122223333"},
            "users": [
                {
                    "name": name,
                    "inline_policies": {"P": {"Version": "2012-10-17", "Statement": several}},
                }
                for name, several in users.items()
            ],
            "roles": [{"name": "Deploy", "policies": ["ReadOnlyAccess"]}],
            "groups": [{"name": "Staff"}],
        }
    )


def test_a_row_has_the_levels_of_each_service() -> None:
    account = account_of(
        alice=[
            allow("s3:GetObject", "s3:PutObject", "iam:CreateUser"),
            allow("s3:ListBucket", resource="arn:aws:s3:::b"),
            allow("sqs:*"),
            allow("sqs:SendMessage", effect="Deny"),
        ]
    )

    _, alice, deploy = access_matrix(account)

    assert (alice.principal, alice.kind) == (f"{HERE}:user/alice", "user")
    assert alice.services == ("iam", "s3", "sqs")
    assert alice.levels("s3") == {"List": "limited", "Read": "granted", "Write": "granted"}
    assert alice.marks("s3") == "lRW"
    assert alice.marks("iam") == "W"
    assert alice.marks("sqs") == "RWP"
    assert (alice.marks("ec2"), alice.marks("nothing")) == ("", "")
    assert deploy.kind == "role"
    assert "L" in deploy.marks("s3")
    assert "W" not in deploy.marks("s3")


def test_the_root_user_is_first_and_has_everything() -> None:
    account = account_of()

    root = access_matrix(account).rows[0]

    assert root.principal == f"{HERE}:root"
    effective = principal_can(account, "root")
    assert set(root.services) == {one.service for one in effective.services}
    for service in ("s3", "iam", "kms", "sts"):
        rows = [row for row in effective.rows(service) if row.is_allowed]
        assert set(root.levels(service)) == {row.access_level for row in rows}


def test_only_some_may_have_rows() -> None:
    matrix = access_matrix(account_of(alice=[allow("s3:GetObject")]), ["user/alice"])

    assert [row.principal for row in matrix] == [f"{HERE}:user/alice"]
    assert len(matrix) == 1
    assert matrix.services == ("s3",)


def test_who_has_no_row_is_refused() -> None:
    account = account_of()

    with pytest.raises(UnknownName, match="user/bob"):
        access_matrix(account, ["user/bob"])
    with pytest.raises(UsageError, match="group/Staff is no user"):
        access_matrix(account, ["group/Staff"])


def test_it_can_be_stopped() -> None:
    account = account_of(alice=[allow("s3:GetObject")])
    answers = iter([False, True])

    matrix = access_matrix(
        account, ["user/alice", "role/Deploy"], should_stop=lambda: next(answers)
    )

    assert [row.principal for row in matrix] == [f"{HERE}:user/alice"]
    assert matrix.stopped
    assert not access_matrix(account, ["user/alice"]).stopped


OTHER = "arn:aws:sqs:us-east-1:999988887777:q"


def only(key: str, operator: str = "StringEquals") -> dict[str, Any]:
    return {"Condition": {operator: {key: "111122223333"}}}


@pytest.mark.parametrize(
    ("service", "statements"),
    [
        ("kms", [allow("kms:*") | only("kms:CallerAccount")]),
        (
            "kms",
            [
                allow("kms:*"),
                allow("kms:*", effect="Deny") | only("kms:CallerAccount", "StringNotEquals"),
            ],
        ),
        ("ebs", [allow("ebs:*") | only("aws:ResourceAccount", "StringNotEquals")]),
        ("sqs", [allow("sqs:*", resource=OTHER)]),
        ("sqs", [allow("sqs:*", resource=OTHER) | only("aws:ResourceAccount")]),
        (
            "sqs",
            [
                allow("sqs:*", resource=OTHER),
                allow("sqs:*", effect="Deny") | only("aws:ResourceAccount", "StringNotEquals"),
            ],
        ),
        ("sqs", [allow("sqs:*", resource=OTHER) | only("aws:ResourceAccount", "StringNotEquals")]),
        (
            "sqs",
            [
                allow("sqs:*", resource=OTHER),
                allow("sqs:*", effect="Deny") | only("aws:ResourceAccount"),
            ],
        ),
        ("iam", [allow("iam:PassRole", resource="arn:aws:iam::999988887777:role/X")]),
    ],
)
def test_keys_of_a_service_and_resources_of_others_are_as_in_the_panel(
    service: str, statements: list[dict[str, Any]]
) -> None:
    account = account_of(alice=statements)
    statuses: dict[str, set[str]] = {}
    for row in principal_can(account, "user/alice").rows(service):
        if row.is_allowed:
            statuses.setdefault(row.access_level, set()).add(row.status)

    (alice,) = access_matrix(account, [f"{HERE}:user/alice"])

    assert alice.levels(service) == {
        level: "granted" if "granted" in found else "limited" for level, found in statuses.items()
    }
