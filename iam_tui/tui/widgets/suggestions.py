"""What may be meant by what is typed: a list over what is below the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.text import display_text
from iam_tui.tui.lines import Line, Span, fit, width_of
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events

    from iam_tui.tui.completing import Suggestion

ROWS = 8
"""Suggestions that are shown at once."""
WIDEST = 72


class Suggestions(LineView):
    """What may be meant by the text of a field; it lies over what is below."""

    can_focus = False

    def __init__(self) -> None:
        """Offer nothing."""
        super().__init__(id="suggestions")
        self.offered: Sequence[Suggestion] = ()
        self.is_chosen = False
        """Whether one was chosen by the arrow keys."""

    def count(self) -> int:
        """Return how many are offered."""
        return len(self.offered)

    def line_at(self, index: int, width: int) -> Line:
        """Return one with what it is, between two bars: it is told apart without colours too."""
        one = self.offered[index]
        note = min(width_of(display_text(one.note)), width // 2)
        room = max(width - note - 5, 0)
        spans = (Span("|"), Span(fit(f"{one.text}", room), "name"))
        return Line((*spans, Span(f"  {fit(one.note, note)} "), Span("|")))

    def _style(self, tone: str) -> Style:
        raised = {"text": "bar", "name": "key", "dim": "bar", "resting": "cursor"}
        return super()._style(raised.get(tone, tone))

    def on_click(self, event: events.Click) -> None:
        """A click takes what is clicked."""
        event.stop()
        event.prevent_default()
        if 0 <= self.top + event.y < self.count():
            self.move_to(self.top + event.y)
            self.action_open()

    def offer(self, offered: Sequence[Suggestion]) -> None:
        """Offer others, the first one under the cursor."""
        self.offered, self.is_chosen = offered, False
        self.reloaded(0)
