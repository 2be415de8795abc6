"""One open account, for verbs and the screen alike: value, history, graph, answers, saving.

Nothing here knows of a terminal. One thread opens, edits and saves; questions about a principal
may be asked from any thread, as they read values that no edit changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from iam_tui.errors import UsageError
from iam_tui.formats import find, load, sample_path
from iam_tui.workspace import saving
from iam_tui.workspace.answers import Answers
from iam_tui.workspace.content import ContentKeys
from iam_tui.workspace.edit_files import read_edits, tried
from iam_tui.workspace.history import History
from iam_tui.workspace.journal import move_aside
from iam_tui.workspace.keeper import Additions, Keeper
from iam_tui.workspace.records import Undo
from iam_tui.workspace.recovery import prune, recoveries
from iam_tui.workspace.refusals import NothingChanged, SaveRefused
from iam_tui.workspace.replay import Replay, rebuilt, replayed
from iam_tui.workspace.source import DiskWatch, Source, content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis import EffectivePermissions, PermissionChanges, Reach
    from iam_tui.graph import IdentityGraph
    from iam_tui.workspace.history import Step
    from iam_tui.workspace.records import Record
    from iam_tui.workspace.recovery import Recovery
    from iam_tui.workspace.source import DiskChange

_MOST_ANSWERS = 256


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit did, or its undoing."""

    kind: Literal["applied", "undone", "redone"]
    edit: Edit
    before: Account
    after: Account
    principals: frozenset[str]
    """Everyone whom the change reaches: users, groups, roles, the root user."""

    @property
    def title(self) -> str:
        """What the edit does: `attach S3Write to Developers`."""
        return self.edit.title

    @property
    def past(self) -> str:
        """What the edit did: `attached S3Write to Developers`."""
        return self.edit.past


class Workspace:
    """One open account."""

    def __init__(
        self,
        account: Account,
        source: Source,
        *,
        opened_hash: bytes | None = None,
        read_only: bool = False,
    ) -> None:
        """Take an account that was read; `open` reads one.

        Args:
            account: The account.
            source: Where it came from.
            opened_hash: Hash of the file as it was read.
            read_only: Whether edits and saving are refused.
        """
        self.source = source
        self.read_only = read_only
        self.notices: tuple[str, ...] = ()
        """What was found while opening and that is no error, one sentence each."""
        self._watch = DiskWatch(source.path, opened_hash)
        self._additions = Additions()
        self.journal = Keeper()
        """Keeps the edits on disk until they are saved, if the screen wants that."""
        self._history = History(account)
        self._graph: IdentityGraph | None = None
        self._keys = ContentKeys()
        self._answers: Answers[EffectivePermissions] = Answers(_MOST_ANSWERS)

    @classmethod
    def open(
        cls,
        source: str | Path,
        *,
        with_files: Iterable[str | Path] = (),
        credential_report: str | Path | None = None,
        edits_file: str | Path | None = None,
        read_only: bool = False,
        journal: bool = False,
    ) -> Workspace:
        """Open an account file or a bundled sample.

        What a program that was killed left behind is not made again: `recoveries` has it.

        Args:
            source: A path or a sample's name.
            with_files: Files that add what an export cannot hold.
            credential_report: AWS's credential report, which adds passwords, MFA and keys.
            edits_file: Edits that are made on top, as JSON Lines.
            read_only: Whether edits and saving are refused.
            journal: Whether edits are kept on disk until they are saved.

        Raises:
            AccountFileError: When a file cannot be read or is invalid.
            EditError: When AWS would refuse one of the edits.
        """
        found = saving.source_of(source)
        # Before the file is read: a change in between is then noticed when saving.
        opened_hash = content_hash(find(source))
        added = Additions(tuple(with_files), credential_report)
        account = load(source, with_files=added.with_files)
        notices: tuple[str, ...] = ()
        if credential_report is not None:
            from iam_tui.formats import add_credential_report

            account, notices = add_credential_report(account, credential_report)
        workspace = cls(account, found, opened_hash=opened_hash)
        workspace.notices = notices
        workspace._additions = added
        if edits_file is not None:
            workspace.apply_edits_file(edits_file)
        workspace.read_only = read_only
        if journal and not read_only:
            prune()
            workspace.journal.switch_on(found, opened_hash, added)
        return workspace

    @property
    def account(self) -> Account:
        """The account as the edits have made it."""
        return self._history.account

    @property
    def saved_account(self) -> Account:
        """The account as it was saved last, or opened: "before your edits"."""
        return self._history.saved_account

    @property
    def history(self) -> tuple[Step, ...]:
        """The edits that were made since the account was opened, each with before and after."""
        return self._history.steps

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits since the last save, oldest first."""
        return tuple(step.edit for step in self._history.unsaved)

    @property
    def additions(self) -> Additions:
        """What was opened beside the file, which does not hold it."""
        return self._additions

    @property
    def reverted(self) -> tuple[Edit, ...]:
        """The edits that the saved file has and that were undone since."""
        return tuple(step.edit for step in self._history.reverted)

    @property
    def unsaved(self) -> int:
        """How many edits or undoings the saved file lacks."""
        return len(self._history.unsaved) + len(self._history.reverted)

    @property
    def graph(self) -> IdentityGraph:
        """The graph over the account, built when first asked for and kept in step.

        Only for the thread that applies edits, or before that begins.
        """
        if self._graph is None:
            from iam_tui.graph import IdentityGraph

            self._graph = IdentityGraph(self.account)
        elif self._graph.account is not self.account:
            self._graph.update(self.account)
        return self._graph

    def apply(self, edit: Edit) -> Change:
        """Make an edit.

        Raises:
            EditError: When AWS would refuse it.
            NothingChanged: When it would change nothing.
            UsageError: When the account is open for reading only.
        """
        graph = self.graph
        step = self._push(edit)
        self._note(edit)
        difference = graph.update(step.after)
        return Change("applied", edit, step.before, step.after, difference.principals)

    def apply_edits_file(self, path: str | Path) -> int:
        """Make the edits of a file in JSON Lines, or of a journal, and return how many there are.

        None is made when one is wrong or refused.

        Raises:
            AccountFileError: When the file cannot be read or a line is no edit.
            EditError: When AWS would refuse an edit; names the file and which of them.
        """
        edits = read_edits(path)
        made = tuple(tried(self.account, edits, path))
        for edit, after in made:
            self._history.push(edit, after)
        self._note(*(edit for edit, _ in made))
        return len(edits)

    def undo(self) -> Change | None:
        """Take the last edit back; None when there is none."""
        graph = self.graph
        step = self._history.undo()
        if step is None:
            return None
        self._note(Undo())
        principals = graph.update(step.before).principals
        return Change("undone", step.edit, step.after, step.before, principals)

    def redo(self) -> Change | None:
        """Make the edit again that was taken back last; None when there is none."""
        graph = self.graph
        step = self._history.redo()
        if step is None:
            return None
        self._note(step.edit)
        principals = graph.update(step.after).principals
        return Change("redone", step.edit, step.before, step.after, principals)

    def effective(self, principal: str) -> EffectivePermissions:
        """Return what a user, group, role or the root user can do.

        Raises:
            UnknownName: When the account has no such principal.
        """
        return self._effective(self.account, principal)

    def changes_since_save(self, principal: str) -> PermissionChanges | None:
        """Return what the edits since the last save gained and lost a principal.

        None: the saved file does not have the principal.

        Raises:
            UnknownName: When the account has no such principal.
        """
        from iam_tui.analysis import compare_effective

        if self.saved_account.identity(self.account.resolve(principal)) is None:
            return None
        before = self._effective(self.saved_account, principal)
        return compare_effective(before, self.effective(principal))

    def reach(self, should_stop: Callable[[], bool] | None = None) -> tuple[Reach, ...]:
        """Return everyone who can do something else than what the saved file lets them.

        Args:
            should_stop: Asked now and then; the answer is given up when it says so.
        """
        from iam_tui.analysis import blast_radius

        return blast_radius(self.saved_account, self.account, should_stop=should_stop)

    def _effective(self, account: Account, principal: str) -> EffectivePermissions:
        from iam_tui.analysis import principal_can

        arn = account.resolve(principal)
        return self._answers.get(self._keys.of(account, arn), lambda: principal_can(account, arn))

    def suggested_path(self) -> Path:
        """Return where `save` writes to: the file itself, else a new one that is not taken."""
        return saving.suggested_path(self.source)

    def save(self, path: str | Path | None = None, *, overwrite: bool = False) -> Path:
        """Write the account as TOML, whole or not at all; what was saved is then what is open.

        Args:
            path: Where to; None: `suggested_path()`.
            overwrite: Save although something is lost by it.

        Raises:
            SaveRefused: When something would be lost and `overwrite` is not set.
            UsageError: For a JSON export or a bundled sample, which are never overwritten, and
                when the account is open for reading only.
            AccountFileError: When the file cannot be written; then nothing has changed.
        """
        self._refuse_read_only()
        target = self.suggested_path() if path is None else Path(path)
        saving.refuse_protected(self.source, target)
        lost = saving.hazards(self.source, self._watch.known, target)
        if lost and not overwrite:
            raise SaveRefused(target, lost)
        saving.write(self.account, target, before=self.journal.about_to_save)
        self.source = Source(target.name, target, "toml")
        self._watch = DiskWatch(target, content_hash(target))
        self._history.mark_saved()
        # The file has what was added, too.
        self._additions = Additions()
        self.journal.saved(self.source, self._watch.known)
        return target

    def changed_on_disk(self) -> DiskChange | None:
        """Return what somebody else did to the file since it was opened or saved; None: nothing.

        Cheap enough for each time that the terminal gets the focus.
        """
        return self._watch.look()

    @property
    def found_on_disk(self) -> bytes | None:
        """The hash of what `changed_on_disk` found last: tells one change from the next."""
        return self._watch.found

    def reread(self) -> Workspace:
        """Open the file as it is now, with what was added to it and without the edits.

        Slow, and touches nothing of this workspace: for a worker thread. `take_over` brings the
        edits along.

        Raises:
            AccountFileError: When a file cannot be read or is invalid any more.
        """
        # By its path, as a file may have the sample's name.
        path = self.source.path or sample_path(self.source.name)
        return Workspace.open(
            path or self.source.name,
            with_files=self._additions.with_files,
            credential_report=self._additions.credential_report,
            read_only=self.read_only,
            journal=self.journal.is_on,
        )

    def take_over(self, former: Workspace) -> Replay:
        """Make the unsaved edits of another workspace here; that one is then at its end.

        Edits that cannot be made here are in the result, and in a journal that is set aside.

        Args:
            former: What the file was before `reread`.
        """
        replay = self._remake(former.edits)
        reason = "it was undone, and the file as it is now has it all the same"
        replay.refused += [(edit, reason) for edit in former.reverted]
        if replay.refused or self.journal_problem is not None:
            former.journal.set_aside()
        else:
            former.journal.forget()
        return replay

    @property
    def journal_problem(self) -> str | None:
        """Why the last edits are in memory only, in a sentence; None: they are safe.

        To be asked after each edit, undo and redo; the next one tries again.
        """
        return self.journal.problem

    def keep(self) -> str | None:
        """Put on disk all that is unsaved, if it is not there, and return why that cannot be done.

        Edits of a file of edits are in memory only until another one is made.
        """
        if self.unsaved and self.journal.path is None:
            self._note(*self.edits, *(Undo() for _ in self.reverted))
        return self.journal_problem

    def recoveries(self) -> tuple[Recovery, ...]:
        """Return what programs left behind that ended without saving, the newest first."""
        return recoveries(self.source)

    def recover(self, recovery: Recovery) -> Replay:
        """Make edits again that were left behind; the journal they were in is then set aside.

        Raises:
            UsageError: When the account is open for reading only, when somebody else took the
                journal, or when it undoes what the file has and there are unsaved edits here.
            AccountFileError: When the account in the journal cannot be understood.
            EditError: When AWS would refuse what is told there.
        """
        self._refuse_read_only()
        with recovery.claimed():
            if recovery.content.snapshot is None:
                replay = self._remake(recovery.edits)
            else:
                replay = self._go_back_to(recovery)
            if self.journal_problem is None:
                move_aside(recovery.path)
        return replay

    def _remake(self, edits: Iterable[Edit]) -> Replay:
        replay = replayed(self.account, edits, self._history)
        self._note(*replay.made)
        return replay

    def _go_back_to(self, recovery: Recovery) -> Replay:
        """Take the history of a journal that begins before what the file has."""
        if self.unsaved:
            raise UsageError("undo or save the edits first: these begin before what the file has")
        before, self._history = self.account, rebuilt(recovery.content)
        # That is what was saved. Where the file holds something else by now, saving says so.
        known = recovery.content.header.hash
        self._watch = DiskWatch(self.source.path, None if known is None else bytes.fromhex(known))
        self.journal.forget()
        self.journal.aim(self.source, self._watch.known, self._additions)
        self._note(*recovery.edits, Undo())
        return Replay(before, self.account, made=list(recovery.edits))

    def _note(self, *done: Record) -> None:
        self.journal.note(self._history, *done)

    def _push(self, edit: Edit) -> Step:
        self._refuse_read_only()
        after = edit.apply(self.account)
        if after is self.account:
            raise NothingChanged(edit.title)
        return self._history.push(edit, after)

    def _refuse_read_only(self) -> None:
        if self.read_only:
            message = "the account is open for reading only; start without --read-only to edit"
            raise UsageError(message)
