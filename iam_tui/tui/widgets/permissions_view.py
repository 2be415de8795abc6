"""Pane 6: effective permissions, service by service, unfolded on demand."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar

from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line
from iam_tui.tui.permission_rows import SHOWS
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.binding import BindingType

    from iam_tui.tui.permission_rows import PermissionTree, Row, Show


class PermissionsView(LineView):
    """Shows the rows of a tree; what is unfolded and shown outlives the tree."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("permissions")]

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make a panel without figures."""
        super().__init__(jump=jump, id=id)
        self.tree_of_rows: PermissionTree | None = None
        self.showing: Show = "all"
        self._rows: list[Row] = []
        self._unfolded: set[str] = set()
        self._wanted = ""
        """The row that the cursor was put on by hand."""

    def count(self) -> int:
        """Return how many rows are visible."""
        return len(self._rows)

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

        return render(self.tree_of_rows.account, self._rows[index], width)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

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
        place = f"{super().position}  " if self._rows else ""
        return f"{place}f: {self.showing}" if self.tree_of_rows is not None else ""

    def show_tree(self, tree: PermissionTree | None, *, why_not: str = "") -> None:
        """Show other figures, the cursor on the same row if it is there.

        Args:
            tree: The figures; None when there are none to show.
            why_not: What to say then.
        """
        self.tree_of_rows = tree
        self.empty_text = why_not
        self.dim(is_stale=False)
        self._update()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; the same one is looked for among other figures."""
        super().move_to(index)
        self._wanted = self.row.key if self.row is not None else self._wanted

    def narrow(self, text: str) -> None:
        """Show only actions with this in their name; the cursor stays on its row."""
        if not text and self.row is not None and not self.row.note:
            self._wanted = self.row.key
        super().narrow(text)
        self._update()

    def action_show(self) -> None:
        """Show the next kind of rows: all, granted, limited, blocked, changed."""
        self.showing = SHOWS[(SHOWS.index(self.showing) + 1) % len(SHOWS)]
        self._update()

    def action_expand(self) -> None:
        """Unfold the row, or fold it again with the same key."""
        row = self.row
        if row is None or row.is_open is None:
            self.action_open()
            return
        self._wanted = row.key
        self._unfolded.symmetric_difference_update({row.key})
        self._update()
        self.show_below(self._rows_inside(self.cursor))

    def action_fold(self) -> None:
        """Fold the row, or go to the one that it is in."""
        row = self.row
        if row is not None and row.is_open:
            self._wanted = row.key
            self._unfolded.discard(row.key)
            self._update()
        elif row is not None:
            self.move_to(self._index_of_parent(self.cursor))

    def _rows_inside(self, index: int) -> int:
        depth = self._rows[index].depth
        return len(list(takewhile(lambda row: row.depth > depth, self._rows[index + 1 :])))

    def _index_of_parent(self, index: int) -> int:
        depth = self._rows[index].depth
        return next((i for i in range(index, -1, -1) if self._rows[i].depth < depth), index)

    def action_open(self) -> None:
        """Unfold a service; ask for the reason of an action."""
        row = self.row
        if row is not None and row.is_open is not None:
            self.action_expand()
        elif row is not None and row.permission is not None:
            self.post_message(self.Opened(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let `left` go back from what is neither unfolded nor inside of something."""
        if action == "fold":
            return self.row is not None and (bool(self.row.is_open) or self.row.depth > 0)
        return super().check_action(action, parameters)

    def _update(self) -> None:
        tree = self.tree_of_rows
        self._rows = []
        if tree is not None:
            tree.show, tree.text, tree.unfolded = self.showing, self.filter_text, self._unfolded
            self._rows = tree.rows()
        self.reloaded(self._index_of_wanted())

    def _index_of_wanted(self) -> int:
        """Return the row wanted, else the one it is folded into, else the first service."""
        keys = {row.key: index for index, row in enumerate(self._rows)}
        service = self._wanted.partition(":")[0].partition("/")[0]
        first = next((i for i, row in enumerate(self._rows) if not row.note), 0)
        return keys.get(self._wanted, keys.get(service, first))
