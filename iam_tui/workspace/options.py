"""What the command line says about how the screen is to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TuiOptions:
    """The flags of `iam-tui [ACCOUNT]`."""

    account: str | None = None
    """A path or a sample's name; None: the start screen."""
    with_files: tuple[str, ...] = ()
    """Files that add what an export cannot hold."""
    edits_file: str | None = None
    """Edits as JSON Lines that are made right after opening."""
    read_only: bool = False
    theme: str | None = None
    ascii: bool = False
    """Draw with ASCII characters alone."""
    mouse: bool = True
    fresh: bool = False
    """Do not restore where the last session ended."""
    clipboard: Literal["osc52", "native", "off"] = "osc52"
