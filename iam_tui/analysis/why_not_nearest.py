"""The statement that came nearest to allowing a request, and what about it did not fit.

Every part of a statement is asked of the evaluator on its own: whether it covers the action, the
resource, each condition, the principal. What failed is told in the words of the statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iam_tui.account.layers import Attachment
    from iam_tui.policy.conditions import Condition
    from iam_tui.policy.evaluation import Question
    from iam_tui.policy.resources import ResourcePattern
    from iam_tui.policy.statements import Statement

Part = Literal["action", "resource", "condition", "principal"]
_MOST_FAILED = 2
_MOST_COMPARED = 200


class FailedPart(NamedTuple):
    """One part of a statement that does not fit a request."""

    part: Part
    element: str
    """As the policy calls it: `Action`, `NotResource`, `IpAddress`, `Principal`."""
    key: str
    """The condition key; empty for the other parts."""
    wanted: tuple[str, ...]
    """What the statement has; the entry that comes nearest first."""
    got: str
    """What the request has; empty when it has no such key."""
    hint: str = ""

    @property
    def text(self) -> str:
        """One sentence."""
        several = " or ".join(self.wanted[:3]) + (" ..." if len(self.wanted) > 3 else "")
        hint = f": {self.hint}" if self.hint else ""
        if self.part == "condition":
            has = f"the request has {self.got}" if self.got else "the request does not have it"
            return f"its condition {self.element} {self.key} {several} does not hold: {has}"
        if self.part == "principal":
            return f"its {self.element} {several} does not name the caller{hint}"
        verb = "leaves out" if self.element.startswith("Not") else "does not cover"
        return f"its {self.element} {several} {verb} {self.got}{hint}"


class Near(NamedTuple):
    """A statement with the parts of it that failed."""

    attachment: Attachment
    statement: Statement
    failed: tuple[FailedPart, ...]


def near_statements(
    question: Question, kind: LayerKind, attachments: Iterable[Attachment]
) -> list[Near]:
    """Return the Allow statements of a layer that failed in one or two parts, nearest first.

    Args:
        question: The request made ready.
        kind: The layer, or the kind of its level.
        attachments: The documents of the layer.
    """
    found: list[Near] = []
    seen = set()
    for attachment in attachments:
        if (attachment.key, attachment.document) in seen:
            continue
        seen.add((attachment.key, attachment.document))
        for statement in attachment.document.compiled.statements(SHORT_ARNS[kind]):
            if statement.deny or statement.dead:
                continue
            failed = _failed(question, statement, kind)
            if failed is not None:
                found.append(Near(attachment, statement, failed))
    found.sort(key=lambda near: (len(near.failed), _WEIGHT[near.failed[0].part]))
    compared = found[:_MOST_COMPARED]
    compared.sort(key=_order)
    return compared


_WEIGHT = {"condition": 0, "resource": 1, "principal": 2, "action": 3}


def _order(near: Near) -> tuple[object, ...]:
    """Fewest failed parts first, then a condition before a resource, then what is most alike."""
    likeness = sum(_likeness(part.got, part.wanted[0]) for part in near.failed if part.wanted)
    return (len(near.failed), _WEIGHT[near.failed[0].part], -likeness)


def _failed(
    question: Question, statement: Statement, kind: LayerKind
) -> tuple[FailedPart, ...] | None:
    """Return the parts of a statement that fail; None when none do, or when too many."""
    action = question.action
    found: list[FailedPart] = []
    if not statement.covers_action(action.service, action.name):
        if not _is_of_service(statement, action.service):
            return None
        found.append(_action(question, statement))
    if not statement.everywhere and not question.covers(statement, kind):
        found.append(_resource(question, statement))
    if kind is LayerKind.RESOURCE and question.reaches(statement, kind) is None:
        found.append(_principal(question, statement))
    for condition in statement.conditions:
        if not condition.holds(question.context):
            found.append(_condition(question, condition))
        if len(found) > _MOST_FAILED:
            return None
    return tuple(found) if 0 < len(found) <= _MOST_FAILED else None


def _is_of_service(statement: Statement, service: str) -> bool:
    """Whether a statement has to do with a service: one about another is not near."""
    if statement.actions is None:
        return True
    return any(pattern.service == service for pattern in statement.actions)


def _likeness(one: str, other: str) -> float:
    """Return how much of two texts is alike at their beginnings and ends, 1 for all of it."""
    start = _common(one, other)
    end = _common(one[::-1], other[::-1])
    return min(start + end, len(one), len(other)) / max(len(one), len(other), 1)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    for place, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return place
    return min(len(one), len(other))


def _nearest_first(texts: Iterable[str], wanted: str) -> tuple[str, ...]:
    return tuple(sorted(texts, key=lambda text: -_likeness(text, wanted)))


# --- what failed --------------------------------------------------------------------------------


def _action(question: Question, statement: Statement) -> FailedPart:
    asked = question.request.action
    if statement.actions is None:
        left_out = statement.not_actions or ()
        match = [p for p in left_out if p.matches(question.action.service, question.action.name)]
        return FailedPart("action", "NotAction", "", tuple(p.text for p in match), asked)
    service = question.action.service
    theirs = (pattern.text for pattern in statement.actions if pattern.service == service)
    return FailedPart("action", "Action", "", _nearest_first(theirs, asked), asked)


def _resource(question: Question, statement: Statement) -> FailedPart:
    asked = question.resource
    patterns = statement.resources
    if patterns is None:
        left_out = tuple(
            pattern.text
            for pattern in statement.not_resources or ()
            if pattern.matches(asked, question.context)
        )
        return FailedPart("resource", "NotResource", "", left_out, asked)
    texts = _nearest_first((pattern.text for pattern in patterns), asked)
    hint = _resource_hint(question, asked, patterns, texts[0] if texts else "")
    return FailedPart("resource", "Resource", "", texts, asked, hint)


def _resource_hint(
    question: Question, asked: str, patterns: Sequence[ResourcePattern], text: str
) -> str:
    """Return what people usually overlook about a resource, or nothing."""
    if question.action.fixed_resource and asked == "*":
        return "AWS knows no resource for this action, so only * covers it"
    for pattern in patterns:
        open_keys = [key for key in pattern.keys if question.context.variable(key, None) is None]
        if open_keys and pattern.could_match(asked):
            return f"the request has no value for ${{{spelled(open_keys[0])}}}"
    if text.lower() == asked.lower():
        return "upper and lower case differ"
    if asked.startswith(f"{text}/"):
        return f"it is the bucket, not its objects, which are {text}/*" if _is_bucket(text) else ""
    if text.endswith("/*") and text[:-2] == asked and _is_bucket(asked):
        return "it is the objects, not the bucket itself"
    return ""


def _is_bucket(arn: str) -> bool:
    return ":s3:::" in arn and "/" not in arn


def _principal(question: Question, statement: Statement) -> FailedPart:
    asked = question.request.principal
    element = statement.principal
    if element is None:
        return FailedPart("principal", "Principal", "", ("(none)",), asked)
    named = (*(("*",) if element.everyone else ()), *element.aws)
    texts = (*named, *sorted(element.services), *sorted(element.federated))
    name = "NotPrincipal" if element.negated else "Principal"
    return FailedPart("principal", name, "", _nearest_first(texts, asked), asked)


def _condition(question: Question, condition: Condition) -> FailedPart:
    values = question.context.get(condition.key) or ()
    wanted = tuple(pattern.text for pattern in condition.patterns)
    key = spelled(condition.key) if condition.key else ""
    return FailedPart("condition", condition.name, key, wanted, " and ".join(values))
