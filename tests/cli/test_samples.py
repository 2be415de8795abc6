"""`iam-tui samples`: the table, and the file of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from iam_tui.formats import describe, load, sample_names, sample_path
from iam_tui.formats.generate import generate
from tests.cli.conftest import Runner, refused


def test_the_table_has_a_line_for_each_sample(run: Runner) -> None:
    found = run("samples")

    head, *lines = found.out.splitlines()
    assert (found.status, found.err) == (0, "")
    assert head.split() == ["name", "users", "groups", "roles", "policies", "description"]
    assert [line.split()[0] for line in lines] == list(sample_names())
    startup = describe("startup")
    line = next(line for line in lines if line.startswith("startup "))
    assert line.split()[1:5] == [
        str(count) for count in (startup.users, startup.groups, startup.roles, startup.policies)
    ]
    assert line.endswith(startup.description)


def test_the_file_of_one_can_begin_an_own_account(run: Runner, tmp_path: Path) -> None:
    found = run("samples", "startup")

    (tmp_path / "mine.toml").write_text(found.out, encoding="utf-8")
    path = sample_path("startup")
    assert path is not None
    assert found.out == path.read_text(encoding="utf-8")
    assert load(tmp_path / "mine.toml") == load("startup")


def test_an_unknown_sample_is_status_2_with_the_nearest(run: Runner) -> None:
    assert "there is startup" in refused(run("samples", "strtup"), 2)
    assert "first-day or startup" in refused(run("samples", "zzz"), 2)


def test_an_account_is_made_up(run: Runner, tmp_path: Path) -> None:
    found = run("samples", "--generate", "12", "--seed", "9")

    assert (found.status, found.err) == (0, "")
    (tmp_path / "made.toml").write_text(found.out, encoding="utf-8")
    assert load(tmp_path / "made.toml") == generate(12, 9)
    assert found.out.startswith("# Made by: iam-tui samples --generate 12 --seed 9\n")
    assert run("samples", "--generate", "12").out != found.out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--generate", "0"), "1 to 5000 users, not 0"),
        (("--generate", "5001"), "1 to 5000 users, not 5001"),
        (("--generate", "many"), "invalid int value: 'many'"),
        (("startup", "--generate", "3"), "'startup' is one argument too many"),
        (("--seed", "3"), "--seed goes with --generate"),
    ],
)
def test_wrong_usage_is_status_2(run: Runner, argv: tuple[str, ...], words: str) -> None:
    assert words in refused(run("samples", *argv), 2)
