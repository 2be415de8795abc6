"""What is around a node: columns, marks, differences, folding, and the same in sentences."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.account import Account, Group, Policy, PolicyVersion, Role, User
from iam_tui.account.arns import iam_arn, inline_key
from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    DetachPolicy,
    RemoveMember,
    delete_with_everything,
)
from iam_tui.errors import UnknownName
from iam_tui.graph import IdentityGraph
from iam_tui.graph.neighbourhood import (
    MOST_NODES,
    Column,
    Neighbourhood,
    Relation,
    neighbourhood,
    whole_account,
)
from iam_tui.graph.neighbourhood_folding import fold
from iam_tui.graph.neighbourhood_former import FormerHolders
from iam_tui.graph.neighbourhood_text import mark_legend, sentences
from iam_tui.graph.neighbourhood_words import description
from iam_tui.policy import Document, JsonValue
from tests.strategies import accounts, histories

ID, OTHER = "111122223333", "444455556666"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def document(effect: str = "Allow", **element: JsonValue) -> Document:
    statement: dict[str, JsonValue] = {"Effect": effect, **element}
    return Document.of({"Version": "2012-10-17", "Statement": [statement]})


READ = document(Action="s3:GetObject", Resource="*")


def policy(name: str, content: Document = READ) -> Policy:
    version = PolicyVersion(id="v1", document=content)
    return Policy(arn=iam_arn(ID, "policy", name), name=name, versions=(version,))


def arn(reference: str) -> str:
    kind, _, name = reference.partition("/")
    return iam_arn(ID, kind, name)


def trust(*principals: str, **more: JsonValue) -> Document:
    return document(Action="sts:AssumeRole", Principal={"AWS": [*principals], **more})


WRITE, CORE, BOUNDS = policy("S3Write"), policy("DevCore"), policy("DevBoundary")
DEVELOPERS = Group(arn=arn("group/Developers"), name="Developers", policies=(CORE.arn,))
ADMINS = Group(arn=arn("group/Admins"), name="Admins", policies=(ADMINISTRATOR,))
ALICE = User(
    arn=arn("user/alice"),
    name="alice",
    groups=("Developers",),
    policies=(WRITE.arn,),
    inline_policies={"debug": READ},
    permissions_boundary=BOUNDS.arn,
)
BOB = User(arn=arn("user/bob"), name="bob", groups=("Developers", "Admins"))
DEPLOY = Role(
    arn=arn("role/Deploy"),
    name="Deploy",
    policies=(CORE.arn,),
    trust_policy=trust(ALICE.arn, OTHER, Service="lambda.amazonaws.com"),
)
CHAINED = Role(
    arn=arn("role/Chained"), name="Chained", policies=(WRITE.arn,), trust_policy=trust(DEPLOY.arn)
)
ACCOUNT = Account(
    id=ID,
    users={user.arn: user for user in (ALICE, BOB)},
    groups={group.arn: group for group in (DEVELOPERS, ADMINS)},
    roles={role.arn: role for role in (DEPLOY, CHAINED)},
    policies={item.arn: item for item in (WRITE, CORE, BOUNDS)},
    known_accounts={OTHER: "vendor"},
)
BECOMES = [(ALICE.arn, DEPLOY.arn, ""), (DEPLOY.arn, CHAINED.arn, "under conditions")]


@pytest.fixture(scope="module")
def graph() -> IdentityGraph:
    return IdentityGraph(ACCOUNT)


def around(graph: IdentityGraph, centre: str, steps: int = 2) -> Neighbourhood:
    key = arn(centre) if "/" in centre else centre
    return neighbourhood(graph, key, steps=steps, becomes=BECOMES)


def labels(found: Neighbourhood) -> dict[Column, list[str]]:
    by_column: dict[Column, list[str]] = {}
    for node in found.nodes:
        by_column.setdefault(node.column, []).append(node.label)
    return by_column


def told(found: Neighbourhood) -> list[str]:
    return [str(sentence) for sentence in sentences(found)]


# --- what is shown ------------------------------------------------------------------------------


def test_a_user_stands_left_of_groups_roles_and_policies(graph: IdentityGraph) -> None:
    found = around(graph, "user/alice")

    assert labels(found) == {
        Column.PRINCIPALS: ["alice"],
        Column.MIDDLE: ["Deploy", "Developers", "Chained"],
        Column.POLICIES: ["DevBoundary", "S3Write", "debug (inline)", "DevCore"],
    }
    assert {(r.kind, r.left, r.right) for r in found.relations} == {
        ("member", ALICE.arn, DEVELOPERS.arn),
        ("attached", ALICE.arn, WRITE.arn),
        ("inline", ALICE.arn, inline_key(ALICE.arn, "debug")),
        ("boundary", ALICE.arn, BOUNDS.arn),
        ("becomes", ALICE.arn, DEPLOY.arn),
        ("becomes", DEPLOY.arn, CHAINED.arn),
        ("attached", DEVELOPERS.arn, CORE.arn),
        ("attached", DEPLOY.arn, CORE.arn),
    }


def test_one_step_shows_what_the_user_has_itself(graph: IdentityGraph) -> None:
    found = around(graph, "user/alice", 1)

    assert {node.label: node.steps for node in found.nodes} == {
        "alice": 0,
        "Deploy": 1,
        "Developers": 1,
        "DevBoundary": 1,
        "S3Write": 1,
        "debug (inline)": 1,
    }


def test_a_role_stands_between_whom_it_trusts_and_what_it_has(graph: IdentityGraph) -> None:
    found = around(graph, "role/Deploy")

    assert labels(found) == {
        Column.TRUSTED: ["alice", "lambda.amazonaws.com", "vendor 444455556666"],
        Column.PRINCIPALS: ["Deploy"],
        Column.MIDDLE: ["Chained"],
        Column.POLICIES: ["DevCore", "S3Write"],
    }
    assert Relation("trusts", DEPLOY.arn, "lambda.amazonaws.com") in found.relations


def test_who_may_become_a_role_is_not_shown_as_trusted_too(graph: IdentityGraph) -> None:
    kinds = {r.kind for r in around(graph, "role/Deploy").relations if r.left == ALICE.arn}

    assert kinds == {"becomes"}
    without = neighbourhood(graph, DEPLOY.arn)
    assert {r.kind for r in without.relations if r.left == ALICE.arn} == {"trusts"}


def test_a_group_shows_its_members_and_a_policy_its_holders(graph: IdentityGraph) -> None:
    assert labels(around(graph, "group/Developers")) == {
        Column.PRINCIPALS: ["bob", "alice"],
        Column.MIDDLE: ["Developers"],
        Column.POLICIES: ["DevCore"],
    }
    assert labels(around(graph, "policy/DevCore")) == {
        Column.PRINCIPALS: ["bob", "alice", "lambda.amazonaws.com", "vendor 444455556666"],
        Column.MIDDLE: ["Deploy", "Developers"],
        Column.POLICIES: ["DevCore"],
    }


def test_a_service_shows_the_roles_that_trust_it(graph: IdentityGraph) -> None:
    assert labels(around(graph, "lambda.amazonaws.com")) == {
        Column.PRINCIPALS: ["lambda.amazonaws.com"],
        Column.MIDDLE: ["Deploy", "Chained"],
        Column.POLICIES: ["DevCore"],
    }


def test_root_is_alone(graph: IdentityGraph) -> None:
    found = around(graph, f"arn:aws:iam::{ID}:root")

    assert [(node.label, node.marks) for node in found.nodes] == [("root", ("admin",))]
    assert told(found) == ["root  can do everything: no identity policy grants or limits it"]


def test_marks_of_administrators_and_boundaries(graph: IdentityGraph) -> None:
    marks = {node.label: node.mark_text for node in whole_account(graph).nodes}

    assert {label: mark for label, mark in marks.items() if mark} == {
        "root": "A",
        "alice": "B",
        "bob": "A",
        "Admins": "A",
        "AdministratorAccess (AWS)": "A",
    }


@pytest.mark.parametrize(
    ("content", "gives"),
    [
        (document(Action="*", Resource="*"), True),
        (document(Action=["s3:*", "*:*"], Resource=["*"]), True),
        (document("Deny", Action="*", Resource="*"), False),
        (document(Action="*", Resource="*", Condition={"Bool": {"a": "true"}}), False),
        (document(NotAction="s3:*", Resource="*"), False),
        (document(Action="*", Resource="arn:aws:s3:::*"), False),
    ],
)
def test_who_counts_as_an_administrator(content: Document, gives: bool) -> None:
    user = User(arn=arn("user/zoe"), name="zoe", inline_policies={"own": content})
    account = Account(id=ID, users={user.arn: user})

    (node,) = neighbourhood(IdentityGraph(account), user.arn, steps=0).nodes

    assert ("admin" in node.marks) is gives


def test_labels_say_what_a_key_is() -> None:
    role = Role(
        arn=arn("role/Open"),
        name="Open",
        trust_policy=trust(
            "*",
            ID,
            f"arn:aws:iam::{OTHER}:user/team/eve",
            arn("user/gone"),
            Federated=f"arn:aws:iam::{ID}:saml-provider/Corp",
        ),
    )
    account = Account(id=ID, roles={role.arn: role})

    found = neighbourhood(IdentityGraph(account), role.arn)

    assert set(labels(found)[Column.TRUSTED]) == {
        "anyone (*)",
        f"this account {ID}",
        f"user/team/eve ({OTHER})",
        "user/gone (not in this file)",
        "Corp",
    }


def test_labels_are_safe_to_show() -> None:
    evil = "\x1b[31m\u202e"
    user = User(arn=arn(f"user/{evil}"), name=evil, inline_policies={f"{evil}2": READ})
    found = neighbourhood(IdentityGraph(Account(id=ID, users={user.arn: user})), user.arn)

    assert not {"\x1b", "\u202e"} & set("".join([*map(str, told(found)), *labels_of(found)]))


def labels_of(found: Neighbourhood) -> list[str]:
    return [node.label for node in found.nodes]


def test_a_node_that_is_nowhere_is_an_error(graph: IdentityGraph) -> None:
    with pytest.raises(UnknownName, match="nobody"):
        neighbourhood(graph, "nobody")
    with pytest.raises(UnknownName, match="nobody"):
        around(graph, "user/alice").node("nobody")


# --- what the edits did -------------------------------------------------------------------------


def changed(before: Account, after: Account, centre: str, **more: object) -> dict[str, str]:
    """The label of each node around a centre -> its marks."""
    found = neighbourhood(IdentityGraph(after), arn(centre), steps=2, before=before)
    return {node.label: node.mark_text for node in found.nodes}


def test_a_new_attachment_is_marked_where_it_leads() -> None:
    after = AttachPolicy(entity="group/Developers", policy="S3Write").apply(ACCOUNT)
    found = neighbourhood(IdentityGraph(after), BOB.arn, steps=2, before=ACCOUNT)

    assert Relation("attached", DEVELOPERS.arn, WRITE.arn, "", "new") in found.relations
    assert {n.label for n in found.nodes if "new" in n.marks} == {"S3Write"}
    assert "bob  member of  Developers  which has  S3Write (+), DevCore" in told(found)
    # Alice has it already, so that the node is not new to her.
    assert "+" not in changed(ACCOUNT, after, "user/alice")["S3Write"]


def test_what_was_taken_away_stays_to_be_seen() -> None:
    after = RemoveMember(group="Developers", user="alice").apply(ACCOUNT)
    after = DetachPolicy(entity="user/alice", policy="S3Write").apply(after)
    found = neighbourhood(IdentityGraph(after), ALICE.arn, steps=2, before=ACCOUNT)

    assert {n.label for n in found.nodes if "removed" in n.marks} == {"Developers", "S3Write"}
    assert Relation("member", ALICE.arn, DEVELOPERS.arn, "", "removed") in found.relations
    assert "alice  member of  Developers (-)  which has  DevCore" in told(found)
    assert mark_legend(found).endswith("- removed")


def test_a_deleted_node_is_still_a_centre() -> None:
    after = delete_with_everything(ACCOUNT, "group/Admins").apply(ACCOUNT)
    found = neighbourhood(IdentityGraph(after), ADMINS.arn, before=ACCOUNT)

    assert found.node(ADMINS.arn).kind == "group"
    assert found.node(ADMINS.arn).marks == ("admin", "removed")
    assert {relation.change for relation in found.relations} == {"removed"}
    with pytest.raises(UnknownName):
        neighbourhood(IdentityGraph(after), ADMINS.arn)


def test_new_and_lost_ways_to_become_a_role(graph: IdentityGraph) -> None:
    found = neighbourhood(
        graph,
        ALICE.arn,
        becomes=[(ALICE.arn, DEPLOY.arn, "")],
        became=[(ALICE.arn, CHAINED.arn, "")],
        before=ACCOUNT,
    )

    changes = {r.target: r.change for r in found.relations if r.kind == "becomes"}
    assert changes == {DEPLOY.arn: "new", CHAINED.arn: "removed"}
    assert "alice  can assume  Chained (-), Deploy (+)" in told(found)


def test_without_edits_nothing_is_marked(graph: IdentityGraph) -> None:
    assert neighbourhood(graph, ALICE.arn, steps=2, before=ACCOUNT) == neighbourhood(
        graph, ALICE.arn, steps=2
    )


@given(st.data())
def test_edges_that_came_and_went_are_those_that_differ(data: st.DataObject) -> None:
    history = data.draw(histories(data.draw(accounts())))
    before, after = history[0], history[-1]
    graph, former = IdentityGraph(after), IdentityGraph(before)
    key = data.draw(st.sampled_from(sorted({*former.graph, *graph.graph})))

    found = neighbourhood(graph, key, before=before, most=None)

    now = edges(graph, key) if key in graph else set()
    were = edges(former, key) if key in former else set()
    assert {r[:3] for r in found.relations if r.change == "new"} == now - were
    assert {r[:3] for r in found.relations if r.change == "removed"} == were - now
    assert {r[:3] for r in found.relations} == now | were


@given(st.data())
def test_former_holders_are_those_of_the_former_graph(data: st.DataObject) -> None:
    history = data.draw(histories(data.draw(accounts())))
    before, after = history[0], history[-1]
    former, found = IdentityGraph(before), FormerHolders(IdentityGraph(after), before)

    for key in former.graph:
        if former.kind(key) in {"policy", "inline-policy"}:
            assert found.kind(key) == former.kind(key)
            assert key in found or not former.holders(key)
            assert set(found.holders(key)) == set(former.holders(key))


def edges(graph: IdentityGraph, key: str) -> set[tuple[str, str, str]]:
    return {relation[:3] for relation in neighbourhood(graph, key, most=None).relations}


ALICE_IN_WORDS = (
    "alice: user, has a boundary; can assume Deploy; 1 group; 2 policies; limited by DevBoundary"
)
DEPLOY_IN_WORDS = (
    "Deploy: role; alice can assume it; can assume Chained under conditions; 1 policy; "
    "trusts 444455556666, alice, lambda.amazonaws.com"
)


# --- one node in words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (ALICE.arn, ALICE_IN_WORDS),
        (DEPLOY.arn, DEPLOY_IN_WORDS),
        (DEVELOPERS.arn, "Developers: group; 2 members; 1 policy"),
        (CORE.arn, "DevCore: managed policy; attached to 2 identities"),
        (BOUNDS.arn, "DevBoundary: managed policy; attached to 0 identities; boundary of 1"),
        (inline_key(ALICE.arn, "debug"), "debug (inline): inline policy; of user/alice"),
    ],
)
def test_a_node_is_described(graph: IdentityGraph, key: str, said: str) -> None:
    found = neighbourhood(graph, ALICE.arn, steps=3, becomes=BECOMES, most=None)

    assert "; ".join(description(graph, found, key)) == said


def test_who_is_outside_is_described(graph: IdentityGraph) -> None:
    found = neighbourhood(graph, DEPLOY.arn, becomes=BECOMES, most=None)

    assert description(graph, found, OTHER) == ("vendor 444455556666: account", "trusted by 1 role")


# --- folding ------------------------------------------------------------------------------------


def crowd(size: int) -> Account:
    users = [
        User(
            arn=arn(f"user/u{number:03}"),
            name=f"u{number:03}",
            groups=("Developers",),
            policies=(ADMINISTRATOR,) if number == 90 else (),
        )
        for number in range(size)
    ]
    return Account(
        id=ID,
        users={user.arn: user for user in users},
        groups={DEVELOPERS.arn: DEVELOPERS},
        policies={CORE.arn: CORE},
    )


def test_of_many_members_the_important_ones_are_shown() -> None:
    graph = IdentityGraph(crowd(100))
    found = neighbourhood(graph, DEVELOPERS.arn)

    assert len(found.nodes) == MOST_NODES
    members = labels(found)[Column.PRINCIPALS]
    assert members[:2] == ["u090", "u000"]
    assert members[-1] == "+63 more"
    more = found.node("more/principals")
    assert len(more.folded) == 63
    assert Relation("member", more.key, DEVELOPERS.arn) in found.relations
    assert found.size == 102
    assert len(neighbourhood(graph, DEVELOPERS.arn, most=None).nodes) == 102
    assert told(found)[1].endswith("u035, +63 more")


def test_changes_are_never_folded_before_others() -> None:
    before = crowd(100)
    after = RemoveMember(group="Developers", user="u099").apply(before)
    found = neighbourhood(IdentityGraph(after), DEVELOPERS.arn, before=before)

    assert labels(found)[Column.PRINCIPALS][0] == "u099"


@given(accounts(), st.integers(8, 40), st.integers(8, 40), st.data())
def test_folding_loses_nobody(account: Account, most: int, again: int, data: st.DataObject) -> None:
    graph = IdentityGraph(account)
    key = data.draw(st.sampled_from(sorted(graph.graph)))
    whole = neighbourhood(graph, key, steps=3, most=None)

    for found in (fold(whole, most), fold(fold(whole, most), again)):
        assert found.size == whole.size
        assert {k for n in found.nodes for k in n.folded or (n.key,)} == {
            n.key for n in whole.nodes
        }
        assert key in {node.key for node in found.nodes}
        shown = {node.key for node in found.nodes}
        assert {end for r in found.relations for end in (r.source, r.target)} <= shown
    assert len(fold(fold(whole, most), again).nodes) <= max(min(most, again), 8)


def test_a_folded_one_is_folded_further() -> None:
    whole = neighbourhood(IdentityGraph(crowd(100)), DEVELOPERS.arn, most=None)

    assert fold(fold(whole, 40), 10) == fold(whole, 10)
    assert fold(whole, 10).node("more/principals").label == "+93 more"


# --- sentences ----------------------------------------------------------------------------------


CONDITIONAL = "Chained (under conditions)"
TRUSTS = "trusts  lambda.amazonaws.com, vendor 444455556666"


def test_a_user_in_sentences(graph: IdentityGraph) -> None:
    assert told(around(graph, "user/alice")) == [
        "alice  member of  Developers  which has  DevCore",
        "alice  has  S3Write, debug (inline)",
        "alice  limited by boundary  DevBoundary",
        f"alice  can assume  Deploy  which has  DevCore  and  which can assume  {CONDITIONAL}",
    ]


def test_a_role_in_sentences(graph: IdentityGraph) -> None:
    assert told(around(graph, "role/Deploy")) == [
        "Deploy  has  DevCore",
        f"Deploy  can assume  {CONDITIONAL}  which has  S3Write",
        "Deploy  can be assumed by  alice (B)",
        f"Deploy  {TRUSTS}",
    ]


def test_a_policy_in_sentences(graph: IdentityGraph) -> None:
    assert told(around(graph, "policy/DevCore")) == [
        f"DevCore  attached to  Deploy  which can be assumed by  alice (B)  and  which {TRUSTS}",
        "DevCore  attached to  Developers  whose members are  bob (A), alice (B)",
    ]
    assert told(around(graph, "policy/DevBoundary")) == ["DevBoundary  boundary of  alice (B)"]


def test_what_there_is_not_is_said() -> None:
    lonely = Account(
        id=ID,
        users={BOB.arn: msgspec.structs.replace(BOB, groups=())},
        groups={ADMINS.arn: msgspec.structs.replace(ADMINS, policies=())},
        roles={DEPLOY.arn: Role(arn=DEPLOY.arn, name="Deploy")},
        policies={CORE.arn: CORE},
    )
    graph = IdentityGraph(lonely)

    assert told(around(graph, "user/bob")) == ["bob  has  nothing"]
    assert told(around(graph, "group/Admins")) == [
        "Admins  has  nothing",
        "Admins  has members  none",
    ]
    assert told(neighbourhood(graph, DEPLOY.arn)) == [
        "Deploy  has  nothing",
        "Deploy  trusts  nobody",
    ]
    assert told(around(graph, "policy/DevCore")) == ["DevCore  attached to  nobody"]


def test_the_parts_of_a_sentence_lead_to_nodes(graph: IdentityGraph) -> None:
    found = around(graph, "user/alice")
    keys = {part.key for sentence in sentences(found) for part in sentence.parts} - {None}

    assert keys == {node.key for node in found.nodes}


def test_a_ring_of_roles_is_told_once() -> None:
    names = ("A", "B", "C")
    roles = [Role(arn=arn(f"role/{name}"), name=name) for name in names]
    ring = [(roles[n].arn, roles[(n + 1) % 3].arn, "") for n in range(3)]
    graph = IdentityGraph(Account(id=ID, roles={role.arn: role for role in roles}))

    found = neighbourhood(graph, roles[0].arn, steps=4, becomes=ring)

    assert told(found)[0] == "A  can assume  B  which can assume  C"
    assert len(found.relations) == 3


def test_the_whole_account_in_sentences() -> None:
    added = AddMember(group="Admins", user="alice").apply(ACCOUNT)
    found = whole_account(IdentityGraph(added), becomes=BECOMES)
    lines = told(found)

    assert "alice  member of  Developers, Admins (A)" in lines
    assert "alice  can assume  Deploy" in lines
    assert "Deploy  trusts  alice (A, B), vendor 444455556666, lambda.amazonaws.com" in lines
    assert "Developers  has  DevCore" in lines
    assert len(lines) == len(set(lines))


@given(accounts(), st.integers(1, 3), st.data())
def test_every_node_of_a_neighbourhood_is_told(
    account: Account, steps: int, data: st.DataObject
) -> None:
    graph = IdentityGraph(account)
    key = data.draw(st.sampled_from(sorted(graph.graph)))
    found = neighbourhood(graph, key, steps=steps, most=None)

    named = {part.key for sentence in sentences(found) for part in sentence.parts}

    assert named >= {node.key for node in found.nodes} or not found.relations
