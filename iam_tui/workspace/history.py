"""The edits of one session: what was made, what was taken back, what the file already has.

An account is a value, so a step keeps the account before and after it and undo is the former
value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam_tui.account.account import Account
    from iam_tui.account.edits import Edit


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One edit that was made. Two steps are the same only when they are one object."""

    edit: Edit
    before: Account
    after: Account


class History:
    """The steps from the account as it was opened to the account as it is."""

    def __init__(self, account: Account) -> None:
        """Begin with an account that is as its file has it."""
        self._opened = account
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._saved: tuple[Step, ...] = ()

    @property
    def account(self) -> Account:
        """The account as the steps have made it."""
        return self._done[-1].after if self._done else self._opened

    @property
    def saved_account(self) -> Account:
        """The account as it was saved last, or opened."""
        return self._saved[-1].after if self._saved else self._opened

    @property
    def opened_account(self) -> Account:
        """The account before all steps."""
        return self._opened

    @property
    def saved_steps(self) -> tuple[Step, ...]:
        """The steps that the file has, oldest first."""
        return self._saved

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that lead to the account, oldest first."""
        return tuple(self._done)

    def push(self, edit: Edit, after: Account) -> Step:
        """Add a step; what was taken back before can then not be made again."""
        step = Step(edit, self.account, after)
        self._done.append(step)
        self._undone.clear()
        return step

    def undo(self) -> Step | None:
        """Take the last step back and return it; None when there is none."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    @property
    def undone(self) -> Edit | None:
        """The edit that `redo` would make."""
        return self._undone[-1].edit if self._undone else None

    def redo(self) -> Step | None:
        """Make the step again that was taken back last and return it; None when there is none."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def mark_saved(self) -> None:
        """Remember that the file has the account as it is now."""
        self._saved = tuple(self._done)

    @property
    def _shared(self) -> int:
        """How many steps the account and its file have in common."""
        shared = 0
        for done, saved in zip(self._done, self._saved, strict=False):
            if done is not saved:
                break
            shared += 1
        return shared

    @property
    def unsaved(self) -> tuple[Step, ...]:
        """The steps that the file lacks, oldest first."""
        return tuple(self._done[self._shared :])

    @property
    def reverted(self) -> tuple[Step, ...]:
        """The steps that the file has and that were taken back since, oldest first."""
        return self._saved[self._shared :]
