"""Pane 6: effective permissions, service by service, unfolded on demand."""

from __future__ import annotations

from typing import ClassVar

from iam_tui.tui.lines import Line
from iam_tui.tui.permission_rows import SHOWS, PermissionTree, Row
from iam_tui.tui.widgets.tree_view import TreeView


class PermissionsView(TreeView[PermissionTree, Row]):
    """Shows the rows of a tree; what is unfolded and shown outlives the tree."""

    SHOWS: ClassVar[tuple[str, ...]] = SHOWS

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

    def is_leaf(self, row: Row) -> bool:
        """Tell whether a row is of one action, whose reason can be asked for."""
        return row.permission is not None
