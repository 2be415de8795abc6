"""An account from `aws iam get-account-authorization-details`, as the AWS CLI and boto3 write it.

Read are one answer, a list of pages, and pages one after the other; documents as objects, as JSON
strings and URL-encoded, as the API itself gives them.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

import msgspec

from iam_tui.account import Account
from iam_tui.account import entities as made
from iam_tui.account.arns import Arn, friendly_name, is_aws_managed, path_of
from iam_tui.errors import AccountFileError
from iam_tui.formats import authorization_tables as tables
from iam_tui.formats import json_lines, stages
from iam_tui.formats.tables import PATH
from iam_tui.formats.toml_shape import TYPES, did_you_mean, in_words
from iam_tui.policy.documents import Document

D = TypeVar("D", tables.UserDetail, tables.GroupDetail, tables.RoleDetail, tables.PolicyDetail)
E = TypeVar("E", made.User, made.Group, made.Role, made.Policy)

_DECODER = msgspec.json.Decoder(tables.Page | list[tables.Page])
_PLACE = re.compile(r" - at `(\$.*?)`$", re.DOTALL)
_OFFSET = re.compile(r" \(byte (\d+)\)$")
_EXPECTED = "the output of aws iam get-account-authorization-details"
_WORDS = {
    "GroupDetailList": "groups",
    "UserDetailList": "users",
    "RoleDetailList": "roles",
    "Policies": "policies",
}


class _Placed(NamedTuple):
    """A page and the place where it stands."""

    place: str
    page: tables.Page


def load_authorization_details(text: str) -> Account:
    """Return the account that an export describes; the root user's credentials are not in it.

    Raises:
        AccountFileError: With line and place, as `$.RoleDetailList[7].RoleName`.
    """
    stages.at(f"reading {len(text) / 1e6:.1f} MB of JSON")
    try:
        return _Reader(list(_pages(text))).account()
    except AccountFileError as error:
        if error.line is None and error.key is not None:
            error = AccountFileError(
                error.problem,
                line=json_lines.line_of(text, json_lines.steps_of(error.key)),
                key=error.key,
            )
        raise error from None


# --- syntax and shape -------------------------------------------------------------------------


def _pages(text: str) -> Iterator[_Placed]:
    try:
        found = _DECODER.decode(text)
    except msgspec.ValidationError as error:
        raise _shape_error(str(error)) from None
    except RecursionError:
        raise AccountFileError("no JSON: nested too deeply") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        yield from _several(text, error)
        return
    pages = found if isinstance(found, list) else [found]
    if all(getattr(page, key) is msgspec.UNSET for page in pages for key in tables.KEYS):
        raise _not_an_export(text)
    if isinstance(found, tables.Page):
        yield _Placed("$", found)
    else:
        yield from (_Placed(f"$[{index}]", page) for index, page in enumerate(found))


def _several(text: str, error: Exception) -> Iterator[_Placed]:
    """Yield pages that stand one after the other, else say where the text stops being JSON."""
    try:
        places = list(json_lines.values(text))
    except json.JSONDecodeError as stop:
        if not text[stop.pos :].strip() or stop.msg.startswith("Unterminated"):
            raise AccountFileError("the JSON is cut off at its end", line=stop.lineno) from None
        problem = f"this is no JSON: {stop.msg} in column {stop.colno}"
        raise AccountFileError(problem, line=stop.lineno) from None
    except (RecursionError, ValueError):
        places = []
    if len(places) < 2:
        offset = _OFFSET.search(str(error))
        read = text.encode("utf-8", "replace")[: int(offset[1]) if offset else 0]
        problem = f"this is no JSON: {_OFFSET.sub('', str(error))}"
        raise AccountFileError(problem, line=read.count(b"\n") + 1)
    for begin, end in places:
        yield from _pages(text[begin:end])


def _shape_error(message: str) -> AccountFileError:
    found = _PLACE.search(message)
    place = found[1] if found else "$"
    problem = _PLACE.sub("", message)
    types = TYPES.fullmatch(problem)
    if "." not in place:
        problem = f"expected {_EXPECTED}"
    elif repr(PATH) in problem:
        problem = "expected a path that begins and ends with a slash"
    elif "matching regex" in problem:
        kind = problem.split("aws):")[-1].split("/")[0]
        problem = f"expected an ARN such as arn:aws:iam::111122223333:{kind}/NAME"
    elif "required field" in problem:
        problem = f"{problem.rsplit('`', 2)[-2]} is missing"
    elif "RFC3339" in problem:
        problem = "expected a date such as 2026-10-01T12:00:00Z"
    elif types:
        expected, got = (in_words(words, of_json=True) for words in types.groups())
        problem = f"expected {expected}, got {got}"
    return AccountFileError(problem, key=place)


def _not_an_export(text: str) -> AccountFileError:
    value = json.loads(text)
    first = value[0] if isinstance(value, list) and value else value
    keys = list(first) if isinstance(first, dict) else []
    found = f"found only {', '.join(map(repr, keys[:4]))}" if keys else "found nothing"
    expected = f"expected {_EXPECTED}, with {', '.join(tables.KEYS)}"
    return AccountFileError(f"{expected}; {found}", key="$")


# --- content ----------------------------------------------------------------------------------


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=dt.UTC)


def _tags(tags: Iterable[tables.Tag]) -> dict[str, str]:
    return {tag.Key: tag.Value for tag in tags}


def _attached(attached: Iterable[tables.Attached]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.PolicyArn for item in attached))


def _boundary(boundary: tables.Boundary | None) -> str | None:
    return None if boundary is None else boundary.PermissionsBoundaryArn


class _Reader:
    """Turns the pages of one export into entities."""

    def __init__(self, pages: list[_Placed]) -> None:
        self.pages = pages
        self.documents: dict[bytes, Document] = {}
        self.group_names: set[str] = set()

    def account(self) -> Account:
        """Return the whole account."""
        groups = self._all("GroupDetailList", self._group)
        self.group_names = {group.name for group in groups.values()}
        users = self._all("UserDetailList", self._user)
        roles = self._all("RoleDetailList", self._role)
        policies = self._all("Policies", self._policy)
        partition, account = _owner([*users, *groups, *roles, *policies])
        return Account(
            id=account,
            partition=partition,
            users=users,
            groups=groups,
            roles=roles,
            policies=policies,
        )

    def _all(self, key: str, make: Callable[[D, str], E | None]) -> dict[str, E]:
        found: dict[str, E] = {}
        names: set[tuple[bool, str]] = set()
        for place, page in self.pages:
            details: list[D] | msgspec.UnsetType = getattr(page, key)
            if isinstance(details, msgspec.UnsetType):
                continue
            for index, detail in enumerate(stages.counted(details, _WORDS[key])):
                here = f"{place}.{key}[{index}]"
                entity = make(detail, here)
                if entity is None:
                    continue
                name = (is_aws_managed(entity.arn), entity.name.lower())
                if name in names and found.get(entity.arn) != entity:
                    problem = f"the {entity.kind} {entity.name!r} stands twice"
                    raise AccountFileError(problem, key=here)
                names.add(name)
                found[entity.arn] = entity
        return found

    def _document(self, raw: msgspec.Raw, place: str) -> Document:
        data = bytes(raw)
        found = self.documents.get(data)
        if found is None:
            found = self.documents[data] = _document_of(data, place)
        return found

    def _inline(self, inline: Iterable[tables.Inline], place: str) -> dict[str, Document]:
        return {
            policy.PolicyName: self._document(
                policy.PolicyDocument, f"{place}[{index}].PolicyDocument"
            )
            for index, policy in enumerate(inline)
        }

    def _user(self, user: tables.UserDetail, here: str) -> made.User:
        for index, name in enumerate(user.GroupList):
            if name not in self.group_names:
                hint = did_you_mean(name, self.group_names)
                problem = f"there is no group {name!r} in the export{hint}"
                raise AccountFileError(problem, key=f"{here}.GroupList[{index}]")
        return made.User(
            arn=user.Arn,
            name=user.UserName or friendly_name(user.Arn),
            path=user.Path or path_of(user.Arn),
            id=user.UserId,
            created=_utc(user.CreateDate),
            tags=_tags(user.Tags),
            groups=tuple(user.GroupList),
            policies=_attached(user.AttachedManagedPolicies),
            inline_policies=self._inline(user.UserPolicyList, f"{here}.UserPolicyList"),
            permissions_boundary=_boundary(user.PermissionsBoundary),
        )

    def _group(self, group: tables.GroupDetail, here: str) -> made.Group:
        return made.Group(
            arn=group.Arn,
            name=group.GroupName or friendly_name(group.Arn),
            path=group.Path or path_of(group.Arn),
            id=group.GroupId,
            created=_utc(group.CreateDate),
            policies=_attached(group.AttachedManagedPolicies),
            inline_policies=self._inline(group.GroupPolicyList, f"{here}.GroupPolicyList"),
        )

    def _role(self, role: tables.RoleDetail, here: str) -> made.Role:
        trust = role.AssumeRolePolicyDocument
        used = role.RoleLastUsed or tables.LastUsed()
        return made.Role(
            arn=role.Arn,
            name=role.RoleName or friendly_name(role.Arn),
            path=role.Path or path_of(role.Arn),
            id=role.RoleId,
            created=_utc(role.CreateDate),
            description=role.Description,
            tags=_tags(role.Tags),
            trust_policy=None
            if bytes(trust) == b"null"
            else self._document(trust, f"{here}.AssumeRolePolicyDocument"),
            policies=_attached(role.AttachedManagedPolicies),
            inline_policies=self._inline(role.RolePolicyList, f"{here}.RolePolicyList"),
            permissions_boundary=_boundary(role.PermissionsBoundary),
            instance_profiles=tuple(map(_profile, role.InstanceProfileList)),
            max_session_duration=role.MaxSessionDuration or 3600,
            last_used=_utc(used.LastUsedDate),
            last_used_region=used.Region,
        )

    def _policy(self, policy: tables.PolicyDetail, here: str) -> made.Policy | None:
        """Return a managed policy, or None for one of AWS's whose document the export lacks."""
        name = policy.PolicyName or friendly_name(policy.Arn)
        if not policy.PolicyVersionList:
            if is_aws_managed(policy.Arn):
                return None
            problem = f"the policy {name!r} has no version with a document"
            raise AccountFileError(problem, key=f"{here}.PolicyVersionList")
        versions = tuple(
            made.PolicyVersion(
                id=version.VersionId,
                document=self._document(
                    version.Document, f"{here}.PolicyVersionList[{index}].Document"
                ),
                created=_utc(version.CreateDate),
            )
            for index, version in enumerate(policy.PolicyVersionList)
        )
        marked = [v.VersionId for v in policy.PolicyVersionList if v.IsDefaultVersion]
        ids = [policy.DefaultVersionId, *marked]
        known = {version.id for version in versions}
        return made.Policy(
            arn=policy.Arn,
            name=name,
            path=policy.Path or path_of(policy.Arn),
            id=policy.PolicyId,
            created=_utc(policy.CreateDate),
            updated=_utc(policy.UpdateDate),
            description=policy.Description,
            tags=_tags(policy.Tags),
            versions=versions,
            default_version=next((v for v in ids if v in known), versions[0].id),
        )


def _profile(profile: tables.Profile) -> made.InstanceProfile:
    return made.InstanceProfile(
        arn=profile.Arn,
        name=profile.InstanceProfileName or friendly_name(profile.Arn),
        path=profile.Path or path_of(profile.Arn),
        id=profile.InstanceProfileId,
        created=_utc(profile.CreateDate),
    )


def _document_of(data: bytes, place: str) -> Document:
    if data.startswith(b"{"):
        return Document.of(data)
    if not data.startswith(b'"'):
        problem = "expected a policy document, as an object or as text"
        raise AccountFileError(problem, key=place)
    text = msgspec.json.decode(data, type=str)
    return Document.of(unquote(text) if text.startswith("%") else text)


def _owner(arns: Iterable[str]) -> tuple[str, str]:
    """Return the partition and the account that most of the ARNs are of."""
    parsed = (Arn.parse(arn) for arn in arns)
    owners = Counter(
        (arn.partition, arn.account)
        for arn in parsed
        if arn is not None and len(arn.account) == 12 and arn.account.isdigit()
    )
    if not owners:
        problem = "nothing in the export has an ARN that tells the account's id"
        raise AccountFileError(problem, key="$")
    return owners.most_common(1)[0][0]
