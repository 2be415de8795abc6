"""How two identities differ in what they can do: two of one account, of two, or before and after.

What one has, the other has, or both have on other resources or under other conditions; counted by
service and access level, the rows made when they are read.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.analysis.answers import witness_of
from iam_tui.analysis.changes import PermissionChanges
from iam_tui.analysis.effective import EffectivePermissions, named
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.why_layers import explain, why_permission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.analysis.changes import Change, ChangedPermission
    from iam_tui.analysis.effective import Permission
    from iam_tui.analysis.why_layers import Why

ACCESS_LEVELS = ("List", "Read", "Write", "Permissions management", "Tagging", "Unknown")
"""In the order in which people read them (EVALUATION rule P13)."""


class ComparedPermission(NamedTuple):
    """One action in which the two differ."""

    action: str
    access_level: str
    change: Change
    """`-`: the first alone has it, `+`: the second alone, `~`: both, but not the same."""
    one: Permission | None
    other: Permission | None


class ComparedLevel(NamedTuple):
    """How many actions of one access level of a service the two have."""

    service: str
    access_level: str
    only_one: int
    only_other: int
    different: int
    """Both have it, on other resources or under other conditions."""
    same: int


class Comparison:
    """What two identities can do, side by side."""

    def __init__(self, one: EffectivePermissions, other: EffectivePermissions) -> None:
        """Compare."""
        self.one, self.other = one, other
        self._changes = PermissionChanges(one, other)
        self._accounts = (_account_of(one.principal), _account_of(other.principal))

    def __bool__(self) -> bool:
        return any(self.services)

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The services in which they differ, by name."""
        return tuple(one.service for one in self._changes.services if self.rows(one.service))

    @cached_property
    def levels(self) -> tuple[ComparedLevel, ...]:
        """The counts by service and access level, for all that either has."""
        names = sorted({*self.one.by_service, *self.other.by_service})
        return tuple(level for name in names for level in self._levels(name))

    def _levels(self, service: str) -> Iterator[ComparedLevel]:
        changes = Counter((row.access_level, row.change) for row in self.rows(service))
        mine = _allowed(self.one, service)
        theirs = _allowed(self.other, service)
        for level in ACCESS_LEVELS:
            if not mine[level] and not theirs[level]:
                continue
            only_one, different = changes[level, "-"], changes[level, "~"]
            same = mine[level] - only_one - different
            yield ComparedLevel(service, level, only_one, changes[level, "+"], different, same)

    @cached_property
    def totals(self) -> tuple[int, int, int, int]:
        """How many actions only the first has, only the second, both otherwise, both alike."""
        levels = self.levels
        return (
            sum(level.only_one for level in levels),
            sum(level.only_other for level in levels),
            sum(level.different for level in levels),
            sum(level.same for level in levels),
        )

    def rows(self, service: str, access_level: str | None = None) -> tuple[ComparedPermission, ...]:
        """Return the actions of a service in which they differ, by name.

        Args:
            service: Its prefix.
            access_level: Only the actions of this level.
        """
        found = self._known_rows.get(service)
        if found is None:
            changed = (row for row in self._changes.rows(service) if not self._is_same(row))
            found = tuple(
                ComparedPermission(row.action, row.access_level, row.change, row.before, row.after)
                for row in changed
            )
            self._known_rows[service] = found
        return tuple(row for row in found if access_level in (None, row.access_level))

    @cached_property
    def _known_rows(self) -> dict[str, tuple[ComparedPermission, ...]]:
        return {}

    def __iter__(self) -> Iterator[ComparedPermission]:
        for service in self.services:
            yield from self.rows(service)

    def _is_same(self, row: ChangedPermission) -> bool:
        """Whether a row differs in nothing but the account in which each of the two is."""
        one, other = row.before, row.after
        if one is None or other is None or len({*self._accounts}) == 1 or row.change != "~":
            return False
        return (one.status, self._elsewhere(one.resources), self._elsewhere(one.excluded)) == (
            other.status,
            frozenset(other.resources),
            frozenset(other.excluded),
        ) and one.conditions == other.conditions

    def _elsewhere(self, resources: tuple[str, ...]) -> frozenset[str]:
        """Return the patterns of the first as they would be in the account of the second."""
        mine, theirs = self._accounts
        return frozenset(text.replace(f":{mine}:", f":{theirs}:") for text in resources)


def _account_of(arn: str) -> str:
    return arn.split(":")[4]


def _allowed(whose: EffectivePermissions, service: str) -> Counter[str]:
    """Return access level -> how many actions are granted or limited."""
    found: Counter[str] = Counter()
    for group in whose.groups(service):
        if group.answer.is_allowed:
            found.update(level for _, level in named(service, group))
    return found


def compare(
    account: Account, one: str, other: str, *, other_account: Account | None = None
) -> Comparison:
    """Return how two identities differ in what they can do.

    Between two accounts, what each may do with its own account's resources counts as the same.

    Args:
        account: Where the first one is.
        one: A user, group, role, role session or the root user.
        other: Another one; the same to compare it in two accounts or two versions of one.
        other_account: Where the other one is; None: in the same account.

    Raises:
        UnknownName: When an account has no such principal.
        UsageError: When one is no identity of its account.
    """
    return Comparison(
        EffectivePermissions(account, one),
        EffectivePermissions(account if other_account is None else other_account, other),
    )


def why_compared(
    account: Account, principal: str, action: str, has: Permission | None, pattern: str = "*"
) -> Why:
    """Return why one of the two has an action, or why it has not.

    Args:
        account: Where it is.
        principal: The one.
        action: The action.
        has: Its row; None: it has none.
        pattern: What it is then asked about: resources on which the other one may do it.
    """
    if has is not None:
        return why_permission(account, principal, has)
    prober = Prober(account, principal)
    return explain(prober, action, witness_of(prober, action, pattern))
