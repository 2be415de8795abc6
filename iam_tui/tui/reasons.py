"""Which commands can be given where one is, and why not the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from iam_tui.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.dom import DOMNode
    from textual.screen import Screen

    from iam_tui.tui.screens.explore import ExploreScreen

READ_ONLY = "not in read-only mode"
LATER = "this version does not have it yet"
_ROOT = {
    "add": "root can be in no group and have no policies",
    "delete": "root cannot be deleted",
}


def ids_at(kind: type) -> frozenset[str]:
    """Return the ids of the commands that a class binds."""
    return frozenset(
        binding.id
        for base in kind.__mro__
        for binding in vars(base).get("BINDINGS", ())
        if getattr(binding, "id", None)
    )


def nodes_of(screen: Screen[object]) -> tuple[DOMNode, ...]:
    """Return what is asked for a command, one after the other: the focus, and all around it."""
    focused = screen.focused
    inside = focused.ancestors_with_self if isinstance(focused, Widget) else [screen]
    nodes: list[DOMNode] = list(inside)
    return (*nodes, *([] if screen.app in nodes else [screen.app]))


def ids_here(screen: Screen[object]) -> frozenset[str]:
    """Return the ids of the commands that can be given on a screen as it is."""
    return frozenset().union(*(ids_at(type(node)) for node in nodes_of(screen)))


def reasons_of(screen: Screen[object]) -> Mapping[str, str]:
    """Return the ids of commands that are bound but cannot be given now, each with the reason."""
    found = getattr(screen, "unavailable", None)
    return found() if found is not None else {}


def unavailable(explorer: ExploreScreen) -> dict[str, str]:
    """Return what cannot be given in the explorer now, whatever pane has the focus."""
    session = explorer.session
    if session.workspace is None:
        return {command.id: "no account is open yet" for command in COMMANDS if command.changes}
    if session.read_only:
        return {command.id: READ_ONLY for command in COMMANDS if command.changes}
    found: dict[str, str] = {}
    if explorer.walk.target.kind == "root":
        found.update(_ROOT)
    if not session.workspace.history:
        found["undo"] = "nothing to undo"
    row = explorer.body.permissions.row
    if row is None or row.permission is None:
        found["why"] = "move to an action in 6 first"
    return found
