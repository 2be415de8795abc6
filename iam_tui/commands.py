"""The command table: every id, its title, its help and its keys, in the one place they are written.

Bindings, footer, `?`, the user's key map and the docs page are all made from it. It holds data
only: what a command does is said where the screen is, under the name that the id gives it
(`move.page-down` is `action_move_page_down`).

Keys are in the words people use (`esc`, `pagedown`, `ctrl+d`, `?`). Each one works in tmux over
SSH from a plain xterm; what cannot be told apart there (ctrl+i, ctrl+m, alt and letters) is
not used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from iam_tui.footers import FOOTERS

__all__ = [
    "BY_ID",
    "COMMANDS",
    "FOOTERS",
    "Command",
    "Group",
    "Where",
    "first_key",
    "key_in_fields",
    "keys_of",
    "show_keys",
]

Where = Literal[
    "anywhere",
    "panes",
    "lines",
    "lists",
    "documents",
    "permissions",
    "matrix",
    "become",
    "map",
    "reasons",
    "asking",
    "fields",
    "pickers",
    "command-line",
    "start",
    "program",
]
"""Where a command can be given.

`anywhere`: on the screen, in text fields too; `panes`: anywhere but in text fields; `lines`: in
lists, trees and documents; `lists`: in the lists of users, groups, roles and policies;
`documents`: in what is read, not chosen from; `permissions`: in the panel of effective
permissions; `reasons`: where it is said why; `asking`: on the screens that ask one question, in
their fields too unless it is a letter; `fields`: in the fields of a question; `pickers`: while a
few letters are typed to pick something; `command-line`: while a command is typed after `:`;
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
    Command("line.next", "Complete", "take what completes it", ("tab",), "command-line", "FIND"),
    Command("line.prev", "Back", "what was before", ("shift+tab",), "command-line", "FIND"),
    Command("line.older", "Older", "the line before", ("up", "ctrl+p"), "command-line", "FIND"),
    Command("line.newer", "Newer", "the line after", ("down", "ctrl+n"), "command-line", "FIND"),
    Command(
        "pick.complete", "Complete", "while naming a file: complete it", ("tab",), "pickers", "FIND"
    ),
    Command(
        "field.next", "Take", "take what is offered, or the next field", ("tab",), "fields", "FIND"
    ),
    Command("field.take", "Take", "take what is offered, at the end", ("right",), "fields", "FIND"),
    Command(
        "field.down", "Down", "the next that is offered, or asked", ("down",), "fields", "FIND"
    ),
    Command(
        "field.up", "Up", "the one before that is offered, or asked", ("up",), "fields", "FIND"
    ),
    Command("sort", "Sort", "choose the column to sort by", ("o",), "panes", "FIND"),
    Command("sort.reverse", "Reverse", "sort the other way round", ("O",), "panes", "FIND"),
    Command("mark", "Mark", "mark the item, or unmark it", ("space",), "lists", "FIND"),
    Command("mark.range", "Range", "mark from the last mark to here", ("v",), "lists", "FIND"),
    Command("mark.clear", "Unmark", "mark nothing", ("V",), "lists", "FIND"),
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
    Command("mode.map", "Map", "a map of what is around it", ("m",), "panes", "GO"),
    Command("map.left", "Left", "along a line to the left", ("left", "h"), "map", "MOVE"),
    Command("map.right", "Right", "along a line to the right", ("right", "l"), "map", "MOVE"),
    Command("map.nodes", "Find", "find a node by its name", ("n",), "map", "FIND"),
    Command("map.more", "More", "one step further around", (">",), "map", "ACT"),
    Command("map.less", "Less", "one step less", ("<",), "map", "ACT"),
    Command("map.text", "Text", "the same in sentences, or drawn", ("t",), "map", "ACT"),
    Command("map.centre", "Centre", "draw it around this node", ("c",), "map", "ACT"),
    Command("mode.compare", "Compare", "compare two identities", ("=",), "panes", "GO"),
    Command("mode.matrix", "Matrix", "who has what kind of access where", ("T",), "panes", "GO"),
    Command("mode.become", "Become", "look at the account as one of it", ("B",), "panes", "GO"),
    Command("mode.grep", "Grep", "statements that name or match it", ("*",), "panes", "GO"),
    Command("mode.check", "Check", "the account's assertions", ("C",), "panes", "GO"),
    Command("mode.as-policy", "As policy", "what it can do as one policy", ("P",), "panes", "GO"),
    Command("column.next", "Next", "the next service", ("right", "l"), "matrix", "MOVE"),
    Command("column.prev", "Left", "the service before", ("left", "h"), "matrix", "MOVE"),
    Command("column.page-next", "Right", "services further right", ("]",), "matrix", "MOVE"),
    Command("column.page-prev", "Left", "services further left", ("[",), "matrix", "MOVE"),
    Command("column.pick", "Service", "go to a service by its name", ("c",), "matrix", "FIND"),
    Command("column.own", "Its own", "only what this row has, or all", ("f",), "matrix", "FIND"),
    Command("session", "Session", "tags and policies of the next step", ("e",), "become", "ACT"),
    Command("pane.enlarge", "Enlarge", "let the pane fill the screen", ("+",), "panes", "GO"),
    Command("pane.restore", "Restore", "put the panes back", ("_",), "panes", "GO"),
    Command("mode.simulate", "Simulate", "decide a request, step by step", ("s",), "panes", "GO"),
    Command("mode.who-can", "Who can", "everybody who can do something", ("w",), "panes", "GO"),
    Command("form.run", "Run", "ask what the fields say", ("enter",), "fields", "ACT"),
    Command("form.fix", "Fix", "take the nearest right name", ("f8",), "fields", "ACT"),
    Command("form.view", "Turn round", "who can; or simulate", ("ctrl+t",), "asking", "ACT"),
    Command("asking.file", "File", "decide a file of requests", ("b",), "asking", "ACT"),
    Command("assert", "Assert", "promise this answer", ("X",), "asking", "ACT", changes=True),
    Command("why", "Why", "the reason of the row; why, or why not", ("i",), "panes", "ACT"),
    Command(
        "fix",
        "Make it",
        "make the change that would allow it, or end it",
        ("F",),
        "reasons",
        "ACT",
        changes=True,
    ),
    Command(
        "show",
        "Show",
        "show the next kind of rows: all, granted, limited, ...",
        ("f",),
        "permissions",
        "ACT",
    ),
    Command("add", "Add", "add a member or attach a policy", ("A",), "panes", "ACT", changes=True),
    Command("delete", "Delete", "delete, or take away", ("d",), "panes", "ACT", changes=True),
    Command("undo", "Undo", "take the last edit back", ("u",), "panes", "ACT", changes=True),
    Command("redo", "Redo", "make it again", ("U",), "panes", "ACT", changes=True),
    Command("copy", "Copy", "copy the ARN or the row", ("y",), "panes", "ACT"),
    Command("copy.as", "Copy as", "copy its name, ARN, JSON or command", ("Y",), "panes", "ACT"),
    Command(
        "copy.command",
        "Copy command",
        "copy the command that prints this answer",
        ("ctrl+y",),
        "panes",
        "ACT",
    ),
    Command("save", "Save", "save as TOML", ("ctrl+s",), "anywhere", "PROGRAM", changes=True),
    Command("save-as", "Save as", "save to a new file", ("W",), "panes", "PROGRAM"),
    Command("refresh", "Refresh", "read the account again", ("ctrl+r",), "anywhere", "PROGRAM"),
    Command("open-file", "Open a file", "open a file by its name", ("/",), "start", "PROGRAM"),
    Command("command", "Command", "type a command or a name", (":",), "panes", "PROGRAM"),
    Command("palette", "Palette", "look for a command", ("ctrl+p", "f2"), "panes", "PROGRAM"),
    Command(
        "forget", "Forget", "forget the account; discard unsaved edits", ("d",), "start", "PROGRAM"
    ),
    Command("help", "Help", "the keys of this place", ("?", "f1"), "panes", "PROGRAM"),
    Command("suspend", "Suspend", "to the shell; fg comes back", ("ctrl+z",), "program", "PROGRAM"),
    Command("leave", "Quit", "quit from the first place", ("q",), "panes", "PROGRAM"),
    Command("quit", "Quit", "quit from anywhere", ("ctrl+q",), "program", "PROGRAM"),
    Command("interrupt", "Quit", "twice: quit", ("ctrl+c",), "program", "PROGRAM"),
    _later("pane.5", "Findings", "findings", "5"),
    _later("pane.changes", "Changes", "a list of the changes", "8"),
    _later("edit", "Edit", "editing of documents", "e"),
    _later("edit.external", "Editor", "editing of documents in $EDITOR", "E"),
    _later("new", "New", "making of new users, groups, roles and policies", "n"),
    _later("rename", "Rename", "renaming", "r"),
    _later("mode.audit", "Audit", "an audit", "a"),
    _later("mode.changes", "Changes", "a screen of the changes", "D"),
    _later("mode.learn", "Learn", "lessons", "L"),
    _later("paths", "Paths", "escalation paths", "p"),
)
"""In the order in which `?` shows them inside their group."""

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}
"""Id -> command, with the keys that it has in this run of the program."""

_TYPED = frozenset({"space", "comma"})
"""Keys of longer names that are text all the same."""


def show_keys(commands: Iterable[Command]) -> None:
    """Let everything that looks into `BY_ID` say these keys: the table's, or the user's own."""
    BY_ID.update({command.id: command for command in commands})


def keys_of(command_id: str) -> str:
    """Return the keys of a command as people read them: `j down`."""
    return " ".join(BY_ID[command_id].keys)


def first_key(command_id: str) -> str:
    """Return the key that footers and messages name; without one, how to ask for it by name."""
    keys = BY_ID[command_id].keys
    return _named(keys[0]) if keys else f":{command_id}"


def key_in_fields(command_id: str) -> str:
    """Return the key to name where letters are text; the first key when all of them are text."""
    keys = BY_ID[command_id].keys
    found = (key for key in keys if len(key) > 1 and key not in _TYPED)
    return _named(next(found, "")) or first_key(command_id)


def _named(key: str) -> str:
    """Return a key as it is printed on keyboards, where that matters: `F1` is no `f`."""
    return key.upper() if key[:1] == "f" and key[1:].isdigit() else key
