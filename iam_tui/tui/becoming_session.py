"""The session of the next step: tags, policies, a source identity, as fields and as flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.errors import IamTuiError
from iam_tui.tui.asking.drafts import FieldError, words_of
from iam_tui.tui.widgets.form import FieldSpec

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.analysis import Becoming

SPECS = (
    FieldSpec("tags", "Tags", "team=web env=prod", has_words=True),
    FieldSpec("transitive", "Transitive", "names of tags that later sessions keep", has_words=True),
    FieldSpec("policies", "Policies", "ReadOnlyAccess or a file.json", has_words=True),
    FieldSpec("identity", "Identity", "the source identity"),
    FieldSpec("context", "Context", "of every call: sts:ExternalId=x", has_words=True),
)


class SessionOf(NamedTuple):
    """What comes along with one call of AssumeRole."""

    tags: Mapping[str, str] = {}
    transitive: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    """Names of managed policies or files, or JSON."""
    identity: str = ""

    def __bool__(self) -> bool:
        return bool(self.tags or self.policies or self.identity)

    @property
    def text(self) -> str:
        """What it brings, in short: `team=web  ReadOnlyAccess  as alice`."""
        tags = (f"{key}={value}" for key, value in self.tags.items())
        identity = (f"as {self.identity}",) if self.identity else ()
        return "  ".join((*tags, *self.policies, *identity))

    def flags(self) -> Iterator[str]:
        """Yield the flags of the verb that say the same."""
        for key, value in self.tags.items():
            yield from ("--tag", f"{key}={value}")
        for name in self.transitive:
            yield from ("--transitive", name)
        for policy in self.policies:
            yield from ("--session-policy", policy)
        if self.identity:
            yield from ("--source-identity", self.identity)


NO_SESSION = SessionOf()


def session_of(account: Account, values: Mapping[str, str]) -> SessionOf:
    """Return the session that the fields say.

    Args:
        account: Whose managed policies can be named.
        values: Name of a field -> its text.

    Raises:
        FieldError: When a field holds what cannot be used.
    """
    from iam_tui.formats.session_policies import session_policy_of

    tags = pairs_of("tags", values["tags"])
    transitive = tuple(words_of(values["transitive"]))
    lacking = next((name for name in transitive if name not in tags), None)
    if lacking is not None:
        raise FieldError("transitive", f"there is no tag {lacking} above")
    policies = tuple(words_of(values["policies"]))
    for given in policies:
        try:
            session_policy_of(account, given)
        except IamTuiError as error:
            raise FieldError("policies", str(error)) from error
    return SessionOf(tags, transitive, policies, values["identity"])


def pairs_of(field: str, text: str) -> dict[str, str]:
    """Return what `key=value` words say.

    Raises:
        FieldError: When a word is none.
    """
    found: dict[str, str] = {}
    for word in words_of(text):
        key, equals, value = word.partition("=")
        if not (key and equals):
            raise FieldError(field, f"{word} is no KEY=VALUE")
        found[key] = value
    return found


def stepped(
    someone: Becoming, role: str, session: SessionOf, context: Mapping[str, str]
) -> Becoming:
    """Return somebody after one more step.

    Raises:
        UsageError: When AWS would refuse the call in every context.
        UnknownName: When the account has no such role or policy.
    """
    from iam_tui.formats.session_policies import session_policy_of

    return someone.into(
        role,
        policies=[session_policy_of(someone.account, given) for given in session.policies],
        tags=session.tags,
        transitive=session.transitive,
        source_identity=session.identity or None,
        context=context,
    )
