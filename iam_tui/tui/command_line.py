"""The `:` line as text: which word is meant, and what would complete it.

Words are quoted as in a shell. Names come from the account, actions from the catalogue, which is
first read when an action is typed.
"""

from __future__ import annotations

import shlex
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.lookup import is_identifier, owner_of_identifier
from iam_tui.command_words import WORDS, Word
from iam_tui.commands import BY_ID
from iam_tui.errors import IamTuiError, nearest
from iam_tui.text import display_text
from iam_tui.tui.filtering import ranked
from iam_tui.tui.line_files import file_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from iam_tui.account import Account, Entity
    from iam_tui.command_words import Argument

MOST = 8
"""Completions that are shown."""
DENIED = "is not authorized to perform"
"""What AWS's AccessDenied messages have in them."""
FLAGS: dict[str, Argument] = {
    "--principal": "principal",
    "--action": "action",
    "--resource": "resource",
    "--context": "word",
}
"""Flags of the verbs that the screens of requests take too, and what follows each."""
_WITH_FLAGS = frozenset({"simulate", "why", "who-can"})
_BY_NAME = {word.name: word for word in WORDS}


class Completion(NamedTuple):
    """What the line can become."""

    line: str
    """The whole line with it."""
    label: str
    note: str


class Known(NamedTuple):
    """What completions are taken from."""

    account: Account | None
    themes: Sequence[str] = ()


class LineError(IamTuiError):
    """A line that means nothing, with what it could have been."""


def words_of(line: str) -> list[str]:
    """Return the words of a line, quoted as in a shell.

    Raises:
        LineError: When a quote is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError:
        raise LineError("a quote is not closed") from None


def word_of(text: str) -> Word:
    """Return the word that is meant: itself, or the only one that begins so.

    The id of a command of the table is a word too.

    Raises:
        LineError: When there is none or several, with their names.
    """
    exact = _BY_NAME.get(text)
    if exact is not None:
        return exact
    if text in BY_ID:
        return Word(text, BY_ID[text].help, (), text)
    found = [word for word in WORDS if word.name.startswith(text.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        names = [f":{word.name}" for word in found]
        raise LineError(f":{text} may be {', '.join(names[:-1])} or {names[-1]}")
    close = nearest(text, [*_BY_NAME, *BY_ID])
    if close:
        raise LineError(f"no command {text!r}; did you mean :{' or :'.join(close)}?")
    raise LineError(f"no command {text!r}; :help lists them")


def entity_named(account: Account, kind: str, name: str) -> str:
    """Return the ARN of a user, group, role or policy: by its whole name, or by what only it has.

    Raises:
        IamTuiError: When there is none, with the nearest.
        LineError: When there are several.
    """
    reference = name if name.startswith(("arn:", f"{kind}/")) else f"{kind}/{name}"
    # A name that could harm the terminal is completed as it is shown.
    names = {display_text(entity.name).lower(): arn for arn, entity in _entities(account, kind)}
    whole = names.get(name.lower())
    if whole is not None:
        return whole
    beginning = [key for key in names if key.startswith(name.lower())]
    if len(beginning) == 1:
        return names[beginning[0]]
    if beginning and not reference.startswith("arn:"):
        shown = ", ".join(sorted(beginning)[:4])
        raise LineError(f"{len(beginning)} names begin with {name}: {shown} ...")
    if kind == "policy":
        return account.resolve_policy(name)
    return account.resolve(reference)


def _entities(account: Account, kind: str) -> Iterator[tuple[str, Entity]]:
    found: Mapping[str, Mapping[str, Entity]] = {
        "user": account.users,
        "group": account.groups,
        "role": account.roles,
        "policy": account.policies,
    }
    yield from found[kind].items()
    if kind == "user":
        yield account.root_user.arn, account.root_user


def completions(line: str, known: Known) -> tuple[Completion, ...]:
    """Return what the line can become, the likeliest first, at most `MOST`."""
    return tuple(islice(_completions(line, known), MOST))


def _completions(line: str, known: Known) -> Iterator[Completion]:
    typed = line.lstrip()
    if not typed.strip() or " " not in typed:
        yield from _owner(typed, known)
        yield from _first(typed, known)
        return
    try:
        word = word_of(typed.split(maxsplit=1)[0])
    except LineError:
        return
    before, last = _split(typed)
    kind = _kind_of(word, before[1:])
    head = " ".join(map(shlex.quote, before))
    if last.startswith("-") and word.name in _WITH_FLAGS:
        for flag, value in FLAGS.items():
            if flag.startswith(last):
                yield Completion(f"{head} {flag} ", flag, value)
    elif kind is not None:
        for found, note in _values(kind, last, known):
            yield Completion(f"{head} {_quoted(display_text(found))}", found, note)


def _split(line: str) -> tuple[list[str], str]:
    """Return the words before the one that is being typed, and that one as far as it goes."""
    if line.endswith(" "):
        try:
            return shlex.split(line), ""
        except ValueError:
            pass
    for closing in ("", '"', "'"):
        try:
            *before, last = shlex.split(f"{line}{closing}")
        except ValueError:
            continue
        return before, last
    *before, last = line.split()
    return before, last


def _quoted(value: str) -> str:
    # What a file's name begins with has to stay open for more.
    return value if value.startswith("~") else shlex.quote(value)


def _kind_of(word: Word, before: Sequence[str]) -> Argument | None:
    """Return what is to be typed now, after the words before."""
    if before and before[-1] in FLAGS and word.name in _WITH_FLAGS:
        return FLAGS[before[-1]]
    given = 0
    values = iter(before)
    for text in values:
        if text in FLAGS:
            next(values, None)
        else:
            given += 1
    return word.takes[given] if given < len(word.takes) else None


def _owner(text: str, known: Known) -> Iterator[Completion]:
    """Say whose an identifier is before one goes there."""
    if known.account is None or not is_identifier(text):
        return
    found = owner_of_identifier(known.account, text)
    name = "" if found.arn is None else known.account.reference(found.arn)
    yield Completion(text, name or text, found.note or "enter goes there")


def _first(text: str, known: Known) -> Iterator[Completion]:
    """Yield words that begin so, then names that do, then words and ids that have the letters."""
    lowered = text.lower()
    beginning = [word for word in WORDS if word.name.startswith(lowered)]
    yield from map(_of_word, beginning)
    if len(lowered) < 2:
        return
    yield from _named(text, known)
    for word in ranked(WORDS, lowered, lambda word: word.name):
        if word not in beginning:
            yield _of_word(word)
    for command_id, command in BY_ID.items():
        if command_id.startswith(lowered) and command_id not in _BY_NAME:
            yield Completion(command_id, command_id, command.help)


def _of_word(word: Word) -> Completion:
    return Completion(f"{word.name}{' ' if word.takes else ''}", word.name, word.help)


def _named(text: str, known: Known) -> Iterator[Completion]:
    """Offer what has such a name, for those who type the name without its kind."""
    if known.account is None:
        return
    lowered = text.lower()
    for kind in ("user", "group", "role", "policy"):
        for _, entity in _entities(known.account, kind):
            if entity.name.lower().startswith(lowered):
                shown = display_text(entity.name)
                yield Completion(f"{kind} {shlex.quote(shown)}", shown, entity.kind)


def line_for(account: Account, name: str) -> str:
    """Return the line that goes to what has this name; empty: nothing has."""
    found = (one for one in _named(name, Known(account)) if one.label.lower() == name.lower())
    return next((one.line for one in found), "")


def _values(kind: Argument, typed: str, known: Known) -> Iterable[tuple[str, str]]:
    account = known.account
    if kind == "file":
        return file_names(typed)
    if kind == "theme":
        return ((name, "") for name in _narrowed(known.themes, typed))
    if kind == "action":
        return _actions(typed)
    if kind == "service":
        return _services(typed)
    if account is None or kind == "word":
        return ()
    if kind == "resource":
        return ((arn, "") for arn in _narrowed(list(account.resources), typed))
    if kind != "principal":
        named = [(entity.name, arn) for arn, entity in _entities(account, kind)]
        return _narrowed_pairs(named, typed)
    return _principals(account, typed)


def _principals(account: Account, typed: str) -> Iterator[tuple[str, str]]:
    """Yield references, `user/alice`; those of one kind once that is typed."""
    kind, slash, name = typed.partition("/")
    kinds = (kind,) if slash and kind in {"user", "role", "group"} else ("user", "role", "group")
    sought = name if slash else typed
    named = [(entity.name, entity.kind) for one in kinds for _, entity in _entities(account, one)]
    for found, of in _narrowed_pairs(named, sought):
        yield (found if of == "root" else f"{of}/{found}"), ""
    if not slash:
        for one in kinds:
            if typed and one.startswith(typed.lower()):
                yield f"{one}/", ""


def _narrowed(names: Sequence[str], typed: str) -> Iterator[str]:
    return (name for name, _ in _narrowed_pairs([(name, "") for name in names], typed))


def _narrowed_pairs(pairs: Sequence[tuple[str, str]], typed: str) -> Iterator[tuple[str, str]]:
    """Yield the names that begin with what was typed, then those that have its letters."""
    lowered = typed.lower()
    told: set[tuple[str, str]] = set()
    for pair in pairs:
        if pair[0].lower().startswith(lowered):
            told.add(pair)
            yield pair
    for pair in ranked(pairs, typed, lambda pair: pair[0]):
        if pair not in told:
            yield pair


def _services(typed: str) -> Iterator[tuple[str, str]]:
    from iam_tui import catalog

    for service in catalog.services():
        if service.startswith(typed.lower()):
            yield service, ""


def _actions(typed: str) -> Iterator[tuple[str, str]]:
    """Yield services until there is a colon, then the service's actions."""
    from iam_tui import catalog

    service, colon, name = typed.partition(":")
    if not colon:
        for found, _ in _services(typed):
            yield f"{found}:", ""
        return
    names = catalog.actions(service)
    for found in _narrowed(names, name.rstrip("*")):
        action = f"{service.lower()}:{found}"
        yield action, catalog.access_level(action)
