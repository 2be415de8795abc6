"""What AWS would refuse, with AWS's error code and a sentence that names the cause."""

from __future__ import annotations

import json

import msgspec
import pytest

from iam_tui.account import (
    AccessKey,
    Account,
    Console,
    Group,
    InstanceProfile,
    Policy,
    PolicyVersion,
    Role,
    User,
)
from iam_tui.account.arns import iam_arn
from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    Compound,
    DeactivateMfaDevice,
    DeleteAccessKey,
    DeleteAssertion,
    DeleteBoundary,
    DeleteConsolePassword,
    DeleteGroup,
    DeleteInlinePolicy,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteUser,
    DetachPolicy,
    Edit,
    PutAssertion,
    PutBoundary,
    PutInlinePolicy,
    PutPolicyDocument,
    PutTrustPolicy,
    RemoveMember,
    RemoveRoleFromInstanceProfile,
    decode_edit,
    decode_edits,
    delete_with_everything,
    encode_edit,
    policy_reference,
)
from iam_tui.errors import AccountFileError, EditError
from iam_tui.policy import Document

ID = "111122223333"
DOCUMENT = Document.of(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def policy(name: str, *versions: str) -> Policy:
    ids = versions or ("v1",)
    return Policy(
        arn=iam_arn(ID, "policy", name),
        name=name,
        versions=tuple(PolicyVersion(id=version, document=DOCUMENT) for version in ids),
        default_version=ids[-1],
    )


S3_WRITE = policy("S3Write", "v1", "v2")
LIMIT = policy("Limit")
ALICE = User(
    arn=iam_arn(ID, "user", "alice"),
    name="alice",
    groups=("Developers",),
    policies=(S3_WRITE.arn,),
    inline_policies={"debug": DOCUMENT},
    permissions_boundary=LIMIT.arn,
    console=Console(password=True, mfa=True),
    access_keys=(AccessKey(id="AKIAIOSFODNN7EXAMPLE"),),
)
BOB = User(arn=iam_arn(ID, "user", "bob", path="/team/"), name="bob", path="/team/")
DEVELOPERS = Group(arn=iam_arn(ID, "group", "Developers"), name="Developers", policies=(READ_ONLY,))
EMPTY = Group(arn=iam_arn(ID, "group", "Empty"), name="Empty")
DEPLOY = Role(
    arn=iam_arn(ID, "role", "Deploy"),
    name="Deploy",
    policies=(S3_WRITE.arn,),
    instance_profiles=(
        InstanceProfile(arn=iam_arn(ID, "instance-profile", "Deploy"), name="Deploy"),
    ),
)
LINKED_PATH = "/aws-service-role/support.amazonaws.com/"
LINKED = Role(
    arn=iam_arn(ID, "role", "AWSServiceRoleForSupport", path=LINKED_PATH),
    name="AWSServiceRoleForSupport",
    path=LINKED_PATH,
)
ACCOUNT = Account(
    id=ID,
    users={user.arn: user for user in (ALICE, BOB)},
    groups={group.arn: group for group in (DEVELOPERS, EMPTY)},
    roles={role.arn: role for role in (DEPLOY, LINKED)},
    policies={item.arn: item for item in (S3_WRITE, LIMIT)},
)

TRUST = Document.of(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": ID}, "Action": "sts:AssumeRole"}],
    }
)
BROKEN = Document.of('{"Version": "2012-10-17", "Statement": [')


def long(size: int) -> Document:
    """A document of which IAM counts so many characters."""
    text = DOCUMENT.text.replace('"*"', f'"arn:aws:s3:::{"x" * 12000}"')
    return Document.of(text[: -(len(text) - size) - 4] + text[-4:])


REFUSED: list[tuple[Edit, str, str]] = [
    (AttachPolicy(entity="user/alic", policy="S3Write"), "NoSuchEntity", "user/alice"),
    (AttachPolicy(entity="user/alice", policy="S3Wrote"), "NoSuchEntity", "S3Write"),
    (AttachPolicy(entity="root", policy="S3Write"), "InvalidInput", "root user"),
    (AttachPolicy(entity="policy/S3Write", policy="Limit"), "InvalidInput", "is a policy"),
    (
        AttachPolicy(entity=LINKED.arn, policy="S3Write"),
        "UnmodifiableEntity",
        "AWSServiceRoleForSupport",
    ),
    (
        AttachPolicy(entity="role/Deploy", policy="AWSSupportServiceRolePolicy"),
        "PolicyNotAttachable",
        "service-linked",
    ),
    (DetachPolicy(entity="user/alice", policy="Limit"), "NoSuchEntity", "not attached"),
    (DetachPolicy(entity="group/Empty", policy="ReadOnlyAccess"), "NoSuchEntity", "not attached"),
    (DeleteInlinePolicy(entity="user/alice", policy="debig"), "NoSuchEntity", "debug"),
    (
        PutInlinePolicy(entity="user/alic", policy="x", document=DOCUMENT),
        "NoSuchEntity",
        "user/alice",
    ),
    (
        PutInlinePolicy(entity="root", policy="x", document=DOCUMENT),
        "InvalidInput",
        "root user",
    ),
    (
        PutInlinePolicy(entity=LINKED.arn, policy="x", document=DOCUMENT),
        "UnmodifiableEntity",
        "AWS owns",
    ),
    (
        PutInlinePolicy(entity="user/bob", policy="a b", document=DOCUMENT),
        "ValidationError",
        "'a b'",
    ),
    (
        PutInlinePolicy(entity="user/bob", policy="x" * 129, document=DOCUMENT),
        "ValidationError",
        "1 to 128",
    ),
    (
        PutInlinePolicy(entity="user/bob", policy="x", document=BROKEN),
        "MalformedPolicyDocument",
        "Syntax errors in policy.",
    ),
    (
        PutPolicyDocument(policy="ReadOnlyAccess", document=DOCUMENT),
        "UnmodifiableEntity",
        "managed by AWS",
    ),
    (PutPolicyDocument(policy="S3Wrote", document=DOCUMENT), "NoSuchEntity", "S3Write"),
    (
        PutPolicyDocument(policy="S3Write", document=BROKEN),
        "MalformedPolicyDocument",
        "Syntax errors in policy.",
    ),
    (
        PutTrustPolicy(role="Deploy", document=DOCUMENT),
        "MalformedPolicyDocument",
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    (PutTrustPolicy(role=LINKED.arn, document=TRUST), "UnmodifiableEntity", "AWS owns"),
    (PutTrustPolicy(role="user/bob", document=TRUST), "InvalidInput", "not a role"),
    (PutBoundary(entity="group/Empty", policy="Limit"), "InvalidInput", "group has no boundary"),
    (PutBoundary(entity="user/bob", policy="Limt"), "NoSuchEntity", "Limit"),
    (
        PutBoundary(entity="user/bob", policy="AWSSupportServiceRolePolicy"),
        "PolicyNotAttachable",
        "service-linked",
    ),
    (
        PutAssertion(principal="user/bob", action="GetObject", expect="denied"),
        "InvalidInput",
        "SERVICE:NAME",
    ),
    (
        PutAssertion(principal="", action="s3:GetObject", expect="denied"),
        "InvalidInput",
        "names a principal",
    ),
    (
        DeleteAssertion(principal="user/bob", action="s3:GetObject"),
        "NoSuchEntity",
        "no assertion about s3:GetObject for user/bob",
    ),
    (DeleteBoundary(entity="user/bob"), "NoSuchEntity", "no permissions boundary"),
    (DeleteBoundary(entity="group/Empty"), "InvalidInput", "group has no boundary"),
    (AddMember(group="Empty", user="root"), "InvalidInput", "root user"),
    (AddMember(group="Empty", user="group/Developers"), "InvalidInput", "not a user"),
    (AddMember(group="role/Deploy", user="bob"), "InvalidInput", "not a group"),
    (AddMember(group="Emty", user="bob"), "NoSuchEntity", "group/Empty"),
    (RemoveMember(group="Developers", user="bob"), "NoSuchEntity", "not in group"),
    (DeleteUser(user="root"), "InvalidInput", "root user"),
    (DeleteUser(user="alice"), "DeleteConflict", "is in groups"),
    (DeleteGroup(group="Developers"), "DeleteConflict", "has members"),
    (DeleteRole(role="Deploy"), "DeleteConflict", "instance profile"),
    (DeleteRole(role=LINKED.arn), "UnmodifiableEntity", "AWS owns"),
    (DeleteRole(role="user/bob"), "InvalidInput", "not a role"),
    (DeletePolicy(policy="S3Write"), "DeleteConflict", "is attached"),
    (DeletePolicy(policy="Limit"), "DeleteConflict", "boundary"),
    (DeletePolicy(policy="ReadOnlyAccess"), "UnmodifiableEntity", "managed by AWS"),
    (DeletePolicyVersion(policy="S3Write", version="v2"), "DeleteConflict", "default"),
    (DeletePolicyVersion(policy="S3Write", version="v9"), "NoSuchEntity", "v1"),
    (DeleteConsolePassword(user="bob"), "NoSuchEntity", "no console password"),
    (DeleteAccessKey(user="alice", key="AKIAIOSFODNN7EXAMPLF"), "NoSuchEntity", "EXAMPLE"),
    (DeactivateMfaDevice(user="bob"), "NoSuchEntity", "no MFA device"),
    (DeactivateMfaDevice(user="alice", device="serial"), "NoSuchEntity", "serial"),
    (
        RemoveRoleFromInstanceProfile(role="Deploy", instance_profile="Other"),
        "NoSuchEntity",
        "Other",
    ),
]


@pytest.mark.parametrize("edit, code, part", REFUSED, ids=lambda value: str(value)[:60])
def test_an_edit_that_aws_refuses_says_why(edit: Edit, code: str, part: str) -> None:
    with pytest.raises(EditError) as caught:
        edit.apply(ACCOUNT)
    assert caught.value.code == code
    assert part in caught.value.message


@pytest.mark.parametrize(
    "reference, most", [("user/bob", 20), ("group/Empty", 10), ("role/Deploy", 25)]
)
def test_managed_policies_end_at_the_raised_quota(reference: str, most: int) -> None:
    many = {item.arn: item for item in (policy(f"P{number}") for number in range(most + 1))}
    account = ACCOUNT.with_(policies={**ACCOUNT.policies, **many})
    held = account.entity(account.resolve(reference))
    assert isinstance(held, User | Group | Role)
    for arn in list(many)[: most - len(held.policies)]:
        account = AttachPolicy(entity=reference, policy=arn).apply(account)
    with pytest.raises(EditError) as caught:
        AttachPolicy(entity=reference, policy=f"P{most}").apply(account)
    assert caught.value.code == "LimitExceeded"
    assert str(most) in caught.value.message


def test_a_user_is_in_ten_groups_at_the_most() -> None:
    groups = [Group(arn=iam_arn(ID, "group", f"g{n}"), name=f"g{n}") for n in range(11)]
    account = ACCOUNT.with_(groups={group.arn: group for group in groups})
    for group in groups[:10]:
        account = AddMember(group=group.name, user="bob").apply(account)
    with pytest.raises(EditError) as caught:
        AddMember(group="g10", user="bob").apply(account)
    assert caught.value.code == "LimitExceeded"


@pytest.mark.parametrize(
    "reference, most", [("user/bob", 2048), ("group/Empty", 5120), ("role/Deploy", 10240)]
)
def test_inline_policies_have_room_together(reference: str, most: int) -> None:
    account = PutInlinePolicy(entity=reference, policy="a", document=long(most - 500)).apply(
        ACCOUNT
    )
    account = PutInlinePolicy(entity=reference, policy="b", document=long(500)).apply(account)
    with pytest.raises(EditError) as caught:
        PutInlinePolicy(entity=reference, policy="b", document=long(501)).apply(account)
    assert caught.value.code == "LimitExceeded"
    assert str(most) in caught.value.message
    with pytest.raises(EditError):
        PutInlinePolicy(entity=reference, policy="c", document=long(200)).apply(account)


def test_white_space_does_not_count() -> None:
    spaced = Document.of(json.dumps(json.loads(long(2048).text), indent=40))
    PutInlinePolicy(entity="user/bob", policy="a", document=spaced).apply(ACCOUNT)


def test_a_managed_policy_has_room_for_6144_characters() -> None:
    PutPolicyDocument(policy="S3Write", document=long(6144)).apply(ACCOUNT)
    with pytest.raises(EditError) as caught:
        PutPolicyDocument(policy="S3Write", document=long(6145)).apply(ACCOUNT)
    assert caught.value.code == "LimitExceeded"
    assert "6144" in caught.value.message


def test_a_trust_policy_has_room_for_the_raised_quota() -> None:
    account = "arn:aws:iam::444455556666:user/" + "x" * 9000
    text = TRUST.text.replace(f'"{ID}"', f'"{account}"')
    with pytest.raises(EditError) as caught:
        PutTrustPolicy(role="Deploy", document=Document.of(text)).apply(ACCOUNT)
    assert caught.value.code == "LimitExceeded"
    assert "8192" in caught.value.message


def test_a_managed_policy_keeps_five_versions() -> None:
    account = ACCOUNT
    for number in range(3, 6):
        account = PutPolicyDocument(policy="S3Write", document=DOCUMENT).apply(account)
        assert account.policies[S3_WRITE.arn].default_version == f"v{number}"
    edit = PutPolicyDocument(policy="S3Write", document=DOCUMENT)
    with pytest.raises(EditError) as caught:
        edit.apply(account)
    assert caught.value.code == "LimitExceeded"
    assert "5 versions" in caught.value.message
    account = edit.apply(DeletePolicyVersion(policy="S3Write", version="v1").apply(account))
    assert [v.id for v in account.policies[S3_WRITE.arn].versions] == ["v2", "v3", "v4", "v5", "v6"]


def test_a_promise_about_the_same_request_takes_the_place_of_the_former() -> None:
    first = PutAssertion(principal="user/bob", action="s3:GetObject", expect="denied")
    other = PutAssertion(principal="root", action="*", expect="allowed", why="so it is")
    account = other.apply(first.apply(ACCOUNT))
    changed = msgspec.structs.replace(first, expect="allowed").apply(account)
    assert [item.expect for item in changed.assertions] == ["allowed", "allowed"]
    assert [item.principal for item in changed.assertions] == ["user/bob", "root"]
    assert changed.assertions[1].why == "so it is"
    left = DeleteAssertion(principal="user/bob", action="s3:GetObject").apply(changed)
    assert [item.principal for item in left.assertions] == ["root"]


def test_names_arns_and_paths_all_name_the_same_user() -> None:
    wanted = AddMember(group="group/Empty", user="user/bob").apply(ACCOUNT)
    for user in ("bob", "user/team/bob", BOB.arn):
        for group in ("Empty", EMPTY.arn):
            assert AddMember(group=group, user=user).apply(ACCOUNT) == wanted


def test_a_policy_of_aws_belongs_to_the_partition_of_the_account() -> None:
    account = Account(
        id=ID,
        partition="aws-cn",
        users={
            "arn:aws-cn:iam::111122223333:user/li": User(
                arn="arn:aws-cn:iam::111122223333:user/li", name="li"
            )
        },
    )
    edited = AttachPolicy(entity="user/li", policy="ReadOnlyAccess").apply(account)
    (user,) = edited.users.values()
    assert user.policies == ("arn:aws-cn:iam::aws:policy/ReadOnlyAccess",)


def test_a_policy_that_nobody_knows_can_be_detached_by_its_arn() -> None:
    unknown = iam_arn("444455556666", "policy", "Elsewhere")
    bob = msgspec.structs.replace(BOB, policies=(unknown,))
    account = ACCOUNT.with_entity(bob)
    assert policy_reference(account, unknown) == unknown
    assert DetachPolicy(entity="user/bob", policy=unknown).apply(account) == ACCOUNT


def test_deleting_a_user_with_everything_is_one_edit_of_many_steps() -> None:
    edit = delete_with_everything(ACCOUNT, "user/alice")
    assert edit.title == "delete user alice with all that hangs on it"
    assert edit.past == "deleted user alice with all that hangs on it"
    assert [type(step).__name__ for step in edit.edits] == [
        "RemoveMember",
        "DetachPolicy",
        "DeleteInlinePolicy",
        "DeleteAccessKey",
        "DeactivateMfaDevice",
        "DeleteConsolePassword",
        "DeleteUser",
    ]
    assert ALICE.arn not in edit.apply(ACCOUNT).users


def test_deleting_a_boundary_with_everything_takes_it_off_first() -> None:
    after = delete_with_everything(ACCOUNT, "policy/Limit").apply(ACCOUNT)
    assert LIMIT.arn not in after.policies
    assert after.users[ALICE.arn].permissions_boundary is None


def test_deleting_what_nothing_hangs_on_has_a_short_title() -> None:
    assert delete_with_everything(ACCOUNT, "group/Empty").title == "delete group Empty"


def test_the_root_user_cannot_be_deleted_with_everything_either() -> None:
    with pytest.raises(EditError):
        delete_with_everything(ACCOUNT, "root")


def test_a_compound_edit_is_made_wholly_or_not_at_all() -> None:
    edit = Compound(
        title="add bob everywhere",
        edits=(AddMember(group="Empty", user="bob"), AddMember(group="Nowhere", user="bob")),
    )
    with pytest.raises(EditError):
        edit.apply(ACCOUNT)
    assert ACCOUNT.users[BOB.arn].groups == ()


def test_the_wire_form_is_the_documented_one() -> None:
    edit = decode_edit('{"op": "attach-policy", "entity": "group/Developers", "policy": "S3Write"}')
    assert edit == AttachPolicy(entity="group/Developers", policy="S3Write")
    assert decode_edit({"op": "delete-user", "user": "bob"}) == DeleteUser(user="bob")


def test_a_document_is_written_as_the_object_that_it_is() -> None:
    edit = PutInlinePolicy(entity="user/bob", policy="x", document=DOCUMENT)
    line = encode_edit(edit)
    assert line == (
        '{"op":"put-inline-policy","entity":"user/bob","policy":"x","document":'
        + DOCUMENT.text
        + "}"
    )
    as_text = json.dumps({**json.loads(line), "document": DOCUMENT.pretty()})
    assert decode_edit(as_text) == decode_edit(json.loads(line)) == edit


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        '{"Version":"2012-10-17","Version":"2012-10-17"}',
        '{"a":"\\u00e9"}',
        '{"a":1e5}',
        "[1,2]",
        '{"a":"\\ud800"}',
        "",
    ],
)
def test_a_document_that_another_spelling_would_change_is_kept_as_text(text: str) -> None:
    edit = PutPolicyDocument(policy="x", document=Document.of(text))
    assert decode_edit(encode_edit(edit)) == edit


@pytest.mark.parametrize(
    "line, part",
    [
        ('{"op": "put-inline-policy", "entity": "a", "policy": "b"}', "document"),
        ('{"op": "put-policy-document", "policy": "a", "document": 3}', "$.document"),
        ('{"op": "put-boundry"}', "put-boundary"),
        ('{"op": "attach-polcy"}', "attach-policy"),
        ('{"op": "attach-policy", "entity": "group/X"}', "policy"),
        ('{"op": "delete-user", "user": "a", "force": true}', "force"),
        ('{"op": "delete-user", "user": 3}', "$.user"),
        ('{"op": "delete-user"', "no edit"),
        ("[]", "object"),
        ("\ufffd", "no edit"),
        ('{"op":"compound","title":"","edits":[' * 5000, "no edit"),
    ],
)
def test_a_line_that_is_no_edit_names_its_number_and_the_fault(line: str, part: str) -> None:
    good = '{"op": "delete-user", "user": "bob"}'
    with pytest.raises(AccountFileError) as caught:
        list(decode_edits([good, "", line]))
    assert caught.value.line == 3
    assert part in str(caught.value)
