"""The program on the terminal: theme, signals, which screen, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import signal
import sys
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea
from textual.worker import Worker, WorkerState

from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError, nearest
from iam_tui.tui import hangup
from iam_tui.tui.bindings import bindings
from iam_tui.tui.crash import CRASHED, crash_report
from iam_tui.tui.keys_ahead import KeysAhead, drained
from iam_tui.tui.modes import mode_screen
from iam_tui.tui.screens.explore import ExploreScreen
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.screens.start import StartScreen
from iam_tui.tui.session import Offers, Opened, Session, offers
from iam_tui.tui.terminal import Terminal, look_at, missing_terminal
from iam_tui.tui.themes import OWN, variables_for
from iam_tui.tui.threads import in_daemon
from iam_tui.tui.user_keys import UserKeys, places
from iam_tui.workspace.theme import chosen_theme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.binding import BindingType

    from iam_tui.tui.command_running import Commands
    from iam_tui.tui.copying import Copying
    from iam_tui.tui.lines import Target
    from iam_tui.workspace.options import TuiOptions

TWICE = 2.0
"""Seconds within which a second ctrl+c ends the program."""
INTERRUPTED = 130
KEYS_FIRST = 0.001
"""Seconds after which a thread that computes lets the screen's thread go on; Python's own 5 ms,
taken at each of the messages that a key becomes, would be felt."""


class IamTuiApp(App[None], inherit_bindings=False):
    """iam-tui on a terminal."""

    TITLE = "iam-tui"
    CSS_PATH = "explore.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("program")]

    def __init__(self, session: Session, terminal: Terminal) -> None:
        """Choose the colours before Textual chooses its filters.

        Args:
            session: What was asked for on the command line, and who opens it.
            terminal: How to draw.
        """
        super().__init__(ansi_color=True if terminal.native_colours else None)
        self.animation_level = "none"
        self.session = session
        self.terminal = terminal
        self.crash: Exception | None = None
        """The bug of ours that ended the program."""
        self.signal: int | None = None
        """The number of the signal that ended the program."""
        self.user_keys = UserKeys(session.options.keys)
        self._notices = session.options.notices
        self._interrupted = 0.0
        for theme in OWN:
            self.register_theme(theme)
        known = terminal.theme in self.available_themes
        self.theme = terminal.theme if known else OWN[0].name
        if not known:
            close = nearest(terminal.theme, self.available_themes, most=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            self._notices += (f"there is no theme {terminal.theme!r}{hint}",)
        self._first_theme = self.theme
        self.set_class(terminal.native_colours, "-ansi")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Have our own colours also in a theme that is not ours."""
        return variables_for(self.current_theme)

    def on_mount(self) -> None:
        """Show a first frame; open the account after it."""
        self._catch_signals()
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        source = self.session.options.account
        if source is None:
            self._start("")
        else:
            self._explore(source)

    def _catch_signals(self) -> None:
        """End in order on SIGTERM and SIGHUP, so that the terminal is left as it was."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self._end_by_signal, number)
        if not self.is_headless and sys.__stdin__ is not None:
            hangup.watch(sys.__stdin__.fileno(), partial(self._terminal_is_gone, loop))

    def _terminal_is_gone(self, loop: asyncio.AbstractEventLoop) -> None:
        """End as by SIGHUP, which only a controlling terminal sends; called in a thread."""
        if self.signal is None:
            # At once: reading may fail meanwhile, and end the program as if by a bug.
            self.signal = signal.SIGHUP
            status = 128 + signal.SIGHUP
            hangup.end_soon(status, hangup.GONE)
            with contextlib.suppress(RuntimeError):  # that end has come
                loop.call_soon_threadsafe(partial(self.exit, return_code=status))

    def _end_by_signal(self, number: signal.Signals) -> None:
        if self.signal is None:
            self.signal = number
            hangup.end_soon(128 + number)
            self.exit(return_code=128 + number)

    def exit(self, *args: Any, **options: Any) -> None:
        """End the program; where one was, and a theme that was chosen, are kept for next time."""
        self._keep_place()
        if self.theme != self._first_theme:
            from iam_tui.workspace.state import update_state

            update_state(lambda state: state.with_theme(self.theme))
            self._first_theme = self.theme
        super().exit(*args, **options)

    def _keep_place(self) -> None:
        explorer = self._explorer
        if explorer is not None and self.session.workspace is not None:
            from iam_tui.tui.remembering import keep

            keep(explorer)

    def on_unmount(self) -> None:
        """Let go of the account, whatever ended the program."""
        self.session.close()

    def on_app_focus(self) -> None:
        """Look whether others have been at the file meanwhile."""
        explorer = self._explorer
        if explorer is not None and self.session.workspace is not None:
            explorer.disk.look()

    def _take_notices(self) -> tuple[str, ...]:
        """Return what is to be said at the start, once."""
        notices, self._notices = self._notices, ()
        return notices

    def _explore(self, source: str | Path) -> None:
        screen = ExploreScreen(self.session, self.terminal)
        self._show(screen)
        screen.say(f"opening {source} ...")
        self.call_after_refresh(self._open, source)

    def _start(self, error: str) -> None:
        screen = StartScreen(self.terminal, error)
        self._show(screen)
        self.run_worker(offers, thread=True, name="offers", exit_on_error=False)

    @property
    def _explorer(self) -> ExploreScreen | None:
        """The explorer, below whatever dialog is open."""
        return next((s for s in self.screen_stack if isinstance(s, ExploreScreen)), None)

    def _show(self, screen: ExploreScreen | StartScreen) -> None:
        while isinstance(self.screen, ModalScreen | ModeScreen):
            self.pop_screen()
        if isinstance(self.screen, ExploreScreen | StartScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _open(self, source: str | Path) -> None:
        reading = in_daemon(partial(self.session.read, source))
        self.run_worker(reading, name="open", exclusive=True, exit_on_error=False)

    def on_start_screen_asked(self, event: StartScreen.Asked) -> None:
        """Open what was chosen on the start screen."""
        self._explore(event.source)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take what the workers have read."""
        worker, explorer = event.worker, self._explorer
        if event.state is WorkerState.SUCCESS and worker.name == "open":
            if explorer is not None and isinstance(worker.result, Opened):
                explorer.opened(worker.result, self._take_notices())
        elif event.state is WorkerState.SUCCESS and worker.name == "offers":
            for screen in self.screen_stack:
                if isinstance(screen, StartScreen) and isinstance(worker.result, Offers):
                    screen.told(worker.result, self._take_notices())
        elif event.state is WorkerState.ERROR and worker.name in {"open", "offers"}:
            self._failed(worker)

    def _failed(self, worker: Worker[object]) -> None:
        error = worker.error
        if isinstance(error, IamTuiError | OSError):
            self._start(str(error))
        elif error is not None:
            raise error

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Run what a key is bound to; by the user's own keys, where there are some."""
        if not self.user_keys.is_own:
            return await super()._check_bindings(key, priority)
        for node, known, whole in places(self.screen, priority=priority):
            for binding in self.user_keys.found(key, known, whole):
                if binding.priority == priority and await self.run_action(binding.action, node):
                    return True
        return False

    def _handle_exception(self, error: Exception) -> None:
        """Remember the first bug; Textual ends the program and restores the terminal."""
        if self.crash is None:
            self.crash = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without Textual's traceback of locals: `run` says what matters."""
        self._close_messages_no_wait()

    async def on_event(self, event: events.Event) -> None:
        """Be done with each key before the next one is looked at.

        Textual sends a key to what has the focus when it arrives, and looks for its binding when
        it has come back from there. On a slow line several keys arrive at once; what follows the
        one that opens a field would be taken for commands, or come into the field in another
        order.
        """
        if isinstance(event, events.Key) and not event.is_forwarded:
            screen = self.screen
            if isinstance(screen, KeysAhead) and screen.awaits_focus:
                screen.type_ahead(event)
                return
            at = self.focused or screen
            is_text = isinstance(at, TextArea) or (isinstance(at, Input) and event.is_printable)
            if is_text:
                await super().on_event(event)
            elif not await self._check_bindings(event.key, priority=True):
                await self._check_bindings(event.key)
            await drained(at)
        else:
            await super().on_event(event)
            if isinstance(event, events.Paste):
                await drained(self.focused or self.screen)

    def open_mode(self, name: str, arguments: Sequence[str] = ()) -> None:
        """Open a screen that asks the account one kind of question, over what is there.

        Args:
            name: Which: a key of `modes.MODES`.
            arguments: What was typed after its name in the `:` line.
        """
        explorer = self._explorer
        if explorer is None or self.session.workspace is None:
            return
        explorer.walk.catch_up()
        screen = mode_screen(name, explorer, arguments)
        if screen is None:
            explorer.action_later(f"mode.{name}")
        else:
            self.push_screen(screen)

    @cached_property
    def commands(self) -> Commands:
        """Who asks for commands and runs them."""
        from iam_tui.tui.command_running import Commands

        return Commands(self)

    @cached_property
    def copying(self) -> Copying:
        """Who brings text to the clipboard."""
        from iam_tui.tui.copying import Copying

        return Copying(self)

    async def open_account(self, source: str) -> None:
        """Open another account in the place of this one."""
        explorer = self._explorer
        if explorer is not None:
            self._keep_place()
            while explorer in self.screen_stack:
                await self.pop_screen()
            self.session.leave()
        self._explore(source)

    def go_to(self, target: Target) -> None:
        """Leave every mode, for a thing of the account in Explore."""
        explorer = self._explorer
        if explorer is not None:
            while self.screen is not explorer:
                self.pop_screen()
            explorer.walk.go_to(target)

    def copy_to_clipboard(self, text: str) -> None:
        """Hand text to the clipboard as the settings say: by the terminal (OSC 52), or natively."""
        how = self.session.options.clipboard
        if how == "osc52":
            super().copy_to_clipboard(text)
        elif how == "native":
            self._clipboard = text
            self.run_worker(partial(self._copy_natively, text), thread=True, group="clipboard")

    def _copy_natively(self, text: str) -> None:
        """Hand text to a program of this machine, in a thread, and say when it takes none."""
        from iam_tui.tui.clipboard import copy_natively

        problem = copy_natively(text)
        explorer = self._explorer
        if problem is not None and explorer is not None:
            self.call_later(explorer.say, f"not copied: {problem}", keep=True)

    async def action_quit(self) -> None:
        """Quit from anywhere; ask first when edits would be lost."""
        explorer = self._explorer
        if explorer is None or not self.session.unsaved:
            self.exit()
            return
        while self.screen is not explorer:
            self.pop_screen()  # a dialog gives way to the question
        explorer.editing.leave()

    def action_suspend(self) -> None:
        """To the shell, as ctrl+z does elsewhere."""
        self.action_suspend_process()

    async def action_interrupt(self) -> None:
        """Quit when pressed twice; where edits would be lost the second press asks."""
        now = time.monotonic()
        is_second = now - self._interrupted < TWICE
        self._interrupted = now
        if is_second and self.session.unsaved:
            await self.action_quit()
        elif is_second:
            self.exit(return_code=INTERRUPTED)
        elif isinstance(self.screen, ExploreScreen | StartScreen):
            self.screen.say(f"{first_key('interrupt')} again quits")


def _chosen_theme() -> str | None:
    """Return the theme that was chosen last, unless the environment names one."""
    named = os.environ.get("IAM_TUI_THEME") or os.environ.get("TEXTUAL_THEME")
    return None if named else chosen_theme()


def run(options: TuiOptions) -> int:
    """Run the program on the terminal until it is left.

    Returns:
        The exit status: 0, 2 without a terminal, 70 for a bug of ours, 128+n after a signal.
    """
    problem = missing_terminal()
    if problem is not None:
        print(problem, file=sys.stderr)  # noqa: T201 - there is no screen to say it on
        return 2
    sys.setswitchinterval(KEYS_FIRST)
    theme = options.theme or (None if options.fresh else _chosen_theme())
    terminal = look_at(os.environ, theme=theme, ascii_only=options.ascii, scroll=options.scroll)
    session = Session(options, today=dt.datetime.now(tz=dt.UTC).date())
    app = IamTuiApp(session, terminal)
    try:
        app.run(mouse=options.mouse)
    finally:
        session.close()
    if app.signal is not None:
        return 128 + app.signal
    if app.crash is not None:
        print(crash_report(app.crash, session), file=sys.stderr)  # noqa: T201
        return CRASHED
    return app.return_code or 0
