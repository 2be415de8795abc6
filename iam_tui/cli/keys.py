"""`iam-tui keys`: the keys of the screen, with the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam_tui.commands import Command

EXAMPLES = ("iam-tui keys", "iam-tui keys --markdown > keys.md")


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui keys",
        "List the keys of the screen, each with the id that [keys] in the settings names.",
        examples=EXAMPLES,
    )
    made.add_argument(
        "--markdown",
        action="store_true",
        help="print the page of the docs, without the keys of your settings",
    )
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb."""
    arguments = parser().parse(argv)
    if arguments.markdown:
        from iam_tui.commands_page import markdown

        output.write(markdown())
        return Status.DONE
    from iam_tui.workspace.keymap import with_keys
    from iam_tui.workspace.settings import read_settings

    settings = read_settings()
    for problem in settings.problems:
        output.say(problem)
    _table([command for command in with_keys(settings.keys) if not command.is_later])
    return Status.DONE


def _table(commands: Sequence[Command]) -> None:
    """Print one line a command under the heading of its group, cut to a terminal's width."""
    from iam_tui.commands_page import by_group

    keys = {command.id: " ".join(command.keys) or "-" for command in commands}
    first = max(map(len, keys.values())) + 2
    second = max(map(len, keys)) + 2
    width = output.width()
    limit = None if width is None else max(width - first - second - 2, 1)
    for place, (group, members) in enumerate(by_group(commands)):
        if place:
            output.line()
        output.line(group)
        for command in members:
            left = f"  {display_text(keys[command.id]):<{first}}{command.id:<{second}}"
            output.line(f"{left}{display_text(command.help, limit=limit)}")
