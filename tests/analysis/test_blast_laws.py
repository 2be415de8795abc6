"""Blast radius is the difference of everybody's full effective permissions."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from iam_tui import blast_radius
from iam_tui.account import Account
from iam_tui.analysis import Permission, principal_can
from tests.strategies import accounts, edits

Rows = dict[str, Permission]


def rows(account: Account, principal: str) -> Rows:
    if account.identity(principal) is None:
        return {}
    return {row.action: row for row in principal_can(account, principal)}


def gives(row: Permission | None) -> tuple[object, ...] | None:
    if row is None or row.status == "blocked":
        return None
    return (row.status, row.resources, row.excluded, row.conditions)


def full_difference(
    before: Account, after: Account
) -> dict[str, tuple[dict[str, int], dict[str, int], dict[str, int]]]:
    """What every principal gained, lost and what changed, action by action."""
    found = {}
    everybody = dict.fromkeys(
        principal
        for account in (before, after)
        for principal in (account.root_user.arn, *account.users, *account.roles)
    )
    for principal in everybody:
        old, new = rows(before, principal), rows(after, principal)
        counts: tuple[Counter[str], Counter[str], Counter[str]] = (Counter(), Counter(), Counter())
        for action in old.keys() | new.keys():
            was, now = gives(old.get(action)), gives(new.get(action))
            level = (new.get(action) or old[action]).access_level
            if was is None and now is not None:
                counts[0][level] += 1
            elif was is not None and now is None:
                counts[1][level] += 1
            elif was != now:
                counts[2][level] += 1
        if any(counts):
            found[principal] = (dict(counts[0]), dict(counts[1]), dict(counts[2]))
    return found


def radius(
    before: Account, after: Account
) -> dict[str, tuple[dict[str, int], dict[str, int], dict[str, int]]]:
    return {
        row.principal: (row.gained, row.lost, row.changed) for row in blast_radius(before, after)
    }


@given(st.data())
def test_an_edit_reaches_just_whom_the_full_difference_names(data: st.DataObject) -> None:
    before = data.draw(accounts())
    after = data.draw(edits(before)).apply(before)
    assert radius(before, after) == full_difference(before, after)
    assert radius(after, before) == full_difference(after, before)


@given(accounts(), accounts())
def test_any_two_accounts_can_be_compared(before: Account, after: Account) -> None:
    assert radius(before, after) == full_difference(before, after)


@given(st.data())
def test_the_actions_are_those_that_were_counted(data: st.DataObject) -> None:
    before = data.draw(accounts())
    after = data.draw(edits(before)).apply(before)
    for row in blast_radius(before, after, actions=True):
        for change, counts in (("+", row.gained), ("-", row.lost), ("~", row.changed)):
            named = Counter(item.access_level for item in row.actions if item.change == change)
            assert named == counts


@given(accounts())
def test_nothing_changes_between_an_account_and_itself(account: Account) -> None:
    assert blast_radius(account, account) == ()
    assert blast_radius(account, account.with_()) == ()
