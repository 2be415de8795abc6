"""A frame with named fields: a request as somebody types or pastes it.

Where there are few rows the fields are folded into one line that says what they hold, until one
of them has the focus.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.suggester import Suggester

from iam_tui.text import display_text
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.tones import styles_of
from iam_tui.tui.widgets.filter_field import FilterField
from iam_tui.tui.widgets.line_view import LineView
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

LABEL = 11
"""Cells for the name of a field."""
_MOST_TRIED = 20_000


class Names(Suggester):
    """Offers the first known name that begins as what was typed; right takes it."""

    def __init__(self, names: Callable[[str], Iterable[str]]) -> None:
        """Know where names come from; they are asked for by what was typed."""
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first name that goes on from what was typed."""
        folded = value.lower()
        for _, name in zip(range(_MOST_TRIED), self._names(folded), strict=False):
            if name.lower().startswith(folded) and len(name) > len(value):
                return value + name[len(value) :]
        return None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a field is called, and what it says when it is empty."""

    name: str
    label: str
    hint: str
    names: Callable[[str], Iterable[str]] | None = None
    """What may be typed, for completion; gets what was typed, in lower case."""


class PasteField(FilterField):
    """A line of text into which several lines can be pasted: they become one."""

    def __init__(
        self, spec: FieldSpec, submitted: Callable[[str], None], pasted: Callable[[str], bool]
    ) -> None:
        """Make an empty field.

        Args:
            spec: What it is called.
            submitted: Called with the text when enter is pressed.
            pasted: Gets what is pasted; tells whether it belongs elsewhere and is there already.
        """
        super().__init__(submitted)
        self.spec = spec
        self._pasted = pasted
        self.said = ""
        """What holds while the field is empty, as another field says it."""
        self.placeholder = spec.hint
        if spec.names is not None:
            self.suggester = Names(spec.names)
        self._given = ("", "")

    @property
    def text(self) -> str:
        """What it holds: what it was given, where that was not changed."""
        given, shown = self._given
        return given if self.value == shown else self.value.strip()

    @text.setter
    def text(self, text: str) -> None:
        shown = display_text(text)
        self._given = (text, shown)
        with self.prevent(self.Changed):
            self.value = shown
        self.cursor_position = len(shown)

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines, as one."""
        event.stop()
        event.prevent_default()
        text = " ".join(event.text.split())
        if not self._pasted(text):
            self.insert_text_at_cursor(display_text(text))


class FoldedView(LineView):
    """What the fields hold, in one line."""

    def __init__(self) -> None:
        """Make an empty line."""
        super().__init__(id="request-view")
        self.shows_position = False
        self.values: Sequence[str] = ()

    def count(self) -> int:
        """Return how many lines there are."""
        return 1

    def line_at(self, index: int, width: int) -> Line:  # noqa: ARG002 - there is one line
        """Return what the fields hold."""
        whole = "  ".join(display_text(value) for value in self.values if value)
        return Line((Span(fit(whole or "nothing asked yet", width)),), full=whole)


class RequestForm(Pane):
    """The fields; enter asks, tab goes on, esc leaves them for what is below."""

    @dataclass
    class Asked(Message):
        """Enter was pressed in a field."""

        form: RequestForm
        field: str

    def __init__(
        self,
        specs: Sequence[FieldSpec],
        *,
        ascii_only: bool,
        leave: Callable[[], None],
        pasted: Callable[[str], bool],
    ) -> None:
        """Make the fields.

        Args:
            specs: What they are, from top to bottom.
            ascii_only: Draw the frame without box drawing characters.
            leave: Gives the focus to what is below, on esc.
            pasted: Gets what is pasted into a field but the last; tells whether it took it.
        """
        self.folded_view = FoldedView()
        super().__init__(self.folded_view, number="", ascii_only=ascii_only, id="request")
        self.fields = {
            spec.name: PasteField(
                spec,
                self._submitter(spec.name),
                pasted if spec is not specs[-1] else lambda _text: False,
            )
            for spec in specs
        }
        self._leave = leave
        self._is_folded = False

    def _submitter(self, name: str) -> Callable[[str], None]:
        def submit(_text: str) -> None:
            self.post_message(self.Asked(self, name))

        return submit

    def compose(self) -> ComposeResult:
        """The folded line, or the fields."""
        yield self.folded_view
        yield from self.fields.values()

    def on_mount(self) -> None:
        """Fold, or not."""
        self.fold(is_folded=self._is_folded)

    def fold(self, *, is_folded: bool) -> None:
        """Show one line, or the fields."""
        self._is_folded = is_folded
        self.folded_view.display = is_folded
        fields = self.fields.values()
        shown = [field.text or field.said for field in fields]
        is_said = any(field.said for field in fields)
        self.folded_view.values = ["message:", *shown[:-1]] if is_said else shown
        for field in self.fields.values():
            field.display = not is_folded
        keys = "enter: change it" if is_folded else "enter: ask   tab: next   right: complete"
        self.footed(keys)
        self.styles.height = 3 if is_folded else len(self.fields) + 2
        self.refresh()

    def focus_field(self, name: str) -> None:
        """Unfold the fields and give one of them the focus."""
        if self._is_folded:
            self.fold(is_folded=False)
        self.screen.set_focus(self.fields[name])

    @property
    def stops(self) -> Iterator[PasteField]:
        """The fields in the order of tab."""
        yield from self.fields.values()

    def render_line(self, y: int) -> Strip:
        """Paint a row of the frame, with the name of the field that is in it."""
        strip = super().render_line(y)
        width = self.size.width
        if self._is_folded or not 0 < y <= len(self.fields) or width < LABEL + 4:
            return strip
        label = list(self.fields.values())[y - 1].spec.label
        styles = styles_of(self.app)
        frame = styles["heavy" if self.is_active else "light"]
        edge, last = strip.text[0], strip.text[-1]
        segments = [
            Segment(edge, frame),
            Segment(fit(f" {label}", LABEL), styles["dim"]),
            Segment(" " * (width - LABEL - 2), styles["text"]),
            Segment(last, frame),
        ]
        return Strip(segments, width)

    def on_click(self) -> None:
        """A click on the folded line unfolds it."""
        if self._is_folded:
            self.open_filter("", "")

    def open_filter(self, text: str, placeholder: str) -> None:  # noqa: ARG002 - as a pane has it
        """Go to the first field: there is nothing to narrow here."""
        self.focus_field(next(iter(self.fields)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep to itself what is typed: enter asks."""
        event.stop()
        event.prevent_default()

    def give_up_filter(self) -> None:
        """Leave the field; what was typed stays."""
        self._leave()
