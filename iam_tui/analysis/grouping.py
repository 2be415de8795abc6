"""Actions in groups that share an answer, and the answers, shared by principals.

A group is all actions of a service that the same statements cover. Its answer follows from these
statements, the layers there are, and what of the principal they read; it is kept under just that.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog
from iam_tui.analysis.answers import Answer, answer
from iam_tui.analysis.masks import every_action, masks_of
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.special import LIST_RESOURCES, RCP_SERVICES, TRUST_ACTIONS
from iam_tui.policy.variables import keys_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from iam_tui.account.layers import Layers
    from iam_tui.analysis.masks import ActionMasks
    from iam_tui.analysis.probing import Prober
    from iam_tui.analysis.surroundings import Owned
    from iam_tui.policy.documents import Document
    from iam_tui.policy.statements import Statement

_MOST_ANSWERS = 100_000
_ANSWERS: dict[Hashable, Answer | None] = {}

_SINGLE_SERVICES = frozenset({"sts", "iam", "kms"})
"""Services with rules of their own for single actions (E40 to E49, E55a): no sharing."""


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


class _Layer(NamedTuple):
    """One document of the principal's own layers."""

    slot: int
    """The same for all documents of a layer or level: their order does not matter."""
    masks: ActionMasks
    statements: tuple[Statement, ...]


class _Around(NamedTuple):
    """A resource whose policy concerns the principal."""

    owned: Owned
    masks: ActionMasks


Part = tuple[int, "Statement"]
"""Slot and statement; slots below zero count the resources around."""


class Grouping:
    """Finds the groups and the answers of one principal."""

    def __init__(self, prober: Prober) -> None:
        """Take the principal's layers apart."""
        self._prober = prober
        known = prober.layers
        levels: list[tuple[LayerKind, Iterable[Document]]] = [
            (LayerKind.IDENTITY, known.documents),
            (LayerKind.BOUNDARY, [known.boundary.document] if known.boundary is not None else []),
        ]
        levels += [
            (kind, [item.document for item in level])
            for kind, several in (
                (LayerKind.SERVICE_CONTROL, known.service_control),
                (LayerKind.RESOURCE_CONTROL, known.resource_control),
            )
            for level in several
        ]
        self._layers = [
            _Layer(slot, masks_of(document), document.compiled.statements(SHORT_ARNS[kind]))
            for slot, (kind, documents) in enumerate(levels)
            for document in documents
        ]
        self._identity = [layer for layer in self._layers if layer.slot == 0]
        self._rcp_slots = range(2 + len(known.service_control), len(levels))

    # --- which services and actions ------------------------------------------------------

    def groups(
        self, within: Mapping[str, int] | None = None
    ) -> Iterator[tuple[str, tuple[ActionGroup, ...]]]:
        """Yield each service that has any row, with its groups.

        Args:
            within: Service -> bits of the only actions to look at.
        """
        unlisted = self._unlisted() if within is None else {}
        for service in self._services() | unlisted.keys():
            wanted = -1 if within is None else within.get(service, 0)
            if not wanted:
                continue
            around = self._around(service)
            found = [
                ActionGroup(bits, (), found)
                for bits, parts in self._split(service, around, wanted)
                if (found := self._answer(service, _first(service, bits), parts, around))
            ]
            for action in unlisted.get(service, ()):
                parts = tuple(self._covering(action, around))
                single = self._answer(service, action, parts, around)
                if single is not None:
                    found.append(ActionGroup(0, (action,), single))
            if found:
                yield service, tuple(found)

    def _services(self) -> set[str]:
        if self._prober.kind == "root":
            return set(catalog.services())
        found: set[str] = set()
        for layer in self._identity:
            found |= layer.masks.services(allows_only=True)
        found |= self._prober.surroundings.services_of_resources()
        if self._trusting:
            found.add("sts")
        return found

    def _unlisted(self) -> dict[str, list[str]]:
        """Return the actions named literally that the catalogue lacks, by service."""
        by_folded: dict[str, str] = {}
        masks = [layer.masks for layer in self._identity]
        masks += [masks_of(owned.document) for owned in self._prober.surroundings.owned]
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
            for owned in self._prober.surroundings.roles_for(self._prober.caller)
        ]

    def _around(self, service: str) -> list[_Around]:
        found = [
            _Around(owned, masks_of(owned.document))
            for owned in self._prober.surroundings.resources_for(service)
            if service == "kms" or self._concerns(owned)
        ]
        return [*found, *self._trusting] if service == "sts" else found

    def _concerns(self, owned: Owned) -> bool:
        caller = self._prober.caller
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
            groups = list(_cut(groups, part, mask))
        singles = self._singles(service)
        for bits, parts in groups:
            for piece in _pieces(bits, catalog.action_index().services[service].wildcard_only):
                yield from ((one, parts) for one in _single_bits(piece, singles))

    def _universe(self, service: str, around: Sequence[_Around]) -> int:
        if self._prober.kind == "root":
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
        service, _, name = action.lower().partition(":")
        for layer in self._layers:
            for statement in layer.statements:
                if statement.covers_action(service, name):
                    yield layer.slot, statement
        for number, one in enumerate(around):
            for statement in one.owned.statements:
                if statement.covers_action(service, name):
                    yield -1 - number, statement

    def _singles(self, service: str) -> int:
        """Return the bits of the actions that share with no other."""
        if service in _SINGLE_SERVICES or (service == "s3" and self._prober.kind == "root"):
            return -1
        return _listing_bits(service)

    # --- answers -------------------------------------------------------------------------

    def _answer(
        self, service: str, action: str, parts: tuple[Part, ...], around: Sequence[_Around]
    ) -> Answer | None:
        key = self._key(service, action, parts, around)
        if key in _ANSWERS:
            return _ANSWERS[key]
        own = [part for part in parts if part[0] >= 0]
        theirs: dict[int, list[Statement]] = {}
        for slot, statement in parts:
            if slot < 0:
                theirs.setdefault(-1 - slot, []).append(statement)
        covered = [(around[n].owned, tuple(several)) for n, several in theirs.items()]
        if len(_ANSWERS) >= _MOST_ANSWERS:
            _ANSWERS.clear()
        found = _ANSWERS[key] = answer(self._prober, action, own, covered)
        return found

    def _key(
        self, service: str, action: str, parts: tuple[Part, ...], around: Sequence[_Around]
    ) -> Hashable:
        """Return all that an answer follows from."""
        prober = self._prober
        folded = action.lower()
        token: Hashable = catalog.wildcard_only(action)
        is_single = bool(self._singles(service) == -1) or folded in LIST_RESOURCES
        if is_single:
            token = folded
        reads = [_reads(statement) for _, statement in parts]
        reads_tags = any(one.resource_tags for one in reads)
        concerned = any(slot < 0 for slot, _ in parts)
        is_dependent = concerned or any(one.principal for one in reads)
        return (
            self._situation,
            token,
            frozenset(parts),
            (service if reads_tags or service == "ebs" else None),
            (service in RCP_SERVICES if self._rcp_slots else None),
            (self._who if is_dependent else None),
            (prober.surroundings.tags_number if reads_tags else None),
            (prober.surroundings.trust_number if folded in TRUST_ACTIONS else None),
            tuple([one.owned for one in around]) if concerned else None,
        )

    @cached_property
    def _situation(self) -> Hashable:
        """What every answer of the principal follows from."""
        prober = self._prober
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
            prober.surroundings.resource_number,
            tuple(
                (key, tuple(value) if isinstance(value, list) else value)
                for key, value in prober.context.items()
                if key.startswith("aws:PrincipalOrg")
            ),
        )

    @cached_property
    def _who(self) -> Hashable:
        """The principal and all that the account knows of it."""
        return (
            self._prober.subject.principal,
            tuple(
                (key, tuple(value) if isinstance(value, list) else value)
                for key, value in self._prober.context.items()
            ),
        )


class _Reads(NamedTuple):
    principal: bool
    """Whether a condition or variable reads something that differs between principals."""
    resource_tags: bool


@lru_cache(maxsize=100_000)
def _reads(statement: Statement) -> _Reads:
    keys = {key for condition in statement.conditions for key in condition.keys}
    for pattern in (*(statement.resources or ()), *(statement.not_resources or ())):
        if pattern.template is not None:
            keys.update(keys_of(pattern.template))
    return _Reads(
        principal=any(
            key.startswith("aws:principal") or key in {"aws:userid", "aws:username"} for key in keys
        ),
        resource_tags=any(":resourcetag/" in key for key in keys),
    )


def reads_resource_tags(known: Layers) -> bool:
    """Whether a statement of a principal's own layers reads tags of resources."""
    documents = [*known.documents]
    if known.boundary is not None:
        documents.append(known.boundary.document)
    for level in (*known.service_control, *known.resource_control):
        documents += [item.document for item in level]
    kind = SHORT_ARNS[LayerKind.IDENTITY]
    return any(
        _reads(statement).resource_tags
        for document in documents
        for statement in document.compiled.statements(kind)
    )


@lru_cache(maxsize=1024)
def _listing_bits(service: str) -> int:
    """Return the bits of the list actions that are authorised on an ARN (A8a)."""
    bits = 0
    for action in LIST_RESOURCES:
        prefix, _, name = action.partition(":")
        place = catalog.action_index().place(service, name) if prefix == service else None
        if place is not None:
            bits |= 1 << place
    return bits


def _first(service: str, bits: int) -> str:
    names = catalog.action_index().services[service].names
    return f"{service}:{names[(bits & -bits).bit_length() - 1]}"


def _cut(
    groups: Iterable[tuple[int, tuple[Part, ...]]], part: Part, mask: int
) -> Iterator[tuple[int, tuple[Part, ...]]]:
    for bits, parts in groups:
        inside = bits & mask
        if not inside:
            yield bits, parts
            continue
        yield inside, (*parts, part)
        outside = bits & ~mask
        if outside:
            yield outside, parts


def _pieces(bits: int, mask: int) -> Iterator[int]:
    for piece in (bits & mask, bits & ~mask):
        if piece:
            yield piece


def _single_bits(bits: int, singles: int) -> Iterator[int]:
    """Yield the actions that share with no other one by one, then the others together."""
    alone = bits & singles
    while alone:
        lowest = alone & -alone
        yield lowest
        alone ^= lowest
    rest = bits & ~singles
    if rest:
        yield rest
