"""Our own themes; every text colour is at least 4.5:1 against its background.

`ansi` takes the terminal's own 16 colours and its background. It is also the cheapest on the
wire, so it is the default over SSH.
"""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

_INPUT = {
    "input-cursor-text-style": "reverse",
    "footer-key-foreground": "$accent",
}

DARK = Theme(
    name="iam-dark",
    primary="#7aa2f7",
    secondary="#9aa5ce",
    warning="#e0af68",
    error="#f7768e",
    success="#9ece6a",
    accent="#7dcfff",
    foreground="#d5dbf5",
    background="#16161e",
    surface="#16161e",
    panel="#1f2335",
    dark=True,
    variables={
        **_INPUT,
        "iam-dim": "#8f98bf",
        "iam-bar": "#24283b",
        "iam-cursor": "#364a82",
        "iam-cursor-text": "#ffffff",
        "iam-rest": "#292e42",
        "iam-frame": "#7a83ad",
    },
)

LIGHT = Theme(
    name="iam-light",
    primary="#2553b8",
    secondary="#4a5170",
    warning="#7a5200",
    error="#b3142f",
    success="#2b6a1b",
    accent="#005f87",
    foreground="#1c1f2b",
    background="#fafafa",
    surface="#fafafa",
    panel="#eceef4",
    dark=False,
    variables={
        **_INPUT,
        "iam-dim": "#5b6178",
        "iam-bar": "#e1e4ee",
        "iam-cursor": "#2553b8",
        "iam-cursor-text": "#ffffff",
        "iam-rest": "#d5daea",
        "iam-frame": "#666c85",
    },
)

_ANSI_VARIABLES = {
    "iam-dim": "ansi_default",
    "iam-bar": "ansi_default",
    "iam-cursor": "ansi_default",
    "iam-cursor-text": "ansi_default",
    "iam-rest": "ansi_default",
    "iam-frame": "ansi_default",
}


def _ansi(name: str, *, dark: bool) -> Theme:
    return Theme(
        name=name,
        ansi=True,
        primary="ansi_blue",
        secondary="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        accent="ansi_cyan",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=dark,
        variables={
            **_INPUT,
            **_ANSI_VARIABLES,
            "ansi-background": "ansi_black" if dark else "ansi_white",
            "ansi-foreground": "ansi_white" if dark else "ansi_black",
            "border-blurred": "ansi_default",
        },
    )


def variables_for(theme: Theme) -> dict[str, str]:
    """Return what stands in for our own variables in a theme of Textual's, which lacks them."""
    if theme.ansi:
        return _ANSI_VARIABLES
    made = theme.to_color_system().generate()
    text, ground = Color.parse(made["foreground"]), Color.parse(made["background"])
    cursor = Color.parse(made["primary"])

    def between(share: float) -> str:
        return ground.blend(text, share, alpha=1).hex6

    return {
        "iam-dim": between(0.82),
        "iam-bar": between(0.08),
        "iam-cursor": cursor.hex6,
        "iam-cursor-text": cursor.get_contrast_text(1).hex6,
        "iam-rest": between(0.2),
        "iam-frame": between(0.65),
    }


ANSI_DARK = _ansi("iam-ansi", dark=True)
ANSI_LIGHT = _ansi("iam-ansi-light", dark=False)
OWN = (DARK, LIGHT, ANSI_DARK, ANSI_LIGHT)

SHORT_NAMES = {
    "dark": DARK.name,
    "light": LIGHT.name,
    "ansi": ANSI_DARK.name,
    "ansi-light": ANSI_LIGHT.name,
}
"""What `--theme` and the environment may say instead of a theme's whole name."""
