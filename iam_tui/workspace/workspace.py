"""One open account, for verbs and the screen alike: value, history, graph, answers, saving.

Nothing here knows of a terminal. One thread opens, edits and saves; questions about a principal
may be asked from any thread, as they read values that no edit changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from iam_tui.account.edits import decode_edits
from iam_tui.errors import AccountFileError, EditError, UsageError
from iam_tui.formats import find, load, read_text, save
from iam_tui.workspace import saving
from iam_tui.workspace.answers import Answers
from iam_tui.workspace.content import ContentKeys
from iam_tui.workspace.history import History
from iam_tui.workspace.refusals import NothingChanged, SaveRefused
from iam_tui.workspace.source import Source, content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis import EffectivePermissions, PermissionChanges, Reach
    from iam_tui.graph import IdentityGraph
    from iam_tui.workspace.history import Step

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
        self._hash = opened_hash
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
        edits_file: str | Path | None = None,
        read_only: bool = False,
    ) -> Workspace:
        """Open an account file or a bundled sample.

        Args:
            source: A path or a sample's name.
            with_files: Files that add what an export cannot hold.
            edits_file: Edits that are made on top, as JSON Lines.
            read_only: Whether edits and saving are refused.

        Raises:
            AccountFileError: When a file cannot be read or is invalid.
            EditError: When AWS would refuse one of the edits.
        """
        found = saving.source_of(source)
        # Before the file is read: a change in between is then noticed when saving.
        opened_hash = content_hash(find(source))
        workspace = cls(load(source, with_files=with_files), found, opened_hash=opened_hash)
        if edits_file is not None:
            workspace.apply_edits_file(edits_file)
        workspace.read_only = read_only
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
        difference = graph.update(step.after)
        return Change("applied", edit, step.before, step.after, difference.principals)

    def apply_edits_file(self, path: str | Path) -> int:
        """Make the edits of a file in JSON Lines and return how many there are.

        None is made when one is wrong or refused.

        Raises:
            AccountFileError: When the file cannot be read or a line is no edit.
            EditError: When AWS would refuse an edit; names the file and which of them.
        """
        try:
            edits = list(decode_edits(read_text(path).split("\n")))
        except AccountFileError as error:
            raise error.in_file(str(path)) from None
        made: list[tuple[Edit, Account]] = []
        account = self.account
        for number, edit in enumerate(edits, start=1):
            try:
                account = edit.apply(account)
            except EditError as error:
                message = f"edit {number} of {path} ({edit.title}): {error.message}"
                raise EditError(error.code, message) from None
            made.append((edit, account))
        for edit, after in made:
            if after is not self.account:
                self._history.push(edit, after)
        return len(made)

    def undo(self) -> Change | None:
        """Take the last edit back; None when there is none."""
        graph = self.graph
        step = self._history.undo()
        if step is None:
            return None
        principals = graph.update(step.before).principals
        return Change("undone", step.edit, step.after, step.before, principals)

    def redo(self) -> Change | None:
        """Make the edit again that was taken back last; None when there is none."""
        graph = self.graph
        step = self._history.redo()
        if step is None:
            return None
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
        lost = saving.hazards(self.source, self._hash, target)
        if lost and not overwrite:
            raise SaveRefused(target, lost)
        save(self.account, target)
        self._hash = content_hash(target)
        self.source = Source(target.name, target, "toml")
        self._history.mark_saved()
        return target

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
