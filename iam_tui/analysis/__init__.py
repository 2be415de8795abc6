"""Questions about an account, as values that verbs and the screen both print.

Names are resolved when they are first used: one question does not wait for the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from iam_tui.analysis.effective import (
        EffectivePermissions,
        Permission,
        ServiceSummary,
        principal_can,
    )
    from iam_tui.analysis.reporting import EvaluationResult, evaluation_result
    from iam_tui.analysis.simulation import Simulation, simulate
    from iam_tui.analysis.who_can_rows import WhoCan, WhoGroup, WhoRow, who_can
    from iam_tui.analysis.why import Why, WhyLayer, WhyStatement, why_permission

_HOMES = {
    "ChangeSummary": "changes",
    "ChangedPermission": "changes",
    "ComparedLevel": "comparison",
    "ComparedPermission": "comparison",
    "Comparison": "comparison",
    "EffectivePermissions": "effective",
    "EvaluationResult": "reporting",
    "Permission": "effective",
    "PermissionChanges": "changes",
    "Reach": "blast",
    "ServiceSummary": "effective",
    "Simulation": "simulation",
    "WhoCan": "who_can_rows",
    "WhoGroup": "who_can_rows",
    "WhoRow": "who_can_rows",
    "Why": "why",
    "WhyLayer": "why",
    "WhyStatement": "why",
    "blast_radius": "blast",
    "compare": "comparison",
    "compare_effective": "changes",
    "evaluation_result": "reporting",
    "principal_can": "effective",
    "simulate": "simulation",
    "who_can": "who_can_rows",
    "why_permission": "why",
}

__all__ = [
    "ChangeSummary",
    "ChangedPermission",
    "ComparedLevel",
    "ComparedPermission",
    "Comparison",
    "EffectivePermissions",
    "EvaluationResult",
    "Permission",
    "PermissionChanges",
    "Reach",
    "ServiceSummary",
    "Simulation",
    "WhoCan",
    "WhoGroup",
    "WhoRow",
    "Why",
    "WhyLayer",
    "WhyStatement",
    "blast_radius",
    "compare",
    "compare_effective",
    "evaluation_result",
    "principal_can",
    "simulate",
    "who_can",
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
