"""The words of the `:` line: what can be typed there, as data for the screen and for the docs.

Every command of the table can be typed there by its id too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Argument = Literal[
    "user",
    "group",
    "role",
    "policy",
    "principal",
    "action",
    "resource",
    "service",
    "file",
    "theme",
    "word",
]
"""What stands after a word, and is completed."""


@dataclass(frozen=True, slots=True)
class Word:
    """What can be typed after `:`; any beginning of it that no other has will do."""

    name: str
    help: str
    takes: tuple[Argument, ...] = ()
    """What may follow, in this order; a screen's own flags too."""
    runs: str = ""
    """The command of the table that it is: without arguments, or with `mode.` whatever follows."""


WORDS: tuple[Word, ...] = (
    Word("user", "go to a user; an ARN or an id alone will do", ("user",), "pane.1"),
    Word("group", "go to a group", ("group",), "pane.2"),
    Word("role", "go to a role", ("role",), "pane.3"),
    Word("policy", "go to a managed policy", ("policy",), "pane.4"),
    Word("users", "the users", (), "pane.1"),
    Word("groups", "the groups", (), "pane.2"),
    Word("roles", "the roles", (), "pane.3"),
    Word("policies", "the policies", (), "pane.4"),
    Word("permissions", "the effective permissions", (), "pane.perms"),
    Word("grep", "statements that name or match something", ("action",)),
    Word("who-can", "everybody who can do something", ("action", "resource")),
    Word("simulate", "decide one request", ("principal", "action", "resource")),
    Word(
        "why",
        "why a request is decided so; a pasted AccessDenied message alone will do",
        ("principal", "action", "resource"),
        "pane.why",
    ),
    Word("compare", "compare what two can do", ("principal", "principal")),
    Word("matrix", "who has what kind of access where", ("service",)),
    Word("become", "look at the account as one of it", ("principal",)),
    Word("as-policy", "what it can do as one policy", ("principal",)),
    Word("map", "what it is linked with", ("principal",)),
    Word("check", "the account's assertions"),
    Word("w", "save; :w FILE under another name", ("file",), "save"),
    Word("wq", "save and quit"),
    Word("q", "quit; asks when there are unsaved edits", (), "quit"),
    Word("q!", "quit and drop the unsaved edits"),
    Word("undo", "take the last edit back", (), "undo"),
    Word("redo", "make it again", (), "redo"),
    Word("open", "open another account", ("file",)),
    Word("theme", "other colours", ("theme",)),
    Word("help", "the keys of this place; :help WORD looks for one", ("word",), "help"),
)
"""In the order in which the `:` line offers them."""
