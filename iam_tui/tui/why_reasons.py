"""Why a request is allowed or not, as lines: what AWS said, what came near, layers, documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.commands import first_key
from iam_tui.tui.details.facts import BLANK, heading, remark
from iam_tui.tui.lines import Line, Span
from iam_tui.tui.why_lines import LAYER, layer_lines, leading, statement_way, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.analysis import DenialAnswer, FailedPart, NearMiss, Reasons
    from iam_tui.tui.lines import Tone
    from iam_tui.tui.why_request import Explained

DECODE = "aws sts decode-authorization-message --encoded-message"
_TONES: dict[str, Tone] = {"allowed": "good", "implicitDeny": "warn", "explicitDeny": "bad"}
_LABEL = 24
"""Cells for the name of what failed: `StringEquals aws:Source`."""


def reason_lines(account: Account, found: Explained) -> Iterator[Line]:
    """Yield the lines of the screen that says why."""
    reasons = found.reasons
    simulation = reasons.simulation
    decision = simulation.decision.value
    yield Line(
        (Span(f"{decision}  ", _TONES[decision]), Span(reasons.reason, "strong")),
        copy=reasons.reason,
        indent=2,
    )
    if found.denial is not None:
        yield from _message(found.denial)
    action = simulation.request.action
    is_lacking = decision == "implicitDeny"  # else what denies matters before what came near
    if is_lacking:
        yield from _nearest(account, reasons)
    yield from layer_lines(account, reasons.layers, action)
    for note in reasons.notes:
        yield remark(note, indent=0)
    if simulation.missing:
        keys = ", ".join(simulation.missing)
        yield remark(f"not in the request, and could change the answer: {keys}", indent=0)
    if reasons.nearest and not is_lacking:
        yield BLANK
        yield from _nearest(account, reasons)
    applied = [statement for layer in reasons.layers for statement in layer.statements]
    near = [miss.statement for miss in reasons.nearest]
    yield from text_lines(account, [*applied, *near], action)


def _message(answer: DenialAnswer) -> Iterator[Line]:
    yield remark(answer.verdict, "text" if answer.agrees else "warn", indent=0)
    for text in answer.explanations:
        yield Line((Span(f"  - {text}"),), indent=4)
    if answer.denial.encoded:
        whole = f"{DECODE} {answer.denial.encoded}"
        text = (
            f"the encoded part of the message says more; {first_key('copy')} copies: {DECODE} ..."
        )
        yield Line((Span(f"  - {text}"),), copy=whole, indent=4)


def _nearest(account: Account, reasons: Reasons) -> Iterator[Line]:
    if not reasons.nearest:
        return
    several = len(reasons.nearest) > 1
    yield heading("Nearest", f"statement{'s' if several else ''} that would have allowed it, but")
    for miss in reasons.nearest:
        lead = Span(f"{miss.layer:<{LAYER}}", "dim")
        level = Span(f"{miss.level}: " if miss.level else "", "dim")
        way = Span(statement_way(account, miss.statement), "name")
        yield leading(account, miss.statement, (lead, level, way))
        yield from _failed(account, miss)


def _failed(account: Account, miss: NearMiss) -> Iterator[Line]:
    blank = " " * LAYER
    for part in miss.failed:
        label = f"{part.element} {part.key}".strip()
        label = f"{label:<{_LABEL - LAYER}} "
        spans = (Span(blank), Span(label, "bad"), Span(_wanted(part)))
        yield leading(account, miss.statement, spans)
        got = part.got or "does not have it"
        asked = Span(f"{'the request':<{len(label) - 1}} ", "dim")
        yield leading(account, miss.statement, (Span(blank), asked, Span(got)))
        if part.hint:
            yield leading(account, miss.statement, (Span(blank), Span(part.hint, "dim")))
    yield BLANK


def _wanted(part: FailedPart) -> str:
    more = len(part.wanted) - 3
    shown = " or ".join(part.wanted[:3])
    return f"{shown} or {more} more" if more > 0 else shown
