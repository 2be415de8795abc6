"""Account files to open, and a state folder of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

TEXT = """\
# The account of the tests.

format = 1

[account]
id = "111122223333"
alias = "acme"

[[groups]]
name = "Developers"
policies = ["S3Write"]

[[groups]]
name = "Empty"

[[users]]
name = "alice"
groups = ["Developers"]

[[users]]
name = "bob"

[[policies]]
name = "S3Write"
[policies.document]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }]
"""


@pytest.fixture
def account_file(tmp_path: Path) -> Path:
    """A TOML account without comments below its head."""
    path = tmp_path / "acme.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the program's state, which is not there yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "iam-tui"


Journals = Callable[[], list[Path]]


@pytest.fixture
def journals(state: Path) -> Journals:
    """What journals there are at a moment."""
    return lambda: sorted((state / "recovery").glob("*.jsonl"))
