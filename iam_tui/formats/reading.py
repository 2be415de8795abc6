"""From what a user names to an account: which reader a file needs is told by its content."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from iam_tui.account import Account
from iam_tui.errors import AccountFileError, UsageError
from iam_tui.formats.samples import sample_names, sample_path
from iam_tui.formats.toml_in import from_mapping, load_toml
from iam_tui.formats.toml_shape import did_you_mean

Kind = Literal["toml", "json", "sample", "stdin"]

_JSON = re.compile(r"\s*(?:\{|\[\s*(?:\{|\]\s*\Z))")
_TOML = re.compile(r"\s*(?:#|\[+[ \t]*[A-Za-z\"']|[A-Za-z0-9_-]+[ \t]*[.=]|[\"'].*=)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_EXPECTED = "expected a TOML account file or the JSON of aws iam get-account-authorization-details"


def load(
    source: str | Path | Mapping[str, object],
    *,
    with_files: Iterable[str | Path] = (),
    credential_report: str | Path | None = None,
) -> Account:
    """Return the account that a file, a bundled sample or a mapping describes.

    Args:
        source: A path, a sample's name, `-` for standard input, or a mapping in the grammar of
            the account file or of `get-account-authorization-details` (neither kept nor changed).
            An existing file wins over a sample of the same name.
        with_files: TOML files that add what an export cannot hold, in order.
        credential_report: AWS's credential report in CSV, which adds passwords, MFA and keys.

    Raises:
        AccountFileError: When the file cannot be read, or is no account; with the place.
        UsageError: When the source needs a part of iam-tui that is not there.
    """
    with _no_collector():
        account = _of_mapping(source) if isinstance(source, Mapping) else _of_file(source)
    for path in with_files:
        from iam_tui.formats.overlay import add_file

        account = add_file(account, read_text(path), str(path))
    if credential_report is not None:
        from iam_tui.formats.credential_report import add_credential_report

        account, _ = add_credential_report(account, credential_report)
    return account


def kind_of(source: str | Path) -> Kind:
    """Tell what a source is, by its content; a sample's name that is no file is a sample.

    Raises:
        AccountFileError: When there is no such thing, or it cannot be read.
    """
    if source == "-":
        return "stdin"
    path = find(source)
    if isinstance(source, str) and path != Path(source):
        return "sample"
    return "json" if _is_json(_head(path), path.suffix) else "toml"


def find(source: str | Path) -> Path:
    """Return the file that a source names.

    Raises:
        AccountFileError: When there is neither a file nor a sample of that name.
        UsageError: For a live account.
    """
    path = Path(source)
    if isinstance(source, Path):
        return path
    if source.startswith("aws:") and not _exists(path):
        problem = "reading a live account needs the extra iam-tui[aws], which this version lacks"
        raise UsageError(f"{problem}; export it with aws iam get-account-authorization-details")
    sample = None if _exists(path) and not path.is_dir() else sample_path(source)
    if sample is None and not _exists(path):
        names = sample_names()
        hint = did_you_mean(source, names)
        if not hint and names and not path.suffix and len(path.parts) == 1:
            hint = f"; the samples are {', '.join(names)}"
        raise AccountFileError(f"there is no such file or sample{hint}", file=source)
    return sample or path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_text(source: str | Path, *, expected: str = _EXPECTED) -> str:
    """Return the text of a file or of standard input.

    Args:
        source: A path, a sample's name, `-` for standard input.
        expected: What an error says should be there.

    Raises:
        AccountFileError: When it cannot be read, is empty or is no text.
    """
    name = str(source)
    if source == "-":
        return _decoded(sys.stdin.buffer.read(), name, expected)
    path = find(source)
    try:
        return _decoded(path.read_bytes(), name, expected)
    except IsADirectoryError:
        raise AccountFileError(f"this is a directory; {expected}", file=name) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AccountFileError(f"it cannot be read: {reason}", file=name) from None


def _decoded(data: bytes, name: str, expected: str) -> str:
    if not data.strip():
        raise AccountFileError(f"the file is empty; {expected}", file=name)
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if not _CONTROLS.search(data):
            line = data.count(b"\n", 0, error.start) + 1
            problem = "this line is no text in UTF-8"
            raise AccountFileError(problem, file=name, line=line) from None
        text = "\0"
    if "\0" in text:
        raise AccountFileError(f"the file is binary, not text; {expected}", file=name)
    return text


def _head(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(4096).decode("utf-8", "replace").lstrip("\ufeff")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AccountFileError(f"it cannot be read: {reason}", file=str(path)) from None


def _is_json(text: str, suffix: str) -> bool:
    """Tell JSON from TOML by how it begins; the suffix decides what could be neither."""
    if _JSON.match(text):
        return True
    return suffix.lower() == ".json" and not _TOML.match(text)


def _of_file(source: str | Path) -> Account:
    text = read_text(source)
    try:
        return _of_text(text, Path(source).suffix.lower())
    except AccountFileError as error:
        raise error.in_file(str(source)) from None


def _of_text(text: str, suffix: str) -> Account:
    if _is_json(text, suffix):
        from iam_tui.formats.authorization_details import load_authorization_details

        return load_authorization_details(text)
    if suffix != ".toml" and not _TOML.match(text):
        raise AccountFileError(f"this is neither TOML nor JSON; {_EXPECTED}", line=1)
    return load_toml(text)


def _of_mapping(value: Mapping[str, object]) -> Account:
    from iam_tui.formats.authorization_tables import KEYS

    plain = _copied(value)
    if not any(key in plain for key in KEYS):
        return from_mapping(plain)
    try:
        text = msgspec.json.encode(plain).decode()
    except (TypeError, ValueError, RecursionError) as error:
        raise AccountFileError(f"the mapping holds what JSON cannot: {error}") from None
    from iam_tui.formats.authorization_details import load_authorization_details

    return load_authorization_details(text)


def _copied(value: Mapping[str, object]) -> dict[str, object]:
    """Return the mapping with plain dictionaries and lists all the way down."""
    return {str(key): _copy(inner) for key, inner in value.items()}


def _copy(value: object) -> object:
    if isinstance(value, Mapping):
        return _copied(value)
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [_copy(inner) for inner in value]
    return value


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep the cycle collector from walking the growing account again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
