"""By which column a list is sorted: one key for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.commands import first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line, Span
from iam_tui.tui.lists import SORTS, Sort
from iam_tui.tui.screens.dialogs import TextDialog

if TYPE_CHECKING:
    from textual.binding import BindingType

    from iam_tui.tui.lists import ListName
    from iam_tui.tui.widgets.line_view import LineView


class SortScreen(TextDialog[Sort]):
    """The columns of a list; the one that is on turns round when it is taken again."""

    WIDTH = 44
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", ids=("sort.reverse",))]

    def __init__(self, name: ListName, now: Sort, *, ascii_only: bool) -> None:
        """Offer the columns.

        Args:
            name: The list.
            now: How it is sorted.
            ascii_only: Draw the frame without box drawing characters.
        """
        self._columns, self._now = SORTS[name], now
        lines = [self._line(number, one) for number, one in enumerate(self._columns, start=1)]
        super().__init__(
            f"Sort {name} by",
            lines,
            ascii_only=ascii_only,
            hint=f"a number, or {first_key('open')}   {first_key('back')}: leave",
            cursor=self._columns.index(now.column) if now.column in self._columns else 0,
        )
        for place in range(len(self._columns)):
            self._bindings.bind(str(place + 1), f"take({place})", show=False)

    def _line(self, number: int, column: str) -> Line:
        is_on = column == self._now.column
        note = "on; again turns it round" if is_on else ""
        return Line((Span(f" {number}  "), Span(column, "name"), Span(f"  {note}", "dim")))

    def action_take(self, place: int) -> None:
        """Sort by a column, or turn round the one that is on."""
        column = self._columns[place]
        is_on = column == self._now.column
        self.dismiss(Sort(column, is_on and not self._now.reverse))

    def action_sort_reverse(self) -> None:
        """Turn the order round that is on."""
        self.dismiss(self._now._replace(reverse=not self._now.reverse))

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Take the column under the cursor."""
        event.stop()
        self.action_take(self.text_view.line_number)
