"""What two identities can do side by side, service by service, unfolded on demand."""

from __future__ import annotations

from typing import ClassVar

from iam_tui.tui.comparison_lines import header, render, said_in_full
from iam_tui.tui.comparison_rows import SHOWS, ComparedRow, ComparisonTree
from iam_tui.tui.lines import Line
from iam_tui.tui.widgets.tree_view import TreeView


class ComparisonView(TreeView[ComparisonTree, ComparedRow]):
    """Shows the rows of a comparison."""

    SHOWS: ClassVar[tuple[str, ...]] = SHOWS

    def header(self, width: int) -> Line | None:
        """Return the titles of the columns, when there are figures."""
        return header(width) if self.tree_of_rows is not None else None

    def line_at(self, index: int, width: int) -> Line:
        """Return a row of the tree."""
        return render(self.row_at(index), width)

    @property
    def hidden_text(self) -> str:
        """The whole of the action under the cursor, which its row has in short."""
        row, tree = self.row, self.tree_of_rows
        return said_in_full(tree, row) if row is not None and tree is not None else ""

    def is_leaf(self, row: ComparedRow) -> bool:
        """Tell whether a row is of one action, whose reasons can be asked for."""
        return row.compared is not None
