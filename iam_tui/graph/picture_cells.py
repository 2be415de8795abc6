"""Cells of a terminal: text cut to them, lines drawn into them, in Unicode or in ASCII.

A cell is a string: one character with whatever combines with it, or nothing where a wide character
to the left covers it. Joined, the cells of a row are as wide as there are cells.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Cell = tuple[int, int]
"""Column and row."""

Style = Literal["solid", "double", "dashed", "dotted"]
_STRENGTH: dict[Style, int] = {"dotted": 0, "dashed": 1, "solid": 2, "double": 2}

EAST, WEST, SOUTH, NORTH = 1, 2, 4, 8
_SIDES = {(1, 0): EAST, (-1, 0): WEST, (0, 1): SOUTH, (0, -1): NORTH}
_ACROSS, _DOWN = EAST | WEST, SOUTH | NORTH


class Glyphs(NamedTuple):
    """The characters of a way to draw."""

    straight: dict[Style, tuple[str, str]]
    """Across and down."""
    light: dict[int, str]
    """By the sides that are joined."""
    double: dict[int, str]
    arrows: tuple[str, str]
    """To the right and to the left."""
    box: str
    """Top left, top right, bottom left, bottom right, across, down, joined left, joined right."""
    picked_box: str


def _joints(order: str) -> dict[int, str]:
    sides = (
        EAST | SOUTH,
        WEST | SOUTH,
        EAST | NORTH,
        WEST | NORTH,
        EAST | _DOWN,
        WEST | _DOWN,
        SOUTH | _ACROSS,
        NORTH | _ACROSS,
        _ACROSS | _DOWN,
    )
    return dict(zip(sides, order, strict=True))


UNICODE = Glyphs(
    straight={
        "solid": ("─", "│"),
        "double": ("═", "║"),
        "dashed": ("╌", "╎"),
        "dotted": ("┈", "┊"),
    },
    light=_joints("╭╮╰╯├┤┬┴┼"),
    double=_joints("╔╗╚╝╠╣╦╩╬"),
    arrows=("▶", "◀"),
    box="╭╮╰╯─│┤├",
    picked_box="┏┓┗┛━┃┨┠",
)
ASCII = Glyphs(
    straight={
        "solid": ("-", "|"),
        "double": ("=", "#"),
        "dashed": ("~", ":"),
        "dotted": (".", ":"),
    },
    light=_joints("+++++++++"),
    double=_joints("#########"),
    arrows=(">", "<"),
    box="++++-|++",
    picked_box="######++",
)


class Canvas:
    """Lines on cells; what lies on a cell knows to which line it belongs."""

    def __init__(self, glyphs: Glyphs) -> None:
        self._glyphs = glyphs
        self._cells: dict[Cell, dict[object, tuple[int, Style]]] = {}

    def draw(self, line: object, path: Sequence[Cell], style: Style) -> None:
        """Draw a path; its first and its last cell touch what is left and right of them.

        Args:
            line: The line that it is part of: parts of one line join, those of others cross.
            path: Neighbouring cells.
            style: How its straight parts look, unless a stronger part of the line is there.
        """
        for index, cell in enumerate(path):
            sides = 0
            for other in (*path[index - 1 : index], *path[index + 1 : index + 2]):
                sides |= _SIDES[other[0] - cell[0], other[1] - cell[1]]
            self.join(line, cell, sides, style)

    def join(self, line: object, cell: Cell, sides: int, style: Style) -> None:
        """Join a cell of a line with some of its sides."""
        here = self._cells.setdefault(cell, {})
        known, look = here.get(line, (0, style))
        here[line] = (known | sides, max(look, style, key=_STRENGTH.__getitem__))

    def glyphs(self) -> Iterable[tuple[Cell, str]]:
        """Yield the cells that are drawn on; where lines cross, the one that runs down is seen."""
        for cell, lines in self._cells.items():
            sides, style = max(lines.values(), key=lambda drawn: drawn[0] & _DOWN)
            yield cell, self._glyph(sides, style)

    def _glyph(self, sides: int, style: Style) -> str:
        across, down = self._glyphs.straight[style]
        if not sides & _DOWN:
            return across
        if not sides & _ACROSS:
            return down
        joints = self._glyphs.double if style == "double" else self._glyphs.light
        return joints[sides]


def cells_of(text: str, *, width: int | None = None, ascii_only: bool = False) -> list[str]:
    """Return the cells of a text, cut in the middle with `...` to at most so many."""
    shown = display_text(text)
    if ascii_only:
        shown = shown.encode("ascii", "backslashreplace").decode("ascii")
    cells: list[str] = []
    for character in shown:
        size = 1 if character.isascii() else _width(character)
        if size:
            cells += [character, *[""] * (size - 1)]
        elif cells:
            # What combines belongs to the character before it, which a wide one began earlier.
            cells[-1 if cells[-1] else -2] += character
        else:
            cells.append(f" {character}")
    return cells if width is None or len(cells) <= width else _cut(cells, width)


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(cells: list[str], width: int) -> list[str]:
    """Return both ends of a text; a wide character that would be cut in two is left out."""
    dots = "..." if width > 3 else ""
    tail = (width - len(dots)) // 2 if dots else 0
    head = width - len(dots) - tail
    first = cells[:head]
    if head < len(cells) and first and not cells[head]:
        first[-1] = " "
    last = cells[len(cells) - tail :]
    if last and not last[0]:
        last[0] = " "
    return [*first, *dots, *last]
