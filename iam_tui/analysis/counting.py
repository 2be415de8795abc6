"""How many actions a change gives to a principal or takes from it, counted without making rows.

The blast radius of an edit of everybody is about tens of millions of pairs of a principal and an
action. Principals with the same documents about a service share its counts; and where it is plain
that actions are allowed before and not after, or on everything and not on everything, nobody has
to work out on what exactly. Whatever is not plain is compared in full. A property test proves that
the counts are those of the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from iam_tui import catalog
from iam_tui.account.entities import Role, User
from iam_tui.account.layers import layers
from iam_tui.analysis.changes import PermissionChanges, change_of
from iam_tui.analysis.effective import EffectivePermissions
from iam_tui.analysis.grouping import Grouping, cut, families, first_action, layer_of, pieces
from iam_tui.analysis.masks import masks_of
from iam_tui.analysis.outlook import Asking, Group, has_new_pattern
from iam_tui.analysis.packed_counts import SIGNS, Counts, counted, packed_counts, unpacked
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.reading import reads
from iam_tui.analysis.surroundings import surroundings
from iam_tui.analysis.trust_reach import TrustReach
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.special import TRUST_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from iam_tui.account import Account
    from iam_tui.account.layers import Layers
    from iam_tui.analysis.changes import Change
    from iam_tui.analysis.grouping import CoveringLayer, Part
    from iam_tui.analysis.outlook import Given
    from iam_tui.policy.documents import Document

_MANY_SERVICES = 40
"""A document about more services counts as one about all that are looked at."""
_OF_THE_ORGANIZATION = "aws:principalorg"
"""Keys in which the principals of one account do not differ."""


class _Entry:
    """A document of a layer, numbered."""

    __slots__ = ("bits", "is_broad", "layer", "number", "touching")

    def __init__(self, number: int, layer: CoveringLayer) -> None:
        self.number, self.layer = number, layer
        self.is_broad = layer.slot > 0 or len(layer.masks.services()) > _MANY_SERVICES
        self.touching: dict[int, tuple[str, ...]] = {}
        """By number of what is looked at: the services of which it covers any of that."""

    def services(self, within: _Within) -> tuple[str, ...]:
        """Return the services of which the document covers any action that is looked at."""
        found = self.touching.get(within.number)
        if found is None:
            masks, bits = self.layer.masks, within.bits
            found = self.touching[within.number] = tuple(
                service
                for service in masks.services() & bits.keys()
                if any(mask & bits[service] for _, mask in masks.of(service))
            )
        return found


class _Within(NamedTuple):
    """What is looked at, numbered: service -> bits of its actions."""

    number: int
    bits: Mapping[str, int]


class _Sides(NamedTuple):
    """What all services of a principal have in common, and its documents about many of them."""

    kind: str
    limits: tuple[frozenset[int], frozenset[int]]
    """Before and after: the numbers of the layers of which each has to allow."""
    before: tuple[int, ...]
    """Numbers of entries."""
    after: tuple[int, ...]


class _Common:
    """The counts of all services for those that have only documents about many services."""

    __slots__ = ("counts", "reading", "total")

    def __init__(self, services: Mapping[str, _Service]) -> None:
        self.counts = {name: one.fixed for name, one in services.items() if not one.reads}
        self.reading = {name: one for name, one in services.items() if one.reads}
        """Those whose counts differ from principal to principal."""
        self.total = sum(self.counts.values())


class _Service:
    """The parts of a service's actions that differ in what covers them, for some documents."""

    __slots__ = ("_known", "_open", "fixed", "reads")

    def __init__(self, groups: Iterable[tuple[int, Group]], service: str, asking: _Asker) -> None:
        self.fixed = 0
        self._open: list[tuple[int, Group]] = []
        found: set[str] = set()
        for bits, group in groups:
            keys = _keys(group)
            if group.action.lower() in TRUST_ACTIONS:
                keys |= set(asking.trust_keys)
            if keys:
                found |= keys
                self._open.append((bits, group))
            else:
                self.fixed += counted(service, bits, asking.change(group))
        self.reads = tuple(sorted(found))
        self._known: dict[Hashable, int] = {}

    def counts(self, service: str, asking: _Asker) -> int:
        """Return the counts for the principal that is asked about."""
        if not self._open:
            return self.fixed
        values = asking.values(self.reads)
        found = self._known.get(values)
        if found is None:
            found = self._known[values] = self.fixed + sum(
                counted(service, bits, asking.change(group)) for bits, group in self._open
            )
        return found


class _Asker:
    """One principal in both accounts; what it is asked with is made when it is needed."""

    def __init__(
        self, counter: ReachCounter, principal: str, layers: tuple[Layers, Layers]
    ) -> None:
        self._counter, self._principal, self._layers = counter, principal, layers
        self._made: tuple[Asking, Asking] | None = None

    @property
    def sides(self) -> tuple[Asking, Asking]:
        """The principal before and after."""
        found = self._made
        if found is None:
            known, keys = self._counter.known, self._counter.trust.keys
            first, second = (
                Asking(Grouping(Prober(account, self._principal, known=layers)), known, keys)
                for account, layers in zip(self._counter.accounts, self._layers, strict=True)
            )
            found = self._made = (first, second)
        return found

    @property
    def trust_keys(self) -> tuple[str, ...]:
        """The keys of principals that trust policies read."""
        return self._counter.trust.keys

    def values(self, keys: tuple[str, ...]) -> Hashable:
        """Return what the principal has in some keys."""
        values = self.sides[0].prober.own_context.values
        return tuple([values.get(key) for key in keys])

    def change(self, group: Group) -> Change | None:
        """Return how a group of actions changes for the principal."""
        before, after = self.sides
        if group.before == group.after and before.grouping.limits == after.grouping.limits:
            return None
        was, now = before.outlook(group, group.before), after.outlook(group, group.after)
        if was.allowed is not None and now.allowed is not None:
            if was.allowed is not now.allowed:
                return "+" if now.allowed else "-"
            if not was.allowed:
                return None
            if None not in (was.everything, now.everything) and was.everything != now.everything:
                return "~"
            if was.everything is False and now.everything is False and not group.is_bare:
                mine, theirs = (
                    before.patterns(group, group.before),
                    after.patterns(group, group.after),
                )
                if has_new_pattern(theirs, mine) or has_new_pattern(mine, theirs):
                    return "~"
        return change_of(before.given(group, group.before), after.given(group, group.after))


class ReachCounter:
    """Counts what differs between two accounts, principal by principal."""

    def __init__(self, before: Account, after: Account) -> None:
        """Take the accounts; nothing is computed yet."""
        self.accounts = (before, after)
        self.known: dict[Hashable, Given | None] = {}
        """What was found out about some principals, for others."""
        self._entries: dict[tuple[int, Document], _Entry] = {}
        self._by_number: list[_Entry] = []
        self._withins: dict[Hashable, _Within] = {}
        self._common: dict[Hashable, _Common] = {}
        self._services: dict[Hashable, _Service] = {}
        self._last: tuple[str, tuple[Layers, Layers]] | None = None
        self._slow = {
            service
            for account in self.accounts
            for owned in surroundings(account).owned
            for service in masks_of(owned.document).services()
        }
        """Services of which policies of resources say something."""
        self._never = any(surroundings(a).has_foreign_resources for a in self.accounts)
        self.trust = TrustReach.of(self.accounts)

    def layers(self, principal: str) -> tuple[Layers, Layers]:
        """Return what applies to a principal that both accounts have."""
        if self._last is None or self._last[0] != principal:
            before, after = self.accounts
            self._last = (principal, (layers(before, principal), layers(after, principal)))
        return self._last[1]

    def counts(self, principal: str, within: Mapping[str, int]) -> Counts | None:
        """Return what changes for a user or role that both accounts have; None: nothing.

        Args:
            principal: Its ARN; name, tags and the like must be the same in both.
            within: Service -> bits of the only actions that can differ.
        """
        entity = self.accounts[0].identity(principal)
        former, latter = self.layers(principal)
        if (
            not isinstance(entity, User | Role)
            or self._never
            or ":role/aws-service-role/" in principal
            or former.unknown_boundary
            or latter.unknown_boundary
        ):
            return self._in_full(principal, within)
        slow, rest = self._slow_part(within, self.trust.slow_bits(entity))
        packed = self._packed(principal, entity.kind, rest) if rest.bits else 0
        if slow:
            packed += packed_counts(self._changes(principal, slow))
        return unpacked(packed) if packed else None

    def _in_full(self, principal: str, within: Mapping[str, int]) -> Counts | None:
        changes = self._changes(principal, within)
        return Counts(*(changes.by_level(sign) for sign in SIGNS)) if changes else None

    def _changes(self, principal: str, within: Mapping[str, int]) -> PermissionChanges:
        before, after = (
            EffectivePermissions(account, principal, within=within) for account in self.accounts
        )
        return PermissionChanges(before, after)

    def _slow_part(self, within: Mapping[str, int], trust: int) -> tuple[dict[str, int], _Within]:
        """Return the actions on which policies of resources or roles may have a say, and others."""
        slow = {service: within[service] for service in self._slow & within.keys()}
        trusting = within.get("sts", 0) & trust
        if trusting:
            slow["sts"] = slow.get("sts", 0) | trusting
        rest = {
            service: bits & ~slow.get(service, 0)
            for service, bits in within.items()
            if bits & ~slow.get(service, 0)
        }
        key = tuple(sorted(rest.items()))
        found = self._withins.get(key)
        if found is None:
            found = self._withins[key] = _Within(len(self._withins), rest)
        return slow, found

    def _packed(self, principal: str, kind: str, within: _Within) -> int:
        several = [self._taken_apart(known) for known in self.layers(principal)]
        asking = _Asker(self, principal, self.layers(principal))
        broad = [tuple([e.number for e in entries if e.is_broad]) for entries, _ in several]
        sides = _Sides(kind, (several[0][1], several[1][1]), broad[0], broad[1])
        touched: dict[str, tuple[list[int], list[int]]] = {}
        for place, (entries, _) in enumerate(several):
            for entry in entries:
                for service in () if entry.is_broad else entry.services(within):
                    touched.setdefault(service, ([], []))[place].append(entry.number)
        common = self._of_all(sides, within, principal)
        total = common.total
        for service, (former, latter) in touched.items():
            found = self._service(service, within, sides, (tuple(former), tuple(latter)), asking)
            total += found.counts(service, asking) - common.counts.get(service, 0)
        for service, found in common.reading.items():
            if service not in touched:
                total += found.counts(service, asking)
        return total

    def _of_all(self, sides: _Sides, within: _Within, principal: str) -> _Common:
        found = self._common.get((within.number, sides))
        if found is None:
            former, latter = (self._broad(known) for known in self.layers(principal))
            asking = _Asker(self, principal, (former, latter))
            services = {
                service: self._service(service, within, sides, ((), ()), asking)
                for service in (within.bits if sides.before or sides.after else ())
            }
            found = self._common[within.number, sides] = _Common(services)
        return found

    def _broad(self, known: Layers) -> Layers:
        """Return layers without the identity's documents about few services."""
        wide = (
            a for a in known.identity if self._entry(0, LayerKind.IDENTITY, a.document).is_broad
        )
        return msgspec.structs.replace(known, identity=tuple(wide))

    def _service(
        self,
        service: str,
        within: _Within,
        sides: _Sides,
        numbers: tuple[tuple[int, ...], tuple[int, ...]],
        asking: _Asker,
    ) -> _Service:
        key = (service, within.number, sides, numbers)
        found = self._services.get(key)
        if found is None:
            documents = tuple(
                frozenset((*broad, *narrow))
                for broad, narrow in zip((sides.before, sides.after), numbers, strict=True)
            )
            groups = self._groups(service, within.bits[service], *documents)
            found = self._services[key] = _Service(groups, service, asking)
        return found

    def _groups(
        self, service: str, wanted: int, before: frozenset[int], after: frozenset[int]
    ) -> Iterator[tuple[int, Group]]:
        """Yield the parts of the actions that differ in what covers them, before or after."""
        found: list[tuple[int, tuple[tuple[int, Part], ...]]] = [(wanted, ())]
        for number in sorted(before | after):
            where = (number in before) | (number in after) << 1
            layer = self._by_number[number].layer
            for place, mask in layer.masks.of(service):
                if mask & wanted:
                    part = (where, (layer.slot, layer.statements[place]))
                    found = list(cut(found, part, mask))
        bare = catalog.action_index().services[service].wildcard_only
        for bits, parts in found:
            former = tuple([part for where, part in parts if where & 1])
            latter = tuple([part for where, part in parts if where & 2])
            for piece in pieces(bits, (bare, *families(service))) if parts else ():
                action = first_action(service, piece)
                yield piece, Group(service, action, bool(piece & bare), former, latter)

    def _taken_apart(self, known: Layers) -> tuple[list[_Entry], frozenset[int]]:
        """Return the documents of a principal's layers, and the layers of which each must allow."""
        found = [self._entry(0, LayerKind.IDENTITY, document) for document in known.documents]
        limits: set[int] = set()
        if known.boundary is not None:
            found.append(self._entry(1, LayerKind.BOUNDARY, known.boundary.document))
            limits.add(1)
        slot = 2
        for kind, levels in (
            (LayerKind.SERVICE_CONTROL, known.service_control),
            (LayerKind.RESOURCE_CONTROL, known.resource_control),
        ):
            for level in levels:
                found += [self._entry(slot, kind, item.document) for item in level]
                if kind is LayerKind.SERVICE_CONTROL:
                    limits.add(slot)
                slot += 1
        return found, frozenset(limits)

    def _entry(self, slot: int, kind: LayerKind, document: Document) -> _Entry:
        found = self._entries.get((slot, document))
        if found is None:
            layer = layer_of(slot, SHORT_ARNS[kind], document)
            found = self._entries[slot, document] = _Entry(len(self._by_number), layer)
            self._by_number.append(found)
        return found


def _keys(group: Group) -> set[str]:
    """Return the keys in which the principals of an account may differ for a group of actions."""
    return {
        key
        for _, statement in (*group.before, *group.after)
        for key in reads(statement).principal
        if not key.startswith(_OF_THE_ORGANIZATION)
    }
