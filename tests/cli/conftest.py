"""Running command lines in this process, and small accounts to run them on."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from iam_tui.cli.main import main
from iam_tui.workspace.options import TuiOptions

ACCOUNT = """\
format = 1

[account]
id = "111122223333"

[[groups]]
name = "Developers"
policies = ["Reports"]

[[users]]
name = "alice"
groups = ["Developers"]
permissions_boundary = "Bounds"

[[users]]
name = "bob"

[[roles]]
name = "Deploy"
policies = ["NobodyKnows"]
[roles.trust_policy]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "sts:AssumeRole" }]

[[policies]]
name = "Reports"
[policies.document]
Version = "2012-10-17"
Statement = [
  { Sid = "Read", Effect = "Allow", Action = ["s3:GetObject", "s3:ListBucket"], Resource = "arn:aws:s3:::reports*" },
  { Sid = "Office", Effect = "Allow", Action = "sqs:SendMessage", Resource = "*", Condition = { IpAddress = { "aws:SourceIp" = "192.0.2.0/24" } } },
  { Effect = "Allow", Action = "ec2:StartInstances", Resource = "*" },
]

[[policies]]
name = "Bounds"
[policies.document]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Action = ["s3:*", "sqs:*"], Resource = "*" }]
""".replace('policies = ["NobodyKnows"]', 'policies = ["arn:aws:iam::aws:policy/NobodyKnows"]')

REPORT = "arn:aws:s3:::reports/q1.csv"


@dataclass
class Run:
    """What a command line came to."""

    status: int
    out: str
    err: str
    launched: list[TuiOptions] = field(default_factory=list)

    @property
    def json(self) -> Any:
        """The output as one JSON document."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """The output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Runner = Callable[..., Run]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Runner:
    """Run a command line in an empty folder; `stdin` is what standard input holds."""
    monkeypatch.chdir(tmp_path)

    def run_main(
        *argv: str | Path,
        stdin: bytes = b"",
        screen: Callable[[TuiOptions], int] = lambda _: 0,
    ) -> Run:
        launched: list[TuiOptions] = []

        def launch(options: TuiOptions) -> int:
            launched.append(options)
            return screen(options)

        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            status = main([str(argument) for argument in argv], launch=launch)
        captured = capsys.readouterr()
        return Run(int(status), captured.out, captured.err, launched)

    return run_main


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """An account with a group, a boundary, a condition and a document that nobody knows."""
    path = tmp_path / "acme.toml"
    path.write_text(ACCOUNT, encoding="utf-8")
    return path


def refused(run: Run, status: int) -> str:
    """The one sentence that a command line was refused with."""
    assert run.status == status, run
    assert run.out == ""
    (line,) = run.err.splitlines()
    assert line.startswith("iam-tui: ")
    assert "Traceback" not in line
    return line.removeprefix("iam-tui: ")
