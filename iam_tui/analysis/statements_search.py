"""Which statements of an account name an action or a resource, match it, or hold a word.

Every policy is looked at that the file has or somebody carries: managed and inline ones, trust
policies, policies of resources, SCPs and RCPs. What is found stands in a document; whether it comes
to anything is `who_can`'s to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui import catalog
from iam_tui.account.arns import statement_key
from iam_tui.analysis.policy_carriers import every_policy
from iam_tui.errors import UsageError
from iam_tui.policy import globs
from iam_tui.policy.actions import compile_pattern as action_pattern
from iam_tui.policy.resources import ResourcePattern, ShortArns, target_of
from iam_tui.policy.resources import compile_pattern as resource_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iam_tui.account import Account
    from iam_tui.analysis.policy_carriers import PolicyKind
    from iam_tui.policy.documents import Document, JsonValue

How = Literal["names", "matches", "leaves in", "leaves out", "contains"]
"""`names`: the entry is what is looked for; `matches`: its wildcards take it in; `leaves in`: all
but other things are meant; `leaves out`: all but this is meant; `contains`: the word is in it."""
_OPEN = re.compile(r"[*?$]")
_OPEN_START = re.compile(r'"arn:(?:[^":]*:)?[^":]*["*?]')
"""An ARN with a wildcard in its partition or service, or that ends there."""
_MOST_MATCHES = 8
"""Entries of one statement that are told; an element may list hundreds."""


class Match(NamedTuple):
    """An entry of a statement that is why it was found."""

    element: str
    """`Action`, `NotResource`, `Condition`, `Sid`, ..."""
    text: str
    """The entry as the document has it."""
    how: How


@dataclass(frozen=True, slots=True)
class FoundStatement:
    """A statement that was found."""

    policy: str
    """The policy's key: an ARN, `OWNER#inline/NAME`, the ARN of a role for its trust policy, that
    of a resource for its policy, `organization/LEVEL#NAME`."""
    index: int
    kind: PolicyKind
    sid: str
    effect: str
    matches: tuple[Match, ...]

    @property
    def key(self) -> str:
        """The statement's name: `POLICY_KEY[INDEX]`."""
        return statement_key(self.policy, self.index)


class StatementSearch(NamedTuple):
    """What was found, what names the thing itself before what only takes it in."""

    word: str
    rows: tuple[FoundStatement, ...]
    unknown: tuple[str, ...]
    """Policies that somebody has and whose documents nobody knows: they could not be looked at."""


def search_statements(
    account: Account, word: str, *, should_stop: Callable[[], bool] | None = None
) -> StatementSearch:
    """Return the statements that name or match an action or a resource, or hold a word.

    Args:
        account: The account.
        word: An action or a pattern of actions (`kms:Decrypt`, `s3:Get*`), an ARN or a pattern of
            ARNs, or any text; upper and lower case are the same in actions and texts.
        should_stop: Asked now and then; what was found until then is returned.

    Raises:
        UsageError: When there is no word.
    """
    sought = word.strip()
    if not sought:
        raise UsageError("say what to look for: an action, an ARN, or a word")
    look = _Look(sought)
    known: dict[Document, tuple[_Found, ...]] = {}
    rows: list[tuple[int, FoundStatement]] = []
    unknown: list[str] = []
    for place, (policy, kind, document) in enumerate(every_policy(account)):
        if should_stop is not None and place % 256 == 0 and should_stop():
            break
        if document is None:
            unknown.append(policy)
            continue
        found = known.get(document)
        if found is None:
            found = known[document] = look.at(document)
        rows += [
            (one.rank, FoundStatement(policy, one.index, kind, one.sid, one.effect, one.matches))
            for one in found
        ]
    rows.sort(key=lambda pair: pair[0])
    return StatementSearch(sought, tuple(row for _, row in rows), tuple(unknown))


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement of one document, whoever carries it."""

    rank: int
    index: int
    sid: str
    effect: str
    matches: tuple[Match, ...]


class _Look:
    """How one word is looked for."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._lowered = word.lower()
        self._service, self._name = _action_of(self._lowered)
        self._glob = globs.glob_of(self._name) if "*" in self._name or "?" in self._name else None
        self._arn = word if word.startswith("arn:") else ""
        self._target = target_of(self._arn)
        self._head = _literal_head(self._arn)
        self._is_prefix = bool(self._arn) and self._arn == f"{self._head}*"
        self._marks = self._marks_of()

    def _marks_of(self) -> tuple[str, ...]:
        """Return texts of which a document has one, in lower case, if anything is in it."""
        if self._service:
            return (f'"{self._service}:', '"*"', '"*:*"', '"notaction"', self._lowered)
        if self._arn:
            start = ":".join(self._arn.lower().split(":", 3)[:3])
            is_open = "*" in start or "?" in start
            lead = '"arn:' if is_open else f'"{start}:'
            return (lead, '"*', '"?', '"notresource"', self._lowered)
        return (self._lowered,)

    def _may_have(self, text: str) -> bool:
        """Tell whether a document, in lower case, may have something of what is looked for."""
        # An escaped character may be anything: then only the parsed document tells.
        if "\\" in text or any(mark in text for mark in self._marks):
            return True
        return bool(self._arn) and _OPEN_START.search(text) is not None

    def at(self, document: Document) -> tuple[_Found, ...]:
        """Return the statements of a document that are found."""
        text = document.text.lower()
        if not self._may_have(text):
            return ()
        has_word = "\\" in text or self._lowered in text
        found = []
        for index, statement in enumerate(document.statements):
            if not isinstance(statement, dict):
                continue
            matches = self._matches(statement, has_word=has_word)
            if matches:
                sid = statement.get("Sid")
                best = sorted(matches, key=_rank)[:_MOST_MATCHES]
                made = (sid if isinstance(sid, str) else "", str(statement.get("Effect", "")))
                found.append(_Found(_rank(best[0]), index, *made, tuple(best)))
        return tuple(found)

    def _matches(self, statement: dict[str, JsonValue], *, has_word: bool) -> list[Match]:
        found: dict[Match, None] = {}
        if self._service:
            found |= dict.fromkeys(self._of_actions(statement))
        elif self._arn:
            found |= dict.fromkeys(self._of_resources(statement))
        if has_word:
            told = {(one.element, one.text) for one in found}
            for element, text in _texts(statement):
                lowered = text.lower()
                if self._lowered in lowered and (element, text) not in told:
                    is_it = lowered == self._lowered
                    found[Match(element, text, "names" if is_it else "contains")] = None
        return list(found)

    def _of_actions(self, statement: dict[str, JsonValue]) -> Iterator[Match]:
        for text in _entries(statement.get("Action")):
            if text.lower() == self._lowered:
                yield Match("Action", text, "names")
            elif self._takes_in(text):
                yield Match("Action", text, "matches")
        if "NotAction" in statement:
            entries = _entries(statement["NotAction"])
            out = [text for text in entries if self._takes_in(text, whole=True)]
            for text in out:
                yield Match("NotAction", text, "leaves out")
            if not out:
                yield Match("NotAction", ", ".join(entries), "leaves in")

    def _takes_in(self, text: str, *, whole: bool = False) -> bool:
        """Tell whether an entry matches the action: some of a pattern, or the `whole` of it."""
        pattern = action_pattern(text)
        if pattern.everything:
            return True
        if pattern.service != self._service:
            return False
        if self._glob is None:
            return globs.matches(pattern.name, self._name)
        meets = globs.covers if whole else globs.overlaps
        return meets(pattern.name, self._glob)

    def _of_resources(self, statement: dict[str, JsonValue]) -> Iterator[Match]:
        for text in _entries(statement.get("Resource")):
            if text == self._arn:
                yield Match("Resource", text, "names")
            elif self._covers(text):
                yield Match("Resource", text, "matches")
        if "NotResource" in statement:
            entries = _entries(statement["NotResource"])
            out = [text for text in entries if self._covers(text, whole=True)]
            for text in out:
                yield Match("NotResource", text, "leaves out")
            if not out:
                yield Match("NotResource", ", ".join(entries), "leaves in")

    def _covers(self, text: str, *, whole: bool = False) -> bool:
        """Tell whether an entry takes in the ARN, whatever its variables stand for."""
        if text == "*":
            return True
        # Compiling thousands of patterns costs more than all the rest: few begin like this one.
        head = _literal_head(text)
        if not (head.startswith(self._head) or self._head.startswith(head)):
            return False
        if self._is_prefix and not whole and head.startswith(self._head):
            return True
        pattern = resource_pattern(text, ShortArns.EXPAND, active_variables=True)
        target = self._target
        if target is None or target.pattern is None:
            return pattern.could_match(self._arn)
        glob = _loose(pattern)
        meets = globs.covers if whole else globs.overlaps
        return glob is not None and meets(glob, target.pattern)


def _literal_head(text: str) -> str:
    """Return what a pattern begins with, up to its first wildcard or variable."""
    return _OPEN.split(text, 1)[0]


def _loose(pattern: ResourcePattern) -> globs.Glob | None:
    """Return the glob of a resource with anything in the place of its variables."""
    if pattern.glob is not None or pattern.template is None:
        return pattern.glob
    pieces = pattern.template
    return globs.joined([p if isinstance(p, str | globs.Wild) else globs.ANY for p in pieces])


def _action_of(word: str) -> tuple[str, str]:
    """Return the service and the name of what is an action; empty texts for anything else."""
    service, _, name = word.partition(":")
    if not name or service == "arn" or service not in catalog.action_index().services:
        return "", ""
    if not catalog.is_known(word) and catalog.condition_key(word) is not None:
        return "", ""
    return service, name


def _entries(value: JsonValue) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [text for text in several if isinstance(text, str)]


def _texts(statement: dict[str, JsonValue]) -> Iterator[tuple[str, str]]:
    """Yield every text of a statement, keys of conditions too, with the element that it is in."""
    for element, value in statement.items():
        for text in _all_texts(value):
            yield element, text


def _all_texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _all_texts(one)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _all_texts(inner)


def _rank(match: Match) -> int:
    """Order: what names the thing, what a pattern takes in, what everything does, other texts."""
    if match.how == "names":
        return 0
    if match.how in {"matches", "leaves out"} and match.text.strip("*:"):
        return 1
    return 2 if match.how in {"matches", "leaves in"} else 3
