"""The fields of the screen that says why, and what they hold as a request."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from iam_tui.analysis import read_denial
from iam_tui.analysis.denial_answers import IncompleteDenialError
from iam_tui.errors import IamTuiError
from iam_tui.tui.asking.checks import FINE, Check, checked
from iam_tui.tui.asking.drafts import Draft
from iam_tui.tui.completing import actions, context_keys
from iam_tui.tui.why_request import context_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam_tui.account import Account
    from iam_tui.analysis import Denial, DenialAnswer
    from iam_tui.tui.completing import Names, Suggestion
    from iam_tui.tui.why_form import RequestForm
    from iam_tui.tui.why_request import Explained, WhyRequest
    from iam_tui.tui.widgets.form import Field

_OF_MESSAGE = ("principal", "action", "resource")
"""Fields that a message fills in."""
_SHORTEST = 24
"""Characters from which on a text is taken as a message that was pasted."""


def fill(form: RequestForm, request: WhyRequest) -> None:
    """Put a request into the fields."""
    form.fill(
        {
            "principal": request.principal,
            "action": request.action,
            "resource": request.resource,
            "context": shlex.join(request.context),
            "message": request.message,
        }
    )


def read(form: RequestForm, before: WhyRequest) -> WhyRequest:
    """Return the request that the fields hold; a new message wins over what was there before.

    Args:
        form: The fields.
        before: The request that they were filled with: what has no field stays.

    Raises:
        UsageError: When the context is no list of keys.
    """
    values = form.values
    asked = replace(
        before,
        principal=values["principal"],
        action=values["action"],
        resource=values["resource"],
        context=context_of(values["context"]),
        message=values["message"],
    )
    is_new = bool(asked.message) and asked.message != before.message
    denial = denial_of(asked.message) if is_new else None
    if denial is None:
        return asked
    return replace(
        asked,
        principal="" if denial.principal else asked.principal,
        action="" if denial.action else asked.action,
        resource="" if denial.action else asked.resource,
    )


def denial_of(text: str) -> Denial | None:
    """Return what an AccessDenied message says; None for another text."""
    if len(text) < _SHORTEST:
        return None
    try:
        return read_denial(text)
    except IamTuiError:
        return None


def said_by(answer: DenialAnswer | None) -> dict[str, str]:
    """Return what a message says of the fields, as they hold it."""
    if answer is None:
        return {}
    said = {name: str(getattr(answer.denial, name)) for name in _OF_MESSAGE}
    if said["principal"]:
        said["principal"] = answer.reasons.account.reference(said["principal"])
    return {name: text for name, text in said.items() if text}


def suggestions(
    field: Field, names: Names | None, found: Explained | None, action: str
) -> list[Suggestion]:
    """Return what may be meant by the word under the cursor.

    Args:
        field: Where something is typed.
        names: The names of the account, once they are gathered.
        found: The answer that is shown: what it lacked is offered as context.
        action: What the action's field holds.
    """
    word = field.word
    if not word:
        return []
    if field.spec.name == "action":
        return actions(word)
    if field.spec.name == "principal" and names is not None:
        return names.principals(word)
    if field.spec.name == "resource" and names is not None:
        return names.resources(word, action)
    if field.spec.name == "context":
        missing = found.reasons.simulation.missing if found is not None else ()
        return context_keys(word, dict.fromkeys(missing, ()), action)
    return []


def check_of(account: Account, values: Mapping[str, str], name: str) -> Check:
    """Return what is to be said of a field; slow where names are many, for a worker thread."""
    asked = {key: text for key, text in values.items() if key != "message"}
    return checked(account, Draft.of(asked), name) if name in asked else FINE


def in_words_of_fields(error: IamTuiError) -> str:
    """Return why a request cannot be asked, in the words of the fields."""
    if not isinstance(error, IncompleteDenialError):
        return str(error)
    fields = " and ".join(name.capitalize() for name in error.lacking)
    remedy = f"{error.remedy}, or fill in {fields}" if error.remedy else f"fill in {fields}"
    return f"{error.problem}; {remedy}"
