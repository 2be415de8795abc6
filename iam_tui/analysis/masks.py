"""Which actions the statements of a document cover, as bits: an index that only narrows down.

The actions of a service are numbered by the catalogue, so a statement's action part is one integer
a service. Masks say which actions have the same statements to do with, never what is allowed:
where a resource, a condition or a deny could matter, `authorize` is asked (EVALUATION 8.2).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from iam_tui import catalog
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.policy.actions import ActionPattern
    from iam_tui.policy.documents import Document
    from iam_tui.policy.statements import Statement


class ActionMasks:
    """The masks of one document's statements, made a service at a time."""

    __slots__ = ("_by_service", "_services", "_statements")

    def __init__(self, document: Document) -> None:
        """Take a document; nothing is computed yet."""
        self._statements = document.compiled.statements(SHORT_ARNS[LayerKind.IDENTITY])
        self._by_service: dict[str, tuple[tuple[int, int], ...]] = {}
        self._services: dict[bool, frozenset[str]] = {}

    def of(self, service: str) -> tuple[tuple[int, int], ...]:
        """Return (place of a statement, bits of its actions) for those that cover any action."""
        found = self._by_service.get(service)
        if found is None:
            masks = ((s.index, _mask(s, service)) for s in self._statements)
            found = self._by_service[service] = tuple(pair for pair in masks if pair[1])
        return found

    def allowed(self, service: str) -> int:
        """Return the bits of the actions that some Allow statement covers."""
        bits = 0
        for place, mask in self.of(service):
            if not self._statements[place].deny:
                bits |= mask
        return bits

    def services(self, *, allows_only: bool = False) -> frozenset[str]:
        """Return the services whose actions the statements may cover."""
        found = self._services.get(allows_only)
        if found is None:
            found = self._services[allows_only] = self._found_services(allows_only=allows_only)
        return found

    def _found_services(self, *, allows_only: bool) -> frozenset[str]:
        found: set[str] = set()
        for statement in self._statements:
            if statement.dead or (allows_only and statement.deny):
                continue
            if statement.actions is None or any(p.everything for p in statement.actions):
                return frozenset(catalog.services())
            found.update(p.service for p in statement.actions if p.service is not None)
        return frozenset(found)

    def unknown_actions(self, *, denies_too: bool = False) -> Iterator[str]:
        """Yield the actions that Allow statements name literally and the catalogue lacks."""
        for statement in self._statements:
            if (statement.deny and not denies_too) or statement.dead:
                continue
            for pattern in statement.actions or ():
                if _is_literal(pattern) and not catalog.is_known(pattern.text):
                    yield pattern.text


_MASKS: WeakKeyDictionary[Document, ActionMasks] = WeakKeyDictionary()


def masks_of(document: Document) -> ActionMasks:
    """Return the masks of a document, made once while the document lives."""
    found = _MASKS.get(document)
    if found is None:
        found = _MASKS[document] = ActionMasks(document)
    return found


@lru_cache(maxsize=1024)
def every_action(service: str) -> int:
    """Return the bits of all actions of a service."""
    return (1 << len(catalog.actions(service))) - 1


def _mask(statement: Statement, service: str) -> int:
    if statement.dead:
        return 0
    bits = every_action(service)
    if statement.actions is not None:
        bits &= _union(statement.actions, service)
    if statement.not_actions is not None:
        bits &= ~_union(statement.not_actions, service)
    return bits


def _union(patterns: Iterable[ActionPattern], service: str) -> int:
    bits = 0
    for pattern in patterns:
        if pattern.everything:
            return every_action(service)
        if pattern.service == service:
            bits |= catalog.match(pattern.text).get(service, 0)
    return bits


def _is_literal(pattern: ActionPattern) -> bool:
    return pattern.service is not None and "*" not in pattern.text and "?" not in pattern.text
