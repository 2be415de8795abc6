"""Where in a TOML text a key stands: tomllib tells the line of a syntax error, not of a value.

The text is known to be valid TOML when this is asked, so that the scanner may be short: it finds
where keys, headers and elements of arrays begin and skips everything else.
"""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]
"""The steps from the top of a file to a value: keys and places in arrays."""

_STRING = (
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*+'"
)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'""")
_VALUE = re.compile(rf"(?s:{_STRING})|[^,\]}}\n#]*+")
_STRING_OR_COMMENT = re.compile(rf"(?s:{_STRING})|#[^\n]*+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def line_of(text: str, path: Path) -> int | None:
    """Return the line, counted from 1, of the deepest part of a path that the text spells out."""
    if not text or not path:
        return None
    places = _Scanner(text).places
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return text.count("\n", 0, places[path[:length]]) + 1
    return None


def key_text(path: Path) -> str:
    """Return a path as people read it: `users[2].groups[0]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        name = step if _BARE.fullmatch(step) else repr(step)
        text += f".{name}" if text else name
    return text


def head_comment(text: str) -> str:
    """Return the comment block at the head of a file, without the `#`."""
    lines: list[str] = []
    for line in text.split("\n"):
        if not line.startswith("#"):
            break
        lines.append(line[1:].removeprefix(" ").removesuffix("\r"))
    return "\n".join(lines)


def has_other_comments(text: str) -> bool:
    """Tell whether a file has comments below its head, which saving would lose."""
    head = re.match(r"(?:#[^\n]*(?:\n|\Z))*", text)
    start = head.end() if head else 0
    return any(found[0].startswith("#") for found in _STRING_OR_COMMENT.finditer(text, start))


class _Scanner:
    """Notes where every key, table header and array element of a TOML text begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.places: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        self.table: Path = ()
        self._skip(_BLANK)
        while self.place < len(text):
            before = self.place
            if text[self.place] == "[":
                self._header()
            else:
                self._pair(self.table)
            self._skip(_BLANK)
            if self.place == before:
                break

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.place)
        self.place = found.end() if found else self.place

    def _at(self, character: str) -> bool:
        return self.text.startswith(character, self.place)

    def _note(self, path: Path, place: int) -> None:
        self.places.setdefault(path, place)

    def _names(self) -> tuple[str, ...]:
        """Read a key, dotted or not, and stand behind it."""
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            found = _KEY_PART.match(self.text, self.place)
            if found is None:
                return tuple(names)
            names.append(_unquoted(found[0]))
            self.place = found.end()
            self._skip(_SPACE)
            if not self._at("."):
                return tuple(names)
            self.place += 1

    def _header(self) -> None:
        start = self.place
        is_array = self._at("[[")
        self.place += 2 if is_array else 1
        names = self._names()
        self.place += 2 if is_array else 1
        path: Path = ()
        for depth, name in enumerate(names, 1):
            path = (*path, name)
            if is_array and depth == len(names):
                self.counts[path] = self.counts.get(path, -1) + 1
            self._note(path, start)
            if path in self.counts:
                path = (*path, self.counts[path])
                self._note(path, start)
        self.table = path

    def _pair(self, table: Path) -> None:
        start = self.place
        path = table
        for name in self._names():
            path = (*path, name)
            self._note(path, start)
        self._skip(_SPACE)
        if self._at("="):
            self.place += 1
            self._skip(_SPACE)
            self._value(path)

    def _value(self, path: Path) -> None:
        if self._at("["):
            self._elements(path)
        elif self._at("{"):
            self._members(path)
        else:
            self._skip(_VALUE)

    def _elements(self, path: Path) -> None:
        self.place += 1
        index = 0
        self._skip(_BLANK)
        while self.place < len(self.text) and not self._at("]"):
            self._note((*path, index), self.place)
            self._value((*path, index))
            self._next()
            index += 1
        self.place += 1

    def _members(self, path: Path) -> None:
        self.place += 1
        self._skip(_BLANK)
        while self.place < len(self.text) and not self._at("}"):
            self._pair(path)
            self._next()
        self.place += 1

    def _next(self) -> None:
        """Go to the next element, past the comma."""
        self._skip(_BLANK)
        if self._at(","):
            self.place += 1
            self._skip(_BLANK)


def _unquoted(part: str) -> str:
    if part.startswith("'"):
        return part[1:-1]
    if part.startswith('"'):
        return str(tomllib.loads(f"key = {part}")["key"])
    return part
