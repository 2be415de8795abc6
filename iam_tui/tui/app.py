"""The program on the terminal: theme, signals, which screen, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea
from textual.worker import Worker, WorkerState

from iam_tui.errors import IamTuiError
from iam_tui.tui.bindings import bindings
from iam_tui.tui.crash import CRASHED, crash_report
from iam_tui.tui.keys_ahead import KeysAhead, drained
from iam_tui.tui.modes import mode_screen
from iam_tui.tui.screens.explore import ExploreScreen
from iam_tui.tui.screens.start import StartScreen
from iam_tui.tui.session import Session, sample_descriptions
from iam_tui.tui.terminal import Terminal, look_at, missing_terminal
from iam_tui.tui.themes import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from iam_tui.tui.lines import Target
    from iam_tui.workspace import Workspace
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
        self._interrupted = 0.0
        for theme in OWN:
            self.register_theme(theme)
        known = terminal.theme in self.available_themes
        self.theme = terminal.theme if known else OWN[0].name
        self.set_class(terminal.native_colours, "-ansi")

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

    def _end_by_signal(self, number: signal.Signals) -> None:
        self.exit(return_code=128 + number)

    def _explore(self, source: str) -> None:
        screen = ExploreScreen(self.session, self.terminal)
        self._show(screen)
        screen.say(f"opening {source} ...")
        self.call_after_refresh(self._open, source)

    def _start(self, error: str) -> None:
        screen = StartScreen(self.terminal, (), error)
        self._show(screen)
        self.run_worker(sample_descriptions, thread=True, name="samples", exit_on_error=False)

    @property
    def _explorer(self) -> ExploreScreen | None:
        """The explorer, below whatever dialog is open."""
        return next((s for s in self.screen_stack if isinstance(s, ExploreScreen)), None)

    def _show(self, screen: ExploreScreen | StartScreen) -> None:
        while isinstance(self.screen, ModalScreen):
            self.pop_screen()
        if isinstance(self.screen, ExploreScreen | StartScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _open(self, source: str) -> None:
        def read() -> Workspace:
            return self.session.read(source)

        self.run_worker(read, thread=True, name="open", exclusive=True, exit_on_error=False)

    def on_start_screen_asked(self, event: StartScreen.Asked) -> None:
        """Open what was chosen on the start screen."""
        self._explore(event.source)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take what the workers have read."""
        worker, explorer = event.worker, self._explorer
        if event.state is WorkerState.SUCCESS and worker.name == "open":
            if explorer is not None and worker.result is not None:
                explorer.opened(worker.result)
        elif event.state is WorkerState.SUCCESS and worker.name == "samples":
            for screen in self.screen_stack:
                if isinstance(screen, StartScreen):
                    screen.told(worker.result or ())
        elif event.state is WorkerState.ERROR and worker.name in {"open", "samples"}:
            self._failed(worker)

    def _failed(self, worker: Worker[object]) -> None:
        error = worker.error
        if isinstance(error, IamTuiError | OSError):
            self._start(str(error))
        elif error is not None:
            raise error

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

    def go_to(self, target: Target) -> None:
        """Leave every mode, for a thing of the account in Explore."""
        explorer = self._explorer
        if explorer is not None:
            while self.screen is not explorer:
                self.pop_screen()
            explorer.walk.go_to(target)

    def copy_to_clipboard(self, text: str) -> None:
        """Hand text to the terminal's clipboard (OSC 52), unless that was turned off."""
        if self.session.options.clipboard != "off":
            super().copy_to_clipboard(text)

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
            self.screen.say("ctrl+c again quits")


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
    terminal = look_at(os.environ, theme=options.theme, ascii_only=options.ascii)
    session = Session(options, today=dt.datetime.now(tz=dt.UTC).date())
    app = IamTuiApp(session, terminal)
    app.run(mouse=options.mouse)
    if app.crash is not None:
        print(crash_report(app.crash), file=sys.stderr)  # noqa: T201
        return CRASHED
    return app.return_code or 0
