"""To whom a statement applies: asked once for all who have it, or once for each that differs.

Most statements read nothing in which two users, or two roles, differ; they are asked once for each
kind of principal. Conditions that read of the principal alone are worked out once for each and
kept. What mixes the two, `${aws:username}` in a resource say, is asked for each holder.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.context import resource_context
from iam_tui.analysis.who_can_holders import Outcomes, first_of, places_of
from iam_tui.policy.context import Context, fold
from iam_tui.policy.principals import Caller, Naming, parse_principal
from iam_tui.policy.variables import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iam_tui.account import Account
    from iam_tui.analysis.who_can_holders import Bits, Holders
    from iam_tui.policy.conditions import Condition
    from iam_tui.policy.context import Values
    from iam_tui.policy.evaluation import Assume, Question
    from iam_tui.policy.requests import LayerKind
    from iam_tui.policy.statements import Statement

_OWN_KEYS = frozenset({"aws:principalarn", "aws:username", "aws:userid"})
_OWN_TAGS = "aws:principaltag/"
_OF_EVERYBODY = frozenset(
    {
        "aws:principaltype",
        "aws:principalaccount",
        "aws:principalisawsservice",
        "aws:principalorgid",
        "aws:principalorgpaths",
    }
)
"""Keys of the principal that are the same for all of a kind."""
_MODES: tuple[Assume, ...] = ("actual", "allow", "deny")


class Modes(NamedTuple):
    """To whom a statement applies, by how conditions on unknown keys are taken (P8)."""

    actual: Bits
    allow: Bits
    deny: Bits


NOBODY = Modes(0, 0, 0)


def united(one: Modes, other: Modes) -> Modes:
    """Return those to whom one or the other applies."""
    return Modes(one[0] | other[0], one[1] | other[1], one[2] | other[2])


def cut(parts: Iterable[Bits], sets: Iterable[Bits]) -> list[Bits]:
    """Cut parts so that each lies inside or outside of every set."""
    found = [part for part in parts if part]
    for one in sets:
        if not one:
            continue
        pieces: list[Bits] = []
        for part in found:
            inside = part & one
            if inside and inside != part:
                pieces += (inside, part ^ inside)
            else:
                pieces.append(part)
        found = pieces
    return found


class Statements:
    """The statements of an account beside one question."""

    def __init__(
        self,
        account: Account,
        holders: Holders,
        questions: Mapping[str, Question],
        given: frozenset[str],
        among: Bits,
        *,
        is_self: bool,
    ) -> None:
        """Take what a statement is asked.

        Args:
            account: Whose statements they are.
            holders: Its principals.
            questions: By kind of principal the question of one of them. They are changed while a
                statement is asked, and as they were afterwards.
            given: The keys that the request states, in lower case.
            among: Who is asked about.
            is_self: Whether users and the root user ask about themselves (E60).
        """
        self._account, self._holders = account, holders
        self._questions, self._given = questions, given
        self._is_self = is_self
        self._any = questions[holders.kind_of(first_of(among))]
        self._among = among
        self._states_own = any(reads_own(key) for key in given)

    # --- whom a statement applies to -----------------------------------------------------

    def applying(self, statement: Statement, layer: LayerKind, bits: Bits) -> Modes:
        """Return to whom of its holders a statement that covers the action applies."""
        conditions = statement.conditions
        if not conditions and statement.everywhere:
            return Modes(bits, bits, bits)
        reading = _reading(statement)
        if not reading.inside and not self._is_self:
            if not statement.everywhere and not self._any.covers(statement, layer):
                return NOBODY
            if not conditions:
                return Modes(bits, bits, bits)
        elif not self._may_cover(statement):
            return NOBODY
        found = NOBODY
        for kind, members in self._holders.kinds.items():
            part = bits & members
            if part:
                found = united(found, self._of_kind(statement, layer, part, kind))
        return found

    def _of_kind(self, statement: Statement, layer: LayerKind, bits: Bits, kind: str) -> Modes:
        reading = _reading(statement)
        own = reading.own - self._given if self._states_own else reading.own
        is_self = self._is_self and kind != "role"
        if is_self or not own.isdisjoint(reading.inside):
            return self._one_by_one(statement, layer, bits, kind)
        question = self._questions[kind]
        if not statement.everywhere and not question.covers(statement, layer):
            return NOBODY
        if not own:
            said = _said(question, statement.conditions, deny=statement.deny)
            return Modes(*[bits if holds else 0 for holds in said])
        if self._are_apart(statement):
            return self._by_outcome(statement, bits, kind)
        return self._one_by_one(statement, layer, bits, kind)

    def holding(self, statement: Statement, bits: Bits) -> Modes:
        """Return for whom of its holders the conditions of a statement hold, whatever is asked."""
        found = NOBODY
        for kind, members in self._holders.kinds.items():
            part = bits & members
            if part:
                found = united(found, self._held(statement, part, kind))
        return found

    def _held(self, statement: Statement, bits: Bits, kind: str) -> Modes:
        own = _reading(statement).own
        if not own:
            said = _said(self._questions[kind], statement.conditions, deny=statement.deny)
            return Modes(*[bits if holds else 0 for holds in said])
        if self._are_apart(statement):
            return self._by_outcome(statement, bits, kind)
        found = [0, 0, 0]
        for place in self._each(bits, kind):
            said = _said(self._questions[kind], statement.conditions, deny=statement.deny)
            for number, holds in enumerate(said):
                found[number] |= holds << place
        return Modes(*found)

    def _may_cover(self, statement: Statement) -> bool:
        """Whether the resource part takes in the request with some values of its variables."""
        if statement.everywhere or self._any.target is not None or self._is_self:
            return True
        if statement.not_resources is not None:
            return True
        resource = self._any.resource
        return any(one.could_match(resource) for one in statement.resources or ())

    def _are_apart(self, statement: Statement) -> bool:
        """Whether each condition reads either of the principal alone or not of it at all."""
        return all(
            not (own := _own(condition.keys))
            or (own == condition.keys and self._given.isdisjoint(own))
            for condition in statement.conditions
        )

    def _by_outcome(self, statement: Statement, bits: Bits, kind: str) -> Modes:
        """Ask a statement some of whose conditions read of the principal alone."""
        conditions, deny = statement.conditions, statement.deny
        shared = [one for one in conditions if not _own(one.keys)]
        found = [bits if holds else 0 for holds in _said(self._questions[kind], shared, deny=deny)]
        for condition in conditions:
            if not _own(condition.keys) or not any(found):
                continue
            outcomes = self._outcomes(condition, bits, kind)
            sure = outcomes.holds & ~outcomes.unsure
            found[0] &= outcomes.holds
            found[1] &= sure if deny else sure | outcomes.unsure
            found[2] &= sure | outcomes.unsure if deny else sure
        return Modes(*found)

    def _outcomes(self, condition: Condition, bits: Bits, kind: str) -> Outcomes:
        """Return what a condition on the principal alone comes to, worked out once for each."""
        key = (condition.name, condition.key, tuple([one.template for one in condition.patterns]))
        question = self._questions[kind]
        with self._holders.lock:
            found = self._holders.outcomes.setdefault(key, Outcomes())
            for place in self._each(bits & ~found.known, kind):
                bit = 1 << place
                if question.is_open(condition):
                    found.unsure |= bit
                if condition.holds(question.context):
                    found.holds |= bit
                found.known |= bit
        return found

    def _one_by_one(self, statement: Statement, layer: LayerKind, bits: Bits, kind: str) -> Modes:
        """Ask a statement for each holder."""
        found = [0, 0, 0]
        question = self._questions[kind]
        for place in self._each(bits, kind):
            for number, mode in enumerate(_MODES if statement.conditions else _MODES[:1]):
                question.assume = mode
                if question.holds(statement, layer):
                    found[number] |= 1 << place
        return Modes(*found) if statement.conditions else Modes(found[0], found[0], found[0])

    # --- how its principal element names them --------------------------------------------

    def named(self, statement: Statement) -> Iterator[tuple[Naming, Bits]]:
        """Yield whom the principal element of a statement reaches, and how it names them."""
        element, holders = statement.principal, self._holders
        if element is None:
            return
        singled = 0
        for value in element.aws:
            for place in holders.places_named(value):
                singled |= 1 << place
        singled &= self._among
        parts = [1 << place for place in places_of(singled)]
        limits = (holders.has_boundary, holders.unknown_boundary, holders.linked)
        for bits in holders.kinds.values():
            parts += cut([bits & self._among & ~singled], limits)
        found: dict[Naming, Bits] = {}
        for part in parts:
            naming = element.applies(self._caller(first_of(part)), deny=statement.deny)
            if naming is not None:
                found[naming] = found.get(naming, 0) | part
        yield from found.items()

    def _caller(self, place: int) -> Caller:
        holders = self._holders
        kind = holders.kind_of(place)
        values = self._context(self._questions[kind].context, kind, place).values
        limited = (holders.has_boundary | holders.unknown_boundary) & ~holders.linked
        return Caller(
            parse_principal(holders.principals[place]),
            values.get("aws:userid", (None,))[0],
            None,
            bool(limited >> place & 1),
        )

    # --- on which keys it depends --------------------------------------------------------

    def open_keys(self, statement: Statement, bits: Bits) -> Iterator[tuple[str, Bits]]:
        """Yield the keys that a statement's conditions read and nobody knows, with for whom."""
        own = _reading(statement).own - self._given
        for kind, members in self._holders.kinds.items():
            part = bits & members
            if not part:
                continue
            question = self._questions[kind]
            if not own and (kind == "role" or not self._is_self):
                yield from ((key, part) for key in _open(statement, question))
                continue
            for place in self._each(part, kind):
                yield from ((key, 1 << place) for key in _open(statement, question))

    # --- one principal after the other ---------------------------------------------------

    def _each(self, bits: Bits, kind: str) -> Iterator[int]:
        """Let the question of a kind be that of one principal after the other."""
        if not bits:
            return
        question = self._questions[kind]
        base, resource = question.context, question.resource
        is_self = self._is_self and kind != "role" and not question.action.fixed_resource
        try:
            for place in places_of(bits):
                question.context = self._context(base, kind, place)
                if is_self:
                    question.resource = self._holders.principals[place]
                yield place
        finally:
            question.context, question.resource, question.assume = base, resource, "actual"

    def _context(self, base: Context, kind: str, place: int) -> Context:
        """Return the keys of the request with those of one principal; what is stated wins."""
        if kind == "root":
            return base
        own: Mapping[str, Values] = self._holders.values(place)
        if self._is_self and kind == "user":
            about = resource_context(
                self._account, self._any.request.action, self._holders.principals[place]
            )
            own = {**fold(about), **own}
        if not self._given.isdisjoint(own) or self._states_own:
            stated = {k: v for k, v in base.values.items() if k in self._given}
            own = {**{k: v for k, v in own.items() if k not in self._given}, **stated}
        return _Of(base, own, is_self=self._is_self)


class _Of(Context):
    """The keys of a request with those of another principal put in."""

    __slots__ = ()

    def __init__(self, base: Context, own: Mapping[str, Values], *, is_self: bool) -> None:
        self.facts = base.facts
        kept = (
            (key, values)
            for key, values in base.values.items()
            if not reads_own(key) and not (is_self and ":resourcetag/" in key)
        )
        self._values = {**dict(kept), **own}


class _Reading(NamedTuple):
    """What a statement reads."""

    own: frozenset[str]
    """The keys in which principals of a kind differ."""
    inside: frozenset[str]
    """The keys of the variables of its resources."""


@lru_cache(maxsize=100_000)
def _reading(statement: Statement) -> _Reading:
    patterns = (*(statement.resources or ()), *(statement.not_resources or ()))
    inside = {key for one in patterns if one.template for key in keys_of(one.template)}
    read = {key for condition in statement.conditions for key in condition.keys}
    own = frozenset(key for key in inside | read if reads_own(key))
    return _Reading(own, frozenset(inside))


def reads_own(key: str) -> bool:
    """Whether principals of a kind differ in a key."""
    return key in _OWN_KEYS or key.startswith(_OWN_TAGS)


@lru_cache(maxsize=100_000)
def _own(keys: frozenset[str]) -> frozenset[str]:
    """Return what of the principal is read by a condition that reads what differs between them."""
    if not any(reads_own(key) for key in keys):
        return frozenset()
    return frozenset(key for key in keys if reads_own(key) or key in _OF_EVERYBODY)


def _said(
    question: Question, conditions: Iterable[Condition], *, deny: bool
) -> tuple[bool, bool, bool]:
    """Return whether all conditions hold: as it is, for the caller, and against it."""
    actual = allow = against = True
    for condition in conditions:
        if condition.operator is None:
            if not deny:
                return False, False, False
        elif question.is_open(condition):
            actual = actual and condition.holds(question.context)
            allow = allow and not deny
            against = against and deny
        elif not condition.holds(question.context):
            return False, False, False
    return actual, allow, against


def _open(statement: Statement, question: Question) -> list[str]:
    return [
        key
        for condition in statement.conditions
        if condition.operator is not None
        for key in sorted(condition.keys)
        if question.is_open_key(key)
    ]
