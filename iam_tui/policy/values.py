"""Reading numbers, dates, addresses and Booleans as condition operators do.

IAM User Guide: "IAM JSON policy elements: Condition operators" (EVALUATION rules C7 to C11).
Each reader returns None for what it cannot read; the operators decide what that means.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import ipaddress
import re
from decimal import Decimal
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_EPOCH = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r"([Zz]|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)
_WORDS = {"true": True, "false": False}
_UNIX_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - offsets are taken off by hand


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """Read an integer or a decimal; sign and exponent are tolerated (C7)."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=4096)
def instant(text: str) -> Decimal | None:
    """Read a date as seconds since the epoch: ISO 8601 in W3C's profile, or epoch seconds (C8)."""
    found = _DATE.fullmatch(text)
    if found is not None:
        return _from_iso(found)
    return Decimal(text) if _EPOCH.fullmatch(text) else None


def _from_iso(found: re.Match[str]) -> Decimal | None:
    year, month, day, hour, minute, second = (int(part or "0") for part in found.groups()[:6])
    try:
        moment = dt.datetime(year, month or 1, day or 1, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
    since = moment - _UNIX_EPOCH
    seconds = Decimal(since.days * 86_400 + since.seconds)
    if found[7]:
        seconds += Decimal(f"0.{found[7]}")
    zone = found[8]
    if zone and zone not in "Zz":
        digits = zone[1:].replace(":", "")
        hours, minutes = int(digits[:2]), int(digits[2:])
        if hours > 23 or minutes > 59:
            return None
        offset = hours * 3600 + minutes * 60
        seconds += offset if zone[0] == "-" else -offset
    return seconds


def boolean(text: str) -> bool | None:
    """Read `true` or `false` in any case (C9)."""
    return _WORDS.get(text.lower())


@lru_cache(maxsize=4096)
def address(text: str) -> Address | None:
    """Read an IPv4 or IPv6 address."""
    if "%" in text:
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def network(text: str) -> Network | None:
    """Read an address or range; a bare address is a range of one, host bits may be set (C11)."""
    bare, slash, size = text.partition("/")
    if address(bare) is None or (slash and not (size.isascii() and size.isdigit())):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def same_bytes(left: str, right: str) -> bool:
    """Whether two texts are equal, or both base64 of the same bytes (C10)."""
    if left == right:
        return True
    mine, theirs = _decoded(left), _decoded(right)
    return mine is not None and mine == theirs


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
