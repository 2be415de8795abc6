"""What an answer about a principal follows from, as a key to find it again.

A principal's effective permissions follow from its layers, from the keys that the account knows of
it, and from what surrounds it: policies and tags of the resources that it may act on, trust
policies among them. Two accounts that agree in these have the same answer.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any

from iam_tui.account.context import principal_context
from iam_tui.account.layers import layers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from iam_tui.account import Account, Policy, Resource, Role, User


class ContentKeys:
    """Makes the keys; remembers the surroundings, of which an edit changes a part at most."""

    def __init__(self) -> None:
        """Begin without any account."""
        self._parts = tuple(_Part(content) for content in (_tags, _tags, _roles, _resources))

    def of(self, account: Account, principal: str) -> Hashable:
        """Return the key of an answer about a principal.

        Raises:
            UnknownName: When the account has no such principal.
        """
        context = principal_context(account, principal)
        keys = tuple(
            (key, value if isinstance(value, str) else tuple(value))
            for key, value in context.items()
        )
        sources: tuple[Mapping[str, Any], ...] = (
            account.users,
            account.policies,
            account.roles,
            account.resources,
        )
        around = tuple(
            part.number(entities) for part, entities in zip(self._parts, sources, strict=True)
        )
        return (principal, layers(account, principal), keys, around)


class _Part:
    """Numbers the contents of one field of accounts: equal content, equal number."""

    def __init__(self, content: Callable[[Mapping[str, Any]], Hashable]) -> None:
        self._content = content
        self._numbers: dict[Hashable, int] = {}
        self._recent: deque[tuple[object, int]] = deque(maxlen=4)
        self._lock = Lock()

    def number(self, entities: Mapping[str, Any]) -> int:
        """Return the number of a content; one that was asked for lately is known by identity."""
        with self._lock:
            for known, number in self._recent:
                if known is entities:
                    return number
            found = self._numbers.setdefault(self._content(entities), len(self._numbers))
            self._recent.append((entities, found))
            return found


def _tags(entities: Mapping[str, User | Policy]) -> Hashable:
    return tuple(
        [(arn, tuple(entity.tags.items())) for arn, entity in entities.items() if entity.tags]
    )


def _roles(roles: Mapping[str, Role]) -> Hashable:
    """Documents stand by their text, whose hash is kept by the interpreter."""
    return tuple(
        [
            (arn, role.trust_policy and role.trust_policy.text, tuple(role.tags.items()))
            for arn, role in roles.items()
        ]
    )


def _resources(resources: Mapping[str, Resource]) -> Hashable:
    return tuple(
        [
            (arn, resource.policy, resource.account, tuple(resource.tags.items()))
            for arn, resource in resources.items()
        ]
    )
