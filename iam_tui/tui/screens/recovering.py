"""What is asked when an account has been opened: notices, and edits that were left behind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, Literal

from iam_tui.account.arns import friendly_name
from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError
from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line, Span
from iam_tui.tui.reach_text import MANAGEMENT
from iam_tui.tui.remembering import ago
from iam_tui.tui.screens.dialogs import MessageScreen, TextDialog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.binding import BindingType

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis import Reach
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.session import Session
    from iam_tui.tui.widgets.line_view import LineView
    from iam_tui.workspace import Recovery, Replay

RecoverAnswer = Literal["recover", "later", "discard"]
ANSWERS: tuple[tuple[RecoverAnswer, str, str], ...] = (
    ("recover", "recover", "made again as unsaved edits; {undo} takes them back"),
    ("later", "keep for later", "they are offered the next time"),
    ("discard", "discard", "not offered again; kept for 30 days"),
)
MOST_PRINCIPALS = 20
"""How many of those who gain or lose are named."""
_BLANK = Line()


class RecoverScreen(TextDialog[RecoverAnswer]):
    """What was left behind, what it would change, and what is to become of it."""

    WIDTH = 76
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", ids=("leave",))]

    def __init__(self, session: Session, recovery: Recovery, *, ascii_only: bool) -> None:
        """Offer a journal.

        Args:
            session: Who has the account that the edits are about.
            recovery: The journal.
            ascii_only: Draw the frame without box drawing characters.
        """
        self._session, self._recovery = session, recovery
        self._above = [Line((Span(f" {text}"),), indent=1) for text in story(recovery, session)]
        self._above.append(_BLANK)
        self._answers = [
            Line(
                (Span(f" {label:<16}", "name"), Span(note.format(undo=first_key("undo")), "dim")),
                key=answer,
                indent=17,
            )
            for answer, label, note in ANSWERS
        ]
        self._is_gone = False
        super().__init__(
            "Unsaved edits were left behind",
            self._lines_with(None, (), "finding out who gains and loses ..."),
            ascii_only=ascii_only,
            hint=f"{first_key('open')}: do it   {first_key('back')}: later",
            cursor=len(self._above),
        )

    def on_mount(self) -> None:
        """Find out meanwhile what the edits would change."""
        super().on_mount()
        account = self._session.account
        self.run_worker(lambda: self._find_out(account), thread=True, group="reach")

    def on_unmount(self) -> None:
        """Let the thread go."""
        self._is_gone = True

    def _find_out(self, account: Account) -> None:
        try:
            replay = self._recovery.preview(account)
            reach = self._session.reach(replay.before, replay.after, lambda: self._is_gone)
        except IamTuiError as error:
            text = str(error)
            self.call_later(lambda: self._show(None, (), text))
        else:
            self.call_later(lambda: self._show(replay, reach, ""))

    def _show(self, replay: Replay | None, reach: Sequence[Reach], problem: str) -> None:
        if self.is_mounted:
            self._lines = self._lines_with(replay, reach, problem)
            self.text_view.show(self._lines, self.text_view.line_number)
            self.fit()

    def _lines_with(
        self, replay: Replay | None, reach: Sequence[Reach], problem: str
    ) -> list[Line]:
        """Return all lines; without a replay it is not known yet what would change."""
        changes = [Line((Span(f"  {problem}", "dim"),), indent=2)] if replay is None else []
        if replay is not None:
            changes = list(reach_lines(reach))
        return [
            *self._above,
            *self._answers,
            _BLANK,
            Line((Span(" WHAT THEY WOULD CHANGE", "strong"),)),
            *changes,
            _BLANK,
            Line((Span(" EDITS", "strong"),)),
            *edit_lines(self._recovery, replay),
        ]

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Give the answer that the cursor is on."""
        event.stop()
        current = self.text_view.current
        answer = next((one for one, _, _ in ANSWERS if current and one == current.key), None)
        if answer is not None:
            self.dismiss(answer)

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """The lines can be read; only an answer can be given."""
        event.stop()
        self.pane.footed(self.text_view.position, self.pane_hint)

    @property
    def pane_hint(self) -> str:
        """What enter does where the cursor is."""
        current = self.text_view.current
        is_answer = current is not None and any(current.key == one for one, _, _ in ANSWERS)
        does = (
            f"{first_key('open')}: do it" if is_answer else f"{first_key('move.up')}: the answers"
        )
        return f"{does}   {first_key('back')}: later"

    def action_leave(self) -> None:
        """As esc does."""
        self.dismiss(None)


def story(recovery: Recovery, session: Session) -> Iterator[str]:
    """Yield what has to be known before one answers, a sentence each."""
    when = recovery.written.astimezone()
    is_one = recovery.count == 1
    edits = "1 edit" if is_one else f"{recovery.count} edits"
    yield (
        f"{edits} of {recovery.source.name} {'was' if is_one else 'were'} not saved when the "
        f"program ended; {'it' if is_one else 'the last one'} was made {ago(recovery.written)} "
        f"({when:%Y-%m-%d %H:%M})."
    )
    if recovery.base_matches:
        yield "The file is as it was then."
    elif recovery.content.snapshot is None:
        yield "The file has changed since: they are made on what it holds now."
    else:
        yield "The file has changed since; these edits go back to what it held before."
    if recovery.is_damaged:
        yield "The end of the journal cannot be read: what stands before it is offered."
    missing = _missing(recovery, session)
    if missing:
        yield f"They were made with {' and '.join(missing)}, which is not open now."


def _missing(recovery: Recovery, session: Session) -> list[str]:
    added = session.open_workspace.additions
    opened = {os.path.realpath(path) for path in added.with_files}
    found = [f"--with {path}" for path in recovery.with_files if path not in opened]
    if recovery.credential_report is not None and added.credential_report is None:
        found.append(f"--credential-report {recovery.credential_report}")
    return found


def counted(count: int) -> str:
    """Return `1 edit was` or `3 edits were`."""
    return "1 edit was" if count == 1 else f"{count} edits were"


def reach_lines(reach: Sequence[Reach]) -> Iterator[Line]:
    """Yield who would gain and lose how many actions."""
    if not reach:
        yield Line((Span("  nobody would gain or lose anything"),), indent=2)
    for row in reach[:MOST_PRINCIPALS]:
        parts = (("gains", row.gained), ("loses", row.lost), ("sees changed", row.changed))
        told = ", ".join(f"{verb} {sum(by.values())}" for verb, by in parts if sum(by.values()))
        is_one = told.endswith(" 1")
        mark = " !" if row.gained.get(MANAGEMENT) else ""
        name = friendly_name(row.principal)
        words = f"{told} {'action' if is_one else 'actions'}{mark}"
        yield Line((Span(f"    {name}  ", "name"), Span(words)), indent=6)
    if len(reach) > MOST_PRINCIPALS:
        yield Line((Span(f"    and {len(reach) - MOST_PRINCIPALS} more", "dim"),))


def edit_lines(recovery: Recovery, replay: Replay | None) -> Iterator[Line]:
    """Yield the edits, each with what would become of it."""
    refused = [] if replay is None else replay.refused
    unneeded = [] if replay is None else replay.unneeded
    for edit in recovery.reverted:
        yield Line((Span("    undo  ", "dim"), Span(edit.title)), indent=10)
    for edit in recovery.edits:
        why_not = next((reason for one, reason in refused if one is edit), None)
        if why_not is not None:
            yield Line((Span("  x cannot ", "bad"), Span(f"{edit.title}: {why_not}")), indent=11)
        elif any(one is edit for one in unneeded):
            yield Line((Span("    has it already: ", "dim"), Span(edit.title)), indent=20)
        else:
            yield Line((Span(f"    {edit.title}"),), indent=6)


def refused_text(refused: Sequence[tuple[Edit, str]]) -> str:
    """Return which edits could not be made again, and why, a line each."""
    lines = [f"{edit.title}: {reason}" for edit, reason in refused]
    return "\n".join([*lines, "", "Their journal is kept for 30 days."])


class Recovering:
    """Says the notices of an opening, then offers what was left behind, one after the other."""

    def __init__(self, screen: ExploreScreen, session: Session) -> None:
        """Take the screen that asks and the session that does it."""
        self._screen, self._session = screen, session
        self._left: list[Recovery] = []

    def begin(self, notices: Sequence[str], left: Sequence[Recovery]) -> None:
        """Say and ask what there is.

        Args:
            notices: What has to be said; one of them stands in the status line.
            left: What was left behind.
        """
        self._left = list(left)
        if self._session.read_only and self._left:
            count = counted(sum(one.count for one in self._left))
            notices = (*notices, f"{count} left behind; without --read-only they are offered")
            self._left = []
        if len(notices) == 1:
            self._screen.say(notices[0], keep=True)
        if len(notices) > 1:
            text = "\n".join(notices)
            self._screen.say(f"{len(notices)} notices", keep=True)
            shown = MessageScreen("Notices", text, ascii_only=self._screen.ascii_only)
            self._screen.app.push_screen(shown, lambda _: self._offer())
        else:
            self._offer()

    def _offer(self) -> None:
        if not self._left:
            return
        recovery = self._left.pop(0)
        self._screen.app.push_screen(
            RecoverScreen(self._session, recovery, ascii_only=self._screen.ascii_only),
            lambda answer: self._answered(recovery, answer),
        )

    def _answered(self, recovery: Recovery, answer: RecoverAnswer | None) -> None:
        try:
            if answer == "recover":
                self._recover(recovery)
            elif answer == "discard":
                recovery.discard()
                self._screen.say("discarded; the journal is kept for 30 days")
            else:
                self._screen.say("kept for later: the edits are offered the next time")
        except IamTuiError as error:
            self._message("Not recovered", str(error))
        else:
            self._offer()

    def _recover(self, recovery: Recovery) -> None:
        replay = self._session.recover(recovery)
        made = len(replay.made) + len(recovery.reverted)
        edits, undo = "edit" if made == 1 else "edits", first_key("undo")
        text = f"recovered {made} {edits} ({undo} undoes the last one)"
        self._screen.editing.told(text, replay.before, replay.after)
        if replay.refused:
            self._message("Edits that cannot be made any more", refused_text(replay.refused))

    def _message(self, title: str, text: str) -> None:
        self._screen.app.push_screen(
            MessageScreen(title, text, ascii_only=self._screen.ascii_only),
            lambda _: self._offer(),
        )
