"""The account as a graph, kept in step with it.

`IdentityGraph` answers what runs against the direction in which an account is written: who has
this policy, whom does an edit reach, what is around this node. What applies to one principal is
not its business but `account.layers`'; a property test proves that the two agree.

Only the thread that applies edits may change a graph. Another one may read it; what it reads while
an edit is made may be of both versions, or `UnknownName`, so it has to be asked again then.
networkx is imported with this module, so import it where a graph question is put and nowhere else.
"""

from __future__ import annotations

from collections import deque
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from iam_tui.account.difference import changed_entities
from iam_tui.errors import UnknownName
from iam_tui.graph.difference import (
    Difference,
    alters_own_layers,
    edge_changes,
    node_changes,
    reaches_everyone,
)
from iam_tui.graph.edges import Edge, all_edges
from iam_tui.graph.nodes import entity_kind, entity_kinds, other_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

    from iam_tui.account.account import Account
    from iam_tui.graph.edges import EdgeKind
    from iam_tui.graph.nodes import NodeKind

_HOLDING = frozenset({"attached", "inline", "boundary"})
_LAYERS = frozenset({"member", *_HOLDING})


class Neighbour(NamedTuple):
    """What one edge away is."""

    kind: EdgeKind
    direction: Literal["out", "in"]
    key: str


class Use(NamedTuple):
    """One way in which an identity has a policy."""

    principal: str
    kind: EdgeKind
    """`attached`, `inline` or `boundary`."""
    path: tuple[str, ...]
    """Keys from the identity to the policy; three when a group is between them."""


class IdentityGraph:
    """The graph over an account: identities, policies, who trusts whom, the organization."""

    def __init__(self, account: Account) -> None:
        """Build the graph of an account."""
        self._account = account
        self._graph = _built(account)
        self._lock = RLock()

    @property
    def account(self) -> Account:
        """The account that the graph is in step with."""
        return self._account

    @property
    def graph(self) -> nx.MultiDiGraph:
        """The graph itself, not to be changed: nodes have a `kind`, an edge's key is its kind."""
        return self._graph

    def __contains__(self, key: object) -> bool:
        return key in self._graph

    def kind(self, key: str) -> NodeKind:
        """Return what a node stands for.

        Raises:
            UnknownName: When there is no such node.
        """
        with self._lock:
            self._require(key)
            found: NodeKind = self._graph.nodes[key]["kind"]
        return found

    def update(self, account: Account) -> Difference:
        """Bring the graph in step with another version of the account.

        Only what differs is touched. Returns what came and went, and every principal that the
        change reaches.
        """
        with self._lock:
            return self._update(account)

    def _update(self, account: Account) -> Difference:
        before, self._account = self._account, account
        if (before.id, before.partition) != (account.id, account.partition):
            return self._rebuild(before)
        changes = changed_entities(before, account)
        added, removed = edge_changes(before, account, changes)
        came, went = self._change_nodes_and_edges(
            node_changes(before, account, changes), added, removed
        )
        if reaches_everyone(before, account, changes):
            reached = {*_principals(before), *_principals(account)}
        else:
            altered = [change.key for change in changes if alters_own_layers(change)]
            altered += [edge.source for edge in added | removed if edge.kind in _LAYERS]
            reached = self._reached(altered, before)
            if before.root != account.root:
                reached.add(account.root_user.arn)
        return Difference(came, went, added, removed, frozenset(reached))

    def _rebuild(self, before: Account) -> Difference:
        former, self._graph = self._graph, _built(self._account)
        old_edges = {Edge(*edge) for edge in former.edges(keys=True)}
        new_edges = {Edge(*edge) for edge in self._graph.edges(keys=True)}
        return Difference(
            frozenset(set(self._graph) - set(former)),
            frozenset(set(former) - set(self._graph)),
            frozenset(new_edges - old_edges),
            frozenset(old_edges - new_edges),
            frozenset({*_principals(before), *_principals(self._account)}),
        )

    def _change_nodes_and_edges(
        self, entities: set[str], added: frozenset[Edge], removed: frozenset[Edge]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the nodes that came and went."""
        graph, account = self._graph, self._account
        keys = {*entities, *(end for edge in added | removed for end in edge[:2])}
        present = {key for key in keys if key in graph}
        graph.remove_edges_from(removed)
        graph.add_edges_from((*edge, {}) for edge in added)
        for key in keys:
            own = entity_kind(account, key)
            if own is None and not (key in graph and graph.degree(key)):
                graph.remove_nodes_from([key])
            else:
                graph.add_node(key, kind=own or other_kind(key))
        remaining = {key for key in keys if key in graph}
        return frozenset(remaining - present), frozenset(present - remaining)

    def _reached(self, altered: Iterable[str], before: Account) -> set[str]:
        """Return the principals that have what was altered: holders, and members of groups."""
        reached: set[str] = set()
        todo = list(altered)
        while todo:
            key = todo.pop()
            if key in reached:
                continue
            if self._is_identity(key, before):
                reached.add(key)
            if key in self._graph:
                todo += [
                    source
                    for source, _, kind in self._graph.in_edges(key, keys=True)
                    if kind in _LAYERS and source not in reached
                ]
        return reached

    def _is_identity(self, key: str, before: Account) -> bool:
        return any(
            key in identities
            for account in (self._account, before)
            for identities in (account.users, account.groups, account.roles)
        )

    def holders(self, policy: str) -> tuple[str, ...]:
        """Return the identities that a policy is put on: attached, inline or as a boundary.

        Raises:
            UnknownName: When there is no such node.
        """
        return tuple(dict.fromkeys(key for key, kind in self._into(policy) if kind in _HOLDING))

    def members(self, group: str) -> tuple[str, ...]:
        """Return the users of a group.

        Raises:
            UnknownName: When there is no such node.
        """
        return tuple(key for key, kind in self._into(group) if kind == "member")

    def used_by(self, policy: str) -> tuple[Use, ...]:
        """Return every way in which an identity has a policy, through groups too.

        Raises:
            UnknownName: When there is no such node.
        """
        return tuple(self._uses(policy))

    def _uses(self, policy: str) -> Iterator[Use]:
        for holder, kind in self._into(policy):
            if kind in _HOLDING:
                yield Use(holder, kind, (holder, policy))
                for member in self.members(holder):
                    yield Use(member, kind, (member, holder, policy))

    def neighbours(self, key: str) -> tuple[Neighbour, ...]:
        """Return what is one edge away: first what the node points to, then what points to it.

        Raises:
            UnknownName: When there is no such node.
        """
        with self._lock:
            self._require(key)
            ends = [(kind, end) for _, end, kind in self._graph.out_edges(key, keys=True)]
            into = sorted((kind, source) for source, kind in self._into(key))
        out = sorted(ends)
        return (
            *(Neighbour(kind, "out", target) for kind, target in out),
            *(Neighbour(kind, "in", source) for kind, source in into),
        )

    def around(self, key: str, steps: int = 1) -> dict[str, int]:
        """Return the nodes at most so many edges away, whatever their direction: key -> distance.

        Raises:
            UnknownName: When there is no such node.
        """
        self._require(key)
        distances = {key: 0}
        todo = deque([key])
        while todo:
            here = todo.popleft()
            if distances[here] == steps:
                continue
            for neighbour in self.neighbours(here):
                if neighbour.key not in distances:
                    distances[neighbour.key] = distances[here] + 1
                    todo.append(neighbour.key)
        return distances

    def path(self, start: str, end: str) -> tuple[str, ...] | None:
        """Return a shortest way along the edges from one node to another, or None.

        Raises:
            UnknownName: When one of them is no node.
        """
        self._require(start)
        self._require(end)
        try:
            return tuple(nx.shortest_path(self._graph, start, end))
        except nx.NetworkXNoPath:
            return None

    def _into(self, key: str) -> list[tuple[str, EdgeKind]]:
        """Return sources and kinds of the edges into a node, in a fixed order."""
        with self._lock:
            self._require(key)
            found = [(s, kind) for s, _, kind in self._graph.in_edges(key, keys=True)]
        return sorted(found)

    def _require(self, key: str) -> None:
        if key not in self._graph:
            raise UnknownName(key, "node")


def _built(account: Account) -> nx.MultiDiGraph:
    """Return the graph of an account, made anew."""
    kinds: dict[str, NodeKind] = dict(entity_kinds(account))
    edges = list(all_edges(account))
    for edge in edges:
        for key in edge[:2]:
            if key not in kinds:
                kinds[key] = other_kind(key)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((key, {"kind": kind}) for key, kind in kinds.items())
    graph.add_edges_from((*edge, {}) for edge in edges)
    return graph


def _principals(account: Account) -> tuple[str, ...]:
    return (account.root_user.arn, *account.users, *account.groups, *account.roles)
