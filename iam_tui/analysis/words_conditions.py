"""What must hold, in plain words: one phrase for each key of a Condition element.

The phrase says what the operator means, absent keys among it where that is what people overlook
(IAM User Guide: "IAM JSON policy elements: Condition operators").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.context import text_of
from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.policy.documents import JsonValue


class _Operator(NamedTuple):
    quantifier: str
    base: str
    if_exists: bool


class _Verb(NamedTuple):
    """What an operator says: of one value, of several, and of several when it is negated."""

    one: str
    several: str = ""
    after: str = ""
    positive: str = ""
    """Of a negated one: what it is the opposite of."""

    @property
    def negated(self) -> bool:
        """Whether it holds for a key that is not there."""
        return bool(self.positive)


_CASE = " (upper or lower case)"
_VERBS = {
    "StringEquals": _Verb("is"),
    "StringNotEquals": _Verb("is not", "is none of", positive="is"),
    "StringEqualsIgnoreCase": _Verb("is", after=_CASE),
    "StringNotEqualsIgnoreCase": _Verb("is not", "is none of", _CASE, positive="is"),
    "StringLike": _Verb("is like"),
    "StringNotLike": _Verb("is not like", "is like none of", positive="is like"),
    "NumericEquals": _Verb("is"),
    "NumericNotEquals": _Verb("is not", "is none of", positive="is"),
    "NumericLessThan": _Verb("is less than"),
    "NumericLessThanEquals": _Verb("is at most"),
    "NumericGreaterThan": _Verb("is more than"),
    "NumericGreaterThanEquals": _Verb("is at least"),
    "DateEquals": _Verb("is"),
    "DateNotEquals": _Verb("is not", "is none of", positive="is"),
    "DateLessThan": _Verb("is before"),
    "DateLessThanEquals": _Verb("is not after"),
    "DateGreaterThan": _Verb("is after"),
    "DateGreaterThanEquals": _Verb("is not before"),
    "Bool": _Verb("is"),
    "BinaryEquals": _Verb("is, in base64,"),
    "IpAddress": _Verb("is in"),
    "NotIpAddress": _Verb("is not in", "is in none of", positive="is in"),
    "ArnEquals": _Verb("matches"),
    "ArnLike": _Verb("matches"),
    "ArnNotEquals": _Verb("does not match", "matches none of", positive="matches"),
    "ArnNotLike": _Verb("does not match", "matches none of", positive="matches"),
}
"""Operator -> what it says of a key; ARN operators know wildcards both ways."""

_FLAGS = {
    "aws:multifactorauthpresent": ("MFA was used", "MFA was not used"),
    "aws:securetransport": ("the connection is encrypted", "the connection is not encrypted"),
    "aws:viaawsservice": (
        "a service calls on the caller's behalf",
        "the caller does not call through a service",
    ),
    "aws:principalisawsservice": ("the caller is an AWS service", "the caller is no AWS service"),
    "kms:grantisforawsresource": ("an AWS service makes the grant", "no AWS service makes it"),
}
"""Keys that are true or false -> what each means."""

_SUBJECTS = {
    "aws:calledvia": "the services that call for the caller",
    "aws:calledviafirst": "the first service that calls for the caller",
    "aws:calledvialast": "the last service that calls for the caller",
    "aws:currenttime": "the time",
    "aws:multifactorauthage": "the age of the MFA sign-in in seconds",
    "aws:principalaccount": "the caller's account",
    "aws:principalarn": "the caller's ARN",
    "aws:principalorgid": "the caller's organization",
    "aws:principalorgpaths": "the caller's organization paths",
    "aws:principaltype": "the kind of caller",
    "aws:requestedregion": "the region",
    "aws:resourceaccount": "the resource's account",
    "aws:resourceorgid": "the resource's organization",
    "aws:resourceorgpaths": "the resource's organization paths",
    "aws:sourceaccount": "the account that the calling service acts for",
    "aws:sourcearn": "the resource that the calling service acts for",
    "aws:sourceidentity": "the caller's source identity",
    "aws:sourceip": "the caller's address",
    "aws:sourceorgid": "the organization that the calling service acts for",
    "aws:sourcevpc": "the caller's VPC",
    "aws:sourcevpce": "the VPC endpoint",
    "aws:tagkeys": "the request's tag names",
    "aws:userid": "the caller's id",
    "aws:username": "the user's name",
    "iam:awsservicename": "the service that the role is for",
    "iam:passedtoservice": "the service that the role is passed to",
    "iam:permissionsboundary": "the permissions boundary",
    "iam:policyarn": "the policy",
    "kms:viaservice": "the service that uses the key",
    "sts:externalid": "the external id",
    "sts:rolesessionname": "the session's name",
}
_TAGS = {
    "aws:principaltag": "the caller's tag",
    "aws:requesttag": "the request's tag",
    "aws:resourcetag": "the resource's tag",
    "s3:existingobjecttag": "the object's tag",
    "s3:requestobjecttag": "the request's tag",
}
_MAY_MISS = frozenset(
    {
        "aws:multifactorauthage",
        "aws:principalorgid",
        "aws:resourceorgid",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceidentity",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "sts:externalid",
    }
)
"""Keys that many requests lack, so that a negated operator lets them pass unseen; tags do too."""
_PRESENCE = {
    "aws:multifactorauthage": ("MFA was used", "MFA was not used"),
    "aws:sourcevpc": ("the request comes from a VPC", "the request comes from no VPC"),
    "aws:sourcevpce": (
        "the request comes through a VPC endpoint",
        "the request comes through no VPC endpoint",
    ),
    "aws:tagkeys": ("the request has tags", "the request has no tags"),
    "aws:tokenissuetime": ("the credentials are temporary", "the credentials are long-term"),
}
"""Keys whose presence alone means something -> what it means that they are there, or are not."""
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9-]+:[^},]+)\}\Z")


def conditions(block: JsonValue, most: int, *, variables: bool = True) -> Iterator[str]:
    """Yield what must hold, a phrase for each key.

    Args:
        block: The Condition element.
        most: How many values are named.
        variables: Whether the document's version knows policy variables.
    """
    if block is None:
        return
    if not isinstance(block, dict):
        yield "a condition holds that is no object"
        return
    for operator, content in block.items():
        if not isinstance(content, dict):
            yield f"{operator} holds, which has no keys"
            continue
        for key, value in content.items():
            yield condition_in_words(operator, key, value, most=most, variables=variables)


def condition_in_words(
    operator: str, key: str, value: JsonValue, *, most: int = 3, variables: bool = True
) -> str:
    """Return what must hold for one key under one operator.

    Args:
        operator: As written: `StringLike`, `ForAnyValue:StringEqualsIfExists`.
        key: As written.
        value: One value or several.
        most: How many values are named.
        variables: Whether the document's version knows policy variables.
    """
    taken = _taken_apart(operator)
    if taken is None:
        return f"{operator} holds for {key}, an operator that AWS does not know"
    values = texts_of(value)
    if taken.base == "Bool" and not taken.quantifier and key.lower() in _FLAGS:
        return _flag(key.lower(), values, if_exists=taken.if_exists)
    if taken.base == "Null":
        return _presence(key, values)
    if taken.base == "StringLike" and values == ["*"] and not taken.quantifier:
        said = _presence(key, ["false"])
        return f"{said}, or not" if taken.if_exists else said
    shown = [_variable_in_words(one) if variables else one for one in values]
    return _test(taken, key, shown, most)


def _test(taken: _Operator, key: str, values: list[str], most: int) -> str:
    """Return what an operator says of a key that is compared with values."""
    verb, subject = _VERBS[taken.base], _subject(key)
    has_wildcards = any(mark in one for one in values for mark in "*?")
    if taken.base in ("StringLike", "StringNotLike") and not has_wildcards:
        verb = _VERBS["StringEquals" if taken.base == "StringLike" else "StringNotEquals"]
    listed = listed_words(values, "or", most) if values else "nothing"
    if taken.quantifier == "ForAllValues":
        if verb.negated:
            return f"none of {subject} {verb.positive} {listed}{verb.after}"
        return f"every one of {subject} {verb.one} {listed}{verb.after} (or there is none)"
    if verb.negated and len(values) > 1:
        test = f"{verb.several} {listed_words(values, 'and', most)}{verb.after}"
    else:
        test = f"{verb.one} {listed}{verb.after}"
    if taken.quantifier == "ForAnyValue":
        return f"one of {subject} {test}{' (or is missing)' if taken.if_exists else ''}"
    # A negated operator holds for an absent key anyway; said where that is not obvious.
    may_miss = _may_miss(key) if verb.negated else taken.if_exists
    return f"{subject} {test}{' (or is missing)' if may_miss else ''}"


def _may_miss(key: str) -> bool:
    head, slash, _ = key.lower().partition("/")
    return head in _MAY_MISS or bool(slash and _tag_subject(head))


def _variable_in_words(value: str) -> str:
    """Return a value that is one policy variable as what it stands for."""
    found = _VARIABLE.match(value)
    if found is None:
        return value
    said = _subject(found[1])
    return value if said == _as_aws(found[1]) else said


def _taken_apart(operator: str) -> _Operator | None:
    prefix, colon, base = operator.rpartition(":")
    if colon and prefix not in ("ForAllValues", "ForAnyValue"):
        return None
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    if base not in OPERATORS or (if_exists and base == "Null"):
        return None
    return _Operator(prefix, base, if_exists)


def _tag_subject(head: str) -> str:
    """Return whose tag a key in lower case is about; nothing when it is no tag."""
    service, _, word = head.partition(":")
    if word == "resourcetag" and service:
        return _TAGS["aws:resourcetag"]
    return _TAGS.get(head, "")


def _subject(key: str) -> str:
    head, slash, tag = key.partition("/")
    whose = _tag_subject(head.lower()) if slash else ""
    if whose:
        return f"{whose} {tag}"
    return _SUBJECTS.get(key.lower()) or _as_aws(key)


def _as_aws(key: str) -> str:
    """Return a key as AWS spells it where that is known, else as it is written."""
    head, slash, tag = key.partition("/")
    folded = head.lower()
    known = spelled(folded)
    return key if known == folded else f"{known}{slash}{tag}"


def _flag(key: str, values: list[str], *, if_exists: bool) -> str:
    when_true, when_false = _FLAGS[key]
    wanted = {one.lower() for one in values}
    if wanted >= {"true", "false"}:
        said = f"{_as_aws(key)} is there"
    else:
        said = when_true if "true" in wanted else when_false
    if if_exists:
        return f"{said} (or that is not known)"
    # The key is not there with long-term keys, so what looks for `false` does not meet them (K22).
    is_unsaid = key == "aws:multifactorauthpresent" and wanted == {"false"}
    return f"{said} (which access keys do not say)" if is_unsaid else said


def _presence(key: str, values: list[str]) -> str:
    """Return that a key is there (`false`), or is not (`true`), as Null asks."""
    wanted = {one.lower() for one in values}
    head, slash, tag = key.partition("/")
    whose = _tag_subject(head.lower()) if slash else ""
    if wanted >= {"true", "false"}:
        return f"{_subject(key)} is there or not"
    is_absent = "true" in wanted
    if whose:
        return f"{whose.removesuffix(chr(39) + 's tag')} has {'no' if is_absent else 'a'} tag {tag}"
    known = _PRESENCE.get(key.lower())
    if known is not None:
        return known[is_absent]
    return f"{_as_aws(key)} is {'not ' if is_absent else ''}in the request"


# --- lists ---------------------------------------------------------------------------------------


def texts_of(value: JsonValue) -> list[str]:
    """Return one value or several as texts."""
    several = value if isinstance(value, list) else [value]
    return [text_of(one) for one in several if isinstance(one, str | int | float | bool)]


def listed_words(texts: list[str], word: str, most: int) -> str:
    """Return `a, b and c`, the last ones counted when there are many."""
    shown = [one or '""' for one in texts]
    if len(shown) > most + 1:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"
