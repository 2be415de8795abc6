"""What the filter line and the pickers match: the name loosely, then the ARN exactly.

Words with a prefix ask about more than the name (`tag:team=payments`, `has:boundary`). Who asks
gives the answers (`Ask`), so that this module knows words only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from iam_tui.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")


class FilterKind(NamedTuple):
    """A prefix that a word of a filter can have."""

    example: str
    help: str
    """What stays, for `?`; no full stop."""


FILTERS: dict[str, FilterKind] = {
    "tag": FilterKind("tag:team=payments", "with the tag; tag:team: whatever its value"),
    "has": FilterKind("has:boundary", "with a boundary, mfa, key, console, inline ..."),
    "action": FilterKind("action:s3:GetObject", "an Allow of its policies covers the action"),
    "policy": FilterKind("policy:S3Write", "has the policy, its own or through a group"),
    "group": FilterKind("group:Admins", "in the group; of policies: the group has it"),
    "path": FilterKind("path:/team/", "under the path"),
    "service": FilterKind("service:lambda", "roles that the service may take on"),
}
"""Every prefix, in the order in which `?` shows them."""
OTHER_FILTERS = (
    FilterKind("depl", "letters of the name in this order, or part of the path"),
    FilterKind("!word", "leaves out what the word keeps: !dev, !has:mfa"),
    FilterKind("two words", 'what both keep; a blank in a word: tag:"cost centre"'),
)

_WORDS = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_PREFIX = re.compile(r"([a-z-]+):(?!:)")
_IN_ARNS = frozenset({"arn", "aws", "iam"})


class Found(NamedTuple):
    """What a word with a prefix keeps."""

    keys: Collection[str]
    """Of the items."""
    problem: str = ""
    """Why it keeps nothing, with the nearest that would, when it was not understood."""


Ask = Callable[[str, str], Found]
"""Answers a prefix and what follows it, both in lower case."""


class Word(NamedTuple):
    """One word of a filter."""

    text: str
    wanted: bool
    """False for `!word`: what has it is left out."""
    prefix: str = ""
    """`tag` of `tag:team`, where `text` is `team`."""

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
    """Return the words of what was typed; quotes keep a blank inside one."""
    words = (_word(found) for found in _WORDS.findall(text.lower()))
    return tuple(word for word in words if word.text or word.prefix)


def _word(typed: str) -> Word:
    text = typed.removeprefix("!").replace('"', "")
    prefix, colon, rest = text.partition(":")
    if colon and prefix in FILTERS:
        return Word(rest, not typed.startswith("!"), prefix)
    return Word(text, not typed.startswith("!"))


def in_order(letters: str, text: str) -> bool:
    """Tell whether the letters occur in the text in their order."""
    start = 0
    for letter in letters:
        start = text.find(letter, start) + 1
        if not start:
            return False
    return True


def narrowed(
    items: Sequence[Item],
    text: str,
    names: Callable[[Item], tuple[str, str]],
    ask: Ask | None = None,
) -> Sequence[Item]:
    """Return the items that every word keeps, in their order.

    Args:
        items: All of them.
        text: What was typed.
        names: The name and the ARN of an item.
        ask: Answers the words with a prefix; without it these keep everything.
    """
    plain = [word for word in words_of(text) if not word.prefix]
    asked = [(_answer(word, ask).keys, word.wanted) for word in words_of(text) if word.prefix]
    if ask is None:
        asked = []
    if not plain and not asked:
        return items
    kept = []
    for item in items:
        name, arn = names(item)
        if any((arn in keys) is not wanted for keys, wanted in asked):
            continue
        if plain:
            name, arn = name.lower(), arn.lower()
            if not all(word.keeps(name, arn) for word in plain):
                continue
        kept.append(item)
    return kept


def _answer(word: Word, ask: Ask | None) -> Found:
    return ask(word.prefix, word.text) if ask is not None else Found(())


def problem_of(text: str, ask: Ask | None) -> str:
    """Return what was not understood of a filter, with the nearest that would be."""
    for word in words_of(text):
        if word.prefix:
            problem = _answer(word, ask).problem
        else:
            typed = _PREFIX.match(word.text)
            problem = ""
            if typed is not None and typed[1] not in _IN_ARNS:
                problem = f"there is no filter {typed[1]}:{suggested(typed[1], FILTERS, ':')}"
        if problem:
            return problem
    return ""


def suggested(name: str, known: Collection[str], end: str = "") -> str:
    """Return `; did you mean tag: or path:?`, all known ones where few are, or nothing."""
    close = nearest(name, known, most=2) or tuple(known if len(known) <= 12 else ())
    if not close:
        return ""
    return f"; did you mean {_either([f'{one}{end}' for one in close])}?"


def _either(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


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
