"""Other programs that decide requests, when they are installed; none of them is part of this.

npm install --prefix PATH @cloud-copilot/iam-simulate
python -m benchmarks decisions --peers PATH
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measure import ROUNDS
from benchmarks.workload import Asked

_SCRIPT = Path(__file__).with_name("iam_simulate.mjs")
_PACKAGE = Path("node_modules", "@cloud-copilot", "iam-simulate")


class Peer(NamedTuple):
    """What a peer answered, and how fast it was."""

    name: str
    a_second: list[float]
    decisions: list[str | None]
    """In our words; None where it refused the request."""


def iam_simulate(asked: Sequence[Asked], peers: str) -> Peer | None:
    """Ask iam-simulate's `runSimulation` the same; None when it is not installed."""
    package = Path(peers) / _PACKAGE
    node = shutil.which("node")
    if node is None or not package.is_dir():
        return None
    numbers = {one.holder.arn: place for place, one in enumerate(asked)}
    given = {
        "package": str(package.resolve()),
        "rounds": ROUNDS,
        "holders": {str(numbers[one.holder.arn]): _policies(one) for one in asked},
        "requests": [
            {
                "holder": str(numbers[one.holder.arn]),
                "principal": one.holder.arn,
                "action": one.action,
                "resource": one.resource,
                "context": one.context,
            }
            for one in asked
        ],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(given, file)
        file.flush()
        done = subprocess.run(
            [node, str(_SCRIPT), file.name], check=True, stdout=subprocess.PIPE, text=True
        )
    found = json.loads(done.stdout)
    words = {"Allowed": "allowed", "ImplicitlyDenied": "implicitDeny",
             "ExplicitlyDenied": "explicitDeny"}  # fmt: skip
    version = json.loads((package / "package.json").read_text())["version"]
    return Peer(
        f"iam-simulate {version}",
        found["rates"],
        [words.get(word) for word in found["decisions"]],
    )


def _policies(one: Asked) -> dict[str, Any]:
    identity = [
        {"name": str(place), "policy": document}
        for place, document in enumerate(one.holder.identity)
    ]
    boundary = one.holder.boundary
    return {
        "identity": identity,
        "boundary": None if boundary is None else [{"name": "boundary", "policy": boundary}],
    }
