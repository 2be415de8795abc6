"""Answers that need no question: patterns of Allow statements, limited by nothing but conditions.

Most groups of actions are of this kind. The parts that are allowed are just the patterns of the
statements, surely or under conditions, so the answer can be read off. A property test proves that
asking `authorize` about every part gives the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.analysis.answers import Answer, Cell, limited_answer
from iam_tui.analysis.atoms import EVERYTHING, Atom, anything, covers, text_of
from iam_tui.policy import globs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iam_tui.analysis.answers import Source
    from iam_tui.policy.globs import Glob
    from iam_tui.policy.statements import Statement

IDENTITY_SLOT = 0


class Plain(NamedTuple):
    """A statement that may be read off."""

    source: Source
    keys: tuple[str, ...]
    """Context keys on which it depends; none: it holds surely."""

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.source.statement


def is_plain(statement: Statement, account: str, partition: str) -> bool:
    """Whether a statement's resource part can be read off.

    Of an Allow it must be patterns alone, all of the account; a Deny must be about everything.
    """
    if statement.deny:
        return statement.everywhere
    return _has_own_patterns(statement, account, partition)


def limits_are_open(parts: Iterable[tuple[int, Statement]], limits: frozenset[int]) -> bool:
    """Whether every layer that has to allow does so whatever is asked, and no resource has a say.

    Args:
        parts: Number of a layer and statement, for those that cover the actions.
        limits: The numbers of the layers of which each has to allow.
    """
    opened: set[int] = set()
    for slot, statement in parts:
        if slot < IDENTITY_SLOT:
            return False
        is_open = statement.everywhere and not statement.conditions and not statement.deny
        if slot > IDENTITY_SLOT and is_open:
            opened.add(slot)
    return limits <= opened


def plain_answer(
    allows: Sequence[Plain],
    denies: Sequence[Plain],
    account: str,
    partition: str,
    *,
    wildcard_only: bool,
) -> Answer | None:
    """Return what plain statements come to; None: nothing is allowed.

    Args:
        allows: Those of identity policies whose conditions hold or may hold.
        denies: Those of any layer whose conditions may hold; all about everything.
        account: The principal's.
        partition: The principal's.
        wildcard_only: Whether the actions have no resource type (A8).
    """
    if wildcard_only:
        allows = [plain for plain in allows if plain.statement.everywhere]
    everything = [p for p in allows if _takes_everything(p.statement, account, partition)]
    cells = [_cell(Atom(EVERYTHING, EVERYTHING), everything, denies)] if everything else []
    if not wildcard_only:
        patterns = dict.fromkeys(glob for plain in allows for glob in _globs(plain.statement))
        cells += [
            _cell(
                Atom(text_of(glob), "", glob),
                [plain for plain in allows if _takes(plain.statement, glob)],
                denies,
            )
            for glob in patterns
        ]
    if not cells:
        return None
    return limited_answer(cells, cells)


def _cell(atom: Atom, allows: Sequence[Plain], denies: Sequence[Plain]) -> Cell:
    """Return what the statements that take in a part come to there."""
    sure = [plain for plain in allows if not plain.keys]
    if sure and not denies:
        return Cell(atom, "sure", (), tuple([plain.source for plain in sure]))
    turning = denies if sure else (*allows, *denies)
    return Cell(
        atom,
        "conditional",
        tuple(dict.fromkeys(key for plain in turning for key in plain.keys)),
        tuple([plain.source for plain in allows]),
        tuple([plain.source for plain in denies]),
    )


@lru_cache(maxsize=100_000)
def _globs(statement: Statement) -> tuple[Glob, ...]:
    return tuple(
        pattern.glob
        for pattern in statement.resources or ()
        if pattern.glob is not None and not pattern.is_everything
    )


@lru_cache(maxsize=200_000)
def _takes(statement: Statement, glob: Glob) -> bool:
    return statement.everywhere or any(covers(own, glob) for own in _globs(statement))


@lru_cache(maxsize=100_000)
def _takes_everything(statement: Statement, account: str, partition: str) -> bool:
    """Whether a statement takes in what no pattern names."""
    if statement.everywhere:
        return True
    witness = anything(account, partition).witness
    return any(globs.matches(glob, witness) for glob in _globs(statement))


@lru_cache(maxsize=100_000)
def _has_own_patterns(statement: Statement, account: str, partition: str) -> bool:
    if statement.not_resources is not None or statement.resources is None:
        return False
    return all(
        pattern.is_everything
        or (pattern.glob is not None and is_own(text_of(pattern.glob), account, partition))
        for pattern in statement.resources
    )


def is_own(text: str, account: str, partition: str) -> bool:
    """Whether a pattern is about resources of the account alone, or of nobody in particular."""
    fields = text.split(":", 5)
    return (
        len(fields) == 6
        and fields[0] == "arn"
        and fields[1] in (partition, "*")
        and fields[4] in ("", "*", account)
    )
