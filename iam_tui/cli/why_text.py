"""The reasons of a decision as text for people."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from iam_tui.analysis import effect_in_words
from iam_tui.cli.names import fitted, short, way
from iam_tui.cli.simulation_text import headline
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import (
        DenialAnswer,
        Fix,
        NearMiss,
        Reasons,
        Removal,
        WhyLayer,
        WhyStatement,
    )

_INDENT = 11
_STEP = 4


def described(
    account: Account, found: Reasons, answer: DenialAnswer | None, width: int | None
) -> Iterator[str]:
    """Yield the lines that say why, and what would change it.

    Args:
        account: The account, for short names.
        found: The reasons.
        answer: The message that asked for them, beside them; None: there was none.
        width: Of the terminal; None: lines are whole.
    """
    yield fitted("", headline(account, found.simulation), indent=0, width=width)
    yield fitted("", display_text(found.reason), indent=0, width=width)
    if answer is not None:
        yield from _message(answer, width)
    yield ""
    for _, several in groupby(found.layers, _said):
        yield from _layer(account, list(several), width)
    for note in found.notes:
        yield fitted("note", display_text(note), indent=_INDENT, width=width)
    if found.simulation.missing:
        keys = display_text(", ".join(found.simulation.missing))
        text = f"{keys}: not in the request, and could change the answer (--context)"
        yield fitted("missing", text, indent=_INDENT, width=width)
    if found.nearest:
        yield ""
        yield "nearest"
        for miss in found.nearest:
            yield from _near(account, miss, width)
    yield from _changes(found, width)


def _message(answer: DenialAnswer, width: int | None) -> Iterator[str]:
    yield fitted("", display_text(answer.verdict), indent=0, width=width)
    for text in answer.explanations:
        yield fitted("  -", display_text(text), indent=_STEP, width=width)
    if answer.denial.encoded:
        text = (
            "the encoded part of the message says more: "
            "aws sts decode-authorization-message --encoded-message ..."
        )
        yield fitted("  -", text, indent=_STEP, width=width)


def _said(layer: WhyLayer) -> object:
    """Return what layers of several levels have in common that can stand in one line."""
    return (layer.name, layer.outcome, layer.note, layer.level if layer.statements else "")


def _layer(account: Account, several: Sequence[WhyLayer], width: int | None) -> Iterator[str]:
    layer = several[0]
    names = display_text(", ".join(item.level for item in several if item.level))
    levels = f" ({names})" if names else ""
    note = f": {display_text(layer.note)}" if layer.note else ""
    yield fitted(layer.name, f"{layer.outcome}{levels}{note}", indent=_INDENT, width=width)
    for statement in layer.statements:
        text = f"{statement.effect} {_named(account, statement)}"
        yield fitted("", text, indent=_INDENT, width=width)


def _named(account: Account, statement: WhyStatement) -> str:
    """Return a statement's name, with the way to it where there is one."""
    sid = "" if statement.sid is None else f" {display_text(statement.sid)}"
    name = f"{short(account, statement.key)}{sid}"
    is_control = statement.key.startswith("organization/")
    if len(statement.path) < 2 or is_control:
        return name
    return f"{name}: {way(account, statement.path)}"


def _near(account: Account, miss: NearMiss, width: int | None) -> Iterator[str]:
    yield fitted(f"  {miss.layer}", _named(account, miss.statement), indent=_INDENT, width=width)
    for part in miss.failed:
        yield fitted("", display_text(part.text), indent=_INDENT, width=width)


def _changes(found: Reasons, width: int | None) -> Iterator[str]:
    if found.allowed:
        ended = found.removals
        several = "one of these" if len(ended.removals) > 1 else "this"
        yield from _listed(f"{several} would end it", ended.removals, ended.beyond, width)
        if ended.removals and not ended.exact:
            yield "  there may be smaller ones: there are too many ways to try all"
    else:
        fixes = found.fixes
        several = "one of these" if len(fixes.fixes) > 1 else "this"
        yield from _listed(f"{several} would allow it", fixes.fixes, fixes.beyond, width)


def _listed(
    title: str, changes: Sequence[Fix | Removal], beyond: str, width: int | None
) -> Iterator[str]:
    yield ""
    if changes:
        yield title
    for number, change in enumerate(changes, start=1):
        yield fitted(f"{number:>3}", display_text(change.title), indent=_STEP, width=width)
        yield fitted("", effect_in_words(change), indent=_STEP, width=width)
    if beyond:
        yield fitted("", display_text(beyond), indent=0, width=width)
