"""Conditions of a statement, and their opposites: what holds just when they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.conditions import compile_condition
from iam_tui.policy.context import text_of
from iam_tui.policy.operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam_tui.policy.documents import JsonValue
    from iam_tui.policy.statements import Statement


class Condition(NamedTuple):
    """One key under one operator, as a policy writes it."""

    operator: str
    key: str
    values: tuple[str, ...]


def taken(statement: Statement) -> tuple[Condition, ...] | None:
    """Return the conditions of a statement; None when it can never apply.

    What AWS does not know counts as a match in a Deny and as none in an Allow.
    """
    raw = statement.document.statements[statement.index]
    block = raw.get("Condition") if isinstance(raw, dict) else None
    if block is None:
        return ()
    value = statement.document.value
    active = isinstance(value, dict) and value.get("Version") == "2012-10-17"
    found: list[Condition] = []
    for operator, content in block.items() if isinstance(block, dict) else [("", None)]:
        for key, values in content.items() if isinstance(content, dict) else [("", None)]:
            known = compile_condition({operator: {key: values}}, active_variables=active)
            if not key or known[0].operator is None:
                if not statement.deny:
                    return None
                continue
            found.append(Condition(operator, key, _values(operator, values, active=active)))
    return tuple(found)


def _values(operator: str, values: JsonValue, *, active: bool) -> tuple[str, ...]:
    several = values if isinstance(values, list) else [values]
    texts = [text_of(one) for one in several if isinstance(one, str | int | float | bool)]
    base = operator.rpartition(":")[2].removesuffix("IfExists")
    if not active and OPERATORS[base].variables:
        # In an old document this is no variable.
        texts = [text.replace("${", "${$}{") for text in texts]
    return tuple(texts)


_TURNED = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
}
_TURNED |= {negated: plain for plain, negated in _TURNED.items()}
_ORDERED = {
    "LessThan": "GreaterThanEquals",
    "LessThanEquals": "GreaterThan",
    "GreaterThan": "LessThanEquals",
    "GreaterThanEquals": "LessThan",
}
_NEGATED = frozenset(name for name, operator in OPERATORS.items() if operator.negated)


def opposite(condition: Condition) -> tuple[tuple[Condition, ...], ...] | None:
    """Return what holds just when a condition does not: one of several sets of conditions.

    Absent keys count: an operator that fails without its key has an opposite that holds then. None
    when no condition can say it. A key with several values under an operator for one, and values
    of another type than the operator's, are not thought of.
    """
    prefix, colon, name = condition.operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    base = name.removesuffix("IfExists")
    if not condition.values:
        return None
    if colon:
        return None if if_exists else _opposite_of_set(prefix, base, condition)
    if base == "Null":
        return _opposite_of_null(condition)
    turned = _turned(base, condition.values)
    if turned is None:
        return None
    operator, values = turned
    if base in _NEGATED:
        # Holds without the key, with IfExists or not: the opposite needs it.
        return ((Condition(operator, condition.key, values),),)
    present = Condition("Null", condition.key, ("false",))
    if operator in _NEGATED:
        # Holds without the key already.
        made = Condition(operator, condition.key, values)
        return ((made, present),) if if_exists else ((made,),)
    if if_exists:
        return ((Condition(operator, condition.key, values),),)
    return ((Condition(f"{operator}IfExists", condition.key, values),),)


def _turned(base: str, values: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """Return the operator and the values that hold for just the other values of a key."""
    if base in _TURNED:
        return _TURNED[base], values
    if base == "Bool":
        if len({value.lower() for value in values}) > 1:
            return None
        return "Bool", ("false" if values[0].lower() == "true" else "true",)
    for kind in ("Numeric", "Date"):
        order = _ORDERED.get(base.removeprefix(kind)) if base.startswith(kind) else None
        if order is not None:
            return (f"{kind}{order}", values) if len(values) == 1 else None
    return None


def _opposite_of_null(condition: Condition) -> tuple[tuple[Condition, ...], ...] | None:
    wanted = {value.lower() for value in condition.values}
    if len(wanted) > 1:
        return ()
    other = "false" if "true" in wanted else "true"
    return ((Condition("Null", condition.key, (other,)),),)


def _opposite_of_set(
    prefix: str, base: str, condition: Condition
) -> tuple[tuple[Condition, ...], ...] | None:
    """Return the opposite under a quantifier: not all are, some are not; none is, all are not."""
    if base not in _TURNED:
        return None
    other = "ForAnyValue" if prefix == "ForAllValues" else "ForAllValues"
    return ((Condition(f"{other}:{_TURNED[base]}", condition.key, condition.values),),)


class Merged(NamedTuple):
    """Conditions that must all hold, as one block."""

    conditions: tuple[Condition, ...]
    is_exact: bool = True
    """Whether the block says it all; otherwise it asks for less."""
    is_possible: bool = True
    """Whether they can hold together."""


def merged(conditions: Iterable[Condition]) -> Merged:
    """Return conditions that must all hold as one block can have them.

    A key can stand once under an operator. Two sets of values that are to be excluded are one;
    what two positive conditions have in common is known for literal values only.
    """
    found: dict[tuple[str, str], Condition] = {}
    exact = True
    for condition in conditions:
        place = (condition.operator, condition.key.lower())
        known = found.get(place)
        if known is None or known.values == condition.values:
            found[place] = condition
            continue
        joined = _joined(known, condition)
        if joined is None:
            exact = False
            continue
        if not joined.values:
            return Merged((), is_possible=False)
        found[place] = joined
    return Merged(tuple(found.values()), exact)


def _joined(one: Condition, other: Condition) -> Condition | None:
    base = one.operator.removesuffix("IfExists")
    if base in _NEGATED:
        return one._replace(values=tuple(dict.fromkeys((*one.values, *other.values))))
    if one.operator == "StringEquals" and not any("${" in v for v in (*one.values, *other.values)):
        return one._replace(values=tuple(value for value in one.values if value in other.values))
    return None
