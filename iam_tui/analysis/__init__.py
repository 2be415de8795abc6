"""Questions about an account, as values that verbs and the screen both print.

Names are resolved when they are first used: one question does not wait for the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam_tui.analysis.as_policy import PolicyDocument, policy_document
    from iam_tui.analysis.assertions import (
        AssertionResult,
        Failure,
        broken_by,
        check,
        promise_in_words,
    )
    from iam_tui.analysis.assertions_edits import assertion_edit
    from iam_tui.analysis.become import Becoming, NextRole, Step
    from iam_tui.analysis.become_nearly import NearRole
    from iam_tui.analysis.blast import Reach, blast_radius
    from iam_tui.analysis.changes import (
        ChangedPermission,
        ChangeSummary,
        PermissionChanges,
        compare_effective,
    )
    from iam_tui.analysis.comparison import (
        ComparedLevel,
        ComparedPermission,
        Comparison,
        compare,
    )
    from iam_tui.analysis.denial_answers import DenialAnswer, explain_denial
    from iam_tui.analysis.denial_messages import Denial, NotADenial, read_denial
    from iam_tui.analysis.effective import (
        EffectivePermissions,
        Permission,
        ServiceSummary,
        principal_can,
    )
    from iam_tui.analysis.fixes import Fix, Fixes
    from iam_tui.analysis.fixes_effects import effect_in_words
    from iam_tui.analysis.matrix import AccessMatrix, access_matrix
    from iam_tui.analysis.matrix_rows import MatrixRow
    from iam_tui.analysis.removal import Removal, Removals
    from iam_tui.analysis.reporting import EvaluationResult, evaluation_result
    from iam_tui.analysis.simulation import Simulation, simulate
    from iam_tui.analysis.statements_search import (
        FoundStatement,
        StatementSearch,
        search_statements,
    )
    from iam_tui.analysis.who_can_blocked import WhoBlocked, WhoRefused
    from iam_tui.analysis.who_can_rows import WhoCan, WhoGroup, WhoRow, who_can
    from iam_tui.analysis.why_layers import Why, WhyLayer, WhyStatement, why_permission
    from iam_tui.analysis.why_not import NearMiss, Reasons, why
    from iam_tui.analysis.why_not_nearest import FailedPart
    from iam_tui.analysis.why_not_request import Ask
    from iam_tui.analysis.words import policy_in_words, statement_in_words

_HOMES = {
    "AccessMatrix": "matrix",
    "Ask": "why_not_request",
    "AssertionResult": "assertions",
    "Becoming": "become",
    "ChangeSummary": "changes",
    "ChangedPermission": "changes",
    "ComparedLevel": "comparison",
    "ComparedPermission": "comparison",
    "Comparison": "comparison",
    "Denial": "denial_messages",
    "DenialAnswer": "denial_answers",
    "EffectivePermissions": "effective",
    "EvaluationResult": "reporting",
    "FailedPart": "why_not_nearest",
    "Failure": "assertions",
    "Fix": "fixes",
    "Fixes": "fixes",
    "FoundStatement": "statements_search",
    "NearMiss": "why_not",
    "NearRole": "become_nearly",
    "NotADenial": "denial_messages",
    "MatrixRow": "matrix_rows",
    "NextRole": "become",
    "Permission": "effective",
    "PermissionChanges": "changes",
    "PolicyDocument": "as_policy",
    "Reach": "blast",
    "Reasons": "why_not",
    "Removal": "removal",
    "Removals": "removal",
    "ServiceSummary": "effective",
    "Simulation": "simulation",
    "StatementSearch": "statements_search",
    "WhoBlocked": "who_can_blocked",
    "WhoCan": "who_can_rows",
    "WhoGroup": "who_can_rows",
    "WhoRefused": "who_can_blocked",
    "WhoRow": "who_can_rows",
    "Step": "become",
    "Why": "why_layers",
    "WhyLayer": "why_layers",
    "WhyStatement": "why_layers",
    "access_matrix": "matrix",
    "assertion_edit": "assertions_edits",
    "blast_radius": "blast",
    "broken_by": "assertions",
    "check": "assertions",
    "compare": "comparison",
    "compare_effective": "changes",
    "effect_in_words": "fixes_effects",
    "evaluation_result": "reporting",
    "explain_denial": "denial_answers",
    "policy_document": "as_policy",
    "policy_in_words": "words",
    "principal_can": "effective",
    "promise_in_words": "assertions",
    "read_denial": "denial_messages",
    "search_statements": "statements_search",
    "simulate": "simulation",
    "statement_in_words": "words",
    "who_can": "who_can_rows",
    "why": "why_not",
    "why_permission": "why_layers",
}

__all__ = [
    "AccessMatrix",
    "Ask",
    "AssertionResult",
    "Becoming",
    "ChangeSummary",
    "ChangedPermission",
    "ComparedLevel",
    "ComparedPermission",
    "Comparison",
    "Denial",
    "DenialAnswer",
    "EffectivePermissions",
    "EvaluationResult",
    "FailedPart",
    "Failure",
    "Fix",
    "Fixes",
    "FoundStatement",
    "MatrixRow",
    "NearMiss",
    "NearRole",
    "NextRole",
    "NotADenial",
    "Permission",
    "PermissionChanges",
    "PolicyDocument",
    "Reach",
    "Reasons",
    "Removal",
    "Removals",
    "ServiceSummary",
    "Simulation",
    "StatementSearch",
    "Step",
    "WhoBlocked",
    "WhoCan",
    "WhoGroup",
    "WhoRefused",
    "WhoRow",
    "Why",
    "WhyLayer",
    "WhyStatement",
    "access_matrix",
    "assertion_edit",
    "blast_radius",
    "broken_by",
    "check",
    "compare",
    "compare_effective",
    "effect_in_words",
    "evaluation_result",
    "explain_denial",
    "policy_document",
    "policy_in_words",
    "principal_can",
    "promise_in_words",
    "read_denial",
    "search_statements",
    "simulate",
    "statement_in_words",
    "who_can",
    "why",
    "why_permission",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
