"""Every exception of ours, as a tree.

    IamTuiError
    ├── AccountFileError     a file that cannot be read or understood (exit status 3)
    ├── UnknownName          a principal, policy or sample that is not there (exit status 2)
    ├── UsageError           a request that cannot be asked as it was put (exit status 2)
    └── EditError            a change that AWS would refuse, with AWS's error code

The message is one sentence that names the thing, the cause and, where there is one, the
nearest right value. `cli` maps the classes to exit statuses; nothing here knows of terminals.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class IamTuiError(Exception):
    """The root of everything that iam-tui raises on purpose."""


class AccountFileError(IamTuiError):
    """A file that cannot be read, or whose content is no account."""

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        line: int | None = None,
        key: str | None = None,
    ) -> None:
        """Keep the place apart from the words, so that screens can show them their own way.

        Args:
            problem: What is wrong, what was expected and the nearest right value.
            file: The file as the user named it; `-` for standard input.
            line: The line in it, counted from 1.
            key: The place inside it, as `users[2].groups[0]` or `$.RoleDetailList[7].RoleName`.
        """
        self.problem = problem
        self.file = file
        self.line = line
        self.key = key
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ""
        if self.file is not None:
            place = self.file if self.line is None else f"{self.file}:{self.line}"
        elif self.line is not None:
            place = f"line {self.line}"
        return ": ".join(part for part in (place, self.key, self.problem) if part)

    def in_file(self, file: str) -> AccountFileError:
        """Return the same error with the file named, for callers that know it."""
        return type(self)(self.problem, file=self.file or file, line=self.line, key=self.key)


class UnknownName(IamTuiError):  # noqa: N818 - says what it is, as KeyError's cousins do
    """A principal, policy, group or sample that the account does not have."""

    def __init__(self, name: str, kind: str, nearest: Iterable[str] = ()) -> None:
        """Name what was asked for and the nearest ones that exist.

        Args:
            name: What was asked for.
            kind: What it should have been: `principal`, `policy`, `group`, `sample`.
            nearest: The closest existing names, best first.
        """
        self.name = name
        self.kind = kind
        self.nearest = tuple(nearest)
        hint = f"; did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        super().__init__(f"no {kind} {name!r} in this account{hint}")


class UsageError(IamTuiError):
    """A request that cannot be asked as it was put."""


class EditError(IamTuiError):
    """A change that AWS would refuse."""

    def __init__(self, code: str, message: str) -> None:
        """Keep AWS's error code apart from the sentence.

        Args:
            code: As AWS's API gives it: `EntityAlreadyExists`, `LimitExceeded`, `DeleteConflict`.
            message: One plain sentence.
        """
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Return the known names closest to a mistyped one, best first, ignoring case."""
    by_folded = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower(), list(by_folded), n=most, cutoff=0.6)
    return tuple(by_folded[folded] for folded in found)
