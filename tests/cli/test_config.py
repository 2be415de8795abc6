"""`iam-tui config`, and what the settings come to when the screen opens."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from iam_tui.workspace.options import TuiOptions
from iam_tui.workspace.settings import FIELDS
from tests.cli.conftest import Run, Runner, refused

ALL = """\
theme = "nord"
scroll = "jump"
clipboard = "off"
mouse = false
ascii = true

[keys]
"sort.reverse" = "R"
save = "ctrl+s,f5"
copy = ""
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of settings, which is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("IAM_TUI_CONFIG", raising=False)
    monkeypatch.delenv("IAM_TUI_THEME", raising=False)
    path = tmp_path / "config" / "iam-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def options(found: Run) -> TuiOptions:
    (launched,) = found.launched
    return launched


def test_the_path_is_printed(
    run: Runner, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("config", "path").out == f"{config}\n"
    monkeypatch.setenv("IAM_TUI_CONFIG", str(tmp_path / "x\x1b.toml"))
    assert run("config", "path").out == f"{tmp_path}/x␛.toml\n"


def test_without_a_file_the_defaults_are_shown_and_good(run: Runner, config: Path) -> None:
    shown = run("config", "show")
    assert (shown.status, shown.err) == (0, "")
    assert tomllib.loads(shown.out) == {}
    for field in FIELDS:
        assert f"# {field.name} = {field.default}\n" in shown.out
    checked = run("config", "check")
    assert (checked.status, checked.out) == (0, f"there is no {config}; the defaults hold\n")


def test_what_is_shown_is_a_file_of_settings(run: Runner, config: Path) -> None:
    config.write_text(ALL)
    shown = run("config", "show")
    assert (shown.status, shown.err) == (0, "")
    assert tomllib.loads(shown.out) == tomllib.loads(ALL)
    assert run("config", "check").out == f"{config} is good\n"


def test_what_is_shown_can_be_taken_as_it_is(run: Runner, config: Path) -> None:
    text = run("config", "show").out
    config.write_text("\n".join(line[2:] if " = " in line else line for line in text.splitlines()))
    assert run("config", "check").status == 0


def test_mistakes_are_said_each_with_its_line(run: Runner, config: Path) -> None:
    config.write_text('teme = "x"\nmouse = false\n[keys]\nsav = "f5"\n')
    checked = run("config", "check")
    assert (checked.status, checked.out) == (3, "")
    first, second = checked.err.splitlines()
    assert first == f"iam-tui: {config}:1: teme: there is no such setting; did you mean theme?"
    assert second.startswith(f"iam-tui: {config}:4: sav: there is no command 'sav'; did you mean")
    shown = run("config", "show")
    assert shown.status == 3
    assert tomllib.loads(shown.out) == {"mouse": False}
    assert shown.err == checked.err


def test_a_file_that_is_no_toml_is_one_mistake(run: Runner, config: Path) -> None:
    config.write_text("theme = \n")
    assert f"{config}:1: this is no TOML" in refused(run("config", "check"), 3)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ((), "path|show|check"),
        (("chek",), "invalid choice: 'chek'"),
        (("path", "more"), "too many"),
    ],
)
def test_a_wrong_command_line_is_status_2(run: Runner, argv: tuple[str, ...], words: str) -> None:
    assert words in refused(run("config", *argv), 2)


# --- the screen ---------------------------------------------------------------------------------


def test_the_screen_gets_the_settings(run: Runner, config: Path) -> None:
    config.write_text(ALL)
    assert options(run("startup")) == TuiOptions(
        account="startup",
        theme="nord",
        scroll="jump",
        clipboard="off",
        mouse=False,
        ascii=True,
        keys={"sort.reverse": ("R",), "save": ("ctrl+s", "f5"), "copy": ()},
    )


def test_flags_win_over_settings(run: Runner, config: Path) -> None:
    config.write_text(ALL)
    found = options(run("startup", "--theme", "light", "--clipboard", "osc52"))
    assert (found.theme, found.clipboard) == ("light", "osc52")
    config.write_text("mouse = true\nascii = false\n")
    found = options(run("startup", "--no-mouse", "--ascii"))
    assert (found.mouse, found.ascii) == (False, True)


def test_the_environment_wins_over_the_theme_of_the_settings(
    run: Runner, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(ALL)
    monkeypatch.setenv("IAM_TUI_THEME", "ansi")
    assert options(run("startup")).theme is None
    assert options(run("startup", "--theme", "light")).theme == "light"


def test_mistakes_keep_nobody_from_working(run: Runner, config: Path) -> None:
    config.write_text('theme = "nord"\nteme = 1\n[keys]\ncopy = "j"\n')
    found = run("startup")
    assert (found.status, found.err) == (0, "")
    assert options(found).theme == "nord"
    first, second = options(found).notices
    assert first.startswith(f"{config}:2: teme: ")
    assert second.startswith(f"{config}:4: copy: j is the key of move.down")


def test_verbs_do_not_look_at_the_settings(run: Runner, config: Path) -> None:
    config.write_text("junk")
    found = run("samples")
    assert (found.status, found.err) == (0, "")


def test_the_page_has_every_setting() -> None:
    page = (Path(__file__).parents[2] / "docs" / "config.md").read_text(encoding="utf-8")
    for field in FIELDS:
        assert f"| `{field.name}` |" in page
    assert "IAM_TUI_CONFIG" in page
    assert "IAM_TUI_THEME" in page
