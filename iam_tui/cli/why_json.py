"""The reasons of a decision as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from iam_tui.account.edits import encode_edit
from iam_tui.analysis import evaluation_result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam_tui.account.edits import Edit
    from iam_tui.analysis import (
        DenialAnswer,
        Fix,
        NearMiss,
        Reach,
        Reasons,
        Removal,
        WhyLayer,
        WhyStatement,
    )

Json = dict[str, object]


def as_json(found: Reasons, answer: DenialAnswer | None) -> Json:
    """Return the reasons as docs/questions.md has them.

    Args:
        found: The reasons.
        answer: The message that asked for them, beside them; None: there was none.
    """
    made: Json = {
        "result": evaluation_result(found.simulation),
        "reason": found.reason,
        "layers": [_layer(layer) for layer in found.layers],
        "nearest": [_near(miss) for miss in found.nearest],
        "fixes": [_fix(fix) for fix in found.fixes.fixes],
        "removals": [_removal(removal) for removal in found.removals.removals],
        "beyond": found.fixes.beyond or found.removals.beyond,
        "notes": list(found.notes),
    }
    if answer is not None:
        made["message"] = _message(answer)
    return made


def _statement(statement: WhyStatement) -> Json:
    return {
        "statement": statement.key,
        "sid": statement.sid,
        "effect": statement.effect,
        "via": list(statement.path),
        "text": json.loads(statement.text),
    }


def _layer(layer: WhyLayer) -> Json:
    return {
        "layer": layer.name,
        "level": layer.level,
        "outcome": layer.outcome,
        "note": layer.note,
        "statements": [_statement(statement) for statement in layer.statements],
    }


def _near(miss: NearMiss) -> Json:
    failed = [
        {**part._asdict(), "wanted": list(part.wanted), "text": part.text} for part in miss.failed
    ]
    return {
        "layer": miss.layer,
        "level": miss.level,
        **_statement(miss.statement),
        "failed": failed,
    }


def _edits(edits: Iterable[Edit]) -> list[object]:
    return [json.loads(encode_edit(edit)) for edit in edits]


def _reach(rows: Iterable[Reach]) -> list[Json]:
    return [
        {
            "principal": row.principal,
            "gained": row.gained,
            "lost": row.lost,
            "changed": row.changed,
        }
        for row in rows
    ]


def _fix(fix: Fix) -> Json:
    return {
        "title": fix.title,
        "kinds": list(fix.kinds),
        "edits": _edits(fix.edits),
        "context": dict(fix.context),
        "weight": fix.weight._asdict(),
        "gives": None if fix.is_large else fix.gives,
        "takes": None if fix.is_large else fix.takes,
        "reach": None if fix.is_large else _reach(fix.reach),
    }


def _removal(removal: Removal) -> Json:
    return {
        "title": removal.title,
        "cuts": [{"kind": cut.kind, "key": cut.key, "title": cut.title} for cut in removal.cuts],
        "edits": _edits(removal.edits),
        "weight": removal.weight._asdict(),
        "takes": None if removal.is_large else removal.takes,
        "reach": None if removal.is_large else _reach(removal.reach),
    }


def _message(answer: DenialAnswer) -> Json:
    denial = answer.denial
    return {
        "principal": denial.principal,
        "action": denial.action,
        "resource": denial.resource,
        "effect": denial.effect,
        "layer": denial.layer,
        "policy": denial.policy,
        "encoded": bool(denial.encoded),
        "agrees": answer.agrees,
        "verdict": answer.verdict,
        "explanations": list(answer.explanations),
    }
