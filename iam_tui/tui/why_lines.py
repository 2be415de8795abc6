"""Why a permission is as it is: layer by layer, ending in the text of the statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import friendly_name, split_inline_key
from iam_tui.tui.details.facts import BLANK, heading, remark
from iam_tui.tui.lines import Line, Span, Target, Tone, line
from iam_tui.tui.permission_rows import places, statement_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.analysis import Permission, Why, WhyLayer, WhyStatement

_TONES: dict[str, Tone] = {"Allow": "good", "Deny": "bad", "no Allow": "warn"}
_DECISIONS = {"allowed": "ALLOWED", "implicitDeny": "implicitDeny", "explicitDeny": "explicitDeny"}


def why_title(permission: Permission) -> str:
    """Return what the pane's title says of a row."""
    where = places(permission.resources)
    return f"Why {permission.action}" + (f" on {where}" if where else "")


def why_lines(account: Account, why: Why) -> Iterator[Line]:
    """Yield the lines of the pane."""
    for layer in why.layers:
        yield from _layer(account, layer)
    for note in why.notes:
        yield remark(str(note))
    for layer in why.layers:
        for statement in layer.statements:
            yield BLANK
            yield _named(account, heading(f"STATEMENT {_short(statement)}"), statement)
            for row in statement.text.splitlines():
                yield line(Span(f"  {row}"), copy=statement.text)


def _layer(account: Account, layer: WhyLayer) -> Iterator[Line]:
    name = f"{layer.name} {layer.level}" if layer.level else layer.name
    lead = (
        Span(f"{name:<11}", "dim"),
        Span(f" {layer.outcome:<8} ", _TONES.get(layer.outcome, "dim")),
    )
    if not layer.statements:
        yield line(*lead, Span(layer.note, "dim"))
        return
    for index, statement in enumerate(layer.statements):
        begin = lead if index == 0 else (Span(" " * 21),)
        chain = " > ".join(_names(account, statement.path))
        found = line(*begin, Span(chain, "name" if statement.effect == "Allow" else "bad"))
        yield _named(account, found, statement)
    if layer.note:
        yield line(Span(" " * 21), Span(layer.note, "dim"))


def _named(account: Account, found: Line, statement: WhyStatement) -> Line:
    target = _target(account, statement.key)
    return Line(found.spans, target, copy=statement.text, full=" > ".join(statement.path))


def _target(account: Account, key: str) -> Target | None:
    policy = key.rpartition("[")[0] or key
    if split_inline_key(policy) is not None:
        return Target("inline", policy)
    return Target("policy", policy) if account.policy(policy) is not None else None


def _names(account: Account, path: tuple[str, ...]) -> Iterator[str]:
    for key in path:
        identity = account.identity(key)
        kind = "group " if identity is not None and identity.kind == "group" else ""
        yield kind + statement_name(key)


def _short(statement: WhyStatement) -> str:
    sid = f" {statement.sid}" if statement.sid else ""
    return f"{friendly_name(statement_name(statement.key))}[{statement.index}]{sid}"
