"""Requests to decide: of the account's own principals, on what their policies speak of."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from benchmarks import accounts, naive

ELSEWHERE = ["s3:GetObject", "s3:PutObject", "dynamodb:GetItem", "sqs:SendMessage", "kms:Decrypt",
             "iam:PassRole", "sts:AssumeRole", "lambda:InvokeFunction", "ec2:RunInstances",
             "secretsmanager:GetSecretValue"]  # fmt: skip
"""Asked where a statement speaks of every action."""


_NAME = re.compile(r"\$\{([^}]*)\}")


class Asked(NamedTuple):
    """One request, by plain values."""

    holder: naive.Holder
    action: str
    resource: str
    context: dict[str, str]


def sample(size: str, count: int) -> list[naive.Holder]:
    """Return some users and roles that have policies, evenly over the account."""
    found = [one for one in naive.holders(accounts.export(size)).values() if one.identity]
    return found[:: max(1, len(found) // count)][:count]


def requests(several: list[naive.Holder], count: int, seed: int) -> list[Asked]:
    """Return so many requests; another seed, other requests."""
    source = random.Random(seed)
    stream = _stream(several, source)
    return [next(stream) for _ in range(count)]


def varied(asked: list[Asked], seed: int) -> list[Asked]:
    """Return requests of the same principals for the same actions, otherwise new."""
    source = random.Random(seed)
    return [
        Asked(one.holder, one.action, _made(one.action, source), _context(one.holder, source))
        for one in asked
    ]


def _stream(several: list[naive.Holder], source: random.Random) -> Iterator[Asked]:
    while True:
        holder = source.choice(several)
        statement = source.choice(list(naive.statements(holder.identity)))
        action = _action(source.choice(_list(statement.get("Action", "*"))), source)
        resource = _resource(statement, holder, source)
        if source.random() < 0.2:
            other = source.choice(list(naive.statements(source.choice(several).identity)))
            resource = _resource(other, holder, source)
        if not _fits(action, resource):
            resource = _made(action, source)
        yield Asked(holder, action, resource, _context(holder, source))


def _action(pattern: str, source: random.Random) -> str:
    if "*" not in pattern and "?" not in pattern:
        return pattern
    names = _matching(pattern)
    return source.choice(names) if names else source.choice(ELSEWHERE)


@cache
def _matching(pattern: str) -> list[str]:
    service, _, name = pattern.partition(":")
    from iam_tui import catalog

    if service not in catalog.services():
        return []
    wanted = {"Action": f"{service}:{name}"}
    names = (f"{service}:{one}" for one in catalog.actions(service))
    return [action for action in names if naive.covers_action(wanted, action)]


def _resource(statement: naive.Json, holder: naive.Holder, source: random.Random) -> str:
    pattern = source.choice(_list(statement.get("Resource", "*")))
    text = pattern.replace("${aws:username}", holder.name)
    text = text.replace("${aws:PrincipalTag/team}", holder.tags.get("team", "search"))
    filled = text.replace("*", source.choice(["a", "x1", "prod-7"])).replace("?", "q")
    return filled if pattern != "*" else "*"


@cache
def _templates(action: str) -> tuple[str, ...]:
    """Return the ARNs of the types of resources that an action is about, with `${Names}`."""
    from iam_tui import catalog

    details = catalog.action_details(action)
    service = action.partition(":")[0]
    names = details.resource_types if details is not None else ()
    found = (catalog.resource_type(service, name) for name in names)
    return tuple(one.arn for one in found if one is not None)


def _fits(action: str, resource: str) -> bool:
    patterns = (
        re.escape(_NAME.sub("*", one)).replace(r"\*", "[^:]+") for one in _templates(action)
    )
    return any(re.fullmatch(pattern, resource) for pattern in patterns)


def _made(action: str, source: random.Random) -> str:
    """Return a resource that the action can be about; `*` where it is about none."""
    templates = _templates(action)
    if not templates:
        return "*"
    known = {"Partition": "aws", "Region": "eu-west-1", "Account": "111122223333"}
    name = f"x{source.randrange(100)}"
    return _NAME.sub(lambda found: known.get(found[1], name), source.choice(templates))


def _context(holder: naive.Holder, source: random.Random) -> dict[str, str]:
    kind = "User" if ":user/" in holder.arn else "AssumedRole"
    context = {
        "aws:PrincipalArn": holder.arn,
        "aws:PrincipalAccount": "111122223333",
        "aws:PrincipalType": kind,
        "aws:PrincipalOrgID": source.choice(["o-a1b2c3d4e5", "o-z9y8x7w6v5"]),
        "aws:SourceIp": source.choice(["203.0.113.9", "198.51.100.7", "10.0.0.1"]),
        "aws:SecureTransport": "true",
        "aws:CurrentTime": "2026-11-01T12:00:00Z",
        "aws:MultiFactorAuthPresent": source.choice(["true", "false"]),
        "aws:RequestedRegion": source.choice(["eu-west-1", "eu-central-1", "us-east-1"]),
        **{f"aws:PrincipalTag/{key}": value for key, value in holder.tags.items()},
    }
    return context | ({"aws:username": holder.name} if kind == "User" else {})


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value
