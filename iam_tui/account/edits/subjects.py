"""What the references in edits name, and what may be done to it at all.

Every refusal that several edits share is here: names that do not exist, the root user, roles that
AWS owns.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from iam_tui.account.arns import friendly_name
from iam_tui.account.entities import Group, Policy, Role, Root, User
from iam_tui.errors import EditError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account.account import Account
    from iam_tui.account.entities import Entity

Holder = User | Group | Role
"""What policies can be attached to."""

_OWNED_BY_AWS = ("/aws-service-role/", "/aws-reserved/")
"""Paths of service-linked roles and of those that IAM Identity Center keeps."""


def holder(account: Account, reference: str) -> Holder:
    """Return the user, group or role of a reference, fit to be changed.

    Raises:
        EditError: `NoSuchEntity`, `InvalidInput` for the root user or a policy, and
            `UnmodifiableEntity` for a role that AWS owns.
    """
    entity = _entity(account, reference)
    if isinstance(entity, Root):
        message = (
            "the root user has complete access already: policies cannot be attached to it "
            "and it can be in no group"
        )
        raise EditError("InvalidInput", message)
    if isinstance(entity, Policy):
        message = f"{reference} is a policy; expected a user, group or role"
        raise EditError("InvalidInput", message)
    if isinstance(entity, Role):
        _refuse_roles_of_aws(entity)
    return entity


def user(account: Account, reference: str) -> User:
    """Return the user of a reference (`user/alice`, `alice`, an ARN).

    Raises:
        EditError: `NoSuchEntity`, or `InvalidInput` when it is no user.
    """
    entity = _entity(account, _with_kind(reference, "user"))
    if not isinstance(entity, User):
        raise EditError("InvalidInput", f"{reference} is a {entity.kind}, not a user")
    return entity


def group(account: Account, reference: str) -> Group:
    """Return the group of a reference (`group/Admins`, `Admins`, an ARN).

    Raises:
        EditError: `NoSuchEntity`, or `InvalidInput` when it is no group.
    """
    entity = _entity(account, _with_kind(reference, "group"))
    if not isinstance(entity, Group):
        raise EditError("InvalidInput", f"{reference} is a {entity.kind}, not a group")
    return entity


def role(account: Account, reference: str) -> Role:
    """Return the role of a reference (`role/Deploy`, `Deploy`, an ARN), fit to be changed.

    Raises:
        EditError: `NoSuchEntity`, `InvalidInput` when it is no role, or `UnmodifiableEntity`.
    """
    entity = _entity(account, _with_kind(reference, "role"))
    if not isinstance(entity, Role):
        raise EditError("InvalidInput", f"{reference} is a {entity.kind}, not a role")
    _refuse_roles_of_aws(entity)
    return entity


def policy_arn(account: Account, reference: str) -> str:
    """Return the ARN of a managed policy given by name or ARN; its document need not be known.

    Raises:
        EditError: `NoSuchEntity`.
    """
    try:
        return account.resolve_policy(reference)
    except UnknownName as error:
        raise EditError("NoSuchEntity", str(error)) from None


def own_policy(account: Account, reference: str) -> Policy:
    """Return a customer managed policy of the account.

    Raises:
        EditError: `NoSuchEntity`, or `UnmodifiableEntity` for a policy that AWS manages.
    """
    arn = policy_arn(account, reference)
    found = account.policies.get(arn)
    if found is None or found.is_aws_managed:
        message = f"{friendly_name(arn)} is managed by AWS; only AWS can change it"
        raise EditError("UnmodifiableEntity", message)
    return found


def policy_reference(account: Account, arn: str) -> str:
    """Return the name of a managed policy where that is enough to find it, else its ARN."""
    name = friendly_name(arn)
    try:
        return name if account.resolve_policy(name) == arn else arn
    except UnknownName:
        return arn


def holders(account: Account) -> Iterator[Holder]:
    """Yield every user, group and role: all that a policy can be attached to."""
    yield from account.users.values()
    yield from account.groups.values()
    yield from account.roles.values()


def bounded(account: Account, boundary: str) -> Iterator[User | Role]:
    """Return every user and role that has a policy as its permissions boundary."""
    able: Iterator[User | Role] = chain(account.users.values(), account.roles.values())
    return (entity for entity in able if entity.permissions_boundary == boundary)


def short_name(reference: str) -> str:
    """Return the name in a reference, for titles."""
    return friendly_name(reference)


def _entity(account: Account, reference: str) -> Entity:
    try:
        arn = account.resolve(reference)
    except UnknownName as error:
        raise EditError("NoSuchEntity", str(error)) from None
    found = account.entity(arn)
    if found is None:
        raise EditError("NoSuchEntity", f"no {reference} in this account")
    return found


def _with_kind(reference: str, kind: str) -> str:
    is_name = "/" not in reference and not reference.startswith("arn:")
    return f"{kind}/{reference}" if is_name and reference != "root" else reference


def _refuse_roles_of_aws(entity: Role) -> None:
    if entity.path.startswith(_OWNED_BY_AWS):
        message = f"AWS owns the role {entity.name}; only AWS can change it"
        raise EditError("UnmodifiableEntity", message)
