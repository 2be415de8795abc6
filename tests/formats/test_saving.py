"""A file is replaced whole or not at all."""

from __future__ import annotations

import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from iam_tui import load, save
from iam_tui.errors import AccountFileError

ACCOUNT = load({"account": {"id": "111122223333"}, "users": [{"name": "alice"}]})
OTHER = ACCOUNT.with_(alias="other")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"

    save(ACCOUNT, path)

    assert mode_of(path) == 0o600
    assert load(path) == ACCOUNT
    assert names_in(tmp_path) == ["acme.toml"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o600])
def test_the_mode_of_a_file_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "acme.toml"
    path.write_text("old")
    path.chmod(mode)

    save(ACCOUNT, str(path))

    assert mode_of(path) == mode
    assert load(path) == ACCOUNT


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    target, link = tmp_path / "data" / "real.toml", tmp_path / "acme.toml"
    save(ACCOUNT, target)
    link.symlink_to(target)

    save(OTHER, link)

    assert link.is_symlink()
    assert load(target) == OTHER
    assert names_in(tmp_path) == ["acme.toml", "data"]


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    save(ACCOUNT, path)
    program = """
import resource, signal, sys
from iam_tui import load, save
from iam_tui.errors import AccountFileError
account = load(sys.argv[1]).with_(description="x" * 100_000)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    save(account, sys.argv[1])
except AccountFileError as error:
    print(error)
"""

    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith(f"{path}: it cannot be written: File too large")
    assert load(path) == ACCOUNT
    assert names_in(tmp_path) == ["acme.toml"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096


@pytest.mark.parametrize("name", ["missing/acme.toml", ".", "a\0b", "x" * 300])
def test_a_place_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(AccountFileError, match="it cannot be written"):
        save(ACCOUNT, tmp_path / name)

    assert names_in(tmp_path) == []


def test_text_that_no_file_can_hold(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    save(ACCOUNT, path)

    with pytest.raises(AccountFileError, match=r"no character that a file can hold"):
        save(ACCOUNT.with_(alias="\ud800"), path)

    assert load(path) == ACCOUNT
