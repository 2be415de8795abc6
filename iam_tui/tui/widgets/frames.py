"""What the frames of panes are drawn with, and the tabs in their upper edges."""

from __future__ import annotations

from typing import NamedTuple

from iam_tui.tui.lines import width_of


class Frame(NamedTuple):
    """The characters of a frame."""

    top_left: str
    top_right: str
    bottom_left: str
    bottom_right: str
    across: str
    down: str


LIGHT = Frame("╭", "╮", "╰", "╯", "─", "│")
HEAVY = Frame("┏", "┓", "┗", "┛", "━", "┃")
ASCII_LIGHT = Frame("+", "+", "+", "+", "-", "|")
ASCII_HEAVY = Frame("#", "#", "#", "#", "=", "#")


class Tabs(NamedTuple):
    """The titles of the tabs, of which one is chosen."""

    titles: tuple[str, ...]
    chosen: int

    def fitted(self, room: int) -> str:
        """Return `[Info] Groups Policies`, with `..` for those that have no room."""
        first, end = 0, len(self.titles)
        while True:
            words = [*self.titles[first:end]]
            if not words:
                return ""
            words[self.chosen - first] = f"[{words[self.chosen - first]}]"
            lead, trail = [".."] * (first > 0), [".."] * (end < len(self.titles))
            text = " ".join([*lead, *words, *trail])
            if width_of(text) <= room or end - first == 1:
                return text
            if end - 1 > self.chosen:
                end -= 1
            else:
                first += 1
