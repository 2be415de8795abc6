"""The command table and what the screens make of it."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from pathlib import Path

import pytest
from textual.binding import Binding

from iam_tui import tui
from iam_tui.commands import BY_ID, COMMANDS, FOOTERS, Command, first_key, keys_of
from iam_tui.commands_page import markdown
from iam_tui.tui.bindings import action_of
from iam_tui.tui.screens.help import HelpScreen
from tests.tui.journey import journey

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"


def _widgets() -> tuple[type, ...]:
    """Return every class of the screen that binds commands."""
    found: dict[type, None] = {}
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        for one in vars(importlib.import_module(module.name)).values():
            is_ours = isinstance(one, type) and one.__module__.startswith(tui.__name__)
            if is_ours and "BINDINGS" in vars(one):
                found[one] = None
    return tuple(found)


WIDGETS = _widgets()
READERS = {
    "lists": ("panes", "anywhere", "lines", "lists", "program"),
    "documents": ("panes", "anywhere", "lines", "documents", "program"),
    "permissions": ("panes", "anywhere", "lines", "permissions", "program"),
    "matrix": ("panes", "anywhere", "lines", "matrix", "program"),
    "become": ("panes", "anywhere", "lines", "become", "program"),
    "map": ("panes", "anywhere", "lines", "map", "program"),
    "asking": ("panes", "anywhere", "lines", "documents", "asking", "program"),
    "fields": ("anywhere", "fields", "program"),
    "reasons": ("panes", "anywhere", "lines", "documents", "reasons", "program"),
    "command-line": ("command-line", "program"),
}
"""What has the focus -> where commands can be given then; the innermost wins."""
INNERMOST = {
    ("n", "new", "find.next"),
    ("right", "open", "expand"),
    ("left", "back", "fold"),
    ("right", "column.next", "open"),
    ("l", "column.next", "open"),
    ("left", "back", "column.prev"),
    ("h", "back", "column.prev"),
    ("]", "column.page-next", "tab.next"),
    ("[", "column.page-prev", "tab.prev"),
    ("e", "edit", "session"),
    ("left", "back", "map.left"),
    ("h", "back", "map.left"),
    ("right", "map.right", "open"),
    ("l", "map.right", "open"),
    ("n", "map.nodes", "new"),
    ("tab", "field.next", "pane.next"),
}
"""Keys that mean something else further inside, on purpose."""


def bindings_of(widget: type) -> list[Binding]:
    found: list[Binding] = []
    for base in widget.__mro__:
        if base.__module__.startswith("iam_tui."):
            found += [b for b in vars(base).get("BINDINGS", ()) if isinstance(b, Binding)]
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_is_bound_where_there_is_an_action_for_it(command: Command) -> None:
    method = f"action_{action_of(command).partition('(')[0]}"
    bound = [widget for widget in WIDGETS if command.id in {b.id for b in bindings_of(widget)}]
    assert bound
    assert any(callable(getattr(widget, method, None)) for widget in bound)


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.__name__)
def test_keys_come_from_the_table_alone(widget: type) -> None:
    for binding in bindings_of(widget):
        assert binding.id in BY_ID
        assert binding.action == action_of(BY_ID[binding.id])


@pytest.mark.parametrize("focus", READERS)
def test_no_key_means_two_things_at_one_place(focus: str) -> None:
    meanings = defaultdict(set)
    for command in COMMANDS:
        if command.where in READERS[focus]:
            for key in command.keys:
                meanings[key].add(command.id)
    clashes = {(key, *sorted(ids)) for key, ids in meanings.items() if len(ids) > 1} - {
        (key, *sorted(ids)) for key, *ids in INNERMOST
    }
    assert not clashes


def test_the_page_of_keys_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_and_key_is_in_the_docs(command: Command) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"`{command.id}`" in page
    for key in command.keys:
        assert f"`{key}`" in page


def test_footers_offer_commands_that_exist() -> None:
    for commands in FOOTERS.values():
        assert set(commands) <= set(BY_ID)


def test_keys_are_told_in_the_order_of_the_table() -> None:
    assert keys_of("open") == "enter l right"
    assert first_key("back") == "esc"


async def test_help_has_the_pane_first_and_greys_what_cannot_be_done_with_the_reason() -> None:
    async with journey() as walk:
        await walk.press("?")
        assert isinstance(walk.app.screen, HelpScreen)
        lines = [line.text for line in walk.app.screen._lines]
        places = [lines.index(title) for title in ("IN THIS PANE", "ON THIS SCREEN", "ANYWHERE")]
        assert places == sorted(places)
        told = "\n".join(lines)
        assert "(root can be in no group and have no policies)" in told
        assert "(nothing to undo)" in told
        assert "(this version does not have it yet)" in told
        assert ":who-can ACTION RESOURCE" in told


async def test_read_only_mode_is_the_reason_where_it_is() -> None:
    async with journey(read_only=True) as walk:
        await walk.press("j")
        await walk.burst(":", *"help take away", "enter")
        row = next(row for row in walk.rows if "┃>" in row)
        assert "delete, or take away  (not in read-only mode)" in row
