"""The smallest changes that would allow a denied request, each of them tried.

The search takes the obstacle that stands in the way first and tries every step against it, until
the request is allowed; it looks for changes of one edit before those of two, and so on. Every
change that is offered was made on a copy of the account and the request asked again. Which comes
first is decided by what else it would do.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.edits import encode_edit
from iam_tui.analysis.blast import Reach, blast_radius
from iam_tui.analysis.fixes_moves import Move, Obstacle, calls, moves, obstacle
from iam_tui.analysis.fixes_words import beyond_edits
from iam_tui.analysis.weight import Weight, weight
from iam_tui.analysis.why_not_request import Trial, trial
from iam_tui.errors import EditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.analysis.why_not_request import Ask
    from iam_tui.policy.requests import ContextValue

MOST_EDITS = 4
"""Changes of more edits than this are not looked for."""
_MOST_TRIALS = 4000
_MOST_SOURCES = 6
"""How many groups and policies are tried where one of them is not enough: the smallest."""
_MOST_KEYS = 3
"""How many keys a request may be asked to carry besides."""
_MOST_WEIGHED = 16
"""How many changes are put in order; those that give least by estimate."""

KINDS = (
    *("meet-condition", "join-group", "attach-policy", "add-statement", "widen-resource"),
    *("widen-action", "raise-boundary", "narrow-deny", "trust", "leave-group", "detach-policy"),
    *("remove-deny", "change-boundary", "remove-boundary"),
)
"""Every kind of step; of two changes that do the same else, the earlier kind comes first."""


@dataclass(frozen=True)
class Fix:
    """A change that makes a request allowed."""

    title: str
    kinds: tuple[str, ...]
    """A word for each of its steps, of `KINDS`."""
    edits: tuple[Edit, ...]
    """To be applied in order; none where only the request has to change."""
    context: Mapping[str, ContextValue]
    """Keys that the request has to carry besides."""
    before: Account = field(repr=False)
    """The account that it was found for."""
    principal: str
    """Whose permission was asked for: the entity whose policies the caller has."""
    weight: Weight
    """About how much it concerns, by what the policies name."""

    @property
    def is_large(self) -> bool:
        """Whether it concerns so much that working out `reach` may take a while."""
        return self.weight.is_large

    def apply(self, account: Account) -> Account:
        """Return the account with all edits made.

        Raises:
            EditError: When AWS would refuse one of them.
        """
        for edit in self.edits:
            account = edit.apply(account)
        return account

    @cached_property
    def reach(self) -> tuple[Reach, ...]:
        """What it does to everybody, the asked-for permission included; worked out when read."""
        return blast_radius(self.before, self.apply(self.before)) if self.edits else ()

    @cached_property
    def gives(self) -> int:
        """How many permissions it gives or changes beside the one that was asked for."""
        found = sum(sum(row.gained.values()) + sum(row.changed.values()) for row in self.reach)
        own = next((row for row in self.reach if row.principal == self.principal), None)
        is_counted = own is not None and bool(own.gained or own.changed)
        return found - 1 if is_counted else found

    @cached_property
    def takes(self) -> int:
        """How many permissions it takes away."""
        return sum(sum(row.lost.values()) for row in self.reach)

    @property
    def others(self) -> tuple[str, ...]:
        """Who else can do something more, less or otherwise afterwards."""
        return tuple(row.principal for row in self.reach if row.principal != self.principal)


class Fixes(NamedTuple):
    """The answer to "what would allow it?"."""

    fixes: tuple[Fix, ...]
    """The best ones: fewest edits first, then those that do least else."""
    beyond: str
    """Why no edit of the account can do it, or what else has to change; empty where one can."""


def fixes(
    account: Account,
    ask: Ask,
    *,
    most: int = 8,
    should_stop: Callable[[], bool] | None = None,
) -> Fixes:
    """Return the smallest changes that would allow a request.

    Args:
        account: The account as it is.
        ask: The request; one that is allowed needs no change.
        most: How many changes to return.
        should_stop: Asked before every trial; when it says so, what was found so far is given.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When principal or action can be none.
    """
    asked = trial(account, ask.at(dt.datetime.now(tz=dt.UTC)))
    if asked.allowed:
        return Fixes((), "")
    search = _Search(should_stop)
    found = search.run(asked)
    weighed = sorted((_fix(asked, way) for way in _lightest(account, found)), key=_order)
    has_edits = any(fix.edits for fix in weighed)
    beyond = "" if has_edits else beyond_edits(search.stuck or asked)
    return Fixes(tuple(weighed[:most]), beyond)


Way = tuple[Move, ...]


def _edits(way: Way) -> tuple[Edit, ...]:
    return tuple(edit for move in way for edit in move.edits)


def _lightest(account: Account, found: list[Way]) -> list[Way]:
    """Return the ways that give least by estimate, those of fewest edits first."""
    weighed = [
        (len(_edits(way)), weight(account, _edits(way)), place, way)
        for place, way in enumerate(found)
    ]
    return [way for *_, way in sorted(weighed, key=itemgetter(0, 1, 2))[:_MOST_WEIGHED]]


def _fix(asked: Trial, way: Way) -> Fix:
    return Fix(
        _title(way),
        tuple(move.kind for move in way),
        _edits(way),
        {key: value for move in way for key, value in move.context.items()},
        asked.account,
        asked.simulation.applied.principal,
        weight(asked.account, _edits(way)),
    )


def _title(way: Way) -> str:
    """Return what a way does, what the request has to carry as one step."""
    calls = [move.title for move in way if move.context]
    first, *rest = calls or [""]
    said = " and ".join((first, *(call.removeprefix("call ") for call in rest)))
    return "; ".join([*([said] if said else []), *(m.title for m in way if not m.context)])


def _order(fix: Fix) -> tuple[object, ...]:
    """Fewest edits first, then what does least else; of the large ones that is estimated."""
    kinds = tuple(KINDS.index(kind) for kind in fix.kinds)
    does = fix.weight if fix.is_large else (fix.gives + fix.takes, fix.gives)
    return (len(fix.edits), len(fix.context), fix.is_large, does, kinds, fix.title)


class _Search:
    """The search for ways, by the number of their edits."""

    def __init__(self, should_stop: Callable[[], bool] | None) -> None:
        self._should_stop = should_stop
        self._trials = 0
        self._is_first = True
        self._seen: set[frozenset[object]] = set()
        self._found: dict[frozenset[object], Way] = {}
        self.stuck: Trial | None = None
        """A denied request against whose obstacle there is no step."""

    def run(self, asked: Trial) -> list[Way]:
        """Return the ways with fewest edits, and those that need none."""
        for limit in range(MOST_EDITS + 1):
            self._is_first = limit <= 1
            self._seen.clear()
            before = len(self._found)
            self._descend(asked, asked, (), limit)
            if limit and len(self._found) > before:
                break
        return list(self._found.values())

    def _descend(self, start: Trial, here: Trial, way: Way, limit: int) -> None:
        """Try the steps against the first obstacle, with as many edits as are left."""
        at = obstacle(here)
        tried = False
        for move in self._steps(here, at, limit):
            tried = True
            left = limit - len(move.edits)
            if left < 0 or (move.context and not _may_add(way, move)):
                continue
            after = (*way, move)
            key = _key(after)
            if key in self._seen or key in self._found:
                continue
            self._seen.add(key)
            there = self._tried(here, move)
            if there is None or _is_unchanged(here, at, there):
                continue
            if not there.allowed:
                self._descend(start, there, after, left)
            elif self._is_minimal(start, after):
                self._found[key] = after
            if self._is_over():
                return
        if not tried and limit and self.stuck is None:
            self.stuck = here

    def _steps(self, here: Trial, at: Obstacle, limit: int) -> Iterator[Move]:
        """Yield what may be tried; with several edits to make not every group and policy."""
        yield from calls(here, at)
        if limit:
            yield from moves(here, at, most_sources=None if self._is_first else _MOST_SOURCES)

    def _is_over(self) -> bool:
        if self._should_stop is not None and self._should_stop():
            self._trials = _MOST_TRIALS
        return self._trials >= _MOST_TRIALS

    def _tried(self, here: Trial, move: Move) -> Trial | None:
        """Return the request after a step, or None when AWS would refuse one of its edits."""
        self._trials += 1
        account = here.account
        try:
            for edit in move.edits:
                account = edit.apply(account)
        except EditError:
            return None
        return trial(account, here.ask.with_context(move.context) if move.context else here.ask)

    def _is_minimal(self, start: Trial, way: Way) -> bool:
        """Whether no step could be left out."""
        if len(way) == 1:
            return True
        return not any(
            self._is_enough(start, way[:place] + way[place + 1 :]) for place in range(len(way))
        )

    def _is_enough(self, start: Trial, way: Way) -> bool:
        here: Trial | None = start
        for move in way:
            here = None if here is None else self._tried(here, move)
        return here is not None and here.allowed


def _is_unchanged(here: Trial, at: Obstacle, there: Trial) -> bool:
    """Whether a step left the very obstacle in place that it was to remove."""
    return not there.allowed and there.outcome == here.outcome and obstacle(there) == at


def _may_add(way: Way, move: Move) -> bool:
    """Whether the request may have to carry more keys than a way asks of it already."""
    keys = [key.lower() for step in (*way, move) for key in step.context]
    return len(keys) <= _MOST_KEYS and len(set(keys)) == len(keys)


def _key(way: Way) -> frozenset[object]:
    return frozenset(_parts(way))


def _parts(way: Way) -> Iterator[object]:
    for move in way:
        yield from (encode_edit(edit) for edit in move.edits)
        yield from (("context", key, str(value)) for key, value in move.context.items())
