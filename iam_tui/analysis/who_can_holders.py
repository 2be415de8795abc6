"""Who has which document: the layers of all principals of an account, turned around.

Every user, role and the root user is a place, a set of principals is an int with a bit a place, and
each document has the set of its holders. Asking a statement once thus answers for all of them. The
sets only say who has to be asked the same; what is allowed, `authorize` says.
"""

from __future__ import annotations

import re
from collections import deque
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.context import principal_context
from iam_tui.account.layers import layers
from iam_tui.policy.context import fold
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account import Account, Role, User
    from iam_tui.account.layers import Layers
    from iam_tui.policy.context import Values
    from iam_tui.policy.documents import Document
    from iam_tui.policy.statements import Statement

_MOST_ACTIONS = 512
Bits = int
"""A set of principals."""


class Held(NamedTuple):
    """A document with what it says of one action, and who has it."""

    document: Document
    holders: Bits
    statements: tuple[Statement, ...]


class Outcomes:
    """What one condition comes to for the principals that were looked at so far."""

    __slots__ = ("holds", "known", "unsure")

    def __init__(self) -> None:
        self.known: Bits = 0
        self.holds: Bits = 0
        self.unsure: Bits = 0
        """For whom it reads a key that nobody knows."""


class Holders:
    """The documents of one version of an account, each with its holders."""

    def __init__(self, account: Account) -> None:
        """Turn the layers around."""
        self._parts = _parts(account)
        self._account = account
        root = account.root_user.arn
        self.principals: tuple[str, ...] = (root, *account.users, *account.roles)
        """By place: the root user, then users and roles in the order of the file."""
        users, roles = len(account.users), len(account.roles)
        self.kinds: dict[str, Bits] = {
            "root": 1,
            "user": ((1 << users) - 1) << 1,
            "role": ((1 << roles) - 1) << (1 + users),
        }
        found = [layers(account, arn) for arn in self.principals]
        self.has_boundary = _places(one.boundary is not None for one in found)
        self.unknown_boundary = _places(one.unknown_boundary for one in found)
        self.linked = _places(
            (role := account.roles.get(arn)) is not None and role.is_service_linked
            for arn in self.principals
        )
        """Service-linked roles, which boundaries do not limit either."""
        self.unlimited = _places(
            not one.service_control and not one.resource_control for one in found
        )
        """Whom no SCP or RCP limits: service-linked roles, or everybody."""
        self.unknown = len({item.key for one in found for item in one.unknown})
        """How many attached policies have a document that nobody knows."""
        self.not_in_file = found[0].not_in_file
        """What the account file cannot say of anybody."""
        self.documents_of = tuple(one.documents for one in found)
        """The identity documents of each principal, by place."""
        self.boundaries = tuple(
            None if one.boundary is None else one.boundary.document for one in found
        )
        self._identity = _turned(self.documents_of)
        self._boundary = _turned(() if one is None else (one,) for one in self.boundaries)
        self._controls = _controls(found[0], self.everybody & ~self.unlimited)
        self._narrowed: dict[tuple[LayerKind, int, str], tuple[Held, ...]] = {}
        self._named: dict[tuple[LayerKind, str], tuple[tuple[Document, Bits], ...]] = {}
        self._values: dict[int, dict[str, Values]] = {}
        self.lock = Lock()
        """Held while outcomes are worked out: several threads may ask at once."""
        self.outcomes: dict[object, Outcomes] = {}
        """By a condition's content: what those that read of the principal alone come to."""

    def is_of(self, account: Account) -> bool:
        """Whether an account has the very same identities, policies and organization."""
        mine = zip(self._parts, _parts(account), strict=True)
        return all(one is other or one == other for one, other in mine)

    @property
    def everybody(self) -> Bits:
        """All principals."""
        return (1 << len(self.principals)) - 1

    @property
    def identity(self) -> dict[Document, Bits]:
        """Document -> who has it as an identity policy."""
        return self._identity

    @property
    def boundary(self) -> dict[Document, Bits]:
        """Document -> whom it limits as a permissions boundary."""
        return self._boundary

    def controls(self, kind: LayerKind) -> list[tuple[tuple[Document, Bits], ...]]:
        """Return the SCPs or RCPs level by level, with whom they limit."""
        return [several for (its, _), several in self._controls.items() if its is kind]

    @property
    def levels(self) -> int:
        """How many levels the organization has."""
        return sum(kind is LayerKind.SERVICE_CONTROL for kind, _ in self._controls)

    @cached_property
    def places(self) -> dict[str, int]:
        """ARN -> place."""
        return {arn: place for place, arn in enumerate(self.principals)}

    @cached_property
    def roles_by_name(self) -> dict[str, list[int]]:
        """Name of a role -> places; trust and resource policies may omit or change its path."""
        found: dict[str, list[int]] = {}
        for arn, role in self._account.roles.items():
            found.setdefault(role.name, []).append(self.places[arn])
        return found

    @cached_property
    def by_id(self) -> dict[str, int]:
        """Unique id of a user or role -> place."""
        users, roles = self._account.users.values(), self._account.roles.values()
        entities: list[User | Role] = [*users, *roles]
        return {one.id: self.places[one.arn] for one in entities if one.id is not None}

    def held(self, kind: LayerKind, action: str, level: int = 0) -> tuple[Held, ...]:
        """Return the documents of a layer that say something of an action, kept.

        Args:
            kind: Identity, boundary, SCP or RCP.
            action: In lower case.
            level: Of SCPs and RCPs.
        """
        key = (kind, level, action)
        found = self._narrowed.get(key)
        if found is None:
            if len(self._narrowed) >= _MOST_ACTIONS:
                self._narrowed.clear()
            short = SHORT_ARNS[kind]
            several = (
                Held(document, holders, document.compiled.candidates(short, action))
                for document, holders in self._documents(kind, level, action)
            )
            found = self._narrowed[key] = tuple(one for one in several if one.statements)
        return found

    def _documents(
        self, kind: LayerKind, level: int, action: str
    ) -> Iterable[tuple[Document, Bits]]:
        """Return the documents of a layer that may say something of an action."""
        if kind in (LayerKind.SERVICE_CONTROL, LayerKind.RESOURCE_CONTROL):
            return self._controls.get((kind, level), ())
        service = action.partition(":")[0]
        found = self._named.get((kind, service))
        if found is None:
            everyone = self._identity if kind is LayerKind.IDENTITY else self._boundary
            several = ((one, bits) for one, bits in everyone.items() if _may_name(one, service))
            found = self._named[(kind, service)] = tuple(several)
        return found

    def documents(self, service: str) -> Iterator[Document]:
        """Yield the documents of all layers that may say something of a service."""
        for kind in (LayerKind.IDENTITY, LayerKind.BOUNDARY):
            yield from (document for document, _ in self._documents(kind, 0, service))
        for several in self._controls.values():
            yield from (document for document, _ in several)

    def kind_of(self, place: int) -> str:
        """Return `root`, `user` or `role`."""
        return next(kind for kind, bits in self.kinds.items() if bits >> place & 1)

    def places_named(self, value: str) -> Iterator[int]:
        """Yield the principals that an entry of a principal element may name, path or id apart."""
        if value in self.places:
            yield self.places[value]
        if ":role/" in value:
            yield from self.roles_by_name.get(value.rsplit("/", 1)[-1], ())
        if value in self.by_id:
            yield self.by_id[value]

    def values(self, place: int) -> dict[str, Values]:
        """Return the keys in which a principal differs from others of its kind; kept."""
        found = self._values.get(place)
        if found is None:
            keys = principal_context(self._account, self.principals[place])
            found = self._values[place] = fold(keys)
        return found


def places_of(bits: Bits) -> Iterator[int]:
    """Yield the places of a set in order."""
    text = bin(bits)[:1:-1]
    place = text.find("1")
    while place >= 0:
        yield place
        place = text.find("1", place + 1)


def first_of(bits: Bits) -> int:
    """Return the first place of a set that is not empty."""
    return (bits & -bits).bit_length() - 1


def _places(flags: Iterable[bool]) -> Bits:
    text = "".join("1" if flag else "0" for flag in flags)
    return int(text[::-1], 2)


def _turned(several: Iterable[Iterable[Document]]) -> dict[Document, Bits]:
    """Return document -> holders from the documents by place."""
    found: dict[Document, list[int]] = {}
    for place, documents in enumerate(several):
        for document in documents:
            found.setdefault(document, []).append(place)
    return {document: _bits(places) for document, places in found.items()}


def _bits(places: list[int]) -> Bits:
    if len(places) < 8:
        return sum(1 << place for place in places)
    made = bytearray(places[-1] // 8 + 1)
    for place in places:
        made[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(made, "little")


def _controls(
    known: Layers, limited: Bits
) -> dict[tuple[LayerKind, int], tuple[tuple[Document, Bits], ...]]:
    """Return the documents of SCPs and RCPs by level; they hold for all whom they limit."""
    return {
        (kind, number): tuple((item.document, limited) for item in level)
        for kind, several in (
            (LayerKind.SERVICE_CONTROL, known.service_control),
            (LayerKind.RESOURCE_CONTROL, known.resource_control),
        )
        for number, level in enumerate(several)
    }


def _may_name(document: Document, service: str) -> bool:
    """Whether the text of a document leaves open that a statement covers actions of a service.

    Only texts that name the service or use what stands for any are compiled; one with escapes
    may hide either.
    """
    text = document.text
    if _FOR_ANY_SERVICE.search(text) is not None:
        return True
    return f'"{service}:' in text or f'"{service}:' in text.lower()


_FOR_ANY_SERVICE = re.compile(
    r'"NotAction"|\\|"Action"\s*:\s*(?:"\*(?::\*)?"|\[\s*(?:"[^"]*"\s*,\s*)*"\*(?::\*)?")'
)


def _parts(account: Account) -> tuple[object, ...]:
    """Return what the layers of all principals come from."""
    return (
        account.id,
        account.partition,
        account.users,
        account.groups,
        account.roles,
        account.policies,
        account.organization,
        account.root_user.arn,
        bool(account.resources),
    )


_RECENT: deque[Holders] = deque(maxlen=3)


def holders(account: Account) -> Holders:
    """Return who has which document, kept for the versions of accounts asked about last."""
    for known in tuple(_RECENT):
        if known.is_of(account):
            return known
    made = Holders(account)
    _RECENT.append(made)
    return made
