"""The command table and what the screens make of it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from textual.binding import Binding

from iam_tui.commands import BY_ID, COMMANDS, FOOTERS, Command, first_key, keys_of
from iam_tui.commands_page import markdown
from iam_tui.tui.app import IamTuiApp
from iam_tui.tui.bindings import action_of
from iam_tui.tui.screens.body import Body
from iam_tui.tui.screens.dialogs import MessageScreen
from iam_tui.tui.screens.explore import ExploreScreen
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.screens.map import MapScreen
from iam_tui.tui.screens.pickers import AskScreen, PickScreen
from iam_tui.tui.screens.start import StartScreen
from iam_tui.tui.screens.why import WhyScreen
from iam_tui.tui.widgets.entity_list import EntityList
from iam_tui.tui.widgets.map_view import MapView
from iam_tui.tui.widgets.permissions_view import PermissionsView
from iam_tui.tui.widgets.text_view import TextView

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"
WIDGETS = (
    IamTuiApp,
    ExploreScreen,
    Body,
    EntityList,
    TextView,
    PermissionsView,
    StartScreen,
    HelpScreen,
    MessageScreen,
    PickScreen,
    AskScreen,
    MapScreen,
    MapView,
    WhyScreen,
)
READERS = {
    "lists": ("panes", "anywhere", "lines", "lists", "program"),
    "documents": ("panes", "anywhere", "lines", "documents", "program"),
    "permissions": ("panes", "anywhere", "lines", "permissions", "program"),
    "matrix": ("panes", "anywhere", "lines", "matrix", "program"),
    "become": ("panes", "anywhere", "lines", "become", "program"),
    "map": ("panes", "anywhere", "lines", "map", "program"),
    "reasons": ("panes", "anywhere", "lines", "documents", "reasons", "program"),
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
