"""The start screen: samples to open, a file to open, and what was wrong with the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line, Span
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.screens.pickers import AskScreen
from iam_tui.tui.widgets.bars import Crumbs, Footer, Status
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from iam_tui.tui.terminal import Terminal
    from iam_tui.tui.widgets.line_view import LineView


FILE = "/"
"""Stands for a file to be named, where others stand for a sample."""


class StartScreen(Screen[None]):
    """Where one begins without an account, and where a file that does not open is explained."""

    AUTO_FOCUS = "#start-view"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("panes", ids=("copy", "leave", "help")),
        *bindings("start"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-fits")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (15, "-fits-too")]

    @dataclass
    class Asked(Message):
        """Somebody wants this opened."""

        source: str

    def __init__(self, terminal: Terminal, samples: Sequence[tuple[str, str]], error: str) -> None:
        """Offer the samples.

        Args:
            terminal: How to draw.
            samples: Names and what each is about.
            error: Why the last one did not open; empty when nothing was tried.
        """
        super().__init__(id="start")
        self._samples, self._error = samples, error
        self._chosen = ""
        self._ascii_only = terminal.ascii_only
        self.view = TextView(jump=terminal.jump, id="start-view")
        self.pane = Pane(self.view, number="", ascii_only=terminal.ascii_only, id="start-pane")
        self.pane.titled("Open an account")
        self.crumbs, self.status = Crumbs(id="crumbs"), Status(id="status")

    def compose(self) -> ComposeResult:
        """One pane."""
        yield self.crumbs
        yield self.pane
        yield self.status
        yield Footer(id="footer", place="start", greyed=() if self._error else ("copy",))
        yield Static(" iam-tui needs at least 60x15", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Fill the pane."""
        self.crumbs.trail(("iam-tui",), "")
        self._fill()

    def _fill(self) -> None:
        lines = [*self._problem(), *self._offers(), *self._files()]
        key = self._chosen or next((line.key for line in lines if line.key), "")
        self.view.show(lines, next((i for i, line in enumerate(lines) if line.key == key), 0))

    def _problem(self) -> Iterator[Line]:
        if self._error:
            yield Line((Span("This account could not be opened:", "strong"),))
            for row in self._error.splitlines():
                yield Line((Span(f"  {row}", "bad"),), indent=2)
            yield Line()

    def _offers(self) -> Iterator[Line]:
        yield Line((Span("SAMPLES", "strong"), Span("  bundled accounts to explore", "dim")))
        for name, about in self._samples:
            yield Line((Span(f"  {name:<12}", "name"), Span(about)), key=name, indent=14)
        yield Line()

    @staticmethod
    def _files() -> Iterator[Line]:
        yield Line((Span("FILES", "strong"), Span("  an account file or an export", "dim")))
        yield Line((Span("  open a file ...", "name"),), key=FILE)
        how = "aws iam get-account-authorization-details > export.json"
        yield Line((Span(f"  {how}", "dim"),), copy=how, indent=4)

    def told(self, samples: Sequence[tuple[str, str]]) -> None:
        """Show the samples once they have been read."""
        self._samples = samples
        self._fill()

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Remember what the cursor was put on, for when the samples come."""
        current = self.view.current
        if event.by_hand and current is not None:
            self._chosen = current.key

    def on_line_view_opened(self) -> None:
        """Open what the cursor is on."""
        current = self.view.current
        if current is None or not current.key:
            self.status.tell("move to a sample or to a file")
        elif current.key == FILE:
            self.action_open_file()
        else:
            self.ask_for(current.key)

    def say(self, text: str) -> None:
        """Tell in the status line what happened."""
        self.status.tell(text)

    def ask_for(self, source: str) -> None:
        """Ask for a sample or a file to be opened."""
        self.status.tell(f"opening {source} ...")
        self.post_message(self.Asked(source))

    def action_open_file(self) -> None:
        """Ask for a file's name."""

        def answered(name: str | None) -> None:
            if name:
                self.ask_for(name)

        text = "An account file (TOML), or what aws iam get-account-authorization-details wrote."
        self.app.push_screen(
            AskScreen("Open a file", "", text=text, ascii_only=self._ascii_only), answered
        )

    def action_copy(self) -> None:
        """Copy the message, whole."""
        if self._error:
            self.app.copy_to_clipboard(self._error)
            self.status.tell("copied the message")

    def action_help(self) -> None:
        """The keys of this place."""
        greyed = () if self._error else ("copy",)
        self.app.push_screen(
            HelpScreen("start", greyed, "there is no message", ascii_only=self._ascii_only)
        )

    def action_leave(self) -> None:
        """End the program."""
        self.app.exit()
