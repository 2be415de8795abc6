"""What a workspace refuses, told apart so that a screen can ask back where that makes sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from iam_tui.errors import IamTuiError

if TYPE_CHECKING:
    from pathlib import Path

SaveHazard = Literal["exists", "changed", "comments"]
"""What saving would lose: another file, what somebody else wrote since, comments."""


class SaveRefused(IamTuiError):  # noqa: N818 - says what happened, as UnknownName does
    """Saving would lose something; saving again with `overwrite=True` does it all the same."""

    def __init__(self, path: Path, hazards: tuple[SaveHazard, ...]) -> None:
        """Name the file and what it would lose."""
        self.path = path
        self.hazards = hazards
        super().__init__("; ".join(_SENTENCES[hazard].format(path.name) for hazard in hazards))


_SENTENCES: dict[SaveHazard, str] = {
    "exists": "{} exists already and is not the file that is open",
    "changed": "{} has changed on disk since it was opened",
    "comments": (
        "saving writes {} anew: the comments at its head are kept, its other comments are lost"
    ),
}


class NothingChanged(IamTuiError):  # noqa: N818 - says what happened, as UnknownName does
    """An edit that AWS would accept and that changes nothing; it is not made."""

    def __init__(self, title: str) -> None:
        """Name the edit.

        Args:
            title: What the edit was to do: `add alice to Developers`.
        """
        super().__init__(f"nothing to do: {title} would change nothing")
