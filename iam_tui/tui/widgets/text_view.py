"""Lines that are there already: details, documents, reasons, choices. Long ones are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.tui.bindings import bindings
from iam_tui.tui.widgets.line_view import LineView
from iam_tui.tui.wrapping import broken_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

    from iam_tui.tui.lines import Line


class TextView(LineView):
    """Shows lines, each in as many rows as its width needs."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("documents")]

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make a view without lines."""
        super().__init__(jump=jump, id=id)
        self.shows_resting_cursor = False
        self._lines: Sequence[Line] = ()
        self._rows: list[Line] = []
        self._origins: list[int] = []
        self._broken_for = 0
        self._sought = ""

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def line_at(self, index: int, width: int) -> Line:  # noqa: ARG002 - the rows fit already
        """Return one row."""
        return self._rows[index]

    @property
    def line_number(self) -> int:
        """The index of the line under the cursor, among those that `show` was given."""
        return self._origins[self.cursor] if 0 <= self.cursor < len(self._origins) else 0

    def show(self, lines: Sequence[Line], line_number: int = 0, *, empty_text: str = "") -> None:
        """Show other lines, the cursor on one of them.

        Args:
            lines: The lines.
            line_number: The index of the line under the cursor.
            empty_text: What to say when there are none.
        """
        if (
            lines == self._lines
            and line_number == self.line_number
            and empty_text == self.empty_text
        ):
            return
        self._lines, self.empty_text = lines, empty_text
        self._break(line_number)

    def _break(self, line_number: int) -> None:
        self._broken_for = self.size.width
        self._rows, self._origins = broken_all(self._lines, self._broken_for - 1)
        self.reloaded(self._row_of(line_number))

    def _row_of(self, line_number: int) -> int:
        return next((row for row, line in enumerate(self._origins) if line >= line_number), 0)

    def on_resize(self, event: events.Resize) -> None:
        """Break the lines anew for another width; the cursor stays on its line."""
        if event.size.width != self._broken_for:
            self._break(self.line_number)
        else:
            super().on_resize(event)

    def first_target(self) -> int:
        """Return the index of the first line that leads somewhere, else 0."""
        return next((i for i, line in enumerate(self._lines) if line.target), 0)

    def move_to_line(self, line_number: int) -> None:
        """Put the cursor on a line of those that `show` was given."""
        self.move_to(self._row_of(line_number))

    def seek(self, word: str) -> bool:
        """Go to the next row with this text, ignoring case; tell whether there is one."""
        self._sought = word.lower()
        return self._seek(range(self.cursor, self.cursor + len(self._rows)))

    def action_find_next(self) -> None:
        """The next row with the text sought."""
        self._seek(range(self.cursor + 1, self.cursor + 1 + len(self._rows)))

    def action_find_prev(self) -> None:
        """The row before with the text sought."""
        self._seek(range(self.cursor - 1, self.cursor - 1 - len(self._rows), -1))

    def _seek(self, order: range) -> bool:
        if not self._sought:
            return False
        for index in order:
            wrapped = index % len(self._rows)
            if self._sought in self._rows[wrapped].text.lower():
                self.move_to(wrapped)
                return True
        return False
