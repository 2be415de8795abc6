"""The panes of Explore: which there are, what the lists hold, which is open or enlarged."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical

from iam_tui.tui.bindings import bindings
from iam_tui.tui.lists import LIST_NAMES, SORTS, ListName
from iam_tui.tui.widgets.entity_list import EntityList
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.permissions_view import PermissionsView
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from iam_tui.tui.entities import Entities
    from iam_tui.tui.terminal import Terminal
    from iam_tui.tui.widgets.line_view import LineView

TITLES: dict[str, str] = {
    "users": "Users",
    "groups": "Groups",
    "roles": "Roles",
    "policies": "Policies",
    "detail": "Detail",
    "permissions": "Effective permissions",
    "why": "Why",
}
SIDES = ("detail", "permissions", "why")
ORDER: tuple[str, ...] = (*LIST_NAMES, *SIDES)
"""The panes in the order of tab."""
NUMBERS = dict(zip(ORDER, "1234067", strict=True))
NONE_TEXTS: dict[ListName, str] = {
    "users": "no users",
    "groups": "no groups in this account",
    "roles": "no roles in this account",
    "policies": "no policy in use",
}
FILTER_HINTS = {
    "permissions": "part of an action",
    "detail": "text to find; n next, N before",
    "why": "text to find; n next, N before",
}


class Body(Horizontal):
    """The lists at the left, detail, permissions and why at the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("panes", ids=("filter", "sort", "sort.reverse", "pane.enlarge", "pane.restore"))
    ]

    def __init__(self, terminal: Terminal) -> None:
        """Make the panes, empty."""
        super().__init__(id="body")
        jump = terminal.jump
        self.lists = {name: EntityList(jump=jump, id=f"{name}-view") for name in LIST_NAMES}
        self.detail = TextView(jump=jump, id="detail-view")
        self.permissions = PermissionsView(jump=jump, id="permissions-view")
        self.why = TextView(jump=jump, id="why-view")
        views: dict[str, LineView] = {
            **{str(name): view for name, view in self.lists.items()},
            "detail": self.detail,
            "permissions": self.permissions,
            "why": self.why,
        }
        self.panes = {
            name: Pane(view, number=NUMBERS[name], ascii_only=terminal.ascii_only, id=name)
            for name, view in views.items()
        }
        for name, pane in self.panes.items():
            pane.titled(TITLES[name])
        self.panes["users"].add_class("-open")
        self._sorts = {name: (SORTS[name][0], False) for name in LIST_NAMES}
        self._entities: Entities | None = None

    def compose(self) -> ComposeResult:
        """Two columns."""
        with Vertical(id="lists"):
            yield from (self.panes[name] for name in LIST_NAMES)
        with Vertical(id="side"):
            yield from (self.panes[name] for name in SIDES)

    def load(self, entities: Entities) -> None:
        """Show the lists of an account, every cursor on the item that it was on."""
        self._entities = entities
        for name in LIST_NAMES:
            self._load_list(name)

    def _load_list(self, name: ListName) -> None:
        if self._entities is None:
            return
        from iam_tui.tui.entity_rows import header, row

        column, reverse = self._sorts[name]
        view = self.lists[name]
        view.none_text = NONE_TEXTS[name]
        view.load(
            self._entities.items(name, column, reverse=reverse),
            partial(row, self._entities, name),
            partial(header, name),
        )
        self.title_list(name)

    def title_list(self, name: ListName) -> None:
        """Say in the title of a list how many there are and how they are sorted."""
        column, reverse = self._sorts[name]
        arrow = "^" if (column == "name") != reverse else "v"
        view = self.lists[name]
        order = "" if view.filter_text else f"  {column}{arrow}"
        self.panes[name].titled(TITLES[name], f"{view.tally}{order}")

    def unfold(self, name: ListName) -> None:
        """Open one list where only one has room."""
        for other in LIST_NAMES:
            self.panes[other].set_class(other == name, "-open")

    @property
    def focused_pane(self) -> Pane | None:
        """The pane that has the focus, in its view or in its filter line."""
        focused = self.screen.focused
        parent = focused.parent if focused is not None else None
        return parent if isinstance(parent, Pane) else None

    def frames_changed(self) -> None:
        """Draw the frames anew, when a dialog has come or gone."""
        for pane in self.panes.values():
            pane.frame_changed()

    def list_name_of(self, view: LineView) -> ListName | None:
        """Return the name of a list by its view."""
        return next((name for name, one in self.lists.items() if one is view), None)

    def neighbour(self, by: int) -> str:
        """Return the pane after or before the focused one, of those that can be seen."""
        pane = self.focused_pane
        shown = [n for n in ORDER if n in LIST_NAMES or self.panes[n].display]
        at = shown.index(pane.id) if pane is not None and pane.id in shown else 0
        return shown[(at + by) % len(shown)]

    def action_filter(self) -> None:
        """Open the filter line of the focused pane."""
        pane = self.focused_pane
        if pane is None:
            return
        view = pane.view
        hint = FILTER_HINTS.get(pane.id or "", "name or ARN; !word leaves out")
        pane.open_filter(view.filter_text, hint)

    def action_sort(self) -> None:
        """Sort the focused list by its next column."""
        name = self._focused_list()
        if name is not None:
            columns = SORTS[name]
            column = columns[(columns.index(self._sorts[name][0]) + 1) % len(columns)]
            self._sorts[name] = (column, False)
            self._load_list(name)

    def action_sort_reverse(self) -> None:
        """Turn the order of the focused list round."""
        name = self._focused_list()
        if name is not None:
            column, reverse = self._sorts[name]
            self._sorts[name] = (column, not reverse)
            self._load_list(name)

    def _focused_list(self) -> ListName | None:
        pane = self.focused_pane
        return self.list_name_of(pane.view) if pane is not None else None

    @property
    def is_enlarged(self) -> bool:
        """Whether one pane fills the screen."""
        return bool(self.query(".-large"))

    def action_pane_enlarge(self) -> None:
        """Let the focused pane, its filter line with it, fill the screen."""
        pane = self.focused_pane
        if pane is not None:
            self.action_pane_restore()
            pane.add_class("-large")
            self.screen.add_class("-enlarged-side" if pane.id in SIDES else "-enlarged-list")

    def action_pane_restore(self) -> None:
        """Put the panes back."""
        self.query(".-large").remove_class("-large")
        self.screen.remove_class("-enlarged-side", "-enlarged-list")
