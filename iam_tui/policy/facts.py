"""The one place where AWS's own facts about actions and keys reach the evaluator."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol


class Facts(Protocol):
    """What the evaluator must know about actions and condition keys beyond the documents."""

    def is_known(self, action: str) -> bool:
        """Whether AWS's service authorization reference has the action; case is ignored."""

    def wildcard_only(self, action: str) -> bool:
        """Whether the action is known and has no resource type (EVALUATION rule A8)."""

    def is_multivalued(self, key: str) -> bool:
        """Whether a condition key is declared to hold several values (rule C30)."""


@lru_cache(maxsize=1)
def default_facts() -> Facts:
    """Return the facts of the bundled catalogue, loaded at the first question."""
    from iam_tui import catalog

    return catalog
