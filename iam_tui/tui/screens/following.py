"""How the panes of Explore follow the cursor and the focus, and where a line leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from iam_tui.tui.lines import STATEMENT
from iam_tui.tui.lists import LIST_NAMES, list_of
from iam_tui.tui.widgets.entity_list import EntityList
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from iam_tui.tui.places import PaneName
    from iam_tui.tui.screens.body import Body
    from iam_tui.tui.screens.showing import Showing
    from iam_tui.tui.screens.walk import Walk
    from iam_tui.tui.session import Session
    from iam_tui.tui.widgets.bars import Status
    from iam_tui.tui.widgets.line_view import LineView

REST = 0.08
"""Seconds that the cursor rests before the panes follow it."""


class Following(Screen[None]):
    """The part of the explorer that goes along with the cursor."""

    if TYPE_CHECKING:
        session: Session
        body: Body
        status: Status

        @property
        def walk(self) -> Walk:
            """Who knows where one is."""

        @property
        def showing(self) -> Showing:
            """Who fills the panes."""

        def say(self, left: str, right: str = "", *, keep: bool = False, bad: bool = False) -> None:
            """Tell in the status line what happened."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        """Begin with no cursor that has moved."""
        super().__init__(id=id)
        self._rests: dict[LineView, Timer] = {}

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Follow the focus that a click or tab has moved."""
        pane = event.widget.parent
        if self.session.workspace is None or not isinstance(pane, Pane):
            return
        if event.widget is not pane.view or self.focused is not pane.view:
            return  # what has lost the focus again meanwhile is no place to go to
        place = self.walk.place
        for name in LIST_NAMES:
            if pane.id == name and not (place.is_top and list_of(place.kind) == name):
                self.walk.go_to_list(name)
        sides: dict[str | None, PaneName] = {
            "detail": "detail",
            "permissions": "permissions",
            "why": "why",
        }
        side = sides.get(pane.id)
        if side is not None and side != place.pane:
            self.walk.go_to_pane(side)

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Let the panes follow the cursor, once it rests."""
        view = event.view
        if isinstance(view, EntityList) and not (view.has_focus or self._is_filtering(view)):
            return
        if event.by_hand and view.has_focus:
            self.status.hint(view.hidden_text, event.time)
        # A panel whose rows arrive just after a key must not keep the lists from being followed.
        waiting = self._rests.get(view)
        if waiting is not None:
            waiting.stop()
        self._rests[view] = self.set_timer(REST, lambda: self._rested(view))

    def _is_filtering(self, view: LineView) -> bool:
        return self.focused is not None and self.focused.parent is view.parent

    @property
    def is_about_to_follow(self) -> bool:
        """Whether the panes will soon show something else, as the cursor has moved."""
        return bool(self._rests)

    def _rested(self, view: LineView) -> None:
        self._rests.pop(view, None)
        if view is self.body.permissions:
            self.showing.live.explain()
        elif isinstance(view, EntityList) and self.session.workspace is not None:
            self.walk.catch_up()

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Go where the line leads."""
        if isinstance(event.view, EntityList):
            self.walk.go_to_pane("detail")
        elif event.view is self.body.permissions:
            self.walk.go_to_pane("why")
        else:
            current = event.view.current
            if current is not None and current.target is not None:
                self.walk.go_to(current.target)
            elif current is not None and current.key.startswith(STATEMENT):
                self.walk.go_to_statement(int(current.key.removeprefix(STATEMENT)))
            else:
                self.say("nothing to open on this line")
