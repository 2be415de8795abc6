"""The benchmarks run and check what they measure; the surface by which scripts drive edits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import deciding, naive, workload
from benchmarks.measure import WrongAnswerError
from benchmarks.rows import Row, line
from benchmarks.surface import attach_policy, blast_radius
from iam_tui import load, principal_can
from iam_tui.errors import EditError

ROOT = Path(__file__).parent.parent
ACCOUNT = "arn:aws:iam::111122223333"
READ_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary directory of the benchmarks, so that accounts are made once."""
    return tmp_path_factory.mktemp("benchmarks")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def rows(done: subprocess.CompletedProcess[str]) -> dict[str, list[dict[str, Any]]]:
    assert done.returncode == 0, done.stderr + done.stdout
    return {one["name"]: one["rows"] for one in json.loads(done.stdout)["benchmarks"]}


# the runner


def test_the_runner_prints_figures_with_floors_of_the_same_run(folder: Path) -> None:
    found = rows(run(folder, "benchmarks", "graph", "load-toml", "--size", "small", "--json"))
    assert list(found) == ["graph", "load-toml"]
    for row in (*found["graph"], *found["load-toml"]):
        assert row["rounds"] >= 5
        assert row["best"] <= row["median"] <= row["worst"]
        assert row["floor"] > 0
        assert row["ratio"] == pytest.approx(row["best"] / row["floor"], rel=0.1)


def test_for_people_it_says_how_noisy_the_machine_was(folder: Path) -> None:
    said = run(folder, "benchmarks", "graph", "--size", "small").stdout.splitlines()
    assert said[0].startswith("graph, small account (noise of a fixed loop: median +")
    assert "x a bare graph (" in said[1]


def test_a_peer_that_is_not_there_is_not_compared(folder: Path) -> None:
    nowhere = str(folder / "nowhere")
    done = run(folder, "benchmarks", "decisions", "--size", "small", "--peers", nowhere, "--json")
    first = rows(done)["decisions"][0]
    assert first["unit"] == "a second"
    assert first["best"] > 0
    assert first["against"].startswith("not compared")
    assert (first["goal"], first["ratio"], first["met"]) == (50, None, None)


def test_an_unknown_name_names_the_known_ones(folder: Path) -> None:
    done = run(folder, "benchmarks", "load-jsn")
    assert done.returncode == 2
    assert "there is no benchmark 'load-jsn'" in done.stderr
    for name in ("load-json", "principal-can", "memory"):
        assert name in done.stderr


def test_the_budgets_of_the_screen_are_listed_as_command_lines(folder: Path) -> None:
    done = run(folder, "benchmarks.terminal", "sigterm", "sighup", "--list")
    assert done.returncode == 0
    options = {"sigterm": "--end term --exit-code 143", "sighup": "--end hup --exit-code 129"}
    assert done.stdout.splitlines() == [
        said
        for name, how in options.items()
        for said in (
            f"# {name}",
            f"python benchmarks/ptybench.py --ready Users {how} --restored -- iam-tui startup",
        )
    ]


def test_readme_shows_the_command_lines_that_run(folder: Path) -> None:
    listed = run(folder, "benchmarks.terminal", "--list").stdout
    readme = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("## The screen")[2].split("```")[1].removeprefix("sh\n")
    assert shown.replace("\\\n    ", "") == listed


# goals and answers


@pytest.mark.parametrize(
    ("row", "ratio", "said"),
    [
        (Row(what="x", figures=[3.0, 2.0, 4.0], floor=1.0, goal=2), 2.0, "goal <= 2 x: met"),
        (Row(what="x", figures=[3.0, 2.1, 4.0], floor=1.0, goal=2), 2.1, "goal <= 2 x: NOT MET"),
        (
            Row(what="x", figures=[3.0, 1.0, 4.0], floor=1.0, goal=2, by="median"),
            3.0,
            "goal <= 2 x: NOT MET",
        ),
        (
            Row(what="x", figures=[90.0, 120.0, 70.0], floor=2.0, goal=50, unit="a second"),
            60.0,
            "goal >= 50 x: met",
        ),
        (
            Row(what="x", figures=[90.0, 80.0, 70.0], floor=2.0, goal=50, unit="a second"),
            45.0,
            "goal >= 50 x: NOT MET",
        ),
        (Row(what="x", figures=[1.0], goal=2), None, "goal <= 2 x: not compared"),
    ],
)
def test_a_goal_is_met_or_not(row: Row, ratio: float | None, said: str) -> None:
    assert row.ratio == ratio
    assert line(row.plain()).endswith(said)


def test_wrong_decisions_are_refused() -> None:
    admin = {"Version": "2012-10-17", "Statement": [_statement("Allow", "*")]}
    nobody = {"Version": "2012-10-17", "Statement": [_statement("Deny", "s3:*")]}
    asked = [
        workload.Asked(_holder("admin", admin), "s3:GetObject", f"{ACCOUNT}:bucket/key", {}),
        workload.Asked(_holder("nobody", nobody), "s3:GetObject", f"{ACCOUNT}:bucket/key", {}),
    ]
    deciding.check_decisions(asked, ["allowed", "explicitDeny"])
    with pytest.raises(WrongAnswerError, match=r"user/nobody s3:GetObject .*: allowed, not"):
        deciding.check_decisions(asked, ["allowed", "allowed"])


def _statement(effect: str, action: str) -> dict[str, str]:
    return {"Effect": effect, "Action": action, "Resource": "*"}


def _holder(name: str, document: dict[str, Any]) -> naive.Holder:
    return naive.Holder(f"{ACCOUNT}:user/{name}", name, {}, [document], None)


# the surface


def test_a_policy_is_attached_through_an_edit() -> None:
    account = load("startup")
    group = next(iter(account.groups))
    changed = attach_policy(account, group, READ_S3)
    assert changed.groups[group].policies == (*account.groups[group].policies, READ_S3)
    assert account == load("startup")
    assert attach_policy(changed, group, READ_S3) is changed


def test_what_aws_refuses_is_refused() -> None:
    account = load("startup")
    with pytest.raises(EditError) as refused:
        attach_policy(account, f"{ACCOUNT}:user/nobody-of-that-name", READ_S3)
    assert refused.value.code == "NoSuchEntity"


def test_the_rows_of_a_blast_radius_have_a_principal_and_its_changes() -> None:
    account = load("startup")
    user = next(
        arn for arn in account.users if principal_can(account, arn).find("s3:ListBucket") is None
    )
    (row,) = blast_radius(account, attach_policy(account, user, READ_S3))
    assert row.principal == user
    assert row.gained["List"] > 0
    assert row.lost == {}
    assert blast_radius(account, account) == ()
