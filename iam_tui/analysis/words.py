"""A policy in plain words: one short sentence a statement.

What stands in a document is said, not what it comes to: other policies may deny or limit it. Names
and values are the document's own text; whoever shows them makes them harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import Arn, friendly_name
from iam_tui.policy.context import text_of
from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.policy.documents import Document, JsonValue

MOST = 3
"""How many entries of a list are named before the rest is counted."""


def policy_in_words(document: Document, *, most: int = MOST) -> tuple[str, ...]:
    """Return one sentence for each statement of a policy.

    Args:
        document: Any kind of policy; trust and resource policies have principals.
        most: How many entries of a list are named.
    """
    return tuple(statement_in_words(one, most=most) for one in document.statements)


def statement_in_words(statement: JsonValue, *, most: int = MOST) -> str:
    """Return one sentence that says what a statement does.

    Args:
        statement: As it stands in the document.
        most: How many entries of a list are named.
    """
    if not isinstance(statement, dict):
        return "Says nothing: it is no object."
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        return "Says nothing: its Effect is neither Allow nor Deny."
    if "Action" not in statement and "NotAction" not in statement:
        return "Says nothing: it has no Action."
    said = _what(statement, most)
    conditions = list(_conditions(statement.get("Condition"), most))
    if conditions:
        said += f", if {', and '.join(conditions)}"
    who = _who(statement, most)
    is_allow = effect == "Allow"
    if who is None:
        return f"{'Allows' if is_allow else 'Denies'} {said}."
    if _is_trust(statement):
        verb = f"Lets {who} assume" if is_allow else f"Keeps {who} from assuming"
        return f"{verb} the role{said.removeprefix(_ASSUMING)}."
    return f"{'Allows' if is_allow else 'Denies'} {who} {said}."


def condition_in_words(operator: str, key: str, value: JsonValue, *, most: int = MOST) -> str:
    """Return what must hold for one key under one operator.

    Args:
        operator: As written: `StringLike`, `ForAnyValue:StringEqualsIfExists`.
        key: As written.
        value: One value or several.
        most: How many values are named.
    """
    taken = _taken_apart(operator)
    if taken is None:
        return f"{operator} holds for {key}, an operator that AWS does not know"
    values = _texts(value)
    if taken.base == "Bool" and not taken.quantifier and key.lower() in _FLAGS:
        return _flag(key.lower(), values, if_exists=taken.if_exists)
    subject = _subject(key)
    if taken.base == "Null":
        return _presence(subject, values)
    verb = _VERBS[taken.base]
    listed = _listed(values, "or", most) if values else "nothing"
    test = f"{verb.text} {listed}{verb.after}"
    if taken.quantifier == "ForAllValues":
        return f"every one of {subject} {test} (or there is none)"
    if taken.quantifier == "ForAnyValue":
        subject = f"one of {subject}"
    # A negated operator holds for an absent key anyway, unless one of several is looked for.
    may_miss = taken.if_exists and (bool(taken.quantifier) or not verb.negated)
    return f"{subject} {test}{' (or is missing)' if may_miss else ''}"


# --- what and on what ----------------------------------------------------------------------------

_ASSUMING = "sts:AssumeRole"


def _what(statement: dict[str, JsonValue], most: int) -> str:
    """Return the actions with the resources."""
    actions = _actions(statement, most)
    resources = _resources(statement, most)
    if actions == "everything" and resources == "everything":
        return "everything"
    if resources is None:
        return actions
    return actions if resources == "everything" else f"{actions} on {resources}"


def _actions(statement: dict[str, JsonValue], most: int) -> str:
    if "NotAction" in statement:
        return f"everything except {_listed(_texts(statement['NotAction']), 'and', most)}"
    several = _texts(statement["Action"])
    if any(one in ("*", "*:*") for one in several):
        return "everything"
    whole = [one.removesuffix(":*") for one in several if one.endswith(":*")]
    single = [one for one in several if not one.endswith(":*")]
    parts = [_listed(single, "and", most)] if single else []
    if whole:
        parts.append(f"every action of {_listed(whole, 'and', most)}")
    return " and ".join(parts) or "nothing"


def _resources(statement: dict[str, JsonValue], most: int) -> str | None:
    if "NotResource" in statement:
        return f"everything except {_listed(_texts(statement['NotResource']), 'and', most)}"
    if "Resource" not in statement:
        return None
    several = _texts(statement["Resource"])
    if "*" in several:
        return "everything"
    return _listed(several, "and", most) if several else "nothing"


# --- who -----------------------------------------------------------------------------------------


def _is_trust(statement: dict[str, JsonValue]) -> bool:
    return (
        _texts(statement.get("Action")) == [_ASSUMING]
        and "Resource" not in statement
        and "NotResource" not in statement
    )


def _who(statement: dict[str, JsonValue], most: int) -> str | None:
    """Return whom a statement is about; None: it has no principal element."""
    if "NotPrincipal" in statement:
        return f"everybody except {_principals(statement['NotPrincipal'], most)}"
    if "Principal" in statement:
        return _principals(statement["Principal"], most)
    return None


def _principals(value: JsonValue, most: int) -> str:
    if not isinstance(value, dict):
        value = {"AWS": value}
    named = [_principal(kind, one) for kind, several in value.items() for one in _texts(several)]
    if "everybody" in named:
        return "everybody"
    return _listed(named, "and", most) if named else "nobody"


def _principal(kind: str, value: str) -> str:
    if kind != "AWS":
        return _PRINCIPALS.get(kind, "{}").format(value)
    if value == "*":
        return "everybody"
    arn = Arn.parse(value)
    if arn is None:
        return f"the account {value}" if value.isdigit() else value
    if arn.resource == "root":
        return f"the account {arn.account}"
    word = arn.resource.partition("/")[0]
    if arn.service == "sts":
        return f"the session {'/'.join(arn.resource.split('/')[1:])} of account {arn.account}"
    return f"the {word} {friendly_name(value)} of account {arn.account}"


_PRINCIPALS = {
    "Service": "the service {}",
    "Federated": "whom {} has signed in",
    "CanonicalUser": "the S3 owner {}",
}


# --- under which conditions ----------------------------------------------------------------------


class _Operator(NamedTuple):
    quantifier: str
    base: str
    if_exists: bool


class _Verb(NamedTuple):
    text: str
    negated: bool = False
    after: str = ""


_CASE = " (in any case)"
_VERBS = {
    "StringEquals": _Verb("is"),
    "StringNotEquals": _Verb("is not", negated=True),
    "StringEqualsIgnoreCase": _Verb("is", after=_CASE),
    "StringNotEqualsIgnoreCase": _Verb("is not", negated=True, after=_CASE),
    "StringLike": _Verb("is like"),
    "StringNotLike": _Verb("is not like", negated=True),
    "NumericEquals": _Verb("is"),
    "NumericNotEquals": _Verb("is not", negated=True),
    "NumericLessThan": _Verb("is less than"),
    "NumericLessThanEquals": _Verb("is at most"),
    "NumericGreaterThan": _Verb("is more than"),
    "NumericGreaterThanEquals": _Verb("is at least"),
    "DateEquals": _Verb("is"),
    "DateNotEquals": _Verb("is not", negated=True),
    "DateLessThan": _Verb("is before"),
    "DateLessThanEquals": _Verb("is not after"),
    "DateGreaterThan": _Verb("is after"),
    "DateGreaterThanEquals": _Verb("is not before"),
    "Bool": _Verb("is"),
    "BinaryEquals": _Verb("is, in base64,"),
    "IpAddress": _Verb("is in"),
    "NotIpAddress": _Verb("is not in", negated=True),
    "ArnEquals": _Verb("matches"),
    "ArnLike": _Verb("matches"),
    "ArnNotEquals": _Verb("does not match", negated=True),
    "ArnNotLike": _Verb("does not match", negated=True),
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
}
"""Keys that are true or false -> what each means."""

_SUBJECTS = {
    "aws:currenttime": "the time",
    "aws:multifactorauthage": "the age of the MFA sign-in in seconds",
    "aws:principalaccount": "the caller's account",
    "aws:principalarn": "the caller's ARN",
    "aws:principalorgid": "the caller's organization",
    "aws:principalorgpaths": "the caller's organization paths",
    "aws:principaltype": "the kind of caller",
    "aws:requestedregion": "the region",
    "aws:resourceaccount": "the owner's account",
    "aws:resourceorgid": "the owner's organization",
    "aws:sourceaccount": "the account that the calling service acts for",
    "aws:sourcearn": "the resource that the calling service acts for",
    "aws:sourceip": "the caller's address",
    "aws:sourcevpc": "the caller's VPC",
    "aws:sourcevpce": "the VPC endpoint",
    "aws:tagkeys": "the request's tag names",
    "aws:userid": "the caller's id",
    "aws:username": "the user's name",
    "iam:passedtoservice": "the service that the role is passed to",
    "iam:permissionsboundary": "the permissions boundary",
    "iam:policyarn": "the policy",
    "sts:externalid": "the external id",
    "sts:rolesessionname": "the session's name",
}
_TAGS = {
    "aws:principaltag": "the caller's tag",
    "aws:requesttag": "the request's tag",
    "aws:resourcetag": "the resource's tag",
}


def _conditions(block: JsonValue, most: int) -> Iterator[str]:
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
            yield condition_in_words(operator, key, value, most=most)


def _taken_apart(operator: str) -> _Operator | None:
    prefix, colon, base = operator.rpartition(":")
    if colon and prefix not in ("ForAllValues", "ForAnyValue"):
        return None
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    if base not in OPERATORS or (if_exists and base == "Null"):
        return None
    return _Operator(prefix, base, if_exists)


def _subject(key: str) -> str:
    head, slash, tag = key.partition("/")
    if slash and head.lower() in _TAGS:
        return f"{_TAGS[head.lower()]} {tag}"
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
    return f"{said} (or that is not known)" if if_exists else said


def _presence(subject: str, values: list[str]) -> str:
    wanted = {one.lower() for one in values}
    if wanted >= {"true", "false"}:
        return f"{subject} is in the request or not"
    return f"{subject} is {'not ' if 'true' in wanted else ''}in the request"


# --- lists ---------------------------------------------------------------------------------------


def _texts(value: JsonValue) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [text_of(one) for one in several if isinstance(one, str | int | float | bool)]


def _listed(texts: list[str], word: str, most: int) -> str:
    """Return `a, b and c`, the last ones counted when there are many."""
    shown = [one or '""' for one in texts]
    if len(shown) > most + 1:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"
