"""While an account is read: what the reading is at, in the status line."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from iam_tui.tui.session import Session
    from iam_tui.tui.widgets.bars import Status

EVERY = 0.1
"""Seconds between two looks at the reading: no more bytes than that on a slow line."""


class Loading:
    """Tells ten times a second at most what the reading is at; nothing in the first 100 ms."""

    def __init__(self, screen: Screen[None], session: Session, status: Status) -> None:
        """Take where it is told.

        Args:
            screen: Who has the timer.
            session: Who reads.
            status: The status line.
        """
        self._screen, self._session, self._status = screen, session, status
        self._timer: Timer | None = None
        self._begun = 0.0

    def begin(self) -> None:
        """Begin to tell."""
        self._begun = monotonic()
        self._timer = self._screen.set_interval(EVERY, self._tell)

    def end(self) -> None:
        """Tell no more: it has been read, or cannot be."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tell(self) -> None:
        stage = self._session.stage
        if stage:
            self._status.tell(f"opening: {stage}", f"{monotonic() - self._begun:.1f} s")
