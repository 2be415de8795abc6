"""A list of entities: filtered, sorted, marked, and never losing the item under the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from iam_tui.commands import first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.filtering import narrowed, problem_of
from iam_tui.tui.lines import Line, Span, cut
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.binding import BindingType

    from iam_tui.tui.entities import Item
    from iam_tui.tui.filtering import Ask

MARK = "#"
"""Stands before the name of a marked item."""


class EntityList(LineView):
    """Shows the items that the filter keeps; rows are made when they are painted."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lists")]

    @dataclass
    class Marked(Message):
        """Other items are marked now."""

        view: EntityList

    @dataclass
    class HeaderClicked(Message):
        """Somebody clicked on the titles of the columns."""

        view: EntityList
        cell: int
        """Which cell of the row."""

    def __init__(self, *, jump: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Make an empty list."""
        super().__init__(jump=jump, id=id)
        self._all: Sequence[Item] = ()
        self._shown: Sequence[Item] = ()
        self._row: Callable[[Item, int], Line] | None = None
        self._header: Callable[[int], Line | None] | None = None
        self._ask: Ask | None = None
        self._wanted = ""
        self._marks: dict[str, None] = {}
        self._last_mark = ""
        self.problem = ""
        """What was not understood of the filter."""
        self.none_text = ""
        """What to say when there are no items at all."""

    def count(self) -> int:
        """Return how many items the filter keeps."""
        return len(self._shown)

    def line_at(self, index: int, width: int) -> Line:
        """Return the row of an item; while any is marked, with a column for that."""
        if self._row is None:
            return Line()
        item = self._shown[index]
        if not self._marks:
            return self._row(item, width)
        made = self._row(item, width - 1)
        first, *rest = made.spans
        mark = Span(MARK if item.key in self._marks else " ", "strong")
        spans = (first, mark, *rest)
        return Line(spans, made.target, copy=made.copy, key=made.key, full=made.full)

    @property
    def key(self) -> str | None:
        """The key of the item under the cursor."""
        return self._shown[self.cursor].key if 0 <= self.cursor < len(self._shown) else None

    @property
    def tally(self) -> str:
        """`31`, or `3/31 /dep` when a filter is on, for the title."""
        if not self.filter_text:
            return str(len(self._all))
        room = 8 if self.size.width < 40 else 24
        return f"{len(self._shown)}/{len(self._all)} /{cut(self.filter_text, room)}"

    @property
    def marked(self) -> tuple[str, ...]:
        """The keys of the marked items that there are, hidden ones too, in their order."""
        if not self._marks:
            return ()
        return tuple(item.key for item in self._all if item.key in self._marks)

    def header(self, width: int) -> Line | None:
        """Return the titles of the columns."""
        made = self._header(width - bool(self._marks)) if self._header is not None else None
        if made is None or not self._marks:
            return made
        return Line((Span(" ", "dim"), *made.spans))

    def load(
        self,
        items: Sequence[Item],
        row: Callable[[Item, int], Line],
        header: Callable[[int], Line | None],
        ask: Ask | None = None,
    ) -> None:
        """Show other items, with the cursor on the same one if it is still there."""
        self._all, self._row, self._header, self._ask = items, row, header, ask
        self._narrow()

    def narrow(self, text: str) -> None:
        """Filter by other words."""
        if text != self.filter_text:
            super().narrow(text)
            self._narrow()

    def narrow_again(self) -> None:
        """Filter by the same words: there are other answers to them."""
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

    def action_mark(self) -> None:
        """Mark the item under the cursor, or unmark it."""
        key = self.key
        if key is None:
            return
        had_any = bool(self._marks)
        if key in self._marks:
            del self._marks[key]
        else:
            self._marks[key] = None
        self._last_mark = key
        self._marks_changed(all_rows=had_any != bool(self._marks))

    def action_mark_range(self) -> None:
        """Mark all items from the last one that was marked to the one under the cursor."""
        start = self._index_of(self._last_mark) if self._last_mark else None
        if self.key is None:
            return
        first, last = sorted((self.cursor if start is None else start, self.cursor))
        self._marks.update(dict.fromkeys(item.key for item in self._shown[first : last + 1]))
        self._last_mark = self.key
        self._marks_changed(all_rows=True)

    def action_mark_clear(self) -> None:
        """Unmark everything."""
        self._marks.clear()
        self._last_mark = ""
        self._marks_changed(all_rows=True)

    def _marks_changed(self, *, all_rows: bool) -> None:
        if all_rows:
            self.refresh()
        else:
            self._refresh_rows(self.cursor)
        self.post_message(self.Marked(self))

    def on_click(self, event: events.Click) -> None:
        """A click on the titles of the columns sorts."""
        if event.y == 0 and self._header_height:
            self.post_message(self.HeaderClicked(self, event.x - 1 - bool(self._marks)))

    def _narrow(self) -> None:
        near = self.cursor
        ask = self._ask
        self._shown = narrowed(self._all, self.filter_text, lambda item: (item.name, item.key), ask)
        self.problem = problem_of(self.filter_text, ask) if ask is not None else ""
        reason = f"{self.problem}\n" if self.problem else ""
        index = self._index_of(self._wanted) if self._wanted else 0
        self.empty_text = (
            f'nothing matches "{self.filter_text}"\n{reason}{first_key("back")} clears the filter'
            if self._all
            else self.none_text
        )
        self.reloaded(near if index is None else index)
        if not self._wanted or (index is None and not self.filter_text):
            self._wanted = self.key or ""

    def _index_of(self, key: str) -> int | None:
        return next((i for i, item in enumerate(self._shown) if item.key == key), None)
