"""Why: the evaluation of one request or one row, layer by layer, ending in the statements' text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import statement_key
from iam_tui.account.layers import resource_attachment
from iam_tui.analysis.answers import witness_of
from iam_tui.analysis.probing import Prober
from iam_tui.policy.evaluation import decide
from iam_tui.policy.explanation import layer_results, reason
from iam_tui.policy.requests import LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from iam_tui.account import Account
    from iam_tui.account.layers import Attachment, Layers
    from iam_tui.analysis.effective import Permission
    from iam_tui.policy.evaluation import Assume, Question
    from iam_tui.policy.explanation import LayerResult, MatchedStatement

ALLOW, DENY, NO_ALLOW, SILENT = "Allow", "Deny", "no Allow", "-"
_ORDER = ("identity", "boundary", "SCP", "RCP", "resource", "session")
_OUTCOMES = {"allow": ALLOW, "explicit": DENY, "implicit": NO_ALLOW, "notApplicable": SILENT}
_NOT_IN_FILE = {
    "SCP": "service_control",
    "RCP": "resource_control",
    "resource": "resource",
}
_NONE_WORDS = {
    "boundary": "none",
    "SCP": "none apply",
    "RCP": "none apply",
    "resource": "the resource has no policy in this file",
    "session": "none",
}


@dataclass(frozen=True, slots=True)
class WhyStatement:
    """A statement that applies, with the way it came by."""

    path: tuple[str, ...]
    """Node keys from the principal, or the organization's level, to the policy."""
    key: str
    """The statement: `POLICY_KEY[INDEX]`."""
    index: int
    sid: str | None
    effect: str
    text: str
    """The statement as JSON, two spaces deep."""


class WhyLayer(NamedTuple):
    """What one layer said."""

    name: str
    """`identity`, `boundary`, `SCP`, `RCP`, `resource`, `session`."""
    level: str
    """The organization's level, for SCPs and RCPs."""
    outcome: str
    """`Allow`, `Deny`, `no Allow`, or `-` for a layer that has no say."""
    statements: tuple[WhyStatement, ...]
    note: str = ""


class Why(NamedTuple):
    """The reason of a decision or a row."""

    action: str
    resource: str
    """The concrete resource that was asked about."""
    decision: str
    """SimulatePrincipalPolicy's word for that resource."""
    reason: str
    """One sentence."""
    layers: tuple[WhyLayer, ...]
    notes: tuple[str, ...]


def why_permission(account: Account, principal: str, permission: Permission) -> Why:
    """Return why a row of effective permissions is as it is.

    The evaluation is shown for one resource of the row; where the row depends on conditions, as
    if they held.

    Args:
        account: The account that the row was computed from.
        principal: Whose row it is.
        permission: The row.

    Raises:
        UnknownName: When the account has no such principal.
    """
    prober = Prober(account, principal)
    shown = permission.resources[0] if permission.resources else "*"
    witness = witness_of(prober, permission.action, shown)
    assume: Assume = "actual" if permission.status == "granted" else "allow"
    found = explain(prober, permission.action, witness, assume)
    notes = [*_row_notes(permission), *found.notes]
    return found._replace(notes=tuple(dict.fromkeys(notes)))


def _row_notes(permission: Permission) -> Iterator[str]:
    if permission.conditions:
        yield f"depends on {', '.join(permission.conditions)}"
    if permission.excluded:
        more = len(permission.excluded) - 3
        listed = ", ".join(permission.excluded[:3]) + (f" and {more} more" if more > 0 else "")
        yield f"not on {listed}"
    if len(permission.via) > 1:
        yield f"granted in {len(permission.via)} ways; all of them would have to go to end it"


def explain(prober: Prober, action: str, resource: str, assume: Assume = "actual") -> Why:
    """Return the evaluation of one request, layer by layer.

    Args:
        prober: Who asks.
        action: To do what.
        resource: On which resource.
        assume: How conditions on unknown keys are taken.
    """
    question = prober.question(action, resource, assume)
    outcome = decide(question)
    layers = why_layers(
        prober.account,
        prober.layers,
        layer_results(question),
        partial(_attachments, prober, question),
    )
    return Why(
        action,
        question.resource,
        outcome.decision.value,
        reason(question, outcome),
        layers,
        tuple(_notes(prober)),
    )


def _notes(prober: Prober) -> Iterator[str]:
    for unknown in prober.layers.unknown:
        yield f"the document of {unknown.key} is not known, so what it adds or denies is not here"


def why_layers(
    account: Account,
    known: Layers,
    results: Iterable[LayerResult],
    attachments: Callable[[MatchedStatement], Iterable[Attachment]],
) -> tuple[WhyLayer, ...]:
    """Return what every layer said, those that have no say among them.

    Args:
        account: The account.
        known: What applies to the principal.
        results: What the evaluation says of the layers.
        attachments: Gives every way by which the document of a matched statement applies.
    """
    by_name: dict[str, list[LayerResult]] = {}
    for result in results:
        by_name.setdefault(result.name, []).append(result)
    found: list[WhyLayer] = []
    for name in _ORDER:
        several = by_name.get(name)
        if several is None:
            found.append(WhyLayer(name, "", SILENT, (), _silence(known, name)))
        else:
            found.extend(_layer(account, result, attachments) for result in several)
    return tuple(found)


def _silence(known: Layers, name: str) -> str:
    missing = _NOT_IN_FILE.get(name)
    if missing is not None and missing in known.not_in_file:
        return "not in this file"
    if name == "boundary" and known.unknown_boundary:
        return "there is one, but its document is not known"
    return _NONE_WORDS.get(name, "")


def _layer(
    account: Account,
    result: LayerResult,
    attachments: Callable[[MatchedStatement], Iterable[Attachment]],
) -> WhyLayer:
    statements = tuple(
        why_statement(attachment, matched.index, matched.sid, matched.effect)
        for matched in result.statements
        for attachment in attachments(matched)
    )
    level = _level_name(account, result) if result.name in ("SCP", "RCP") else ""
    return WhyLayer(result.name, level, _OUTCOMES[result.outcome], statements, result.note)


def _level_name(account: Account, result: LayerResult) -> str:
    organization = account.organization
    levels = organization.levels if organization is not None else ()
    return levels[result.level].name if result.level < len(levels) else ""


def why_statement(attachment: Attachment, index: int, sid: str | None, effect: str) -> WhyStatement:
    """Return a statement with its text, and the way by which its document applies."""
    written = attachment.document.statements[index]
    return WhyStatement(
        attachment.path,
        statement_key(attachment.key, index),
        index,
        sid,
        effect,
        json.dumps(written, indent=2, ensure_ascii=False),
    )


def _attachments(prober: Prober, question: Question, matched: MatchedStatement) -> list[Attachment]:
    known = prober.layers
    if matched.layer == LayerKind.IDENTITY.value:
        document = known.documents[matched.document]
        return [item for item in known.identity if item.document == document]
    if matched.layer == LayerKind.BOUNDARY.value:
        return [] if known.boundary is None else [known.boundary]
    if matched.layer == LayerKind.RESOURCE.value:
        attached = resource_attachment(
            prober.account, question.request.action, question.request.resource
        )
        return [] if attached is None else [attached]
    return [_control(known, matched)]


def _control(known: Layers, matched: MatchedStatement) -> Attachment:
    is_scp = matched.layer == LayerKind.SERVICE_CONTROL.value
    levels = known.service_control if is_scp else known.resource_control
    return levels[matched.level][matched.document]
