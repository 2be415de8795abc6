"""What a request carries beside principal, action and resource: the time, the region, credentials.

`authorize` invents no such key. A question about an account has them filled in, because every
real request has them, and says so; what the asker gives always wins (EVALUATION rules K13, K15,
E42, E60). IAM User Guide: "AWS global condition context keys".
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from iam_tui.account.arns import Arn
from iam_tui.account.entities import Root, User
from iam_tui.policy.context import SESSION_TOKEN, fold
from iam_tui.policy.values import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam_tui.account import Account
    from iam_tui.account.context import Keys, Subject
    from iam_tui.policy.requests import ContextValue

Credentials = Literal["access-key", "console", "session"]
"""How a user or the root user signs: by long-term keys, in the console, or with credentials of
GetSessionToken. A role session has temporary credentials whatever is said."""

# As of 2026-10, IAM API Reference: calls whose UserName is optional, or that have none because
# they are about the caller (E60).
OWN_USER_ACTIONS = frozenset(
    "iam:" + name
    for name in (
        "changepassword",
        "createaccesskey",
        "createloginprofile",
        "deactivatemfadevice",
        "deleteaccesskey",
        "deleteloginprofile",
        "deleteservicespecificcredential",
        "deletesigningcertificate",
        "getloginprofile",
        "getmfadevice",
        "getuser",
        "listaccesskeys",
        "listmfadevices",
        "listservicespecificcredentials",
        "listsigningcertificates",
        "listsshpublickeys",
        "resetservicespecificcredential",
        "updateaccesskey",
        "updateservicespecificcredential",
        "updatesigningcertificate",
        "uploadsigningcertificate",
    )
)
"""What asks about the caller itself when no resource is named; in lower case."""

_GLOBAL_SERVICES = frozenset({"cloudfront", "iam", "organizations", "route53", "support"})
_GLOBAL_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_WITH_LONG_TERM_KEYS = frozenset({"user", "group", "root"})
_TEMPORARY = frozenset({"role", "session"})


def own_resource(subject: Subject, action: str) -> str | None:
    """Return the caller's own ARN where a call of IAM names no user (E60)."""
    if subject.kind not in _WITH_LONG_TERM_KEYS or action.lower() not in OWN_USER_ACTIONS:
        return None
    return subject.principal


def assumed_keys(
    account: Account,
    subject: Subject,
    action: str,
    resource: str,
    *,
    context: Mapping[str, ContextValue],
    credentials: Credentials,
    now: dt.datetime,
) -> Keys:
    """Return the keys that are taken for granted; none that the asker gives, even as absent.

    Args:
        account: The account.
        subject: Who asks.
        action: What is asked.
        resource: On what.
        context: What the asker gives.
        credentials: How a user or the root user signs.
        now: The time, with its zone.
    """
    stated = fold(context)
    keys: Keys = {}
    moment = _moment(stated, now)
    if moment is not None:
        keys["aws:CurrentTime"] = _iso(moment)
        keys["aws:EpochTime"] = str(int(moment.timestamp()))
    keys["aws:SecureTransport"] = "true"
    keys["aws:ViaAWSService"] = "false"
    region = _requested_region(account, action, resource)
    if region is not None:
        keys["aws:RequestedRegion"] = region
    keys.update(_credential_keys(account, subject, credentials, moment or now, stated))
    given = {key.lower() for key in context}
    return {key: value for key, value in keys.items() if key.lower() not in given}


def _moment(stated: Mapping[str, tuple[str, ...]], now: dt.datetime) -> dt.datetime | None:
    """Return the time of the request: what one of its two keys says, else now."""
    values = stated.get("aws:currenttime") or stated.get("aws:epochtime")
    if values is None:
        return now
    seconds = instant(values[0])
    if seconds is None or not 0 <= seconds < 253_402_300_800:  # the year 10000
        return None
    return dt.datetime.fromtimestamp(float(seconds), dt.UTC)


def _iso(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _requested_region(account: Account, action: str, resource: str) -> str | None:
    if action.partition(":")[0].lower() in _GLOBAL_SERVICES:
        return _GLOBAL_REGIONS.get(account.partition)
    arn = Arn.parse(resource)
    if arn is None or not arn.region or "*" in arn.region:
        return None
    return arn.region


def _credential_keys(
    account: Account,
    subject: Subject,
    credentials: Credentials,
    moment: dt.datetime,
    stated: Mapping[str, tuple[str, ...]],
) -> Keys:
    long_term = subject.kind in _WITH_LONG_TERM_KEYS
    if not long_term and subject.kind not in _TEMPORARY:
        return {}
    if credentials == "access-key":
        # Whether MFA was given when the role was assumed is not known: the key stays open (K22).
        return {} if long_term else {"aws:TokenIssueTime": _iso(moment)}
    has_mfa = credentials == "console" and _has_mfa(account, subject)
    keys: Keys = {
        "aws:TokenIssueTime": _iso(moment),
        "aws:MultiFactorAuthPresent": "true" if has_mfa else "false",
    }
    if stated.get("aws:multifactorauthpresent", ("true" if has_mfa else "",)) == ("true",):
        keys["aws:MultiFactorAuthAge"] = "0"
    if credentials == "session" and long_term:
        keys[SESSION_TOKEN] = "true"
    return keys


def _has_mfa(account: Account, subject: Subject) -> bool:
    """Whether who signs in to the console is asked for a second factor, as far as the file says."""
    identity = None if subject.arn is None else account.identity(subject.arn)
    if isinstance(identity, Root):
        return bool(identity.mfa or identity.mfa_devices)
    if isinstance(identity, User):
        return bool(identity.mfa_devices or (identity.console and identity.console.mfa))
    return False


__all__ = ["OWN_USER_ACTIONS", "Credentials", "assumed_keys", "own_resource"]
