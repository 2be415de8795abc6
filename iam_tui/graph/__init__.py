"""The identity graph: who has this, whom does a change reach, what is around a node.

Importing this package imports networkx; nobody does so before a graph question is put.
"""

from __future__ import annotations

from iam_tui.graph.difference import Difference
from iam_tui.graph.edges import Edge, EdgeKind
from iam_tui.graph.identity_graph import IdentityGraph, Neighbour, Use
from iam_tui.graph.nodes import NodeKind

__all__ = ["Difference", "Edge", "EdgeKind", "IdentityGraph", "Neighbour", "NodeKind", "Use"]
