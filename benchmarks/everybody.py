"""matrix, who-can: questions about everybody at once."""

from __future__ import annotations

from benchmarks import accounts, floors, naive
from benchmarks.measure import ROUNDS, apart, check, loop, timed
from benchmarks.rows import Row

QUESTION = ("s3:GetObject", "arn:aws:s3:::acme-shared-data/key")
SAMPLE = 20
"""Rows of the matrix that are compared with the effective permissions."""


def matrix(size: str, _peers: str) -> list[Row]:
    """Measure the access matrix of everybody, in a cold process and once more."""
    apart(check_matrix, size)
    unit = floors.Unit()
    found = [apart(looked_at, size) for _ in range(ROUNDS)]
    return [
        Row(
            what=what,
            figures=[one[key] for one in found],
            against="J",
            floor=unit.seconds(),
        )
        for what, key in (("everybody, first", "first"), ("the same, warm", "then"))
    ]


def looked_at(size: str) -> dict[str, float]:
    """Return the time to make the matrix of an account, and to make it again."""
    from iam_tui import load
    from iam_tui.analysis import access_matrix

    account = load(str(accounts.path(size)))
    loop()
    return {
        "first": timed(lambda: access_matrix(account)),
        "then": timed(lambda: access_matrix(account)),
    }


def who_can(size: str, _peers: str) -> list[Row]:
    """Measure who can read an object, all rows found, in a warm process."""
    from iam_tui import load
    from iam_tui.analysis import who_can as ask

    apart(check_who_can, size)
    account = load(str(accounts.path(size)))
    unit = floors.Unit()
    first = timed(lambda: list(ask(account, *QUESTION)))
    warm = []
    for number in range(ROUNDS):
        loop()
        # Another object each time: an answer that was kept would be no question.
        warm.append(timed(lambda at=number: list(ask(account, QUESTION[0], f"{QUESTION[1]}{at}"))))  # type: ignore[misc]
    floor = unit.seconds()
    return [
        Row(what="the first question", figures=[first], against="J", floor=floor),
        Row(what="others about the same action", figures=warm, against="J", floor=floor),
    ]


# --- right answers -------------------------------------------------------------------------------


def check_matrix(size: str) -> None:
    """Compare rows of the matrix with the effective permissions of their principals."""
    from iam_tui import load, principal_can
    from iam_tui.analysis import access_matrix

    account = load(str(accounts.path(size)))
    rows = access_matrix(account).rows[1:]
    for row in rows[:: max(1, len(rows) // SAMPLE)]:
        right: dict[str, dict[str, str]] = {}
        for one in principal_can(account, row.principal):
            if one.is_allowed and one.access_level != "Unknown":
                its = right.setdefault(one.action.partition(":")[0], {})
                if its.get(one.access_level) != "granted":
                    its[one.access_level] = one.status
        for service in {*right, *row.services}:
            levels = {k: v for k, v in row.levels(service).items() if k != "Unknown"}
            check(levels == right.get(service, {}), f"{row.principal}: {service} is {levels}")


def check_who_can(size: str) -> None:
    """Compare who is named with the second opinion on everybody."""
    from iam_tui import load
    from iam_tui.analysis import who_can as ask

    account = load(str(accounts.path(size)))
    named = {row.principal: row for row in ask(account, *QUESTION)}
    for arn, holder in naive.holders(accounts.export(size)).items():
        opinion = naive.decide(holder, *QUESTION)
        if opinion is not None:
            check((arn in named) is (opinion == "allowed"), f"{arn}: {opinion}")
