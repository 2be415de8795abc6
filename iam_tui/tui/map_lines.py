"""A neighbourhood in sentences, as lines of a pane: the same ones as `iam-tui graph` prints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iam_tui.graph.neighbourhood_text import mark_legend, sentences
from iam_tui.tui.lines import GLUE, Line, Span, Target, width_of
from iam_tui.tui.wrapping import broken_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.graph.neighbourhood import Neighbourhood, Node
    from iam_tui.graph.neighbourhood_text import Part, Sentence
    from iam_tui.graph.picture import Picture
    from iam_tui.tui.lines import TargetKind

_INDENT = 4
_MOST_PARTS = 24
"""A long sentence goes on in a line of its own after so many parts: lines have a greatest
height, and enter lists what is on one of them."""
_MOST_BELOW = 60
"""Sentences about more nodes than this are not put below a picture: they would not fit."""

_TARGETS: dict[str, TargetKind] = {
    "root": "root",
    "user": "user",
    "group": "group",
    "role": "role",
    "policy": "policy",
    "inline-policy": "inline",
}
"""Kinds of nodes that Explore can show."""


def target_of(node: Node) -> Target | None:
    """Return where a node leads in Explore; None for what is no part of the account."""
    kind = _TARGETS.get(node.kind)
    return Target(kind, node.key) if kind is not None else None


def told_lines(found: Neighbourhood, *, ascii_only: bool) -> tuple[Line, ...]:
    """Return a neighbourhood in sentences, and what its marks mean."""
    nodes = {node.key: node for node in found.nodes}
    lines = []
    for sentence in sentences(found):
        for line in _lines_of(sentence, ascii_only=ascii_only):
            named = nodes[line.key.partition("\n")[0]]
            lines.append(replace(line, target=target_of(named)))
    legend = mark_legend(found)
    if legend:
        lines += [Line(), Line((Span(legend, "dim"),), indent=0)]
    return tuple(lines)


def _lines_of(sentence: Sentence, *, ascii_only: bool) -> Iterator[Line]:
    """Yield the lines of a sentence; the key of a line has the nodes that it leads to."""
    rest = list(sentence.parts)
    is_first = True
    while rest:
        parts, rest = _split(rest)
        # Who a sentence is about is known; enter is for what it says.
        named = [part.key for part in parts if part.key is not None]
        keys = named[1:] or named if is_first else named
        spans = list(_spans(parts, ascii_only=ascii_only))
        yield Line(
            (*(() if is_first else (Span(" " * _INDENT),)), *spans),
            copy="".join(part.text for part in parts).strip(),
            key="\n".join(dict.fromkeys(keys)),
            indent=_INDENT,
        )
        is_first = False


def _split(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """Return what fits on a line, and the rest, cut after a comma."""
    for index in range(_MOST_PARTS, len(parts)):
        if parts[index - 1].text == ", ":
            return parts[:index], parts[index:]
    return parts, []


def _spans(parts: list[Part], *, ascii_only: bool) -> Iterator[Span]:
    """Yield spans in which a name, what is said of it in brackets and a comma stay on a row."""
    name = ""
    for part in parts:
        text = part.text
        if ascii_only:
            text = text.encode("ascii", "backslashreplace").decode("ascii")
        if name and (text.startswith(" (") or text == ", "):
            name += text
            continue
        if name:
            yield from _named(name)
        name = text if part.key is not None else ""
        if not name:
            yield Span(text)
    if name:
        yield from _named(name)


def _named(name: str) -> Iterator[Span]:
    yield Span(name.rstrip().replace(" ", GLUE), "name")
    if name.endswith(" "):
        yield Span(" ")


def drawn_notes(
    found: Neighbourhood, picture: Picture, width: int, *, ascii_only: bool, also_told: bool
) -> Sequence[Line]:
    """Return what stands below a picture: its legend, then the sentences where there is room.

    Args:
        found: Everything that is around the centre.
        picture: What is drawn of it.
        width: How many columns there are.
        ascii_only: Whether only ASCII may be used.
        also_told: Whether the sentences stand beside the picture anyway.
    """
    legend = [
        Line((Span(row, "dim"),), key="legend")
        for row in _legend_rows(picture.legend, max(width, 20))
    ]
    if also_told or found.size > _MOST_BELOW:
        return legend
    lines = [line for one in sentences(found) for line in _lines_of(one, ascii_only=ascii_only)]
    rows, _ = broken_all(lines, width)
    return [*legend, Line(), Line((Span("as text (t)", "dim"),)), *rows]


def _legend_rows(legend: str, width: int) -> list[str]:
    """Return a legend in rows, each entry of it in one piece."""
    rows: list[str] = []
    for entry in legend.split("   "):
        if rows and width_of(rows[-1]) + len("   ") + width_of(entry) <= width:
            rows[-1] += f"   {entry}"
        else:
            rows.append(entry)
    return rows
