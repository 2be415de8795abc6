"""Blast radius is the difference of everybody's full effective permissions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import blast_radius
from iam_tui.account import Account
from iam_tui.analysis import EffectivePermissions, Permission, compare_effective
from iam_tui.analysis.masks import every_action
from tests.analysis.asking import account, allow, document, trust
from tests.strategies import accounts, edits

SERVICES = ("s3", "iam", "sts", "sqs", "ec2", "kms")
"""What the drawn policies are about, and one service more. All 457 would take minutes."""

WITHIN = {service: every_action(service) for service in SERVICES}

Change = tuple[str, str]
"""An action and `+`, `-` or `~`."""


def rows(account: Account, principal: str) -> dict[str, Permission]:
    if account.identity(principal) is None:
        return {}
    effective = EffectivePermissions(account, principal, within=WITHIN)
    return {row.action: row for service in SERVICES for row in effective.rows(service)}


def gives(row: Permission | None) -> tuple[object, ...] | None:
    if row is None or row.status == "blocked":
        return None
    return (row.status, row.resources, row.excluded, row.conditions)


def everybody(*accounts: Account) -> list[str]:
    return list(
        dict.fromkeys(
            principal
            for account in accounts
            for principal in (account.root_user.arn, *account.users, *account.roles)
        )
    )


def full_difference(before: Account, after: Account) -> dict[str, set[Change]]:
    """What every principal gained, lost and what changed, row by row."""
    found: dict[str, set[Change]] = {}
    for principal in everybody(before, after):
        old, new = rows(before, principal), rows(after, principal)
        changes: set[Change] = set()
        for action in old.keys() | new.keys():
            was, now = gives(old.get(action)), gives(new.get(action))
            if was != now:
                changes.add((action, "+" if was is None else "-" if now is None else "~"))
        if changes:
            found[principal] = changes
    return found


def radius(before: Account, after: Account) -> dict[str, set[Change]]:
    found = {}
    for row in blast_radius(before, after, actions=True):
        changes: set[Change] = {
            (item.action, item.change)
            for item in row.actions
            if item.action.partition(":")[0] in SERVICES
        }
        if changes:
            found[row.principal] = changes
    return found


@given(st.data())
def test_an_edit_reaches_just_whom_the_full_difference_names(data: st.DataObject) -> None:
    before = data.draw(accounts())
    after = data.draw(edits(before)).apply(before)
    assert radius(before, after) == full_difference(before, after)
    assert radius(after, before) == full_difference(after, before)


@given(accounts(), accounts())
def test_any_two_accounts_can_be_compared(before: Account, after: Account) -> None:
    expected = full_difference(before, after)
    reached = {row.principal for row in blast_radius(before, after)}
    assert expected.keys() <= reached
    for principal in everybody(before, after):
        old, new = (
            EffectivePermissions(account, principal, within=WITHIN)
            if account.identity(principal) is not None
            else None
            for account in (before, after)
        )
        found = {(row.action, row.change) for row in compare_effective(old, new)}
        assert found == expected.get(principal, set())


@given(st.data())
def test_what_is_counted_is_what_the_rows_say(data: st.DataObject) -> None:
    before = data.draw(accounts())
    after = data.draw(edits(before)).apply(before)
    for one, other in ((before, after), (after, before)):
        rows = blast_radius(one, other, actions=True)
        counted = {row.principal: row[1:4] for row in blast_radius(one, other)}
        assert counted == {row.principal: row[1:4] for row in rows}
        for row in rows:
            for change, counts in (("+", row.gained), ("-", row.lost), ("~", row.changed)):
                named = Counter(item.access_level for item in row.actions if item.change == change)
                assert named == counts


@given(accounts())
def test_nothing_changes_between_an_account_and_itself(account: Account) -> None:
    assert blast_radius(account, account) == ()
    assert blast_radius(account, account.with_()) == ()


ALICE = {"name": "alice", "tags": {"team": "x"}}
OWN_ACCOUNT = {"AWS": "arn:aws:iam::111122223333:root"}
ONLY_ALICE = trust({"AWS": "arn:aws:iam::111122223333:user/alice"})
READS_A_VARIABLE = {
    **ONLY_ALICE,
    "Condition": {"StringEquals": {"aws:username": "${aws:username}"}},
}
MAY_ASSUME = {
    **ALICE,
    "inline_policies": {"p": document(allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/R"))},
}


def roles(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    trusted = {**document(*statements), "Version": version}
    return {"roles": [{"name": "R", "trust_policy": trusted}]}


@pytest.mark.parametrize(
    ("user", "before", "after"),
    [
        (ALICE, roles(ONLY_ALICE), roles(ONLY_ALICE, {**trust(OWN_ACCOUNT), "Effect": "Deny"})),
        (ALICE, roles(READS_A_VARIABLE), roles(READS_A_VARIABLE, version="2008-10-17")),
        (MAY_ASSUME, {}, roles(trust({"Service": "ec2.amazonaws.com"}))),
        (ALICE, {}, roles(trust({"AWS": "*"}, "sts:*"))),
    ],
    ids=["deny-of-the-account", "version", "role-of-a-service", "all-of-sts"],
)
def test_trust_that_comes_or_goes_is_felt(
    user: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    one, other = account(users=[user], **before), account(users=[user], **after)
    for former, latter in ((one, other), (other, one)):
        expected = full_difference(former, latter)
        assert any("alice" in principal for principal in expected)
        assert radius(former, latter) == expected
