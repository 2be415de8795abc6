"""What the file of settings may say, and how mistakes in it are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from iam_tui.commands import BY_ID, COMMANDS
from iam_tui.workspace.keymap import checked, with_keys
from iam_tui.workspace.settings import Settings, read_settings


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of settings, which is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("IAM_TUI_CONFIG", raising=False)
    path = tmp_path / "iam-tui" / "config.toml"
    path.parent.mkdir()
    return path


def read(config: Path, text: str) -> Settings:
    config.write_text(text, encoding="utf-8")
    return read_settings()


def problems(config: Path, text: str) -> list[str]:
    found = read(config, text).problems
    return [str(problem).removeprefix(f"{config}:") for problem in found]


def test_without_a_file_nothing_is_set(config: Path) -> None:
    settings = read_settings()
    assert (settings.path, settings.exists, settings.problems) == (config, False, ())
    assert settings == Settings(config)


def test_everything_that_can_be_set(config: Path) -> None:
    settings = read(
        config,
        'theme = "nord"\nscroll = "jump"\nclipboard = "off"\nmouse = false\nascii = true\n'
        '[keys]\nsave = "ctrl+s,f5"\n"sort.reverse" = "R"\nmove.down = "j, f7"\n',
    )
    assert settings.problems == ()
    assert settings.exists
    assert (settings.theme, settings.scroll, settings.clipboard) == ("nord", "jump", "off")
    assert (settings.mouse, settings.ascii) == (False, True)
    assert settings.keys == {
        "save": ("ctrl+s", "f5"),
        "sort.reverse": ("R",),
        "move.down": ("j", "f7"),
    }


def test_another_file_can_be_named(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('theme = "nord"')
    other = tmp_path / "other.toml"
    monkeypatch.setenv("IAM_TUI_CONFIG", str(other))
    (problem,) = read_settings().problems
    assert str(problem) == f"{other}: IAM_TUI_CONFIG names this file, which is not there"
    other.write_text('theme = "light"')
    assert read_settings().theme == "light"
    monkeypatch.setenv("IAM_TUI_CONFIG", "")
    assert read_settings().theme == "nord"
    assert read_settings(other).theme == "light"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('# hi\nteme = "x"\n', "2: teme: there is no such setting; did you mean theme?"),
        ("\nkey = 1\n", "2: key: there is no such setting; did you mean keys?"),
        (
            "zzzzz = 1\n",
            "1: zzzzz: there is no such setting; there are theme, scroll, clipboard, mouse, ascii",
        ),
        ("theme = 3\n", "1: theme: expected the name of a theme in quotes, got 3"),
        ('theme = ""\n', "1: theme: expected the name of a theme in quotes, got ''"),
        ('scroll = "page"\n', '1: scroll: expected "line" or "jump", got \'page\''),
        ("scroll = [1]\n", '1: scroll: expected "line" or "jump", got [1]'),
        ('mouse = "no"\n', "1: mouse: expected true or false, unquoted, got 'no'"),
        ("ascii = 1\n", "1: ascii: expected true or false, unquoted, got 1"),
        ("keys = 1\n", '1: keys: expected a table [keys] with lines such as save = "ctrl+s"'),
        ("theme = \n", "1: this is no TOML: Invalid value in column 9"),
        (
            '[keys]\nsort = "o"\nsort.reverse = "R"\n',
            '3: this stands twice, or an id with a dot needs quotes: "sort.reverse" = "O"',
        ),
        (
            '[keys]\n\nsav = "x"\n',
            "3: sav: there is no command 'sav'; did you mean save",
        ),
        (
            '[keys]\nmove.dwn = "x"\n',
            "2: move.dwn: there is no command 'move.dwn'; did you mean move.down",
        ),
        (
            "[keys.a.b]\nc = 1\n",
            "1: a.b: there is no command 'a.b'; iam-tui keys lists them",
        ),
        ("[keys]\nsave = 5\n", '2: save: expected keys in one string, such as "j,down"'),
        (
            '[keys]\nsave = "escape"\n',
            "2: save: there is no key 'escape'; did you mean esc",
        ),
        ('[keys]\nsave = "F5"\n', "2: save: there is no key 'F5'; did you mean f5"),
        ('[keys]\nsave = "strg+s"\n', "2: save: there is no key 'strg+s'"),
        ('[keys]\nsave = "ctrl+i"\n', "2: save: a terminal cannot tell ctrl+i from tab"),
        ('[keys]\nsave = "ctrl+S"\n', "2: save: ctrl+S is written ctrl+s"),
        ('[keys]\nsave = "shift+g"\n', "2: save: shift+g is written G"),
        ('[keys]\nsave = "\\u0007"\n', "2: save: '\\x07' is no key"),
        (
            '[keys]\nquit = "x"\n',
            "2: quit: x would act in text fields too, where it is needed; take ctrl and a letter",
        ),
        (
            '[keys]\ncopy = "j"\n',
            f"2: copy: j is the key of move.down ({BY_ID['move.down'].help}); give that another",
        ),
        (
            '[keys]\nsave = "f5"\ncopy = "f5"\n',
            f"3: copy: f5 is the key of save ({BY_ID['save'].help}); give that another, or none",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(config: Path, text: str, expected: str) -> None:
    (found,) = problems(config, text)
    assert found.startswith(expected)


def test_a_mistake_costs_its_line_only(config: Path) -> None:
    settings = read(
        config,
        'theme = 1\nscroll = "jump"\n[keys]\nsave = "f5"\nsav = "x"\ncopy = "j"\nundo = "f6"\n',
    )
    assert [problem.line for problem in settings.problems] == [1, 5, 6]
    assert settings.theme is None
    assert settings.scroll == "jump"
    assert settings.keys == {"save": ("f5",), "undo": ("f6",)}


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00t", b"theme = '\xe9'", b"#" * 1_100_000], ids=range(3)
)
def test_what_is_no_text_is_told(config: Path, data: bytes) -> None:
    config.write_bytes(data)
    (problem,) = read_settings().problems
    assert str(config) in str(problem)


def test_what_cannot_be_read_is_told(config: Path) -> None:
    config.mkdir()
    (problem,) = read_settings().problems
    assert str(problem) == f"{config}: it cannot be read: Is a directory"


def test_a_mark_at_the_beginning_is_no_mistake(config: Path) -> None:
    config.write_bytes(b"\xef\xbb\xbftheme = 'nord'")
    assert read_settings().theme == "nord"


# --- keys ---------------------------------------------------------------------------------------


def test_the_tables_own_keys_do_not_clash() -> None:
    given = {command.id: ",".join(command.keys) for command in COMMANDS}
    keys, mistakes = checked(given)
    assert mistakes == ()
    assert with_keys(keys) == COMMANDS


def test_keys_can_be_swapped() -> None:
    keys, mistakes = checked({"undo": "U", "redo": "u"})
    assert mistakes == ()
    table = {command.id: command.keys for command in with_keys(keys)}
    assert (table["undo"], table["redo"]) == (("U",), ("u",))


def test_a_key_can_be_taken_from_another_command() -> None:
    assert checked({"move.up": "K", "undo": "k"})[1] == ()
    (mistake,) = checked({"filter": "", "undo": "/"})[1]
    assert mistake.command == "undo"
    assert "open-file" in mistake.problem


def test_a_command_can_do_without_keys() -> None:
    keys, mistakes = checked({"copy": "", "undo": "y"})
    assert (keys, mistakes) == ({"copy": (), "undo": ("y",)}, ())


def test_a_clash_leaves_the_later_line_out_whatever_the_table_has() -> None:
    keys, mistakes = checked({"save": "f5", "undo": "f5", "redo": "f5", "copy": "f6"})
    assert keys == {"save": ("f5",), "copy": ("f6",)}
    assert [mistake.command for mistake in mistakes] == ["undo", "redo"]


def test_places_apart_may_share_a_key() -> None:
    assert checked({"show": "N"})[1] == ()
    assert checked({"find.next": "right"})[1] != ()


def test_keys_that_are_kept_for_later_give_way() -> None:
    taken = {key for command in COMMANDS if not command.is_later for key in command.keys}
    kept = [one for one in COMMANDS if one.is_later and not taken.intersection(one.keys)]
    assert kept
    for later in kept:
        first, *others = later.keys
        keys, mistakes = checked({"copy": first})
        assert mistakes == ()
        table = {command.id: command.keys for command in with_keys(keys)}
        assert (table["copy"], table[later.id]) == ((first,), tuple(others))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("j , down", ("j", "down")),
        ("j,j,j", ("j",)),
        ("comma", ("comma",)),
        ("+", ("+",)),
        ("ctrl++", ("ctrl++",)),
        ("shift+ctrl+left,alt+x", ("ctrl+shift+left", "alt+x")),
        ("space , enter", ("space", "enter")),
        ("é,G", ("é", "G")),
        ("ctrl+pagedown,f12", ("ctrl+pagedown", "f12")),
    ],
)
def test_keys_are_read_as_people_write_them(text: str, expected: tuple[str, ...]) -> None:
    free = {one: "" for one in BY_ID if one != "copy"}
    keys, mistakes = checked({**free, "copy": text})
    assert mistakes == ()
    assert keys["copy"] == expected
