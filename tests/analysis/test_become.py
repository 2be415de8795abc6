"""Becoming: whom a principal can become, and what it can do then, tags and session policies kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load
from iam_tui.account import Account
from iam_tui.analysis import Becoming, EffectivePermissions, simulate
from iam_tui.analysis.masks import every_action
from iam_tui.errors import UnknownName, UsageError
from iam_tui.policy import Document
from tests.strategies import CONCRETE_ACTIONS, RESOURCES, accounts, documents

ACCOUNT, OTHER = "111122223333", "444455556666"
HERE = f"arn:aws:iam::{ACCOUNT}"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal: object, *actions: str, **more: Any) -> dict[str, Any]:
    several = list(actions or ("sts:AssumeRole",))
    return document({"Effect": "Allow", "Principal": principal, "Action": several, **more})


def role(name: str, trusted: dict[str, Any], *statements: dict[str, Any], **more: Any) -> Any:
    policies = {"P": document(*statements)} if statements else {}
    return {"name": name, "trust_policy": trusted, "inline_policies": policies, **more}


def account_of(*roles: Any, alice: tuple[dict[str, Any], ...] = (), **tables: Any) -> Account:
    policies = {"P": document(*alice)} if alice else {}
    users = [{"name": "alice", "inline_policies": policies}]
    return load(
        {"format": 1, "account": {"id": ACCOUNT}, "users": users, "roles": [*roles], **tables}
    )


def nexts(someone: Becoming, **more: Any) -> dict[str, tuple[str, tuple[str, ...]]]:
    rows = someone.next(**more)
    return {row.role.rpartition("/")[2]: (row.decision.value, row.conditional) for row in rows}


# --- whom it can become -------------------------------------------------------------------------


def test_trust_and_permission_are_both_evaluated() -> None:
    account = account_of(
        role("Named", trust({"AWS": f"{HERE}:user/alice"})),
        role("Delegated", trust({"AWS": ACCOUNT})),
        role("NotAllowed", trust({"AWS": ACCOUNT})),
        role("NotTrusting", trust({"Service": "ec2.amazonaws.com"})),
        alice=(
            allow("sts:AssumeRole", f"{HERE}:role/Delegated"),
            allow("sts:AssumeRole", f"{HERE}:role/NotTrusting"),
        ),
    )

    assert nexts(Becoming.of(account, "user/alice")) == {
        "Named": ("allowed", ()),
        "Delegated": ("allowed", ()),
    }


def test_what_it_depends_on_is_named() -> None:
    mfa = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    external = {"Condition": {"StringEquals": {"sts:ExternalId": "x"}}}
    elsewhere = f"arn:aws:iam::{OTHER}:role/Audit"
    account = account_of(
        role("WithMfa", trust({"AWS": f"{HERE}:user/alice"}, **mfa)),
        role("WithId", trust({"AWS": f"{HERE}:user/alice"}, **external)),
        alice=(allow("sts:AssumeRole", elsewhere),),
    )
    alice = Becoming.of(account, "user/alice")

    assert nexts(alice) == {
        "WithMfa": ("implicitDeny", ("aws:MultiFactorAuthPresent",)),
        "WithId": ("implicitDeny", ("sts:ExternalId",)),
        "Audit": (
            "implicitDeny",
            (f"the trust policy of {elsewhere}, which is not in this file",),
        ),
    }
    assert nexts(alice, context={"sts:ExternalId": "x"})["WithId"] == ("allowed", ())


def test_ways_lead_to_the_permission_and_to_the_trust() -> None:
    account = account_of(role("Deploy", trust({"AWS": ACCOUNT})), alice=(allow("sts:AssumeRole"),))
    deploy, alice = f"{HERE}:role/Deploy", f"{HERE}:user/alice"

    (row,) = Becoming.of(account, "user/alice").next()

    assert row.via == (
        (alice, f"{alice}#inline/P", f"{alice}#inline/P[0]"),
        (deploy, f"{deploy}[0]"),
    )


def test_a_role_whose_trust_is_not_in_the_file_is_decided_by_the_permission() -> None:
    account = account_of({"name": "Old"}, alice=(allow("sts:AssumeRole"),))

    assert nexts(Becoming.of(account, "user/alice")) == {"Old": ("allowed", ())}


def test_the_root_user_becomes_nobody() -> None:
    account = account_of(role("Open", trust({"AWS": ACCOUNT})))

    assert Becoming.of(account, "root").next() == ()


def test_who_can_ask_for_nothing_is_refused() -> None:
    account = account_of(groups=[{"name": "Staff"}])

    for nobody in ("group/Staff", f"arn:aws:iam::{OTHER}:user/x", "ec2.amazonaws.com"):
        with pytest.raises(UsageError, match="can ask for nothing"):
            Becoming.of(account, nobody)
    with pytest.raises(UnknownName):
        Becoming.of(account, "user/bob")


# --- step by step -------------------------------------------------------------------------------


CHAIN = (
    role(
        "First",
        trust({"AWS": ACCOUNT}, "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"),
        allow("sts:*"),
        allow("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/team}/*"),
        tags={"team": "web"},
    ),
    role(
        "Second",
        trust({"AWS": f"{HERE}:role/First"}, "sts:AssumeRole", "sts:SetSourceIdentity"),
        allow("s3:PutObject", "arn:aws:s3:::${aws:PrincipalTag/team}/*"),
    ),
)
ALICE = (allow(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]),)


def test_a_chain_goes_on_from_the_session() -> None:
    alice = Becoming.of(account_of(*CHAIN, alice=ALICE), "user/alice")

    assert set(nexts(alice)) == {"First"}
    first = alice.into("role/First", session_name="run")
    second = first.into("role/Second")

    assert set(nexts(first)) == {"First", "Second"}
    assert first.principal == f"arn:aws:sts::{ACCOUNT}:assumed-role/First/run"
    assert first.identity == f"{HERE}:role/First"
    assert second.breadcrumb == ("user/alice", "role/First", "role/Second")
    assert repr(second) == "<Becoming user/alice > role/First > role/Second>"
    assert second.back() == first
    assert [row.action for row in second.can] == []


def test_session_tags_win_over_the_tags_of_the_role() -> None:
    alice = Becoming.of(account_of(*CHAIN, alice=ALICE), "user/alice")
    plain, tagged = alice.into("role/First"), alice.into("role/First", tags={"team": "data"})

    def reads(someone: Becoming, bucket: str) -> bool:
        return someone.simulate("s3:GetObject", f"arn:aws:s3:::{bucket}/x").allowed

    assert [reads(plain, "web"), reads(plain, "data")] == [True, False]
    assert [reads(tagged, "web"), reads(tagged, "data")] == [False, True]
    row = tagged.can.find("s3:GetObject")
    assert row is not None
    assert row.resources == ("arn:aws:s3:::data/*",)


def test_only_transitive_tags_stay_along_the_chain() -> None:
    alice = Becoming.of(account_of(*CHAIN, alice=ALICE), "user/alice")
    tags = {"team": "data", "stage": "dev"}

    kept = alice.into("role/First", tags=tags, transitive=["Team"]).into("role/Second")
    lost = alice.into("role/First", tags=tags).into("role/Second")

    assert kept.context == {"aws:PrincipalTag/team": "data"}
    assert kept.simulate("s3:PutObject", "arn:aws:s3:::data/x").allowed
    assert lost.context == {}
    with pytest.raises(UsageError, match="the tag team is transitive"):
        alice.into("role/First", tags=tags, transitive=["team"]).into(
            "role/Second", tags={"Team": "x"}
        )


def test_the_source_identity_stays_and_cannot_be_changed() -> None:
    alice = Becoming.of(account_of(*CHAIN, alice=ALICE), "user/alice")

    second = alice.into("role/First", source_identity="alice").into("role/Second")

    assert second.context == {"aws:SourceIdentity": "alice"}
    with pytest.raises(UsageError, match="the source identity is alice"):
        second.back().into("role/Second", source_identity="bob")


def test_tags_and_source_identity_need_permissions_of_their_own() -> None:
    account = account_of(role("Deploy", trust({"AWS": ACCOUNT})), alice=ALICE)
    alice = Becoming.of(account, "user/alice")

    alice.into("role/Deploy")
    with pytest.raises(UsageError, match="refuse sts:TagSession"):
        alice.into("role/Deploy", tags={"team": "x"})
    with pytest.raises(UsageError, match="refuse sts:SetSourceIdentity"):
        alice.into("role/Deploy", source_identity="x")


def test_the_keys_of_the_call_are_there_for_the_trust_policy() -> None:
    wanted = {
        "StringEquals": {"aws:RequestTag/team": "data", "sts:RoleSessionName": "run"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"], "sts:TransitiveTagKeys": ["team"]},
    }
    account = account_of(
        role(
            "Deploy",
            trust(
                {"AWS": f"{HERE}:user/alice"}, "sts:AssumeRole", "sts:TagSession", Condition=wanted
            ),
        )
    )
    alice = Becoming.of(account, "user/alice")

    taken = alice.into(
        "role/Deploy", session_name="run", tags={"team": "data"}, transitive=["team"]
    )

    assert (taken.steps[0].decision, taken.steps[0].conditional) == ("allowed", ())
    with pytest.raises(UsageError, match="refuse sts:AssumeRole"):
        alice.into("role/Deploy", session_name="walk", tags={"team": "data"})


def test_a_step_may_depend_on_what_is_not_known_yet() -> None:
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    account = account_of(role("Deploy", trust({"AWS": f"{HERE}:user/alice"}, Condition=mfa)))

    (step,) = Becoming.of(account, "user/alice").into("role/Deploy").steps

    assert (step.decision, step.conditional) == ("implicitDeny", ("aws:MultiFactorAuthPresent",))


def test_session_policies_limit_what_follows() -> None:
    account = account_of(
        role("Deploy", trust({"AWS": ACCOUNT}), allow("s3:*"), allow("ec2:RunInstances")),
        alice=ALICE,
    )
    only_reading = Document.of(document(allow("s3:Get*")))

    session = Becoming.of(account, "user/alice").into("role/Deploy", policies=[only_reading])

    assert session.simulate("s3:GetObject", "arn:aws:s3:::b/x").allowed
    assert not session.simulate("s3:PutObject", "arn:aws:s3:::b/x").allowed
    found = {row.action: (row.status, row.blocked_by) for row in session.can}
    assert found["s3:GetObject"] == ("granted", ())
    assert found["s3:PutObject"] == ("blocked", ("session",))
    assert found["ec2:RunInstances"] == ("blocked", ("session",))
    with pytest.raises(UsageError, match="at most 11"):
        session.into("role/Deploy", policies=[only_reading] * 12)


def test_only_roles_of_the_account_can_be_assumed() -> None:
    account = account_of(alice=ALICE)
    alice = Becoming.of(account, "user/alice")

    with pytest.raises(UnknownName):
        alice.into("role/Nobody")
    with pytest.raises(UsageError, match="is no role"):
        alice.into("user/alice")


# --- laws ---------------------------------------------------------------------------------------


@given(accounts())
def test_next_is_what_simulate_says_of_each_role(account: Account) -> None:
    for principal in (*account.users, *account.roles):
        rows = {row.role: row for row in Becoming.of(account, principal).next()}
        for role_arn in account.roles:
            context = {"sts:RoleSessionName": "iam-tui"}
            found = simulate(account, principal, "sts:AssumeRole", role_arn, context=context)
            if role_arn in rows:
                assert rows[role_arn].decision == found.decision
            else:
                assert not found.allowed, (principal, role_arn, found.reason)


@given(st.data())
def test_the_panel_of_a_session_agrees_with_simulate(data: st.DataObject) -> None:
    account = data.draw(accounts(unknown=False))
    if not account.roles:
        return
    arn = data.draw(st.sampled_from([*account.roles]))
    policies = data.draw(st.lists(documents(), min_size=1, max_size=2))
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{arn.rpartition('/')[2]}/run"
    action = data.draw(st.sampled_from(CONCRETE_ACTIONS))
    resource = data.draw(st.sampled_from([one for one in RESOURCES if one != "*"]))

    within = {action.partition(":")[0]: every_action(action.partition(":")[0])}
    row = EffectivePermissions(account, session, within=within, session=policies).find(action)
    decision = simulate(account, session, action, resource, session=policies)

    if row is not None and row.status == "granted":
        assert decision.allowed, (row, decision.reason)
    elif row is None or row.status == "blocked":
        assert not decision.allowed, (row, decision.reason)


# --- what is missing -----------------------------------------------------------------------------


def test_the_one_thing_that_is_missing_is_named() -> None:
    account = account_of(
        role("NotAllowed", trust({"AWS": ACCOUNT})),
        role("NotTrusting", trust({"Service": "ec2.amazonaws.com"})),
        role("Neither", trust({"AWS": OTHER})),
        role("Denied", trust({"AWS": f"{HERE}:user/alice"})),
        role("Open", trust({"AWS": f"{HERE}:user/alice"})),
        alice=(
            allow("sts:AssumeRole", f"{HERE}:role/NotTrusting"),
            {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": f"{HERE}:role/Denied"},
        ),
    )

    found = {
        row.role.rpartition("/")[2]: row for row in Becoming.of(account, "user/alice").nearly()
    }

    assert {name: (row.missing, row.is_denied) for name, row in found.items()} == {
        "NotAllowed": ("permission", False),
        "NotTrusting": ("trust policy", False),
        "Denied": ("permission", True),
    }


def test_a_session_policy_may_be_what_is_missing() -> None:
    account = account_of(
        role("First", trust({"AWS": f"{HERE}:user/alice"}), allow("sts:AssumeRole")),
        role("Second", trust({"AWS": ACCOUNT})),
    )
    only_s3 = Document.of(document(allow("s3:*")))

    first = Becoming.of(account, "user/alice").into("role/First", policies=[only_s3])

    assert nexts(first) == {}
    assert ("Second", "session policies") in {
        (row.role.rpartition("/")[2], row.missing) for row in first.nearly()
    }


def test_the_root_user_becomes_nobody_and_misses_nothing() -> None:
    account = account_of(role("Any", trust({"AWS": ACCOUNT})))

    assert Becoming.of(account, "root").nearly() == ()


@given(accounts())
def test_what_is_next_is_never_missing_something(account: Account) -> None:
    for arn in (*account.users, *account.roles):
        someone = Becoming.of(account, arn)
        assert not {row.role for row in someone.next()} & {row.role for row in someone.nearly()}
