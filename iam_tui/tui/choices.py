"""An answer that a dialog offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Choice(Generic[Answer]):
    """One answer and how it is offered."""

    label: str
    note: str
    answer: Answer
