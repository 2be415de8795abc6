"""`iam-tui completion`: what the shells offer, asked of the shells themselves where they are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from iam_tui.cli.completion import SHELLS
from iam_tui.cli.main import VERBS
from iam_tui.formats import sample_names
from tests.cli.conftest import Runner, refused

SAMPLES = set(sample_names())
FILES = {"acme.toml", "export.json"}
ACCOUNTS = SAMPLES | FILES

CASES: list[tuple[str, set[str]]] = [
    ("", {*VERBS, *ACCOUNTS, "folder"}),
    ("gra", {"graph"}),
    ("st", {"startup"}),
    ("--read-only st", {"startup"}),
    ("--read-o", {"--read-only"}),
    ("startup ", set()),
    ("startup --no", {"--no-mouse"}),
    ("--clipboard ", {"osc52", "native", "off"}),
    ("simulate ", {*ACCOUNTS, "folder"}),
    ("simulate startup --princ", {"--principal"}),
    ("simulate startup --credentials ", {"access-key", "console", "session"}),
    ("simulate startup --with ", {"acme.toml", "folder"}),
    ("simulate startup --edits ", {"edits.jsonl", "folder"}),
    ("graph startup user/alice --format ", {"text", "picture", "dot", "mermaid", "graphml"}),
    ("convert ", {*ACCOUNTS, "folder"}),
    ("convert startup ", {*FILES, "edits.jsonl", "notes.txt", "folder"}),
    ("samples ", SAMPLES),
    ("samples --gen", {"--generate"}),
    ("config ", {"path", "show", "check"}),
    ("completion ", set(SHELLS)),
]
IDS = [line.strip() or "nothing" for line, _ in CASES]
ASK_BASH = """
compopt() { :; }
COMP_WORDS=("$@")
COMP_CWORD=$(( $# - 1 ))
_iam_tui iam-tui "${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def folder(run: Runner, tmp_path: Path) -> Path:
    """A folder with files, and a script for each shell beside it."""
    for name in ("acme.toml", "export.json", "edits.jsonl", "notes.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return tmp_path


def needs(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"needs {shell}")
    return found


def output_of(program: list[str | Path], folder: Path, script: str) -> str:
    done = subprocess.run(
        [*map(str, program)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        input=script,
        env={**os.environ, "HOME": str(folder)},
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@pytest.mark.parametrize(("line", "expected"), CASES, ids=IDS)
def test_what_bash_offers(run: Runner, folder: Path, line: str, expected: set[str]) -> None:
    bash = needs("bash")
    script = run("completion", "bash").out + ASK_BASH

    program: list[str | Path] = [bash, "--norc", "-s", "--", "iam-tui", *line.split(" ")]
    offered = output_of(program, folder, script)

    assert set(offered.split()) == expected


@pytest.mark.parametrize(("line", "expected"), CASES, ids=IDS)
def test_what_fish_offers(run: Runner, folder: Path, line: str, expected: set[str]) -> None:
    fish = needs("fish")
    script = run("completion", "fish").out + f'\ncomplete -C "iam-tui {line}"\n'

    offered = output_of([fish, "--no-config"], folder, script)

    found = {text.partition("\t")[0].rstrip("/") for text in offered.splitlines()}
    assert found - {".config", ".local"} == expected


def test_zsh_reads_its_script(run: Runner, folder: Path) -> None:
    zsh = needs("zsh")

    assert output_of([zsh, "-f", "-n"], folder, run("completion", "zsh").out) == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_knows_every_verb_and_sample(run: Runner, shell: str) -> None:
    found = run("completion", shell)

    assert (found.status, found.err) == (0, "")
    for word in (*VERBS, *SAMPLES, "read-only", "principal", "generate"):
        assert word in found.out, word


def test_in_zsh_the_first_word_is_a_verb_or_an_account(run: Runner) -> None:
    script = run("completion", "zsh").out

    assert script.startswith("#compdef iam-tui\n")
    assert "'verbs:verb:_shtab_iam_tui_commands' 'accounts:account:" in script
    assert script.rstrip().endswith("fi")


def test_another_shell_is_status_2(run: Runner) -> None:
    assert "invalid choice: 'tcsh'" in refused(run("completion", "tcsh"), 2)
    assert "bash|zsh|fish" in refused(run("completion"), 2)


def test_no_other_verb_loads_what_makes_the_scripts() -> None:
    code = (
        "import sys\n"
        "from iam_tui.cli.main import main\n"
        "main(['samples'], launch=None)\n"
        "sys.exit('shtab' in sys.modules)"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, stdout=subprocess.DEVNULL
        ).returncode
        == 0
    )
