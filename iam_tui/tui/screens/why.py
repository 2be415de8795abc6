"""Why a request is allowed or not, what came near, and what would turn the answer round."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Vertical

from iam_tui.analysis import assertion_edit
from iam_tui.analysis.denial_answers import IncompleteDenialError
from iam_tui.commands import first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.choices import Choice
from iam_tui.tui.details.facts import remark
from iam_tui.tui.fix_lines import Changes, changes_of, edit_of, keys_of, reach_sentence
from iam_tui.tui.hints import stops
from iam_tui.tui.screens.dialogs import ChooseScreen
from iam_tui.tui.screens.requesting import RequestScreen
from iam_tui.tui.why_fields import in_words_of_fields, said_by
from iam_tui.tui.why_reasons import reason_lines
from iam_tui.tui.why_request import Explained, explained
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from iam_tui.analysis import Fix, Removal
    from iam_tui.errors import IamTuiError
    from iam_tui.tui.lines import Line
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView


class WhyScreen(RequestScreen):
    """A request in fields, the reason below it, and below that what would change the answer."""

    NAME = "Why"
    PLACE = "reasons"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("reasons"),
        *bindings("asking", ids=("assert",)),
    ]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin with what one is at, or with what the arguments ask."""
        super().__init__(explorer, arguments)
        self.changes: Changes | None = None
        self.reasons = TextView(jump=True, id="reasons-view")
        self.proposals = TextView(id="changes-view")
        self.proposals.shows_resting_cursor = True

    # the frame

    def body(self) -> Iterable[Widget]:
        """Fields, reason, changes."""
        yield self.form
        yield Vertical(
            Pane(self.reasons, number="", ascii_only=self.ascii_only, id="reasons"),
            Pane(self.proposals, number="", ascii_only=self.ascii_only, id="changes"),
            id="reasons-and-changes",
        )

    @property
    def answer_views(self) -> Sequence[Widget]:
        """The reason, then the changes."""
        return (self.reasons, self.proposals)

    @property
    def _reasons_pane(self) -> Pane:
        return self.query_one("#reasons", Pane)

    @property
    def _changes_pane(self) -> Pane:
        return self.query_one("#changes", Pane)

    def begin(self) -> None:
        """Ask, where there is enough to ask."""
        super().begin()
        self._ask()

    def account_changed(self) -> None:
        """Ask the changed account the same."""
        super().account_changed()
        self._ask()

    def run_request(self) -> None:
        """Ask, then go to the reason."""
        self._ask(then=self.leave_fields)

    def trail(self) -> tuple[str, ...]:
        """Return the crumbs: who it is about."""
        if self.answer is None:
            return (self.NAME,)
        simulation = self.answer.reasons.simulation
        name = self.session.account.reference(simulation.principal).rpartition("/")[2]
        return (
            name,
            simulation.request.action,
            "Why" if self.answer.reasons.allowed else "Why not",
        )

    def command(self) -> tuple[str, ...]:
        """Return `why` with the request, once it could be asked."""
        return ("why", *self.request.words) if self.answer is not None else ()

    # asking

    def _ask(self, then: Callable[[], None] | None = None) -> None:
        self.stop("changes", "reach")
        self.changes = None
        if not self.request.is_complete:
            asks = f"{first_key('form.run')} asks"
            self.refuse(f"fill in principal and action, or paste an AccessDenied message; {asks}")
            return
        account, request = self.session.account, self.request

        def compute(_should_stop: Callable[[], bool]) -> tuple[Explained, tuple[Line, ...]]:
            found = explained(account, request)
            return found, tuple(reason_lines(account, found))

        def show(answer: object) -> None:
            found, lines = cast("tuple[Explained, tuple[Line, ...]]", answer)
            self._show(found, lines, is_other=then is not None)
            if then is not None:
                then()
            self._look_for_changes(found)

        self.reasons.dim(is_stale=True)
        self.ask("reasons", compute, show, doing="finding out why")

    def _show(self, found: Explained, lines: tuple[Line, ...], *, is_other: bool) -> None:
        row = 0 if is_other or self.answer is None else self.reasons.line_number
        self.answer = found
        decision = found.reasons.simulation.decision.value
        self.reasons.dim(is_stale=False)
        self.reasons.show(lines, row)
        self._reasons_pane.titled("Why" if found.reasons.allowed else "Why not", decision)
        self._say_what_is_known(found)

    def failed(self, kind: str, error: IamTuiError) -> None:
        """Say why it cannot be asked; what was typed stays in the fields."""
        if kind != "reasons":
            self.say(str(error))
            return
        self.refuse(in_words_of_fields(error))
        if isinstance(error, IncompleteDenialError):
            self.form.focus_field(error.lacking[0])

    def refuse(self, problem: str) -> None:
        """Say why it cannot be asked."""
        self.answer = self.changes = None
        self.reasons.dim(is_stale=False)
        self.reasons.show((remark(problem, "text", indent=0),))
        self.proposals.show(())
        self._reasons_pane.titled("Why")
        self._changes_pane.titled("Changes")
        self._say_what_is_known(None)

    def _say_what_is_known(self, found: Explained | None) -> None:
        self.form.say_of_message(said_by(found.denial if found is not None else None))
        self.fold()
        self.show_crumbs()

    # changes

    def _look_for_changes(self, found: Explained) -> None:
        goal = "end it" if found.reasons.allowed else "allow it"
        self._changes_pane.titled(f"What would {goal}", "looking for changes ...")
        self.proposals.show((), empty_text=f"looking for changes ...; {stops()}")

        def compute(should_stop: Callable[[], bool]) -> Changes:
            reasons = found.reasons
            if reasons.allowed:
                ended = reasons.find_removals(should_stop)
                return changes_of(reasons, ended.removals, ended.beyond, is_exact=ended.exact)
            fixes = reasons.find_fixes(should_stop)
            return changes_of(reasons, fixes.fixes, fixes.beyond)

        def show(answer: object) -> None:
            self._show_changes(cast("Changes", answer), goal)

        self.ask("changes", compute, show, doing="looking for changes")

    def _show_changes(self, changes: Changes, goal: str) -> None:
        self.changes = changes
        count = len(changes.proposed)
        noun = "change" if count == 1 else "changes"
        told = f"{count} {noun}, each tried" if count else "none found"
        self._changes_pane.titled(f"What would {goal}", told)
        self.proposals.show(changes.lines, empty_text=changes.why_none)

    def action_back(self) -> None:
        """Leave the field, stop what is looked for, or leave the screen."""
        is_stopped = self.is_asking and self.form.focused_field is None
        super().action_back()
        if is_stopped and self.changes is None and self.answer is not None:
            self._changes_pane.titled("Changes", "stopped")
            again = f"stopped; {first_key('form.run')} in a field of the request looks again"
            self.proposals.show((), empty_text=again)

    def _chosen(self) -> Fix | Removal | None:
        changes, line = self.changes, self.proposals.line_number
        if changes is None or line >= len(changes.owners) or changes.owners[line] < 0:
            return None
        return changes.proposed[changes.owners[line]]

    def opened(self, view: LineView) -> None:
        """Make the change under the cursor; go to the statement of a line of the reason."""
        if view is self.proposals:
            self.action_fix()
        else:
            super().opened(view)

    def action_fix(self) -> None:
        """Ask whether to make the change under the cursor, and say who gains and loses by it."""
        change, account = self._chosen(), self.session.account
        if change is None:
            self.say("there is no change to make here")
        elif not change.edits:
            self._meet(change)
        elif self.session.read_only:
            self.say("not in read-only mode; start without --read-only to edit")
        elif not change.is_large:
            self._confirm(change, reach_sentence(account, change.reach))  # it is worked out
        else:
            self.ask(
                "reach",
                lambda _should_stop: reach_sentence(account, change.reach),
                lambda said: self._confirm(change, str(said)),
                doing="working out who gains and loses",
            )

    def _meet(self, change: Fix | Removal) -> None:
        """Ask again with the keys that a change wants the request to carry."""
        self.request = self.request.with_keys(keys_of(change))
        self.fill()
        self._ask()
        self.say(f"asked again: {change.title}; no edit was made")

    def _confirm(self, change: Fix | Removal, reach: str) -> None:
        choices = [
            Choice(
                "make this change",
                f"as one edit, which {first_key('undo')} takes back",
                answer=True,
            ),
            Choice("leave the account as it is", "", answer=False),
        ]
        keys = ", ".join(keys_of(change))
        also = f" The request has to carry {keys} too." if keys else ""
        screen = ChooseScreen(
            "Make this change?",
            choices,
            text=f"{change.title}: {reach}.{also}",
            ascii_only=self.ascii_only,
        )
        self.app.push_screen(screen, partial(self._make, change))

    def _make(self, change: Fix | Removal, answer: bool | None) -> None:
        if not answer:
            self.say("nothing was changed")
            return
        keys = keys_of(change)
        if keys:
            self.request = self.request.with_keys(keys)
            self.fill()
        self.explorer.editing.apply(edit_of(change))

    # promises

    def action_assert(self) -> None:
        """Promise that it stays as it is."""
        if self.answer is None:
            self.say("there is no answer to promise: ask something first")
            return
        reasons = self.answer.reasons
        edit = assertion_edit(reasons.account, reasons.ask, allowed=reasons.allowed)
        self.explorer.editing.apply(edit)
