"""What would end a permission: every set of cuts works, is minimal, and none is smaller."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iam_tui import load
from iam_tui.account import Account
from iam_tui.account.edits import Edit
from iam_tui.analysis.removal import Removal, removals
from iam_tui.analysis.why_not_request import Ask
from iam_tui.errors import EditError
from tests.analysis.asking import ID, REPORT, account, allow, document, policy, trust
from tests.analysis.test_fixes import SAMPLES, one_edit_changes
from tests.strategies import accounts, requests

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def ends(made: Account, ask: Ask, edits: tuple[Edit, ...]) -> bool:
    for edit in edits:
        made = edit.apply(made)
    return not ask.of(made).allowed


@st.composite
def allowed_requests(draw: st.DrawFn) -> tuple[Account, Ask]:
    made = draw(accounts())
    request = draw(requests(made))
    context = dict(request.context or {})
    ask = Ask(request.principal, request.action, request.resource, context, now=NOW)
    assume(ask.of(made).allowed)
    return made, ask


def smallest_by_trying(made: Account, ask: Ask, most: int) -> int | None:
    """How many memberships and attachments have to be taken away; None: more, or none will do."""
    edits = [
        edit
        for edit in one_edit_changes(made, ask.principal)
        if edit.title.startswith(("remove", "detach", "delete"))
    ]
    for size in range(1, most + 1):
        for several in combinations(edits, size):
            try:
                if ends(made, ask, several):
                    return size
            except EditError:
                continue
    return None


def check(made: Account, ask: Ask) -> None:
    found = removals(made, ask)
    for removal in found.removals:
        assert ends(made, ask, removal.edits), removal.title
        cuts = removal.cuts
        for place in range(len(cuts)):
            rest = tuple(e for cut in (*cuts[:place], *cuts[place + 1 :]) for e in cut.edits)
            assert not ends(made, ask, rest), removal.title
    assert bool(found.beyond) == (not found.removals)
    sizes = {len(removal.cuts) for removal in found.removals}
    by_trying = smallest_by_trying(made, ask, 2)
    if by_trying is not None:
        assert found.exact
        assert len(sizes) == 1
        assert sizes.pop() <= by_trying


@given(allowed_requests())
def test_every_removal_works_and_the_smallest_is_found(drawn: tuple[Account, Ask]) -> None:
    check(*drawn)


@st.composite
def allowed_in_samples(draw: st.DrawFn) -> tuple[Account, Ask]:
    made = load(draw(st.sampled_from(SAMPLES)))
    actions = ("s3:GetObject", "lambda:ListFunctions", "sts:AssumeRole", "iam:CreateUser", "sqs:*")
    ask = Ask(
        draw(st.sampled_from((*made.users, *made.roles))),
        draw(st.sampled_from(actions[:4])),
        draw(st.sampled_from((*made.resources, *made.roles, REPORT, "*"))),
        {"aws:RequestedRegion": "eu-west-1"},
        now=NOW,
    )
    assume(ask.of(made).allowed)
    return made, ask


@given(allowed_in_samples())
def test_every_removal_works_in_the_samples(drawn: tuple[Account, Ask]) -> None:
    check(*drawn)


# --- one case after the other -------------------------------------------------------------------


def titles(made: Account, principal: str, action: str, resource: str | None = REPORT) -> list[str]:
    return [removal.title for removal in found(made, principal, action, resource)]


def found(made: Account, principal: str, action: str, resource: str | None) -> list[Removal]:
    ask = Ask(principal, action, resource)
    several = removals(made, ask).removals
    for removal in several:
        assert ends(made, ask, removal.edits)
    return list(several)


def test_a_denied_request_needs_no_cut() -> None:
    made = account(users=[{"name": "alice"}])

    assert removals(made, Ask("user/alice", "s3:GetObject", REPORT)) == ((), "", True)


def test_one_way_can_be_cut_at_each_of_its_links() -> None:
    made = account(
        users=[{"name": "alice", "groups": ["Team"]}, {"name": "bob", "groups": ["Team"]}],
        groups=[{"name": "Team", "policies": ["Read"]}],
        policies=[policy("Read", allow("s3:GetObject", Sid="Get"), allow("sqs:*"))],
    )

    assert titles(made, "user/alice", "s3:GetObject") == [
        "remove the statement Read[0] Get",
        "remove alice from Team",
        "detach Read from Team",
    ]


def test_the_only_statement_goes_with_its_policy() -> None:
    made = account(
        users=[{"name": "alice", "groups": ["A"], "policies": ["Read"]}],
        groups=[{"name": "A", "policies": ["Read"]}],
        policies=[policy("Read", allow("s3:GetObject"))],
    )

    assert titles(made, "user/alice", "s3:GetObject") == [
        "delete policy Read with all that hangs on it"
    ]


def test_two_ways_that_share_nothing_take_two_cuts() -> None:
    made = account(
        users=[
            {"name": "alice", "groups": ["A"], "inline_policies": {"own": document(allow("s3:*"))}}
        ],
        groups=[{"name": "A", "policies": ["AmazonS3ReadOnlyAccess"]}],
    )

    assert sorted(titles(made, "user/alice", "s3:GetObject")) == [
        "delete inline policy own of alice; detach AmazonS3ReadOnlyAccess from A",
        "delete inline policy own of alice; remove alice from A",
    ]


def test_a_boundary_is_a_place_to_cut_too() -> None:
    made = account(
        users=[{"name": "alice", "permissions_boundary": "Limit",
                "inline_policies": {"a": document(allow("s3:*")), "b": document(allow("s3:Get*"))}}],
        policies=[policy("Limit", allow("s3:*"), allow("sqs:*"))],
    )  # fmt: skip

    assert titles(made, "user/alice", "s3:GetObject") == ["remove the statement Limit[0]"]


def trusting(*statements: dict[str, object]) -> dict[str, object]:
    return {"name": "Deploy", "trust_policy": document(*statements)}


DEPLOY = f"arn:aws:iam::{ID}:role/Deploy"
ALICE, BOB = (f"arn:aws:iam::{ID}:user/{name}" for name in ("alice", "bob"))
USERS = [{"name": "alice"}, {"name": "bob"}]


def test_trust_is_cut_where_it_names_the_caller() -> None:
    made = account(
        users=USERS, roles=[trusting(trust({"AWS": [ALICE, BOB]}), trust({"AWS": "444455556666"}))]
    )

    best, *_ = found(made, "user/bob", "sts:AssumeRole", DEPLOY)

    assert best.title == "remove user/bob from the principals of trust policy Deploy[0]"
    assert (best.takes, best.others) == (0, ())


def test_trust_of_one_statement_turns_into_its_opposite() -> None:
    made = account(users=USERS, roles=[trusting(trust({"AWS": ALICE}))])

    assert titles(made, "user/alice", "sts:AssumeRole", DEPLOY) == [
        "let the trust policy deny what Deploy[0] allows"
    ]


def test_what_grants_is_named_where_nothing_can_be_cut() -> None:
    bucket = {
        "arn": "arn:aws:s3:::reports",
        "policy": document(
            allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal={"AWS": ALICE})
        ),
    }
    made = account(users=USERS, resources=[bucket])

    by_resource = removals(made, Ask("user/alice", "s3:GetObject", REPORT))
    by_root = removals(made, Ask("root", "s3:GetObject", REPORT))
    by_aws = removals(made, Ask("user/alice", "sts:GetCallerIdentity"))

    assert by_resource.removals == by_root.removals == by_aws.removals == ()
    assert by_resource.beyond.startswith("the policy of the resource allows this caller")
    assert by_root.beyond.startswith("the root user has it without any policy")
    assert by_aws.beyond == (
        "any signed caller may ask who it is, and no edit of the account can change that"
    )


def test_identity_and_resource_together_cannot_be_ended_by_one_of_them() -> None:
    bucket = {
        "arn": "arn:aws:s3:::reports",
        "policy": document(allow("s3:*", "arn:aws:s3:::reports/*", Principal="*")),
    }
    made = account(
        users=[{"name": "alice", "policies": ["AmazonS3FullAccess"]}], resources=[bucket]
    )

    assert removals(made, Ask("user/alice", "s3:GetObject", REPORT)).removals == ()


@pytest.mark.parametrize("count", [3, 9])
def test_many_ways_are_all_cut(count: int) -> None:
    groups = [
        {"name": f"g{n}", "inline_policies": {"x": document(allow("s3:*", Sid=f"S{n}"))}}
        for n in range(count)
    ]
    made = account(
        users=[{"name": "alice", "groups": [f"g{n}" for n in range(count)]}], groups=groups
    )

    answer = removals(made, Ask("user/alice", "s3:GetObject", REPORT))

    assert answer.exact == (count == 3)
    assert answer.removals
    assert all(len(removal.cuts) == count for removal in answer.removals)
    assert ends(made, Ask("user/alice", "s3:GetObject", REPORT), answer.removals[0].edits)


def test_a_search_can_be_stopped() -> None:
    made = account(users=[{"name": "alice", "policies": ["AmazonS3FullAccess"]}])

    answer = removals(made, Ask("user/alice", "s3:GetObject", REPORT), should_stop=lambda: True)

    assert len(answer.removals) == 1
