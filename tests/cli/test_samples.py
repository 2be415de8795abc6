"""`iam-tui samples`: the table, and the file of one."""

from __future__ import annotations

from pathlib import Path

from iam_tui.formats import describe, load, sample_names, sample_path
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
