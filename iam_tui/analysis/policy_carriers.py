"""Every policy of an account, and how many principals carry each."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.account.arns import inline_key, split_inline_key
from iam_tui.account.layers import KNOWN_CONTROL_POLICIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.policy.documents import Document

PolicyKind = Literal["managed", "inline", "trust", "resource", "SCP", "RCP"]
_NOWHERE = "organization/#"
"""How the keys of SCPs and RCPs begin that no level above the account has."""


def every_policy(account: Account) -> Iterator[tuple[str, PolicyKind, Document | None]]:
    """Yield every policy: its key, what it is, and its document where it is known.

    Managed policies are those of the file and those that somebody carries; the key of a trust
    policy is the role's ARN, that of a resource's policy the resource's. SCPs and RCPs come once
    for each level that they are attached to.
    """
    carried = _carried_arns(account)
    for arn in dict.fromkeys([*account.policies, *carried]):
        policy = account.policy(arn)
        yield arn, "managed", None if policy is None else policy.document
    for owners in (account.groups, account.users, account.roles):
        for arn, owner in owners.items():
            for name, document in owner.inline_policies.items():
                yield inline_key(arn, name), "inline", document
    for arn, role in account.roles.items():
        if role.trust_policy is not None:
            yield arn, "trust", role.trust_policy
    for arn, resource in account.resources.items():
        if resource.policy is not None:
            yield arn, "resource", resource.policy
    yield from _control_policies(account)


def _carried_arns(account: Account) -> Iterator[str]:
    for group in account.groups.values():
        yield from group.policies
    for user in account.users.values():
        yield from user.policies
        if user.permissions_boundary is not None:
            yield user.permissions_boundary
    for role in account.roles.values():
        yield from role.policies
        if role.permissions_boundary is not None:
            yield role.permissions_boundary


def _control_policies(account: Account) -> Iterator[tuple[str, PolicyKind, Document | None]]:
    organization = account.organization
    if organization is None:
        return
    attached: set[str] = set()
    for kind in ("SCP", "RCP"):
        documents = dict(KNOWN_CONTROL_POLICIES)
        documents |= {one.name: one.document for one in organization.policies if one.type == kind}
        for level in organization.levels:
            is_scp = kind == "SCP"
            names = level.service_control_policies if is_scp else level.resource_control_policies
            attached.update(names)
            for name in names:
                yield f"organization/{level.name}#{name}", _control(kind), documents.get(name)
    for policy in organization.policies:
        if policy.name not in attached:
            yield f"{_NOWHERE}{policy.name}", _control(policy.type), policy.document


def _control(kind: str) -> PolicyKind:
    return "SCP" if kind == "SCP" else "RCP"


class Carried(NamedTuple):
    """How many principals a policy reaches."""

    principals: int
    """Users, those of groups included, and roles that have it as a policy."""
    bounded: int
    """Those whom it limits as permissions boundary."""


class Carriers:
    """Who carries the policies of an account; counted when first asked for."""

    def __init__(self, account: Account) -> None:
        """Look at an account."""
        self._account = account
        self._known: dict[tuple[str, PolicyKind], Carried] = {}

    def of(self, policy: str, kind: PolicyKind) -> Carried:
        """Return how many principals a policy reaches; the two as `every_policy` gives them."""
        known = self._known.get((policy, kind))
        if known is None:
            known = self._known[policy, kind] = self._count(policy, kind)
        return known

    def _count(self, policy: str, kind: PolicyKind) -> Carried:
        account = self._account
        if kind == "managed":
            return self._of_managed(policy)
        inline = split_inline_key(policy)
        if inline is not None:
            return Carried(len(self._reached(inline[0])), 0)
        if kind == "trust":
            return Carried(1, 0)
        if kind == "SCP" and not policy.startswith(_NOWHERE):
            roles = sum(not role.is_service_linked for role in account.roles.values())
            return Carried(1 + len(account.users) + roles, 0)
        return Carried(0, 0)

    def _of_managed(self, arn: str) -> Carried:
        reached: set[str] = set()
        for owner_arn in self._carrying.get(arn, ()):
            reached.update(self._reached(owner_arn))
        return Carried(len(reached), self._bounded[arn])

    @cached_property
    def _carrying(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for owners in (self._account.groups, self._account.users, self._account.roles):
            for owner_arn, owner in owners.items():
                for policy in owner.policies:
                    found.setdefault(policy, []).append(owner_arn)
        return found

    @cached_property
    def _bounded(self) -> Counter[str]:
        account = self._account
        arns = [user.permissions_boundary for user in account.users.values()]
        arns += [role.permissions_boundary for role in account.roles.values()]
        return Counter(arn for arn in arns if arn is not None)

    def _reached(self, owner: str) -> tuple[str, ...]:
        if owner in self._account.groups:
            return self._account.members.get(owner, ())
        return (owner,)
