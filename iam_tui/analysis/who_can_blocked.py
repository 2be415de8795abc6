"""Those who have a policy that allows it, and who may not do it all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.analysis.who_can_asking import Asked
    from iam_tui.policy.evaluation import EvalDecision


class WhoRefused(NamedTuple):
    """One of them."""

    principal: str
    asked: Asked

    @property
    def action(self) -> str:
        """The action that was asked about."""
        return self.asked.action

    @property
    def resource(self) -> str:
        """The resource that was asked about, which may be a pattern."""
        return self.asked.resource or "*"

    @property
    def simulation(self) -> Simulation:
        """The decision about this one principal, with what denies it."""
        return self.asked.of(self.principal)


class WhoBlocked(NamedTuple):
    """Those to whom it is denied for one reason."""

    decision: EvalDecision
    reason: str
    rows: tuple[WhoRefused, ...]


__all__ = ["WhoBlocked", "WhoRefused"]
