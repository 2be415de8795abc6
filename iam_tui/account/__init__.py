"""The account as immutable values: entities, ARNs, what applies to a principal, edits."""

from __future__ import annotations

from iam_tui.account.account import Account
from iam_tui.account.entities import (
    AccessKey,
    Assertion,
    Console,
    Entity,
    Group,
    Identity,
    IdentityProvider,
    InstanceProfile,
    Organization,
    OrganizationLevel,
    OrganizationPolicy,
    PasswordPolicy,
    Policy,
    PolicyVersion,
    Resource,
    Role,
    Root,
    Suppression,
    User,
)

__all__ = [
    "AccessKey",
    "Account",
    "Assertion",
    "Console",
    "Entity",
    "Group",
    "Identity",
    "IdentityProvider",
    "InstanceProfile",
    "Organization",
    "OrganizationLevel",
    "OrganizationPolicy",
    "PasswordPolicy",
    "Policy",
    "PolicyVersion",
    "Resource",
    "Role",
    "Root",
    "Suppression",
    "User",
]
