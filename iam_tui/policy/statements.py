"""Statements and documents in the form that the evaluator reads, compiled once.

What AWS would refuse does not stop the evaluation (EVALUATION rule G6): a statement that cannot
mean anything applies to nothing, and an element or operator that is not known counts as a match
in a Deny and as no match in an Allow. Each is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.policy import actions, conditions, resources
from iam_tui.policy.principals import PrincipalElement, compile_element

if TYPE_CHECKING:
    from iam_tui.policy.actions import ActionPattern
    from iam_tui.policy.conditions import Condition
    from iam_tui.policy.context import Context
    from iam_tui.policy.documents import Document, JsonValue
    from iam_tui.policy.resources import ResourcePattern, ShortArns, Target

ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
"""What a statement may hold (G4); element names are exact (G15)."""

_INDEX_LIMIT = 4096


class Statement:
    """One statement, compiled for one kind of policy (short ARNs differ between them)."""

    __slots__ = (
        "actions",
        "conditions",
        "dead",
        "deny",
        "document",
        "index",
        "not_actions",
        "not_resources",
        "principal",
        "remarks",
        "resources",
        "sid",
    )

    document: Document
    index: int
    sid: str | None
    deny: bool
    dead: bool
    """Applies to nothing, whatever is asked."""
    remarks: tuple[str, ...]
    """What is odd about it, in words."""
    actions: tuple[ActionPattern, ...] | None
    not_actions: tuple[ActionPattern, ...] | None
    resources: tuple[ResourcePattern, ...] | None
    not_resources: tuple[ResourcePattern, ...] | None
    principal: PrincipalElement | None
    conditions: tuple[Condition, ...]

    @property
    def effect(self) -> str:
        """`Allow` or `Deny`."""
        return "Deny" if self.deny else "Allow"

    def covers_action(self, service: str, name: str) -> bool:
        """Whether the action part takes in an action given in lower case."""
        if self.dead:
            return False
        if self.actions is not None and not any(p.matches(service, name) for p in self.actions):
            return False
        excluded = self.not_actions
        return excluded is None or not any(p.matches(service, name) for p in excluded)

    def covers_resource(self, target: Target, context: Context) -> bool:
        """Whether the resource part takes in the target (R10, R25)."""
        whole = self.deny
        if self.resources is not None:
            if not any(p.covers(target, context, whole=whole) for p in self.resources):
                return False
        elif self.not_resources is None:
            return False
        excluded = self.not_resources
        return excluded is None or not any(
            p.covers(target, context, whole=not whole) for p in excluded
        )

    @property
    def has_unknown_condition(self) -> bool:
        """Whether a condition uses an operator that is not known."""
        return any(condition.operator is None for condition in self.conditions)


class CompiledDocument:
    """A document's statements, per meaning of short ARNs, with an index by action."""

    __slots__ = ("_by_action", "_by_short", "document")

    def __init__(self, document: Document) -> None:
        self.document = document
        self._by_short: dict[ShortArns, tuple[Statement, ...]] = {}
        self._by_action: dict[tuple[ShortArns, str], tuple[Statement, ...]] = {}

    def statements(self, short: ShortArns) -> tuple[Statement, ...]:
        """Return all statements, compiled."""
        found = self._by_short.get(short)
        if found is None:
            found = self._by_short[short] = _compile_all(self.document, short)
        return found

    def candidates(self, short: ShortArns, action: str) -> tuple[Statement, ...]:
        """Return the statements whose action part takes in an action given in lower case."""
        key = (short, action)
        found = self._by_action.get(key)
        if found is None:
            if len(self._by_action) >= _INDEX_LIMIT:
                self._by_action.clear()
            service, _, name = action.partition(":")
            every = self.statements(short)
            found = tuple(item for item in every if item.covers_action(service, name))
            self._by_action[key] = found
        return found


def compile_document(document: Document) -> CompiledDocument:
    """Return the compiled form of a document; its statements are compiled when asked for."""
    return CompiledDocument(document)


def _compile_all(document: Document, short: ShortArns) -> tuple[Statement, ...]:
    value = document.value
    version = value.get("Version") if isinstance(value, dict) else None
    return tuple(
        _compile(document, index, raw, short, active_variables=version == "2012-10-17")
        for index, raw in enumerate(document.statements)
    )


def _compile(
    document: Document, index: int, raw: JsonValue, short: ShortArns, *, active_variables: bool
) -> Statement:
    element = raw if isinstance(raw, dict) else {}
    made = Statement()
    made.document, made.index = document, index
    sid, effect = element.get("Sid"), element.get("Effect")
    made.sid = sid if isinstance(sid, str) else None
    made.deny = effect == "Deny"
    made.actions = _actions(element, "Action")
    made.not_actions = _actions(element, "NotAction")
    made.resources = _resources(element, "Resource", short, active_variables=active_variables)
    made.not_resources = _resources(element, "NotResource", short, active_variables=active_variables)
    made.principal = _principal(element)
    made.conditions = conditions.compile_condition(
        element.get("Condition"), active_variables=active_variables
    )
    made.remarks, made.dead = _remarks(made, element, raw)
    return made


def _remarks(
    made: Statement, element: dict[str, JsonValue], raw: JsonValue
) -> tuple[tuple[str, ...], bool]:
    """Return what is odd about a statement, and whether that makes it apply to nothing."""
    if not isinstance(raw, dict):
        return ("is no object and applies to nothing",), True
    said: list[str] = []
    dead = False
    if element.get("Effect") not in ("Allow", "Deny"):
        said.append("has an Effect that is neither Allow nor Deny and applies to nothing")
        dead = True
    if made.actions is None and made.not_actions is None:
        said.append("has no action element and applies to nothing")
        dead = True
    counted = "counts as a match in a Deny" if made.deny else "counts as no match in an Allow"
    unknown = [name for name in element if name not in ELEMENTS]
    if unknown:
        said.append(f"has an unknown element {unknown[0]}, which {counted}")
        dead = dead or not made.deny
    said.extend(
        f"has an unknown condition operator {condition.name}, which {counted}"
        for condition in made.conditions
        if condition.operator is None
    )
    return tuple(said), dead


def _texts(value: JsonValue) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [item for item in several if isinstance(item, str)]


def _actions(element: dict[str, JsonValue], name: str) -> tuple[ActionPattern, ...] | None:
    if name not in element:
        return None
    return tuple(actions.compile_pattern(text) for text in _texts(element[name]))


def _resources(
    element: dict[str, JsonValue], name: str, short: ShortArns, *, active_variables: bool
) -> tuple[ResourcePattern, ...] | None:
    if name not in element:
        return None
    return tuple(
        resources.compile_pattern(text, short, active_variables=active_variables)
        for text in _texts(element[name])
    )


def _principal(element: dict[str, JsonValue]) -> PrincipalElement | None:
    if "Principal" in element:
        return compile_element(element["Principal"], negated=False)
    if "NotPrincipal" in element:
        return compile_element(element["NotPrincipal"], negated=True)
    return None
