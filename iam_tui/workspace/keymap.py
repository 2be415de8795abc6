"""The user's keys: what `[keys]` in the settings may say, and what comes of it.

A line names a command of the table and the keys that it is to have instead of its own. A line
with a mistake is not used: the command keeps its keys, and the mistake is said.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from iam_tui.commands import COMMANDS
from iam_tui.errors import nearest

if TYPE_CHECKING:
    from iam_tui.commands import Command

Keys = dict[str, tuple[str, ...]]
"""Id of a command -> its keys."""

_TABLE = {command.id: command for command in COMMANDS}
"""The commands with their own keys, whatever keys they have in this run of the program."""
_NAMED = (
    *("backspace", "comma", "delete", "down", "end", "enter", "esc", "home", "insert", "left"),
    *("pagedown", "pageup", "right", "space", "tab", "up"),
    *(f"f{number}" for number in range(1, 13)),
)
_MODIFIERS = ("alt", "ctrl", "shift")
_SAME_BYTE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+[": "esc"}
"""What a terminal cannot tell from another key."""

_ELSEWHERE = ("lists", "documents", "permissions", "pickers", "start")
_APART = (
    {"documents", "permissions"},
    {"lists", "documents"},
    {"lists", "permissions"},
    {"lists", "pickers"},
    {"lists", "start"},
    {"pickers", "lines"},
    {"pickers", "panes"},
    {"pickers", "documents"},
    {"pickers", "permissions"},
    {"pickers", "start"},
    {"matrix", "become"},
    {"map", "matrix"},
    {"map", "become"},
    *({own, other} for own in ("matrix", "become", "map") for other in _ELSEWHERE),
    *(
        {"command-line", other}
        for other in (*_ELSEWHERE, "lines", "panes", "matrix", "become", "map")
    ),
    *({"reasons", other} for other in ("matrix", "become", "map", "lists", "permissions")),
    *({"reasons", other} for other in ("pickers", "start", "command-line")),
    *({"fields", other} for other in (*_ELSEWHERE, "lines", "permissions", "documents")),
    *(
        {own, other}
        for own in ("fields", "asking")
        for other in ("lists", "matrix", "become", "map", "reasons", "pickers", "start")
    ),
    {"asking", "command-line"},
    {"start", "documents"},
    {"start", "permissions"},
)
"""Places that no key press is in both of: the same key may mean one thing here, one there."""


@dataclass(frozen=True, slots=True)
class KeyMistake:
    """What is wrong with what was given to a command."""

    command: str
    """The id as it was given."""
    problem: str


def checked(given: Mapping[str, object]) -> tuple[Keys, tuple[KeyMistake, ...]]:
    """Return the keys that can be used, and what is wrong with the others.

    Args:
        given: Id of a command -> `"key,key"`, in the order of the file. An empty text takes the
            keys of a command away.
    """
    keys: Keys = {}
    mistakes: list[KeyMistake] = []
    for command_id, value in given.items():
        try:
            keys[command_id] = _read(command_id, value)
        except ValueError as error:
            mistakes.append(KeyMistake(command_id, str(error)))
    clash = _clash(keys)
    while clash is not None:
        del keys[clash.command]
        mistakes.append(clash)
        clash = _clash(keys)
    return keys, tuple(mistakes)


def with_keys(keys: Mapping[str, tuple[str, ...]]) -> tuple[Command, ...]:
    """Return the table of commands with the user's keys.

    A key that the table only keeps for a later version gives way to the user's.

    Args:
        keys: As `checked` returns them.
    """
    taken = {key for given in keys.values() for key in given}
    return tuple(_with_keys(command, keys, taken) for command in COMMANDS)


def _with_keys(command: Command, keys: Mapping[str, tuple[str, ...]], taken: set[str]) -> Command:
    if command.id in keys:
        return dataclasses.replace(command, keys=keys[command.id])
    if command.is_later and taken.intersection(command.keys):
        return dataclasses.replace(command, keys=tuple(k for k in command.keys if k not in taken))
    return command


def _read(command_id: str, value: object) -> tuple[str, ...]:
    command = _TABLE.get(command_id)
    if command is None:
        close = nearest(command_id, _TABLE)
        hint = f"; did you mean {' or '.join(close)}?" if close else "; iam-tui keys lists them"
        raise ValueError(f"there is no command {command_id!r}{hint}")
    if not isinstance(value, str):
        raise ValueError('expected keys in one string, such as "j,down"')  # noqa: TRY004
    keys = tuple(dict.fromkeys(_key(text.strip()) for text in value.split(",") if value.strip()))
    for key in keys:
        if command.where == "program" and (len(key) == 1 or key in _NAMED[:-12]):
            raise ValueError(
                f"{key} would act in text fields too, where it is needed; take ctrl and a letter, "
                "or a function key"
            )
    return keys


def _key(text: str) -> str:
    """Return a key in the table's words.

    Raises:
        ValueError: When it is none, with the nearest.
    """
    if len(text) == 1:
        return _character(text)
    *modifiers, last = text.split("+") if not text.endswith("++") else [*text[:-2].split("+"), "+"]
    if not text:
        raise ValueError("a key is missing; the comma itself is called comma")
    known = [*_MODIFIERS, *_NAMED]
    if any(modifier not in _MODIFIERS for modifier in modifiers):
        raise _unknown(text, known)
    if len(last) == 1:
        _character(last)
        if "shift" in modifiers and len(modifiers) == 1:
            raise ValueError(f"{text} is written {last.upper()}")
        if last != last.lower():
            raise ValueError(f"{text} is written {text[:-1]}{last.lower()}")
    elif last not in _NAMED:
        raise _unknown(text, known)
    key = "+".join((*sorted(set(modifiers)), last))
    if key in _SAME_BYTE:
        raise ValueError(f"a terminal cannot tell {key} from {_SAME_BYTE[key]}")
    return key


def _character(text: str) -> str:
    if not text.isprintable() or unicodedata.combining(text):
        raise ValueError(f"{text!r} is no key")
    return text


def _unknown(text: str, known: Iterable[str]) -> ValueError:
    close = nearest(text, [*known, *(f"ctrl+{key}" for key in known)])
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    return ValueError(f"there is no key {text!r}{hint}")


def _clash(keys: Keys) -> KeyMistake | None:
    """Return the first clash; of two lines the later one is wrong."""
    order = {command_id: place for place, command_id in enumerate(keys)}
    found = [
        (max(order.get(one.id, -1), order.get(other.id, -1)), key, one, other)
        for key, one, other in _shared(with_keys(keys))
        if not _is_meant(key, one, other)
    ]
    if not found:
        return None
    _, key, one, other = min(found, key=lambda clash: clash[0])
    if order.get(one.id, -1) < order.get(other.id, -1):
        one, other = other, one
    also = f"{other.id} ({other.help})"
    return KeyMistake(one.id, f"{key} is the key of {also}; give that another, or none")


def _shared(commands: Iterable[Command]) -> Iterator[tuple[str, Command, Command]]:
    by_key: dict[str, list[Command]] = defaultdict(list)
    for command in commands:
        for key in command.keys:
            by_key[key].append(command)
    for key, sharing in by_key.items():
        for one, other in combinations(sharing, 2):
            if {one.where, other.where} not in _APART:
                yield key, one, other


def _is_meant(key: str, one: Command, other: Command) -> bool:
    """Tell whether the table itself has the key for both: the inner place wins there."""
    return key in _TABLE[one.id].keys and key in _TABLE[other.id].keys
