"""The program as others start it: a process with pipes and signals."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import IO

import pytest

from tests.cli.conftest import REPORT

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "iam_tui"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
REQUEST = json.dumps({"principal": "user/alice", "action": "s3:GetObject", "resource": REPORT})


def run(*argv: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, argv)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**ENVIRONMENT, **more},
        stdin=subprocess.DEVNULL,
    )


def start(*argv: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, *map(str, argv)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


def pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def test_the_version() -> None:
    done = run("--version")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("iam-tui ")


@pytest.mark.parametrize(("expected", "status"), [("allowed", 0), ("denied", 1), ("maybe", 2)])
def test_exit_statuses(account: Path, expected: str, status: int) -> None:
    ask = ("--principal", "user/alice", "--action", "s3:GetObject", "--resource", REPORT)

    assert run("simulate", account, *ask, "--expect", expected).returncode == status
    assert run("simulate", f"{account}.not", *ask).returncode == 3


def test_the_screen_needs_a_terminal_and_names_the_verbs(account: Path) -> None:
    for argv in ((), (account,), (account, "--read-only")):
        done = run(*argv)
        assert done.returncode == 2
        assert "simulate" in done.stderr
        assert done.stdout == ""


def test_each_request_is_answered_as_soon_as_it_comes(account: Path) -> None:
    process = start("simulate", account, "--requests", "-", "--json")

    for _ in range(3):
        pipe(process.stdin).write(f"{REQUEST}\n")
        pipe(process.stdin).flush()
        assert json.loads(pipe(process.stdout).readline())["EvalDecision"] == "allowed"
    out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (0, "", "")


def test_ctrl_c_ends_a_verb_quietly(account: Path) -> None:
    process = start("simulate", account, "--requests", "-")
    pipe(process.stdin).write(f"{REQUEST}\n")
    pipe(process.stdin).flush()
    assert pipe(process.stdout).readline().startswith("allowed")

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (130, "", "")


def test_a_reader_that_stops_ends_a_verb_quietly(account: Path, tmp_path: Path) -> None:
    requests = tmp_path / "requests.jsonl"
    requests.write_text(f"{REQUEST}\n" * 2000, encoding="utf-8")
    process = start("simulate", account, "--requests", requests, "--json")

    assert json.loads(pipe(process.stdout).readline())["EvalDecision"] == "allowed"
    pipe(process.stdout).close()
    error = pipe(process.stderr).read()
    pipe(process.stderr).close()
    pipe(process.stdin).close()

    assert (process.wait(timeout=60), error) == (141, "")


def test_a_reader_that_was_never_there(account: Path) -> None:
    """All output fits into the buffer and fails when it is flushed at the end."""
    process = start("samples")
    pipe(process.stdout).close()
    pipe(process.stdin).close()
    error = pipe(process.stderr).read()
    pipe(process.stderr).close()

    assert (process.wait(timeout=60), error) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "samples"],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            env=ENVIRONMENT,
        )

    assert done.returncode == 3
    assert done.stderr == "iam-tui: the output cannot be written: No space left on device\n"


def test_a_terminal_that_knows_ascii_alone_is_served(tmp_path: Path) -> None:
    text = 'format = 1\n[account]\nid = "111122223333"\n[[users]]\nname = "zo\u00eb"\n'
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")

    done = run(
        *("simulate", tmp_path / "acme.toml", "--principal", "user/zo\u00eb"),
        *("--action", "s3:GetObject"),
        PYTHONIOENCODING="ascii:strict",
        PYTHONUTF8="1",
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "zo\\xeb" in done.stdout


@pytest.mark.parametrize("flags", [(), ("--plain",)], ids=["fitted", "plain"])
def test_plain_keeps_lines_whole_on_a_terminal(flags: tuple[str, ...]) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    asked = ("principal-can", "startup", "user/alice", *flags)
    with subprocess.Popen([sys.executable, "-m", "iam_tui", *asked], stdout=theirs) as process:
        os.close(theirs)
        written = b""
        with contextlib.suppress(OSError):  # the end of a terminal is an error to Linux
            while chunk := os.read(ours, 65536):
                written += chunk
    os.close(ours)

    piped = subprocess.run(
        [sys.executable, "-m", "iam_tui", *asked], capture_output=True, check=True
    ).stdout
    assert process.returncode == 0
    assert (written.replace(b"\r\n", b"\n") == piped) == bool(flags)
    assert max(map(len, written.splitlines())) > 40 or not flags
