"""Actions in groups that share an answer, and the answers, shared by principals.

A group is all actions of a service that the same statements cover. Its answer follows from these
statements, the layers there are, and what of the principal they read; it is kept under just that.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from iam_tui import catalog
from iam_tui.analysis.answers import Answer, Source, answer, open_keys, status_of
from iam_tui.analysis.masks import every_action, masks_of
from iam_tui.analysis.plain import (
    IDENTITY_SLOT,
    Plain,
    is_plain,
    limits_are_open,
    plain_answer,
)
from iam_tui.analysis.reading import content_of, is_about_iam, reads
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.special import LIST_RESOURCES, RCP_SERVICES, TRUST_ACTIONS, family

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from iam_tui.analysis.answers import Status
    from iam_tui.analysis.masks import ActionMasks
    from iam_tui.analysis.probing import Prober
    from iam_tui.analysis.surroundings import Owned
    from iam_tui.policy.documents import Document
    from iam_tui.policy.resources import ShortArns
    from iam_tui.policy.statements import Statement

T = TypeVar("T")
_MOST_ANSWERS = 100_000
_ANSWERS: dict[Hashable, Answer | None] = {}
_STATUSES: dict[Hashable, Status | None] = {}


ASKED_SERVICES = frozenset({"sts", "iam", "kms", "ebs"})
"""Services whose actions are never read off: keys and rules differ there (E40 to E49)."""
_NOT_ASKED: tuple[str, ...] = ("",)


class ActionGroup(NamedTuple):
    """Actions of one service that share an answer."""

    bits: int
    """Numbered as in the catalogue."""
    unlisted: tuple[str, ...]
    """Actions that the catalogue lacks."""
    answer: Answer

    @property
    def size(self) -> int:
        """How many actions there are."""
        return self.bits.bit_count() + len(self.unlisted)


class CoveringLayer(NamedTuple):
    """One document of the principal's own layers."""

    slot: int
    """The same for all documents of a layer or level: their order does not matter."""
    document: Document
    short: ShortArns
    masks: ActionMasks
    statements: tuple[Statement, ...]


def layer_of(slot: int, short: ShortArns, document: Document) -> CoveringLayer:
    """Return a document of a layer with its statements and masks."""
    statements = document.compiled.statements(short)
    return CoveringLayer(slot, document, short, masks_of(document), statements)


class _Around(NamedTuple):
    """A resource whose policy concerns the principal."""

    owned: Owned
    masks: ActionMasks


Part = tuple[int, "Statement"]
"""Slot and statement; slots below zero count the resources around."""


class Grouping:
    """Finds the groups and the answers of one principal."""

    def __init__(self, prober: Prober, *, reads_off: bool = True) -> None:
        """Take the principal's layers apart.

        Args:
            prober: Who asks.
            reads_off: Whether answers that need no question are read off; they are the same.
        """
        self.prober = prober
        self._reads_off = reads_off
        known = prober.layers
        boundary = [] if known.boundary is None else [known.boundary.document]
        levels: list[tuple[LayerKind, int, Iterable[Document]]] = [
            (LayerKind.IDENTITY, 0, known.documents),
            (LayerKind.BOUNDARY, 0, boundary),
        ]
        levels += [
            (kind, number, [item.document for item in level])
            for kind, several in (
                (LayerKind.SERVICE_CONTROL, known.service_control),
                (LayerKind.RESOURCE_CONTROL, known.resource_control),
            )
            for number, level in enumerate(several)
        ]
        self.rcp_slots = range(2 + len(known.service_control), len(levels))
        self.limits = frozenset(range(2, 2 + len(known.service_control))) | (
            frozenset() if known.boundary is None else {1}
        )
        """The layers of which each has to allow."""
        if prober.session:
            self.limits |= {len(levels)}
            levels.append((LayerKind.SESSION, 0, prober.session))
        self._kinds = [(kind, number) for kind, number, _ in levels]
        self._layers = [
            layer_of(slot, SHORT_ARNS[kind], document)
            for slot, (kind, _, documents) in enumerate(levels)
            for document in documents
        ]
        self._identity = [layer for layer in self._layers if layer.slot == 0]

    # --- which services and actions ------------------------------------------------------

    def groups(
        self, within: Mapping[str, int] | None = None
    ) -> Iterator[tuple[str, tuple[ActionGroup, ...]]]:
        """Yield each service that has any row, with its groups.

        Args:
            within: Service -> bits of the only actions to look at.
        """
        unlisted = self._unlisted() if within is None else {}
        services = within.keys() if within is not None else self._services() | unlisted.keys()
        for service in services:
            wanted = -1 if within is None else within[service]
            around = self._around(service)
            found = [
                ActionGroup(bits, (), found)
                for bits, parts in self._split(service, around, wanted)
                if (found := self._answer(service, first_action(service, bits), parts, around))
            ]
            for action in unlisted.get(service, ()):
                parts = tuple(self._covering(action, around))
                single = self._answer(service, action, parts, around)
                if single is not None:
                    found.append(ActionGroup(0, (action,), single))
            if found:
                yield service, tuple(found)

    def statuses(self, within: Mapping[str, int]) -> Iterator[tuple[str, int, Status]]:
        """Yield services with actions that are allowed: some of their bits, and their status.

        It is that of the groups, without all else that their answers say.
        """
        for service, wanted in within.items():
            around = self._around(service)
            for bits, parts in self._split(service, around, wanted):
                status = self._status(service, first_action(service, bits), parts, around)
                if status in ("granted", "limited"):
                    yield service, bits, status

    def _services(self) -> set[str]:
        if self.prober.kind == "root":
            return set(catalog.services())
        found: set[str] = set()
        for layer in self._identity:
            found |= layer.masks.services(allows_only=True)
        found |= self.prober.surroundings.services_of_resources()
        if self._trusting:
            found.add("sts")
        return found

    def _unlisted(self) -> dict[str, list[str]]:
        """Return the actions named literally that the catalogue lacks, by service."""
        by_folded: dict[str, str] = {}
        masks = [layer.masks for layer in self._identity]
        masks += [masks_of(owned.document) for owned in self.prober.surroundings.owned]
        for one in masks:
            for action in one.unknown_actions():
                by_folded.setdefault(action.lower(), action)
        found: dict[str, list[str]] = {}
        for action in by_folded.values():
            found.setdefault(action.partition(":")[0].lower(), []).append(action)
        return found

    @cached_property
    def _trusting(self) -> list[_Around]:
        """The roles whose trust policy reaches the principal."""
        return [
            _Around(owned, masks_of(owned.document))
            for owned in self.prober.surroundings.roles_for(self.prober.caller)
        ]

    def _around(self, service: str) -> list[_Around]:
        found = [
            _Around(owned, masks_of(owned.document))
            for owned in self.prober.surroundings.resources_for(service)
            if service == "kms" or self._concerns(owned)
        ]
        return [*found, *self._trusting] if service == "sts" else found

    def _concerns(self, owned: Owned) -> bool:
        caller = self.prober.caller
        return any(
            statement.principal is not None
            and statement.principal.applies(caller, deny=statement.deny) is not None
            for statement in owned.statements
        )

    def _split(
        self, service: str, around: Sequence[_Around], wanted: int
    ) -> Iterator[tuple[int, tuple[Part, ...]]]:
        """Yield the parts of the actions that differ in what covers them."""
        if service not in catalog.action_index().services:
            return
        universe = self._universe(service, around) & wanted
        if not universe:
            return
        groups: list[tuple[int, tuple[Part, ...]]] = [(universe, ())]
        for part, mask in self._parts(service, around):
            groups = list(cut(groups, part, mask))
        bare = catalog.action_index().services[service].wildcard_only
        for bits, parts in groups:
            for piece in pieces(bits, (bare, *families(service))):
                yield piece, parts

    def _universe(self, service: str, around: Sequence[_Around]) -> int:
        if self.prober.kind == "root":
            return every_action(service)
        bits = 0
        for layer in self._identity:
            bits |= layer.masks.allowed(service)
        for one in around:
            bits |= one.masks.allowed(service)
        return bits

    def _parts(self, service: str, around: Sequence[_Around]) -> Iterator[tuple[Part, int]]:
        for layer in self._layers:
            for place, mask in layer.masks.of(service):
                yield (layer.slot, layer.statements[place]), mask
        for number, one in enumerate(around):
            statements = one.owned.statements
            for place, mask in one.masks.of(service):
                yield (-1 - number, statements[place]), mask

    def _covering(self, action: str, around: Sequence[_Around]) -> Iterator[Part]:
        """Yield the statements that cover an action which the catalogue lacks."""
        folded = action.lower()
        for layer in self._layers:
            for statement in layer.document.compiled.candidates(layer.short, folded):
                yield layer.slot, statement
        short = SHORT_ARNS[LayerKind.RESOURCE]
        for number, one in enumerate(around):
            for statement in one.owned.document.compiled.candidates(short, folded):
                yield -1 - number, statement

    # --- answers -------------------------------------------------------------------------

    def _answer(
        self, service: str, action: str, parts: tuple[Part, ...], around: Sequence[_Around]
    ) -> Answer | None:
        plain = self.plain_parts(service, action, parts)
        if plain is not None:
            return self._read_off(action, plain)
        key = self._key(service, action, parts, around)
        if key in _ANSWERS:
            return _ANSWERS[key]
        if len(_ANSWERS) >= _MOST_ANSWERS:
            _ANSWERS.clear()
        found = _ANSWERS[key] = answer(self.prober, action, *_apart(parts, around))
        return found

    def _status(
        self, service: str, action: str, parts: tuple[Part, ...], around: Sequence[_Around]
    ) -> Status | None:
        plain = self.plain_parts(service, action, parts)
        if plain is not None:
            known = self._read_off(action, plain)
            return known and known.status
        key = self._key(service, action, parts, around)
        if key in _STATUSES:
            return _STATUSES[key]
        if len(_STATUSES) >= _MOST_ANSWERS:
            _STATUSES.clear()
        found = _STATUSES[key] = status_of(self.prober, action, *_apart(parts, around))
        return found

    def _read_off(self, action: str, plain: tuple[list[Plain], list[Plain]]) -> Answer | None:
        account, only_star = self.prober.account, catalog.wildcard_only(action)
        return plain_answer(*plain, account.id, account.partition, wildcard_only=only_star)

    def answer(self, service: str, action: str, parts: tuple[Part, ...]) -> Answer | None:
        """Return what actions come to of which no policy of a resource says anything.

        For calls that assume a role the trust policies of the account's roles have their say.
        """
        if action.lower() not in TRUST_ACTIONS:
            return self._answer(service, action, parts, ())
        around = self._trusting
        place = catalog.action_index().place(*action.lower().split(":"))
        bit = 0 if place is None else 1 << place
        theirs = [
            (-1 - number, one.owned.statements[at])
            for number, one in enumerate(around)
            for at, mask in one.masks.of(service)
            if mask & bit
        ]
        return self._answer(service, action, (*parts, *theirs), around)

    def plain_parts(
        self, service: str, action: str, parts: tuple[Part, ...]
    ) -> tuple[list[Plain], list[Plain]] | None:
        """Return the Allows and the Denies when the answer can be read off them."""
        if not self._may_be_plain or service in ASKED_SERVICES:
            return None
        return None if action.lower() in LIST_RESOURCES else self._plain(parts)

    def _plain(self, parts: tuple[Part, ...]) -> tuple[list[Plain], list[Plain]] | None:
        """Return the Allows and the Denies when they can be read off and nothing else decides."""
        if not limits_are_open(parts, self.limits):
            return None
        account = self.prober.account
        allows: list[Plain] = []
        denies: list[Plain] = []
        for slot, statement in parts:
            if slot != IDENTITY_SLOT and not statement.deny:
                continue
            if slot in self.rcp_slots:
                return None
            if not is_plain(statement, account.id, account.partition):
                return None
            keys: tuple[str, ...] | None = ()
            if statement.conditions:
                if not self.leaves_tags_open(parts):
                    return None
                keys = self.open_keys(statement)
            if statement.deny and keys == ():
                return None
            if keys is not None:
                kind, level = self._kinds[slot]
                plain = Plain(Source(kind, level, statement), keys)
                (denies if statement.deny else allows).append(plain)
        return allows, denies

    def leaves_tags_open(self, parts: Iterable[Part]) -> bool:
        """Whether statements read nothing of resources but tags, which the account does not know.

        It knows those of its own users, roles and policies.
        """
        has_resources = bool(self.prober.account.resources)
        for _, statement in parts:
            read = reads(statement)
            if read.resource and (has_resources or not read.tags_at_most):
                return False
        return not any(reads(statement).resource for _, statement in parts) or not any(
            is_about_iam(statement) for _, statement in parts
        )

    def open_keys(self, statement: Statement) -> tuple[str, ...] | None:
        """Return the keys on which a statement depends; None: its conditions never hold."""
        found = self._known_keys.get(statement, _NOT_ASKED)
        if found is not _NOT_ASKED:
            return found
        keys = self._known_keys[statement] = open_keys(statement, self.prober.anything_asked)
        return keys

    @cached_property
    def _known_keys(self) -> dict[Statement, tuple[str, ...] | None]:
        return {}

    @cached_property
    def _may_be_plain(self) -> bool:
        prober = self.prober
        return self._reads_off and (
            prober.kind in {"user", "group", "role"}
            and not prober.layers.unknown_boundary
            and not prober.surroundings.has_foreign_resources
            and ":role/aws-service-role/" not in prober.subject.principal
        )

    def content_key(self, service: str, action: str, parts: tuple[Part, ...]) -> Hashable:
        """Return all that an answer follows from but the names of the statements' documents.

        Answers of the same key permit the same, and say so of statements that may be others.
        """
        content = [(slot, content_of(statement)) for slot, statement in parts]
        return self._key(service, action, parts, (), content)

    def _key(
        self,
        service: str,
        action: str,
        parts: tuple[Part, ...],
        around: Sequence[_Around],
        content: Iterable[tuple[int, int]] | None = None,
    ) -> Hashable:
        """Return all that an answer follows from."""
        prober = self.prober
        folded = action.lower()
        read = [reads(statement) for _, statement in parts]
        reads_tags = any(one.resource_tags for one in read)
        concerned = [statement for slot, statement in parts if slot < 0]
        return (
            self._situation,
            catalog.wildcard_only(action),
            (service, family(folded)) if service in ASKED_SERVICES or family(folded) else None,
            frozenset(parts if content is None else content),
            self._values_of({key for one in read for key in one.principal}),
            (service if reads_tags else None),
            (service in RCP_SERVICES if self.rcp_slots else None),
            (prober.surroundings.tags_number if reads_tags else None),
            (prober.surroundings.trust_number if folded in TRUST_ACTIONS else None),
            self._namings(concerned),
            tuple([one.owned for one in around]) if concerned else None,
        )

    def _values_of(self, keys: set[str]) -> Hashable:
        """Return what the principal has in the keys that statements read of it."""
        if not keys:
            return None
        values = self.prober.own_context.values
        return tuple([(key, values.get(key)) for key in sorted(keys)])

    def _namings(self, statements: Sequence[Statement]) -> Hashable:
        """Return how statements of resource policies name the principal."""
        if not statements:
            return None
        caller = self.prober.caller
        return frozenset(
            (statement, statement.principal.applies(caller, deny=statement.deny))
            for statement in statements
            if statement.principal is not None
        )

    @cached_property
    def _situation(self) -> Hashable:
        """What every answer of the principal follows from."""
        prober = self.prober
        known, account = prober.layers, prober.account
        linked = ":role/aws-service-role/" in prober.subject.principal
        return (
            prober.kind,
            linked,
            account.id,
            account.partition,
            known.boundary is not None,
            known.unknown_boundary,
            len(known.service_control),
            len(known.resource_control) if prober.session else None,
            prober.knows_tags,
            prober.surroundings.resource_number,
            tuple(
                (key, tuple(value) if isinstance(value, list) else value)
                for key, value in prober.context.items()
                if key.startswith("aws:PrincipalOrg")
            ),
        )


def _apart(
    parts: Iterable[Part], around: Sequence[_Around]
) -> tuple[list[Part], list[tuple[Owned, tuple[Statement, ...]]]]:
    """Return the principal's own statements, and those of each resource around it."""
    own: list[Part] = []
    theirs: dict[int, list[Statement]] = {}
    for slot, statement in parts:
        if slot < 0:
            theirs.setdefault(-1 - slot, []).append(statement)
        else:
            own.append((slot, statement))
    return own, [(around[n].owned, tuple(several)) for n, several in theirs.items()]


@lru_cache(maxsize=1024)
def families(service: str) -> tuple[int, ...]:
    """Return the bits of each family of actions that special rules tell apart, but the largest."""
    found: dict[str, int] = {}
    for place, name in enumerate(catalog.actions(service)):
        word = family(f"{service}:{name}".lower())
        found[word] = found.get(word, 0) | 1 << place
    return tuple(sorted(found.values(), key=int.bit_count)[:-1])


def first_action(service: str, bits: int) -> str:
    """Return the first of some actions."""
    names = catalog.action_index().services[service].names
    return f"{service}:{names[(bits & -bits).bit_length() - 1]}"


def cut(
    groups: Iterable[tuple[int, tuple[T, ...]]], part: T, mask: int
) -> Iterator[tuple[int, tuple[T, ...]]]:
    """Cut groups of actions along a mask; what lies inside gets the part."""
    for bits, parts in groups:
        inside = bits & mask
        if not inside:
            yield bits, parts
            continue
        yield inside, (*parts, part)
        outside = bits & ~mask
        if outside:
            yield outside, parts


def pieces(bits: int, masks: Iterable[int]) -> Iterator[int]:
    """Cut bits along masks."""
    pieces = [bits]
    for mask in masks:
        pieces = [part for piece in pieces for part in (piece & mask, piece & ~mask) if part]
    yield from pieces
