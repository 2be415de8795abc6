"""start, first-frame, event-loop, memory: the program as a process and on a terminal."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from benchmarks import accounts, floors
from benchmarks.loading import import_all, opened
from benchmarks.measure import ROOT, ROUNDS, apart, check, loop, run
from benchmarks.rows import Row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PYTHON = sys.executable
HEAVY = ("networkx", "textual", "rich", "boto3", "botocore")
VERBS = {
    "--version": (["--version"], "iam-tui "),
    "simulate, on a sample": (
        ["simulate", "startup", "--principal", "user/alice", "--action", "s3:ListAllMyBuckets"],
        "s3:ListAllMyBuckets",
    ),
}
"""What is run -> its arguments, and what its output must hold."""

_LOADED = f"""
import sys
from iam_tui.__main__ import main
main()
print("loaded", *sorted({set(HEAVY)} & sys.modules.keys()))
"""

BARE_APP = "from textual.app import App; App().run()"


def start(_size: str, _peers: str) -> list[Row]:
    """Measure how long verbs take that should answer at once, and what they import."""
    for argv, expected in VERBS.values():
        done = run([PYTHON, "-c", _LOADED, *argv])
        said, _, loaded = done.output.rpartition("loaded")
        check(expected in said, f"{argv[0]} says {said!r}")
        check(not loaded.split(), f"{argv[0]} imports {loaded.strip()}")
    floor: list[float] = []
    ours: dict[str, list[float]] = {name: [] for name in VERBS}
    for _ in range(2 * ROUNDS):
        loop()
        floor.append(run([PYTHON, "-c", "import msgspec"]).seconds)
        for name, (argv, _) in VERBS.items():
            ours[name].append(run([PYTHON, "-m", "iam_tui", *argv]).seconds)
    # The goal is 120 ms on a machine where the floor is 42 ms.
    return [
        Row(
            what=name,
            figures=times,
            against="python -c 'import msgspec'",
            floor=min(floor),
            goal=2.86,
        )
        for name, times in ours.items()
    ]


def first_frame(size: str, _peers: str) -> list[Row]:
    """Measure the CPU time to the first painted frame, in a pseudo-terminal."""
    return [
        _first_frame("a sample", "startup"),
        _first_frame(f"the {size} account", str(accounts.path(size))),
    ]


def _first_frame(what: str, source: str) -> Row:
    _frames(source)
    pairs = [_frames(source) for _ in range(ROUNDS)]
    return Row(
        what=what,
        figures=[ours for ours, _ in pairs],
        against="a bare Textual app",
        floor=min(bare for _, bare in pairs),
        goal=2.4,
    )


def _frames(source: str) -> tuple[float, float]:
    """Return the CPU time to the first frame of the program and of a bare app."""
    loop()
    done = run(
        [PYTHON, str(ROOT / "benchmarks" / "ptybench.py"), "--json", "--ready", "Users",
         "--start-max", "60", "--against", f'{PYTHON} -c "{BARE_APP}"',
         "--", PYTHON, "-m", "iam_tui", source]
    )  # fmt: skip
    check(done.status == 0, f"{source}: {done.output[-500:]}")
    found: dict[str, Any] = json.loads(done.output)
    times = (found["startup"]["cpu_ms"], found["against"]["cpu_ms"])
    ours, bare = (one["median"] / 1000 for one in times)
    return ours, bare


def memory(size: str, _peers: str) -> list[Row]:
    """Measure the memory of a process that has opened an account and shown a panel."""
    path = str(accounts.path(size))
    plain, ours = [], []
    for _ in range(ROUNDS):
        plain.append(apart(floors.loads_and_graph, path))
        ours.append(apart(opened, path))
    return [
        Row(
            what=what,
            figures=[one[key] for one in ours],
            against="json.loads and a bare graph",
            floor=min(one[key] for one in plain),
            goal=1.6 if size == "quota" and key == "resident" else None,
            unit="MB",
        )
        for what, key in (("resident, after a panel", "resident"), ("the most it ever had", "most"))
    ]


def event_loop(size: str, _peers: str) -> list[Row]:
    """Measure for how long the event loop is held at a stretch while an account is opened."""
    path = str(accounts.path(size))
    unit = floors.Unit("wall")
    loads = [apart(held_by_loads, path) for _ in range(ROUNDS)]
    thread = [apart(held_by_thread, path) for _ in range(ROUNDS)]
    screen = [apart(held_by_screen, path) for _ in range(ROUNDS)]
    goal, floor = 0.4 if size == "quota" else None, unit.seconds()
    return [
        Row(what="json.loads in a thread", figures=loads, against="J in wall time", floor=floor),
        Row(
            what="a thread opens the account",
            figures=thread,
            against="J in wall time",
            floor=floor,
            goal=goal,
        ),
        Row(
            what="the screen opens the account",
            figures=screen,
            against="J in wall time",
            floor=floor,
            goal=goal,
        ),
    ]


def held_by_loads(path: str) -> float:
    """Return the longest pause while a thread decodes the file by `json.loads`."""

    def work() -> None:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            json.load(file)

    return asyncio.run(_beside(work))


def held_by_thread(path: str) -> float:
    """Return the longest pause while a thread opens the account and builds its graph."""
    from iam_tui.workspace import Workspace

    import_all()

    def work() -> None:
        workspace = Workspace.open(path)
        check(len(workspace.graph.graph) > 0, "the graph is empty")

    return asyncio.run(_beside(work))


async def _beside(work: Callable[[], None]) -> float:
    thread = threading.Thread(target=work)
    async with _pauses() as pauses:
        thread.start()
        while thread.is_alive():
            await asyncio.sleep(0.001)
    return max(pauses)


def held_by_screen(path: str) -> float:
    """Return the longest pause while the screen opens the account, first panel included."""
    from iam_tui.tui.app import KEYS_FIRST, IamTuiApp
    from iam_tui.tui.session import Session
    from iam_tui.tui.terminal import look_at
    from iam_tui.workspace.options import TuiOptions

    async def opens() -> float:
        sys.setswitchinterval(KEYS_FIRST)
        session = Session(TuiOptions(account=path), today=dt.date(2026, 11, 1))
        app = IamTuiApp(session, look_at({"TERM": "xterm-256color"}))
        async with _pauses() as pauses, app.run_test(size=(120, 40)):
            pauses.clear()
            begun = time.monotonic()
            while session.workspace is None:
                check(time.monotonic() - begun < 60, "not opened within a minute")
                await asyncio.sleep(0.001)
            await _idle()
            return max(pauses)

    return asyncio.run(opens())


async def _idle() -> None:
    """Return once the process has hardly worked for half a second."""
    worked = 1.0
    while worked > 0.15:
        before = time.process_time()
        await asyncio.sleep(0.5)
        worked = time.process_time() - before


@asynccontextmanager
async def _pauses() -> AsyncIterator[list[float]]:
    """Give a list that fills with the times between two turns of the event loop."""
    pauses = [0.0]

    async def tick() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            pauses.append(now - last - 0.001)
            last = now

    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0.01)
    try:
        yield pauses
    finally:
        ticker.cancel()
