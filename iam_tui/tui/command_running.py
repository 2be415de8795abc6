"""Doing what was typed after `:` or chosen in the palette."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from iam_tui.commands import BY_ID
from iam_tui.commands_page import PLACES
from iam_tui.errors import IamTuiError
from iam_tui.formats import find
from iam_tui.home import expanded
from iam_tui.tui.bindings import action_of
from iam_tui.tui.choices import Choice
from iam_tui.tui.command_line import (
    DENIED,
    Known,
    LineError,
    entity_named,
    line_for,
    word_of,
    words_of,
)
from iam_tui.tui.jumping import jump, land
from iam_tui.tui.modes import MODES
from iam_tui.tui.reasons import ids_at, nodes_of
from iam_tui.tui.screens.dialogs import ChooseScreen
from iam_tui.tui.screens.explore import ExploreScreen
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.screens.start import StartScreen
from iam_tui.tui.themes import SHORT_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.dom import DOMNode

    from iam_tui.command_words import Word
    from iam_tui.tui.app import IamTuiApp

KINDS = frozenset({"user", "group", "role", "policy"})
WITHOUT_ACCOUNT = frozenset({"open", "q", "q!", "wq", "theme", "help"})
NO_ACCOUNT = "no account is open; :open FILE opens one"


class Commands:
    """Asks for commands and runs them, whatever is on the screen."""

    def __init__(self, app: IamTuiApp) -> None:
        """Take the program."""
        self._app = app
        self._history: list[str] = []
        self._theme_before = app.theme

    @property
    def _explorer(self) -> ExploreScreen | None:
        """The explorer when an account is open in it."""
        found = next((s for s in self._app.screen_stack if isinstance(s, ExploreScreen)), None)
        return found if found is not None and found.session.workspace is not None else None

    def say(self, text: str, right: str = "") -> None:
        """Say something in the status line of whatever is on the screen."""
        for screen in reversed(self._app.screen_stack):
            if isinstance(screen, ExploreScreen | ModeScreen):
                screen.say(text, right)
                return
            if isinstance(screen, StartScreen):
                screen.say(text)
                return

    def ask(self, text: str = "") -> None:
        """Ask for a line, and do what it says."""
        from iam_tui.tui.screens.command_line import CommandLineScreen

        explorer = self._explorer
        known = Known(explorer.session.account if explorer else None, theme_names(self._app))
        self._theme_before = self._app.theme
        self._app.push_screen(
            CommandLineScreen(known, self._history, preview=self._preview, text=text),
            self._answered,
        )

    async def _answered(self, line: str | None) -> None:
        if line is not None:
            await self.run_line(line)

    def _preview(self, line: str) -> None:
        """Show a theme while its name is typed; the former one again when it is not."""
        words = line.split()
        is_theme = len(words) == 2 and "theme".startswith(words[0]) and len(words[0]) > 1
        if not (is_theme and self._take_theme(words[1])) and self._app.theme != self._theme_before:
            self._take_theme(self._theme_before)

    def palette(self) -> None:
        """Offer every command, and run the one that is chosen."""
        from iam_tui.tui.palette import palette_choices
        from iam_tui.tui.screens.palette import PaletteScreen

        choices = palette_choices(self._app.screen)
        self._app.push_screen(PaletteScreen(choices, ascii_only=self._ascii_only), self._chosen)

    async def _chosen(self, command_id: str | None) -> None:
        if command_id is None:
            return
        if command_id in BY_ID:
            await self.run_command(command_id)
        else:
            self.ask(f"{command_id.removeprefix(':')} ")

    @property
    def _ascii_only(self) -> bool:
        return self._app.terminal.ascii_only

    async def run_line(self, line: str) -> None:
        """Do what a line says; what is wrong with it is said in the status line."""
        try:
            await self._run(line.strip())
        except IamTuiError as error:
            self.say(str(error))

    async def _run(self, line: str) -> None:
        explorer = self._explorer
        if not line:
            return
        if DENIED in line:
            self._why_denied(line)
            return
        first, *rest = words_of(line)
        if not rest and explorer is not None and jump(explorer, first):
            return
        word = self._word(first)
        if word.name in WITHOUT_ACCOUNT:
            await self._run_program(word, rest)
        elif explorer is None:
            raise LineError(NO_ACCOUNT)
        elif word.name in KINDS and rest:
            _refuse_more(word, rest, 1)
            land(explorer, entity_named(explorer.session.account, word.name, rest[0]))
        elif word.name in MODES and (rest or not word.runs):
            self._app.open_mode(word.name, rest)
        elif word.name == "w" and rest:
            _refuse_more(word, rest, 1)
            explorer.editing.save_to(expanded(rest[0]))
        elif word.runs:
            _refuse_more(word, rest, 0)
            await self.run_command(word.runs)
        else:
            await self.run_command(f"mode.{word.name}")

    def _word(self, text: str) -> Word:
        try:
            return word_of(text)
        except LineError:
            explorer = self._explorer
            line = line_for(explorer.session.account, text) if explorer is not None else ""
            if line:
                raise LineError(f"no command {text!r}; did you mean :{line}?") from None
            raise

    def _why_denied(self, message: str) -> None:
        if self._explorer is None:
            raise LineError(NO_ACCOUNT)
        if "why" not in MODES:
            raise LineError("iam-tui why ACCOUNT --message TEXT reads AccessDenied messages")
        self._app.open_mode("why", ("--message", message))

    async def _run_program(self, word: Word, rest: Sequence[str]) -> None:
        app, explorer = self._app, self._explorer
        if word.name == "help":
            self._help(" ".join(rest))
            return
        _refuse_more(word, rest, 1 if word.name in {"open", "theme"} else 0)
        if word.name == "theme":
            self._theme(rest)
        elif word.name == "open":
            if not rest:
                raise LineError(":open FILE: a TOML account, an export, or a sample's name")
            home = rest[0].startswith("~")
            await self._open(str(expanded(rest[0])) if home else rest[0])
        elif word.name == "q":
            await app.action_quit()
        elif word.name == "wq" and explorer is not None and explorer.session.unsaved:
            explorer.editing.save_and_quit()
        elif word.name == "q!" and explorer is not None and explorer.session.unsaved:
            explorer.editing.drop_and_quit()
        else:
            app.exit()

    def _theme(self, rest: Sequence[str]) -> None:
        names = theme_names(self._app)
        if not rest:
            raise LineError(f"the theme is {self._app.theme}; :theme and a blank list the others")
        if not self._take_theme(rest[0]):
            from iam_tui.errors import nearest

            close = nearest(rest[0], names)
            hint = f"; did you mean {' or '.join(close)}?" if close else ""
            raise LineError(f"no theme {rest[0]!r}{hint}")
        self.say(f"theme {rest[0]}")

    def _take_theme(self, name: str) -> bool:
        """Take a theme; tell whether there is one of that name."""
        app = self._app
        whole = SHORT_NAMES.get(name, name)
        if whole not in app.available_themes:
            return False
        if not os.environ.get("NO_COLOR"):
            app.ansi_color = None  # as the theme says
        if app.theme != whole:
            app.theme = whole
        return True

    async def _open(self, source: str) -> None:
        """Open another account; edits that are not saved stay in their journal.

        Raises:
            AccountFileError: When there is none of that name; the open one stays.
            UsageError: For a live account.
        """
        find(source)
        explorer = self._explorer
        if explorer is None or not explorer.session.unsaved:
            await self._app.open_account(source)
            return
        problem = explorer.session.journal_problem
        choices = [Choice("stay", "go on working", answer=False)]
        if problem is None:
            keep = "the next start with this account offers to recover them"
            choices.append(Choice("open it, keep the edits for later", keep, answer=True))
        text = "There are edits that are not saved."

        async def answered(answer: bool | None) -> None:
            if answer:
                await self._app.open_account(source)

        self._app.push_screen(
            ChooseScreen("Open?", choices, text=text, ascii_only=self._ascii_only), answered
        )

    def _help(self, word: str) -> None:
        screen = self._app.screen
        if isinstance(screen, ExploreScreen | ModeScreen | StartScreen):
            screen.action_help()
            shown = self._app.screen
            if word and isinstance(shown, HelpScreen):
                shown.seek(word)

    async def run_command(self, command_id: str) -> None:
        """Run a command of the table where it can be given, else say where that is."""
        command = BY_ID.get(command_id)
        if command is None:
            self.say(f"this version has no {command_id.removeprefix('mode.')}")
            return
        if command.is_later:
            self.say(f"this version does not have {command.help} yet")
            return
        node = place_of(self._app, command_id)
        explorer = self._explorer
        if node is None and explorer is not None and command_id.startswith("pane."):
            while self._app.screen is not explorer:
                self._app.pop_screen()
            node = explorer
        if node is None:
            self.say(f"{command_id}: not here; {PLACES.get(command.where, command.where)}")
            return
        await self._app.run_action(action_of(command), node)


def place_of(app: IamTuiApp, command_id: str) -> DOMNode | None:
    """Return what has a command, from what has the focus outwards; None: it is not to be had."""
    nodes = nodes_of(app.screen)
    return next((node for node in nodes if command_id in ids_at(type(node))), None)


def theme_names(app: IamTuiApp) -> tuple[str, ...]:
    """Return the names of themes, ours first."""
    return (*SHORT_NAMES, *sorted(app.available_themes))


def _refuse_more(word: Word, rest: Sequence[str], most: int) -> None:
    if len(rest) > most:
        raise LineError(f":{word.name} takes {'nothing' if not most else 'one name'} after it")
