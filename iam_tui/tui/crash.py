"""What is said when a bug of ours ends the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.text import display_text

if TYPE_CHECKING:
    from iam_tui.tui.session import Session

CRASHED = 70
"""EX_SOFTWARE of sysexits.h: a bug of ours."""


def crash_report(error: Exception, session: Session) -> str:
    """Keep the traceback in a private file and return what to tell the user.

    Args:
        error: The bug.
        session: What was open.
    """
    from iam_tui.workspace.crash import keep_traceback, traceback_of

    first = f"iam-tui has a bug: {type(error).__name__}: {display_text(error, limit=200)}"
    text = traceback_of(error)
    try:
        kept = f"the traceback is in {keep_traceback(text)}; please send it with what you did"
    except OSError:
        kept = text
    return f"{first}\n{kept}\n{_what_became_of(session)}"


def _what_became_of(session: Session) -> str:
    """Say where the user's work is."""
    unsaved = session.unsaved
    file = "the account's file is as it was when you last saved"
    if not unsaved:
        return file
    edits = "1 unsaved edit" if unsaved == 1 else f"{unsaved} unsaved edits"
    problem = session.journal_problem
    if problem is not None:
        return f"{file}; {edits} could not be kept: {display_text(problem)}"
    return f"{file}, and the next start offers to recover {edits}"
