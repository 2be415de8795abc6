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
    from collections.abc import Callable

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis import EffectivePermissions, Permission, PermissionChanges, Reach, Why
    from iam_tui.tui.entities import Entities
    from iam_tui.workspace import Change, Workspace
    from iam_tui.workspace.options import TuiOptions


@dataclass(frozen=True, slots=True)
class Panel:
    """What the permissions pane shows of one identity, and how long it took to find out."""

    principal: str
    account: Account
    effective: EffectivePermissions
    changes: PermissionChanges | None
    milliseconds: float


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

    def read(self, source: str) -> Workspace:
        """Open an account file or a sample; slow, for a worker thread.

        The graph is built here too, so that the first edit does not wait for it.
        """
        from iam_tui.tui.screens import walk  # noqa: F401 - so that the first key need not wait
        from iam_tui.workspace import Workspace

        workspace = Workspace.open(
            source,
            with_files=self.options.with_files,
            edits_file=self.options.edits_file,
            read_only=self.options.read_only,
        )
        _ = workspace.graph
        return workspace

    def adopt(self, workspace: Workspace) -> None:
        """Make what was read the open account."""
        self.workspace = workspace
        self._entities = None

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
        workspace, options = self.open_workspace, self.options
        source = workspace.source
        words = ["iam-tui", verb, str(source.path or source.name), *arguments]
        for name in options.with_files:
            words += ["--with", name]
        if options.credential_report is not None:
            words += ["--credential-report", options.credential_report]
        journal = workspace.journal.path
        if workspace.unsaved and journal is not None:
            words += ["--edits", str(journal)]
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


def sample_descriptions() -> tuple[tuple[str, str], ...]:
    """Return the bundled accounts and what each is about; slow, for a worker thread."""
    from iam_tui.formats import load, sample_names

    return tuple((name, load(name).description or "") for name in sample_names())
