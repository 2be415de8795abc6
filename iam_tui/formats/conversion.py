"""From one form of an account to the other, saying what the other cannot hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from iam_tui.account import Account, User
from iam_tui.errors import UsageError
from iam_tui.formats.authorization_out import dumps_authorization_details
from iam_tui.formats.reading import load
from iam_tui.formats.saving import write_atomically
from iam_tui.formats.toml_out import dumps_toml


def convert(
    source: str | Path | Mapping[str, object],
    target: str | Path,
    *,
    with_files: Iterable[str | Path] = (),
) -> tuple[str, ...]:
    """Read an account and write it in the form that the target's suffix names.

    A file that exists is replaced; asking first is the caller's business.

    Returns:
        One sentence for each thing that the target's form cannot hold.

    Raises:
        AccountFileError: When the source cannot be read or the target cannot be written.
        UsageError: When the target's suffix is neither .toml nor .json.
    """
    form_of(target)
    return write(load(source, with_files=with_files), target)


def form_of(target: str | Path) -> Literal["toml", "json"]:
    """Return the form that a target's suffix names.

    Raises:
        UsageError: When the suffix is neither .toml nor .json.
    """
    suffix = Path(target).suffix.lower()
    if suffix == ".toml":
        return "toml"
    if suffix == ".json":
        return "json"
    raise UsageError(f"the suffix of {str(target)!r} tells no form; use .toml or .json")


def write(account: Account, target: str | Path) -> tuple[str, ...]:
    """Write an account in the form that the target's suffix names.

    Returns:
        One sentence for each thing that the target's form cannot hold.

    Raises:
        AccountFileError: When the target cannot be written.
        UsageError: When the target's suffix is neither .toml nor .json.
    """
    if form_of(target) == "toml":
        write_atomically(Path(target), dumps_toml(account))
        return ()
    write_atomically(Path(target), dumps_authorization_details(account))
    return left_out(account)


def left_out(account: Account) -> tuple[str, ...]:
    """Return what `get-account-authorization-details` has no place for, one sentence each."""
    users, roles = account.users.values(), account.roles.values()
    counted = (
        (sum(map(_has_credentials, users)), "user", "their credentials and when they were used"),
        (sum(bool(role.last_accessed) for role in roles), "role", "which services they used"),
        (
            sum(role.max_session_duration != 3600 for role in roles),
            "role",
            "how long a session may last",
        ),
        (len(account.identity_providers), "identity provider", ""),
        (len(account.resources), "resource", "their policies"),
        (len(account.assertions), "assertion", ""),
        (len(account.suppressions), "suppression", ""),
    )
    present = (
        (account.root is not None, "the root user's credentials are left out"),
        (account.organization is not None, "the organization and its policies are left out"),
        (account.password_policy is not None, "the password policy is left out"),
        (
            bool(account.alias or account.description or account.known_accounts),
            "the account's alias, description and known accounts are left out",
        ),
        (_has_descriptions(account), "descriptions of users, groups and roles are left out"),
        (_has_other_tags(account), "tags of groups and policies are left out"),
        (bool(account.comment), "the comment at the head of the file is left out"),
    )
    sentences = [sentence for is_there, sentence in present if is_there]
    sentences += [_sentence(*item) for item in counted if item[0]]
    return tuple(sentences)


def _sentence(count: int, kind: str, what: str) -> str:
    noun = f"{count} {kind}{'' if count == 1 else 's'}"
    return f"{noun}: {what} are left out" if what else f"{noun} left out"


def _has_credentials(user: User) -> bool:
    return bool(
        user.console or user.access_keys or user.mfa_devices or user.last_used or user.last_accessed
    )


def _has_descriptions(account: Account) -> bool:
    described = (
        *(user.description for user in account.users.values()),
        *(group.description for group in account.groups.values()),
        *(role.description for role in account.roles.values()),
    )
    return any(described)


def _has_other_tags(account: Account) -> bool:
    groups = any(group.tags for group in account.groups.values())
    return groups or any(policy.tags for policy in account.policies.values())
