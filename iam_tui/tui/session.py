"""The one holder of the open account: what screens ask and what they get back.

Everything here that computes is a plain call that a worker thread may make; it takes the
account it is asked about, so a newer edit does not change what an older thread sees. Screens
decide when to ask and drop answers that came too late.
"""

from __future__ import annotations

import datetime as dt
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis import EffectivePermissions, Permission, PermissionChanges, Reach, Why
    from iam_tui.tui.entities import Entities
    from iam_tui.workspace import Change, Recovery, Replay, Workspace
    from iam_tui.workspace.options import TuiOptions
    from iam_tui.workspace.source import DiskChange
    from iam_tui.workspace.state import AccountState, Place, State


@dataclass(frozen=True, slots=True)
class Opened:
    """An account that was opened, and what is to be said and asked about it."""

    workspace: Workspace
    left: tuple[Recovery, ...] = ()
    """What programs left behind that ended without saving, the newest first."""
    remembered: AccountState | None = None
    """Where one was in it the last time; None: nowhere, or that is not wanted."""
    notices: tuple[str, ...] = ()
    """What is no error and has to be said, a sentence each."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What the permissions pane shows of one identity, and how long it took to find out."""

    principal: str
    account: Account
    effective: EffectivePermissions
    changes: PermissionChanges | None
    milliseconds: float


class _Abandoned(Exception):  # noqa: N818 - no error
    """Nobody waits for what is read."""


class Session:
    """One program run: at most one open account."""

    def __init__(
        self,
        options: TuiOptions,
        today: dt.date,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Open nothing yet.

        Args:
            options: What was asked for on the command line.
            today: The day from which ages are counted.
            clock: Seconds, for how long an answer took.
        """
        self.options = options
        self.today = today
        self._clock = clock
        self.workspace: Workspace | None = None
        self._entities: Entities | None = None
        self.stage = ""
        """What the reading is at, while an account is read."""
        self._is_closed = False

    def read(self, source: str | Path) -> Opened | None:
        """Open an account file or a sample; slow, for a worker thread.

        The graph is built here too, so that the first edit does not wait for it. None: the
        program ended meanwhile.
        """
        from iam_tui.formats.stages import listening

        try:
            self._at("looking at the file")
            with listening(self._at):
                return self._read(source)
        except _Abandoned:
            return None

    def _at(self, stage: str) -> None:
        """Keep what the reading is at; end it when the program has ended."""
        if self._is_closed:
            raise _Abandoned
        self.stage = stage

    def _read(self, source: str | Path) -> Opened:
        from iam_tui.tui.screens import walk  # noqa: F401 - so that the first key need not wait
        from iam_tui.workspace import Workspace

        options = self.options
        # What the command line adds belongs to the account that it names.
        is_named = options.account is None or str(source) == options.account
        workspace = Workspace.open(
            source,
            with_files=options.with_files if is_named else (),
            credential_report=options.credential_report if is_named else None,
            edits_file=options.edits_file if is_named else None,
            read_only=options.read_only,
            journal=True,
        )
        self._at("seeing who holds what")
        _ = workspace.graph
        remembered, problem = self._remembered(workspace)
        notices = (*workspace.notices, *((problem,) if problem else ()))
        return Opened(workspace, workspace.recoveries(), remembered, notices)

    def _remembered(self, workspace: Workspace) -> tuple[AccountState | None, str | None]:
        """Put the account first among the recent ones, and return what is known of it."""
        from iam_tui.workspace.state import update_state

        known: AccountState | None = None
        now = dt.datetime.now(tz=dt.UTC)
        name = workspace.account.alias or workspace.source.name

        def opened(state: State) -> State:
            nonlocal known
            known = state.of(workspace.source)
            return state.with_opened(workspace.source, name, now)

        problem = update_state(opened)
        return (None if self.options.fresh else known), problem

    def remember(
        self, place: Place, filters: Mapping[str, str], sorts: Mapping[str, str]
    ) -> str | None:
        """Keep where one is in the account for the next time; return what is wrong with that."""
        from iam_tui.workspace.state import update_state

        source = self.open_workspace.source
        name = self.account.alias or source.name
        now = dt.datetime.now(tz=dt.UTC)

        def seen(state: State) -> State:
            # What was saved under another name is another account from then on.
            known = state if state.of(source) is not None else state.with_opened(source, name, now)
            return known.with_view(source, place, filters, sorts)

        return update_state(seen)

    def close(self) -> None:
        """Let go of the account; edits that are not saved stay in their journal."""
        self._is_closed = True
        if self.workspace is not None:
            self.workspace.journal.close()

    def leave(self) -> None:
        """Let go of the account for another one."""
        self.close()
        self.workspace = None
        self._entities = None
        self._is_closed = False  # another one is read next

    @property
    def journal_problem(self) -> str | None:
        """Why the last edits are in memory only, in a sentence; None: they are on disk."""
        return self.workspace.journal_problem if self.workspace is not None else None

    def changed_on_disk(self) -> DiskChange | None:
        """Return what somebody else did to the file; for a worker thread, as disks can be slow."""
        return self.workspace.changed_on_disk() if self.workspace is not None else None

    def reread(self) -> Workspace:
        """Open the file as it is now, without the edits; slow, for a worker thread."""
        fresh = self.open_workspace.reread()
        _ = fresh.graph
        return fresh

    def take_over(self, fresh: Workspace) -> Replay:
        """Go on with the file as it is now, with the edits made again on it."""
        former = self.open_workspace
        replay = fresh.take_over(former)
        self.adopt(fresh)
        return replay

    def recover(self, recovery: Recovery) -> Replay:
        """Make edits again that were left behind.

        Raises:
            IamTuiError: When they cannot be had.
        """
        return self.open_workspace.recover(recovery)

    def adopt(self, workspace: Workspace) -> None:
        """Make what was read the open account."""
        self.workspace = workspace
        self._entities = None

    def clock(self) -> float:
        """Return seconds, for how long an answer took."""
        return self._clock()

    @property
    def open_workspace(self) -> Workspace:
        """The open account; screens ask for it only when there is one."""
        if self.workspace is None:
            raise LookupError("no account is open")
        return self.workspace

    @property
    def account(self) -> Account:
        """The account as the edits have made it."""
        return self.open_workspace.account

    @property
    def entities(self) -> Entities:
        """The account as the lists show it."""
        from iam_tui.tui.entities import Entities

        workspace, known = self.open_workspace, self._entities
        account, saved = workspace.account, workspace.saved_account
        if known is None or known.account is not account or known.saved is not saved:
            known = self._entities = Entities(account, workspace.graph, saved, self.today)
        return known

    def is_used(self, policy: str) -> bool:
        """Tell whether somebody has a policy, though the file may not hold it."""
        return bool(self.entities.holders(policy))

    @property
    def read_only(self) -> bool:
        """Whether edits are refused."""
        return self.options.read_only

    @property
    def unsaved(self) -> int:
        """How many edits are not in the file."""
        return self.workspace.unsaved if self.workspace is not None else 0

    def command_line(self, verb: str, *arguments: str) -> str:
        """Return the command that prints an answer about the account as it is here.

        Args:
            verb: The verb of `iam-tui`.
            arguments: What follows the account.
        """
        workspace = self.open_workspace
        source, added = workspace.source, workspace.additions
        words = ["iam-tui", verb, str(source.path or source.name), *arguments]
        for name in added.with_files:
            words += ["--with", str(name)]
        if added.credential_report is not None:
            words += ["--credential-report", str(added.credential_report)]
        # Edits that came from a file of edits are there, until another one is made.
        edits = workspace.journal.path or self.options.edits_file
        if workspace.unsaved and edits is not None:
            words += ["--edits", str(edits)]
        return shlex.join(words)

    def apply(self, edit: Edit) -> Change:
        """Make an edit.

        Raises:
            EditError: When AWS would refuse it.
        """
        return self.open_workspace.apply(edit)

    def undo(self) -> Change | None:
        """Take the last edit back."""
        return self.open_workspace.undo()

    def redo(self) -> Change | None:
        """Make the edit again that was taken back last."""
        return self.open_workspace.redo()

    def panel(self, principal: str) -> Panel:
        """Return the effective permissions of an identity; slow, for a worker thread."""
        from iam_tui.analysis import compare_effective

        workspace = self.open_workspace
        account = workspace.account
        started = self._clock()
        effective = workspace.effective(principal)
        changes = None
        if workspace.unsaved:
            changes = workspace.changes_since_save(principal)
            if changes is None:
                changes = compare_effective(None, effective)
        elapsed = (self._clock() - started) * 1000
        return Panel(principal, account, effective, changes, elapsed)

    def why(self, panel: Panel, permission: Permission) -> Why:
        """Return the reason of one row of a panel; slow, for a worker thread."""
        from iam_tui.analysis import why_permission

        return why_permission(panel.account, panel.principal, permission)

    def reach(
        self, before: Account, after: Account, should_stop: Callable[[], bool]
    ) -> tuple[Reach, ...]:
        """Return how far an edit reaches, a row a principal; slow, for a worker thread."""
        from iam_tui.analysis import blast_radius

        return blast_radius(before, after, should_stop=should_stop)

    def save(self, path: Path | None, *, overwrite: bool = False) -> Path:
        """Write the account as TOML.

        Raises:
            SaveRefused: When that would overwrite what is not ours to overwrite.
        """
        return self.open_workspace.save(path, overwrite=overwrite)


@dataclass(frozen=True, slots=True)
class Offers:
    """What the start screen has to offer."""

    left: tuple[Recovery, ...] = ()
    """Unsaved edits that were left behind, whatever account they belong to."""
    recent: tuple[tuple[AccountState, bool], ...] = ()
    """Accounts that were open lately, the last one first, and whether their file is there."""
    samples: tuple[tuple[str, str], ...] = ()
    """Bundled accounts and what each is about."""
    notices: tuple[str, ...] = ()


def offers() -> Offers:
    """Return what the start screen has to offer; slow, for a worker thread."""
    from iam_tui.formats import load, sample_names
    from iam_tui.workspace import recoveries
    from iam_tui.workspace.state import load_state

    state, notice = load_state()
    return Offers(
        recoveries(),
        tuple((one, one.exists) for one in state.accounts),
        tuple((name, load(name).description or "") for name in sample_names()),
        (notice,) if notice else (),
    )
