"""What others do to the file meanwhile: noticed, asked about, read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.screen import ModalScreen

from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError
from iam_tui.tui.choices import Choice
from iam_tui.tui.screens.dialogs import ChooseScreen, MessageScreen
from iam_tui.tui.screens.recovering import refused_text

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.session import Session
    from iam_tui.workspace import Workspace
    from iam_tui.workspace.source import DiskChange

RereadAnswer = Literal["stay", "again", "drop"]


class Disk:
    """Keeps the open account and its file together."""

    def __init__(self, screen: ExploreScreen, session: Session) -> None:
        """Take the screen that asks and the session that reads."""
        self._screen, self._session = screen, session
        self._known: object = None
        """What was answered about: the hash of what the file held, or that it was gone."""
        self._is_reading = False

    # noticing

    def look(self) -> None:
        """Look at the file: the terminal has got the focus, others may have been at it."""
        if self._session.workspace is not None and not self._is_reading:
            self._screen.run_worker(self._look, thread=True, exclusive=True, group="disk")

    def _look(self) -> None:
        workspace = self._session.workspace
        change = self._session.changed_on_disk()
        self._screen.call_later(self._noticed, workspace, change)

    def _noticed(self, workspace: Workspace | None, change: DiskChange | None) -> None:
        if workspace is None or workspace is not self._session.workspace or self._is_reading:
            return
        name = workspace.source.name
        what = "gone" if change == "gone" else workspace.found_on_disk
        if change is None:
            self._known = None
        elif what != self._known and not isinstance(self._screen.app.screen, ModalScreen):
            self._known = what
            if change == "gone":
                save = first_key("save")
                self._screen.say(f"{name} is gone from the disk; {save} writes it anew", keep=True)
            else:
                self._ask_about(name)

    def _ask_about(self, name: str) -> None:
        choices: list[Choice[RereadAnswer]] = [
            Choice("read it again", self._with_edits, "again"),
            Choice(
                "keep what is open",
                f"{first_key('save')} asks before it overwrites the file",
                "stay",
            ),
        ]
        text = f"{name} has been changed on disk since it was opened."
        self._ask("Changed on disk", text, choices)

    # reading again

    def refresh(self) -> None:
        """Read the file again; ask first when there are edits."""
        if self._session.workspace is None:
            return
        if not self._session.unsaved:
            self.reread()
            return
        choices: list[Choice[RereadAnswer]] = [
            Choice("stay", "go on working", "stay"),
            Choice("read it again", self._with_edits, "again"),
            Choice("read it again without the edits", "they are kept for 30 days", "drop"),
        ]
        edits = _edits(self._session.unsaved)
        self._ask("Read the account again?", f"{edits} not saved.", choices)

    @property
    def _with_edits(self) -> str:
        unsaved = self._session.unsaved
        if not unsaved:
            return ""
        return f"and make {'the edit' if unsaved == 1 else f'the {unsaved} edits'} again on it"

    def _ask(self, title: str, text: str, choices: list[Choice[RereadAnswer]]) -> None:
        def answered(answer: RereadAnswer | None) -> None:
            if answer in {"again", "drop"}:
                self.reread(keeps_edits=answer == "again")

        self._screen.app.push_screen(
            ChooseScreen(title, choices, text=text, ascii_only=self._screen.ascii_only), answered
        )

    def reread(self, *, keeps_edits: bool = True) -> None:
        """Read the file again and go on with what it holds.

        Args:
            keeps_edits: Whether the unsaved edits are made again on it.
        """
        if self._is_reading or self._session.workspace is None:
            return
        self._is_reading = True
        self._screen.say(f"reading {self._session.workspace.source.name} again ...")

        def read() -> None:
            try:
                fresh = self._session.reread()
            except (IamTuiError, OSError) as error:
                self._screen.call_later(self._failed, str(error))
            else:
                self._screen.call_later(self._arrived, fresh, keeps_edits)

        self._screen.run_worker(read, thread=True, group="reread")

    def _failed(self, text: str) -> None:
        self._is_reading = False
        self._screen.say("not read again; what is open stays as it was")
        said = f"{text}\n\nWhat is open stays as it was, the edits too."
        self._screen.app.push_screen(
            MessageScreen("Not read again", said, ascii_only=self._screen.ascii_only)
        )

    def _arrived(self, fresh: Workspace, keeps_edits: bool) -> None:
        self._is_reading = False
        self._known = None
        before = self._session.account
        if keeps_edits:
            replay = self._session.take_over(fresh)
            refused, made = replay.refused, len(replay.made)
        else:
            self._session.open_workspace.journal.set_aside()
            self._session.adopt(fresh)
            refused, made = [], 0
        self._tell(before, made)
        if refused:
            self._screen.app.push_screen(
                MessageScreen(
                    "Edits that cannot be made any more",
                    refused_text(refused),
                    ascii_only=self._screen.ascii_only,
                )
            )

    def _tell(self, before: Account, made: int) -> None:
        name = self._session.open_workspace.source.name
        again = f", {made} {'edit' if made == 1 else 'edits'} made again" if made else ""
        text = f"read {name} again{again}"
        if before == self._session.account:
            self._screen.show_account()
            self._screen.say(f"{text}: it holds what it held", keep=True)
        else:
            self._screen.editing.told(text, before, self._session.account, follows=False)


def _edits(count: int) -> str:
    return "1 edit is" if count == 1 else f"{count} edits are"
