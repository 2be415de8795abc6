"""The effective permissions of one identity as a tree of rows that unfolds on demand.

Service, then (where a service has many) access level, then action. Only what is unfolded is
asked of the analysis, and rows of administrators stay unmade until somebody looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.commands import first_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account import Account
    from iam_tui.analysis import EffectivePermissions, Permission, PermissionChanges

SHOWS = ("all", "granted", "limited", "blocked", "changed")
MANY = 24
"""A service with more rows than this shows its access levels first."""
FEW = 200
"""A filter that keeps no more actions than this shows them all, without unfolding."""
LEVELS = ("List", "Read", "Write", "Tagging", "Permissions management", "Unknown")
_LEVEL_ORDER = {level: index for index, level in enumerate(LEVELS)}
_LAYER_NAMES = {
    "service_control": "SCPs",
    "resource_control": "RCPs",
    "resource": "resource policies",
    "root": "the root user's credentials",
}
Pair = tuple["Permission", str]
"""A permission with its change: `+`, `-`, `~` or nothing."""


class Row(NamedTuple):
    """A line of the tree."""

    key: str
    """`s3`, `s3/Write` or `s3:PutObject`."""
    depth: int
    is_open: bool | None
    """None: there is nothing to unfold."""
    counts: tuple[int, int, int] = (0, 0, 0)
    """Granted, limited, blocked."""
    changes: tuple[int, int, int] = (0, 0, 0)
    """Gained, lost, changed."""
    permission: Permission | None = None
    change: str = ""
    note: str = ""
    """A remark instead of a permission."""


@dataclass
class PermissionTree:
    """What one panel shows: the figures, what is unfolded, what is let through."""

    account: Account
    """The account that the figures were computed from."""
    effective: EffectivePermissions
    changes: PermissionChanges | None = None
    show: str = SHOWS[0]
    text: str = ""
    """Only actions that have this in their name."""
    unfolded: set[str] = field(default_factory=set)
    _known_pairs: dict[str, list[Pair]] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """Return the rows that are visible now."""
        notes = [Row(f"note/{index}", 0, None, note=n) for index, n in enumerate(self.notes())]
        if self.text:
            found = self._sought_rows()
        else:
            found = [row for service in self._services for row in self._service_rows(service)]
        return notes + (found or [Row("nothing", 0, None, note=self._nothing())])

    def _nothing(self) -> str:
        if self.text:
            return f'no action with "{self.text}"; {first_key("back")} clears the filter'
        return (
            "no policy grants anything"
            if self.show == "all"
            else f"nothing {self.show}; {first_key('show')}: more"
        )

    def notes(self) -> Iterator[str]:
        """Yield what has to be known of the figures, once."""
        if self.effective.everything:
            yield "complete access: no policy grants it, and none in this file limits it"
        missing = [_LAYER_NAMES.get(name, name) for name in self.effective.not_in_file]
        if missing:
            yield f"not in this file: {', '.join(missing)}"
        unknown = len(self.effective.unknown)
        if unknown:
            yield f"! {unknown} {'policy' if unknown == 1 else 'policies'}: document not known"

    @cached_property
    def totals(self) -> tuple[int, int, int]:
        """How many actions are granted, limited and blocked, over all services."""
        found = list(zip(*self._counts.values(), strict=True))
        return (sum(found[0]), sum(found[1]), sum(found[2])) if found else (0, 0, 0)

    @cached_property
    def total_changes(self) -> tuple[int, int, int]:
        """How many actions were gained, lost and changed, over all services."""
        found = list(zip(*self._changes.values(), strict=True))
        return (sum(found[0]), sum(found[1]), sum(found[2])) if found else (0, 0, 0)

    @cached_property
    def _services(self) -> list[str]:
        return sorted({*self._counts, *self._changes})

    @cached_property
    def _counts(self) -> dict[str, tuple[int, int, int]]:
        return {
            summary.service: (summary.granted, summary.limited, summary.blocked)
            for summary in self.effective.services
        }

    @cached_property
    def _changes(self) -> dict[str, tuple[int, int, int]]:
        if self.changes is None:
            return {}
        return {
            summary.service: (summary.gained, summary.lost, summary.changed)
            for summary in self.changes.services
        }

    def summary(self) -> list[Row]:
        """Return the rows of the services, folded, the changed ones first."""
        nothing = (0, 0, 0)
        rows = [
            Row(name, 0, None, self._counts.get(name, nothing), self._changes.get(name, nothing))
            for name in self._services
        ]
        return sorted(rows, key=lambda row: not any(row.changes))

    def _service_rows(self, service: str) -> Iterator[Row]:
        counts = self._counts.get(service, (0, 0, 0))
        changes = self._changes.get(service, (0, 0, 0))
        wanted = {"granted": counts[0], "limited": counts[1], "blocked": counts[2]}
        if self.show != "all" and not wanted.get(self.show, sum(changes)):
            return
        is_open = service in self.unfolded
        yield Row(service, 0, is_open, counts, changes)
        if is_open:
            pairs = [pair for pair in self._pairs(service) if self._is_shown(pair)]
            yield from self._unfolded_rows(service, pairs)

    def _unfolded_rows(self, service: str, pairs: list[Pair]) -> Iterator[Row]:
        if len(pairs) <= MANY:
            yield from (_action_row(pair, 1) for pair in pairs)
            return
        for level in LEVELS:
            here = [pair for pair in pairs if pair[0].access_level == level]
            if not here:
                continue
            key = f"{service}/{level}"
            is_open = key in self.unfolded
            yield Row(key, 1, is_open, _count_status(here), _count_changes(here))
            if is_open:
                yield from (_action_row(pair, 2) for pair in here)

    def _sought_rows(self) -> list[Row]:
        """Return what the filter keeps, all of it unfolded when that is not too much."""
        prefix, colon, _ = self.text.lower().partition(":")
        services = [name for name in self._services if not colon or name == prefix]
        kept = {}
        for service in services:
            pairs = [pair for pair in self._pairs(service) if self._is_sought(pair)]
            if pairs:
                kept[service] = pairs
        is_open = sum(map(len, kept.values())) <= FEW
        found: list[Row] = []
        for service, pairs in kept.items():
            opened = is_open or service in self.unfolded
            found.append(Row(service, 0, opened, _count_status(pairs), _count_changes(pairs)))
            if opened:
                found += [_action_row(pair, 1) for pair in pairs]
        return found

    def _pairs(self, service: str) -> list[Pair]:
        """Return the rows of a service with their change marks, those lost among them."""
        found = self._known_pairs.get(service)
        if found is None:
            found = self._known_pairs[service] = self._make_pairs(service)
        return found

    def _make_pairs(self, service: str) -> list[Pair]:
        marks: dict[str, str] = {}
        lost: list[Pair] = []
        for changed in self.changes.rows(service) if self.changes is not None else ():
            marks[changed.action] = changed.change
            if changed.after is None and changed.before is not None:
                lost.append((changed.before, "-"))
        pairs = [(row, marks.get(row.action, "")) for row in self.effective.rows(service)]
        present = {row.action for row, _ in pairs}
        pairs += [pair for pair in lost if pair[0].action not in present]
        pairs.sort(key=lambda pair: (_LEVEL_ORDER.get(pair[0].access_level, 9), pair[0].action))
        return pairs

    def _is_sought(self, pair: Pair) -> bool:
        return self.text.lower() in pair[0].action.lower() and self._is_shown(pair)

    def _is_shown(self, pair: Pair) -> bool:
        permission, change = pair
        if self.show == "all":
            return True
        if self.show == "changed":
            return bool(change)
        return permission.status == self.show and not is_gone(permission, change)


def is_gone(permission: Permission, change: str) -> bool:
    """Tell whether a row is of what cannot be done any more and no policy allows any longer."""
    return change == "-" and permission.status != "blocked"


def _action_row(pair: Pair, depth: int) -> Row:
    return Row(pair[0].action, depth, None, permission=pair[0], change=pair[1])


def _count_status(pairs: Iterable[Pair]) -> tuple[int, int, int]:
    found = [permission.status for permission, change in pairs if not is_gone(permission, change)]
    return found.count("granted"), found.count("limited"), found.count("blocked")


def _count_changes(pairs: Iterable[Pair]) -> tuple[int, int, int]:
    found = [change for _, change in pairs]
    return found.count("+"), found.count("-"), found.count("~")
