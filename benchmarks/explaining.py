"""why: the reasons of denied requests, and the changes that would allow them."""

from __future__ import annotations

import random
import statistics
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import accounts, floors
from benchmarks.asking import principals
from benchmarks.measure import ROUNDS, check, loop, timed
from benchmarks.rows import Row

if TYPE_CHECKING:
    from iam_tui import Account
    from iam_tui.analysis import Reasons

EACH_ROUND = 8
"""Denied requests of a round."""
ACTIONS = (
    *("s3:GetObject", "s3:DeleteBucket", "lambda:InvokeFunction", "sqs:SendMessage"),
    *("iam:CreateUser", "kms:Decrypt", "dynamodb:GetItem", "sts:AssumeRole"),
)


def why(size: str, _peers: str) -> list[Row]:
    """Measure why requests are denied, and the changes that would allow them, each once."""
    from iam_tui import load

    account = load(str(accounts.path(size)))
    unit = floors.Unit()
    drawn = random.Random(1)
    reason: list[float] = []
    fixes: list[float] = []
    slowest: list[float] = []
    _explained(account, drawn)  # imports, and what is worked out once an account
    for _ in range(ROUNDS):
        loop()
        several = [_explained(account, drawn) for _ in range(EACH_ROUND)]
        reason.append(statistics.median(one for one, _ in several))
        fixes.append(statistics.median(one for _, one in several))
        slowest.append(max(one for _, one in several))
    floor = unit.seconds()
    return [
        Row(what=what, figures=figures, against="J", floor=floor, goal=goal, by="median")
        for what, figures, goal in (
            (f"the reason, median of {EACH_ROUND} denied requests", reason, 0.25),
            (f"the changes, median of {EACH_ROUND}", fixes, None),
            (f"the changes, the slowest of {EACH_ROUND}", slowest, None),
        )
    ]


def _explained(account: Account, drawn: random.Random) -> tuple[float, float]:
    """Return the time for the reason of some denied request, and that for the changes."""
    several = principals(account)
    while True:
        words = drawn.choice(several), drawn.choice(ACTIONS), drawn.choice([*account.roles, None])
        found: list[Reasons] = []
        first = timed(partial(_reason, account, words, found))
        if not found[0].allowed:
            then = timed(partial(getattr, found[0], "fixes"))
            check_fixes(found[0])
            return first, then


def _reason(account: Account, words: tuple[str, str, str | None], found: list[Reasons]) -> None:
    from iam_tui.analysis import why as ask

    reasons = ask(account, *words)
    found.append(reasons)
    _ = reasons.layers, reasons.nearest, reasons.notes


def check_fixes(found: Reasons) -> None:
    """Make every change on a copy, and ask the request again."""
    for fix in found.fixes.fixes:
        ask = found.ask.with_context(fix.context)
        after = fix.apply(found.account)
        check(ask.of(after).allowed, f"{fix.title} does not allow {ask}")
