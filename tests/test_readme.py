"""What README shows works as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from iam_tui.cli.main import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    """The verbs that README shows, but those that need somebody's own export."""
    lines = "\n".join(blocks("sh")).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("iam-tui ") and "export" not in line]


def test_the_library_examples_run() -> None:
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), names)
    assert names["decision"].decision == "allowed"


def test_there_are_commands_to_try() -> None:
    assert len(commands()) >= 3


@pytest.mark.parametrize("command", commands())
def test_the_commands_run(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(shlex.split(command)[1:], launch=lambda _: 0)
    assert status == 0, capsys.readouterr().err
    assert capsys.readouterr().out


def test_links_lead_to_files_of_the_project() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)
