"""The command table: every id, its title, its help and its keys, in the one place they are written.

Bindings, footer, `?`, the user's key map and the docs page are all made from it. It holds data
only: what a command does is said where the screen is, under the name that the id gives it
(`move.page-down` is `action_move_page_down`).

Keys are in the words people use (`esc`, `pagedown`, `ctrl+d`, `?`). Each one works in tmux over
SSH from a plain xterm; what cannot be told apart there (ctrl+i, ctrl+m, alt and letters) is
not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal[
    "anywhere", "panes", "lines", "documents", "permissions", "pickers", "start", "program"
]
"""Where a command can be given.

`anywhere`: on the screen, in text fields too; `panes`: anywhere but in text fields; `lines`:
in lists, trees and documents; `documents`: in what is read, not chosen from; `permissions`: in
the panel of effective permissions; `pickers`: while a few letters are typed to pick something;
`start`: on the start screen; `program`: whatever is on the screen.
"""

Group = Literal["MOVE", "FIND", "GO", "ACT", "PROGRAM", "LATER"]
"""The headings under which `?` lists commands."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be asked of the program."""

    id: str
    """Stable: scripts and the user's key map name it."""
    title: str
    """One or two words, for the footer."""
    help: str
    """What it does, for `?` and the docs; no full stop."""
    keys: tuple[str, ...]
    where: Where
    group: Group
    changes: bool = False
    """Whether it changes the account: not to be had in read-only mode."""
    is_later: bool = False
    """Whether its key is kept for it, but this version does not have it yet."""

    @property
    def action(self) -> str:
        """The name of what a screen or widget does for it."""
        return self.id.replace(".", "_").replace("-", "_")


def _later(command_id: str, title: str, what: str, *keys: str) -> Command:
    """Return a command that this version lacks; `what` is what it will bring."""
    return Command(command_id, title, what, keys, "panes", "LATER", is_later=True)


COMMANDS: tuple[Command, ...] = (
    Command("move.down", "Down", "one row down", ("j", "down"), "lines", "MOVE"),
    Command("move.up", "Up", "one row up", ("k", "up"), "lines", "MOVE"),
    Command("move.page-down", "Page down", "a page down", ("pagedown",), "lines", "MOVE"),
    Command("move.page-up", "Page up", "a page up", ("pageup",), "lines", "MOVE"),
    Command("move.half-down", "Half down", "half a page down", ("ctrl+d",), "lines", "MOVE"),
    Command("move.half-up", "Half up", "half a page up", ("ctrl+u",), "lines", "MOVE"),
    Command("move.top", "First", "the first row", ("g", "home"), "lines", "MOVE"),
    Command("move.bottom", "Last", "the last row", ("G", "end"), "lines", "MOVE"),
    Command("open", "Open", "open what the cursor is on", ("enter", "l", "right"), "lines", "MOVE"),
    Command(
        "back",
        "Back",
        "back one place; leave a field; close a dialog",
        ("esc", "h", "left", "backspace"),
        "panes",
        "MOVE",
    ),
    Command("expand", "Unfold", "unfold or fold", ("space", "right"), "permissions", "MOVE"),
    Command("fold", "Fold", "fold what is unfolded", ("left",), "permissions", "MOVE"),
    Command("filter", "Filter", "narrow the list; search a document", ("/",), "panes", "FIND"),
    Command("find.next", "Next", "the next match", ("n",), "documents", "FIND"),
    Command("find.prev", "Previous", "the match before", ("N",), "documents", "FIND"),
    Command("pick.down", "Down", "while picking: one down", ("down", "ctrl+n"), "pickers", "FIND"),
    Command("pick.up", "Up", "while picking: one up", ("up", "ctrl+p"), "pickers", "FIND"),
    Command("pick.page-down", "Down", "while picking: ten down", ("pagedown",), "pickers", "FIND"),
    Command("pick.page-up", "Up", "while picking: ten up", ("pageup",), "pickers", "FIND"),
    Command("sort", "Sort", "sort by the next column", ("o",), "panes", "FIND"),
    Command("sort.reverse", "Reverse", "sort the other way round", ("O",), "panes", "FIND"),
    Command("pane.1", "Users", "users", ("1",), "panes", "GO"),
    Command("pane.2", "Groups", "groups", ("2",), "panes", "GO"),
    Command("pane.3", "Roles", "roles", ("3",), "panes", "GO"),
    Command("pane.4", "Policies", "policies", ("4",), "panes", "GO"),
    Command("pane.detail", "Detail", "detail", ("0",), "panes", "GO"),
    Command("pane.perms", "Perms", "effective permissions", ("6",), "panes", "GO"),
    Command("pane.why", "Why", "why a permission is as it is", ("7",), "panes", "GO"),
    Command("pane.next", "Next pane", "the next pane", ("tab",), "anywhere", "GO"),
    Command("pane.prev", "Previous pane", "the pane before", ("shift+tab",), "anywhere", "GO"),
    Command("tab.next", "Next tab", "the next tab of the detail", ("]",), "panes", "GO"),
    Command("tab.prev", "Previous tab", "the tab before", ("[",), "panes", "GO"),
    Command("history.prev", "Place before", "the place before", ("ctrl+o",), "anywhere", "GO"),
    Command("history.next", "Place after", "the place after", ("ctrl+n",), "anywhere", "GO"),
    Command("last-place", "Last place", "swap with the last place", ("-",), "panes", "GO"),
    Command("pane.enlarge", "Enlarge", "let the pane fill the screen", ("+",), "panes", "GO"),
    Command("pane.restore", "Restore", "put the panes back", ("_",), "panes", "GO"),
    Command("why", "Why", "the reason of the row", ("i",), "panes", "ACT"),
    Command(
        "show",
        "Show",
        "show all, granted, limited, blocked, changed",
        ("f",),
        "permissions",
        "ACT",
    ),
    Command("add", "Add", "add a member or attach a policy", ("A",), "panes", "ACT", changes=True),
    Command("delete", "Delete", "delete, or take away", ("d",), "panes", "ACT", changes=True),
    Command("undo", "Undo", "take the last edit back", ("u",), "panes", "ACT", changes=True),
    Command("redo", "Redo", "make it again", ("U",), "panes", "ACT", changes=True),
    Command("copy", "Copy", "copy the ARN or the row", ("y",), "panes", "ACT"),
    Command("save", "Save", "save as TOML", ("ctrl+s",), "anywhere", "PROGRAM", changes=True),
    Command("save-as", "Save as", "save to a new file", ("W",), "panes", "PROGRAM"),
    Command("open-file", "Open a file", "open a file by its name", ("/",), "start", "PROGRAM"),
    Command("help", "Help", "the keys of this place", ("?", "f1"), "panes", "PROGRAM"),
    Command("suspend", "Suspend", "to the shell; fg comes back", ("ctrl+z",), "program", "PROGRAM"),
    Command("leave", "Quit", "quit from the first place", ("q",), "panes", "PROGRAM"),
    Command("quit", "Quit", "quit from anywhere", ("ctrl+q",), "program", "PROGRAM"),
    Command("interrupt", "Quit", "twice: quit", ("ctrl+c",), "program", "PROGRAM"),
    _later("pane.5", "Findings", "findings", "5"),
    _later("pane.changes", "Changes", "a list of the changes", "8"),
    _later("command", "Command", "a command line", ":"),
    _later("copy.command", "Copy command", "copying of the command that prints this", "ctrl+y"),
    _later("palette", "Palette", "a palette of commands", "ctrl+p", "f2"),
    _later("edit", "Edit", "editing of documents", "e"),
    _later("edit.external", "Editor", "editing of documents in $EDITOR", "E"),
    _later("new", "New", "making of new users, groups, roles and policies", "n"),
    _later("rename", "Rename", "renaming", "r"),
    _later("mode.map", "Map", "a map", "m"),
    _later("mode.audit", "Audit", "an audit", "a"),
    _later("mode.simulate", "Simulate", "simulating of one request", "s"),
    _later("mode.who-can", "Who can", "the question who can", "w"),
    _later("mode.compare", "Compare", "a comparison of two principals", "="),
    _later("mode.matrix", "Matrix", "a table of principals by services", "T"),
    _later("mode.become", "Become", "a look at the account as a principal", "B"),
    _later("mode.check", "Check", "the account's assertions", "C"),
    _later("mode.changes", "Changes", "a screen of the changes", "D"),
    _later("mode.learn", "Learn", "lessons", "L"),
    _later("paths", "Paths", "escalation paths", "p"),
)
"""In the order in which `?` shows them inside their group."""

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}

FOOTERS: dict[str, tuple[str, ...]] = {
    "list": (
        "open",
        "filter",
        "add",
        "delete",
        "undo",
        "pane.perms",
        "save",
        "sort",
        "copy",
        "pane.why",
        "pane.detail",
    ),
    "detail": (
        "open",
        "tab.next",
        "back",
        "add",
        "delete",
        "undo",
        "save",
        "pane.perms",
        "copy",
        "filter",
        "pane.enlarge",
    ),
    "permissions": (
        "open",
        "expand",
        "show",
        "filter",
        "pane.why",
        "back",
        "undo",
        "save",
        "copy",
        "pane.enlarge",
    ),
    "start": ("open", "open-file", "leave", "copy"),
    "why": ("open", "back", "copy", "pane.perms", "filter", "undo", "save", "pane.enlarge"),
}
"""Per kind of pane the commands that its footer offers, the most needed first. `?` is always
there as well."""


def keys_of(command_id: str) -> str:
    """Return the keys of a command as people read them: `j down`."""
    return " ".join(BY_ID[command_id].keys)


def first_key(command_id: str) -> str:
    """Return the key that footers and messages name."""
    return BY_ID[command_id].keys[0]
