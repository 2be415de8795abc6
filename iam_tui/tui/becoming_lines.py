"""Whom somebody can become, as lines: the roles that come next, and what is missing for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import Arn, friendly_name
from iam_tui.tui.details.facts import BLANK, heading, remark
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.ways import split_statement_key, statement_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import NearRole, NextRole

NEXT, NEAR = "next:", "near:"
"""How the key of a line begins, before the role's ARN."""
_MOST_NAME = 34


def becoming_lines(
    account: Account, following: Sequence[NextRole], near: Sequence[NearRole]
) -> Iterator[Line]:
    """Yield the roles, those that can be assumed first."""
    roles = [*(row.role for row in following), *(row.role for row in near)]
    names = [role_name(account, role) for role in roles]
    width = min(max(map(len, names), default=0), _MOST_NAME)
    yield heading("CAN BECOME", f"{len(following):,}" if following else "")
    for row in following:
        yield _next(account, row, width)
    if not following:
        yield remark("no role: a trust policy and a permission would have to let it")
    if near:
        yield BLANK
        yield heading("ONE THING IS MISSING", f"{len(near):,}")
    for missing in near:
        yield _near(account, missing, width)


def role_name(account: Account, arn: str) -> str:
    """Return the name of a role, with the account when it is another one."""
    found = Arn.parse(arn)
    other = found is not None and found.account not in ("", account.id)
    return f"{friendly_name(arn)}{f' of {found.account}' if other and found is not None else ''}"


def _next(account: Account, row: NextRole, width: int) -> Line:
    name = Span(f"  {fit(role_name(account, row.role), width)}  ", "name")
    ways = ", ".join(dict.fromkeys(_way(account, way) for way in row.via))
    by = Span(f"  by {ways}" if ways else "", "dim")
    if row.conditional:
        said = Span(f"if {', '.join(row.conditional)}", "warn")
    else:
        said = Span("allowed", "good")
    return Line((name, said, by), copy=row.role, key=f"{NEXT}{row.role}", indent=width + 6)


def _way(account: Account, way: tuple[str, ...]) -> str:
    """Return a statement that lets it; of the role's own, that it trusts."""
    policy, index = split_statement_key(way[-1])
    if policy in account.roles:
        return f"trust[{index}]"
    return statement_name(account, way[-1])


def _near(account: Account, row: NearRole, width: int) -> Line:
    name = Span(f"  {fit(role_name(account, row.role), width)}  ")
    reason = Span(row.reason, "bad" if row.is_denied else "warn")
    return Line((name, reason), copy=row.role, key=f"{NEAR}{row.role}", indent=width + 6)
