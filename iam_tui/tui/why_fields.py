"""The fields of the screen that says why, and what they hold as a request."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from iam_tui import catalog
from iam_tui.analysis import read_denial
from iam_tui.analysis.denial_answers import IncompleteDenialError
from iam_tui.errors import IamTuiError
from iam_tui.tui.why_form import FieldSpec
from iam_tui.tui.why_request import context_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.analysis import DenialAnswer
    from iam_tui.tui.session import Session
    from iam_tui.tui.why_form import RequestForm
    from iam_tui.tui.why_request import WhyRequest

_OF_MESSAGE = ("principal", "action", "resource")
"""Fields that a message fills in."""


def field_specs(session: Session) -> tuple[FieldSpec, ...]:
    """Return the fields, with what completes them in the open account."""

    def principals(_typed: str) -> Iterator[str]:
        account = session.account
        yield "root"
        for arn in (*account.users, *account.roles, *account.groups):
            yield account.reference(arn)

    def resources(_typed: str) -> Iterable[str]:
        account = session.account
        return (*account.resources, *account.roles, *account.users)

    return (
        FieldSpec("principal", "Principal", "user/NAME, role/NAME, root, an ARN", principals),
        FieldSpec("action", "Action", "s3:GetObject", _actions),
        FieldSpec("resource", "Resource", "an ARN; empty: any resource", resources),
        FieldSpec("context", "Context", "aws:MultiFactorAuthPresent=true ..."),
        FieldSpec("message", "Message", "or paste an AccessDenied message here"),
    )


def _actions(typed: str) -> Iterable[str]:
    service, colon, _ = typed.partition(":")
    if colon:
        return (f"{service}:{name}" for name in catalog.actions(service))
    return (f"{name}:" for name in catalog.services())


def fill(form: RequestForm, request: WhyRequest) -> None:
    """Put a request into the fields."""
    fields = form.fields
    fields["principal"].text = request.principal
    fields["action"].text = request.action
    fields["resource"].text = request.resource
    fields["context"].text = shlex.join(request.context)
    fields["message"].text = request.message


def read(form: RequestForm, before: WhyRequest) -> WhyRequest:
    """Return the request that the fields hold; a new message wins over what was there before.

    Args:
        form: The fields.
        before: The request that they were filled with: what has no field stays.

    Raises:
        UsageError: When the context is no list of keys.
    """
    text = {name: field.text for name, field in form.fields.items()}
    asked = replace(
        before,
        principal=text["principal"],
        action=text["action"],
        resource=text["resource"],
        context=context_of(text["context"]),
        message=text["message"],
    )
    is_new = bool(asked.message) and asked.message != before.message
    return _without_what_it_says(asked) if is_new else asked


def _without_what_it_says(asked: WhyRequest) -> WhyRequest:
    """Return a request in which nothing stands against its message."""
    try:
        denial = read_denial(asked.message)
    except IamTuiError:
        return asked
    return replace(
        asked,
        principal="" if denial.principal else asked.principal,
        action="" if denial.action else asked.action,
        resource="" if denial.action else asked.resource,
    )


def hint_at_message(form: RequestForm, answer: DenialAnswer | None) -> None:
    """Say in the empty fields what the message fills in."""
    for name in _OF_MESSAGE:
        field = form.fields[name]
        field.said = "" if answer is None else _said(answer, name)
        said = f"{field.said}  (as the message says)" if field.said else ""
        field.placeholder = said or field.spec.hint


def _said(answer: DenialAnswer, name: str) -> str:
    text = str(getattr(answer.denial, name))
    return answer.reasons.account.reference(text) if name == "principal" and text else text


def in_words_of_fields(error: IamTuiError) -> str:
    """Return why a request cannot be asked, in the words of the fields."""
    if not isinstance(error, IncompleteDenialError):
        return str(error)
    fields = " and ".join(name.capitalize() for name in error.lacking)
    remedy = f"{error.remedy}, or fill in {fields}" if error.remedy else f"fill in {fields}"
    return f"{error.problem}; {remedy}"
