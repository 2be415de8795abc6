"""From a command line to an exit status: which verb runs, and what its errors come to."""

from __future__ import annotations

import contextlib
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from iam_tui.cli import output
from iam_tui.cli.status import Status
from iam_tui.errors import AccountFileError, EditError, IamTuiError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iam_tui.workspace.options import TuiOptions

    Launch = Callable[[TuiOptions], int]

VERBS = {
    "simulate": "decide a request, or a file of requests, and say why",
    "principal-can": "list everything that a user, group or role can do",
    "who-can": "list everybody who can do an action, and how they come by it",
    "why": "say why a request is denied or allowed, and what would change that",
    "check": "check the account file's own assertions",
    "become": "assume roles step by step, and show what each step can do and become",
    "compare": "show how two identities differ in what they can do",
    "grep": "list the statements that name an action, a resource, or hold a word",
    "graph": "show what an identity is linked with, in sentences or drawn",
    "matrix": "show who has which access levels in which services",
    "convert": "write an account in another form",
    "samples": "list the bundled accounts, print one, or make one up",
    "keys": "list the keys of the screen",
    "config": "show the settings, or look for mistakes in them",
    "completion": "print what bash, zsh or fish needs to complete command lines",
}
"""Name of a verb -> what it does; its module has the name with underscores."""


class _Verb(Protocol):
    """A module with a verb."""

    def run(self, argv: Sequence[str]) -> int:
        """Run the verb and return the exit status."""


def main(argv: Sequence[str], *, launch: Launch) -> int:
    """Run a command line.

    Args:
        argv: The arguments, without the program's name.
        launch: Opens the screen and returns the exit status; verbs know no screen.

    Returns:
        The exit status.
    """
    output.prepare()
    try:
        status = _run(argv, launch)
        output.flush()
    except BrokenPipeError:
        output.abandon()
        return Status.BROKEN_PIPE
    except KeyboardInterrupt:
        return _ended(Status.INTERRUPTED)
    except IamTuiError as error:
        output.say(error)
        return _ended(_status_of(error))
    except OSError as error:
        output.say(f"the output cannot be written: {error.strerror or error}")
        output.abandon()
        return Status.BAD_FILE
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug of ours
        _report(error)
        return _ended(Status.BUG)
    return status


def _run(argv: Sequence[str], launch: Launch) -> int:
    try:
        if argv and argv[0] in VERBS:
            verb = cast("_Verb", import_module(f"iam_tui.cli.{argv[0].replace('-', '_')}"))
            return verb.run(argv[1:])
        from iam_tui.cli import screen

        return screen.run(argv, launch)
    except SystemExit as ended:  # argparse, after --help
        return ended.code if isinstance(ended.code, int) else Status.DONE


def _status_of(error: IamTuiError) -> Status:
    """Map an error to the exit status; an edit that AWS would refuse is a fault of its file."""
    return Status.BAD_FILE if isinstance(error, AccountFileError | EditError) else Status.USAGE


def _ended(status: Status) -> Status:
    """Hand over what was written before the end, if anybody still reads."""
    with contextlib.suppress(OSError, ValueError):
        output.flush()
        return status
    output.abandon()
    return status


def _report(error: Exception) -> None:
    """Say that there is a bug and where its traceback is, whatever part of us it is in."""
    try:
        from iam_tui.workspace.crash import keep_traceback, traceback_of

        kept = f"the traceback is in {keep_traceback(traceback_of(error))}"
    except Exception as second:  # noqa: BLE001 - the bug may be in what is needed here
        kept = f"its traceback cannot be kept ({second})"
    named = f"{type(error).__name__}: {str(error)[:200]}"
    output.say(f"this is a bug: {named}; {kept}; please report it with what you did")
