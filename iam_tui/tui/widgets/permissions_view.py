"""Pane 6: effective permissions, service by service, unfolded on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from iam_tui.tui.lines import Line
from iam_tui.tui.permission_rows import SHOWS
from iam_tui.tui.widgets.tree_view import TreeView

if TYPE_CHECKING:
    from iam_tui.tui.permission_rows import PermissionTree, Row, Show


class PermissionsView(TreeView["Row"]):
    """Shows the rows of a tree; what is unfolded and shown outlives the tree."""

    SHOWS: ClassVar[tuple[str, ...]] = SHOWS

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make a panel without figures."""
        super().__init__(jump=jump, id=id)
        self.tree_of_rows: PermissionTree | None = None

    def header(self, width: int) -> Line | None:
        """Return the titles of the columns, when there are figures."""
        if self.tree_of_rows is None:
            return None
        from iam_tui.tui.permission_lines import header

        return header(width)

    def line_at(self, index: int, width: int) -> Line:
        """Return a row of the tree."""
        if self.tree_of_rows is None:
            return Line()
        from iam_tui.tui.permission_lines import render

        return render(self.tree_of_rows.account, self.row_at(index), width)

    @property
    def hidden_text(self) -> str:
        """The whole of the permission under the cursor, which its row has in short."""
        row, tree = self.row, self.tree_of_rows
        if row is None or tree is None:
            return ""
        from iam_tui.tui.permission_lines import described

        return described(tree.account, row)

    @property
    def position(self) -> str:
        """The position among the rows, and which of them are shown."""
        return super().position if self.tree_of_rows is not None else ""

    def show_tree(self, tree: PermissionTree | None, *, why_not: str = "") -> None:
        """Show other figures, the cursor on the same row if it is there.

        Args:
            tree: The figures; None when there are none to show.
            why_not: What to say then.
        """
        self.tree_of_rows = tree
        self.empty_text = why_not
        self.dim(is_stale=False)
        self.update_rows()

    def is_leaf(self, row: Row) -> bool:
        """Tell whether a row is of one action, whose reason can be asked for."""
        return row.permission is not None

    def made_rows(self) -> list[Row]:
        """Return the rows of the tree that are visible."""
        tree = self.tree_of_rows
        if tree is None:
            return []
        tree.show, tree.text = cast("Show", self.showing), self.filter_text
        tree.unfolded = self.unfolded
        return tree.rows()
