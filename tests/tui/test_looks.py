"""What the screens look like: pictures in text, one heavy frame, help at hand, colours, ASCII.

The pictures are made anew by `pytest tests/tui/test_looks.py --snapshot-update`; look at the
difference before you keep it.
"""

from __future__ import annotations

import re

import pytest
from rich.style import Style
from syrupy.assertion import SnapshotAssertion
from textual.color import Color

from iam_tui.commands import FOOTERS
from iam_tui.tui.themes import DARK, LIGHT
from iam_tui.tui.tones import styles_of
from tests.tui.journey import COLOURS, NORMAL, SIZES, SMALL, WIDE, journey

sizes = pytest.mark.parametrize("size", SIZES)
HEAVY = "┏"


@sizes
async def test_explore(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey(size=size) as walk:
        await walk.press("j")
        assert walk.screen == snapshot


@sizes
async def test_permissions_and_why(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("org-member", size) as walk:
        await walk.press("j", "j", "j", "6", "/")
        await walk.type("s3:getobject")
        await walk.press("enter", "j")
        assert walk.screen == snapshot


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_an_edit_with_its_marks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey(size=size) as walk:
        await walk.press("2", "j", "j")
        await walk.pick("s3write")
        assert walk.screen == snapshot


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_marks_in_a_filtered_list(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey(size=size) as walk:
        await walk.press("j", "space", "j", "j", "space", "/")
        await walk.type("!has:boundary")
        await walk.press("enter", "+")
        assert walk.screen == snapshot


async def test_the_columns_to_sort_by(snapshot: SnapshotAssertion) -> None:
    async with journey() as walk:
        await walk.press("o", "4", "o")
        assert walk.screen == snapshot


async def test_the_picker(snapshot: SnapshotAssertion) -> None:
    async with journey() as walk:
        await walk.press("j", "A")
        await walk.type("s3")
        assert walk.screen == snapshot


async def test_the_start_screen(snapshot: SnapshotAssertion) -> None:
    async with journey(None) as walk:
        assert walk.screen == snapshot


async def test_help(snapshot: SnapshotAssertion) -> None:
    async with journey() as walk:
        await walk.press("?")
        # How many lines it has changes with every command.
        assert re.sub(r"1 of \d+", "1 of N", walk.screen) == snapshot


@sizes
async def test_one_pane_has_the_heavy_frame_wherever_one_is(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        for keys in (["1"], ["2"], ["0"], ["6"], ["7"], ["1", "?"], ["esc", "A"], ["esc", "d"]):
            await walk.press(*keys)
            assert walk.screen.count(HEAVY) == 1, keys


@pytest.mark.parametrize("size", [(60, 15), SMALL, NORMAL, WIDE])
async def test_help_stands_in_every_footer(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        for key in ("1", "0", "6", "7"):
            await walk.press(key)
            assert walk.footer.endswith("? Help")
            assert len(walk.footer) <= size[0]


async def test_at_80_columns_the_footer_of_lists_has_what_is_needed_most() -> None:
    async with journey() as walk:
        assert walk.footer == (
            "enter Open  / Filter  A Add  d Delete  u Undo  6 Perms  ctrl+s Save  ? Help"
        )


def test_footers_name_each_command_once() -> None:
    for commands in FOOTERS.values():
        assert len(set(commands)) == len(commands)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_ascii_draws_with_ascii_alone(size: tuple[int, int]) -> None:
    async with journey(size=size, ascii_only=True) as walk:
        for keys in (["j"], ["6"], ["j", "space"], ["7"], ["1", "A"], ["esc", "?"]):
            await walk.press(*keys)
            assert walk.screen.isascii()
        assert "#=" in walk.screen


@pytest.mark.parametrize("variable", ["NO_COLOR", "SSH_CONNECTION"])
async def test_only_the_terminals_own_colours_are_used(variable: str) -> None:
    async with journey(environment={**COLOURS, variable: "1"}) as walk:
        await walk.press("j", "6", "1", "A")
        assert walk.app.theme == "iam-ansi"
        assert walk.app.current_theme.ansi


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "nord", "textual-light", "light"])
async def test_every_theme_of_textual_can_be_taken(theme: str) -> None:
    async with journey(environment={**COLOURS, "IAM_TUI_THEME": theme}) as walk:
        await walk.press("j", "6", "1", "/", "esc", "A")
        assert walk.app.theme.endswith(theme)
        assert walk.screen.count(HEAVY) == 1
        styles = styles_of(walk.app)
        if walk.app.current_theme.ansi:
            assert styles["cursor"].reverse
        else:
            assert readable(styles["cursor"])
            assert readable(styles["dim"])
            assert readable(styles["greyed"])


def readable(style: Style) -> bool:
    """Whether a style has the contrast of text that can be read."""
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(style.color.name, style.bgcolor.name) >= 4.5


async def test_an_empty_no_color_means_nothing() -> None:
    async with journey(environment={**COLOURS, "NO_COLOR": ""}) as walk:
        assert walk.app.theme == "iam-dark"


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_can_be_read_in_our_own_themes(theme: object) -> None:
    assert theme in (DARK, LIGHT)
    chosen = DARK if theme is DARK else LIGHT
    plain = {
        "foreground": chosen.foreground,
        "accent": chosen.accent,
        "success": chosen.success,
        "warning": chosen.warning,
        "error": chosen.error,
        "dim": chosen.variables["iam-dim"],
        "frame": chosen.variables["iam-frame"],
    }
    pairs = [(text, chosen.background) for text in plain.values()]
    pairs += [
        (chosen.variables["iam-cursor-text"], chosen.variables["iam-cursor"]),
        (chosen.foreground, chosen.variables["iam-rest"]),
        (chosen.foreground, chosen.variables["iam-bar"]),
        (chosen.accent, chosen.variables["iam-bar"]),
        (chosen.error, chosen.variables["iam-bar"]),
        (chosen.variables["iam-dim"], chosen.variables["iam-bar"]),
    ]
    for text, ground in pairs:
        assert contrast(str(text), str(ground)) >= 4.5, (text, ground)


def contrast(text: str, ground: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    lighter, darker = sorted(map(luminance, (text, ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [value / 255 for value in Color.parse(colour).rgb]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
