"""Writing files whole or not at all: what stood there before is never lost."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from iam_tui.errors import AccountFileError

_NEW_FILE_MODE = 0o600
"""Account data is for its owner unless the owner says otherwise."""


def write_atomically(path: Path, text: str) -> None:
    """Replace a file by a new text in one step.

    The mode of an existing file is kept, a new one is readable by its owner alone; a symbolic
    link is followed. On failure nothing has changed and nothing is left behind.

    Raises:
        AccountFileError: When the text cannot be written, with the system's reason.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        shown = repr(text[error.start : error.end])
        problem = f"it cannot be written: {shown} is no character that a file can hold"
        raise AccountFileError(problem, file=str(path)) from None
    try:
        _replace(Path(os.path.realpath(path)), data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problem = f"it cannot be written: {reason}; what was there before is unchanged"
        raise AccountFileError(problem, file=str(path)) from error


def _replace(target: Path, data: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(None, "Is a directory")
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mode = _NEW_FILE_MODE
    descriptor, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".tmp"
    )
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_directory(target.parent)


def _sync_directory(folder: Path) -> None:
    """Make the new name survive a power cut, where the file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
