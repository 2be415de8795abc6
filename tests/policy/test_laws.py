"""Laws that hold for every request and every set of policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from iam_tui.policy import Decision, JsonValue, Policies, Request, authorize
from tests.policy.drawing import layer_documents, layers, odd_policies, odd_requests, requests

Layers = dict[str, object]
Mapped = dict[str, JsonValue]

ORDER = ("explicitDeny", "implicitDeny", "allowed")
"""From the worst to the best."""


def decide(request: Request, drawn: Layers) -> Decision:
    return authorize(request, Policies(**drawn))  # type: ignore[arg-type]


def changed(drawn: Layers, change: object) -> Layers:
    """The layers with every document changed by a function."""

    def walk(value: object) -> object:
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        return change(value)  # type: ignore[operator]

    return {name: walk(value) for name, value in drawn.items()}


def statements_of(document: object) -> list[Mapped]:
    return cast("list[Mapped]", cast("Mapped", document)["Statement"])


@given(requests(), layers(), st.data())
def test_a_deny_added_never_allows(request: Request, drawn: Layers, data: st.DataObject) -> None:
    before = decide(request, drawn)
    extra = data.draw(layer_documents(effect="Deny", named=True))
    name = data.draw(st.sampled_from(("identity", "session", "endpoint")))
    found = cast("list[object]", drawn.get(name, []))
    if not found:
        return  # The first document of a layer is a limit by itself, or the end of none.
    after = decide(request, {**drawn, name: [*found, extra]})
    assert ORDER.index(after.decision) <= ORDER.index(before.decision)


@given(requests(), layers(), st.data())
def test_an_allow_added_never_lifts_an_explicit_deny(
    request: Request, drawn: Layers, data: st.DataObject
) -> None:
    before = decide(request, drawn)
    extra = data.draw(layer_documents(effect="Allow", named=True))
    after = decide(
        request, {**drawn, "identity": [*cast("list[object]", drawn["identity"]), extra]}
    )
    assert (after.decision == "explicitDeny") == (before.decision == "explicitDeny")
    assert ORDER.index(after.decision) >= ORDER.index(before.decision)


@given(requests(), layers(), st.randoms(use_true_random=False))
def test_order_does_not_matter(request: Request, drawn: Layers, random: object) -> None:
    def shuffled(values: list[object]) -> list[object]:
        copy = [*values]
        random.shuffle(copy)  # type: ignore[attr-defined]
        return copy

    def reordered(document: object) -> object:
        return {**cast("Mapped", document), "Statement": shuffled([*statements_of(document)])}

    other = changed(drawn, reordered)
    for name in ("identity", "session", "endpoint"):
        if name in other:
            other[name] = shuffled(cast("list[object]", other[name]))
    for name in ("service_control", "resource_control"):
        levels = cast("list[list[object]]", other.get(name, []))
        other[name] = shuffled([shuffled(level) for level in levels])
    assert decide(request, other).decision == decide(request, drawn).decision


def with_lists(value: JsonValue) -> JsonValue:
    """Every bare value where a list may stand, as a list of one."""
    return [value] if isinstance(value, str) else value


@given(requests(), layers())
def test_a_value_is_a_list_of_one(request: Request, drawn: Layers) -> None:
    def listed(document: object) -> object:
        several: list[JsonValue] = []
        for statement in statements_of(document):
            made = dict(statement)
            for name in ("Action", "NotAction", "Resource", "NotResource"):
                if name in made:
                    made[name] = with_lists(made[name])
            for name in ("Principal", "NotPrincipal"):
                element = made.get(name)
                if isinstance(element, dict):
                    made[name] = {kind: with_lists(inner) for kind, inner in element.items()}
            condition = cast("dict[str, Mapped]", made.get("Condition", {}))
            made["Condition"] = {
                operator: {key: with_lists(inner) for key, inner in block.items()}
                for operator, block in condition.items()
            }
            several.append(made)
        return {**cast("Mapped", document), "Statement": several}

    context = {
        key: [value] if isinstance(value, str) else value
        for key, value in (request.context or {}).items()
    }
    as_lists = Request(
        request.principal, request.action, request.resource, request.resource_account, context
    )
    assert decide(as_lists, changed(drawn, listed)).decision == decide(request, drawn).decision


@given(requests(), layers())
def test_a_document_is_its_text(request: Request, drawn: Layers) -> None:
    expected = decide(request, drawn)
    for form in (json.dumps, lambda document: json.dumps(document, indent=3).encode()):
        found = decide(request, changed(drawn, form))
        assert found.decision == expected.decision
        assert found.steps == expected.steps


@given(requests(), layers())
def test_case_of_actions_and_keys_does_not_matter(request: Request, drawn: Layers) -> None:
    def swapped(document: object) -> object:
        several: list[JsonValue] = []
        for statement in statements_of(document):
            made = dict(statement)
            for name in ("Action", "NotAction"):
                value = made.get(name)
                if isinstance(value, str):
                    made[name] = value.swapcase()
                elif isinstance(value, list):
                    made[name] = [cast("str", one).swapcase() for one in value]
            condition = cast("dict[str, Mapped]", made.get("Condition", {}))
            made["Condition"] = {
                operator: {key.swapcase(): inner for key, inner in block.items()}
                for operator, block in condition.items()
            }
            several.append(made)
        return {**cast("Mapped", document), "Statement": several}

    context = {key.swapcase(): value for key, value in (request.context or {}).items()}
    other = Request(
        request.principal,
        request.action.swapcase(),
        request.resource,
        request.resource_account,
        context,
    )
    assert decide(other, changed(drawn, swapped)).decision == decide(request, drawn).decision


@given(requests(), layers())
def test_an_unknown_context_lies_between_the_assumptions(request: Request, drawn: Layers) -> None:
    policies = Policies(**drawn)  # type: ignore[arg-type]
    worst, actual, best = (
        ORDER.index(authorize(request, policies, assume=assume).decision)
        for assume in ("deny", "actual", "allow")
    )
    assert worst <= actual <= best


@given(requests(), layers(), st.data())
def test_a_given_key_lies_between_the_assumptions(
    request: Request, drawn: Layers, data: st.DataObject
) -> None:
    """Whatever value a missing key gets, the answer stays between the two assumptions."""
    policies = Policies(**drawn)  # type: ignore[arg-type]
    worst = ORDER.index(authorize(request, policies, assume="deny").decision)
    best = ORDER.index(authorize(request, policies, assume="allow").decision)
    absent = {"aws:SourceVpc", "aws:MultiFactorAuthAge", "aws:TokenIssueTime"}
    key = data.draw(st.sampled_from(sorted(absent)))
    context: Mapping[str, object] = {
        **(request.context or {}),
        key: data.draw(st.sampled_from("1x")),
    }
    other = Request(
        request.principal,
        request.action,
        request.resource,
        request.resource_account,
        context,  # type: ignore[arg-type]
    )
    assert worst <= ORDER.index(authorize(other, policies).decision) <= best


@given(requests(), layers())
def test_equal_policies_give_equal_answers(request: Request, drawn: Layers) -> None:
    """Kept answers about the same documents are the same as new ones about equal documents."""
    policies = Policies(**drawn)  # type: ignore[arg-type]
    copied = Policies(**json.loads(json.dumps(drawn)))
    assert copied == policies
    first, again, other = (authorize(request, given) for given in (policies, policies, copied))
    assert first.decision == again.decision == other.decision
    assert first.steps == again.steps == other.steps


def read_everything(decision: Decision) -> None:
    """Read whatever a decision can say of itself, and what must hold between the parts."""
    assert decision.decision in ORDER
    assert str(decision.decision) in ORDER
    assert decision.allowed == (decision.decision == "allowed")
    assert decision.steps[-1].outcome == decision.decision
    assert decision.steps[-1].text == decision.reason
    assert decision.reason
    said = {step.text for step in decision.steps}
    assert said >= {*decision.warnings, *decision.assumed}
    assert set(decision.layers) <= {step.name for step in decision.steps}
    for matched in decision.matched_statements:
        assert matched.effect == ("Allow" if decision.allowed else "Deny")
    if decision.decision == "explicitDeny":
        assert decision.matched_statements
    if decision.decision == "implicitDeny":
        assert not decision.matched_statements
    if decision.allowed:
        assert not decision.blocked_by
    assert all(isinstance(key, str) for key in decision.missing)
    assert isinstance(decision.resource, str)
    assert decision.action_known in (True, False)
    assert repr(decision)
    assert decision.resource_account is None or decision.resource_account


@given(requests(), layers())
def test_a_decision_explains_itself(request: Request, drawn: Layers) -> None:
    read_everything(decide(request, drawn))


@settings(max_examples=settings().max_examples * 3)
@given(odd_requests(), odd_policies())
def test_no_junk_crashes(request: Request, policies: Policies) -> None:
    for assume in ("actual", "allow", "deny"):
        read_everything(authorize(request, policies, assume=assume))


@given(requests(), layers())
def test_reading_explanations_changes_nothing(request: Request, drawn: Layers) -> None:
    decision = decide(request, drawn)
    before = decision.decision
    read_everything(decision)
    assert decide(request, drawn).decision == before == decision.decision


@given(requests(), layers())
def test_a_layer_that_blocks_alone_is_enough(request: Request, drawn: Layers) -> None:
    """Each word of `blocked_by` names a layer that is there."""
    words = {
        "scp": "service_control",
        "rcp": "resource_control",
        "vpce": "endpoint",
        "identity": "identity",
        "resource": "resource",
        "pb": "permissions_boundary",
        "session": "session",
    }
    for word in decide(request, drawn).blocked_by:
        assert drawn.get(words[word])
