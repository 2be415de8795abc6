"""The parts of an account that an account file and a `--with` file share: tables to values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from iam_tui.account import entities as made
from iam_tui.account.arns import root_arn
from iam_tui.formats import tables
from iam_tui.formats.toml_documents import document_of
from iam_tui.formats.toml_lines import Path
from iam_tui.formats.toml_shape import Source

_SECRET_KEY = re.compile(r"(?=.*[a-z])[A-Za-z0-9/+=]{40}")
_ID = re.compile(tables.ACCOUNT_ID)

KNOWN_CONTROL_POLICIES = {"SCP": "FullAWSAccess", "RCP": "RCPFullAWSAccess"}
"""What AWS attaches by itself; an account file need not repeat the documents (E36)."""


def console_of(table: tables.ConsoleTable | None) -> made.Console | None:
    """Return how a user signs in to the console."""
    if table is None:
        return None
    return made.Console(
        password=table.password,
        mfa=table.mfa,
        last_used=table.last_used,
        password_changed=table.password_changed,
    )


def access_keys_of(
    given: Sequence[tables.AccessKeyTable], source: Source, *path: str | int
) -> tuple[made.AccessKey, ...]:
    """Return access keys, of which a user has at most two (IAM User Guide: "IAM quotas")."""
    if len(given) > 2:
        problem = f"a user has at most 2 access keys, here are {len(given)}"
        raise source.error(problem, *path, "access_keys")
    for place, key in enumerate(given):
        if _SECRET_KEY.fullmatch(key.id):
            problem = "this looks like a secret access key, which has no place in an account file"
            raise source.error(problem, *path, "access_keys", place, "id")
    return tuple(
        made.AccessKey(id=key.id, status=key.status, created=key.created, last_used=key.last_used)
        for key in given
    )


def root_of(
    table: tables.RootTable | None, account: str, partition: str, source: Source
) -> made.Root | None:
    """Return the root user's credentials."""
    if table is None:
        return None
    return made.Root(
        arn=root_arn(account, partition=partition),
        mfa=table.mfa,
        password=table.password,
        access_keys=access_keys_of(table.access_keys, source, "root"),
        mfa_devices=tuple(table.mfa_devices),
        last_used=table.last_used,
    )


def known_accounts_of(given: dict[str, str] | list[str], source: Source) -> dict[str, str]:
    """Return what other accounts are called; a list alone says that they are known."""
    named = given if isinstance(given, dict) else dict.fromkeys(given, "")
    for place, account in enumerate(named):
        if not _ID.fullmatch(account):
            step = account if isinstance(given, dict) else place
            problem = f"expected an account id of 12 digits, got {account!r}"
            raise source.error(problem, "account", "known_accounts", step)
    return named


def password_policy_of(table: tables.PasswordPolicyTable | None) -> made.PasswordPolicy | None:
    """Return what the account asks of passwords."""
    return None if table is None else made.PasswordPolicy(**msgspec.structs.asdict(table))


def providers_of(
    given: Sequence[tables.ProviderTable], account: str, partition: str, source: Source
) -> dict[str, made.IdentityProvider]:
    """Return identity providers by ARN."""
    found: dict[str, made.IdentityProvider] = {}
    for place, table in enumerate(given):
        name = table.name or (table.url or "").removeprefix("https://")
        if not name:
            problem = (
                "an OIDC provider needs its url" if table.type == "oidc" else "name is missing"
            )
            raise source.error(problem, "identity_providers", place)
        arn = table.arn or f"arn:{partition}:iam::{account}:{table.type}-provider/{name}"
        if arn in found:
            raise source.error(f"the provider {name!r} stands twice", "identity_providers", place)
        found[arn] = made.IdentityProvider(
            arn=arn,
            name=name,
            type=table.type,
            created=table.created,
            client_ids=tuple(table.client_ids),
            thumbprints=tuple(table.thumbprints),
            tags=table.tags,
        )
    return found


def resources_of(given: Sequence[tables.ResourceTable], source: Source) -> dict[str, made.Resource]:
    """Return resources by ARN."""
    found: dict[str, made.Resource] = {}
    for place, table in enumerate(given):
        if table.arn in found:
            raise source.error(f"{table.arn!r} stands twice", "resources", place, "arn")
        found[table.arn] = made.Resource(
            arn=table.arn,
            policy=None if table.policy is None else document_of(table.policy),
            account=table.account,
            tags=table.tags,
            description=table.description,
        )
    return found


def organization_of(
    table: tables.OrganizationTable | None, source: Source
) -> made.Organization | None:
    """Return where the account stands in its organization; names of policies are checked."""
    if table is None:
        return None
    _check_organization(table, source)
    return made.Organization(
        id=table.id,
        management_account=table.management_account,
        policies=tuple(
            made.OrganizationPolicy(
                name=policy.name,
                type=policy.type,
                document=document_of(policy.document),
                id=policy.id,
                description=policy.description,
            )
            for policy in table.policies
        ),
        levels=tuple(
            made.OrganizationLevel(
                name=level.name,
                kind=level.kind,
                id=level.id,
                service_control_policies=tuple(level.service_control_policies),
                resource_control_policies=tuple(level.resource_control_policies),
            )
            for level in table.levels
        ),
    )


def _check_organization(table: tables.OrganizationTable, source: Source) -> None:
    names = {kind: {known} for kind, known in KNOWN_CONTROL_POLICIES.items()}
    here: Path = ("organization", "policies")
    seen: set[tuple[str, str]] = set()
    for place, policy in enumerate(table.policies):
        if (policy.type, policy.name) in seen:
            raise source.error(f"the {policy.type} {policy.name!r} stands twice", *here, place)
        seen.add((policy.type, policy.name))
        names[policy.type].add(policy.name)
    levels: set[str] = set()
    for place, level in enumerate(table.levels):
        here = ("organization", "levels", place)
        if level.name in levels:
            raise source.error(f"the level {level.name!r} stands twice", *here, "name")
        levels.add(level.name)
        _check_level(level, names, source, here)


def _check_level(
    level: tables.LevelTable, names: Mapping[str, set[str]], source: Source, here: Path
) -> None:
    for kind, key, attached in (
        ("SCP", "service_control_policies", level.service_control_policies),
        ("RCP", "resource_control_policies", level.resource_control_policies),
    ):
        for index, name in enumerate(attached):
            if name not in names[kind]:
                raise source.unknown(kind, name, names[kind], *here, key, index)


def assertions_of(given: Sequence[tables.AssertionTable]) -> tuple[made.Assertion, ...]:
    """Return the account's promises."""
    return tuple(
        made.Assertion(
            principal=table.principal,
            action=table.action,
            resource=table.resource,
            expect=table.expect,
            context={k: v if isinstance(v, str) else tuple(v) for k, v in table.context.items()},
            why=table.why,
        )
        for table in given
    )


def suppressions_of(given: Sequence[tables.SuppressionTable]) -> tuple[made.Suppression, ...]:
    """Return accepted findings."""
    return tuple(
        made.Suppression(
            id=table.id, principal=table.principal, reason=table.reason, until=table.until
        )
        for table in given
    )


def check_names(kind: str, names: Iterable[str], source: Source, table: str) -> None:
    """Raise when a name stands twice: IAM's names are unique regardless of case (G15)."""
    seen: dict[str, str] = {}
    for place, name in enumerate(names):
        other = seen.setdefault(name.lower(), name)
        if len(seen) == place:
            also = "" if other == name else f", as {other!r}: case does not count"
            raise source.error(f"the {kind} {name!r} stands twice{also}", table, place, "name")
