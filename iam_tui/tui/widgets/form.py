"""A form: labelled fields in one frame, what is wrong beside each, what may be meant below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from iam_tui.commands import key_in_fields
from iam_tui.text import display_text
from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Tone, cut, fit, width_of
from iam_tui.tui.tones import styles_of
from iam_tui.tui.widgets.line_view import LineView
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.suggestions import ROWS, WIDEST, Suggestions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from iam_tui.tui.completing import Suggestion

LABEL = 11
LEFT = LABEL + 2
"""Cells before the text of a field."""
NOTE = 26


class FieldSpec(NamedTuple):
    """What a field is."""

    name: str
    label: str
    hint: str
    """What it says when it is empty."""
    has_words: bool = False
    """Whether it holds several values, separated by blanks."""
    is_optional: bool = False
    """Whether it may be folded away while it is empty."""


class Field(Input):
    """One line of text with a label; its keys beside those for editing are in the table."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("fields")]

    def __init__(self, spec: FieldSpec) -> None:
        """Make an empty field."""
        super().__init__(
            compact=True,
            select_on_focus=False,
            placeholder=spec.hint,
            id=f"field-{spec.name}",
        )
        self.cursor_blink = False
        self.spec = spec
        self.note, self.tone = "", "dim"
        self._meant: dict[str, str] = {}
        """What is shown -> what it stands for, where that cannot be shown as it is."""

    @property
    def form(self) -> FormPane:
        """The form that it is in."""
        found = self.parent
        if isinstance(found, FormPane):
            return found
        raise LookupError("the field is in no form")

    @property
    def bounds(self) -> tuple[int, int]:
        """Where the word under the cursor begins and ends."""
        if not self.spec.has_words:
            return 0, len(self.value)
        start = self.value.rfind(" ", 0, self.cursor_position) + 1
        end = self.value.find(" ", start)
        return start, len(self.value) if end < 0 else end

    @property
    def word(self) -> str:
        """The word under the cursor; the whole text of a field that holds one value."""
        start, end = self.bounds
        return self.value[start:end]

    @property
    def text(self) -> str:
        """What it holds; a name of the account as the account has it."""
        found = self.value
        for shown, meant in self._meant.items():
            found = found.replace(shown, meant)
        return found.strip()

    def put(self, text: str) -> None:
        """Take another text, as if nobody had typed it."""
        shown = self._shown(text)
        with self.prevent(Input.Changed):
            self.value = shown
        self.cursor_position = len(shown)

    def _shown(self, text: str) -> str:
        shown = display_text(text)
        if shown != text:
            self._meant[shown] = text
        return shown

    def replace_word(self, text: str) -> None:
        """Put another word in the place of the one under the cursor."""
        start, end = self.bounds
        shown = self._shown(text)
        with self.prevent(Input.Changed):
            self.value = f"{self.value[:start]}{shown}{self.value[end:]}"
        self.cursor_position = start + len(shown)

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines, as one."""
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(display_text(" ".join(event.text.split())))

    def action_field_take(self) -> None:
        """Take the suggestion at the end of the text; else go a character on."""
        start, end = self.bounds
        del start
        if self.cursor_position < end or not self.form.take():
            self.action_cursor_right()

    def action_field_next(self) -> None:
        """Take the suggestion, or go to the next field."""
        if not self.form.take():
            self.form.post_message(FormPane.Left(self.form, 1))

    def action_field_down(self) -> None:
        """The next suggestion; without any the question after this one."""
        self.form.turn(1)

    def action_field_up(self) -> None:
        """The suggestion before; without any the question before this one."""
        self.form.turn(-1)

    def action_form_run(self) -> None:
        """Ask; take the suggestion that was chosen first."""
        form = self.form
        if form.suggestions.is_chosen and form.take():
            return
        form.hide()
        form.post_message(FormPane.Run(form))

    def action_form_fix(self) -> None:
        """Take the nearest right name."""
        self.form.post_message(FormPane.Fix(self.form, self))

    def on_blur(self) -> None:
        """Offer nothing any more."""
        if isinstance(self.parent, FormPane):
            self.form.hide()


class FormPane(Pane):
    """The fields of a question, one a row."""

    @dataclass
    class Edited(Message):
        """Somebody has typed."""

        form: FormPane
        field: Field
        is_taken: bool = False
        """Whether it was done by taking a suggestion."""

    @dataclass
    class Run(Message):
        """The question is to be asked."""

        form: FormPane

    @dataclass
    class Fix(Message):
        """What is wrong in a field is to be put right."""

        form: FormPane
        field: Field

    @dataclass
    class Left(Message):
        """The field is to be left for the next one."""

        form: FormPane
        by: int

    @dataclass
    class Turned(Message):
        """Another question of those that were asked is wanted."""

        form: FormPane
        by: int

    def __init__(self, title: str, specs: Sequence[FieldSpec], *, ascii_only: bool) -> None:
        """Make empty fields.

        Args:
            title: What stands in the upper edge.
            specs: The fields.
            ascii_only: Draw the frame without box drawing characters.
        """
        self.suggestions = Suggestions()
        self.suggestions.display = False
        super().__init__(self.suggestions, number="", ascii_only=ascii_only, id="form")
        self.fields = {spec.name: Field(spec) for spec in specs}
        self.titled(title, f"{key_in_fields('help')}: keys")
        self.styles.height = len(specs) + 2
        self.is_folding = False
        """Whether empty fields that need not be filled give way while none has the focus."""

    def compose(self) -> ComposeResult:
        """The fields, and what is offered over what is below them."""
        yield from self.fields.values()
        yield self.suggestions

    def on_mount(self) -> None:
        """Place the fields."""
        for field in self.fields.values():
            self._place(field)

    @property
    def values(self) -> dict[str, str]:
        """Name of a field -> its text."""
        return {name: field.text for name, field in self.fields.items()}

    def fill(self, values: Mapping[str, str]) -> None:
        """Put texts into the fields."""
        for name, text in values.items():
            if name in self.fields and self.fields[name].text != text:
                self.fields[name].put(text)

    @property
    def shown(self) -> list[Field]:
        """The fields that are not folded away, from top to bottom."""
        return [field for field in self.fields.values() if field.display]

    def focus_field(self, name: str) -> None:
        """Give a field the focus, also one that is folded away."""
        self._fold_empty(is_folded=False)
        self.screen.set_focus(self.fields[name])

    def fold_empty(self) -> None:
        """Let empty fields give way where rows are few, until one of the form has the focus."""
        self._fold_empty(is_folded=self.is_folding and self.focused_field is None)

    def _fold_empty(self, *, is_folded: bool) -> None:
        shown = self.shown
        for field in self.fields.values():
            field.display = not (is_folded and field.spec.is_optional and not field.value)
        if shown != self.shown:
            self.styles.height = len(self.shown) + 2
            for field in self.fields.values():
                self._place(field)
            self.refresh(layout=True)

    def remark(self, name: str, text: str, tone: Tone = "dim") -> None:
        """Say something beside a field."""
        field = self.fields[name]
        if (field.note, field.tone) != (text, tone):
            field.note, field.tone = text, tone
            self._place(field)
            self.refresh()

    def _place(self, field: Field) -> None:
        first = field in self.shown[:1]
        note = min(width_of(display_text(field.note)), self._room)
        right = note + 4 if field.note else 2
        field.styles.margin = (1 if first else 0, right, 0, LEFT)

    @property
    def _room(self) -> int:
        return max(NOTE, (self.size.width - LEFT) // 3)

    def on_resize(self, _event: events.Resize) -> None:
        """Give the notes their room."""
        for field in self.fields.values():
            self._place(field)
        self.hide()

    @property
    def focused_field(self) -> Field | None:
        """The field that has the focus."""
        focused = self.screen.focused
        return focused if isinstance(focused, Field) and focused.parent is self else None

    def offer(self, field: Field, offered: Sequence[Suggestion]) -> None:
        """Show what may be meant below a field; nothing when it is there already."""
        if not offered or [one.text for one in offered] == [field.word]:
            self.hide()
            return
        wide = max(width_of(display_text(one.text)) + len(one.note) for one in offered)
        room = max(self.size.width - LEFT - 2, 10)
        row = self.shown.index(field) + 2
        view = self.suggestions
        view.styles.offset = (LEFT - 1, row)
        view.styles.width = min(max(wide + 7, 30), WIDEST, room)
        view.styles.height = min(len(offered), ROWS)
        view.offer(offered)
        view.display = True

    def hide(self) -> None:
        """Offer nothing."""
        self.suggestions.display = False
        self.suggestions.is_chosen = False

    @property
    def is_offering(self) -> bool:
        """Whether suggestions are shown."""
        return bool(self.suggestions.display)

    def take(self) -> bool:
        """Take the suggestion under the cursor; tell whether that changed something."""
        field, view = self.focused_field, self.suggestions
        if field is None or not self.is_offering or not view.offered:
            return False
        text = view.offered[view.cursor].text
        self.hide()
        if text == field.word:
            return False
        field.replace_word(text)
        self.post_message(self.Edited(self, field, is_taken=True))
        return True

    def turn(self, by: int) -> None:
        """Choose another suggestion; without any, ask for another question."""
        if self.is_offering:
            view = self.suggestions
            view.is_chosen = True
            view.move_to(view.cursor + by)
        else:
            self.post_message(self.Turned(self, by))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell that somebody has typed."""
        event.stop()
        event.prevent_default()
        if isinstance(event.input, Field):
            self.post_message(self.Edited(self, event.input))

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Say nothing of suggestions in the edge."""
        event.stop()
        event.prevent_default()

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Take what was clicked twice."""
        event.stop()
        self.take()

    async def _on_click(self, event: events.Click) -> None:
        """A click beside a field is a click on it."""
        event.prevent_default()
        fields = self.shown
        row = event.screen_y - self.region.y - 1
        if 0 <= row < len(fields) and not isinstance(event.widget, Suggestions):
            self.screen.set_focus(fields[row])

    def give_up_filter(self) -> None:
        """Hide what is offered: there is no filter line here."""
        self.hide()

    def render_line(self, y: int) -> Strip:
        """Paint the frame, the labels and what is said of each field; the fields lie over it."""
        fields = self.shown
        if not 1 <= y <= len(fields):
            return super().render_line(y)
        field, width = fields[y - 1], self.size.width
        styles = styles_of(self.app)
        frame = styles["heavy" if self.is_active else "light"]
        edge = Segment(self._frames[self.is_active].down, frame)
        note = cut(field.note, self._room)
        middle = max(width - LEFT - width_of(note) - 3, 0)
        label = Segment(f" {fit(field.spec.label, LEFT - 2)}", styles["dim"])
        said = Segment(f"{note} ", styles[field.tone])
        return Strip([edge, label, Segment(" " * (middle + 1), styles["text"]), said, edge], width)
