"""Action elements: which actions a statement covers.

IAM User Guide: "IAM JSON policy elements: Action" and "NotAction" (EVALUATION rules A1 to A7).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from iam_tui.policy import globs
from iam_tui.policy.globs import Glob, glob_of


class ActionPattern(NamedTuple):
    """One action pattern of a policy, compiled."""

    text: str
    everything: bool
    service: str | None
    """Lower case; None: matches nothing, unless `everything`."""
    name: Glob

    def matches(self, service: str, name: str) -> bool:
        """Whether an action, its prefix and name in lower case, is matched."""
        if self.everything:
            return True
        return service == self.service and globs.matches(self.name, name)


@lru_cache(maxsize=20_000)
def compile_pattern(text: str) -> ActionPattern:
    """Compile one entry of an `Action` or `NotAction` element; nothing is trimmed (A5)."""
    if text in ("*", "*:*"):
        return ActionPattern(text, True, None, ())
    service, colon, name = text.partition(":")
    if not colon or not name or service == "*":
        return ActionPattern(text, False, None, ())
    return ActionPattern(text, False, service.lower(), glob_of(name.lower()))
