"""How many columns of the terminal the columns of a picture take, and the gutters between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam_tui.graph.neighbourhood import MARKS
from iam_tui.graph.picture_cells import cells_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.graph.neighbourhood import Node, Relation
    from iam_tui.graph.picture_layout import Item, Layout, Net, Pin

_LEAST_NAME, _LEAST_NAME_IN_LITTLE, _LEAST_NAME_OF_ALL = 12, 8, 4
"""How far names are cut: where there is room, where there is little, and when nothing else is left
to leave out."""
_LITTLE = 100
_LEAD, _TAIL = 1, 2
"""Columns of a gutter before its first track and after its last one, for arrows and clarity."""
_BLANK_GUTTER = 3
_WIDE_PITCH = 2
"""From one track to the next, where names leave room for it: lines are easier to follow then."""
LABEL_PADDING = 3
"""Cells of line and of blank around a word on a line."""
_WORDS = {"becomes": "can assume", "trusts": "trusted by"}


@dataclass(slots=True)
class Widths:
    """How many columns everything takes."""

    columns: list[int]
    gutters: list[int]
    leads: list[int]
    pitches: list[int]
    """How far apart the tracks of each gutter are."""


def text_width(item: Item, *, ascii_only: bool) -> int:
    """Return how many cells an item would like, its sides included."""
    if item.node is None:
        return 0
    name = len(cells_of(item.node.label, ascii_only=ascii_only))
    return name + _besides(item, item.node)


def _least_width(item: Item, least_name: int, *, ascii_only: bool) -> int:
    if item.node is None:
        return 3
    name = len(cells_of(item.node.label, ascii_only=ascii_only))
    return min(name, least_name) + _besides(item, item.node)


def _besides(item: Item, node: Node) -> int:
    """Return how many cells an item needs beside its name."""
    marks = len(node.mark_text)
    return (marks + 1 if marks else 0) + sum(paddings(item))


def paddings(item: Item) -> tuple[int, int]:
    """Return the cells before and after a name: frames, or brackets where several lines touch."""
    if item.frame:
        return 2, 2
    return (2 if is_bracketed(item, item.left) else 1), (2 if is_bracketed(item, item.right) else 1)


def is_bracketed(item: Item, pins: list[Pin]) -> bool:
    """Whether lines touch a side of an item elsewhere than beside its name."""
    return any(pin.row != item.middle for pin in pins)


def shared_widths(
    layout: Layout,
    gutters: list[list[Net]],
    width: int,
    *,
    ascii_only: bool,
    at_any_price: bool,
) -> Widths | None:
    """Share out the columns of the picture; None when there are too few."""
    leads = [
        _LEAD + any(pin.has_arrow and not pin.is_left for net in nets for pin in net.pins)
        for nets in gutters
    ]
    pitches = [1] * len(gutters)
    made = [
        _gutter_width(nets, lead, is_last=place == len(gutters) - 1)
        for place, (nets, lead) in enumerate(zip(gutters, leads, strict=True))
    ]
    wanted = [
        max(text_width(item, ascii_only=ascii_only) for item in column) for column in layout.columns
    ]
    least_name = _LEAST_NAME if width >= _LITTLE else _LEAST_NAME_IN_LITTLE
    if at_any_price:
        least_name = _LEAST_NAME_OF_ALL
    least = [
        max(_least_width(item, least_name, ascii_only=ascii_only) for item in column)
        for column in layout.columns
    ]
    columns = _shared(wanted, least, width - sum(made))
    if columns is None:
        return None
    spare = width - sum(made) - sum(columns)
    for place in range(len(made)):
        more = min(spare, _missing_for_labels(layout, place, columns[place]))
        columns[place] += more
        spare -= more
        more = min(spare, _missing_for_tags(layout, gutters[place]))
        made[place] += more
        spare -= more
    for place, nets in enumerate(gutters):
        more = (_WIDE_PITCH - 1) * max(track_count(nets) - 1, 0)
        if more <= spare:
            pitches[place] = _WIDE_PITCH
            made[place] += more
            spare -= more
    return Widths(columns, made, leads, pitches)


def _gutter_width(nets: list[Net], lead: int, *, is_last: bool) -> int:
    tracks = track_count(nets)
    if is_last:
        return lead + tracks if nets else 0
    return max(lead + tracks + _TAIL, _BLANK_GUTTER)


def track_count(nets: list[Net]) -> int:
    """Return how many lines run down beside each other in a gutter."""
    return max((net.track + 1 for net in nets if net.track is not None), default=0)


def _shared(wanted: list[int], least: list[int], room: int) -> list[int] | None:
    """Return the widths of the columns: the widest give way first."""
    if sum(least) > room:
        return None
    widths = [max(pair) for pair in zip(wanted, least, strict=True)]
    while sum(widths) > room:
        place = max(
            (place for place in range(len(widths)) if widths[place] > least[place]),
            key=lambda place: widths[place],
        )
        widths[place] -= 1
    return widths


def _missing_for_labels(layout: Layout, place: int, width: int) -> int:
    """Return how many columns more a column needs for the words on the lines that pass it."""
    labels = [
        len(word_on(relation)) + LABEL_PADDING
        for relation, chain in zip(layout.found.relations, layout.chains, strict=True)
        if any(item.node is None and item.place == place for item in chain)
    ]
    return max([0, *(label - width for label in labels)])


def _missing_for_tags(layout: Layout, nets: list[Net]) -> int:
    """Return how many columns more a gutter needs for the words on its lines."""
    relations = layout.found.relations
    tags = [len(relations[index].label) for net in nets for index in tagged(layout, net)]
    return max(tags, default=-LABEL_PADDING) + LABEL_PADDING


def tagged(layout: Layout, net: Net) -> Iterator[int]:
    """Yield the relations whose label has to stand in a gutter, as they pass no column."""
    for index in net.ends:
        chain = layout.chains[index]
        if layout.found.relations[index].label and len(chain) == 2:
            yield index


def word_on(relation: Relation) -> str:
    """Return what is written on the line of a relation that passes a column."""
    word = relation.label or _WORDS.get(relation.kind, relation.kind)
    change = "" if relation.change is None else f" {MARKS[relation.change]}"
    return f"{word}{change}"
