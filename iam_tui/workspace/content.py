"""What an answer about a principal follows from, as a key to find it again.

A principal's effective permissions follow from its layers, from the keys that the account knows of
it, and from what surrounds it: policies and tags of the resources that it may act on, trust
policies among them. Two accounts that agree in these have the same answer.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from iam_tui.account.context import principal_context
from iam_tui.account.layers import layers

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from iam_tui.account import Account, Policy, Resource, Role, User


class ContentKeys:
    """Makes the keys; remembers the surroundings, which few edits change."""

    def __init__(self) -> None:
        """Begin without any account."""
        self._numbers: dict[Hashable, int] = {}
        self._latest: tuple[tuple[Mapping[str, object], ...], int] | None = None
        self._lock = Lock()

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
        return (principal, layers(account, principal), keys, self._surroundings(account))

    def _surroundings(self, account: Account) -> int:
        """Return a number that is the same for equal surroundings."""
        sources = (account.users, account.roles, account.policies, account.resources)
        with self._lock:
            latest = self._latest
            if latest is not None and all(
                old is new for old, new in zip(latest[0], sources, strict=True)
            ):
                return latest[1]
            content = (
                _tags(account.users),
                _tags(account.policies),
                _roles(account.roles),
                _resources(account.resources),
            )
            number = self._numbers.setdefault(content, len(self._numbers))
            self._latest = (sources, number)
            return number


def _tags(entities: Mapping[str, User] | Mapping[str, Policy]) -> Hashable:
    return tuple(
        (arn, tuple(entity.tags.items())) for arn, entity in entities.items() if entity.tags
    )


def _roles(roles: Mapping[str, Role]) -> Hashable:
    return tuple((arn, role.trust_policy, tuple(role.tags.items())) for arn, role in roles.items())


def _resources(resources: Mapping[str, Resource]) -> Hashable:
    return tuple(
        (arn, resource.policy, resource.account, tuple(resource.tags.items()))
        for arn, resource in resources.items()
    )
