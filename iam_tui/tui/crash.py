"""What is said when a bug of ours ends the program."""

from __future__ import annotations

from iam_tui.text import display_text

CRASHED = 70
"""EX_SOFTWARE of sysexits.h: a bug of ours."""


def crash_report(error: Exception) -> str:
    """Keep the traceback in a private file and return what to tell the user."""
    from iam_tui.workspace.crash import keep_traceback, traceback_of

    first = f"iam-tui has a bug: {type(error).__name__}: {display_text(error, limit=200)}"
    text = traceback_of(error)
    try:
        kept = f"the traceback is in {keep_traceback(text)}; please send it with what you did"
    except OSError:
        kept = text
    return f"{first}\n{kept}\nthe account's file is as it was when you last saved"
