"""Every fault of a file gives one message with file, line, key and the nearest right value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load
from iam_tui.account import Account
from iam_tui.errors import AccountFileError, UsageError
from iam_tui.formats import dumps_authorization_details, dumps_toml
from iam_tui.formats.authorization_details import load_authorization_details
from iam_tui.formats.toml_in import load_toml

HEAD = 'format = 1\n\n[account]\nid = "111122223333"\n'
ALICE = '{"Arn": "arn:aws:iam::111122223333:user/alice",\n'
EXPECTED = "the output of aws iam get-account-authorization-details"


def error_of(tmp_path: Path, name: str, content: str | bytes) -> AccountFileError:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(AccountFileError) as raised:
        load(path)
    assert raised.value.file == str(path)
    return raised.value


TOML = [
    ("", None, None, "empty"),
    (" \n\n", None, None, "empty"),
    (HEAD + '[[users]]\nname = "al', 6, None, "no TOML: Unterminated string"),
    ("hello world\n", 1, None, "no TOML"),
    (HEAD + '[[users]]\nname = "a"\nname = "b"\n', 7, None, "no TOML"),
    ('[account]\nid = "111122223333"\n', None, None, "format is missing"),
    ("format = 1\n", None, None, "account is missing"),
    ('format = 2\n[account]\nid = "111122223333"\n', 1, "format", "reads format = 1"),
    ('format = 1\n[account]\nid = "12"\n', 3, "account.id", "12 digits"),
    ("format = 1\n[account]\nid = 111122223333\n", 3, "account.id", "expected a string"),
    (HEAD + "aliass = 'x'\n", 5, "account.aliass", "did you mean alias?"),
    (HEAD + '[[user]]\nname = "x"\n', 5, "user", "unknown key; did you mean users?"),
    (
        HEAD + '[[users]]\nname = "a"\n\n[[users]]\nname = "b"\ngruops = []\n',
        10,
        "users[1].gruops",
        "unknown key; did you mean groups?",
    ),
    (HEAD + '[[users]]\npath = "/"\n', 5, "users[0]", "name is missing"),
    (HEAD + '[[users]]\nname = ""\n', 6, "users[0].name", "expected a name"),
    (HEAD + '[[users]]\nname = "a"\ngroups = "Dev"\n', 7, "users[0].groups", "expected an array"),
    (HEAD + '[[users]]\nname = "a"\npath = "x"\n', 7, "users[0].path", "such as /teams/"),
    (HEAD + "[[root]]\nmfa = true\n", 5, "root", "expected a table, got an array"),
    (
        HEAD + '[[users]]\nname = "a"\n[users.tags]\nteam = "x"\ncost = 5\n',
        9,
        "users[0].tags.cost",
        "expected a string, got a whole number",
    ),
    (
        HEAD + '[[users]]\nname = "alice"\n[[users]]\nname = "Alice"\n',
        8,
        "users[1].name",
        "the user 'Alice' stands twice, as 'alice'",
    ),
    (
        HEAD + '[[policies]]\nname = "P"\ndocument = "{}"\n' * 2,
        9,
        "policies[1].name",
        "the policy 'P' stands twice",
    ),
    (
        HEAD
        + '[[users]]\nname = "a"\naccess_keys = [\n{ id = "1" },\n{ id = "2" },\n{ id = "3" }]',
        7,
        "users[0].access_keys",
        "at most 2 access keys, here are 3",
    ),
    (
        HEAD + '[root]\naccess_keys = [{ id = "1" }, { id = "2" }, { id = "3" }]',
        6,
        "root.access_keys",
        "at most 2 access keys",
    ),
    (
        HEAD + '[[groups]]\nname = "Developers"\n[[users]]\nname = "a"\ngroups = [\n"Devlopers"]\n',
        10,
        "users[0].groups[0]",
        "there is no group 'Devlopers'; did you mean Developers?",
    ),
    (
        HEAD + '[[users]]\nname = "a"\npolicies = ["ReadOnlyAcces"]\n',
        7,
        "users[0].policies[0]",
        "there is no policy 'ReadOnlyAcces'; did you mean ReadOnlyAccess",
    ),
    (
        HEAD + '[[roles]]\nname = "a"\npermissions_boundary = "arn:aws:s3:::b"\n',
        7,
        "roles[0].permissions_boundary",
        "not the ARN of a policy",
    ),
    (
        HEAD + '[[policies]]\nname = "P"\ndocument = 5\n',
        7,
        "policies[0].document",
        "expected a policy document, as JSON in a string or as a table, got a whole number",
    ),
    (
        HEAD + '[[users]]\nname = "a"\n[users.inline_policies]\nX = []\n',
        8,
        "users[0].inline_policies.X",
        "expected a policy document",
    ),
    (HEAD + '[[policies]]\nname = "P"\n', 5, "policies[0]", "has no document"),
    (
        HEAD + '[[policies]]\nname = "P"\ndefault_version = "v3"\n'
        '[[policies.versions]]\nid = "v2"\ndocument = "{}"\n',
        7,
        "policies[0].default_version",
        "there is no version 'v3'; there are v2",
    ),
    (
        HEAD + '[[users]]\nname = "a"\ncreated = "yesterday"\n',
        7,
        "users[0].created",
        "expected a date such as 2026-10-01, got 'yesterday'",
    ),
    (HEAD + '[[users]]\nname = "a"\ncreated = 2025-13-01\n', 7, None, "2025-13-01 is no date"),
    (HEAD + '[[users]]\nname = "a"\ncreated = 10:00:00\n', 7, "users[0].created", "without a day"),
    (
        HEAD + '[[users]]\nname = "a"\naccess_keys = [{ id = "AKIA", status = "active" }]\n',
        7,
        "users[0].access_keys[0].status",
        "expected Active or Inactive, got 'active'; did you mean Active?",
    ),
    (
        HEAD + '[[users]]\nname = "a"\naccess_keys = [{ id = "A", secret_access_key = "hush" }]\n',
        7,
        "users[0].access_keys[0].secret_access_key",
        "secrets have no place in an account file",
    ),
    (
        HEAD + '[[users]]\nname = "a"\nconsole = { password = "hush" }\n',
        7,
        "users[0].console.password",
        "expected true or false",
    ),
    (
        HEAD
        + '[[users]]\nname = "a"\naccess_keys = [{ id = "hushK7MDENG/bPxRfiCYEXAMPLEKEY0000000000" }]',
        7,
        "users[0].access_keys[0].id",
        "looks like a secret access key",
    ),
    (HEAD + '[[resources]]\narn = "bucket"\n', 6, "resources[0].arn", "expected an ARN"),
    (HEAD + '[[resources]]\narn = "arn:aws:s3:::b"\n' * 2, 8, "resources[1].arn", "stands twice"),
    (
        HEAD + '[[identity_providers]]\ntype = "oidc"\n',
        5,
        "identity_providers[0]",
        "an OIDC provider needs its url",
    ),
    (
        HEAD + '[[organization.levels]]\nname = "Root"\nkind = "root"\n'
        'service_control_policies = ["FullAWSAcces"]\n',
        8,
        "organization.levels[0].service_control_policies[0]",
        "there is no SCP 'FullAWSAcces'; did you mean FullAWSAccess?",
    ),
    (
        HEAD + '[account.known_accounts]\n12 = "x"\n',
        6,
        "account.known_accounts.12",
        "expected an account id",
    ),
    (("x = " + "[" * 100_000), None, None, "nested too deeply"),
]


@pytest.mark.parametrize(("text", "line", "key", "words"), TOML, ids=[row[3] for row in TOML])
def test_a_faulty_account_file(
    tmp_path: Path, text: str, line: int | None, key: str | None, words: str
) -> None:
    error = error_of(tmp_path, "acme.toml", text)

    assert words in error.problem
    assert (error.line, error.key) == (line, key)
    assert "hush" not in str(error)


def test_lines_count_in_files_of_windows(tmp_path: Path) -> None:
    text = (HEAD + '[[users]]\nnam = "x"\n').replace("\n", "\r\n")

    assert error_of(tmp_path, "acme.toml", "\ufeff" + text).line == 6


JSON = [
    ("[1, 2]", 1, "$[0]", EXPECTED),
    ("5", 1, "$", EXPECTED),
    ("{}", 1, "$", f"expected {EXPECTED}"),
    ("[]", 1, "$", f"expected {EXPECTED}"),
    ('{"Users": [], "Marker": 1}', 1, "$", "found only 'Users', 'Marker'"),
    ('{"UserDetailList": [\n{"Arn": "arn:aws', 2, None, "cut off"),
    ('{"UserDetailList": [', 1, None, "cut off"),
    ('{"UserDetailList": [\n  nope]}', 2, None, "no JSON: Expecting value in column 3"),
    ('{"UserDetailList": NaN}', 1, None, "no JSON"),
    ('{"UserDetailList": [{}]}', 1, "$.UserDetailList[0]", "Arn is missing"),
    ('{"UserDetailList": [{"Arn": "x"}]}', 1, "$.UserDetailList[0].Arn", "111122223333:user/NAME"),
    (
        '{"UserDetailList": [' + ALICE + '"UserName": 5}]}',
        2,
        "$.UserDetailList[0].UserName",
        "expected a string, got a whole number",
    ),
    (
        '{"UserDetailList": [' + ALICE + '"CreateDate": "soon"}]}',
        2,
        "$.UserDetailList[0].CreateDate",
        "expected a date",
    ),
    (
        '[{"Policies": []},\n{"UserDetailList": [' + ALICE + '"GroupList": [\n"Devs"]}],\n'
        '"GroupDetailList": [{"Arn": "arn:aws:iam::111122223333:group/Dev"}]}]',
        4,
        "$[1].UserDetailList[0].GroupList[0]",
        "there is no group 'Devs' in the export; did you mean Dev?",
    ),
    (
        '{"UserDetailList": [' + ALICE + '"UserPolicyList": [{"PolicyName": "x",\n'
        '"PolicyDocument": [5]}]}]}',
        3,
        "$.UserDetailList[0].UserPolicyList[0].PolicyDocument",
        "expected a policy document",
    ),
    (
        '{"UserDetailList": [' + ALICE + '"Path": "/"},\n'
        '{"Arn": "arn:aws:iam::111122223333:user/Alice"}]}',
        3,
        "$.UserDetailList[1]",
        "the user 'Alice' stands twice",
    ),
    (
        '{"Policies": [{"Arn": "arn:aws:iam::111122223333:policy/P"}]}',
        1,
        "$.Policies[0].PolicyVersionList",
        "no version with a document",
    ),
    ('{"UserDetailList": [], "Policies": []}', 1, "$", "the account's id"),
]


@pytest.mark.parametrize(("text", "line", "key", "words"), JSON, ids=[row[3] for row in JSON])
def test_a_faulty_export(
    tmp_path: Path, text: str, line: int | None, key: str | None, words: str
) -> None:
    error = error_of(tmp_path, "acme.json", text)

    assert words in error.problem
    assert (error.line, error.key) == (line, key)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.toml", b"\x89PNG\r\n\x1a\n\0\0", "binary, not text"),
        ("a.json", b"\x1f\x8b\x08\0\xff", "binary, not text"),
        ("a.toml", b"a = 1\nb = '\xe9'\n", "no text in UTF-8"),
        ("notes", b"hello world", "neither TOML nor JSON"),
        ("deep.json", b'{"UserDetailList":' + b"[" * 100_000, "UserDetailList"),
    ],
    ids=["png", "gzip", "latin-1", "notes", "deep"],
)
def test_a_file_of_another_kind(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    assert words in str(error_of(tmp_path, name, content))


def test_a_directory_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(AccountFileError, match="this is a directory"):
        load(tmp_path)
    with pytest.raises(AccountFileError, match=r"nowhere.toml: .*No such file"):
        load(tmp_path / "nowhere.toml")
    with pytest.raises(AccountFileError, match="no such file or sample"):
        load(str(tmp_path / "nowhere.toml"))


def test_a_live_account_is_said_to_need_more() -> None:
    with pytest.raises(UsageError, match=r"iam-tui\[aws\]"):
        load("aws:prod")


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"account": {"id": 5}},
        {"account": {"id": "111122223333"}, "users": 5},
        {"account": {"id": "111122223333"}, "users": [{"name": "a", "tags": {1: 2}}]},
        {"UserDetailList": [{"Arn": object()}]},
        {"UserDetailList": "x"},
    ],
)
def test_a_faulty_mapping(mapping: dict[str, object]) -> None:
    with pytest.raises(AccountFileError):
        load(mapping)


def test_a_document_that_aws_would_refuse_does_not_stop_the_rest() -> None:
    text = (
        HEAD + "[[policies]]\nname = 'P'\ndocument = '''{\"Version\": '''\n"
        "[[roles]]\nname = 'has a blank'\ntrust_policy = '[1]'\n"
    )

    account = load_toml(text)

    (policy,) = account.policies.values()
    (role,) = account.roles.values()
    assert policy.document.text == '{"Version": '
    assert policy.document.fault is not None
    assert role.trust_policy is not None
    assert role.trust_policy.fault is not None


SAMPLE = load_toml(
    "# head\n"
    + HEAD
    + """
known_accounts = { 444455556666 = "vendor" }
[root]
mfa = true
access_keys = [{ id = "AKIAIOSFODNN7EXAMPLE", created = 2025-01-03 }]
[[groups]]
name = "Developers"
policies = ["ReadOnlyAccess", "P"]
[[users]]
name = "alice"
groups = ["Developers"]
tags = { team = "payments" }
[users.inline_policies]
X = '{"Version": "2012-10-17", "Statement": []}'
[[roles]]
name = "Deploy"
instance_profiles = ["Deploy"]
trust_policy = '{"Version": "2012-10-17", "Statement": []}'
[[policies]]
name = "P"
document = "{}"
[organization]
[[organization.levels]]
name = "Root"
kind = "root"
service_control_policies = ["FullAWSAccess"]
[[assertions]]
principal = "user/alice"
action = "s3:*"
expect = "denied"
"""
)
PIECES = [
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    '"""',
    ",",
    "=",
    "\\",
    "\n",
    "#",
    "0",
    "null",
    "\0",
    "é",
    "]]",
]


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """Draw the text cut off, with pieces put in, left out or moved."""
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(text)))
        end = draw(st.integers(begin, min(len(text), begin + 30)))
        change = draw(st.sampled_from(("cut", "drop", "insert", "double")))
        if change == "cut":
            text = text[:begin]
        elif change == "drop":
            text = text[:begin] + text[end:]
        elif change == "insert":
            text = text[:begin] + draw(st.sampled_from(PIECES)) + text[begin:]
        else:
            text = text[:end] + text[begin:]
    return text


def check_reader(read: Callable[[str], Account], text: str) -> None:
    """Nothing but an AccountFileError escapes, and what is read can be written and read again."""
    try:
        account = read(text)
    except AccountFileError:
        return
    assert load_toml(dumps_toml(account)) == account


@given(damaged(dumps_toml(SAMPLE)))
def test_a_damaged_account_file_is_refused_or_read(text: str) -> None:
    check_reader(load_toml, text)


@given(damaged(dumps_authorization_details(SAMPLE)))
def test_a_damaged_export_is_refused_or_read(text: str) -> None:
    check_reader(load_authorization_details, text)
