"""What a user may name as an account, and how it is told apart."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.errors import AccountFileError, UsageError
from iam_tui.formats import (
    convert,
    describe,
    dumps_toml,
    find,
    kind_of,
    left_out,
    sample_names,
    sample_path,
)
from tests.formats.test_exports import PLAIN, export

TOML = 'format = 1\n[account]\nid = "111122223333"\n'


def test_the_reader_is_chosen_by_content(tmp_path: Path) -> None:
    for name in ("acme", "acme.txt", "acme.json", "acme.toml"):
        path = tmp_path / name
        path.write_text(TOML)
        assert kind_of(path) == "toml"
        assert load(path).id == "111122223333"
        path.write_text(f"\n {json.dumps(export())}")
        assert kind_of(path) == "json"
        assert load(path) == PLAIN


def test_every_sample_opens_and_says_what_it_is() -> None:
    for name in sample_names():
        path = sample_path(name)
        summary = describe(name)

        assert path is not None
        assert kind_of(name) == "sample"
        assert find(name) == path
        assert load(name) == load(path)
        assert summary.description
        assert summary.users >= 1


def test_a_file_wins_over_a_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in sample_names():
        Path(name).write_text(TOML)

        assert kind_of(name) == "toml"
        assert load(name).users == {}


def test_a_directory_does_not_hide_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in sample_names():
        Path(name).mkdir()

        assert kind_of(name) == "sample"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(TOML.encode()))
    monkeypatch.setattr(sys, "stdin", stream)

    assert kind_of("-") == "stdin"
    assert load("-").id == "111122223333"


def test_names_that_lead_nowhere_are_no_samples() -> None:
    for name in ("../startup", "startup.toml", ""):
        assert sample_path(name) is None


def test_conversion_says_what_is_left_out(tmp_path: Path) -> None:
    source, exported, back = (tmp_path / name for name in ("a.toml", "a.json", "b.toml"))
    account = PLAIN.with_(alias="acme", comment="head")
    source.write_text(f"{dumps_toml(account)}\n[root]\nmfa = true\n[[resources]]\narn = 'arn:x'\n")

    lost = convert(source, exported)

    assert lost == (
        "the root user's credentials are left out",
        "the account's alias, description and known accounts are left out",
        "the comment at the head of the file is left out",
        "1 resource: their policies are left out",
    )
    assert left_out(PLAIN) == ()
    assert load(exported) == PLAIN
    assert convert(exported, back) == ()
    assert load(back) == PLAIN


def test_conversion_needs_a_known_suffix(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use .toml or .json"):
        convert(export(), tmp_path / "a.yaml")


def test_a_file_that_cannot_be_read_has_no_kind(tmp_path: Path) -> None:
    with pytest.raises(AccountFileError, match="cannot be read"):
        kind_of(tmp_path)
