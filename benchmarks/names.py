"""The benchmarks by name, and how one of them is run."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks import measure
from benchmarks.rows import Row

NAMES = {
    "load-json": "loading",
    "load-toml": "loading",
    "graph": "loading",
    "compile": "deciding",
    "decisions": "deciding",
    "decisions-first": "deciding",
    "principal-can": "asking",
    "effective-all": "asking",
    "matrix": "everybody",
    "who-can": "everybody",
    "why": "explaining",
    "edit-panel": "editing",
    "blast-radius": "editing",
    "start": "programs",
    "first-frame": "programs",
    "event-loop": "programs",
    "memory": "programs",
}
"""Name of a benchmark -> its module; the function has the name with underscores."""


def benchmark(name: str, size: str, peers: str) -> dict[str, Any]:
    """Run one benchmark in this process."""
    module = import_module(f"benchmarks.{NAMES[name]}")
    work: Callable[[str, str], list[Row]] = getattr(module, name.replace("-", "_"))
    found: dict[str, Any] = {"name": name, "size": size}
    try:
        found["rows"] = [row.plain() for row in work(size, peers)]
    except measure.WrongAnswerError as error:
        found["wrong"] = str(error)
    median, worst = measure.noise()
    return found | {"noise": {"median": round(median, 3), "worst": round(worst, 3)}}
