"""The account file: from TOML text to an `Account`, names resolved to ARNs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypedDict, TypeVar

from iam_tui.account import Account
from iam_tui.account import entities as made
from iam_tui.account.arns import Arn, iam_arn, path_of
from iam_tui.catalog.managed_policies import managed_policy_arn, managed_policy_names
from iam_tui.formats import stages, tables, toml_parts
from iam_tui.formats.toml_documents import document_of, documents_of
from iam_tui.formats.toml_lines import head_comment
from iam_tui.formats.toml_shape import Source, decode, parse

E = TypeVar("E", made.User, made.Group, made.Role, made.Policy)
TableT = TypeVar("TableT", bound=tables.EntityTable)


class _Common(TypedDict):
    """The fields that all entities share, as arguments."""

    arn: str
    name: str
    path: str
    id: str | None
    created: made.Date | None
    description: str | None
    tags: dict[str, str]


def load_toml(text: str) -> Account:
    """Return the account that a TOML text describes.

    Raises:
        AccountFileError: With line and key, what was expected and the nearest right value.
    """
    source = Source(text)
    stages.at(f"reading {len(text) / 1e6:.1f} MB of TOML")
    parsed = parse(text)
    stages.at("looking at the shape")
    file = decode(parsed, tables.AccountFile, source)
    return _Reader(file, source).account(head_comment(text))


def from_mapping(value: Mapping[str, object]) -> Account:
    """Return the account of a mapping in the grammar of the account file.

    Raises:
        AccountFileError: With the key, as for a file.
    """
    file = decode({"format": 1, **value}, tables.AccountFile, Source())
    return _Reader(file, Source()).account("")


class _Reader:
    """Turns the tables of one file into entities, names into ARNs."""

    def __init__(self, file: tables.AccountFile, source: Source) -> None:
        self.file = file
        self.source = source
        self.id = file.account.id
        self.partition = file.account.partition
        self.group_names = {group.name for group in file.groups}
        self.own_policies: dict[str, str] = {}
        self.kept_policies: dict[str, str] = {}

    def account(self, comment: str) -> Account:
        """Return the whole account."""
        file, own = self.file, self.file.account
        policies = self._policies()
        return Account(
            id=self.id,
            partition=self.partition,
            alias=own.alias,
            description=own.description,
            comment=comment,
            root=toml_parts.root_of(file.root, self.id, self.partition, self.source),
            policies=policies,
            groups=self._all("group", "groups", file.groups, self._group),
            users=self._all("user", "users", file.users, self._user),
            roles=self._all("role", "roles", file.roles, self._role),
            identity_providers=toml_parts.providers_of(
                file.identity_providers, self.id, self.partition, self.source
            ),
            resources=toml_parts.resources_of(file.resources, self.source),
            organization=toml_parts.organization_of(file.organization, self.source),
            password_policy=toml_parts.password_policy_of(own.password_policy),
            known_accounts=toml_parts.known_accounts_of(own.known_accounts, self.source),
            assertions=toml_parts.assertions_of(file.assertions),
            suppressions=toml_parts.suppressions_of(file.suppressions),
        )

    def _all(
        self,
        kind: str,
        table: str,
        given: Sequence[TableT],
        make: Callable[[int, TableT], E],
    ) -> dict[str, E]:
        toml_parts.check_names(kind, [item.name for item in given], self.source, table)
        told = enumerate(stages.counted(given, table))
        return self._by_arn(table, (make(place, item) for place, item in told))

    def _by_arn(self, table: str, entities: Iterable[E]) -> dict[str, E]:
        found: dict[str, E] = {}
        for place, entity in enumerate(entities):
            if found.setdefault(entity.arn, entity) is not entity:
                raise self.source.error(f"{entity.arn!r} stands twice", table, place)
        return found

    def _common(self, kind: str, table: tables.EntityTable) -> _Common:
        path = table.path or (path_of(table.arn) if table.arn else "/")
        return {
            "arn": table.arn
            or iam_arn(self.id, kind, table.name, path=path, partition=self.partition),
            "name": table.name,
            "path": path,
            "id": table.id,
            "created": table.created,
            "description": table.description,
            "tags": table.tags,
        }

    # --- policies -----------------------------------------------------------------------

    def _policies(self) -> dict[str, made.Policy]:
        """Return the managed policies; an own one may have the name of one that AWS manages."""
        given = self.file.policies
        made_of = [self._policy(place, table) for place, table in enumerate(given)]
        self._check_policy_names(made_of)
        found = self._by_arn("policies", made_of)
        for policy in found.values():
            names = self.kept_policies if policy.is_aws_managed else self.own_policies
            names[policy.name] = policy.arn
        return found

    def _check_policy_names(self, policies: Sequence[made.Policy]) -> None:
        seen: dict[tuple[bool, str], str] = {}
        for place, policy in enumerate(policies):
            other = seen.setdefault((policy.is_aws_managed, policy.name.lower()), policy.name)
            if len(seen) == place:
                also = "" if other == policy.name else f", as {other!r}: case does not count"
                problem = f"the policy {policy.name!r} stands twice{also}"
                raise self.source.error(problem, "policies", place, "name")

    def _policy(self, place: int, table: tables.PolicyTable) -> made.Policy:
        versions = self._versions(place, table)
        default = table.default_version or versions[0].id
        ids = [version.id for version in versions]
        if default not in ids:
            raise self.source.unknown("version", default, ids, "policies", place, "default_version")
        return made.Policy(
            **self._common("policy", table),
            updated=table.updated,
            versions=versions,
            default_version=default,
        )

    def _versions(self, place: int, table: tables.PolicyTable) -> tuple[made.PolicyVersion, ...]:
        here = ("policies", place)
        if table.document is not None:
            if table.versions:
                problem = "a policy has either document or versions, not both"
                raise self.source.error(problem, *here, "versions")
            document = document_of(table.document)
            return (made.PolicyVersion(id=table.default_version or "v1", document=document),)
        if not table.versions:
            problem = f"the policy {table.name!r} has no document"
            raise self.source.error(problem, *here)
        ids: set[str] = set()
        for index, version in enumerate(table.versions):
            if version.id in ids:
                problem = f"the version {version.id!r} stands twice"
                raise self.source.error(problem, *here, "versions", index, "id")
            ids.add(version.id)
        return tuple(
            made.PolicyVersion(
                id=version.id, document=document_of(version.document), created=version.created
            )
            for version in table.versions
        )

    def _policy_arn(self, name: str, *path: str | int) -> str:
        """Return the ARN of a policy given by name or ARN, the account's own before AWS's.

        An ARN is taken as it is: an export may attach a policy whose document it lacks.
        """
        if name.startswith("arn:"):
            arn = Arn.parse(name)
            if arn and arn.service == "iam" and arn.resource.startswith("policy/"):
                return name
            raise self.source.error(f"{name!r} is not the ARN of a policy", *path)
        found = self.own_policies.get(name) or self.kept_policies.get(name) or self._aws(name)
        if found is None:
            known = [*self.own_policies, *self.kept_policies, *managed_policy_names()]
            raise self.source.unknown("policy", name, known, *path)
        return found

    def _aws(self, name: str) -> str | None:
        arn = managed_policy_arn(name)
        return arn and arn.replace("arn:aws:", f"arn:{self.partition}:", 1)

    def _policy_arns(self, names: Iterable[str], *path: str | int) -> tuple[str, ...]:
        """Return the ARNs of attached policies; attached twice is attached once."""
        arns = (self._policy_arn(name, *path, index) for index, name in enumerate(names))
        return tuple(dict.fromkeys(arns))

    def _boundary(self, name: str | None, *path: str | int) -> str | None:
        return None if name is None else self._policy_arn(name, *path, "permissions_boundary")

    # --- identities ---------------------------------------------------------------------

    def _group(self, place: int, table: tables.GroupTable) -> made.Group:
        return made.Group(
            **self._common("group", table),
            policies=self._policy_arns(table.policies, "groups", place, "policies"),
            inline_policies=documents_of(table.inline_policies),
        )

    def _user(self, place: int, table: tables.UserTable) -> made.User:
        here = ("users", place)
        for index, name in enumerate(table.groups):
            if name not in self.group_names:
                raise self.source.unknown("group", name, self.group_names, *here, "groups", index)
        return made.User(
            **self._common("user", table),
            groups=tuple(dict.fromkeys(table.groups)),
            policies=self._policy_arns(table.policies, *here, "policies"),
            inline_policies=documents_of(table.inline_policies),
            permissions_boundary=self._boundary(table.permissions_boundary, *here),
            console=toml_parts.console_of(table.console),
            access_keys=toml_parts.access_keys_of(table.access_keys, self.source, *here),
            mfa_devices=tuple(table.mfa_devices),
            last_used=table.last_used,
            last_accessed=table.last_accessed,
        )

    def _role(self, place: int, table: tables.RoleTable) -> made.Role:
        here = ("roles", place)
        trust = table.trust_policy
        return made.Role(
            **self._common("role", table),
            trust_policy=None if trust is None else document_of(trust),
            policies=self._policy_arns(table.policies, *here, "policies"),
            inline_policies=documents_of(table.inline_policies),
            permissions_boundary=self._boundary(table.permissions_boundary, *here),
            instance_profiles=tuple(map(self._profile, table.instance_profiles)),
            max_session_duration=table.max_session_duration,
            last_used=table.last_used,
            last_used_region=table.last_used_region,
            last_accessed=table.last_accessed,
        )

    def _profile(self, given: str | tables.InstanceProfileTable) -> made.InstanceProfile:
        table = tables.InstanceProfileTable(name=given) if isinstance(given, str) else given
        path = table.path or (path_of(table.arn) if table.arn else "/")
        computed = iam_arn(
            self.id, "instance-profile", table.name, path=path, partition=self.partition
        )
        return made.InstanceProfile(
            arn=table.arn or computed,
            name=table.name,
            path=path,
            id=table.id,
            created=table.created,
        )
