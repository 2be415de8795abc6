"""Which context keys a request lacks that could change its decision.

More than SimulatePrincipalPolicy's `MissingContextValues`, which collects over all statements
(EVALUATION rules S5, S6): only statements that could match are looked at, in every layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.evaluation import Question, decide

if TYPE_CHECKING:
    from iam_tui.policy.evaluation import Assume
    from iam_tui.policy.plans import Candidates
    from iam_tui.policy.statements import Statement


def missing_keys(question: Question) -> tuple[str, ...]:
    """Return the absent keys of statements that decide otherwise when they hold or do not hold."""
    found: dict[str, None] = {}
    for layer in question.scope.layers():
        for _, statement in (*layer.denies, *layer.allows):
            keys = _open_keys(question, layer, statement)
            if keys and _matters(question, statement):
                found.update(dict.fromkeys(keys))
    return tuple(spelled(key) for key in found)


def _open_keys(question: Question, layer: Candidates, statement: Statement) -> list[str]:
    """Return the absent keys on which a statement depends; none when it cannot match anyway."""
    if layer.names_principals and question.reaches(statement, layer.kind) is None:
        return []
    keys = _open_variables(question, statement)
    if not keys and not question.covers(statement, layer.kind):
        return []
    for condition in statement.conditions:
        if condition.operator is None:
            if not statement.deny:
                return []
        elif question.is_open(condition):
            keys |= {key for key in condition.keys if question.is_open_key(key)}
        elif not condition.holds(question.context):
            return []
    return sorted(keys)


def _open_variables(question: Question, statement: Statement) -> set[str]:
    """Return the absent keys of resource patterns that could take in the resource with a value."""
    if question.target is not None:
        return set()
    patterns = (*(statement.resources or ()), *(statement.not_resources or ()))
    return {
        key
        for pattern in patterns
        for key in pattern.keys
        if question.is_open_key(key) and pattern.could_match(question.resource)
    }


def _matters(question: Question, statement: Statement) -> bool:
    """Whether forcing a statement either way gives two decisions.

    Other statements with open keys are taken as they are, then at their best and at their worst:
    a key may matter only beside another one.
    """
    modes: tuple[Assume, ...] = ("actual", "allow", "deny")
    usual = question.assume
    try:
        for mode in modes:
            question.assume = mode
            question.forced[id(statement)] = True
            with_it = decide(question).decision
            question.forced[id(statement)] = False
            if decide(question).decision is not with_it:
                return True
        return False
    finally:
        question.assume = usual
        question.forced.pop(id(statement), None)
