"""What follows the cursor: the permissions panel and the reason of its row.

Keys are never held up: a timer is restarted at each press and asks only when the cursor rests;
the answer is computed in a thread; an answer to an older question is dropped. Until the new
figures are there the old ones stay, marked `stale`.
"""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError
from iam_tui.tui.details.facts import remark
from iam_tui.tui.permission_lines import changes_text, counts_text
from iam_tui.tui.permission_rows import PermissionTree, is_gone
from iam_tui.tui.reach_text import reach_text
from iam_tui.tui.why_lines import why_lines, why_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen
    from textual.timer import Timer

    from iam_tui.account import Account
    from iam_tui.analysis import Permission
    from iam_tui.tui.lines import Line, Target
    from iam_tui.tui.screens.body import Body
    from iam_tui.tui.session import Panel, Session

STALE = 0.12
"""Seconds after which figures that are being computed anew are marked."""


class Live:
    """Asks the session in threads and shows the newest answer."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        body: Body,
        arrived: Callable[[], None],
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
        self.tree: PermissionTree | None = None
        """What the permissions pane shows."""
        self._questions = {"panel": 0, "why": 0, "reach": 0}
        self._stale: Timer | None = None
        self._shown = ""
        self._wanted_row: int | None = None
        self._explained: tuple[Panel, Permission] | None = None
        self._policy: tuple[Target, str] | None = None
        """What the pane of reasons says in plain words, and what to call it."""
        self._one_at_a_time = Lock()

    @property
    def why_row(self) -> int:
        """The line of the reason that the cursor is on, or will be when it is shown."""
        return self._why.line_number if self._wanted_row is None else self._wanted_row

    def is_about(self, key: str) -> bool:
        """Tell whether the figures are about this identity."""
        return self.panel is not None and self.panel.principal == key

    def follow(self, target: Target, name: str, why_row: int) -> None:
        """Show the permissions of an identity, or say why there are none.

        Args:
            target: The identity; there are none of policies.
            name: What to call it.
            why_row: The line of the reason to put the cursor on.
        """
        self._wanted_row = why_row
        self._policy = None
        if target.kind in {"policy", "inline"}:
            self._policy = (target, name)
            self._refuse("")  # the plain words take the place of the figures
            return
        if target.kind == "provider":
            self._refuse(
                f"{name} is an identity provider: open a role that trusts it ({first_key('open')})"
            )
            return
        if self._session.account.identity(target.key) is None:
            self._refuse(f"{name} is not in this account" if target.key else "nothing to show")
            return
        number = self._ask("panel")
        self._mark_stale_later(name)
        self._in_thread("panel", partial(self._compute_panel, number, target.key, name))

    def _refuse(self, why_not: str) -> None:
        self._questions["panel"] += 1
        self._show(None, why_not)

    def _compute_panel(self, number: int, principal: str, name: str) -> None:
        """Ask, unless somebody wants to know something else by the time it is our turn."""
        with self._one_at_a_time:
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
        self.panel, self.tree = panel, None
        pane, view = self._permissions_pane, self._permissions
        if panel is None:
            pane.titled("Effective permissions")
            view.show_tree(None, why_not=name)
            pane.footed("", "")
        else:
            tree = PermissionTree(panel.account, panel.effective, panel.changes)
            self.tree = tree
            took = f"{panel.milliseconds:.0f}" if panel.milliseconds >= 1 else "<1"
            self._shown = _title(panel, name)
            pane.titled(self._shown, f"live, recomputed in {took} ms")
            view.show_tree(tree)
            pane.footed(view.position, _totals(tree))
        self._arrived()
        self.explain()

    def explain(self) -> None:
        """Show the reason of the row under the cursor of the panel."""
        number = self._ask("why")
        row = self._permissions.row
        if self._policy is not None:
            self._show_words(*self._policy)
            return
        if self.panel is None or row is None or row.permission is None:
            self._explained = None
            self._why_pane.titled("Why")
            self._why.show((), empty_text=self._no_reason())
            return
        permission, panel = row.permission, self.panel
        if self._is_explained(panel, permission):
            return  # the cursor has come to rest where it was
        word = "lost" if is_gone(permission, row.change) else permission.status

        def compute() -> None:
            if number != self._questions["why"]:
                return
            try:
                lines = tuple(why_lines(panel.account, self._session.why(panel, permission)))
            except IamTuiError as error:
                lines = (remark(str(error)),)

            def show() -> None:
                self._explained = (panel, permission)
                self._show_why(lines, why_title(permission), word)

            self._back("why", number, show)

        self._in_thread("why", compute)

    def _show_words(self, policy: Target, name: str) -> None:
        """Say a policy in plain words, which has no permissions of its own."""
        from iam_tui.tui.words_lines import document_of, words_lines

        self._explained = None
        document = document_of(self._session.account, policy)
        count = len(document.statements) if document is not None else 0
        tally = f"{count} statement{'' if count == 1 else 's'}"
        self._why_pane.titled(f"{name} in plain words", tally if document is not None else "")
        row = self._why.line_number if self._wanted_row is None else self._wanted_row
        self._why.show(tuple(words_lines(document)), row)
        self._wanted_row = None

    def _is_explained(self, panel: Panel, permission: Permission) -> bool:
        known = self._explained
        return known is not None and known[0] is panel and known[1] == permission

    def _no_reason(self) -> str:
        if self.panel is None:
            return "nothing to explain"
        keys = f"{first_key('pane.perms')}, then {first_key('expand')}"
        return f"unfold a service ({keys}) and move to an action"

    def _show_why(self, lines: tuple[Line, ...], title: str, word: str) -> None:
        self._why_pane.titled(title, word)
        self._why.show(lines, self._wanted_row or 0)
        self._wanted_row = None

    def reach(self, before: Account, after: Account, tell: Callable[[str], None]) -> None:
        """Find out how far an edit reaches, and tell in words."""
        number = self._ask("reach")

        def should_stop() -> bool:
            return number != self._questions["reach"]

        def compute() -> None:
            if should_stop():
                return
            text = reach_text(self._session.reach(before, after, should_stop))
            self._back("reach", number, lambda: tell(text))

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
            whose = self._shown if self.panel is not None else "Effective permissions"
            self._permissions_pane.titled(whose, f"stale, computing {name} ...")
            self._permissions.dim(is_stale=True)

        self._stale = self._screen.set_timer(STALE, mark)

    def _in_thread(self, group: str, work: Callable[[], None]) -> None:
        self._screen.run_worker(work, thread=True, exclusive=True, group=group)

    def _back(self, kind: str, number: int, show: Callable[[], None]) -> None:
        """Show an answer on the screen's thread, unless a newer question was put meanwhile."""

        def show_if_newest() -> None:
            if number == self._questions[kind] and self._screen.is_mounted:
                show()

        self._screen.call_later(show_if_newest)


def _title(panel: Panel, name: str) -> str:
    is_group = panel.effective.kind == "group"
    return f"Effective permissions of {'members of ' if is_group else ''}{name}"


def _totals(tree: PermissionTree) -> str:
    """Return the sums over all services, and what the unsaved edits did to them."""
    changes = changes_text(tree.total_changes)
    return counts_text(tree.totals) + (f"   unsaved: {changes}" if changes else "")
