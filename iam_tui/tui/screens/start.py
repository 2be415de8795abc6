"""The start screen: samples to open, a file to open, and what was wrong with the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line, Span
from iam_tui.tui.screens.dialogs import AskScreen, wrapped
from iam_tui.tui.widgets.bars import Bar, Crumbs
from iam_tui.tui.widgets.line_view import LineView, TextView
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from iam_tui.tui.terminal import Terminal


class StartScreen(Screen[None]):
    """Where one begins without an account, and where a file that does not open is explained."""

    AUTO_FOCUS = "#start-view"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("panes", "program", ids=("copy", "leave")),
        Binding("/", "ask", show=False),
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
        self._ascii_only = terminal.ascii_only
        self.view = TextView(jump=terminal.jump, id="start-view")
        self.pane = Pane(self.view, number="", ascii_only=terminal.ascii_only, id="start-pane")
        self.pane.titled("Open an account")
        self.crumbs, self.status = Crumbs(id="crumbs"), Bar(id="status")

    def compose(self) -> ComposeResult:
        """One pane."""
        yield self.crumbs
        yield self.pane
        yield self.status
        yield Bar(id="start-keys")
        yield Static(" iam-tui needs at least 60x15", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Fill the pane."""
        self.crumbs.trail(("iam-tui",), "")
        keys = "enter Open  / Open a file  q Quit"
        self.query_one("#start-keys", Bar).say(
            f"{keys}  y Copy the message" if self._error else keys
        )
        self._fill()

    def on_resize(self) -> None:
        """Break the texts anew for another width."""
        self._fill()

    def _fill(self) -> None:
        width = max(self.size.width - 8, 20)
        lines: list[Line] = []
        if self._error:
            lines.append(Line((Span("This account could not be opened:", "strong"),)))
            lines += [Line((Span(f"  {row}", "bad"),)) for row in wrapped(self._error, width)]
            lines.append(Line())
        first = len(lines) + 1
        lines.append(
            Line((Span("SAMPLES", "strong"), Span("  bundled accounts to explore", "dim")))
        )
        for name, about in self._samples:
            rows = wrapped(about, width - 18)
            lines.append(
                Line((Span(f"  {name:<16}", "name"), Span(rows[0] if rows else "")), key=name)
            )
            lines += [Line((Span(f"{'':<18}{row}"),), key=name) for row in rows[1:]]
        lines.append(Line())
        lines.append(Line((Span("FILES", "strong"), Span("  an account file or an export", "dim"))))
        lines.append(Line((Span("  open a file ...", "name"),), key="/"))
        lines.append(
            Line((Span("  aws iam get-account-authorization-details > export.json", "dim"),))
        )
        self.view.show(lines, self.view.cursor or first)

    def told(self, samples: Sequence[tuple[str, str]]) -> None:
        """Show the samples once they have been read."""
        self._samples = samples
        self._fill()

    def on_line_view_opened(self, _event: LineView.Opened) -> None:
        """Open what the cursor is on."""
        current = self.view.current
        if current is None or not current.key:
            self.status.say("move to a sample or to a file")
        elif current.key == "/":
            self.action_ask()
        else:
            self.ask_for(current.key)

    def ask_for(self, source: str) -> None:
        """Ask for a sample or a file to be opened."""
        self.status.say(f"opening {source} ...")
        self.post_message(self.Asked(source))

    def action_ask(self) -> None:
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
            self.status.say("copied the message")

    def action_leave(self) -> None:
        """End the program."""
        self.app.exit()
