"""The identities of an account and what they carry, as frozen values.

Users, groups, roles and policies have the shape that AWS and the account file give them: a user
names its groups, an attachment is the ARN of a policy, a document is a `Document`. What follows
from several of them together (what applies to a principal) is `account.layers`'; what runs the
other way (who has this policy) is the graph's.

Mappings inside these values are never changed once made.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from iam_tui.policy.documents import Document

Date = dt.date | dt.datetime
"""A point in time as the source wrote it: a day, or an instant with its zone."""

KeyStatus = Literal["Active", "Inactive"]
EntityKind = Literal["root", "user", "group", "role", "policy"]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """What all values here are: immutable, compared by content."""


class AccessKey(Value, frozen=True, kw_only=True):
    """One of at most two long-term keys for programmatic access. The secret is no part of it."""

    id: str
    status: KeyStatus = "Active"
    created: Date | None = None
    last_used: Date | None = None


class Console(Value, frozen=True, kw_only=True):
    """Whether and how a user may sign in to the console."""

    password: bool = False
    mfa: bool = False
    last_used: Date | None = None
    password_changed: Date | None = None


class Root(Value, frozen=True, kw_only=True):
    """The root user: complete access, which no identity policy grants or limits."""

    arn: str
    mfa: bool | None = None
    """None: the file does not say."""
    password: bool = True
    access_keys: tuple[AccessKey, ...] = ()
    mfa_devices: tuple[str, ...] = ()
    last_used: Date | None = None

    @property
    def name(self) -> str:
        """The word by which the root user is known in lists and references."""
        return "root"

    @property
    def kind(self) -> EntityKind:
        """The word for what this is."""
        return "root"


class User(Value, frozen=True, kw_only=True):
    """An IAM user: a person or a program with long-term credentials."""

    arn: str
    name: str
    path: str = "/"
    id: str | None = None
    created: Date | None = None
    description: str | None = None
    tags: dict[str, str] = {}
    groups: tuple[str, ...] = ()
    """Names of the groups the user is in, in the order of the file."""
    policies: tuple[str, ...] = ()
    """ARNs of the managed policies attached to the user itself."""
    inline_policies: dict[str, Document] = {}
    permissions_boundary: str | None = None
    """ARN of the managed policy that limits the user."""
    console: Console | None = None
    """None: the file does not say; `Console()` is a user without console access."""
    access_keys: tuple[AccessKey, ...] = ()
    mfa_devices: tuple[str, ...] = ()
    last_used: Date | None = None
    last_accessed: dict[str, Date] = {}
    """Service prefix -> when the user last used it."""

    @property
    def kind(self) -> EntityKind:
        """The word for what this is."""
        return "user"


class Group(Value, frozen=True, kw_only=True):
    """A set of users managed as a unit. It is no principal and cannot be nested."""

    arn: str
    name: str
    path: str = "/"
    id: str | None = None
    created: Date | None = None
    description: str | None = None
    tags: dict[str, str] = {}
    policies: tuple[str, ...] = ()
    inline_policies: dict[str, Document] = {}

    @property
    def kind(self) -> EntityKind:
        """The word for what this is."""
        return "group"


class InstanceProfile(Value, frozen=True, kw_only=True):
    """The container that hands a role to an EC2 instance."""

    arn: str
    name: str
    path: str = "/"
    id: str | None = None
    created: Date | None = None


class Role(Value, frozen=True, kw_only=True):
    """An identity without credentials of its own, for whoever its trust policy names."""

    arn: str
    name: str
    path: str = "/"
    id: str | None = None
    created: Date | None = None
    description: str | None = None
    tags: dict[str, str] = {}
    trust_policy: Document | None = None
    """None: the file does not have it."""
    policies: tuple[str, ...] = ()
    inline_policies: dict[str, Document] = {}
    permissions_boundary: str | None = None
    instance_profiles: tuple[InstanceProfile, ...] = ()
    max_session_duration: int = 3600
    """Seconds."""
    last_used: Date | None = None
    last_used_region: str | None = None
    last_accessed: dict[str, Date] = {}

    @property
    def kind(self) -> EntityKind:
        """The word for what this is."""
        return "role"

    @property
    def is_service_linked(self) -> bool:
        """Whether AWS owns the role for one of its services (EVALUATION rule E34)."""
        return self.path.startswith("/aws-service-role/")


class PolicyVersion(Value, frozen=True, kw_only=True):
    """One of at most five versions of a managed policy."""

    id: str
    document: Document
    created: Date | None = None


class Policy(Value, frozen=True, kw_only=True):
    """A managed policy: the account's own, or one of AWS's whose document the file holds."""

    arn: str
    name: str
    path: str = "/"
    id: str | None = None
    created: Date | None = None
    updated: Date | None = None
    description: str | None = None
    tags: dict[str, str] = {}
    versions: tuple[PolicyVersion, ...]
    """At least one, in the order of the file."""
    default_version: str = "v1"
    """The id of the version that is in force."""

    @property
    def kind(self) -> EntityKind:
        """The word for what this is."""
        return "policy"

    @property
    def document(self) -> Document:
        """The document in force: that of the default version, else of the first one."""
        for version in self.versions:
            if version.id == self.default_version:
                return version.document
        return self.versions[0].document

    @property
    def is_aws_managed(self) -> bool:
        """Whether AWS owns the policy."""
        return ":iam::aws:policy/" in self.arn


class IdentityProvider(Value, frozen=True, kw_only=True):
    """A SAML or OIDC provider that roles may trust."""

    arn: str
    name: str
    """The URL without scheme of an OIDC provider, the name of a SAML one."""
    type: Literal["oidc", "saml"]
    created: Date | None = None
    client_ids: tuple[str, ...] = ()
    thumbprints: tuple[str, ...] = ()
    tags: dict[str, str] = {}


class Resource(Value, frozen=True, kw_only=True):
    """Something that identities act on, with the policy that is attached to it."""

    arn: str
    policy: Document | None = None
    """None: the resource is known to have no policy."""
    account: str | None = None
    """The owner where the ARN does not say, as with S3; None: from the ARN, else this account."""
    tags: dict[str, str] = {}
    description: str | None = None


class OrganizationPolicy(Value, frozen=True, kw_only=True):
    """A service control policy or a resource control policy."""

    name: str
    type: Literal["SCP", "RCP"]
    document: Document
    id: str | None = None
    description: str | None = None


class OrganizationLevel(Value, frozen=True, kw_only=True):
    """The organization's root, an organizational unit or the account itself."""

    name: str
    kind: Literal["root", "ou", "account"]
    id: str | None = None
    service_control_policies: tuple[str, ...] = ()
    """Names of what is attached here; `FullAWSAccess` is known."""
    resource_control_policies: tuple[str, ...] = ()


class Organization(Value, frozen=True, kw_only=True):
    """Where the account stands in its organization, from the root down."""

    id: str | None = None
    management_account: str | None = None
    policies: tuple[OrganizationPolicy, ...] = ()
    levels: tuple[OrganizationLevel, ...] = ()


class PasswordPolicy(Value, frozen=True, kw_only=True):
    """What the account asks of console passwords."""

    minimum_length: int = 8
    require_symbols: bool = False
    require_numbers: bool = False
    require_uppercase: bool = False
    require_lowercase: bool = False
    allow_users_to_change: bool = True
    max_age: int | None = None
    """Days; None: passwords do not expire."""
    reuse_prevention: int | None = None


class Assertion(Value, frozen=True, kw_only=True):
    """A promise about the account that is checked on every edit."""

    principal: str
    action: str
    resource: str = "*"
    expect: Literal["allowed", "denied"]
    context: dict[str, str | tuple[str, ...]] = {}
    why: str = ""


class Suppression(Value, frozen=True, kw_only=True):
    """A finding that somebody accepted, with the reason."""

    id: str
    principal: str = "*"
    reason: str = ""
    until: Date | None = None


Identity = Root | User | Group | Role
Entity = Root | User | Group | Role | Policy
