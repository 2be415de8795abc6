"""An account's own promises: wildcards mean for every, and edits that break one are told."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load, simulate
from iam_tui.account import Account, Assertion
from iam_tui.account.edits import AddMember, AttachPolicy, DetachPolicy, PutAssertion, RemoveMember
from iam_tui.analysis.assertions import AssertionResult, broken_by, check
from iam_tui.analysis.assertions_edits import assertion_edit
from iam_tui.analysis.atoms import covers, resource_glob
from iam_tui.analysis.why_not_request import Ask
from tests.analysis.asking import ID, REPORT, USER, account, allow, deny, document, policy, trust
from tests.strategies import (
    CONCRETE_ACTIONS,
    CONTEXTS,
    RESOURCE_PATTERNS,
    RESOURCES,
    accounts,
    edits,
)

Expect = Literal["allowed", "denied"]
SAMPLES = ("first-day", "startup", "org-member")


def promise(
    principal: str, action: str, expect: Expect, resource: str = "*", **more: Any
) -> Assertion:
    return Assertion(principal=principal, action=action, expect=expect, resource=resource, **more)


def checked(made: Account, *promises: Assertion) -> list[AssertionResult]:
    return list(check(made.with_(assertions=promises)))


def holds(made: Account, *given_: Any, **more: Any) -> bool:
    (result,) = checked(made, promise(*given_, **more))
    return result.holds


@pytest.mark.parametrize("name", SAMPLES)
def test_the_promises_of_the_samples_hold(name: str) -> None:
    made = load(name)

    assert [result.assertion for result in check(made)] == list(made.assertions)
    assert all(result.holds for result in check(made))


# --- one request --------------------------------------------------------------------------------


TEAM = account(
    users=[
        {"name": "alice", "groups": ["Readers"]},
        {"name": "bob", "path": "/dev/", "groups": ["Readers"]},
        {"name": "carol"},
    ],
    groups=[{"name": "Readers", "policies": ["Read"]}, {"name": "Empty"}],
    roles=[{"name": "Deploy", "policies": ["Write"], "trust_policy": document(trust({"AWS": ID}))}],
    policies=[
        policy("Read", allow("s3:GetObject", "arn:aws:s3:::reports/*")),
        policy("Write", allow("s3:PutObject", "arn:aws:s3:::reports/*")),
    ],
)


def test_one_request_is_decided_as_simulate_decides_it() -> None:
    (allowed, denied, wrong) = checked(
        TEAM,
        promise("user/alice", "s3:GetObject", "allowed", REPORT),
        promise("user/carol", "s3:GetObject", "denied", REPORT),
        promise("user/carol", "s3:GetObject", "allowed", REPORT, why="She reads them"),
    )

    assert (allowed.holds, allowed.reason, allowed.failures) == (
        True,
        "an identity-based policy allows it and nothing denies or limits it",
        (),
    )
    assert (denied.holds, denied.reason) == (True, "no identity-based policy allows it")
    assert not wrong.holds
    assert wrong.reason == (
        f"user/carol may not s3:GetObject on {REPORT}: no identity-based policy allows it"
    )
    (failure,) = wrong.failures
    assert failure == (
        "user/carol",
        "s3:GetObject",
        REPORT,
        "implicitDeny",
        "no identity-based policy allows it",
    )


def test_a_promise_may_give_keys_of_the_request() -> None:
    made = account(
        users=[
            {
                "name": "alice",
                "inline_policies": {
                    "x": document(
                        allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
                        deny(
                            "s3:*", Condition={"ForAnyValue:StringEquals": {"aws:TagKeys": ["b"]}}
                        ),
                    )
                },
            }
        ]
    )

    inside: dict[str, str | tuple[str, ...]] = {"aws:SourceIp": "10.1.2.3"}
    assert not holds(made, "user/alice", "s3:GetObject", "allowed", REPORT)
    assert holds(made, "user/alice", "s3:GetObject", "allowed", REPORT, context=inside)
    tagged = {**inside, "aws:TagKeys": ("a", "b")}
    assert holds(made, "user/alice", "s3:GetObject", "denied", REPORT, context=tagged)


def test_everybody_that_simulate_knows_can_be_named() -> None:
    bucket = {
        "arn": "arn:aws:s3:::reports",
        "policy": document(allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal="*")),
    }
    public = account(users=[{"name": "alice"}], groups=[{"name": "Team"}], resources=[bucket])

    for principal in ("anonymous", "user/alice", "group/Team", "root", "lambda.amazonaws.com",
                      "arn:aws:iam::444455556666:user/eve", f"arn:aws:iam::{ID}:user/alice"):  # fmt: skip
        expect: Expect = "denied" if principal.endswith("eve") else "allowed"
        assert holds(public, principal, "s3:GetObject", expect, REPORT), principal
    assert simulate(public, "anonymous", "s3:GetObject", REPORT).allowed
    assert not holds(public, "anonymous", "s3:GetObject", "denied", REPORT)


# --- for every principal ------------------------------------------------------------------------


def test_a_wildcard_means_every_principal() -> None:
    assert holds(TEAM, "*", "s3:DeleteObject", "denied", REPORT)
    assert not holds(TEAM, "*", "s3:GetObject", "denied", REPORT)
    assert not holds(TEAM, "user/*", "s3:GetObject", "allowed", REPORT)
    assert holds(TEAM, "role/*", "s3:GetObject", "denied", REPORT)
    assert holds(TEAM, "role/D?ploy", "s3:PutObject", "allowed", REPORT)
    assert holds(TEAM, "user/dev/*", "s3:GetObject", "allowed", REPORT)
    assert holds(TEAM, f"arn:aws:iam::{ID}:user/*", "s3:PutObject", "denied", REPORT)
    assert holds(TEAM, "group/Read*", "s3:GetObject", "allowed", REPORT)
    assert not holds(TEAM, "group/*", "s3:GetObject", "allowed", REPORT)


def test_the_root_user_is_asked_by_name() -> None:
    """No identity policy limits it, so that no promise about everybody could hold with it."""
    assert holds(TEAM, "*", "iam:CreateUser", "denied")
    assert not holds(TEAM, "root", "iam:CreateUser", "denied")


def test_the_first_failures_are_told_and_the_rest_counted() -> None:
    users = [{"name": f"u{n}", "policies": ["ReadOnlyAccess"]} for n in range(9)]
    made = account(users=users)

    (result,) = checked(made, promise("user/*", "s3:GetObject", "denied", REPORT))

    assert [failure.principal for failure in result.failures] == [f"user/u{n}" for n in range(5)]
    assert result.reason.startswith(f"user/u0 may s3:GetObject on {REPORT}: an identity-based")
    assert result.reason.endswith("(more than 5 requests are not as promised)")


# --- for every action ---------------------------------------------------------------------------


def test_a_wildcard_means_every_action() -> None:
    assert holds(TEAM, "user/alice", "s3:Delete*", "denied", REPORT)
    assert holds(TEAM, "user/alice", "iam:*", "denied")
    assert not holds(TEAM, "user/alice", "s3:Get*", "denied", REPORT)
    assert not holds(TEAM, "user/alice", "s3:Get*", "allowed", REPORT)
    assert holds(TEAM, "root", "s3:*", "allowed", REPORT)
    assert not holds(TEAM, "root", "sts:*", "allowed")


def test_every_action_of_all_services() -> None:
    made = account(users=[{"name": "alice", "policies": ["ReadOnlyAccess"]}, {"name": "bob"}])

    (everything, nothing) = checked(
        made, promise("user/alice", "*", "denied"), promise("user/bob", "*", "denied")
    )

    assert not everything.holds
    # Nobody can be kept from asking who they are, and a user not from a session token.
    assert [failure.action for failure in nothing.failures] == [
        "sts:GetCallerIdentity",
        "sts:GetSessionToken",
    ]


def test_keys_that_are_given_count_for_every_action() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    made = account(
        users=[{"name": "alice", "tags": {"team": "blue"},
                "inline_policies": {"x": document(allow("s3:*", Condition=condition))}}],
    )  # fmt: skip

    assert holds(made, "user/alice", "s3:Get*", "denied")
    red: dict[str, str | tuple[str, ...]] = {"aws:PrincipalTag/team": "red"}
    assert holds(made, "user/alice", "s3:GetObj*", "allowed", context=red)


def test_somebody_outside_has_what_policies_of_resources_give() -> None:
    bucket = {
        "arn": "arn:aws:s3:::reports",
        "policy": document(allow("s3:Get*", "arn:aws:s3:::reports/*", Principal="*")),
    }
    made = account(resources=[bucket])

    assert holds(made, "anonymous", "s3:Put*", "denied")
    assert holds(made, "anonymous", "s3:GetObject*", "allowed", REPORT)
    assert not holds(made, "anonymous", "*", "denied")


# --- for every resource -------------------------------------------------------------------------


def test_a_wildcard_means_every_resource() -> None:
    assert holds(TEAM, "user/alice", "s3:GetObject", "allowed", "arn:aws:s3:::reports/*")
    assert holds(TEAM, "user/alice", "s3:GetObject", "allowed", "arn:aws:s3:::reports/2026/*")
    assert not holds(TEAM, "user/alice", "s3:GetObject", "allowed", "arn:aws:s3:::rep*")
    assert not holds(TEAM, "user/alice", "s3:GetObject", "denied", "arn:aws:s3:::*")
    assert holds(TEAM, "user/alice", "s3:GetObject", "denied", "arn:aws:s3:::other*")
    assert not holds(TEAM, "user/alice", "s3:GetObject", "allowed")
    assert holds(TEAM, "root", "s3:GetObject", "allowed")


def test_a_deny_on_a_part_is_found() -> None:
    made = account(
        users=[{"name": "alice", "inline_policies": {
            "x": document(allow("s3:*"), deny("s3:GetObject", "arn:aws:s3:::*/secret*"))}}],
    )  # fmt: skip

    (result,) = checked(
        made, promise("user/alice", "s3:GetObject", "allowed", "arn:aws:s3:::reports/*")
    )

    assert not result.holds
    assert {failure.decision for failure in result.failures} == {"explicitDeny"}
    assert holds(made, "user/alice", "s3:GetObject", "allowed", "arn:aws:s3:::reports/open.csv")


def test_the_policies_of_resources_are_looked_at() -> None:
    bucket = {
        "arn": "arn:aws:s3:::reports",
        "policy": document(deny("s3:DeleteBucket", "arn:aws:s3:::reports", Principal="*")),
    }
    made = account(
        users=[{"name": "alice", "policies": ["AdministratorAccess"]}], resources=[bucket]
    )

    (result,) = checked(made, promise("user/alice", "s3:DeleteBucket", "allowed"))

    assert [failure.resource for failure in result.failures] == ["arn:aws:s3:::reports"]
    assert holds(made, "user/alice", "s3:DeleteBucket", "allowed", "arn:aws:s3:::other*")
    assert holds(made, "user/alice", "s3:GetObject", "allowed")


def test_every_role_that_can_be_taken_on() -> None:
    bob = f"arn:aws:iam::{ID}:user/bob"
    made = account(
        users=[{"name": "alice"}, {"name": "bob"}],
        roles=[
            {"name": "A", "trust_policy": document(trust({"AWS": bob}))},
            {"name": "B", "trust_policy": document(trust({"AWS": "444455556666"}))},
        ],
    )

    assert holds(made, "user/alice", "sts:AssumeRole", "denied")
    (result,) = checked(made, promise("user/bob", "sts:AssumeRole", "denied"))
    assert [failure.resource for failure in result.failures] == [f"arn:aws:iam::{ID}:role/A"]


# --- what cannot be checked ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        (
            ("user/alic", "s3:GetObject"),
            "no principal 'user/alic' in this account; did you mean user/alice",
        ),
        (("user/x*", "s3:GetObject"), "no user or role like 'user/x*' in this account"),
        (("group/Red*", "s3:GetObject"), "did you mean group/Readers"),
        (("alice", "s3:GetObject"), "did you mean user/alice"),
        (("policy/Read", "s3:GetObject"), "is no principal"),
        (("user/alice", "GetObject"), "'GetObject' is no action"),
        (
            ("user/alice", "s3:GetObjekt*"),
            "no action is like 's3:GetObjekt*'; did you mean s3:GetObject",
        ),
        (("user/alice", "zz:*"), "no action is like 'zz:*'"),
    ],
)
@pytest.mark.parametrize("expect", ["allowed", "denied"])
def test_what_cannot_be_checked_does_not_hold(
    given_: tuple[str, str], words: str, expect: Expect
) -> None:
    (result,) = checked(TEAM, promise(*given_, expect))

    assert not result.holds
    assert result.reason.startswith("it cannot be checked: ")
    assert words in result.reason
    assert result.failures == ()


def test_an_action_that_is_not_in_the_catalogue_is_noted() -> None:
    (typo, fine) = checked(
        TEAM,
        promise("user/alice", "s3:GetObjekt", "denied", REPORT),
        promise("user/alice", "s3:DeleteObject", "denied", REPORT),
    )

    assert typo.holds
    assert "the nearest known actions are s3:GetObject" in "; ".join(typo.notes)
    assert fine.notes == ()


def test_a_check_can_be_stopped() -> None:
    assert check(load("startup"), should_stop=lambda: True) == ()


# --- what an edit breaks ------------------------------------------------------------------------


READS = promise("user/alice", "s3:GetObject", "allowed", REPORT)
NOBODY = promise("*", "s3:PutObject", "denied", "arn:aws:s3:::secret/*")


@pytest.mark.parametrize(
    ("edit", "broken"),
    [
        (RemoveMember(group="Readers", user="alice"), [READS]),
        (RemoveMember(group="Readers", user="bob"), []),
        (DetachPolicy(entity="group/Readers", policy="Read"), [READS]),
        (AttachPolicy(entity="user/carol", policy="AmazonS3FullAccess"), [NOBODY]),
        (AttachPolicy(entity="group/Empty", policy="AmazonS3FullAccess"), []),
        (AddMember(group="Empty", user="alice"), []),
        (
            PutAssertion(principal="user/carol", action="s3:GetObject", expect="allowed"),
            [promise("user/carol", "s3:GetObject", "allowed")],
        ),
        (PutAssertion(principal="user/carol", action="s3:GetObject", expect="denied"), []),
    ],
    ids=lambda value: getattr(value, "title", "")[:60],
)  # fmt: skip
def test_an_edit_tells_what_it_would_break(edit: Any, broken: list[Assertion]) -> None:
    before = TEAM.with_(assertions=(READS, NOBODY))

    assert [result.assertion for result in broken_by(before, edit.apply(before))] == broken


def test_what_was_broken_before_is_not_broken_again() -> None:
    before = TEAM.with_(assertions=(promise("user/carol", "s3:GetObject", "allowed", REPORT),))
    after = AttachPolicy(entity="user/carol", policy="Write").apply(before)

    assert broken_by(before, after) == ()
    assert broken_by(before, before) == ()
    assert broken_by(before, after, should_stop=lambda: True) == ()


def test_a_changed_reason_is_not_a_new_promise() -> None:
    before = TEAM.with_(assertions=(READS,))
    wrong = RemoveMember(group="Readers", user="alice").apply(before)
    told = PutAssertion(
        principal="user/alice", action="s3:GetObject", resource=REPORT, expect="allowed", why="x"
    )

    assert broken_by(wrong, told.apply(wrong)) == ()


# --- from answers to promises -------------------------------------------------------------------


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
@pytest.mark.parametrize(
    "principal", ["user/alice", f"{USER}/alice", "root", "*", "sqs.amazonaws.com"]
)
def test_an_answer_becomes_a_promise_that_holds(principal: str, action: str) -> None:
    ask = Ask(principal, action, REPORT, {"aws:MultiFactorAuthPresent": True})
    allowed = ask.of(TEAM).allowed

    edit = assertion_edit(TEAM, ask, allowed=allowed, why="so it was")
    promised = edit.apply(TEAM)

    (*_, result) = check(promised)
    assert result.holds
    assert result.assertion.why == "so it was"
    assert result.assertion.principal == {
        f"{USER}/alice": "user/alice",
        "*": "anonymous",
    }.get(principal, principal)
    assert broken_by(TEAM, promised) == ()
    opposite = assertion_edit(TEAM, ask, allowed=not allowed).apply(TEAM)
    assert len(broken_by(TEAM, opposite)) == 1


# --- laws ---------------------------------------------------------------------------------------


PATTERNS = tuple(text for text in RESOURCE_PATTERNS if "${" not in text)


@st.composite
def promises(draw: st.DrawFn, made: Account) -> Assertion:
    named = [made.reference(arn) for arn in (*made.users, *made.roles, made.root_user.arn)]
    return promise(
        draw(st.sampled_from((*named, "*", "user/*", "role/*", "anonymous"))),
        draw(st.sampled_from((*CONCRETE_ACTIONS, "s3:*", "iam:Pass*", "sqs:*", "sts:*"))),
        draw(st.sampled_from(("allowed", "denied"))),
        draw(st.sampled_from(PATTERNS)),
        context=draw(st.sampled_from(CONTEXTS)),
    )


def stands_for(made: Account, item: Assertion, principal: str, action: str, resource: str) -> bool:
    who = {"*": made.users.keys() | made.roles.keys(), "user/*": made.users, "role/*": made.roles}
    names = who.get(item.principal)
    if principal not in names if names is not None else made.reference(principal) != item.principal:
        return False
    service, _, verb = item.action.partition(":")
    if verb.endswith("*"):
        if not action.startswith(f"{service}:{verb[:-1]}"):
            return False
    elif action != item.action:
        return False
    return covers(resource_glob(item.resource), (resource,))


def is_about(action: str, resource: str) -> bool:
    """Whether AWS has the action for the resource; others are nobody's request."""
    service, _, verb = action.partition(":")
    if service == "s3":
        return ":s3:" in resource and ("/" in resource) is (verb != "ListBucket")
    return f":{service}:" in resource or (service == "sts" and ":role/" in resource)


@given(st.data())
def test_a_promise_that_holds_holds_for_each_of_its_requests(data: st.DataObject) -> None:
    made = data.draw(accounts())
    item = data.draw(promises(made))
    (result,) = checked(made, item)
    if not result.holds:
        return
    resources = [text for text in (*RESOURCES, *made.roles, *made.users) if text != "*"]
    for principal in (*made.users, *made.roles, made.root_user.arn):
        for action in CONCRETE_ACTIONS:
            for resource in resources:
                if not stands_for(made, item, principal, action, resource):
                    continue
                if not is_about(action, resource):
                    continue
                found = simulate(made, principal, action, resource, context=dict(item.context))
                assert found.allowed is (item.expect == "allowed"), (principal, action, resource)


@given(st.data())
def test_a_promise_that_fails_fails_for_a_request(data: st.DataObject) -> None:
    made = data.draw(accounts())
    item = data.draw(promises(made))
    (result,) = checked(made, item)
    if result.holds or not result.failures:
        return
    for failure in result.failures:
        assert (failure.decision == "allowed") is (item.expect == "denied")


@given(st.data())
def test_what_an_edit_breaks_is_what_checking_all_again_finds(data: st.DataObject) -> None:
    made = data.draw(accounts())
    before = made.with_(assertions=tuple(data.draw(st.lists(promises(made), max_size=4))))
    after = data.draw(edits(before)).apply(before)

    broken = {repr(result.assertion) for result in broken_by(before, after)}

    held = {repr(result.assertion) for result in check(before) if result.holds}
    new = {repr(item) for item in after.assertions} - {repr(item) for item in before.assertions}
    failing = {repr(result.assertion) for result in check(after) if not result.holds}
    assert broken == failing & (held | new)
