"""Denials as JSON: CloudTrail's events, and decoded authorization messages.

CloudTrail User Guide: "CloudTrail record contents"; STS API Reference:
"DecodeAuthorizationMessage".
"""

from __future__ import annotations

import ipaddress
import json

from iam_tui.analysis.denial_messages_operations import action_of_call

Keys = dict[str, str | list[str]]


def from_decoded(value: dict[str, object]) -> tuple[str, str, str, Keys, bool] | None:
    """Return principal, action, resource, context and whether a Deny applied.

    None when a JSON object is no decoded authorization message.
    """
    wrapped = value.get("DecodedMessage")
    if isinstance(wrapped, str):
        try:
            inner = json.loads(wrapped)
        except (ValueError, RecursionError):
            return None
        return from_decoded(inner) if isinstance(inner, dict) else None
    context = value.get("context")
    if not isinstance(context, dict) or "allowed" not in value:
        return None
    principal = context.get("principal")
    arn = principal.get("arn") if isinstance(principal, dict) else None
    resource = _text(context.get("resource"))
    return (
        _text(arn),
        _text(context.get("action")),
        resource,
        _conditions(context.get("conditions")),
        value.get("explicitDeny") is True,
    )


def _conditions(value: object) -> Keys:
    """Return the keys that AWS looked at; what it derives from the principal is left to us."""
    found: Keys = {}
    for item in _items(value):
        key = _text(item.get("key"))
        values = [_text(entry.get("value")) for entry in _items(item.get("values"))]
        if key and values and not key.lower().startswith("aws:principal"):
            found[key] = values[0] if len(values) == 1 else values
    return found


def _items(value: object) -> list[dict[str, object]]:
    items = value.get("items") if isinstance(value, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def from_cloudtrail(value: dict[str, object]) -> tuple[str, str, str, Keys] | None:
    """Return message, principal, action and context of a CloudTrail event.

    None when a JSON object is no event of a call that failed.
    """
    inner = value.get("CloudTrailEvent")
    if isinstance(inner, str):
        try:
            parsed = json.loads(inner)
        except (ValueError, RecursionError):
            return None
        return from_cloudtrail(parsed) if isinstance(parsed, dict) else None
    code = _text(value.get("errorCode"))
    message = _text(value.get("errorMessage")) or code
    if not message:
        return None
    identity = value.get("userIdentity")
    who = identity if isinstance(identity, dict) else {}
    service = _text(value.get("eventSource")).partition(".")[0]
    action = action_of_call(service, _text(value.get("eventName")))
    return f"{code}: {message}", _text(who.get("arn")), action, _event_context(value, who)


def _event_context(value: dict[str, object], who: dict[str, object]) -> Keys:
    found: Keys = {}
    address = _text(value.get("sourceIPAddress"))
    if _is_address(address):
        found["aws:SourceIp"] = address
    region = _text(value.get("awsRegion"))
    if region:
        found["aws:RequestedRegion"] = region
    endpoint = _text(value.get("vpcEndpointId"))
    if endpoint:
        found["aws:SourceVpce"] = endpoint
    session = who.get("sessionContext")
    attributes = session.get("attributes") if isinstance(session, dict) else None
    mfa = attributes.get("mfaAuthenticated") if isinstance(attributes, dict) else None
    if mfa is not None:
        found["aws:MultiFactorAuthPresent"] = str(mfa).lower()
    return found


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
