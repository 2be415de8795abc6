"""How far an edit reaches, in the words of the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import friendly_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam_tui.analysis import Reach

MANAGEMENT = "Permissions management"


class _Part(NamedTuple):
    """What happened to some principals: they gained so many actions, or lost them."""

    verb: str
    counts: list[int]
    """One for each principal to whom it happened."""

    @property
    def amount(self) -> str:
        """`3`, or `1 to 5` when not everybody got the same."""
        least, most = min(self.counts, default=0), max(self.counts, default=0)
        return str(most) if least == most else f"{least} to {most}"

    @property
    def actions(self) -> str:
        """`3 actions`."""
        return "1 action" if self.amount == "1" else f"{self.amount} actions"


def reach_text(rows: Sequence[Reach]) -> str:
    """Return who gained and lost how much: `4 principals gained 3 actions, 0 lost`.

    Args:
        rows: One row a principal for whom something is different now.
    """
    if not rows:
        return "no principal gained or lost anything"
    gained = _part("gained", [sum(row.gained.values()) for row in rows])
    lost = _part("lost", [sum(row.lost.values()) for row in rows])
    changed = _part("changed", [sum(row.changed.values()) for row in rows])
    happened = [part for part in (gained, lost, changed) if part.counts]
    told = [gained, lost, *([changed] if changed.counts else [])]
    if all(len(part.counts) == len(rows) for part in happened):
        first = happened[0]
        others = [f"{part.amount} {part.verb}" for part in told if part is not first]
        return ", ".join([_clause(rows, first), *others])
    return ", ".join(_clause(rows, part) if part.counts else f"0 {part.verb}" for part in told)


def _clause(rows: Sequence[Reach], part: _Part) -> str:
    who = _who(rows, len(part.counts))
    if part.verb == "changed":
        return f"{part.actions} changed for {who}"
    return f"{who} {part.verb} {part.actions}{_risk(rows, part)}"


def _risk(rows: Sequence[Reach], part: _Part) -> str:
    """Return a mark when somebody gained the right to change permissions."""
    return " !" if part.verb == "gained" and any(row.gained.get(MANAGEMENT) for row in rows) else ""


def _part(verb: str, counts: list[int]) -> _Part:
    return _Part(verb, [count for count in counts if count])


def _who(rows: Sequence[Reach], number: int) -> str:
    if len(rows) == 1:
        return friendly_name(rows[0].principal)
    return "1 principal" if number == 1 else f"{number} principals"
