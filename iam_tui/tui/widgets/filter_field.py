"""The field in which filters, searches and names are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Callable


class FilterField(Input):
    """A line of text."""

    def __init__(self, submitted: Callable[[str], None]) -> None:
        """Make an empty field.

        Args:
            submitted: Called with the text at once when enter is pressed.
        """
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._submitted = submitted

    def begin(self, text: str, placeholder: str) -> None:
        """Take text again, beginning with some."""
        with self.prevent(Input.Changed):
            self.value = text
        self.placeholder = placeholder
        self.cursor_position = len(text)

    def validate_value(self, value: str) -> str:
        """Keep what a terminal would obey out of the field, wherever the text comes from."""
        return display_text(value)

    async def action_submit(self) -> None:
        """Hand over the text at once."""
        self._submitted(self.value)
