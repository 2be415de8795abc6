"""A row of the access matrix: which access levels one principal has in which services."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui import catalog
from iam_tui.analysis.matrix_masks import layout
from iam_tui.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Status = Literal["granted", "limited"]
LETTERS = {
    "List": "L",
    "Read": "R",
    "Write": "W",
    "Permissions management": "P",
    "Tagging": "T",
    "Unknown": "U",
}
"""Access level -> its mark, in the order in which people read them; small when it is limited."""


def known_services(given: Iterable[str]) -> tuple[str, ...]:
    """Return services as the catalogue writes them, each once.

    Raises:
        UsageError: When one is not known; names the nearest.
    """
    wanted = tuple(dict.fromkeys(one.lower() for one in given))
    known = catalog.services() if wanted else ()
    for service in wanted:
        if service not in known:
            close = nearest(service, known)
            hint = f"; did you mean {' or '.join(close)}?" if close else ""
            raise UsageError(f"no service {service!r}{hint}")
    return wanted


class MatrixRow(NamedTuple):
    """What one principal has in all services."""

    principal: str
    kind: str
    """`root`, `user` or `role`."""
    granted: tuple[int, ...]
    """By place in `catalog.LEVELS`: the services with a granted action of the level, as bits."""
    limited: tuple[int, ...]
    """The same for services where nothing of the level is granted, and something limited."""

    @property
    def extent(self) -> tuple[int, int]:
        """How many access levels of services it has granted, and how many limited."""
        return (
            sum(cells.bit_count() for cells in self.granted),
            sum(cells.bit_count() for cells in self.limited),
        )

    @property
    def services(self) -> tuple[str, ...]:
        """The services in which it has anything, by name."""
        return tuple(layout().services(any_of(self)))

    def levels(self, service: str) -> dict[str, Status]:
        """Return access level -> status for one service; a level without access is left out."""
        plan = layout()
        guard = plan.guard(service) if service in plan.offsets else 0
        granted = sum(1 << n for n, cells in enumerate(self.granted) if cells & guard)
        limited = sum(1 << n for n, cells in enumerate(self.limited) if cells & guard)
        return levels_of(granted, limited)

    def marks(self, service: str) -> str:
        """Return the levels of one service as letters: `LRwPT`, small ones limited."""
        return _letters(self.levels(service))

    def every_marks(self) -> dict[str, str]:
        """Return service -> marks of all in which it has anything, by name."""
        return {service: marks_of(granted, limited) for service, granted, limited in codes_of(self)}

    def every_levels(self) -> dict[str, dict[str, Status]]:
        """Return service -> levels of all in which it has anything, by name."""
        return {
            service: levels_of(granted, limited) for service, granted, limited in codes_of(self)
        }


def any_of(row: MatrixRow) -> int:
    """Return the services in which a row has anything, as bits."""
    found = 0
    for cells in (*row.granted, *row.limited):
        found |= cells
    return found


def codes_of(row: MatrixRow) -> Iterator[tuple[str, int, int]]:
    """Yield each service with anything: the levels granted and those limited, a bit a level.

    All levels go into one integer, so that a byte has those of a service.
    """
    plan = layout()
    granted, limited = (
        sum(cells << number for number, cells in enumerate(several))
        for several in (row.granted, row.limited)
    )
    wholes = granted.to_bytes(plan.length, "little")
    parts = limited.to_bytes(plan.length, "little")
    for match in _SET.finditer((granted | limited).to_bytes(plan.length, "little")):
        place = match.start()
        yield plan.by_byte[place], wholes[place], parts[place]


_SET = re.compile(rb"[^\0]")


@lru_cache(maxsize=4096)
def _levels_of(granted: int, limited: int) -> tuple[tuple[str, Status], ...]:
    found: list[tuple[str, Status]] = []
    for level in LETTERS:
        bit = 1 << catalog.LEVELS.index(level)
        if (granted | limited) & bit:
            found.append((level, "granted" if granted & bit else "limited"))
    return tuple(found)


def levels_of(granted: int, limited: int) -> dict[str, Status]:
    """Return access level -> status from a bit a level, in the order in which they are read."""
    return dict(_levels_of(granted, limited))


@lru_cache(maxsize=4096)
def marks_of(granted: int, limited: int) -> str:
    """Return levels as letters, those limited small."""
    return _letters(levels_of(granted, limited))


def _letters(levels: Mapping[str, Status]) -> str:
    return "".join(
        LETTERS[level] if status == "granted" else LETTERS[level].lower()
        for level, status in levels.items()
    )
