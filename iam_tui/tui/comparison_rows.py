"""How two identities differ, as a tree of rows that unfolds on demand.

Service, then (where a service has many rows) access level, then action. Only what is unfolded is
asked of the analysis.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.commands import first_key
from iam_tui.tui.permission_rows import FEW, LEVELS, MANY, PermissionTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account import Account
    from iam_tui.analysis import Comparison, Permission

SHOWS = ("differing", "only A", "only B", "otherwise", "all")
"""Which rows are shown."""
MARKS = "-+~="
"""Only the first has it, only the second, both otherwise, both alike: as the verb writes them."""
_WANTED = {"only A": "-", "only B": "+", "otherwise": "~", "differing": "-+~", "all": MARKS}
_LEVEL_ORDER = {level: index for index, level in enumerate(LEVELS)}
Counts = tuple[int, int, int, int]
"""In the order of `MARKS`."""
NONE: Counts = (0, 0, 0, 0)


class Side(NamedTuple):
    """One of the two that are compared."""

    account: Account
    reference: str
    """`user/alice`, as the verb takes it."""
    name: str
    """What it is called here: `user/alice before`."""


class Compared(NamedTuple):
    """One action and what the two have of it."""

    action: str
    access_level: str
    mark: str
    one: Permission | None
    other: Permission | None


class ComparedRow(NamedTuple):
    """A line of the tree."""

    key: str
    """`s3`, `s3/Write` or `s3:PutObject`."""
    depth: int
    is_open: bool | None
    """None: there is nothing to unfold."""
    counts: Counts = NONE
    compared: Compared | None = None
    note: str = ""
    """A remark instead of figures."""


@dataclass
class ComparisonTree:
    """What the panel shows: the figures, what is unfolded, what is let through."""

    one: Side
    other: Side
    comparison: Comparison
    show: str = SHOWS[0]
    text: str = ""
    """Only actions that have this in their name."""
    unfolded: set[str] = field(default_factory=set)
    _known: dict[str, list[Compared]] = field(default_factory=dict)

    @cached_property
    def counts(self) -> dict[str, Counts]:
        """The counts of every service in which either has anything."""
        found: dict[str, Counts] = {}
        for level in self.comparison.levels:
            a, b, c, d = found.get(level.service, NONE)
            found[level.service] = (
                a + level.only_one,
                b + level.only_other,
                c + level.different,
                d + level.same,
            )
        return found

    def rows(self) -> list[ComparedRow]:
        """Return the rows that are visible now."""
        notes = [
            ComparedRow(f"note/{index}", 0, None, note=note)
            for index, note in enumerate(self.notes())
        ]
        found = self._sought_rows() if self.text else self._all_rows()
        return notes + (found or [ComparedRow("nothing", 0, None, note=self._nothing())])

    def find(self, action: str) -> Compared | None:
        """Return what the two have of an action, if either has it."""
        rows = self._rows(action.partition(":")[0])
        return next((row for row in rows if row.action == action), None)

    def notes(self) -> Iterator[str]:
        """Yield what has to be known of the figures, once."""
        comparison = self.comparison
        sides = ((self.one, comparison.one), (self.other, comparison.other))
        yield from dict.fromkeys(
            note for side, whose in sides for note in PermissionTree(side.account, whose).notes()
        )

    def _nothing(self) -> str:
        if self.text:
            return f'no action with "{self.text}"; {first_key("back")} clears the filter'
        if self.show in {"differing", "all"}:
            return "both can do the same" if self.counts else "neither can do anything"
        return f"nothing {self.show}; {first_key('show')}: more"

    def _all_rows(self) -> list[ComparedRow]:
        found: list[ComparedRow] = []
        for service, counts in self.counts.items():
            if not self._is_wanted(counts):
                continue
            is_open = service in self.unfolded
            found.append(ComparedRow(service, 0, is_open, counts))
            if is_open:
                found += self._unfolded_rows(service)
        return found

    def _is_wanted(self, counts: Counts) -> bool:
        wanted = _WANTED[self.show]
        return any(n for mark, n in zip(MARKS, counts, strict=True) if mark in wanted)

    def _unfolded_rows(self, service: str) -> Iterator[ComparedRow]:
        rows = [row for row in self._rows(service) if row.mark in _WANTED[self.show]]
        if len(rows) <= MANY:
            yield from (_action_row(row, 1) for row in rows)
            return
        for level in LEVELS:
            here = [row for row in rows if row.access_level == level]
            if here:
                key = f"{service}/{level}"
                is_open = key in self.unfolded
                yield ComparedRow(key, 1, is_open, self._level_counts(service, level))
                if is_open:
                    yield from (_action_row(row, 2) for row in here)

    def _level_counts(self, service: str, access_level: str) -> Counts:
        return next(
            (one.only_one, one.only_other, one.different, one.same)
            for one in self.comparison.levels
            if (one.service, one.access_level) == (service, access_level)
        )

    def _sought_rows(self) -> list[ComparedRow]:
        """Return what the filter keeps, all of it unfolded when that is not too much."""
        prefix, colon, _ = self.text.lower().partition(":")
        kept = {}
        for service, counts in self.counts.items():
            if (not colon or service == prefix) and self._is_wanted(counts):
                rows = [row for row in self._rows(service) if self._is_sought(row)]
                if rows:
                    kept[service] = rows
        is_open = sum(map(len, kept.values())) <= FEW
        found: list[ComparedRow] = []
        for service, rows in kept.items():
            opened = is_open or service in self.unfolded
            found.append(ComparedRow(service, 0, opened, _counted(rows)))
            if opened:
                found += [_action_row(row, 1) for row in rows]
        return found

    def _is_sought(self, row: Compared) -> bool:
        return self.text.lower() in row.action.lower() and row.mark in _WANTED[self.show]

    def _rows(self, service: str) -> list[Compared]:
        """Return what either has of a service, by access level and name."""
        found = self._known.get(service)
        if found is None:
            found = [*self._differing(service), *self._alike(service)]
            found.sort(key=lambda row: (_LEVEL_ORDER.get(row.access_level, 9), row.action))
            self._known[service] = found
        return found

    def _differing(self, service: str) -> Iterator[Compared]:
        for row in self.comparison.rows(service):
            yield Compared(row.action, row.access_level, row.change, row.one, row.other)

    def _alike(self, service: str) -> Iterator[Compared]:
        differing = {row.action for row in self.comparison.rows(service)}
        theirs = {row.action: row for row in self.comparison.other.rows(service)}
        for row in self.comparison.one.rows(service):
            if row.is_allowed and row.action not in differing:
                yield Compared(row.action, row.access_level, "=", row, theirs.get(row.action))


def _action_row(row: Compared, depth: int) -> ComparedRow:
    return ComparedRow(row.action, depth, None, compared=row)


def _counted(rows: Iterable[Compared]) -> Counts:
    marks = [row.mark for row in rows]
    return marks.count("-"), marks.count("+"), marks.count("~"), marks.count("=")
