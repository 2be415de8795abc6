"""What differs between two answers about one identity: gained, lost, changed."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.analysis.effective import named
from iam_tui.analysis.grouping import ActionGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.analysis.answers import Answer
    from iam_tui.analysis.effective import EffectivePermissions, Permission

Change = Literal["+", "-", "~"]
"""Gained: it can be done now and could not before. Lost: the opposite. Changed: it can be done
before and after, but on other resources or under other conditions."""


class ChangedPermission(NamedTuple):
    """One action that differs."""

    action: str
    access_level: str
    change: Change
    before: Permission | None
    after: Permission | None


class ChangeSummary(NamedTuple):
    """How many actions of a service were gained, lost and changed."""

    service: str
    gained: int
    lost: int
    changed: int


class _Difference(NamedTuple):
    """Actions that went from one answer to another."""

    change: Change
    actions: ActionGroup
    """With the answer of the side that permits them."""
    before: Answer | None
    after: Answer | None


class PermissionChanges:
    """The difference of two effective permissions of one identity, rows made when read."""

    def __init__(
        self, before: EffectivePermissions | None, after: EffectivePermissions | None
    ) -> None:
        """Compare; None stands for an account that lacks the identity."""
        self.before, self.after = before, after
        names = {
            *(before.by_service if before is not None else ()),
            *(after.by_service if after is not None else ()),
        }
        found = {name: tuple(self._differences(name)) for name in sorted(names)}
        self._found = {name: several for name, several in found.items() if several}

    def __bool__(self) -> bool:
        return bool(self._found)

    def _differences(self, service: str) -> Iterator[_Difference]:
        before = self.before.groups(service) if self.before is not None else ()
        after = self.after.groups(service) if self.after is not None else ()
        if before == after:
            return
        for old in before:
            for new in after:
                yield from _changed(old.answer, new.answer, _common(old, new))
            yield from _changed(old.answer, None, _without(old, after))
        for new in after:
            yield from _changed(None, new.answer, _without(new, before))

    @cached_property
    def services(self) -> tuple[ChangeSummary, ...]:
        """The services with any change, by name."""
        return tuple(
            ChangeSummary(service, *_sizes(several)) for service, several in self._found.items()
        )

    def by_level(self, change: Change) -> dict[str, int]:
        """Return access level -> how many actions were gained, lost or changed."""
        counts: Counter[str] = Counter()
        for service, several in self._found.items():
            for one in several:
                if one.change == change:
                    counts.update(level for _, level in named(service, one.actions))
        return dict(counts)

    def rows(self, service: str) -> tuple[ChangedPermission, ...]:
        """Return the changed actions of a service, by name."""
        return tuple(sorted(self._rows(service), key=lambda row: row.action))

    def _rows(self, service: str) -> Iterator[ChangedPermission]:
        for one in self._found.get(service, ()):
            for action, level in named(service, one.actions):
                yield ChangedPermission(
                    action,
                    level,
                    one.change,
                    _row(self.before, action, level, one.before),
                    _row(self.after, action, level, one.after),
                )

    def __iter__(self) -> Iterator[ChangedPermission]:
        for service in self._found:
            yield from self.rows(service)


def _row(
    whose: EffectivePermissions | None, action: str, level: str, found: Answer | None
) -> Permission | None:
    return None if whose is None or found is None else whose.permission(action, level, found)


def _changed(
    before: Answer | None, after: Answer | None, actions: tuple[int, tuple[str, ...]]
) -> Iterator[_Difference]:
    if not any(actions):
        return
    was = before is not None and before.is_allowed
    now = after is not None and after.is_allowed
    change = change_of(
        before[:4] if was and before is not None else None,
        after[:4] if now and after is not None else None,
    )
    permitting = after if now else before
    if change is not None and permitting is not None:
        yield _Difference(change, ActionGroup(*actions, permitting), before, after)


def change_of(before: object | None, after: object | None) -> Change | None:
    """Return what changes between two values that say what is permitted; None: nothing is."""
    if before == after:
        return None
    return "+" if before is None else "-" if after is None else "~"


def _common(one: ActionGroup, other: ActionGroup) -> tuple[int, tuple[str, ...]]:
    unlisted = tuple(action for action in one.unlisted if _lists(other, action))
    return one.bits & other.bits, unlisted


def _without(one: ActionGroup, others: Iterable[ActionGroup]) -> tuple[int, tuple[str, ...]]:
    bits, unlisted = one.bits, one.unlisted
    for other in others:
        bits &= ~other.bits
        unlisted = tuple(action for action in unlisted if not _lists(other, action))
    return bits, unlisted


def _lists(group: ActionGroup, action: str) -> bool:
    folded = action.lower()
    return any(known.lower() == folded for known in group.unlisted)


def _sizes(several: Iterable[_Difference]) -> tuple[int, int, int]:
    sizes = {"+": 0, "-": 0, "~": 0}
    for one in several:
        sizes[one.change] += one.actions.size
    return sizes["+"], sizes["-"], sizes["~"]


def compare_effective(
    before: EffectivePermissions | None, after: EffectivePermissions | None
) -> PermissionChanges:
    """Return what an identity gained, lost and what changed for it between two answers.

    Args:
        before: What it could do; None: it was not there.
        after: What it can do; None: it is gone.
    """
    return PermissionChanges(before, after)
