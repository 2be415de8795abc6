"""The command table as a page of the docs and as text: one generator for every list of keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iam_tui.command_words import WORDS
from iam_tui.commands import COMMANDS, Command

HEADINGS = {
    "MOVE": "Moving in lists, trees and documents",
    "FIND": "Finding and sorting",
    "GO": "Going from place to place",
    "ACT": "Looking closer and editing",
    "PROGRAM": "The program",
    "LATER": "Keys that are kept for later versions",
}
"""Group of commands -> what the page calls it; a group that is not here goes by its own name."""

PLACES = {
    "anywhere": "anywhere, in text fields too",
    "panes": "anywhere but in text fields",
    "lines": "lists, trees, documents",
    "lists": "lists of users, groups, roles, policies",
    "documents": "documents",
    "permissions": "effective permissions, comparisons",
    "matrix": "access matrix",
    "become": "roles to become",
    "map": "map",
    "reasons": "why and why not",
    "asking": "where one question is asked",
    "fields": "in the fields of a question",
    "pickers": "while picking something",
    "command-line": "while a command is typed",
    "start": "start screen",
    "program": "anywhere",
}
"""Where a command can be given -> the same in words."""

_HEAD = """\
# Keys

Made by `iam-tui keys --markdown` from the table that the program itself uses; `iam-tui keys` shows
them with your own settings. The ids are what [`[keys]` in the settings](config.md) names.
"""

_AFTER_COLON = """\
## Typed after `:`

Any beginning that no other word has will do; words are quoted as in a shell. Every id above can be
typed too. An ARN, also of a role's session, an access key id or a unique id (`AIDA...`, `AROA...`)
alone goes to its owner; AWS's AccessDenied message alone is explained.
"""


def by_group(commands: Sequence[Command]) -> Iterator[tuple[str, list[Command]]]:
    """Yield the groups of commands in the order of their first one."""
    groups: dict[str, list[Command]] = {}
    for command in commands:
        groups.setdefault(command.group, []).append(command)
    yield from groups.items()


def markdown(commands: Sequence[Command] = COMMANDS) -> str:
    """Return the docs page of the keys."""
    return "\n".join((_HEAD, *_tables(commands), *_words()))


def _words() -> Iterator[str]:
    yield _AFTER_COLON
    yield "| typed | what it does |"
    yield "|---|---|"
    for word in WORDS:
        usage = " ".join((word.name, *(name.upper() for name in word.takes)))
        yield f"| `:{usage}` | {_cell(word.help)} |"
    yield ""


def _tables(commands: Sequence[Command]) -> Iterator[str]:
    for group, members in by_group(commands):
        yield f"## {HEADINGS.get(group, group.capitalize())}\n"
        yield "| keys | id | where | what it does |"
        yield "|---|---|---|---|"
        for command in members:
            keys = " ".join(_code(key) for key in command.keys) or "none"
            where = PLACES.get(command.where, command.where)
            yield f"| {keys} | `{command.id}` | {where} | {_cell(command.help)} |"
        yield ""


def _code(key: str) -> str:
    """Return a key as code; a backtick needs two around it, a bar ends a cell."""
    return f"`` {key} ``" if "`" in key else f"`{_cell(key)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
