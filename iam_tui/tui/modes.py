"""The screens beside Explore: each asks the account one kind of question.

A mode's module is imported when it is first opened, so that the first frame waits for none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.screens.mode import ModeScreen

MODES: dict[str, str] = {
    "grep": "grep:GrepScreen",
    "simulate": "simulate:SimulateScreen",
    "who-can": "who_can:WhoCanScreen",
    "check": "check:CheckScreen",
    "why": "why:WhyScreen",
    "map": "map:MapScreen",
    "compare": "compare:CompareScreen",
    "matrix": "matrix:MatrixScreen",
    "become": "become:BecomeScreen",
    "as-policy": "as_policy:AsPolicyScreen",
}
"""What `mode.NAME` opens: NAME -> `module:Class` below `iam_tui.tui.screens`."""


def mode_screen(
    name: str, explorer: ExploreScreen, arguments: Sequence[str] = ()
) -> ModeScreen | None:
    """Return the screen of a mode; None for a mode that this version lacks.

    Args:
        name: Its name in `MODES`.
        explorer: The explorer that it lies over: who has the account, and what one is at.
        arguments: What was typed after its name in the `:` line.
    """
    home = MODES.get(name)
    if home is None:
        return None
    module, _, kind = home.partition(":")
    found: type[ModeScreen] = getattr(import_module(f"iam_tui.tui.screens.{module}"), kind)
    return found(explorer, arguments)
