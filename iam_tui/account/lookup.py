"""Whose an identifier is: an ARN, an id of AWS, an access key, as logs and alarms name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import Arn, friendly_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam_tui.account.account import Account
    from iam_tui.account.entities import Root, User

_ID = re.compile(r"[A-Z0-9]{16,128}")
_ACCOUNT = re.compile(r"\d{12}")
_KINDS = {
    "AIDA": "user",
    "AROA": "role",
    "AGPA": "group",
    "ANPA": "policy",
    "ANVA": "version of a policy",
    "AIPA": "instance profile",
    "AKIA": "access key",
    "ASIA": "temporary access key",
    "ABIA": "bearer token of STS",
    "ACCA": "context-specific credential",
    "APKA": "public key",
    "ASCA": "certificate",
}
"""IAM User Guide, "IAM identifiers": what an id begins with -> what it is of."""


class Owner(NamedTuple):
    """Whose an identifier is."""

    arn: str | None
    """The user, group, role, policy or root user; None: the account does not say."""
    note: str
    """How the identifier leads there, or why it leads nowhere; one sentence."""


def is_identifier(text: str) -> bool:
    """Tell whether a text is one that `owner_of_identifier` knows what to do with."""
    return bool(
        text.startswith("arn:")
        or _ACCOUNT.fullmatch(text)
        or (text[:4] in _KINDS and _ID.fullmatch(text.partition(":")[0]))
    )


def owner_of_identifier(account: Account, text: str) -> Owner:
    """Return whose an identifier is.

    Args:
        account: Where to look.
        text: An ARN, also of a role session or a federated user; an access key id; a unique id
            (`AIDA...`), also with a session's name behind (`AROA...:session`); an account's number.
    """
    if text.startswith("arn:"):
        return _of_arn(account, text)
    if _ACCOUNT.fullmatch(text):
        return _of_account(account, text)
    unique, _, session = text.partition(":")
    if unique[:4] in {"AKIA", "ASIA"}:
        return _of_access_key(account, unique)
    return _of_unique_id(account, unique, session)


def _of_account(account: Account, number: str) -> Owner:
    if number == account.id:
        return Owner(account.root_user.arn, "this account: its root user")
    name = account.known_accounts.get(number)
    return Owner(None, f"{number} is another account{f', {name}' if name else ''}")


def _of_arn(account: Account, text: str) -> Owner:
    if account.entity(text) is not None:
        return Owner(text, "")
    arn = Arn.parse(text)
    if arn is None:
        return Owner(None, f"{text} is no whole ARN: it has fewer than six fields")
    is_own = arn.account in ("", account.id)
    if arn.service == "sts" and is_own:
        return _of_session(account, arn)
    if arn.service == "iam" and is_own and ":instance-profile/" in text:
        return _of_profile(account, text)
    if text in account.resources:
        return Owner(None, f"a resource with a policy of its own; :grep {text} shows who names it")
    if not is_own and len(arn.account) == 12:
        return _of_account(account, arn.account)
    if arn.service == "iam":
        return _of_moved(account, arn)
    return Owner(None, f"no identity; :grep {text} lists the statements that are about it")


def _of_session(account: Account, arn: Arn) -> Owner:
    kind, _, rest = arn.resource.partition("/")
    name, _, session = rest.partition("/")
    if kind == "assumed-role":
        # The ARN of a session leaves out the role's path; names are unique without it.
        found = next((role.arn for role in account.roles.values() if role.name == name), None)
        if found is not None:
            return Owner(found, f"session {session} of role {name}")
        return Owner(None, f"no role {name} in this file, whose session this would be")
    found = next((user.arn for user in account.users.values() if user.name == name), None)
    if kind == "federated-user" and found is not None:
        return Owner(found, f"federated session {name}: a user of that name; its caller chose it")
    said = "who called GetFederationToken stands in CloudTrail"
    return Owner(None, f"no user {name} in this file; {said}")


def _of_profile(account: Account, text: str) -> Owner:
    for role in account.roles.values():
        if any(profile.arn == text for profile in role.instance_profiles):
            return Owner(role.arn, f"instance profile {friendly_name(text)} holds role {role.name}")
    return Owner(None, f"no role of this file is in the instance profile {friendly_name(text)}")


def _of_moved(account: Account, arn: Arn) -> Owner:
    """Find one of the same name in another path, as copied ARNs often lack the path."""
    kind, _, rest = arn.resource.partition("/")
    name = rest.rpartition("/")[2]
    known: dict[str, Iterable[str]] = {
        "user": account.users,
        "group": account.groups,
        "role": account.roles,
        "policy": account.policies,
    }
    found = next((key for key in known.get(kind, ()) if friendly_name(key) == name), None)
    if found is not None:
        return Owner(found, f"{kind} {name} has another path")
    return Owner(None, f"no {kind} {name} in this file")


def _of_access_key(account: Account, key: str) -> Owner:
    if key.startswith("ASIA"):
        said = "in CloudTrail its userIdentity names the session and who made it"
        return Owner(None, f"{key} is temporary, of STS, and no file has it: {said}")
    owners: tuple[Root | User, ...] = (account.root_user, *account.users.values())
    for owner in owners:
        for known in owner.access_keys:
            if known.id == key:
                return Owner(owner.arn, f"access key {key} of {owner.name}, {known.status.lower()}")
    said = "aws sts get-access-key-info says which account has it"
    if not any(user.access_keys for user in account.users.values()):
        said = f"this file has no access keys at all; {said}"
    return Owner(None, f"no user of this file has the access key {key}; {said}")


def _of_unique_id(account: Account, unique: str, session: str) -> Owner:
    for entities in (account.users, account.roles, account.groups, account.policies):
        for arn, entity in entities.items():
            if entity.id == unique:
                said = f"session {session} of {entity.kind} {entity.name}"
                return Owner(arn, said if session else f"{unique} is {entity.kind} {entity.name}")
    for role in account.roles.values():
        for profile in role.instance_profiles:
            if profile.id == unique:
                return Owner(role.arn, f"instance profile {profile.name} holds role {role.name}")
    kind = _KINDS.get(unique[:4], "thing")
    return Owner(None, f"no {kind} of this file has the id {unique}")
