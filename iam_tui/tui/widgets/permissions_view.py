"""Pane 6: effective permissions, service by service, unfolded on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.tui.bindings import bindings
from iam_tui.tui.permission_rows import SHOWS, header, render
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.binding import BindingType

    from iam_tui.tui.lines import Line
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

    def count(self) -> int:
        """Return how many rows are visible."""
        return len(self._rows)

    def line_at(self, index: int, width: int) -> Line:
        """Return a row of the tree."""
        return render(self._rows[index], width)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    @property
    def position(self) -> str:
        """The position among the rows, and which of them are shown."""
        return f"{super().position}  f: {self.showing}" if self._rows else f"f: {self.showing}"

    def show_tree(self, tree: PermissionTree | None, *, why_not: str = "") -> None:
        """Show other figures, the cursor on the same row if it is there.

        Args:
            tree: The figures; None when there are none to show.
            why_not: What to say then.
        """
        self.tree_of_rows = tree
        self.empty_text = why_not
        self._update()

    def on_resize(self) -> None:  # type: ignore[override]
        """Fit the header to the width."""
        self.header = header(self.size.width - 1)
        self.top = self._top_for(self.cursor)

    def narrow(self, text: str) -> None:
        """Show only actions with this in their name."""
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
        self._unfolded.symmetric_difference_update({row.key})
        self._update()

    def action_fold(self) -> None:
        """Fold the row."""
        row = self.row
        if row is not None:
            self._unfolded.discard(row.key)
            self._update()

    def action_open(self) -> None:
        """Unfold a service; ask for the reason of an action."""
        row = self.row
        if row is not None and row.is_open is not None:
            self.action_expand()
        elif row is not None:
            self.post_message(self.Opened(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let `left` fold only what is unfolded; else it goes back."""
        if action == "fold":
            return self.row is not None and bool(self.row.is_open)
        return super().check_action(action, parameters)

    def _update(self) -> None:
        before = self.row.key if self.row is not None else ""
        if self.tree_of_rows is not None:
            self.tree_of_rows.show = self.showing
            self.tree_of_rows.text = self.filter_text
            self.tree_of_rows.unfolded = self._unfolded
            self._rows = self.tree_of_rows.rows()
        else:
            self._rows = []
        if self.tree_of_rows is not None and not self._rows:
            self.empty_text = self._nothing()
        same = next((i for i, row in enumerate(self._rows) if row.key == before), None)
        self.reloaded(self._first_service() if same is None else same)

    def _first_service(self) -> int:
        return next((i for i, row in enumerate(self._rows) if not row.note), 0)

    def _nothing(self) -> str:
        if self.filter_text:
            return f'no action with "{self.filter_text}"; esc clears the filter'
        if self.showing != "all":
            return f"nothing {self.showing}; f shows more"
        return "no policy grants anything"
