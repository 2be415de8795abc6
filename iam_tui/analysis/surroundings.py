"""What surrounds the identities of an account: the resources and roles whose policies name them.

A principal's answers follow from its own layers and from these. They are indexed once for each
version of the account's resources and roles, which an edit of memberships leaves as they are.
"""

from __future__ import annotations

from collections import deque
from functools import cached_property, lru_cache
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from iam_tui.account.context import owner_of, resource_context
from iam_tui.account.layers import resource_attachment
from iam_tui.analysis.masks import masks_of
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from iam_tui.account import Account, Organization, Policy, Resource, Role, User
    from iam_tui.policy.documents import Document
    from iam_tui.policy.principals import Caller, PrincipalElement
    from iam_tui.policy.statements import Statement

ANYONE = "*"
_NOT_LISTED = "not listed"


class Owned(NamedTuple):
    """A resource of the account file with the policy that is attached to it."""

    arn: str
    document: Document
    is_role: bool

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Its policy's statements, compiled."""
        return self.document.compiled.statements(SHORT_ARNS[LayerKind.RESOURCE])


class About(NamedTuple):
    """What the account file knows of one resource."""

    owner: str | None
    is_own: bool
    """Whether the account, or nobody who is known, owns it."""
    document: Document | None
    """Its policy; for a role not its trust policy."""
    is_role: bool
    trust: Document | None
    has_keys: bool
    """Whether condition keys follow from it."""


class Surroundings:
    """The resources and roles of one version of an account."""

    def __init__(
        self,
        resources: dict[str, Resource],
        roles: dict[str, Role],
        users: dict[str, User],
        policies: dict[str, Policy],
        organization: Organization | None,
    ) -> None:
        """Take the parts of an account that matter; nothing is computed yet."""
        self._resources, self._roles = resources, roles
        self._users, self._policies = users, policies
        self._organization = organization
        self._about: dict[str, About] = {}

    def is_of(self, account: Account) -> bool:
        """Whether an account has the very same surroundings."""
        return (
            account.resources is self._resources
            and account.roles is self._roles
            and account.users is self._users
            and account.policies is self._policies
            and account.organization is self._organization
        )

    @cached_property
    def resource_number(self) -> int:
        """A number that equal resources share, whatever account value they are in."""
        return _RESOURCES.number(self._resources)

    @cached_property
    def trust_number(self) -> int:
        """A number that equal trust policies share."""
        return _TRUST.number(self._roles)

    @cached_property
    def tags_number(self) -> tuple[int, int, int]:
        """Numbers that equal tags of users, roles and policies share."""
        parts: tuple[Mapping[str, Any], ...] = (self._users, self._roles, self._policies)
        first, second, third = (_TAGS.number(part) for part in parts)
        return first, second, third

    @cached_property
    def owned(self) -> tuple[Owned, ...]:
        """The resources that have a policy."""
        return tuple(
            Owned(arn, resource.policy, is_role=False)
            for arn, resource in self._resources.items()
            if resource.policy is not None
        )

    @cached_property
    def _roles_by_trust(self) -> dict[Document, list[str]]:
        found: dict[Document, list[str]] = {}
        for arn, role in self._roles.items():
            if role.trust_policy is not None:
                found.setdefault(role.trust_policy, []).append(arn)
        return found

    def resources_for(self, service: str) -> list[Owned]:
        """Return the resources with a policy that says something of a service's actions."""
        return [owned for owned in self.owned if masks_of(owned.document).of(service)]

    def roles_for(self, caller: Caller) -> list[Owned]:
        """Return the roles whose trust policy has an Allow that may reach a caller."""
        return [
            Owned(arn, document, is_role=True)
            for document, roles in self.roles_by_trust_for(caller).items()
            for arn in roles
        ]

    def roles_by_trust_for(self, caller: Caller) -> dict[Document, list[str]]:
        """Return the trust policies with an Allow that may reach a caller, each with its roles."""
        documents = dict.fromkeys(
            document for name in _names_of(caller) for document in self._trusts.get(name, ())
        )
        return {document: self._roles_by_trust[document] for document in documents}

    @cached_property
    def _trusts(self) -> dict[str, list[Document]]:
        """Mark of a principal -> the trust policies that name it."""
        found: dict[str, list[Document]] = {}
        for document in self._roles_by_trust:
            for mark in _trusted(document):
                found.setdefault(mark, []).append(document)
        return found

    def about(self, account: Account, resource: str) -> About:
        """Return what is known of a resource, kept for the ones asked about last."""
        found = self._about.get(resource)
        if found is None:
            if len(self._about) >= _MOST_ABOUT:
                self._about.clear()
            found = self._about[resource] = _about(account, resource)
        return found

    @cached_property
    def has_foreign_resources(self) -> bool:
        """Whether the file has a resource that another account owns although its ARN is silent."""
        return any(resource.account is not None for resource in self._resources.values())

    def services_of_resources(self) -> frozenset[str]:
        """Return the services that policies of resources may allow something in."""
        found: set[str] = set()
        for owned in self.owned:
            found |= masks_of(owned.document).services(allows_only=True)
        return frozenset(found)


def _about(account: Account, resource: str) -> About:
    owner = owner_of(account, resource)
    is_own = owner in (None, account.id)
    attached = resource_attachment(account, "", resource)
    role = account.roles.get(resource)
    return About(
        owner,
        is_own,
        None if attached is None else attached.document,
        role is not None,
        None if role is None else role.trust_policy,
        bool(resource_context(account, "iam:", resource)),
    )


class _Numbers:
    """Numbers contents: equal content, equal number; one that was asked for lately by identity."""

    def __init__(self, content: Callable[[Any], Hashable]) -> None:
        self._content = content
        self._numbers: dict[Hashable, int] = {}
        self._recent: deque[tuple[object, int]] = deque(maxlen=8)
        self._lock = Lock()

    def number(self, entities: Mapping[str, Any]) -> int:
        """Return the number of a content."""
        with self._lock:
            for known, number in self._recent:
                if known is entities:
                    return number
            if len(self._numbers) >= _MOST_NUMBERS:
                self._numbers.clear()
            found = self._numbers.setdefault(self._content(entities), next(_COUNTER))
            self._recent.append((entities, found))
            return found


_COUNTER = count()
_MOST_NUMBERS = 64
_MOST_ABOUT = 50_000


def _trust_content(roles: Mapping[str, Role]) -> Hashable:
    """Documents stand by their text, whose hash is kept by the interpreter."""
    return tuple([(arn, r.trust_policy and r.trust_policy.text) for arn, r in roles.items()])


def _tags_content(entities: Mapping[str, User | Role | Policy]) -> Hashable:
    return tuple([(arn, tuple(e.tags.items())) for arn, e in entities.items() if e.tags])


def _resources_content(resources: Mapping[str, Resource]) -> Hashable:
    return tuple(
        [(arn, r.policy, r.account, tuple(r.tags.items())) for arn, r in resources.items()]
    )


_RESOURCES = _Numbers(_resources_content)
_TRUST = _Numbers(_trust_content)
_TAGS = _Numbers(_tags_content)

_RECENT: deque[Surroundings] = deque(maxlen=6)


def surroundings(account: Account) -> Surroundings:
    """Return what surrounds the identities of an account, kept for the versions seen last."""
    for known in tuple(_RECENT):
        if known.is_of(account):
            return known
    made = Surroundings(
        account.resources,
        account.roles,
        account.users,
        account.policies,
        account.organization,
    )
    _RECENT.append(made)
    return made


@lru_cache(maxsize=20_000)
def _trusted(document: Document) -> frozenset[str]:
    """Return marks of whom the Allow statements of a trust policy may reach."""
    marks: set[str] = set()
    for statement in document.compiled.statements(SHORT_ARNS[LayerKind.RESOURCE]):
        if not statement.deny and statement.principal is not None:
            marks |= _marks(statement.principal)
    return frozenset(marks)


def _marks(element: PrincipalElement) -> set[str]:
    if element.negated:
        return {_NOT_LISTED}
    if element.everyone:
        return {ANYONE}
    marks = {_mark(value) for value in element.aws}
    return marks | set(element.services) | set(element.federated)


def _mark(value: str) -> str:
    """Return one mark for all the ways to write the same principal (G18, E13)."""
    if value.endswith(":root"):
        return value.split(":")[4] if value.count(":") == 5 else value
    head, slash, path = value.partition(":role/")
    return f"{head}{slash}{path.rsplit('/', 1)[-1]}" if slash else value


def _names_of(caller: Caller) -> set[str]:
    principal = caller.principal
    names = {ANYONE, _NOT_LISTED, _mark(principal.text)}
    if principal.account is not None:
        names.add(principal.account)
    if caller.user_id is not None:
        names.add(caller.user_id.partition(":")[0])
    if principal.role is not None:
        names.add(f"arn:{principal.partition}:iam::{principal.account}:role/{principal.role}")
    return names
