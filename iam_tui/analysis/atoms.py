"""The patterns that cut the resources of an action into parts, each with a witness.

All resources that the same patterns match get the same answer, so asking `authorize` about one
concrete resource of each part is enough (EVALUATION 8.2, P2, P4, P7).
"""

from __future__ import annotations

from functools import lru_cache
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy import globs
from iam_tui.policy.globs import ANY, FIELD_ANY, FIELD_ONE, ONE, Glob, Wild
from iam_tui.policy.resources import ShortArns, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TOKENS = ("-iamtui-", "-zq-iamtui-", "7-iamtui-xw")
"""What a star is replaced by in a witness; the second and third for patterns that match the one
before by accident."""
REGION = "iamtui-1"
"""A region that no policy names."""
EVERYTHING = "*"
_SAMPLE = "iamtui:iamtui"
_MOST_OVERLAPS = 200
_FIELDS = 6


class Atom(NamedTuple):
    """A part of the resources."""

    text: str
    """The pattern as people read it, `*` for everything that no pattern names."""
    witness: str
    """A concrete resource of the part."""
    glob: Glob | None = None
    """None: everything that no pattern names."""

    @property
    def is_literal(self) -> bool:
        """Whether the part is one resource."""
        return self.glob is not None and all(isinstance(piece, str) for piece in self.glob)

    def covers(self, other: Atom) -> bool:
        """Whether every resource of the other part lies in this pattern."""
        if self.glob is None:
            return True
        return other.glob is not None and covers(self.glob, other.glob)


def anything(account: str, partition: str) -> Atom:
    """Return the part of an account's resources that no pattern names."""
    witness = f"arn:{partition}:iamtui:{REGION}:{account}:{TOKENS[0]}/{TOKENS[0]}"
    return Atom(EVERYTHING, witness)


class Side(NamedTuple):
    """Where a pattern stands: what an overlap of two patterns can come to depends on it."""

    layer: int
    deny: bool
    negated: bool
    """A pattern of a NotResource element."""


def atoms_of(patterns: Iterable[tuple[Glob, Side]], account: str, partition: str) -> list[Atom]:
    """Return the parts that patterns cut out, overlaps of two that are not nested among them.

    Args:
        patterns: The compiled patterns, variables put in, each with where it stands.
        account: What a star in the account's place stands for.
        partition: What a star in the partition's place stands for.
    """
    return list(each_atom(patterns, account, partition))


def each_atom(
    patterns: Iterable[tuple[Glob, Side]], account: str, partition: str
) -> Iterator[Atom]:
    """Yield what `atoms_of` returns; overlaps, which cost most, are looked for when asked for."""
    sides: dict[Glob, set[Side]] = {}
    for glob, side in patterns:
        sides.setdefault(glob, set()).add(side)
    others = list(sides)
    wild: list[Glob] = []
    for glob in others:
        found = _atom(glob, others, account, partition)
        if not found.is_literal:
            wild.append(glob)
        yield found
    for glob in _overlaps(wild, sides):
        yield _atom(glob, [*others, glob], account, partition)


def _overlaps(wild: list[Glob], sides: dict[Glob, set[Side]]) -> list[Glob]:
    """Return the common parts of patterns that are not nested, those of three and more too."""
    known = set(sides)
    members = [(glob, frozenset(sides[glob])) for glob in wild]
    found: list[Glob] = []
    place = 0
    while place < len(members) and len(found) < _MOST_OVERLAPS:
        glob, its = members[place]
        for other, theirs in members[:place]:
            if not _matters(its | theirs) or covers(glob, other) or covers(other, glob):
                continue
            overlap = common(glob, other)
            if overlap is not None and overlap not in known:
                known.add(overlap)
                found.append(overlap)
                members.append((overlap, its | theirs))
        place += 1
    return found


def _matters(sides: frozenset[Side]) -> bool:
    """Whether an overlap can come to something else than its two patterns do.

    Where both stand in Allows, or both in Denies, of one layer, it comes to the better, or the
    worse, of the two.
    """
    return len(sides) > 1 or any(side.negated for side in sides)


def resource_glob(text: str) -> Glob:
    """Compile a pattern as `text_of` writes it."""
    found = compile_pattern(text, ShortArns.AS_WRITTEN, active_variables=False).glob
    return found if found is not None else (text,)


def text_of(glob: Glob) -> str:
    """Return a pattern as people read it."""
    return "".join(
        piece if isinstance(piece, str) else "?" if piece in (ONE, FIELD_ONE) else "*"
        for piece in glob
    )


def _atom(glob: Glob, others: list[Glob], account: str, partition: str) -> Atom:
    """Choose the witness that falls into no pattern which does not cover the whole part."""
    text = text_of(glob)
    if all(isinstance(piece, str) for piece in glob):
        return Atom(text, text, glob)
    wide = [other for other in others if covers(other, glob)]
    best: tuple[int, str] | None = None
    for token in TOKENS:
        witness = _witness(glob, token, account, partition)
        extra = sum(globs.matches(other, witness) for other in others) - len(wide)
        if best is None or extra < best[0]:
            best = (extra, witness)
        if extra <= 0:
            break
    return Atom(text, best[1] if best is not None else text, glob)


def _witness(glob: Glob, token: str, account: str, partition: str) -> str:
    """Put something in for every wildcard; fields of an ARN get what belongs there."""
    made = ""
    for place, piece in enumerate(glob):
        if isinstance(piece, str):
            made += piece
        elif piece in (ONE, FIELD_ONE):
            made += "x"
        else:
            made += _filling(made, glob[place + 1 :], token, account, partition)
    return made


def _filling(before: str, after: Glob, token: str, account: str, partition: str) -> str:
    field = before.count(":")
    if field == 1 and partition.startswith(before[4:]):
        return partition[len(before) - 4 :]
    is_whole = before.endswith(":") and (not after or str(after[0]).startswith(":"))
    if not is_whole or field >= _FIELDS - 1:
        return token
    return {3: REGION, 4: account}.get(field, "iamtui")


@lru_cache(maxsize=50_000)
def covers(wide: Glob, narrow: Glob) -> bool:
    """Tell whether a pattern takes in all of another one."""
    if wide == narrow:
        return True
    if not _may_begin_alike(wide, narrow):
        return False
    # Every wildcard of the narrow one counts as a free star here, which only makes an overlap a
    # part of its own more often.
    loose = globs.joined([piece if isinstance(piece, str) else ANY for piece in narrow])
    if not globs.matches(wide, "".join(p if isinstance(p, str) else _SAMPLE for p in loose)):
        return False
    return globs.covers(wide, loose)


def _may_begin_alike(one: Glob, other: Glob) -> bool:
    """Tell whether the literal beginnings of two patterns allow a common text."""
    first, second = one[0], other[0]
    if isinstance(first, str) and isinstance(second, str):
        size = min(len(first), len(second))
        return first[:size] == second[:size]
    return True


@lru_cache(maxsize=50_000)
def common(one: Glob, other: Glob) -> Glob | None:
    """Return a pattern of what two patterns have in common, or None when that is nothing.

    What it matches is matched by both; where the two can overlap in several ways it is the one
    that keeps the most stars.
    """
    if not _may_begin_alike(one, other):
        return None
    left, right = _symbols(one), _symbols(other)
    goal = (len(left), len(right))
    came: dict[Place, tuple[Place, Symbol] | None] = {(0, 0): None}
    costs = {(0, 0): 0}
    todo = [(0, (0, 0))]
    while todo:
        cost, here = heappop(todo)
        if here == goal:
            return globs.joined(_walked(came, here))
        if cost > costs[here]:
            continue
        for step, emitted in _steps(left, right, *here):
            after = cost + _COSTS.get(emitted, 1)
            if after < costs.get(step, after + 1):
                costs[step] = after
                came[step] = (here, emitted)
                heappush(todo, (after, step))
    return None


Place = tuple[int, int]
"""How far two patterns are walked."""
Symbol = str | Wild
"""One character, a wildcard, or nothing."""


def _walked(came: dict[Place, tuple[Place, Symbol] | None], here: Place) -> list[Symbol]:
    pieces: list[Symbol] = []
    link = came[here]
    while link is not None:
        before, emitted = link
        pieces.append(emitted)
        link = came[before]
    return pieces[::-1]


def _symbols(glob: Glob) -> list[Symbol]:
    """Return one symbol a character."""
    out: list[Symbol] = []
    for piece in glob:
        out.extend(piece if isinstance(piece, str) else (piece,))
    return out


def _steps(
    left: list[Symbol], right: list[Symbol], i: int, j: int
) -> Iterator[tuple[Place, Symbol]]:
    mine = left[i] if i < len(left) else ""
    theirs = right[j] if j < len(right) else ""
    if mine in _STARS and theirs in _STARS:
        star = ANY if mine is theirs is ANY else FIELD_ANY
        yield from (((i + 1, j + 1), star), ((i, j + 1), star), ((i + 1, j), star))
        return
    if mine in _STARS:
        yield (i + 1, j), ""
        if theirs and _absorbs(mine, theirs):
            yield (i, j + 1), theirs
    elif theirs in _STARS:
        yield (i, j + 1), ""
        if mine and _absorbs(theirs, mine):
            yield (i + 1, j), mine
    elif mine and theirs:
        emitted = theirs if isinstance(mine, Wild) else mine
        other = mine if isinstance(mine, Wild) else theirs
        if emitted == other or (isinstance(other, Wild) and _absorbs(other, emitted)):
            yield (i + 1, j + 1), emitted


_STARS = (ANY, FIELD_ANY)
_COSTS: dict[Symbol, int] = {ANY: 0, FIELD_ANY: 0, "": 10}
"""What a step costs: nothing where a star stays, much where one is given up."""


def _absorbs(wild: Symbol, symbol: Symbol) -> bool:
    """Whether a wildcard may stand for a symbol; those bound to a field not for a colon."""
    return wild in (ANY, ONE) or symbol not in (":", ANY, ONE)
