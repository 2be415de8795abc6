"""A decision line by line: every layer with its statements, what is missing, what was before."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from iam_tui.commands import first_key
from iam_tui.tui.lines import Line, Span, Tone
from iam_tui.tui.ways import node_name, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.account.layers import Attachment
    from iam_tui.analysis import Simulation
    from iam_tui.policy import MatchedStatement, Step
    from iam_tui.tui.asking.answers import Answer

STEP, OUTCOME = 10, 9
INDENT = STEP + OUTCOME
MISSING = "missing "
"""How the key of a line begins whose context key the request lacks."""
DECISION_TONES: dict[str, Tone] = {
    "allowed": "good",
    "implicitDeny": "warn",
    "explicitDeny": "bad",
}
_OUTCOMES = {
    "allow": "Allow",
    "explicit": "Deny",
    "implicit": "no Allow",
    "notApplicable": "-",
    "said": "",
}
_TONES: dict[str, Tone] = {"allow": "good", "explicit": "bad", "implicit": "warn"}


def decision_lines(account: Account, answer: Answer, edits: int) -> Iterator[Line]:
    """Yield the lines of one answer.

    Args:
        account: The account, for short names.
        answer: The answer.
        edits: How many edits are not saved.
    """
    found = answer.found
    yield Line(
        (
            Span(found.decision.value, DECISION_TONES[found.decision.value]),
            Span(f": {found.reason}", "strong"),
        ),
        indent=2,
    )
    *steps, _ = found.steps
    layers = [step for step in steps if step.name not in ("assumed", "note")]
    for _, alike in groupby(layers, _said):
        several = list(alike)
        yield from _step(account, found, several[0], _levels(several))
    for key, values in answer.missing.items():
        yield _missing(key, values)
    if edits:
        yield _before(answer, edits)
    for step in steps:
        if step.name == "note":
            yield _labelled("note", step.text)
    if found.assumed:
        yield _labelled("assumed", "; ".join(found.assumed))


def _said(step: Step) -> object:
    """Return what levels have in common that can stand in one line."""
    kind, _, level = step.name.partition(" ")
    return (kind, step.outcome, step.text, level if step.statements else "")


def _levels(alike: list[Step]) -> str:
    """Return the name of levels that say the same: `RCP 1-3`."""
    first, last = alike[0].name, alike[-1].name
    return first if first == last else f"{first}-{last.rpartition(' ')[2]}"


def _labelled(label: str, text: str, tone: Tone = "dim") -> Line:
    return Line((Span(f"{label:<{STEP}}", "dim"), Span(text, tone)), indent=STEP)


def _missing(key: str, values: tuple[tuple[str, str], ...]) -> Line:
    told = "; ".join(f"with {value} {decision}" for value, decision in values)
    text = told or "could change the answer"
    spans = (
        Span(f"{'missing':<{STEP}}", "dim"),
        Span(key, "name"),
        Span(f"  not in the request: {text} ({first_key('open')} adds it)"),
    )
    return Line(spans, copy=key, key=f"{MISSING}{key}", indent=STEP)


def _before(answer: Answer, edits: int) -> Line:
    label = f"Same request before your {'edit' if edits == 1 else f'{edits} edits'}: "
    tone = DECISION_TONES.get(answer.before, "dim")
    same = answer.before == answer.found.decision.value
    return Line((Span(label), Span(answer.before, "dim" if same else tone)), indent=2)


def _step(account: Account, found: Simulation, step: Step, name: str) -> Iterator[Line]:
    outcome = _OUTCOMES.get(step.outcome, step.outcome)
    lead = (
        Span(f"{name:<{STEP}}", "dim"),
        Span(f"{outcome:<{OUTCOME}}", _TONES.get(step.outcome, "dim")),
    )
    sources = [line for one in step.statements for line in _sources(account, found, one)]
    if not sources:
        if step.outcome == "implicit":
            yield _labelled(name, step.text, "warn")
        else:
            yield Line((*lead, Span(step.text, "dim")), indent=INDENT)
        return
    for index, (text, effect, key, statement) in enumerate(sources):
        begin = lead if index == 0 else (Span(" " * INDENT),)
        tone: Tone = "bad" if effect == "Deny" else "name"
        mixed = len({one for _, one, *_ in sources}) > 1
        said = f"{effect} {text}" if mixed else text
        yield Line(
            (*begin, Span(said, tone)),
            target_of(account, key),
            copy=statement,
            indent=INDENT + 2,
        )


def _sources(
    account: Account, found: Simulation, statement: MatchedStatement
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each way to a statement: its text, effect, the policy's key, the statement's key."""
    sid = f" {statement.sid}" if statement.sid else ""
    naming = f"  names the caller: {statement.naming}" if statement.naming else ""
    last = f"Statement[{statement.index}]{sid}{naming}"
    attachments = found.attachments(statement)
    for attachment in attachments:
        names = " > ".join(_names(account, found, attachment))
        key = attachment.key
        yield f"{names} > {last}", statement.effect, key, f"{key}[{statement.index}]"
    if not attachments:
        what = f"{statement.layer} policy"
        yield f"{what} > {last}", statement.effect, "", f"{what}[{statement.index}]"


def _names(account: Account, found: Simulation, attachment: Attachment) -> list[str]:
    """Return the way to a policy; the caller itself, with whom all begin, is left out."""
    path = attachment.path
    if len(path) > 1 and path[0] in (found.principal, found.applied.principal):
        path = path[1:]
    return [node_name(account, key) for key in path]
