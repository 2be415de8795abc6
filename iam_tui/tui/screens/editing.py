"""What changes the account from Explore: add, delete, undo, redo, save, quit.

Every edit goes through the session and is told in the status line with the key that takes it
back; how far it reaches follows from a worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from iam_tui.account.arns import split_inline_key
from iam_tui.errors import EditError, IamTuiError
from iam_tui.text import display_text
from iam_tui.tui.choices import Choice
from iam_tui.tui.edit_choices import additions, removals
from iam_tui.tui.lines import width_of
from iam_tui.tui.screens.dialogs import ChooseScreen, MessageScreen, short
from iam_tui.tui.screens.pickers import AskScreen, PickScreen
from iam_tui.workspace import SaveRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from iam_tui.account import Account, Entity
    from iam_tui.account.edits import Edit
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.session import Session

QuitAnswer = Literal["stay", "save", "drop"]


class Editing:
    """The edit commands of one Explore screen."""

    def __init__(self, screen: ExploreScreen, session: Session) -> None:
        """Take the screen that asks and the session that does it."""
        self._screen, self._session = screen, session
        self._ascii_only = screen.ascii_only

    def _is_closed(self) -> bool:
        return self._session.workspace is None

    def add(self) -> None:
        """Pick what to add to what one is at."""
        entity = self._subject()
        if entity is None or self._refused():
            return
        choices = additions(self._session.entities, entity)
        if not choices:
            self._screen.say("the root user can be in no group and have no policies")
            return
        title = f"Add to {entity.kind} {short(entity.name)}"
        self._screen.app.push_screen(
            PickScreen(title, choices, ascii_only=self._ascii_only), self.apply
        )

    def delete(self) -> None:
        """Choose what to take away."""
        entity = self._subject()
        if entity is None or self._refused():
            return
        choices = removals(self._session.entities, entity, self._screen.walk.target)
        if not choices:
            self._screen.say(f"{entity.name} cannot be deleted, and nothing can be taken from it")
            return
        title = f"Delete or take away: {entity.kind} {short(entity.name)}"
        self._screen.app.push_screen(
            ChooseScreen(title, choices, ascii_only=self._ascii_only), self.apply
        )

    def _subject(self) -> Entity | None:
        """Return what one is at; of an inline policy its owner."""
        if self._is_closed():
            return None
        self._screen.walk.catch_up()
        key = self._screen.walk.target.key
        inline = split_inline_key(key)
        found = self._session.account.entity(inline[0] if inline is not None else key)
        if found is None:
            self._screen.say("there is nothing here to edit")
        return found

    def _refused(self) -> bool:
        if self._session.read_only:
            self._screen.say("not in read-only mode; start without --read-only to edit")
        return self._session.read_only

    def apply(self, edit: Edit | None) -> None:
        """Make an edit, tell it, and find out how far it reaches; do nothing without one."""
        if edit is None or self._refused():
            return
        try:
            change = self._session.apply(edit)
        except EditError as error:
            self._say_refused(edit.title, error)
            return
        except IamTuiError as error:
            self._screen.say(str(error))
            return
        self._done(f"{change.past} (u undoes)", change.before, change.after)

    def _say_refused(self, title: str, error: EditError) -> None:
        """Say with AWS's code and sentence why not; in a frame where one line is too little."""
        sentence = f"AWS would refuse to {title}: {error.code}, {error.message}"
        if width_of(display_text(sentence)) <= self._screen.size.width - 2:
            self._screen.say(sentence)
            return
        text = f"{title}\n{error.code}: {error.message}"
        self._screen.app.push_screen(
            MessageScreen("AWS would refuse this", text, ascii_only=self._ascii_only)
        )

    def undo(self) -> None:
        """Take the last edit back."""
        if self._is_closed() or self._refused():
            return
        change = self._session.undo()
        if change is None:
            self._screen.say("nothing to undo")
        else:
            self._done(f"undone: {change.title} (U makes it again)", change.before, change.after)

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        if self._is_closed() or self._refused():
            return
        change = self._session.redo()
        if change is None:
            self._screen.say("nothing to redo")
        else:
            self._done(f"again: {change.past} (u undoes)", change.before, change.after)

    def _done(self, text: str, before: Account, after: Account) -> None:
        self._screen.say(text, "finding out who gains and loses ...", keep=True)
        self._screen.show_account(arrival(before, after))
        self._screen.showing.live.reach(
            before, after, lambda reach: self._screen.say(text, reach, keep=True)
        )

    def save(self) -> None:
        """Save the account; ask for a name where the source is not to be overwritten."""
        if self._is_closed() or self._refused():
            return
        if self._session.open_workspace.source.kind == "toml":
            self._save(None)
        else:
            self.save_as()

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file's name and save there."""
        if self._is_closed():
            return
        workspace = self._session.open_workspace
        kind = workspace.source.kind
        why = {
            "json": "An export from AWS is not overwritten: this makes an account file of it.",
            "sample": "A bundled sample is not overwritten: this makes a file of your own.",
        }.get(kind, "This makes another account file.")
        self._screen.app.push_screen(
            AskScreen(
                "Save as",
                str(workspace.suggested_path()),
                text=why,
                ascii_only=self._ascii_only,
            ),
            lambda name: self._save(Path(name).expanduser(), then=then) if name else None,
        )

    def _save(
        self,
        path: Path | None,
        *,
        overwrite: bool = False,
        then: Callable[[], None] | None = None,
    ) -> None:
        try:
            saved = self._session.save(path, overwrite=overwrite)
        except SaveRefused as refused:
            self._ask_whether_to_save(path, refused, then)
            return
        except (IamTuiError, OSError) as error:
            self._screen.app.push_screen(
                MessageScreen("Not saved", str(error), ascii_only=self._ascii_only)
            )
            return
        self._screen.say(f"saved {saved}")
        self._screen.show_account()
        if then is not None:
            then()

    def _ask_whether_to_save(
        self, path: Path | None, refused: SaveRefused, then: Callable[[], None] | None
    ) -> None:
        overwrites = "exists" in refused.hazards
        choices = [
            Choice("do not save", "nothing is written", answer=False),
            Choice("overwrite it" if overwrites else "save all the same", "", answer=True),
        ]

        def answered(answer: bool | None) -> None:
            if answer:
                self._save(path, overwrite=True, then=then)

        text = f"{refused}."
        self._screen.app.push_screen(
            ChooseScreen("Save?", choices, text=text, ascii_only=self._ascii_only), answered
        )

    def leave(self) -> None:
        """End the program; ask first when edits would be lost."""
        unsaved = self._session.unsaved
        if not unsaved:
            self._screen.app.exit()
            return
        edits = "1 edit is" if unsaved == 1 else f"{unsaved} edits are"
        choices: list[Choice[QuitAnswer]] = [
            Choice("stay", "go on working", "stay"),
            Choice("save and quit", "", "save"),
            Choice("quit without saving", f"{edits} lost", "drop"),
        ]
        self._screen.app.push_screen(
            ChooseScreen("Quit?", choices, text=f"{edits} not saved.", ascii_only=self._ascii_only),
            self._leave,
        )

    def _leave(self, answer: QuitAnswer | None) -> None:
        app = self._screen.app
        if answer == "drop":
            app.exit()
        elif answer == "save":
            if self._session.open_workspace.source.kind == "toml":
                self._save(None, then=app.exit)
            else:
                self.save_as(then=app.exit)


def arrival(before: Account, after: Account) -> str:
    """Return the ARN of what only the later account has; nothing where there is no such thing."""
    pairs = (
        (before.users, after.users),
        (before.groups, after.groups),
        (before.roles, after.roles),
        (before.policies, after.policies),
    )
    came = (arn for old, new in pairs if old is not new for arn in new if arn not in old)
    return next(came, "")
