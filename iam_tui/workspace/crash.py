"""Keeping the traceback of a bug of ours where its finder can send it from."""

from __future__ import annotations

import datetime as dt
import os
import traceback
from pathlib import Path


def keep_traceback(text: str) -> Path:
    """Write a traceback to a new private file in the user's log folder and return its path.

    Raises:
        OSError: When it cannot be written.
    """
    import platformdirs

    folder = Path(platformdirs.user_log_dir("iam-tui", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(tz=dt.UTC)
    path = folder / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path


def traceback_of(error: BaseException) -> str:
    """Return an error's traceback; without the values of variables, which could be an account's."""
    return "".join(traceback.format_exception(error))
