"""Foreign text is shown harmlessly, whatever it holds."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.text import cut_middle, display_text


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "alice",
        "arn:aws:iam::111122223333:role/team/Deploy",
        "Zoë Müller",
        "Ζωή",
        "名前",
        "cafe\u0301",
        "no\u00a0break",
        "🚀",
        "[bold red]alice[/]",
        "[link=https://example.com]x[/link]",
        "$(rm -rf /) `id` & | ; ' \" \\",
        "<script>",
        "\\x1b[31m",
    ],
)
def test_plain_text_stays_as_it_is(plain: str) -> None:
    assert display_text(plain) == plain


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x1b]52;c;cm0gLXJm\x1b\\", "␛]52;c;cm0gLXJm␛\\"),
        ("a\rb\nc\td\x00e\x7ff\x08g", "a␍b␊c␉d␀e␡f␈g"),
        ("\x9b31m", r"\u{9b}31m"),
        ("\x9d0;title\x9c", r"\u{9d}0;title\u{9c}"),
        ("\x85", r"\u{85}"),
        ("nimda\u202eadmin", r"nimda\u{202e}admin"),
        ("\u2066a\u2069\u200f\u061c", r"\u{2066}a\u{2069}\u{200f}\u{61c}"),
        ("ad\u200bmin\u200d\ufeff\u00ad", r"ad\u{200b}min\u{200d}\u{feff}\u{ad}"),
        ("a\u2028b\u2029c", r"a\u{2028}b\u{2029}c"),
        ("ad\u115fmin\u3164\ufe0f\u034f", r"ad\u{115f}min\u{3164}\u{fe0f}\u{34f}"),
        ("tag\U000e0041", r"tag\u{e0041}"),
        ("\ud800", r"\u{d800}"),
        ("\ue000\uffff", r"\u{e000}\u{ffff}"),
    ],
)
def test_what_a_terminal_would_obey_is_made_visible(foreign: str, shown: str) -> None:
    assert display_text(foreign) == shown


def test_a_block_keeps_its_lines_and_tabs_only() -> None:
    assert display_text("a\tb\nc\rd\x1be", block=True) == "a\tb\nc␍d␛e"


@pytest.mark.parametrize("value", [None, 3, True, ["a", "b"], {"a": 1}])
def test_other_values_are_shown_as_text(value: object) -> None:
    assert display_text(value) == str(value)


class Hostile:
    """A value whose text is an escape sequence."""

    def __str__(self) -> str:
        return "\x1b[2J"


def test_the_text_of_other_values_is_made_visible_too() -> None:
    assert display_text(Hostile()) == "␛[2J"


def test_long_text_is_cut_in_the_middle() -> None:
    name = "A" * 500 + "Z" * 500

    assert display_text(name) == name
    assert display_text(name, limit=9) == "AAA...ZZZ"
    assert display_text(name, limit=10) == "AAAA...ZZZ"
    assert len(display_text("\x1b" * 1000, limit=40)) == 40


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "a...f"),
        ("abcdef", 4, "a..."),
        ("abcdef", 3, "abc"),
        ("abcdef", 1, "a"),
        ("abcdef", 0, ""),
        ("", 0, ""),
    ],
)
def test_cutting_keeps_both_ends_while_there_is_room(text: str, width: int, shown: str) -> None:
    assert cut_middle(text, width) == shown


@given(st.text(st.characters()), st.booleans())
def test_nothing_that_is_shown_is_a_control_or_hidden(text: str, block: bool) -> None:
    shown = display_text(text, block=block)
    kept = {"\t", "\n"} if block else set()

    assert (
        not {
            character
            for character in shown
            if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        }
        - kept
    )


@given(st.text(st.characters()), st.integers(0, 60))
def test_a_limit_holds_whatever_the_text(text: str, limit: int) -> None:
    assert len(display_text(text, limit=limit)) <= limit
