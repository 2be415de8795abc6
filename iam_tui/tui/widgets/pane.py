"""A numbered pane: a frame with titles around one view, and its filter line.

The frame is drawn here and not by CSS borders, because a border of CSS repaints its whole
widget when a title changes, and because the two ends of each edge say different things. The
heavy frame tells by its characters, not by colour, which pane has the focus.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from iam_tui.text import display_text
from iam_tui.tui.lines import cut, spread, width_of
from iam_tui.tui.tones import styles_of
from iam_tui.tui.widgets.filter_field import FilterField
from iam_tui.tui.widgets.frames import ASCII_HEAVY, ASCII_LIGHT, HEAVY, LIGHT, Tabs
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


class Pane(Widget):
    """One view with its frame."""

    ALLOW_SELECT = False

    @dataclass
    class Filtered(Message):
        """The text of the filter line has changed, or it was given up (`None`)."""

        pane: Pane
        text: str | None
        done: bool
        """Whether enter or esc ended the typing."""

    @dataclass
    class TitleClicked(Message):
        """Somebody clicked on the right of the title."""

        pane: Pane
        tab: int | None
        """Which tab; None where there is none."""

    def __init__(self, view: LineView, *, number: str, ascii_only: bool, id: str) -> None:  # noqa: A002
        """Frame a view.

        Args:
            view: What is inside.
            number: The key that focuses the pane; it leads the title.
            ascii_only: Draw the frame without box drawing characters.
            id: As for any widget.
        """
        super().__init__(id=id)
        self.view = view
        self.number = number
        self._frames = (ASCII_LIGHT, ASCII_HEAVY) if ascii_only else (LIGHT, HEAVY)
        self._top = (number, "")
        self._bottom = ("", "")
        self._tabs = Tabs((), 0)

    def compose(self) -> ComposeResult:
        """The view; the filter line comes when it is first asked for."""
        yield self.view

    @cached_property
    def filter_line(self) -> FilterField:
        """The line that `/` opens, made when first asked for."""
        made = FilterField(self._submit)
        self.mount(made, before=self.view)
        return made

    @property
    def is_active(self) -> bool:
        """Whether the focus is in here and no dialog is above."""
        focused = self.screen.focused
        inside = focused is not None and (focused is self.view or focused.parent is self)
        return inside and self.screen.is_active

    def titled(self, left: str, right: str = "", tabs: Tabs | None = None) -> None:
        """Say what stands in the upper edge, after the number; tabs take the place of `right`."""
        top = (display_text(f"{self.number} {left}".lstrip()), display_text(right))
        known = tabs or Tabs((), 0)
        if (top, known) != (self._top, self._tabs):
            self._top, self._tabs = top, known
            self.refresh(Region(0, 0, self.size.width, 1))

    def _top_for(self, width: int) -> tuple[str, str]:
        left, right = self._top
        if self._tabs.titles:
            room = width - 9
            right = self._tabs.fitted(room - min(width_of(left), room // 3))
        elif width_of(left) + width_of(right) > width - 9:
            right = right.partition(", ")[0]
        return left, right

    def _bottom_for(self, width: int) -> tuple[str, str]:
        left, right = self._bottom
        return (left if width_of(left) + width_of(right) <= width - 9 else "", right)

    def footed(self, right: str, left: str = "") -> None:
        """Say what stands in the lower edge; repaint no more of it than changed."""
        bottom = (display_text(left), display_text(right))
        if bottom == self._bottom:
            return
        wide = max(width_of(self._bottom[1]), width_of(bottom[1])) + 3
        repaint_all = self._bottom[0] != bottom[0]
        self._bottom = bottom
        width, height = self.size
        start = 0 if repaint_all else max(0, width - wide)
        self.refresh(Region(start, height - 1, width - start, 1))

    def frame_changed(self) -> None:
        """Repaint the frame alone, when the focus has come or gone."""
        width, height = self.size
        self.refresh(
            Region(0, 0, width, 1),
            Region(0, height - 1, width, 1),
            Region(0, 0, 1, height),
            Region(width - 1, 0, 1, height),
        )

    def render_line(self, y: int) -> Strip:
        """Paint one row of the frame; the view lies over the middle."""
        width, height = self.size
        active = self.is_active
        frame = self._frames[active]
        style = styles_of(self.app)["heavy" if active else "light"]
        if height == 1:
            top = self._top_for(width)
            text = self._edge(frame.across, frame.across, frame.across, top, width)
        elif y == 0:
            top = self._top_for(width)
            text = self._edge(frame.top_left, frame.top_right, frame.across, top, width)
        elif y == height - 1:
            bottom = self._bottom_for(width)
            text = self._edge(frame.bottom_left, frame.bottom_right, frame.across, bottom, width)
        else:
            text = f"{frame.down}{' ' * (width - 2)}{frame.down}"
        return Strip([Segment(text, style)], width)

    @staticmethod
    def _edge(start: str, end: str, across: str, labels: tuple[str, str], width: int) -> str:
        room = max(width - 4, 0)
        right = cut(f" {labels[1]} " if labels[1] else "", room)
        left = f" {labels[0]} " if labels[0] else ""
        if width_of(left) + width_of(right) >= room:
            left = f" {cut(labels[0], max(room - width_of(right) - 3, 0))} " if left else ""
        inner = spread(left, right, room, fill=across) if right else _led(left, room, across)
        return f"{start}{across}{inner}{across}{end}"[:width] if width > 3 else across * width

    def open_filter(self, text: str, placeholder: str) -> None:
        """Show the filter line with this text and let the user type."""
        self.filter_line.begin(text, placeholder)
        self.filter_line.display = True
        self.add_class("-filtering")
        # At once: a key that was typed meanwhile must not be taken for a command.
        self.screen.set_focus(self.filter_line)

    def close_filter(self) -> None:
        """Hide the filter line; the focus goes back to the view."""
        self.screen.set_focus(self.view)
        self.filter_line.display = False
        self.remove_class("-filtering")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Hand on what is typed."""
        event.stop()
        self.post_message(self.Filtered(self, event.value, done=False))

    def _submit(self, text: str) -> None:
        """Keep the filter; where there is nothing else to focus, the field stays."""
        if self.view.can_focus:
            self.close_filter()
        self.post_message(self.Filtered(self, text, done=True))

    def give_up_filter(self) -> None:
        """Clear the filter, as esc does."""
        self.close_filter()
        self.post_message(self.Filtered(self, None, done=True))

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Draw the heavy frame."""
        self.frame_changed()

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Draw the light frame."""
        self.frame_changed()

    def on_click(self, event: events.Click) -> None:
        """A click on the frame is a click on the view; on the right of the title, it says so."""
        self.screen.set_focus(self.view)
        right = self._top_for(self.size.width)[1]
        at = event.x - (self.size.width - 3 - width_of(right))
        if event.y == 0 and 0 <= at < len(right):
            titles = enumerate(self._tabs.titles)
            starts = ((index, right.find(title), title) for index, title in titles)
            hit = (index for index, start, t in starts if 0 <= start <= at < start + len(t))
            self.post_message(self.TitleClicked(self, next(hit, None)))

    def on_line_view_moved(self, _event: LineView.Moved) -> None:
        """Show the position."""
        self.footed(self.view.position, self._bottom[0])


def _led(left: str, room: int, across: str) -> str:
    return f"{left}{across * max(room - width_of(left), 0)}"
