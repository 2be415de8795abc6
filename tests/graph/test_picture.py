"""The drawn neighbourhood: boxes, connectors, widths, and where the arrow keys lead."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.formats import load
from iam_tui.graph import IdentityGraph
from iam_tui.graph.neighbourhood import (
    Change,
    Column,
    Mark,
    Neighbourhood,
    Node,
    Relation,
    RelationKind,
    neighbourhood,
)
from iam_tui.graph.nodes import NodeKind
from iam_tui.graph.picture import LEAST_WIDTH, Connector, Direction, Picture, Rectangle, picture

EAST, WEST, SOUTH, NORTH = (1, 0), (-1, 0), (0, 1), (0, -1)
Side = tuple[int, int]
ACROSS, DOWN = {EAST, WEST}, {NORTH, SOUTH}
JOINTS: dict[str, set[Side]] = {
    "─═╌┈▶◀": ACROSS,
    "│║╎┊": DOWN,
    "╭╔": {EAST, SOUTH},
    "╮╗": {WEST, SOUTH},
    "╰╚": {EAST, NORTH},
    "╯╝": {WEST, NORTH},
    "├╠": {EAST, *DOWN},
    "┤╣": {WEST, *DOWN},
    "┬╦": {SOUTH, *ACROSS},
    "┴╩": {NORTH, *ACROSS},
    "┼╬": {*ACROSS, *DOWN},
}
ARMS = {glyph: arms for glyphs, arms in JOINTS.items() for glyph in glyphs}
DIRECTIONS: tuple[Direction, ...] = ("left", "right", "up", "down")
WORDS = ("attached", "inline", "boundary", "member", "under", "can", "trusted")
"""How what is written on a line begins."""
CENTRES: tuple[tuple[NodeKind, Column], ...] = (
    ("user", Column.PRINCIPALS),
    ("role", Column.PRINCIPALS),
    ("group", Column.MIDDLE),
    ("policy", Column.POLICIES),
)
KINDS: dict[Column, tuple[NodeKind, ...]] = {
    Column.TRUSTED: ("user", "role", "service", "account"),
    Column.PRINCIPALS: ("user", "service", "outside"),
    Column.MIDDLE: ("group", "role"),
    Column.POLICIES: ("policy", "inline-policy"),
}
NAMES = st.one_of(
    st.sampled_from(
        ("alice", "S3Write", "content-staging-feed-lambda-access", "漢字テスト", "e\u0301")
    ),
    st.text(max_size=30),
)


@st.composite
def nodes(draw: st.DrawFn, most: int) -> list[Node]:
    kind, column = draw(st.sampled_from(CENTRES))
    found = [Node("centre", kind, draw(NAMES), column, 0)]
    for number in range(draw(st.integers(0, most))):
        column = draw(st.sampled_from(Column))
        marks: list[Mark] = draw(
            st.lists(st.sampled_from(("admin", "boundary", "new")), max_size=2, unique=True)
        )
        kind = draw(st.sampled_from(KINDS[column]))
        steps = draw(st.integers(1, 2))
        found.append(Node(f"node {number}", kind, draw(NAMES), column, steps, tuple(marks)))
    return sorted(found, key=lambda node: node.column)


def relation_between(left: Node, right: Node, number: int, change: bool) -> Relation | None:
    """A relation such as an account may have between two nodes."""
    mark: Change | None = "removed" if change else None
    if right.column is Column.POLICIES:
        kinds: tuple[RelationKind, ...] = ("attached", "inline", "boundary")
        if left.column is not Column.POLICIES:
            return Relation(kinds[number % 3], left.key, right.key, "", mark)
    elif right.kind == "group" and left.kind == "user":
        return Relation("member", left.key, right.key, "", mark)
    elif right.kind == "role":
        if number % 2:
            return Relation("trusts", right.key, left.key, "", mark)
        return Relation(
            "becomes", left.key, right.key, "under conditions" if number % 4 else "", mark
        )
    return None


@st.composite
def neighbourhoods(draw: st.DrawFn, most: int = 24) -> Neighbourhood:
    found = draw(nodes(most))
    pairs = draw(
        st.lists(
            st.tuples(
                st.sampled_from(found), st.sampled_from(found), st.integers(0, 11), st.booleans()
            ),
            max_size=3 * most,
        )
    )
    relations = (relation_between(*pair) for pair in pairs if pair[0].key != pair[1].key)
    unique = dict.fromkeys(relation for relation in relations if relation is not None)
    return Neighbourhood("centre", 2, tuple(found), tuple(unique))


def cells_wide(text: str) -> int:
    return sum(
        0
        if unicodedata.category(character) in {"Mn", "Me"}
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def grid(drawn: Picture) -> list[list[str]]:
    """The cells of the rows; what a wide character covers is empty."""
    found = []
    for row in drawn.framed(None):
        cells: list[str] = []
        for character in row:
            if cells_wide(character):
                cells += [character, *[""] * (cells_wide(character) - 1)]
            else:
                cells[-1 if cells[-1] else -2] += character
        found.append(cells + [" "] * (drawn.width - len(cells)))
    return found


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def check_boxes(drawn: Picture) -> None:
    places = drawn.places
    assert set(places) == {node.key for node in drawn.neighbourhood.nodes}
    for key, place in places.items():
        assert min(place) >= 0
        assert place.x + place.width <= drawn.width
        assert place.y + place.height <= len(drawn.rows)
        assert drawn.at(place.x, place.y) == key
        assert not any(overlap(place, other) for name, other in places.items() if name != key)


def check_connector(drawn: Picture, connector: Connector, cells: list[list[str]]) -> None:
    """Walk from one end to the other: every cell leads on to the next one."""
    relation, path = connector
    left, right = drawn.places[relation.left], drawn.places[relation.right]
    assert touches(left, path[0])
    assert touches(right, path[-1])
    assert not any(drawn.at(*cell) for cell in path)
    reading = path if path[0][0] <= path[-1][0] else reversed(path)
    words = "".join(cells[y][x] for x, y in reading if cells[y][x] not in ARMS)
    assert not words or words.split()[0] in WORDS
    for before, after in pairwise(path):
        step = (after[0] - before[0], after[1] - before[1])
        assert step in (EAST, WEST, SOUTH, NORTH)
        for (x, y), side in ((before, step), (after, (-step[0], -step[1]))):
            arms = ARMS.get(cells[y][x])
            # A word stands on a line that runs across; a line that runs down is seen above it.
            assert (
                side in ACROSS
                if arms is None
                else side in arms or (side in ACROSS and arms == DOWN)
            )


def touches(place: Rectangle, cell: tuple[int, int]) -> bool:
    x, y = cell
    return place.y <= y < place.y + place.height and x in (place.x - 1, place.x + place.width)


@given(
    neighbourhoods(), st.sampled_from((60, 78, 82, 100, 140)), st.sampled_from((None, True, False))
)
def test_boxes_are_apart_and_lines_join_them(
    found: Neighbourhood, width: int, boxes: bool | None
) -> None:
    drawn = picture(found, width, boxes=boxes)

    check_boxes(drawn)
    cells = grid(drawn)
    for connector in drawn.connectors:
        check_connector(drawn, connector, cells)
    shown = {node.key for node in drawn.neighbourhood.nodes}
    assert [connector.relation for connector in drawn.connectors] == [
        *drawn.neighbourhood.relations
    ]
    assert shown <= {node.key for node in found.nodes} | {f"more/{c.name.lower()}" for c in Column}
    assert drawn.neighbourhood.size == found.size


@given(neighbourhoods(), st.integers(0, 120))
def test_the_width_is_kept(found: Neighbourhood, width: int) -> None:
    drawn = picture(found, width)

    assert drawn.width == max(width, LEAST_WIDTH)
    assert all(cells_wide(row) <= drawn.width for row in drawn.rows)


@given(neighbourhoods(), st.sampled_from((60, 90)))
def test_in_ascii_there_is_nothing_else(found: Neighbourhood, width: int) -> None:
    drawn = picture(found, width, ascii_only=True)

    assert all(row.isascii() and row.isprintable() for row in (*drawn.rows, drawn.legend))
    assert all(row.isascii() for row in drawn.framed(found.nodes[0].key))


@given(neighbourhoods())
def test_the_same_is_drawn_the_same(found: Neighbourhood) -> None:
    assert picture(found) == picture(found)


@given(neighbourhoods(), st.sampled_from((60, 120)))
def test_arrow_keys_reach_every_node(found: Neighbourhood, width: int) -> None:
    drawn = picture(found, width)
    reached = {"centre"}
    todo = ["centre"]
    while todo:
        here = todo.pop()
        for direction in DIRECTIONS:
            there = drawn.neighbour(here, direction)
            if there is not None and there not in reached:
                assert there != here
                reached.add(there)
                todo.append(there)

    assert reached == set(drawn.places)


@pytest.mark.parametrize("width", [60, 100])
@given(found=neighbourhoods())
def test_the_cursor_changes_nothing_but_its_node(found: Neighbourhood, width: int) -> None:
    drawn = picture(found, width)
    plain = grid(drawn)
    for key, place in drawn.places.items():
        framed = drawn.framed(key)
        assert framed != drawn.framed(None)
        for y, (row, cells) in enumerate(zip(framed, plain, strict=True)):
            if not place.y <= y < place.y + place.height:
                assert row == "".join(cells).rstrip()


def drawn_of(graph: IdentityGraph, centre: str, width: int, **more: bool) -> Picture:
    account = graph.account
    key = account.resolve(centre) if "/" in centre else centre
    becomes = [(account.resolve("user/bob"), account.resolve("role/Deploy"), "")]
    return picture(neighbourhood(graph, key, steps=2, becomes=becomes), width, **more)


@pytest.fixture(scope="module")
def startup() -> IdentityGraph:
    return IdentityGraph(load("startup"))


BOB = """
                         ╭── AWSLambda_ReadOnlyAccess (AWS)
                         ├── InvokeFromOffice (inline)
         ╭── Developers ─┴── WatchJobs (inline)
[bob]┬───┼── OnCall ──────── AssumeDeploy (inline)
     ╰═╗ ╰── attached ────── ReportsRead
       ║
       ╚═══▶ Deploy ──────── DeployFunctions (inline)
"""
EVE = """
PRINCIPALS   GROUPS, ROLES      POLICIES

             ╭─────────────╮ ╭── AWSLambda_ReadOnlyAccess (AWS)
          ╭──┤ Contractors ├─┴── S3Deny
┏━━━━━━━┓ │  ╰─────────────╯
┃ eve B ┠─┼── attached ───────── S3Allow
┗━━━━━━━┛ ╰╌╌ boundary ╌╌╌╌╌╌╌╌╌ PowerUserAccess (AWS)
"""
DEPLOY = """
 bob ==>[Deploy]--- DeployFunctions (inline)
"""


@pytest.mark.parametrize(
    ("centre", "width", "ascii_only", "expected"),
    [
        ("user/bob", 78, False, BOB),
        ("user/eve", 82, False, EVE),
        ("role/Deploy", 78, True, DEPLOY),
    ],
    ids=["compact", "boxes", "ascii"],
)
def test_the_pictures_of_people(
    startup: IdentityGraph, centre: str, width: int, ascii_only: bool, expected: str
) -> None:
    drawn = drawn_of(startup, centre, width, ascii_only=ascii_only)

    assert list(drawn.rows) == expected.strip("\n").split("\n")


def test_the_legend_has_what_is_drawn(startup: IdentityGraph) -> None:
    assert drawn_of(startup, "user/bob", 78).legend == "── member or attached   ══▶ can become"
    eve = drawn_of(startup, "user/eve", 78, ascii_only=True).legend
    assert eve == "-- member or attached   ~~ limits   B has a boundary"


def test_a_knot_of_roles_is_not_drawn_but_counted() -> None:
    roles = [Node(f"role{n}", "role", f"role{n}", Column.MIDDLE, 1) for n in range(5)]
    centre = Node("centre", "user", "alice", Column.PRINCIPALS, 0)
    last = Node("last", "role", "last", Column.MIDDLE, 2)
    ways = [Relation("becomes", "centre", role.key) for role in roles]
    knot = [Relation("becomes", a.key, b.key) for a in roles for b in roles if a != b]
    only = Relation("becomes", "role0", "last")
    new = Relation("becomes", "role4", "role0", "", "new")
    relations = (*ways, *(r for r in knot if r[:3] != new[:3]), only, new)

    drawn = picture(Neighbourhood("centre", 2, (centre, *roles, last), relations), 100)

    assert [connector.relation for connector in drawn.connectors] == [*ways, only, new]
    assert drawn.legend.endswith("(19 lines between principals not drawn)")


def test_arrows_follow_the_lines(startup: IdentityGraph) -> None:
    drawn = drawn_of(startup, "user/bob", 78)
    key = startup.account.resolve
    bob, deploy, developers = key("user/bob"), key("role/Deploy"), key("group/Developers")

    assert drawn.neighbour(bob, "left") is None
    assert drawn.neighbour(bob, "up") is None
    assert drawn.neighbour(deploy, "right") == f"{deploy}#inline/DeployFunctions"
    assert drawn.neighbour(f"{deploy}#inline/DeployFunctions", "left") == deploy
    assert drawn.neighbour(key("policy/ReportsRead"), "left") == bob
    assert drawn.neighbour(developers, "left") == bob
    assert drawn.neighbour(developers, "down") == key("group/OnCall")


def test_the_cursor_is_seen_without_colours(startup: IdentityGraph) -> None:
    deploy = startup.account.resolve("role/Deploy")

    assert " bob " in drawn_of(startup, "user/bob", 78).framed(deploy)[3]
    assert "[Deploy]" in "\n".join(drawn_of(startup, "user/bob", 78).framed(deploy))
    assert "┃ Deploy" in "\n".join(drawn_of(startup, "user/bob", 90).framed(deploy))


def test_escapes_and_wide_names_keep_their_cells() -> None:
    names = ("\x1b[31mred", "\u202egnp", "漢字", "a\u0301\u200b", "x" * 200)
    found = Neighbourhood(
        "0",
        1,
        tuple(Node(str(n), "policy", name, Column.POLICIES, 1) for n, name in enumerate(names)),
        (),
    )

    drawn = picture(found, 60)

    assert not set("\x1b\u202e\u200b") & set("".join(drawn.rows))
    assert all(cells_wide(row) <= 60 for row in drawn.rows)
    assert "漢字" in drawn.rows[2]
    assert "..." in drawn.rows[4]
