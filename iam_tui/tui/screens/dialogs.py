"""What is asked or told in a frame over the screen: choose one of a few, read a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from iam_tui.commands import first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.choices import Choice
from iam_tui.tui.keys_ahead import KeysAhead
from iam_tui.tui.lines import Line, Span, cut
from iam_tui.tui.widgets.line_view import LineView
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView
from iam_tui.tui.wrapping import broken_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

Answer = TypeVar("Answer")
SIDES = 3
"""Cells of a row that the frame and the cursor take."""


class Dialog(KeysAhead, ModalScreen[Answer | None]):
    """A framed view in the middle of the screen; esc leaves it without an answer."""

    WIDTH: ClassVar[int] = 66

    def __init__(self, title: str, view: LineView, *, ascii_only: bool, hint: str) -> None:
        """Frame a view.

        Args:
            title: What is asked, in the upper edge.
            view: Where the lines are shown.
            ascii_only: Draw the frame without box drawing characters.
            hint: The keys, in the lower edge.
        """
        super().__init__()
        view.shows_resting_cursor = True
        self.view = view
        self.pane = Pane(view, number="", ascii_only=ascii_only, id="dialog-pane")
        self.pane.titled(title)
        self.pane.footed("", hint)

    def compose(self) -> ComposeResult:
        """The pane alone."""
        with Vertical(id="dialog"):
            yield self.pane

    def on_mount(self) -> None:
        """Take the focus, and as much room as the lines need."""
        self.fit()
        self.set_focus(self.view)
        self.take_keys()

    def rows(self, width: int) -> int:
        """Return how many rows are wanted, when there are so many cells for a row."""
        raise NotImplementedError

    def fit(self) -> None:
        """Take as much room as is wanted, within the screen."""
        screen = self.app.size
        width = min(self.WIDTH, screen.width - 2)
        height = min(self.rows(width - SIDES) + 2, max(screen.height - 4, 5))
        outer = self.query_one("#dialog")
        outer.styles.width, outer.styles.height = width, height

    def on_resize(self, _event: events.Resize) -> None:
        """Stay within the screen."""
        self.fit()

    def action_back(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class TextDialog(Dialog[Answer]):
    """A dialog that shows lines of text."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", ids=("back",))]

    def __init__(
        self, title: str, lines: Sequence[Line], *, ascii_only: bool, hint: str, cursor: int = 0
    ) -> None:
        """Show lines.

        Args:
            title: What is asked, in the upper edge.
            lines: The lines; long ones are broken.
            ascii_only: Draw the frame without box drawing characters.
            hint: The keys, in the lower edge.
            cursor: The line that the cursor begins on.
        """
        self.text_view = TextView(id="dialog-view")
        super().__init__(title, self.text_view, ascii_only=ascii_only, hint=hint)
        self._lines = lines
        self.text_view.show(lines, cursor)

    def rows(self, width: int) -> int:
        """Return how many rows the lines take."""
        return len(broken_all(self._lines, width)[0])


class ChooseScreen(TextDialog[Answer]):
    """A few answers, the first one selected."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice[Answer]],
        *,
        text: str = "",
        ascii_only: bool = False,
    ) -> None:
        """Offer the answers.

        Args:
            title: What is asked.
            choices: The answers, the safe one first where there is one.
            text: A sentence above them.
            ascii_only: Draw the frame without box drawing characters.
        """
        self._above = [Line((Span(f" {text}"),), indent=1), Line()] if text else []
        self._choices = list(choices)
        offered = [
            Line((Span(f" {one.label}", "name"), Span(f"  {one.note}", "dim")), indent=3)
            for one in choices
        ]
        super().__init__(
            title,
            [*self._above, *offered],
            ascii_only=ascii_only,
            hint=f"{first_key('open')}: do it   {first_key('back')}: leave",
            cursor=len(self._above),
        )

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Keep the cursor on the answers."""
        event.stop()
        if self.text_view.line_number < len(self._above):
            self.text_view.move_to_line(len(self._above))

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Give the answer."""
        event.stop()
        self.dismiss(self._choices[self.text_view.line_number - len(self._above)].answer)


class MessageScreen(TextDialog[None]):
    """Something that has to be read; it stays until esc, and `y` copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", ids=("copy",))]

    def __init__(self, title: str, text: str, *, ascii_only: bool) -> None:
        """Show a text."""
        lines = [Line((Span(f" {row}"),), indent=1) for row in text.splitlines()]
        self._hint = f"{first_key('copy')}: copy   {first_key('back')}: close"
        super().__init__(title, lines, ascii_only=ascii_only, hint=self._hint)
        self._text = text

    def action_copy(self) -> None:
        """Copy the text."""
        self.app.copy_to_clipboard(self._text)
        self.pane.footed("copied", self._hint)

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Enter closes too."""
        event.stop()
        self.dismiss(None)


def short(name: str) -> str:
    """Return a name short enough for a dialog's title."""
    return cut(name, 40)
