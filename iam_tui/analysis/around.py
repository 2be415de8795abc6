"""What is around a node of an account, with who may become whom: what verb and map both show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.analysis.becoming import assumptions_around

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.graph import IdentityGraph
    from iam_tui.graph.neighbourhood import Neighbourhood


def around(
    graph: IdentityGraph, centre: str, *, steps: int, before: Account | None = None
) -> Neighbourhood:
    """Return everything that is around a node, nothing folded.

    Args:
        graph: The graph of the account.
        centre: The key of a node, also one that the edits have removed.
        steps: How far to go.
        before: The account before the edits, to mark what came and went.

    Raises:
        UnknownName: When there is no such node, before the edits neither.
    """
    from iam_tui.graph.neighbourhood import neighbourhood
    from iam_tui.graph.neighbourhood_former import FormerHolders

    becomes = assumptions_around(graph, centre, steps)
    became = becomes
    if before is not None and before is not graph.account:
        became = assumptions_around(FormerHolders(graph, before), centre, steps)
    return neighbourhood(
        graph, centre, steps=steps, most=None, becomes=becomes, before=before, became=became
    )
