"""Who had a policy before the edits, from the graph as it is now and what the edits changed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from iam_tui.account.difference import changed_entities
from iam_tui.graph.difference import edge_changes
from iam_tui.graph.nodes import entity_kind, other_kind

if TYPE_CHECKING:
    from iam_tui.account.account import Account
    from iam_tui.graph.identity_graph import IdentityGraph
    from iam_tui.graph.nodes import NodeKind

_HOLDING = frozenset({"attached", "inline", "boundary"})


class FormerHolders:
    """The part of the former graph that the question who could become whom needs.

    The graph of a large account takes half a second to build; what edits changed is found by
    identity in a millisecond.
    """

    def __init__(self, graph: IdentityGraph, before: Account) -> None:
        """Take the graph as it is and the account as it was."""
        self.account = before
        self._graph = graph
        changes = changed_entities(before, graph.account)
        added, removed = edge_changes(before, graph.account, changes)
        self._added = added
        self._removed: defaultdict[str, list[str]] = defaultdict(list)
        for edge in sorted(removed):
            if edge.kind in _HOLDING:
                self._removed[edge.target].append(edge.source)

    def __contains__(self, key: object) -> bool:
        return key in self._graph or key in self._removed

    def kind(self, key: str) -> NodeKind:
        """Return what a node stood for."""
        return entity_kind(self.account, key) or other_kind(key)

    def holders(self, policy: str) -> tuple[str, ...]:
        """Return the identities that a policy was put on."""
        now = self._graph.neighbours(policy) if policy in self._graph else ()
        kept = [
            near.key
            for near in now
            if near.direction == "in"
            and near.kind in _HOLDING
            and (near.key, policy, near.kind) not in self._added
        ]
        return tuple(dict.fromkeys([*kept, *self._removed.get(policy, ())]))
