"""The account: one immutable value that everything else reads.

An edit gives a new `Account` that shares all it did not touch, so undo, "before your edits",
diffs and worker threads need no locks and no copies. Entities are kept by ARN in the order of
the file.
"""

from __future__ import annotations

from functools import cached_property

import msgspec

from iam_tui.account.arns import root_arn
from iam_tui.account.entities import (
    Assertion,
    Entity,
    Group,
    Identity,
    IdentityProvider,
    Organization,
    PasswordPolicy,
    Policy,
    Resource,
    Role,
    Root,
    Suppression,
    User,
)
from iam_tui.errors import UnknownName, nearest

_FIELDS = {"user": "users", "group": "groups", "role": "roles", "policy": "policies"}
"""Kind of an entity -> the field of the account that holds it."""


class Account(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """An AWS account's identities, policies and what surrounds them.

    `==` compares content. The mappings are never changed once the value is made; `with_` copies
    the ones it replaces.
    """

    id: str
    """The 12 digits."""
    partition: str = "aws"
    alias: str | None = None
    description: str | None = None
    comment: str = ""
    """The comment block at the head of the file, without the `#`."""
    root: Root | None = None
    """None: the file does not have the root user's credentials; the root user exists anyway."""
    users: dict[str, User] = {}
    groups: dict[str, Group] = {}
    roles: dict[str, Role] = {}
    policies: dict[str, Policy] = {}
    """Customer managed policies, and AWS managed ones whose documents the file holds."""
    identity_providers: dict[str, IdentityProvider] = {}
    resources: dict[str, Resource] = {}
    organization: Organization | None = None
    """None: the file does not say whether the account is in one."""
    password_policy: PasswordPolicy | None = None
    known_accounts: dict[str, str] = {}
    """Account id -> what it is called."""
    assertions: tuple[Assertion, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    def with_(self, **changes: object) -> Account:
        """Return a new account that differs only in the given fields."""
        return msgspec.structs.replace(self, **changes)

    def with_entity(self, entity: User | Group | Role | Policy) -> Account:
        """Return a new account in which an entity stands in the place of that with its ARN.

        One that the account does not have yet is added at the end. The indexes of names are
        shared with this account as long as they hold, so that an edit does not make them anew.
        """
        field = _FIELDS[entity.kind]
        entities: dict[str, Entity] = getattr(self, field)
        changed = self.with_(**{field: {**entities, entity.arn: entity}})
        former = entities.get(entity.arn)
        if former is not None and former.name == entity.name:
            kept = ["root_user", "group_arns", "_by_reference"]
            if not isinstance(former, User) or former.groups == getattr(entity, "groups", ()):
                kept.append("members")
            made = self.__dict__
            changed.__dict__.update({name: made[name] for name in kept if name in made})
        return changed

    def without_entity(self, arn: str) -> Account:
        """Return a new account that lacks a user, group, role or policy."""
        for field in _FIELDS.values():
            entities: dict[str, Entity] = getattr(self, field)
            if arn in entities:
                return self.with_(**{field: {key: entities[key] for key in entities if key != arn}})
        return self

    @cached_property
    def root_user(self) -> Root:
        """The root user, with unknown credentials where the file does not have them."""
        return self.root or Root(arn=root_arn(self.id, partition=self.partition))

    @cached_property
    def group_arns(self) -> dict[str, str]:
        """Name of a group -> its ARN."""
        return {group.name: arn for arn, group in self.groups.items()}

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """ARN of a group -> ARNs of its users, in the order of the file."""
        found: dict[str, list[str]] = {arn: [] for arn in self.groups}
        for user_arn, user in self.users.items():
            for name in user.groups:
                group_arn = self.group_arns.get(name)
                if group_arn is not None:
                    found[group_arn].append(user_arn)
        return {arn: tuple(users) for arn, users in found.items()}

    @cached_property
    def _by_reference(self) -> dict[str, str]:
        """Every short reference (`user/alice`, `policy/X`) -> ARN; the first of a name wins."""
        found = {"root": self.root_user.arn}
        for entities in (self.users, self.groups, self.roles, self.policies):
            for arn, entity in entities.items():
                found.setdefault(f"{entity.kind}/{entity.name}", arn)
        return found

    def entity(self, arn: str) -> Entity | None:
        """Return the root user, user, group, role or policy with this ARN.

        A policy that AWS manages is found although the file lacks its document, as long as the
        catalogue knows it.
        """
        if arn == self.root_user.arn:
            return self.root_user
        return (
            self.users.get(arn) or self.groups.get(arn) or self.roles.get(arn) or self.policy(arn)
        )

    def identity(self, arn: str) -> Identity | None:
        """Return the root user, user, group or role with this ARN."""
        found = self.entity(arn)
        return None if isinstance(found, Policy) else found

    def policy(self, arn: str) -> Policy | None:
        """Return a managed policy: the file's, else AWS's as the catalogue knows it, else None.

        None means *document not known*; it must never be taken for an empty policy.
        """
        return self.policies.get(arn) or _from_catalogue(arn)

    def resolve(self, reference: str) -> str:
        """Return the ARN that a reference names.

        Args:
            reference: An ARN, `root`, `user/alice`, `group/Admins`, `role/Deploy`, `policy/X`,
                or a path form of these (`role/team/Deploy`).

        Raises:
            UnknownName: When there is none; with the nearest ones.
        """
        if reference.startswith("arn:"):
            if self.entity(reference) is not None:
                return reference
        else:
            found = self._by_reference.get(reference) or self._with_path(reference)
            if found is not None:
                return found
        kind = reference.partition("/")[0]
        known = "principal" if kind not in {"group", "policy"} else kind
        raise UnknownName(reference, known, self.nearest_references(reference))

    def nearest_references(self, reference: str) -> tuple[str, ...]:
        """Return the references closest to a mistyped one: `user/alice` for `alice`, `usr/alice`.

        Compared by the name alone, inside the kind where that is right.
        """
        kind, _, name = reference.rpartition("/")
        own = [known for known in self._by_reference if known.partition("/")[0] == kind]
        by_name: dict[str, list[str]] = {}
        for known in own or self._by_reference:
            by_name.setdefault(known.rpartition("/")[2], []).append(known)
        close = nearest(name, by_name)
        return tuple(found for short in close for found in by_name[short])

    def _with_path(self, reference: str) -> str | None:
        kind, _, rest = reference.partition("/")
        if kind not in {"user", "group", "role", "policy"}:
            return None
        arn = f"arn:{self.partition}:iam::{self.id}:{kind}/{rest}"
        return arn if self.entity(arn) is not None else None

    def resolve_policy(self, reference: str) -> str:
        """Return the ARN of a managed policy given by name or ARN, the account's before AWS's.

        Raises:
            UnknownName: When neither the account nor the catalogue has it.
        """
        if reference.startswith("arn:"):
            if reference in self.policies or ":iam::aws:policy/" in reference:
                return reference
        else:
            from iam_tui.catalog.managed_policies import managed_policy_arn

            own = self._by_reference.get(f"policy/{reference.removeprefix('policy/')}")
            if own is not None:
                return own
            found = managed_policy_arn(reference)
            if found is not None:
                return found.replace("arn:aws:", f"arn:{self.partition}:", 1)
        from iam_tui.catalog.managed_policies import managed_policy_names

        names = [policy.name for policy in self.policies.values()]
        raise UnknownName(
            reference, "policy", nearest(reference, [*names, *managed_policy_names()])
        )

    def reference(self, arn: str) -> str:
        """Return the short reference of an entity of this account, else the ARN itself."""
        if arn == self.root_user.arn:
            return "root"
        found = self.users.get(arn) or self.groups.get(arn) or self.roles.get(arn)
        if found is None:
            own = self.policies.get(arn)
            return f"policy/{own.name}" if own is not None else arn
        short = f"{found.kind}/{found.name}"
        return short if self._by_reference.get(short) == arn else arn


def _from_catalogue(arn: str) -> Policy | None:
    """Make the entity of a policy that AWS manages from what the catalogue ships."""
    if ":iam::aws:policy/" not in arn:
        return None
    from iam_tui.account.aws_managed import aws_managed_policy

    return aws_managed_policy(arn)
