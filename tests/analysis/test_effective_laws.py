"""The panel against the evaluator: whatever the account, a row says what `authorize` says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iam_tui import simulate
from iam_tui.account import Account
from iam_tui.analysis import EffectivePermissions, Permission, principal_can
from iam_tui.analysis.grouping import Grouping
from iam_tui.analysis.masks import every_action
from iam_tui.analysis.probing import Prober
from iam_tui.catalog import wildcard_only
from iam_tui.policy.globs import matches
from iam_tui.policy.resources import ShortArns, compile_pattern
from tests.strategies import CONTEXTS, accounts, requests

NEED_NO_PERMISSION = {"sts:GetCallerIdentity", "sts:GetSessionToken"}
WITHIN = {service: every_action(service) for service in ("s3", "ec2", "sqs", "iam", "sts")}


def covers(pattern: str, resource: str) -> bool:
    glob = compile_pattern(pattern, ShortArns.AS_WRITTEN, active_variables=False).glob
    return glob is not None and matches(glob, resource)


def listed(row: Permission, resource: str) -> bool:
    return any(covers(pattern, resource) for pattern in row.resources)


@given(st.data())
def test_a_row_agrees_with_simulate_on_any_resource_and_context(data: st.DataObject) -> None:
    account = data.draw(accounts())
    asked = data.draw(requests(account))
    row = principal_can(account, asked.principal).find(asked.action)
    decision = simulate(
        account, asked.principal, asked.action, asked.resource, context=asked.context
    )
    said = (row, decision.decision, decision.reason)
    # A request about `*` asks layer by layer whether some resource could pass (R25), which need
    # not be the same one, so that it may be allowed although no resource is.
    is_one = asked.resource != "*" or wildcard_only(asked.action)
    if row is not None and row.status == "granted":
        assert decision.allowed, said
    elif row is None or row.status == "blocked":
        assert not (decision.allowed and is_one), said
    elif decision.allowed and is_one:
        assert listed(row, asked.resource), said


@given(st.data())
def test_a_limited_row_without_conditions_holds_in_every_context(data: st.DataObject) -> None:
    account = data.draw(accounts())
    asked = data.draw(requests(account))
    row = principal_can(account, asked.principal).find(asked.action)
    if row is None or row.status != "limited" or row.conditions or asked.resource == "*":
        return
    if listed(row, asked.resource) and not any(covers(p, asked.resource) for p in row.excluded):
        for context in CONTEXTS:
            decision = simulate(
                account, asked.principal, asked.action, asked.resource, context=context
            )
            assert decision.allowed, (row, context, decision.reason)


@given(accounts())
def test_counts_are_the_counts_of_the_rows(account: Account) -> None:
    for principal in (*account.users, *account.groups, *account.roles):
        effective = principal_can(account, principal)
        for summary in effective.services:
            found = [row.status for row in effective.rows(summary.service)]
            assert summary[1:] == tuple(
                found.count(word) for word in ("granted", "limited", "blocked")
            )


@given(accounts())
def test_every_row_says_where_it_comes_from(account: Account) -> None:
    for principal in (*account.users, *account.groups, *account.roles):
        for row in sampled(principal_can(account, principal)):
            assert row.via or row.action in NEED_NO_PERMISSION, row
            for way in row.via:
                assert way[0] == principal
                assert way[-1].rpartition("[")[0] == way[-2]
            assert (row.status == "blocked") <= bool(row.blocked_by), row


@given(accounts())
def test_what_is_read_off_is_what_authorize_says(account: Account) -> None:
    for principal in (*account.users, *account.groups, *account.roles):
        prober = Prober(account, principal)
        read_off = dict(Grouping(prober).groups(WITHIN))
        asked = dict(Grouping(prober, reads_off=False).groups(WITHIN))
        assert read_off.keys() == asked.keys()
        for service, groups in read_off.items():
            for mine, theirs in zip(groups, asked[service], strict=True):
                assert mine.bits == theirs.bits
                assert mine.answer[:4] == theirs.answer[:4], service
                assert set(mine.answer.grants) == set(theirs.answer.grants)
                assert set(mine.answer.blocks) == set(theirs.answer.blocks)


def sampled(effective: EffectivePermissions) -> list[Permission]:
    """A row of every group of actions: all rows of an administrator would take long."""
    return [
        effective.rows(service)[place]
        for service in ("s3", "iam", "sts", "sqs", "ec2")
        for place in (0, -1)
        if effective.groups(service)
    ]
