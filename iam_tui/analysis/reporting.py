"""A simulation in the words of SimulatePrincipalPolicy, for scripts that know them.

IAM API Reference: "EvaluationResult" (EVALUATION section 7). What AWS does not tell stands beside
its fields: who asked, where in the policy a statement is, how the policy came to apply, and every
step of the evaluation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from iam_tui.policy.requests import LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account.layers import Attachment
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.policy.explanation import MatchedStatement

_LEVELLED = (LayerKind.SERVICE_CONTROL.value, LayerKind.RESOURCE_CONTROL.value)


class MatchedStatementResult(TypedDict):
    """One statement of one policy."""

    SourcePolicyId: str
    """The policy's node: an ARN, `OWNER#inline/NAME`, `organization/LEVEL#NAME`, `session/1`."""
    SourcePolicyType: str
    """`user`, `group`, `role`, `aws-managed`, `user-managed`, `resource`, `none`."""
    StatementIndex: int
    Sid: str | None
    Effect: str
    Layer: str
    Level: int | None
    """Of an SCP or RCP: 1 is the organization's root."""
    Via: list[list[str]]
    """Every way from the principal to the policy, as node keys."""


class StepResult(TypedDict):
    """One step of the evaluation."""

    Step: str
    Outcome: str
    Text: str
    Statements: list[MatchedStatementResult]


class OrganizationsDecision(TypedDict):
    """What the SCPs of all levels say."""

    AllowedByOrganizations: bool


class BoundaryDecision(TypedDict):
    """What the permissions boundary says."""

    AllowedByPermissionsBoundary: bool


class Details(TypedDict, total=False):
    """What is there only when the account file has it."""

    OrganizationsDecisionDetail: OrganizationsDecision
    PermissionsBoundaryDecisionDetail: BoundaryDecision


class EvaluationResult(Details):
    """SimulatePrincipalPolicy's EvaluationResult, with `Principal` and `Steps`."""

    Principal: str
    EvalActionName: str
    EvalResourceName: str
    EvalDecision: str
    MatchedStatements: list[MatchedStatementResult]
    MissingContextValues: list[str]
    Steps: list[StepResult]


def evaluation_result(simulation: Simulation) -> EvaluationResult:
    """Return a simulation as JSON can hold it.

    The details of the organization and of the boundary are there only when the account file has
    the one and the principal has the other (S7, S8).
    """
    return {
        "Principal": simulation.principal,
        "EvalActionName": simulation.request.action,
        "EvalResourceName": simulation.resource,
        "EvalDecision": simulation.decision.value,
        "MatchedStatements": _statements(simulation, simulation.matched_statements),
        "MissingContextValues": list(simulation.missing),
        **_details(simulation),
        "Steps": [
            {
                "Step": step.name,
                "Outcome": step.outcome,
                "Text": step.text,
                "Statements": _statements(simulation, step.statements),
            }
            for step in simulation.steps
        ],
    }


def _details(simulation: Simulation) -> Details:
    found: Details = {}
    organizations = _allowed_by_organizations(simulation)
    if organizations is not None:
        found["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": organizations}
    boundary = simulation.layers.get(LayerKind.BOUNDARY.value)
    if boundary is not None and boundary.outcome != "notApplicable":
        allowed = boundary.outcome == "allow"
        found["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": allowed}
    return found


def _allowed_by_organizations(simulation: Simulation) -> bool | None:
    """Return what the SCPs say, or None when the file does not say or the caller has none."""
    if not simulation.in_organization:
        return None
    return all(
        result.outcome in ("allow", "notApplicable")
        for result in simulation.layers.values()
        if result.name == LayerKind.SERVICE_CONTROL.value
    )


def _statements(
    simulation: Simulation, statements: tuple[MatchedStatement, ...]
) -> list[MatchedStatementResult]:
    return [one for statement in statements for one in _sources(simulation, statement)]


def _sources(
    simulation: Simulation, statement: MatchedStatement
) -> Iterator[MatchedStatementResult]:
    """Yield the statement once for each policy that has its document."""
    ways: dict[str, list[Attachment]] = {}
    for attachment in simulation.attachments(statement):
        ways.setdefault(attachment.key, []).append(attachment)
    if not ways:
        yield _source(statement, f"{statement.layer}/{statement.document + 1}", [])
    for key, attachments in ways.items():
        yield _source(statement, key, attachments)


def _source(
    statement: MatchedStatement, key: str, attachments: list[Attachment]
) -> MatchedStatementResult:
    return {
        "SourcePolicyId": key,
        "SourcePolicyType": attachments[0].source_type if attachments else "none",
        "StatementIndex": statement.index,
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Layer": statement.layer,
        "Level": statement.level + 1 if statement.layer in _LEVELLED else None,
        "Via": [list(attachment.path) for attachment in attachments],
    }
