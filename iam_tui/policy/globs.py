"""Wildcard patterns: matching in linear time, overlap and inclusion of two patterns.

A compiled glob is a tuple of elements: a piece of literal text, `ONE` (a `?`), `ANY` (a `*`), and
for the first five fields of an ARN `FIELD_ONE` and `FIELD_ANY`, which do not run over a colon
(EVALUATION rules R2, R3, R11). Regular expressions are avoided: a pattern from an account file
can make them take minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import lru_cache, partial
from operator import methodcaller


class Wild(Enum):
    """What is not literal text in a pattern."""

    ONE = "?"
    ANY = "*"
    FIELD_ONE = "?:"
    FIELD_ANY = "*:"


ONE, ANY, FIELD_ONE, FIELD_ANY = Wild.ONE, Wild.ANY, Wild.FIELD_ONE, Wild.FIELD_ANY

Element = str | Wild
Glob = tuple[Element, ...]
Matcher = Callable[[str], bool]

_FRESH = "\U0010fffe"
"""A character that stands for all those that no pattern names."""
_MOST_STATES = 10_000


def glob_of(pattern: str) -> Glob:
    """Compile a pattern in which `*` and `?` stand for any text, whatever it holds."""
    if "*" not in pattern and "?" not in pattern:
        return (pattern,) if pattern else ()
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
    return matcher(glob)(text)


@lru_cache(maxsize=50_000)
def matcher(glob: Glob) -> Matcher:
    """Return the test of a glob in its fastest form."""
    if any(element is not ANY for element in glob if isinstance(element, Wild)):
        head = glob[0] if isinstance(glob[0], str) else ""
        tail = glob[-1] if isinstance(glob[-1], str) else ""
        middle = glob[bool(head) : len(glob) - bool(tail)]
        return partial(_matches_between, head, tail, _Automaton(middle).accepts)
    segments = _segments(glob)
    head, tail = segments[0], segments[-1]
    if len(segments) == 1:
        return partial(_equals, head)
    if len(segments) == 2 and not tail:
        return methodcaller("startswith", head)
    if len(segments) == 2 and not head:
        return methodcaller("endswith", tail)
    return partial(_matches_segments, head, segments[1:-1], tail)


def prefix_of(glob: Glob) -> str | None:
    """Return the text that a glob of one text and one star begins with, None for other globs."""
    if len(glob) == 2 and isinstance(glob[0], str) and glob[1] is ANY:
        return glob[0]
    return None


def _matches_between(head: str, tail: str, middle: Matcher, text: str) -> bool:
    start, end = len(head), len(text) - len(tail)
    if end < start or not text.startswith(head) or not text.endswith(tail):
        return False
    return middle(text[start:end])


def _equals(literal: str, text: str) -> bool:
    return literal == text


def _segments(glob: Glob) -> tuple[str, ...]:
    """Split a glob of texts and stars at its stars."""
    found = [""]
    for element in glob:
        if isinstance(element, str):
            found[-1] += element
        else:
            found.append("")
    return tuple(found)


def _matches_segments(head: str, middle: tuple[str, ...], tail: str, text: str) -> bool:
    """Match segment by segment: between two stars the leftmost place is always good enough."""
    start, end = len(head), len(text) - len(tail)
    if end < start or not text.startswith(head) or not text.endswith(tail):
        return False
    for segment in middle:
        place = text.find(segment, start, end)
        if place < 0:
            return False
        start = place + len(segment)
    return True


class _Automaton:
    """A glob as a machine whose set of reachable places is one int: a bit for each.

    Place i means that the first i characters of the pattern are read. A star is no place of its
    own, it lets a place stay.
    """

    def __init__(self, glob: Glob) -> None:
        self.symbols: list[Element] = []
        self.free_stars = self.field_stars = self._any = self._in_field = 0
        literals: dict[str, int] = {":": 0}
        for element in glob:
            if isinstance(element, str):
                for character in element:
                    bit = 1 << len(self.symbols)
                    literals[character] = literals.get(character, 0) | bit
                    self.symbols.append(character)
            else:
                self._add_wildcard(element)
        onward, stay = self._any | self._in_field, self.free_stars | self.field_stars
        # For a character the places from which it leads on, and those where it may stay.
        self._steps = {c: (onward | bits, stay) for c, bits in literals.items()}
        self._steps[":"] = (self._any | literals[":"], self.free_stars)
        self._other = (onward, stay)

    def _add_wildcard(self, element: Wild) -> None:
        bit = 1 << len(self.symbols)
        if element is ANY:
            self.free_stars |= bit
        elif element is FIELD_ANY:
            self.field_stars |= bit
        else:
            self.symbols.append(element)
            if element is ONE:
                self._any |= bit
            else:
                self._in_field |= bit

    def is_end(self, places: int) -> bool:
        """Whether the whole pattern may have been read."""
        return bool(places >> len(self.symbols) & 1)

    def step(self, places: int, character: str) -> int:
        """Return the places that are reached by one more character."""
        onward, stay = self._steps.get(character, self._other)
        return (places & onward) << 1 | (places & stay)

    def accepts(self, text: str) -> bool:
        """Whether the whole text is matched."""
        places = 1
        steps, other = self._steps, self._other
        for character in text:
            onward, stay = steps.get(character, other)
            places = (places & onward) << 1 | (places & stay)
            if not places:
                return False
        return self.is_end(places)


@lru_cache(maxsize=20_000)
def overlaps(glob: Glob, request: Glob) -> bool:
    """Tell whether some text is matched by both."""
    left, right = _Automaton(glob), _Automaton(request)
    width = len(right.symbols) + 1
    # Row by row from the end: whether the rest of both patterns has a text in common.
    below = [False] * (width + 1)
    for i in range(len(left.symbols), -1, -1):
        row = [False] * (width + 1)
        for j in range(width - 1, -1, -1):
            if i == len(left.symbols) and j == width - 1:
                row[j] = True
                continue
            mine = left.symbols[i] if i < len(left.symbols) else None
            theirs = right.symbols[j] if j < width - 1 else None
            row[j] = (
                (_share(mine, theirs) and below[j + 1])
                or (_share(mine, _star_at(right, j)) and below[j])
                or (_share(_star_at(left, i), theirs) and row[j + 1])
            )
        below = row
    return below[0]


def _star_at(machine: _Automaton, place: int) -> Wild | None:
    """Return what one character of a star at a place may be."""
    if machine.free_stars >> place & 1:
        return ONE
    return FIELD_ONE if machine.field_stars >> place & 1 else None


def _share(mine: Element | None, theirs: Element | None) -> bool:
    """Whether two symbols have a character in common."""
    if mine is None or theirs is None:
        return False
    if isinstance(mine, Wild) and isinstance(theirs, Wild):
        return True
    if isinstance(mine, Wild):
        mine, theirs = theirs, mine
    return theirs is ONE or (theirs is FIELD_ONE and mine != ":") or mine == theirs


@lru_cache(maxsize=20_000)
def covers(glob: Glob, request: Glob) -> bool:
    """Tell whether every text that `request` stands for is matched by `glob`.

    A wildcard of the request is tried with a character that no pattern names and with a colon:
    what matches the first matches any other character too. A pattern made to blow up the search
    counts as not covering.
    """
    wide, narrow = _Automaton(glob), _Automaton(request)
    seen = {(0, 1)}
    pending = [(0, 1)]
    while pending:
        place, reached = pending.pop()
        if place == len(narrow.symbols) and not wide.is_end(reached):
            return False
        for following in _followers(wide, narrow, place, reached):
            if following not in seen:
                seen.add(following)
                pending.append(following)
        if len(seen) > _MOST_STATES:
            return False
    return True


def _followers(
    wide: _Automaton, narrow: _Automaton, place: int, reached: int
) -> list[tuple[int, int]]:
    symbol = narrow.symbols[place] if place < len(narrow.symbols) else None
    found = [(place + 1, wide.step(reached, c)) for c in _characters(symbol)]
    found.extend((place, wide.step(reached, c)) for c in _characters(_star_at(narrow, place)))
    return found


def _characters(symbol: Element | None) -> tuple[str, ...]:
    if symbol is None:
        return ()
    if isinstance(symbol, str):
        return (symbol,)
    return (_FRESH, ":") if symbol is ONE else (_FRESH,)
