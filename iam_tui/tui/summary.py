"""The effective permissions in a few lines, for sizes where their pane is not beside the detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.tui.details.facts import BLANK, remark
from iam_tui.tui.lines import Line, Span, fit

if TYPE_CHECKING:
    from iam_tui.tui.session import Panel

MOST = 12


def effective_lines(panel: Panel | None, key: str) -> tuple[Line, ...]:
    """Return the counts by service of what the panel shows, if it is about this identity."""
    if panel is None or panel.principal != key:
        return ()
    changes = {s.service: s for s in panel.changes.services} if panel.changes is not None else {}
    services = panel.effective.services
    head = "".join(fit(word, 8, right=True) for word in ("granted", "limited", "blocked"))
    lines = [BLANK, Line((Span(f"{'EFFECTIVE':<15}", "strong"), Span(head, "dim")))]
    for summary in services[:MOST]:
        counts = (summary.granted, summary.limited, summary.blocked)
        cells = "".join(fit(count or "-", 8, right=True) for count in counts)
        change = changes.get(summary.service)
        marks = f"  +{change.gained} -{change.lost}" if change is not None else ""
        lines.append(Line((Span(f" {fit(summary.service, 14)}{cells}{marks}"),)))
    if len(services) > MOST:
        lines.append(remark(f"and {len(services) - MOST} more services: 6 shows all"))
    if not services:
        lines.append(remark("no policy grants anything"))
    return tuple(lines)
