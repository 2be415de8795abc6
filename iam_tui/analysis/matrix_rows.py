"""A row of the access matrix: which access levels one principal has in which services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui import catalog
from iam_tui.analysis.matrix_masks import layout
from iam_tui.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        found: dict[str, Status] = {}
        for level in LETTERS:
            place = catalog.LEVELS.index(level)
            if self.granted[place] & guard:
                found[level] = "granted"
            elif self.limited[place] & guard:
                found[level] = "limited"
        return found

    def marks(self, service: str) -> str:
        """Return the levels of one service as letters: `LRwPT`, small ones limited."""
        return "".join(
            LETTERS[level] if status == "granted" else LETTERS[level].lower()
            for level, status in self.levels(service).items()
        )


def any_of(row: MatrixRow) -> int:
    """Return the services in which a row has anything, as bits."""
    found = 0
    for cells in (*row.granted, *row.limited):
        found |= cells
    return found
