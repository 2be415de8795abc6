"""The account's assertions: which hold, which do not, and the first requests against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from iam_tui.account.edits import DeleteAssertion
from iam_tui.analysis import check
from iam_tui.tui.bindings import bindings
from iam_tui.tui.check_lines import (
    AssertionList,
    Verdict,
    request_of_failure,
    request_of_promise,
    verdict_of,
)
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.binding import BindingType
    from textual.widget import Widget

    from iam_tui.analysis import AssertionResult
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.why_request import WhyRequest
    from iam_tui.tui.widgets.line_view import LineView

NONE = (
    "this account makes no promises; X on an answer of simulate or who can makes one, or write "
    "[[assertions]] into the account file"
)


class CheckScreen(ModeScreen):
    """A list of assertions, and what became of the one under the cursor."""

    NAME = "Check"
    PLACE = "check"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", ids=("delete",))]

    def __init__(self, explorer: ExploreScreen, arguments: tuple[str, ...] = ()) -> None:
        """Check nothing yet."""
        super().__init__(explorer, arguments)
        self.list = AssertionList()
        self.detail = TextView(id="verdict-view")
        self._verdict = Verdict((), ())

    def body(self) -> Iterable[Widget]:
        """The list, and below it what became of one."""
        yield Pane(self.list, number="", ascii_only=self.ascii_only, id="assertions")
        yield Pane(self.detail, number="", ascii_only=self.ascii_only, id="verdict")

    def begin(self) -> None:
        """Check for the first time."""
        self._check()

    def account_changed(self) -> None:
        """Check the changed account; the former results stay meanwhile."""
        self._check()

    def command(self) -> tuple[str, ...]:
        """Return the verb that prints this."""
        return ("check",)

    def _check(self) -> None:
        account = self.session.account
        count = len(account.assertions)
        doing = f"checking {count} assertion{'' if count == 1 else 's'}"
        self.list.dim(is_stale=True)
        self.list.empty_text = f"{doing} ..."

        def compute(should_stop: Callable[[], bool]) -> tuple[AssertionResult, ...]:
            return check(account, should_stop=should_stop)

        def show(answer: object) -> None:
            self._show(cast("tuple[AssertionResult, ...]", answer))

        self.ask("check", compute, show, doing=doing)

    def _show(self, results: tuple[AssertionResult, ...]) -> None:
        failed = sum(not result.holds for result in results)
        said = f"{failed} of {len(results)} FAILED" if failed else "all hold"
        self.query_one("#assertions", Pane).titled(
            f"Assertions  {len(results)}", said if results else ""
        )
        self.list.dim(is_stale=False)
        self.list.show(results, NONE)
        self._show_verdict()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Offer the keys, greyed where they cannot be used."""
        event.prevent_default()
        self.footer.offer(self.PLACE, self.explorer.greyed()[0])

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Show what became of the assertion that the cursor is on."""
        if event.view is self.list:
            self._show_verdict()

    def _show_verdict(self) -> None:
        result = self.list.result
        self._verdict = Verdict((), ()) if result is None else verdict_of(result)
        self.query_one("#verdict", Pane).titled("What became of it" if result else "")
        self.detail.show(self._verdict.lines)

    def opened(self, view: LineView) -> None:
        """Say why: of the counterexample under the cursor, or of the first one."""
        if view is self.detail:
            line = self.detail.line_number
            asked = self._verdict.requests
            self._explain(asked[line] if line < len(asked) else None)
        elif self.list.result is not None:
            result = self.list.result
            if result.failures:
                self._explain(request_of_failure(result.assertion, result.failures[0]))
            else:
                self._explain(request_of_promise(result.assertion) if result.holds else None)

    def _explain(self, request: WhyRequest | None) -> None:
        if request is not None:
            self.app.open_mode("why", request.words)  # type: ignore[attr-defined]
            return
        result = self.list.result
        self.say(result.reason if result is not None else "there is nothing to explain")

    def why_arguments(self) -> tuple[str, ...]:
        """Return the request of the first counterexample, or of the promise itself."""
        result = self.list.result
        if result is None:
            return ()
        request = (
            request_of_failure(result.assertion, result.failures[0])
            if result.failures
            else request_of_promise(result.assertion)
        )
        return request.words if request is not None else ()

    def action_delete(self) -> None:
        """Take the assertion under the cursor out of the file."""
        result = self.list.result
        if result is None:
            self.say("there is no assertion to remove")
            return
        kept = result.assertion
        edit = DeleteAssertion(
            principal=kept.principal,
            action=kept.action,
            resource=kept.resource,
            context=kept.context,
        )
        self.explorer.editing.apply(edit)
