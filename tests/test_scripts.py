"""scripts/run and scripts/test make their environment, keep it, and say what they lack."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

TOOLS = ["cat", "chmod", "cksum", "cp", "dirname", "env", "grep", "mkdir", "rm", "sh", "sleep"]

# Stands in for Python: makes environments of itself, and programs where pip would install them.
PYTHON = f"""\
#!/bin/sh
bin=${{0%/*}}
case "$*" in
    "-m venv --clear "*)
        echo "venv" >>"$CALLS"
        [ -z "${{SLOW-}}" ] || sleep 1
        rm -rf "$4"
        mkdir -p "$4/bin"
        cp "$0" "$4/bin/python"
        ;;
    "-m pip install "*)
        echo "pip ${{*##* }}" >>"$CALLS"
        if [ -n "${{PIP_SAYS-}}" ]; then
            echo "$PIP_SAYS"
            exit 1
        fi
        printf '#!/bin/sh\\necho "iam-tui $*" "in $PWD"\\nexit 7\\n' >"$bin/iam-tui"
        printf '#!/bin/sh\\necho imports >>"$CALLS"\\n' >"$bin/lint-imports"
        chmod +x "$bin/iam-tui" "$bin/lint-imports"
        ;;
    "-m "*)
        echo "$2 $3" >>"$CALLS"
        [ "${{FAILING-}}" != "$2" ]
        ;;
    *)
        [ -n "${{LACKS-}}" ] && case "$*" in *"$LACKS"*) exit 1 ;; esac
        exec '{sys.executable}' "$@"
        ;;
esac
"""


class Checkout:
    """A copy of the scripts in a folder of their own, with a machine's programs beside it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "check out"
        self.tools = folder / "tools"
        self.calls_file = folder / "calls"
        self.path.mkdir()
        self.tools.mkdir()
        shutil.copytree(ROOT / "scripts", self.path / "scripts")
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.path)
        for name in TOOLS:
            found = shutil.which(name)
            assert found is not None
            (self.tools / name).symlink_to(found)
        self.add_python("python3")

    @property
    def venv(self) -> Path:
        return self.path / ".venv"

    @property
    def calls(self) -> list[str]:
        """What was asked of Python, oldest first."""
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []

    def add_python(self, name: str, text: str = PYTHON) -> None:
        (self.tools / name).write_text(text)
        (self.tools / name).chmod(0o755)

    def start(
        self, script: str, *arguments: str, cwd: Path | None = None, **variables: str
    ) -> subprocess.Popen[str]:
        environment = {
            "PATH": str(self.tools),
            "HOME": str(self.path.parent),
            "CALLS": str(self.calls_file),
        }
        return subprocess.Popen(
            [self.path / "scripts" / script, *arguments],
            cwd=cwd or self.path,
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, script: str, *arguments: str, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        process = self.start(script, *arguments, cwd=cwd, **variables)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def sentences(text: str) -> Sequence[str]:
    return text.splitlines()


def test_the_first_run_makes_the_environment_and_the_next_ones_keep_it(checkout: Checkout) -> None:
    first = checkout.run("run", "startup", "--theme", "a b")
    again = checkout.run("run", "startup")

    assert checkout.calls == ["venv", "pip ."]
    assert first.stdout == f"iam-tui startup --theme a b in {checkout.path}\n"
    assert first.returncode == again.returncode == 7
    assert len(sentences(first.stderr)) == 2
    assert again.stderr == ""


def test_arguments_are_relative_to_where_one_stands(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.run("run", "acme.toml", cwd=tmp_path)

    assert done.stdout == f"iam-tui acme.toml in {tmp_path}\n"


def test_nothing_is_left_beside_the_environment(checkout: Checkout) -> None:
    before = {path.name for path in checkout.path.iterdir()}

    checkout.run("run")

    assert {path.name for path in checkout.path.iterdir()} == before | {".venv"}


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_other_dependencies_are_installed_into_the_same_environment(
    checkout: Checkout, name: str
) -> None:
    checkout.run("run")
    with (checkout.path / name).open("a") as file:
        file.write("\n# changed\n")

    checkout.run("run")

    assert checkout.calls == ["venv", "pip .", "pip ."]


def test_an_environment_for_development_serves_to_run(checkout: Checkout) -> None:
    checkout.run("test")
    checkout.calls_file.unlink()

    done = checkout.run("run")

    assert done.returncode == 7
    assert checkout.calls == []


def test_an_environment_to_run_does_not_serve_for_development(checkout: Checkout) -> None:
    checkout.run("run")

    checkout.run("test")

    assert checkout.calls[:3] == ["venv", "pip .", "pip .[dev]"]


def test_an_environment_that_was_cut_short_is_made_again(checkout: Checkout) -> None:
    checkout.run("run")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (checkout.path / ".venv.working").write_text(f"{gone.pid}\n")

    done = checkout.run("run")

    assert done.returncode == 7
    assert checkout.calls == ["venv", "pip .", "venv", "pip ."]
    assert not (checkout.path / ".venv.working").exists()


def test_an_environment_without_python_is_made_again(checkout: Checkout) -> None:
    checkout.run("run")
    (checkout.venv / "bin" / "python").unlink()

    assert checkout.run("run").returncode == 7
    assert checkout.calls == ["venv", "pip .", "venv", "pip ."]


def test_an_environment_that_was_moved_is_made_again(checkout: Checkout) -> None:
    checkout.run("run")
    checkout.path = checkout.path.rename(checkout.path.with_name("moved"))

    assert checkout.run("run").returncode == 7
    assert checkout.calls == ["venv", "pip .", "venv", "pip ."]


def test_two_at_once_make_one_environment(checkout: Checkout) -> None:
    both = [checkout.start("run", SLOW="yes") for _ in range(2)]
    for process in both:
        process.communicate(timeout=120)

    assert [process.returncode for process in both] == [7, 7]
    assert checkout.calls == ["venv", "pip ."]


def test_the_next_best_python_is_taken(checkout: Checkout) -> None:
    checkout.add_python("python3", "#!/bin/sh\nexit 1\n")
    checkout.add_python("python3.12")

    assert checkout.run("run").returncode == 7


@pytest.mark.parametrize("script", ["run", "test"])
def test_an_old_python_is_said_in_one_sentence(checkout: Checkout, script: str) -> None:
    checkout.add_python(
        "python3",
        '#!/bin/sh\ncase "$*" in *print*) echo "python3 is 3.9" ;; *) exit 1 ;; esac\n',
    )

    done = checkout.run(script)

    assert done.returncode == 1
    assert done.stdout == ""
    assert sentences(done.stderr) == [
        "iam-tui needs Python 3.11, 3.12 or 3.13, but python3 is 3.9: install one of them first."
    ]


def test_no_python_is_said_in_one_sentence(checkout: Checkout) -> None:
    (checkout.tools / "python3").unlink()

    done = checkout.run("run")

    assert done.returncode == 1
    assert done.stderr == (
        "iam-tui needs Python 3.11, 3.12 or 3.13, but there is no python3: "
        "install one of them first.\n"
    )


@pytest.mark.parametrize("script", ["run", "test"])
def test_a_missing_module_is_said_in_one_sentence(checkout: Checkout, script: str) -> None:
    done = checkout.run(script, LACKS="ensurepip")

    assert done.returncode == 1
    assert done.stderr == (
        "python3 lacks the module venv or ensurepip: install it first "
        "(on Debian and Ubuntu: sudo apt install python3-venv).\n"
    )


@pytest.mark.slow
def test_a_missing_network_is_said_in_one_sentence(checkout: Checkout) -> None:
    checkout.add_python("python3", f"#!/bin/sh\nexec '{sys.executable}' \"$@\"\n")
    shutil.copytree(
        ROOT / "iam_tui", checkout.path / "iam_tui", ignore=shutil.ignore_patterns("__pycache__")
    )

    done = checkout.run(
        "run",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="1",
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert sentences(done.stderr)[-1] == (
        "What iam-tui needs could not be downloaded: is there a network connection?"
    )
    assert len(sentences(done.stderr)) == 3
    assert not (checkout.path / ".venv.working").exists()


def test_a_certificate_that_is_not_trusted_is_no_missing_network(checkout: Checkout) -> None:
    said = "Retrying after connection reset by SSLError(SSLCertVerificationError(...))"

    done = checkout.run("run", PIP_SAYS=said)

    assert said in sentences(done.stderr)


def test_a_network_that_comes_back_is_used(checkout: Checkout) -> None:
    checkout.run("run", PIP_SAYS="Temporary failure in name resolution")

    assert checkout.run("run").returncode == 7
    assert checkout.calls == ["venv", "pip .", "pip ."]


def test_what_pip_says_is_shown_when_it_fails(checkout: Checkout) -> None:
    done = checkout.run("run", PIP_SAYS="ERROR: No space left on device")
    after = checkout.run("run")

    assert done.returncode == 1
    assert "ERROR: No space left on device" in sentences(done.stderr)
    assert str(checkout.venv) in sentences(done.stderr)[-1]
    assert after.returncode == 7
    assert checkout.calls == ["venv", "pip .", "venv", "pip ."]


CHECKS = ["ruff check", "ruff format", "mypy ", "imports", "pytest -n"]


def test_everything_is_checked_in_order(checkout: Checkout) -> None:
    done = checkout.run("test")

    assert done.returncode == 0
    assert checkout.calls == ["venv", "pip .[dev]", *CHECKS]
    assert sentences(done.stdout)[-1].startswith("==> pytest")


def test_all_means_more_examples(checkout: Checkout) -> None:
    assert "--hypothesis-profile=few" in checkout.run("test").stdout
    assert "--hypothesis-profile=many" in checkout.run("test", "--all").stdout


@pytest.mark.parametrize("failing", ["ruff", "mypy", "pytest"])
def test_one_failure_hides_no_other(checkout: Checkout, failing: str) -> None:
    done = checkout.run("test", FAILING=failing)

    assert done.returncode == 1
    assert checkout.calls[2:] == CHECKS
    assert sentences(done.stderr)[-1].startswith(f"scripts/test: failed: {failing}")


@pytest.mark.parametrize("arguments", [["--nosuch"], ["--all", "more"], ["tests/policy"]])
def test_other_arguments_of_test_are_refused(checkout: Checkout, arguments: list[str]) -> None:
    done = checkout.run("test", *arguments)

    assert done.returncode == 2
    assert done.stderr == "usage: scripts/test [--all]\n"
    assert checkout.calls == []


def test_continuous_integration_checks_the_same(checkout: Checkout) -> None:
    (checkout.path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", checkout.path / ".ci")

    done = checkout.run("../.ci/run", CI="true")

    assert done.returncode == 0
    assert checkout.calls == ["venv", "pip .[dev]", *CHECKS]
