"""Files that are no accounts: one sentence with file and place, status 3, from every verb."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Runner, refused

HEAD = 'format = 1\n[account]\nid = "111122223333"\n'
ALICE = '{"UserDetailList": [{"Arn": "arn:aws:iam::111122223333:user/alice",\n'

VERBS = {
    "simulate": ("--principal", "user/alice", "--action", "s3:GetObject"),
    "simulate --json": ("--principal", "user/alice", "--action", "s3:GetObject", "--json"),
    "simulate --requests": ("--requests", "-"),
    "principal-can": ("user/alice",),
    "principal-can --json": ("user/alice", "--json"),
    "convert": ("new.toml",),
}

BAD = {
    "missing": ("nowhere.toml", None, "nowhere.toml: there is no such file or sample"),
    "empty": ("a.toml", "", "a.toml: the file is empty"),
    "blank": ("a.json", " \n", "a.json: the file is empty"),
    "binary": ("a.toml", b"\x89PNG\r\n\x1a\n\0\0", "a.toml: the file is binary"),
    "not text": ("a.toml", b"a = 1\nb = '\xe9'\n", "a.toml:2: this line is no text in UTF-8"),
    "truncated TOML": ("a.toml", HEAD + '[[users]]\nname = "al', "a.toml:5: this is no TOML"),
    "truncated JSON": ("a.json", ALICE + '"UserName": "al', "a.json:2: the JSON is cut off"),
    "neither": ("notes", "hello world", "notes:1: this is neither TOML nor JSON"),
    "another shape": ("a.json", '{"Buckets": []}', "a.json:1: $: expected"),
    "another format": ("a.toml", "format = 2\n", "a.toml:1: format: "),
    "unknown key": (
        "a.toml",
        HEAD + '[[users]]\nname = "alice"\ngruops = []\n',
        "a.toml:6: users[0].gruops: unknown key; did you mean groups?",
    ),
    "wrong type": (
        "a.toml",
        HEAD + '[[users]]\nname = "alice"\ngroups = "Dev"\n',
        "a.toml:6: users[0].groups: expected an array",
    ),
    "duplicate name": (
        "a.toml",
        HEAD + '[[users]]\nname = "alice"\n[[users]]\nname = "alice"\n',
        "a.toml:7: users[1].name: the user 'alice' stands twice",
    ),
    "three access keys": (
        "a.toml",
        HEAD + '[[users]]\nname = "alice"\naccess_keys = [{id = "A"}, {id = "B"}, {id = "C"}]\n',
        "a.toml:6: users[0].access_keys: a user has at most 2 access keys",
    ),
    "missing group": (
        "a.toml",
        HEAD + '[[groups]]\nname = "Developers"\n[[users]]\nname = "alice"\ngroups = ["Devs"]\n',
        "a.toml:8: users[0].groups[0]: there is no group 'Devs'",
    ),
    "missing group in an export": (
        "a.json",
        ALICE + '"GroupList": ["Devs"]}]}',
        "a.json:2: $.UserDetailList[0].GroupList[0]: there is no group 'Devs'",
    ),
    "no policy": (
        "a.toml",
        HEAD + '[[policies]]\nname = "P"\ndocument = 5\n',
        "a.toml:6: policies[0].document: expected a policy document",
    ),
    "no policy in an export": (
        "a.json",
        ALICE + '"UserPolicyList": [{"PolicyName": "P",\n"PolicyDocument": [5]}]}]}',
        "a.json:3: $.UserDetailList[0].UserPolicyList[0].PolicyDocument: expected",
    ),
    "a secret": (
        "a.toml",
        HEAD + '[[users]]\nname = "alice"\naccess_keys = [{id = "A", secret_key = "hush"}]\n',
        "a.toml:6: users[0].access_keys[0].secret_key: ",
    ),
    "nested too deeply": ("a.toml", "x = " + "[" * 50_000, "a.toml: no TOML"),
    "a directory": (".", None, ".: this is a directory"),
}


def written(folder: Path, name: str, content: str | bytes | None) -> None:
    if isinstance(content, str):
        (folder / name).write_text(content, encoding="utf-8")
    elif content is not None:
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_is_no_account(run: Runner, tmp_path: Path, kind: str, verb: str) -> None:
    name, content, words = BAD[kind]
    written(tmp_path, name, content)

    said = refused(run(verb.split(maxsplit=1)[0], name, *VERBS[verb]), 3)

    assert said.startswith(words)
    assert "hush" not in said
    assert not (tmp_path / "new.toml").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_standard_input_is_named_by_its_dash(run: Runner, verb: str) -> None:
    if "--requests" in verb:
        return
    found = run(verb.split(maxsplit=1)[0], "-", *VERBS[verb], stdin=b"format = 2\n")

    assert refused(found, 3).startswith("-:1: format: ")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "more.toml: there is no such file"),
        ("[[usres]]\n", "more.toml:1: usres: unknown key; did you mean users"),
        ('[[users]]\nname = "alicia"\n', "more.toml:2: users[0].name: there is no user 'alicia'"),
    ],
)
def test_what_is_added_must_be_right_too(
    run: Runner, account: Path, tmp_path: Path, verb: str, content: str | None, words: str
) -> None:
    written(tmp_path, "more.toml", content)

    found = run(verb.split(maxsplit=1)[0], account, *VERBS[verb], "--with", "more.toml")

    assert refused(found, 3).startswith(words)


@pytest.mark.parametrize("verb", VERBS)
def test_a_document_that_aws_would_refuse_does_not_stop_the_rest(
    run: Runner, tmp_path: Path, verb: str
) -> None:
    odd = "\n".join(
        [
            HEAD,
            '[[users]]\nname = "alice"\n[users.inline_policies]',
            "Torn = '''{\"Version\": '''",
            "List = '[1]'",
            'Odd = \'{"Statement": {"Effect": "allow", "Action": 5, "Resource": null}}\'',
        ]
    )
    written(tmp_path, "odd.toml", odd)

    found = run(verb.split(maxsplit=1)[0], "odd.toml", *VERBS[verb])

    assert found.status == 0
    assert "bug" not in found.err
