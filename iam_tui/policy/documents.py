"""Policy documents as values: kept exactly as written, parsed and compiled once.

A `Document` is interned by content, so that the thousands of equal documents of an account made
from templates are parsed once, and so that answers can be kept by the documents they came from.
A document that AWS would refuse, even one that is no JSON, is still a value: it is kept and
shown, and its fault says what is wrong.
"""

from __future__ import annotations

import datetime as dt
import json
import marshal
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Union
from weakref import WeakValueDictionary

import msgspec

if TYPE_CHECKING:
    from iam_tui.policy.statements import CompiledDocument

JsonValue = Union[None, bool, int, float, str, "list[JsonValue]", "dict[str, JsonValue]"]
"""What JSON can hold."""

_BY_TEXT: WeakValueDictionary[str, Document] = WeakValueDictionary()
_BY_CONTENT: dict[bytes, Document] = {}
_BY_OBJECT: dict[int, tuple[Mapping[str, object], Document]] = {}
"""By `id`, with the object itself, so that the number is not given to another one."""
_CONTENT_LIMIT = 20_000
_OBJECT_LIMIT = 4096


class Document:
    """A policy document: its text, its value and its compiled form, the last two made late.

    Make one with `Document.of`; equal content gives the same object as long as one is alive.
    """

    __slots__ = ("__dict__", "__weakref__", "text")

    text: str
    """Compact JSON in the order of the source, or the raw text when it is no JSON."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, value: str | bytes | Mapping[str, object] | Document) -> Document:
        """Return the document of a JSON text or of a mapping.

        Never raises for its content: what is no JSON gives a document with a `fault`.
        """
        if type(value) is dict:
            return _of_dict(value)
        if isinstance(value, Document):
            return value
        if isinstance(value, str | bytes):
            return _intern(_compact(value))
        return _of_mapping(value)

    @cached_property
    def _parsed(self) -> tuple[JsonValue, str | None]:
        return _parse(self.text)

    @property
    def value(self) -> JsonValue:
        """The parsed JSON, or None when the text is no JSON. Not to be changed."""
        return self._parsed[0]

    @property
    def fault(self) -> str | None:
        """Why the text is no policy document as far as its form goes, or None.

        Says the line and column for broken JSON, and names duplicate keys (EVALUATION rule G10).
        """
        return self._parsed[1]

    @property
    def statements(self) -> tuple[JsonValue, ...]:
        """The statements as written; one alone counts as a list of one (rule G1)."""
        value = self.value
        if not isinstance(value, dict):
            return ()
        statement = value.get("Statement")
        if isinstance(statement, list):
            return tuple(statement)
        return () if statement is None else (statement,)

    @cached_property
    def is_text_only(self) -> bool:
        """Whether every scalar in it is a text, so that comparing values compares JSON texts."""
        return _is_text_only(self.value)

    @cached_property
    def compiled(self) -> CompiledDocument:
        """The form that `authorize` reads, made once."""
        from iam_tui.policy.statements import compile_document

        return compile_document(self)

    def pretty(self) -> str:
        """Return the JSON text two spaces deep, as AWS shows it; scalars and order are kept."""
        if self.value is None:
            return self.text
        return msgspec.json.format(self.text, indent=2)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Document) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        shown = self.text if len(self.text) <= 60 else f"{self.text[:57]}..."
        return f"Document({shown!r})"


def _intern(text: str) -> Document:
    found = _BY_TEXT.get(text)
    if found is None:
        found = _BY_TEXT.setdefault(text, Document(text))
    return found


def _compact(raw: str | bytes) -> str:
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    try:
        return msgspec.json.format(text, indent=-1)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return text


def _of_dict(value: dict[str, object]) -> Document:
    """Return the document of an object that may have been seen before, and changed since."""
    known = _BY_OBJECT.get(id(value))
    if known is not None and known[0] is value:
        document = known[1]
        if document.is_text_only and document.value == value:
            return document
    document = _of_mapping(value)
    if len(_BY_OBJECT) >= _OBJECT_LIMIT:
        _BY_OBJECT.clear()
    _BY_OBJECT[id(value)] = (value, document)
    return document


def _is_text_only(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return all(_is_text_only(inner) for inner in value.values())
    if isinstance(value, list):
        return all(_is_text_only(inner) for inner in value)
    return isinstance(value, str)


def _of_mapping(value: Mapping[str, object]) -> Document:
    """Intern by content, so that a mapping that was changed since is another document."""
    try:
        key = marshal.dumps(value, 0)  # type: ignore[arg-type]  # refused: ValueError
    except ValueError:
        return _intern(_dumped(value))
    found = _BY_CONTENT.get(key)
    if found is None:
        if len(_BY_CONTENT) >= _CONTENT_LIMIT:
            _BY_CONTENT.clear()
        found = _BY_CONTENT[key] = _intern(_dumped(value))
    return found


def _dumped(value: object) -> str:
    try:
        return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return repr(value)


def _plain(value: object) -> object:
    """Turn other mappings and sequences than JSON's own into JSON's."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


class _DuplicateKeyError(ValueError):
    """A key that stands twice in one object."""


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _DuplicateKeyError(twice)
    return found


def _parse(text: str) -> tuple[JsonValue, str | None]:
    try:
        value = _faithful(text) or json.loads(text, object_pairs_hook=_unique)
    except _DuplicateKeyError as twice:
        return json.loads(text), f"the key {twice} stands twice in one object"
    except json.JSONDecodeError as error:
        return None, f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    except RecursionError:
        return None, "no JSON: nested too deeply"
    except ValueError as error:
        return None, f"no JSON: {error}"
    if not isinstance(value, dict):
        return value, "a policy document is a JSON object"
    if "Statement" not in value:
        return value, "a policy document has a Statement"
    return value, None


def _faithful(text: str) -> JsonValue:
    """Parse fast what is the same text when written again, so that no key stands in it twice."""
    try:
        value: JsonValue = msgspec.json.decode(text)
        same = msgspec.json.encode(value) == text.encode()
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    return value if same else None
