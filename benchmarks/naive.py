"""A second opinion on decisions: written for being short, and silent where it is not sure.

It reads the plain JSON of an export and shares no code with iam-tui. Conditions and variables it
does not understand; where one could matter it says None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

Json = dict[str, Any]


OTHERS_DECIDE = frozenset({"kms", "sts"})
"""Services whose resources have policies without which nothing is allowed."""


class Holder(NamedTuple):
    """A user or role with its policies."""

    arn: str
    name: str
    tags: dict[str, str]
    identity: list[Json]
    boundary: Json | None


def holders(export: Json) -> dict[str, Holder]:
    """Return the users and roles of an export by ARN."""
    managed = {
        policy["Arn"]: version["Document"]
        for policy in export["Policies"]
        for version in policy["PolicyVersionList"]
        if version["IsDefaultVersion"]
    }
    groups = {
        group["GroupName"]: list(_own(group, "GroupPolicyList", managed))
        for group in export["GroupDetailList"]
    }
    found = {}
    for name, inline in (("User", "UserPolicyList"), ("Role", "RolePolicyList")):
        for raw in export[f"{name}DetailList"]:
            identity = list(_own(raw, inline, managed))
            for group in raw.get("GroupList", ()):
                identity += groups[group]
            boundary = raw.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
            tags = {tag["Key"]: tag["Value"] for tag in raw.get("Tags", ())}
            found[raw["Arn"]] = Holder(
                raw["Arn"], raw[f"{name}Name"], tags, identity, managed.get(boundary)
            )
    return found


def _own(raw: Json, inline: str, managed: dict[str, Json]) -> Iterator[Json]:
    yield from (policy["PolicyDocument"] for policy in raw.get(inline, ()))
    yield from (managed[one["PolicyArn"]] for one in raw["AttachedManagedPolicies"])


def statements(documents: Iterable[Json]) -> Iterator[Json]:
    """Yield the statements of documents."""
    for document in documents:
        several = document["Statement"]
        yield from several if isinstance(several, list) else [several]


def covers_action(statement: Json, action: str) -> bool:
    """Tell whether the action part of a statement takes in an action."""
    if "Action" in statement:
        return _any(statement["Action"], action.lower(), fold=True)
    return not _any(statement["NotAction"], action.lower(), fold=True)


def covers_resource(statement: Json, resource: str) -> bool:
    """Tell whether the resource part of a statement takes in a resource, variables aside."""
    part = statement["Resource"] if "Resource" in statement else statement["NotResource"]
    return _any(part, resource, fold=False) is ("Resource" in statement)


def decide(holder: Holder, action: str, resource: str) -> str | None:
    """Return AWS's word for the decision on one request, or None when not sure."""
    if action.partition(":")[0].lower() in OTHERS_DECIDE:
        return None
    identity = _layer(holder.identity, action, resource)
    boundary = "allowed" if holder.boundary is None else _layer([holder.boundary], action, resource)
    if "explicitDeny" in (identity, boundary):
        return "explicitDeny"
    if identity is None or boundary is None:
        return None
    return "allowed" if identity == boundary == "allowed" else "implicitDeny"


def _layer(documents: Iterable[Json], action: str, resource: str) -> str | None:
    allowed, unsure = False, False
    for statement in statements(documents):
        if not covers_action(statement, action):
            continue
        part = statement.get("Resource", statement.get("NotResource"))
        inside = covers_resource(statement, resource)
        if "${" in str(part) or (inside and "Condition" in statement):
            unsure = True
        elif inside and statement["Effect"] == "Deny":
            return "explicitDeny"
        elif inside:
            allowed = True
    return None if unsure else "allowed" if allowed else "implicitDeny"


def _any(patterns: str | list[str], text: str, *, fold: bool) -> bool:
    several = [patterns] if isinstance(patterns, str) else patterns
    return any(_glob(one.lower() if fold else one).fullmatch(text) for one in several)


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(
        "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern),
        re.DOTALL,
    )
