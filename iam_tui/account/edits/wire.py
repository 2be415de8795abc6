"""Edits as JSON, one object an edit: what a journal, a lesson and `--edits FILE` are written in.

A policy document stands there as the JSON object that it is; where that would change its text (a
document that is no JSON, or spells a character in another way), as a text that holds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from iam_tui.account.edits.compound import Edit
from iam_tui.errors import AccountFileError, nearest
from iam_tui.policy.documents import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def _from_wire(kind: type, value: object) -> object:
    """Make what JSON has no word for: a policy document."""
    if kind is Document and isinstance(value, str):
        return Document.of(value)
    if kind is Document and isinstance(value, dict):
        return Document.of(msgspec.json.encode(value))
    # msgspec makes a ValidationError of it, with the place.
    raise TypeError(f"Expected `object`, got `{type(value).__name__}`")


def _to_wire(value: object) -> object:
    if isinstance(value, Document):
        return msgspec.Raw(value.text.encode()) if _is_plain(value.text) else value.text
    raise NotImplementedError


def _is_plain(text: str) -> bool:
    """Whether a text is a JSON object that reading and writing gives back as it is."""
    try:
        value = msgspec.json.decode(text)
        return isinstance(value, dict) and msgspec.json.encode(value).decode() == text
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False


_DECODER: msgspec.json.Decoder[Edit] = msgspec.json.Decoder(Edit, dec_hook=_from_wire)
_ENCODER = msgspec.json.Encoder(enc_hook=_to_wire)
_OPS = tuple(
    str(item.cls.__struct_config__.tag)
    for item in msgspec.inspect.type_info(Edit).types  # type: ignore[attr-defined]
)


def encode_edit(edit: Edit) -> str:
    """Return an edit as one line of JSON."""
    return _ENCODER.encode(edit).decode()


def decode_edit(raw: str | bytes | Mapping[str, object]) -> Edit:
    """Return the edit of a JSON object.

    Raises:
        AccountFileError: When it is none, with its place and the nearest known `op`.
    """
    try:
        if isinstance(raw, (str, bytes)):
            return _DECODER.decode(raw)
        edit: Edit = msgspec.convert(raw, Edit, dec_hook=_from_wire)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `")
        key = place.removesuffix("`") or None
        raise AccountFileError(_with_hint(problem), key=key) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise AccountFileError(f"is no edit: {error}") from None
    return edit


def decode_edits(lines: Iterable[str | bytes]) -> Iterator[Edit]:
    """Yield the edits of JSON Lines; empty lines are skipped.

    Raises:
        AccountFileError: For the first line that is no edit, with its number.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield decode_edit(line)
            except AccountFileError as error:
                raise AccountFileError(error.problem, line=number, key=error.key) from None


def _with_hint(problem: str) -> str:
    """Name the nearest known `op` where the given one is not known."""
    unknown = problem.removeprefix("Invalid value '").removesuffix("'")
    close = nearest(unknown, _OPS) if unknown != problem else ()
    return f"{problem}; did you mean {' or '.join(close)}?" if close else problem
