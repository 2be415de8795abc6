"""What has to be said beside a decision: odd documents, layers skipped, what was assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.policy.evaluation import EvalDecision, Outcome, Question
from iam_tui.policy.principals import Kind, names_unknown_maker
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.policy.documents import Document
    from iam_tui.policy.statements import Statement

_LIMITED = frozenset({Kind.USER, Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER})


def assumed(question: Question) -> tuple[str, ...]:
    """Return what was taken for granted."""
    said: list[str] = []
    request, principal, policies = question.request, question.principal, question.policies
    if (
        not request.resource_account
        and question.resource.startswith("arn:")
        and question.own is not None
        and question.own not in question.resource
    ):
        said.append(f"the resource belongs to the principal's account {question.own}")
    by_name = principal.kind is Kind.SESSION and "aws:principalarn" not in question.context.given
    if question.service_linked and by_name:
        said.append(f"role {principal.role} is service-linked, by its name")
    foreign = principal.account is not None and question.own not in (None, principal.account)
    if foreign and not policies.service_control:
        said.append(f"SCPs of the principal's account {principal.account} are not known: no limit")
    if foreign and principal.kind in _LIMITED and policies.permissions_boundary is None:
        said.append("the principal's permissions boundary is not known: no limit")
    if principal.kind is Kind.ASSUMED_ROOT and not policies.session:
        said.append("the task policy of the AssumeRoot session is not known: no limit")
    return tuple(said)


def warnings(question: Question, outcome: Outcome) -> tuple[str, ...]:
    """Return what a reader must know about the documents and the layers."""
    said: list[str] = []
    if not question.action.known:
        said.append(f"the action {question.request.action} is not in the catalogue")
    for kind, level, place, document in _documents(question):
        where = f"{kind.value} policy {place + 1}" + (f" of level {level + 1}" if level else "")
        if document.fault is not None:
            said.append(f"{where}: {document.fault}")
        for statement in document.compiled.statements(SHORT_ARNS[kind]):
            remarks = (*statement.remarks, *_gaps(statement, kind, question))
            said.extend(f"{where}, Statement[{statement.index}] {text}" for text in remarks)
    said.extend(_star_remarks(question))
    if question.policies.resource_control and not question.scope.has_rcp:
        said.append(no_rcp(question))
    if question.caller.federating_user is None and _may_be_named(question):
        said.append("a Deny names a user who may have made this federated user; nobody said so")
    if question.action.service == "kms" and outcome.decision is EvalDecision.IMPLICIT_DENY:
        said.append("grants of the key are not looked at")
    if ":accesspoint/" in question.resource and question.action.service == "s3":
        said.append("the access point's own policy is not looked at")
    return tuple(dict.fromkeys(said))


def no_rcp(question: Question) -> str:
    """Return why RCPs have no say."""
    if question.service_linked:
        return "RCPs do not limit service-linked roles"
    if not question.action.rcp_listed:
        return f"RCPs do not reach {question.action.service}"
    return "RCPs do not reach this call"


def _gaps(statement: Statement, kind: LayerKind, question: Question) -> Iterator[str]:
    """Say which element a statement lacks for its kind of policy (G6)."""
    if statement.dead:
        return
    is_trust = kind is LayerKind.RESOURCE and question.action.is_trust
    if statement.included is None and statement.excluded is None and not is_trust:
        yield "has no resource element and applies to nothing"
    if statement.principal is None and kind is LayerKind.RESOURCE:
        yield "has no principal element and applies to nobody"


def _documents(question: Question) -> Iterator[tuple[LayerKind, int, int, Document]]:
    policies = question.policies
    single = (
        (LayerKind.IDENTITY, policies.identity),
        (LayerKind.BOUNDARY, policies.permissions_boundary or ()),
        (LayerKind.SESSION, policies.session),
        (LayerKind.RESOURCE, () if policies.resource is None else (policies.resource,)),
        (LayerKind.ENDPOINT, policies.endpoint),
    )
    for kind, documents in single:
        for place, document in enumerate(documents):
            yield kind, 0, place, document
    for kind, levels in (
        (LayerKind.SERVICE_CONTROL, policies.service_control),
        (LayerKind.RESOURCE_CONTROL, policies.resource_control),
    ):
        for level, documents in enumerate(levels):
            for place, document in enumerate(documents):
                yield kind, level, place, document


def _star_remarks(question: Question) -> Iterator[str]:
    """Say where a wildcard-only action meets a statement that names only ARNs (A8)."""
    if not question.action.wildcard_only or question.action.list_resource is not None:
        return
    for layer in question.scope.layers():
        for _, statement in (*layer.denies, *layer.allows):
            patterns = statement.resources
            if patterns and all(pattern.text.startswith("arn:") for pattern in patterns):
                yield (
                    f"{layer.kind.value} Statement[{statement.index}] names ARNs for "
                    f"{question.request.action}, and AWS documents * here"
                )


def _may_be_named(question: Question) -> bool:
    """Whether a Deny names a user who may have made this federated user (E10a)."""
    return any(
        statement.principal is not None
        and names_unknown_maker(statement.principal, question.principal)
        for _, statement in question.candidates.resource.denies
    )
