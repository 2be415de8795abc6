"""Wildcard patterns: matching in linear time, overlap and inclusion of two patterns.

A compiled glob is a tuple of elements: a piece of literal text, `ONE` (a `?`), `ANY` (a `*`), and
for the first five fields of an ARN `FIELD_ONE` and `FIELD_ANY`, which do not run over a colon
(EVALUATION rules R2, R3, R11). Regular expressions are avoided: a pattern from an account file
can make them take minutes.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from itertools import product


class Wild(Enum):
    """What is not literal text in a pattern."""

    ONE = "?"
    ANY = "*"
    FIELD_ONE = "?:"
    FIELD_ANY = "*:"


ONE, ANY, FIELD_ONE, FIELD_ANY = Wild.ONE, Wild.ANY, Wild.FIELD_ONE, Wild.FIELD_ANY

Element = str | Wild
Glob = tuple[Element, ...]


def glob_of(pattern: str) -> Glob:
    """Compile a pattern in which `*` and `?` stand for any text, whatever it holds."""
    return joined([ANY if c == "*" else ONE if c == "?" else c for c in pattern])


def joined(elements: list[Element]) -> Glob:
    """Return the glob of elements with neighbouring literals and stars put together."""
    out: list[Element] = []
    for element in elements:
        last = out[-1] if out else None
        if isinstance(element, str):
            if isinstance(last, str):
                out[-1] = last + element
            elif element:
                out.append(element)
        elif not (element is ANY and last is ANY):
            out.append(element)
    return tuple(out)


def matches(glob: Glob, text: str) -> bool:
    """Tell whether the whole text is matched."""
    if len(glob) == 1 and isinstance(glob[0], str):
        return glob[0] == text
    if FIELD_ANY in glob or FIELD_ONE in glob:
        return _matches_fields(glob, text)
    return _matches_plain(glob, text)


def _matches_plain(glob: Glob, text: str) -> bool:
    """Match segment by segment: between two stars the leftmost place is always good enough."""
    segments = _segments(glob)
    first, last = segments[0], segments[-1]
    if len(segments) == 1:
        return len(text) == _length(first) and _at(first, text, 0)
    end = len(text) - _length(last)
    start = _length(first)
    if end < start or not _at(first, text, 0) or not _at(last, text, end):
        return False
    for segment in segments[1:-1]:
        place = _find(segment, text, start, end)
        if place < 0:
            return False
        start = place + _length(segment)
    return True


@lru_cache(maxsize=20_000)
def _segments(glob: Glob) -> tuple[Glob, ...]:
    found: list[list[Element]] = [[]]
    for element in glob:
        if element is ANY:
            found.append([])
        else:
            found[-1].append(element)
    return tuple(tuple(segment) for segment in found)


def _length(segment: Glob) -> int:
    return sum(len(element) if isinstance(element, str) else 1 for element in segment)


def _at(segment: Glob, text: str, place: int) -> bool:
    for element in segment:
        if isinstance(element, str):
            if not text.startswith(element, place):
                return False
            place += len(element)
        else:
            place += 1
    return place <= len(text)


def _find(segment: Glob, text: str, start: int, end: int) -> int:
    """Return the leftmost place of a segment between start and end, or -1."""
    if len(segment) == 1 and isinstance(segment[0], str):
        return text.find(segment[0], start, end)
    last = end - _length(segment)
    for place in range(start, last + 1):
        if _at(segment, text, place):
            return place
    return -1


def _symbols(glob: Glob) -> list[Element]:
    """Return one element a character, for the methods that walk a pattern step by step."""
    out: list[Element] = []
    for element in glob:
        if isinstance(element, str):
            out.extend(element)
        else:
            out.append(element)
    return out


def _matches_fields(glob: Glob, text: str) -> bool:
    """Match with two kinds of star by keeping the set of reachable places, as bits of an int."""
    symbols = _symbols(glob)
    return bool(_run(symbols, text) >> len(symbols) & 1)


def _closure(symbols: list[Element], states: int) -> int:
    for place, symbol in enumerate(symbols):
        if (symbol is ANY or symbol is FIELD_ANY) and states >> place & 1:
            states |= 1 << (place + 1)
    return states


def _run(symbols: list[Element], text: str) -> int:
    states = _closure(symbols, 1)
    for character in text:
        following = 0
        for place, symbol in enumerate(symbols):
            if not states >> place & 1:
                continue
            if symbol is ANY or (symbol is FIELD_ANY and character != ":"):
                following |= 1 << place
            elif symbol is ONE or (symbol is FIELD_ONE and character != ":") or symbol == character:
                following |= 1 << (place + 1)
        states = _closure(symbols, following)
        if not states:
            return 0
    return states


@lru_cache(maxsize=20_000)
def overlaps(glob: Glob, request: Glob) -> bool:
    """Tell whether some text is matched by both; `request` has literals and `ANY` only."""
    left, right = _symbols(glob), _symbols(request)
    width = len(right) + 1
    reach = [[False] * width for _ in range(len(left) + 1)]
    reach[len(left)][len(right)] = True
    for i in range(len(left), -1, -1):
        for j in range(len(right), -1, -1):
            reach[i][j] = reach[i][j] or _overlap_step(left, right, i, j, reach)
    return reach[0][0]


def _overlap_step(
    left: list[Element], right: list[Element], i: int, j: int, reach: list[list[bool]]
) -> bool:
    mine = left[i] if i < len(left) else None
    theirs = right[j] if j < len(right) else None
    if mine is ANY or mine is FIELD_ANY:
        if reach[i + 1][j]:
            return True
        absorbs = theirs is not None and (mine is ANY or theirs != ":")
        if absorbs and reach[i][j + 1]:
            return True
    if theirs is ANY:
        return reach[i][j + 1] or (mine is not None and reach[i + 1][j])
    if mine is None or theirs is None or isinstance(mine, Wild) and mine in (ANY, FIELD_ANY):
        return False
    fits = mine is ONE or (mine is FIELD_ONE and theirs != ":") or mine == theirs
    return fits and reach[i + 1][j + 1]


@lru_cache(maxsize=20_000)
def covers(glob: Glob, request: Glob) -> bool:
    """Tell whether every text that `request` stands for is matched by `glob`.

    A star of the request stands for text that appears nowhere else: without a `?` in the pattern
    only its own stars can take that, which decides the question exactly. With a `?` the shortest
    and a long text are tried as well.
    """
    symbols = _symbols(glob)
    fresh = "\U0010fffe"
    wilds = [element for element in request if element is ANY]
    if any(symbol in (ONE, FIELD_ONE) for symbol in symbols):
        lengths: tuple[int, ...] = (0, 1, len(symbols) + 1)
    else:
        lengths = (1,)
    for chosen in product(lengths, repeat=min(len(wilds), 3)):
        sizes = [*chosen, *[1] * (len(wilds) - len(chosen))]
        # The colon makes sure that a star bound to one field does not swallow the request's.
        texts = iter(f"{fresh * size}:{fresh * size}" if size == 1 else fresh * size for size in sizes)
        text = "".join(next(texts) if element is ANY else str(element) for element in request)
        if not _run(symbols, text) >> len(symbols) & 1:
            return False
    return True
