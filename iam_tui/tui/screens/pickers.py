"""Dialogs in which one types: pick one of many, give a file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from iam_tui.commands import first_key
from iam_tui.text import display_text
from iam_tui.tui.bindings import bindings
from iam_tui.tui.choices import Choice
from iam_tui.tui.filtering import ranked
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.screens.dialogs import Answer, Dialog
from iam_tui.tui.widgets.line_view import LineView
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView
from iam_tui.tui.wrapping import broken_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

NOTE = 18
"""Cells for what a choice is."""


class Offer(Protocol):
    """What the list shows of a choice, whatever its answer is."""

    @property
    def label(self) -> str:
        """Its name."""

    @property
    def note(self) -> str:
        """What it is."""


class ChoiceList(LineView):
    """Choices with what each is; their rows are made when they are painted."""

    can_focus = False

    def __init__(self) -> None:
        """Make an empty list."""
        super().__init__(id="dialog-view")
        self.empty_text = f"nothing matches; {first_key('back')} leaves"
        self.choices: Sequence[Offer] = ()

    def count(self) -> int:
        """Return how many choices there are."""
        return len(self.choices)

    def line_at(self, index: int, width: int) -> Line:
        """Return the row of a choice."""
        choice = self.choices[index]
        note = min(NOTE, width // 3)
        label = fit(choice.label, width - note - 3)
        return Line((Span(f" {label}  ", "name"), Span(fit(choice.note, note), "dim")))

    def offer(self, choices: Sequence[Offer]) -> None:
        """Show other choices, the first one selected."""
        self.choices = choices
        self.reloaded(0)


class TypingDialog(Dialog[Answer]):
    """A dialog whose field has the focus; only esc leaves it, as letters are text."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", ids=("back",), first_key=True)]

    def __init__(
        self, title: str, view: LineView, *, ascii_only: bool, hint: str, text: str, ask: str
    ) -> None:
        """Frame a view and a field above it.

        Args:
            title: What is asked, in the upper edge.
            view: What stands below the field.
            ascii_only: Draw the frame without box drawing characters.
            hint: The keys, in the lower edge.
            text: What the field begins with.
            ask: What it says when it is empty.
        """
        super().__init__(title, view, ascii_only=ascii_only, hint=hint)
        self._text, self._ask = text, ask

    def on_mount(self) -> None:
        """Let the user type at once; what was typed already comes first."""
        self.fit()
        self.pane.open_filter(self._text, self._ask)
        self.take_keys()


class PickScreen(TypingDialog[Answer]):
    """One of many, found by typing a few letters of its name."""

    WIDTH = 76
    ROWS = 16
    """A steady height, so that the frame does not jump while typing."""
    PAGE = 10
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pickers", but=("pick.complete",))]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice[Answer]],
        *,
        ascii_only: bool,
        view: ChoiceList | None = None,
    ) -> None:
        """Offer what can be picked.

        Args:
            title: What is asked, in the upper edge.
            choices: All of them.
            ascii_only: Draw the frame without box drawing characters.
            view: A list that shows them in its own way.
        """
        self.list = ChoiceList() if view is None else view
        super().__init__(
            title,
            self.list,
            ascii_only=ascii_only,
            hint=f"enter: take it   {first_key('back')}: leave",
            text="",
            ask="type a few letters; up and down move",
        )
        self._choices = choices
        self._shown = choices
        self._sought = ""
        self.list.offer(choices)

    def rows(self, width: int) -> int:  # noqa: ARG002 - the height is steady
        """Return a steady height."""
        return self.ROWS

    def _narrow(self, text: str) -> None:
        if text == self._sought:
            return
        self._sought = text
        self._shown = self.ranked(self._choices, text)
        self.list.offer(self._shown)

    def ranked(self, choices: Sequence[Choice[Answer]], text: str) -> Sequence[Choice[Answer]]:
        """Return the choices that what was typed finds, the closest first."""
        return ranked(choices, text, lambda choice: choice.label)

    def take(self, choice: Choice[Answer]) -> None:
        """Give the one that was chosen."""
        self.dismiss(choice.answer)

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Narrow while typing; enter takes the one under the cursor."""
        self._narrow(event.text or "")
        if not event.done:
            return
        if self._shown:
            self.take(self._shown[self.list.cursor])
        else:
            self.pane.open_filter(event.text or "", "")

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Take what was clicked twice."""
        event.stop()
        self.take(self._shown[self.list.cursor])

    def _move(self, by: int) -> None:
        self.list.move_to(self.list.cursor + by)

    def action_pick_down(self) -> None:
        """One down, while the filter line keeps the focus."""
        self._move(1)

    def action_pick_up(self) -> None:
        """One up."""
        self._move(-1)

    def action_pick_page_down(self) -> None:
        """Some down."""
        self._move(self.PAGE)

    def action_pick_page_up(self) -> None:
        """Some up."""
        self._move(-self.PAGE)


class AskScreen(TypingDialog[str]):
    """A line of text: a file's name."""

    ASK = "file name"

    def __init__(self, title: str, value: str, *, text: str, ascii_only: bool) -> None:
        """Ask, with an answer proposed."""
        self._lines = [Line((Span(f" {text}", "dim"),), indent=1)]
        view = TextView(id="dialog-view")
        hint, shown = f"enter: do it   {first_key('back')}: leave", display_text(value)
        super().__init__(title, view, ascii_only=ascii_only, hint=hint, text=shown, ask=self.ASK)
        view.can_focus = False
        view.shows_resting_cursor = view.shows_position = False
        view.show(self._lines)

    def rows(self, width: int) -> int:
        """Return how many rows the text and the field take."""
        return len(broken_all(self._lines, width)[0]) + 1

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Give what was typed; an empty name is none."""
        if event.done and event.text:
            self.dismiss(event.text)
        elif event.done:
            self.pane.open_filter("", self.ASK)
