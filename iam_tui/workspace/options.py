"""What the command line says about how the screen is to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TuiOptions:
    """The flags of `iam-tui [ACCOUNT]`; where one is not given, what the settings say."""

    account: str | None = None
    """A path or a sample's name; None: the start screen."""
    with_files: tuple[str, ...] = ()
    """Files that add what an export cannot hold."""
    credential_report: str | None = None
    """AWS's credential report, which adds passwords, MFA and access keys."""
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
    scroll: Literal["line", "jump"] | None = None
    """How lists scroll; None: as the terminal suggests."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Id of a command -> the keys that it has instead of its own; `keymap.with_keys` takes it."""
    notices: tuple[str, ...] = ()
    """What is wrong with the settings, one sentence each, to be said when the screen is there."""
