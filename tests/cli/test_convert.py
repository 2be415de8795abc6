"""`iam-tui convert`: both ways, what is left out, what is never lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iam_tui import load
from tests.cli.conftest import Runner, refused


def test_toml_becomes_json_and_back(run: Runner, account: Path, tmp_path: Path) -> None:
    there = run("convert", account, "acme.json")
    back = run("convert", "acme.json", "copy.toml")

    assert (there.status, there.out) == (0, "")
    assert (back.status, back.out, back.err) == (0, "", "")
    assert "UserDetailList" in json.loads((tmp_path / "acme.json").read_text())
    assert load(tmp_path / "copy.toml") == load(tmp_path / "acme.json")
    assert load(tmp_path / "copy.toml").users == load(account).users


def test_what_an_export_cannot_hold_is_said(run: Runner, account: Path, tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text("[root]\nmfa = true\n", encoding="utf-8")

    found = run("convert", account, "acme.json", "--with", "more.toml")

    assert found.status == 0
    assert "iam-tui: the root user's credentials are left out" in found.err.splitlines()


def test_edits_are_made_before_writing(run: Runner, account: Path, tmp_path: Path) -> None:
    edit = {"op": "add-member", "group": "Developers", "user": "bob"}
    (tmp_path / "edits.jsonl").write_text(json.dumps(edit), encoding="utf-8")

    found = run("convert", account, "new.toml", "--edits", "edits.jsonl")

    assert found.status == 0
    bob = load(tmp_path / "new.toml").users["arn:aws:iam::111122223333:user/bob"]
    assert bob.groups == ("Developers",)


def test_an_existing_file_is_replaced_only_by_force(
    run: Runner, account: Path, tmp_path: Path
) -> None:
    target = tmp_path / "acme.json"
    target.write_text("precious", encoding="utf-8")

    said = refused(run("convert", account, target), 2)

    assert "exists; --force replaces it" in said
    assert target.read_text(encoding="utf-8") == "precious"
    assert run("convert", account, target, "--force").status == 0
    assert load(target).groups == load(account).groups


def test_a_dangling_link_counts_as_existing(run: Runner, account: Path, tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to("nowhere.toml")

    refused(run("convert", account, "link.toml"), 2)


@pytest.mark.parametrize("target", ["acme", "acme.yaml", "-"])
def test_a_name_that_tells_no_form_is_status_2(run: Runner, account: Path, target: str) -> None:
    assert "use .toml or .json" in refused(run("convert", account, target), 2)


def test_a_target_that_cannot_be_written_is_status_3(run: Runner, account: Path) -> None:
    assert "cannot be written" in refused(run("convert", account, "no/folder/acme.toml"), 3)


def test_a_source_that_is_no_account_leaves_no_target(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("format = 2", encoding="utf-8")

    refused(run("convert", "bad.toml", "acme.json"), 3)

    assert not (tmp_path / "acme.json").exists()
