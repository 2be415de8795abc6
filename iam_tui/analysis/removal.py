"""The smallest sets of statements, memberships and attachments whose removal ends a permission.

A permission can be granted in several ways at once, and each of them has to be cut somewhere. What
has to be cut is found by asking: as long as the request is allowed, one way by which it is gets cut
in each of the places where that can be done (a hitting-set tree). Sets of one cut are looked for
before those of two, and a set from which a cut could be left out is none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.edits import encode_edit
from iam_tui.analysis.blast import Reach, blast_radius
from iam_tui.analysis.removal_cuts import Cut, cuts
from iam_tui.analysis.weight import Weight, weight
from iam_tui.analysis.why_not_request import Trial, trial
from iam_tui.errors import EditError

if TYPE_CHECKING:
    from collections.abc import Callable

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis.why_not_request import Ask

MOST_CUTS = 6
"""Sets of more cuts than this are not looked for one by one."""
_MOST_TRIALS = 3000
_MOST_WEIGHED = 16


@dataclass(frozen=True)
class Removal:
    """A set of cuts after which the request is denied, and none of which could be left out."""

    cuts: tuple[Cut, ...]
    before: Account = field(repr=False)
    """The account that it was found for."""
    principal: str
    """Whose permission was asked about: the entity whose policies the caller has."""
    weight: Weight
    """About how much it concerns, by what the policies name."""

    @property
    def is_large(self) -> bool:
        """Whether it concerns so much that working out `reach` may take a while."""
        return self.weight.is_large

    @cached_property
    def reach(self) -> tuple[Reach, ...]:
        """What it does to everybody, the permission that was asked about included."""
        return blast_radius(self.before, self.apply(self.before))

    @property
    def title(self) -> str:
        """What is done, for people."""
        return "; ".join(cut.title for cut in self.cuts)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits in order."""
        return tuple(edit for cut in self.cuts for edit in cut.edits)

    def apply(self, account: Account) -> Account:
        """Return the account with all cuts made.

        Raises:
            EditError: When AWS would refuse one of the edits.
        """
        for edit in self.edits:
            account = edit.apply(account)
        return account

    @cached_property
    def takes(self) -> int:
        """How many permissions it takes or changes beside the one that was asked about."""
        found = sum(sum(row.lost.values()) + sum(row.changed.values()) for row in self.reach)
        own = next((row for row in self.reach if row.principal == self.principal), None)
        is_counted = own is not None and bool(own.lost or own.changed)
        return found - 1 if is_counted else found

    @property
    def others(self) -> tuple[str, ...]:
        """Who else can do less, or otherwise, afterwards."""
        return tuple(row.principal for row in self.reach if row.principal != self.principal)


class Removals(NamedTuple):
    """The answer to "what would end it?"."""

    removals: tuple[Removal, ...]
    """The smallest sets: fewest cuts first, then those that take least else."""
    beyond: str
    """Why no edit of the account can end it; empty where one can."""
    exact: bool
    """Whether no smaller set exists; not where there are too many ways to try them all."""


def removals(
    account: Account,
    ask: Ask,
    *,
    most: int = 8,
    should_stop: Callable[[], bool] | None = None,
) -> Removals:
    """Return the smallest sets of cuts that end an allowed request.

    Args:
        account: The account as it is.
        ask: The request; one that is denied needs no cut.
        most: How many sets to return.
        should_stop: Asked before every trial; when it says so, what was found so far is given.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When principal or action can be none.
    """
    asked = trial(account, ask.at(dt.datetime.now(tz=dt.UTC)))
    if not asked.allowed:
        return Removals((), "", exact=True)
    search = _Search(should_stop)
    found = search.run(asked)
    exact = bool(found)
    if search.stuck is not None and not found:
        return Removals((), _beyond(search.stuck), exact=True)
    if not found:
        found = search.greedy(asked)
    several = sorted((_removal(asked, way) for way in found), key=attrgetter("weight"))
    weighed = sorted(several[:_MOST_WEIGHED], key=_order)
    return Removals(tuple(weighed[:most]), "" if weighed else _beyond(asked), exact)


Cuts = tuple[Cut, ...]


def _removal(asked: Trial, way: Cuts) -> Removal:
    edits = [edit for cut in way for edit in cut.edits]
    principal = asked.simulation.applied.principal
    return Removal(way, asked.account, principal, weight(asked.account, edits))


def _order(removal: Removal) -> tuple[object, ...]:
    """Fewest cuts first, then what takes least else; of the large ones that is estimated."""
    count, is_large = len(removal.cuts), removal.is_large
    if is_large:
        return (count, is_large, *removal.weight, removal.title)
    gained = sum(sum(row.gained.values()) for row in removal.reach)
    return (count, is_large, removal.takes + gained, len(removal.others), removal.title)


def _beyond(found: Trial) -> str:
    """Return what grants a request that no cut ends."""
    if found.question.principal.is_root:
        return "the root user has it without any policy; only the organization can take it away"
    if found.outcome.what == "resource":
        return "the policy of the resource allows this caller; it is changed at the resource"
    return f"{found.simulation.reason}, and no edit of the account can change that"


class _Search:
    """The search for sets of cuts, by their number."""

    def __init__(self, should_stop: Callable[[], bool] | None) -> None:
        self._should_stop = should_stop
        self._trials = 0
        self._found: dict[frozenset[str], Cuts] = {}
        self._seen: set[frozenset[str]] = set()
        self.stuck: Trial | None = None
        """An allowed request of which no way can be cut."""

    @property
    def is_over(self) -> bool:
        """Whether the search ended before it had tried everything."""
        return self._trials >= _MOST_TRIALS

    def run(self, asked: Trial) -> list[Cuts]:
        """Return the sets of the smallest number of cuts."""
        for size in range(1, MOST_CUTS + 1):
            self._seen.clear()
            self._descend(asked, asked, (), size)
            if self._found or self.is_over or self.stuck is not None:
                break
        return list(self._found.values())

    def _descend(self, start: Trial, here: Trial, way: Cuts, left: int) -> None:
        tried = False
        for cut in cuts(here):
            tried = True
            after = (*way, cut)
            key = _key(after)
            if key in self._seen:
                continue
            self._seen.add(key)
            there = self._tried(here, cut)
            if there is None:
                continue
            if there.allowed:
                if left > 1:
                    self._descend(start, there, after, left - 1)
            elif self._is_minimal(start, after):
                self._found[key] = after
            if self.is_over:
                return
        if not tried and self.stuck is None:
            self.stuck = here

    def greedy(self, asked: Trial) -> list[Cuts]:
        """Return one set, made by cutting one way after the other in its best place."""
        way: Cuts = ()
        here = asked
        while here.allowed:
            possible = [(cut, self._tried(here, cut)) for cut in cuts(here)]
            made = [(cut, there) for cut, there in possible if there is not None]
            if not made:
                return []
            cut, here = max(made, key=lambda pair: not pair[1].allowed)
            way = (*way, cut)
        return [way]

    def _tried(self, here: Trial, cut: Cut) -> Trial | None:
        """Return the request after a cut, or None when AWS would refuse one of its edits."""
        self._trials += 1
        if self._should_stop is not None and self._should_stop():
            self._trials = _MOST_TRIALS
        account = here.account
        try:
            for edit in cut.edits:
                account = edit.apply(account)
        except EditError:
            return None
        return trial(account, here.ask)

    def _is_minimal(self, start: Trial, way: Cuts) -> bool:
        """Whether no cut could be left out."""
        return all(
            self._is_allowed_after(start, way[:place] + way[place + 1 :])
            for place in range(len(way))
        )

    def _is_allowed_after(self, start: Trial, way: Cuts) -> bool:
        here: Trial | None = start
        for cut in way:
            here = None if here is None else self._tried(here, cut)
        return here is None or here.allowed


def _key(way: Cuts) -> frozenset[str]:
    return frozenset(encode_edit(edit) for cut in way for edit in cut.edits)
