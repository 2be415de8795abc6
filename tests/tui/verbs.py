"""The verb whose command a screen copies: both must say the same."""

from __future__ import annotations

import io
import json
import shlex
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from iam_tui.cli.main import main
from tests.tui.journey import Journey


async def copied(walk: Journey) -> list[str]:
    """Copy the command of the screen and return its words, without the program's name."""
    await walk.press("ctrl+y")
    return shlex.split(walk.app.clipboard)[1:]


def printed(words: list[str]) -> str:
    """Return what a command prints, though a screen is running that takes what is printed."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        assert main(words, launch=lambda _: 2) == 0
    return out.getvalue()


async def answered(walk: Journey, *more: str) -> Any:
    """Return the JSON of the command that the screen copies."""
    return json.loads(printed([*await copied(walk), *more]))
