"""What the filter line and the pickers match: the name loosely, then the ARN exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")


class Word(NamedTuple):
    """One word of a filter."""

    text: str
    wanted: bool
    """False for `!word`: what has it is left out."""

    def keeps(self, name: str, arn: str) -> bool:
        """Tell whether an item with this name and ARN, both in lower case, stays.

        Of an ARN the path counts, all of it only for a word with a colon: every ARN of a list
        has `iam` and `user` in it.
        """
        if not self.wanted:
            return self.text not in name
        return in_order(self.text, name) or self.text in (arn if ":" in self.text else path(arn))


def path(arn: str) -> str:
    """Return what follows the kind in an ARN: the path and the name."""
    return arn.partition("/")[2]


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of what was typed."""
    words = (
        Word(word.removeprefix("!"), not word.startswith("!")) for word in text.lower().split()
    )
    return tuple(word for word in words if word.text)


def in_order(letters: str, text: str) -> bool:
    """Tell whether the letters occur in the text in their order."""
    start = 0
    for letter in letters:
        start = text.find(letter, start) + 1
        if not start:
            return False
    return True


def narrowed(
    items: Sequence[Item], text: str, names: Callable[[Item], tuple[str, str]]
) -> Sequence[Item]:
    """Return the items that every word keeps, in their order.

    Args:
        items: All of them.
        text: What was typed.
        names: The name and the ARN of an item.
    """
    words = words_of(text)
    if not words:
        return items
    kept = []
    for item in items:
        name, arn = names(item)
        name, arn = name.lower(), arn.lower()
        if all(word.keeps(name, arn) for word in words):
            kept.append(item)
    return kept


def ranked(items: Sequence[Item], text: str, name: Callable[[Item], str]) -> Sequence[Item]:
    """Return the items whose name has the letters in order, the closest first."""
    sought = text.lower().strip()
    if not sought:
        return items
    found = []
    for item in items:
        lowered = name(item).lower()
        if in_order(sought.replace(" ", ""), lowered):
            at = lowered.find(sought)
            found.append(((at < 0, max(at, 0), len(lowered)), item))
    found.sort(key=lambda pair: pair[0])
    return [item for _, item in found]
