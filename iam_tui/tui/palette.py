"""What the palette offers: every command of the table and every word of the `:` line.

What cannot be given where one is stays in the list, greyed and with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam_tui.command_words import WORDS
from iam_tui.commands import BY_ID
from iam_tui.commands_page import PLACES
from iam_tui.tui.choices import Choice
from iam_tui.tui.filtering import in_order
from iam_tui.tui.reasons import LATER, ids_here, reasons_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.screen import Screen

_FIELDS = frozenset({"pickers", "command-line", "fields"})
"""Places that are left when the palette opens."""


_ORDER = {group: place for place, group in enumerate(("ACT", "GO", "FIND", "PROGRAM", "MOVE"))}
"""What is looked for by name stands before the keys that everybody knows."""


@dataclass(frozen=True, slots=True)
class Offered(Choice[str]):
    """A command in the palette: what it does, its keys, and its id or how it is typed."""

    reason: str = ""
    """Why it cannot be given now."""


def _group(offered: Offered) -> str:
    command = BY_ID.get(offered.answer)
    return "ACT" if command is None else command.group


def found_by(choices: Sequence[Choice[str]], text: str) -> list[Choice[str]]:
    """Return the commands that all words typed are part of, else those with the letters in order.

    Those whose name begins so come first.
    """
    words = text.lower().split()
    ranks: list[tuple[int, Choice[str]]] = []
    for choice in choices:
        sought = f"{choice.label} {choice.answer}".lower()
        if choice.answer.removeprefix(":").startswith(text.lower().strip()):
            ranks.append((0, choice))
        elif all(word in sought for word in words):
            ranks.append((1, choice))
        elif in_order("".join(words), choice.answer):
            ranks.append((2, choice))
    return [choice for _, choice in sorted(ranks, key=lambda pair: pair[0])]


def palette_choices(screen: Screen[object]) -> tuple[Offered, ...]:
    """Return what can be chosen on a screen; first what can be given now."""
    offered = sorted(_offered(screen), key=lambda one: _ORDER.get(_group(one), len(_ORDER)))
    return (*(o for o in offered if not o.reason), *(o for o in offered if o.reason))


def _offered(screen: Screen[object]) -> Iterator[Offered]:
    here = ids_here(screen)
    reasons = reasons_of(screen)
    for command in BY_ID.values():
        if command.where in _FIELDS or command.id == "palette":
            continue
        reason = reasons.get(command.id, "")
        if command.is_later:
            reason = LATER
        elif command.id not in here and not reason:
            reason = f"not here: {PLACES.get(command.where, command.where)}"
            if command.where in {"panes", "anywhere"}:
                reason = "on another screen"
        help_text = command.help[0].upper() + command.help[1:]
        keys = " ".join(command.keys) or f":{command.id}"
        yield Offered(help_text, keys, command.id, reason)
    for word in WORDS:
        if word.takes and not word.runs and f"mode.{word.name}" not in BY_ID:
            help_text = word.help[0].upper() + word.help[1:]
            yield Offered(help_text, f":{word.name} {' '.join(word.takes)}", f":{word.name}")
