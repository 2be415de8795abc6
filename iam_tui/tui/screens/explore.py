"""Explore: four lists, the detail of what the cursor is on, what it may do and why.

This module turns keys into what its parts do: `walk` brings one elsewhere, `showing` fills the
panes, `editing` changes the account. What follows the cursor is in `following`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from iam_tui.commands import BY_ID, COMMANDS, first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.lists import LIST_NAMES
from iam_tui.tui.reasons import unavailable
from iam_tui.tui.screens.body import Body
from iam_tui.tui.screens.following import Following
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.screens.loading import Loading
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.screens.taking import Taking
from iam_tui.tui.widgets.bars import Crumbs, Footer, Status
from iam_tui.tui.widgets.entity_list import EntityList
from iam_tui.tui.widgets.filter_field import FilterField
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from iam_tui.tui.places import PaneName
    from iam_tui.tui.screens.disk import Disk
    from iam_tui.tui.screens.editing import Editing
    from iam_tui.tui.screens.recovering import Recovering
    from iam_tui.tui.screens.showing import Showing
    from iam_tui.tui.screens.walk import Walk
    from iam_tui.tui.session import Opened, Session
    from iam_tui.tui.terminal import Terminal

EDIT_COMMANDS = frozenset(command.id for command in COMMANDS if command.changes)
HANDLED_BELOW = ("filter", "sort", "sort.reverse", "pane.enlarge", "pane.restore")
"""Commands of panes that `Body` has the actions for."""
READ_ONLY = "not in read-only mode"


class ExploreScreen(Taking, Following):
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
        self.ascii_only = terminal.ascii_only
        self.body = Body(terminal)
        self.crumbs, self.status = Crumbs(id="crumbs"), Status(id="status")
        self.footer = Footer(id="footer")
        self.opening = Loading(self, session, self.status)

    # The parts that know accounts are imported when they are first asked for: by then the first
    # frame is on the screen.

    @cached_property
    def showing(self) -> Showing:
        """Who fills the panes."""
        from iam_tui.tui.screens.showing import Showing

        return Showing(self, self.session, self.body, self.crumbs)

    @cached_property
    def walk(self) -> Walk:
        """Who knows where one is."""
        from iam_tui.tui.screens.walk import Walk

        return Walk(self, self.session, self.body, self.showing, self._offer)

    @cached_property
    def editing(self) -> Editing:
        """Who changes the account."""
        from iam_tui.tui.screens.editing import Editing

        return Editing(self, self.session)

    @cached_property
    def disk(self) -> Disk:
        """Who looks after the file on disk."""
        from iam_tui.tui.screens.disk import Disk

        return Disk(self, self.session)

    @cached_property
    def recovering(self) -> Recovering:
        """Who offers back what was left behind."""
        from iam_tui.tui.screens.recovering import Recovering

        return Recovering(self, self.session)

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
        self.opening.begin()

    def on_unmount(self) -> None:
        """Let no thread go on for a screen that is gone."""
        if self.session.workspace is not None:
            self.showing.live.forget()

    def opened(self, opened: Opened, notices: tuple[str, ...] = ()) -> None:
        """Show an account for the first time, where one was in it the last time.

        Args:
            opened: What was read.
            notices: What else has to be said at the start.
        """
        from iam_tui.tui.remembering import restore
        from iam_tui.tui.summary import opened_text

        self.opening.end()
        self.session.adopt(opened.workspace)
        self.body.load(self.session.entities)
        typing = self.focused if isinstance(self.focused, FilterField) else None
        self.set_focus(self.body.lists["users"])
        self.walk.begin()
        is_back = opened.remembered is not None and restore(self, opened.remembered)
        self.say(opened_text(opened.workspace), "where you left off" if is_back else "")
        if typing is not None and isinstance(typing.parent, Pane):
            # Who types a filter already goes on typing: letters must not become commands.
            self.body.unfold_pane(typing.parent)
            self.set_focus(typing)
        self.recovering.begin((*notices, *opened.notices), opened.left)

    def show_account(self, arrival: str = "") -> None:
        """Show the account as it is now, every cursor on the item it was on.

        Args:
            arrival: The ARN of what has come back, which the cursor of its list then goes to.
        """
        self.body.load(self.session.entities)
        self.walk.show(arrival)
        for mode in self._modes():
            mode.show_crumbs()
            mode.account_changed()

    def _modes(self) -> list[ModeScreen]:
        """Return the modes that are open over this screen."""
        return [screen for screen in self.app.screen_stack if isinstance(screen, ModeScreen)]

    def say(self, left: str, right: str = "", *, keep: bool = False, bad: bool = False) -> None:
        """Tell in the status line what happened; `keep` it while the cursor moves on."""
        self.status.tell(left, right, keep=keep, bad=bad)
        for mode in self._modes():
            mode.say(left, right, keep=keep, bad=bad)

    # what the views tell

    def on_screen_suspend(self) -> None:
        """Draw no heavy frame under a dialog."""
        self.body.frames_changed()

    def on_screen_resume(self) -> None:
        """Draw the heavy frame again."""
        self.body.frames_changed()

    def on_resize(self) -> None:
        """Say what another size has room for."""
        if self.session.workspace is not None:
            self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        place = self.walk.place
        self.showing.show_detail(place, self.body.detail.line_number)
        self.showing.show_crumbs(place)

    def _offer(self) -> None:
        self.footer.offer(self.walk.place.pane, self.greyed()[0])

    def greyed(self) -> tuple[frozenset[str], str]:
        """Return the commands that cannot be given now, and why."""
        return (EDIT_COMMANDS if self.session.read_only else frozenset(), READ_ONLY)

    def unavailable(self) -> dict[str, str]:
        """Return the commands that cannot be given now, each with the reason."""
        return unavailable(self)

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Narrow the list, or search the document, as the filter line says."""
        view, text = event.pane.view, event.text or ""
        if isinstance(view, EntityList) and event.done and self.jumped(text):
            self.body.narrow(view, "")
        elif isinstance(view, EntityList):
            before = view.problem
            self.body.narrow(view, text)
            if event.done:
                view.settle()
            name = self.body.list_name_of(view)
            if name is not None:
                self.body.title_list(name)
            if view.problem != before:
                self.say(view.problem)
            elif text and not view.count():
                self.foretell(text)
        elif isinstance(view, TextView):
            if text and not view.seek(text):
                self.say(f'"{text}" is not here')
        else:
            view.narrow(text)

    def on_pane_title_clicked(self, event: Pane.TitleClicked) -> None:
        """Turn the order of a list round; show the tab that was clicked."""
        if self.session.workspace is None:
            return
        name = self.body.list_name_of(event.pane.view)
        if name is not None:
            self.body.reverse(name)
        elif event.tab is not None:
            self.walk.show_tab(event.tab)

    def on_body_told(self, event: Body.Told) -> None:
        """Say what a list has done."""
        self.say(event.text)

    # commands

    def action_mode(self, name: str) -> None:
        """Open a screen that asks the account one kind of question."""
        arguments: tuple[str, ...] = ()
        if name == "compare":
            arguments = self.compared()
            if len(arguments) > 2:
                self.say(
                    f"two can be compared, not {len(arguments)}; {first_key('mark.clear')} unmarks"
                )
                return
        self.app.open_mode(name, arguments)  # type: ignore[attr-defined]  # only IamTuiApp shows this

    def compared(self) -> tuple[str, ...]:
        """Return the references of those to compare: the marked users and roles.

        Of one marked, it and the one that the cursor is on; nothing when none is.
        """
        if self.session.workspace is None:
            return ()
        account = self.session.account
        lists = (self.body.lists["users"], self.body.lists["roles"])
        keys = [key for view in lists for key in view.marked]
        here = self.walk.target
        if len(keys) == 1 and here.kind in {"root", "user", "role"} and here.key != keys[0]:
            keys.append(here.key)
        return tuple(map(account.reference, keys))

    def action_later(self, command_id: str) -> None:
        """Say what a key will bring that this version lacks."""
        command = BY_ID[command_id]
        self.say(f"{command.keys[0]}: this version does not have {command.help} yet")

    def action_back(self) -> None:
        """Leave the field, restore the pane, clear the filter, or go back one place."""
        pane = self.body.focused_pane
        if pane is not None and self.focused is not pane.view:
            pane.give_up_filter()
        elif self.body.is_enlarged:
            self.body.action_pane_restore()
        elif pane is not None and pane.view.filter_text:
            pane.post_message(Pane.Filtered(pane, None, done=True))
        else:
            self.walk.back()

    def action_history_prev(self) -> None:
        """The place before, as a browser does."""
        if not self.walk.step(-1):
            self.say("this is the first place")

    def action_history_next(self) -> None:
        """The place after."""
        if not self.walk.step(1):
            self.say("this is the last place")

    def action_last_place(self) -> None:
        """Swap with the place one was at before."""
        self.walk.swap()

    def action_pane_next(self) -> None:
        """The next pane."""
        self.action_pane(self.body.neighbour(1))

    def action_pane_prev(self) -> None:
        """The pane before."""
        self.action_pane(self.body.neighbour(-1))

    def action_pane(self, name: str) -> None:
        """Go to a pane by its name."""
        if self.session.workspace is None:
            return
        self.body.action_pane_restore()
        for list_name in LIST_NAMES:
            if name == list_name:
                self.walk.go_to_list(list_name)
                return
        sides: dict[str, PaneName] = {"permissions": "permissions", "why": "why"}
        self.walk.go_to_pane(sides.get(name, "detail"))

    def action_why(self) -> None:
        """The reason of the permission under the cursor; elsewhere ask why, or why not."""
        row = self.body.permissions.row
        is_row = row is not None and row.permission is not None
        if is_row and self.body.focused_pane is self.body.panes["permissions"]:
            self.action_pane("why")
        else:
            self.action_mode("why")

    def action_tab_next(self) -> None:
        """The next tab of the detail."""
        self._turn_tab(1)

    def action_tab_prev(self) -> None:
        """The tab before."""
        self._turn_tab(-1)

    def _turn_tab(self, by: int) -> None:
        if self.session.workspace is not None:
            self.walk.turn_tab(by)

    def action_help(self) -> None:
        """The keys of this place."""
        greyed, reason = self.greyed()
        self.app.push_screen(
            HelpScreen(self.walk.place.pane, greyed, reason, ascii_only=self.ascii_only)
        )

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

    def action_refresh(self) -> None:
        """Read the account again."""
        self.disk.refresh()

    def action_save_as(self) -> None:
        """Save to a new file."""
        self.editing.save_as()

    def action_leave(self) -> None:
        """Quit from the first place; elsewhere go back one."""
        if self.walk.place.is_top:
            self.editing.leave()
        else:
            self.action_back()
