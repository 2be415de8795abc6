"""Whom a role trusts, in the few words of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import Arn, friendly_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Role


def trusted(role: Role) -> Iterator[tuple[str, str]]:
    """Yield kind (`AWS`, `Service`, `Federated`, `*`) and principal of each Allow of the trust.

    Only for showing; what a trust policy means is decided by the evaluator.
    """
    value = role.trust_policy.value if role.trust_policy is not None else None
    statements = value.get("Statement") if isinstance(value, dict) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or statement.get("Effect") != "Allow":
            continue
        principal = statement.get("Principal")
        if principal == "*":
            yield "*", "*"
        if isinstance(principal, dict):
            for kind, named in principal.items():
                for one in named if isinstance(named, list) else [named]:
                    yield kind, str(one)


def trusted_names(role: Role) -> list[str]:
    """Return a short word for each principal a role trusts, without repeats."""
    return list(dict.fromkeys(_short(kind, principal) for kind, principal in trusted(role)))


def _short(kind: str, principal: str) -> str:
    if principal == "*":
        return "anyone"
    if kind == "Service":
        return principal.partition(".")[0]
    if kind == "Federated":
        return friendly_name(principal)
    arn = Arn.parse(principal)
    if principal.isdigit():
        return f"acct {principal}"
    if arn is not None and arn.resource == "root":
        return f"acct {arn.account}"
    return friendly_name(principal)
