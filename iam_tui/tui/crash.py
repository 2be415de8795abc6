"""What is said and kept when a bug of ours ends the program."""

from __future__ import annotations

import datetime as dt
import os
import traceback
from pathlib import Path

import platformdirs

from iam_tui.text import display_text

CRASHED = 70
"""EX_SOFTWARE of sysexits.h: a bug of ours."""


def crash_report(error: Exception) -> str:
    """Keep the traceback in a private file and return what to tell the user.

    The traceback holds no values of variables: they could be an account's content.
    """
    first = f"iam-tui has a bug: {type(error).__name__}: {display_text(error, limit=200)}"
    text = "".join(traceback.format_exception(error))
    try:
        kept = f"the traceback is in {_keep(text)}; please send it with what you did"
    except OSError:
        kept = text
    return f"{first}\n{kept}\nthe account's file is as it was when you last saved"


def _keep(text: str) -> Path:
    folder = Path(platformdirs.user_log_dir("iam-tui", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(tz=dt.UTC)
    path = folder / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path
