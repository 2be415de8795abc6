"""What is in the wheel, and that it works without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import iam_tui

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def unpacked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installer would put into site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(unpacked: Path, *arguments: str) -> str:
    """What Python prints where only the wheel is, outside the checkout."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked.parent,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


def test_the_wheel_holds_the_program_and_its_data(unpacked: Path) -> None:
    (info,) = unpacked.glob("*.dist-info")

    assert {path.name for path in unpacked.iterdir()} == {"iam_tui", info.name}
    assert (unpacked / "iam_tui" / "py.typed").is_file()
    assert (unpacked / "iam_tui" / "catalog" / "managed_policies.bin").is_file()
    assert {path.name for path in (unpacked / "iam_tui" / "sample_accounts").iterdir()} == {
        path.name for path in (ROOT / "sample_accounts").glob("*.toml")
    }
    assert {path.name for path in (info / "licenses").iterdir()} >= {"LICENSE", "NOTICE"}
    assert f"Version: {iam_tui.__version__}\n" in (info / "METADATA").read_text()


def test_the_wheel_holds_every_module(unpacked: Path) -> None:
    packed = {path.relative_to(unpacked) for path in (unpacked / "iam_tui").rglob("*.py")}

    assert packed == {path.relative_to(ROOT) for path in (ROOT / "iam_tui").rglob("*.py")}


def test_the_program_runs_from_the_wheel(unpacked: Path) -> None:
    where = python(unpacked, "-c", "import iam_tui; print(iam_tui.__file__)")

    assert where.startswith(str(unpacked))
    assert iam_tui.__version__ in python(unpacked, "-m", "iam_tui", "--version")


def test_the_samples_are_found_in_the_wheel(unpacked: Path) -> None:
    listed = python(unpacked, "-m", "iam_tui", "samples")

    assert all(name in listed for name in ("first-day", "startup", "org-member"))
    python(unpacked, "-m", "iam_tui", "convert", "startup", "converted.toml")
    assert (unpacked.parent / "converted.toml").is_file()


def test_the_source_archive_can_be_checked_and_built(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}

    assert {
        "pyproject.toml",
        "constraints.txt",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "NOTICE",
        "iam_tui/__main__.py",
        "sample_accounts/startup.toml",
        "scripts/test",
        "tests/test_packaging.py",
    } <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith(".venv")]
