"""One open account: value, history, graph, kept answers, journal, saving; settings and state.

Names are resolved when they are first used: settings are read before there is an account.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam_tui.workspace.history import Step
    from iam_tui.workspace.recovery import Recovery, prune, recoveries
    from iam_tui.workspace.refusals import NothingChanged, SaveRefused
    from iam_tui.workspace.replay import Replay
    from iam_tui.workspace.source import Source
    from iam_tui.workspace.workspace import Change, Workspace

_HOMES = {
    "Change": "workspace",
    "NothingChanged": "refusals",
    "Recovery": "recovery",
    "Replay": "replay",
    "SaveRefused": "refusals",
    "Source": "source",
    "Step": "history",
    "Workspace": "workspace",
    "prune": "recovery",
    "recoveries": "recovery",
}

__all__ = [
    "Change",
    "NothingChanged",
    "Recovery",
    "Replay",
    "SaveRefused",
    "Source",
    "Step",
    "Workspace",
    "prune",
    "recoveries",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
