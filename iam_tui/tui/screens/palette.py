"""The palette: every command, found by a few letters of what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.tui.lines import Line, Span, cut, fit
from iam_tui.tui.palette import Offered, found_by
from iam_tui.tui.screens.pickers import ChoiceList, PickScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam_tui.tui.choices import Choice

_KEYS = 18
"""Cells for the keys."""


class CommandList(ChoiceList):
    """Commands with their keys; what cannot be given is greyed, with the reason."""

    def line_at(self, index: int, width: int) -> Line:
        """Return the row of a command."""
        choice = self.choices[index]
        reason = choice.reason if isinstance(choice, Offered) else ""
        keys = fit(choice.note, _KEYS)
        text = f"{choice.label} ({reason})" if reason else choice.label
        shown = cut(text, max(width - _KEYS - 2, 0))
        if reason:
            return Line((Span(f" {keys} {shown}", "dim"),))
        return Line((Span(f" {keys} ", "name"), Span(shown)))


class PaletteScreen(PickScreen[str]):
    """Gives the id of a command, or a word of the `:` line."""

    def __init__(self, choices: Sequence[Choice[str]], *, ascii_only: bool) -> None:
        """Offer the commands."""
        super().__init__("Commands", choices, ascii_only=ascii_only, view=CommandList())

    def ranked(self, choices: Sequence[Choice[str]], text: str) -> Sequence[Choice[str]]:
        """Return the commands that what was typed finds."""
        return found_by(choices, text)

    def take(self, choice: Choice[str]) -> None:
        """Give the command; of one that cannot be given say why, and stay."""
        if isinstance(choice, Offered) and choice.reason:
            self.pane.open_filter(self.pane.filter_line.value, "")
            self.pane.footed("", f"not now: {choice.reason}")
        else:
            super().take(choice)
