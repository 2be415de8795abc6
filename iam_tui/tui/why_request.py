"""A request as somebody asks why of it: in the fields of a screen, or in the words of the verb."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, cast

from iam_tui.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import Ask, DenialAnswer, Reasons
    from iam_tui.analysis.assumptions import Credentials
    from iam_tui.policy.requests import ContextValue

_FLAGS = {
    "--principal": "principal",
    "--action": "action",
    "--resource": "resource",
    "--resource-account": "resource_account",
    "--context": "context",
    "--credentials": "credentials",
    "--session-policy": "session",
    "--message": "message",
}
"""Flag of the verb -> field of the request."""
_SEVERAL = ("context", "session")
"""Fields that hold several values."""
_IN_ORDER = ("principal", "action", "resource")
"""What words without a flag are."""
CREDENTIALS = ("access-key", "console", "session")


@dataclass(frozen=True, slots=True)
class WhyRequest:
    """What is asked; an empty text is not given."""

    principal: str = ""
    action: str = ""
    resource: str = ""
    context: tuple[str, ...] = ()
    """`KEY=VALUE`; a key that stands twice has several values."""
    message: str = ""
    """AWS's AccessDenied message, over which the other fields win."""
    resource_account: str = ""
    credentials: str = ""
    session: tuple[str, ...] = ()
    """Session policies as they were given: files, JSON, or names of managed policies."""

    @classmethod
    def of(cls, ask: Ask) -> WhyRequest:
        """Return a request that was asked, in words; its session policies have none."""
        asked = cls(
            principal=ask.principal,
            action=ask.action,
            resource=ask.resource or "",
            resource_account=ask.resource_account or "",
            credentials="" if ask.credentials == "access-key" else ask.credentials,
        )
        return asked.with_keys(ask.context)

    @property
    def is_complete(self) -> bool:
        """Whether there is enough to ask."""
        return bool(self.message or (self.principal and self.action))

    @property
    def words(self) -> tuple[str, ...]:
        """The arguments of `iam-tui why` that ask the same, without the account."""
        return tuple(self._words())

    def _words(self) -> Iterator[str]:
        for flag, name in _FLAGS.items():
            value: str | tuple[str, ...] = getattr(self, name)
            for text in (value,) if isinstance(value, str) else value:
                if text:
                    # An argument that begins with a dash would be taken for a flag.
                    yield from ((f"{flag}={text}",) if text.startswith("-") else (flag, text))

    @property
    def keys(self) -> Mapping[str, ContextValue]:
        """The context keys.

        Raises:
            UsageError: When one is no `KEY=VALUE`.
        """
        found: dict[str, tuple[str, list[str]]] = {}
        for text in self.context:
            key, equals, value = text.partition("=")
            if not (key and equals):
                raise UsageError(f"{text!r} is no KEY=VALUE, such as aws:SourceIp=192.0.2.1")
            found.setdefault(key.lower(), (key, []))[1].append(value)
        return {key: values if len(values) > 1 else values[0] for key, values in found.values()}

    def with_keys(self, keys: Mapping[str, ContextValue]) -> WhyRequest:
        """Return the request with keys added, or in the place of those of the same name."""
        folded = {key.lower() for key in keys}
        kept = [text for text in self.context if text.partition("=")[0].lower() not in folded]
        for key, value in keys.items():
            several = (value,) if isinstance(value, str | int | float) else value
            kept += [f"{key}={_text(one)}" for one in several]
        return replace(self, context=tuple(kept))


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def context_of(text: str) -> tuple[str, ...]:
    """Return the `KEY=VALUE` of a line, quoted as in a shell where they have blanks.

    Raises:
        UsageError: When a quote is not closed.
    """
    try:
        return tuple(shlex.split(text))
    except ValueError:
        raise UsageError(f"a quote is not closed in {text!r}") from None


def request_of(words: Sequence[str]) -> WhyRequest:
    """Return the request that the arguments of the verb ask about.

    Args:
        words: `--principal user/eve --action s3:GetObject ...`; the first words without a flag
            are principal, action and resource.

    Raises:
        UsageError: When a word is one too many, or a flag is not known or lacks its value.
    """
    found: dict[str, list[str]] = {}
    places = list(_IN_ORDER)
    left = list(words)
    while left:
        word = left.pop(0)
        flag, equals, value = word.partition("=")
        if not word.startswith("--"):
            if not places:
                raise UsageError(f"{word!r} is one argument too many")
            found.setdefault(places.pop(0), []).append(word)
            continue
        name = _FLAGS.get(flag)
        if name is None:
            close = nearest(flag, _FLAGS)
            hint = f"; did you mean {' or '.join(close)}?" if close else ""
            raise UsageError(f"there is no flag {flag}{hint}")
        if not equals and not left:
            raise UsageError(f"{flag} lacks its value")
        found.setdefault(name, []).append(value if equals else left.pop(0))
        if name in places:
            places.remove(name)
    several = {name: tuple(found.pop(name, ())) for name in _SEVERAL}
    texts = {name: values[-1] for name, values in found.items()}
    made = WhyRequest(
        principal=texts.get("principal", ""),
        action=texts.get("action", ""),
        resource=texts.get("resource", ""),
        context=several["context"],
        message=texts.get("message", ""),
        resource_account=texts.get("resource_account", ""),
        credentials=texts.get("credentials", ""),
        session=several["session"],
    )
    if made.credentials and made.credentials not in CREDENTIALS:
        raise UsageError(f"--credentials is one of {', '.join(CREDENTIALS)}")
    return made


class Explained(NamedTuple):
    """The answer, with the message that asked for it where there is one."""

    reasons: Reasons
    denial: DenialAnswer | None = None


def explained(account: Account, request: WhyRequest) -> Explained:
    """Return why a request is allowed or not; what costs time is worked out when it is read.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When it cannot be asked as it was put.
        NotADenial: When the message is no AccessDenied message.
        AccountFileError: When a session policy cannot be read.
    """
    from iam_tui.analysis import explain_denial, read_denial, why
    from iam_tui.formats.session_policies import session_policy_of

    session = [session_policy_of(account, one) for one in request.session]
    credentials = cast("Credentials", request.credentials or "access-key")
    if request.message:
        answer = explain_denial(
            account,
            read_denial(request.message),
            principal=request.principal or None,
            action=request.action or None,
            resource=request.resource or None,
            resource_account=request.resource_account or None,
            context=request.keys,
            credentials=credentials,
            session=session,
        )
        return Explained(answer.reasons, answer)
    reasons = why(
        account,
        request.principal,
        request.action,
        request.resource or None,
        request.keys,
        resource_account=request.resource_account or None,
        credentials=credentials,
        session=session,
    )
    return Explained(reasons)
