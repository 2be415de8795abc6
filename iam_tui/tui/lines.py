"""Lines of text as the panes show them: spans with a tone, fitted to cells.

A tone is a meaning (`good`, `bad`, `dim`), not a colour: the theme decides what it looks like,
and the text says the same in words or characters. Text is cleaned when it is painted, so no
caller can forget it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from rich.cells import cell_len, set_cell_size

from iam_tui.text import cut_middle, display_text

Tone = Literal["text", "dim", "strong", "good", "warn", "bad", "name"]
GLUE = "\u00a0"
"""A blank at which a line is not broken; it is painted as a blank."""
STATEMENT = "statement/"
"""How the key of a line begins that stands for a statement of the policy, before its number."""
TargetKind = Literal["root", "user", "group", "role", "policy", "inline", "provider"]


class Span(NamedTuple):
    """A run of text of one tone."""

    text: str
    tone: Tone = "text"


@dataclass(frozen=True, slots=True)
class Target:
    """What a line leads to: an entity of the account, or an inline policy of one."""

    kind: TargetKind
    key: str
    """An ARN, or the key of an inline policy."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a pane."""

    spans: tuple[Span, ...] = ()
    target: Target | None = None
    """Where enter goes."""
    copy: str = ""
    """What `y` copies; empty: the text."""
    key: str = ""
    """What stays the same when the pane is made again, so that the cursor can."""
    full: str = ""
    """The whole text for the status line, when the row had to cut it."""
    indent: int | None = None
    """Where its text goes on in the next row when it is too long; None: it is cut instead."""

    @property
    def text(self) -> str:
        """The spans as one string, as the account has it."""
        return "".join(span.text for span in self.spans)


def width_of(text: str) -> int:
    """Return how many cells cleaned text takes."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: object, width: int) -> str:
    """Return cleaned text of at most `width` cells, cut in the middle."""
    shown = display_text(text).replace(GLUE, " ")
    if width_of(shown) <= width:
        return shown
    if shown.isascii():
        return cut_middle(shown, width)
    if width <= 3:
        return set_cell_size(shown, max(width, 0)).rstrip()
    tail_cells = (width - 3) // 2
    tail = ""
    for character in reversed(shown):
        if cell_len(character) + cell_len(tail) > tail_cells:
            break
        tail = character + tail
    head = set_cell_size(shown, width - 3 - cell_len(tail))
    return f"{head}...{tail}"


def fit(text: object, width: int, *, right: bool = False) -> str:
    """Return cleaned text of exactly `width` cells, cut in the middle or padded."""
    if width <= 0:
        return ""
    shown = cut(text, width)
    blank = " " * (width - width_of(shown))
    return blank + shown if right else shown + blank


def spread(left: str, right: str, width: int, *, fill: str = " ") -> str:
    """Return both texts at the two ends of `width` cells; the left one is cut if need be."""
    shown_right = cut(right, width)
    room = width - width_of(shown_right) - (1 if shown_right else 0)
    shown_left = cut(left, max(room, 0))
    middle = width - width_of(shown_left) - width_of(shown_right)
    return f"{shown_left}{fill * middle}{shown_right}"
