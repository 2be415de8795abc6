"""Accounts to measure with: made when asked for, kept in the temporary directory."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

SIZES = ("small", "medium", "quota")
COUNTS = {"small": (30, 8, 40), "medium": (500, 50, 500), "quota": (5000, 300, 5000)}
"""Users, groups and roles."""

_MAKER = Path(__file__).with_name("make_account.py")


@cache
def folder() -> Path:
    """Return a folder of the user's own in the temporary directory."""
    made = Path(tempfile.gettempdir()) / f"iam-tui-benchmarks-{os.getuid()}"
    made.mkdir(mode=0o700, exist_ok=True)
    if made.is_symlink() or made.stat().st_uid != os.getuid():
        raise PermissionError(f"{made} is somebody else's")
    return made


@cache
def path(size: str, form: str = "json") -> Path:
    """Return the file of an account of a size, `json` or `toml`."""
    version = hashlib.sha256(_MAKER.read_bytes()).hexdigest()[:12]
    found = folder() / f"{size}-{version}.{form}"
    if not found.exists():
        half = found.with_suffix(f".{os.getpid()}")
        subprocess.run(
            [sys.executable, str(_MAKER), "--size", size, "--format", form, str(half)], check=True
        )
        half.replace(found)
    return found


@cache
def export(size: str) -> dict[str, Any]:
    """Return the export of an account as plain JSON values."""
    found: dict[str, Any] = json.loads(path(size).read_text())
    return found


def many_users(count: int = 5000) -> Path:
    """Return an account file with that many users and hardly anything else."""
    found = folder() / f"users-{count}.toml"
    names = "\n".join(f'[[users]]\nname = "user-{number:04}"' for number in range(count))
    found.write_text(f'format = 1\n[account]\nid = "111122223333"\n{names}\n')
    return found
