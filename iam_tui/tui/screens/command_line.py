"""The `:` line: one line over the status line, and above it what would complete it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from iam_tui.commands import first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.command_line import Completion, Known, completions
from iam_tui.tui.keys_ahead import KeysAhead
from iam_tui.tui.lines import Line, Span, cut, fit, width_of
from iam_tui.tui.tones import styles_of
from iam_tui.tui.widgets.bars import Bar
from iam_tui.tui.widgets.filter_field import FilterField
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

_LABEL = 14
"""Cells for a completion, before what it is."""
_MOST_HISTORY = 100


class CompletionList(LineView):
    """Completions with what each is."""

    can_focus = False

    def __init__(self) -> None:
        """Make an empty list."""
        super().__init__(id="completions")
        self.completions: tuple[Completion, ...] = ()
        self.chosen = -1
        """The one that the line has taken; -1: none."""

    def count(self) -> int:
        """Return how many there are."""
        return len(self.completions)

    def line_at(self, index: int, width: int) -> Line:
        """Return the row of a completion."""
        one = self.completions[index]
        labels = max(width_of(cut(other.label, width)) for other in self.completions)
        label = min(max(labels, _LABEL), max(width * 2 // 3, 8))
        note = cut(one.note, max(width - label - 2, 0))
        return Line((Span(fit(one.label, label), "name"), Span(f"  {note}", "dim")))

    def render_line(self, y: int) -> Strip:
        """Paint a row; the one that is taken has the cursor."""
        width = self.size.width
        if y >= len(self.completions):
            return Strip.blank(width, styles_of(self.app)["bar"])
        line = self.line_at(y, width - 1)
        if y == self.chosen:
            text = ">" + fit(line.text, width - 1)
            return Strip([Segment(text, styles_of(self.app)["cursor"])], width)
        return Strip(self._segments(line, width), width)


class Prompt(Widget):
    """The colon before the field."""

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one line
        """Paint it."""
        return Strip([Segment(":", styles_of(self.app)["key"])], self.size.width)


class LineField(FilterField):
    """The field; what is pasted may have had line breaks, as messages in terminals do."""

    def on_paste(self, event: events.Paste) -> None:
        """Take all of it, as one line."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(" ".join(event.text.split()))


class CommandLineScreen(KeysAhead, ModalScreen[str | None]):
    """Asks for a line; gives None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("command-line"),
        *bindings("panes", ids=("back",), first_key=True),
    ]

    def __init__(
        self, known: Known, history: list[str], *, preview: Callable[[str], None], text: str = ""
    ) -> None:
        """Ask.

        Args:
            known: What completions are taken from.
            history: The lines typed before, the last one last; the line is added.
            preview: Called with each line while it is typed, and with "" when it is left.
            text: What the line begins with.
        """
        super().__init__(id="command-line")
        self._known, self._history, self._preview, self._text = known, history, preview, text
        self._at = len(history)
        self._typed = text
        """What was typed by hand, for when completions and history are left again."""
        self.list = CompletionList()
        self.field = LineField(self._submitted)
        self.hint = Bar(id="command-hint")

    def compose(self) -> ComposeResult:
        """Completions, the line, the keys."""
        with Vertical(id="command"):
            yield self.list
            with Horizontal(id="command-field"):
                yield Prompt()
                yield self.field
            yield self.hint

    def on_mount(self) -> None:
        """Let the user type at once."""
        self.field.begin(self._text, "a command, a name, an ARN, an access key, a message")
        self.set_focus(self.field)
        keys = {"line.next": "complete", "line.older": "lines before", "back": "leave"}
        told = (f"{first_key(one)}: {what}" for one, what in keys.items())
        self.hint.say("   ".join(("enter: do it", *told)))
        self._offer()
        self.take_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Complete what was typed."""
        event.stop()
        if event.value != self._shown:
            self._typed = self._shown = event.value
            self._at = len(self._history)
            self._offer()
        self._preview(event.value)

    _shown = ""
    """The line as we have put it there ourselves."""

    def _offer(self) -> None:
        self.list.chosen = -1
        self.list.completions = completions(self._typed, self._known)
        self.list.styles.height = len(self.list.completions)
        self.query_one("#command").styles.height = len(self.list.completions) + 2
        self.list.refresh()

    def _put(self, line: str) -> None:
        self._shown = line
        self.field.value = line
        self.field.cursor_position = len(line)

    def action_line_next(self) -> None:
        """Take the first completion, then the next ones."""
        self._turn(1)

    def action_line_prev(self) -> None:
        """Take the completion before; before the first, what was typed."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        found = self.list.completions
        if not found:
            return
        if len(found) == 1 and by > 0:
            self._put(found[0].line)
            self._typed = found[0].line
            self._offer()
            return
        self.list.chosen = (self.list.chosen + 1 + by) % (len(found) + 1) - 1
        chosen = self.list.chosen
        self._put(self._typed if chosen < 0 else found[chosen].line)
        self.list.refresh()

    def action_line_older(self) -> None:
        """The line typed before."""
        self._recall(-1)

    def action_line_newer(self) -> None:
        """The line typed after it."""
        self._recall(1)

    def _recall(self, by: int) -> None:
        self._at = max(0, min(self._at + by, len(self._history)))
        is_new = self._at == len(self._history)
        self._put(self._typed if is_new else self._history[self._at])

    def _submitted(self, line: str) -> None:
        if line.strip():
            if line in self._history:
                self._history.remove(line)
            self._history.append(line)
            del self._history[:-_MOST_HISTORY]
        self.dismiss(line)

    def action_back(self) -> None:
        """Leave it."""
        self._preview("")
        self.dismiss(None)
