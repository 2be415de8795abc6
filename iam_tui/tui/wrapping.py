"""Breaking long text into rows: at blanks where that can be, inside a word where it must."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import chop_cells

from iam_tui.text import display_text
from iam_tui.tui.lines import Line, Span, cut, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.tui.lines import Tone

MOST_ROWS = 12
"""A line takes no more rows than this: a stranger's text must not push the rest away."""


def wrapped(text: str, width: int) -> list[str]:
    """Return cleaned text in rows of at most `width` cells; its line breaks are kept."""
    return [row.text.rstrip() for paragraph in text.splitlines() for row in _rows(paragraph, width)]


def _rows(paragraph: str, width: int) -> Iterator[Line]:
    return broken(Line((Span(paragraph),), indent=0), width)


def broken(line: Line, width: int) -> Iterator[Line]:
    """Yield a line as one or more that fit; each leads where the whole one leads."""
    if line.indent is None or width < 8 or width_of(display_text(line.text)) <= width:
        yield line
        return
    indent = min(line.indent, width // 2)
    rows = _Rows(width, indent)
    for span in line.spans:
        for piece in re.findall(r" +|[^ ]+", display_text(span.text)):
            rows.add(piece, span.tone)
    for spans in rows.limited():
        yield replace(line, spans=spans, copy=line.copy or line.text.strip())


def broken_all(lines: Iterable[Line], width: int) -> tuple[list[Line], list[int]]:
    """Return lines broken to fit, and for each row the index of the line that it is of."""
    rows: list[Line] = []
    origins: list[int] = []
    for index, line in enumerate(lines):
        for row in broken(line, width):
            rows.append(row)
            origins.append(index)
    return rows, origins


class _Rows:
    """The rows of one line, filled piece by piece."""

    def __init__(self, width: int, indent: int) -> None:
        self._width, self._indent = width, indent
        self._rows: list[list[Span]] = [[]]
        self._used = 0
        self._start = 0

    def add(self, piece: str, tone: Tone) -> None:
        """Put a word or a run of blanks where there is room."""
        if piece.isspace():
            if len(self._rows) == 1 or self._used > self._start:
                self._put(piece[: self._width - self._used], tone)
            return
        room = self._width - self._used
        fits_alone = width_of(piece) <= self._width - self._indent
        if width_of(piece) > room and self._used > self._start and (fits_alone or room < 2):
            self._turn()
        while width_of(piece) > self._width - self._used:
            head = chop_cells(piece, self._width - self._used)[0]
            self._put(head, tone)
            self._turn()
            piece = piece[len(head) :]
        self._put(piece, tone)

    def _put(self, text: str, tone: Tone) -> None:
        if text:
            self._rows[-1].append(Span(text, tone))
            self._used += width_of(text)

    def _turn(self) -> None:
        blank = Span(" " * self._indent)
        self._rows.append([blank] if self._indent else [])
        self._used = self._start = self._indent

    def limited(self) -> Iterator[tuple[Span, ...]]:
        """Yield the rows, the last one of too many cut."""
        for row in self._rows[: MOST_ROWS - 1]:
            yield tuple(row)
        rest = self._rows[MOST_ROWS - 1 :]
        if len(rest) == 1:
            yield tuple(rest[0])
        elif rest:
            text = "".join(span.text for span in rest[0])
            yield (Span(cut(f"{text.rstrip()} ...", self._width), rest[0][-1].tone),)
