"""The one place that writes: data to standard output, talk to standard error.

Nothing is coloured. On a terminal, lines are fitted to its width; in a pipe they are whole. Text
that comes from an account goes through `display_text` before it comes here; JSON is written in
ASCII, where no character can do harm.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys

from iam_tui.text import display_text

_MOST_SAID = 4000
_whole = False


def prepare() -> None:
    """Let text that the terminal's encoding lacks be written as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Write data as it is."""
    sys.stdout.write(text)


def line(text: str = "") -> None:
    """Write one line of data."""
    sys.stdout.write(f"{text}\n")


def json_line(value: object) -> None:
    """Write a value as JSON on one line."""
    line(json_text(value))


def json_document(value: object) -> None:
    """Write a value as a JSON document, two spaces deep."""
    line(json_text(value, indent=2))


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON in ASCII."""
    import json

    return json.dumps(value, indent=indent)


def say(message: object) -> None:
    """Say something to the person at the terminal, in one line."""
    with contextlib.suppress(OSError, ValueError):
        print(f"iam-tui: {display_text(message, limit=_MOST_SAID)}", file=sys.stderr)


def flush() -> None:
    """Hand over what was written."""
    sys.stdout.flush()


def abandon() -> None:
    """Forget what nobody reads any more, so that the end of the process stays quiet."""
    with contextlib.suppress(OSError, ValueError):
        output = sys.stdout.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)


def keep_lines_whole(*, asked: bool) -> None:
    """Write lines on a terminal as if it were none, or again as they fit."""
    global _whole  # noqa: PLW0603 - standard output is one for the process as well
    _whole = asked


def width() -> int | None:
    """Return how wide the terminal is, or None when lines are to be whole."""
    if _whole or not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size

    return max(get_terminal_size().columns, 20)
