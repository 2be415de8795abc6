"""A walk through the program in the words of its users, over Textual's Pilot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from iam_tui.tui.app import IamTuiApp
from iam_tui.tui.screens.explore import ExploreScreen
from iam_tui.tui.terminal import look_at
from iam_tui.workspace.options import TuiOptions

COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


class Journey:
    """One run of the program."""

    def __init__(self, app: IamTuiApp, pilot: Pilot[None]) -> None:
        """Take the running program."""
        self.app, self._pilot = app, pilot

    async def settle(self) -> None:
        """Wait until everything that was asked for is on the screen."""
        for _ in range(4):
            await self.app.workers.wait_for_complete()
            await self._pilot.pause(0.12)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each once its effect is there."""
        for key in keys:
            await self._pilot.press(key)
            await self._pilot.pause()
        await self.settle()

    async def type(self, text: str) -> None:
        """Type text into the field that has the focus."""
        await self.press(*text)

    @property
    def screen(self) -> str:
        """The text that can be seen, row by row."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()  # the text as it is painted
        assert len(lines) <= height
        return "\n".join(strip.text[:width] for strip in lines)

    @property
    def explore(self) -> ExploreScreen:
        """The explorer, below whatever dialog is open."""
        return next(s for s in self.app.screen_stack if isinstance(s, ExploreScreen))

    @property
    def status(self) -> str:
        """The last result."""
        return f"{self.explore.status.left}  {self.explore.status.right}"


@asynccontextmanager
async def journey(
    account: str | None, size: tuple[int, int] = (80, 24), *, read_only: bool = False
) -> AsyncIterator[Journey]:
    """Start the program and wait until the account is open."""
    options = TuiOptions(account=account, read_only=read_only)
    app = IamTuiApp(options, look_at(COLOURS, theme=None, ascii_only=False))
    async with app.run_test(size=size) as pilot:
        walk = Journey(app, pilot)
        await walk.settle()
        yield walk
