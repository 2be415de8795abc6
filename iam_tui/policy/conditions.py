"""Condition blocks: operators as a table of small functions, compiled once a statement.

IAM User Guide: "IAM JSON policy elements: Condition operators", "Conditions with multiple context
keys or values", "Single-valued vs. multivalued context keys" (EVALUATION section 4).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy import globs, values, variables
from iam_tui.policy.context import Context, Values, text_of

if TYPE_CHECKING:
    from decimal import Decimal

    from iam_tui.policy.documents import JsonValue

Patterns = tuple["Pattern", ...]


class Pattern(NamedTuple):
    """One value of a condition as the policy writes it, with what is known when compiling."""

    text: str
    template: variables.Template
    literal: str | None
    """The text that a value is compared with, where no variable and no wildcard is in it."""

    def resolved(self, context: Context) -> str | None:
        """The text with the request's values put in, or None when a variable is unresolved."""
        if self.literal is not None:
            return self.literal
        return variables.resolve_text(self.template, context)


Test = Callable[[str, Patterns, Context], bool]
"""(value of the request, values of the policy, context) -> whether the operator holds."""


class Operator(NamedTuple):
    """What a base operator does with one value of the request."""

    test: Test
    negated: bool = False
    wildcards: bool = False
    variables: bool = False


class Quantifier(Enum):
    """The set prefixes."""

    PLAIN = ""
    FOR_ALL = "ForAllValues"
    FOR_ANY = "ForAnyValue"


# --- strings ---------------------------------------------------------------------------------


def _string_equals(value: str, patterns: Patterns, context: Context) -> bool:
    return any(pattern.resolved(context) == value for pattern in patterns)


def _string_equals_ignore_case(value: str, patterns: Patterns, context: Context) -> bool:
    folded = value.lower()
    return any(
        text is not None and text.lower() == folded
        for text in (pattern.resolved(context) for pattern in patterns)
    )


def _string_like(value: str, patterns: Patterns, context: Context) -> bool:
    for pattern in patterns:
        glob = variables.resolve(pattern.template, context)
        if glob is not None and globs.matches(glob, value):
            return True
    return False


def _not(test: Test) -> Test:
    return lambda value, patterns, context: not test(value, patterns, context)


# --- numbers and dates -----------------------------------------------------------------------


def _ordered(
    read: Callable[[str], Decimal | None], compare: Callable[[Decimal, Decimal], bool]
) -> Test:
    def test(value: str, patterns: Patterns, context: Context) -> bool:
        mine = read(value)
        if mine is None:
            return False
        theirs = (read(pattern.text) for pattern in patterns)
        return any(compare(mine, other) for other in theirs if other is not None)

    return test


def _all_differ(read: Callable[[str], Decimal | None]) -> Test:
    """NotEquals: unreadable on either side does not hold; a bad value beside a good one is skipped."""

    def test(value: str, patterns: Patterns, context: Context) -> bool:
        mine = read(value)
        theirs = [other for other in (read(pattern.text) for pattern in patterns) if other is not None]
        if mine is None or (patterns and not theirs):
            return False
        return all(mine != other for other in theirs)

    return test


# --- Boolean, binary, addresses --------------------------------------------------------------


def _bool(value: str, patterns: Patterns, context: Context) -> bool:
    mine = values.boolean(value)
    if mine is None:
        return False
    for pattern in patterns:
        text = pattern.resolved(context)
        if text is not None and values.boolean(text) is mine:
            return True
    return False


def _binary_equals(value: str, patterns: Patterns, context: Context) -> bool:
    return any(values.same_bytes(value, pattern.text) for pattern in patterns)


def _ip(value: str, patterns: Patterns, *, inside: bool) -> bool:
    mine = values.address(value)
    networks = [net for net in (values.network(pattern.text) for pattern in patterns) if net]
    if mine is None or (patterns and not networks):
        return False
    return any(mine in net for net in networks) is inside


# --- ARNs ------------------------------------------------------------------------------------


def _arn_fields(template: variables.Template) -> list[list[variables.Piece]] | None:
    """Split a template into six fields at the colons of its literal text, or None."""
    fields: list[list[variables.Piece]] = [[]]
    for piece in template:
        if not isinstance(piece, str):
            fields[-1].append(piece)
            continue
        rest = piece
        while len(fields) < 6 and ":" in rest:
            head, _, rest = rest.partition(":")
            if head:
                fields[-1].append(head)
            fields.append([])
        if rest:
            fields[-1].append(rest)
    return fields if len(fields) == 6 and fields[0] == ["arn"] else None


def _arn_matches(value: str, pattern: Pattern, context: Context) -> bool | None:
    """Match field by field (C13); None when the policy's value is no ARN."""
    fields = _arn_fields(pattern.template)
    if fields is None:
        return None
    for field, text in zip(fields, value.split(":", 5), strict=True):
        glob = variables.resolve(tuple(field), context)
        if glob is None or not globs.matches(glob, text):
            return False
    return True


def _is_arn(value: str) -> bool:
    return value.startswith("arn:") and value.count(":") >= 5


def _arn_like(value: str, patterns: Patterns, context: Context) -> bool:
    if not _is_arn(value):
        return False
    return any(_arn_matches(value, pattern, context) for pattern in patterns)


def _arn_not_like(value: str, patterns: Patterns, context: Context) -> bool:
    """What is no ARN on either side makes it not hold; one bad policy value is enough (C14)."""
    if not _is_arn(value):
        return False
    return all(_arn_matches(value, pattern, context) is False for pattern in patterns)


# --- presence --------------------------------------------------------------------------------


def _null(present: bool, patterns: Patterns) -> bool:
    wanted = {values.boolean(pattern.text) for pattern in patterns}
    return (not present) in wanted


def _null_present(value: str, patterns: Patterns, context: Context) -> bool:
    return _null(True, patterns)


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
    "IpAddress": Operator(lambda v, p, c: _ip(v, p, inside=True)),
    "NotIpAddress": Operator(lambda v, p, c: _ip(v, p, inside=False), negated=True),
    "ArnEquals": Operator(_arn_like, wildcards=True, variables=True),
    "ArnLike": Operator(_arn_like, wildcards=True, variables=True),
    "ArnNotEquals": Operator(_arn_not_like, negated=True, wildcards=True, variables=True),
    "ArnNotLike": Operator(_arn_not_like, negated=True, wildcards=True, variables=True),
    "Null": Operator(_null_present),
}
"""The base operators by their exact names (G15)."""

_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "Equals": lambda mine, theirs: mine == theirs,
    "LessThan": lambda mine, theirs: mine < theirs,
    "LessThanEquals": lambda mine, theirs: mine <= theirs,
    "GreaterThan": lambda mine, theirs: mine > theirs,
    "GreaterThanEquals": lambda mine, theirs: mine >= theirs,
}

for _family, _read in (("Numeric", values.number), ("Date", values.instant)):
    for _name, _compare in _COMPARISONS.items():
        OPERATORS[_family + _name] = Operator(_ordered(_read, _compare))
    OPERATORS[f"{_family}NotEquals"] = Operator(_all_differ(_read), negated=True)


class Condition(NamedTuple):
    """One key under one operator, compiled."""

    name: str
    """The operator as written, with prefix and suffix."""
    operator: Operator | None
    """None: an operator that is not known, or content that is no map of keys."""
    quantifier: Quantifier
    if_exists: bool
    key: str
    """Lower case."""
    patterns: Patterns
    is_null: bool

    @property
    def keys(self) -> frozenset[str]:
        """The context keys that this condition reads, variables included; lower case."""
        inside = [key for pattern in self.patterns for key in variables.keys_of(pattern.template)]
        return frozenset([self.key, *inside]) if self.key else frozenset(inside)

    def holds(self, context: Context) -> bool:
        """Whether the condition holds; never asked of an unknown operator."""
        operator = self.operator
        if operator is None:
            return False
        found = context.values.get(self.key)
        if self.quantifier is not Quantifier.PLAIN:
            return self._holds_for_set(operator, found, context)
        if self.is_null:
            return _null(found is not None, self.patterns)
        if found is None:
            return self.if_exists or operator.negated
        # Two or more values under a plain operator never hold, negated or not (C29).
        return len(found) == 1 and operator.test(found[0], self.patterns, context)

    def _holds_for_set(self, operator: Operator, found: Values | None, context: Context) -> bool:
        for_all = self.quantifier is Quantifier.FOR_ALL
        if found is None:
            return for_all or self.if_exists
        if found == ("",):
            # A set whose only member is the empty string counts as no set (C26).
            return for_all
        tests = (operator.test(value, self.patterns, context) for value in found)
        return all(tests) if for_all else any(tests)


def compile_condition(block: JsonValue, *, active_variables: bool) -> tuple[Condition, ...]:
    """Compile the `Condition` element of a statement.

    Args:
        block: The element as written.
        active_variables: Whether the document's version knows policy variables (G2).

    Returns:
        One entry for each key of each operator; all must hold (C1). What is not understood is an
        entry without operator.
    """
    if block is None:
        return ()
    if not isinstance(block, dict):
        return (_unknown("Condition"),)
    found: list[Condition] = []
    for name, content in block.items():
        if isinstance(content, dict):
            found.extend(
                _compile_one(name, key, value, active_variables=active_variables)
                for key, value in content.items()
            )
        else:
            found.append(_unknown(name))
    return tuple(found)


def _unknown(name: str, key: str = "") -> Condition:
    return Condition(name, None, Quantifier.PLAIN, False, key, (), is_null=False)


def _compile_one(name: str, key: str, value: JsonValue, *, active_variables: bool) -> Condition:
    prefix, colon, base = name.rpartition(":")
    quantifier = Quantifier.PLAIN
    if colon:
        if prefix not in ("ForAllValues", "ForAnyValue"):
            return _unknown(name, key.lower())
        quantifier = Quantifier(prefix)
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    operator = OPERATORS.get(base)
    if operator is None or (if_exists and base == "Null"):
        return _unknown(name, key.lower())
    several = value if isinstance(value, list) else [value]
    patterns = tuple(
        _pattern(text_of(item), operator, active_variables=active_variables)
        for item in several
        if isinstance(item, str | int | float | bool)
    )
    return Condition(
        name, operator, quantifier, if_exists, key.lower(), patterns, is_null=base == "Null"
    )


def _pattern(text: str, operator: Operator, *, active_variables: bool) -> Pattern:
    template = variables.parse(
        text, wildcards=operator.wildcards, variables=active_variables and operator.variables
    )
    plain = all(isinstance(piece, str) for piece in template)
    return Pattern(text, template, "".join(map(str, template)) if plain else None)
