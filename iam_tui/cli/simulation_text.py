"""A simulation as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli.names import fitted, short, way
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.analysis import Simulation
    from iam_tui.policy import MatchedStatement, Step

_INDENT = 11


def headline(account: Account, found: Simulation) -> str:
    """Return decision, principal, action and resource in one line."""
    words = (
        f"{found.decision.value:<12}",
        short(account, found.principal),
        found.request.action,
        found.resource,
    )
    return "  ".join(display_text(word) for word in words)


def described(account: Account, found: Simulation, width: int | None) -> Iterator[str]:
    """Yield the lines that say what was decided, and why.

    Args:
        account: The account, for short names.
        found: The answer.
        width: Of the terminal; None: lines are whole.
    """
    yield fitted("", headline(account, found), indent=0, width=width)
    yield fitted("", display_text(found.reason), indent=0, width=width)
    yield ""
    *steps, _ = found.steps
    for step in steps:
        if step.name != "assumed":
            yield from _step(account, found, step, width)
    if found.missing:
        keys = display_text(", ".join(found.missing))
        text = f"{keys}: not in the request, and could change the answer (--context)"
        yield fitted("missing", text, indent=_INDENT, width=width)
    if found.assumed:
        assumed = display_text("; ".join(found.assumed))
        yield fitted("assumed", assumed, indent=_INDENT, width=width)


def _step(account: Account, found: Simulation, step: Step, width: int | None) -> Iterator[str]:
    yield fitted(step.name, display_text(step.text), indent=_INDENT, width=width)
    for statement in step.statements:
        for text in _sources(account, found, statement):
            yield fitted("", text, indent=_INDENT, width=width)


def _sources(account: Account, found: Simulation, statement: MatchedStatement) -> Iterator[str]:
    sid = "" if statement.sid is None else f" {display_text(statement.sid)}"
    named = "" if statement.naming is None else f" (names the caller: {statement.naming})"
    attachments = found.attachments(statement)
    for attachment in attachments:
        policy = f"{attachment.key}[{statement.index}]"
        line = f"{statement.effect} {short(account, policy)}{sid}{named}"
        more = len(attachment.path) > 1 and not attachment.key.startswith("organization/")
        yield f"{line}: {way(account, attachment.path)}" if more else line
    if not attachments:
        yield f"{statement.effect} {statement.layer} policy[{statement.index}]{sid}"
