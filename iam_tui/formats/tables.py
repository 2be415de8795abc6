"""The tables of the account file, as typed structs: what may stand where.

The grammar is described in docs/account-file.md. Decoding through these types is what lets an
error name its place; what names refer to is `toml_in`'s business.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

if TYPE_CHECKING:
    Moment = dt.date | dt.datetime
else:

    class _IsDate(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, dt.date)

    class Moment(metaclass=_IsDate):
        """A TOML date or date-time, read by `decode_moment`; datetime is a kind of date."""


def decode_moment(kind: type, value: object) -> object:
    """Read a date or an instant (msgspec's hook for types that it does not know).

    A mapping made from JSON has dates as text, which is read too; an instant without a zone is
    taken as UTC.
    """
    if isinstance(value, str):
        value = _from_text(value)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    if isinstance(value, dt.date):
        return value
    raise ValueError(f"Expected a date such as 2026-10-01, got {_named(value)}")


def _from_text(text: str) -> object:
    try:
        if len(text) <= 10:
            return dt.date.fromisoformat(text)
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return text


def _named(value: object) -> str:
    if isinstance(value, str):
        return repr(value[:40])
    return "a time without a day" if isinstance(value, dt.time) else repr(value)[:40]


ACCOUNT_ID = r"^[0-9]{12}\Z"
PATH = r"^/(?s:.*/)?\Z"
PARTITION = r"^aws(-[a-z0-9]+)*\Z"

AccountId = Annotated[str, msgspec.Meta(pattern=ACCOUNT_ID)]
Name = Annotated[str, msgspec.Meta(min_length=1)]
EntityPath = Annotated[str, msgspec.Meta(pattern=PATH)]
DocumentField = str | dict[str, Any]
"""A JSON text kept as it is, or a table in IAM's own grammar."""


class Table(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What all tables share: an unknown key is an error."""


class PasswordPolicyTable(Table):
    """`[account.password_policy]`."""

    minimum_length: int = 8
    require_symbols: bool = False
    require_numbers: bool = False
    require_uppercase: bool = False
    require_lowercase: bool = False
    allow_users_to_change: bool = True
    max_age: int | None = None
    reuse_prevention: int | None = None


class OverlayAccountTable(Table):
    """`[account]` of a `--with` file: everything but the id may be added."""

    id: AccountId | None = None
    alias: str | None = None
    description: str | None = None
    password_policy: PasswordPolicyTable | None = None
    known_accounts: dict[str, str] | list[str] = {}


class AccountTable(Table):
    """`[account]`."""

    id: AccountId
    partition: Annotated[str, msgspec.Meta(pattern=PARTITION)] = "aws"
    alias: str | None = None
    description: str | None = None
    password_policy: PasswordPolicyTable | None = None
    known_accounts: dict[str, str] | list[str] = {}


class AccessKeyTable(Table):
    """One of the `access_keys` of a user or of root."""

    id: Name
    status: Literal["Active", "Inactive"] = "Active"
    created: Moment | None = None
    last_used: Moment | None = None


class ConsoleTable(Table):
    """`console` of a user."""

    password: bool = False
    mfa: bool = False
    last_used: Moment | None = None
    password_changed: Moment | None = None


class RootTable(Table):
    """`[root]`."""

    mfa: bool | None = None
    password: bool = True
    access_keys: list[AccessKeyTable] = []
    mfa_devices: list[str] = []
    last_used: Moment | None = None


class EntityTable(Table):
    """What users, groups, roles and policies share."""

    name: Name
    path: EntityPath | None = None
    arn: Name | None = None
    id: str | None = None
    created: Moment | None = None
    description: str | None = None
    tags: dict[str, str] = {}


class UserTable(EntityTable):
    """One of `[[users]]`."""

    groups: list[str] = []
    policies: list[str] = []
    inline_policies: dict[str, DocumentField] = {}
    permissions_boundary: str | None = None
    console: ConsoleTable | None = None
    access_keys: list[AccessKeyTable] = []
    mfa_devices: list[str] = []
    last_used: Moment | None = None
    last_accessed: dict[str, Moment] = {}


class GroupTable(EntityTable):
    """One of `[[groups]]`."""

    policies: list[str] = []
    inline_policies: dict[str, DocumentField] = {}


class InstanceProfileTable(Table):
    """One of the `instance_profiles` of a role, when a name alone does not say it all."""

    name: Name
    path: EntityPath | None = None
    arn: Name | None = None
    id: str | None = None
    created: Moment | None = None


class RoleTable(EntityTable):
    """One of `[[roles]]`."""

    trust_policy: DocumentField | None = None
    policies: list[str] = []
    inline_policies: dict[str, DocumentField] = {}
    permissions_boundary: str | None = None
    instance_profiles: list[str | InstanceProfileTable] = []
    max_session_duration: int = 3600
    last_used: Moment | None = None
    last_used_region: str | None = None
    last_accessed: dict[str, Moment] = {}


class PolicyVersionTable(Table):
    """One of the `versions` of a policy."""

    id: Name
    document: DocumentField
    created: Moment | None = None


class PolicyTable(EntityTable):
    """One of `[[policies]]`: either `document`, or `versions` with `default_version`."""

    updated: Moment | None = None
    document: DocumentField | None = None
    versions: list[PolicyVersionTable] = []
    default_version: Name | None = None


class ProviderTable(Table):
    """One of `[[identity_providers]]`."""

    type: Literal["oidc", "saml"]
    name: str | None = None
    url: str | None = None
    arn: Name | None = None
    created: Moment | None = None
    client_ids: list[str] = []
    thumbprints: list[str] = []
    tags: dict[str, str] = {}


class ResourceTable(Table):
    """One of `[[resources]]`."""

    arn: Annotated[str, msgspec.Meta(pattern=r"^arn:")]
    policy: DocumentField | None = None
    account: AccountId | None = None
    tags: dict[str, str] = {}
    description: str | None = None


class OrganizationPolicyTable(Table):
    """One of `[[organization.policies]]`."""

    name: Name
    type: Literal["SCP", "RCP"]
    document: DocumentField
    id: str | None = None
    description: str | None = None


class LevelTable(Table):
    """One of `[[organization.levels]]`."""

    name: Name
    kind: Literal["root", "ou", "account"]
    id: str | None = None
    service_control_policies: list[str] = []
    resource_control_policies: list[str] = []


class OrganizationTable(Table):
    """`[organization]`."""

    id: str | None = None
    management_account: AccountId | None = None
    policies: list[OrganizationPolicyTable] = []
    levels: list[LevelTable] = []


class AssertionTable(Table):
    """One of `[[assertions]]`."""

    principal: Name
    action: Name
    expect: Literal["allowed", "denied"]
    resource: str = "*"
    context: dict[str, str | list[str]] = {}
    why: str = ""


class SuppressionTable(Table):
    """One of `[[suppressions]]`."""

    id: Name
    principal: str = "*"
    reason: str = ""
    until: Moment | None = None


class AccountFile(Table):
    """The whole file."""

    format: Literal[1]
    account: AccountTable
    root: RootTable | None = None
    users: list[UserTable] = []
    groups: list[GroupTable] = []
    roles: list[RoleTable] = []
    policies: list[PolicyTable] = []
    identity_providers: list[ProviderTable] = []
    resources: list[ResourceTable] = []
    organization: OrganizationTable | None = None
    assertions: list[AssertionTable] = []
    suppressions: list[SuppressionTable] = []


class AddedUserTable(Table):
    """`[[users]]` of a `--with` file: what an export cannot hold of a user that it has."""

    name: Name
    description: str | None = None
    console: ConsoleTable | None = None
    access_keys: list[AccessKeyTable] | None = None
    mfa_devices: list[str] | None = None
    last_used: Moment | None = None
    last_accessed: dict[str, Moment] | None = None


class AddedRoleTable(Table):
    """`[[roles]]` of a `--with` file: what an export cannot hold of a role that it has."""

    name: Name
    description: str | None = None
    max_session_duration: int | None = None
    last_used: Moment | None = None
    last_used_region: str | None = None
    last_accessed: dict[str, Moment] | None = None


class OverlayFile(Table):
    """A `--with` file: the same grammar, less what an export already holds."""

    format: Literal[1] = 1
    account: OverlayAccountTable | None = None
    root: RootTable | None = None
    users: list[AddedUserTable] = []
    roles: list[AddedRoleTable] = []
    identity_providers: list[ProviderTable] = []
    resources: list[ResourceTable] = []
    organization: OrganizationTable | None = None
    assertions: list[AssertionTable] = []
    suppressions: list[SuppressionTable] = []
