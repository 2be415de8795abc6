"""What a lesson does to a sample before it asks: edits in their wire form, and other documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from iam_tui.account import Account, Group, PolicyVersion, Resource, Role, User
from iam_tui.account.edits import decode_edit
from iam_tui.policy import Document

Change = Callable[[Account], Account]
Statement = Mapping[str, object]


def document(*statements: Statement) -> Document:
    return Document.of({"Version": "2012-10-17", "Statement": [*statements]})


def edit(op: str, **fields: str) -> Change:
    return decode_edit({"op": op, **fields}).apply


def inline(owner: str, name: str, *statements: Statement) -> Change:
    """Give a user, group or role an inline policy."""

    def change(account: Account) -> Account:
        entity = account.identity(account.resolve(owner))
        assert isinstance(entity, User | Group | Role)
        documents = {**entity.inline_policies, name: document(*statements)}
        return account.with_entity(msgspec.structs.replace(entity, inline_policies=documents))

    return change


def trust(role: str, principal: Mapping[str, object], condition: Statement | None = None) -> Change:
    """Replace the trust policy of a role."""
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
    }
    if condition is not None:
        statement["Condition"] = condition

    def change(account: Account) -> Account:
        entity = account.roles[account.resolve(role)]
        return account.with_entity(
            msgspec.structs.replace(entity, trust_policy=document(statement))
        )

    return change


def policy(name: str, *statements: Statement) -> Change:
    """Replace the document of a policy that has one version."""

    def change(account: Account) -> Account:
        entity = account.policies[account.resolve_policy(name)]
        versions = (PolicyVersion(id=entity.default_version, document=document(*statements)),)
        return account.with_entity(msgspec.structs.replace(entity, versions=versions))

    return change


def resource_policy(arn: str, *statements: Statement) -> Change:
    """Replace the policy of a resource."""

    def change(account: Account) -> Account:
        found = Resource(arn=arn, policy=document(*statements))
        return account.with_(resources={**account.resources, arn: found})

    return change


def control_policy(name: str, *statements: Statement) -> Change:
    """Replace the document of an SCP or RCP."""

    def change(account: Account) -> Account:
        organization = account.organization
        assert organization is not None
        policies = tuple(
            msgspec.structs.replace(item, document=document(*statements))
            if item.name == name
            else item
            for item in organization.policies
        )
        return account.with_(organization=msgspec.structs.replace(organization, policies=policies))

    return change


def service_control(level: str, *names: str) -> Change:
    """Attach these SCPs, and no others, at a level of the organization."""

    def change(account: Account) -> Account:
        organization = account.organization
        assert organization is not None
        levels = tuple(
            msgspec.structs.replace(item, service_control_policies=names)
            if item.name == level
            else item
            for item in organization.levels
        )
        return account.with_(organization=msgspec.structs.replace(organization, levels=levels))

    return change


def managed_by_itself(account: Account) -> Account:
    """Make the account the management account of its organization."""
    organization = account.organization
    assert organization is not None
    itself = msgspec.structs.replace(organization, management_account=account.id)
    return account.with_(organization=itself)


def applied(account: Account, *changes: Change) -> Account:
    for change in changes:
        account = change(account)
    return account
