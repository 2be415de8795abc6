"""The real program on a real terminal: what it sends, every way out, and what it leaves behind."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pyte
import pytest

from iam_tui import save
from tests.tui.test_evil import evil_account

ROOT = Path(__file__).parents[2]
COLUMNS, ROWS = 80, 24
LONGEST = 60.0
"""Seconds after which something that should come is taken as missing."""
LEFT = {
    "the alternate screen": b"\x1b[?1049l",
    "the hidden cursor": b"\x1b[?25h",
    "mouse reports": b"\x1b[?1003l",
    "bracketed paste": b"\x1b[?2004l",
}
"""What has to be switched back, and by which sequence."""
FOREIGN = re.compile(rb"\x1b\](?!22;)|\x1bP(?!\+q|\$q)|\x1b\[2J\x1b\[31m")
"""Operating system commands (Textual itself sends pointer shapes, 22) and what evil names hold."""


class Terminal:
    """The program on a pseudo terminal, and what its screen shows."""

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (COLUMNS, ROWS),
    ) -> None:
        self._master, self._slave = pty.openpty()
        columns, rows = size
        termios.tcsetwinsize(self._slave, (rows, columns))
        self._before = termios.tcgetattr(self._slave)
        # What another test has left is not to be found.
        self._state = TemporaryDirectory()
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NO_COLOR", "SSH_", "TEXTUAL", "COLUMNS", "LINES"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "iam_tui", *arguments],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=ROOT,
            env={
                **inherited,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "XDG_STATE_HOME": self._state.name,
                **(environment or {}),
            },
            start_new_session=True,
        )
        self.output = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        """What a person would read now."""
        return "\n".join(self._screen.display)

    def until(self, wanted: str) -> None:
        """Read until something stands on the screen."""
        end = time.monotonic() + LONGEST
        while wanted not in self.text:
            assert time.monotonic() < end, self.text
            assert self.process.poll() is None, self.text
            self._read(0.05)

    @property
    def status(self) -> str:
        """The line of the last result."""
        return str(self._screen.display[-2]).strip()

    def read(self, patience: float) -> None:
        """Take what has been written for a while."""
        end = time.monotonic() + patience
        while (left := end - time.monotonic()) > 0 and self._read(left):
            pass

    def forget(self) -> None:
        """Clear the screen, so that only what is painted from now on can be seen."""
        self.output = b""
        self._screen.reset()

    def hang_up(self) -> int:
        """Be gone, as a terminal that is closed; return the exit status."""
        os.close(self._master)
        self._master = -1
        return self.process.wait(LONGEST)

    def until_status(self, begins: str) -> None:
        """Read until the line of the last result begins so."""
        end = time.monotonic() + LONGEST
        while not self.status.startswith(begins):
            assert time.monotonic() < end, self.text
            assert self.process.poll() is None, self.text
            self._read(0.05)

    def _read(self, patience: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], patience)
        data = os.read(self._master, 65_536) if ready else b""
        self.output += data
        # pyte takes neither private SGR nor strings that end in ST.
        self._stream.feed(re.sub(rb"\x1b\[[<>][\d;]*[a-zA-Z]|\x1b\][^\x07]*?\x1b\\", b"", data))
        return bool(data)

    def press(self, keys: str) -> None:
        """Send keys as the terminal would."""
        os.write(self._master, keys.encode())

    def end(self) -> int:
        """Read to the end and return the exit status."""
        end = time.monotonic() + LONGEST
        while self.process.poll() is None:
            assert time.monotonic() < end, self.text
            self._read(0.05)
        while self._read(0.0):
            pass
        return self.process.returncode

    def check_restored(self) -> None:
        """Check that whoever uses the terminal next finds it as it was."""
        for name, sequence in LEFT.items():
            assert sequence in self.output, f"{name} stays"
        assert termios.tcgetattr(self._slave) == self._before

    def close(self) -> None:
        """Let go of the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._state.cleanup()
        if self._master >= 0:
            os.close(self._master)
        os.close(self._slave)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def start(
    terminals: list[Terminal],
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (COLUMNS, ROWS),
) -> Terminal:
    terminal = Terminal(*arguments, environment=environment, size=size)
    terminals.append(terminal)
    return terminal


def test_keys_do_what_they_say_and_ctrl_q_ends_with_0(terminals: list[Terminal]) -> None:
    terminal = start(terminals, "startup")
    terminal.until("opened startup")
    terminal.press("j")
    terminal.until("Users > alice")
    terminal.press("6")
    terminal.until("Effective permissions of alice")
    terminal.press("\x1b")
    terminal.until("1 Users")
    terminal.press("\x11")
    assert terminal.end() == 0
    terminal.check_restored()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_program_and_restores_the_terminal(
    terminals: list[Terminal], number: signal.Signals, status: int
) -> None:
    terminal = start(terminals, "startup")
    terminal.until("opened startup")
    terminal.process.send_signal(number)
    assert terminal.end() == status
    terminal.check_restored()


def test_ctrl_c_twice_ends_with_130(terminals: list[Terminal]) -> None:
    terminal = start(terminals, "startup")
    terminal.until("opened startup")
    terminal.press("\x03")
    terminal.until("ctrl+c again quits")
    terminal.press("\x03")
    assert terminal.end() == 130
    terminal.check_restored()


def test_a_bug_ends_with_70_and_says_where_its_traceback_is(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    # A module that breaks when the explorer asks for it stands for any bug of ours.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['iam_tui.tui.details'] = None\n", encoding="utf-8"
    )
    environment = {"PYTHONPATH": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    terminal = start(terminals, "startup", environment=environment)
    assert terminal.end() == 70
    terminal.check_restored()
    assert b"iam-tui has a bug" in terminal.output
    assert b"the traceback is in" in terminal.output


def test_nothing_in_an_account_reaches_the_terminal(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    path = tmp_path / "evil.toml"
    save(evil_account(), path)
    terminal = start(terminals, str(path))
    terminal.until("opened evil.toml")
    for keys, said in [("j", "2 of 6"), ("\r", "esc Back"), ("6", "f: all"), ("/evil:\r", "evil")]:
        terminal.press(keys)
        terminal.until(said)
    terminal.press("jy")
    terminal.until("copied evil:")
    terminal.press("\x11")
    assert terminal.end() == 0
    written = re.sub(rb"\x1b\]52;c;[\w+/=]*\x07", b"", terminal.output, count=1)
    assert FOREIGN.findall(written) == []


def test_with_no_color_no_colour_is_sent(terminals: list[Terminal]) -> None:
    terminal = start(terminals, "startup", environment={"NO_COLOR": "1"})
    terminal.until("opened startup")
    terminal.press("j6")
    terminal.until("Effective permissions of alice")
    terminal.press("\x11")
    assert terminal.end() == 0
    settings = re.findall(rb"\x1b\[([\d;]*)m", terminal.output)
    parts = {part for setting in settings for part in setting.split(b";")}
    assert not {part for part in parts if part[:1] in {b"3", b"4", b"9"} and len(part) == 2} - {
        b"39",
        b"49",
    }
    assert b"38" not in parts
    assert b"48" not in parts


@pytest.mark.parametrize("stream", ["stdin", "stderr"])
def test_without_a_terminal_it_names_the_verbs_and_ends_with_2(stream: str) -> None:
    master, slave = pty.openpty()
    streams = {"stdin": slave, "stdout": slave, "stderr": slave}
    streams[stream] = subprocess.DEVNULL if stream == "stdin" else subprocess.PIPE
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "iam_tui", "startup"],
            cwd=ROOT,
            stdin=streams["stdin"],
            stdout=streams["stdout"],
            stderr=streams["stderr"],
            timeout=LONGEST,
            check=False,
        )
        said = ended.stderr or os.read(master, 65_536)
    finally:
        os.close(master)
        os.close(slave)
    assert ended.returncode == 2
    assert b"iam-tui principal-can" in said
