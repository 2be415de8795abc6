"""An account as `aws iam get-account-authorization-details` writes it, for other programs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import quote

import msgspec

from iam_tui.account import Account
from iam_tui.account import entities as made
from iam_tui.account.arns import friendly_name
from iam_tui.policy.documents import Document

Object = dict[str, object]


def dumps_authorization_details(account: Account) -> str:
    """Return the part of an account that AWS's export holds, as JSON four spaces deep."""
    attachments, boundaries = _counts(account)
    answer = {
        "UserDetailList": [_user(user) for user in account.users.values()],
        "GroupDetailList": [_group(group) for group in account.groups.values()],
        "RoleDetailList": [_role(role) for role in account.roles.values()],
        "Policies": [
            _policy(policy, attachments[policy.arn], boundaries[policy.arn])
            for policy in account.policies.values()
        ],
        "IsTruncated": False,
    }
    return msgspec.json.format(msgspec.json.encode(answer), indent=4).decode() + "\n"


def _counts(account: Account) -> tuple[Counter[str], Counter[str]]:
    """Return how often each policy is attached, and how often it is a boundary."""
    users, groups, roles = account.users.values(), account.groups.values(), account.roles.values()
    attached = [
        *(user.policies for user in users),
        *(group.policies for group in groups),
        *(role.policies for role in roles),
    ]
    limits = [
        *(user.permissions_boundary for user in users),
        *(role.permissions_boundary for role in roles),
    ]
    attachments = Counter(arn for arns in attached for arn in arns)
    boundaries = Counter(arn for arn in limits if arn is not None)
    return attachments, boundaries


def _without_none(**fields: object) -> Object:
    return {name: value for name, value in fields.items() if value is not None}


def _moment(moment: made.Date | None) -> str | None:
    if moment is None:
        return None
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time(), dt.UTC)
    return moment.isoformat()


def _document(document: Document) -> object:
    """Return a document as an object; one that is none as text."""
    text = document.text
    try:
        msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return quote(text) if text.startswith("%") else text
    return msgspec.Raw(text.encode())


def _inline(documents: Mapping[str, Document]) -> list[Object] | None:
    return [
        {"PolicyName": name, "PolicyDocument": _document(document)}
        for name, document in documents.items()
    ] or None


def _attached(arns: Iterable[str]) -> list[Object]:
    return [{"PolicyName": friendly_name(arn), "PolicyArn": arn} for arn in arns]


def _boundary(arn: str | None) -> Object | None:
    if arn is None:
        return None
    kind = "PermissionsBoundaryPolicy"
    return {"PermissionsBoundaryType": kind, "PermissionsBoundaryArn": arn}


def _tags(tags: Mapping[str, str]) -> list[Object]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _user(user: made.User) -> Object:
    return _without_none(
        Path=user.path,
        UserName=user.name,
        UserId=user.id,
        Arn=user.arn,
        CreateDate=_moment(user.created),
        UserPolicyList=_inline(user.inline_policies),
        GroupList=list(user.groups),
        AttachedManagedPolicies=_attached(user.policies),
        PermissionsBoundary=_boundary(user.permissions_boundary),
        Tags=_tags(user.tags),
    )


def _group(group: made.Group) -> Object:
    return _without_none(
        Path=group.path,
        GroupName=group.name,
        GroupId=group.id,
        Arn=group.arn,
        CreateDate=_moment(group.created),
        GroupPolicyList=_inline(group.inline_policies) or [],
        AttachedManagedPolicies=_attached(group.policies),
    )


def _role(role: made.Role) -> Object:
    used = _without_none(LastUsedDate=_moment(role.last_used), Region=role.last_used_region)
    return _without_none(
        Path=role.path,
        RoleName=role.name,
        RoleId=role.id,
        Arn=role.arn,
        CreateDate=_moment(role.created),
        AssumeRolePolicyDocument=None
        if role.trust_policy is None
        else _document(role.trust_policy),
        InstanceProfileList=[_profile(profile, role) for profile in role.instance_profiles],
        RolePolicyList=_inline(role.inline_policies) or [],
        AttachedManagedPolicies=_attached(role.policies),
        PermissionsBoundary=_boundary(role.permissions_boundary),
        Tags=_tags(role.tags),
        RoleLastUsed=used,
    )


def _profile(profile: made.InstanceProfile, role: made.Role) -> Object:
    inside = _without_none(
        Path=role.path,
        RoleName=role.name,
        RoleId=role.id,
        Arn=role.arn,
        CreateDate=_moment(role.created),
        AssumeRolePolicyDocument=None
        if role.trust_policy is None
        else _document(role.trust_policy),
    )
    return _without_none(
        Path=profile.path,
        InstanceProfileName=profile.name,
        InstanceProfileId=profile.id,
        Arn=profile.arn,
        CreateDate=_moment(profile.created),
        Roles=[inside],
    )


def _policy(policy: made.Policy, attachments: int, boundaries: int) -> Object:
    versions = [
        _without_none(
            Document=_document(version.document),
            VersionId=version.id,
            IsDefaultVersion=version.id == policy.default_version,
            CreateDate=_moment(version.created),
        )
        for version in policy.versions
    ]
    return _without_none(
        PolicyName=policy.name,
        PolicyId=policy.id,
        Arn=policy.arn,
        Path=policy.path,
        DefaultVersionId=policy.default_version,
        AttachmentCount=attachments,
        PermissionsBoundaryUsageCount=boundaries,
        IsAttachable=True,
        Description=policy.description,
        CreateDate=_moment(policy.created),
        UpdateDate=_moment(policy.updated),
        PolicyVersionList=versions,
    )
