"""Places one can be at, and the history of them, as a browser keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iam_tui.tui.lines import TargetKind

PaneName = Literal["list", "detail", "permissions", "why"]


@dataclass(frozen=True, slots=True)
class Place:
    """What is shown and where the cursor is."""

    kind: TargetKind
    key: str
    """The ARN, or the inline policy's key, of what the detail shows."""
    pane: PaneName = "list"
    """Which pane has the focus."""
    tab: str = "info"
    row: int = 0
    """The cursor in the focused pane, where that is no list."""
    trail: tuple[str, ...] = ()
    """The names on the way here from the list, this one last."""

    @property
    def is_top(self) -> bool:
        """Whether there is no place to go back to by esc."""
        return self.pane == "list"


class History:
    """The places visited, in order, and where in them one is."""

    MOST = 200

    def __init__(self) -> None:
        """Begin nowhere."""
        self._places: list[Place] = []
        self._at = -1
        self._last: Place | None = None

    @property
    def current(self) -> Place | None:
        """Where one is."""
        return self._places[self._at] if self._places else None

    def amend(self, place: Place) -> None:
        """Put the current place right: its cursor or its tab is another one now."""
        if self._places:
            self._places[self._at] = place

    def visit(self, place: Place) -> None:
        """Go to a new place; what was ahead is forgotten."""
        self._last = self.current
        del self._places[self._at + 1 :]
        self._places.append(place)
        del self._places[: -self.MOST]
        self._at = len(self._places) - 1

    def back(self) -> Place | None:
        """Return the place before and be there, or None at the first."""
        return self._step(-1)

    def forward(self) -> Place | None:
        """Return the place after and be there, or None at the last."""
        return self._step(1)

    def swap(self) -> Place | None:
        """Return the place that one was at before this one, as a new visit."""
        last = self._last
        if last is not None:
            self.visit(last)
        return last

    def parent(self) -> Place | None:
        """Return the place that esc leads to, and be there; None at the top."""
        current = self.current
        if current is None or current.is_top:
            return None
        return self.back()

    def _step(self, by: int) -> Place | None:
        if not 0 <= self._at + by < len(self._places):
            return None
        self._last = self.current
        self._at += by
        return self.current
