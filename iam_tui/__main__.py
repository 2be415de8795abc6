"""The entry: verbs and the screen, of which neither imports the other."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam_tui.workspace.options import TuiOptions


NEW_OBJECTS = 100_000
"""How many objects are made before Python looks for cycles among them: an account is a large heap
of values without cycles, and to look after every 700, Python's own, is a fifth of a who-can."""


def _launch(options: TuiOptions) -> int:
    """Open the screen, and end with it.

    By then edits and state are on disk and the terminal is as it was. Python would take apart the
    heap of an account first, and wait for threads that still compute what nobody will read.
    """
    from iam_tui.tui.app import run

    status = run(options)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def main() -> int:
    """Run what the command line says and return the exit status."""
    from iam_tui.cli.main import main as run_command

    gc.set_threshold(NEW_OBJECTS, 20, 50)
    return run_command(sys.argv[1:], launch=_launch)


if __name__ == "__main__":
    sys.exit(main())
