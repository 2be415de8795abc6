"""The statements that a request lacks: exactly its action on exactly its resource."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iam_tui import catalog
from iam_tui.account.edits import PutInlinePolicy
from iam_tui.account.entities import Role
from iam_tui.analysis.fixes_documents import new_document
from iam_tui.policy.principals import Kind

if TYPE_CHECKING:
    from iam_tui.account.edits.subjects import Holder
    from iam_tui.analysis.why_not_request import Trial
    from iam_tui.policy.documents import JsonValue

_LONGEST_NAME = 120
_FIELDS = 6


def statement_for(found: Trial) -> dict[str, JsonValue]:
    """Return the Allow for a request, and nothing but it."""
    question = found.question
    action = catalog.canonical(question.request.action) or question.request.action
    return {"Effect": "Allow", "Action": action, "Resource": _resource(found)}


def _resource(found: Trial) -> str:
    """Return the request's resource as a policy writes it.

    A star of a request stands for many resources; a question mark is one that the name has (R24),
    and so is a dollar, which would begin a variable (R14).
    """
    question = found.question
    resource = question.request.resource
    fields = resource.split(":", _FIELDS - 1)
    if question.action.fixed_resource or fields[0] != "arn" or len(fields) < _FIELDS:
        return "*"
    written = re.sub(r"[$?]", r"${\g<0>}", fields[-1])
    return ":".join((*fields[:-1], written))


def new_inline_policy(found: Trial, holder: Holder) -> tuple[PutInlinePolicy, str]:
    """Return the edit that gives an identity the one statement, and what to call it."""
    statement = statement_for(found)
    action = str(statement["Action"])
    name = _free_name(action, holder)
    edit = PutInlinePolicy(
        entity=found.account.reference(holder.arn),
        policy=name,
        document=new_document(statement),
    )
    where = "" if statement["Resource"] == "*" else f" on {statement['Resource']}"
    return edit, f"allow {action}{where} in a new inline policy {name} of {holder.name}"


def _free_name(action: str, holder: Holder) -> str:
    """Return a name that says what it allows and that no inline policy of the identity has."""
    service, _, verb = action.partition(":")
    words = re.sub(r"[^A-Za-z0-9]", "", service.capitalize() + verb)
    name = f"Allow{words}"[:_LONGEST_NAME]
    taken = {known.lower() for known in holder.inline_policies}
    number = 1
    free = name
    while free.lower() in taken:
        number += 1
        free = f"{name}{number}"
    return free


def trusting(found: Trial) -> dict[str, JsonValue] | None:
    """Return the statement by which a role's trust policy names the caller, or None.

    A role session is named by its role: the session's name is the caller's choice.
    """
    question = found.question
    principal = question.principal
    named: JsonValue
    if principal.kind is Kind.SERVICE:
        named = {"Service": principal.text}
    elif principal.kind is Kind.PROVIDER:
        named = {"Federated": principal.text}
    elif principal.kind in (Kind.USER, Kind.FEDERATED_USER, Kind.ROLE):
        named = {"AWS": principal.text}
    elif principal.kind is Kind.SESSION:
        entity = found.account.identity(found.simulation.applied.principal)
        arn = entity.arn if isinstance(entity, Role) else principal.principal_arn
        named = {"AWS": arn}
    else:
        return None
    action = catalog.canonical(question.request.action) or question.request.action
    return {"Effect": "Allow", "Principal": named, "Action": action}
