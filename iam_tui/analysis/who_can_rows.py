"""Who can: everybody who may do an action, on which it depends, and how they come by it.

Exact over the root user, users and roles of an account, whose sessions are as their roles, and over
whom the policy of the resource names beside them: other accounts, services, everybody. What is
allowed is what `simulate` says of each in the same context.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, overload

from iam_tui.account.arns import statement_key
from iam_tui.account.layers import layers, resource_attachment
from iam_tui.analysis.who_can_asking import Asked, Everybody, united_bits
from iam_tui.analysis.who_can_blocked import WhoBlocked, WhoRefused
from iam_tui.analysis.who_can_holders import first_of, holders, places_of
from iam_tui.analysis.who_can_input import check_action, check_resource, is_pattern, remarks
from iam_tui.analysis.who_can_outside import outsiders
from iam_tui.analysis.who_can_patterns import able_to_all, actions_meant, targets
from iam_tui.policy.evaluation import EvalDecision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from iam_tui.account import Account
    from iam_tui.analysis.who_can_asking import Part
    from iam_tui.analysis.who_can_holders import Bits, Holders
    from iam_tui.policy.requests import ContextValue

Way = tuple[str, ...]
"""Node keys from the principal to the policy, the statement last."""


class WhoRow:
    """Somebody who may do it, surely or under conditions; the ways are found when they are read."""

    __slots__ = ("_via", "_ways", "action", "conditional", "decision", "principal", "resource")

    principal: str
    """An ARN of the account, or whom the policy of the resource names: another account's root user
    for all its identities, a service, a provider, `*` for everybody."""
    decision: EvalDecision
    """What `simulate` says in the context that was given."""
    conditional: tuple[str, ...]
    """What it depends on: context keys, and policies that are not known. None: it is allowed in
    every context, as far as the file goes."""
    action: str
    """The action that was asked about; one of those that a pattern stands for."""
    resource: str
    """The resource that was asked about, which may be a pattern."""

    def __init__(
        self,
        principal: str,
        decision: EvalDecision,
        conditional: tuple[str, ...],
        asked: Asked,
        ways: Callable[[str], Iterable[Way]],
    ) -> None:
        self.principal, self.decision, self.conditional = principal, decision, conditional
        self.action, self.resource = asked.action, asked.resource or "*"
        self._ways = ways
        self._via: tuple[Way, ...] | None = None

    @property
    def via(self) -> tuple[Way, ...]:
        """Every way it is granted: node keys from the principal to the policy, then the statement.

        Nothing for what needs no policy: the root user's access.
        """
        if self._via is None:
            self._via = tuple(dict.fromkeys(self._ways(self.principal)))
        return self._via

    @property
    def how(self) -> tuple[Way, ...]:
        """The ways apart from who goes them: what principals are grouped by."""
        return tuple(way[1:] for way in self.via)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WhoRow) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((self.principal, self.decision, self.conditional))

    def __repr__(self) -> str:
        return f"WhoRow({self.principal!r}, {self.decision.value}, {self.conditional!r})"

    def _content(self) -> tuple[object, ...]:
        return (self.principal, self.decision, self.conditional, self.via)


class WhoGroup(NamedTuple):
    """Those who may do it in the same way and under the same conditions."""

    how: tuple[Way, ...]
    """The ways, each without the principal at its beginning."""
    decision: EvalDecision
    conditional: tuple[str, ...]
    rows: tuple[WhoRow, ...]


class _Answer(NamedTuple):
    """What everybody says to one action on one resource."""

    asked: Asked
    everybody: Everybody

    def ways(self, principal: str) -> Iterator[Way]:
        """Yield the ways by which a user or role has it."""
        account, everybody = self.asked.account, self.everybody
        place = everybody.place(principal)
        for attachment in layers(account, principal).identity if everybody.grants else ():
            for statement, bits in everybody.grants.get(attachment.document, ()):
                if bits >> place & 1:
                    yield (*attachment.path, statement_key(attachment.key, statement.index))
        if everybody.resource_grants:
            attached = resource_attachment(account, self.asked.action, self.asked.resource or "*")
            for statement, bits in everybody.resource_grants if attached is not None else ():
                if attached is not None and bits >> place & 1:
                    key = attached.key
                    yield (principal, key, statement_key(key, statement.index))


class WhoCan(Sequence[WhoRow]):
    """The rows of one question: the account's own principals in its order, then others."""

    def __init__(
        self,
        account: Account,
        asked: Asked,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        """Ask; nothing is computed before a row is read."""
        self.account = account
        self.action, self.resource = asked.action, asked.resource
        self._asked = asked
        self._should_stop = should_stop
        self.stopped = False
        """Whether it was stopped before everything was asked."""

    @property
    def is_pattern(self) -> bool:
        """Whether "any" and "all" are two questions."""
        return is_pattern(self.action) or is_pattern(self.resource)

    @cached_property
    def rows(self) -> tuple[WhoRow, ...]:
        """Who may do it; of a pattern, any of what it stands for."""
        answers, others = self._answers
        found: list[tuple[int, WhoRow]] = []
        for bits, part, answer in _best(answers):
            found += ((place, self._row(place, part, answer)) for place in places_of(bits))
        found.sort(key=_place)
        return (*(row for _, row in found), *others.values())

    @cached_property
    def _answers(self) -> tuple[list[_Answer], dict[str, WhoRow]]:
        """What everybody of the account says to each question, and who else is let in."""
        answers: list[_Answer] = []
        others: dict[str, WhoRow] = {}
        for asked, among in self._questions():
            if self._should_stop is not None and self._should_stop():
                self.stopped = True
                break
            if among != 0:
                answers.append(_Answer(asked, Everybody(asked, self._holders, among)))
            self._add_others(asked, others)
        return answers, others

    @cached_property
    def blocked(self) -> tuple[WhoBlocked, ...]:
        """The account's principals who have a policy that allows it and may not do it all the same.

        Those for the same reason stand together, most principals first.
        """
        held = self._holders
        answers, _ = self._answers
        done = united_bits(part.bits for one in answers for part in one.everybody.parts)
        found: dict[tuple[EvalDecision, str], list[tuple[Bits, Asked]]] = {}
        for answer in answers:
            for cell in answer.everybody.refused:
                bits = cell & ~done
                if bits:
                    done |= bits
                    why = answer.asked.of(held.principals[first_of(bits)])
                    cells = found.setdefault((why.decision, why.reason), [])
                    cells.append((bits, answer.asked))
        several = [
            WhoBlocked(decision, reason, tuple(self._refused(cells)))
            for (decision, reason), cells in found.items()
        ]
        several.sort(key=lambda one: -len(one.rows))
        return tuple(several)

    def _refused(self, cells: list[tuple[Bits, Asked]]) -> Iterator[WhoRefused]:
        placed = [(place, asked) for bits, asked in cells for place in places_of(bits)]
        for place, asked in sorted(placed, key=_place):
            yield WhoRefused(self._holders.principals[place], asked)

    @property
    def without(self) -> int:
        """How many of the account's users and roles have no policy that allows it."""
        own = sum(row.principal in self._holders.places for row in self.rows)
        blocked = sum(len(one.rows) for one in self.blocked)
        return len(self._holders.principals) - own - blocked

    @cached_property
    def all(self) -> frozenset[str]:
        """Those of the account's principals who may do everything that a pattern stands for.

        Every action, on every resource of the account that it matches, in the given context. The
        same as those with an allowed row when nothing is a pattern.
        """
        if not self.is_pattern:
            allowed = (one for one in self.rows if one.decision is EvalDecision.ALLOWED)
            return frozenset(one.principal for one in allowed)
        held = self._holders
        bits = held.everybody
        for action in actions_meant(self.account, held, self.action):
            if not bits:
                break
            bits = able_to_all(self._asked._replace(action=action), held, bits)
        return frozenset(held.principals[place] for place in places_of(bits))

    @cached_property
    def groups(self) -> tuple[WhoGroup, ...]:
        """The rows by how they come by it, those with most principals first."""
        found: dict[tuple[object, ...], list[WhoRow]] = {}
        for row in self.rows:
            found.setdefault((row.how, row.decision, row.conditional), []).append(row)
        groups = [
            WhoGroup(several[0].how, several[0].decision, several[0].conditional, tuple(several))
            for several in found.values()
        ]
        groups.sort(key=_order)
        return tuple(groups)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What must be said beside the rows: unknown names, and what the file lacks."""
        return tuple(self._notes())

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> WhoRow: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[WhoRow, ...]: ...
    def __getitem__(self, index: int | slice) -> WhoRow | tuple[WhoRow, ...]:
        return self.rows[index]

    def __repr__(self) -> str:
        return f"<WhoCan {self.action} {self.resource or '*'}>"

    # --- asking --------------------------------------------------------------------------

    @cached_property
    def _holders(self) -> Holders:
        return holders(self.account)

    def _questions(self) -> Iterator[tuple[Asked, Bits | None]]:
        """Yield what is asked, and whom of the account it concerns."""
        for action in actions_meant(self.account, self._holders, self.action):
            asked = self._asked._replace(action=action)
            yield asked, None
            for target in targets(asked, self._holders):
                yield asked._replace(resource=target.resource), target.among

    def _add_others(self, asked: Asked, others: dict[str, WhoRow]) -> None:
        """Add whom the policy of the resource lets in; an answer without conditions is kept."""
        sure = {
            name
            for name, row in others.items()
            if row.decision is EvalDecision.ALLOWED and not row.conditional
        }
        for one in outsiders(asked, sure):
            row = WhoRow(one.principal, one.decision, one.conditional, asked, one.ways)
            known = others.get(one.principal)
            if known is None or _rank(row) < _rank(known):
                others[one.principal] = row

    def _row(self, place: int, part: Part, answer: _Answer) -> WhoRow:
        return WhoRow(
            self._holders.principals[place],
            part.decision,
            part.conditional,
            answer.asked,
            answer.ways,
        )

    # --- what must be said ---------------------------------------------------------------

    def _notes(self) -> Iterator[str]:
        yield from remarks(self.action, self._asked.context)
        unknown = self._holders.unknown
        if unknown:
            are = "is not known and" if unknown == 1 else "are not known and"
            plural = "" if unknown == 1 else "s"
            yield f"{unknown} attached document{plural} {are} not counted"
        lacking = [_LAYERS[one] for one in self._holders.not_in_file if one in _LAYERS]
        if lacking:
            yield f"not in this file: {', '.join(lacking)}"
        if self.stopped:
            yield "stopped before everything was asked"


_LAYERS = {
    "service_control": "SCPs",
    "resource_control": "RCPs",
    "resource": "resource policies",
}


def _rank(found: Part | WhoRow) -> int:
    """Order what may be said of one principal: allowed anyway, allowed now, perhaps."""
    if found.decision is not EvalDecision.ALLOWED:
        return 2
    return 1 if found.conditional else 0


def _place(item: tuple[int, object]) -> int:
    return item[0]


def _order(group: WhoGroup) -> tuple[int, int]:
    return _rank(group.rows[0]), -len(group.rows)


def _best(answers: list[_Answer]) -> Iterator[tuple[Bits, Part, _Answer]]:
    """Yield the best that is said of everybody, each principal once."""
    said = [(_rank(part), part, answer) for answer in answers for part in answer.everybody.parts]
    done = 0
    for rank in range(3):
        for its, part, answer in said:
            bits = part.bits & ~done if its == rank else 0
            if bits:
                done |= bits
                yield bits, part, answer


def who_can(
    account: Account,
    action: str,
    resource: str | None = None,
    context: Mapping[str, ContextValue] | None = None,
    *,
    now: dt.datetime | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> WhoCan:
    """Return everybody who may do an action, surely or under conditions.

    Args:
        account: The account.
        action: IAM's name of an action, or a pattern: `iam:PassRole`, `s3:Get*`.
        resource: An ARN, a pattern of ARNs, or None: any resource.
        context: Context keys; they win over those that the account knows or that are assumed.
        now: The time of the requests; None: now.
        should_stop: Asked between questions; when it says so, what was found so far is given.

    Raises:
        UsageError: When it is no action or no ARN.
    """
    check_action(action)
    check_resource(account, resource)
    moment = now or dt.datetime.now(tz=dt.UTC)
    return WhoCan(account, Asked(account, action, resource, context or {}, moment), should_stop)


__all__ = ["WhoCan", "WhoGroup", "WhoRow", "who_can"]
