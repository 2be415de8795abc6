"""edit-panel, blast-radius: what follows an edit, on the screen and over the whole account."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import accounts, floors
from benchmarks.measure import ROUNDS, apart, check, loop, timed
from benchmarks.rows import Row
from benchmarks.surface import attach_policy
from benchmarks.surface import blast_radius as reach

if TYPE_CHECKING:
    from iam_tui import Account
    from iam_tui.analysis import Reach
    from iam_tui.workspace import Workspace

MOST_REACHED = 300
PATIENCE = 15.0
"""Seconds after which the reach of an edit is given up; the time is then too short."""
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def edit_panel(size: str, _peers: str) -> list[Row]:
    """Measure the panel of a member after an edit of its group, until the figures are there."""
    unit = floors.Unit()
    workspace, group, focused = _shown(size)
    account = workspace.account
    policies = others(account, group)[:ROUNDS]
    check_panel(workspace, group, focused, policies[0])
    times = [_edited(workspace, group, focused, policy) for policy in policies[1:] + policies[:1]]
    undone = [_undone(workspace, group, focused, policy) for policy in policies]
    full = [apart(administrator_panel, size) for _ in range(ROUNDS)]
    others_panel = [_edited(workspace, group, group, policy) for policy in policies]
    floor, goal = unit.seconds(), {"quota": 0.67, "small": 0.11}.get(size)
    count = len(account.members[group])
    return [
        Row(what=what, figures=figures, against="J", floor=floor, goal=goal, by="median")
        for what, figures in (
            (f"a policy attached to a group of {count}: a member", times),
            ("the same: the group", others_panel),
            ("the same undone: a member", undone),
            ("AdministratorAccess attached: a member", full),
        )
    ]


def _shown(size: str) -> tuple[Workspace, str, str]:
    """Open an account and show a member of a group of at most 300."""
    from iam_tui.workspace import Workspace

    workspace = Workspace.open(accounts.path(size))
    members = workspace.account.members
    _ = workspace.graph
    group = max(
        (arn for arn in members if len(members[arn]) <= MOST_REACHED),
        key=lambda arn: len(members[arn]),
    )
    focused = members[group][0]
    show(workspace, focused)
    return workspace, group, focused


def administrator_panel(size: str) -> float:
    """Return the time of the first edit in a process, one that allows everything."""
    return _edited(*_shown(size), ADMINISTRATOR)


def _edited(workspace: Workspace, group: str, focused: str, policy: str) -> float:
    """Return the time from the edit to the panel; the edit is undone afterwards."""
    from iam_tui.account.edits import AttachPolicy

    def edit_and_show() -> None:
        workspace.apply(AttachPolicy(entity=group, policy=policy))
        show(workspace, focused)

    loop()
    seconds = timed(edit_and_show)
    workspace.undo()
    return seconds


def _undone(workspace: Workspace, group: str, focused: str, policy: str) -> float:
    from iam_tui.account.edits import AttachPolicy

    workspace.apply(AttachPolicy(entity=group, policy=policy))

    def undo_and_show() -> None:
        workspace.undo()
        show(workspace, focused)

    return timed(undo_and_show)


def show(workspace: Workspace, focused: str) -> tuple[object, object]:
    """Return what the panel needs before it is drawn."""
    effective = workspace.effective(focused)
    changes = workspace.changes_since_save(focused) if workspace.unsaved else None
    return effective.services, None if changes is None else changes.services


class Asked(NamedTuple):
    """The reach of one edit, as far as it was waited for."""

    seconds: float
    rows: int
    is_whole: bool


def reached_by(account: Account, group: str, policy: str) -> Asked:
    """Ask how far attaching a policy reaches."""
    from iam_tui import blast_radius as ask

    changed = attach_policy(account, group, policy)
    loop()
    begun = time.process_time()
    stops: list[bool] = []

    def should_stop() -> bool:
        if time.process_time() - begun > PATIENCE:
            stops.append(True)
        return bool(stops)

    rows: list[Reach] = []
    seconds = timed(lambda: rows.extend(ask(account, changed, should_stop=should_stop)))
    return Asked(seconds, len(rows), not stops)


def blast_radius(size: str, _peers: str) -> list[Row]:
    """Measure who gains or loses what by an edit, over the whole account."""
    from iam_tui import load

    account = load(str(accounts.path(size)))
    by_size = sorted(account.members, key=lambda arn: len(account.members[arn]))
    guild = min(by_size, key=lambda arn: abs(len(account.members[arn]) - 100))
    staff = by_size[-1]
    check_reach(account, guild)
    unit = floors.Unit()
    found = {
        f"a policy on a group of {len(account.members[group]):,}": [
            reached_by(account, group, policy) for policy in others(account, group)[1 : ROUNDS + 1]
        ]
        for group in (guild, staff)
    }
    found["AdministratorAccess on the larger, first"] = [
        Asked(*apart(administrators, size)) for _ in range(ROUNDS)
    ]
    floor = unit.seconds()
    return [
        Row(
            what=f"{what} ({_said(several)})",
            figures=[one.seconds for one in several],
            against="J",
            floor=floor,
            goal=2 if size == "quota" else None,
            by="median",
        )
        for what, several in found.items()
    ]


def _said(several: list[Asked]) -> str:
    given_up = sum(not one.is_whole for one in several)
    rows = f"{max(one.rows for one in several):,} rows"
    return f"{rows}; {given_up} given up after {PATIENCE:.0f} s" if given_up else rows


def administrators(size: str) -> Asked:
    """Ask how far an edit reaches that allows everything to most, first thing in a process."""
    from iam_tui import catalog, load

    account = load(str(accounts.path(size)))
    catalog.action_index()
    staff = max(account.members, key=lambda arn: len(account.members[arn]))
    return reached_by(account, staff, ADMINISTRATOR)


def others(account: Account, group: str) -> list[str]:
    """Return policies that a group does not have, from all over the account."""
    had = account.groups[group].policies
    own = [arn for arn in account.policies if arn not in had and ":aws:policy/" not in arn]
    return own[:: math.ceil(len(own) / (2 * ROUNDS))]


# --- right answers -------------------------------------------------------------------------------


def check_panel(workspace: Workspace, group: str, focused: str, policy: str) -> None:
    """Compare the panel after an edit with answers that know of no workspace."""
    from iam_tui import principal_can
    from iam_tui.account.edits import AttachPolicy
    from iam_tui.analysis import compare_effective

    before = workspace.account
    change = workspace.apply(AttachPolicy(entity=group, policy=policy))
    after = workspace.account
    check(change.principals == {group, *before.members[group]}, "it reaches others than members")
    expected = principal_can(after, focused)
    changes = workspace.changes_since_save(focused)
    plain = compare_effective(principal_can(before, focused), expected)
    check(list(workspace.effective(focused)) == list(expected), "the panel has other rows")
    check(changes is not None and list(changes) == list(plain), "the panel has other marks")
    workspace.undo()


def check_reach(account: Account, group: str) -> None:
    """Compare the rows of an edit with the full permissions of some members and others."""
    from iam_tui import principal_can
    from iam_tui.analysis import compare_effective

    changed = attach_policy(account, group, others(account, group)[0])
    rows = {row.principal: row for row in reach(account, changed)}
    members = account.members[group]
    check(rows.keys() <= set(members), "principals outside the group have rows")
    for arn in (*members[::10], *list(account.roles)[:3]):
        expected = compare_effective(principal_can(account, arn), principal_can(changed, arn))
        counts = tuple(expected.by_level(sign) for sign in ("+", "-", "~"))
        row = rows.get(arn)
        found = ({}, {}, {}) if row is None else (row.gained, row.lost, row.changed)
        check(found == counts, f"{arn}: {found}, not {counts}")
