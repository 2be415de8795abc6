"""An account, or what somebody can do, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.commands import first_key
from iam_tui.tui.details.facts import BLANK, remark
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.permission_lines import STATUS_WORDS, changes_text

if TYPE_CHECKING:
    from iam_tui.tui.permission_rows import PermissionTree, Row
    from iam_tui.workspace import Workspace

MOST = 12


def effective_lines(tree: PermissionTree) -> tuple[Line, ...]:
    """Return what an identity can do as counts by service, the changed services first."""
    head = "".join(fit(word, 8, right=True) for word in STATUS_WORDS)
    lines = [BLANK, Line((Span(f"{'EFFECTIVE':<15}", "strong"), Span(f"{head} + - ~", "dim")))]
    lines += [remark(note) for note in tree.notes()]
    services = tree.summary()
    lines += [_line(row) for row in services[:MOST]]
    if len(services) > MOST:
        lines.append(
            remark(f"and {len(services) - MOST} more services: {first_key('pane.perms')} shows all")
        )
    if not services:
        lines.append(remark("no policy grants anything"))
    return tuple(lines)


def _line(row: Row) -> Line:
    cells = "".join(fit(count or "-", 8, right=True) for count in row.counts)
    marks = changes_text(row.changes)
    return Line((Span(f" {fit(row.key, 14)}{cells}"), Span(f" {marks}", "strong")))


def opened_text(workspace: Workspace) -> str:
    """Return what is said when an account has been opened."""
    account = workspace.account
    counts = {
        "user": len(account.users),
        "group": len(account.groups),
        "role": len(account.roles),
        "policy": len(account.policies),
    }
    listed = ", ".join(f"{n} {_plural(word) if n != 1 else word}" for word, n in counts.items())
    return f"opened {workspace.source.name}: {listed}"


def _plural(word: str) -> str:
    return "policies" if word == "policy" else f"{word}s"
