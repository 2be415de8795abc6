"""What AWS says about a policy document that it would refuse to store.

The texts are IAM's own, of `MalformedPolicyDocument`; what stands in brackets after them is ours
and names the place. Only what IAM is known to refuse is refused: unknown services and actions,
empty condition maps, `null` among resources are taken (EVALUATION rules G1 to G13, G24).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iam_tui.account.edits import principals
from iam_tui.errors import EditError, nearest
from iam_tui.policy.operators import OPERATORS
from iam_tui.policy.statements import DOCUMENT_ELEMENTS, ELEMENTS
from iam_tui.policy.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account.account import Account
    from iam_tui.policy.documents import Document, JsonValue

    Statement = dict[str, JsonValue]

CODE = "MalformedPolicyDocument"
SYNTAX = "Syntax errors in policy."
VERSION = "Policy document must be version 2012-10-17 or greater."
LEGACY = "The policy failed legacy parsing"
TRUST_ACTIONS_ONLY = "AssumeRole policy may only specify STS AssumeRole actions."

_CHARACTERS = re.compile(r"[\t\n\r\x20-\xff]*")
_SID = re.compile(r"[0-9A-Za-z]*")
_VENDOR = re.compile(r"[a-zA-Z0-9.-]*")
_OPERATOR = re.compile(r"(?:(?:ForAnyValue|ForAllValues):)?(.*?)(?:IfExists)?", re.DOTALL)
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_PARTITIONS = frozenset(
    {
        *("*", "aws", "aws-cn", "aws-us-gov", "aws-eusc"),
        *("aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"),
    }
)
_IAM_PATHS = (
    *("user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/"),
    *("server-certificate/", "policy/", "sms-mfa/", "saml-provider/", "oidc-provider/"),
    *("report/", "access-report/"),
)
"""As IAM's text lists them."""
_NEWER_IAM_PATHS = ("root", "role-template/")
"""What AWS's own managed policies name besides, as of 2026-10."""
_REGIONAL_S3 = (*("accesspoint", "access-grants", "async-request", "job/", "storage-lens", "*"),)
"""What resources of S3 that live in a region begin with."""
_TRUST_ACTIONS = (
    *("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"),
    *("sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"),
)


def refuse_malformed_policy(document: Document) -> None:
    """Refuse a document that cannot be an identity policy or a permissions boundary.

    Raises:
        EditError: `MalformedPolicyDocument` with IAM's text, or `ValidationError` for characters
            that no document may hold.
    """
    statements = _checked(document)
    for place, statement in enumerate(statements):
        if "Principal" in statement or "NotPrincipal" in statement:
            _refuse("Policy document should not specify a principal.", _at(place))
    for place, statement in enumerate(statements):
        if not _listed(statement, "Resource", "NotResource"):
            _refuse("Policy statement must contain resources.", _at(place))


def refuse_malformed_trust(account: Account, document: Document) -> None:
    """Refuse a document that cannot be the trust policy of a role.

    Raises:
        EditError: `MalformedPolicyDocument` with IAM's text, or `ValidationError` for characters
            that no document may hold.
    """
    statements = _checked(document)
    for place, statement in enumerate(statements):
        for action in _texts(statement.get("Action")):
            if not _is_of_trust(action):
                _refuse(TRUST_ACTIONS_ONLY, f"{_at(place)}: {action}")
        if "NotAction" in statement:
            _refuse(TRUST_ACTIONS_ONLY, f"{_at(place)} has a NotAction")
        for element in ("Resource", "NotResource", "NotPrincipal"):
            if element in statement:
                _refuse(f"Has prohibited field {element}.", _at(place))
        if "Principal" not in statement:
            _refuse("Missing required field Principal.", _at(place))
        fault = principals.fault_of(account, statement["Principal"])
        if fault is not None:
            _refuse(fault.text, f"{_at(place)}{fault.remark}")


def size_of(document: Document) -> int:
    """Return how many characters of a document IAM counts: all but white space (G26)."""
    return len("".join(document.text.split()))


def _refuse(text: str, place: str = "") -> None:
    raise EditError(CODE, f"{text} ({place})" if place else text)


def _at(place: int) -> str:
    return f"Statement[{place}]"


def _checked(document: Document) -> list[Statement]:
    """Return the statements of a document after all checks that are common to its kinds."""
    if not _CHARACTERS.fullmatch(document.text):
        message = (
            "The specified value for policyDocument is invalid. "
            "It must contain only printable ASCII characters."
        )
        raise EditError("ValidationError", message)
    if document.fault is not None:
        _refuse(SYNTAX, document.fault)
    value = document.value
    statements = _well_formed(value if isinstance(value, dict) else {})
    for place, statement in enumerate(statements):
        _refuse_old_forms(place, statement)
    _refuse_equal_sids(statements)
    for place, statement in enumerate(statements):
        if not _listed(statement, "Action", "NotAction"):
            _refuse("Policy statement must contain actions.", _at(place))
    for statement in statements:
        for resource in _texts(statement.get("Resource")) + _texts(statement.get("NotResource")):
            _refuse_resource(resource)
    for statement in statements:
        for action in _texts(statement.get("Action")) + _texts(statement.get("NotAction")):
            _refuse_action(action)
    return statements


# --- syntax -------------------------------------------------------------------------------------


def _well_formed(top: Statement) -> list[Statement]:
    """Return the statements of a document whose elements are known and of the right types."""
    for name in top:
        if name not in DOCUMENT_ELEMENTS:
            _refuse(SYNTAX, f"unknown element {name}{_hint(name, DOCUMENT_ELEMENTS)}")
    if not isinstance(top.get("Id", ""), str):
        _refuse(SYNTAX, "Id is no text")
    given = top.get("Statement")
    several = given if isinstance(given, list) else [given]
    if not several:
        _refuse(SYNTAX, "there is no statement")
    found = []
    for place, statement in enumerate(several):
        if not isinstance(statement, dict):
            _refuse(SYNTAX, f"{_at(place)} is no object")
        else:
            for fault in _faults(statement):
                _refuse(SYNTAX, f"{_at(place)} {fault}")
            found.append(statement)
    version = top.get("Version", "2008-10-17")
    if version not in ("2008-10-17", "2012-10-17"):
        _refuse(SYNTAX, f"Version {version!r} is none; expected 2012-10-17")
    if version != "2012-10-17":
        _refuse(VERSION)
    return found


def _faults(statement: Statement) -> Iterator[str]:
    """Yield what is wrong with the form of a statement."""
    for name in statement:
        if name not in ELEMENTS:
            yield f"has an unknown element {name}{_hint(name, ELEMENTS)}"
    for one, other in _PAIRS:
        if one in statement and other in statement:
            yield f"has both {one} and {other}"
    effect = statement.get("Effect")
    if not isinstance(effect, str) or effect.lower() not in ("allow", "deny"):
        yield "has no Effect" if effect is None else "has an Effect that is neither Allow nor Deny"
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        # Among resources a null is taken (G9).
        nothing = name.endswith("Resource")
        if name in statement and not _is_text_or_list(statement[name], nothing=nothing):
            yield f"has something else than a text or a list of texts as {name}"
    if not isinstance(statement.get("Sid", ""), str):
        yield "has a Sid that is no text"
    yield from _condition_faults(statement.get("Condition", {}))


def _is_text_or_list(value: JsonValue, *, nothing: bool) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) or (nothing and item is None) for item in value)
    return isinstance(value, str)


def _condition_faults(block: JsonValue) -> Iterator[str]:
    if not isinstance(block, dict):
        yield "has a Condition that is no object"
        return
    for name, content in block.items():
        if not isinstance(content, dict):
            yield f"has a condition {name} that is no object of keys"
            continue
        for key, value in content.items():
            several = value if isinstance(value, list) else [value]
            if not all(isinstance(item, str | int | float | bool) for item in several):
                yield f"has a condition {name} of {key} whose value is no text"
        base = _base(name)
        if content and (base not in OPERATORS or name == "NullIfExists"):
            yield f"has an unknown condition operator {name}{_hint(name, OPERATORS)}"


def _base(operator: str) -> str:
    found = _OPERATOR.fullmatch(operator)
    return operator if found is None else found[1]


def _hint(name: str, known: Iterable[str]) -> str:
    close = nearest(name, known, most=1)
    return f"; did you mean {close[0]}?" if close else ""


# --- what older parsers of IAM refuse -----------------------------------------------------------


def _refuse_old_forms(place: int, statement: Statement) -> None:
    effect = statement["Effect"]
    if effect not in ("Allow", "Deny"):
        _refuse(LEGACY, f"{_at(place)}: Effect is {effect}, expected Allow or Deny")
    block = statement.get("Condition")
    for name, content in block.items() if isinstance(block, dict) else ():
        if _base(name).startswith("Date") and isinstance(content, dict):
            for value in content.values():
                for text in _texts(value):
                    if instant(text) is None:
                        _refuse(LEGACY, f"{_at(place)}: {text} is no date")
    for resource in _texts(statement.get("Resource")) + _texts(statement.get("NotResource")):
        if "::" in resource and resource.count(":") < 5:
            _refuse(LEGACY, f"{_at(place)}: {resource} lacks a field")


def _refuse_equal_sids(statements: list[Statement]) -> None:
    seen: set[str] = set()
    for place, statement in enumerate(statements):
        sid = str(statement.get("Sid", ""))
        if not _SID.fullmatch(sid):
            text = (
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
                "regular expression [0-9A-Za-z]*"
            )
            _refuse(text, f"{_at(place)}: {sid}")
        if sid and sid in seen:
            _refuse("Statement IDs (SID) in a single policy must be unique.", sid)
        seen.add(sid)


# --- actions and resources ----------------------------------------------------------------------


def _listed(statement: Statement, *names: str) -> bool:
    """Whether one of the elements is there and no empty list."""
    return any(name in statement and statement[name] != [] for name in names)


def _texts(value: JsonValue) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [item for item in several if isinstance(item, str)]


def _refuse_action(action: str) -> None:
    if action == "*":
        return
    vendor, *rest = action.split(":")
    if not rest:
        text = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        _refuse(text, action)
    if len(rest) > 1:
        _refuse("Actions/Condition can contain only one colon.", action)
    if vendor != "*" and not _VENDOR.fullmatch(vendor):
        _refuse(f"Vendor {vendor} is not valid")


def _is_of_trust(action: str) -> bool:
    """Whether an action pattern is about taking on a role."""
    from iam_tui.policy.actions import compile_pattern

    pattern = compile_pattern(action)
    return any(pattern.matches(*known.lower().split(":")) for known in _TRUST_ACTIONS)


def _refuse_resource(resource: str) -> None:
    if resource == "*":
        return
    if ":" not in resource:
        _refuse(f'Resource {resource} must be in ARN format or "*".')
    fields = resource.split(":", 5)
    partition = fields[1]
    if partition not in _PARTITIONS:
        rest = ":".join((*fields[2:], *["*"] * (6 - len(fields))))
        _refuse(f'Partition "{partition}" is not valid for resource "arn:{partition}:{rest}".')
    if fields[0] != "arn":
        _refuse(f'Resource {resource} must be in ARN format or "*".')
    if len(fields) < 3 or not fields[2] or "*" in fields[2] or "?" in fields[2]:
        text = "Resource vendor must be fully qualified and cannot contain regexes."
        _refuse(text, resource)
    if len(fields) == 6:
        _refuse_place(resource, fields)


def _refuse_place(resource: str, fields: list[str]) -> None:
    """Refuse a region, or a kind of resource, that IAM and S3 do not have (G24)."""
    vendor, region, part = fields[2], fields[3], fields[5]
    if vendor == "s3" and region and not part.startswith(_REGIONAL_S3):
        _refuse(f"Resource {resource} can not contain region information.")
    if vendor == "iam":
        if region:
            _refuse(f"IAM resource {resource} cannot contain region information.")
        is_open = "*" in part.partition("/")[0] or "?" in part.partition("/")[0]
        if not is_open and not part.startswith((*_IAM_PATHS, *_NEWER_IAM_PATHS)):
            paths = ", ".join(_IAM_PATHS)
            _refuse(f'IAM resource path must either be "*" or start with {paths}.', resource)
