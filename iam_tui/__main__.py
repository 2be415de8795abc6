"""The entry: verbs and the screen, of which neither imports the other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam_tui.workspace.options import TuiOptions


def _launch(options: TuiOptions) -> int:
    """Open the screen."""
    from iam_tui.tui.app import run

    return run(options)


def main() -> int:
    """Run what the command line says and return the exit status."""
    from iam_tui.cli.main import main as run_command

    return run_command(sys.argv[1:], launch=_launch)


if __name__ == "__main__":
    sys.exit(main())
