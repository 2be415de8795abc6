"""The field in which filters, searches and names are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events


class FilterField(Input):
    """A line of text; keys that come right after its enter are no text any more.

    On a slow line enter and the keys after it arrive together, all sent to the field. It lets the
    later ones pass, so that they mean what they mean where the focus then is.
    """

    def __init__(self, submitted: Callable[[str], None]) -> None:
        """Make an empty field.

        Args:
            submitted: Called with the text at once when enter is pressed.
        """
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._submitted = submitted
        self._is_done = False

    def begin(self, text: str, placeholder: str) -> None:
        """Take text again, beginning with some."""
        with self.prevent(Input.Changed):
            self.value = text
        self.placeholder = placeholder
        self.cursor_position = len(text)
        self._is_done = False

    async def _on_key(self, event: events.Key) -> None:
        """Take keys as text until enter."""
        if self._is_done:
            event.prevent_default()
        elif event.key == "enter":
            self._is_done = True

    async def action_submit(self) -> None:
        """Hand over the text at once."""
        self._submitted(self.value)
