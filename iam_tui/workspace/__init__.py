"""One open account: value, history, graph, kept answers, saving."""

from __future__ import annotations

from iam_tui.workspace.history import Step
from iam_tui.workspace.refusals import NothingChanged, SaveRefused
from iam_tui.workspace.source import Source
from iam_tui.workspace.workspace import Change, Workspace

__all__ = ["Change", "NothingChanged", "SaveRefused", "Source", "Step", "Workspace"]
