"""What the access matrix shows: which rows and columns, in which order, and what a row says."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.tui.filtering import narrowed
from iam_tui.tui.lines import GLUE, Line, Span, cut, fit, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import AccessMatrix, MatrixRow

SORTS = ("file", "name", "most", "service")
"""As the file has them, by name, by how much they have, by the chosen service."""
_LEAST_COLUMN, _MOST_COLUMN = 6, 14
_BLANKS = 2
"""Cells around a column, where the brackets of the chosen one stand."""
_RANKS = ("Permissions management", "Write", "Tagging", "Read", "List", "Unknown")
"""Access levels, the one that weighs most first."""
_POINTS = {"granted": 2, "limited": 1}


class Shown(NamedTuple):
    """A row with what it is called."""

    row: MatrixRow
    name: str


@dataclass
class MatrixTable:
    """The figures, and how they are looked at."""

    account: Account
    matrix: AccessMatrix
    given: tuple[str, ...] = ()
    """The only services to show; empty: all in which anybody has anything."""
    sort: str = SORTS[0]
    reverse: bool = False
    text: str = ""
    """The filter on names."""
    own: str = ""
    """ARN of the principal whose services alone are shown; empty: all."""
    _order: dict[tuple[str, str, bool], Sequence[Shown]] = field(default_factory=dict)

    @cached_property
    def all_rows(self) -> tuple[Shown, ...]:
        """Every row, in the order of the account."""
        reference = self.account.reference
        return tuple(Shown(row, reference(row.principal)) for row in self.matrix)

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The columns: those given, or all in which anybody has anything, widely held first."""
        if self.given:
            return self.given
        owner = next((one.row for one in self.all_rows if one.row.principal == self.own), None)
        return tuple(self.matrix.holders) if owner is None else owner.services

    def look_at(self, principal: str) -> None:
        """Show only the services of one principal; an empty text: all."""
        self.own = principal
        self.__dict__.pop("services", None)

    def rows(self, service: str) -> Sequence[Shown]:
        """Return the rows that are shown, in order.

        Args:
            service: The chosen column, for the sort by it.
        """
        key = (self.sort, service if self.sort == "service" else "", self.reverse)
        ordered = self._order.get(key)
        if ordered is None:
            self._order.clear()
            ordered = self._order[key] = self._sorted(service)
        return narrowed(ordered, self.text, lambda one: (one.name, one.row.principal))

    def _sorted(self, service: str) -> Sequence[Shown]:
        rows = self.all_rows
        if self.sort == "file":
            return rows[::-1] if self.reverse else rows
        keys: dict[str, Callable[[Shown], tuple[object, ...]]] = {
            "name": lambda one: (one.name.partition("/")[2].lower() or one.name, one.name),
            "most": lambda one: tuple(-n for n in one.row.extent),
            "service": lambda one: tuple(-n for n in _weight(one.row, service)),
        }
        return sorted(rows, key=keys[self.sort], reverse=self.reverse)

    # --- lines ---------------------------------------------------------------------------

    @cached_property
    def longest_name(self) -> int:
        """How many cells the longest name takes."""
        return max((width_of(cut(one.name, 60)) for one in self.all_rows), default=0)

    def name_width(self, width: int) -> int:
        """Return how many cells the first column gets."""
        return max(min(self.longest_name, width // 3), 12) + 1

    def _name(self, text: str, width: int) -> str:
        """Return a name as the first column has it, a blank after it."""
        return f"{fit(text, self.name_width(width) - 1)} "

    def columns(self, left: int, width: int) -> list[str]:
        """Return the services that fit beside the names, from one on."""
        room = width - self.name_width(width) - 1
        found: list[str] = []
        for service in self.services[left:]:
            room -= column_width(service) + _BLANKS
            if room < 0 and found:
                break
            found.append(service)
        return found

    def header(self, left: int, chosen: str, width: int) -> Line:
        """Return the names of the columns, the chosen one in brackets."""
        name = self._name("principal", width)
        cells = (_cell(one, one, one == chosen) for one in self.columns(left, width))
        return Line((Span(f" {name}{''.join(cells)}", "dim"),))

    def line(self, one: Shown, left: int, chosen: str, width: int) -> Line:
        """Return a row: who it is, and its letters in the services that fit."""
        cells = (
            _cell(service, one.row.marks(service) or "-", service == chosen)
            for service in self.columns(left, width)
        )
        name = self._name(one.name, width)
        return Line(
            (Span(f" {name}", "name"), Span("".join(cells))),
            copy=one.row.principal,
            key=one.row.principal,
        )


def _cell(service: str, text: str, is_chosen: bool) -> str:
    width = column_width(service)
    inner = fit(text, width)
    if not is_chosen:
        return f" {inner} "
    shown = cut(text, width)
    return f"[{shown}]{GLUE * (width - width_of(shown))}"


def column_width(service: str) -> int:
    """Return how many cells the column of a service has, its brackets apart."""
    return max(min(len(service), _MOST_COLUMN), _LEAST_COLUMN)


def _weight(row: MatrixRow, service: str) -> tuple[int, ...]:
    levels = row.levels(service)
    return tuple(_POINTS.get(levels.get(level, ""), 0) for level in _RANKS)


def in_words(one: Shown, service: str) -> str:
    """Return what a cell says: `user/alice in s3: list and read granted, write limited`."""
    levels = one.row.levels(service)
    parts = []
    for status in ("granted", "limited"):
        names = [level.lower() for level, found in levels.items() if found == status]
        if names:
            parts.append(
                f"{' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))} {status}"
            )
    return f"{one.name} in {service}: {', '.join(parts) or 'nothing'}"
