"""What documents say of every action at once, as integers with a bit an action.

The services stand one after the other, each with a byte more, into whose lowest bit an addition
carries when any of its actions is set: five additions tell which access levels of 457 services
somebody has. The byte has room for the same bit of each access level, shifted by its number.
Like all masks these only bound what is asked: what they leave open is asked about exactly.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog
from iam_tui.policy.special import LIST_RESOURCES, RCP_SERVICES, TRUST_ACTIONS, family

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.policy.actions import ActionPattern
    from iam_tui.policy.resources import ResourcePattern
    from iam_tui.policy.statements import Statement

Mask = int
"""A set of actions."""


class Layout:
    """Where the actions stand."""

    def __init__(self) -> None:
        """Lay out all services of the catalogue."""
        self.offsets: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        self.guards = self.every = self.wildcard_only = 0
        self.levels = [0] * len(catalog.LEVELS)
        """By place in `catalog.LEVELS`: the actions of an access level."""
        place = 0
        for service, index in sorted(catalog.action_index().services.items()):
            size = len(index.names)
            place += -(place + size) % 8
            self.offsets[service], self.sizes[service] = place, size
            self.every |= ((1 << size) - 1) << place
            self.wildcard_only |= index.wildcard_only << place
            for number in range(len(self.levels)):
                marks = bytes(level == number for level in index.levels)
                self.levels[number] |= _bits_of(marks) << place
            self.guards |= 1 << (place + size)
            place += size + 8
        self.length = place // 8
        """How many bytes a mask has."""

    def of(self, service: str) -> Mask:
        """Return the actions of a service."""
        return ((1 << self.sizes[service]) - 1) << self.offsets[service]

    def within(self, service: str, mask: Mask) -> int:
        """Return what a mask has of a service, numbered as in the catalogue."""
        return (mask >> self.offsets[service]) & ((1 << self.sizes[service]) - 1)

    def cells(self, mask: Mask) -> int:
        """Return the guards of the services that have any action of a mask."""
        return (mask + self.every) & self.guards

    def services(self, cells: int) -> Iterator[str]:
        """Yield the services whose guards are set."""
        while cells:
            lowest = cells & -cells
            yield self._by_guard[lowest.bit_length()]
            cells ^= lowest

    def guard(self, service: str) -> int:
        """Return the guard of a service."""
        return 1 << (self.offsets[service] + self.sizes[service])

    @cached_property
    def by_byte(self) -> dict[int, str]:
        """Place of the byte after a service's actions -> the service."""
        return {(self.offsets[one] + self.sizes[one]) // 8: one for one in self.offsets}

    @cached_property
    def _by_guard(self) -> dict[int, str]:
        return {self.offsets[one] + self.sizes[one] + 1: one for one in self.offsets}

    @cached_property
    def listing(self) -> Mask:
        """The list actions that are authorised on an ARN (A8a)."""
        return self.named(LIST_RESOURCES)

    @cached_property
    def trust(self) -> Mask:
        """The actions in which a role's trust policy must take part (E43)."""
        return self.named(TRUST_ACTIONS)

    @cached_property
    def guarded(self) -> Mask:
        """The actions with which AWS lets nobody change what it owns (E46, E47)."""
        return self.named(
            action
            for service in ("iam", "kms")
            for name in catalog.actions(service)
            if _is_guarded(action := f"{service}:{name.lower()}")
        )

    def named(self, actions: Iterable[str]) -> Mask:
        """Return some actions, given in lower case; those that the catalogue lacks left out."""
        found = 0
        for action in actions:
            service, _, name = action.partition(":")
            place = catalog.action_index().place(service, name)
            if place is not None:
                found |= 1 << (self.offsets[service] + place)
        return found

    @cached_property
    def with_rcp(self) -> Mask:
        """The actions of the services that RCPs reach (E37)."""
        return sum(self.of(service) for service in self.offsets if service in RCP_SERVICES)


def _is_guarded(action: str) -> bool:
    word = family(action)
    return word == action or "1" in word


def _bits_of(marks: bytes) -> int:
    text = marks[::-1].translate(_DIGITS)
    return int(text, 2) if text else 0


_DIGITS = bytes(48 + (code != 0) for code in range(256))


@lru_cache(maxsize=1)
def layout() -> Layout:
    """Return the layout of the catalogue, made once."""
    return Layout()


class Masks(NamedTuple):
    """What statements say of all actions.

    `sure` is on everything and in every context; `maybe` on everything but perhaps some resources,
    under conditions; `part` on the resources of some patterns, perhaps under conditions. Where a
    statement is none of these, its actions are `unsure`: they have to be asked about.
    """

    allow_sure: Mask = 0
    allow_maybe: Mask = 0
    allow_part: Mask = 0
    allow_named: Mask = 0
    """On roles of the account alone, whose trust policies decide."""
    deny_sure: Mask = 0
    deny_maybe: Mask = 0
    """Under conditions, or what else keeps an action from being granted without limit."""
    deny_part: Mask = 0
    deny_but: Mask = 0
    """On everything outside of some patterns."""
    foreign: Mask = 0
    """Allowed on what another account owns, whatever the conditions."""
    owner: Mask = 0
    """Of statements whose conditions ask who owns the resource."""
    unsure: Mask = 0

    def united(self, other: Masks) -> Masks:
        """Return what both say together."""
        if other is NOTHING:
            return self
        if self is NOTHING:
            return other
        found = Masks(*map(or_, self, other))
        twice = self.deny_but & other.deny_but
        return found._replace(unsure=found.unsure | twice) if twice else found


NOTHING = Masks()


class Truth(NamedTuple):
    """How the conditions of a statement come out for somebody."""

    holds: bool
    """In the caller's favour."""
    surely: bool


@lru_cache(maxsize=100_000)
def statement_masks(
    statement: Statement, truth: Truth, account: str, partition: str, username: bool
) -> Masks:
    """Return what one statement says, the list actions left out unless it is about everything.

    Args:
        statement: One of an identity policy, a boundary, an SCP or an RCP.
        truth: How its conditions come out.
        account: Whose statement it is.
        partition: Of the account.
        username: Whether `${aws:username}` is known of whoever has it.
    """
    mask = action_mask(statement)
    if not mask or not truth.holds:
        return NOTHING
    if statement.everywhere:
        return on_everything(statement, mask, truth)
    plan = layout()
    mask &= ~plan.listing
    if statement.not_resources is not None:
        excluded = statement.not_resources
        if any(pattern.is_everything for pattern in excluded):
            return NOTHING
        if statement.resources is not None or any(len(one.fields) < 6 for one in excluded):
            return Masks(unsure=mask)
        # It takes in what has no resource (A8); several may together take in everything.
        if statement.deny and not truth.surely:
            return Masks(deny_maybe=mask)
        found = on_everything(statement, mask & plan.wildcard_only, truth)
        mask &= ~plan.wildcard_only
        known = all(_is_plain(one, account, partition, username) for one in excluded)
        if statement.deny and known and excluded:
            odd = mask & (plan.of("kms") | plan.trust)
            return found._replace(deny_but=mask & ~odd, unsure=odd)
        return found._replace(unsure=mask)
    patterns = [one for one in statement.resources or () if one.template is not None]
    # What has no resource is not reached by any pattern (A8).
    mask &= ~plan.wildcard_only
    if not patterns or not mask:
        return NOTHING
    foreign = 0
    if not statement.deny:
        # What another account owns depends on its policy: never without limit, nor without access
        # unless conditions ask who the owner is.
        own = [one for one in patterns if not is_of_another(one, account, partition)]
        foreign = mask if len(own) < len(patterns) else 0
        patterns = own
    if not all(_is_plain(one, account, partition, username) for one in patterns):
        return Masks(unsure=mask)
    owned_by_aws = any("/aws" in pattern.fields[5] for pattern in patterns)
    guarded = mask & plan.guarded if owned_by_aws else 0
    mask &= ~guarded
    if statement.deny:
        keys = plan.of("kms")
        return Masks(deny_part=mask & ~keys, unsure=mask & keys | guarded)
    return Masks(allow_part=mask, deny_maybe=foreign & mask, unsure=guarded)


def on_everything(statement: Statement, mask: Mask, truth: Truth) -> Masks:
    """Return what a statement says of actions for which its resource part takes in whatever is."""
    if not truth.holds:
        return NOTHING
    if statement.deny:
        return Masks(deny_sure=mask) if truth.surely else Masks(deny_maybe=mask)
    return Masks(allow_sure=mask) if truth.surely else Masks(allow_maybe=mask)


def has_keys(pattern: ResourcePattern) -> bool:
    """Whether a pattern has variables; most texts show at once that they have none."""
    return "${" in pattern.text and bool(pattern.keys)


def is_of_another(pattern: ResourcePattern, account: str, partition: str) -> bool:
    """Whether a pattern is about resources of one other account."""
    if len(pattern.fields) < 6 or has_keys(pattern):
        return False
    _, its_partition, _, _, owner, _ = pattern.fields
    return its_partition in (partition, "*") and owner.isdigit() and owner != account


def _is_plain(pattern: ResourcePattern, account: str, partition: str, username: bool) -> bool:
    """Whether a pattern is about some resources of the account and of nobody else."""
    if len(pattern.fields) < 6:
        return False
    _, its_partition, service, _, owner, rest = pattern.fields
    if its_partition not in (partition, "*") or owner not in ("", "*", account):
        return False
    if has_keys(pattern) and not (username and set(pattern.keys) == {"aws:username"}):
        return False
    # What takes in nearly everything is no part.
    return bool(service.strip("*?")) or bool(rest.strip("*?"))


@lru_cache(maxsize=100_000)
def action_mask(statement: Statement) -> Mask:
    """Return the actions that a statement covers."""
    if statement.dead:
        return 0
    mask = layout().every
    if statement.actions is not None:
        mask &= _union(statement.actions)
    if statement.not_actions is not None:
        mask &= ~_union(statement.not_actions)
    return mask


def _union(patterns: Iterable[ActionPattern]) -> Mask:
    mask = 0
    for pattern in patterns:
        if pattern.everything:
            return layout().every
        mask |= _pattern_mask(pattern.text)
    return mask


@lru_cache(maxsize=50_000)
def _pattern_mask(text: str) -> Mask:
    plan = layout()
    return sum(bits << plan.offsets[service] for service, bits in catalog.match(text).items())
