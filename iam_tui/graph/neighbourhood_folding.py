"""Showing the important nodes of a neighbourhood, and one in each column for all the others."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from iam_tui.graph.neighbourhood import Column, Neighbourhood, Node, Relation, importance

if TYPE_CHECKING:
    from collections.abc import Iterable


def fold(found: Neighbourhood, most: int) -> Neighbourhood:
    """Return a neighbourhood of at most so many nodes, those that fold nodes counted too.

    The centre stays. Every column that has too many ends in a node `+37 more`, which takes over
    the relations to the centre of those it stands for, and those of nodes that would otherwise seem
    to lead nowhere.

    Args:
        found: The neighbourhood, folded already or not.
        most: The number of nodes, at least two for each column.
    """
    if len(found.nodes) <= most:
        return found
    columns = {column: [node for node in found.nodes if node.column is column] for column in Column}
    room = _shares({column: len(nodes) for column, nodes in columns.items()}, most)
    kept = _kept(found, columns, room)
    nodes: list[Node] = []
    stand_ins: dict[str, str] = {}
    for column, members in columns.items():
        nodes += [node for node in members if node.key in kept]
        left_over = [node for node in members if node.key not in kept]
        if left_over:
            stand_in = _stand_in(column, left_over)
            nodes.append(stand_in)
            stand_ins.update((node.key, stand_in.key) for node in left_over)
    relations = _moved(found, stand_ins)
    return Neighbourhood(found.centre, found.steps, tuple(nodes), relations)


def _shares(counts: dict[Column, int], most: int) -> dict[Column, int]:
    """Return how many nodes each column may show: small ones all, the others the same number."""
    shares: dict[Column, int] = {}
    left, columns = most, len(counts)
    for column, count in sorted(counts.items(), key=lambda pair: pair[1]):
        shares[column] = min(count, max(left // columns, 2))
        left -= shares[column]
        columns -= 1
    return shares


def _kept(
    found: Neighbourhood, columns: dict[Column, list[Node]], room: dict[Column, int]
) -> set[str]:
    """Return the nodes to show: near ones first, then those that hang on a node that is shown."""
    kept = set() if found.centre is None else {found.centre}
    left = {
        # One place is that of the node which stands for the others.
        column: room[column] - (len(nodes) > room[column])
        for column, nodes in columns.items()
    }
    for column, nodes in columns.items():
        left[column] -= sum(node.key in kept for node in nodes)
    linked = _linked(found.relations)
    for steps in range(max(node.steps for node in found.nodes) + 1):
        for column, nodes in columns.items():
            here = [
                node
                for node in nodes
                if node.steps == steps and node.kind != "more" and node.key not in kept
            ]
            here.sort(
                key=lambda node: (kept.isdisjoint(linked.get(node.key, ())), importance(node))
            )
            chosen = here[: max(left[column], 0)]
            left[column] -= len(chosen)
            kept.update(node.key for node in chosen)
    kept.update(
        node.key
        for column, nodes in columns.items()
        for node in nodes
        if node.kind == "more" and len(nodes) <= room[column]
    )
    return kept


def _linked(relations: Iterable[Relation]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for relation in relations:
        found[relation.source].add(relation.target)
        found[relation.target].add(relation.source)
    return found


def _stand_in(column: Column, nodes: list[Node]) -> Node:
    folded = tuple(key for node in nodes for key in node.folded or (node.key,))
    return Node(
        key=f"more/{column.name.lower()}",
        kind="more",
        label=f"+{len(folded)} more",
        column=column,
        steps=min(node.steps for node in nodes),
        folded=folded,
    )


def _moved(found: Neighbourhood, stand_ins: dict[str, str]) -> tuple[Relation, ...]:
    """Return the relations between what is shown; what folded ones had in common is kept."""
    same: defaultdict[tuple[str, str, str], list[Relation]] = defaultdict(list)
    for relation in found.relations:
        source = stand_ins.get(relation.source, relation.source)
        target = stand_ins.get(relation.target, relation.target)
        if source != target:
            same[relation.kind, source, target].append(relation)
    moved = [_common(*key[1:], relations) for key, relations in same.items()]
    folds = {node.key for node in found.nodes if node.kind == "more"} | {*stand_ins.values()}
    plain = [r for r in moved if folds.isdisjoint((r.source, r.target))]
    leading, led_to = {r.left for r in plain}, {r.right for r in plain}
    return tuple(
        r
        for r in moved
        if folds.isdisjoint((r.source, r.target))
        or found.centre in (r.source, r.target)
        or (r.right in folds and r.left not in leading)
        or (r.left in folds and r.right not in led_to)
    )


def _common(source: str, target: str, relations: list[Relation]) -> Relation:
    first = relations[0]
    labels = {relation.label for relation in relations}
    changes = {relation.change for relation in relations}
    return Relation(
        first.kind,
        source,
        target,
        first.label if len(labels) == 1 else "",
        first.change if len(changes) == 1 else None,
    )
