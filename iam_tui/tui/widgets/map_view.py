"""A drawn neighbourhood with a cursor that goes from node to node along the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line, Span
from iam_tui.tui.map_lines import target_of
from iam_tui.tui.widgets.line_view import LineView
from iam_tui.tui.widgets.map_tones import tones_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.binding import BindingType

    from iam_tui.graph.neighbourhood import Node
    from iam_tui.graph.picture import Direction, Picture
    from iam_tui.graph.picture_cells import Cell

MARGIN = 1
"""Blank columns before the picture."""
LEGEND_ROWS = 2
WHEEL = 3


class Room(NamedTuple):
    """The columns and rows that a picture may take."""

    width: int
    height: int


class MapView(LineView):
    """Shows a picture; what the lines and marks mean stands below it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("map", ids=("map.left", "map.right"))]

    def __init__(
        self,
        *,
        resized: Callable[[], None],
        moved: Callable[[str], None],
        id: str | None = None,  # noqa: A002
    ) -> None:
        """Make a view without a picture.

        Args:
            resized: Called when there is another size to draw for.
            moved: Called at once when somebody moves the cursor, so that what is drawn at the same
                time has it too.
            id: As for any widget.
        """
        super().__init__(id=id)
        self.picture: Picture | None = None
        self.notes: Sequence[Line] = ()
        """What stands below the picture, in the order of need."""
        self.describe: Callable[[str], str] = str
        """Returns what the status line says of a node."""
        self._resized, self._moved = resized, moved
        self._key: str | None = None
        self._left = 0
        self._tones: Mapping[Cell, str] = {}

    # what is shown

    @property
    def room(self) -> Room:
        """How much a picture may take; nothing before the view has a size."""
        width, height = self.size
        return Room(max(width - 2 * MARGIN, 0), max(height - LEGEND_ROWS, 0))

    @property
    def key(self) -> str | None:
        """The node under the cursor."""
        return self._key

    @property
    def node(self) -> Node | None:
        """The node under the cursor, as it is drawn."""
        if self.picture is None or self._key is None:
            return None
        return self.picture.neighbourhood.node(self._key)

    def draw(self, picture: Picture | None, key: str | None, notes: Sequence[Line]) -> None:
        """Show another picture.

        Args:
            picture: The picture; None: there is nothing to show but `empty_text`.
            key: Where the cursor should be: a node, or one that a node of the picture stands for.
            notes: What stands below it.
        """
        self.picture, self.notes = picture, notes
        self._tones = {} if picture is None else tones_of(picture)
        self._key = None if picture is None else shown_as(picture, key)
        self._bring_into_view()
        self.refresh()
        self.post_message(self.Moved(self, by_hand=False))

    def count(self) -> int:
        """Return how many rows the picture has."""
        return self.picture.height if self.picture is not None else 0

    def line_at(self, index: int, width: int) -> Line:  # noqa: ARG002 - it is drawn already
        """Return a row of the picture as text."""
        cells = self.picture.cells(index, self._key) if self.picture is not None else ()
        return Line((Span("".join(cells).rstrip()),))

    @property
    def current(self) -> Line | None:
        """The node under the cursor, as a line that `y` can copy."""
        node = self.node
        if node is None:
            return None
        copied = "" if node.kind == "more" else node.key
        return Line((Span(node.label),), target=target_of(node), copy=copied)

    @property
    def hidden_text(self) -> str:
        """What the node under the cursor is, as its name alone does not say it."""
        return "" if self._key is None else self.describe(self._key)

    @property
    def position(self) -> str:
        """How much is shown."""
        if self.picture is None:
            return ""
        found = self.picture.neighbourhood
        drawn = sum(1 for node in found.nodes if node.kind != "more")
        if drawn < found.size:
            return f"{drawn} of {found.size:,} nodes drawn"
        return f"{drawn} node{'' if drawn == 1 else 's'}"

    # painting

    @property
    def _note_rows(self) -> Sequence[Line]:
        """The notes that there is room for: the first ones always, unless nothing else is left."""
        spare = self.size.height - self.count() - 2
        needed = sum(1 for note in self.notes if note.key == "legend")
        if self.size.height < 3 * needed + 3:
            return ()
        return self.notes if len(self.notes) <= spare else self.notes[:needed]

    @property
    def page(self) -> int:
        """How many rows of the picture there is room for."""
        notes = len(self._note_rows)
        return max(self.size.height - (notes + 1 if notes else 0), 1)

    @property
    def _above(self) -> int:
        """Blank rows above the picture: one, where there is room."""
        return int(self.page > self.count())

    def render_line(self, y: int) -> Strip:
        """Paint a row: of the picture, or of what stands below it."""
        width = self.size.width
        if self.picture is None:
            row = self._empty_row(y, width)
            return self._strip([Segment(row, self._style("dim"))])
        y -= self._above
        shown = min(self.count(), self.page)
        if 0 <= y < shown:
            return self._picture_row(self.top + y, width)
        note = y - shown - 1
        notes = self._note_rows
        if 0 <= note < len(notes):
            return self._strip(self._segments(notes[note], width))
        return Strip.blank(width, self._style("text"))

    def _picture_row(self, y: int, width: int) -> Strip:
        if self.picture is None or y >= self.count():
            return Strip.blank(width, self._style("text"))
        place = self.picture.places.get(self._key or "")
        cursor = "cursor" if self.has_focus else "resting"
        segments: list[tuple[str, str]] = [(" " * MARGIN, "text")]
        for x, cell in enumerate(self.picture.cells(y, self._key)):
            tone = self._tones.get((x, y), "text")
            if place is not None and place.holds(x, y):
                tone = cursor
            elif self._is_dimmed:
                tone = "dim"
            if tone == segments[-1][1]:
                segments[-1] = (segments[-1][0] + cell, tone)
            else:
                segments.append((cell, tone))
        row = Strip([Segment(text, self._style(tone)) for text, tone in segments])
        return row.crop_extend(self._left, self._left + width, self._style("text"))

    # moving

    def _bring_into_view(self) -> None:
        """Scroll until the node under the cursor can be seen."""
        picture = self.picture
        if picture is None or self._key is None:
            self.top = self._left = 0
            return
        place = picture.places[self._key]
        self.top = _scrolled(self.top, self.page, place.y, place.height, picture.height)
        wide = picture.width + 2 * MARGIN
        width = max(self.size.width, 1)
        self._left = _scrolled(self._left, width, place.x, place.width + 2 * MARGIN, wide)

    def move_to_node(self, key: str | None) -> None:
        """Put the cursor on a node of the picture and bring it into view."""
        if self.picture is None or key is None or key == self._key:
            return
        before, offsets = self._key, (self.top, self._left)
        self._key = key
        self._moved(key)
        self._bring_into_view()
        if offsets == (self.top, self._left):
            self._refresh_node(before)
            self._refresh_node(key)
        else:
            self.refresh()
        self.post_message(self.Moved(self, by_hand=True))

    def _refresh_node(self, key: str | None) -> None:
        place = self.picture.places.get(key or "") if self.picture is not None else None
        if place is not None:
            y = place.y - self.top + self._above
            self.refresh(Region(0, y, self.size.width, place.height))

    def _refresh_rows(self, *indices: int) -> None:  # noqa: ARG002 - there is one cursor
        self._refresh_node(self._key)

    def _step(self, direction: Direction, times: int = 1) -> None:
        key = self._key
        for _ in range(times):
            further = None
            if self.picture is not None and key is not None:
                further = self.picture.neighbour(key, direction)
            if further is None:
                break
            key = further
        self.move_to_node(key)

    def turn(self, by: int) -> None:
        """Go to the next node, column by column, or to the one before."""
        keys = list(self.picture.places) if self.picture is not None else []
        if self._key in keys:
            self.move_to_node(keys[(keys.index(self._key) + by) % len(keys)])

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in view, and have the picture drawn for another width."""
        self._bring_into_view()
        self._resized()

    def action_map_left(self) -> None:
        """To the column on the left, along a line if there is one."""
        self._step("left")

    def action_map_right(self) -> None:
        """To the column on the right."""
        self._step("right")

    def action_move_down(self) -> None:
        """The node below."""
        self._step("down")

    def action_move_up(self) -> None:
        """The node above."""
        self._step("up")

    def action_move_page_down(self) -> None:
        """As many nodes down as there are rows in view."""
        self._step("down", max(self.page - 1, 1))

    def action_move_page_up(self) -> None:
        """As many up."""
        self._step("up", max(self.page - 1, 1))

    def action_move_half_down(self) -> None:
        """Half as many down."""
        self._step("down", max(self.page // 2, 1))

    def action_move_half_up(self) -> None:
        """Half as many up."""
        self._step("up", max(self.page // 2, 1))

    def action_move_top(self) -> None:
        """The first node of the column."""
        self._step("up", self.count())

    def action_move_bottom(self) -> None:
        """The last node of the column."""
        self._step("down", self.count())

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens."""
        if self.picture is None:
            return
        key = self.picture.at(event.x + self._left - MARGIN, event.y + self.top - self._above)
        if key is not None:
            self.move_to_node(key)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn the page; the next key brings the cursor back into view."""
        event.stop()
        self._scroll(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn the page back."""
        event.stop()
        self._scroll(-WHEEL)

    def _scroll(self, by: int) -> None:
        top = max(0, min(self.top + by, self.count() - self.page))
        if top != self.top:
            self.top = top
            self.refresh()


def shown_as(picture: Picture, key: str | None) -> str | None:
    """Return the node of a picture that is a node, or stands for it; else the centre."""
    if key in picture.places:
        return key
    nodes = picture.neighbourhood.nodes
    stand_in = next((node.key for node in nodes if key in node.folded), None)
    return stand_in or picture.neighbourhood.centre


def _scrolled(offset: int, page: int, start: int, length: int, total: int) -> int:
    """Return the offset, changed as little as brings a stretch into view."""
    if start + length > offset + page:
        offset = start + length - page
    offset = min(offset, start)
    return max(0, min(offset, total - page))
