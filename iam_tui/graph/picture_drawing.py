"""Drawing a layout: widths, nodes, lines, legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.graph.neighbourhood import MARK_WORDS, MARKS, Column
from iam_tui.graph.picture import Connector, Picture, Rectangle
from iam_tui.graph.picture_cells import ASCII, EAST, NORTH, SOUTH, UNICODE, WEST, Canvas, cells_of
from iam_tui.graph.picture_layout import laid_out, push_down, spread
from iam_tui.graph.picture_routes import route
from iam_tui.graph.picture_widths import (
    LABEL_PADDING,
    Widths,
    is_bracketed,
    paddings,
    shared_widths,
    tagged,
    text_width,
    track_count,
    word_on,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.graph.neighbourhood import Neighbourhood, Node, Relation
    from iam_tui.graph.picture_cells import Cell, Glyphs, Style
    from iam_tui.graph.picture_layout import Item, Layout, Net, Pin

_MOST_PUSHES = 24
_MOST_TRACKS = 9
"""How many lines may run down beside each other before nobody can follow one."""
_HEADINGS = {
    Column.TRUSTED: "TRUSTED",
    Column.PRINCIPALS: "PRINCIPALS",
    Column.MIDDLE: "GROUPS, ROLES",
    Column.POLICIES: "POLICIES",
}
_HEADING_ROWS = 2


class _Gutter(NamedTuple):
    """A gutter by its columns."""

    x: int
    width: int
    lead: int
    pitch: int

    def track(self, number: int) -> int:
        """Return the column of a track."""
        return self.x + self.lead + number * self.pitch


def drawn(
    found: Neighbourhood, width: int, *, framed: bool, ascii_only: bool, at_any_price: bool
) -> Picture | None:
    """Draw a neighbourhood, or return None when it cannot be read or does not fit.

    Args:
        found: What to draw.
        width: How many columns there are.
        framed: Whether identities have boxes.
        ascii_only: Whether only ASCII may be used.
        at_any_price: Whether to draw even what is hard to read.
    """
    layout = laid_out(found, lambda node: framed and _has_box(node))
    gutters = [[net for net in layout.nets if net.gutter == place] for place in _places(layout)]
    has_order = all(_routed(layout, nets) for nets in gutters)
    if not at_any_price and not (has_order and max(map(track_count, gutters)) <= _MOST_TRACKS):
        return None
    if not has_order:
        spread(layout)
        for nets in gutters:
            route(nets)
    widths = shared_widths(layout, gutters, width, ascii_only=ascii_only, at_any_price=at_any_price)
    if widths is None:
        return None
    return _Drawing(layout, widths, width, framed=framed, ascii_only=ascii_only).picture()


def _routed(layout: Layout, nets: list[Net]) -> bool:
    """Route the lines of a gutter; a few times an item on its right may give way for that."""
    for _ in range(_MOST_PUSHES):
        hindrance = route(nets)
        if hindrance is None:
            return True
        push_down(layout, hindrance)
    return False


def _places(layout: Layout) -> range:
    return range(len(layout.columns))


def _has_box(node: Node) -> bool:
    return node.column is not Column.POLICIES and node.kind != "more"


def _style(relation: Relation) -> Style:
    if relation.change == "removed":
        return "dotted"
    if relation.kind == "becomes":
        return "double"
    return "dashed" if relation.kind == "boundary" else "solid"


class _Drawing:
    """One drawing while it is made."""

    def __init__(
        self, layout: Layout, widths: Widths, width: int, *, framed: bool, ascii_only: bool
    ) -> None:
        self.layout = layout
        self.width = width
        self.framed = framed
        self.ascii_only = ascii_only
        self.glyphs: Glyphs = ASCII if ascii_only else UNICODE
        self.lines = Canvas(self.glyphs)
        self.first_row = _HEADING_ROWS if framed else 0
        self.widths = widths
        self.xs: list[int] = []
        self.gutters: list[_Gutter] = []
        x = 0
        for place, column in enumerate(widths.columns):
            gutter = widths.gutters[place]
            self.xs.append(x)
            self.gutters.append(
                _Gutter(x + column, gutter, widths.leads[place], widths.pitches[place])
            )
            x += column + gutter
        self.places = {
            item.node.key: self._rectangle(item)
            for column in layout.columns
            for item in column
            if item.node is not None
        }

    def picture(self) -> Picture:
        """Return the finished picture."""
        connectors = tuple(self._connectors())
        height = self.first_row + self.layout.height
        grid = [[" "] * self.width for _ in range(height)]
        self._brackets()
        for (x, y), character in [*self.lines.glyphs(), *self._words()]:
            grid[y][x] = character
        picked: dict[str, tuple[tuple[Cell, str], ...]] = {}
        for item in self._nodes():
            for (x, y), cell in self._face(item, is_picked=False):
                grid[y][x] = cell
            picked[_node(item).key] = tuple(self._face(item, is_picked=True))
        for (x, y), cell in self._headings():
            grid[y][x] = cell
        return Picture(
            neighbourhood=self.layout.found,
            width=self.width,
            places=self.places,
            connectors=connectors,
            legend=_legend(self.layout.found, self.glyphs),
            heading_rows=self.first_row,
            _grid=tuple(tuple(row) for row in grid),
            _picked=picked,
            _columns=tuple(
                tuple(item.node.key for item in column if item.node is not None)
                for column in self.layout.columns
            ),
        )

    def _nodes(self) -> Iterator[Item]:
        for column in self.layout.columns:
            yield from (item for item in column if item.node is not None)

    def _rectangle(self, item: Item) -> Rectangle:
        whole = self.widths.columns[item.place]
        width = whole if item.frame else min(whole, text_width(item, ascii_only=self.ascii_only))
        x = self.xs[item.place]
        return Rectangle(x, item.top + self.first_row, width, item.height)

    def _headings(self) -> Iterator[tuple[Cell, str]]:
        if not self.framed:
            return
        ends = [*self.xs[1:], self.width + 1]
        for column, x, end in zip(self.layout.columns, self.xs, ends, strict=True):
            node = next(item.node for item in column if item.node is not None)
            for index, cell in enumerate(cells_of(_HEADINGS[node.column], width=end - x - 1)):
                yield (x + index, 0), cell

    def _connectors(self) -> Iterator[Connector]:
        """Draw every relation and yield its cells."""
        parts: dict[int, list[Cell]] = {}
        for net in sorted(self.layout.nets, key=lambda net: net.gutter):
            for index, (start, end) in net.ends.items():
                style = _style(self.layout.found.relations[index])
                path = parts.setdefault(index, [])
                if path:
                    path += self._passage(start, path[-1][1], index, style)
                piece = self._path(net, start, end)
                self.lines.draw(net, piece, style)
                self._touch(net, piece[0], start, style)
                self._touch(net, piece[-1], end, style)
                path += piece
        for index, relation in enumerate(self.layout.found.relations):
            cells = parts[index]
            is_turned = self.layout.chains[index][0].node is not None and (
                _node(self.layout.chains[index][0]).key != relation.left
            )
            yield Connector(relation, tuple(reversed(cells)) if is_turned else tuple(cells))

    def _touch(self, net: Net, cell: Cell, pin: Pin, style: Style) -> None:
        """Join the end of a line with what it touches."""
        self.lines.join(net, cell, EAST if pin.is_left else WEST, style)

    def _path(self, net: Net, start: Pin, end: Pin) -> list[Cell]:
        """Return the cells of a segment, from item to item."""
        first, last = self._beside(start), self._beside(end)
        track = first[0] if net.track is None else self.gutters[net.gutter].track(net.track)
        across = [(x, first[1]) for x in _steps(first[0], track)]
        down = [(track, y) for y in _steps(first[1], last[1])]
        back = [(x, last[1]) for x in _steps(track, last[0])]
        return list(dict.fromkeys([*across, *down, *back]))

    def _beside(self, pin: Pin) -> Cell:
        """Return the cell that a pin's line begins or ends with."""
        item = pin.item
        y = pin.row + self.first_row
        if item.node is None:
            x = self.xs[item.place]
            return (x - 1 if pin.is_left else x + self.widths.columns[item.place]), y
        place = self.places[item.node.key]
        return (place.x - 1 if pin.is_left else place.x + place.width), y

    def _passage(self, pin: Pin, row: int, index: int, style: Style) -> list[Cell]:
        """Draw a line through a column and return its cells."""
        x, width = self.xs[pin.item.place], self.widths.columns[pin.item.place]
        y = pin.row + self.first_row
        turn = x + width - 1
        path = [
            *((column, row) for column in range(x, turn + 1)),
            *((turn, between) for between in _steps(row, y)[1:]),
        ]
        self.lines.draw(index, path, style)
        self.lines.join(index, path[0], WEST, style)
        self.lines.join(index, path[-1], EAST, style)
        return path

    def _brackets(self) -> None:
        """Join the lines that touch the same side of a node without box."""
        for item in self._nodes():
            if item.frame:
                continue
            place = self.places[_node(item).key]
            name = item.middle + self.first_row
            ends = (
                (place.x, WEST, EAST, item.left),
                (place.x + place.width - 1, EAST, WEST, item.right),
            )
            for x, outward, inward, pins in ends:
                if not is_bracketed(item, pins):
                    continue
                rows = {pin.row + self.first_row for pin in pins}
                for y in range(min(rows | {name}), max(rows | {name}) + 1):
                    sides = outward if y in rows else 0
                    sides |= inward if y == name else 0
                    sides |= NORTH if y > min(rows | {name}) else 0
                    sides |= SOUTH if y < max(rows | {name}) else 0
                    self.lines.join(item, (x, y), sides, "solid")

    def _face(self, item: Item, *, is_picked: bool) -> Iterator[tuple[Cell, str]]:
        """Yield the cells of a node: its name and marks, and what stands around them."""
        node = _node(item)
        place = self.places[node.key]
        y = item.middle + self.first_row
        padding, after = paddings(item)
        room = place.width - padding - after
        marks = node.mark_text
        name_room = room - (len(marks) + 1 if marks else 0)
        name = cells_of(node.label, width=name_room, ascii_only=self.ascii_only)
        for index, cell in enumerate(name):
            yield (place.x + padding + index, y), cell
        for index, cell in enumerate(marks):
            yield (place.x + padding + room - len(marks) + index, y), cell
        if item.frame:
            yield from self._box(item, place, is_picked=is_picked)
        elif is_picked:
            yield (place.x + padding - 1, y), "["
            yield (place.x + place.width - after, y), "]"

    def _box(self, item: Item, place: Rectangle, *, is_picked: bool) -> Iterator[tuple[Cell, str]]:
        box = self.glyphs.picked_box if is_picked else self.glyphs.box
        top_left, top_right, bottom_left, bottom_right, across, down, *joined = tuple(box)
        right, bottom = place.x + place.width - 1, place.y + place.height - 1
        yield (place.x, place.y), top_left
        yield (right, place.y), top_right
        yield (place.x, bottom), bottom_left
        yield (right, bottom), bottom_right
        for x in range(place.x + 1, right):
            yield (x, place.y), across
            yield (x, bottom), across
        lefts = {pin.row + self.first_row for pin in item.left if not pin.has_arrow}
        rights = {pin.row + self.first_row for pin in item.right if not pin.has_arrow}
        for y in range(place.y + 1, bottom):
            yield (place.x, y), joined[0] if y in lefts else down
            yield (right, y), joined[1] if y in rights else down

    def _words(self) -> Iterator[tuple[Cell, str]]:
        """Yield arrows, and the words on lines where there is room."""
        for net in self.layout.nets:
            for pin in net.pins:
                if pin.has_arrow:
                    yield self._beside(pin), self.glyphs.arrows[0 if pin.is_left else 1]
            for index in tagged(self.layout, net):
                yield from self._tag(net, index)
        for index, chain in enumerate(self.layout.chains):
            for item in chain[1:2]:
                if item.node is None:
                    yield from self._label(item, self.layout.found.relations[index])

    def _label(self, item: Item, relation: Relation) -> Iterator[tuple[Cell, str]]:
        """Yield the word on a line that passes a column."""
        word = cells_of(word_on(relation), ascii_only=self.ascii_only)
        if len(word) + LABEL_PADDING > self.widths.columns[item.place]:
            return
        y = item.left[0].row + self.first_row
        yield from self._written(self.xs[item.place], y, word)

    def _tag(self, net: Net, index: int) -> Iterator[tuple[Cell, str]]:
        """Yield the word on a line in a gutter, where it comes to its end."""
        _, end = net.ends[index]
        if net.track is None or not end.is_left:
            return
        gutter = self.gutters[net.gutter]
        x = gutter.track(track_count([n for n in self.layout.nets if n.gutter == net.gutter]))
        word = cells_of(self.layout.found.relations[index].label, ascii_only=self.ascii_only)
        if x + len(word) + 2 <= self._beside(end)[0]:
            yield from self._written(x, end.row + self.first_row, word)

    @staticmethod
    def _written(x: int, y: int, word: list[str]) -> Iterator[tuple[Cell, str]]:
        for index, cell in enumerate([" ", *word, " "]):
            yield (x + index, y), cell


def _steps(first: int, last: int) -> range:
    """Return the numbers from one to another, both included."""
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def _node(item: Item) -> Node:
    assert item.node is not None  # noqa: S101 - asked of nodes only
    return item.node


def _legend(found: Neighbourhood, glyphs: Glyphs) -> str:
    """Return what the lines and marks that are drawn mean."""
    kinds = {relation.kind for relation in found.relations if relation.change != "removed"}
    styles = {_style(relation) for relation in found.relations}
    arrow = glyphs.arrows[0]
    said: list[str] = []
    if kinds & {"member", "attached", "inline"}:
        said.append(f"{glyphs.straight['solid'][0] * 2} member or attached")
    if "trusts" in kinds:
        said.append(f"{glyphs.straight['solid'][0]}{arrow} trusted by")
    if "becomes" in kinds:
        said.append(f"{glyphs.straight['double'][0] * 2}{arrow} can become")
    if "boundary" in kinds:
        said.append(f"{glyphs.straight['dashed'][0] * 2} limits")
    if "dotted" in styles:
        said.append(f"{glyphs.straight['dotted'][0] * 2} removed")
    marks = {mark for node in found.nodes for mark in node.marks}
    said += [f"{MARKS[mark]} {MARK_WORDS[mark]}" for mark in MARKS if mark in marks]
    return "   ".join(said)
