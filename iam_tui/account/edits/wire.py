"""Edits as JSON, one object an edit: what a journal, a lesson and `--edits FILE` are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from iam_tui.account.edits.compound import Edit
from iam_tui.errors import AccountFileError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DECODER: msgspec.json.Decoder[Edit] = msgspec.json.Decoder(Edit)
_OPS = tuple(
    str(item.cls.__struct_config__.tag)
    for item in msgspec.inspect.type_info(Edit).types  # type: ignore[attr-defined]
)


def encode_edit(edit: Edit) -> str:
    """Return an edit as one line of JSON."""
    return msgspec.json.encode(edit).decode()


def decode_edit(raw: str | bytes | Mapping[str, object]) -> Edit:
    """Return the edit of a JSON object.

    Raises:
        AccountFileError: When it is none, with its place and the nearest known `op`.
    """
    try:
        if isinstance(raw, (str, bytes)):
            return _DECODER.decode(raw)
        edit: Edit = msgspec.convert(raw, Edit)
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
