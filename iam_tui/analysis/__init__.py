"""Questions about an account, as values that verbs and the screen both print."""

from __future__ import annotations

from iam_tui.analysis.blast import Reach, blast_radius
from iam_tui.analysis.changes import (
    ChangedPermission,
    ChangeSummary,
    PermissionChanges,
    compare_effective,
)
from iam_tui.analysis.effective import (
    EffectivePermissions,
    Permission,
    ServiceSummary,
    principal_can,
)
from iam_tui.analysis.simulation import simulate
from iam_tui.analysis.why import Why, WhyLayer, WhyStatement, why_permission

__all__ = [
    "ChangeSummary",
    "ChangedPermission",
    "EffectivePermissions",
    "Permission",
    "PermissionChanges",
    "Reach",
    "ServiceSummary",
    "Why",
    "WhyLayer",
    "WhyStatement",
    "blast_radius",
    "compare_effective",
    "principal_can",
    "simulate",
    "why_permission",
]
