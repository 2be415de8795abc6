"""One line about a node: what it is, how much it has, whom it trusts, who can become it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import is_aws_managed, split_inline_key
from iam_tui.graph.neighbourhood import MARK_WORDS
from iam_tui.graph.nodes import ANYONE
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.graph.identity_graph import IdentityGraph, Neighbour
    from iam_tui.graph.neighbourhood import Neighbourhood, Node

_MOST_NAMES = 3
_WORDS = {
    "root": "the root user",
    "inline-policy": "inline policy",
    "identity-provider": "identity provider",
    "instance-profile": "instance profile",
    "organization-level": "level of the organization",
    "account": "account",
    "anyone": "everybody, in every account",
    "outside": "principal that is not in this file",
}


def description(graph: IdentityGraph, found: Neighbourhood, key: str) -> tuple[str, ...]:
    """Return what a status line says of a node: what it is, then the rest in the order of need.

    Args:
        graph: The graph of the account, for how much a node has in all.
        found: What is shown, nothing of it folded: who can assume what is told as far as it goes.
        key: The node.

    Raises:
        UnknownName: When it is not among what is shown.
    """
    node = found.node(key)
    neighbours = graph.neighbours(key) if key in graph else ()
    words = [kind_words(node), *(MARK_WORDS[mark] for mark in node.marks)]
    what = f"{node.label}: {', '.join(words)}"
    return (what, *_becoming(found, node), *_counts(node, neighbours, graph))


def kind_words(node: Node) -> str:
    """Return what kind of thing a node is."""
    if node.kind == "policy":
        return "AWS managed policy" if is_aws_managed(node.key) else "managed policy"
    return _WORDS.get(node.kind, node.kind)


def _counts(node: Node, neighbours: Iterable[Neighbour], graph: IdentityGraph) -> Iterator[str]:
    ends: dict[tuple[str, str], list[str]] = {}
    for one in neighbours:
        ends.setdefault((one.kind, one.direction), []).append(one.key)

    def count(direction: str, *kinds: str) -> int:
        return sum(len(ends.get((kind, direction), ())) for kind in kinds)

    inline = split_inline_key(node.key)
    if inline is not None:
        yield f"of {graph.account.reference(inline[0])}"
    elif node.kind == "policy":
        holders, bounded = count("in", "attached"), count("in", "boundary")
        yield f"attached to {_number(holders, 'identity', 'identities')}"
        if bounded:
            yield f"boundary of {bounded}"
    elif node.kind == "group":
        yield _number(count("in", "member"), "member")
        yield _number(count("out", "attached", "inline"), "policy", "policies")
    elif node.kind in {"user", "role"}:
        if node.kind == "user":
            yield _number(count("out", "member"), "group")
        yield _number(count("out", "attached", "inline"), "policy", "policies")
        bounds = ends.get(("boundary", "out"), ())
        if bounds:
            yield f"limited by {_names(map(_short, bounds))}"
        if node.kind == "role":
            trusted = ends.get(("trusts", "out"), ())
            yield f"trusts {_names(map(_short, trusted))}" if trusted else "trusts nobody"
    elif count("in", "trusts"):
        yield f"trusted by {_number(count('in', 'trusts'), 'role')}"


def _becoming(found: Neighbourhood, node: Node) -> Iterator[str]:
    """Yield who can become the node and whom it can become, as far as that is shown."""
    labels = {one.key: one.label for one in found.nodes}
    able = [r for r in found.relations if r.kind == "becomes" and r.change != "removed"]
    for how in dict.fromkeys(relation.label for relation in able):
        alike = [relation for relation in able if relation.label == how]
        under = f" {how}" if how else ""
        by = [labels[relation.source] for relation in alike if relation.target == node.key]
        into = [labels[relation.target] for relation in alike if relation.source == node.key]
        if by:
            yield f"{_names_or_number(by, 'principals')} can assume it{under}"
        if into:
            yield f"can assume {_names_or_number(into, 'roles')}{under}"


def _short(key: str) -> str:
    if key == ANYONE:
        return "anyone"
    last = key.rpartition("/")[2] if key.startswith("arn:") else key
    return display_text(last)


def _names(names: Iterable[str]) -> str:
    several = list(names)
    shown = ", ".join(several[:_MOST_NAMES])
    more = len(several) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def _names_or_number(names: list[str], what: str) -> str:
    return _names(names) if len(names) <= _MOST_NAMES else f"{len(names):,} {what}"


def _number(count: int, one: str, several: str | None = None) -> str:
    return f"{count} {one if count == 1 else several or f'{one}s'}"
