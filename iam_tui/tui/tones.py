"""What tones look like in a theme.

Made from the theme's variables and kept by its name. Component classes of CSS would say the same,
but Textual matches the whole style sheet for each class of each widget whenever a class changes
anywhere, which costs more than all the rest of the first frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from textual.app import App


class _Look(NamedTuple):
    """Variables of the theme for text and background."""

    text: str
    ground: str = "background"
    bold: bool = False


_LOOKS = {
    "text": _Look("foreground"),
    "dim": _Look("iam-dim"),
    "strong": _Look("foreground", bold=True),
    "name": _Look("accent"),
    "good": _Look("success"),
    "warn": _Look("warning"),
    "bad": _Look("error"),
    "cursor": _Look("iam-cursor-text", "iam-cursor"),
    "resting": _Look("foreground", "iam-rest"),
    "light": _Look("iam-frame"),
    "heavy": _Look("accent", bold=True),
    "bar": _Look("foreground", "iam-bar"),
    "key": _Look("accent", "iam-bar", bold=True),
    "alarm": _Look("error", "iam-bar", bold=True),
    "greyed": _Look("iam-dim", "iam-bar"),
}
_IN_16_COLOURS = {
    "cursor": Style(reverse=True),
    "resting": Style(bold=True),
}
"""Where the theme has only the terminal's own colours, the cursor shows in another way."""

_BY_THEME: dict[str, Mapping[str, Style]] = {}


def styles_of(app: App[Any]) -> Mapping[str, Style]:
    """Return the style of every tone in the theme that is on."""
    found = _BY_THEME.get(app.theme)
    if found is None:
        found = _BY_THEME[app.theme] = _made(app)
    return found


def _made(app: App[Any]) -> Mapping[str, Style]:
    variables = app.get_css_variables()
    grounds = variables["background"]
    found = {}
    for tone, look in _LOOKS.items():
        text = variables.get(look.text, variables["foreground"])
        ground = variables.get(look.ground, grounds)
        found[tone] = Style(
            color=Color.parse(text).rich_color,
            bgcolor=Color.parse(ground).rich_color,
            bold=look.bold or None,
        )
    if app.current_theme.ansi:
        found.update({tone: found[tone] + style for tone, style in _IN_16_COLOURS.items()})
    return found
