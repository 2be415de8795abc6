"""The account file: from an `Account` to TOML text that reads back as the same account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from iam_tui.account import Account
from iam_tui.account import entities as made
from iam_tui.account.arns import friendly_name, iam_arn, path_of
from iam_tui.catalog.managed_policies import managed_policy_arn
from iam_tui.formats.saving import write_atomically
from iam_tui.formats.toml_values import document_pair, pair
from iam_tui.policy.documents import Document

Fields = dict[str, object]


def save(account: Account, path: str | Path) -> None:
    """Write an account as TOML, whole or not at all.

    Raises:
        AccountFileError: When it cannot be written; then nothing has changed.
    """
    write_atomically(Path(path), dumps_toml(account))


def dumps_toml(account: Account) -> str:
    """Return an account as TOML; `load` reads it back as an equal account."""
    return "\n".join(_Writer(account).lines()) + "\n"


class _Writer:
    """Turns entities into tables, ARNs into names where a name is unambiguous."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.arns: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for of_aws in (False, True):
            for policy in account.policies.values():
                if policy.is_aws_managed is of_aws:
                    self.arns.setdefault(policy.name, policy.arn)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file, entities in their order."""
        account = self.account
        yield from _comment(account.comment)
        yield "format = 1"
        yield from _account(account)
        if account.root is not None:
            yield from _table("[root]", _given(account.root, "arn"))
        for group in account.groups.values():
            yield from _table("[[groups]]", self._holder(group), inline=group.inline_policies)
        for user in account.users.values():
            yield from _table("[[users]]", self._holder(user), inline=user.inline_policies)
        for role in account.roles.values():
            yield from self._role(role)
        for policy in account.policies.values():
            yield from self._policy(policy)
        for provider in account.identity_providers.values():
            yield from _table("[[identity_providers]]", self._provider(provider))
        for resource in account.resources.values():
            document = {} if resource.policy is None else {"policy": resource.policy}
            yield from _table("[[resources]]", _given(resource, "policy"), document)
        if account.organization is not None:
            yield from _organization(account.organization)
        for assertion in account.assertions:
            yield from _table("[[assertions]]", _given(assertion))
        for suppression in account.suppressions:
            yield from _table("[[suppressions]]", _given(suppression))

    def _place(
        self,
        kind: str,
        entity: made.User | made.Group | made.Role | made.Policy | made.InstanceProfile,
    ) -> Fields:
        """Return the path and the ARN as far as the name alone does not tell them."""
        account = self.account
        computed = iam_arn(
            account.id, kind, entity.name, path=entity.path, partition=account.partition
        )
        fields: Fields = {}
        told = "/"
        if entity.arn != computed:
            fields["arn"] = entity.arn
            told = path_of(entity.arn)
        if entity.path != told:
            fields["path"] = entity.path
        return fields

    def _holder(self, entity: made.User | made.Group | made.Role) -> Fields:
        """Return the fields of an identity, its documents left out."""
        skipped = ("arn", "path", "inline_policies", "trust_policy", "instance_profiles")
        fields = _given(entity, *skipped)
        fields = {"name": fields.pop("name"), **self._place(entity.kind, entity), **fields}
        if entity.policies:
            fields["policies"] = [self._policy_name(arn) for arn in entity.policies]
        boundary = None if isinstance(entity, made.Group) else entity.permissions_boundary
        if boundary is not None:
            fields["permissions_boundary"] = self._policy_name(boundary)
        if isinstance(entity, made.User) and entity.console is not None:
            fields["console"] = _given(entity.console)
        return fields

    def _policy_name(self, arn: str) -> str:
        """Return the name of a policy, or its ARN where the name would mean another one."""
        found = self.names.get(arn)
        if found is None:
            own = self.account.policies.get(arn)
            name = own.name if own is not None else friendly_name(arn)
            is_name = not name.startswith("arn:") and self._meant_by(name) == arn
            found = self.names[arn] = name if is_name else arn
        return found

    def _meant_by(self, name: str) -> str | None:
        known = self.arns.get(name)
        if known is not None:
            return known
        arn = managed_policy_arn(name)
        return arn and arn.replace("arn:aws:", f"arn:{self.account.partition}:", 1)

    def _role(self, role: made.Role) -> Iterator[str]:
        fields = self._holder(role)
        if role.instance_profiles:
            fields["instance_profiles"] = [self._profile(p) for p in role.instance_profiles]
        trust = {} if role.trust_policy is None else {"trust_policy": role.trust_policy}
        yield from _table("[[roles]]", fields, trust, inline=role.inline_policies)

    def _profile(self, profile: made.InstanceProfile) -> object:
        place = self._place("instance-profile", profile)
        fields = {"name": profile.name, **place, **_given(profile, "name", "arn", "path")}
        return profile.name if len(fields) == 1 else fields

    def _policy(self, policy: made.Policy) -> Iterator[str]:
        fields = _given(policy, "arn", "path", "versions", "default_version")
        fields = {"name": fields.pop("name"), **self._place("policy", policy), **fields}
        first = policy.versions[0]
        alone = len(policy.versions) == 1 and first.created is None
        if alone and policy.default_version == first.id:
            if first.id != "v1":
                fields["default_version"] = first.id
            yield from _table("[[policies]]", fields, {"document": first.document})
            return
        if policy.default_version != first.id:
            fields["default_version"] = policy.default_version
        yield from _table("[[policies]]", fields)
        for version in policy.versions:
            document = {"document": version.document}
            yield from _table("[[policies.versions]]", _given(version, "document"), document)

    def _provider(self, provider: made.IdentityProvider) -> Fields:
        account = self.account
        computed = (
            f"arn:{account.partition}:iam::{account.id}:{provider.type}-provider/{provider.name}"
        )
        skipped = ("arn",) if provider.arn == computed else ()
        return _given(provider, *skipped)


def _comment(comment: str) -> Iterator[str]:
    if comment:
        yield from (f"# {line}" if line else "#" for line in comment.split("\n"))
        yield ""


def _account(account: Account) -> Iterator[str]:
    fields: Fields = {"id": account.id}
    if account.partition != "aws":
        fields["partition"] = account.partition
    fields |= {"alias": account.alias, "description": account.description}
    yield from _table("[account]", {name: v for name, v in fields.items() if v is not None})
    if account.known_accounts:
        yield from _table("[account.known_accounts]", dict(account.known_accounts))
    if account.password_policy is not None:
        fields = msgspec.structs.asdict(account.password_policy)
        known = {name: v for name, v in fields.items() if v is not None}
        yield from _table("[account.password_policy]", known)


def _organization(organization: made.Organization) -> Iterator[str]:
    yield from _table("[organization]", _given(organization, "policies", "levels"))
    for policy in organization.policies:
        document = {"document": policy.document}
        yield from _table("[[organization.policies]]", _given(policy, "document"), document)
    for level in organization.levels:
        yield from _table("[[organization.levels]]", _given(level))


def _table(
    header: str,
    fields: Fields,
    documents: Mapping[str, Document] | None = None,
    *,
    inline: Mapping[str, Document] | None = None,
) -> Iterator[str]:
    """Yield a table: its short fields, its documents, then what needs tables of its own."""
    name = header.strip("[]")
    yield ""
    yield header
    long: dict[str, Fields] = {}
    for field, given in fields.items():
        line = pair(field, given)
        if isinstance(given, dict) and len(line) > _LONGEST:
            long[field] = given
        else:
            yield line
    for field, document in (documents or {}).items():
        yield document_pair(field, document)
    for field, table in long.items():
        yield f"[{name}.{field}]"
        yield from (pair(inner, given) for inner, given in table.items())
    if inline:
        yield ""
        yield f"[{name}.inline_policies]"
        yield from (document_pair(inner, document) for inner, document in inline.items())


_LONGEST = 100
"""Characters of a line beyond which an inline table gets a header of its own."""


@lru_cache(maxsize=64)
def _defaults(kind: type[msgspec.Struct]) -> dict[str, object]:
    """Return the fields of a struct with their defaults."""
    return {
        field.name: field.default_factory()
        if field.default_factory is not msgspec.NODEFAULT
        else field.default
        for field in msgspec.structs.fields(kind)
    }


def _given(struct: msgspec.Struct, *skipped: str) -> Fields:
    """Return the fields of a value that are not as they are by default."""
    found: Fields = {}
    for name, default in _defaults(type(struct)).items():
        given = getattr(struct, name)
        if name not in skipped and given != default and given is not None:
            found[name] = _plain(given)
    return found


def _plain(value: object) -> object:
    if isinstance(value, msgspec.Struct):
        return _given(value)
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value
