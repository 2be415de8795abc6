"""Why a decision came out as it did: layer by layer, worked out when somebody reads it.

Nothing here decides; every answer is asked of `evaluation` again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.evaluation import EvalDecision, Outcome, Question, decide, denying_layers
from iam_tui.policy.principals import Kind, Naming, names_unknown_maker
from iam_tui.policy.requests import SHORT_ARNS, Candidates, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.policy.documents import Document
    from iam_tui.policy.statements import Statement


class MatchedStatement(NamedTuple):
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
    policies, found = question.policies, question.candidates
    kind = question.principal.kind
    identity_note = "" if question.has_identity else _no_identity(question)
    yield _result(question, found.identity, question.has_identity, identity_note)
    if policies.permissions_boundary is not None:
        note = "" if question.has_boundary else f"does not limit a {kind.value}"
        yield _result(question, found.boundary, question.has_boundary, note)
    for layer in found.service_control:
        yield _result(question, layer, question.has_scp, _no_scp(question), len(found.service_control))
    for layer in found.resource_control:
        yield _result(question, layer, question.has_rcp, _no_rcp(question), len(found.resource_control))
    if policies.resource is not None:
        yield _result(question, found.resource, True, "")
    if policies.session:
        note = "" if question.has_session else f"a {kind.value} has no session policy"
        yield _result(question, found.session, question.has_session, note)
    if policies.endpoint:
        yield _result(question, found.endpoint, question.has_endpoint, "not consulted")


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
    for place, statement in (*layer.denies, *layer.allows):
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
    kind = question.principal.kind
    if kind in (Kind.ROOT, Kind.ASSUMED_ROOT):
        return "the root user needs no identity policy in its own account"
    if question.action.unsigned:
        return "the call is not signed, so no identity policy exists"
    return f"{_article(kind.value)} has no identity policies"


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _no_scp(question: Question) -> str:
    if question.service_linked:
        return "SCPs do not limit service-linked roles"
    return f"SCPs do not limit {_article(question.principal.kind.value)} caller"


def _no_rcp(question: Question) -> str:
    if question.service_linked:
        return "RCPs do not limit service-linked roles"
    if not question.action.rcp_listed:
        return f"RCPs do not reach {question.action.service}"
    return "RCPs do not reach this call"


def steps(question: Question, outcome: Outcome, results: tuple[LayerResult, ...]) -> tuple[Step, ...]:
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
    "unknown-owner": "the resource belongs to another account and its owner's policy is unknown",
    "owner": "the resource belongs to another account and its policy does not allow this caller",
    "trust": "the role's trust policy does not allow this caller",
    "key-policy": "the key policy neither names the caller nor delegates to the account; "
    "grants of the key are not looked at",
    "unknown-key-policy": "the key policy is not known, and nothing works without it; "
    "grants of the key are not looked at",
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
    how, _, what = outcome.cause.partition(":")
    if how == "allowed":
        text = _ALLOWED_WORDS.get(what, what)
        if what == "identity" and question.principal.kind in (Kind.ROOT, Kind.ASSUMED_ROOT):
            text = "the root user may do everything in its account that nothing takes away"
        if question.target.pattern is not None:
            text += "; allowed for at least one resource"
        return text
    if how == "deny":
        return f"{_LAYER_WORDS[what]} denies it explicitly"
    if how == "refused":
        return f"AWS refuses it whatever the policies allow: {what}"
    if how == "ceiling":
        name, _, level = what.partition(":")
        if name == LayerKind.SERVICE_CONTROL.value:
            return f"no service control policy of level {int(level) + 1} allows it"
        return "the VPC endpoint policy does not allow it"
    return _NONE_WORDS[what]


def deciding_statements(
    decision: EvalDecision, results: tuple[LayerResult, ...]
) -> tuple[MatchedStatement, ...]:
    """Return the statements that produced the decision (S3), SCPs and RCPs among them (S4)."""
    effect = {EvalDecision.ALLOWED: "Allow", EvalDecision.EXPLICIT_DENY: "Deny"}.get(decision)
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


def _all_layers(question: Question) -> Iterator[Candidates]:
    """Yield the layers that have a say in this request."""
    found = question.candidates
    if question.has_identity:
        yield found.identity
    if question.has_boundary:
        yield found.boundary
    if question.has_session:
        yield found.session
    if question.has_scp:
        yield from found.service_control
    if question.has_rcp:
        yield from found.resource_control
    if question.policies.resource is not None:
        yield found.resource
    if question.has_endpoint:
        yield found.endpoint


def missing_keys(question: Question, outcome: Outcome) -> tuple[str, ...]:
    """Return the absent keys of statements that match by action, resource and principal, where
    forcing the statement to hold or not to hold changes the decision (S6).
    """
    found: dict[str, None] = {}
    for layer in _all_layers(question):
        for _, statement in (*layer.denies, *layer.allows):
            keys = _open_keys(question, statement)
            if not keys or not _could_match(question, layer, statement):
                continue
            if _matters(question, statement, outcome):
                found.update(dict.fromkeys(keys))
    return tuple(spelled(key) for key in found)


def _open_keys(question: Question, statement: Statement) -> list[str]:
    """Return the keys that a statement's conditions read and the request lacks."""
    keys = {
        key
        for condition in statement.conditions
        if condition.operator is not None and question.is_open(condition)
        for key in condition.keys
        if key not in question.context.values
    }
    return sorted(keys)


def _could_match(question: Question, layer: Candidates, statement: Statement) -> bool:
    kind = layer.kind
    if kind in (LayerKind.RESOURCE, LayerKind.ENDPOINT):
        if question.reaches(statement, kind) is None:
            return False
    return question.covers(statement, kind)


def _matters(question: Question, statement: Statement, outcome: Outcome) -> bool:
    """Whether forcing a statement's conditions either way gives two decisions."""
    forced = question.forced
    try:
        for holds in (True, False):
            forced[id(statement)] = holds
            if decide(question).decision is not outcome.decision:
                return True
        return False
    finally:
        forced.pop(id(statement), None)


def assumed(question: Question) -> tuple[str, ...]:
    """Return what was taken for granted."""
    said: list[str] = []
    request, principal = question.request, question.principal
    if (
        request.resource_account is None
        and request.resource.startswith("arn:")
        and question.own is not None
        and question.own not in request.resource
    ):
        said.append(f"the resource belongs to the principal's account {question.own}")
    if question.service_linked and principal.kind is Kind.SESSION:
        if "aws:principalarn" not in question.context.given:
            said.append(f"role {principal.role} is service-linked, by its name")
    foreign = principal.account is not None and question.own not in (None, principal.account)
    if foreign and not question.policies.service_control:
        said.append(f"SCPs of the principal's account {principal.account} are not known")
    limited = principal.kind in (Kind.USER, Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER)
    if foreign and limited and question.policies.permissions_boundary is None:
        said.append("the principal's permissions boundary is not known")
    if principal.kind is Kind.ASSUMED_ROOT and not question.policies.session:
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
            said.extend(f"{where}, Statement[{statement.index}] {r}" for r in statement.remarks)
    said.extend(_star_remarks(question))
    if question.policies.resource_control and not question.has_rcp:
        said.append(_no_rcp(question))
    element_unknown = any(
        statement.deny
        and statement.principal is not None
        and names_unknown_maker(statement.principal, question.principal)
        for _, statement in question.candidates.resource.denies
    )
    if element_unknown and question.caller.federating_user is None:
        said.append("a Deny names a user who may have made this federated user; nobody said so")
    if ":accesspoint/" in question.resource and question.action.service == "s3":
        said.append("the access point's own policy is not looked at")
    return tuple(dict.fromkeys(said))


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
    for layer in _all_layers(question):
        for _, statement in (*layer.denies, *layer.allows):
            patterns = statement.resources
            if patterns and all(pattern.text.startswith("arn:") for pattern in patterns):
                yield (
                    f"{layer.kind.value} Statement[{statement.index}] names ARNs for "
                    f"{question.request.action}, and AWS documents * here"
                )


__all__ = [
    "LayerResult",
    "MatchedStatement",
    "Step",
    "assumed",
    "blocked_by",
    "deciding_statements",
    "denying_layers",
    "layer_results",
    "missing_keys",
    "reason",
    "steps",
    "warnings",
]
