"""Who may become whom: trust and permission together, from both of their ends."""

from __future__ import annotations

import pytest
from hypothesis import given

from iam_tui.account import Account
from iam_tui.analysis import Becoming, simulate
from iam_tui.analysis.becoming import (
    Assumption,
    assumptions_around,
    every_assumption,
    roles_within_reach,
    who_can_assume,
)
from iam_tui.analysis.becoming_decisions import CONDITIONAL
from iam_tui.formats import load
from iam_tui.graph import IdentityGraph
from tests.strategies import accounts


def short(account: Account, found: tuple[Assumption, ...]) -> set[tuple[str, str, str]]:
    return {(account.reference(a.principal), account.reference(a.role), a.label) for a in found}


@pytest.fixture(scope="module")
def startup() -> Account:
    return load("startup")


@pytest.fixture(scope="module")
def member() -> Account:
    return load("org-member")


def test_trust_without_permission_and_permission_without_trust(startup: Account) -> None:
    """Deploy trusts bob alone; OnCall may ask for it, and so may alice and carol, in vain."""
    assert short(startup, every_assumption(startup)) == {("user/bob", "role/Deploy", "")}


def test_what_depends_on_the_request_is_said(member: Account) -> None:
    assert short(member, who_can_assume(member, member.resolve("role/BreakGlass"))) == {
        ("user/olga", "role/BreakGlass", CONDITIONAL),
        ("user/paul", "role/BreakGlass", CONDITIONAL),
        ("role/OrganizationAccountAccessRole", "role/BreakGlass", CONDITIONAL),
    }


def test_groups_root_and_policies_become_nobody(startup: Account) -> None:
    for reference in ("group/OnCall", "root", "policy/S3Write"):
        key = startup.resolve(reference)
        assert roles_within_reach(startup, key) == ()
        assert who_can_assume(startup, key) == ()


@pytest.mark.parametrize("centre", ["user/bob", "role/Deploy"])
def test_one_step_is_enough_for_the_two_ends(startup: Account, centre: str) -> None:
    found = assumptions_around(IdentityGraph(startup), startup.resolve(centre), 1)

    assert short(startup, found) == {("user/bob", "role/Deploy", "")}


def test_a_policy_leads_back_to_whom_its_roles_let_in(startup: Account) -> None:
    graph = IdentityGraph(startup)
    inline = f"{startup.resolve('role/Deploy')}#inline/DeployFunctions"

    assert assumptions_around(graph, inline, 1) == ()
    assert short(startup, assumptions_around(graph, inline, 2)) == {("user/bob", "role/Deploy", "")}


@given(accounts())
def test_both_ends_say_the_same(account: Account) -> None:
    forward = [
        a for key in (*account.users, *account.roles) for a in roles_within_reach(account, key)
    ]

    assert set(forward) == set(every_assumption(account))
    assert len(forward) == len(set(forward))


@given(accounts())
def test_simulation_agrees(account: Account) -> None:
    found = {(a.principal, a.role): a.label for a in every_assumption(account)}
    for principal in (*account.users, *account.roles):
        for role in account.roles.values():
            allowed = simulate(account, principal, "sts:AssumeRole", role.arn).allowed
            if principal != role.arn and allowed and role.trust_policy is not None:
                assert (principal, role.arn) in found
            if found.get((principal, role.arn)) == "":
                assert allowed


@given(accounts())
def test_looking_as_somebody_agrees(account: Account) -> None:
    known = {arn for arn, role in account.roles.items() if role.trust_policy is not None}
    for principal in (*account.users, *account.roles):
        following = Becoming.of(account, principal).next()
        assert {(a.role, not a.label) for a in roles_within_reach(account, principal)} == {
            (row.role, not row.conditional)
            for row in following
            if row.role in known and row.role != principal
        }


@given(accounts())
def test_the_surroundings_of_a_node_are_part_of_the_whole(account: Account) -> None:
    graph = IdentityGraph(account)
    whole = set(every_assumption(account))
    for key in graph.graph:
        near = assumptions_around(graph, key, 2)
        assert set(near) <= whole
        assert {a for a in whole if key in (a.principal, a.role)} <= set(near)
