"""The start screen: unsaved work, recent accounts, samples, files, and what did not open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from iam_tui.errors import IamTuiError
from iam_tui.tui.bindings import bindings
from iam_tui.tui.choices import Choice
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.screens.commanding import Commanding
from iam_tui.tui.screens.dialogs import ChooseScreen, MessageScreen
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.session import Offers
from iam_tui.tui.widgets.bars import Crumbs, Footer, Status
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from iam_tui.tui.terminal import Terminal
    from iam_tui.tui.widgets.line_view import LineView
    from iam_tui.workspace import Recovery
    from iam_tui.workspace.state import AccountState


FILE = "file:"
"""The key of the line for a file to be named."""
MOST_RECENT = 9
"""How many recent accounts are listed."""
_NAME = 20


class StartScreen(Commanding, Screen[None]):
    """Where one begins without an account, and where a file that does not open is explained."""

    AUTO_FOCUS = "#start-view"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("panes", ids=("copy", "leave", "help", "command", "palette")),
        *bindings("start"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-fits")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (15, "-fits-too")]

    @dataclass
    class Asked(Message):
        """Somebody wants this opened."""

        source: str | Path

    def __init__(self, terminal: Terminal, error: str) -> None:
        """Offer to name a file; the rest follows when it has been read.

        Args:
            terminal: How to draw.
            error: Why the last one did not open; empty when nothing was tried.
        """
        super().__init__(id="start")
        self._offers, self._error = Offers(), error
        self._sources: dict[str, str | Path] = {}
        """Key of a line -> what it opens."""
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
        yield Footer(id="footer", place="start", greyed=self._greyed())
        yield Static(" iam-tui needs at least 60x15", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Fill the pane."""
        self.crumbs.trail(("iam-tui",), "")
        self._fill()

    def _fill(self) -> None:
        offers = self._offers
        lines = [
            *self._problem(),
            *self._left(offers.left),
            *self._recent(offers.recent),
            *self._samples(offers.samples),
            *self._files(),
        ]
        key = self._chosen or next((line.key for line in lines if line.key), "")
        self.view.show(lines, next((i for i, line in enumerate(lines) if line.key == key), 0))
        self.query_one(Footer).offer("start", self._greyed())

    def _problem(self) -> Iterator[Line]:
        if self._error:
            yield Line((Span("This account could not be opened:", "strong"),))
            for row in self._error.splitlines():
                yield Line((Span(f"  {row}", "bad"),), indent=2)
            yield Line()

    def _left(self, left: Sequence[Recovery]) -> Iterator[Line]:
        from iam_tui.tui.remembering import ago

        if left:
            what = "  edits that were not saved when a program ended"
            yield Line((Span("UNSAVED WORK", "strong"), Span(what, "dim")))
        for one in left:
            key = f"left:{one.path}"
            self._sources[key] = one.source.path or one.source.name
            count = f"{one.count} {'edit' if one.count == 1 else 'edits'}, {ago(one.written)}"
            where = str(one.source.path or "sample")
            spans = (Span(f"  {fit(one.source.name, _NAME)}", "name"), Span(f"  {count}  "))
            yield Line((*spans, Span(where, "dim")), key=key, copy=where, indent=4)
        if left:
            yield Line()

    def _recent(self, recent: Sequence[tuple[AccountState, bool]]) -> Iterator[Line]:
        from iam_tui.tui.remembering import ago

        if recent:
            yield Line((Span("RECENT", "strong"), Span("  accounts, the last one first", "dim")))
        for one, is_there in recent[:MOST_RECENT]:
            key = f"recent:{one.source}"
            self._sources[key] = one.reference
            where = "sample" if one.kind == "sample" else one.source
            name = Span(f"  {fit(one.name, _NAME)}", "name" if is_there else "dim")
            when = Span(f"  {fit(ago(one.opened), 10)}  ")
            gone = () if is_there else (Span("missing: ", "warn"),)
            spans = (name, when, *gone, Span(where, "dim"))
            yield Line(spans, key=key, copy=where, indent=4)
        if recent:
            yield Line()

    def _samples(self, samples: Sequence[tuple[str, str]]) -> Iterator[Line]:
        yield Line((Span("SAMPLES", "strong"), Span("  bundled accounts to explore", "dim")))
        for name, about in samples:
            key = f"sample:{name}"
            self._sources[key] = name
            yield Line((Span(f"  {name:<12}", "name"), Span(about)), key=key, indent=14)
        yield Line()

    @staticmethod
    def _files() -> Iterator[Line]:
        yield Line((Span("FILES", "strong"), Span("  an account file or an export", "dim")))
        yield Line((Span("  open a file ...", "name"),), key=FILE)
        how = "aws iam get-account-authorization-details > export.json"
        yield Line((Span(f"  {how}", "dim"),), copy=how, indent=4)

    def told(self, offers: Offers, notices: Sequence[str] = ()) -> None:
        """Show what there is to offer once it has been read.

        Args:
            offers: Accounts, samples, unsaved work.
            notices: What has to be said at the start, a sentence each.
        """
        self._offers = offers
        self._fill()
        notices = (*notices, *offers.notices)
        if len(notices) == 1:
            self.status.tell(notices[0], keep=True)
        elif notices:
            self.status.tell(f"{len(notices)} notices", keep=True)
            self.app.push_screen(
                MessageScreen("Notices", "\n".join(notices), ascii_only=self._ascii_only)
            )

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Remember what the cursor was put on, for when the samples come."""
        current = self.view.current
        if event.by_hand and current is not None:
            self._chosen = current.key
            self.query_one(Footer).offer("start", self._greyed())

    def on_line_view_opened(self) -> None:
        """Open what the cursor is on."""
        current = self.view.current
        if current is None or not current.key:
            self.status.tell("move to an account, a sample or to a file")
        elif current.key == FILE:
            self.action_open_file()
        else:
            self.ask_for(self._sources[current.key])

    def say(self, text: str) -> None:
        """Tell in the status line what happened."""
        self.status.tell(text)

    def ask_for(self, source: str | Path) -> None:
        """Ask for a sample or a file to be opened."""
        self.status.tell(f"opening {source} ...")
        self.post_message(self.Asked(source))

    def action_open_file(self) -> None:
        """Ask for a file's name."""
        from iam_tui.tui.screens.opening import OpenFileScreen

        def answered(name: str | None) -> None:
            if name:
                self.ask_for(name)

        self.app.push_screen(OpenFileScreen(ascii_only=self._ascii_only), answered)

    def action_forget(self) -> None:
        """Forget a recent account; of unsaved work, ask whether to discard it."""
        current = self.view.current
        key = current.key if current is not None else ""
        for state, _ in self._offers.recent:
            if key == f"recent:{state.source}":
                self._forget(state)
                return
        for recovery in self._offers.left:
            if key == f"left:{recovery.path}":
                self._ask_whether_to_discard(recovery)
                return
        self.status.tell("only recent accounts and unsaved work can be forgotten")

    def _forget(self, state: AccountState) -> None:
        from iam_tui.workspace.state import update_state

        problem = update_state(lambda known: known.without(state))
        recent = tuple(one for one in self._offers.recent if one[0] != state)
        self._offers = replace(self._offers, recent=recent)
        self._chosen = ""
        self._fill()
        self.status.tell(problem or f"forgot {state.name}; its file is as it was")

    def _ask_whether_to_discard(self, recovery: Recovery) -> None:
        edits = "1 edit" if recovery.count == 1 else f"{recovery.count} edits"
        choices = [
            Choice("keep", "offered when the account is opened", answer=False),
            Choice("discard", "not offered again; kept for 30 days", answer=True),
        ]

        def answered(answer: bool | None) -> None:
            if answer:
                self._discard(recovery)

        text = f"{edits} of {recovery.source.name} not saved."
        self.app.push_screen(
            ChooseScreen("Discard?", choices, text=text, ascii_only=self._ascii_only), answered
        )

    def _discard(self, recovery: Recovery) -> None:
        try:
            recovery.discard()
        except IamTuiError as error:
            self.status.tell(str(error))
            return
        left = tuple(one for one in self._offers.left if one is not recovery)
        self._offers = replace(self._offers, left=left)
        self._chosen = ""
        self._fill()
        self.status.tell("discarded; the journal is kept for 30 days")

    def action_copy(self) -> None:
        """Copy the message, whole."""
        if self._error:
            self.copy_text(self._error, "the message")

    def action_help(self) -> None:
        """The keys of this place."""
        reason = "not for this line" if self._error else "there is no message, or not for this line"
        self.app.push_screen(
            HelpScreen("start", self._greyed(), reason, ascii_only=self._ascii_only)
        )

    def _greyed(self) -> tuple[str, ...]:
        """Return the commands that cannot be given now."""
        current = self.view.current
        can_forget = current is not None and current.key.startswith(("recent:", "left:"))
        return (*(() if self._error else ("copy",)), *(() if can_forget else ("forget",)))

    def action_leave(self) -> None:
        """End the program."""
        self.app.exit()
