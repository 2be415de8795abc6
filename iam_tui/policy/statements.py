"""Statements and documents in the form that the evaluator reads, compiled once.

What AWS would refuse does not stop the evaluation (EVALUATION rule G6): a statement that cannot
mean anything applies to nothing, and an element or operator that is not known counts as a match
in a Deny and as no match in an Allow. Each is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.policy import actions, conditions
from iam_tui.policy.principals import PrincipalElement, compile_element
from iam_tui.policy.resources import ResourceSet, compile_pattern

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

DOCUMENT_ELEMENTS = frozenset({"Version", "Id", "Statement"})
"""What a document may hold (G1)."""

_INDEX_LIMIT = 4096


class Statement:
    """One statement, compiled for one kind of policy (short ARNs differ between them)."""

    __slots__ = (
        "actions",
        "conditions",
        "dead",
        "deny",
        "document",
        "everywhere",
        "excluded",
        "included",
        "index",
        "not_actions",
        "principal",
        "remarks",
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
    included: ResourceSet | None
    """The entries of `Resource`, None when there is no such element."""
    excluded: ResourceSet | None
    """The entries of `NotResource`."""
    everywhere: bool
    """Whether the resource part takes in whatever is asked."""
    principal: PrincipalElement | None
    conditions: tuple[Condition, ...]

    @property
    def effect(self) -> str:
        """`Allow` or `Deny`."""
        return "Deny" if self.deny else "Allow"

    @property
    def resources(self) -> tuple[ResourcePattern, ...] | None:
        """The entries of `Resource`."""
        return None if self.included is None else self.included.patterns

    @property
    def not_resources(self) -> tuple[ResourcePattern, ...] | None:
        """The entries of `NotResource`."""
        return None if self.excluded is None else self.excluded.patterns

    def covers_action(self, service: str, name: str) -> bool:
        """Whether the action part takes in an action given in lower case."""
        if self.dead:
            return False
        if self.actions is not None and not any(p.matches(service, name) for p in self.actions):
            return False
        excluded = self.not_actions
        return excluded is None or not any(p.matches(service, name) for p in excluded)

    def covers_one(self, resource: str, context: Context) -> bool:
        """Whether the resource part takes in one resource (R10)."""
        included, excluded = self.included, self.excluded
        if included is None:
            if excluded is None:
                return False
        elif not included.matches(resource, context):
            return False
        return excluded is None or not excluded.matches(resource, context)

    def covers(self, target: Target, context: Context) -> bool:
        """Whether the resource part takes in a target, which may be many resources (R25)."""
        whole = self.deny
        included, excluded = self.included, self.excluded
        if included is None:
            if excluded is None:
                return False
        elif not included.covers(target, context, whole=whole):
            return False
        return excluded is None or not excluded.covers(target, context, whole=not whole)


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
    top = value if isinstance(value, dict) else {}
    active = top.get("Version") == "2012-10-17"
    unknown = next((name for name in top if name not in DOCUMENT_ELEMENTS), None)
    found = tuple(
        _compile(document, index, raw, short, active_variables=active)
        for index, raw in enumerate(document.statements)
    )
    if unknown is not None:
        for statement in found:
            said = f"its document has an unknown element {unknown}, which {_counted(statement)}"
            statement.remarks = (*statement.remarks, said)
            statement.dead = statement.dead or not statement.deny
    return found


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
    made.included = _resources(element, "Resource", short, active_variables)
    made.excluded = _resources(element, "NotResource", short, active_variables)
    made.everywhere = (
        made.included is not None and made.included.everything and made.excluded is None
    )
    made.principal = _principal(element)
    made.conditions = conditions.compile_condition(
        element.get("Condition"), active_variables=active_variables
    )
    made.remarks, made.dead = _remarks(made, element, raw)
    return made


def _counted(statement: Statement) -> str:
    return "counts as a match in a Deny" if statement.deny else "counts as no match in an Allow"


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
    unknown = [name for name in element if name not in ELEMENTS]
    if unknown:
        said.append(f"has an unknown element {unknown[0]}, which {_counted(made)}")
        dead = dead or not made.deny
    said.extend(
        f"has an unknown condition operator {condition.name}, which {_counted(made)}"
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
    element: dict[str, JsonValue], name: str, short: ShortArns, active_variables: bool
) -> ResourceSet | None:
    if name not in element:
        return None
    return ResourceSet(
        compile_pattern(text, short, active_variables=active_variables)
        for text in _texts(element[name])
    )


def _principal(element: dict[str, JsonValue]) -> PrincipalElement | None:
    if "Principal" in element:
        return compile_element(element["Principal"], negated=False)
    if "NotPrincipal" in element:
        return compile_element(element["NotPrincipal"], negated=True)
    return None
