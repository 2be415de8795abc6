"""A cursor over lines: what every list, tree and document here is.

On Textual's line API, because bytes are latency over SSH: a cursor move repaints two rows, a
row is one or two segments, nothing is done per row before it is seen, and there is no
scrollbar (the position stands in the pane's border).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from iam_tui.text import display_text
from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line, cut, fit, width_of
from iam_tui.tui.tones import styles_of
from iam_tui.tui.wrapping import wrapped

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.binding import BindingType


class LineView(Widget, can_focus=True):
    """Shows `count()` lines, of which one has the cursor."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lines")]

    @dataclass
    class Moved(Message):
        """The cursor is on another line, or there are other lines."""

        view: LineView
        by_hand: bool
        """Whether somebody moved it; else the lines have changed."""

        @property
        def control(self) -> LineView:
            """The view, for `@on` with a selector."""
            return self.view

    @dataclass
    class Opened(Message):
        """Somebody asked to open the line under the cursor."""

        view: LineView

        @property
        def control(self) -> LineView:
            """The view, for `@on` with a selector."""
            return self.view

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make an empty view.

        Args:
            jump: Scroll by a third of the page when the cursor leaves it, which sends far fewer
                bytes than a row at a time.
            id: As for any widget.
        """
        super().__init__(id=id)
        self.jump = jump
        self.cursor = 0
        self.top = 0
        self.empty_text = ""
        """What to say when there is nothing to show."""
        self.filter_text = ""
        """What narrows the lines, for views that can be narrowed."""
        self.shows_resting_cursor = True
        """Whether the cursor can be seen while another pane has the focus."""
        self.shows_position = True
        self._is_dimmed = False

    def dim(self, *, is_stale: bool) -> None:
        """Paint the lines as what was true before, or again as what is."""
        if is_stale != self._is_dimmed:
            self._is_dimmed = is_stale
            self.refresh()

    def narrow(self, text: str) -> None:
        """Show only what matches."""
        self.filter_text = text

    def count(self) -> int:
        """Return how many lines there are."""
        raise NotImplementedError

    def line_at(self, index: int, width: int) -> Line:
        """Return one line, for that many cells."""
        raise NotImplementedError

    def header(self, width: int) -> Line | None:  # noqa: ARG002 - most views have none
        """Return a line that stays above the others, for that many cells."""
        return None

    @property
    def _header_height(self) -> int:
        return int(self.header(self.size.width - 1) is not None)

    @property
    def current(self) -> Line | None:
        """The line under the cursor."""
        if not 0 <= self.cursor < self.count():
            return None
        return self.line_at(self.cursor, max(self.size.width - 1, 1))

    @property
    def line_number(self) -> int:
        """What says where the cursor is, however wide the view is."""
        return self.cursor

    @property
    def hidden_text(self) -> str:
        """The whole text of the row under the cursor when it had to be cut, else nothing."""
        current = self.current
        if current is None or current.full:
            return current.full if current is not None else ""
        is_cut = width_of(display_text(current.text)) > self.size.width - 1
        return current.text.strip() if is_cut else ""

    @property
    def position(self) -> str:
        """`2 of 7`, or nothing when there is nothing."""
        total = self.count() if self.shows_position else 0
        return f"{self.cursor + 1} of {total}" if total else ""

    @property
    def page(self) -> int:
        """How many lines there is room for."""
        return max(self.size.height - self._header_height, 0)

    def render_line(self, y: int) -> Strip:
        """Paint one row of the page."""
        width = self.size.width
        header = self.header(width - 1)
        if header is not None:
            if y == 0:
                return self._strip(self._segments(header, width))
            y -= 1
        index = self.top + y
        total = self.count()
        if total == 0:
            return self._strip([Segment(self._empty_row(y, width), self._style("dim"))])
        if index >= total or width < 1:
            return Strip.blank(width, self._style("text"))
        shown = self.line_at(index, width - 1)
        if index == self.cursor and (self.has_focus or self.shows_resting_cursor):
            tone = "cursor" if self.has_focus else "resting"
            return self._strip([Segment(">" + fit(shown.text, width - 1), self._style(tone))])
        if self._is_dimmed:
            return self._strip([Segment(" " + fit(shown.text, width - 1), self._style("dim"))])
        return self._strip(self._segments(shown, width))

    def _empty_row(self, y: int, width: int) -> str:
        rows = wrapped(self.empty_text, max(width - 2, 1))
        return fit(f" {rows[y]}" if y < len(rows) else "", width)

    def _segments(self, shown: Line, width: int) -> list[Segment]:
        found: list[tuple[str, str]] = [(" ", "text")]
        left = width - 1
        for span in shown.spans:
            text = cut(span.text, left)
            left -= width_of(text)
            if found[-1][1] == span.tone:
                found[-1] = (found[-1][0] + text, span.tone)
            else:
                found.append((text, span.tone))
            if left <= 0:
                break
        if left > 0:
            found[-1] = (found[-1][0] + " " * left, found[-1][1])
        return [Segment(text, self._style(tone)) for text, tone in found]

    def _strip(self, segments: list[Segment]) -> Strip:
        return Strip(segments, self.size.width)

    def _style(self, tone: str) -> Style:
        return styles_of(self.app)[tone]

    def on_focus(self) -> None:
        """Show the cursor as the one that keys move."""
        self._refresh_rows(self.cursor)

    def on_blur(self) -> None:
        """Show the cursor as resting."""
        self._refresh_rows(self.cursor)

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor on the page."""
        self.top = self._top_for(self.cursor)

    def move_to(self, index: int) -> None:
        """Put the cursor on a line, as near as there is one, and bring it into view."""
        index = max(0, min(index, self.count() - 1))
        before = self.cursor
        self.cursor = index
        top = self._top_for(index)
        if top != self.top:
            self.top = top
            self.refresh()
        elif index != before:
            self._refresh_rows(before, index)
        if index != before:
            self.post_message(self.Moved(self, by_hand=True))

    def reloaded(self, cursor: int) -> None:
        """Paint anew after the lines have changed, with the cursor on one of them."""
        self.cursor = max(0, min(cursor, self.count() - 1))
        self.top = self._top_for(self.cursor)
        self.refresh()
        self.post_message(self.Moved(self, by_hand=False))

    def show_below(self, rows: int) -> None:
        """Bring rows after the cursor into view, as many as fit without losing the cursor."""
        last = min(self.cursor + rows, self.count() - 1)
        top = min(max(self.top, last - self.page + 1), self.cursor)
        if top != self.top:
            self.top = top
            self.refresh()

    def _top_for(self, index: int) -> int:
        height = self.page
        if height <= 0:
            return self.top
        last = max(0, self.count() - height)
        step = max(1, height // 3) if self.jump else 1
        if index < self.top:
            return max(0, index - step + 1)
        if index >= self.top + height:
            return min(last, index - height + step)
        return min(self.top, last)

    def _refresh_rows(self, *indices: int) -> None:
        for index in indices:
            y = index - self.top
            if 0 <= y < self.page:
                y += self._header_height
                self.refresh(Region(0, y, self.size.width, 1))

    def action_move_down(self) -> None:
        """One row down."""
        self.move_to(self.cursor + 1)

    def action_move_up(self) -> None:
        """One row up."""
        self.move_to(self.cursor - 1)

    def action_move_page_down(self) -> None:
        """A page down."""
        self.move_to(self.cursor + max(1, self.page - 1))

    def action_move_page_up(self) -> None:
        """A page up."""
        self.move_to(self.cursor - max(1, self.page - 1))

    def action_move_half_down(self) -> None:
        """Half a page down."""
        self.move_to(self.cursor + max(1, self.page // 2))

    def action_move_half_up(self) -> None:
        """Half a page up."""
        self.move_to(self.cursor - max(1, self.page // 2))

    def action_move_top(self) -> None:
        """The first row."""
        self.move_to(0)

    def action_move_bottom(self) -> None:
        """The last row."""
        self.move_to(self.count() - 1)

    def action_open(self) -> None:
        """Tell whoever owns the view."""
        if self.count():
            self.post_message(self.Opened(self))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens."""
        index = self.top + event.y - self._header_height
        if 0 <= index < self.count():
            self.move_to(index)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn the page under the cursor."""
        event.stop()
        self.move_to(self.cursor + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn the page under the cursor."""
        event.stop()
        self.move_to(self.cursor - 3)
