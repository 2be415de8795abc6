"""Where in a JSON text a value stands, and where one JSON value after the other begins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

from iam_tui.formats.toml_lines import Path

_BLANK = re.compile(r"[ \t\r\n]*")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")
_DECODER = json.JSONDecoder()


def steps_of(place: str) -> Path:
    """Return the steps of a path such as `$.RoleDetailList[7].RoleName`."""
    return tuple(name or int(index) for name, index in _STEP.findall(place))


def line_of(text: str, path: Path) -> int:
    """Return the line, counted from 1, of the deepest part of a path that the text has."""
    place = _skip(text, 0)
    with suppress(ValueError, StopIteration, IndexError, RecursionError):
        for step in path:
            if isinstance(step, int):
                place = _element(text, place, step)
            else:
                place = _member(text, place, step)
    return text.count("\n", 0, place) + 1


def values(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each JSON value of a text begins and ends, for values one after the other.

    Raises:
        json.JSONDecodeError: Where the text stops being JSON.
    """
    place = _skip(text, 0)
    while place < len(text):
        _, end = _DECODER.raw_decode(text, place)
        yield place, end
        place = _skip(text, end)


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _value_end(text: str, place: int) -> int:
    return _skip(text, _DECODER.raw_decode(text, place)[1])


def _element(text: str, place: int, index: int) -> int:
    """Return where the element with an index begins in the array at a place."""
    place = _skip(text, place + 1)
    for _ in range(index):
        place = _skip(text, _value_end(text, place) + 1)
    return place


def _member(text: str, place: int, name: str) -> int:
    """Return where the value of a key begins in the object at a place."""
    while True:
        place = _skip(text, place + 1)
        if text[place] != '"':
            raise StopIteration
        key, end = _DECODER.raw_decode(text, place)
        place = _skip(text, _skip(text, end) + 1)
        if key == name:
            return place
        place = _value_end(text, place)
