"""What `--help` and docs/verbs.md promise is what the programs do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from iam_tui.analysis import reporting
from iam_tui.cli.main import VERBS
from iam_tui.cli.parsing import Parser
from iam_tui.cli.status import Status
from iam_tui.formats.request_lines import RequestLine

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "verbs.md").read_text(encoding="utf-8")
COMMON = {"--with", "--credential-report", "--edits", "--plain"}
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def parser_of(verb: str) -> Parser:
    module = import_module(f"iam_tui.cli.{verb.replace('-', '_')}")
    made: Parser = module.parser()
    return made


def examples() -> list[tuple[str, str]]:
    return [(verb, example) for verb in VERBS for example in parser_of(verb).examples]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the examples run one after the other, with `iam-tui` on the path."""
    made = tmp_path_factory.mktemp("examples")
    program = made / "iam-tui"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m iam_tui "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "example"), examples(), ids=lambda text: text)
def test_the_examples_of_the_help_run(folder: Path, verb: str, example: str) -> None:
    assert f"  {example}\n" in parser_of(verb).format_help()
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    done = subprocess.run(
        ["/bin/sh", "-ec", example],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
    )

    assert done.returncode == 0, done.stderr


def section(title: str) -> str:
    _, _, rest = PAGE.partition(f"\n## {title}\n")
    assert rest, title
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("verb", ["iam-tui", *VERBS])
def test_the_page_has_the_flags_of_every_verb(verb: str) -> None:
    parser = parser_of("screen" if verb == "iam-tui" else verb)
    own = {flag for flag in parser.flags if flag != "--help"} - COMMON

    described = set(re.findall(r"^\| `(--[a-z-]+)", section(verb), re.MULTILINE))

    assert described == own
    assert set(FLAG.findall(section(verb))) <= own | COMMON


def test_the_page_has_the_flags_that_all_share() -> None:
    described = set(
        re.findall(r"^\| `(--[a-z-]+)", section("ACCOUNT and principals"), re.MULTILINE)
    )

    assert described == COMMON
    for verb in ("simulate", "principal-can", "graph"):
        assert set(parser_of(verb).flags) >= COMMON
    for verb in ("screen", "convert"):
        assert set(parser_of(verb).flags) >= COMMON - {"--plain"}


def test_the_page_has_every_verb() -> None:
    named = set(re.findall(r"^\| `iam-tui ([a-z-]+)[ `]", PAGE, re.MULTILINE))

    assert named - {"--version"} == set(VERBS)


def test_the_page_has_the_exit_statuses() -> None:
    described = set(re.findall(r"^\| ([\d+n]+) \|", section("Exit statuses"), re.MULTILINE))

    assert described == {str(int(status)) for status in Status} | {"4", "128+n"}


def test_the_page_has_the_fields_of_the_json() -> None:
    fields = section("simulate")
    shapes = (
        reporting.EvaluationResult,
        reporting.StepResult,
        reporting.MatchedStatementResult,
        reporting.OrganizationsDecision,
        reporting.BoundaryDecision,
    )
    for shape in shapes:
        for field in shape.__annotations__:
            assert re.search(rf"\b{field}\b", fields), field
    for field in RequestLine.__struct_fields__:
        assert f"`{field}`" in fields
