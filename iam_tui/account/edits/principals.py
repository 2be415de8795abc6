"""Whom a trust policy may name, as IAM checks it when the policy is stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.principals import PROVIDER_DOMAINS

if TYPE_CHECKING:
    from iam_tui.account.account import Account
    from iam_tui.policy.documents import JsonValue

_FORMS = (
    re.compile(r"\*|\d{12}|A(?:ROA|IDA)[A-Z0-9]+"),
    re.compile(r"arn:[\w-]+:iam::\d{12}:(?:root|user/.+|role/.+)"),
    re.compile(r"arn:[\w-]+:sts::\d{12}:(?:assumed-role/[^/]+/[^/]+|federated-user/[^/]+)"),
)
_ENTITY = re.compile(r"arn:([\w-]+):iam::(\d{12}):(user|role)/.+")
_PROVIDER = re.compile(r"arn:[\w-]+:iam::\d{12}:(?:saml|oidc)-provider/.+")
_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")
_FEDERATED = "Federated principals must be valid domain names or SAML metadata ARNs"


class Fault(NamedTuple):
    """Why a principal element is refused."""

    text: str
    """IAM's words."""
    remark: str = ""
    """Ours, to stand behind the place of the statement."""


def fault_of(account: Account, element: JsonValue) -> Fault | None:
    """Return why IAM would refuse a `Principal` element of a trust policy, or None.

    A user or role of this account must exist, as IAM replaces its ARN by its unique id (G23); a
    group is no principal (G18).
    """
    if element == "*":
        return None
    if not isinstance(element, dict):
        return Fault("Invalid principal format")
    for kind, value in element.items():
        several = value if isinstance(value, list) else [value]
        for text in several:
            fault = _fault(account, kind, text)
            if fault is not None:
                return fault
    return None if element else Fault("Missing required field Principal.")


def _fault(account: Account, kind: str, value: JsonValue) -> Fault | None:
    if not isinstance(value, str) or kind not in {"AWS", "Service", "Federated", "CanonicalUser"}:
        return Fault(f'Invalid principal in policy: "{kind}"')
    if kind == "Federated":
        known = value in PROVIDER_DOMAINS or _PROVIDER.fullmatch(value)
        return None if known else Fault(_FEDERATED, f": {value}")
    invalid = Fault(f'Invalid principal in policy: "{kind.upper()}":"{value}"')
    if kind == "Service":
        return None if _SERVICE.fullmatch(value) else invalid
    if kind == "CanonicalUser":
        return None
    if ":group/" in value:
        return invalid._replace(
            remark=": a group is no principal; name its users, or a role that they may assume"
        )
    if not any(form.fullmatch(value) for form in _FORMS):
        return invalid
    entity = _ENTITY.fullmatch(value)
    if entity is not None and (entity[1], entity[2]) == (account.partition, account.id):
        known_here = value in account.users or value in account.roles
        return None if known_here else invalid._replace(remark=f": there is no such {entity[3]}")
    return None
