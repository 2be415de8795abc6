"""What is to be said of a field while somebody types: what is wrong, and the nearest right name."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog
from iam_tui.account.context import subject_of
from iam_tui.analysis import who_can_input as names
from iam_tui.commands import first_key
from iam_tui.errors import UnknownName, UsageError, nearest
from iam_tui.tui.asking.drafts import SIGNING, FieldError, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iam_tui.account import Account
    from iam_tui.tui.asking.drafts import Draft

_KINDS = {
    "anonymous": "an anonymous caller",
    "group": "what a group gives",
    "outside": "another account's",
    "provider": "an identity provider",
    "root": "root user",
    "session": "a session",
}


class Check(NamedTuple):
    """What is said beside a field."""

    text: str
    """In a few words."""
    sentence: str = ""
    """In a sentence that names the nearest right value; nothing when all is well."""
    wrong: str = ""
    """The word that is wrong."""
    right: str = ""
    """What takes its place when the suggestion is taken."""
    is_error: bool = False
    """Whether it cannot be asked so."""

    @property
    def said(self) -> str:
        """The sentence, with the key that puts it right."""
        return (
            f"{self.sentence} ({first_key('form.fix')} takes it)" if self.right else self.sentence
        )


FINE = Check("")


def checked(account: Account, draft: Draft, field: str, *, patterns: bool = False) -> Check:
    """Return what is to be said of a field.

    Args:
        account: Where names are looked up.
        draft: The fields.
        field: Which of them.
        patterns: Whether an action may be a pattern.
    """
    text = getattr(draft, field)
    if not text:
        return FINE
    if field == "principal":
        return _principal(account, draft)
    if field == "action":
        return _first(_action(word, patterns=patterns) for word in words_of(text))
    if field == "resource":
        refused = _refused if patterns else _warned
        return _first(_resource(account, word, refused) for word in words_of(text))
    if field == "context":
        return _context(draft)
    if field == "credentials" and text not in SIGNING:
        return _refused(text, f"expected one of {', '.join(SIGNING)}", nearest(text, SIGNING))
    if field == "owner" and not (text.isdigit() and len(text) == 12):
        return _refused(text, "an account has 12 digits", ())
    return FINE


def _first(found: Iterator[Check]) -> Check:
    """Return the first that says something is wrong, else the last."""
    last = FINE
    for last in found:
        if last.sentence:
            return last
    return last


def _refused(word: str, problem: str, close: tuple[str, ...]) -> Check:
    right = close[0] if close else ""
    sentence = f"{problem}{names.did_you_mean(close)}"
    return Check(f"! {right}?" if right else "! wrong", sentence, word, right, is_error=True)


def _warned(word: str, problem: str, close: tuple[str, ...]) -> Check:
    return _refused(word, problem, close)._replace(is_error=False)


def _principal(account: Account, draft: Draft) -> Check:
    text = draft.principal
    try:
        kind = subject_of(account, text, draft.action.partition(" ")[0]).kind
    except UnknownName as error:
        return _refused(text, f"no {error.kind} {text} in this account", _usable(error.nearest))
    except UsageError as error:
        close = _usable(account.nearest_references(text))
        return _refused(text, str(error), close)
    return Check(_KINDS.get(kind, kind))


def _usable(references: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in references if not one.startswith("policy/"))


def _action(word: str, *, patterns: bool) -> Check:
    if names.is_pattern(word) and not patterns:
        other = f"{first_key('form.view')} asks who can do any"
        problem = f"{word} is a pattern; a request has one action ({other})"
        return _refused(word, problem, ())._replace(text="! a pattern")
    try:
        names.check_action(word)
    except UsageError:
        close = names.near_action(word) if ":" in word else names.nearest_named(word)
        problem = f"{word} is no action; expected SERVICE:NAME, such as s3:GetObject"
        if names.is_pattern(word) and ":" in word:
            problem = f"no known action matches {word}"
        return _refused(word, problem, close)
    if names.is_pattern(word):
        count = sum(bits.bit_count() for bits in catalog.match(word).values())
        return Check(f"{count:,} action{'' if count == 1 else 's'}")
    if catalog.is_known(word):
        return Check(catalog.access_level(word).removesuffix(" management"))
    problem = f"the action {word} is not in the catalogue; it can be asked all the same"
    return _warned(word, problem, names.near_action(word) or _going_on(word))


def _going_on(word: str) -> tuple[str, ...]:
    """Return the actions of which this is the beginning, not more than two."""
    service, _, name = word.lower().partition(":")
    found = (one for one in catalog.actions(service) if name and one.lower().startswith(name))
    return tuple(f"{service}:{one}" for one in islice(found, 2))


def _resource(
    account: Account, word: str, refused: Callable[[str, str, tuple[str, ...]], Check]
) -> Check:
    if not names.is_malformed(word):
        return FINE
    problem = f"{word} is no ARN; expected {names.ARN_FORM}"
    return refused(word, problem, names.near_resources(account, word))


def _context(draft: Draft) -> Check:
    try:
        keys = draft.keys()
    except FieldError as error:
        word = str(error).partition(" ")[0]
        return _refused(word, str(error), ())._replace(text="! KEY=VALUE")
    for key in names.unknown_keys(keys):
        close = names.near_keys(key, draft.action)
        return _warned(key, f"the condition key {key} is not in the catalogue", close)
    return FINE
