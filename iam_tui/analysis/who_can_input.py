"""What can be asked, and what must be said of how it was put: names that nobody knows."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from iam_tui import catalog
from iam_tui.account.arns import Arn
from iam_tui.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account import Account

ARN_FORM = "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"


def is_pattern(text: str | None) -> bool:
    """Whether an action or a resource stands for many."""
    return text is not None and "*" in text


def check_action(action: str) -> None:
    """Refuse what can be no action and no pattern of known ones.

    Raises:
        UsageError: With the nearest known ones.
    """
    service, colon, name = action.partition(":")
    if action != "*" and not (service and colon and name):
        hint = did_you_mean(nearest_named(action))
        problem = f"{action!r} is no action; expected SERVICE:NAME, such as s3:GetObject"
        raise UsageError(f"{problem}{hint}")
    if "?" in action:
        raise UsageError(f"{action!r}: only * stands for many actions here")
    if is_pattern(action) and not catalog.match(action):
        hint = did_you_mean(near_action(action))
        raise UsageError(f"no known action matches {action!r}{hint}")


def check_resource(account: Account, resource: str | None) -> None:
    """Refuse a resource that is neither an ARN nor `*`.

    Raises:
        UsageError: With the nearest ARNs of the account.
    """
    if resource is None or not is_malformed(resource):
        return
    hint = did_you_mean(near_resources(account, resource))
    raise UsageError(f"{resource!r} is no ARN; expected {ARN_FORM}, or * for any{hint}")


def is_malformed(resource: str) -> bool:
    """Whether a resource is neither an ARN nor `*`."""
    return resource != "*" and Arn.parse(resource) is None


def near_resources(account: Account, resource: str) -> tuple[str, ...]:
    """Return the nearest ARNs of the account, also to a name alone."""
    known = (*account.resources, *account.roles, *account.users, *account.policies)
    by_name = {arn.rpartition("/" if ":iam:" in arn else ":")[2]: arn for arn in known}
    close = nearest(resource, known) or nearest(resource.rpartition(":")[2], by_name)
    return tuple(by_name.get(one, one) for one in close)


def unknown_keys(context: Iterable[str]) -> tuple[str, ...]:
    """Return the condition keys that the catalogue lacks; `iam-tui:` ones are the engine's own."""
    asked = (key for key in context if not key.lower().startswith("iam-tui:"))
    return tuple(key for key in asked if catalog.condition_key(key) is None)


def remarks(action: str, context: Iterable[str]) -> Iterator[str]:
    """Yield what must be said of a question that can be asked but may not be meant so."""
    if not is_pattern(action) and not catalog.is_known(action):
        hint = did_you_mean(near_action(action))
        yield f"the action {action} is not in the catalogue{hint}"
    for key in unknown_keys(context):
        hint = did_you_mean(near_keys(key, action))
        yield f"the condition key {key} is not in the catalogue{hint}"


def nearest_named(name: str) -> tuple[str, ...]:
    """Return actions of the services that everybody uses whose names are close to one without."""
    known = {one.lower(): f"{service}:{one}" for service in _COMMON for one in _names(service)}
    return tuple(known[close.lower()] for close in nearest(name, known, most=2))


_COMMON = ("s3", "iam", "sts", "ec2", "lambda", "dynamodb", "kms", "sqs", "sns", "secretsmanager")


def _names(service: str) -> tuple[str, ...]:
    return catalog.actions(service)


def near_action(action: str) -> tuple[str, ...]:
    """Return the nearest actions, or patterns where one was asked for."""
    service, _, name = action.partition(":")
    if service.lower() in catalog.services():
        return catalog.nearest_actions(action.replace("*", ""))
    # Prefixes are short: one letter of two may be wrong.
    close = difflib.get_close_matches(service.lower(), catalog.services(), n=4, cutoff=0.5)
    named = [f"{one}:{name}" for one in close]
    if is_pattern(action):
        return tuple(one for one in named if catalog.match(one))[:3]
    known = tuple(found for one in named if (found := catalog.canonical(one)) is not None)
    return known or catalog.nearest_actions(action)


def near_keys(key: str, action: str = "") -> tuple[str, ...]:
    """Return the nearest condition keys: global ones, and those of the services in question."""
    service = action.partition(":")[0].lower()
    prefix = key.partition(":")[0].lower()
    known = [one.key for one in catalog.global_condition_keys()]
    for name in dict.fromkeys((service, prefix)):
        known += [one.key for one in catalog.condition_keys(name)]
    head, slash, tag = key.partition("/")
    return nearest(f"{head}{slash}" if tag else key, [_fixed(one) for one in known], most=2)


def _fixed(key: str) -> str:
    return key.partition("${")[0]


def did_you_mean(close: Iterable[str]) -> str:
    """Return the end of a sentence that names the nearest ones, if there are any."""
    several = tuple(close)
    return f"; did you mean {' or '.join(several)}?" if several else ""
