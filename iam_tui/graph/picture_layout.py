"""Where the nodes of a neighbourhood stand: columns, the order in them, rows.

A layered layout: nodes have their column by what they are, a relation across several columns
passes through the ones between in a row of its own, a few barycentre sweeps untangle the order,
and rows are chosen so that as many lines as possible run straight. Lines turn in the gutters
between the columns only; `picture_routes` says where.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from iam_tui.graph.neighbourhood import Neighbourhood, Node, Relation

Family = Literal["has", "becomes", "trusts"]
"""Relations of one family from one node may share a line."""

FAMILIES: dict[str, Family] = {"becomes": "becomes", "trusts": "trusts"}
_SWEEPS = 4
_LAST = 9
_SECTIONS = {"user": 0, "root": 0, "group": 0, "role": 2, "more": _LAST}
_PASSAGE, _OTHERS = 1, 3
"""Order inside a column: users and groups, lines that pass, roles, the rest, what is folded."""


@dataclass(slots=True, eq=False)
class Item:
    """What takes rows of a column: a node, or a relation that passes through."""

    node: Node | None
    place: int
    """The column, counted among those that are in use."""
    frame: int = 0
    """Rows of border above, and as many below."""
    top: int = 0
    rows: int = 1
    """Rows between the borders."""
    left: list[Pin] = field(default_factory=list)
    right: list[Pin] = field(default_factory=list)

    @property
    def section(self) -> int:
        """The part of the column that it belongs to."""
        if self.node is None:
            return _PASSAGE
        if self.node.kind in {"policy", "inline-policy"}:
            return 0
        return _SECTIONS.get(self.node.kind, _OTHERS)

    @property
    def height(self) -> int:
        """All its rows."""
        return self.rows + 2 * self.frame

    @property
    def middle(self) -> int:
        """The row with the name, where a single line begins or ends."""
        return self.top + self.frame + (self.rows - 1) // 2


@dataclass(slots=True, eq=False)
class Pin:
    """Where a line touches an item."""

    item: Item
    is_left: bool
    """Whether it is on the left side of the item, so on the right one of a gutter."""
    has_arrow: bool
    row: int = 0


class Segment(NamedTuple):
    """The part of a relation that crosses one gutter, or turns round in it."""

    relation: int
    """Its place among the relations."""
    start: Item
    end: Item
    family: Family
    arrow: Literal["", "start", "end"]


@dataclass(slots=True, eq=False)
class Net:
    """A line with branches: segments of one family that share an end."""

    gutter: int
    family: Family
    ends: dict[int, tuple[Pin, Pin]]
    """Place of a relation -> where its segment starts and ends."""
    pins: list[Pin]
    track: int | None = None
    """The column of the gutter in which it runs down; None: it runs straight across."""


@dataclass(slots=True, eq=False)
class Layout:
    """Everything that has a place."""

    found: Neighbourhood
    columns: list[list[Item]]
    chains: list[list[Item]]
    """For each relation the items that it touches, from left to right."""
    nets: list[Net]
    is_roomy: bool = False

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return max(item.top + item.height for column in self.columns for item in column)


def laid_out(found: Neighbourhood, is_framed: Callable[[Node], bool]) -> Layout:
    """Return a layout whose items have their order and rows.

    Args:
        found: What to draw.
        is_framed: Tells the nodes that have a box.
    """
    used = sorted({node.column for node in found.nodes})
    place = {column: index for index, column in enumerate(used)}
    columns: list[list[Item]] = [[] for _ in used]
    items: dict[str, Item] = {}
    for node in found.nodes:
        item = items[node.key] = Item(node, place[node.column], int(is_framed(node)))
        columns[item.place].append(item)
    chains = [_chain(relation, items, columns) for relation in found.relations]
    for column in columns:
        column.sort(key=lambda item: item.section)
    centre = None if found.centre is None else items[found.centre]
    nets = list(_nets(found.relations, chains, centre))
    for item in (item for column in columns for item in column):
        item.rows = max(1, len(item.left), len(item.right))
    layout = Layout(found, columns, chains, nets)
    _untangle(layout)
    _align(layout)
    place_pins(layout)
    return layout


def _chain(relation: Relation, items: dict[str, Item], columns: list[list[Item]]) -> list[Item]:
    """Return the items that a relation touches, with new ones where it passes through."""
    start, end = sorted((items[relation.left], items[relation.right]), key=lambda item: item.place)
    passed = [Item(None, place) for place in range(start.place + 1, end.place)]
    for item in passed:
        columns[item.place].append(item)
    return [start, *passed, end]


def _nets(
    relations: Sequence[Relation], chains: list[list[Item]], centre: Item | None
) -> Iterable[Net]:
    """Yield the lines: relations that share an end and a family share a line."""
    groups: defaultdict[tuple[int, Family, str], list[Segment]] = defaultdict(list)
    for index, (relation, chain) in enumerate(zip(relations, chains, strict=True)):
        for start, end in pairwise(chain):
            segment = _segment(index, relation, start, end)
            groups[start.place, segment.family, segment.arrow].append(segment)
    for (gutter, family, _), segments in groups.items():
        for shares_end, star in _stars(segments, centre):
            yield _net(gutter, family, star, shares_end=shares_end)


def _segment(index: int, relation: Relation, start: Item, end: Item) -> Segment:
    family = FAMILIES.get(relation.kind, "has")
    arrow: Literal["", "start", "end"] = ""
    if family != "has":
        tip = relation.right
        if end.node is not None and end.node.key == tip:
            arrow = "end"
        elif start.node is not None and start.node.key == tip:
            arrow = "start"
    return Segment(index, start, end, family, arrow)


def _stars(segments: list[Segment], centre: Item | None) -> Iterable[tuple[bool, list[Segment]]]:
    """Yield segments by an item that they share, and whether it is the one where they end.

    That is the centre, else where they start, else where they end.
    """
    starts: defaultdict[Item, list[Segment]] = defaultdict(list)
    ends: defaultdict[Item, list[Segment]] = defaultdict(list)
    for segment in segments:
        starts[segment.start].append(segment)
        ends[segment.end].append(segment)
    by_item: defaultdict[tuple[Item, bool], list[Segment]] = defaultdict(list)
    for segment in segments:
        leads_on = len(starts[segment.start]) > 1 and segment.end is not centre
        shares_end = len(ends[segment.end]) > 1 and not leads_on
        by_item[segment.end if shares_end else segment.start, shares_end].append(segment)
    for (_, shares_end), star in by_item.items():
        yield shares_end, star


def _net(gutter: int, family: Family, star: list[Segment], *, shares_end: bool) -> Net:
    """Return the line of a star: one pin at the shared item, one for each at the others."""
    net = Net(gutter, family, {}, [])
    shared: Pin | None = None
    for segment in star:
        if shared is None or shares_end:
            start = _pin(segment.start, has_arrow=segment.arrow == "start", is_left=False)
            net.pins.append(start)
        else:
            start = shared
        if shared is None or not shares_end:
            is_left = segment.end.place > segment.start.place
            end = _pin(segment.end, has_arrow=segment.arrow == "end", is_left=is_left)
            net.pins.append(end)
        else:
            end = shared
        shared = end if shares_end else start
        net.ends[segment.relation] = (start, end)
    return net


def _pin(item: Item, *, has_arrow: bool, is_left: bool) -> Pin:
    pin = Pin(item, is_left, has_arrow)
    (item.left if is_left else item.right).append(pin)
    return pin


def _links(layout: Layout) -> tuple[dict[Item, list[Item]], dict[Item, list[Item]]]:
    """Return the items that each is linked with on its left and on its right."""
    left: defaultdict[Item, list[Item]] = defaultdict(list)
    right: defaultdict[Item, list[Item]] = defaultdict(list)
    for chain in layout.chains:
        for start, end in pairwise(chain):
            if start.place != end.place:
                right[start].append(end)
                left[end].append(start)
    return left, right


def _untangle(layout: Layout) -> None:
    """Order the items of each column by the mean place of their neighbours, to and fro."""
    left, right = _links(layout)
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        linked = left if forth else right
        for column in layout.columns if forth else reversed(layout.columns):
            order = {item: index for items in layout.columns for index, item in enumerate(items)}
            means = {
                item: fmean(order[other] for other in linked[item])
                for item in column
                if item in linked
            }
            column.sort(key=lambda item: (item.section, means.get(item, order[item])))


def _align(layout: Layout) -> None:
    """Choose rows: the tallest column as close as can be, the others beside what they link to."""
    columns = layout.columns
    for column in columns:
        _stack(column, [0.0] * len(column))
    left, right = _links(layout)
    tallest = max(range(len(columns)), key=lambda place: columns[place][-1].top)
    for place in range(tallest + 1, len(columns)):
        _beside(columns[place], left)
    for place in reversed(range(tallest)):
        _beside(columns[place], right)
    least = min(column[0].top for column in columns)
    for item in (item for column in columns for item in column):
        item.top -= least


def _beside(column: list[Item], linked: dict[Item, list[Item]]) -> None:
    wanted = []
    for item in column:
        others = linked.get(item)
        middle = median(other.middle for other in others) if others else item.middle
        wanted.append(middle - (item.middle - item.top))
    _stack(column, wanted)


def _stack(column: list[Item], wanted: list[float]) -> None:
    """Give each item the row nearest to the wanted one that order and heights leave.

    Least squares under an order: neighbours that want the same rows are moved together.
    """
    offsets = _offsets(column)
    blocks: list[tuple[float, int]] = []
    for row, offset in zip(wanted, offsets, strict=True):
        mean, size = row - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, count = blocks.pop()
            mean = (mean * size + other * count) / (size + count)
            size += count
        blocks.append((mean, size))
    shifts = [int(mean // 1) for mean, size in blocks for _ in range(size)]
    for item, shift, offset in zip(column, shifts, offsets, strict=True):
        item.top = shift + offset


def _offsets(column: list[Item]) -> list[int]:
    """Return the rows of a column as close as can be, a blank one before its roles."""
    found: list[int] = []
    row = 0
    for before, item in zip([None, *column], column, strict=False):
        if before is not None:
            is_new_part = item.section != before.section and _SECTIONS["role"] == item.section
            row += before.height + (is_new_part and not before.frame)
        found.append(row)
    return found


def place_pins(layout: Layout) -> None:
    """Give the pins of every item rows of their own, in the order of what is at the other ends."""
    others: dict[Pin, float] = {}
    for net in layout.nets:
        for pin in net.pins:
            ends = [end for end in net.pins if end is not pin]
            others[pin] = fmean(end.item.middle for end in ends)
    for item in (item for column in layout.columns for item in column):
        for pins in (item.left, item.right):
            pins.sort(key=lambda pin: others[pin])
            first = item.top + item.frame + (item.rows - len(pins)) // 2
            for index, pin in enumerate(pins):
                pin.row = first + index


def push_down(layout: Layout, pin: Pin) -> None:
    """Move an item and all below it in its column down by a row."""
    column = layout.columns[pin.item.place]
    for item in column[column.index(pin.item) :]:
        item.top += 1
        for moved in (*item.left, *item.right):
            moved.row += 1


def spread(layout: Layout) -> None:
    """Lay out anew with twice the rows, so that no two lines ever meet at the two sides of a row.

    Lines leave every item in even rows and arrive in odd ones. It is what remains when lines
    would have to pass each other in a circle.
    """
    layout.is_roomy = True
    for column in layout.columns:
        row = 0
        for item in column:
            item.rows = 2 * max(1, len(item.left), len(item.right))
            item.top = row + (row + item.frame) % 2
            row = item.top + item.height
            for pins, odd in ((item.left, 1), (item.right, 0)):
                for index, pin in enumerate(pins):
                    pin.row = item.top + item.frame + 2 * index + odd
