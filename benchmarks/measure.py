"""How time is measured: CPU time of one process, work and floor in turns, noise beside it.

CPU time, because benchmarks run on shared machines and other programs' work is not ours. Where
waiting is what counts (the event loop), it is wall time, and the line says so.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import accounts

ROOT = Path(__file__).parent.parent
ROOMS = ("CACHE", "CONFIG", "DATA", "STATE")
ROUNDS = 5
_SLOWER = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONDEVMODE", "PYTHONMALLOC", "COVERAGE_RUN"})
"""Variables that slow Python down; programs start from compiled modules, as installed ones do."""
WRONG = 3
"""Exit status of a process whose answers are wrong."""

_fixed_loop: list[float] = []


class WrongAnswerError(AssertionError):
    """What was measured does not compute what it should."""


def check(holds: bool, said: str) -> None:
    """Refuse to go on with wrong answers."""
    if not holds:
        raise WrongAnswerError(said)


def timed(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the seconds of CPU that some work takes, or of another clock."""
    gc.collect()
    begun = clock()
    work()
    return clock() - begun


def in_turns(*works: Callable[[], object], rounds: int = ROUNDS) -> tuple[list[float], ...]:
    """Return the times of several works, done in turns so that all see the same weather."""
    times: tuple[list[float], ...] = tuple([] for _ in works)
    for _ in range(rounds):
        loop()
        for work, found in zip(works, times, strict=True):
            found.append(timed(work))
    return times


# --- processes -----------------------------------------------------------------------------------


def environment(cache: Path | None = None) -> dict[str, str]:
    """Return the variables of a process whose caches, state and compiled modules are apart."""
    kept = {name: value for name, value in os.environ.items() if name not in _SLOWER}
    homes = {f"XDG_{room}_HOME": str(accounts.folder()) for room in ROOMS}
    own = {"PYTHONPYCACHEPREFIX": str(accounts.folder() / "compiled")}
    return kept | homes | own | ({"XDG_CACHE_HOME": str(cache)} if cache is not None else {})


def apart(function: Callable[..., Any], *arguments: str, cache: Path | None = None) -> Any:
    """Call a function of a module in a process of its own and return what it returns, as JSON.

    Settings, state and caches of whoever runs the benchmarks are left alone, and so are compiled
    modules in the checkout; `cache` is another folder for the caches than what benchmarks keep.
    """
    loop()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.apart", function.__module__, function.__name__,
         *arguments],
        cwd=ROOT,
        env=environment(cache),
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    said = done.stdout.splitlines()[-1:] or [""]
    if done.returncode == WRONG:
        raise WrongAnswerError(said[0])
    if done.returncode != 0:
        raise RuntimeError(f"{function.__name__} ended with status {done.returncode}")
    return json.loads(said[0])


class Ended(NamedTuple):
    """A program that has run to its end."""

    seconds: float
    """CPU time."""
    status: int
    output: str


def run(argv: Sequence[str]) -> Ended:
    """Run a program to its end."""
    with subprocess.Popen(
        argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        output = process.stdout.read() if process.stdout is not None else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(usage.ru_utime + usage.ru_stime, process.returncode, output)


def resident(field: str = "VmRSS") -> float:
    """Return this process's memory in MB, as Linux counts it; `VmHWM` is the most it ever had."""
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) / 1024
    raise LookupError(field)


# --- noise ---------------------------------------------------------------------------------------


def loop() -> None:
    """Time a fixed loop, once, for `noise`."""
    begun = time.process_time()
    total = 0
    for number in range(100_000):
        total += number & 7
    _fixed_loop.append(time.process_time() - begun)


def noise() -> tuple[float, float]:
    """Return by how much the median and the slowest fixed loop were above the fastest."""
    if not _fixed_loop:
        loop()
    best = min(_fixed_loop)
    return statistics.median(_fixed_loop) / best - 1, max(_fixed_loop) / best - 1
