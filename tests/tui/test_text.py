"""Text on the screen: broken, fitted, filtered, and how a reach is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from iam_tui.analysis import Reach
from iam_tui.text import display_text
from iam_tui.tui.filtering import narrowed, ranked
from iam_tui.tui.lines import Line, Span, cut, fit, spread
from iam_tui.tui.reach_text import reach_text
from iam_tui.tui.widgets.frames import Tabs
from iam_tui.tui.wrapping import MOST_ROWS, broken, wrapped

texts = st.text(alphabet=st.sampled_from("ab :/*-界é\x1b\u202e"), max_size=60)


@given(texts, st.integers(8, 40), st.integers(0, 30))
def test_a_broken_line_fits_and_loses_nothing(text: str, width: int, indent: int) -> None:
    line = Line((Span("label ", "dim"), Span(text)), indent=indent)
    rows = list(broken(line, width))
    assert all(cell_len(display_text(row.text)) <= width for row in rows)
    if len(rows) < MOST_ROWS:
        together = "".join(display_text(row.text) for row in rows).replace(" ", "")
        assert together == display_text(line.text).replace(" ", "")


@given(texts, st.integers(0, 40))
def test_text_is_cut_and_fitted_to_cells(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width
    assert cell_len(fit(text, width)) == width
    assert cell_len(spread(text, "right", max(width, 8))) == max(width, 8)


def test_words_stay_whole_where_they_can() -> None:
    assert wrapped("the key policy, which is not in this file", 16) == [
        "the key policy,",
        "which is not in",
        "this file",
    ]


def test_too_much_text_ends_in_dots() -> None:
    rows = list(broken(Line((Span("x" * 5000),), indent=0), 40))
    assert len(rows) == MOST_ROWS
    assert rows[-1].text.endswith("...")


def test_a_filter_matches_names_loosely_paths_exactly_and_leaves_out() -> None:
    items = [
        ("DevCore", "arn:aws:iam::111122223333:policy/team/DevCore"),
        ("Reader", "arn:aws:iam::111122223333:policy/Reader"),
    ]

    def names(text: str) -> list[str]:
        return [name for name, _ in narrowed(items, text, lambda item: item)]

    assert names("dc") == ["DevCore"]
    assert names("team/") == ["DevCore"]
    assert names("policy") == []
    assert names("arn:aws:iam::111122223333:policy/reader") == ["Reader"]
    assert names("!dev") == ["Reader"]
    assert names("e !dev") == ["Reader"]
    assert names("") == ["DevCore", "Reader"]


def test_what_begins_with_the_letters_is_picked_first() -> None:
    names = ["AmazonS3FullAccess", "S3Write", "SecretsManagerReadWrite"]
    assert ranked(names, "s3w", str) == ["S3Write"]
    assert next(iter(ranked(names, "s3", str))) == "S3Write"
    assert list(ranked(names, "", str)) == names


@pytest.mark.parametrize(
    ("chosen", "room", "shown"),
    [
        (0, 40, "[Info] Members Policies Docs"),
        (3, 40, "Info Members Policies [Docs]"),
        (0, 20, "[Info] Members .."),
        (3, 20, ".. Policies [Docs]"),
        (1, 10, ".. [Members] .."),
    ],
)
def test_tabs_that_have_no_room_are_dots(chosen: int, room: int, shown: str) -> None:
    assert Tabs(("Info", "Members", "Policies", "Docs"), chosen).fitted(room) == shown


def reach(name: str, gained: int = 0, lost: int = 0, changed: int = 0, *, risky: int = 0) -> Reach:
    def counts(number: int) -> dict[str, int]:
        return {"Read": number} if number else {}

    risk = {"Permissions management": risky} if risky else {}
    arn = f"arn:aws:iam::111122223333:user/{name}"
    return Reach(arn, {**counts(gained), **risk}, counts(lost), counts(changed))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "no principal gained or lost anything"),
        ([reach("a", 3)] * 4, "4 principals gained 3 actions, 0 lost"),
        ([reach("alice", 1)], "alice gained 1 action, 0 lost"),
        ([reach("alice", 0, 2)], "alice lost 2 actions, 0 gained"),
        ([reach("a", 3), reach("b", 57)], "2 principals gained 3 to 57 actions, 0 lost"),
        ([reach("a", 3, 2, 1)] * 2, "2 principals gained 3 actions, 2 lost, 1 changed"),
        (
            [reach("a", 3), reach("b", 0, 5)],
            "1 principal gained 3 actions, 1 principal lost 5 actions",
        ),
        ([reach("alice", 0, 0, 2)], "2 actions changed for alice, 0 gained, 0 lost"),
        ([reach("alice", 2, risky=1)], "alice gained 3 actions !, 0 lost"),
    ],
)
def test_how_a_reach_is_told(rows: list[Reach], said: str) -> None:
    assert reach_text(rows) == said
