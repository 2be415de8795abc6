"""Walking about in Explore: from list to detail, along edges, and back the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iam_tui.account.arns import split_inline_key
from iam_tui.tui.lines import Target, TargetKind
from iam_tui.tui.lists import ListName, list_of
from iam_tui.tui.places import History, PaneName, Place
from iam_tui.tui.screens.showing import PERMISSIONS_TAB, READING, WORDED
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from iam_tui.tui.screens.body import Body
    from iam_tui.tui.screens.showing import Showing
    from iam_tui.tui.session import Session

KINDS: dict[ListName, TargetKind] = {
    "users": "user",
    "groups": "group",
    "roles": "role",
    "policies": "policy",
}


class Walk:
    """Knows where one is, and brings one elsewhere."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        body: Body,
        showing: Showing,
        arrived: Callable[[], None],
    ) -> None:
        """Begin nowhere.

        Args:
            screen: Who knows what has the focus.
            session: Who has the account.
            body: The panes.
            showing: Who fills them.
            arrived: Called when the focus is in another pane.
        """
        self._screen, self._session, self._body = screen, session, body
        self._showing, self._arrived = showing, arrived
        self.history = History()

    @property
    def place(self) -> Place:
        """Where one is: in a list, on what its cursor is on, though the panes follow later."""
        current = self.history.current
        if current is None:
            return Place("user", "")
        if current.is_top:
            key = self._body.lists[list_of(current.kind)].key
            if key and key != current.key:
                current = replace(current, kind=self._kind(key, current.kind), key=key, trail=())
        elif current.pane == "why":
            current = replace(current, row=self._showing.live.why_row)
        elif current.pane == "detail" and self._showing.shows(current):
            current = replace(current, row=self._body.detail.line_number)
        self.history.amend(current)
        return current

    @property
    def target(self) -> Target:
        """What one is at."""
        return Target(self.place.kind, self.place.key)

    def _kind(self, key: str, otherwise: TargetKind) -> TargetKind:
        entity = self._session.account.entity(key)
        return entity.kind if entity is not None else otherwise

    def begin(self) -> None:
        """Be at the first user, the root user."""
        self.history = History()
        self._visit(Place("root", self._session.account.root_user.arn))

    def resume(self, place: Place) -> bool:
        """Be where one was the last time; tell whether that is there and is elsewhere.

        The way back from there leads to the list.
        """
        here = self.place
        if not self._is_there(place.key) or (place.key == here.key and place.pane == "list"):
            return False
        inline = split_inline_key(place.key)
        key = place.key if inline is None else inline[0]
        self.history = History()
        self._visit(Place(self._kind(key, place.kind), key, tab=place.tab))
        if place.pane != "list":
            owner = self._showing.label(self.place)
            trail = (owner,) if inline is None else (owner, inline[1])
            self._visit(replace(place, trail=trail))
        return True

    def back(self) -> bool:
        """Go to where esc leads; tell whether there is such a place."""
        return self._go(self.history.parent)

    def step(self, by: int) -> bool:
        """Go to the place before or after, as a browser does; tell whether there is one."""
        return self._go(self.history.back if by < 0 else self.history.forward)

    def swap(self) -> bool:
        """Swap with the place before; tell whether there is one."""
        return self._go(self.history.swap)

    def _go(self, move: Callable[[], Place | None]) -> bool:
        _ = self.place  # the cursor's line is kept with the place that is left
        if move() is None:
            return False
        self.arrive()
        return True

    def catch_up(self) -> None:
        """Let the panes show what one is at, if they do not yet."""
        place = self.place
        if not self._showing.shows(place):
            self._showing.show(place)

    def show(self, arrival: str = "") -> None:
        """Show the place anew: the account has changed.

        Args:
            arrival: The ARN of what has come back, which the cursor of its list then goes to.
        """
        entity = self._session.account.entity(arrival) if arrival else None
        if entity is not None:
            with self._screen.prevent(LineView.Moved):
                self._body.lists[list_of(entity.kind)].select(arrival)
        here = self.place
        if here.is_top or self._is_there(here.key):
            self._showing.show(here)
        elif split_inline_key(here.key) is None or not self.back():
            self.go_to_list(self._list_of(here))

    def _is_there(self, key: str) -> bool:
        """Tell whether an entity, a policy that somebody has, or an inline policy still exists."""
        account = self._session.account
        inline = split_inline_key(key)
        if inline is None:
            is_known = account.entity(key) is not None or key in account.identity_providers
            return is_known or self._session.is_used(key)
        return inline[1] in getattr(account.identity(inline[0]), "inline_policies", ())

    def _visit(self, place: Place) -> None:
        _ = self.place
        self.history.visit(place)
        self.arrive()

    def arrive(self) -> None:
        """Show the current place, which is another one, and give its pane the focus."""
        place = self.history.current
        if place is None:
            return
        name = self._list_of(place)
        self._body.unfold(name)
        if place.key:
            inline = split_inline_key(place.key)
            with self._screen.prevent(LineView.Moved):
                self._body.lists[name].select(inline[0] if inline is not None else place.key)
            self._body.title_list(name)
            self._body.panes[name].footed(self._body.lists[name].position)
        self._showing.show(place)
        self.focus(name if place.pane == "list" else place.pane)

    def _list_of(self, place: Place) -> ListName:
        inline = split_inline_key(place.key)
        if inline is None:
            return list_of(place.kind)
        owner = self._session.account.identity(inline[0])
        return list_of(owner.kind if owner is not None else "user")

    def focus(self, pane: str) -> None:
        """Give a pane the focus."""
        self._showing.set_sides(self.place)
        view = self._body.panes[pane].view
        self._screen.set_focus(view)
        self._arrived()

    def go_to_list(self, name: ListName) -> None:
        """Go to a list, on the item that its cursor is on."""
        here = self.place
        key = self._body.lists[name].key or ""
        place = Place(self._kind(key, KINDS[name]), key, tab=here.tab)
        if (place.kind, place.key) == (here.kind, here.key) and here.is_top:
            self.focus(name)
        else:
            self._visit(place)

    def go_to_pane(self, pane: PaneName) -> None:
        """Go to a pane beside the lists, from where esc leads back."""
        self.catch_up()
        here = self.place
        if pane == "permissions" and here.kind in WORDED:
            pane = "why"
        if pane == here.pane:
            self.focus(pane)
            return
        trail = here.trail or (self._showing.label(here),)
        row = self._body.detail.first_target() if pane == "detail" else 0
        tab = here.tab
        if pane == "detail" and tab == PERMISSIONS_TAB:
            tab = "info"
        self._visit(Place(here.kind, here.key, pane, tab, row, trail))

    def land(self, target: Target) -> None:
        """Go to a thing in its list, from wherever one is."""
        self._visit(Place(target.kind, target.key, tab=self.place.tab))

    def go_to(self, target: Target) -> None:
        """Go along an edge to another thing, and stay in the detail."""
        here = self.place
        place = Place(target.kind, target.key, "detail", here.tab)
        trail = (*(here.trail or (self._showing.label(here),)), self._showing.label(place))
        self._visit(replace(place, trail=trail))
        self._body.detail.move_to_line(self._body.detail.first_target())

    def go_to_statement(self, index: int) -> None:
        """Go from a policy's plain words to the statement as it is written."""
        here = self.place
        tab = "policies" if here.kind == "policy" else "info"
        self._visit(replace(here, pane="detail", tab=tab, row=0))
        self._body.detail.seek(f"[{index}] ")

    def turn_tab(self, by: int) -> None:
        """Show the tab after or before; the focus stays in the list, or in the detail."""
        self.catch_up()
        here = self.place
        names = list(self._showing.tabs(here))
        now = self._showing.tab(here)
        if here.pane in READING and PERMISSIONS_TAB in names:
            now = PERMISSIONS_TAB
        self._show_tab(names[(names.index(now) + by) % len(names)])

    def show_tab(self, index: int) -> None:
        """Show a tab by its place among them."""
        self.catch_up()
        names = list(self._showing.tabs(self.place))
        if index < len(names):
            self._show_tab(names[index])

    def _show_tab(self, tab: str) -> None:
        here = self.place
        pane: PaneName = here.pane
        if pane != "list":
            pane = "permissions" if tab == PERMISSIONS_TAB else "detail"
        self.history.amend(replace(here, tab=tab, pane=pane, row=0))
        self._showing.show_detail(self.place, 0)
        self._showing.show_crumbs(self.place)
        if pane != "list":
            self.focus(pane)
