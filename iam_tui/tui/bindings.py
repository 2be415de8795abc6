"""Textual's bindings, made from the command table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from iam_tui.commands import COMMANDS

if TYPE_CHECKING:
    from iam_tui.commands import Command, Where

_TEXTUAL_NAMES = {"esc": "escape"}
PANES = {
    "pane.1": "users",
    "pane.2": "groups",
    "pane.3": "roles",
    "pane.4": "policies",
    "pane.detail": "detail",
    "pane.perms": "permissions",
    "pane.why": "why",
}
"""Commands that go to a pane -> its name: they share one action."""


def bindings(
    *where: Where, ids: tuple[str, ...] = (), but: tuple[str, ...] = (), first_key: bool = False
) -> list[Binding]:
    """Return the bindings of the commands that can be given in these places.

    Args:
        where: The places of the table.
        ids: Only these commands; all of them when empty.
        but: Not these.
        first_key: Whether only the first key of each is bound, not those that are letters too.
    """
    return [
        _binding(command, command.keys[:1] if first_key else command.keys)
        for command in COMMANDS
        if command.where in where and (not ids or command.id in ids) and command.id not in but
    ]


def _binding(command: Command, keys: tuple[str, ...]) -> Binding:
    return Binding(
        ",".join(textual_key(key) for key in keys),
        action_of(command),
        command.title,
        show=False,
        id=command.id,
        priority=command.id in {"quit", "suspend"},
    )


def action_of(command: Command) -> str:
    """Return the action that a binding of a command runs."""
    if command.is_later:
        return f"later('{command.id}')"
    if command.id.startswith("mode."):
        return f"mode('{command.id.removeprefix('mode.')}')"
    pane = PANES.get(command.id)
    return command.action if pane is None else f"pane('{pane}')"


def textual_key(key: str) -> str:
    """Return Textual's name of a key of the table."""
    return _TEXTUAL_NAMES.get(key, key)
