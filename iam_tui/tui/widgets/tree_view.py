"""A tree of rows that unfolds on demand: service, access level, action."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from iam_tui.tui.bindings import bindings
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.binding import BindingType


class TreeRow(Protocol):
    """What a view has to know of a row."""

    @property
    def key(self) -> str:
        """`s3`, `s3/Write` or `s3:PutObject`; a note has another one."""

    @property
    def depth(self) -> int:
        """How far inside it is."""

    @property
    def is_open(self) -> bool | None:
        """Whether it is unfolded; None: there is nothing to unfold."""

    @property
    def note(self) -> str:
        """A remark instead of figures."""


AnyRow = TypeVar("AnyRow", bound=TreeRow)


class Tree(Protocol[AnyRow]):
    """What a view has to know of the figures."""

    show: str
    text: str
    unfolded: set[str]

    def rows(self) -> list[AnyRow]:
        """Return the rows that are visible, as `show`, `text` and `unfolded` say."""


AnyTree = TypeVar("AnyTree", bound=Tree[Any])


class TreeView(LineView, Generic[AnyTree, AnyRow]):
    """Shows the rows of a tree; what is unfolded and shown outlives the figures in it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("permissions")]
    SHOWS: ClassVar[tuple[str, ...]] = ("all",)
    """The kinds of rows that can be shown, the first one at the beginning."""

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make a tree without figures."""
        super().__init__(jump=jump, id=id)
        self.showing = self.SHOWS[0]
        self.unfolded: set[str] = set()
        self.tree_of_rows: AnyTree | None = None
        """The figures; None while there are none to show."""
        self._rows: list[AnyRow] = []
        self._wanted = ""
        """The row that the cursor was put on by hand."""

    def is_leaf(self, row: AnyRow) -> bool:
        """Tell whether enter opens a row, which has nothing inside."""
        raise NotImplementedError

    def count(self) -> int:
        """Return how many rows are visible."""
        return len(self._rows)

    @property
    def row(self) -> AnyRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def row_at(self, index: int) -> AnyRow:
        """Return a visible row."""
        return self._rows[index]

    @property
    def position(self) -> str:
        """The position among the rows, and which of them are shown."""
        if self.tree_of_rows is None:
            return ""
        place = f"{super().position}  " if self._rows else ""
        return f"{place}f: {self.showing}"

    def show_tree(self, tree: AnyTree | None, *, why_not: str = "") -> None:
        """Show other figures, the cursor on the same row if it is there.

        Args:
            tree: The figures; None when there are none to show.
            why_not: What to say then.
        """
        self.tree_of_rows = tree
        self.empty_text = why_not
        self.dim(is_stale=False)
        self.update_rows()

    def update_rows(self) -> None:
        """Show the rows as they are now, the cursor on the same one if it is there."""
        self._rows = self._visible_rows()
        self.reloaded(self._index_of_wanted())

    def _visible_rows(self) -> list[AnyRow]:
        tree = self.tree_of_rows
        if tree is None:
            return []
        tree.show, tree.text, tree.unfolded = self.showing, self.filter_text, self.unfolded
        return tree.rows()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; the same one is looked for among other figures."""
        super().move_to(index)
        self._wanted = self.row.key if self.row is not None else self._wanted

    def unfold_at(self, key: str) -> None:
        """Unfold a row and put the cursor on it, now or when the figures are there.

        Args:
            key: The key of the row.
        """
        self.unfolded.add(key)
        self._wanted = key
        self.update_rows()

    def narrow(self, text: str) -> None:
        """Show only actions with this in their name; the cursor stays on its row."""
        if not text and self.row is not None and not self.row.note:
            self._wanted = self.row.key
        super().narrow(text)
        self.update_rows()

    def action_show(self) -> None:
        """Show the next kind of rows."""
        self.showing = self.SHOWS[(self.SHOWS.index(self.showing) + 1) % len(self.SHOWS)]
        self.update_rows()

    def action_expand(self) -> None:
        """Unfold the row, or fold it again with the same key."""
        row = self.row
        if row is None or row.is_open is None:
            self.action_open()
            return
        self._wanted = row.key
        self.unfolded.symmetric_difference_update({row.key})
        self.update_rows()
        self.show_below(self._rows_inside(self.cursor))

    def action_fold(self) -> None:
        """Fold the row, or go to the one that it is in."""
        row = self.row
        if row is not None and row.is_open:
            self._wanted = row.key
            self.unfolded.discard(row.key)
            self.update_rows()
        elif row is not None:
            self.move_to(self._index_of_parent(self.cursor))

    def _rows_inside(self, index: int) -> int:
        depth = self._rows[index].depth
        return len(list(takewhile(lambda row: row.depth > depth, self._rows[index + 1 :])))

    def _index_of_parent(self, index: int) -> int:
        depth = self._rows[index].depth
        return next((i for i in range(index, -1, -1) if self._rows[i].depth < depth), index)

    def action_open(self) -> None:
        """Unfold a row; tell whoever owns the view of one that has nothing inside."""
        row = self.row
        if row is not None and row.is_open is not None:
            self.action_expand()
        elif row is not None and self.is_leaf(row):
            self.post_message(self.Opened(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let `left` go back from what is neither unfolded nor inside of something."""
        if action == "fold":
            return self.row is not None and (bool(self.row.is_open) or self.row.depth > 0)
        return super().check_action(action, parameters)

    def _index_of_wanted(self) -> int:
        """Return the row wanted, else the one it is folded into, else the first service."""
        keys = {row.key: index for index, row in enumerate(self._rows)}
        service = self._wanted.partition(":")[0].partition("/")[0]
        first = next((i for i, row in enumerate(self._rows) if not row.note), 0)
        return keys.get(self._wanted, keys.get(service, first))
