"""What the terminal is, and what follows: theme, colours, borders, how lists scroll."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam_tui.tui.themes import ANSI_DARK, DARK, SHORT_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIXTEEN = ("linux", "screen", "vt", "dumb", "ansi")
"""How the names of terminals begin that have 16 colours at most."""

NO_TERMINAL = (
    "iam-tui draws on the terminal, but standard {stream} is none; for scripts there are verbs: "
    "iam-tui principal-can ACCOUNT PRINCIPAL, iam-tui simulate --help"
)


@dataclass(frozen=True, slots=True)
class Terminal:
    """How to draw."""

    theme: str
    native_colours: bool
    """Only the terminal's own colours, none at all with NO_COLOR."""
    ascii_only: bool = False
    jump: bool = False
    """Scroll by a third of a page."""


def missing_terminal() -> str | None:
    """Return one sentence when there is no terminal to draw on. Textual draws on stderr."""
    for stream, name in ((sys.__stdin__, "input"), (sys.__stderr__, "error")):
        if stream is None or not stream.isatty():
            return NO_TERMINAL.format(stream=name)
    return None


def look_at(
    environment: Mapping[str, str] = os.environ,
    *,
    theme: str | None = None,
    ascii_only: bool = False,
    scroll: str | None = None,
) -> Terminal:
    """Return how to draw on this terminal.

    Args:
        environment: The variables of the process.
        theme: What the user asked for, `auto` or None to choose.
        ascii_only: Whether the user asked for borders without box drawing.
        scroll: `line` or `jump`; None: by a third of a page over SSH.
    """
    remote = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    jump = remote if scroll is None else scroll == "jump"
    if environment.get("NO_COLOR"):
        return Terminal(ANSI_DARK.name, native_colours=True, ascii_only=ascii_only, jump=jump)
    asked = theme or environment.get("IAM_TUI_THEME") or environment.get("TEXTUAL_THEME") or "auto"
    if asked == "auto":
        asked = _best(environment, remote=remote)
    name = SHORT_NAMES.get(asked, asked)
    is_native = "ansi" in name
    return Terminal(name, native_colours=is_native, ascii_only=ascii_only, jump=jump)


def _best(environment: Mapping[str, str], *, remote: bool) -> str:
    true_colour = environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}
    plain = environment.get("TERM", "").startswith(_SIXTEEN)
    return ANSI_DARK.name if remote or plain or not true_colour else DARK.name
