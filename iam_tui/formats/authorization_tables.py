"""What `get-account-authorization-details` writes, as typed structs.

Documents stay raw: most of them are never asked for, and templates make many of them equal.
Keys that AWS may add are tolerated here.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from iam_tui.formats.tables import PATH

Moment = dt.datetime
_OWNER = r"^arn:aws(?:-[a-z0-9]+)*:iam::(?:[0-9]{12}|aws):"
_NAME = r"/(?s:.*)[^/:]\Z"

UserArn = Annotated[str, msgspec.Meta(pattern=f"{_OWNER}user{_NAME}")]
GroupArn = Annotated[str, msgspec.Meta(pattern=f"{_OWNER}group{_NAME}")]
RoleArn = Annotated[str, msgspec.Meta(pattern=f"{_OWNER}role{_NAME}")]
PolicyArn = Annotated[str, msgspec.Meta(pattern=f"{_OWNER}policy{_NAME}")]
ProfileArn = Annotated[str, msgspec.Meta(pattern=f"{_OWNER}instance-profile{_NAME}")]
EntityPath = Annotated[str, msgspec.Meta(pattern=PATH)]


class Part(msgspec.Struct):
    """What all parts share."""


class Tag(Part):
    """One tag."""

    Key: str
    Value: str = ""


class Attached(Part):
    """One attached managed policy."""

    PolicyArn: PolicyArn
    PolicyName: str | None = None


class Inline(Part):
    """One inline policy."""

    PolicyName: str
    PolicyDocument: msgspec.Raw


class Boundary(Part):
    """The permissions boundary of a user or role."""

    PermissionsBoundaryArn: PolicyArn


class LastUsed(Part):
    """When and where a role was last used; empty when it never was."""

    LastUsedDate: Moment | None = None
    Region: str | None = None


class Profile(Part):
    """An instance profile of a role."""

    Arn: ProfileArn
    InstanceProfileName: str | None = None
    Path: EntityPath | None = None
    InstanceProfileId: str | None = None
    CreateDate: Moment | None = None


class UserDetail(Part):
    """A user."""

    Arn: UserArn
    UserName: str | None = None
    Path: EntityPath | None = None
    UserId: str | None = None
    CreateDate: Moment | None = None
    UserPolicyList: list[Inline] = []
    GroupList: list[str] = []
    AttachedManagedPolicies: list[Attached] = []
    PermissionsBoundary: Boundary | None = None
    Tags: list[Tag] = []


class GroupDetail(Part):
    """A group."""

    Arn: GroupArn
    GroupName: str | None = None
    Path: EntityPath | None = None
    GroupId: str | None = None
    CreateDate: Moment | None = None
    GroupPolicyList: list[Inline] = []
    AttachedManagedPolicies: list[Attached] = []


class RoleDetail(Part):
    """A role."""

    Arn: RoleArn
    RoleName: str | None = None
    Path: EntityPath | None = None
    RoleId: str | None = None
    CreateDate: Moment | None = None
    AssumeRolePolicyDocument: msgspec.Raw = msgspec.Raw(b"null")
    RolePolicyList: list[Inline] = []
    AttachedManagedPolicies: list[Attached] = []
    InstanceProfileList: list[Profile] = []
    PermissionsBoundary: Boundary | None = None
    RoleLastUsed: LastUsed | None = None
    Tags: list[Tag] = []
    Description: str | None = None
    MaxSessionDuration: int | None = None


class Version(Part):
    """One version of a managed policy."""

    Document: msgspec.Raw
    VersionId: str = "v1"
    IsDefaultVersion: bool = False
    CreateDate: Moment | None = None


class PolicyDetail(Part):
    """A managed policy; moto and some exports leave the name out."""

    Arn: PolicyArn
    PolicyName: str | None = None
    Path: EntityPath | None = None
    PolicyId: str | None = None
    CreateDate: Moment | None = None
    UpdateDate: Moment | None = None
    DefaultVersionId: str | None = None
    PolicyVersionList: list[Version] = []
    Description: str | None = None
    Tags: list[Tag] = []


class Page(Part):
    """One page of the answer, or all of it."""

    UserDetailList: list[UserDetail] | UnsetType = UNSET
    GroupDetailList: list[GroupDetail] | UnsetType = UNSET
    RoleDetailList: list[RoleDetail] | UnsetType = UNSET
    Policies: list[PolicyDetail] | UnsetType = UNSET


KEYS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
"""The keys by which the answer is known."""
