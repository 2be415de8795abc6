"""`--with FILE.toml`: what an export from AWS cannot hold, in the grammar of the account file.

Such a file adds the root user, the organization, resources with their policies, identity
providers, credentials and use of users and roles, assertions and suppressions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from iam_tui.account import Account
from iam_tui.account import entities as made
from iam_tui.errors import AccountFileError
from iam_tui.formats import tables, toml_parts
from iam_tui.formats.toml_shape import Source, decode, parse

E = TypeVar("E", made.User, made.Role)


def add_file(account: Account, text: str, file: str) -> Account:
    """Return the account with what a `--with` file adds.

    Raises:
        AccountFileError: With file, line and key.
    """
    source = Source(text)
    try:
        return _added(account, decode(parse(text), tables.OverlayFile, source), source)
    except AccountFileError as error:
        raise error.in_file(file) from None


def _added(account: Account, file: tables.OverlayFile, source: Source) -> Account:
    account = _with_facts(account, file.account, source)
    root = toml_parts.root_of(file.root, account.id, account.partition, source)
    organization = toml_parts.organization_of(file.organization, source)
    providers = toml_parts.providers_of(
        file.identity_providers, account.id, account.partition, source
    )
    resources = toml_parts.resources_of(file.resources, source)
    return account.with_(
        root=root or account.root,
        users=_with_users(account.users, file.users, source),
        roles=_with_roles(account.roles, file.roles, source),
        identity_providers=account.identity_providers | providers,
        resources=account.resources | resources,
        organization=organization or account.organization,
        assertions=(*account.assertions, *toml_parts.assertions_of(file.assertions)),
        suppressions=(*account.suppressions, *toml_parts.suppressions_of(file.suppressions)),
    )


def _with_facts(
    account: Account, table: tables.OverlayAccountTable | None, source: Source
) -> Account:
    if table is None:
        return account
    if table.id is not None and table.id != account.id:
        problem = f"this file is about account {table.id}, the account is {account.id}"
        raise source.error(problem, "account", "id")
    known = toml_parts.known_accounts_of(table.known_accounts, source)
    policy = toml_parts.password_policy_of(table.password_policy)
    return account.with_(
        alias=table.alias or account.alias,
        description=table.description or account.description,
        password_policy=policy or account.password_policy,
        known_accounts=account.known_accounts | known,
    )


def _with_users(
    users: dict[str, made.User], given: Sequence[tables.AddedUserTable], source: Source
) -> dict[str, made.User]:
    changed = dict(users)
    arns = _arns("user", users, given, source)
    for place, (arn, table) in enumerate(zip(arns, given, strict=True)):
        keys = table.access_keys
        changed[arn] = _replaced(
            changed[arn],
            description=table.description,
            console=toml_parts.console_of(table.console),
            access_keys=None
            if keys is None
            else toml_parts.access_keys_of(keys, source, "users", place),
            mfa_devices=None if table.mfa_devices is None else tuple(table.mfa_devices),
            last_used=table.last_used,
            last_accessed=table.last_accessed,
        )
    return changed


def _with_roles(
    roles: dict[str, made.Role], given: Sequence[tables.AddedRoleTable], source: Source
) -> dict[str, made.Role]:
    changed = dict(roles)
    for arn, table in zip(_arns("role", roles, given, source), given, strict=True):
        changed[arn] = _replaced(
            changed[arn],
            description=table.description,
            max_session_duration=table.max_session_duration,
            last_used=table.last_used,
            last_used_region=table.last_used_region,
            last_accessed=table.last_accessed,
        )
    return changed


def _arns(
    kind: str,
    entities: Mapping[str, made.User | made.Role],
    given: Sequence[tables.AddedUserTable | tables.AddedRoleTable],
    source: Source,
) -> list[str]:
    """Return the ARNs of the entities that the tables name."""
    if not given:
        return []
    arns = {entity.name: arn for arn, entity in entities.items()}
    toml_parts.check_names(kind, [table.name for table in given], source, f"{kind}s")
    for place, table in enumerate(given):
        if table.name not in arns:
            raise source.unknown(kind, table.name, arns, f"{kind}s", place, "name")
    return [arns[table.name] for table in given]


def _replaced(entity: E, **fields: object) -> E:
    """Return the entity with the fields that the file gives."""
    given = {name: value for name, value in fields.items() if value is not None}
    return msgspec.structs.replace(entity, **given)
