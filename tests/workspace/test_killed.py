"""A program that is killed at any moment leaves a file and a journal with all it had confirmed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings

from iam_tui.formats import load
from iam_tui.workspace import Workspace
from tests.workspace.conftest import TEXT
from tests.workspace.editing_program import digest, walk

ROOT = Path(__file__).parents[2]


def moments() -> int:
    """How many programs are killed; more in the profile that tries every law more often."""
    return 50 if settings().max_examples >= 1000 else 10


def killed_after(path: Path, seed: int, steps: int) -> int:
    """Kill the program once it has confirmed some steps, and return how many it really had.

    It does not wait for anybody: by the time it is killed it is somewhere in a later step.
    """
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.workspace.editing_program", str(path), str(seed)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert program.stdout is not None
    with program, program.stdout as output:
        first = sum(1 for _ in islice(output, steps))
        program.send_signal(signal.SIGKILL)
        rest = [line for line in output if line.endswith(b"\n")]
    assert program.returncode == -signal.SIGKILL
    assert first == steps
    return first + len(rest)


def states(path: Path, seed: int, steps: int) -> Iterator[str]:
    """The account before the first step and after each, without any journal."""
    workspace = Workspace.open(path)
    yield digest(workspace.account)
    for _ in islice(walk(workspace, seed), steps):
        yield digest(workspace.account)


@pytest.mark.slow
def test_all_that_was_confirmed_comes_back(tmp_path: Path, state: Path) -> None:
    chance = random.Random(4)
    for seed in range(moments()):
        path, model = tmp_path / f"{seed}.toml", tmp_path / f"model-{seed}.toml"
        path.write_text(TEXT, encoding="utf-8")
        model.write_text(TEXT, encoding="utf-8")

        confirmed = killed_after(path, seed, chance.randint(1, 60))

        expected = list(states(model, seed, confirmed + 1))
        workspace = Workspace.open(path, journal=True)
        assert workspace.unsaved == 0
        offered = workspace.recoveries()
        assert len(offered) <= 1
        for left in offered:
            assert left.base_matches
            replay = workspace.recover(left)
            assert (replay.refused, replay.unneeded) == ([], [])
        # The step that was being made may have got as far as the disk, and no further.
        found = digest(workspace.account)
        assert found in expected[confirmed:], f"seed {seed}, {confirmed} confirmed"
        workspace.save(overwrite=True)
        assert digest(load(path)) == found
        assert Workspace.open(path).recoveries() == ()
