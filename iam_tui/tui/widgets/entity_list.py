"""A list of entities: filtered, sorted, and never losing the item under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.tui.filtering import narrowed
from iam_tui.tui.lines import Line, cut
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iam_tui.tui.entities import Item


class EntityList(LineView):
    """Shows the items that the filter keeps; rows are made when they are painted."""

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make an empty list."""
        super().__init__(jump=jump, id=id)
        self._all: Sequence[Item] = ()
        self._shown: Sequence[Item] = ()
        self._row: Callable[[Item, int], Line] | None = None
        self._header: Callable[[int], Line | None] | None = None
        self._wanted = ""
        self.none_text = ""
        """What to say when there are no items at all."""

    def count(self) -> int:
        """Return how many items the filter keeps."""
        return len(self._shown)

    def line_at(self, index: int, width: int) -> Line:
        """Return the row of an item."""
        if self._row is None:
            return Line()
        return self._row(self._shown[index], width)

    @property
    def key(self) -> str | None:
        """The key of the item under the cursor."""
        return self._shown[self.cursor].key if 0 <= self.cursor < len(self._shown) else None

    @property
    def tally(self) -> str:
        """`31`, or `3/31 /dep` when a filter is on, for the title."""
        if not self.filter_text:
            return str(len(self._all))
        return f"{len(self._shown)}/{len(self._all)} /{cut(self.filter_text, 8)}"

    def header(self, width: int) -> Line | None:
        """Return the titles of the columns."""
        return self._header(width) if self._header is not None else None

    def load(
        self,
        items: Sequence[Item],
        row: Callable[[Item, int], Line],
        header: Callable[[int], Line | None],
    ) -> None:
        """Show other items, with the cursor on the same one if it is still there."""
        self._all, self._row, self._header = items, row, header
        self._narrow()

    def narrow(self, text: str) -> None:
        """Filter by other words."""
        if text != self.filter_text:
            super().narrow(text)
            self._narrow()

    def settle(self) -> None:
        """Take the item under the cursor for the one to keep, when the typing has ended."""
        self._wanted = self.key or self._wanted

    def select(self, key: str) -> bool:
        """Put the cursor on an item; a filter that hides it is dropped."""
        index = self._index_of(key)
        if index is None and self.filter_text and any(item.key == key for item in self._all):
            self.narrow("")
            index = self._index_of(key)
        if index is None:
            return False
        self.move_to(index)
        return True

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, and remember whose it is."""
        super().move_to(index)
        self._wanted = self.key or self._wanted

    def _narrow(self) -> None:
        near = self.cursor
        self._shown = narrowed(self._all, self.filter_text, lambda item: (item.name, item.key))
        index = self._index_of(self._wanted) if self._wanted else 0
        self.empty_text = (
            f'nothing matches "{self.filter_text}"\nesc clears the filter'
            if self._all
            else self.none_text
        )
        self.reloaded(near if index is None else index)
        if not self._wanted or (index is None and not self.filter_text):
            self._wanted = self.key or ""

    def _index_of(self, key: str) -> int | None:
        return next((i for i, item in enumerate(self._shown) if item.key == key), None)
