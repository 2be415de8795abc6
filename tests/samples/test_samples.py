"""The bundled accounts as files: they load, they are as large and as written as they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.iam.policy_validation import (
    IAMPolicyDocumentValidator,
    IAMTrustPolicyDocumentValidator,
)

from iam_tui import load, save
from iam_tui.account import Account, Group, Role, User
from iam_tui.account.context import subject_of
from iam_tui.account.layers import layers
from iam_tui.catalog.actions import match
from iam_tui.formats import describe, dumps_toml, has_other_comments, sample_names, sample_path
from iam_tui.policy import Document, JsonValue
from tests.samples.asking import Ask, decide

SIZES = {
    "first-day": (3, 0, 0, 0),
    "startup": (6, 4, 2, 5),
    "org-member": (4, 2, 6, 6),
}
"""Name -> users, groups, roles, policies of the account's own."""

LESSONS = {"first-day": (1, 2, 3), "startup": (4, 5, 6, 7, 8, 10), "org-member": (15,)}

names = pytest.mark.parametrize("name", SIZES)


def text_of(name: str) -> str:
    path = sample_path(name)
    assert path is not None
    return path.read_text(encoding="utf-8")


def identity_documents(account: Account) -> Iterator[Document]:
    for policy in account.policies.values():
        yield from (version.document for version in policy.versions)
    holders: tuple[User | Group | Role, ...] = (
        *account.users.values(),
        *account.groups.values(),
        *account.roles.values(),
    )
    for holder in holders:
        yield from holder.inline_policies.values()


def resource_documents(account: Account) -> Iterator[Document]:
    for resource in account.resources.values():
        if resource.policy is not None:
            yield resource.policy


def trust_documents(account: Account) -> Iterator[Document]:
    for role in account.roles.values():
        assert role.trust_policy is not None
        yield role.trust_policy


def control_documents(account: Account) -> Iterator[Document]:
    if account.organization is not None:
        yield from (policy.document for policy in account.organization.policies)


def all_documents(account: Account) -> Iterator[Document]:
    yield from identity_documents(account)
    yield from resource_documents(account)
    yield from trust_documents(account)
    yield from control_documents(account)


def test_samples_are_listed_in_the_order_of_the_lessons() -> None:
    assert sample_names()[:3] == tuple(SIZES)


@names
def test_size(name: str) -> None:
    found = describe(name)

    assert (found.users, found.groups, found.roles, found.policies) == SIZES[name]


@names
def test_a_sample_is_written_as_saving_would_write_it(name: str, tmp_path: Path) -> None:
    account = load(name)
    save(account, tmp_path / "again.toml")

    assert load(tmp_path / "again.toml") == account
    assert (tmp_path / "again.toml").read_text(encoding="utf-8") == text_of(name)
    assert dumps_toml(account) == text_of(name)
    assert not has_other_comments(text_of(name))


@names
def test_the_head_tells_the_story_in_six_lines(name: str) -> None:
    lines = load(name).comment.split("\n")
    lessons = tuple(int(number) for number in re.findall(r"\b\d+\b", lines[-1]))

    assert len(lines) == 6
    assert lines[-1].startswith("Lesson")
    assert lessons == LESSONS[name]


@names
def test_the_start_screen_has_one_sentence(name: str) -> None:
    description = describe(name).description

    assert re.fullmatch(r"[A-Z][^.]*\.", description)
    assert len(description) <= 80


@names
def test_everything_is_invented(name: str) -> None:
    text = text_of(name)

    assert set(re.findall(r"(?<!\d)\d{12}(?!\d)", text)) <= {"111122223333", "444455556666"}
    keys = re.findall(r"AKIA\w*", text)
    assert all(re.fullmatch(r"AKIA[A-Z0-9]{9}EXAMPLE", key) for key in keys)
    assert len(keys) == len(set(keys))


@names
def test_no_document_is_unknown_or_faulty(name: str) -> None:
    account = load(name)

    for reference in (*account.users, *account.groups, *account.roles):
        found = layers(account, reference)
        assert not found.unknown
        assert not found.unknown_boundary
    for document in all_documents(account):
        content = document.value
        assert isinstance(content, dict)
        assert list(content) == ["Version", "Statement"]
        assert content["Version"] == "2012-10-17"


@names
def test_aws_would_take_the_policies(name: str) -> None:
    account = load(name)

    for document in identity_documents(account):
        IAMPolicyDocumentValidator(document.text).validate()
    for document in trust_documents(account):
        IAMTrustPolicyDocumentValidator(document.text).validate()


@names
def test_every_action_is_one_of_aws(name: str) -> None:
    for document in all_documents(load(name)):
        for statement in statements(document):
            for element in ("Action", "NotAction"):
                for pattern in listed(statement.get(element, [])):
                    assert pattern == "*" or match(pattern), pattern


@names
def test_the_accounts_own_assertions_hold(name: str) -> None:
    account = load(name)
    assert account.assertions

    for item in account.assertions:
        context = {
            key: value if isinstance(value, str) else [*value]
            for key, value in item.context.items()
        }
        ask = Ask(item.principal, item.action, item.resource, context)
        assert (decide(account, ask) == "allowed") == (item.expect == "allowed"), item.why
        assert subject_of(account, item.principal)


def statements(document: Document) -> list[dict[str, JsonValue]]:
    content = document.value
    assert isinstance(content, dict)
    found = content["Statement"]
    assert isinstance(found, list)
    return [item for item in found if isinstance(item, dict)]


def listed(value: JsonValue) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
