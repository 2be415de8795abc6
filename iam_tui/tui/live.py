"""What follows the cursor: the permissions panel and the reason of its row.

Keys are never held up: a timer is restarted at each press and asks only when the cursor rests;
the answer is computed in a thread; an answer to an older question is dropped. Until the new
figures are there the old ones stay, marked `stale`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from iam_tui.errors import IamTuiError
from iam_tui.tui.permission_rows import PermissionTree
from iam_tui.tui.why_lines import why_lines, why_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen
    from textual.timer import Timer

    from iam_tui.account import Account
    from iam_tui.tui.lines import Line, Target
    from iam_tui.tui.screens.body import Body
    from iam_tui.tui.session import Panel, ReachTotals, Session

REST = 0.08
"""Seconds that the cursor rests before the panes follow it."""
STALE = 0.12
"""Seconds after which figures that are being computed anew are marked."""


class Live:
    """Asks the session in threads and shows the newest answer."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        body: Body,
        arrived: Callable[[Panel | None], None],
    ) -> None:
        """Take the panes of permissions and why.

        Args:
            screen: Whose timers and workers are used.
            session: Whom to ask.
            body: Where the panes are.
            arrived: Called when the panel shows other figures.
        """
        self._screen, self._session = screen, session
        self._permissions_pane, self._permissions = body.panes["permissions"], body.permissions
        self._why_pane, self._why = body.panes["why"], body.why
        self._arrived = arrived
        self.panel: Panel | None = None
        self._questions = {"panel": 0, "why": 0, "reach": 0}
        self._stale: Timer | None = None

    def follow(self, target: Target, name: str) -> None:
        """Show the permissions of an identity, or say why there are none."""
        if target.kind in {"policy", "inline"}:
            self._questions["panel"] += 1
            self._show(None, f"{name} is a policy: go to an identity that has it")
            return
        if not target.key:
            self._show(None, "nothing to show")
            return
        number = self._ask("panel")
        self._mark_stale_later(name)
        self._in_thread("panel", partial(self._compute_panel, number, target.key, name))

    def _compute_panel(self, number: int, principal: str, name: str) -> None:
        if number != self._questions["panel"]:
            return
        try:
            panel = self._session.panel(principal)
        except IamTuiError as error:
            text = str(error)
            self._back("panel", number, lambda: self._show(None, text))
            return
        self._back("panel", number, lambda: self._show(panel, name))

    def _show(self, panel: Panel | None, name: str) -> None:
        if self._stale is not None:
            self._stale.stop()
        self.panel = panel
        if panel is None:
            self._permissions_pane.titled("Effective permissions")
            self._permissions_pane.footed("", "")
            self._permissions.show_tree(None, why_not=name)
        else:
            of = f"{name}'s members" if panel.effective.kind == "group" else name
            self._permissions_pane.titled(f"Effective permissions of {of}", "live")
            self._permissions.show_tree(PermissionTree(panel.effective, panel.changes))
            self._permissions_pane.footed(
                self._permissions.position, f"recomputed in {panel.milliseconds:.0f} ms"
            )
        self._arrived(panel)
        self.explain()

    def explain(self) -> None:
        """Show the reason of the row under the cursor of the panel."""
        number = self._ask("why")
        row = self._permissions.row
        if self.panel is None or row is None or row.permission is None:
            self._why_pane.titled("Why")
            self._why.empty_text = "unfold a service (space) and move to an action"
            self._why.show(())
            return
        permission, panel = row.permission, self.panel

        def compute() -> None:
            if number != self._questions["why"]:
                return
            try:
                why = self._session.why(panel, permission)
                lines = tuple(why_lines(panel.account, why))
                word = permission.status
            except IamTuiError as error:
                lines, word = (), str(error)
            self._back("why", number, lambda: self._show_why(lines, why_title(permission), word))

        self._in_thread("why", compute)

    def _show_why(self, lines: tuple[Line, ...], title: str, word: str) -> None:
        self._why_pane.titled(title, word)
        self._why.show(lines)

    def reach(self, before: Account, after: Account, tell: Callable[[ReachTotals], None]) -> None:
        """Find out how far an edit reaches, and tell."""
        number = self._ask("reach")

        def should_stop() -> bool:
            return number != self._questions["reach"]

        def compute() -> None:
            if should_stop():
                return
            totals = self._session.reach(before, after, should_stop)
            self._back("reach", number, lambda: tell(totals))

        self._in_thread("reach", compute)

    def forget(self) -> None:
        """Make every answer that is still to come a late one."""
        for kind in self._questions:
            self._questions[kind] += 1

    def _ask(self, kind: str) -> int:
        self._questions[kind] += 1
        return self._questions[kind]

    def _mark_stale_later(self, name: str) -> None:
        if self._stale is not None:
            self._stale.stop()

        def mark() -> None:
            self._permissions_pane.titled(f"Effective permissions of {name}", "stale ...")

        self._stale = self._screen.set_timer(STALE, mark)

    def _in_thread(self, group: str, work: Callable[[], None]) -> None:
        self._screen.run_worker(work, thread=True, exclusive=True, group=group)

    def _back(self, kind: str, number: int, show: Callable[[], None]) -> None:
        """Show an answer on the screen's thread, unless a newer question was put meanwhile."""

        def show_if_newest() -> None:
            if number == self._questions[kind] and self._screen.is_mounted:
                show()

        self._screen.call_later(show_if_newest)
