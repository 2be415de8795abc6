"""The policy language: documents in, decisions out. Pure: no files, no network, no clock.

`authorize` is the only code that decides what is allowed; everything else in iam-tui asks it.
"""

from __future__ import annotations

from iam_tui.policy.decision import Decision, authorize
from iam_tui.policy.documents import Document, JsonValue
from iam_tui.policy.evaluation import Assume, EvalDecision
from iam_tui.policy.explanation import LayerResult, MatchedStatement, Step
from iam_tui.policy.facts import Facts
from iam_tui.policy.requests import LayerKind, Policies, Request

__all__ = [
    "Assume",
    "Decision",
    "Document",
    "EvalDecision",
    "Facts",
    "JsonValue",
    "LayerKind",
    "LayerResult",
    "MatchedStatement",
    "Policies",
    "Request",
    "Step",
    "authorize",
]
