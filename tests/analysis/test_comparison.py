"""`compare`: two identities of one account, of two, and one before and after."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load, principal_can
from iam_tui.account import Account
from iam_tui.account.edits import AttachPolicy
from iam_tui.analysis import Comparison, compare, compare_effective
from iam_tui.errors import UnknownName, UsageError
from tests.strategies import accounts

ACCOUNT, OTHER = "111122223333", "444455556666"


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def account_of(account: str = ACCOUNT, **policies: dict[str, Any]) -> Account:
    """An account whose users have one policy each, one without whatever is there to attach."""
    users = [{"name": name, "inline_policies": {"P": made}} for name, made in policies.items()]
    return load(
        {
            "format": 1,
            "account": {"id": account},
            "users": users,
            "policies": [{"name": "More", "document": allow("s3:GetObject", "sqs:SendMessage")}],
        }
    )


def marks(found: Comparison) -> dict[str, str]:
    return {row.action: row.change for row in found}


def test_what_either_has_alone_and_what_both_have_otherwise() -> None:
    account = account_of(
        alice=allow("s3:GetObject", "s3:PutObject", "sqs:SendMessage"),
        bob={
            "Version": "2012-10-17",
            "Statement": [
                allow("s3:GetObject", "iam:GetUser")["Statement"][0],
                allow("s3:PutObject", resource="arn:aws:s3:::b/*")["Statement"][0],
            ],
        },
    )

    found = compare(account, "user/alice", "user/bob")

    assert marks(found) == {"iam:GetUser": "+", "s3:PutObject": "~", "sqs:SendMessage": "-"}
    assert found.services == ("iam", "s3", "sqs")
    assert found.totals == (1, 1, 1, 1)
    assert [level[:2] + tuple(level[2:]) for level in found.levels] == [
        ("iam", "Read", 0, 1, 0, 0),
        ("s3", "Read", 0, 0, 0, 1),
        ("s3", "Write", 0, 0, 1, 0),
        ("sqs", "Write", 1, 0, 0, 0),
    ]
    (row,) = found.rows("s3")
    assert row.one is not None
    assert row.other is not None
    assert (row.one.status, row.other.status) == ("granted", "limited")
    assert found.rows("s3", "Read") == ()
    assert found.rows("s3", "Write") == (row,)
    assert found.rows("ec2") == ()


def test_one_before_and_after_an_edit() -> None:
    before = account_of(alice=allow("s3:GetObject"))
    after = AttachPolicy(entity="user/alice", policy="More").apply(before)

    found = compare(before, "user/alice", "user/alice", other_account=after)

    assert marks(found) == {"sqs:SendMessage": "+"}


def test_own_resources_of_two_accounts_are_alike() -> None:
    def made(account: str, place: str) -> Account:
        table = f"arn:aws:dynamodb:eu-west-1:{account}:table/{place}"
        return account_of(account, alice=allow("dynamodb:GetItem", resource=table))

    alike = compare(made(ACCOUNT, "t"), "user/alice", "user/alice", other_account=made(OTHER, "t"))
    otherwise = compare(
        made(ACCOUNT, "t"), "user/alice", "user/alice", other_account=made(OTHER, "u")
    )

    assert marks(alike) == {}
    assert not alike
    assert alike.totals == (0, 0, 0, 1)
    assert marks(otherwise) == {"dynamodb:GetItem": "~"}
    assert otherwise


def test_what_is_blocked_is_not_had() -> None:
    both = allow("s3:GetObject")
    denied = {**both, "Statement": [*both["Statement"], {**both["Statement"][0], "Effect": "Deny"}]}

    found = compare(account_of(alice=both, bob=denied), "user/alice", "user/bob")

    assert marks(found) == {"s3:GetObject": "-"}
    assert found.totals == (1, 0, 0, 0)


def test_who_is_not_there_is_refused() -> None:
    account = account_of(alice=allow("s3:*"))

    with pytest.raises(UnknownName, match="user/alice"):
        compare(account, "user/alice", "user/alise")
    with pytest.raises(UsageError, match="no identity of this account"):
        compare(account, "user/alice", f"arn:aws:iam::{OTHER}:user/x")


@given(st.data())
def test_it_is_the_difference_of_both_panels(data: st.DataObject) -> None:
    account = data.draw(accounts(organization=False))
    everybody = [*account.users, *account.groups, *account.roles]
    if not everybody:
        return
    one, other = (data.draw(st.sampled_from(everybody)) for _ in range(2))

    found = compare(account, one, other)

    mine, theirs = principal_can(account, one), principal_can(account, other)
    expected = compare_effective(mine, theirs)
    assert marks(found) == {row.action: row.change for row in expected}
    counts = Counter(row.change for row in found)
    allowed = sum(row.is_allowed for row in mine)
    assert found.totals == (
        counts["-"],
        counts["+"],
        counts["~"],
        allowed - counts["-"] - counts["~"],
    )
    assert bool(found) == bool(expected)
    reverse = {"+": "-", "-": "+", "~": "~"}
    assert marks(compare(account, other, one)) == {a: reverse[c] for a, c in marks(found).items()}
