"""The policies that AWS manages, from our own data file.

`scripts/refresh_managed_policies.py` writes the file; NOTICE says where the data comes from. A
policy that is not in it is not known, which is not the same as empty.
"""

from __future__ import annotations

import lzma
from functools import lru_cache
from importlib.resources import files

import msgspec


class AwsManagedPolicy(msgspec.Struct, frozen=True):
    """One policy that AWS manages, its default version."""

    name: str
    arn: str
    path: str
    version_id: str
    created: str
    """ISO 8601."""
    updated: str
    text: str
    """The document as compact JSON."""


class _Entry(msgspec.Struct, array_like=True):
    path: str
    version_id: str
    created: str
    updated: str
    text: str


class _File(msgspec.Struct):
    date: str
    policies: dict[str, _Entry]


@lru_cache(maxsize=1)
def _data() -> _File:
    packed = files("iam_tui.catalog").joinpath("managed_policies.json.xz").read_bytes()
    return msgspec.json.decode(lzma.decompress(packed), type=_File)


@lru_cache(maxsize=4096)
def managed_policy(reference: str) -> AwsManagedPolicy | None:
    """Return the policy with this ARN or name, or None when it is not known.

    The partition of an ARN is kept, so that `arn:aws-cn:iam::aws:policy/...` is found too.
    """
    name = reference.rsplit("/", 1)[-1]
    entry = _data().policies.get(name)
    if entry is None:
        return None
    arn = _arn(name, entry.path)
    if reference.startswith("arn:"):
        own = reference.split(":", 2)[1]
        arn = arn.replace("arn:aws:", f"arn:{own}:", 1)
        if arn != reference:
            return None
    elif reference != name:
        return None
    return AwsManagedPolicy(
        name, arn, entry.path, entry.version_id, entry.created, entry.updated, entry.text
    )


def _arn(name: str, path: str) -> str:
    return f"arn:aws:iam::aws:policy{path}{name}"


def managed_policy_names() -> tuple[str, ...]:
    """Return the names of all policies that AWS manages, sorted."""
    return tuple(_data().policies)


def managed_policy_arn(name: str) -> str | None:
    """Return the ARN of the AWS managed policy with this name, or None."""
    entry = _data().policies.get(name)
    return None if entry is None else _arn(name, entry.path)


def managed_policies_date() -> str:
    """Return the day on which the newest of the policies was updated, as `2026-09-30`."""
    return _data().date
