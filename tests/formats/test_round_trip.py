"""Writing and reading an account are inverse to each other."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load, save
from iam_tui.account import Account
from iam_tui.formats import dumps_authorization_details, dumps_toml
from iam_tui.formats.authorization_details import load_authorization_details
from iam_tui.formats.toml_in import load_toml
from iam_tui.policy import Document
from tests import strategies
from tests.formats.account_values import accounts, documents


@given(accounts())
def test_toml_reads_back_as_the_same_account(account: Account) -> None:
    text = dumps_toml(account)
    again = load_toml(text)

    assert again == account
    assert [*again.users] == [*account.users]
    assert dumps_toml(again) == text


@given(strategies.accounts())
def test_what_an_export_holds_reads_back(account: Account) -> None:
    held = account.with_(alias=None, root=None, resources={}, organization=None)
    if not (held.users or held.groups or held.roles or held.policies):
        return

    assert load_authorization_details(dumps_authorization_details(held)) == held


@given(documents)
def test_any_document_survives_both_forms(document: Document) -> None:
    inline = {"X": document.text}
    user = {"name": "a", "inline_policies": inline}
    account = load({"account": {"id": "111122223333"}, "users": [user]})

    assert next(iter(account.users.values())).inline_policies["X"] == document
    assert load_authorization_details(dumps_authorization_details(account)) == account
    assert load_toml(dumps_toml(account)) == account


@given(account=accounts(), data=st.data())
def test_saving_to_a_file_is_the_same_as_to_text(
    account: Account, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("account") / "acme.toml"

    save(account, path)

    assert load(path) == account
    assert tomllib.loads(path.read_text(encoding="utf-8"))["format"] == 1


def test_the_file_is_made_to_be_read() -> None:
    text = """\
# Acme, as of today
#
#   who: the platform team

format = 1

[account]
id = "111122223333"
alias = "acme"

[root]
mfa = true

[[groups]]
name = "Developers"
policies = ["ReadOnlyAccess", "TeamDeploy"]

[[users]]
name = "alice"
tags = { team = "payments" }
groups = ["Developers"]
permissions_boundary = "TeamDeploy"
console = { password = true, last_used = 2026-10-01 }
access_keys = [
    { id = "AKIAIOSFODNN7EXAMPLE", status = "Inactive", created = 2025-01-03 },
    { id = "AKIAI44QH8DHBEXAMPLE", last_used = 2026-09-01T10:00:00Z },
]

[users.inline_policies]
AssumeDeploy = \"\"\"
{
  "Version": "2012-10-17",
  "Statement": []
}
\"\"\"

[[policies]]
name = "TeamDeploy"
document = \"\"\"
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "cloudformation:*",
      "Resource": "*"
    }
  ]
}
\"\"\"
"""

    assert dumps_toml(load_toml(text)) == text


def test_a_document_is_kept_letter_by_letter() -> None:
    written = '{"Version":"2012-10-17","Id":null,"Statement":[{"b":1.0,"a":"\\u00e9\\\\","n":1e3}]}'
    account = load(
        {
            "account": {"id": "111122223333"},
            "policies": [{"name": "P", "document": written}],
        }
    )

    again = load_toml(dumps_toml(account))

    assert next(iter(again.policies.values())).document.text == written


def test_a_json_document_and_a_table_are_one_document() -> None:
    head = 'format = 1\n[account]\nid = "111122223333"\n[[policies]]\nname = "P"\n'
    value = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*"]}]}
    table = """[policies.document]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Action = ["s3:*"] }]
"""

    assert load_toml(head + table) == load_toml(f"{head}document = '''{json.dumps(value)}'''\n")


def test_a_mapping_is_neither_kept_nor_changed() -> None:
    tags = {"team": "payments"}
    mapping = {
        "format": 1,
        "account": {"id": "111122223333"},
        "users": ({"name": "alice", "tags": tags},),
    }

    account = load(mapping)
    tags["team"] = "search"

    assert account.users["arn:aws:iam::111122223333:user/alice"].tags == {"team": "payments"}
    assert mapping["users"] == ({"name": "alice", "tags": {"team": "search"}},)


def test_the_comment_at_the_head_survives(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text('#  story\n#\n#look\nformat = 1\n[account]\nid = "111122223333" # lost\n')

    save(load(path), path)

    assert path.read_text().startswith("#  story\n#\n# look\n\nformat = 1\n")
    assert "lost" not in path.read_text()
