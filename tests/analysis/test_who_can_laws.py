"""Who-can against the evaluator: it equals asking about one principal after the other."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.account import Account
from iam_tui.account.arns import root_arn
from iam_tui.account.layers import FULL_ACCESS
from iam_tui.analysis import simulate, who_can
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.simulation import Simulation
from iam_tui.policy import Policies, authorize
from iam_tui.policy.evaluation import Assume
from iam_tui.policy.requests import ContextValue
from tests.strategies import ACCOUNT_ID, CONTEXTS, OTHER_ACCOUNT, RESOURCES, accounts, requests

NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
CALLER_KEYS: tuple[dict[str, ContextValue], ...] = (
    {"aws:PrincipalTag/team": "payments"},
    {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT_ID}:role/Deploy"},
    {"aws:username": []},
)
PATTERNS = ("*", "arn:aws:s3:::*", "arn:aws:s3:::data/*", f"arn:aws:iam::{ACCOUNT_ID}:role/*")
OUTSIDERS = (
    root_arn(OTHER_ACCOUNT),
    f"arn:aws:iam::{OTHER_ACCOUNT}:user/stranger",
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
    "*",
)
DELEGATION = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ACCOUNT_ID}, "Action": "*", "Resource": "*"}
    ],
}


def everybody(account: Account) -> list[str]:
    return [account.root_user.arn, *account.users, *account.roles]


def allowed(found: Simulation, policies: Policies, assume: Assume, settled: frozenset[str]) -> bool:
    return authorize(found.request, policies, assume=assume, settled=settled).allowed


def may_be_allowed(found: Simulation, settled: frozenset[str]) -> bool:
    """Whether it is allowed in some context, if the policies that nobody knows allow it."""
    policies = [found.policies]
    if found.applied.unknown_boundary:
        policies.append(found.policies.with_(permissions_boundary=FULL_ACCESS))
    if found.policies.resource is None and found.resource_account != ACCOUNT_ID:
        policies += [one.with_(resource=DELEGATION) for one in policies]
    return any(allowed(found, one, "allow", settled) for one in policies)


@given(st.data())
def test_it_equals_asking_about_one_after_the_other(data: st.DataObject) -> None:
    account = data.draw(accounts())
    asked = data.draw(requests(account))
    context = {**(asked.context or {}), **data.draw(st.sampled_from(({}, {}, *CALLER_KEYS)))}
    # A pattern also asks about the resources that it stands for.
    resource = asked.resource if "*" not in asked.resource else RESOURCES[0]
    rows = {
        row.principal: row for row in who_can(account, asked.action, resource, context, now=NOON)
    }

    for principal in everybody(account):
        found = simulate(account, principal, asked.action, resource, context=context, now=NOON)
        settled = Prober(account, principal).question(asked.action, resource).settled
        row = rows.get(principal)
        said = (principal, row, found.decision, found.reason)
        assert (row is not None) == may_be_allowed(found, settled), said
        if row is not None:
            assert row.decision == found.decision, said
            is_sure = allowed(found, found.policies, "deny", settled)
            assert (row.conditional == ()) == is_sure, said
            assert all(way[0] == principal for way in row.via)


@given(st.data())
def test_outsiders_are_as_simulate_says(data: st.DataObject) -> None:
    account = data.draw(accounts())
    asked = data.draw(requests(account))
    resource = asked.resource if "*" not in asked.resource else RESOURCES[0]
    rows = {row.principal: row for row in who_can(account, asked.action, resource, now=NOON)}

    for principal in OUTSIDERS:
        found = simulate(account, principal, asked.action, resource, now=NOON)
        if principal in rows:
            assert rows[principal].decision == found.decision
        elif found.policies.resource is not None:
            # Who is not named itself is let in with everybody, or with its account.
            assert not found.allowed or "*" in rows or root_arn(OTHER_ACCOUNT) in rows
    assert set(rows) <= {*everybody(account), *OUTSIDERS, *RESOURCES} | {
        name for name in rows if ":saml-provider/" in name
    }


@given(st.data())
def test_any_and_all_of_a_pattern_bound_what_is_inside(data: st.DataObject) -> None:
    account = data.draw(accounts())
    pattern = data.draw(st.sampled_from(PATTERNS))
    action = data.draw(st.sampled_from(("s3:GetObject", "iam:PassRole", "sts:AssumeRole", "s3:*")))
    context = data.draw(st.sampled_from(CONTEXTS))
    found = who_can(account, action, pattern, context, now=NOON)
    rows = {row.principal: row for row in found}
    actions = ("s3:GetObject", "s3:PutObject") if action == "s3:*" else (action,)
    service = "iam" if action == "sts:AssumeRole" else action.partition(":")[0]
    inside = [
        one
        for one in (*RESOURCES, *account.roles)
        if _matches(pattern, one) and one.startswith(f"arn:aws:{service}:")
    ]
    for principal in everybody(account):
        for one in actions:
            for resource in inside:
                asked = simulate(account, principal, one, resource, context=context, now=NOON)
                said = (principal, one, resource, asked.decision, asked.reason)
                if asked.allowed:
                    assert rows[principal].decision == "allowed", said
                is_ours = asked.resource_account == ACCOUNT_ID
                if principal in found.all and is_ours and "*" not in resource:
                    assert asked.allowed, said
        if principal in found.all:
            assert rows[principal].decision == "allowed"


@given(st.data())
def test_everybody_may_or_is_blocked_for_one_reason_or_has_no_policy(data: st.DataObject) -> None:
    account = data.draw(accounts())
    asked = data.draw(requests(account))
    found = who_can(account, asked.action, asked.resource, asked.context, now=NOON)
    may = {row.principal for row in found}
    blocked = {row.principal: one for one in found.blocked for row in one.rows}

    assert not may & set(blocked)
    assert found.without == len(set(everybody(account)) - may - set(blocked))
    for one in found.blocked:
        for row in one.rows:
            own = row.simulation
            assert (own.decision, own.reason) == (one.decision, one.reason), row.principal
            assert not own.allowed


def _matches(pattern: str, resource: str) -> bool:
    return resource.startswith(pattern.removesuffix("*")) and resource != pattern
