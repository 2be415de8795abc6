"""The policies that AWS manages, from our own data file.

`scripts/refresh_managed_policies.py` writes the file; NOTICE says where the data comes from. A
policy that is not in it is not known, which is not the same as empty.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path

import msgspec

_FILE = Path(__file__).with_name("managed_policies.bin")
"""A packed index, then packed blocks of documents: to know a few needs a few blocks."""


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
    block: int
    place: int
    """Of the document in its block."""


class _Index(msgspec.Struct):
    date: str
    ends: list[int]
    """Where the blocks end, counted from the first one's beginning."""
    policies: dict[str, _Entry]


@lru_cache(maxsize=1)
def _parts() -> tuple[_Index, bytes]:
    """Return the index, and the blocks as they are packed."""
    data = _FILE.read_bytes()
    start = 4 + int.from_bytes(data[:4], byteorder="big")
    return msgspec.json.decode(zlib.decompress(data[4:start]), type=_Index), data[start:]


@lru_cache(maxsize=64)
def _block(number: int) -> list[str]:
    index, blocks = _parts()
    start = index.ends[number - 1] if number else 0
    text = zlib.decompress(blocks[start : index.ends[number]])
    return msgspec.json.decode(text, type=list[str])


def _data() -> _Index:
    return _parts()[0]


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
    text = _block(entry.block)[entry.place]
    return AwsManagedPolicy(
        name, arn, entry.path, entry.version_id, entry.created, entry.updated, text
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
