"""Made-up accounts: the same for the same seed, read back, within AWS's quotas, of real shape."""

from __future__ import annotations

import hashlib
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iam_tui.account import Account, Group, Policy, Role, User
from iam_tui.account.layers import layers
from iam_tui.analysis import principal_can, simulate
from iam_tui.analysis.becoming import every_assumption
from iam_tui.catalog import quotas
from iam_tui.errors import UsageError
from iam_tui.formats import dumps_toml, load
from iam_tui.formats.generate import MOST_USERS, counts_for, generate
from iam_tui.policy import Document


def size(document: Document) -> int:
    return len(document.text)


def holders(account: Account) -> list[User | Group | Role]:
    return [
        *account.users.values(),
        *account.groups.values(),
        *account.roles.values(),
    ]


def check_quotas(account: Account) -> None:
    attached = {
        "user": quotas.MANAGED_POLICIES_PER_USER,
        "group": quotas.MANAGED_POLICIES_PER_GROUP,
        "role": quotas.MANAGED_POLICIES_PER_ROLE,
    }
    for entity in holders(account):
        assert len(entity.policies) == len(set(entity.policies)) <= attached[entity.kind]
        inline = sum(map(size, entity.inline_policies.values()))
        assert inline <= quotas.INLINE_POLICIES_SIZE[entity.kind]
        assert len(entity.tags) <= quotas.TAGS
        assert len(entity.name) <= (128 if isinstance(entity, Group) else 64)
    for user in account.users.values():
        assert len(user.groups) == len(set(user.groups)) <= quotas.GROUPS_PER_USER
        assert len(user.access_keys) <= quotas.ACCESS_KEYS_PER_USER
    for role in account.roles.values():
        assert role.trust_policy is not None
        # What is in force without asking AWS for more.
        assert size(role.trust_policy) <= 2048
    for policy in account.policies.values():
        assert len(policy.versions) <= quotas.POLICY_VERSIONS
        assert all(
            size(version.document) <= quotas.MANAGED_POLICY_SIZE for version in policy.versions
        )


def check_names(account: Account) -> None:
    """Names are unique whatever their case, and what is named is there."""
    kinds: tuple[dict[str, User] | dict[str, Group] | dict[str, Role] | dict[str, Policy], ...]
    kinds = (account.users, account.groups, account.roles, account.policies)
    for entities in kinds:
        names = [entity.name.lower() for entity in entities.values()]
        assert len(names) == len(set(names))
    keys = [key.id for user in account.users.values() for key in user.access_keys]
    assert len(keys) == len(set(keys))
    assert all(len(key) == 20 for key in keys)
    for entity in holders(account):
        assert not layers(account, entity.arn).unknown
        assert not layers(account, entity.arn).unknown_boundary
    groups = {group.name for group in account.groups.values()}
    assert {name for user in account.users.values() for name in user.groups} <= groups


@settings(max_examples=15)
@given(st.integers(1, 300), st.integers(0, 10**9))
def test_any_size_is_a_valid_account_within_the_quotas(users: int, seed: int) -> None:
    account = generate(users, seed)

    check_quotas(account)
    check_names(account)
    assert account.description is not None
    documents = chain(
        *(entity.inline_policies.values() for entity in holders(account)),
        (policy.document for policy in account.policies.values()),
    )
    assert all(document.fault is None for document in documents)


@pytest.mark.parametrize("users", [1, 2, 3, 40, 700])
def test_what_is_written_is_read_back(users: int, tmp_path: Path) -> None:
    account = generate(users, 3)
    path = tmp_path / "account.toml"
    path.write_text(dumps_toml(account), encoding="utf-8")

    assert load(path) == account


@pytest.mark.slow
def test_the_largest_account_is_as_large_as_aws_allows() -> None:
    account = generate(MOST_USERS)

    assert len(account.users) == 5000
    assert len(account.groups) == 300
    assert len(account.roles) == 5000
    assert len(account.policies) == 3000
    check_quotas(account)
    check_names(account)


def test_the_same_seed_gives_the_same_bytes_everywhere() -> None:
    text = dumps_toml(generate(40, 7))

    digest = hashlib.sha256(text.encode()).hexdigest()
    assert digest == "bd36c80372c3fc9e02f2294c7d6cc03ef3f24013078db04956b85c2263b6fb78"
    assert generate(40, 7) == generate(40, 7)
    assert generate(40, 8) != generate(40, 7)


def test_everything_that_an_engineer_meets_is_in_it() -> None:
    account = generate(500)

    assert len(account.users) == counts_for(500).users
    users, roles = account.users.values(), account.roles.values()
    assert any(user.permissions_boundary for user in users)
    assert any(user.console is not None and user.console.password for user in users)
    assert any(not user.groups for user in users)
    assert any(user.policies for user in users)
    assert any(role.instance_profiles for role in roles)
    assert any(role.is_service_linked for role in roles)
    trusts = "".join(role.trust_policy.text for role in roles if role.trust_policy is not None)
    words = ("lambda.amazonaws.com", "Federated", "sts:ExternalId", "MultiFactorAuthPresent")
    assert all(word in trusts for word in words)
    documents = "".join(policy.document.text for policy in account.policies.values())
    assert all(word in documents for word in ("Condition", "Deny", "NotAction", "aws:PrincipalTag"))
    assert every_assumption(account)


def test_questions_about_it_are_answered() -> None:
    account = generate(60, 5)
    administrator = next(u.arn for u in account.users.values() if "administrators" in u.groups)

    assert simulate(account, administrator, "ec2:RunInstances").decision == "explicitDeny"
    mfa = {"aws:MultiFactorAuthPresent": "true"}
    assert simulate(account, administrator, "ec2:RunInstances", context=mfa).allowed
    assert any(row.service == "s3" for arn in account.users for row in principal_can(account, arn))


def test_no_account_can_be_larger() -> None:
    with pytest.raises(UsageError, match="5000"):
        generate(5001)
