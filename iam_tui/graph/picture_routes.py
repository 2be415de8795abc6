"""Where lines turn: the tracks of the gutters between columns.

In a gutter every line that does not run straight across goes up or down in one track. Two lines
may cross, but never lie on each other: where one comes from the left in the row in which another
leaves to the right, the first must turn first.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from iam_tui.graph.picture_layout import Net, Pin


class _Shape(NamedTuple):
    """The rows of a line in its gutter."""

    net: Net
    left: tuple[int, ...]
    right: tuple[int, ...]
    least: int
    most: int

    def spans(self, row: int) -> bool:
        """Whether it runs down across a row."""
        return self.least < row < self.most

    def meets(self, other: _Shape) -> bool:
        """Whether the two cannot have the same track."""
        return self.least <= other.most and other.least <= self.most


def route(nets: list[Net]) -> Pin | None:
    """Give each line of one gutter its track.

    Returns:
        None, or a pin on the right side of the gutter that has to be moved to another row, as lines
        would have to pass each other in a circle.
    """
    shapes = [_shape(net) for net in nets]
    order, left_over = _ordered([shape for shape in shapes if not _is_straight(shape)])
    if left_over:
        rows = {row for shape in left_over for row in shape.left}
        pins = (pin for shape in left_over for pin in shape.net.pins)
        return min((p for p in pins if p.is_left and p.row in rows), key=lambda pin: pin.row)
    for index, shape in enumerate(order):
        before = (other.net.track for other in order[:index] if shape.meets(other))
        shape.net.track = max((track + 1 for track in before if track is not None), default=0)
    return None


def _shape(net: Net) -> _Shape:
    left = tuple(pin.row for pin in net.pins if not pin.is_left)
    right = tuple(pin.row for pin in net.pins if pin.is_left)
    return _Shape(net, left, right, min(left + right), max(left + right))


def _is_straight(shape: _Shape) -> bool:
    return shape.least == shape.most and len(shape.left) == len(shape.right) == 1


def _ordered(shapes: list[_Shape]) -> tuple[list[_Shape], list[_Shape]]:
    """Return lines from left to right with few crossings, and those that have no such order."""
    count = len(shapes)
    after = _must_follow(shapes)
    waits = [0] * count
    for followers in after:
        for follower in followers:
            waits[follower] += 1
    gain = [[_crossings(a, b) - _crossings(b, a) for b in shapes] for a in shapes]
    score = [sum(row) for row in gain]
    left = set(range(count))
    order: list[_Shape] = []
    while left:
        free = [index for index in left if not waits[index]]
        if not free:
            break
        chosen = min(free, key=lambda index: (score[index], shapes[index].least, index))
        left.remove(chosen)
        order.append(shapes[chosen])
        for other in left:
            score[other] -= gain[other][chosen]
        for follower in after[chosen]:
            waits[follower] -= 1
    return order, [shapes[index] for index in left]


def _must_follow(shapes: list[_Shape]) -> list[set[int]]:
    """Return for each line those that must turn further right."""
    arriving: defaultdict[int, list[int]] = defaultdict(list)
    for index, shape in enumerate(shapes):
        for row in shape.left:
            arriving[row].append(index)
    after: list[set[int]] = [set() for _ in shapes]
    for index, shape in enumerate(shapes):
        for row in shape.right:
            for other in arriving[row]:
                if other != index:
                    after[other].add(index)
    return after


def _crossings(first: _Shape, second: _Shape) -> int:
    """Return how often two lines cross when the first turns further left."""
    return sum(second.spans(row) for row in first.right) + sum(
        first.spans(row) for row in second.left
    )
