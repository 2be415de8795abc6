"""AWS's AccessDenied messages, taken apart into the request that was denied.

IAM User Guide: "Troubleshoot access denied error messages"; S3 User Guide: "Troubleshoot access
denied (403 Forbidden) errors"; AWS Security Blog: "Enhanced access denied error messages with
policy ARNs". What surrounds a message does not matter: log lines, XML, JSON, quotes, line breaks.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from iam_tui.analysis.denial_messages_json import from_cloudtrail, from_decoded
from iam_tui.analysis.denial_messages_operations import action_of_operation
from iam_tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

Effect = Literal["explicit", "implicit", ""]

IDENTITY, RESOURCE, BOUNDARY, SESSION = "identity", "resource", "boundary", "session"
SCP, RCP, ENDPOINT, TRUST, PUBLIC_ACCESS = "SCP", "RCP", "endpoint", "trust", "public-access"

_TYPES = {
    "identity-based policy": IDENTITY,
    "resource-based policy": RESOURCE,
    "service control policy": SCP,
    "resource control policy": RCP,
    "vpc endpoint policy": ENDPOINT,
    "permissions boundary": BOUNDARY,
    "session policy": SESSION,
    "sessions policy": SESSION,
    "role trust policy": TRUST,
}
"""AWS's words for the type of a policy -> the layer."""

_TYPE = "(?:" + "|".join(_TYPES) + ")"
_POLICY = r"(?::\s*(?P<policy>arn:[^\s\"'<>,]+))?"
_EXPLICIT = re.compile(
    rf"with an explicit deny(?: in (?:an?|the) (?P<type>{_TYPE}))?"
    rf"(?: transitively through (?:an?|the) (?P<through>{_TYPE}))?{_POLICY}",
    re.IGNORECASE,
)
_IMPLICIT = re.compile(
    rf"(?:because|as) (?:no|the) (?P<type>{_TYPE}) (?:allows|does not allow) "
    rf"(?:the )?\S+(?: action)?{_POLICY}",
    re.IGNORECASE,
)
_PUBLIC_ACCESS = re.compile(
    r"because public [^.]*(?:BlockPublic\w*|RestrictPublicBuckets|blocked|prevented)", re.IGNORECASE
)
_REQUEST = re.compile(
    r"(?:(?:(?:User|Principal|Role|Caller):?\s+)(?P<who>\S+)\s+|(?P<arn>arn:\S+)\s+|\b)"
    r"(?:is |are |was )?not authorized to perform:?\s+(?:action:?\s+)?"
    r"[\"'`]?(?P<action>[A-Za-z][\w-]*:[A-Za-z]\w*)",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?:User|Principal|Role|Caller):?\s+(?P<who>arn:\S+|anonymous)", re.IGNORECASE)
_ON = re.compile(
    r"\bon\s+(?:the\s+)?resource(?:\(s\))?:?\s+"
    r"(?P<resource>\"[^\"]*\"|'[^']*'|(?:(?:user|role|group|policy|instance profile|mfa) )?\S+)",
    re.IGNORECASE,
)
_QUEUE = re.compile(
    r"Access to the resource https://sqs\.(?P<region>[\w-]+)\.amazonaws\.com(?:\.cn)?"
    r"/(?P<account>\d{12})/(?P<name>[\w.-]+) is denied",
    re.IGNORECASE,
)
_ROOT = re.compile(r"Roles may not be assumed by root accounts", re.IGNORECASE)
_ENCODED = re.compile(
    r"Encoded authorization failure message:?\s*(?P<encoded>[\w+/=-]+)", re.IGNORECASE
)
_DENIAL = re.compile(
    r"not authorized|access ?denied|unauthorizedoperation|authorization ?error|is denied"
    r"|encoded authorization failure|roles may not be assumed by root|explicit deny"
    r"|policy allows the \S+ action",
    re.IGNORECASE,
)
_LONGEST = 20_000
_TAILS = "\"'`.,;)]}"


class NotADenial(UsageError):  # noqa: N818 - says what it is, as its cousins do
    """A text that is no AccessDenied message."""


@dataclass(frozen=True, slots=True)
class Denial:
    """What an AccessDenied message says; empty is what it does not say."""

    text: str
    """The message as it was given."""
    principal: str = ""
    """An ARN, `*` for an anonymous caller."""
    action: str = ""
    resource: str = ""
    """An ARN, or as AWS put it: `role Deploy`."""
    context: Mapping[str, str | list[str]] = field(default_factory=dict)
    """Keys that the message has, where it is the record of an event or a decoded message."""
    effect: Effect = ""
    """Whether a Deny applied, or an Allow was lacking."""
    layer: str = ""
    """Which policies AWS names: `identity`, `resource`, `boundary`, `session`, `SCP`, `RCP`,
    `endpoint`, `trust`, or `public-access` for S3's Block Public Access."""
    policy: str = ""
    """ARN of the policy that AWS names."""
    encoded: str = ""
    """The encoded part, which only `aws sts decode-authorization-message` reads."""
    operation: str = ""
    """The call, where the message names it and not the action: `GetObject`."""


def read_denial(text: str) -> Denial:
    """Take an AccessDenied message apart.

    Args:
        text: The message, or whatever it stands in: a line of a log, XML, a CloudTrail event, the
            output of `aws sts decode-authorization-message`.

    Raises:
        NotADenial: When it is none.
    """
    parsed = _json_of(text)
    if parsed is not None:
        found = _of_json(text, parsed)
        if found is not None:
            return found
    plain = _plain(text)
    if not _DENIAL.search(plain):
        raise NotADenial(
            "this is no AccessDenied message of AWS; expected a text such as "
            "'User: ARN is not authorized to perform: ACTION on resource: ARN because ...'"
        )
    return _of_text(text, plain)


def _json_of(text: str) -> dict[str, object] | None:
    stripped = text.strip()
    if not stripped.startswith("{"):
        return None
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _of_json(text: str, value: dict[str, object]) -> Denial | None:
    decoded = from_decoded(value)
    if decoded is not None:
        principal, action, resource, context, is_explicit = decoded
        effect: Effect = "explicit" if is_explicit else "implicit"
        return Denial(text, principal, action, resource, context, effect)
    event = from_cloudtrail(value)
    if event is None:
        return None
    message, principal, action, context = event
    try:
        found = read_denial(message)
    except NotADenial:
        return None
    return replace(
        found,
        text=text,
        principal=found.principal or principal,
        action=found.action or action,
        context=context,
    )


def _plain(text: str) -> str:
    """Return the beginning of a text without markup, escapes and line breaks."""
    plain = re.sub(r'\\+"', '"', html.unescape(text[:_LONGEST])).replace("\\n", " ")
    return re.sub(r"\s+", " ", re.sub(r"</?[A-Za-z]\w*>", " ", plain))


def _of_text(text: str, plain: str) -> Denial:
    request = _REQUEST.search(plain)
    rest = plain if request is None else plain[request.end() :]
    who = _WHO.search(plain)
    principal = action = ""
    if request is not None:
        principal, action = request["who"] or request["arn"] or "", request["action"]
    elif who is not None:
        principal = who["who"]
    resource = ""
    on = _ON.search(rest)
    if on is not None:
        resource = _trimmed(on["resource"])
    effect, layer, policy = _reason(rest)
    encoded = _ENCODED.search(plain)
    operation = action_of_operation(plain)
    found = Denial(
        text,
        principal=_principal(principal),
        action=action or operation.action,
        resource="" if resource.lower() in ("this", "this resource") else resource,
        effect=effect,
        layer=layer,
        policy=policy,
        encoded="" if encoded is None else encoded["encoded"],
        operation="" if action or operation.action else operation.name,
    )
    return _special(found, plain)


def _trimmed(text: str) -> str:
    """Return a resource without quotes and what closes a sentence; a colon belongs to its ARN."""
    if text[:1] in "\"'":
        return text[1:-1]
    return text.rstrip(_TAILS)


def _principal(text: str) -> str:
    trimmed = text.strip("\"'`,:")
    if trimmed.lower() == "anonymous":
        return "*"
    # "User is not authorized": the word before it names nobody.
    return trimmed if ":" in trimmed or "." in trimmed else ""


def _reason(rest: str) -> tuple[Effect, str, str]:
    """Return whether a Deny applied, which layer AWS names, and the policy's ARN."""
    explicit = _EXPLICIT.search(rest)
    if explicit is not None:
        named = explicit["through"] or explicit["type"] or ""
        return "explicit", _TYPES.get(named.lower(), ""), _arn(explicit["policy"])
    implicit = _IMPLICIT.search(rest)
    if implicit is not None:
        return "implicit", _TYPES[implicit["type"].lower()], _arn(implicit["policy"])
    if _PUBLIC_ACCESS.search(rest):
        return "implicit", PUBLIC_ACCESS, ""
    return "", "", ""


def _arn(text: str | None) -> str:
    return (text or "").rstrip(_TAILS)


def _special(found: Denial, plain: str) -> Denial:
    """Return what the messages of single services say in words of their own."""
    queue = _QUEUE.search(plain)
    if queue is not None and not found.resource:
        resource = f"arn:aws:sqs:{queue['region']}:{queue['account']}:{queue['name']}"
        return replace(found, resource=resource)
    if _ROOT.search(plain):
        return replace(found, principal=found.principal or "root", action="sts:AssumeRole")
    return found
