"""What the screens beside Explore share: crumbs, panes, status, footer, questions in threads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen
from textual.widgets import Static

from iam_tui.errors import IamTuiError, UsageError
from iam_tui.tui.bindings import bindings
from iam_tui.tui.hints import seek_hint, stops
from iam_tui.tui.keys_ahead import KeysAhead
from iam_tui.tui.screens.commanding import Commanding
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.widgets.bars import Crumbs, Footer, Status
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from iam_tui.tui.lines import Target
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView

SHARED = (
    *("back", "filter", "pane.next", "pane.prev", "pane.enlarge", "pane.restore"),
    *("mode.map", "mode.simulate", "mode.who-can", "mode.compare", "mode.matrix", "mode.become"),
    *("mode.check", "mode.as-policy", "mode.grep", "why"),
    *("command", "palette", "copy", "copy.as", "copy.command", "undo", "redo", "save", "refresh"),
    *("help", "leave"),
)
"""Commands of every mode."""
SLOW = 0.3
"""Seconds after which the status line says what is being computed, and that esc stops it."""


class ModeScreen(KeysAhead, Commanding, Screen[None]):
    """A screen over Explore, left by esc."""

    NAME: ClassVar[str]
    """The last of its crumbs."""
    PLACE: ClassVar[str]
    """Which footer and which help it has: a key of `commands.FOOTERS`."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", "anywhere", ids=SHARED)]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-small"), (100, "-normal"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (15, "-low"), (30, "-high")]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin with what one is at in Explore.

        Args:
            explorer: Who has the account, and what one is at.
            arguments: What was typed after the mode's name in the `:` line.
        """
        super().__init__()
        self.add_class("mode")
        self.explorer, self.arguments = explorer, tuple(arguments)
        self.session = explorer.session
        self.ascii_only = explorer.ascii_only
        self.subject: Target = explorer.walk.target
        """What one was at when the mode was opened."""
        self.crumbs, self.status = Crumbs(id="crumbs"), Status(id="status")
        self.footer = Footer(id="footer", place=self.PLACE)
        self._numbers: dict[str, int] = {}
        self._slow: dict[str, Timer] = {}

    # what each mode says for itself

    def body(self) -> Iterable[Widget]:
        """Return what stands between the crumbs and the status line."""
        raise NotImplementedError

    def first_focus(self) -> Widget:
        """Return what has the focus at first."""
        return self.panes[0].view

    def begin(self) -> None:
        """Ask for the first time: everything is mounted."""

    def account_changed(self) -> None:
        """Show the account as an edit, an undo or saving has made it."""

    def trail(self) -> tuple[str, ...]:
        """Return the crumbs after the account."""
        return (self.NAME,)

    def command(self) -> tuple[str, ...]:
        """Return the verb and its arguments that print this answer, without the account."""
        return ()

    def opened(self, view: LineView) -> None:
        """Enter was pressed on a line: go where it leads."""
        current = view.current
        if current is not None and current.target is not None:
            self.go_to(current.target)
        else:
            self.say("nothing to open on this line")

    # what all have

    @property
    def panes(self) -> list[Pane]:
        """The panes, in the order of tab."""
        return list(self.query(Pane))

    @property
    def focused_pane(self) -> Pane | None:
        """The pane that has the focus, in its view or in its filter line."""
        parent = self.focused.parent if self.focused is not None else None
        return parent if isinstance(parent, Pane) else None

    def compose(self) -> ComposeResult:
        """Crumbs, what the mode has, status and footer."""
        yield self.crumbs
        yield from self.body()
        yield self.status
        yield self.footer
        yield Static(" iam-tui needs at least 60x15", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Take the focus and ask."""
        self.show_crumbs()
        self.set_focus(self.first_focus())
        self.begin()
        self.take_keys()

    def on_unmount(self) -> None:
        """Let no thread go on for a screen that is gone."""
        self.stop()

    def show_crumbs(self) -> None:
        """Say where one is."""
        showing = self.explorer.showing
        wide = self.size.width >= 100
        self.crumbs.trail((showing.account_title(), *self.trail()), showing.state_text(wide=wide))

    def say(self, left: str, right: str = "", *, keep: bool = False, bad: bool = False) -> None:
        """Tell in the status line what happened."""
        self.status.tell(left, right, keep=keep, bad=bad)

    def on_resize(self) -> None:
        """Say what another width has room for."""
        self.call_after_refresh(self.show_crumbs)

    def on_screen_suspend(self) -> None:
        """Draw no heavy frame under a dialog."""
        self._frames_changed()

    def on_screen_resume(self) -> None:
        """Draw the heavy frame again."""
        self._frames_changed()

    def _frames_changed(self) -> None:
        for pane in self.panes:
            pane.frame_changed()

    def go_to(self, target: Target) -> None:
        """Leave for Explore, to a thing of the account."""
        self.app.go_to(target)  # type: ignore[attr-defined]  # only IamTuiApp shows modes

    # questions that take their time

    def ask(
        self,
        kind: str,
        compute: Callable[[Callable[[], bool]], object],
        show: Callable[[object], None],
        *,
        doing: str,
    ) -> None:
        """Compute in a thread and show the answer, unless a newer question is asked meanwhile.

        Args:
            kind: What is asked; a newer question of a kind makes the older one's answer late.
            compute: Gets `should_stop`, to be asked often.
            show: Gets what `compute` returned, on the screen's thread.
            doing: What to say meanwhile: `asking 5,000 principals`.
        """
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1

        def should_stop() -> bool:
            return number != self._numbers[kind]

        def finish(then: Callable[[], None]) -> None:
            if number == self._numbers[kind] and self.is_mounted:
                self._at_rest(kind)
                then()

        def work() -> None:
            if should_stop():
                return
            try:
                answer = compute(should_stop)
            except IamTuiError as error:
                self.call_later(finish, partial(self.failed, kind, error))
            else:
                self.call_later(finish, partial(show, answer))

        self._at_rest(kind)
        self._slow[kind] = self.set_timer(SLOW, lambda: self.say(f"{doing} ...", stops()))
        self.run_worker(work, thread=True, exclusive=True, group=kind)

    def _at_rest(self, kind: str) -> None:
        timer = self._slow.pop(kind, None)
        if timer is not None:
            timer.stop()
            if self.status.right == stops():
                self.say("")

    def failed(self, kind: str, error: IamTuiError) -> None:  # noqa: ARG002 - for those that care
        """Say why there is no answer."""
        self.say(str(error))

    @property
    def is_asking(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._slow)

    def stop(self, *kinds: str) -> None:
        """Let go of every question that is still computed, or of those of some kinds."""
        for kind in kinds or tuple(self._numbers):
            self._numbers[kind] = self._numbers.get(kind, 0) + 1
            self._at_rest(kind)

    # what the views tell

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Go where the line leads."""
        event.stop()
        self.opened(event.view)

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Show the whole text of a row that had to be cut."""
        if event.by_hand and event.view.has_focus:
            self.status.hint(event.view.hidden_text, event.time)

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Narrow the list, or search the document, as the filter line says."""
        view, text = event.pane.view, event.text or ""
        if isinstance(view, TextView):
            if text and not view.seek(text):
                self.say(f'"{text}" is not here')
        else:
            view.narrow(text)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Offer the keys of what has the focus."""
        del event
        self.footer.offer(self.PLACE)

    # commands

    def action_back(self) -> None:
        """Leave the field, stop what is computed, restore the pane, or leave the mode."""
        pane = self.focused_pane
        if pane is not None and self.focused is not pane.view:
            pane.give_up_filter()
        elif self.is_asking:
            self.stop()
            self.say("stopped")
        elif self.has_class("-enlarged"):
            self.action_pane_restore()
        elif pane is not None and pane.view.filter_text:
            pane.post_message(Pane.Filtered(pane, None, done=True))
        else:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Leave the mode."""
        self.action_back()

    def action_filter(self) -> None:
        """Open the filter line of the focused pane."""
        pane = self.focused_pane
        if pane is not None:
            is_text = isinstance(pane.view, TextView)
            hint = seek_hint() if is_text else "part of a name"
            pane.open_filter(pane.view.filter_text, hint)

    def action_pane_next(self) -> None:
        """The next pane."""
        self._turn(1)

    def action_pane_prev(self) -> None:
        """The pane before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        shown = [pane for pane in self.panes if pane.display and pane.view.can_focus]
        pane = self.focused_pane
        if shown:
            at = shown.index(pane) if pane in shown else 0
            self.set_focus(shown[(at + by) % len(shown)].view)

    def action_pane_enlarge(self) -> None:
        """Let the focused pane fill the screen."""
        pane = self.focused_pane
        if pane is not None:
            self.action_pane_restore()
            pane.add_class("-large")
            self.add_class("-enlarged")

    def action_pane_restore(self) -> None:
        """Put the panes back."""
        self.query(".-large").remove_class("-large")
        self.remove_class("-enlarged")

    def action_mode(self, name: str) -> None:
        """Open another mode over this one."""
        self.app.open_mode(name)  # type: ignore[attr-defined]  # only IamTuiApp shows modes

    def why_arguments(self) -> tuple[str, ...]:
        """Return the request that `i` explains: the words of `iam-tui why` without the account."""
        verb, *words = self.command() or ("",)
        return tuple(words) if verb == "simulate" else ()

    def action_why(self) -> None:
        """Ask why, or why not."""
        self.app.open_mode("why", self.why_arguments())  # type: ignore[attr-defined]

    def action_later(self, command_id: str) -> None:
        """Say what a key will bring that this version lacks."""
        self.explorer.action_later(command_id)

    def action_copy(self) -> None:
        """Copy what the cursor is on."""
        pane = self.focused_pane
        current = pane.view.current if pane is not None else None
        text = (current.copy or current.text.strip()) if current is not None else ""
        if text:
            self.copy_text(text)

    def action_copy_as(self) -> None:
        """Choose in which form to copy what the cursor is on."""
        from iam_tui.tui.copying import forms_of_line

        pane = self.focused_pane
        current = pane.view.current if pane is not None else None
        if current is not None:
            self.choose_form(forms_of_line(self.session.account, current, self._command_line))

    def action_copy_command(self) -> None:
        """Copy the command that prints this answer."""
        self.copy_command(self._command_line)

    def _command_line(self) -> str:
        from iam_tui.tui.copying import command_line

        command = self.command()
        if not command:
            raise UsageError("there is no command for this yet: ask something first")
        return command_line(self.session, *command)

    def action_undo(self) -> None:
        """Take the last edit back."""
        self.explorer.editing.undo()

    def action_redo(self) -> None:
        """Make it again."""
        self.explorer.editing.redo()

    def action_save(self) -> None:
        """Save as TOML."""
        self.explorer.editing.save()

    def action_refresh(self) -> None:
        """Read the account again."""
        self.explorer.disk.refresh()

    def unavailable(self) -> dict[str, str]:
        """Return the commands that cannot be given now, each with the reason."""
        known = self.explorer.unavailable()
        return {one: known[one] for one in SHARED if one in known and one != "why"}

    def action_help(self) -> None:
        """The keys of this place."""
        greyed, reason = self.explorer.greyed()
        self.app.push_screen(HelpScreen(self.PLACE, greyed, reason, ascii_only=self.ascii_only))
