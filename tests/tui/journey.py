"""A walk through the program in the words of its users, over Textual's Pilot."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from iam_tui.account import Account
from iam_tui.tui.app import IamTuiApp
from iam_tui.tui.keys_ahead import KeysAhead
from iam_tui.tui.screens import following
from iam_tui.tui.screens.explore import ExploreScreen
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.session import Session
from iam_tui.tui.terminal import look_at
from iam_tui.workspace.options import TuiOptions

SMALL, NORMAL, WIDE = (80, 24), (120, 40), (200, 50)
SIZES = (SMALL, NORMAL, WIDE)
COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
TODAY = dt.date(2026, 11, 25)
"""The day from which ages are counted, so that no picture ages."""
following.REST = 0.01
"""The panes follow the cursor sooner: a walk waits for them after each key."""
LONGEST = 30.0
"""Seconds after which something that should come is taken as missing."""
NAMES = {
    "/": "slash",
    "?": "question_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "+": "plus",
    "_": "underscore",
    "-": "minus",
    "=": "equals_sign",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    ":": "colon",
    "*": "asterisk",
    " ": "space",
    "esc": "escape",
}
"""What users call a key -> what Textual calls it, where they differ."""


def _character(key: str) -> str | None:
    """Return what a terminal sends for a key, where that is a character."""
    return "\r" if key == "enter" else key if len(key) == 1 else None


class Journey:
    """One run of the program."""

    def __init__(self, app: IamTuiApp, pilot: Pilot[None]) -> None:
        """Take the running program."""
        self.app, self.pilot = app, pilot

    async def _answered(self) -> None:
        """Wait until everything that was asked for has been found out and taken."""
        end = time.monotonic() + LONGEST
        while self._is_under_way():
            while self._is_under_way():
                assert time.monotonic() < end, self.screen
                await asyncio.sleep(0.005)
            await self.pilot.pause(0)

    async def settle(self) -> None:
        """Wait until everything that was asked for is on the screen."""
        await self._answered()
        # Laid out, told its size, painted.
        for _ in range(3):
            await self.pilot.pause(0)
        if self._is_under_way():
            await self.settle()

    def _is_under_way(self) -> bool:
        follows = any(
            isinstance(screen, ExploreScreen)
            and (screen.is_about_to_follow or screen.session.workspace is None)
            for screen in self.app.screen_stack
        )
        asks = any(
            isinstance(screen, ModeScreen) and screen.is_asking for screen in self.app.screen_stack
        )
        top = self.app.screen
        comes = isinstance(top, KeysAhead) and top.awaits_focus
        return (
            comes or follows or asks or any(not worker.is_finished for worker in self.app.workers)
        )

    async def press(self, *keys: str) -> None:
        """Press keys as a person does, who waits for what each of them brings."""
        for key in keys:
            self._send(key)
            # Pilot's own `press` sleeps and paints after each key: most of a test's time.
            taken = asyncio.Event()
            self.app.call_later(taken.set)
            await taken.wait()
            await self._answered()
        await self.settle()

    def _send(self, key: str) -> None:
        name = NAMES.get(key, key)
        character = _character(key)
        self.app.post_message(events.Key(name, character))

    async def type(self, text: str) -> None:
        """Type text into the field that has the focus."""
        await self.press(*text)

    async def burst(self, *keys: str) -> None:
        """Send keys all at once, as a slow line delivers them."""
        for key in keys:
            self._send(key)
        await self.pilot.pause()
        await asyncio.sleep(0)
        await self.settle()

    async def go(self, key: str, name: str) -> None:
        """Go to the list with this number and to an item of it by its name."""
        await self.press(key, "/")
        await self.type(name)
        await self.press("enter")

    async def pick(self, name: str) -> None:
        """Ask for what can be added, and take what this finds first."""
        await self.press("A")
        await self.type(name)
        await self.press("enter")

    async def attach(self, group: str, policy: str) -> None:
        """Attach a policy to a group."""
        await self.go("2", group)
        await self.pick(policy)

    @property
    def rows(self) -> list[str]:
        """The text that can be seen."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def screen(self) -> str:
        """The text that can be seen, in one piece."""
        return "\n".join(row.rstrip() for row in self.rows)

    @property
    def prose(self) -> str:
        """The text that can be seen, without frames and as if its lines were not broken."""
        return squeezed(re.sub("[─━│┃╭╮╰╯┏┓┗┛]", " ", self.screen))

    @property
    def explore(self) -> ExploreScreen:
        """The explorer, below whatever dialog is open."""
        return next(s for s in self.app.screen_stack if isinstance(s, ExploreScreen))

    @property
    def crumbs(self) -> str:
        """The first line."""
        return self.rows[0].strip()

    @property
    def status(self) -> str:
        """The line of the last result, both ends of it, uncut."""
        bar = self.explore.status
        return f"{bar.left}   {bar.right}".strip()

    @property
    def footer(self) -> str:
        """The line of keys."""
        return self.rows[-1].strip()

    def pane(self, name: str) -> str:
        """Return what a pane says, its frame included."""
        region = self.explore.body.panes[name].region
        rows = self.rows[region.y : region.bottom]
        return "\n".join(row[region.x : region.right] for row in rows)

    @property
    def focused(self) -> str:
        """The pane that has the focus."""
        pane = self.explore.body.focused_pane
        return pane.id or "" if pane is not None else ""

    @property
    def is_asking(self) -> bool:
        """Whether a dialog is open."""
        return not isinstance(self.app.screen, ExploreScreen)

    @property
    def account(self) -> Account:
        """The account as the edits have made it."""
        return self.explore.session.account

    @property
    def unsaved(self) -> int:
        """How many edits are not saved."""
        return self.explore.session.unsaved


@asynccontextmanager
async def journey(
    account: object = "startup",
    size: tuple[int, int] = SMALL,
    *,
    read_only: bool = False,
    ascii_only: bool = False,
    edits_file: str | None = None,
    environment: Mapping[str, str] = COLOURS,
    session: Session | None = None,
    remembers: bool = False,
    **others: Any,
) -> AsyncIterator[Journey]:
    """Start the program and wait until the account is open.

    Args:
        account: What is opened; None: the start screen.
        size: Of the terminal.
        read_only: As the flag.
        ascii_only: As the flag.
        edits_file: As the flag.
        environment: What the terminal says of itself.
        session: Who has the account, where a test wants to know.
        remembers: Whether what the program keeps from one run to the next stays for the next
            journey; else each has a folder of its own.
        others: Other options of `TuiOptions`.
    """
    options = TuiOptions(
        account=None if account is None else str(account),
        read_only=read_only,
        ascii=ascii_only,
        edits_file=edits_file,
        **others,
    )
    terminal = look_at(
        environment, theme=options.theme, ascii_only=ascii_only, scroll=options.scroll
    )
    with own_state(remembers=remembers):
        app = IamTuiApp(session or Session(options, TODAY, clock=lambda: 0.0), terminal)
        async with app.run_test(size=size) as pilot:
            walk = Journey(app, pilot)
            await walk.settle()
            yield walk


@contextmanager
def own_state(*, remembers: bool) -> Iterator[None]:
    """Let the program find nothing that another journey has left."""
    if remembers:
        yield
        return
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", folder)
        yield


def squeezed(text: str) -> str:
    """Return text with every run of blanks as one, for what columns keep apart."""
    return re.sub(r"\s+", " ", text)
