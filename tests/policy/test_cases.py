"""The corpus of decisions in `cases/*.jsonl`: one request, its policies and AWS's answer a line.

A line has `id`, `rule`, `source` (the AWS page that says so), `about`, `request`, `policies` and
`expected`; `missing`, `blocked_by`, `eval_resource` and `said` (a text that some step has) may
stand beside it. `request` and
`policies` take the fields of `Request` and `Policies`. To keep lines short a document may be

* `"@allow ACTION RESOURCE"` or `"@deny ACTION RESOURCE"`: one statement of version 2012-10-17;
  `to PRINCIPAL` may follow (`to *`, `to AWS:111122223333`); the resource `-` means no resource
  element, as in a trust policy;
* an object with `Effect`: that statement alone, in a document of version 2012-10-17;
* a list of the two: one document with several statements.

Any other object is the document as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import pytest

from iam_tui.policy import JsonValue, Policies, Request, authorize

CASES = Path(__file__).parent / "cases"


class Case(TypedDict, total=False):
    id: str
    rule: str
    source: str
    about: str
    request: dict[str, JsonValue]
    policies: dict[str, JsonValue]
    expected: str
    missing: list[str]
    blocked_by: list[str]
    eval_resource: str
    said: str


def read_cases() -> list[Case]:
    return [
        json.loads(line)
        for file in sorted(CASES.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def statement(short: JsonValue) -> JsonValue:
    """The statement that `@allow ACTION RESOURCE to PRINCIPAL` stands for."""
    if not isinstance(short, str):
        return short
    effect, action, resource, *rest = short.split(" ")
    made: dict[str, JsonValue] = {
        "Effect": {"@allow": "Allow", "@deny": "Deny"}[effect],
        "Action": action,
    }
    if resource != "-":
        made["Resource"] = resource
    if rest:
        _, principal = rest
        kind, _, value = principal.partition(":")
        made["Principal"] = {kind: value} if value else kind
    return made


def document(short: JsonValue) -> JsonValue:
    """The document that a shorthand stands for."""
    if isinstance(short, str):
        return {"Version": "2012-10-17", "Statement": [statement(short)]}
    if isinstance(short, list):
        return {"Version": "2012-10-17", "Statement": [statement(one) for one in short]}
    if isinstance(short, dict) and "Effect" in short:
        return {"Version": "2012-10-17", "Statement": [short]}
    return short


def documents(layer: JsonValue, depth: int) -> JsonValue:
    """The documents of a layer: alone (0), in a list (1) or in a list a level (2)."""
    if depth == 0:
        return None if layer is None else document(layer)
    assert isinstance(layer, list)
    return [documents(one, depth - 1) for one in layer]


DEPTHS: Mapping[str, int] = {
    "identity": 1,
    "permissions_boundary": 0,
    "session": 1,
    "service_control": 2,
    "resource_control": 2,
    "resource": 0,
    "endpoint": 1,
}

ALL = read_cases()


@pytest.mark.parametrize("case", ALL, ids=[case["id"] for case in ALL])
def test_decision(case: Case) -> None:
    request = Request(**case["request"])  # type: ignore[arg-type]
    layers = {
        name: documents(layer, DEPTHS[name]) for name, layer in case.get("policies", {}).items()
    }
    decision = authorize(request, Policies(**layers))  # type: ignore[arg-type]
    assert decision.decision == case["expected"], (case["rule"], case["about"], decision.reason)
    assert decision.allowed == (case["expected"] == "allowed")
    if "missing" in case:
        assert {key.lower() for key in decision.missing} == {key.lower() for key in case["missing"]}
    if "blocked_by" in case:
        assert set(decision.blocked_by) == set(case["blocked_by"])
    if "eval_resource" in case:
        assert decision.resource == case["eval_resource"]
    if "said" in case:
        assert any(case["said"] in step.text for step in decision.steps)


def test_case_ids_are_unique() -> None:
    assert len({case["id"] for case in ALL}) == len(ALL)


def numbers(letter: str, last: int, *others: str, without: tuple[int, ...] = ()) -> list[str]:
    kept = [f"{letter}{number}" for number in range(1, last + 1) if number not in without]
    return [*kept, *others]


# Left out are the rules that no decision can show: about editors, quotas, reports, storage,
# sessions' lives, and those that another layer (the account) carries out.
RULES = [
    *numbers("G", 23, without=(11, 12, 13, 16)),
    *numbers("A", 12, "A8a", without=(10, 11)),
    *numbers("R", 27, "R10", without=(11,)),
    *numbers("C", 32, without=(28,)),
    *numbers("K", 21, without=()),
    *numbers("E", 61, "E10a", "E54a", "E55a", without=(6, 7, 33, 52, 60)),
    *("S1", "S2", "S6", "S12"),
]


@pytest.mark.parametrize("rule", sorted(set(RULES)))
def test_every_rule_has_a_case(rule: str) -> None:
    assert any(rule in case["rule"].split(",") for case in ALL)
