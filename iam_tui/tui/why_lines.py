"""Why a permission is as it is: layer by layer, ending in the text of the statements."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from iam_tui.policy.globs import glob_of, matches
from iam_tui.tui.details.facts import BLANK, code, heading, remark
from iam_tui.tui.lines import Line, Span, Tone
from iam_tui.tui.permission_lines import where
from iam_tui.tui.ways import node_name, split_statement_key, statement_name, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account import Account
    from iam_tui.analysis import Permission, Why, WhyLayer, WhyStatement

_TONES: dict[str, Tone] = {"Allow": "good", "Deny": "bad", "no Allow": "warn"}
MATCHED = "*"
LAYER, OUTCOME = 10, 9
_INDENT = LAYER + OUTCOME


def why_title(permission: Permission) -> str:
    """Return what the pane's title says of a row."""
    on = where(permission)
    return f"Why {permission.action}" + (f" on {on}" if on else "")


def why_lines(account: Account, why: Why) -> Iterator[Line]:
    """Yield the lines of the pane."""
    yield remark(f"{why.decision}: {why.reason}", "strong", indent=0)
    yield from layer_lines(account, why.layers, why.action)
    for note in why.notes:
        yield remark(note, indent=0)
    applied = (statement for layer in why.layers for statement in layer.statements)
    yield from text_lines(account, applied, why.action)


def layer_lines(account: Account, layers: Iterable[WhyLayer], action: str) -> Iterator[Line]:
    """Yield what each layer said; those that said the same are one."""
    for _, alike in groupby(layers, _said):
        several = list(alike)
        yield from _layer(account, several[0], len(several), action)


def text_lines(account: Account, statements: Iterable[WhyStatement], action: str) -> Iterator[Line]:
    """Yield the text of each statement once, with a mark at the patterns that match."""
    shown: set[str] = set()
    for statement in statements:
        if statement.key not in shown:
            shown.add(statement.key)
            yield from _text(account, statement, action)


def _said(layer: WhyLayer) -> object:
    """Return what layers of several levels have in common that can stand in one line."""
    return (layer.name, layer.outcome, layer.note, layer.level if layer.statements else "")


def _layer(account: Account, layer: WhyLayer, levels: int, action: str) -> Iterator[Line]:
    lead = (
        Span(f"{layer.name:<{LAYER}}", "dim"),
        Span(f"{layer.outcome:<{OUTCOME}}", _TONES.get(layer.outcome, "dim")),
    )
    if not layer.statements:
        several = f"{levels} levels" if levels > 1 else layer.level
        note = layer.note or ("nothing denies it" if layer.outcome == "Allow" else "")
        said = ": ".join(part for part in (several, note) if part)
        yield Line((*lead, Span(said, "dim")), indent=_INDENT)
        return
    for index, statement in enumerate(layer.statements):
        begin = lead if index == 0 else (Span(" " * _INDENT),)
        tone: Tone = "bad" if statement.effect == "Deny" else "name"
        way = Span(statement_way(account, statement), tone)
        yield leading(account, statement, (*begin, way))
        yield Line(
            (Span(" " * _INDENT), Span(_essence(statement, action), "dim")), indent=_INDENT + 2
        )
    if layer.note:
        yield Line((Span(" " * _INDENT), Span(layer.note, "dim")), indent=_INDENT)


def statement_way(account: Account, statement: WhyStatement) -> str:
    """Return the way to a statement: `alice > group Developers > DevCore > Statement[2]`."""
    names = [node_name(account, key) for key in statement.path]
    sid = f" {statement.sid}" if statement.sid else ""
    return " > ".join([*names, f"Statement[{statement.index}]{sid}"])


def _essence(statement: WhyStatement, action: str) -> str:
    """Return what of a statement matches: the patterns of the action, the resources, in short."""
    written = json.loads(statement.text)
    if not isinstance(written, dict):
        return ""
    parts = [
        f"{name} {_short(_matching(written[name], action) if name == 'Action' else written[name])}"
        for name in ("Action", "NotAction", "Resource", "NotResource")
        if name in written
    ]
    condition = written.get("Condition")
    if isinstance(condition, dict):
        keys = [key for inner in condition.values() if isinstance(inner, dict) for key in inner]
        parts.append(f"Condition {', '.join(keys)}")
    return "   ".join(parts)


def _matching(patterns: object, action: str) -> object:
    """Return the patterns that match an action, all of them when it cannot be told."""
    if not isinstance(patterns, list):
        return patterns
    return [one for one in patterns if _is_match(one, action)] or patterns


def _is_match(pattern: object, action: str) -> bool:
    return isinstance(pattern, str) and matches(glob_of(pattern.lower()), action.lower())


def _short(value: object) -> str:
    if isinstance(value, list):
        more = f" +{len(value) - 2}" if len(value) > 2 else ""
        return ", ".join(map(str, value[:2])) + more
    return str(value)


def leading(account: Account, statement: WhyStatement, spans: tuple[Span, ...]) -> Line:
    """Return a line that leads to the policy of a statement, and copies its text."""
    policy, _ = split_statement_key(statement.key)
    return Line(spans, target_of(account, policy), copy=statement.text, indent=_INDENT + 2)


def _text(account: Account, statement: WhyStatement, action: str) -> Iterator[Line]:
    """Yield a statement as AWS shows it, with a mark at the patterns that match."""
    yield BLANK
    sid = f" {statement.sid}" if statement.sid else ""
    title = heading(f"{statement_name(account, statement.key)}{sid}", f"{MATCHED} what matches")
    yield leading(account, statement, title.spans)
    for row in statement.text.splitlines():
        pattern = row.strip().removeprefix('"Action": ').rstrip(",").strip('"')
        yield code(row, statement.text, mark=MATCHED if _is_match(pattern, action) else "")
