"""What is around a node, as a value that is drawn, told in sentences and exported.

Two walks begin at the centre: along what it has and may become (its groups, policies, roles), and
against that (its members, holders, whoever may become it). They never turn round on the way, so
that the picture of a user shows her groups and not all her colleagues.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.errors import UnknownName
from iam_tui.graph.edges import EdgeKind
from iam_tui.graph.nodes import NodeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from iam_tui.account.account import Account
    from iam_tui.graph.identity_graph import IdentityGraph
    from iam_tui.graph.neighbourhood_links import Links

MOST_NODES = 40
"""How many nodes a neighbourhood shows before it folds the least important ones."""

Mark = Literal["admin", "boundary", "new", "removed"]
Change = Literal["new", "removed"]
RelationKind = EdgeKind | Literal["becomes"]

MARKS: dict[Mark, str] = {"admin": "A", "boundary": "B", "new": "+", "removed": "-"}
"""The character of each mark, wherever marks are shown."""

MARK_WORDS: dict[Mark, str] = {
    "admin": "administrator",
    "boundary": "has a boundary",
    "new": "new",
    "removed": "removed",
}


class Column(IntEnum):
    """Where a node stands in the picture, from left to right."""

    TRUSTED = 0
    """Who may become the role in the middle of it all, or is trusted by it."""
    PRINCIPALS = 1
    MIDDLE = 2
    """Groups and roles."""
    POLICIES = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a neighbourhood, or one that stands for several (`kind` is `more`)."""

    key: str
    kind: NodeKind | Literal["more"]
    label: str
    """What people call it, safe to show."""
    column: Column
    steps: int
    """Edges between it and the centre."""
    marks: tuple[Mark, ...] = ()
    """`new` and `removed`: itself, or every relation that leads to it."""
    folded: tuple[str, ...] = ()
    """The keys that it stands for."""

    @property
    def mark_text(self) -> str:
        """Its marks as characters: `A+`."""
        return "".join(MARKS[mark] for mark in self.marks)


class Relation(NamedTuple):
    """An edge of a neighbourhood."""

    kind: RelationKind
    source: str
    """As in the graph: for `trusts` the role, for `becomes` whoever may become the role."""
    target: str
    label: str = ""
    """What there is to say about it: under which conditions, by which permissions."""
    change: Change | None = None

    @property
    def left(self) -> str:
        """The end that is drawn on the left: who has, is a member, may become or is trusted."""
        return self.target if self.kind == "trusts" else self.source

    @property
    def right(self) -> str:
        """The other end."""
        return self.source if self.kind == "trusts" else self.target


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Nodes and the relations between them, around a centre."""

    centre: str | None
    """None: the whole account."""
    steps: int
    nodes: tuple[Node, ...]
    """By column, the important ones first."""
    relations: tuple[Relation, ...]

    def node(self, key: str) -> Node:
        """Return a node.

        Raises:
            UnknownName: When it is not among them.
        """
        for node in self.nodes:
            if node.key == key:
                return node
        raise UnknownName(key, "node")

    @property
    def size(self) -> int:
        """How many nodes there are, those that are folded counted too."""
        return sum(len(node.folded) or 1 for node in self.nodes)


def neighbourhood(
    graph: IdentityGraph,
    centre: str,
    *,
    steps: int = 1,
    most: int | None = MOST_NODES,
    becomes: Iterable[tuple[str, str, str]] = (),
    before: Account | None = None,
    became: Iterable[tuple[str, str, str]] | None = None,
) -> Neighbourhood:
    """Return what is around a node.

    Args:
        graph: The graph of the account.
        centre: The key of a user, group, role, policy, service, or any other node.
        steps: How far to go.
        most: How many nodes to show, the others folded by column; None: all.
        becomes: Who may become which role, as (principal, role, label), evaluated by the caller;
            a pair that is neither near nor possible does no harm.
        before: The account before the edits, to mark what came and went.
        became: Who could become which role then; None: such relations are not compared.

    Raises:
        UnknownName: When there is no such node, before the edits neither.
    """
    from iam_tui.graph.neighbourhood_folding import fold
    from iam_tui.graph.neighbourhood_links import Links

    links = Links(graph, becomes, before, became)
    if centre not in links:
        raise UnknownName(centre, "node")
    forward, right = _walk(links.forward, lambda relation: relation.right, centre, steps)
    backward, left = _walk(links.backward, lambda relation: relation.left, centre, steps)
    relations = tuple(dict.fromkeys([*right, *left]))
    changes = _changes(forward, relations)
    middle = _centre_column(links, centre)
    nodes = [
        _node(links, key, forward, backward, middle, changes) for key in {**forward, **backward}
    ]
    nodes.sort(key=lambda node: (node.column, importance(node)))
    found = Neighbourhood(centre, steps, tuple(nodes), relations)
    return found if most is None else fold(found, most)


def whole_account(
    graph: IdentityGraph, *, becomes: Iterable[tuple[str, str, str]] = ()
) -> Neighbourhood:
    """Return every node and edge of an account as one value, in the order of the account."""
    from iam_tui.graph.neighbourhood_links import Links

    links = Links(graph, becomes)
    nodes = tuple(
        Node(key, links.kind(key), links.label(key), _column(links, key), 0, links.marks(key))
        for key in graph.graph
    )
    relations = (relation for key in graph.graph for relation in links.every_forward(key))
    return Neighbourhood(None, 0, nodes, tuple(dict.fromkeys(relations)))


def importance(node: Node) -> tuple[bool, bool, int, bool, bool, str]:
    """Return a sort key by which the nodes that one must not miss come first."""
    marks = node.marks
    return (
        node.kind == "more",
        "new" not in marks and "removed" not in marks,
        node.steps,
        "admin" not in marks,
        "boundary" not in marks,
        node.label,
    )


def _walk(
    relations_of: Callable[[str], list[Relation]],
    end: Callable[[Relation], str],
    centre: str,
    steps: int,
) -> tuple[dict[str, int], list[Relation]]:
    """Return the nodes reached with their distances, and the relations walked along."""
    distances = {centre: 0}
    walked: list[Relation] = []
    edge = [centre]
    for distance in range(1, steps + 1):
        found = [relation for key in edge for relation in relations_of(key)]
        walked += found
        edge = [key for key in dict.fromkeys(map(end, found)) if key not in distances]
        distances.update(dict.fromkeys(edge, distance))
    return distances, walked


def _changes(forward: dict[str, int], relations: Iterable[Relation]) -> dict[str, set[str | None]]:
    """Return for each node how the relations that lead to it from the centre changed."""
    found: dict[str, set[str | None]] = {}
    for relation in relations:
        outward = relation.right if relation.left in forward else relation.left
        found.setdefault(outward, set()).add(relation.change)
    return found


def _node(
    links: Links,
    key: str,
    forward: dict[str, int],
    backward: dict[str, int],
    middle: Column,
    changes: dict[str, set[str | None]],
) -> Node:
    steps = min(distances[key] for distances in (forward, backward) if key in distances)
    if not steps:
        column = middle
    elif key not in forward and middle is Column.PRINCIPALS:
        column = Column.TRUSTED
    else:
        column = _column(links, key)
    marks = dict.fromkeys(links.marks(key))
    leading = changes.get(key, set()) if steps else set()
    if leading == {"new"} and "removed" not in marks:
        marks["new"] = None
    if leading == {"removed"} and "new" not in marks:
        marks["removed"] = None
    return Node(key, links.kind(key), links.label(key), column, steps, tuple(marks))


def _centre_column(links: Links, centre: str) -> Column:
    column = _column(links, centre)
    return Column.PRINCIPALS if links.kind(centre) == "role" else column


def _column(links: Links, key: str) -> Column:
    """Return the column of a node by what it is."""
    kind = links.kind(key)
    if kind in {"policy", "inline-policy"}:
        return Column.POLICIES
    return Column.MIDDLE if kind in {"group", "role"} else Column.PRINCIPALS
