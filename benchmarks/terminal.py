"""python -m benchmarks.terminal [NAME...]: budgets of the screen, in a pseudo-terminal.

Each is a command line of `ptybench.py` (its --help says what the options mean), printed before it
runs; `--list` only prints them. `--table` runs each at 120x40 and 80x24, in all colours and in the
sixteen of the terminal, and prints a line a budget. Bytes repeat to the byte; times are this
machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import accounts
from benchmarks.measure import ROOT, environment

MANY_USERS = "{many_users}"
"""Stands for an account file with 5,000 users: a held key must not reach the end of its list."""
QUOTA = "{quota}"
"""Stands for the export of an account at AWS's quotas."""

COMMANDS = {
    "start": """--runs 5 --settle 2 --idle 2 --size 120x40 --ready Users --keys 'down*5 up*5'
        --quit ctrl+q --exit-code 0 --restored --budget startup.settled_bytes.median=60000
        --budget keys.down.first_byte_ms.p95=40 --budget keys.down.bytes.median=1500
        --budget idle.bytes_per_s=0 --budget idle.cpu_ms_per_s=3 --budget end.ms=600
        -- iam-tui startup""",
    "first-frame": """--runs 5 --ready Users --max-first-frame-ratio 2.4
        --against "python -c 'from textual.app import App; App().run()'" -- iam-tui startup""",
    "first-frame-quota": """--runs 5 --ready Users --start-max 60 --max-first-frame-ratio 2.4
        --against "python -c 'from textual.app import App; App().run()'" -- iam-tui {quota}""",
    "held": """--runs 5 --ready user-0003 --step 'hold@held:down*60/30' --quit ctrl+q --exit-code 0
        --budget hold.held.lag_ms=150 --budget rss_mb=120 -- iam-tui {many_users}""",
    "ssh": """--runs 1 --ready user-0003 --bandwidth 51200
        --env 'SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22' --step 'hold@held:down*30/15' --key-max 20
        --budget hold.held.lag_ms=500 --quit ctrl+q -- iam-tui {many_users}""",
    "filter": """--runs 3 --ready user-0003 --step keys@filter:/,text:0042 --quit 'esc ctrl+q'
        --budget keys.filter.first_byte_ms.p95=60 -- iam-tui {many_users}""",
    "screens": """--runs 3 --ready Users --step 'keys@help:?' --step keys@back:esc --quit ctrl+q
        --budget keys.help.first_byte_ms.median=100 --budget keys.help.total_bytes.median=80000
        -- iam-tui startup""",
    "no-color": """--runs 1 --ready Users --env NO_COLOR=1 --max-colour 0 --keys 'down*5 enter'
        --quit ctrl+q -- iam-tui startup""",
    "sigterm": "--ready Users --end term --exit-code 143 --restored -- iam-tui startup",
    "sighup": "--ready Users --end hup --exit-code 129 --restored -- iam-tui startup",
    "stop": """--ready Users --step 'suspend@z:ctrl+z' --step 'storm@drag:30/20' --quit ctrl+q
        --restored --budget storm.drag.quiet_ms=400 -- iam-tui startup""",
}
"""Name -> options of `ptybench.py` and the program."""


_FRESH = 'XDG_STATE_HOME=$(mktemp -d) exec "$0" -m iam_tui "$@"'
"""Starts the program without a last place: it would begin where the run before it ended."""
SIZES = ("120x40", "80x24")
THEMES = {"truecolour": "auto", "ansi": "ansi"}
"""Name of a row -> theme in the settings."""
FEWER_BYTES = {
    "startup.settled_bytes.median=60000": "startup.settled_bytes.median=35000",
    "keys.help.total_bytes.median=80000": "keys.help.total_bytes.median=45000",
}
"""Budgets that are smaller in sixteen colours."""


def command(name: str) -> list[str]:
    """Return a command line in words, with the programs of this environment and account files."""
    return [sys.executable, str(Path(__file__).with_name("ptybench.py")), *_words(name)]


def _words(name: str) -> Iterator[str]:
    for word in shlex.split(COMMANDS[name]):
        if word == "iam-tui":
            yield from ("sh", "-c", _FRESH, sys.executable)
        elif word == MANY_USERS:
            yield str(accounts.many_users())
        elif word == QUOTA:
            yield str(accounts.path("quota"))
        else:
            yield word.replace("python -c", f"{shlex.quote(sys.executable)} -c")


def table(names: Sequence[str], runs: int | None = None) -> bool:
    """Print every budget with what was measured; tell whether all are kept."""
    kept = True
    print(f"{'what':<18} {'size':<7} {'colours':<11} {'budget':<42} {'most':>8} {'measured':>9}")
    for name in names:
        for size in SIZES:
            for colours in THEMES:
                for path, most, measured, is_kept in _rows(name, size, colours, runs):
                    kept = kept and is_kept
                    said = "ok" if is_kept else "NOT KEPT"
                    row = f"{name:<18} {size:<7} {colours:<11} {path:<42}"
                    print(f"{row} {most:>8} {measured:>9} {said}")
                sys.stdout.flush()
    return kept


def _rows(
    name: str, size: str, colours: str, runs: int | None
) -> Iterator[tuple[str, str, str, bool]]:
    """Run a command and yield its budgets: path, limit, figure, whether it is kept."""
    words = command(name)
    cut = words.index("--")
    options = [
        w
        for place, w in enumerate(words[:cut])
        if "--size" not in words[max(0, place - 1) : place + 1]
    ]
    if runs is not None:
        options += ["--runs", str(runs)]
    if colours == "ansi":
        options = [FEWER_BYTES.get(word, word) for word in options]
    config = accounts.folder() / colours
    (config / "iam-tui").mkdir(parents=True, exist_ok=True)
    (config / "iam-tui" / "config.toml").write_text(f'theme = "{THEMES[colours]}"\n')
    env = environment() | {"XDG_CONFIG_HOME": str(config), "COLORTERM": "truecolor"}
    done = subprocess.run(
        [*options, "--size", size, "--json", *words[cut:]],
        cwd=ROOT, check=False, env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        found = json.loads(done.stdout)
    except ValueError:
        yield "ended", "-", str(done.returncode), False
        return
    for place, word in enumerate(options):
        if options[place - 1] == "--budget" or options[place - 1] == "--max-first-frame-ratio":
            path, _, most = word.rpartition("=")
            path = path or "against.cpu_ratio"
            figure = _look_up(found, path)
            is_kept = isinstance(figure, int | float) and figure <= float(most)
            yield path, most, f"{figure:g}" if isinstance(figure, int | float) else "-", is_kept
    others = [failure for failure in found["failures"] if ", more than " not in failure]
    for failure in others or ["nothing else failed"]:
        yield failure, "-", "-", not others


def _look_up(found: object, path: str) -> object:
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found["median"] if isinstance(found, dict) and "median" in found else found


def main(argv: Sequence[str]) -> int:
    """Run the commands that are named.

    Returns:
        0 when every budget is kept, else 1.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.terminal", description=__doc__.split("\n", maxsplit=1)[0]
    )
    parser.add_argument("name", metavar="NAME", nargs="*", help="one of them; without: all")
    parser.add_argument("--list", action="store_true", help="only print the command lines")
    parser.add_argument("--table", action="store_true", help="run all, print a line a budget")
    parser.add_argument("--runs", type=int, help="of each command in the table")
    asked = parser.parse_args(argv)
    unknown = [name for name in asked.name if name not in COMMANDS]
    if unknown:
        parser.error(f"there is no {unknown[0]!r}; there are {', '.join(COMMANDS)}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        return _run(asked)


def _run(asked: argparse.Namespace) -> int:
    if asked.table:
        return 0 if table(asked.name or list(COMMANDS), asked.runs) else 1
    failed = []
    for name in asked.name or COMMANDS:
        print(f"# {name}\npython benchmarks/ptybench.py {' '.join(COMMANDS[name].split())}")
        if not asked.list:
            sys.stdout.flush()
            done = subprocess.run(command(name), cwd=ROOT, check=False, env=environment())
            failed += [name] if done.returncode else []
    if failed:
        print(f"not kept: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
