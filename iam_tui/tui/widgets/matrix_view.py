"""Principals by services; the first column stays, the others scroll, one cell is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.commands import first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line
from iam_tui.tui.matrix_table import SORTS, in_words
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from iam_tui.tui.matrix_table import MatrixTable, Shown


class MatrixView(LineView):
    """Shows the rows of a table; they are made when they are painted."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("matrix", but=("column.pick",))]

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make a view without figures."""
        super().__init__(jump=jump, id=id)
        self.table: MatrixTable | None = None
        self.service = ""
        """The chosen column."""
        self.principal = ""
        """ARN of the principal that the cursor was put on by hand."""
        self._rows: Sequence[Shown] = ()
        self._left = 0

    def count(self) -> int:
        """Return how many rows the filter keeps."""
        return len(self._rows)

    @property
    def one(self) -> Shown | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def header(self, width: int) -> Line | None:
        """Return the names of the columns, when there are figures."""
        table = self.table
        return table.header(self._left_for(width), self.service, width) if table else None

    def line_at(self, index: int, width: int) -> Line:
        """Return a row."""
        if self.table is None:
            return Line()
        return self.table.line(self._rows[index], self._left_for(width), self.service, width)

    @property
    def hidden_text(self) -> str:
        """The chosen cell of the row under the cursor in words."""
        one = self.one
        return in_words(one, self.service) if one is not None and self.service else ""

    @property
    def position(self) -> str:
        """The position among the rows, and among the columns."""
        if self.table is None:
            return ""
        services = self.table.services
        if self.service not in services:
            return super().position
        at = f"{self.service}: {services.index(self.service) + 1} of {len(services)}"
        return f"{super().position}  {at}"

    def show_table(self, table: MatrixTable | None, *, why_not: str = "") -> None:
        """Show other figures, the cursor on the same cell if it is there.

        Args:
            table: The figures; None when there are none to show.
            why_not: What to say then.
        """
        former = self.table
        if table is not None and former is not None:
            table.sort, table.reverse = former.sort, former.reverse
            table.look_at(former.own)
        if table is not None:
            table.text = self.filter_text
        self.table, self.empty_text = table, why_not
        self.dim(is_stale=False)
        self.update_rows()

    def update_rows(self) -> None:
        """Show the rows as they are now, the cursor on the same cell if it is there."""
        table = self.table
        self._rows = ()
        if table is not None:
            services = table.services
            if self.service not in services:
                self.service = services[0] if services else ""
            self._rows = table.rows(self.service)
            if not self._rows:
                self.empty_text = (
                    f'nobody matches "{self.filter_text}"; {first_key("back")} clears the filter'
                )
        keys = (one.row.principal for one in self._rows)
        self.reloaded(next((i for i, key in enumerate(keys) if key == self.principal), 0))

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; the same one is looked for among other figures."""
        super().move_to(index)
        one = self.one
        self.principal = one.row.principal if one is not None else self.principal

    def narrow(self, text: str) -> None:
        """Show only principals whose names match."""
        super().narrow(text)
        if self.table is not None:
            self.table.text = text
            self.update_rows()

    def choose(self, service: str) -> None:
        """Put the cursor on a column."""
        self.service = service
        if self.table is not None and self.table.sort == "service":
            self.update_rows()
        self.refresh()
        self.post_message(self.Moved(self, by_hand=True))

    def _left_for(self, width: int) -> int:
        """Return the first column that is shown, so that the chosen one can be seen."""
        table = self.table
        if table is None or self.service not in table.services:
            return 0
        at = table.services.index(self.service)
        self._left = min(self._left, at)
        while at >= self._left + len(table.columns(self._left, width)):
            self._left += 1
        return self._left

    def _turn(self, by: int) -> None:
        table = self.table
        if table is not None and table.services:
            at = table.services.index(self.service) + by
            self.choose(table.services[max(0, min(at, len(table.services) - 1))])

    def action_column_next(self) -> None:
        """The next service."""
        self._turn(1)

    def action_column_prev(self) -> None:
        """The service before."""
        self._turn(-1)

    def action_column_page_next(self) -> None:
        """As many services further right as can be seen."""
        self._turn(self._page_of_columns())

    def action_column_page_prev(self) -> None:
        """As many services further left as can be seen."""
        self._turn(-self._page_of_columns())

    def _page_of_columns(self) -> int:
        width = self.size.width - 1
        return len(self.table.columns(self._left_for(width), width)) if self.table else 0

    def action_column_own(self) -> None:
        """Show only the services of the principal under the cursor, or all again."""
        table, one = self.table, self.one
        if table is not None and one is not None:
            table.look_at("" if table.own else one.row.principal)
            self._left = 0
            self.update_rows()
            self.post_message(self.Moved(self, by_hand=True))

    def sort_next(self) -> None:
        """Sort by the next of what rows can be sorted by."""
        if self.table is not None:
            self.table.sort = SORTS[(SORTS.index(self.table.sort) + 1) % len(SORTS)]
            self.table.reverse = False
            self.update_rows()

    def sort_reverse(self) -> None:
        """Turn the order round."""
        if self.table is not None:
            self.table.reverse = not self.table.reverse
            self.update_rows()
