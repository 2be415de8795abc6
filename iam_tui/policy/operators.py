"""Condition operators as a table: from the values of a policy to a test of one request value.

The policy's values are read once, when a statement is compiled; what is left for a request is a
comparison. IAM User Guide: "IAM JSON policy elements: Condition operators" (EVALUATION rules C5 to
C16).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy import globs, values, variables

if TYPE_CHECKING:
    from decimal import Decimal

    from iam_tui.policy.context import Context
    from iam_tui.policy.globs import Glob


class Pattern(NamedTuple):
    """One value of a condition as the policy writes it, with what is known when compiling."""

    text: str
    template: variables.Template
    glob: Glob | None
    """The template where it has no variable."""

    def resolve(self, context: Context) -> Glob | None:
        """The glob with the request's values put in, or None when a variable is unresolved."""
        if self.glob is not None:
            return self.glob
        return variables.resolve(self.template, context)

    def resolve_text(self, context: Context) -> str | None:
        """The same for an operator without wildcards, as text."""
        glob = self.resolve(context)
        return None if glob is None else "".join(map(str, glob))


Patterns = tuple[Pattern, ...]
Test = Callable[[str, "Context"], bool]
"""(value of the request, its context) -> whether the operator holds."""
Reader = Callable[[str], "Decimal | None"]


class Operator(NamedTuple):
    """What a base operator does."""

    make: Callable[[Patterns], Test]
    """Values of the policy -> test of one value of the request."""
    negated: bool = False
    wildcards: bool = False
    variables: bool = False


def _split(patterns: Patterns) -> tuple[tuple[Glob, ...], Patterns]:
    """Tell values that stand fast from those with variables."""
    fixed = tuple(pattern.glob for pattern in patterns if pattern.glob is not None)
    return fixed, tuple(pattern for pattern in patterns if pattern.glob is None)


def _not(make: Callable[[Patterns], Test]) -> Callable[[Patterns], Test]:
    def negated(patterns: Patterns) -> Test:
        test = make(patterns)
        return lambda value, context: not test(value, context)

    return negated


# --- strings ---------------------------------------------------------------------------------


def _string_equals(patterns: Patterns) -> Test:
    fixed, open_ = _split(patterns)
    texts = frozenset("".join(map(str, glob)) for glob in fixed)
    if not open_:
        return lambda value, _: value in texts
    return lambda value, context: (
        value in texts or any(pattern.resolve_text(context) == value for pattern in open_)
    )


def _string_equals_ignore_case(patterns: Patterns) -> Test:
    fixed, open_ = _split(patterns)
    texts = frozenset("".join(map(str, glob)).lower() for glob in fixed)

    def test(value: str, context: Context) -> bool:
        folded = value.lower()
        if folded in texts:
            return True
        found = (pattern.resolve_text(context) for pattern in open_)
        return any(text is not None and text.lower() == folded for text in found)

    return test


def _string_like(patterns: Patterns) -> Test:
    fixed, open_ = _split(patterns)
    matchers = tuple(globs.matcher(glob) for glob in fixed)

    def test(value: str, context: Context) -> bool:
        for matches in matchers:
            if matches(value):
                return True
        found = (pattern.resolve(context) for pattern in open_)
        return any(glob is not None and globs.matches(glob, value) for glob in found)

    return test


# --- numbers and dates -----------------------------------------------------------------------


def _ordered(read: Reader, compare: Callable[[Decimal, Decimal], bool]) -> Callable[..., Test]:
    def make(patterns: Patterns) -> Test:
        found = (read(pattern.text) for pattern in patterns)
        theirs = tuple(other for other in found if other is not None)

        def test(value: str, context: Context) -> bool:
            mine = read(value)
            return mine is not None and any(compare(mine, other) for other in theirs)

        return test

    return make


def _all_differ(read: Reader) -> Callable[..., Test]:
    """NotEquals: what cannot be read does not hold; a bad value beside a good one is skipped."""

    def make(patterns: Patterns) -> Test:
        found = (read(pattern.text) for pattern in patterns)
        theirs = frozenset(other for other in found if other is not None)
        readable = bool(theirs) or not patterns

        def test(value: str, context: Context) -> bool:
            mine = read(value)
            return readable and mine is not None and mine not in theirs

        return test

    return make


# --- Boolean, binary, addresses --------------------------------------------------------------


def _bool(patterns: Patterns) -> Test:
    fixed, open_ = _split(patterns)
    wanted = {values.boolean("".join(map(str, glob))) for glob in fixed} - {None}

    def test(value: str, context: Context) -> bool:
        mine = values.boolean(value)
        if mine is None or mine in wanted:
            return mine is not None
        found = (pattern.resolve_text(context) for pattern in open_)
        return any(text is not None and values.boolean(text) is mine for text in found)

    return test


def _binary_equals(patterns: Patterns) -> Test:
    texts = tuple(pattern.text for pattern in patterns)
    return lambda value, _: any(values.same_bytes(value, text) for text in texts)


def _ip_address(patterns: Patterns, *, inside: bool = True) -> Test:
    """What is no network is skipped; when there is no other neither operator holds (C11)."""
    found = (values.network(pattern.text) for pattern in patterns)
    networks = tuple(network for network in found if network is not None)
    readable = bool(networks) or not patterns

    def test(value: str, context: Context) -> bool:
        mine = values.address(value)
        if mine is None or not readable:
            return False
        return any(mine in network for network in networks) is inside

    return test


def _not_ip_address(patterns: Patterns) -> Test:
    return _ip_address(patterns, inside=False)


# --- ARNs ------------------------------------------------------------------------------------

_Fields = tuple[globs.Matcher, ...]


@lru_cache(maxsize=20_000)
def _arn_fields(glob: Glob) -> _Fields | None:
    """Return the tests of the six fields of a pattern (C13); None when it is no ARN."""
    fields: list[list[globs.Element]] = [[]]
    for element in glob:
        if not isinstance(element, str):
            fields[-1].append(element)
            continue
        head, *others = element.split(":", 6 - len(fields))
        fields[-1].append(head)
        fields.extend([other] for other in others)
    if len(fields) < 6:
        return None
    tests = tuple(globs.matcher(globs.joined(field)) for field in fields)
    return tests if tests[0]("arn") else None


def _arn_is_like(fields: _Fields, value: list[str]) -> bool:
    return all(matches(text) for matches, text in zip(fields, value, strict=True))


def _arn_value(value: str) -> list[str] | None:
    fields = value.split(":", 5)
    return fields if len(fields) == 6 and fields[0] == "arn" else None


def _arn_like(patterns: Patterns) -> Test:
    fixed, open_ = _split(patterns)
    known = tuple(fields for fields in map(_arn_fields, fixed) if fields is not None)

    def test(value: str, context: Context) -> bool:
        mine = _arn_value(value)
        if mine is None:
            return False
        if any(_arn_is_like(fields, mine) for fields in known):
            return True
        return any(_matches_open(pattern, mine, context) for pattern in open_)

    return test


def _matches_open(pattern: Pattern, value: list[str], context: Context) -> bool | None:
    """Match a pattern with variables: None when it is no ARN, False when it is unresolved (R19)."""
    glob = pattern.resolve(context)
    if glob is None:
        return False
    fields = _arn_fields(glob)
    return None if fields is None else _arn_is_like(fields, value)


def _arn_not_like(patterns: Patterns) -> Test:
    """What is no ARN on either side makes it not hold; one bad policy value is enough (C14)."""
    fixed, open_ = _split(patterns)
    known = tuple(fields for fields in map(_arn_fields, fixed) if fields is not None)
    bad = len(known) < len(fixed)

    def test(value: str, context: Context) -> bool:
        mine = _arn_value(value)
        if mine is None or bad or any(_arn_is_like(fields, mine) for fields in known):
            return False
        return all(_matches_open(pattern, mine, context) is False for pattern in open_)

    return test


# --- presence --------------------------------------------------------------------------------


def is_null(patterns: Patterns, *, present: bool) -> bool:
    """Whether `Null` holds: `true` wants the key absent, `false` present; two are OR-ed (C15)."""
    return (not present) in {values.boolean(pattern.text) for pattern in patterns}


def _null_of_value(patterns: Patterns) -> Test:
    holds = is_null(patterns, present=True)
    return lambda *_: holds


OPERATORS: dict[str, Operator] = {
    "StringEquals": Operator(_string_equals, variables=True),
    "StringNotEquals": Operator(_not(_string_equals), negated=True, variables=True),
    "StringEqualsIgnoreCase": Operator(_string_equals_ignore_case, variables=True),
    "StringNotEqualsIgnoreCase": Operator(
        _not(_string_equals_ignore_case), negated=True, variables=True
    ),
    "StringLike": Operator(_string_like, wildcards=True, variables=True),
    "StringNotLike": Operator(_not(_string_like), negated=True, wildcards=True, variables=True),
    "Bool": Operator(_bool, variables=True),
    "BinaryEquals": Operator(_binary_equals),
    "IpAddress": Operator(_ip_address),
    "NotIpAddress": Operator(_not_ip_address, negated=True),
    "ArnEquals": Operator(_arn_like, wildcards=True, variables=True),
    "ArnLike": Operator(_arn_like, wildcards=True, variables=True),
    "ArnNotEquals": Operator(_arn_not_like, negated=True, wildcards=True, variables=True),
    "ArnNotLike": Operator(_arn_not_like, negated=True, wildcards=True, variables=True),
    "Null": Operator(_null_of_value),
}
"""The base operators by their exact names (G15)."""

_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "Equals": eq,
    "LessThan": lt,
    "LessThanEquals": le,
    "GreaterThan": gt,
    "GreaterThanEquals": ge,
}

for _family, _read in (("Numeric", values.number), ("Date", values.instant)):
    for _name, _compare in _COMPARISONS.items():
        OPERATORS[_family + _name] = Operator(_ordered(_read, _compare))
    OPERATORS[f"{_family}NotEquals"] = Operator(_all_differ(_read), negated=True)
