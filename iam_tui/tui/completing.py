"""What can be typed into a field: principals, actions, resources, condition keys.

What begins as was typed comes before what has it somewhere.
"""

from __future__ import annotations

import shlex
from collections import deque
from functools import cached_property
from ipaddress import ip_network
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iam_tui.account import Account
    from iam_tui.policy.documents import Document

MOST = 40
"""Suggestions that are looked for; more would not be scrolled through."""
_COMMON = ("s3", "iam", "sts", "ec2", "lambda", "dynamodb", "kms", "sqs", "sns", "secretsmanager")
_DOCUMENTS = 3000
"""Documents of an account that are searched for resources."""
_SIGNING = (
    ("access-key", "long-term keys (the default)"),
    ("console", "signed in, with MFA if the file has a device"),
    ("session", "of GetSessionToken"),
)


class Suggestion(NamedTuple):
    """What a field could hold."""

    text: str
    note: str = ""


class _Known(NamedTuple):
    """A name as it is searched."""

    folded: str
    name: str
    """Its last part, folded."""
    suggestion: Suggestion


class Names:
    """The names of one account; gathered when they are first asked for, which takes a while."""

    def __init__(self, account: Account) -> None:
        """Gather nothing yet."""
        self.account = account

    def gather(self) -> Names:
        """Gather all of them at once, for a worker thread."""
        _ = self._principals, self._resources
        return self

    def principals(self, word: str) -> list[Suggestion]:
        """Return who may be meant: identities of the account, services, everybody."""
        found = _matching(self._principals, word)
        if word.lower().startswith("arn:"):
            arns = (_known(Suggestion(arn, kind)) for arn, kind in self._principal_arns())
            found += _matching(arns, word)
        return found[:MOST]

    def resources(self, word: str, action: str = "") -> list[Suggestion]:
        """Return resources of the account; those of the action's service come first."""
        service = action.partition(":")[0].lower()
        found = _matching(self._resources, word, most=MOST * 4)
        theirs = "iam" if service == "sts" else service
        found.sort(key=lambda one: one.text.split(":", 3)[2:3] != [theirs])
        return found[:MOST]

    def policies(self, word: str) -> list[Suggestion]:
        """Return the account's managed policies that may be meant."""
        named = (policy.name for policy in self.account.policies.values())
        return _matching((_known(Suggestion(name, "a policy")) for name in named), word)

    @cached_property
    def _principals(self) -> list[_Known]:
        account = self.account
        found = [Suggestion("root", "root user")]
        for entities in (account.users, account.roles, account.groups):
            found += [Suggestion(account.reference(arn), one.kind) for arn, one in entities.items()]
        found.append(Suggestion("*", "anonymous"))
        found += [Suggestion(name, "service") for name in sorted(self._services())]
        return [_known(one) for one in found]

    def _principal_arns(self) -> Iterator[tuple[str, str]]:
        account = self.account
        for arn, role in account.roles.items():
            session = f"assumed-role/{role.name}/session"
            yield f"arn:{account.partition}:sts::{account.id}:{session}", "role session"
            yield arn, "role"
        for arn in account.users:
            yield arn, "user"

    def _services(self) -> set[str]:
        """Return the services that trust policies and policies of resources name."""
        account = self.account
        documents = [role.trust_policy for role in account.roles.values()]
        documents += [resource.policy for resource in account.resources.values()]
        found: set[str] = set()
        for document in dict.fromkeys(one for one in documents if one is not None):
            for principal in _values(document, "Principal"):
                if isinstance(principal, dict):
                    found.update(_texts(principal.get("Service")))
        return found

    @cached_property
    def _resources(self) -> list[_Known]:
        account = self.account
        found: dict[str, str] = {}
        for arn in account.resources:
            found[arn] = "resource"
            if ":s3:::" in arn and "/" not in arn:
                found[f"{arn}/*"] = "its objects"
        for arn in self._written():
            found.setdefault(arn, "in a policy")
        for entities in (account.roles, account.users, account.groups, account.policies):
            found.update((arn, one.kind) for arn, one in entities.items())
        return [_known(Suggestion(arn, note)) for arn, note in found.items()]

    def _written(self) -> Iterator[str]:
        """Yield the resources that policies of the account name."""
        account = self.account
        documents = [policy.document for policy in account.policies.values()]
        for entities in (account.users, account.roles, account.groups):
            for entity in entities.values():
                documents += entity.inline_policies.values()
        for document in list(dict.fromkeys(documents))[:_DOCUMENTS]:
            for value in _values(document, "Resource"):
                yield from (text for text in _texts(value) if text.startswith("arn:"))


def context_keys(
    word: str, wanted: Mapping[str, tuple[str, ...]], action: str = ""
) -> list[Suggestion]:
    """Return condition keys, or for `KEY=` the values that may be meant.

    Args:
        word: What was typed.
        wanted: Keys that statements about the request ask for, with the values they name.
        action: The action, for the keys of its service.
    """
    key, equals, value = word.partition("=")
    if equals:
        named = next((them for one, them in wanted.items() if one.lower() == key.lower()), ())
        facts = catalog.condition_key(key)
        if facts is not None and facts.type == "Bool":
            named = tuple(dict.fromkeys(("true", "false", *named)))
        named = tuple(dict.fromkeys(_example(one) for one in named))
        found = [Suggestion(shlex.quote(f"{key}={one}"), "a value") for one in named]
        return [one for one in found if value.lower() in one.text.lower()][:MOST]
    asked = [Suggestion(f"{one}=", "asked for") for one in wanted]
    known = [*catalog.global_condition_keys()]
    if service := action.partition(":")[0]:
        known += catalog.condition_keys(service)
    listed = {one.text.lower() for one in asked}
    for one in known:
        text = f"{one.key.partition('${')[0]}" + ("" if "${" in one.key else "=")
        if text.lower() not in listed:
            listed.add(text.lower())
            asked.append(Suggestion(text, one.type))
    return _matching(map(_known, asked), word)


def _example(value: str) -> str:
    """Return a value that a condition names; of a network, an address in it."""
    if "/" not in value:
        return value
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return value
    return str(network[1] if network.num_addresses > 2 else network[0])


def signing(word: str) -> list[Suggestion]:
    """Return the ways to sign a request."""
    return [Suggestion(*one) for one in _SIGNING if one[0].startswith(word.lower())]


_RECENT: deque[Names] = deque(maxlen=2)


def names_of(account: Account) -> Names:
    """Return the names of an account; those of the last ones are kept."""
    for known in _RECENT:
        if known.account is account:
            return known
    made = Names(account)
    _RECENT.append(made)
    return made


def offered_for(
    field: str,
    word: str,
    *,
    names: Names | None,
    action: str,
    wanted: Mapping[str, tuple[str, ...]],
) -> list[Suggestion]:
    """Return what may be meant by a word in a field of a question.

    Args:
        field: The field's name.
        word: The word.
        names: The names of the account; None: they are still being gathered.
        action: The action that is asked about.
        wanted: Context keys that statements about it ask for, with the values they name.
    """
    if field == "action":
        return actions(word)
    if field == "context":
        return context_keys(word, wanted, action)
    if field == "credentials":
        return signing(word)
    if names is None:
        return []
    if field == "principal":
        return names.principals(word)
    if field == "resource":
        return names.resources(word, action)
    return names.policies(word) if field == "session" else []


def actions(word: str) -> list[Suggestion]:
    """Return the actions of the catalogue that may be meant, with their access levels."""
    service, colon, name = word.partition(":")
    service, name = service.lower(), name.lower()
    if "*" in word:
        return []
    if colon:
        names = catalog.actions(service)
        return _levelled(service, [*_sorted_by(names, name)][:MOST])
    prefixes = [one for one in catalog.services() if one.startswith(service)]
    prefixes.sort(key=lambda one: (one != service, one not in _COMMON, one))
    found = [Suggestion(f"{one}:", "a service") for one in prefixes[: 4 if service else MOST]]
    if len(service) > 2:
        for prefix in dict.fromkeys((*_COMMON, *catalog.services())):
            if len(found) >= MOST:
                break
            found += _levelled(prefix, _sorted_by(catalog.actions(prefix), service))
    return found[:MOST]


def _levelled(service: str, names: Iterable[str]) -> list[Suggestion]:
    actions = [f"{service}:{name}" for name in names]
    levels = (catalog.access_level(one).removesuffix(" management") for one in actions)
    return [Suggestion(*pair) for pair in zip(actions, levels, strict=True)]


def _sorted_by(names: Iterable[str], part: str) -> list[str]:
    """Return the names that have a part: the name itself, beginnings, the others."""
    found = [one for one in names if part in one.lower()]
    found.sort(key=lambda one: (not one.lower().startswith(part), one.lower() != part, one))
    return found


def _known(suggestion: Suggestion) -> _Known:
    folded = suggestion.text.lower()
    return _Known(folded, folded.rpartition("/")[2].rpartition(":")[2], suggestion)


def _matching(known: Iterable[_Known], word: str, most: int = MOST) -> list[Suggestion]:
    sought = word.lower()
    first: list[Suggestion] = []
    then: list[Suggestion] = []
    for one in known:
        if one.folded.startswith(sought) or one.name.startswith(sought):
            first.append(one.suggestion)
            if len(first) >= most:
                break
        elif sought in one.folded:
            then.append(one.suggestion)
    return [*first, *then][:most]


def _values(document: Document, element: str) -> Iterator[object]:
    for statement in document.statements:
        if isinstance(statement, dict) and element in statement:
            yield statement[element]


def _texts(value: object) -> list[str]:
    """Return the texts of what may be one or a list."""
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, str)]
