"""Condition blocks, compiled once a statement: keys, quantifiers and what absence means.

IAM User Guide: "IAM JSON policy elements: Condition", "Conditions with multiple context keys or
values", "Single-valued vs. multivalued context keys" (EVALUATION section 4).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from iam_tui.policy import variables
from iam_tui.policy.context import Context, Values, text_of
from iam_tui.policy.operators import OPERATORS, Operator, Pattern, Patterns, Test, is_null

if TYPE_CHECKING:
    from iam_tui.policy.documents import JsonValue


class Quantifier(Enum):
    """The set prefixes."""

    PLAIN = ""
    FOR_ALL = "ForAllValues"
    FOR_ANY = "ForAnyValue"


_PLAIN, _FOR_ALL = Quantifier.PLAIN, Quantifier.FOR_ALL


class Condition:
    """One key under one operator, compiled."""

    __slots__ = ("_test", "_when_absent", "_when_present", "if_exists", "key", "keys", "name",
                 "operator", "patterns", "quantifier")  # fmt: skip

    name: str
    """The operator as written, with prefix and suffix."""
    operator: Operator | None
    """None: an operator that is not known, or content that is no map of keys."""
    quantifier: Quantifier
    if_exists: bool
    key: str
    """Lower case."""
    keys: frozenset[str]
    """The context keys that this condition reads, variables included; lower case."""
    patterns: Patterns

    def __init__(
        self,
        name: str,
        operator: Operator | None,
        key: str = "",
        patterns: Patterns = (),
        quantifier: Quantifier = Quantifier.PLAIN,
        if_exists: bool = False,
    ) -> None:
        self.name, self.operator, self.key, self.patterns = name, operator, key, patterns
        self.quantifier, self.if_exists = quantifier, if_exists
        inside = [k for pattern in patterns for k in variables.keys_of(pattern.template)]
        self.keys = frozenset([key, *inside]) - {""}
        self._test: Test | None = None if operator is None else operator.make(patterns)
        self._when_absent = if_exists or (operator is not None and operator.negated)
        self._when_present: bool | None = None
        if operator is OPERATORS["Null"] and quantifier is _PLAIN:
            self._when_absent = is_null(patterns, present=False)
            self._when_present = is_null(patterns, present=True)
        elif quantifier is not _PLAIN:
            self._when_absent = if_exists or quantifier is _FOR_ALL

    def holds(self, context: Context) -> bool:
        """Whether the condition holds; what is not understood does not."""
        found = context.values.get(self.key)
        test = self._test
        if test is None:
            return False
        if found is None:
            return self._when_absent
        if self.quantifier is not _PLAIN:
            return self._holds_for_set(test, found, context)
        if self._when_present is not None:
            return self._when_present
        # Two or more values under a plain operator never hold, negated or not (C29).
        return len(found) == 1 and test(found[0], context)

    def _holds_for_set(self, test: Test, found: Values, context: Context) -> bool:
        for_all = self.quantifier is _FOR_ALL
        if not any(found):
            # A set whose only member is the empty string counts as no set (C26).
            return for_all
        tests = (test(value, context) for value in found)
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
        return (Condition("Condition", None),)
    found: list[Condition] = []
    for name, content in block.items():
        if isinstance(content, dict):
            found.extend(
                _compile_one(name, key, value, active_variables=active_variables)
                for key, value in content.items()
            )
        else:
            found.append(Condition(name, None))
    return tuple(found)


def _compile_one(name: str, key: str, value: JsonValue, *, active_variables: bool) -> Condition:
    folded = key.lower()
    prefix, colon, base = name.rpartition(":")
    quantifier = Quantifier.PLAIN
    if colon:
        if prefix not in ("ForAllValues", "ForAnyValue"):
            return Condition(name, None, folded)
        quantifier = Quantifier(prefix)
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    operator = OPERATORS.get(base)
    if operator is None or (if_exists and base == "Null"):
        return Condition(name, None, folded)
    several = value if isinstance(value, list) else [value]
    patterns = tuple(
        _pattern(text_of(item), operator, active_variables=active_variables)
        for item in several
        if isinstance(item, str | int | float | bool)
    )
    return Condition(name, operator, folded, patterns, quantifier, if_exists)


def _pattern(text: str, operator: Operator, *, active_variables: bool) -> Pattern:
    template = variables.parse(
        text, wildcards=operator.wildcards, variables=active_variables and operator.variables
    )
    return Pattern(text, template, variables.fixed(template))
