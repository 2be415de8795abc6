"""Whom the policy of a resource lets in beside the account's own users and roles.

It can name principals of other accounts, services, identity providers, single sessions, and
everybody. Each that an Allow names is asked like any other principal; where its own side is not in
the account file, it is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import Arn, root_arn, statement_key
from iam_tui.account.layers import FULL_ACCESS, resource_attachment
from iam_tui.errors import IamTuiError
from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.decision import authorize
from iam_tui.policy.evaluation import EvalDecision, Question, decide
from iam_tui.policy.facts import default_facts
from iam_tui.policy.principals import Kind, parse_principal
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.variables import keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from iam_tui.account import Account
    from iam_tui.account.layers import Attachment
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.analysis.who_can_asking import Asked
    from iam_tui.policy.conditions import Condition
    from iam_tui.policy.requests import Policies
    from iam_tui.policy.statements import Statement

EVERYBODY = "*"
_OTHER_ACCOUNT = "000000000000"
"""Stands for any account that no policy names."""
_SAYS_WHO = ("aws:principalaccount", "aws:principalarn")


class Outsider(NamedTuple):
    """Somebody whom a resource policy names, with what it may do."""

    principal: str
    """As a request names it: an ARN, a service, a provider, `*` for anybody. An account stands by
    its root user's ARN."""
    decision: EvalDecision
    conditional: tuple[str, ...]
    via: tuple[tuple[str, ...], ...]

    def ways(self, _principal: str) -> tuple[tuple[str, ...], ...]:
        """Return the ways by which it has it."""
        return self.via


def outsiders(asked: Asked, known: Collection[str] = ()) -> tuple[Outsider, ...]:
    """Return those outside the account, and single sessions, that may do what is asked, perhaps.

    Args:
        asked: The question; the action is one action.
        known: Whom not to ask any more.
    """
    found = resource_attachment(asked.account, asked.action, asked.resource or "*")
    return () if found is None else tuple(_Outside(asked, found, known).rows())


class _Outside:
    """One question about one resource that has a policy."""

    def __init__(self, asked: Asked, attached: Attachment, known: Collection[str]) -> None:
        self._asked, self._attached, self._known = asked, attached, known
        compiled = attached.document.compiled
        several = compiled.candidates(SHORT_ARNS[LayerKind.RESOURCE], asked.action.lower())
        self._allows = [one for one in several if not one.deny and one.principal is not None]

    def rows(self) -> Iterator[Outsider]:
        by_name: dict[str, Outsider] = {}
        for statement in self._allows:
            for name in _named(self._asked.account, statement):
                if name not in by_name and name not in self._known:
                    row = self._row(name)
                    if row is not None:
                        by_name[name] = row
        for statement in self._allows:
            if _names_everybody(statement) and EVERYBODY not in {*by_name, *self._known}:
                for row in self._some_of_everybody(statement):
                    by_name.setdefault(row.principal, row)
        yield from by_name.values()

    def _row(self, name: str) -> Outsider | None:
        try:
            found = self._asked.of(name)
        except IamTuiError:  # a user or role of this account that is gone
            return None
        policies = found.policies
        hidden: tuple[str, ...] = ()
        lenient = authorize(found.request, policies, assume="allow")
        if not lenient.allowed and _is_foreign(found):
            policies = policies.with_(identity=[FULL_ACCESS])
            hidden = (f"the policies of {name}, which are not in this file",)
            lenient = authorize(found.request, policies, assume="allow")
        if not lenient.allowed:
            return None
        strict = authorize(found.request, policies, assume="deny")
        missing = () if strict.allowed else authorize(found.request, policies).missing
        return Outsider(name, found.decision, (*missing, *hidden), self._ways(found, policies))

    def _some_of_everybody(self, statement: Statement) -> Iterator[Outsider]:
        """Yield whom an Allow for everybody lets in that its conditions keep anonymous ones from.

        They are taken as holding for an account that they name, or for any.
        """
        account = self._asked.account
        keys = {key: None for one in statement.conditions for key in sorted(one.keys)}
        accounts = _accounts_meant(account, statement)
        for number in accounts if accounts is not None else [_OTHER_ACCOUNT]:
            principal = root_arn(number, partition=account.partition)
            found = self._asked.of(principal)
            question = Question(found.request, found.policies, default_facts(), "allow")
            question.forced[id(statement)] = True
            if not question.covers(statement, LayerKind.RESOURCE):
                continue
            if decide(question).decision is EvalDecision.ALLOWED:
                yield Outsider(
                    EVERYBODY if accounts is None else principal,
                    EvalDecision.IMPLICIT_DENY,
                    tuple(spelled(key) for key in keys),
                    (self._way(EVERYBODY if accounts is None else principal, statement),),
                )

    def _ways(self, found: Simulation, policies: Policies) -> tuple[tuple[str, ...], ...]:
        question = Question(found.request, policies, default_facts(), "allow")
        return tuple(
            self._way(found.principal, statement)
            for statement in self._allows
            if question.applies(statement, LayerKind.RESOURCE) is not None
        )

    def _way(self, principal: str, statement: Statement) -> tuple[str, ...]:
        key = self._attached.key
        return (principal, key, statement_key(key, statement.index))


def named_places(statement: Statement) -> tuple[str, ...] | None:
    """Return the entries by which an Allow may name single principals; None: it names everybody."""
    if statement.principal is None:
        return ()
    return None if _names_everybody(statement) else statement.principal.aws


def _names_everybody(statement: Statement) -> bool:
    element = statement.principal
    return element is not None and (element.everyone or element.negated)


def _named(account: Account, statement: Statement) -> Iterator[str]:
    """Yield whom the principal element of an Allow names outside the account's users and roles."""
    element = statement.principal
    if element is None:
        return
    if _names_everybody(statement):
        yield EVERYBODY
        return
    for value in element.aws:
        name = _outside(account, value)
        if name is not None:
            yield name
    yield from sorted(element.services)
    yield from sorted(element.federated)


def _outside(account: Account, value: str) -> str | None:
    if len(value) == 12 and value.isdigit():
        value = root_arn(value, partition=account.partition)
    if account.identity(value) is not None or not value.startswith("arn:"):
        return None
    try:
        principal = parse_principal(value)
    except ValueError:
        return None
    is_own = principal.account == account.id and principal.partition == account.partition
    return None if is_own and principal.kind in (Kind.USER, Kind.ROLE) else value


def _is_foreign(found: Simulation) -> bool:
    return found.kind == "outside" and "identity" in found.applied.not_in_file


def _accounts_meant(account: Account, statement: Statement) -> list[str] | None:
    """Return the other accounts that the conditions of a statement name; None: they name none."""
    found: list[str] | None = None
    for condition in statement.conditions:
        if condition.key in _SAYS_WHO and not _is_loose(condition):
            named = [number for one in condition.patterns if (number := _account_of(one.text))]
            if named:
                found = [one for one in dict.fromkeys(named) if one != account.id]
    return found


def _is_loose(condition: Condition) -> bool:
    """Whether a condition excludes values instead of naming them."""
    operator = condition.operator
    is_open = any(keys_of(pattern.template) for pattern in condition.patterns)
    return operator is None or operator.negated or is_open


def _account_of(text: str) -> str | None:
    arn = Arn.parse(text)
    number = text if arn is None else arn.account
    return number if len(number) == 12 and number.isdigit() else None
