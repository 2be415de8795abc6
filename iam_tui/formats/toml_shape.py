"""From TOML text to typed tables: syntax and shape, with errors that name line and key."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

import msgspec
from msgspec import inspect

from iam_tui.errors import AccountFileError, nearest
from iam_tui.formats import tables
from iam_tui.formats.toml_lines import Path, key_text, line_of

T = TypeVar("T", bound=tables.Table)

_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*?)`")
_ENUM = re.compile(r"Invalid enum value (.*)", re.DOTALL)
TYPES = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
_PLACE = re.compile(r" - at `(?:key in )?(\$.*?)`$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+|\.\.\.)\]")
_DAY = re.compile(r"[=\[{,]\s*(\d{4}-\d\d-\d\d)\b")
_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$| \(at end of document\)$")

_SECRETS = frozenset(
    {
        "secret",
        "secret_access_key",
        "secret_key",
        "secretaccesskey",
        "session_token",
        "aws_secret_access_key",
        "aws_session_token",
        "private_key",
        "passphrase",
        "password_value",
        "mfa_seed",
        "seed",
        "password",
        "passwd",
    }
)
"""Keys that people try and that have no place in an account file."""

_IN_TOML = {
    "object": "a table",
    "array": "an array",
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date",
    "datetime": "a date-time",
    "time": "a time of day",
}

_IN_JSON = {"object": "an object", "array": "a list"}

_ONLY_IN_ACCOUNTS = frozenset(
    field
    for table in (tables.AccountFile, tables.AccountTable, tables.UserTable, tables.RoleTable)
    for field in table.__struct_fields__
)
"""Keys that a `--with` file may lack because an export already holds what they say."""

_PATTERNS = (
    (tables.ACCOUNT_ID, "expected an account id of 12 digits in quotes"),
    (tables.PATH, "expected a path that begins and ends with a slash, such as /teams/"),
    (tables.PARTITION, "expected a partition such as aws, aws-cn or aws-us-gov"),
    ("^arn:", "expected an ARN, which begins with arn:"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """The text that an account is read from, so that errors can name the line."""

    text: str = ""

    def error(self, problem: str, *path: str | int) -> AccountFileError:
        """Return the error about what stands at a path."""
        return AccountFileError(problem, line=line_of(self.text, path), key=key_text(path) or None)

    def unknown(self, kind: str, name: str, known: Iterable[str], *path: str | int) -> Exception:
        """Return the error about a name that nothing has, with the nearest that something has."""
        return self.error(f"there is no {kind} {name!r}{did_you_mean(name, known)}", *path)


def did_you_mean(name: str, known: Iterable[str], *, most: int = 2) -> str:
    """Return the end of a sentence that offers the names closest to a mistyped one.

    Where none is close, the names that there are, as long as they are few.
    """
    names = sorted(known)
    close = nearest(name, names, most=most)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    return f"; there are {', '.join(names)}" if 0 < len(names) <= 8 else ""


def parse(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        AccountFileError: With the line where it stops being TOML.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise AccountFileError("no TOML: nested too deeply") from None
    except ValueError as error:
        message = str(error)
        found = _LINE.search(message)
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        column = f" in column {found[2]}" if found and found[2] else ""
        problem = _bad_date(text, line) or f"this is no TOML: {_LINE.sub('', message)}{column}"
        raise AccountFileError(problem, line=line) from None


def _bad_date(text: str, line: int) -> str | None:
    """Return what is wrong with a day that no calendar has, which tomllib takes for a number."""
    for found in _DAY.findall(text.split("\n")[line - 1]):
        try:
            dt.date.fromisoformat(found)
        except ValueError:
            return f"{found} is no date"
    return None


def decode(value: Mapping[str, Any], kind: type[T], source: Source) -> T:
    """Return decoded TOML as typed tables.

    Raises:
        AccountFileError: With line and key of what has another shape.
    """
    try:
        return msgspec.convert(value, kind, dec_hook=tables.decode_moment)
    except msgspec.ValidationError as error:
        raise _shape_error(str(error), kind, value, source) from None
    except RecursionError:
        raise AccountFileError("nested too deeply") from None


def _shape_error(
    message: str, kind: type[tables.Table], value: Mapping[str, Any], source: Source
) -> AccountFileError:
    found = _PLACE.search(message)
    path = _steps(found[1] if found else "$", kind, value)
    problem = _PLACE.sub("", message)
    unknown = _UNKNOWN.fullmatch(problem)
    if unknown:
        fields = _field_names(_type_at(kind, path))
        return source.error(_about_unknown(unknown[1], fields, kind), *path, unknown[1])
    missing = _MISSING.fullmatch(problem)
    if missing:
        return source.error(_about_missing(missing[1], path), *path)
    return source.error(_about_value(problem, kind, path), *path)


def _about_unknown(key: str, known: Iterable[str], kind: type[tables.Table]) -> str:
    if key.lower().replace("-", "_") in _SECRETS:
        return "secrets have no place in an account file; take this line out"
    is_overlay = issubclass(kind, tables.OverlayFile)
    if is_overlay and (key in _ONLY_IN_ACCOUNTS or not nearest(key, known)):
        return f"unknown key; a --with file knows {', '.join(known)} here"
    return f"unknown key{did_you_mean(key, known)}"


def _about_missing(key: str, path: Path) -> str:
    if not path and key in ("format", "account"):
        return f"{key} is missing: an account file begins with format = 1 and [account]"
    return f"{key} is missing"


def _about_value(problem: str, kind: type[tables.Table], path: Path) -> str:
    if path[-1:] == ("format",):
        return "this version reads format = 1"
    enum = _ENUM.fullmatch(problem)
    if enum:
        allowed = [str(value) for value in _literals(_type_at(kind, path))]
        hint = did_you_mean(enum[1].strip("'"), allowed, most=1)
        return f"expected {' or '.join(allowed)}, got {enum[1]}{hint if 'mean' in hint else ''}"
    for pattern, words in _PATTERNS:
        if repr(pattern) in problem:
            return words
    if "of length >= 1" in problem:
        return "expected a name, got an empty string"
    types = TYPES.fullmatch(problem)
    if types is None:
        return problem[:1].lower() + problem[1:]
    if path[-1:] == ("password",) and types[2] == "str":
        return "expected true or false: whether there is a password, never the password itself"
    expected, got = map(in_words, types.groups())
    if (
        set(types[1].split(" | ")) - {"null"} == {"object", "str"}
        and "instance_profiles" not in path
    ):
        expected = "a policy document, as JSON in a string or as a table"
    return f"expected {expected}, got {got}"


def in_words(types: str, *, of_json: bool = False) -> str:
    """Return msgspec's names of types, as `str | null`, in words."""
    known = _IN_TOML | _IN_JSON if of_json else _IN_TOML
    return " or ".join(known.get(kind, kind) for kind in types.split(" | ") if kind != "null")


# --- walking the types ----------------------------------------------------------------------


def _steps(place: str, kind: type[tables.Table], value: Any) -> Path:
    """Return the path that msgspec names, with the keys that it leaves out as `[...]`."""
    path: Path = ()
    for name, index in _STEP.findall(place):
        step: str | int = name or index
        if index == "...":
            step = _bad_key(kind, path, value)
        elif index:
            step = int(index)
        path = (*path, step)
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return path
    return path


def _bad_key(kind: type[tables.Table], path: Path, value: Mapping[str, Any]) -> str:
    """Return the first key of a mapping whose value is not of the type that it should be of."""
    owner = _struct(_type_at(kind, path[:-1]))
    expected = get_type_hints(owner.cls, include_extras=True)[str(path[-1])] if owner else Any
    for key, inner in value.items():
        try:
            msgspec.convert({key: inner}, expected, dec_hook=tables.decode_moment)
        except msgspec.ValidationError:
            return key
    return "..."


def _type_at(kind: type[tables.Table], path: Path) -> inspect.Type | None:
    current: inspect.Type | None = inspect.type_info(kind)
    for step in path:
        current = _inner(current, step)
    return current


def _inner(kind: inspect.Type | None, step: str | int) -> inspect.Type | None:
    for part in _parts(kind):
        if isinstance(part, inspect.ListType) and isinstance(step, int):
            return part.item_type
        if isinstance(part, inspect.DictType) and isinstance(step, str):
            return part.value_type
        if isinstance(part, inspect.StructType):
            return next((f.type for f in part.fields if f.encode_name == step), None)
    return None


def _parts(kind: inspect.Type | None) -> tuple[inspect.Type, ...]:
    if isinstance(kind, inspect.UnionType):
        return tuple(kind.types)
    if isinstance(kind, inspect.Metadata):
        return _parts(kind.type)
    return () if kind is None else (kind,)


def _struct(kind: inspect.Type | None) -> inspect.StructType | None:
    return next((part for part in _parts(kind) if isinstance(part, inspect.StructType)), None)


def _field_names(kind: inspect.Type | None) -> tuple[str, ...]:
    struct = _struct(kind)
    return tuple(field.encode_name for field in struct.fields) if struct else ()


def _literals(kind: inspect.Type | None) -> tuple[object, ...]:
    for part in _parts(kind):
        if isinstance(part, inspect.LiteralType):
            return tuple(part.values)
    return ()
