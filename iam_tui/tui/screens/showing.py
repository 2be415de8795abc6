"""What the panes of Explore say of the place one is at: crumbs, detail, permissions, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import friendly_name, split_inline_key
from iam_tui.tui.details import detail, tabs
from iam_tui.tui.lines import Target
from iam_tui.tui.lists import list_of
from iam_tui.tui.live import Live
from iam_tui.tui.map_tab import MAP_TAB, MapTab
from iam_tui.tui.screens.body import TITLES
from iam_tui.tui.summary import effective_lines
from iam_tui.tui.widgets.frames import Tabs

if TYPE_CHECKING:
    from textual.screen import Screen

    from iam_tui.tui.places import Place
    from iam_tui.tui.screens.body import Body
    from iam_tui.tui.session import Session
    from iam_tui.tui.widgets.bars import Crumbs

PERMISSIONS_TAB = "permissions"
MAPPED = frozenset({"user", "group", "role", "policy", "inline"})
"""The kinds of things that have a map worth a tab."""
WORDED = frozenset({"policy", "inline"})
"""What has no permissions of its own: plain words stand in their place."""
READING = frozenset({"permissions", "why"})
"""The panes that take the whole width where there is little."""


class Showing:
    """Fills the panes; where one is, it is told."""

    def __init__(self, screen: Screen[None], session: Session, body: Body, crumbs: Crumbs) -> None:
        """Take the panes.

        Args:
            screen: Whose size decides how much is shown.
            session: Who has the account.
            body: The panes.
            crumbs: The first line.
        """
        self._screen, self._session, self._body, self._crumbs = screen, session, body, crumbs
        self.live = Live(screen, session, body, self._figures_arrived)
        ascii_only = bool(getattr(screen, "ascii_only", False))
        self._map = MapTab(screen, session, self._map_arrived, ascii_only=ascii_only)
        self._place: Place | None = None

    @property
    def is_folded(self) -> bool:
        """Whether the size leaves room for one pane beside the lists only."""
        return self._screen.has_class("-small") or self._screen.has_class("-low")

    def shows(self, place: Place) -> bool:
        """Tell whether the panes are about this thing already."""
        shown = self._place
        return shown is not None and (shown.kind, shown.key) == (place.kind, place.key)

    def show(self, place: Place) -> None:
        """Show the detail of a place at once, its permissions when they have been computed."""
        self.show_detail(place, place.row if place.pane == "detail" else 0)
        self.show_crumbs(place)
        row = place.row if place.pane == "why" else 0
        self.live.follow(Target(place.kind, place.key), self.label(place), row)

    def label(self, place: Place) -> str:
        """Return the name of what is at a place."""
        if place.kind == "root":
            return "root"
        inline = split_inline_key(place.key)
        if inline is not None:
            return inline[1]
        if not place.key:
            return ""
        entity = self._session.account.entity(place.key)
        return entity.name if entity is not None else friendly_name(place.key)

    def tabs(self, place: Place) -> dict[str, str]:
        """Return the tabs of the detail; where they have no pane of their own, Perms too."""
        found = tabs(place.kind)
        first = {key: title for key, title in found.items() if key != "docs"}
        if self.is_folded and place.kind not in {"policy", "inline", "provider"}:
            first[PERMISSIONS_TAB] = "Perms"
        if place.key and place.kind in MAPPED:
            first[MAP_TAB] = "Map"
        return {**first, **found}

    def tab(self, place: Place) -> str:
        """Return the tab that is shown: the one chosen, or Info where it is not to be had."""
        return place.tab if place.tab in self.tabs(place) else "info"

    def show_detail(self, place: Place, row: int) -> None:
        """Show the detail alone, the cursor on a line of it."""
        self._place = place
        found = self.tabs(place)
        tab = self.tab(place)
        kind = "" if place.kind == "root" or self.is_folded else f"  {place.kind}"
        chosen = Tabs(tuple(found.values()), list(found).index(tab))
        self._body.panes["detail"].titled(f"{self.label(place)}{kind}", tabs=chosen)
        shown = "info" if tab == PERMISSIONS_TAB else tab
        target = Target(place.kind, place.key)
        if tab == MAP_TAB:
            lines = self._map.lines(place.key, self._body.detail.size.width)
        else:
            lines = detail(self._session.entities, target, shown, roomy=not self.is_folded)
        live = self.live
        if tab == "info" and self.is_folded and live.is_about(place.key) and live.tree is not None:
            lines += effective_lines(live.tree)
        self._body.detail.show(lines, row)
        self.set_sides(place)

    def _map_arrived(self) -> None:
        place = self._place
        if place is not None and self.tab(place) == MAP_TAB:
            self.show_detail(place, self._body.detail.line_number)

    def _figures_arrived(self) -> None:
        place = self._place
        if place is not None and self.is_folded and self.tab(place) == "info":
            self.show_detail(place, self._body.detail.line_number)

    def set_sides(self, place: Place) -> None:
        """Say to the style sheet what there should be room for."""
        reading = place.pane in READING
        self._screen.set_class(reading, "-reading")
        self._screen.set_class(place.kind in WORDED, "-words")
        self._screen.set_class(reading or self.tab(place) == PERMISSIONS_TAB, "-permissions")

    def show_crumbs(self, place: Place) -> None:
        """Show where one is, how many edits are not saved, and whether one may edit."""
        trail = place.trail or tuple(filter(None, (self.label(place),)))
        end = {"permissions": ("Permissions",), "why": ("Why",)}.get(place.pane, ())
        if end and place.kind in WORDED:
            end = ("Plain words",)
        right = self.state_text(wide=self._screen.size.width >= 100)
        self._crumbs.trail((self.account_title(), TITLES[list_of(place.kind)], *trail, *end), right)

    def account_title(self) -> str:
        """Return the account's alias and number."""
        account = self._session.account
        number = "-".join((account.id[:4], account.id[4:8], account.id[8:]))
        return f"{account.alias or ''} {number}".strip()

    def state_text(self, *, wide: bool) -> str:
        """Return how many edits are not saved, and whether one may edit."""
        unsaved = self._session.unsaved
        edits = f"{unsaved} {'unsaved ' if wide else ''}edit{'' if unsaved == 1 else 's'}"
        if self._session.journal_problem is not None:
            edits += ", in memory only" if wide else " NOT ON DISK"
        mode = ("read-only", "RO") if self._session.read_only else ("read-write", "RW")
        return f"{edits if unsaved else ''}  {mode[not wide]}".strip()
