"""From the call that a message names to the action that AWS authorises."""

from __future__ import annotations

import re
from typing import NamedTuple

from iam_tui import catalog

# As of 2026-10, S3 User Guide: "Required permissions for Amazon S3 API operations"; the calls whose
# action has another name.
_OF_S3 = {
    "listbuckets": "ListAllMyBuckets",
    "listobjects": "ListBucket",
    "listobjectsv2": "ListBucket",
    "listobjectversions": "ListBucketVersions",
    "headbucket": "ListBucket",
    "headobject": "GetObject",
    "copyobject": "PutObject",
    "createmultipartupload": "PutObject",
    "uploadpart": "PutObject",
    "completemultipartupload": "PutObject",
    "deleteobjects": "DeleteObject",
    "listmultipartuploads": "ListBucketMultipartUploads",
    "listparts": "ListMultipartUploadParts",
    "getbucketencryption": "GetEncryptionConfiguration",
    "putbucketencryption": "PutEncryptionConfiguration",
    "getpublicaccessblock": "GetBucketPublicAccessBlock",
    "putpublicaccessblock": "PutBucketPublicAccessBlock",
    "getbucketlifecycleconfiguration": "GetLifecycleConfiguration",
    "putbucketlifecycleconfiguration": "PutLifecycleConfiguration",
}
_SPELLED = re.compile(
    r"\b(?:API|action):? (?P<service>[a-z][a-z0-9-]+):(?P<name>[A-Z]\w+)"
    r"|operation error (?P<sdk>[\w ]+?): (?P<call>[A-Z]\w+)"
    r"|when calling the (?P<operation>\w+) operation"
)
_SERVICE = re.compile(r"\(Service: (?:Amazon ?)?(?P<service>\w+)[,;]")
_OF_S3_ALONE = re.compile(r"\bAccess Denied\b")
"""The whole message of S3 where it tells no more."""
_BARE = re.compile(r"not authorized to perform (?P<action>sts:\w+)", re.IGNORECASE)


class Operation(NamedTuple):
    """A call that a message names."""

    name: str = ""
    action: str = ""
    """Empty where several services have such a call and the message names none of them."""


def action_of_operation(text: str) -> Operation:
    """Return the call that a message names, and the action where it follows."""
    bare = _BARE.search(text)
    if bare is not None:
        return Operation(bare["action"], bare["action"])
    found = _SPELLED.search(text)
    if found is None:
        return Operation()
    name = found["name"] or found["call"] or found["operation"]
    service = (found["service"] or found["sdk"] or "").replace(" ", "").lower()
    named = _SERVICE.search(text)
    if not service and named is not None:
        service = named["service"].lower()
    if not service and _OF_S3_ALONE.search(text):
        service = "s3"
    return Operation(name, action_of_call(service, name))


def action_of_call(service: str, name: str) -> str:
    """Return the action of a call, or nothing where it cannot be told.

    Args:
        service: A prefix, as `s3`; nothing when the message names none.
        name: The call, `ListObjectsV2`.
    """
    folded = name.lower()
    if service in ("", "s3") and folded in _OF_S3:
        return f"s3:{_OF_S3[folded]}"
    if service:
        return catalog.canonical(f"{service}:{name}") or ""
    several = candidates(name)
    return several[0] if len(several) == 1 else ""


def candidates(name: str) -> tuple[str, ...]:
    """Return the actions of all services that a call could be."""
    index = catalog.action_index()
    folded = name.lower()
    return tuple(
        f"{service}:{index.services[service].names[place]}"
        for service in catalog.services()
        if (place := index.place(service, folded)) is not None
    )
