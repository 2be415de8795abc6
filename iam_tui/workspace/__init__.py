"""One open account: value, history, graph, kept answers, journal, saving."""

from __future__ import annotations

from iam_tui.workspace.history import Step
from iam_tui.workspace.recovery import Recovery, prune, recoveries
from iam_tui.workspace.refusals import NothingChanged, SaveRefused
from iam_tui.workspace.replay import Replay
from iam_tui.workspace.source import Source
from iam_tui.workspace.workspace import Change, Workspace

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
