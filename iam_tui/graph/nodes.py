"""The nodes of the identity graph: their keys and what kind of thing a key stands for.

Keys are what AWS itself uses as names: ARNs, principal strings of policies. The two forms of an
account as a principal (`111122223333` and `arn:aws:iam::111122223333:root`) mean the same (IAM User
Guide: "AWS JSON policy elements: Principal"), so both have the 12 digits as their key, which also
keeps an account apart from its root user.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from iam_tui.account.arns import INLINE
from iam_tui.policy.principals import PROVIDER_DOMAINS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account.account import Account
    from iam_tui.policy.documents import Document, JsonValue

NodeKind = Literal[
    "root",
    "user",
    "group",
    "role",
    "policy",
    "inline-policy",
    "identity-provider",
    "instance-profile",
    "resource",
    "organization-level",
    "service",
    "account",
    "anyone",
    "outside",
]
"""`anyone` is the principal `*`; `outside` is a principal that this account does not have."""

ANYONE = "*"

_ACCOUNT_PRINCIPAL = re.compile(r"(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?")
_POLICY = re.compile(r"arn:[\w-]+:iam::(?:\d{12}|aws):policy/")
_PROVIDER = re.compile(r"arn:[\w-]+:iam::\d{12}:(?:saml|oidc)-provider/")
_PROFILE = re.compile(r"arn:[\w-]+:iam::\d{12}:instance-profile/")


def level_key(name: str) -> str:
    """Return the key of a level of the organization."""
    return f"organization/{name}"


def principal_key(principal: str) -> str:
    """Return the key of a principal as a policy names it."""
    found = _ACCOUNT_PRINCIPAL.fullmatch(principal)
    return found[1] if found is not None else principal


def entity_kinds(account: Account) -> Iterator[tuple[str, NodeKind]]:
    """Yield key and kind of everything that is a node although no edge may touch it."""
    yield account.root_user.arn, "root"
    for user in account.users:
        yield user, "user"
    for group in account.groups:
        yield group, "group"
    for role in account.roles:
        yield role, "role"
    for policy in account.policies:
        yield policy, "policy"
    for provider in account.identity_providers:
        yield provider, "identity-provider"
    for resource in account.resources:
        yield resource, "resource"
    for level in account.organization.levels if account.organization is not None else ():
        yield level_key(level.name), "organization-level"


def entity_kind(account: Account, key: str) -> NodeKind | None:
    """Return the kind of a key that the account itself has, else None."""
    if key in account.users:
        return "user"
    if key in account.groups:
        return "group"
    if key in account.roles:
        return "role"
    if key in account.policies:
        return "policy"
    if key in account.identity_providers:
        return "identity-provider"
    if key in account.resources:
        return "resource"
    if key == account.root_user.arn:
        return "root"
    levels = account.organization.levels if account.organization is not None else ()
    is_level = any(key == level_key(level.name) for level in levels)
    return "organization-level" if is_level else None


@lru_cache(maxsize=16_384)
def other_kind(key: str) -> NodeKind:
    """Return the kind of a key that is no entity of the account, from the key alone."""
    if key == ANYONE:
        return "anyone"
    if INLINE in key:
        return "inline-policy"
    if key.isdigit():
        return "account"
    if _POLICY.match(key):
        return "policy"
    if _PROFILE.match(key):
        return "instance-profile"
    if key in PROVIDER_DOMAINS or _PROVIDER.match(key):
        return "identity-provider"
    is_service = key.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    return "service" if is_service else "outside"


@lru_cache(maxsize=16_384)
def trusted_principals(document: Document) -> tuple[str, ...]:
    """Return the keys of the principals that a trust policy's Allow statements name, each once.

    A statement with `NotPrincipal` trusts everyone but the listed ones (E15).
    """
    found: dict[str, None] = {}
    for statement in document.statements:
        if isinstance(statement, dict) and statement.get("Effect") == "Allow":
            if "NotPrincipal" in statement:
                found[ANYONE] = None
            for principal in _named(statement.get("Principal")):
                found[principal_key(principal)] = None
    return tuple(found)


def _named(element: JsonValue) -> Iterator[str]:
    """Yield the principals of an element, `*` or lists by kind of principal."""
    if isinstance(element, dict):
        for values in element.values():
            yield from _named(values)
    elif isinstance(element, list):
        for value in element:
            yield from _named(value)
    elif isinstance(element, str):
        yield element
