"""Requests as JSON Lines: reading them one by one, with errors that name file and line."""

from __future__ import annotations

import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from iam_tui.analysis.assumptions import Credentials
from iam_tui.errors import AccountFileError
from iam_tui.formats.toml_shape import TYPES, did_you_mean, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*?)`")
_BOM = b"\xef\xbb\xbf"


class RequestLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of `--requests`."""

    principal: str
    action: str
    resource: str | None = None
    context: dict[str, str | bool | int | float | list[str]] = {}
    resource_account: str | None = None
    credentials: Credentials | None = None


_DECODER = msgspec.json.Decoder(RequestLine)


def request_lines(file: str) -> Iterator[tuple[int, RequestLine]]:
    """Yield the requests of a file, or of standard input, as its lines come in.

    Blank lines are left out; they count as lines.

    Raises:
        AccountFileError: When the file cannot be read, or a line is no request.
    """
    try:
        with _opened(file) as stream:
            for number, line in enumerate(stream, start=1):
                text = line.removeprefix(_BOM) if number == 1 else line
                if text.strip():
                    yield number, _request(text, file, number)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AccountFileError(f"it cannot be read: {reason}", file=file) from None


def _opened(file: str) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb")


def _request(line: bytes, file: str, number: int) -> RequestLine:
    try:
        return _DECODER.decode(line)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `")
        key = place.removesuffix("`") or None
        raise AccountFileError(_in_words(problem), file=file, line=number, key=key) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        problem = f"expected a request as one JSON object: {error}"
        raise AccountFileError(problem, file=file, line=number) from None


def _in_words(problem: str) -> str:
    unknown = _UNKNOWN.fullmatch(problem)
    if unknown is not None:
        hint = did_you_mean(unknown[1], RequestLine.__struct_fields__)
        return f"unknown key {unknown[1]!r}{hint}"
    missing = _MISSING.fullmatch(problem)
    if missing is not None:
        return f"{missing[1]} is missing"
    types = TYPES.fullmatch(problem)
    if types is not None:
        expected, got = (in_words(words, of_json=True) for words in types.groups())
        return f"expected {expected}, got {got}"
    return problem[:1].lower() + problem[1:]
