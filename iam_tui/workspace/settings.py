"""The user's settings: `config.toml`, which is written by hand and never by us.

Whatever is wrong in it costs the line that is wrong: the rest is used, and the mistakes are said
with their lines.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeGuard

from iam_tui.errors import AccountFileError, nearest
from iam_tui.formats.toml_lines import Path as KeyPath
from iam_tui.formats.toml_lines import line_of
from iam_tui.workspace.folders import config_path
from iam_tui.workspace.keymap import Keys, checked

Scroll = Literal["line", "jump"]
Clipboard = Literal["osc52", "native", "off"]

_EXPECTED = "expected settings in TOML"
_MOST_BYTES = 1_000_000


@dataclass(slots=True)
class Settings:
    """What the file says; None where it says nothing."""

    path: Path
    exists: bool = False
    theme: str | None = None
    scroll: Scroll | None = None
    clipboard: Clipboard | None = None
    mouse: bool | None = None
    ascii: bool | None = None
    keys: Keys = field(default_factory=dict)
    """Id of a command -> the keys that it has instead of its own."""
    problems: tuple[AccountFileError, ...] = ()
    """What is wrong, each with its line."""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting, for the docs and for `iam-tui config show`."""

    name: str
    help: str
    default: str
    """In TOML, perhaps with a comment on what it depends on."""
    accepts: Callable[[object], bool]
    expected: str


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value)


def _is_bool(value: object) -> TypeGuard[bool]:
    return isinstance(value, bool)


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: value in words


FIELDS = (
    Field(
        "theme",
        "the colours: `auto`, `dark`, `light`, `ansi`, or the name of any of Textual's themes",
        '"auto"',
        _is_text,
        "the name of a theme in quotes",
    ),
    Field(
        "scroll",
        "how lists scroll: a line at a time, or by a third of a page, which a slow line likes",
        '"line"  # over SSH "jump"',
        _one_of("line", "jump"),
        '"line" or "jump"',
    ),
    Field(
        "clipboard",
        "how text is copied: by the terminal, by a program of this machine, or not at all",
        '"osc52"',
        _one_of("osc52", "native", "off"),
        '"osc52", "native" or "off"',
    ),
    Field(
        "mouse", "whether the program gets the mouse", "true", _is_bool, "true or false, unquoted"
    ),
    Field(
        "ascii",
        "whether to draw with ASCII characters alone",
        "false",
        _is_bool,
        "true or false, unquoted",
    ),
)
"""Every setting but the table `[keys]`."""


def read_settings(path: Path | None = None) -> Settings:
    """Return what the user's file says; where there is none, nothing.

    Args:
        path: The file; None: `IAM_TUI_CONFIG`, or that in the user's configuration folder.
    """
    settings = Settings(path or config_path())
    try:
        text = _text(settings)
        if text is not None:
            from iam_tui.formats.toml_shape import parse

            raw = parse(text)
            settings.problems = tuple(_fill(settings, raw, text))
    except AccountFileError as error:
        settings.problems = (_about_dots(error).in_file(str(settings.path)),)
    return settings


def _text(settings: Settings) -> str | None:
    """Return what the file holds; None when there is none, which is no mistake.

    Raises:
        AccountFileError: When it cannot be read, or the user named one that is not there.
    """
    try:
        with settings.path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        if os.environ.get("IAM_TUI_CONFIG") and settings.path == config_path():
            raise AccountFileError("IAM_TUI_CONFIG names this file, which is not there") from None
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AccountFileError(f"it cannot be read: {reason}") from None
    settings.exists = True
    if len(data) > _MOST_BYTES:
        raise AccountFileError(f"it is too large; {_EXPECTED}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise AccountFileError("this line is no text in UTF-8", line=line) from None


def _fill(settings: Settings, raw: Mapping[str, object], text: str) -> list[AccountFileError]:
    """Take what is right and return what is not, in the order of the file."""
    known = {one.name: one for one in FIELDS}
    found: list[AccountFileError] = []

    def wrong(problem: str, path: KeyPath, key: str) -> None:
        line = line_of(text, path) or 1
        found.append(AccountFileError(problem, file=str(settings.path), line=line, key=key))

    for name, value in raw.items():
        if name == "keys":
            _take_keys(settings, value, wrong)
        elif name not in known:
            close = nearest(name, [*known, "keys"], most=1)
            hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}"
            wrong(f"there is no such setting{hint}", (name,), name)
        elif not known[name].accepts(value):
            wrong(f"expected {known[name].expected}, got {repr(value)[:60]}", (name,), name)
        else:
            setattr(settings, name, value)
    return sorted(found, key=lambda error: error.line or 0)


def _take_keys(
    settings: Settings, value: object, wrong: Callable[[str, KeyPath, str], None]
) -> None:
    if not isinstance(value, dict):
        wrong('expected a table [keys] with lines such as save = "ctrl+s"', ("keys",), "keys")
        return
    given: dict[str, object] = {}
    places: dict[str, KeyPath] = {}
    for path, keys in _flat(value):
        command = ".".join(path)
        given[command], places[command] = keys, ("keys", *path)
    settings.keys, mistakes = checked(given)
    for mistake in mistakes:
        wrong(mistake.problem, places[mistake.command], mistake.command)


def _flat(table: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield ids with their keys: without quotes, `move.down` is a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            for second, inner in value.items():
                yield (name, second), inner
        else:
            yield (name,), value


def _about_dots(error: AccountFileError) -> AccountFileError:
    """Say what is behind TOML's words when an id with a dot stands beside one without."""
    if "overwrite a value" not in error.problem and "Cannot mutate" not in error.problem:
        return error
    problem = 'this stands twice, or an id with a dot needs quotes: "sort.reverse" = "O"'
    return AccountFileError(problem, line=error.line)
