"""Why a decision came out as it did: layer by layer, worked out when somebody reads it.

Nothing here decides; every answer is asked of `evaluation` again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.evaluation import EvalDecision, Outcome, Question, decide
from iam_tui.policy.principals import Naming
from iam_tui.policy.remarks import assumed, no_rcp, warnings
from iam_tui.policy.requests import LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.policy.plans import Candidates


@dataclass(frozen=True, slots=True)
class MatchedStatement:
    """A statement that applies to the request."""

    layer: str
    level: int
    """For SCPs and RCPs, from the root down; 0 elsewhere."""
    document: int
    """Place of its document in the layer."""
    index: int
    """Place of the statement in its document."""
    sid: str | None
    effect: str
    naming: str | None = None
    """How a resource policy names the caller: direct, role, user, account (E10)."""


class LayerResult(NamedTuple):
    """What one layer, or one level of it, said."""

    name: str
    level: int
    label: str
    outcome: str
    """`allow`, `explicit`, `implicit`, `notApplicable`."""
    statements: tuple[MatchedStatement, ...]
    note: str = ""


class Step(NamedTuple):
    """One step of the evaluation, as "why" shows it."""

    name: str
    outcome: str
    """`allow`, `explicit`, `implicit`, `notApplicable`, `said`; the last step has the decision."""
    text: str
    statements: tuple[MatchedStatement, ...] = ()


_NAMING = {
    Naming.DIRECT: "direct",
    Naming.ROLE: "role",
    Naming.USER: "user",
    Naming.ACCOUNT: "account",
}


def layer_results(question: Question) -> Iterator[LayerResult]:
    """Yield what every layer said, in the order in which people read them."""
    policies, found, scope = question.policies, question.candidates, question.scope
    noun = question.principal.kind.value
    note = "" if scope.has_identity else _no_identity(question)
    yield _result(question, found.identity, scope.has_identity, note)
    if policies.permissions_boundary is not None:
        note = f"{_article(noun)} has no boundary here"
        yield _result(question, found.boundary, scope.has_boundary, note)
    levels = found.service_control
    for layer in levels:
        yield _result(question, layer, scope.has_scp, _no_scp(question), len(levels))
    levels = found.resource_control
    for layer in levels:
        yield _result(question, layer, scope.has_rcp, no_rcp(question), len(levels))
    if policies.resource is not None:
        yield _result(question, found.resource, True, "")
    if policies.session:
        note = f"{_article(noun)} has no session policy here"
        yield _result(question, found.session, scope.has_session, note)
    if policies.endpoint:
        yield _result(question, found.endpoint, scope.has_endpoint, "not consulted")


def _result(
    question: Question, layer: Candidates, applies: bool, note: str, levels: int = 1
) -> LayerResult:
    name = layer.kind.value
    label = f"{name} {layer.level + 1}" if levels > 1 else name
    if not applies:
        return LayerResult(name, layer.level, label, "notApplicable", (), note)
    statements = tuple(_matched(question, layer))
    effects = {statement.effect for statement in statements}
    outcome = "explicit" if "Deny" in effects else "allow" if "Allow" in effects else "implicit"
    if layer.kind is LayerKind.RESOURCE_CONTROL and outcome == "implicit":
        outcome = "allow"  # RCPFullAWSAccess is always attached (E36).
    return LayerResult(name, layer.level, label, outcome, statements)


def _matched(question: Question, layer: Candidates) -> Iterator[MatchedStatement]:
    escaped = layer.kind is LayerKind.RESOURCE and question.scope.escapes_resource
    for place, statement in (*(() if escaped else layer.denies), *layer.allows):
        naming = question.applies(statement, layer.kind)
        if naming is not None:
            said = _NAMING[naming] if layer.kind is LayerKind.RESOURCE else None
            yield MatchedStatement(
                layer.kind.value,
                layer.level,
                place,
                statement.index,
                statement.sid,
                statement.effect,
                said,
            )


def _no_identity(question: Question) -> str:
    if question.principal.is_root:
        return "the root user needs no identity policy in its own account"
    if question.action.unsigned:
        return "the call is not signed, so no identity policy exists"
    return f"{_article(question.principal.kind.value)} has no identity policies"


def _article(noun: str) -> str:
    begins_with_vowel = noun[0] in "aeiou" and not noun.startswith("us")
    return f"{'an' if begins_with_vowel else 'a'} {noun}"


def _no_scp(question: Question) -> str:
    if question.service_linked:
        return "SCPs do not limit service-linked roles"
    return f"SCPs do not limit {_article(question.principal.kind.value)} caller"


def steps(
    question: Question, outcome: Outcome, results: tuple[LayerResult, ...]
) -> tuple[Step, ...]:
    """Return the evaluation in order: layers, what had to be said, the decision."""
    found = [
        Step(result.label, result.outcome, _layer_text(result), result.statements)
        for result in results
    ]
    found.extend(Step("note", "said", text) for text in warnings(question, outcome))
    found.extend(Step("assumed", "said", text) for text in assumed(question))
    found.append(Step("decision", outcome.decision.value, reason(question, outcome)))
    return tuple(found)


def _layer_text(result: LayerResult) -> str:
    if result.note:
        return result.note
    words = {
        "allow": "allows",
        "explicit": "denies explicitly",
        "implicit": "has no statement that allows it",
    }
    if result.outcome == "allow" and not result.statements:
        return "denies nothing"
    return words[result.outcome]


_LAYER_WORDS = {
    "identity": "an identity-based policy",
    "boundary": "the permissions boundary",
    "session": "the session policy",
    "SCP": "a service control policy",
    "RCP": "a resource control policy",
    "resource": "the resource-based policy",
    "endpoint": "the VPC endpoint policy",
}

_NONE_WORDS = {
    "identity": "no identity-based policy allows it",
    "boundary": "the permissions boundary does not allow it",
    "session": "the session policy does not allow it",
    "resource": "the resource-based policy does not allow this caller",
    "unknown-resource": "the resource's policy is not known, and only it could allow this caller",
    "unknown-owner": "the resource belongs to another account: owner's policy unknown",
    "owner": "the resource belongs to another account and its policy does not allow this caller",
    "trust": "the role's trust policy does not allow this caller",
    "key-policy": "the key policy neither names the caller nor delegates to the account",
    "unknown-key-policy": "the key policy is not known, and nothing works without it",
    "federated": "a federated user without session policy has only what names it directly",
    "provider": "the call is not signed: only an identity provider can be its principal",
}

_ALLOWED_WORDS = {
    "identity": "an identity-based policy allows it and nothing denies or limits it",
    "resource": "the resource-based policy allows this caller and nothing denies or limits it",
    "both": "the resource's owner and the caller's own side both allow it",
}


def reason(question: Question, outcome: Outcome) -> str:
    """Return one sentence that says what decided."""
    how, what = outcome.how, outcome.what
    if how == "allowed":
        text = _ALLOWED_WORDS.get(what, what)
        if what == "identity" and question.principal.is_root:
            text = "the root user may do everything in its account that nothing takes away"
        if question.target is not None and question.target.pattern is not None:
            text += "; allowed for at least one resource"
        return text
    if how == "deny":
        return f"{_LAYER_WORDS[what]} denies it explicitly"
    if how == "refused":
        return f"AWS refuses it whatever the policies allow: {what}"
    if how == "ceiling":
        if what == LayerKind.SERVICE_CONTROL:
            return f"no service control policy of level {outcome.level + 1} allows it"
        return "the VPC endpoint policy does not allow it"
    return _NONE_WORDS[what]


def deciding_statements(
    decision: EvalDecision, results: tuple[LayerResult, ...]
) -> tuple[MatchedStatement, ...]:
    """Return the statements that produced the decision (S3), SCPs and RCPs among them (S4)."""
    effects = {EvalDecision.ALLOWED: "Allow", EvalDecision.EXPLICIT_DENY: "Deny"}
    effect = effects.get(decision)
    return tuple(
        statement
        for result in results
        for statement in result.statements
        if statement.effect == effect
    )


_BLOCKING = {
    LayerKind.SERVICE_CONTROL: "scp",
    LayerKind.RESOURCE_CONTROL: "rcp",
    LayerKind.ENDPOINT: "vpce",
    LayerKind.IDENTITY: "identity",
    LayerKind.RESOURCE: "resource",
    LayerKind.BOUNDARY: "pb",
    LayerKind.SESSION: "session",
}


def blocked_by(question: Question, outcome: Outcome) -> tuple[str, ...]:
    """Return the layers that each turn down a request that would pass without all of them."""
    if outcome.decision is EvalDecision.ALLOWED:
        return ()
    everything = frozenset(_BLOCKING)
    if decide(question, everything).decision is not EvalDecision.ALLOWED:
        return ()
    return tuple(
        word
        for kind, word in _BLOCKING.items()
        if decide(question, everything - {kind}).decision is not EvalDecision.ALLOWED
    )
