"""`iam-tui keys` and the page of the docs that it makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iam_tui.commands import BY_ID, COMMANDS, Command
from iam_tui.commands_page import markdown
from tests.cli.conftest import Runner, refused


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of settings, which is empty."""
    path = tmp_path / "config.toml"
    path.write_text("")
    monkeypatch.setenv("IAM_TUI_CONFIG", str(path))
    return path


def test_every_command_stands_there_with_its_keys(run: Runner) -> None:
    found = run("keys")

    assert (found.status, found.err) == (0, "")
    for command in COMMANDS:
        line = rf"^  {re.escape(' '.join(command.keys))} +{re.escape(command.id)} +{re.escape(command.help)}$"
        assert bool(re.search(line, found.out, re.MULTILINE)) is not command.is_later, command.id


def test_the_users_keys_are_shown(run: Runner, config: Path) -> None:
    config.write_text('[keys]\nsave = "f5"\ncopy = ""\n')

    found = run("keys")

    assert re.search(r"^  f5 +save +", found.out, re.MULTILINE)
    assert re.search(r"^  - +copy +", found.out, re.MULTILINE)


def test_mistakes_in_the_settings_are_said_beside_the_keys(run: Runner, config: Path) -> None:
    config.write_text('[keys]\nsav = "f5"\n')

    found = run("keys")

    assert found.status == 0
    assert "config.toml:2: sav: there is no command" in found.err
    assert re.search(r"^  ctrl\+s +save +", found.out, re.MULTILINE)


def test_the_page_does_not_depend_on_the_settings(run: Runner, config: Path) -> None:
    config.write_text('[keys]\nsave = "f5"\n')

    found = run("keys", "--markdown")

    assert (found.status, found.err) == (0, "")
    assert found.out == markdown()


def test_the_page_has_every_command() -> None:
    rows = re.findall(
        r"^\| (.+?) \| `([a-z0-9.-]+)` \| (.+?) \| (.+) \|$", markdown(), re.MULTILINE
    )

    assert sorted(row[1] for row in rows) == sorted(BY_ID)
    for keys, command_id, _, what in rows:
        command = BY_ID[command_id]
        assert keys == " ".join(f"`{key}`" for key in command.keys)
        assert what == command.help


def test_the_page_can_hold_any_key() -> None:
    odd = Command("odd", "Odd", "this | that", ("|", "`"), "panes", "ACT")

    assert r"| `\|` `` ` `` | `odd` | anywhere but in text fields | this \| that |" in markdown(
        (odd,)
    )
    none = Command("none", "None", "nothing", (), "panes", "ACT")
    assert "| none | `none` |" in markdown((none,))


def test_more_arguments_are_refused(run: Runner) -> None:
    assert "too many" in refused(run("keys", "save"), 2)
