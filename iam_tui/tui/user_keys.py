"""The user's own keys on the screen: which bindings a key means, instead of the table's.

Textual's own key map takes a key away from every other command that has it, though both may be
meant in different places, and gives a command that is bound by its first key alone all its keys.
Here a binding keeps its place and only its keys are others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingsMap

from iam_tui.commands import COMMANDS, show_keys
from iam_tui.tui.bindings import textual_key
from iam_tui.workspace.keymap import with_keys

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen

    from iam_tui.commands import Command


class UserKeys:
    """The table of commands with the user's keys."""

    def __init__(self, given: Mapping[str, tuple[str, ...]]) -> None:
        """Take the keys, and let footer, help and messages say them.

        Args:
            given: Id of a command -> its keys, as the settings have them.
        """
        self._commands = with_keys(given) if given else COMMANDS
        show_keys(self._commands)
        self.is_own = bool(given)
        """Whether any command has other keys than the table's."""

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        return {command.id: _textual(command) for command in self._commands}

    @cached_property
    def _usual(self) -> dict[str, int]:
        """How many keys a command has in the table."""
        return {command.id: len(_textual(command)) for command in COMMANDS}

    def found(self, key: str, bindings: BindingsMap, whole: BindingsMap) -> Iterator[Binding]:
        """Yield what a key means at one place, the first binding of the place first.

        Args:
            key: Textual's name of the key.
            bindings: The bindings of the place that can be used just now.
            whole: All bindings of the place.
        """
        seen: set[str] = set()
        for usual, known in bindings.key_to_bindings.items():
            for binding in known:
                command_id = binding.id or ""
                if command_id not in self._keys:
                    if usual == key:
                        yield binding
                elif command_id not in seen:
                    seen.add(command_id)
                    if key in self._at(command_id, whole):
                        yield binding

    def _at(self, command_id: str, whole: BindingsMap) -> tuple[str, ...]:
        """Return the keys of a command at a place; where it has its first key only, the first."""
        keys = self._keys[command_id]
        bound = sum(
            binding.id == command_id
            for known in whole.key_to_bindings.values()
            for binding in known
        )
        return keys if bound >= self._usual[command_id] else keys[:bound]


def places(
    screen: Screen[object], *, priority: bool
) -> Iterator[tuple[DOMNode, BindingsMap, BindingsMap]]:
    """Yield where a key may mean something, in the order in which Textual asks.

    Args:
        screen: The screen that is shown.
        priority: Whether for bindings that come before what the widgets make of a key.

    Yields:
        The widget, screen or program, its bindings that can be used just now, all its bindings.
    """
    # Textual tells the chain as a list of what wins only, without what lies below.
    reached, below = screen._modal_binding_chain, screen._binding_chain  # noqa: SLF001
    for node, known in below[::-1] if priority else reached:
        yield node, known, node._bindings  # noqa: SLF001


def _textual(command: Command) -> tuple[str, ...]:
    """Return the keys of a command as Textual's key events name them."""
    if not command.keys:
        return ()
    keys = ",".join(textual_key(key) for key in command.keys)
    return tuple(one.key for one in Binding.make_bindings([Binding(keys, "")]))
