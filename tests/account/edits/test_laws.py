"""What holds for every edit of every account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.account import Account, Group, Policy, Role, User
from iam_tui.account.arns import is_aws_managed
from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    Compound,
    DetachPolicy,
    Edit,
    PutAssertion,
    PutBoundary,
    PutInlinePolicy,
    PutPolicyDocument,
    PutTrustPolicy,
    RemoveMember,
    decode_edit,
    encode_edit,
)
from iam_tui.account.edits.subjects import holders
from iam_tui.account.layers import layers
from iam_tui.errors import UnknownName
from tests.strategies import AWS_POLICIES, accounts, edits, histories


def _entities(account: Account) -> dict[str, object]:
    return {**account.users, **account.groups, **account.roles, **account.policies}


@given(st.data())
def test_an_edit_gives_a_consistent_account(data: st.DataObject) -> None:
    for account in data.draw(histories(data.draw(accounts()))):
        for arn, user in account.users.items():
            assert user.arn == arn
            assert set(user.groups) <= set(account.group_arns)
            assert len(set(user.groups)) == len(user.groups)
        for entity in holders(account):
            assert len(set(entity.policies)) == len(entity.policies)
            held = {*entity.policies} - {*account.policies}
            assert all(is_aws_managed(arn) for arn in held)
            layers(account, entity.arn)


@given(st.data())
def test_indexes_that_an_edit_shares_equal_those_made_anew(data: st.DataObject) -> None:
    account = data.draw(accounts())
    for arn in _entities(account):
        assert account.resolve(arn) == arn
    assert set(account.members) == set(account.groups)
    for edited in data.draw(histories(account))[1:]:
        fresh = edited.with_()
        assert edited.members == fresh.members
        assert edited.group_arns == fresh.group_arns
        assert [edited.reference(arn) for arn in _entities(edited)] == [
            fresh.reference(arn) for arn in _entities(fresh)
        ]


@given(st.data())
def test_what_an_edit_does_not_touch_is_the_same_object(data: st.DataObject) -> None:
    before = data.draw(accounts())
    edit = data.draw(edits(before))
    after = edit.apply(before)
    former, latter = _entities(before), _entities(after)
    differing = [arn for arn in latter if latter[arn] is not former[arn]]
    most = 1 if not isinstance(edit, Compound) else len(former)
    assert len(differing) <= most
    assert all(latter[arn] != former[arn] for arn in differing)
    assert after.organization is before.organization
    assert after.resources is before.resources


@given(st.data())
def test_an_edit_leaves_the_account_it_is_applied_to_as_it_was(data: st.DataObject) -> None:
    account = data.draw(accounts())
    edit = data.draw(edits(account))
    former = {arn: repr(entity) for arn, entity in _entities(account).items()}
    assert edit.apply(account) != account
    assert {arn: repr(entity) for arn, entity in _entities(account).items()} == former


@given(st.data())
def test_decoding_is_the_inverse_of_encoding(data: st.DataObject) -> None:
    edit = data.draw(edits(data.draw(accounts())))
    line = encode_edit(edit)
    assert "\n" not in line
    assert decode_edit(line) == edit


@given(st.data())
def test_every_edit_says_what_it_does_and_did(data: st.DataObject) -> None:
    edit = data.draw(edits(data.draw(accounts())))
    verb, _, rest = edit.title.partition(" ")
    done, _, same = edit.past.partition(" ")
    assert rest == same
    assert done.startswith(verb[:-1])
    assert done.endswith("ed")


@given(st.data())
def test_what_was_added_can_be_taken_away_again(data: st.DataObject) -> None:
    account = data.draw(accounts())
    edit = data.draw(edits(account, AttachPolicy, AddMember))
    inverse: Edit
    if isinstance(edit, AttachPolicy):
        inverse = DetachPolicy(entity=edit.entity, policy=edit.policy)
    else:
        assert isinstance(edit, AddMember)
        inverse = RemoveMember(group=edit.group, user=edit.user)
    edited = edit.apply(account)
    assert edit.apply(edited) is edited
    assert inverse.apply(edited) == account


@given(st.data())
def test_what_is_put_is_what_applies(data: st.DataObject) -> None:
    account = data.draw(accounts())
    edit = data.draw(
        edits(account, PutInlinePolicy, PutBoundary, PutPolicyDocument, PutTrustPolicy)
    )
    after = edit.apply(account)
    if isinstance(edit, PutPolicyDocument):
        policy = after.entity(after.resolve_policy(edit.policy))
        former = account.entity(account.resolve_policy(edit.policy))
        assert isinstance(policy, Policy)
        assert isinstance(former, Policy)
        assert policy.document == edit.document
        assert policy.versions[:-1] == former.versions
        assert policy.versions[-1].id not in {version.id for version in former.versions}
        return
    assert edit.apply(after) is after
    reference = edit.role if isinstance(edit, PutTrustPolicy) else edit.entity  # type: ignore[union-attr]
    entity = after.entity(after.resolve(reference))
    assert isinstance(entity, User | Group | Role)
    if isinstance(edit, PutInlinePolicy):
        assert entity.inline_policies[edit.policy] == edit.document
        documents = [attachment.document for attachment in layers(after, entity.arn).identity]
        assert edit.document in documents
    elif isinstance(edit, PutTrustPolicy):
        assert isinstance(entity, Role)
        assert entity.trust_policy == edit.document
    else:
        assert isinstance(edit, PutBoundary)
        boundary = layers(after, entity.arn).boundary
        assert boundary is not None
        assert boundary.key == after.resolve_policy(edit.policy)


@given(st.data())
def test_a_promise_is_kept_once(data: st.DataObject) -> None:
    account = data.draw(accounts())
    edit = data.draw(edits(account, PutAssertion))
    after = edit.apply(account)
    assert len(after.assertions) == len(account.assertions) + 1
    assert edit.apply(after) is after


@given(st.data())
def test_deleting_an_entity_with_everything_leaves_nothing_of_it(data: st.DataObject) -> None:
    account = data.draw(accounts())
    edit = data.draw(edits(account, Compound))
    after = edit.apply(account)
    (gone,) = set(_entities(account)) - set(_entities(after))
    entity = account.entity(gone)
    assert entity is not None
    with pytest.raises(UnknownName):
        after.resolve(f"{entity.kind}/{entity.name}")
    for user in after.users.values():
        assert not (isinstance(entity, Group) and entity.name in user.groups)
        assert gone not in (*user.policies, user.permissions_boundary)


@given(st.data())
def test_membership_brings_the_layers_of_the_group(data: st.DataObject) -> None:
    account = data.draw(accounts())
    edit = data.draw(edits(account, AddMember))
    assert isinstance(edit, AddMember)
    after = edit.apply(account)
    user = after.entity(after.resolve(edit.user))
    group = after.entity(after.resolve(edit.group))
    assert isinstance(user, User)
    assert isinstance(group, Group)
    keys = {attachment.key for attachment in layers(after, user.arn).identity}
    assert keys >= {arn for arn in group.policies if arn in {*after.policies, *AWS_POLICIES}}
