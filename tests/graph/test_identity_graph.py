"""The nodes and edges that DESIGN fixes, and what the graph answers."""

from __future__ import annotations

import msgspec
import pytest

from iam_tui.account import (
    Account,
    Group,
    InstanceProfile,
    Organization,
    OrganizationLevel,
    Policy,
    PolicyVersion,
    Resource,
    Role,
    User,
)
from iam_tui.account.arns import iam_arn, inline_key
from iam_tui.account.edits import AddMember, AttachPolicy, delete_with_everything
from iam_tui.errors import UnknownName
from iam_tui.graph import IdentityGraph, Neighbour, Use
from iam_tui.policy import Document, JsonValue

ID = "111122223333"
OTHER = "444455556666"
ROOT = f"arn:aws:iam::{ID}:root"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DOCUMENT = Document.of(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


def trust(*statements: dict[str, JsonValue]) -> Document:
    return Document.of(
        {
            "Version": "2012-10-17",
            "Statement": [{"Action": "sts:AssumeRole", **statement} for statement in statements],
        }
    )


WRITE = Policy(
    arn=iam_arn(ID, "policy", "S3Write"),
    name="S3Write",
    versions=(PolicyVersion(id="v1", document=DOCUMENT),),
)
DEVELOPERS = Group(
    arn=iam_arn(ID, "group", "Developers"), name="Developers", policies=(WRITE.arn, READ_ONLY)
)
ALICE = User(
    arn=iam_arn(ID, "user", "alice"),
    name="alice",
    groups=("Developers",),
    inline_policies={"debug": DOCUMENT},
    permissions_boundary=WRITE.arn,
)
BOB = User(arn=iam_arn(ID, "user", "bob"), name="bob")
PROFILE = InstanceProfile(arn=iam_arn(ID, "instance-profile", "web"), name="web")
DEPLOY = Role(
    arn=iam_arn(ID, "role", "Deploy"),
    name="Deploy",
    policies=(WRITE.arn,),
    trust_policy=trust(
        {"Effect": "Allow", "Principal": {"AWS": [ALICE.arn, ID, f"arn:aws:iam::{OTHER}:root"]}},
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}},
        {"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}},
        {"Effect": "Deny", "Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/denied"}},
    ),
    instance_profiles=(PROFILE,),
)
OPEN = Role(
    arn=iam_arn(ID, "role", "Open"),
    name="Open",
    trust_policy=trust({"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}}),
)
BUCKET = Resource(arn="arn:aws:s3:::data")
ORGANIZATION = Organization(
    levels=(
        OrganizationLevel(name="Root", kind="root"),
        OrganizationLevel(name="Workloads", kind="ou"),
    )
)
ACCOUNT = Account(
    id=ID,
    users={user.arn: user for user in (ALICE, BOB)},
    groups={DEVELOPERS.arn: DEVELOPERS},
    roles={role.arn: role for role in (DEPLOY, OPEN)},
    policies={WRITE.arn: WRITE},
    resources={BUCKET.arn: BUCKET},
    organization=ORGANIZATION,
)


@pytest.fixture
def graph() -> IdentityGraph:
    return IdentityGraph(ACCOUNT)


@pytest.mark.parametrize(
    "key, kind",
    [
        (ROOT, "root"),
        (ALICE.arn, "user"),
        (DEVELOPERS.arn, "group"),
        (DEPLOY.arn, "role"),
        (WRITE.arn, "policy"),
        (READ_ONLY, "policy"),
        (inline_key(ALICE.arn, "debug"), "inline-policy"),
        (PROFILE.arn, "instance-profile"),
        (BUCKET.arn, "resource"),
        ("ec2.amazonaws.com", "service"),
        ("cognito-identity.amazonaws.com", "identity-provider"),
        (ID, "account"),
        (OTHER, "account"),
        ("*", "anyone"),
        ("organization/Workloads", "organization-level"),
    ],
)
def test_a_node_has_the_key_that_aws_gives_it(graph: IdentityGraph, key: str, kind: str) -> None:
    assert key in graph
    assert graph.kind(key) == kind


@pytest.mark.parametrize(
    "source, target, kind",
    [
        (ALICE.arn, DEVELOPERS.arn, "member"),
        (DEVELOPERS.arn, READ_ONLY, "attached"),
        (ALICE.arn, inline_key(ALICE.arn, "debug"), "inline"),
        (ALICE.arn, WRITE.arn, "boundary"),
        (DEPLOY.arn, ALICE.arn, "trusts"),
        (DEPLOY.arn, OTHER, "trusts"),
        (DEPLOY.arn, "ec2.amazonaws.com", "trusts"),
        (OPEN.arn, "*", "trusts"),
        (PROFILE.arn, DEPLOY.arn, "holds"),
        ("organization/Root", "organization/Workloads", "controls"),
        ("organization/Workloads", ID, "controls"),
    ],
)
def test_an_edge_runs_as_it_is_documented(
    graph: IdentityGraph, source: str, target: str, kind: str
) -> None:
    assert graph.graph.has_edge(source, target, kind)
    assert (kind, "out", target) in graph.neighbours(source)
    assert (kind, "in", source) in graph.neighbours(target)


def test_a_trust_in_an_account_is_none_in_its_root_user(graph: IdentityGraph) -> None:
    assert graph.neighbours(ROOT) == ()
    assert Neighbour("trusts", "in", DEPLOY.arn) in graph.neighbours(ID)


def test_who_a_trust_policy_denies_is_not_trusted(graph: IdentityGraph) -> None:
    assert f"arn:aws:iam::{OTHER}:user/denied" not in graph


def test_who_has_a_policy_and_how(graph: IdentityGraph) -> None:
    assert graph.holders(WRITE.arn) == (DEVELOPERS.arn, DEPLOY.arn, ALICE.arn)
    assert graph.used_by(WRITE.arn) == (
        Use(DEVELOPERS.arn, "attached", (DEVELOPERS.arn, WRITE.arn)),
        Use(ALICE.arn, "attached", (ALICE.arn, DEVELOPERS.arn, WRITE.arn)),
        Use(DEPLOY.arn, "attached", (DEPLOY.arn, WRITE.arn)),
        Use(ALICE.arn, "boundary", (ALICE.arn, WRITE.arn)),
    )


def test_what_is_around_a_node(graph: IdentityGraph) -> None:
    assert graph.around(PROFILE.arn, 0) == {PROFILE.arn: 0}
    assert graph.around(PROFILE.arn) == {PROFILE.arn: 0, DEPLOY.arn: 1}
    assert graph.around(PROFILE.arn, 2)[ALICE.arn] == 2
    assert BUCKET.arn not in graph.around(PROFILE.arn, 100)


def test_a_path_follows_the_edges(graph: IdentityGraph) -> None:
    assert graph.path(ALICE.arn, READ_ONLY) == (ALICE.arn, DEVELOPERS.arn, READ_ONLY)
    assert graph.path(READ_ONLY, ALICE.arn) is None
    assert graph.path(BOB.arn, BOB.arn) == (BOB.arn,)


@pytest.mark.parametrize(
    "method", ["holders", "members", "used_by", "neighbours", "around", "kind"]
)
def test_a_question_about_no_node_is_an_error(graph: IdentityGraph, method: str) -> None:
    with pytest.raises(UnknownName, match="nobody"):
        getattr(graph, method)("nobody")


def test_a_new_member_is_the_only_one_whom_the_edit_reaches(graph: IdentityGraph) -> None:
    difference = graph.update(AddMember(group="Developers", user="bob").apply(ACCOUNT))
    assert difference.principals == {BOB.arn}
    assert difference.added_edges == {(BOB.arn, DEVELOPERS.arn, "member")}
    assert not difference.added_nodes


def test_a_policy_on_a_group_reaches_its_members(graph: IdentityGraph) -> None:
    edit = AttachPolicy(entity="group/Developers", policy="SecurityAudit")
    difference = graph.update(edit.apply(ACCOUNT))
    assert difference.principals == {DEVELOPERS.arn, ALICE.arn}
    assert difference.added_nodes == {"arn:aws:iam::aws:policy/SecurityAudit"}


def test_another_document_reaches_all_who_have_the_policy(graph: IdentityGraph) -> None:
    other = Document.of({"Version": "2012-10-17", "Statement": []})
    version = PolicyVersion(id="v1", document=other)
    edited = ACCOUNT.with_entity(msgspec.structs.replace(WRITE, versions=(version,)))
    difference = graph.update(edited)
    assert difference.principals == {DEVELOPERS.arn, ALICE.arn, DEPLOY.arn}
    assert not difference.added_edges | difference.removed_edges


def test_an_organization_reaches_everyone(graph: IdentityGraph) -> None:
    difference = graph.update(ACCOUNT.with_(organization=None))
    assert difference.principals == {
        ROOT,
        ALICE.arn,
        BOB.arn,
        DEVELOPERS.arn,
        DEPLOY.arn,
        OPEN.arn,
    }
    assert difference.removed_nodes == {"organization/Root", "organization/Workloads"}


def test_an_organization_may_lack_levels() -> None:
    graph = IdentityGraph(ACCOUNT.with_(organization=Organization()))
    assert ("controls", "in", "organization/Root") not in graph.neighbours(ID)


def test_a_deleted_user_whom_a_role_trusts_stays_as_a_principal_from_outside(
    graph: IdentityGraph,
) -> None:
    difference = graph.update(delete_with_everything(ACCOUNT, "user/alice").apply(ACCOUNT))
    assert graph.kind(ALICE.arn) == "outside"
    assert ALICE.arn in difference.principals
    assert inline_key(ALICE.arn, "debug") in difference.removed_nodes


def test_another_account_makes_another_graph(graph: IdentityGraph) -> None:
    other = Account(id=OTHER)
    difference = graph.update(other)
    assert set(graph.graph) == {f"arn:aws:iam::{OTHER}:root"}
    assert ALICE.arn in difference.removed_nodes & difference.principals
