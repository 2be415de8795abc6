"""What two identities can do side by side, service by service, unfolded on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.tui.comparison_lines import header, render, said_in_full
from iam_tui.tui.comparison_rows import SHOWS
from iam_tui.tui.lines import Line
from iam_tui.tui.widgets.tree_view import TreeView

if TYPE_CHECKING:
    from iam_tui.tui.comparison_rows import ComparedRow, ComparisonTree


class ComparisonView(TreeView["ComparedRow"]):
    """Shows the rows of a comparison."""

    SHOWS: ClassVar[tuple[str, ...]] = SHOWS

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make a view without figures."""
        super().__init__(jump=jump, id=id)
        self.tree_of_rows: ComparisonTree | None = None

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

    @property
    def position(self) -> str:
        """The position among the rows, and which of them are shown."""
        return super().position if self.tree_of_rows is not None else ""

    def show_tree(self, tree: ComparisonTree | None, *, why_not: str = "") -> None:
        """Show other figures, the cursor on the same row if it is there.

        Args:
            tree: The figures; None when there are none to show.
            why_not: What to say then.
        """
        self.tree_of_rows = tree
        self.empty_text = why_not
        self.dim(is_stale=False)
        self.update_rows()

    def is_leaf(self, row: ComparedRow) -> bool:
        """Tell whether a row is of one action, whose reasons can be asked for."""
        return row.compared is not None

    def made_rows(self) -> list[ComparedRow]:
        """Return the rows of the tree that are visible."""
        tree = self.tree_of_rows
        if tree is None:
            return []
        tree.show, tree.text, tree.unfolded = self.showing, self.filter_text, self.unfolded
        return tree.rows()
