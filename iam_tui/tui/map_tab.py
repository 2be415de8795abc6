"""The Map tab of the detail: what is around a thing, in sentences and, where wide, drawn above."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.errors import IamTuiError
from iam_tui.tui.details.facts import remark
from iam_tui.tui.lines import Line, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from iam_tui.account import Account
    from iam_tui.graph import IdentityGraph
    from iam_tui.graph.neighbourhood import Neighbourhood
    from iam_tui.tui.session import Session

MAP_TAB = "map"
STEPS = 2
_MARGIN = 2
_MOST_ROWS = 24
"""A picture that takes more rows is left to the map itself."""


class _About(NamedTuple):
    """What sentences are about."""

    key: str
    width: int
    account: Account
    saved: Account

    def is_same(self, other: _About | None) -> bool:
        """Whether both are of the same thing in the same account values."""
        return (
            other is not None
            and (self.key, self.width) == (other.key, other.width)
            and self.account is other.account
            and self.saved is other.saved
        )


class MapTab:
    """Keeps the sentences about one thing."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        arrived: Callable[[], None],
        *,
        ascii_only: bool,
    ) -> None:
        """Know nothing yet.

        Args:
            screen: Whose workers are used.
            session: Who has the account.
            arrived: Called when there are other sentences to show.
            ascii_only: Whether only ASCII may be used to draw.
        """
        self._screen, self._session, self._arrived = screen, session, arrived
        self._ascii_only = ascii_only
        self._asked: _About | None = None
        self._lines: tuple[Line, ...] | None = None

    def lines(self, key: str, width: int) -> tuple[Line, ...]:
        """Return what is around a thing, or that it is still being found out.

        Args:
            key: The thing.
            width: How many columns there are.
        """
        workspace = self._session.open_workspace
        about = _About(key, width, workspace.account, workspace.saved_account)
        if not about.is_same(self._asked):
            self._asked, self._lines = about, None
            find = partial(self._find, about, workspace.graph)
            self._screen.run_worker(find, thread=True, group=MAP_TAB, exclusive=True)
        if self._lines is None:
            return (remark("finding out who can assume what ..."),)
        return self._lines

    def _find(self, about: _About, graph: IdentityGraph) -> None:
        from iam_tui.analysis.around import around
        from iam_tui.tui.map_lines import told_lines

        if about is not self._asked:
            return
        try:
            found = around(graph, about.key, steps=STEPS, before=about.saved)
        except IamTuiError:
            lines: tuple[Line, ...] = (remark("Nobody in this account has it."),)
        else:
            lines = told_lines(found, ascii_only=self._ascii_only)
            lines = (*self._drawn(found, about.width - _MARGIN), *lines)
        self._screen.call_later(self._take, about, lines)

    def _drawn(self, found: Neighbourhood, width: int) -> tuple[Line, ...]:
        """Return the picture where there is room for it, else the key that draws it."""
        from iam_tui.graph.picture import LEAST_WIDTH, picture

        walk = "m: walk on the map, > and < reach further or less far"
        if width < LEAST_WIDTH:
            return (remark(walk), Line())
        made = picture(found, width, ascii_only=self._ascii_only, boxes=False)
        if made.height > _MOST_ROWS:
            return (remark(walk), Line())
        rows = (Line((Span(row),)) for row in (*made.rows, ""))
        return (*rows, remark(made.legend or walk), Line())

    def _take(self, about: _About, lines: tuple[Line, ...]) -> None:
        if about is self._asked:
            self._lines = lines
            self._arrived()
