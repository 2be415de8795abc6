"""Nodes and relations in the languages of graph tools: DOT, Mermaid, GraphML.

Names come from strangers. In every target they stand between quotes, with all escaped that could
end the quotes or mean something inside them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import networkx as nx

from iam_tui.graph.neighbourhood import MARK_WORDS
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.graph.neighbourhood import Neighbourhood, Node, Relation

_SHAPES = {
    "root": "doubleoctagon",
    "user": "box",
    "group": "folder",
    "role": "ellipse",
    "policy": "note",
    "inline-policy": "note",
    "service": "component",
    "identity-provider": "component",
    "account": "house",
    "outside": "house",
    "anyone": "house",
}
"""Shapes of Graphviz, so that kinds are told apart without colours."""
_BRACKETS = {
    "user": ("[", "]"),
    "group": ("[[", "]]"),
    "role": ("([", "])"),
    "policy": (">", "]"),
    "inline-policy": (">", "]"),
    "root": ("[[", "]]"),
}
"""Shapes of Mermaid; anything else is a hexagon."""
_WORDS = {
    "member": "member of",
    "attached": "has",
    "inline": "has",
    "boundary": "limited by",
    "becomes": "can assume",
    "trusts": "trusts",
    "holds": "holds",
    "controls": "controls",
}
_NEEDS_ENTITY = re.compile(r"[^\w .,:;=@/+*()-]", re.ASCII)


def dot(found: Neighbourhood) -> Iterator[str]:
    """Yield the lines of a graph for Graphviz."""
    yield "digraph account {"
    yield "  rankdir=LR;"
    yield "  node [shape=box];"
    for node in found.nodes:
        shape = _SHAPES.get(node.kind, "hexagon")
        style = ', style="bold"' if node.key == found.centre else ""
        label = _dot_quoted(_labelled(node))
        yield f"  {_dot_quoted(node.key)} [label={label}, shape={shape}{style}];"
    for relation in found.relations:
        style = {"boundary": ', style="dashed"', "becomes": ', style="bold"'}.get(relation.kind, "")
        if relation.change == "removed":
            style = ', style="dotted"'
        ends = f"{_dot_quoted(relation.source)} -> {_dot_quoted(relation.target)}"
        yield f"  {ends} [label={_dot_quoted(_said(relation))}{style}];"
    yield "}"


def mermaid(found: Neighbourhood) -> Iterator[str]:
    """Yield the lines of a flow chart for Mermaid."""
    yield "flowchart LR"
    names = {node.key: f"n{index}" for index, node in enumerate(found.nodes)}
    for node in found.nodes:
        first, last = _BRACKETS.get(node.kind, ("{{", "}}"))
        yield f'  {names[node.key]}{first}"{_mermaid_escaped(_labelled(node))}"{last}'
    for relation in found.relations:
        arrow = {"boundary": "-.->", "becomes": "==>"}.get(relation.kind, "-->")
        if relation.change == "removed":
            arrow = "-.-x"
        said = _mermaid_escaped(_said(relation))
        yield f'  {names[relation.source]} {arrow}|"{said}"| {names[relation.target]}'


def graphml(found: Neighbourhood) -> Iterator[str]:
    """Yield the lines of a GraphML document, with kinds, labels and marks as attributes."""
    graph = nx.MultiDiGraph()
    for node in found.nodes:
        graph.add_node(
            display_text(node.key), kind=node.kind, label=node.label, marks=" ".join(node.marks)
        )
    for relation in found.relations:
        graph.add_edge(
            display_text(relation.source),
            display_text(relation.target),
            kind=relation.kind,
            label=display_text(relation.label),
            change=relation.change or "",
        )
    yield from nx.generate_graphml(graph)


def _labelled(node: Node) -> str:
    words = ", ".join(MARK_WORDS[mark] for mark in node.marks)
    return f"{node.label} ({words})" if words else node.label


def _said(relation: Relation) -> str:
    more = [relation.label, relation.change or ""]
    words = ", ".join(display_text(word) for word in more if word)
    verb = _WORDS[relation.kind]
    return f"{verb} ({words})" if words else verb


def _dot_quoted(text: str) -> str:
    r"""Return a quoted string of DOT, in which a backslash is but a backslash.

    Labels know escapes such as `\N` beside that of the quote, so backslashes are doubled.
    """
    shown = display_text(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'


def _mermaid_escaped(text: str) -> str:
    """Return text for a quoted label of Mermaid: all that has a meaning in it as an entity."""
    return _NEEDS_ENTITY.sub(
        lambda found: found[0] if ord(found[0]) > 0x7F else f"#{ord(found[0])};", text
    )
