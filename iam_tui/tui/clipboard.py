"""The clipboard of this machine, for terminals that do not take text from programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

_PATIENCE = 2.0
"""Seconds after which a program that takes no text is given up."""


def native_program() -> tuple[str, ...] | None:
    """Return the program of this machine that puts its input on the clipboard, if any."""
    return next((command for command in _known() if shutil.which(command[0])), None)


def _known() -> Iterator[tuple[str, ...]]:
    if sys.platform == "darwin":
        yield ("pbcopy",)
    if os.environ.get("WAYLAND_DISPLAY"):
        yield ("wl-copy",)
    if os.environ.get("DISPLAY"):
        yield ("xclip", "-selection", "clipboard")
        yield ("xsel", "--clipboard", "--input")
    yield ("clip.exe",)  # Windows, from its Linux
    yield ("termux-clipboard-set",)


def copy_natively(text: str) -> str | None:
    """Put text on the clipboard of this machine; return a sentence when that is not possible."""
    command = native_program()
    if command is None:
        return "there is no program for the clipboard: pbcopy, wl-copy, xclip, xsel or clip.exe"
    try:
        # What stays in the background to serve the text must not keep our terminal or our pipes.
        done = subprocess.run(  # noqa: S603 - one of those above, without a shell
            command,
            input=text.encode(errors="replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]} does not take the text: {error}"
    return None if done.returncode == 0 else f"{command[0]} ended with {done.returncode}"
