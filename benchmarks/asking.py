"""principal-can, effective-all: what one principal can do, and what everybody can."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks import accounts, floors, naive
from benchmarks.measure import ROUNDS, apart, check, loop, timed
from benchmarks.rows import Row

if TYPE_CHECKING:
    from iam_tui import Account

EACH_ROUND = 20
"""Principals of a round of principal-can."""
MANY = 500
"""Principals that effective-all asks about, at most."""
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def principal_can(size: str, _peers: str) -> list[Row]:
    """Measure the effective permissions of a principal, all rows read, in a warm process."""
    from iam_tui import load
    from iam_tui import principal_can as ask

    apart(check_rows, size)
    account = load(str(accounts.path(size)))
    unit = floors.Unit()
    administrators = list(_administrators(account))
    first_of_all = timed(lambda: list(ask(account, administrators[0])))
    ordinary = [arn for arn in principals(account) if arn not in administrators]
    medians, slowest = [], []
    for start in range(ROUNDS):
        loop()
        several = ordinary[start :: max(1, len(ordinary) // EACH_ROUND)][:EACH_ROUND]
        times = [timed(lambda arn=arn: list(ask(account, arn))) for arn in several]  # type: ignore[misc]
        medians.append(statistics.median(times))
        slowest.append(max(times))
    few = (administrators[1:] * ROUNDS)[:ROUNDS] or [administrators[0]] * ROUNDS
    full = [timed(lambda arn=arn: list(ask(account, arn))) for arn in few]  # type: ignore[misc]
    floor = unit.seconds()
    return [
        Row(what=what, figures=figures, against="J", floor=floor, goal=goal, by="median")
        for what, figures, goal in (
            (f"median of {EACH_ROUND} principals", medians, 0.25),
            (f"the slowest of {EACH_ROUND} principals", slowest, None),
            ("an administrator", full, 1.5),
            ("the first administrator", [first_of_all], None),
        )
    ]


def effective_all(size: str, _peers: str) -> list[Row]:
    """Measure the effective permissions of many principals, counted but no rows read."""
    apart(check_rows, size)
    unit = floors.Unit()
    found = [apart(counted, size) for _ in range(ROUNDS)]
    share = f"{found[0]['asked']:,} of {found[0]['of']:,} principals"
    return [
        Row(
            what=f"{share}, first",
            figures=[one["first"] for one in found],
            against="J",
            floor=unit.seconds(),
        ),
        Row(
            what="others of them, in the same process",
            figures=[one["then"] for one in found],
            against="J",
            floor=unit.seconds(),
        ),
    ]


def counted(size: str) -> dict[str, float]:
    """Return the time to count what some principals can do, and then the same of others."""
    from iam_tui import catalog, load
    from iam_tui import principal_can as ask

    account = load(str(accounts.path(size)))
    every = principals(account)
    catalog.action_index()
    step = max(2, len(every) // MANY)
    several, others = every[::step], every[1::step]
    loop()
    return {
        "asked": len(several),
        "of": len(every),
        "first": timed(lambda: [ask(account, arn).services for arn in several]),
        "then": timed(lambda: [ask(account, arn).services for arn in others]),
    }


def principals(account: Account) -> list[str]:
    """Return the ARNs of users and roles."""
    return [*account.users, *account.roles]


def _administrators(account: Account) -> Iterator[str]:
    """Yield those whose own or groups' policies are AWS's AdministratorAccess."""
    for group in account.groups.values():
        if ADMINISTRATOR in group.policies:
            yield from account.members[group.arn]
    for entities in (account.users, account.roles):
        yield from (arn for arn, one in entities.items() if ADMINISTRATOR in one.policies)


# --- right answers -------------------------------------------------------------------------------


def check_rows(size: str) -> None:
    """Compare the rows of some principals with the actions that their Allows cover.

    In a process of its own: the plain export would be one more heap for the collector to walk.
    """
    from iam_tui import load
    from iam_tui import principal_can as ask

    account = load(str(accounts.path(size)))
    holders = list(naive.holders(accounts.export(size)).values())
    for holder in holders[:: max(1, len(holders) // 8)][:8]:
        rows = {row.action: row for row in ask(account, holder.arn)}
        allows = [one for one in naive.statements(holder.identity) if one["Effect"] == "Allow"]
        certain = [one for one in allows if "Condition" not in one]
        known = {row.action for row in rows.values() if row.access_level != "Unknown"}
        for action in _every_action():
            if action.startswith("sts:"):
                continue  # decided by trust policies too
            if action in known:
                right = _is_allowed(allows, action)
            else:
                right = not _is_allowed(certain, action)
            check(right, f"{holder.arn}: {action} in the rows is {action in known}")
        for row in rows.values():
            check_row(holder, row.action, row.status)


def _is_allowed(allows: list[naive.Json], action: str) -> bool:
    """Tell whether some Allow may allow an action; one without resources needs all of them."""
    from iam_tui import catalog

    needs_all = catalog.wildcard_only(action)
    return any(
        naive.covers_action(one, action) and (not needs_all or naive.covers_resource(one, "*"))
        for one in allows
    )


def check_row(holder: naive.Holder, action: str, status: str) -> None:
    """Compare a row with the second opinion on some resource."""
    service = action.partition(":")[0]
    opinion = naive.decide(holder, action, f"arn:aws:{service}:eu-west-1:111122223333:x/y/z")
    if status == "granted":
        check(opinion in ("allowed", None), f"{holder.arn}: {action} granted, but {opinion}")
    if status == "blocked":
        check(opinion != "allowed", f"{holder.arn}: {action} blocked, but {opinion}")


def _every_action() -> Iterator[str]:
    from iam_tui import catalog

    for service in catalog.services():
        yield from (f"{service}:{name}" for name in catalog.actions(service))
