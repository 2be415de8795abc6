"""The access matrix against the effective permissions: every cell says what the rows say."""

from __future__ import annotations

from hypothesis import given

from iam_tui.account import Account
from iam_tui.analysis import EffectivePermissions
from iam_tui.analysis.masks import every_action
from iam_tui.analysis.matrix import access_matrix
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
