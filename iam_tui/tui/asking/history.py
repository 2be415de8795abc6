"""What was asked in a run of the program: the questions of one screen, to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from iam_tui.tui.asking.drafts import Draft
    from iam_tui.tui.session import Session

_ASKED: WeakKeyDictionary[Session, dict[str, list[Draft]]] = WeakKeyDictionary()
"""By screen, the oldest first."""


class Asked:
    """The questions that were asked on one screen, and which of them is in the fields."""

    def __init__(self, session: Session, screen: str) -> None:
        """Know what was asked so far.

        Args:
            session: The run of the program.
            screen: Which screen's questions.
        """
        self._drafts = _ASKED.setdefault(session, {}).setdefault(screen, [])
        self._place: int | None = None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._drafts)

    def remember(self, draft: Draft) -> None:
        """Put a question last."""
        if draft in self._drafts:
            self._drafts.remove(draft)
        self._drafts.append(draft)
        self._place = None

    def let_go(self) -> None:
        """Begin at the last one again: the fields hold another question."""
        self._place = None

    def turn(self, by: int, shown: Draft) -> tuple[int, Draft] | None:
        """Return the question before or after, with its number; None when there are none.

        Args:
            by: -1 for the one before, 1 for the one after.
            shown: What the fields hold.
        """
        if not self._drafts:
            return None
        last = len(self._drafts) - 1
        if self._place is not None:
            place = self._place + by
        else:
            place = last - 1 if by < 0 and self._drafts[-1] == shown else last
        self._place = max(0, min(place, last))
        return self._place + 1, self._drafts[self._place]
