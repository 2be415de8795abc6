"""Where the program keeps what is its user's: settings, state, journals.

`XDG_CONFIG_HOME` and `XDG_STATE_HOME` are respected, `IAM_TUI_CONFIG` names another file of
settings. Nothing is made here; whoever writes makes what is missing.
"""

from __future__ import annotations

import os
from pathlib import Path

from iam_tui.home import expanded

_NAME = "iam-tui"


def config_path() -> Path:
    """Return the file of settings, whether or not it exists."""
    named = os.environ.get("IAM_TUI_CONFIG")
    if named:
        return expanded(named)
    import platformdirs

    return Path(platformdirs.user_config_dir(_NAME, appauthor=False)) / "config.toml"


def state_path() -> Path:
    """Return the file that remembers recent accounts and where one was in them."""
    return _state_folder() / "state.toml"


def recovery_folder() -> Path:
    """Return the folder of the journals."""
    return _state_folder() / "recovery"


def make_private(folder: Path) -> None:
    """Make a folder for its owner alone, and those above it that are missing.

    Raises:
        OSError: When that is not possible.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _state_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir(_NAME, appauthor=False))
