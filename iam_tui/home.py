"""Names of files as people type them, with `~` for a home folder."""

from __future__ import annotations

import os
from pathlib import Path


def expanded(text: str) -> Path:
    """Return the file that a text names; `~nobody` stays as it is, where there is no such user.

    Args:
        text: A path, perhaps beginning with `~` or `~user`.
    """
    return Path(os.path.expanduser(text))  # noqa: PTH111 - `Path.expanduser` raises RuntimeError
