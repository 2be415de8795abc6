"""The building blocks of the detail pane: a label and what it says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import friendly_name, is_aws_managed, split_inline_key
from iam_tui.tui.ages import days_since
from iam_tui.tui.lines import Line, Span, Target, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.tui.lists import Mark

LABEL = 10
MARK_WORDS: dict[str, str] = {"+": "+ added", "-": "- taken away", "~": "~ changed"}
_MARK_TONES: dict[str, Tone] = {"+": "good", "-": "bad", "~": "warn"}


def fact(label: str, *parts: str | Span, target: Target | None = None, copy: str = "") -> Line:
    """Return a line that begins with a label; what is too long goes on under its text."""
    spans = (Span(part) if isinstance(part, str) else part for part in parts)
    lead = Span(f"{label:<{LABEL}}", "dim")
    return Line((lead, *spans), target, copy=copy, indent=LABEL)


def heading(text: str, note: str = "") -> Line:
    """Return a line that begins a part."""
    return Line((Span(text, "strong"), Span(f"  {note}" if note else "", "dim")))


def remark(text: str, tone: Tone = "dim", indent: int = 2) -> Line:
    """Return a line of our own words under a heading."""
    return Line((Span(f"{' ' * indent}{text}", tone),), indent=indent)


def code(row: str, whole: str, mark: str = "") -> Line:
    """Return a row of a document; what is too long goes on four cells further in."""
    indent = len(row) - len(row.lstrip(" "))
    lead = Span(f"{mark:<2}", "strong")
    return Line((lead, Span(row, "strong" if mark else "text")), copy=whole, indent=indent + 6)


class Link(NamedTuple):
    """A thing one can go to, as a line names it."""

    target: Target
    name: str
    note: str = ""
    mark: Mark = ""

    def spans(self) -> tuple[Span, ...]:
        """Return the name, the note and what the unsaved edits did."""
        note = Span(f"  {self.note}" if self.note else "", "dim")
        if not self.mark:
            return Span(self.name, "name"), note
        mark = Span(f"  {MARK_WORDS[self.mark]}", _MARK_TONES[self.mark])
        return Span(self.name, "name"), note, mark


BLANK = Line()


def links(label: str, found: Sequence[Link], most: int = 12) -> list[Line]:
    """Return one line for each thing one can go to, the first with the label.

    Args:
        label: What they are.
        found: The things.
        most: From how many on only their number is told.
    """
    lines = [
        fact("" if index else label, *link.spans(), target=link.target, copy=link.target.key)
        for index, link in enumerate(found[:most])
    ]
    if len(found) > most:
        lines.append(fact("", Span(f"and {len(found) - most} more: ] shows all", "dim")))
    return lines


def policy_link(account: Account, arn: str, mark: Mark = "", note: str = "") -> Link:
    """Return where a managed policy leads, its name and whose it is."""
    known = account.policy(arn)
    words = [note, "AWS" if is_aws_managed(arn) else "local"]
    if known is None:
        words.append("document not known")
    elif known.document.fault is not None:
        words.append("! AWS would refuse it")
    name = known.name if known is not None else friendly_name(arn)
    return Link(Target("policy", arn), name, ", ".join(filter(None, words)), mark)


def inline_link(key: str, mark: Mark = "") -> Link:
    """Return where an inline policy leads and its name."""
    split = split_inline_key(key)
    return Link(Target("inline", key), split[1] if split else key, "inline", mark)


def identity_link(account: Account, arn: str, note: str = "", mark: Mark = "") -> Link:
    """Return where an identity leads and its name with its kind."""
    identity = account.identity(arn)
    kind = identity.kind if identity is not None else "user"
    name = identity.name if identity is not None else friendly_name(arn)
    return Link(Target(kind, arn), name, f"{kind}  {note}".rstrip(), mark)


def principal_link(account: Account, principal: str) -> Link | None:
    """Return where a principal of a trust policy leads; None for what is not in the account."""
    if principal in account.identity_providers:
        provider = account.identity_providers[principal]
        note = f"identity provider, {provider.type.upper()}"
        return Link(Target("provider", principal), provider.name, note)
    known = account.identity(principal)
    return identity_link(account, principal) if known is not None else None


def tags_text(tags: Mapping[str, str]) -> str:
    """Return tags as `team=payments cost=42`."""
    return " ".join(f"{key}={value}" for key, value in tags.items())


def when(day: dt.date | dt.datetime | None, today: dt.date) -> str:
    """Return a date with its age: `2025-01-03 (212 d ago)`."""
    if day is None:
        return "not known"
    plain = day.date() if isinstance(day, dt.datetime) else day
    return f"{plain.isoformat()} ({days_since(day, today)} d ago)"
