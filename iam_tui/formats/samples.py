"""The bundled accounts: found in a checkout and in a wheel alike."""

from __future__ import annotations

from pathlib import Path

import msgspec

_ORDER = ("first-day", "startup", "org-member")
"""The order in which people should meet them; others follow by name."""


class SampleSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of accounts says of one."""

    name: str
    description: str
    users: int
    groups: int
    roles: int
    policies: int
    """Those of the account itself, not AWS's."""


def sample_path(name: str) -> Path | None:
    """Return the file of a bundled account, or None when there is none of that name."""
    folder = _folder()
    path = None if folder is None else folder / f"{name}.toml"
    return path if path is not None and name == path.stem and path.is_file() else None


def sample_names() -> tuple[str, ...]:
    """Return the names of the bundled accounts."""
    folder = _folder()
    found = {path.stem for path in folder.glob("*.toml")} if folder else set()
    return (
        *(name for name in _ORDER if name in found),
        *sorted(found - set(_ORDER)),
    )


def describe(name: str) -> SampleSummary:
    """Return what a bundled account, or any account file, is about and how large it is.

    Raises:
        AccountFileError: When it is no account.
    """
    from iam_tui.formats import load

    account = load(name)
    return SampleSummary(
        name=name,
        description=account.description or "",
        users=len(account.users),
        groups=len(account.groups),
        roles=len(account.roles),
        policies=sum(not policy.is_aws_managed for policy in account.policies.values()),
    )


def _folder() -> Path | None:
    """Return where the samples are: inside the package, as in a wheel, or beside it."""
    package = Path(__file__).parents[1]
    candidates = (package / "sample_accounts", package.parent / "sample_accounts")
    return next((folder for folder in candidates if folder.is_dir()), None)
