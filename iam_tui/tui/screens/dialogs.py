"""The questions: choose one of a few, pick one of many, type a name, read an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from iam_tui.text import display_text
from iam_tui.tui.filtering import ranked
from iam_tui.tui.lines import Line, Span, cut
from iam_tui.tui.widgets.line_view import LineView, TextView
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

Answer = TypeVar("Answer")
WIDTH = 70
_CLOSE: list[BindingType] = [Binding("escape", "close", show=False)]


@dataclass(frozen=True, slots=True)
class Choice(Generic[Answer]):
    """One answer and how it is offered."""

    label: str
    note: str
    answer: Answer


class Dialog(ModalScreen[Answer | None]):
    """A framed view in the middle of the screen; esc leaves it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [*_CLOSE]

    def __init__(self, title: str, view: TextView, *, ascii_only: bool, hint: str) -> None:
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
        """Take the focus, and as much height as the lines need."""
        self.fit()
        self.view.focus()

    def fit(self, more: int = 0) -> None:
        """Make the dialog as high as its lines, within the screen."""
        height = min(len(self.view.lines) + 2 + more, max(self.app.size.height - 4, 5))
        self.pane.styles.height = height
        self.query_one("#dialog").styles.height = height

    def on_resize(self, _event: events.Resize) -> None:
        """Stay within the screen."""
        self.fit()

    def action_close(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class ChooseScreen(Dialog[Answer]):
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
        view = TextView(id="dialog-view")
        hint = "enter: do it   esc: leave"
        super().__init__(title, view, ascii_only=ascii_only, hint=hint)
        self._choices = list(choices)
        self._above = [Line((Span(f" {row}"),)) for row in wrapped(text, WIDTH - 6)]
        offered = [Line((Span(f" {c.label}", "name"), Span(f"  {c.note}", "dim"))) for c in choices]
        view.lines = [*self._above, *offered]
        view.cursor = len(self._above)

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Keep the cursor on the answers."""
        if event.view.cursor < len(self._above):
            event.view.move_to(len(self._above))

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Give the answer."""
        event.stop()
        self.dismiss(self._choices[self.view.cursor - len(self._above)].answer)


class PickScreen(Dialog[Answer]):
    """One of many, found by typing a few letters of its name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move(1)", show=False),
        Binding("up,ctrl+p", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
    ]
    MOST = 500
    """So many of the closest are listed."""

    def __init__(self, title: str, choices: Sequence[Choice[Answer]], *, ascii_only: bool) -> None:
        """Offer what can be picked."""
        view = TextView(id="dialog-view")
        view.can_focus = False
        view.empty_text = "nothing matches"
        super().__init__(title, view, ascii_only=ascii_only, hint="enter: take it   esc: leave")
        self._choices = choices
        self._shown: Sequence[Choice[Answer]] = ()
        self._narrow("")

    def on_mount(self) -> None:
        """Let the user type at once."""
        self.fit()
        self.pane.open_filter("", "type a few letters; up and down move")

    def fit(self, more: int = 0) -> None:
        """Take a steady height, so that the frame does not jump while typing."""
        height = min(18 + more, max(self.app.size.height - 4, 6))
        self.pane.styles.height = height
        self.query_one("#dialog").styles.height = height

    def _narrow(self, text: str) -> None:
        self._shown = ranked(self._choices, text, lambda choice: choice.label)[: self.MOST]
        self.view.show(
            [Line((Span(f" {c.label}", "name"), Span(f"  {c.note}", "dim"))) for c in self._shown]
        )

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Narrow while typing; enter takes the one under the cursor."""
        if not event.done:
            self._narrow(event.text or "")
        elif self._shown:
            self.dismiss(self._shown[self.view.cursor].answer)
        else:
            self.pane.open_filter(event.text or "", "")

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Take what was clicked twice."""
        event.stop()
        self.dismiss(self._shown[self.view.cursor].answer)

    def action_move(self, by: int) -> None:
        """Move the cursor while the filter line keeps the focus."""
        self.view.move_to(self.view.cursor + by)


class AskScreen(Dialog[str]):
    """A line of text: a file's name."""

    def __init__(self, title: str, value: str, *, text: str, ascii_only: bool) -> None:
        """Ask, with an answer proposed."""
        view = TextView(id="dialog-view")
        view.can_focus = False
        view.lines = [Line((Span(f" {row}"),)) for row in wrapped(text, WIDTH - 6)]
        view.cursor = -1
        super().__init__(title, view, ascii_only=ascii_only, hint="enter: do it   esc: leave")
        self._value = value

    def on_mount(self) -> None:
        """Let the user type at once."""
        self.fit(1)
        self.pane.open_filter(display_text(self._value), "file name")

    def on_resize(self, _event: events.Resize) -> None:
        """Stay within the screen."""
        self.fit(1)

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Give what was typed."""
        if event.done and event.text:
            self.dismiss(event.text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the dialog when nothing was typed."""
        event.stop()


class MessageScreen(Dialog[None]):
    """Something that has to be read; it stays until esc, and `y` copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", show=False)]

    def __init__(self, title: str, text: str, *, ascii_only: bool) -> None:
        """Show a text."""
        view = TextView(id="dialog-view")
        view.lines = [Line((Span(f" {row}"),)) for row in wrapped(text, WIDTH - 6)]
        super().__init__(title, view, ascii_only=ascii_only, hint="y: copy   esc: close")
        self._text = text

    def action_copy(self) -> None:
        """Copy the text."""
        self.app.copy_to_clipboard(self._text)
        self.pane.footed("copied", "y: copy   esc: close")

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Enter closes too."""
        event.stop()
        self.dismiss(None)


def wrapped(text: str, width: int) -> list[str]:
    """Return cleaned text in rows of at most `width` cells, broken at blanks where it can be."""
    rows: list[str] = []
    for paragraph in text.splitlines() if text else ():
        row = ""
        for word in display_text(paragraph).split(" "):
            candidate = f"{row} {word}" if row else word
            if len(candidate) <= width:
                row = candidate
                continue
            if row:
                rows.append(row)
            pieces = [word[at : at + width] for at in range(0, len(word), width)]
            rows += pieces[:-1]
            row = pieces[-1] if pieces else ""
        rows.append(row)
    return rows


def short(name: str) -> str:
    """Return a name short enough for a dialog's title."""
    return cut(name, 40)
