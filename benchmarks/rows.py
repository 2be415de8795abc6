"""What a benchmark found: rows with a figure, what it is measured against, and the goal."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["ms", "MB", "a second"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure, its floor or peer, and what PERFORMANCE asks of the ratio."""

    what: str
    figures: Sequence[float]
    """Of five rounds or more: seconds, MB, or how many a second."""
    against: str = "not compared"
    floor: float | None = None
    """The best figure of what it is measured against, in the same unit."""
    goal: float | None = None
    """How large the ratio may be, for `a second` must be; None: nothing is asked."""
    unit: Unit = "ms"
    by: Literal["best", "median"] = "best"
    """Which round is compared: the median where each round does other work."""

    @property
    def more_is_better(self) -> bool:
        """Whether it is a rate."""
        return self.unit == "a second"

    @property
    def best(self) -> float:
        """The best round."""
        return max(self.figures) if self.more_is_better else min(self.figures)

    @property
    def worst(self) -> float:
        """The worst round."""
        return min(self.figures) if self.more_is_better else max(self.figures)

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.figures)

    @property
    def ratio(self) -> float | None:
        """The best round (or the median, see `by`) over the floor's best."""
        compared = self.best if self.by == "best" else self.median
        return compared / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none, or nothing to measure it against."""
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal

    def plain(self) -> dict[str, Any]:
        """Return what `--json` prints of it; times are in milliseconds."""
        scale = 1000 if self.unit == "ms" else 1
        return {
            "what": self.what,
            "unit": self.unit,
            "best": round(self.best * scale, 3),
            "median": round(self.median * scale, 3),
            "worst": round(self.worst * scale, 3),
            "rounds": len(self.figures),
            "by": self.by,
            "against": self.against,
            "floor": None if self.floor is None else round(self.floor * scale, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "goal": self.goal,
            "met": self.met,
        }


def line(row: dict[str, Any]) -> str:
    """Return a row as people read it."""
    compared = row["against"]
    if row["ratio"] is not None:
        compared = f"{row['ratio']:.2f} x {row['against']} ({_number(row['floor'])})"
    goal = ""
    if row["goal"] is not None:
        side = ">=" if row["unit"] == "a second" else "<="
        said = {True: "met", False: "NOT MET", None: "not compared"}[row["met"]]
        goal = f"; goal {side} {row['goal']:g} x: {said}"
    figures = (
        f"best {_number(row['best'])}  median {_number(row['median'])}  "
        f"worst {_number(row['worst'])} {row['unit']}"
    )
    return f"  {row['what']:<52} {figures:<58} {compared}{goal}"


def _number(figure: float) -> str:
    return (
        f"{figure:,.0f}" if figure >= 1000 else f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"
    )
