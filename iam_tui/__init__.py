"""iam-tui: explore, audit, edit and understand the identities of an AWS account.

The public surface. Names are resolved when they are first used, so that importing this package
costs nothing:

    from iam_tui import load, principal_can, simulate
    account = load("startup")
    simulate(account, "user/alice", "s3:GetObject", "arn:aws:s3:::reports/2026/q1.csv").allowed
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iam_tui import errors
    from iam_tui.account import Account
    from iam_tui.analysis import blast_radius, principal_can, simulate, who_can
    from iam_tui.formats import load, save

__version__ = "0.1.0"

_HOMES = {
    "Account": "iam_tui.account",
    "blast_radius": "iam_tui.analysis",
    "load": "iam_tui.formats",
    "principal_can": "iam_tui.analysis",
    "save": "iam_tui.formats",
    "simulate": "iam_tui.analysis",
    "who_can": "iam_tui.analysis",
}

__all__ = [
    "Account",
    "__version__",
    "blast_radius",
    "errors",
    "load",
    "principal_can",
    "save",
    "simulate",
    "who_can",
]


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("iam_tui.errors")
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
