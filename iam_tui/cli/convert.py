"""`iam-tui convert`: an account in another form."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import ACCOUNT_HELP, Parser, open_account
from iam_tui.cli.status import Status
from iam_tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = (
    "iam-tui convert startup startup.json",
    "iam-tui convert startup.json copy.toml",
)


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui convert",
        "Write an account as TOML or as the JSON of aws iam get-account-authorization-details, "
        "and say what that form cannot hold.",
        examples=EXAMPLES,
    )
    made.add_argument("account", metavar="SRC", help=ACCOUNT_HELP)
    made.add_argument("target", metavar="DST", help="a new file whose name ends in .toml or .json")
    made.add_argument("--force", action="store_true", help="replace DST when it exists")
    made.add_additions()
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb.

    Raises:
        UsageError: When the target exists, or its name tells no form.
    """
    arguments = parser().parse(argv)
    target: str = arguments.target
    if os.path.lexists(target) and not arguments.force:
        raise UsageError(f"{target} exists; --force replaces it")
    from iam_tui.formats.conversion import form_of, write

    form_of(target)
    for sentence in write(open_account(arguments), target):
        output.say(sentence)
    return Status.DONE
