"""An edit that breaks one of the account's assertions is not made without a question."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from iam_tui.account.edits import PutAssertion
from iam_tui.analysis import broken_by, promise_in_words
from iam_tui.commands import first_key
from iam_tui.errors import EditError
from iam_tui.tui.choices import Choice
from iam_tui.tui.screens.dialogs import ChooseScreen, MessageScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis import AssertionResult
    from iam_tui.tui.screens.explore import ExploreScreen

PATIENCE = 0.3
"""Seconds that a key waits for the answer; an edit is made before a later one, which is told."""


class Keeping:
    """Asks of every edit whether the assertions hold after it."""

    def __init__(self, screen: ExploreScreen) -> None:
        """Take the screen that tells and asks."""
        self._screen = screen
        self._number = 0

    def ask(self, edit: Edit, make: Callable[[], None]) -> None:
        """Make an edit, unless it breaks an assertion and that is not wanted.

        Args:
            edit: The edit.
            make: Makes it, or says why it cannot be made.
        """
        before = self._screen.session.account
        try:
            after = edit.apply(before)
        except EditError:
            make()  # which says it
            return
        if not after.assertions:
            make()
            return
        self._number += 1
        number, screen = self._number, self._screen
        looking = _Looking(before, after, lambda: number != self._number or not screen.is_running)
        looking.start()
        looking.join(PATIENCE)
        if looking.is_alive():
            make()
            self._wait_for(looking, self._screen.session.account)
        elif looking.broken:
            self._question(edit, looking.broken, make)
        else:
            make()

    def _question(
        self, edit: Edit, broken: Sequence[AssertionResult], make: Callable[[], None]
    ) -> None:
        choices = [
            Choice("do not make it", "nothing is changed", answer=False),
            Choice("make it all the same", f"{first_key('undo')} takes it back", answer=True),
        ]
        is_own = isinstance(edit, PutAssertion) and len(broken) == 1
        title = "This assertion does not hold" if is_own else f"Breaks {_count(broken)}"
        told = broken[0].reason if is_own else f"{edit.title}. {_said(broken)}"

        def answered(answer: bool | None) -> None:
            if answer:
                make()
            else:
                self._screen.say(f"not made: {edit.title}")

        self._screen.app.push_screen(
            ChooseScreen(title, choices, text=told, ascii_only=self._screen.ascii_only), answered
        )

    def _wait_for(self, looking: _Looking, after: Account) -> None:
        def wait() -> None:
            looking.join()
            self._screen.call_later(self._tell, after, looking.broken)

        self._screen.run_worker(wait, thread=True, exclusive=True, group="assertions")

    def _tell(self, after: Account, broken: Sequence[AssertionResult]) -> None:
        """Say what an edit has broken that was made meanwhile, unless it was undone.

        In a frame, as the status line goes on to tell how far the edit reaches.
        """
        if broken and self._screen.session.account is after:
            text = (
                "The last edit was made before this was known; "
                f"{first_key('undo')} takes it back.\n{_said(broken)}"
            )
            self._screen.app.push_screen(
                MessageScreen(f"Breaks {_count(broken)}", text, ascii_only=self._screen.ascii_only)
            )


class _Looking(Thread):
    """Looks for broken assertions; a thread of its own, as the key waits for it a little."""

    def __init__(self, before: Account, after: Account, should_stop: Callable[[], bool]) -> None:
        super().__init__(daemon=True)
        self._before, self._after, self._should_stop = before, after, should_stop
        self.broken: tuple[AssertionResult, ...] = ()

    def run(self) -> None:
        self.broken = broken_by(self._before, self._after, should_stop=self._should_stop)


def _count(broken: Sequence[AssertionResult]) -> str:
    return "1 assertion" if len(broken) == 1 else f"{len(broken)} assertions"


def _said(broken: Sequence[AssertionResult]) -> str:
    """Return the first promise with what it is good for, and what is against it."""
    first, *rest = broken
    why = f" ({first.assertion.why})" if first.assertion.why else ""
    more = f" And {len(rest)} more: {first_key('mode.check')} shows all." if rest else ""
    return f"{promise_in_words(first.assertion)}{why}: {first.reason}.{more}"
