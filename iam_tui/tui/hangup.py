"""Ending when nobody is there any more: the terminal is gone, or the end takes too long.

A terminal window that is closed, or a connection that is cut, is told by SIGHUP, but only to
programs that the terminal controls. Textual's driver reads nothing from a terminal that is gone,
again and again. So a thread of its own waits for that, at no cost.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable

GRACE = 5.0
"""Seconds for ending in order. A terminal that takes no more output would keep us for ever."""
GONE = 1.0
"""The same where there is no terminal any more to be put in order."""


def watch(descriptor: int, gone: Callable[[], None]) -> None:
    """Call back, from a thread, when the other side of a terminal is gone.

    Args:
        descriptor: The terminal, as a file descriptor.
        gone: What to do then.
    """
    threading.Thread(target=_wait, args=(descriptor, gone), daemon=True, name="hangup").start()


def _wait(descriptor: int, gone: Callable[[], None]) -> None:
    waiting = select.poll()
    # Without any event asked for, what is told is that the other side is gone.
    waiting.register(descriptor, 0)
    found = waiting.poll()
    # Where terminals cannot be waited for in this way (old macOS), SIGHUP is all there is.
    if any(event & select.POLLHUP for _, event in found):
        gone()


def end_soon(status: int, grace: float = GRACE) -> None:
    """End the program with a status, if it has not ended by itself soon.

    Nothing is lost by that: edits are on disk before they are said to be made.

    Args:
        status: The exit status.
        grace: Seconds until then.
    """

    def end() -> None:
        time.sleep(grace)
        os._exit(status)

    threading.Thread(target=end, daemon=True, name="end").start()
