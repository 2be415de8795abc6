"""What is typed into the fields of a question, and the question that it makes."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast, get_args

from iam_tui.analysis.assumptions import Credentials
from iam_tui.errors import IamTuiError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from iam_tui.policy.requests import ContextValue

FILE = "requests"
_NEEDS_QUOTES = re.compile(r"[\s'\"\\]")
SIGNING: tuple[str, ...] = get_args(Credentials)


class FieldError(IamTuiError):
    """What one field holds cannot be asked."""

    def __init__(self, field: str, problem: str) -> None:
        """Name the field.

        Args:
            field: Its name.
            problem: What is wrong, in a sentence.
        """
        self.field = field
        super().__init__(problem)


class Request(NamedTuple):
    """One request of several that are asked at once."""

    principal: str
    action: str
    resource: str | None
    context: Mapping[str, ContextValue]
    owner: str | None = None
    credentials: Credentials = "access-key"
    session: tuple[str, ...] = ()
    """Session policies as they were given: names of files, or JSON."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The texts of the fields."""

    principal: str = ""
    action: str = ""
    resource: str = ""
    context: str = ""
    session: str = ""
    credentials: str = ""
    owner: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Draft:
        """Return the draft of some fields; the others are empty."""
        return cls(**{name: text.strip() for name, text in values.items()})

    @property
    def values(self) -> dict[str, str]:
        """Name of a field -> its text."""
        return {name: getattr(self, name) for name in self.__slots__}

    def requests(self) -> tuple[Request, ...]:
        """Return what is asked: every action on every resource.

        Raises:
            FieldError: When a field is missing or cannot be understood.
        """
        if not self.principal:
            raise FieldError("principal", "whose request? type a user, a role, root or an ARN")
        return tuple(
            Request(
                self.principal,
                action,
                resource,
                self.keys(),
                self.owner or None,
                self.signing(),
                (self.session,) if self.session else (),
            )
            for action in self.actions()
            for resource in self.resources()
        )

    def actions(self) -> tuple[str, ...]:
        """Return the actions, at least one.

        Raises:
            FieldError: When there is none.
        """
        found = tuple(dict.fromkeys(words_of(self.action)))
        if not found:
            raise FieldError("action", "which action? type one, such as s3:GetObject")
        return found

    def resources(self) -> tuple[str | None, ...]:
        """Return the resources; none is any resource."""
        return tuple(dict.fromkeys(words_of(self.resource))) or (None,)

    def keys(self) -> dict[str, ContextValue]:
        """Return the context keys; one that stands twice has several values.

        Raises:
            FieldError: When a word is no KEY=VALUE.
        """
        found: dict[str, tuple[str, list[str]]] = {}
        for word in words_of(self.context):
            key, equals, value = word.partition("=")
            if not (key and equals):
                problem = f"{word} is no KEY=VALUE, such as aws:SourceIp=192.0.2.1"
                raise FieldError("context", problem)
            found.setdefault(key.lower(), (key, []))[1].append(value)
        return {key: values if len(values) > 1 else values[0] for key, values in found.values()}

    def signing(self) -> Credentials:
        """Return how the caller signs.

        Raises:
            FieldError: When that is no way to sign.
        """
        if not self.credentials:
            return "access-key"
        if self.credentials not in SIGNING:
            raise FieldError("credentials", f"expected one of {', '.join(SIGNING)}")
        return cast("Credentials", self.credentials)

    def simulate_flags(self, file: str = "") -> Iterator[str]:
        """Yield the flags of `simulate`.

        Args:
            file: The file of requests that is asked instead of the fields.
        """
        if file:
            yield from ("--requests", file)
        else:
            yield from _flag("--principal", self.principal)
            for action in words_of(self.action):
                yield from _flag("--action", action)
            for resource in words_of(self.resource):
                yield from _flag("--resource", resource)
            if self.owner:
                yield from _flag("--resource-account", self.owner)
        yield from self.context_flags()
        if self.session:
            yield from _flag("--session-policy", self.session)
        if self.credentials:
            yield from ("--credentials", self.credentials)

    def context_flags(self) -> Iterator[str]:
        """Yield the flags of a verb that give the context keys."""
        for word in words_of(self.context):
            yield from _flag("--context", word)


def _flag(flag: str, value: str) -> tuple[str, ...]:
    """Return a flag with its value; one that begins with a dash must not be taken for a flag."""
    return (f"{flag}={value}",) if value.startswith("-") else (flag, value)


def words_of(text: str) -> list[str]:
    """Return the words of a field; quotes keep blanks, as in a shell."""
    try:
        return shlex.split(text)
    except ValueError:  # a quote that is still open
        return text.split()


def quoted(words: Iterable[str]) -> str:
    """Return words as a field holds them: those with blanks or quotes in quotes."""
    return " ".join(shlex.quote(word) if _NEEDS_QUOTES.search(word) else word for word in words)


_FLAGS = {
    "--principal": "principal",
    "--action": "action",
    "--resource": "resource",
    "--context": "context",
    "--session-policy": "session",
    "--credentials": "credentials",
    "--resource-account": "owner",
    "--requests": FILE,
}
"""Flag of the verb -> field."""
_WORDS = frozenset({"action", "resource", "context"})
"""Fields that hold several values."""


def arguments_of(words: Iterable[str], order: Sequence[str]) -> tuple[Draft, str]:
    """Return the draft that the words of a verb make, and the file of requests they name.

    Args:
        words: As they stand after the account: `--action s3:GetObject`, or without flags.
        order: The fields of words without a flag.

    Raises:
        UsageError: When a word has no place.
    """
    found: dict[str, list[str]] = {}
    places, left = list(order), list(words)
    while left:
        word = left.pop(0)
        flag, equals, value = word.partition("=")
        if word.startswith("--"):
            if flag not in _FLAGS:
                close = nearest(flag, _FLAGS)
                hint = f"; did you mean {' or '.join(close)}?" if close else ""
                raise UsageError(f"there is no flag {flag}{hint}")
            if not equals and not left:
                raise UsageError(f"{flag} lacks its value")
            name = _FLAGS[flag]
            found.setdefault(name, []).append(value if equals else left.pop(0))
            places = [one for one in places if one != name]
        elif equals and ":" in flag and not flag.startswith("arn:"):
            found.setdefault("context", []).append(word)
        elif places:
            found.setdefault(places.pop(0), []).append(word)
        else:
            raise UsageError(f"{word!r} is one argument too many")
    file = found.pop(FILE, [""])[-1]
    texts = {name: quoted(them) if name in _WORDS else them[-1] for name, them in found.items()}
    return Draft.of(texts), file
