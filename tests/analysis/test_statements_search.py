"""What `search_statements` finds, in which order, and how many principals it reaches."""

from __future__ import annotations

import pytest

from iam_tui.account import Account
from iam_tui.analysis import StatementSearch, search_statements
from iam_tui.analysis.policy_carriers import Carriers, every_policy
from iam_tui.errors import UsageError
from iam_tui.formats import load, sample_names
from iam_tui.formats.toml_in import load_toml
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

TEXT = """\
format = 1
[account]
id = "111122223333"

[[groups]]
name = "Readers"
policies = ["Keys"]

[[users]]
name = "alice"
groups = ["Readers"]
permissions_boundary = "Keys"

[[users]]
name = "bob"
policies = ["Keys", "Rest", "arn:aws:iam::aws:policy/NobodyKnows"]

[[roles]]
name = "Deploy"
[roles.trust_policy]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::444455556666:root" }, Action = "sts:AssumeRole", Condition = { StringEquals = { "sts:ExternalId" = "Kite" } } }]
[roles.inline_policies.All]
Version = "2012-10-17"
Statement = [{ Sid = "Everything", Effect = "Allow", Action = "*", Resource = "*" }]

[[policies]]
name = "Keys"
[policies.document]
Version = "2012-10-17"
Statement = [
  { Sid = "Star", Effect = "Allow", Action = ["kms:De*", "s3:GetObject"], Resource = "arn:aws:kms:*:111122223333:key/${aws:username}" },
  { Sid = "Exact", Effect = "Deny", Action = "KMS:decrypt", Resource = "arn:aws:s3:::reports/*" },
]

[[policies]]
name = "Rest"
[policies.document]
Version = "2012-10-17"
Statement = [
  { Effect = "Allow", NotAction = ["iam:*", "kms:*"], NotResource = "arn:aws:s3:::reports/*" },
  { Effect = "Allow", NotAction = "ec2:*", Resource = "arn:aws:sqs:eu-west-1:111122223333:jobs" },
]
"""


@pytest.fixture(scope="module")
def account() -> Account:
    return load_toml(TEXT)


def told(found: StatementSearch) -> list[str]:
    return [
        f"{row.policy.rpartition('/')[2]}[{row.index}] "
        + ", ".join(f"{one.how} {one.element} {one.text}" for one in row.matches)
        for row in found.rows
    ]


def test_an_action_is_found_by_name_by_wildcard_and_by_what_is_left_in(account: Account) -> None:
    assert told(search_statements(account, "kms:Decrypt")) == [
        "Keys[1] names Action KMS:decrypt",
        "Keys[0] matches Action kms:De*",
        "Rest[0] leaves out NotAction kms:*",
        "Rest[1] leaves in NotAction ec2:*",
        "All[0] matches Action *",
    ]


def test_a_pattern_of_actions_finds_what_has_some_of_it(account: Account) -> None:
    assert told(search_statements(account, "s3:Get*"))[:1] == [
        "Keys[0] matches Action s3:GetObject"
    ]


@pytest.mark.parametrize("arn", ["arn:aws:s3:::reports/q1.csv", "arn:aws:s3:::reports/q*"])
def test_a_resource_is_found_by_pattern_and_by_what_is_left_in(account: Account, arn: str) -> None:
    assert told(search_statements(account, arn)) == [
        "Keys[1] matches Resource arn:aws:s3:::reports/*",
        "Rest[0] leaves out NotResource arn:aws:s3:::reports/*",
        "All[0] matches Resource *",
    ]


def test_a_variable_may_stand_for_anything(account: Account) -> None:
    arn = "arn:aws:kms:eu-west-1:111122223333:key/alice"
    assert "Keys[0]" in told(search_statements(account, arn))[0]


def test_a_word_is_found_wherever_it_stands(account: Account) -> None:
    assert told(search_statements(account, "kite")) == ["Deploy[0] names Condition Kite"]
    assert told(search_statements(account, "everyth")) == ["All[0] contains Sid Everything"]
    assert told(search_statements(account, "444455556666")) == [
        "Deploy[0] contains Principal arn:aws:iam::444455556666:root"
    ]


def test_a_condition_key_is_no_action_though_it_looks_like_one(account: Account) -> None:
    found = search_statements(account, "sts:ExternalId")
    assert told(found) == ["Deploy[0] names Condition sts:ExternalId"]


def test_policies_whose_document_nobody_knows_are_said(account: Account) -> None:
    unknown = search_statements(account, "kms:Decrypt").unknown
    assert unknown == ("arn:aws:iam::aws:policy/NobodyKnows",)


def test_nothing_to_look_for_is_refused(account: Account) -> None:
    with pytest.raises(UsageError, match="say what to look for"):
        search_statements(account, "  ")


def test_a_search_can_be_stopped(account: Account) -> None:
    assert not search_statements(account, "kms:Decrypt", should_stop=lambda: True).rows


def test_who_carries_a_policy_is_counted_once_a_principal(account: Account) -> None:
    carriers = Carriers(account)
    found = search_statements(account, "kms:Decrypt").rows
    reached = {row.policy.rpartition("/")[2]: carriers.of(row.policy, row.kind) for row in found}
    assert {name: tuple(carried) for name, carried in reached.items()} == {
        "Keys": (2, 1),
        "Rest": (1, 0),
        "All": (1, 0),
    }


@pytest.mark.parametrize("name", sample_names())
@pytest.mark.parametrize("action", ["iam:PassRole", "s3:GetObject", "sts:AssumeRole"])
def test_it_agrees_with_the_evaluator_on_which_statements_cover_an_action(
    name: str, action: str
) -> None:
    account = load(name)
    service, _, rest = action.lower().partition(":")
    short = SHORT_ARNS[LayerKind.IDENTITY]
    covering = {
        (policy, kind, statement.index)
        for policy, kind, document in every_policy(account)
        if document is not None
        for statement in document.compiled.statements(short)
        if statement.covers_action(service, rest)
    }
    found = {
        (row.policy, row.kind, row.index)
        for row in search_statements(account, action).rows
        if any(one.how in {"names", "matches", "leaves in"} for one in row.matches)
    }
    assert found == covering
