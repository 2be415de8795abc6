"""The account's assertions as rows, and what became of one of them as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.analysis import promise_in_words
from iam_tui.analysis.assertions_requests import is_open
from iam_tui.commands import first_key
from iam_tui.tui.details.facts import BLANK, fact, heading, remark
from iam_tui.tui.lines import Line, Span, Tone
from iam_tui.tui.why_request import WhyRequest
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam_tui.account import Assertion
    from iam_tui.analysis import AssertionResult, Failure

HOLDS, FAILS = "ok", "FAILED"
_MARK = 8
_ANYBODY = {"anonymous": "*"}
"""What assertions call a caller -> what a request does."""


class AssertionList(LineView):
    """One row an assertion."""

    def __init__(self) -> None:
        """Make an empty list."""
        super().__init__(jump=True, id="assertions-view")
        self._results: tuple[AssertionResult, ...] = ()
        self._shown: list[AssertionResult] = []

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self._shown)

    def line_at(self, index: int, width: int) -> Line:  # noqa: ARG002 - the view cuts it
        """Return whether an assertion holds, and what it promises."""
        result = self._shown[index]
        mark = Span(f"{HOLDS if result.holds else FAILS:<{_MARK}}", _tone(result))
        note = Span("  ! has a note" if result.notes else "", "warn")
        said = promise_in_words(result.assertion)
        return Line((mark, Span(said), note), copy=said)

    @property
    def result(self) -> AssertionResult | None:
        """What became of the assertion under the cursor."""
        return self._shown[self.cursor] if self._shown else None

    def show(self, results: tuple[AssertionResult, ...], empty_text: str) -> None:
        """Show other results, the cursor on the same assertion as before."""
        before = self.result
        self._results, self.empty_text = results, empty_text
        self._narrowed()
        same = (
            index
            for index, result in enumerate(self._shown)
            if before is not None and result.assertion == before.assertion
        )
        self.reloaded(next(same, self.cursor))

    def narrow(self, text: str) -> None:
        """Show only the assertions whose row has this text."""
        super().narrow(text)
        self._narrowed()
        self.reloaded(0)

    def _narrowed(self) -> None:
        sought = self.filter_text.lower()
        self._shown = [
            result
            for result in self._results
            if sought in f"{HOLDS if result.holds else FAILS} {_words(result.assertion)}".lower()
        ]


def _words(assertion: Assertion) -> str:
    return f"{promise_in_words(assertion)} {assertion.why}"


def _tone(result: AssertionResult) -> Tone:
    return "good" if result.holds else "bad"


class Verdict(NamedTuple):
    """What became of an assertion, ready to be shown."""

    lines: tuple[Line, ...]
    requests: tuple[WhyRequest | None, ...]
    """For each line the request that it is about."""


def verdict_of(result: AssertionResult) -> Verdict:
    """Return the lines about one assertion; a counterexample leads to its reason."""
    assertion = result.assertion
    lines: list[Line] = [
        Line((Span(f"{HOLDS if result.holds else FAILS}  ", _tone(result)), Span(result.reason)),
             copy=result.reason, indent=_MARK),
        fact("promise", promise_in_words(assertion)),
    ]  # fmt: skip
    if assertion.why:
        lines.append(fact("because", assertion.why))
    lines += [remark(f"note: {note}", "warn", indent=0) for note in result.notes]
    requests: list[WhyRequest | None] = [None] * len(lines)
    if result.failures:
        lines += [BLANK, heading("Not as promised", f"{first_key('open')} says why")]
        requests += [None, None]
    for failure in result.failures:
        request = request_of_failure(assertion, failure)
        where = "" if failure.resource == "*" else f" on {failure.resource}"
        verb = "may" if failure.decision == "allowed" else "may not"
        said = f"{failure.principal} {verb} {failure.action}{where}"
        lines.append(Line((Span(f"  {said}", "name"),), copy=said, indent=4))
        lines.append(remark(failure.reason, indent=4))
        requests += [request, request]
    return Verdict(tuple(lines), tuple(requests))


def request_of_failure(assertion: Assertion, failure: Failure) -> WhyRequest:
    """Return the request of a counterexample."""
    return WhyRequest(
        principal=_ANYBODY.get(failure.principal, failure.principal),
        action=failure.action,
        resource="" if failure.resource == "*" else failure.resource,
    ).with_keys(_keys(assertion))


def request_of_promise(assertion: Assertion) -> WhyRequest | None:
    """Return the one request that an assertion is about; None where wildcards make it several.

    Of a promise about every resource it is the request for any.
    """
    resource = "" if assertion.resource == "*" else assertion.resource
    if any(is_open(text) for text in (assertion.principal, assertion.action, resource)):
        return None
    return WhyRequest(
        principal=_ANYBODY.get(assertion.principal, assertion.principal),
        action=assertion.action,
        resource=resource,
    ).with_keys(_keys(assertion))


def _keys(assertion: Assertion) -> dict[str, str | Sequence[str]]:
    return dict(assertion.context)
