"""A neighbourhood drawn into the cells of a terminal, as a value without colours.

    [alice] ─┬─ Developers ─┬─ DevCore
             │              ╰─ S3Write +
             ╰─ OnCall ─────── OnCallRO

The rows are text. Where each node stands and which cells each relation takes is known, so that a
screen can put a cursor on a node, move it by arrows, and give lines a colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.graph.neighbourhood import MOST_NODES, Relation
from iam_tui.graph.neighbourhood_folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iam_tui.graph.neighbourhood import Neighbourhood
    from iam_tui.graph.picture_cells import Cell

LEAST_WIDTH = 60
"""Narrower than this nothing is drawn; the sentences say the same in any width."""
BOXES_FROM = 82
"""From how many columns on identities have boxes."""
LEAST_NODES = 8
_MOST_ASIDE = 4
"""How often somebody may become a role without the centre before what can be missed is left out."""

Direction = Literal["left", "right", "up", "down"]


class Rectangle(NamedTuple):
    """The cells of a node."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, x: int, y: int) -> bool:
        """Whether a cell is one of them."""
        return 0 <= x - self.x < self.width and 0 <= y - self.y < self.height


class Connector(NamedTuple):
    """The cells of a relation, from its left end to its right one."""

    relation: Relation
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn neighbourhood."""

    neighbourhood: Neighbourhood
    """What is drawn: folded further than what was asked for, where the width is too small."""
    width: int
    places: Mapping[str, Rectangle]
    """Key of a node -> its cells."""
    connectors: tuple[Connector, ...]
    legend: str
    """What the lines and marks mean."""
    heading_rows: int
    """How many rows above the nodes say what the columns hold."""
    _grid: tuple[tuple[str, ...], ...]
    _picked: Mapping[str, tuple[tuple[Cell, str], ...]]
    _columns: tuple[tuple[str, ...], ...]
    """The nodes of each column from top to bottom."""

    @property
    def rows(self) -> tuple[str, ...]:
        """The picture with its centre framed."""
        return self.framed(self.neighbourhood.centre)

    def framed(self, key: str | None) -> tuple[str, ...]:
        """Return the picture with a heavy frame or brackets around one node: the cursor's."""
        return tuple("".join(self.cells(y, key)).rstrip() for y in range(self.height))

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self._grid)

    def cells(self, y: int, key: str | None) -> tuple[str, ...]:
        """Return the cells of one row, with the frame or brackets of the cursor's node.

        A cell is one character with what combines with it, or nothing where a wide character to
        the left covers it.
        """
        place = self.places.get(key or "")
        if key is None or place is None or not place.y <= y < place.y + place.height:
            return self._grid[y]
        row = list(self._grid[y])
        for (x, at), cell in self._picked[key]:
            if at == y:
                row[x] = cell
        return tuple(row)

    def at(self, x: int, y: int) -> str | None:
        """Return the node on a cell."""
        return next((key for key, place in self.places.items() if place.holds(x, y)), None)

    def neighbour(self, key: str, direction: Direction) -> str | None:
        """Return the node to which an arrow key leads from a node, or None at the border.

        Up and down lead along the column. Left and right lead along a line if there is one, to
        the nearest row, else to the nearest node of the next column: every node can be reached.
        """
        column = next(index for index, keys in enumerate(self._columns) if key in keys)
        if direction in ("up", "down"):
            step = self._columns[column].index(key) + (1 if direction == "down" else -1)
            return self._columns[column][step] if 0 <= step < len(self._columns[column]) else None
        to_right = direction == "right"
        aside = self._columns[column + 1 :] if to_right else self._columns[:column]
        if not aside:
            return None
        linked = {
            relation.right if relation.left == key else relation.left
            for relation in self.neighbourhood.relations
            if key in (relation.left, relation.right)
        }
        following, *beyond = aside if to_right else reversed(aside)
        joined = [other for other in following if other in linked]
        centre = self.neighbourhood.centre
        if not joined and any(centre in keys for keys in beyond):
            # Back towards the centre a line may be followed past a column.
            joined = [other for keys in beyond for other in keys if other in linked]
        row = self._middle(key)
        return min(joined or following, key=lambda other: abs(self._middle(other) - row))

    def _middle(self, key: str) -> float:
        place = self.places[key]
        return place.y + (place.height - 1) / 2


def picture(
    found: Neighbourhood,
    width: int = 80,
    *,
    ascii_only: bool = False,
    boxes: bool | None = None,
) -> Picture:
    """Draw a neighbourhood.

    Args:
        found: What to draw; of more than 40 nodes the less important are folded.
        width: How many columns there are; at least `LEAST_WIDTH` is taken.
        ascii_only: Whether only ASCII characters may be used, in names too.
        boxes: Whether identities have boxes; None: where there is room for them.
    """
    from iam_tui.graph.picture_drawing import drawn

    width = max(width, LEAST_WIDTH)
    framed = width >= BOXES_FROM if boxes is None else boxes
    for attempt, left_out, at_any_price in _attempts(found):
        made = drawn(
            attempt,
            width,
            framed=framed and not at_any_price,
            ascii_only=ascii_only,
            at_any_price=at_any_price,
        )
        if made is not None and left_out:
            lines = "1 line" if left_out == 1 else f"{left_out:,} lines"
            return replace(made, legend=f"{made.legend}   ({lines} between principals not drawn)")
        if made is not None:
            return made
    raise AssertionError("eight nodes without lines fit into any width")


def _attempts(found: Neighbourhood) -> Iterator[tuple[Neighbourhood, int, bool]]:
    """Yield a neighbourhood in ever less detail.

    In the end there is a star, and then one with ever fewer rays: nodes alone fit anywhere.

    Yields:
        What to draw, how many lines were left out of it, whether nothing less is left to try.
    """
    most = max(min(len(found.nodes), MOST_NODES), LEAST_NODES)
    while most > LEAST_NODES:
        yield *_thinned(fold(found, most)), False
        most = max(most * 3 // 4, LEAST_NODES)
    least, left_out = _thinned(fold(found, LEAST_NODES))
    yield least, left_out, False
    yield least, left_out, True
    rays = tuple(r for r in least.relations if least.centre in (r.source, r.target))
    while rays:
        yield replace(least, relations=rays), left_out, True
        rays = rays[: len(rays) // 2]
    yield replace(least, relations=()), left_out, True


def _thinned(found: Neighbourhood) -> tuple[Neighbourhood, int]:
    """Leave out who can become whom beside the centre when that is much; return how much.

    Roles that may all become each other are a knot that nobody can follow. A line is kept where
    it alone leads to a node, and where the edits have changed it.
    """
    aside = [
        relation
        for relation in found.relations
        if relation.kind == "becomes"
        and relation.change is None
        and found.centre not in (relation.source, relation.target)
    ]
    if len(aside) <= _MOST_ASIDE:
        return found, 0
    left_out = set(aside)
    joined = {end for r in found.relations if r not in left_out for end in (r.source, r.target)}
    for relation in aside:
        ends = {relation.source, relation.target}
        if not ends <= joined:
            left_out.remove(relation)
            joined |= ends
    kept = tuple(relation for relation in found.relations if relation not in left_out)
    return replace(found, relations=kept), len(left_out)
