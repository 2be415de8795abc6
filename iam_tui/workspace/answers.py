"""Answers that are kept: bounded, and found by the content that they were computed from.

Equal content has an equal answer, so nothing is ever invalidated: what an edit does not reach is
found again, and so is everything after an undo.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Answers(Generic[T]):
    """The answers that were asked for last; may be used by several threads."""

    def __init__(self, most: int) -> None:
        """Keep at most so many answers."""
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, content: Hashable, make: Callable[[], T]) -> T:
        """Return the answer to a content, computed only when it is not kept.

        Two threads that ask the same at once may both compute it; both get the same answer.
        """
        with self._lock:
            found = self._kept.get(content)
            if found is not None:
                self._kept.move_to_end(content)
                return found
        made = make()
        with self._lock:
            kept = self._kept.setdefault(content, made)
            self._kept.move_to_end(content)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept

    def __len__(self) -> int:
        return len(self._kept)
