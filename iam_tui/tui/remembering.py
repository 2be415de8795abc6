"""Where one was in an account, kept from one run of the program to the next."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from iam_tui.account.arns import split_inline_key
from iam_tui.tui.lines import TargetKind
from iam_tui.tui.places import PaneName, Place
from iam_tui.workspace import state

if TYPE_CHECKING:
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.workspace.state import AccountState

_KINDS: tuple[TargetKind, ...] = get_args(TargetKind)
_PANES: dict[str, PaneName] = {"detail": "detail", "permissions": "permissions"}
"""Panes that one comes back to; of a reason the permissions, whose rows are folded again."""


def restore(screen: ExploreScreen, known: AccountState) -> bool:
    """Go where one was, as far as that is still there; tell whether that is elsewhere."""
    screen.body.restore(known.filters, known.sorts)
    place = _place(known.place)
    return place is not None and screen.walk.resume(place)


def keep(screen: ExploreScreen) -> str | None:
    """Keep where one is; return a sentence when that is not possible."""
    if screen.session.workspace is None:
        return None
    here = screen.walk.place
    pane = "permissions" if here.pane == "why" else here.pane
    place = state.Place(kind=here.kind, key=here.key, pane=pane, tab=here.tab)
    return screen.session.remember(place, screen.body.filters, screen.body.sorts)


def _place(known: state.Place) -> Place | None:
    """Return a place of the screen; None for what no version of ours would have kept."""
    kind = next((one for one in _KINDS if one == known.kind), None)
    if kind is None or not known.key or (kind == "inline") != _is_inline(known.key):
        return None
    place = Place(kind, known.key, _PANES.get(known.pane, "list"), known.tab or "info")
    return place if kind != "inline" else replace(place, pane=_PANES.get(known.pane, "detail"))


def _is_inline(key: str) -> bool:
    return split_inline_key(key) is not None


def ago(when: dt.datetime) -> str:
    """Return how long ago something was: `2 h ago`."""
    seconds = (dt.datetime.now(tz=dt.UTC) - when).total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return "just now"
