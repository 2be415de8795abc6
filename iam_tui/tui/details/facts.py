"""The building blocks of the detail pane: a label and what it says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from iam_tui.account.arns import friendly_name, is_aws_managed, split_inline_key
from iam_tui.tui.entities import days_since
from iam_tui.tui.lines import Line, Span, Target, Tone, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iam_tui.account import Account

LABEL = 9


def fact(label: str, *parts: str | Span, target: Target | None = None, copy: str = "") -> Line:
    """Return a line that begins with a label."""
    return line(Span(f"{label:<{LABEL}}", "dim"), *parts, target=target, copy=copy)


def heading(text: str, note: str = "") -> Line:
    """Return a line that begins a part."""
    return line(Span(text, "strong"), Span(f"  {note}" if note else "", "dim"))


def remark(text: str, tone: Tone = "dim") -> Line:
    """Return a line of our own words under a heading."""
    return line(Span(f"  {text}", tone))


BLANK = Line()


def links(label: str, targets: Iterable[tuple[Target, str, str]], most: int = 12) -> list[Line]:
    """Return one line for each thing one can go to, the first with the label.

    Args:
        label: What they are.
        targets: Where a line leads, its name and a remark.
        most: From how many on only their number is told.
    """
    found = list(targets)
    lines = [
        fact(
            "" if index else label,
            Span(name, "name"),
            Span(f"  {note}" if note else "", "dim"),
            target=target,
            copy=target.key,
        )
        for index, (target, name, note) in enumerate(found[:most])
    ]
    if len(found) > most:
        lines.append(fact("", Span(f"and {len(found) - most} more: ] shows all", "dim")))
    return lines


def policy_link(account: Account, arn: str) -> tuple[Target, str, str]:
    """Return where an attached policy leads, its name and whose it is."""
    known = account.policy(arn)
    note = "AWS" if is_aws_managed(arn) else "local"
    if known is None:
        note += ", document not known"
    elif known.document.fault is not None:
        note += "  ! AWS would refuse it"
    return Target("policy", arn), friendly_name(arn), note


def inline_link(key: str) -> tuple[Target, str, str]:
    """Return where an inline policy leads and its name."""
    split = split_inline_key(key)
    return Target("inline", key), split[1] if split else key, "inline"


def identity_link(account: Account, arn: str, note: str = "") -> tuple[Target, str, str]:
    """Return where an identity leads and its name with its kind."""
    identity = account.identity(arn)
    kind = identity.kind if identity is not None else "user"
    return Target(kind, arn), friendly_name(arn), f"{kind}  {note}".rstrip()


def tags_text(tags: Mapping[str, str]) -> str:
    """Return tags as `team=payments cost=42`."""
    return " ".join(f"{key}={value}" for key, value in tags.items())


def when(day: dt.date | dt.datetime | None, today: dt.date) -> str:
    """Return a date with its age: `2025-01-03 (212 d ago)`."""
    if day is None:
        return "not known"
    plain = day.date() if isinstance(day, dt.datetime) else day
    return f"{plain.isoformat()} ({days_since(day, today)} d ago)"
