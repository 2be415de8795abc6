"""The real program in a real terminal: start, keys, every way out."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAVES = b"\x1b[?1049l"
"""The alternate screen is left."""
MOST = 30.0


class Terminal:
    """The program on a pseudo terminal."""

    def __init__(self, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "iam_tui", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self.output = b""

    def until(self, wanted: bytes) -> None:
        """Read until the program has written something."""
        end = time.monotonic() + MOST
        while wanted not in self.output:
            assert time.monotonic() < end, self.output[-500:]
            self._read(end)

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(end - time.monotonic(), 0))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return False
        self.output += data
        return bool(data)

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def end(self) -> int:
        """Read to the end and return the exit status."""
        end = time.monotonic() + MOST
        while self._read(end):
            pass
        status = self.process.wait(timeout=MOST)
        os.close(self._master)
        return status


@pytest.fixture
def without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for no colour, before the program is started."""
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """The program on the bundled account, its first frame painted; ended whatever happens."""
    started = Terminal("startup")
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.wait()


@pytest.mark.slow
def test_start_keys_and_exit(terminal: Terminal) -> None:
    terminal.until(b"alice")
    terminal.press(b"j")
    terminal.until(b"2 of 7")
    terminal.press(b"\x11")
    assert terminal.end() == 0
    assert LEAVES in terminal.output


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_leave_the_terminal_as_it_was(
    terminal: Terminal, number: signal.Signals, status: int
) -> None:
    terminal.until(b"alice")
    terminal.process.send_signal(number)
    assert terminal.end() == status
    assert LEAVES in terminal.output
    assert b"\x1b[?25h" in terminal.output


@pytest.mark.slow
def test_no_colour_code_is_sent_with_no_color(without_colour: None, terminal: Terminal) -> None:
    terminal.until(b"alice")
    terminal.press(b"j\x11")
    assert terminal.end() == 0
    assert b"\x1b[38;" not in terminal.output
    assert b";38;2;" not in terminal.output
