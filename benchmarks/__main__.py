"""python -m benchmarks [NAME...]: measure, and print ratios to floors of the same run."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import accounts, terminal
from benchmarks.measure import apart
from benchmarks.names import NAMES, benchmark
from benchmarks.rows import line


def machine() -> dict[str, str | int]:
    """Return on what it ran, and when."""
    return {
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "machine": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=f"the benchmarks: {', '.join(NAMES)}; and terminal, the budgets of the screen",
    )
    made.add_argument("name", metavar="NAME", nargs="*", help="a benchmark; without: all")
    made.add_argument("--size", choices=accounts.SIZES, default="quota", help="of the account")
    made.add_argument("--json", action="store_true", help="print one JSON document")
    made.add_argument(
        "--peers",
        metavar="PATH",
        type=Path,
        default=accounts.folder() / "peers",
        help="folder with the node_modules of the peers",
    )
    return made


def main(argv: Sequence[str]) -> int:
    """Run the benchmarks that are named.

    Returns:
        0, whether goals are met or not; 1 when an answer is wrong or a benchmark fails.
    """
    if argv[:1] == ["terminal"]:
        return terminal.main(["--table", *argv[1:]])
    made = parser()
    asked = made.parse_args(argv)
    for name in asked.name:
        if name not in NAMES:
            made.error(f"there is no benchmark {name!r}; there are {', '.join(NAMES)}")
    found: list[dict[str, Any]] = []
    for name in asked.name or NAMES:
        try:
            result = apart(benchmark, name, asked.size, str(asked.peers))
        except RuntimeError as error:
            result = {"name": name, "size": asked.size, "failed": str(error)}
        found.append(result)
        if not asked.json:
            print("\n".join(_lines(result)), flush=True)
    if asked.json:
        print(json.dumps({**machine(), "benchmarks": found}, indent=1))
    return 0 if all("rows" in result for result in found) else 1


def _lines(result: dict[str, Any]) -> list[str]:
    if "failed" in result:
        return [f"{result['name']}, {result['size']} account", f"  FAILED: {result['failed']}"]
    noise = result["noise"]
    head = (
        f"{result['name']}, {result['size']} account "
        f"(noise of a fixed loop: median +{noise['median']:.0%}, worst +{noise['worst']:.0%})"
    )
    if "wrong" in result:
        return [head, f"  WRONG ANSWER, so no times: {result['wrong']}"]
    return [head, *map(line, result["rows"])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
