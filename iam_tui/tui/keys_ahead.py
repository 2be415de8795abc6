"""Keys that come faster than the screen: none is lost, none means something else for that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.dom import DOMNode

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.screen import Screen

LONGEST = 0.25
"""Seconds after which the next key is taken, whatever is still going on."""


class KeysAhead:
    """A screen that keeps the keys which come before something on it has the focus."""

    if TYPE_CHECKING:
        app: App[object]

    awaits_focus = True
    """Whether keys are kept, as nothing has the focus yet."""
    _kept: tuple[events.Key, ...] = ()

    def type_ahead(self, event: events.Key) -> None:
        """Keep a key."""
        self._kept += (events.Key(event.key, event.character),)

    def take_keys(self) -> None:
        """Take the keys that were kept, in their order; from now on they come as usual."""
        self.awaits_focus = False
        for key in self._kept:
            self.app.post_message(key)
        self._kept = ()


async def drained(start: MessagePump | Screen[object]) -> None:
    """Wait until a widget and all that it is in have taken the messages that wait for them.

    Args:
        start: The widget, or the screen.
    """
    node: MessagePump | None = start
    try:
        async with asyncio.timeout(LONGEST):
            while node is not None and not isinstance(node, App):
                if node.is_running and node.is_attached:
                    taken = asyncio.Event()
                    node.call_later(taken.set)
                    await taken.wait()
                node = node.parent if isinstance(node, DOMNode) else None
    except TimeoutError:
        pass
