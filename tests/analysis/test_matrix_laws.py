"""The access matrix against the effective permissions: every cell says what the rows say."""

from __future__ import annotations

import tomllib
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load
from iam_tui.account import Account
from iam_tui.account.edits import AttachPolicy, DetachPolicy, Edit
from iam_tui.analysis import EffectivePermissions
from iam_tui.analysis.masks import every_action
from iam_tui.analysis.matrix import access_matrix
from iam_tui.errors import EditError
from iam_tui.formats import dumps_toml
from tests.strategies import accounts

SERVICES = ("s3", "iam", "sts", "sqs", "ec2", "kms", "sns")
WITHIN = {service: every_action(service) for service in SERVICES}


def expected(account: Account, principal: str, service: str) -> dict[str, str]:
    found: dict[str, str] = {}
    effective = EffectivePermissions(account, principal, within=WITHIN)
    for row in effective.rows(service):
        if row.is_allowed and found.get(row.access_level) != "granted":
            found[row.access_level] = row.status
    return found


@given(accounts())
def test_a_cell_is_the_best_status_of_its_rows(account: Account) -> None:
    everybody = [*account.users, *account.roles]
    matrix = access_matrix(account, everybody)
    assert [row.principal for row in matrix] == everybody
    for row in matrix:
        for service in SERVICES:
            assert row.levels(service) == expected(account, row.principal, service), (
                row.principal,
                service,
            )


@given(accounts(), st.data())
def test_rows_that_are_kept_after_an_edit_are_those_of_a_fresh_answer(
    account: Account, data: st.DataObject
) -> None:
    access_matrix(account)
    edits: list[Edit] = [
        *(AttachPolicy(entity=e, policy=p) for e in _references(account) for p in account.policies),
        *(DetachPolicy(entity=e, policy=p) for e in _references(account) for p in account.policies),
    ]
    changed = account
    for edit in data.draw(st.lists(st.sampled_from(edits), max_size=3)) if edits else ():
        with suppress(EditError):
            changed = edit.apply(changed)
    kept = access_matrix(changed)
    # What is written and read again shares nothing with the account before.
    fresh = access_matrix(load(tomllib.loads(dumps_toml(changed))))
    assert [*kept] == [*fresh]


def _references(account: Account) -> list[str]:
    return [account.reference(arn) for arn in (*account.users, *account.groups, *account.roles)]
