"""The panes of Explore: which there are, what the lists hold, which is open or enlarged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.worker import get_current_worker

from iam_tui.commands import first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.hints import filter_hint, seek_hint
from iam_tui.tui.lists import LIST_NAMES, SORTS, ListName, Sort, counted
from iam_tui.tui.widgets.entity_list import EntityList
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.permissions_view import PermissionsView
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    "groups": "no groups in this account\na group gives its policies to its users",
    "roles": "no roles in this account\na role is taken on by whom it trusts",
    "policies": "no policy in this account\n{add} on a user, group or role attaches one of AWS's",
}


class Body(Horizontal):
    """The lists at the left, detail, permissions and why at the right."""

    @dataclass
    class Told(Message):
        """Something for the status line."""

        text: str

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
        self._sorts = {name: Sort() for name in LIST_NAMES}
        self._entities: Entities | None = None
        self._ascii_only = terminal.ascii_only
        self._is_compiled = False

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

    @property
    def filters(self) -> dict[str, str]:
        """What the lists are narrowed to, for those that are."""
        return {name: view.filter_text for name, view in self.lists.items() if view.filter_text}

    @property
    def sorts(self) -> dict[str, str]:
        """How the lists are sorted, for those that are not as at first: `-name` is reversed."""
        return {
            name: f"{'-' if reverse else ''}{column}"
            for name, (column, reverse) in self._sorts.items()
            if (column, reverse) != Sort()
        }

    def restore(self, filters: Mapping[str, str], sorts: Mapping[str, str]) -> None:
        """Narrow and sort the lists as `filters` and `sorts` were; what is unknown is left out."""
        for name in LIST_NAMES:
            wanted = sorts.get(name, "")
            column = wanted.removeprefix("-")
            if column in SORTS[name]:
                self._sorts[name] = Sort(column, wanted != column)
            self.narrow(self.lists[name], filters.get(name, ""))
            self._load_list(name)

    def _load_list(self, name: ListName) -> None:
        if self._entities is None:
            return
        from iam_tui.tui.entity_rows import header, row
        from iam_tui.tui.filter_answers import FilterAnswers

        view = self.lists[name]
        view.none_text = NONE_TEXTS[name].format(add=first_key("add"))
        sort = self._sorts[name]
        answers = FilterAnswers(self._entities, name, is_compiled=lambda: self._is_compiled)
        view.load(
            self._entities.items(name, sort),
            partial(row, self._entities, name, sort.column),
            partial(header, name, sort.column),
            answers.ask,
        )
        self.title_list(name)

    def title_list(self, name: ListName) -> None:
        """Say in the title of a list how many there are and how they are sorted."""
        view = self.lists[name]
        order = "" if view.filter_text else f"  {self._sorts[name].text}"
        self.panes[name].titled(TITLES[name], f"{view.tally}{order}")

    def narrow(self, view: EntityList, text: str) -> None:
        """Filter a list; `action:` has every policy read first, in a thread."""
        view.narrow(text)
        if "action:" in text.lower() and not self._is_compiled and self._entities is not None:
            self.post_message(self.Told("reading every policy for action: ..."))
            self.run_worker(
                partial(self._compile, self._entities),
                thread=True,
                exclusive=True,
                group="policies",
            )

    def _compile(self, entities: Entities) -> None:
        from iam_tui.tui.filter_answers import compile_documents

        worker = get_current_worker()
        compile_documents(entities, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.call_later(self._compiled)

    def _compiled(self) -> None:
        self._is_compiled = True
        for name, view in self.lists.items():
            if view.filter_text:
                view.narrow_again()
                self.title_list(name)
        problems = (view.problem for view in self.lists.values() if view.problem)
        self.post_message(self.Told(next(problems, "")))

    def unfold(self, name: ListName) -> None:
        """Open one list where only one has room."""
        for other in LIST_NAMES:
            self.panes[other].set_class(other == name, "-open")

    def unfold_pane(self, pane: Pane) -> None:
        """Open the list of a pane, if it is one."""
        name = self.list_name_of(pane.view)
        if name is not None:
            self.unfold(name)

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
        if isinstance(view, EntityList):
            hint = filter_hint(pane.size.width - 4)
        else:
            hint = "part of an action" if pane.id == "permissions" else seek_hint()
        pane.open_filter(view.filter_text, hint)

    def action_sort(self) -> None:
        """Ask by which column the focused list is to be sorted."""
        name = self._focused_list()
        if name is not None and self._entities is not None:
            from iam_tui.tui.screens.sorting import SortScreen

            asked = SortScreen(name, self._sorts[name], ascii_only=self._ascii_only)
            self.app.push_screen(asked, partial(self.sort_by, name))

    def action_sort_reverse(self) -> None:
        """Turn the order of the focused list round."""
        name = self._focused_list()
        if name is not None:
            self.reverse(name)

    def reverse(self, name: ListName) -> None:
        """Turn the order of a list round."""
        self.sort_by(name, self._sorts[name]._replace(reverse=not self._sorts[name].reverse))

    def sort_by(self, name: ListName, sort: Sort | None) -> None:
        """Sort a list, its cursor on the same item; do nothing without a sort."""
        if sort is not None:
            self._sorts[name] = sort
            self._load_list(name)

    def on_entity_list_header_clicked(self, event: EntityList.HeaderClicked) -> None:
        """Sort by the column, or turn it round."""
        from iam_tui.tui.entity_rows import sort_at

        name = self.list_name_of(event.view)
        if name is None:
            return
        now = self._sorts[name]
        column = sort_at(name, now.column, event.view.size.width - 1, event.cell)
        if column in SORTS[name]:
            self.sort_by(name, Sort(column, column == now.column and not now.reverse))

    def on_entity_list_marked(self, event: EntityList.Marked) -> None:
        """Say how many are marked, in the lower edge and in the status line."""
        name = self.list_name_of(event.view)
        if name is None:
            return
        number = len(event.view.marked)
        self.panes[name].footed(event.view.position, f"{number} marked" if number else "")
        told = (
            f"{counted(number, name)} marked ({first_key('mark.clear')} unmarks)"
            if number
            else "none marked"
        )
        self.post_message(self.Told(told))

    def marked_here(self) -> tuple[ListName, tuple[str, ...]] | None:
        """Return the focused list and what is marked in it; None when nothing is."""
        name = self._focused_list()
        marked = self.lists[name].marked if name is not None else ()
        return (name, marked) if name is not None and marked else None

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
