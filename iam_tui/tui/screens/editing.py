"""What changes the account from Explore: add, delete, undo, redo, save, quit.

Every edit goes through the session and is told in the status line with the key that takes it
back; how far it reaches follows from a worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from iam_tui.account.arns import split_inline_key
from iam_tui.commands import first_key
from iam_tui.errors import EditError, IamTuiError
from iam_tui.home import expanded
from iam_tui.text import display_text
from iam_tui.tui import marked_choices
from iam_tui.tui.choices import Choice
from iam_tui.tui.edit_choices import additions, removals
from iam_tui.tui.lines import width_of
from iam_tui.tui.lists import counted
from iam_tui.tui.screens.dialogs import ChooseScreen, MessageScreen, short
from iam_tui.tui.screens.keeping import Keeping
from iam_tui.tui.screens.pickers import AskScreen, PickScreen
from iam_tui.workspace import SaveRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iam_tui.account import Account, Entity
    from iam_tui.account.edits import Edit
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.session import Session

QuitAnswer = Literal["stay", "save", "keep", "drop"]
SaveAnswer = Literal["stay", "again", "overwrite"]


class Editing:
    """The edit commands of one Explore screen."""

    def __init__(self, screen: ExploreScreen, session: Session) -> None:
        """Take the screen that asks and the session that does it."""
        self._screen, self._session = screen, session
        self._ascii_only = screen.ascii_only
        self._alarmed_by: str | None = None
        """Why the last edit was not kept on disk."""
        self._keeping = Keeping(screen)

    def _is_closed(self) -> bool:
        return self._session.workspace is None

    def add(self) -> None:
        """Pick what to add to what one is at, or to all that is marked in the list."""
        if self._is_about_marked(additions=True):
            return
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
        """Choose what to take away, of all that is marked in the list where anything is."""
        if self._is_about_marked(additions=False):
            return
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

    def _is_about_marked(self, *, additions: bool) -> bool:
        """Offer edits of all that is marked in the focused list; tell whether anything is."""
        here = self._screen.body.marked_here()
        if here is None:
            return False
        if self._refused():
            return True
        name, keys = here
        view = self._session.entities
        marked = marked_choices.editable(view.account, keys)
        offered = marked_choices.additions if additions else marked_choices.removals
        choices = offered(view, name, marked)
        what = counted(len(marked), name)
        if not marked:
            unmarks = f"{first_key('mark.clear')} unmarks"
            self._screen.say(f"the root user alone is marked: no edit is about it ({unmarks})")
            return True

        def made(making: marked_choices.Making | None) -> None:
            self.apply(making() if making is not None else None)

        if not choices:
            verb = "added to" if additions else "taken away from"
            self._screen.say(
                f"nothing can be {verb} {what} that are marked ({first_key('mark.clear')} unmarks)"
            )
        elif additions:
            title = f"Add to {what}{' (2/3: 2 of 3 have it)' if len(marked) > 1 else ''}"
            screen = PickScreen(title, choices, ascii_only=self._ascii_only)
            self._screen.app.push_screen(screen, made)
        else:
            title, text = f"Delete or take away: {what}", named(marked)
            asked = ChooseScreen(title, choices, text=text, ascii_only=self._ascii_only)
            self._screen.app.push_screen(asked, made)
        return True

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
        """Make an edit, tell it, and find out how far it reaches; do nothing without one.

        Where it breaks an assertion, ask first.
        """
        if edit is not None and not self._refused():
            self._keeping.ask(edit, lambda: self._make(edit))

    def _make(self, edit: Edit) -> None:
        try:
            change = self._session.apply(edit)
        except EditError as error:
            self._say_refused(edit.title, error)
            return
        except IamTuiError as error:
            self._screen.say(str(error))
            return
        self.told(f"{change.past} ({first_key('undo')} undoes)", change.before, change.after)

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
            again = f"{first_key('redo')} makes it again"
            self.told(f"undone: {change.title} ({again})", change.before, change.after)

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        if self._is_closed() or self._refused():
            return
        change = self._session.redo()
        if change is None:
            self._screen.say("nothing to redo")
        else:
            back = f"{first_key('undo')} undoes"
            self.told(f"again: {change.past} ({back})", change.before, change.after)

    def told(self, text: str, before: Account, after: Account, *, follows: bool = True) -> None:
        """Show the account after a change, tell what was done and how far it reaches.

        Where the journal cannot be written that is told instead, in words that alarm: what is in
        memory only is lost with the program.

        Args:
            text: What was done.
            before: The account before.
            after: The account as it is now.
            follows: Whether the cursor goes to what has come.
        """
        problem = self._session.journal_problem
        is_bad = problem is not None
        if is_bad:
            # The middle of what is too long for the line is cut.
            text = f"NOT ON DISK, {first_key('save')} saves: {text.partition(' (')[0]}"
        about = "" if is_bad else "finding out who gains and loses ..."
        self._screen.say(text, about, keep=True, bad=is_bad)
        self._screen.show_account(arrival(before, after) if follows else "")
        if not is_bad:
            self._screen.showing.live.reach(before, after, lambda reach: self._reached(text, reach))
        self._alarm(problem)

    def _reached(self, text: str, reach: str) -> None:
        """Tell how far a change reaches, unless something else was told meanwhile."""
        if self._screen.status.result == text:
            self._screen.say(text, reach, keep=True)

    def _alarm(self, problem: str | None) -> None:
        """Say why edits are not on disk, the first time; later the status line reminds of it."""
        is_new = problem is not None and problem != self._alarmed_by
        self._alarmed_by = problem
        if is_new:
            text = (
                f"{problem}.\n\nNothing is lost while the program runs: {first_key('save')} saves "
                "the account, here or under another name, and the next edit tries again to keep "
                "all of them."
            )
            self._screen.app.push_screen(
                MessageScreen("Edits are not on disk", text, ascii_only=self._ascii_only)
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
            lambda name: self._save(expanded(name), then=then) if name else None,
        )

    def save_to(self, path: Path) -> None:
        """Save to a file that was named."""
        if not self._is_closed() and not self._refused():
            self._save(path)

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
        has_changed = "changed" in refused.hazards
        overwrites = has_changed or "exists" in refused.hazards
        choices: list[Choice[SaveAnswer]] = [Choice("do not save", "nothing is written", "stay")]
        if has_changed:
            again = "and make the edits again on what it holds now"
            choices.append(Choice("read it again", again, "again"))
        label = "overwrite it" if overwrites else "save all the same"
        choices.append(Choice(label, "", "overwrite"))

        def answered(answer: SaveAnswer | None) -> None:
            if answer == "overwrite":
                self._save(path, overwrite=True, then=then)
            elif answer == "again":
                self._screen.disk.reread()

        text = f"{refused}."
        self._screen.app.push_screen(
            ChooseScreen("Save?", choices, text=text, ascii_only=self._ascii_only), answered
        )

    def leave(self) -> None:
        """End the program; ask first when there are edits."""
        unsaved = self._session.unsaved
        if not unsaved:
            self._screen.app.exit()
            return
        it, edits = ("it", "1 edit is") if unsaved == 1 else ("them", f"{unsaved} edits are")
        problem = self._session.journal_problem
        choices: list[Choice[QuitAnswer]] = [
            Choice("stay", "go on working", "stay"),
            Choice("save and quit", "", "save"),
        ]
        if problem is None:
            keep = f"quit and keep {it} for next time"
            choices.append(Choice(keep, "offered by the next start", "keep"))
            drop = f"{'its' if unsaved == 1 else 'their'} journal is kept for 30 days"
        else:
            drop = f"{edits} lost"
        choices.append(Choice(f"quit and drop {it}", drop, "drop"))
        text = f"{edits} not saved."
        if problem is not None:
            text = f"{text} {problem[0].upper()}{problem[1:]}."
        self._screen.app.push_screen(
            ChooseScreen("Quit?", choices, text=text, ascii_only=self._ascii_only),
            self._leave,
        )

    def _leave(self, answer: QuitAnswer | None) -> None:
        app = self._screen.app
        if answer == "keep":
            self._alarm(self._session.open_workspace.keep())
            if self._session.journal_problem is None:
                app.exit()
        elif answer == "drop":
            self.drop_and_quit()
        elif answer == "save":
            self.save_and_quit()

    def save_and_quit(self) -> None:
        """Save, ask what has to be asked, and end the program when it is saved."""
        if self._is_closed() or self._refused():
            return
        app = self._screen.app
        if self._session.open_workspace.source.kind == "toml":
            self._save(None, then=app.exit)
        else:
            self.save_as(then=app.exit)

    def drop_and_quit(self) -> None:
        """End the program without the edits; their journal is set aside."""
        self._session.open_workspace.journal.set_aside()
        self._screen.app.exit()


def named(marked: Sequence[marked_choices.Editable], most: int = 5) -> str:
    """Return the names of some things: `alice, bob and 3 more`."""
    names = ", ".join(short(one.name) for one in marked[:most])
    return f"{names} and {len(marked) - most} more" if len(marked) > most else names


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
