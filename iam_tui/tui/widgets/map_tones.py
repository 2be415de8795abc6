"""The tones of a picture's cells. They say nothing that characters do not say as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam_tui.graph.neighbourhood import Node, Relation
    from iam_tui.graph.picture import Picture
    from iam_tui.graph.picture_cells import Cell


def tones_of(picture: Picture) -> Mapping[Cell, str]:
    """Return the tone of every cell of a picture that has one of its own."""
    tones: dict[Cell, str] = {}
    # Where lines share cells, what is more telling comes last.
    for connector in sorted(picture.connectors, key=lambda one: _RANK[_line_tone(one.relation)]):
        tone = _line_tone(connector.relation)
        tones.update((cell, tone) for cell in connector.cells)
    for node in picture.neighbourhood.nodes:
        place = picture.places[node.key]
        tone = _node_tone(node, is_centre=node.key == picture.neighbourhood.centre)
        for y in range(place.y, place.y + place.height):
            for x in range(place.x, place.x + place.width):
                is_frame = place.height > 1 and (
                    y in (place.y, place.y + place.height - 1)
                    or x in (place.x, place.x + place.width - 1)
                )
                tones[x, y] = "light" if is_frame else tone
    for x in range(picture.width):
        for y in range(picture.heading_rows):
            tones[x, y] = "dim"
    return tones


_RANK = {"light": 0, "dim": 1, "warn": 2, "bad": 3, "good": 4}


def _line_tone(relation: Relation) -> str:
    if relation.change is not None:
        return "good" if relation.change == "new" else "bad"
    if relation.kind == "becomes":
        return "warn"
    return "dim" if relation.kind == "boundary" else "light"


def _node_tone(node: Node, *, is_centre: bool) -> str:
    if "new" in node.marks:
        return "good"
    if "removed" in node.marks:
        return "bad"
    if "admin" in node.marks:
        return "warn"
    if is_centre:
        return "strong"
    if node.kind == "more":
        return "dim"
    return "text" if node.kind in {"policy", "inline-policy"} else "name"
