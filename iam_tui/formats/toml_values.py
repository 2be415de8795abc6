"""How single keys, values and documents are written in TOML."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec
import tomli_w

from iam_tui.policy.documents import Document

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r'[^"\\\x00-\x1f\x7f]*')
_ESCAPED = re.compile(r'[\\\x00-\x09\x0b-\x1f\x7f]|"(?="")|"\Z')
_WIDTH = 100


def key(name: str) -> str:
    """Return a key, bare where it may be."""
    return name if _BARE.fullmatch(name) else value(name)


def value(given: object) -> str:
    """Return a string, number, truth value or date."""
    if isinstance(given, str) and _PLAIN.fullmatch(given):
        return f'"{given}"'
    if isinstance(given, dt.datetime):
        return given.isoformat().replace("+00:00", "Z")
    return _by_tomli_w(given)


@lru_cache(maxsize=1024)
def _by_tomli_w(given: object) -> str:
    return tomli_w.dumps({"x": given}).removeprefix("x = ").removesuffix("\n")


def inline(given: object) -> str:
    """Return a value on one line, tables and arrays among them."""
    if isinstance(given, Mapping):
        members = ", ".join(f"{key(str(name))} = {inline(inner)}" for name, inner in given.items())
        return f"{{ {members} }}" if members else "{}"
    if isinstance(given, list | tuple):
        return f"[{', '.join(map(inline, given))}]"
    return value(given)


def pair(name: str, given: object) -> str:
    """Return a key with its value; a long array has one element a line."""
    line = f"{key(name)} = {inline(given)}"
    if len(line) <= _WIDTH or not isinstance(given, list | tuple):
        return line
    elements = "".join(f"    {inline(inner)},\n" for inner in given)
    return f"{key(name)} = [\n{elements}]"


def document_pair(name: str, document: Document) -> str:
    """Return a key with a document: its JSON two spaces deep, in a string of several lines.

    What is no JSON is written so that it comes back letter by letter.
    """
    try:
        text = msgspec.json.format(document.text, indent=2)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return f'{key(name)} = """\n{_escaped(document.text)}"""'
    if "\\" not in text and '"""' not in text and "\x7f" not in text:
        return f'{key(name)} = """\n{text}\n"""'
    if "'''" not in text and "\x7f" not in text:
        return f"{key(name)} = '''\n{text}\n'''"
    return f'{key(name)} = """\n{_escaped(text)}\n"""'


def _escaped(text: str) -> str:
    return _ESCAPED.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"
