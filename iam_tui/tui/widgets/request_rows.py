"""The decisions about many requests, a row each; made when they are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.tui.asking.answers import Answer, Failure, Item
from iam_tui.tui.lines import Line, Span, Tone, cut, fit
from iam_tui.tui.simulation_lines import DECISION_TONES
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Sequence


DECISION = 14


class RequestRows(LineView):
    """One row a request."""

    def __init__(self, *, jump: bool = False) -> None:
        """Make an empty list."""
        super().__init__(jump=jump, id="rows-view")
        self._items: Sequence[Item] = ()
        self._shown: Sequence[int] = ()
        self.says_who = False

    def show(self, items: Sequence[Item], *, says_who: bool) -> None:
        """Show the answers so far; the cursor stays.

        Args:
            items: The answers.
            says_who: Whether each row says whose request it is.
        """
        self._items, self.says_who = items, says_who
        self._narrow()
        self.reloaded(self.cursor)

    def _narrow(self) -> None:
        sought = self.filter_text.lower()
        if not sought:
            self._shown = range(len(self._items))
            return
        self._shown = [
            index for index, item in enumerate(self._items) if sought in _whole(item).lower()
        ]

    def narrow(self, text: str) -> None:
        """Show only rows with this in their text."""
        super().narrow(text)
        self._narrow()
        self.reloaded(0)

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self._shown)

    def line_at(self, index: int, width: int) -> Line:
        """Return the row of a request."""
        item = self._items[self._shown[index]]
        request = item.request
        room = max(width - DECISION, 0)
        parts = [request.action, request.resource or "any resource"]
        if self.says_who:
            parts.insert(0, request.principal)
        if isinstance(item, Answer) and item.before not in ("", item.found.decision.value):
            parts[-1] += f"  (was {item.before})"
        if isinstance(item, Failure):
            parts = [request.principal, item.problem]
        widths = _widths(parts, room)
        shown = [fit(part, wide) for part, wide in zip(parts, widths, strict=True)]
        decision, tone = _decision(item)
        return Line(
            (Span(f"{decision:<{DECISION}}", tone), Span(cut("".join(shown), room))),
            copy=_whole(item),
            full=_whole(item),
        )

    @property
    def item(self) -> Item | None:
        """The answer under the cursor."""
        return self._items[self._shown[self.cursor]] if self.count() else None


def _widths(parts: list[str], room: int) -> list[int]:
    """Return the cells of each column; what is last takes what the others leave."""
    firsts = [max(room * (5 if index else 4) // 16, 12) for index in range(len(parts) - 1)]
    return [*firsts, max(room - sum(firsts), 0)]


def decision_of(item: Item) -> str:
    """Return the decision of a row; `error` where there is none."""
    if isinstance(item, Failure):
        return "error"
    return item.found.decision.value if isinstance(item, Answer) else item.decision


def _decision(item: Item) -> tuple[str, Tone]:
    decision = decision_of(item)
    return decision, DECISION_TONES.get(decision, "bad")


def _whole(item: Item) -> str:
    request = item.request
    text = f"{decision_of(item)} {request.principal} {request.action} {request.resource or '*'}"
    if isinstance(item, Failure):
        return f"{text}: {item.problem}"
    before = item.before if isinstance(item, Answer) else ""
    return f"{text}, before your edits {before}" if before not in ("", decision_of(item)) else text
