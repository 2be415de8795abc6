"""What would allow a request, or end it, as lines; and who gains and loses by one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.edits import Compound
from iam_tui.analysis import Fix, effect_in_words
from iam_tui.commands import first_key
from iam_tui.tui.lines import Line, Span
from iam_tui.tui.reach_text import MANAGEMENT
from iam_tui.tui.ways import node_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis import Reach, Reasons, Removal
    from iam_tui.policy.requests import ContextValue

_NUMBER = 3
_MOST_NAMED = 3


class Changes(NamedTuple):
    """What would turn an answer round, ready to be shown."""

    proposed: tuple[Fix | Removal, ...]
    lines: tuple[Line, ...]
    owners: tuple[int, ...]
    """For each line the index of the change that it is about; -1 for a line about none."""
    why_none: str
    """Why nothing is proposed; empty where something is."""


def changes_of(
    reasons: Reasons, proposed: Sequence[Fix | Removal], beyond: str, *, is_exact: bool = True
) -> Changes:
    """Return changes as lines; what each does besides is worked out here, except of large ones.

    Args:
        reasons: The answer that they would turn round.
        proposed: The changes, best first.
        beyond: What no edit of the account can do.
        is_exact: Whether there are no smaller ones.
    """
    lines: list[Line] = []
    owners: list[int] = []
    for index, change in enumerate(proposed):
        number = Span(f"{index + 1:>{_NUMBER - 1}} ", "dim")
        effect = effect_in_words(change)
        if change.edits and change.is_large:
            effect += f"; who gains and loses is not yet worked out, {first_key('open')} does"
        tail = Span(effect, "dim")
        lines.append(Line((number, Span(change.title, "name")), copy=change.title, indent=_NUMBER))
        lines.append(Line((Span(" " * _NUMBER), tail), copy=change.title, indent=_NUMBER))
        owners += (index, index)
    if proposed and not is_exact:
        text = "there may be smaller ones: there are too many ways to try all"
        lines.append(Line((Span(text, "dim"),), indent=0))
        owners.append(-1)
    if beyond:
        lines.append(Line((Span(beyond),), indent=0))
        owners.append(-1)
    why_none = "" if lines else _nothing(reasons)
    return Changes(tuple(proposed), tuple(lines), tuple(owners), why_none)


def _nothing(reasons: Reasons) -> str:
    goal = "end it" if reasons.allowed else "allow it"
    return f"no change of the account that would {goal} was found"


def edit_of(change: Fix | Removal) -> Edit:
    """Return a change as one edit, which one undo takes back."""
    edits = change.edits
    if len(edits) == 1:
        return edits[0]
    # What the request has to carry is the first step of a title, and no edit.
    title = change.title.partition("; ")[2] if keys_of(change) else change.title
    return Compound(title=title, edits=edits)


def keys_of(change: Fix | Removal) -> Mapping[str, ContextValue]:
    """Return the context keys that the request has to carry besides."""
    return change.context if isinstance(change, Fix) else {}


def reach_sentence(account: Account, rows: Sequence[Reach]) -> str:
    """Return who gains and loses: `eve gains 1 permission; bob gains 3, loses 2; ...`."""
    if not rows:
        return "nobody gains or loses anything"
    parts = [f"{node_name(account, row.principal)} {_happens(row)}" for row in rows[:_MOST_NAMED]]
    more = rows[_MOST_NAMED:]
    if more:
        noun = "principal" if len(more) == 1 else "principals"
        gained = sum(sum(row.gained.values()) for row in more)
        lost = sum(sum(row.lost.values()) for row in more)
        parts.append(f"{len(more)} more {noun} gain {gained} and lose {lost} in all")
    return "; ".join(parts)


def _happens(row: Reach) -> str:
    told = []
    gained = sum(row.gained.values())
    if gained:
        manages = row.gained.get(MANAGEMENT, 0)
        risk = f" (! {manages} of permissions management)" if manages else ""
        told.append(f"gains {_count(gained)}{risk}")
    for verb, counts in (("loses", row.lost), ("keeps on other terms", row.changed)):
        count = sum(counts.values())
        if count:
            told.append(f"{verb} {count if told else _count(count)}")
    return ", ".join(told)


def _count(number: int) -> str:
    return f"{number} permission" if number == 1 else f"{number} permissions"
