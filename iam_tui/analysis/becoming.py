"""Who may become which role: the trust policy and the permission of the principal, both evaluated.

The answers are relations for the graph's pictures: (principal, role, label). A role that is trusted
on an account's word alone (`"AWS": "111122223333"`) is within reach only of those whose own
policies allow `sts:AssumeRole` on it; one that names a principal needs no more in the same
account (EVALUATION rules E43 to E45). A role that may assume itself gains nothing, and is left out,
as is one whose trust policy is not in the file. What sessions do to a chain is `become`'s to say.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from iam_tui import catalog
from iam_tui.account.arns import Arn
from iam_tui.account.entities import User
from iam_tui.analysis.becoming_decisions import ASSUME_ROLE, CONDITIONAL, AssumeDecisions
from iam_tui.analysis.masks import masks_of
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.who_can_rows import who_can
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account import Account, Group, Role
    from iam_tui.graph.nodes import NodeKind
    from iam_tui.policy.documents import Document


class Holding(Protocol):
    """An account and who has which of its policies: its graph, or as much of a former one."""

    @property
    def account(self) -> Account:
        """The account."""

    def __contains__(self, key: object) -> bool: ...

    def kind(self, key: str) -> NodeKind:
        """Return what a node stands for."""

    def holders(self, policy: str) -> tuple[str, ...]:
        """Return the identities that a policy is put on."""


class Assumption(NamedTuple):
    """That a principal may become a role."""

    principal: str
    role: str
    label: str = ""


def roles_within_reach(account: Account, principal: str) -> tuple[Assumption, ...]:
    """Return the roles of the account that a user or role may assume.

    Anybody else has none: groups are no principals, the root user cannot assume roles.
    """
    return tuple(_within_reach(account, principal))


def who_can_assume(account: Account, role: str) -> tuple[Assumption, ...]:
    """Return the users and roles of the account that may assume a role."""
    entity = account.roles.get(role)
    if entity is None or entity.trust_policy is None or not _trusted(entity.trust_policy):
        return ()
    return tuple(
        Assumption(row.principal, role, CONDITIONAL if row.conditional else "")
        for row in who_can(account, ASSUME_ROLE, role)
        if row.principal != role
        and (row.principal in account.users or row.principal in account.roles)
    )


def every_assumption(account: Account) -> tuple[Assumption, ...]:
    """Return who may become whom in the whole account."""
    return tuple(found for role in account.roles for found in who_can_assume(account, role))


def assumptions_around(graph: Holding, centre: str, steps: int) -> tuple[Assumption, ...]:
    """Return the assumptions that a neighbourhood of so many steps may show.

    Args:
        graph: The graph of the account.
        centre: The node that the neighbourhood is of.
        steps: How far it goes.
    """
    account = graph.account
    found = [*_onward(account, centre, steps), *_back_to(graph, centre, steps)]
    return tuple(dict.fromkeys(found))


def _onward(account: Account, centre: str, steps: int) -> Iterator[Assumption]:
    """Yield what a principal may become, and then those roles, until the steps are used up."""
    seen = {centre}
    here = [centre]
    for _ in range(steps):
        reached = [found for key in here for found in _within_reach(account, key)]
        yield from reached
        here = [key for key in dict.fromkeys(found.role for found in reached) if key not in seen]
        seen.update(here)


def _back_to(graph: Holding, centre: str, steps: int) -> Iterator[Assumption]:
    """Yield who may become a role, or one of the roles that have a policy."""
    account = graph.account
    seen = {centre}
    here = [centre]
    for _ in range(steps):
        before = [key for key in _holders(graph, here) if key not in seen]
        reached = [found for key in here for found in who_can_assume(account, key)]
        yield from reached
        before += [found.principal for found in reached if found.principal not in seen]
        here = list(dict.fromkeys(before))
        seen.update(here)


def _holders(graph: Holding, keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        if key in graph and graph.kind(key) in {"policy", "inline-policy"}:
            yield from graph.holders(key)


class _Trusted(NamedTuple):
    """Whom the Allow statements of a trust policy may let in, services and providers apart."""

    accounts: frozenset[str]
    """Trusted on their word: their principals need a permission of their own."""
    names: frozenset[str]
    """ARNs and unique ids."""
    anyone: bool

    def __bool__(self) -> bool:
        return self.anyone or bool(self.accounts or self.names)

    def names_one(self, entity: User | Role) -> bool:
        """Whether a principal is trusted itself."""
        return self.anyone or _pathless(entity.arn) in self.names or entity.id in self.names


@lru_cache(maxsize=16_384)
def _trusted(document: Document) -> _Trusted:
    accounts: set[str] = set()
    names: set[str] = set()
    anyone = False
    for statement in document.compiled.statements(SHORT_ARNS[LayerKind.RESOURCE]):
        element = statement.principal
        if statement.deny or element is None:
            continue
        anyone = anyone or element.negated or element.everyone
        for value in element.aws:
            arn = Arn.parse(value)
            if arn is None and value.isdigit():
                accounts.add(value)
            elif arn is not None and arn.resource == "root":
                accounts.add(arn.account)
            else:
                names.add(_pathless(value))
    return _Trusted(frozenset(accounts), frozenset(names), anyone)


def _pathless(arn: str) -> str:
    """Return a role's ARN without the path, which a trust policy may leave out (E13)."""
    head, role, name = arn.partition(":role/")
    return f"{head}{role}{name.rpartition('/')[2]}"


def _within_reach(account: Account, principal: str) -> Iterator[Assumption]:
    entity = account.users.get(principal) or account.roles.get(principal)
    if entity is None:
        return
    is_asker = _is_asker(account, entity)
    prober = Prober(account, principal)
    decisions = AssumeDecisions(prober)
    for trust, roles in prober.surroundings.roles_by_trust_for(prober.caller).items():
        if is_asker or _trusted(trust).names_one(entity):
            for role in roles:
                label = decisions.label(role, trust) if role != principal else None
                if label is not None:
                    yield Assumption(principal, role, label)


def _is_asker(account: Account, entity: User | Role) -> bool:
    """Whether a principal has a policy with which roles may be assumed, through a group too."""
    names = entity.groups if isinstance(entity, User) else ()
    groups = (account.groups.get(account.group_arns.get(name, "")) for name in names)
    return _may_ask(account, entity) or any(
        _may_ask(account, group) for group in groups if group is not None
    )


def _may_ask(account: Account, entity: User | Role | Group) -> bool:
    """Whether a policy that an identity has itself says that roles may be assumed."""
    if any(_allows_asking(document) for document in entity.inline_policies.values()):
        return True
    policies = (account.policy(arn) for arn in entity.policies)
    return any(_allows_asking(policy.document) for policy in policies if policy is not None)


@lru_cache(maxsize=16_384)
def _allows_asking(document: Document) -> bool:
    return bool(masks_of(document).allowed("sts") & catalog.match(ASSUME_ROLE)["sts"])
