"""The fields of a request that is to be explained; folded into one line where rows are few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.commands import first_key
from iam_tui.text import display_text
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.widgets.form import FieldSpec, FormPane
from iam_tui.tui.widgets.line_view import LineView
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.strip import Strip

SPECS = (
    FieldSpec("principal", "Principal", "user/NAME, role/NAME, root, an ARN"),
    FieldSpec("action", "Action", "s3:GetObject"),
    FieldSpec("resource", "Resource", "an ARN; empty: any resource"),
    FieldSpec("context", "Context", "aws:MultiFactorAuthPresent=true ...", has_words=True),
    FieldSpec("message", "Message", "or paste an AccessDenied message here"),
)


class FoldedView(LineView):
    """What the fields hold, in one line."""

    def __init__(self) -> None:
        """Make an empty line."""
        super().__init__(id="folded")
        self.shows_position = False
        self.values: Sequence[str] = ()

    def count(self) -> int:
        """Return how many lines there are."""
        return 1

    def line_at(self, index: int, width: int) -> Line:  # noqa: ARG002 - there is one line
        """Return what the fields hold."""
        whole = "  ".join(display_text(value) for value in self.values if value)
        return Line((Span(fit(whole or "nothing asked yet", width)),), full=whole)


class RequestForm(FormPane):
    """The fields; unless one of them has the focus they may be folded."""

    def __init__(self, *, ascii_only: bool) -> None:
        """Make empty fields."""
        super().__init__("Request", SPECS, ascii_only=ascii_only)
        self.folded = FoldedView()
        self.said: dict[str, str] = {}
        """What holds while a field is empty, as the message says it."""
        self._is_folded = False

    def compose(self) -> ComposeResult:
        """The fields, and the line that stands for them."""
        yield from super().compose()
        yield self.folded

    def on_mount(self) -> None:
        """Begin with the fields, or with the line."""
        self.fold(is_folded=self._is_folded)

    def fold(self, *, is_folded: bool) -> None:
        """Show one line, or the fields."""
        self._is_folded = is_folded
        values = self.values
        shown = [values[name] or self.said.get(name, "") for name in values if name != "message"]
        self.folded.values = ["message:", *shown] if values["message"] and self.said else shown
        self.folded.display = is_folded
        for field in self.fields.values():
            field.display = not is_folded
        for field in self.fields.values():
            self._place(field)
        self.footed("" if is_folded else f"{first_key('form.run')}: ask")
        self.styles.height = 3 if is_folded else len(self.fields) + 2
        self.refresh()

    def focus_field(self, name: str) -> None:
        """Unfold the fields and give one of them the focus."""
        if self._is_folded:
            self.fold(is_folded=False)
        self.screen.set_focus(self.fields[name])

    def say_of_message(self, said: dict[str, str]) -> None:
        """Say in the empty fields what the message fills in."""
        self.said = said
        for name, field in self.fields.items():
            field.placeholder = said.get(name) or field.spec.hint
            if said.get(name) and not field.text:
                self.remark(name, "as the message says")
            elif field.note == "as the message says":
                self.remark(name, "")

    def open_filter(self, text: str, placeholder: str) -> None:  # noqa: ARG002 - as a pane has it
        """Go to the first field: there is nothing to narrow here."""
        self.focus_field(SPECS[0].name)

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Say no position."""
        event.stop()

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Unfold the fields."""
        if event.view is self.folded:
            event.stop()
            event.prevent_default()
            self.open_filter("", "")

    def render_line(self, y: int) -> Strip:
        """Paint a row of the frame; without labels where there are no fields."""
        return Pane.render_line(self, y) if self._is_folded else super().render_line(y)
