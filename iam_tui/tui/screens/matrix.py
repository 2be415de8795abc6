"""Access matrix: who has which access levels in which services, over the whole account."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple
from weakref import WeakKeyDictionary

from iam_tui.errors import UsageError
from iam_tui.tui.bindings import bindings
from iam_tui.tui.choices import Choice
from iam_tui.tui.hints import stops
from iam_tui.tui.lines import Target
from iam_tui.tui.matrix_table import MatrixTable
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.screens.pickers import PickScreen
from iam_tui.tui.widgets.matrix_view import MatrixView
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from iam_tui.errors import IamTuiError
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.session import Session
    from iam_tui.tui.widgets.line_view import LineView

LEGEND = "L list  R read  W write  P permissions  T tagging  small: limited"
SHORT_LEGEND = "small: limited"
_SORT_WORDS = {
    "file": "in the file's order",
    "name": "by name",
    "most": "most access first",
    "service": "most access to {} first",
}


class _Place(NamedTuple):
    """Where one was, for when one comes back."""

    principal: str
    service: str


class MatrixScreen(ModeScreen):
    """One table over the whole screen."""

    NAME = "Matrix"
    PLACE: ClassVar[str] = "matrix"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("panes", "matrix", ids=("sort", "sort.reverse", "column.pick"))
    ]
    _PLACES: ClassVar[WeakKeyDictionary[Session, _Place]] = WeakKeyDictionary()

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin without figures, on the cell that one was on before."""
        super().__init__(explorer, arguments)
        self.cells = MatrixView(jump=explorer.body.permissions.jump, id="matrix-view")
        self.pane = Pane(self.cells, number="", ascii_only=self.ascii_only, id="matrix-pane")
        place = self._PLACES.get(self.session)
        if place is not None:
            self.cells.principal, self.cells.service = place
        else:
            self.cells.principal = self.subject.key
        self._given: tuple[str, ...] = ()

    def body(self) -> Iterable[Widget]:
        """The table."""
        yield self.pane

    def begin(self) -> None:
        """Ask for the figures."""
        self.pane.titled("Access matrix")
        from iam_tui.analysis.matrix_rows import known_services

        try:
            self._given = known_services(self.arguments)
        except UsageError as error:
            self.cells.show_table(None, why_not=f"{error}")
            return
        self.cells.empty_text = "computing ..."
        self._compute()

    def account_changed(self) -> None:
        """Ask anew; the figures that are there stay, dimmed, until then."""
        if self.cells.table is not None:
            self.cells.dim(is_stale=True)
            self._compute()

    def _compute(self) -> None:
        account, given = self.session.account, self._given

        def compute(should_stop: Callable[[], bool]) -> MatrixTable | None:
            from iam_tui.analysis import access_matrix

            def progress(done: int, total: int) -> None:
                self.call_later(self._tell, done, total)

            found = access_matrix(account, should_stop=should_stop, progress=progress)
            if found.stopped:
                return None
            table = MatrixTable(account, found, given)
            _ = table.all_rows, table.longest_name, table.services
            return table

        count = len(account.users) + len(account.roles) + 1
        self.ask("matrix", compute, self._show, doing=f"asking {count:,} principals")

    def _tell(self, done: int, total: int) -> None:
        """Say how far it is, when it takes long enough that something was said already."""
        if self.is_asking and self.status.right == stops():
            self.say(f"matrix: {done:,} of {total:,} principals", stops())

    def _show(self, answer: object) -> None:
        if isinstance(answer, MatrixTable):
            self.cells.show_table(answer)
            self._title()

    def failed(self, kind: str, error: IamTuiError) -> None:
        """Say in the pane why there are no figures."""
        self.cells.show_table(None, why_not=str(error))
        super().failed(kind, error)

    def _title(self) -> None:
        table = self.cells.table
        if table is None:
            return
        shown, total = self.cells.count(), len(table.all_rows)
        tally = f"{shown:,}/{total:,} /{table.text}" if table.text else f"{total:,} principals"
        order = _SORT_WORDS[table.sort].format(self.cells.service)
        whose = table.account.reference(table.own) if table.own else ""
        columns = f", services of {whose}" if whose else ", widely held services first"
        columns = "" if self._given else columns
        self.pane.titled(f"Access matrix{columns}", f"{tally}, {order}{' v' * table.reverse}")
        self.pane.footed(self.cells.position, LEGEND if self.size.width >= 110 else SHORT_LEGEND)

    def stop(self, *kinds: str) -> None:
        """Let go of what is computed."""
        super().stop(*kinds)
        if self.cells.table is None:
            self.cells.empty_text = "stopped; T computes it again"
            self.cells.refresh()

    # what the views tell

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Say in words what the chosen cell says."""
        super().on_line_view_moved(event)
        self._title()

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Show only principals whose names match."""
        super().on_pane_filtered(event)
        self._title()

    def opened(self, view: LineView) -> None:
        """Go to the permissions of the principal, unfolded at the service."""
        one = self.cells.one
        if view is not self.cells or one is None:
            return
        self._PLACES[self.session] = _Place(one.row.principal, self.cells.service)
        service, explorer = self.cells.service, self.explorer
        identity = self.session.account.identity(one.row.principal)
        if identity is None:
            self.say(f"{one.name} is no longer there")
            return
        permissions = explorer.body.permissions
        if explorer.walk.target.key != identity.arn:
            self.go_to(Target(identity.kind, identity.arn))
        while self.app.screen is not explorer:
            self.app.pop_screen()
        if permissions.filter_text:
            permissions.narrow("")
        permissions.unfold_at(service)
        explorer.action_pane("permissions")

    def on_unmount(self) -> None:
        """Remember where one was."""
        if self.cells.one is not None:
            place = _Place(self.cells.one.row.principal, self.cells.service)
            self._PLACES[self.session] = place
        super().on_unmount()

    # commands

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.cells.sort_next()
        self._title()

    def action_sort_reverse(self) -> None:
        """Turn the order round."""
        self.cells.sort_reverse()
        self._title()

    def action_column_pick(self) -> None:
        """Go to a service by its name."""
        table = self.cells.table
        if table is None:
            return

        def picked(service: str | None) -> None:
            if service is not None:
                self.cells.choose(service)

        held = table.matrix.holders
        choices = [Choice(name, f"{held.get(name, 0):,} have it", name) for name in table.services]
        self.app.push_screen(
            PickScreen("Go to which service?", choices, ascii_only=self.ascii_only), picked
        )

    def action_mode(self, name: str) -> None:
        """The key of this mode computes the figures when they were stopped."""
        if name != "matrix":
            super().action_mode(name)
        elif self.cells.table is None:
            self.begin()

    def command(self) -> tuple[str, ...]:
        """Return the verb that prints the table."""
        if self.cells.table is None:
            return ()
        services = (word for service in self._given for word in ("--service", service))
        return ("matrix", *services, "--format", "text")
