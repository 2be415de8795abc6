"""A thread that the end of the program does not wait for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


async def in_daemon(work: Callable[[], Result]) -> Result:
    """Return what a function returns that runs in a thread of its own.

    Textual's thread workers are waited for when the program ends; this one is left behind, for
    what changes nothing and cannot be stopped: the parsing of a large file.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - handed to who waits
            hand_over(future.set_exception, error)
        else:
            hand_over(future.set_result, result)

    def hand_over(settle: Callable[..., None], value: object) -> None:
        with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
            loop.call_soon_threadsafe(lambda: None if future.done() else settle(value))

    threading.Thread(target=run, daemon=True, name="reading").start()
    return await future
