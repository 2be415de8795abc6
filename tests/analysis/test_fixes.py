"""What would allow a denied request: every fix works, and no smaller one is overlooked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import product

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iam_tui import load
from iam_tui.account import Account, Group, Role, User
from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    DeleteInlinePolicy,
    DetachPolicy,
    Edit,
    RemoveMember,
    policy_reference,
)
from iam_tui.analysis.fixes import Fix, fixes
from iam_tui.analysis.why_not_request import Ask
from iam_tui.catalog.managed_policies import managed_policy_arn
from iam_tui.errors import EditError
from iam_tui.policy import Document
from iam_tui.policy.requests import ContextValue
from tests.analysis.asking import ID, REPORT, account, allow, deny, document, policy, trust
from tests.strategies import AWS_POLICIES, accounts, requests

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
SAMPLES = ("first-day", "startup", "org-member")


def allowed_after(account: Account, ask: Ask, fix: Fix) -> bool:
    return ask.with_context(fix.context).of(fix.apply(account)).allowed


# --- the oracle ---------------------------------------------------------------------------------


def one_edit_changes(account: Account, principal: str) -> Iterator[Edit]:
    """Every membership and attachment of the caller or its groups, put the other way round."""
    entity = account.identity(principal)
    if entity is None or entity.kind == "root":
        return
    assert isinstance(entity, User | Role)
    held: list[User | Group | Role] = [entity]
    if isinstance(entity, User):
        for arn, group in account.groups.items():
            kind = RemoveMember if group.name in entity.groups else AddMember
            yield kind(group=account.reference(arn), user=account.reference(entity.arn))
            if group.name in entity.groups:
                held.append(group)
    for holder in held:
        reference = account.reference(holder.arn)
        for arn in (*account.policies, *AWS_POLICIES):
            way = DetachPolicy if arn in holder.policies else AttachPolicy
            yield way(entity=reference, policy=policy_reference(account, arn))
        for name in holder.inline_policies:
            yield DeleteInlinePolicy(entity=reference, policy=name)


def is_fixed_by_one(account: Account, ask: Ask) -> bool:
    for edit in one_edit_changes(account, ask.principal):
        try:
            changed = edit.apply(account)
        except EditError:
            continue
        if ask.of(changed).allowed:
            return True
    return False


SEVERAL = 7
"""Denied requests of one account, which takes longer to make than to ask: with 30 accounts 210."""


@st.composite
def denied_requests(draw: st.DrawFn) -> tuple[Account, list[Ask]]:
    account = draw(accounts())
    found: list[Ask] = []
    for _ in range(4 * SEVERAL):
        request = draw(requests(account))
        context = dict(request.context or {})
        ask = Ask(request.principal, request.action, request.resource, context, now=NOW)
        if not ask.of(account).allowed:
            found.append(ask)
        if len(found) == SEVERAL:
            break
    assume(len(found) == SEVERAL)
    return account, found


def check(account: Account, ask: Ask) -> None:
    found = fixes(account, ask)
    for fix in found.fixes:
        assert allowed_after(account, ask, fix), fix.title
        assert fix.title
        assert len(fix.kinds) >= 1
    edits = [len(fix.edits) for fix in found.fixes]
    assert edits == sorted(edits)
    if is_fixed_by_one(account, ask):
        assert 1 in edits
        assert max(edits) == 1
    assert bool(found.beyond) == (not any(edits))


@given(denied_requests())
def test_every_fix_works_and_the_smallest_is_found(drawn: tuple[Account, list[Ask]]) -> None:
    account, asked = drawn
    for ask in asked:
        check(account, ask)


ACTIONS = (
    *(
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteBucket",
        "lambda:InvokeFunction",
        "sqs:SendMessage",
    ),
    *("iam:CreateUser", "ec2:RunInstances", "sts:AssumeRole", "kms:Decrypt", "s3:ListAllMyBuckets"),
)


@cache
def denied_in(sample: str) -> tuple[Account, list[Ask]]:
    """Everything out of these lists that is denied in a sample."""
    account = load(sample)
    principals = (*account.users, *account.roles, account.root_user.arn)
    resources = (*account.resources, *account.roles, REPORT, "*")
    contexts: tuple[dict[str, ContextValue], ...] = ({}, {"aws:RequestedRegion": "eu-west-1"})
    asked = (
        Ask(principal, action, resource, context, now=NOW)
        for principal, action, resource, context in product(
            principals, ACTIONS, resources, contexts
        )
    )
    return account, [ask for ask in asked if not ask.of(account).allowed]


@given(st.data())
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_fix_works_in_the_samples(sample: str, data: st.DataObject) -> None:
    account, asked = denied_in(sample)
    for ask in data.draw(st.lists(st.sampled_from(asked), min_size=3, max_size=3)):
        check(account, ask)


# --- one kind of fix after the other ------------------------------------------------------------


def fixed(
    made: Account, principal: str, action: str, resource: str | None = None, **more: str
) -> list[Fix]:
    ask = Ask(principal, action, resource, {k.replace("_", ":"): v for k, v in more.items()})
    found = fixes(made, ask, most=50)
    for fix in found.fixes:
        assert allowed_after(made, ask, fix), fix.title
    return list(found.fixes)


def titles(found: list[Fix], kind: str) -> list[str]:
    return [fix.title for fix in found if kind in fix.kinds]


ALICE = {"name": "alice"}
READERS = {"name": "Readers", "inline_policies": {"read": document(allow("s3:GetObject"))}}


def test_an_allowed_request_needs_no_fix() -> None:
    made = account(users=[{**ALICE, "inline_policies": {"x": document(allow("s3:*"))}}])

    assert fixes(made, Ask("user/alice", "s3:GetObject", REPORT)) == ((), "")


def test_a_group_that_has_it_can_be_joined() -> None:
    made = account(users=[ALICE], groups=[READERS, {"name": "Empty"}])

    assert titles(fixed(made, "user/alice", "s3:GetObject", REPORT), "join-group") == [
        "add alice to Readers"
    ]


def test_policies_are_the_accounts_before_those_of_aws() -> None:
    made = account(users=[ALICE], policies=[policy("Read", allow("s3:GetObject"))])

    found = titles(fixed(made, "user/alice", "s3:GetObject", REPORT), "attach-policy")

    assert found[0] == "attach Read to alice"
    assert 1 < len(found) <= 4
    names = [title.split()[1] for title in found[1:]]
    assert not any(":policy/service-role/" in (managed_policy_arn(name) or "") for name in names)


def test_a_policy_may_be_attached_to_a_group_of_the_user_too() -> None:
    made = account(
        users=[{**ALICE, "groups": ["Team"]}, {"name": "bob", "groups": ["Team"]}],
        groups=[{"name": "Team"}],
        policies=[policy("Read", allow("s3:GetObject"))],
    )

    found = fixed(made, "user/alice", "s3:GetObject", REPORT)

    (team,) = (fix for fix in found if fix.title == "attach Read to Team, a group of alice")
    assert team.others == (f"arn:aws:iam::{ID}:user/bob",)
    assert team.gives == 1


def test_a_statement_of_its_own_gives_nothing_else() -> None:
    made = account(
        users=[{**ALICE, "inline_policies": {"AllowS3GetObject": document(allow("sqs:*"))}}]
    )

    found = fixed(made, "user/alice", "s3:getobject", REPORT)

    assert found[0].title == (
        f"allow s3:GetObject on {REPORT} in a new inline policy AllowS3GetObject2 of alice"
    )
    assert (found[0].gives, found[0].takes, found[0].others) == (0, 0, ())
    assert found[0].kinds == ("add-statement",)


@pytest.mark.parametrize(
    ("action", "resource", "written"),
    [
        ("s3:GetObject", None, "*"),
        ("s3:GetObject", "arn:aws:s3:::b/what?.csv", "arn:aws:s3:::b/what${?}.csv"),
        ("s3:GetObject", "arn:aws:s3:::b/$x", "arn:aws:s3:::b/${$}x"),
        ("s3:GetObject", "arn:aws:s3:::b/*", "arn:aws:s3:::b/*"),
        ("ec2:DescribeInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i", "*"),
        ("s3:GetObject", "reports", "*"),
    ],
)
def test_the_statement_names_exactly_what_was_asked(
    action: str, resource: str | None, written: str
) -> None:
    found = fixed(account(users=[ALICE]), "user/alice", action, resource)

    (added,) = (fix for fix in found if fix.kinds == ("add-statement",))
    (edit,) = added.edits
    value = edit.document.value  # type: ignore[union-attr]
    assert value == {"Version": "2012-10-17", "Statement": [allow(action, written)]}


def test_a_resource_can_be_added_to_a_statement_that_lacks_only_it() -> None:
    made = account(
        users=[
            {
                **ALICE,
                "policies": ["Read"],
                "inline_policies": {"own": document(allow("s3:Get*", "arn:aws:s3:::x"))},
            }
        ],
        policies=[policy("Read", allow("s3:GetObject", ["arn:aws:s3:::reports/2025/*"]))],
    )

    found = titles(fixed(made, "user/alice", "s3:GetObject", REPORT), "widen-resource")

    assert sorted(found) == [
        f"add {REPORT} to the resources of policy Read[0]",
        f"add {REPORT} to the resources of policy own[0]",
    ]


def test_a_policy_with_five_versions_loses_the_oldest_first() -> None:
    versions = [
        {"id": f"v{number}", "document": document(allow("s3:GetObject", f"arn:aws:s3:::b{number}"))}
        for number in range(1, 6)
    ]
    full = document(allow("s3:PutObject", f"arn:aws:s3:::{'x' * 1900}"))
    made = account(
        users=[{**ALICE, "policies": ["Read"], "inline_policies": {"full": full}}],
        policies=[{"name": "Read", "versions": versions, "default_version": "v1"}],
        groups=[{"name": f"g{number}"} for number in range(10)],
    )
    (user,) = made.users.values()
    # No room for a statement of her own, nor for one more policy: what is left takes two edits.
    many = tuple(f"arn:aws:iam::aws:policy/Unknown{number}" for number in range(19))
    made = made.with_entity(msgspec.structs.replace(user, policies=(*user.policies, *many)))

    found = fixed(made, "user/alice", "s3:GetObject", REPORT)

    assert [edit.title for edit in found[0].edits] == [
        "delete version v2 of policy Read",
        "change the document of policy Read",
    ]


def test_an_action_can_be_added_to_a_statement_that_lacks_only_it() -> None:
    made = account(
        users=[{**ALICE, "policies": ["Read"]}],
        policies=[policy("Read", allow(["s3:GetObject"]))],
    )

    found = fixed(made, "user/alice", "s3:PutObject", REPORT)

    assert titles(found, "widen-action") == ["add s3:PutObject to the actions of policy Read[0]"]


@pytest.mark.parametrize(
    ("condition", "keys"),
    [
        ({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}, {"aws:SourceIp": "192.0.2.1"}),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {"aws:MultiFactorAuthPresent": "true"}),
        ({"StringLike": {"s3:prefix": "home/*"}}, {"s3:prefix": "home/"}),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:UserAgent": "x"}},
         {"aws:SourceVpce": "vpce-1", "aws:UserAgent": "x"}),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {"s3:max-keys": "9"}),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}, {"aws:TagKeys": "team"}),
        ({"Null": {"s3:x-amz-acl": "false"}}, {"s3:x-amz-acl": "false"}),
    ],
    ids=str,
)  # fmt: skip
def test_a_condition_that_the_request_can_meet(
    condition: dict[str, object], keys: dict[str, str]
) -> None:
    made = account(
        users=[{**ALICE, "inline_policies": {"x": document(allow("s3:*", Condition=condition))}}]
    )

    best = fixed(made, "user/alice", "s3:PutObject", REPORT)[0]

    assert best.kinds == ("meet-condition",)
    assert best.edits == ()
    assert dict(best.context) == keys
    assert best.title.endswith(", as x[0] asks")
    assert (best.gives, best.takes) == (0, 0)


@pytest.mark.parametrize(
    "condition",
    [
        {"DateLessThan": {"aws:CurrentTime": "2020-01-01"}},
        {"StringEquals": {"aws:username": "bob"}},
        {"StringEquals": {"aws:PrincipalTag/team": "payments"}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"Null": {"aws:TokenIssueTime": "false"}},
        {"Nonsense": {"aws:SourceIp": "x"}},
    ],
    ids=str,
)
def test_nobody_chooses_the_time_or_who_they_are(condition: dict[str, object]) -> None:
    made = account(
        users=[{**ALICE, "inline_policies": {"x": document(allow("s3:*", Condition=condition))}}]
    )

    assert titles(fixed(made, "user/alice", "s3:PutObject", REPORT), "meet-condition") == []


def test_a_region_that_follows_from_the_resource_is_not_to_choose() -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    made = account(
        users=[{**ALICE, "inline_policies": {"x": document(allow("*", Condition=condition))}}]
    )
    queue = f"arn:aws:sqs:us-east-1:{ID}:jobs"

    assert titles(fixed(made, "user/alice", "sqs:SendMessage", queue), "meet-condition") == []
    assert titles(fixed(made, "user/alice", "s3:GetObject", REPORT), "meet-condition")


def test_a_deny_can_be_escaped_narrowed_left_or_removed() -> None:
    made = account(
        users=[{**ALICE, "groups": ["Outside"], "policies": ["Read"]}, {"name": "bob", "groups": ["Outside"]}],
        groups=[{"name": "Outside", "policies": ["No"]}],
        policies=[
            policy("Read", allow("s3:*")),
            policy("No", allow("sqs:*"), deny(["s3:GetObject", "s3:PutObject"], Sid="Never",
                   Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})),
        ],
    )  # fmt: skip

    found = fixed(made, "user/alice", "s3:GetObject", REPORT, aws_MultiFactorAuthPresent="false")

    assert [fix.title for fix in found] == [
        "call with aws:MultiFactorAuthPresent = true",
        "take s3:GetObject out of the deny No[1] Never",
        "remove the deny No[1] Never",
        "remove alice from Outside",
        "detach No from Outside",
    ]


def test_a_deny_by_two_ways_needs_two_edits() -> None:
    made = account(
        users=[{**ALICE, "groups": ["A", "B"], "policies": ["Read"]}],
        groups=[
            {"name": "A", "inline_policies": {"no": document(deny("s3:*"))}},
            {"name": "B", "inline_policies": {"no": document(deny("s3:GetObject"))}},
        ],
        policies=[policy("Read", allow("s3:*"))],
    )

    found = fixed(made, "user/alice", "s3:GetObject", REPORT)

    assert {len(fix.edits) for fix in found} == {2}
    assert "remove alice from A; remove alice from B" in [fix.title for fix in found]


def test_a_deny_that_all_ways_share_is_removed_where_it_stands() -> None:
    made = account(
        users=[{**ALICE, "groups": ["A"], "policies": ["Read", "No"]}],
        groups=[{"name": "A", "policies": ["No"]}],
        policies=[policy("Read", allow("s3:*")), policy("No", allow("sqs:*"), deny("s3:*"))],
    )

    found = fixed(made, "user/alice", "s3:GetObject", REPORT)

    assert [fix.title for fix in found] == ["remove the deny No[1]"]


def test_a_deny_with_not_action_or_not_resource_is_narrowed_by_one_entry_more() -> None:
    made = account(
        users=[{**ALICE, "policies": ["Read", "No"]}],
        policies=[
            policy("Read", allow("*")),
            policy(
                "No",
                {"Effect": "Deny", "NotAction": ["s3:PutObject"], "NotResource": "arn:aws:s3:::x"},
            ),
        ],
    )

    found = titles(fixed(made, "user/alice", "s3:GetObject", REPORT), "narrow-deny")

    assert sorted(found) == [
        f"take {REPORT} out of the deny No[0]",
        "take s3:GetObject out of the deny No[0]",
    ]


def test_a_boundary_is_raised_before_it_is_removed() -> None:
    made = account(
        users=[{**ALICE, "permissions_boundary": "Limit", "policies": ["Read"]}],
        policies=[policy("Read", allow("s3:*")), policy("Limit", allow("sqs:*"))],
    )

    found = [fix.title for fix in fixed(made, "user/alice", "s3:GetObject", REPORT)]

    assert found[0] == f"allow s3:GetObject on {REPORT} in the boundary Limit"
    assert "limit alice by boundary Read" in found
    assert "remove the permissions boundary of alice" in found


def test_a_boundary_of_aws_can_only_be_changed_or_removed() -> None:
    made = account(
        users=[{**ALICE, "permissions_boundary": "PowerUserAccess",
                "inline_policies": {"x": document(allow("iam:*"))}}],
    )  # fmt: skip

    found = fixed(made, "user/alice", "iam:CreateUser")

    assert {kind for fix in found for kind in fix.kinds} == {"change-boundary", "remove-boundary"}


def test_a_boundary_that_nobody_knows_can_be_changed() -> None:
    made = account(users=[{**ALICE, "inline_policies": {"x": document(allow("s3:*"))}}])
    unknown = "arn:aws:iam::aws:policy/NobodyKnowsThisOne"
    (user,) = made.users.values()
    made = made.with_entity(msgspec.structs.replace(user, permissions_boundary=unknown))

    found = [fix.title for fix in fixed(made, "user/alice", "s3:GetObject", REPORT)]

    assert "remove the permissions boundary of alice" in found


def test_allow_and_boundary_together_take_two_edits() -> None:
    made = account(
        users=[{**ALICE, "permissions_boundary": "Limit"}],
        policies=[policy("Limit", allow("sqs:*"))],
    )

    best = fixed(made, "user/alice", "s3:GetObject", REPORT)[0]

    assert best.kinds == ("add-statement", "raise-boundary")
    assert (len(best.edits), best.gives) == (2, 0)


DEPLOY = f"arn:aws:iam::{ID}:role/team/Deploy"
TRUSTING_BOB = {
    "name": "Deploy",
    "path": "/team/",
    "trust_policy": document(trust({"AWS": f"arn:aws:iam::{ID}:user/bob"})),
}


@pytest.mark.parametrize(
    ("principal", "named", "called"),
    [
        ("user/alice", {"AWS": f"arn:aws:iam::{ID}:user/alice"}, "user/alice"),
        ("role/Other", {"AWS": f"arn:aws:iam::{ID}:role/Other"}, "role/Other"),
        (
            f"arn:aws:sts::{ID}:assumed-role/Other/s",
            {"AWS": f"arn:aws:iam::{ID}:role/Other"},
            "role/Other",
        ),
        ("lambda.amazonaws.com", {"Service": "lambda.amazonaws.com"}, "lambda.amazonaws.com"),
    ],
)
def test_a_role_can_trust_the_caller(principal: str, named: object, called: str) -> None:
    made = account(
        users=[ALICE, {"name": "bob"}],
        roles=[TRUSTING_BOB, {"name": "Other", "trust_policy": document(trust({"AWS": ID}))}],
    )

    (best, *_) = fixed(made, principal, "sts:AssumeRole", DEPLOY)

    assert best.kinds == ("trust",)
    assert best.title == f"let role Deploy trust {called}"
    trusted = best.apply(made).roles[DEPLOY].trust_policy
    assert trusted is not None
    assert trusted.statements[-1] == trust(named)


def test_a_session_gets_what_its_role_gets() -> None:
    made = account(roles=[TRUSTING_BOB], users=[{"name": "bob"}])

    found = fixed(made, f"arn:aws:sts::{ID}:assumed-role/Deploy/s", "s3:GetObject", REPORT)

    assert f"allow s3:GetObject on {REPORT} in a new inline policy AllowS3GetObject of Deploy" in [
        fix.title for fix in found
    ]


def test_a_group_is_asked_as_its_members() -> None:
    made = account(groups=[{"name": "Team"}])

    found = [fix.title for fix in fixed(made, "group/Team", "s3:GetObject", REPORT)]

    assert (
        f"allow s3:GetObject on {REPORT} in a new inline policy AllowS3GetObject of Team" in found
    )


# --- what no edit can do ------------------------------------------------------------------------

ORGANIZATION = {
    "id": "o-1",
    "management_account": "444455556666",
    "policies": [{"name": "No", "type": "SCP", "document": document(deny("s3:*"))},
                 {"name": "Few", "type": "SCP", "document": document(allow("sqs:*"))}],
}  # fmt: skip


def level(*names: str) -> dict[str, object]:
    return {"name": "Root", "kind": "root", "service_control_policies": list(names)}


@pytest.mark.parametrize(
    ("parts", "principal", "request_", "words"),
    [
        (
            {"organization": {**ORGANIZATION, "levels": [level("FullAWSAccess", "No")]}},
            "root",
            ("s3:GetObject", REPORT),
            "a service control policy denies it, which is changed in the organization's management",
        ),
        (
            {"organization": {**ORGANIZATION, "levels": [level("Few")]}},
            "root",
            ("s3:GetObject", REPORT),
            "no service control policy of a level allows it",
        ),
        (
            {"resources": [{"arn": "arn:aws:s3:::reports",
                            "policy": document(deny("s3:*", "*", Principal="*"))}]},
            "root",
            ("s3:GetObject", REPORT),
            "the policy of the resource denies it",
        ),
        ({}, "root", ("sts:AssumeRole", DEPLOY), "AWS refuses it whatever the policies allow"),
        (
            {},
            "user/alice",
            ("s3:GetObject", "arn:aws:s3:::of-others/x", "444455556666"),
            "the owner of the resource has to allow it; its policy is not in this file",
        ),
        (
            {},
            "user/alice",
            ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ID}:key/1"),
            "the key policy has to allow it, and it is not in this file",
        ),
        (
            {},
            "*",
            ("s3:GetObject", REPORT),
            "only the resource's policy could allow it, and it is not in this file",
        ),
        (
            {"roles": [{"name": "Deploy", "path": "/team/",
                        "trust_policy": document(trust({"AWS": "444455556666"}))}]},
            "arn:aws:iam::444455556666:user/eve",
            ("sts:AssumeRole", DEPLOY),
            "the caller's own policies have to allow it, and they are not in this file",
        ),
    ],
)  # fmt: skip
def test_what_stands_outside_the_account_is_named(
    parts: dict[str, object], principal: str, request_: tuple[str, ...], words: str
) -> None:
    action, resource, *owner = request_
    made = account(users=[ALICE], **parts)

    found = fixes(
        made, Ask(principal, action, resource, resource_account=owner[0] if owner else None)
    )

    assert found.fixes == ()
    assert found.beyond.startswith(words)


def test_a_session_policy_is_part_of_the_request() -> None:
    made = account(
        roles=[{**TRUSTING_BOB, "inline_policies": {"x": document(allow("s3:*"))}}],
        users=[{"name": "bob"}],
    )
    session = (Document.of(document(allow("sqs:*"))),)
    ask = Ask(f"arn:aws:sts::{ID}:assumed-role/Deploy/s", "s3:GetObject", REPORT, session=session)

    assert fixes(made, ask).beyond.startswith("the session policy does not allow it")


def test_an_edit_that_aws_would_refuse_is_no_fix() -> None:
    linked = {
        "name": "AWSServiceRoleForSupport",
        "path": "/aws-service-role/support.amazonaws.com/",
        "trust_policy": document(trust({"Service": "support.amazonaws.com"})),
    }
    made = account(roles=[linked])

    found = fixes(made, Ask("role/AWSServiceRoleForSupport", "s3:GetObject", REPORT))

    assert found.fixes == ()
    assert found.beyond


def test_a_search_can_be_stopped() -> None:
    made = account(users=[ALICE], groups=[READERS])

    assert (
        fixes(made, Ask("user/alice", "s3:GetObject", REPORT), should_stop=lambda: True).fixes != ()
    )
