"""Explore: four lists, the detail of what the cursor is on, what it may do and why.

This module says where one is and how one gets elsewhere. What follows the cursor is `live`'s,
what changes the account is `screens.editing`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen
from textual.widgets import Static

from iam_tui.account.arns import friendly_name, split_inline_key
from iam_tui.commands import COMMANDS
from iam_tui.tui.bindings import bindings
from iam_tui.tui.details import detail, tabs
from iam_tui.tui.entities import LIST_NAMES, ListName, list_of
from iam_tui.tui.lines import Target, TargetKind
from iam_tui.tui.live import REST, Live
from iam_tui.tui.places import History, PaneName, Place
from iam_tui.tui.screens.body import TITLES, Body
from iam_tui.tui.screens.editing import Editing
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.summary import effective_lines
from iam_tui.tui.widgets.bars import Bar, Crumbs, Footer
from iam_tui.tui.widgets.entity_list import EntityList
from iam_tui.tui.widgets.line_view import LineView, TextView
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from iam_tui.tui.session import Panel, Session
    from iam_tui.tui.terminal import Terminal
    from iam_tui.workspace import Workspace

EDIT_COMMANDS = frozenset(command.id for command in COMMANDS if command.changes)
KINDS: dict[ListName, TargetKind] = {
    "users": "user",
    "groups": "group",
    "roles": "role",
    "policies": "policy",
}
LATER = {
    "findings": "5: this version has no findings",
    "changes": "8: this version has no list of changes; the first line counts unsaved edits",
}
HANDLED_BELOW = ("filter", "sort", "sort.reverse", "pane.enlarge", "pane.restore")


class ExploreScreen(Screen[None]):
    """The account, opened."""

    AUTO_FOCUS = "#users-view"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", "anywhere", but=HANDLED_BELOW)]
    HORIZONTAL_BREAKPOINTS = [
        (0, "-tiny"),
        (60, "-small"),
        (100, "-normal"),
        (160, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [
        (0, "-flat"),
        (15, "-low"),
        (30, "-high"),
    ]

    def __init__(self, session: Session, terminal: Terminal) -> None:
        """Make the panes; they stay empty until `opened`.

        Args:
            session: Who has the account.
            terminal: How to draw.
        """
        super().__init__(id="explore")
        self.session = session
        self.history = History()
        self.body = Body(terminal)
        self.crumbs, self.status = Crumbs(id="crumbs"), Bar(id="status")
        self.footer = Footer(id="footer")
        self.live = Live(self, session, self.body, self._panel_arrived)
        self.ascii_only = terminal.ascii_only
        self.editing = Editing(self, session)
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Crumbs, panes, status and footer."""
        yield self.crumbs
        yield self.body
        yield self.status
        yield self.footer
        yield Static(" iam-tui needs at least 60x15", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Say at least what this is."""
        self.crumbs.trail(("iam-tui",), "")

    # what is shown

    def opened(self, workspace: Workspace) -> None:
        """Show an account for the first time."""
        self.session.adopt(workspace)
        self.show_account()
        self.history = History()
        self.body.lists["users"].focus()
        self._visit(Place("root", self.session.account.root_user.arn))

    def show_account(self) -> None:
        """Show the account as it is now, every cursor on the item it was on."""
        self.body.load(self.session.entities)
        if self.history.current is not None:
            self.show_place()

    @property
    def place(self) -> Place:
        """Where one is."""
        return self.history.current or Place("user", "")

    @property
    def target(self) -> Target:
        """What the detail shows."""
        return Target(self.place.kind, self.place.key)

    @property
    def is_folded(self) -> bool:
        """Whether the size leaves room for one pane beside the lists only."""
        return self.has_class("-small") or self.has_class("-low")

    def _label(self, place: Place) -> str:
        split = split_inline_key(place.key)
        if place.kind == "root":
            return "root"
        return split[1] if split is not None else friendly_name(place.key)

    def show_place(self) -> None:
        """Show the detail of the current place and ask for its permissions."""
        self._show_detail(self.place.row if self.place.pane == "detail" else 0)
        self._show_crumbs()
        self.live.follow(self.target, self._label(self.place))

    def _tabs(self) -> dict[str, str]:
        found = tabs(self.place.kind)
        if not self.is_folded or self.place.kind in {"policy", "inline"}:
            return found
        inserted = {"permissions": "Perms"}
        return {**{k: v for k, v in found.items() if k != "docs"}, **inserted, **found}

    def _tab(self) -> str:
        known = self._tabs()
        return self.place.tab if self.place.tab in known else "info"

    def _show_detail(self, row: int) -> None:
        tab = self._tab()
        shown = [f"[{title}]" if key == tab else title for key, title in self._tabs().items()]
        is_told = self.place.kind == "root" or self.is_folded
        kind = "" if is_told else f"  {self.place.kind}"
        self.body.panes["detail"].titled(f"{self._label(self.place)}{kind}", " ".join(shown))
        lines = detail(self.session.entities, self.target, "info" if tab == "permissions" else tab)
        if tab == "info" and self.is_folded:
            lines += effective_lines(self.live.panel, self.place.key)
        self.body.detail.show(lines, row)
        self._set_sides()

    def _panel_arrived(self, _panel: Panel | None) -> None:
        if self.is_folded and self._tab() == "info":
            self._show_detail(self.body.detail.cursor)

    def _show_crumbs(self) -> None:
        account, place = self.session.account, self.place
        name = account.alias or ""
        number = "-".join((account.id[:4], account.id[4:8], account.id[8:]))
        first = f"{name} {number}".strip()
        trail = place.trail or (self._label(place),)
        end = {"permissions": ("Permissions",), "why": ("Why",)}.get(place.pane, ())
        wide = self.size.width >= 100
        unsaved = self.session.unsaved
        edits = f"{unsaved} {'unsaved ' if wide else ''}edit{'' if unsaved == 1 else 's'}"
        mode = ("read-only", "RO") if self.session.read_only else ("read-write", "RW")
        right = f"{edits if unsaved else ''}  {mode[not wide]}"
        self.crumbs.trail((first, TITLES[list_of(place.kind)], *trail, *end), right.strip())

    def say(self, left: str, right: str = "") -> None:
        """Tell in the status line what happened."""
        self.status.say(left, right)

    # where one is

    def _visit(self, place: Place) -> None:
        self.history.visit(place)
        self._arrive()

    def _arrive(self) -> None:
        """Show the current place and give its pane the focus."""
        place = self.place
        name = list_of(place.kind)
        split = split_inline_key(place.key)
        if split is not None:
            owner = self.session.account.identity(split[0])
            name = list_of(owner.kind if owner is not None else "user")
        self.body.unfold(name)
        if place.key:
            with self.prevent(LineView.Moved):
                self.body.lists[name].select(split[0] if split is not None else place.key)
            self.body.panes[name].footed(self.body.lists[name].position)
        self.show_place()
        self._focus_pane(name if place.pane == "list" else place.pane)

    def _focus_pane(self, name: str) -> None:
        self._set_sides()
        view = self.body.panes[name].view
        if self.focused is not view:
            view.focus()
        self._offer()

    def _set_sides(self) -> None:
        reading = self.place.pane in {"permissions", "why"}
        self.set_class(reading, "-reading")
        self.set_class(reading or self._tab() == "permissions", "-permissions")

    def on_screen_suspend(self) -> None:
        """Draw no heavy frame under a dialog."""
        self.body.frames_changed()

    def on_screen_resume(self) -> None:
        """Draw the heavy frame again."""
        self.body.frames_changed()

    def _offer(self) -> None:
        greyed = EDIT_COMMANDS if self.session.read_only else frozenset()
        self.footer.offer(self.place.pane, greyed)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Follow the focus that a click or tab has moved."""
        pane = event.widget.parent
        if self.session.workspace is None or not isinstance(pane, Pane):
            return
        if pane.id in LIST_NAMES and event.widget is pane.view:
            self._list_focused(next(name for name in LIST_NAMES if name == pane.id))
        elif event.widget is pane.view and pane.id != self.place.pane:
            names: dict[str | None, PaneName] = {"permissions": "permissions", "why": "why"}
            self.go_to_pane(names.get(pane.id, "detail"))

    def _list_focused(self, name: ListName) -> None:
        if self.place.pane != "list" or list_of(self.place.kind) != name:
            self.go_to_list(name)

    def go_to_list(self, name: ListName) -> None:
        """Go to a list, on the item that its cursor is on."""
        key = self.body.lists[name].key
        entity = self.session.account.entity(key) if key else None
        kind = entity.kind if entity is not None else KINDS[name]
        place = Place(kind, key or "", tab=self.place.tab)
        if place.kind == self.place.kind and place.key == self.place.key and self.place.is_top:
            self._focus_pane(name)
        else:
            self._visit(place)

    def go_to_pane(self, pane: PaneName) -> None:
        """Go to a pane beside the lists, from where esc leads back."""
        here = self.place
        trail = here.trail or (self._label(here),)
        row = self.body.detail.first_target() if pane == "detail" else 0
        self._visit(Place(here.kind, here.key, pane, here.tab, row, trail))

    def go_to(self, target: Target) -> None:
        """Go along an edge to another thing, and stay in the detail."""
        trail = (*(self.place.trail or (self._label(self.place),)),)
        place = Place(target.kind, target.key, "detail", self.place.tab)
        self._visit(
            Place(target.kind, target.key, "detail", place.tab, 0, (*trail, self._label(place)))
        )
        self.body.detail.move_to(self.body.detail.first_target())

    # what the views tell

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Let the panes follow the cursor, once it rests."""
        view = event.view
        if view is self.body.permissions or view is self.body.detail or view is self.body.why:
            if view.has_focus:
                self.history.update(row=view.cursor)
        elif not (view.has_focus or self._is_filtering(view)):
            return
        if view.has_focus:
            current = view.current
            self.status.say(current.full if current is not None and current.full else "")
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, lambda: self._rested(view))

    def _is_filtering(self, view: LineView) -> bool:
        return self.focused is not None and self.focused.parent is view.parent

    def _rested(self, view: LineView) -> None:
        if view is self.body.permissions:
            self.live.explain()
        elif isinstance(view, EntityList) and self.place.is_top:
            key = view.key or ""
            entity = self.session.account.entity(key)
            kind = entity.kind if entity is not None else self.place.kind
            if (kind, key) != (self.place.kind, self.place.key):
                self.history.update(kind=kind, key=key, row=0, trail=())
                self.show_place()

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Go where the line leads."""
        if isinstance(event.view, EntityList):
            self._rested(event.view)
            self.go_to_pane("detail")
        elif event.view is self.body.permissions:
            self.go_to_pane("why")
        else:
            current = event.view.current
            if current is not None and current.target is not None:
                self.go_to(current.target)
            else:
                self.say("nothing to open on this line")

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Narrow the list, or search the document, as the filter line says."""
        view, text = event.pane.view, event.text or ""
        if isinstance(view, EntityList):
            view.narrow(text)
            if event.done:
                view.settle()
            name = self.body.list_name_of(view)
            if name is not None:
                self.body.title_list(name)
        elif isinstance(view, TextView):
            if text and not view.seek(text):
                self.say(f'"{text}" is not here')
        else:
            view.narrow(text)

    # commands

    def action_back(self) -> None:
        """Leave the field, restore the pane, clear the filter, or go back one place."""
        pane = self.body.focused_pane
        if pane is not None and self.focused is not pane.view:
            pane.give_up_filter()
        elif self.body.is_enlarged:
            self.body.action_pane_restore()
        elif pane is not None and pane.view.filter_text:
            pane.post_message(Pane.Filtered(pane, None, done=True))
        elif self.history.parent() is not None:
            self._arrive()

    def action_history_prev(self) -> None:
        """The place before, as a browser does."""
        if self.history.back() is not None:
            self._arrive()

    def action_history_next(self) -> None:
        """The place after."""
        if self.history.forward() is not None:
            self._arrive()

    def action_last_place(self) -> None:
        """Swap with the place one was at before."""
        if self.history.swap() is not None:
            self._arrive()

    def action_pane_next(self) -> None:
        """The next pane."""
        self.action_pane(self.body.neighbour(1))

    def action_pane_prev(self) -> None:
        """The pane before."""
        self.action_pane(self.body.neighbour(-1))

    def action_pane(self, name: str) -> None:
        """Go to a pane by its name; of those that this version lacks, say so."""
        if name in LATER:
            self.say(LATER[name])
        elif self.session.workspace is not None:
            self.go_to_named(name)

    def go_to_named(self, name: str) -> None:
        """Go to a pane by its name."""
        self.body.action_pane_restore()
        for list_name in LIST_NAMES:
            if name == list_name:
                self.go_to_list(list_name)
                return
        sides: dict[str, PaneName] = {"permissions": "permissions", "why": "why"}
        self.go_to_pane(sides.get(name, "detail"))

    def action_why(self) -> None:
        """The reason of the permission under the cursor."""
        row = self.body.permissions.row
        if row is None or row.permission is None:
            self.say("move to an action in the permissions (6) first")
        else:
            self.go_to_named("why")

    def action_tab_next(self) -> None:
        """The next tab of the detail."""
        self._turn_tab(1)

    def action_tab_prev(self) -> None:
        """The tab before."""
        self._turn_tab(-1)

    def _turn_tab(self, by: int) -> None:
        if self.session.workspace is None:
            return
        names = list(self._tabs())
        here = "permissions" if self.place.pane in {"permissions", "why"} else self._tab()
        tab = names[(names.index(here) + by) % len(names)] if here in names else names[0]
        pane = self.place.pane
        if pane != "list":
            pane = "permissions" if tab == "permissions" else "detail"
        self.history.update(tab=tab, pane=pane, row=0)
        self.show_place()
        if pane != "list":
            self._focus_pane(pane)

    def action_help(self) -> None:
        """The keys of this place."""
        greyed = EDIT_COMMANDS if self.session.read_only else frozenset()
        help_screen = HelpScreen(
            self.place.pane, greyed, "not in read-only mode", ascii_only=self.ascii_only
        )
        self.app.push_screen(help_screen)

    def action_copy(self) -> None:
        """Copy what the cursor is on: the ARN, the action, the statement."""
        pane = self.body.focused_pane
        current = pane.view.current if pane is not None else None
        text = (current.copy or current.text.strip()) if current is not None else ""
        if text:
            self.app.copy_to_clipboard(text)
            self.say(f"copied {text} ({len(text)} characters)")

    def action_add(self) -> None:
        """Add a member, or attach a policy."""
        self.editing.add()

    def action_delete(self) -> None:
        """Delete, or take away."""
        self.editing.delete()

    def action_undo(self) -> None:
        """Take the last edit back."""
        self.editing.undo()

    def action_redo(self) -> None:
        """Make it again."""
        self.editing.redo()

    def action_save(self) -> None:
        """Save as TOML."""
        self.editing.save()

    def action_save_as(self) -> None:
        """Save to a new file."""
        self.editing.save_as()

    def action_leave(self) -> None:
        """Quit from the first place; elsewhere go back one."""
        if self.place.is_top:
            self.editing.leave()
        else:
            self.action_back()

    def leave(self) -> None:
        """Quit from anywhere."""
        self.editing.leave()
