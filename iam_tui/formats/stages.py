"""What a reader is at, for whoever waits for it: `users: 1,500 of 5,000`.

Who waits listens; a reader says where it is. Without anybody who listens that costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Item = TypeVar("Item")

EVERY = 500
"""How many items a reader takes before it says again where it is."""

_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(told: Callable[[str], None]) -> Iterator[None]:
    """Have all that is read meanwhile in this thread say what it is at.

    Args:
        told: Gets the words; what it raises ends the reading.
    """
    token = _LISTENER.set(told)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def at(stage: str) -> None:
    """Say what is being done."""
    told = _LISTENER.get()
    if told is not None:
        told(stage)


def counted(items: Sequence[Item], what: str) -> Iterable[Item]:
    """Return the items one by one, saying from time to time how many there were.

    Args:
        items: What is read.
        what: What they are: `users`.
    """
    told = _LISTENER.get()
    return items if told is None else _counted(items, what, told)


def _counted(items: Sequence[Item], what: str, told: Callable[[str], None]) -> Iterator[Item]:
    for number, item in enumerate(items):
        if number % EVERY == 0:
            told(f"{what}: {number:,} of {len(items):,}")
        yield item
