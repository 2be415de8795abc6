"""What every screen has beside its own: the `:` line, the palette, copying in other forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from iam_tui.errors import IamTuiError
from iam_tui.tui.screens.dialogs import ChooseScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import App

    from iam_tui.tui.app import IamTuiApp
    from iam_tui.tui.choices import Choice


class Commanding:
    """A screen on which commands can be typed and looked for."""

    if TYPE_CHECKING:
        app: App[object]

    @property
    def program(self) -> IamTuiApp:
        """The program: no other app shows these screens."""
        return cast("IamTuiApp", self.app)

    def action_command(self) -> None:
        """Type a command."""
        self.program.commands.ask()

    def action_palette(self) -> None:
        """Look for a command."""
        self.program.commands.palette()

    def copy_text(self, text: str, what: str = "") -> None:
        """Copy a text and say so; `what` is what it is called, empty: itself."""
        self.program.copying.copy(text, what)

    def copy_command(self, command: Callable[[], str]) -> None:
        """Copy the command of a view, or say why there is none."""
        try:
            line = command()
        except IamTuiError as error:
            self.program.commands.say(str(error))
        else:
            self.copy_text(line, line)

    def choose_form(self, forms: Iterable[Choice[str]]) -> None:
        """Let one of several forms be chosen, and copy it."""
        choices = list(forms)
        by_text = {one.answer: one.label.strip() for one in choices}

        def answered(text: str | None) -> None:
            if text:
                self.copy_text(text, f"the {by_text[text]}" if "\n" in text else "")

        ascii_only = self.program.terminal.ascii_only
        self.app.push_screen(ChooseScreen("Copy as", choices, ascii_only=ascii_only), answered)
