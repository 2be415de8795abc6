"""The rules of saving: what is never overwritten, and what only after asking.

A JSON export and a bundled sample are never written to. Another file, a file that somebody else
changed and a file whose comments would be lost are overwritten only when that is wanted.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from iam_tui.errors import AccountFileError, UsageError
from iam_tui.formats import (
    dumps_toml,
    has_other_comments,
    kind_of,
    read_text,
    sample_names,
    sample_path,
)
from iam_tui.formats.saving import write_atomically
from iam_tui.workspace.source import Source, content_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from iam_tui.account import Account
    from iam_tui.workspace.refusals import SaveHazard


def suggested_path(source: Source) -> Path:
    """Return where to save: the file itself, beside an export, or here for a sample.

    A name that is taken gets a number.
    """
    if source.path is not None and source.kind == "toml":
        return source.path
    folder = Path() if source.path is None else source.path.parent
    stem = Path(source.name).stem
    wanted = folder / f"{stem}.toml"
    number = 2
    while wanted.exists():
        wanted = folder / f"{stem}-{number}.toml"
        number += 1
    return wanted


def refuse_protected(source: Source, target: Path) -> None:
    """Refuse a target that is never written to, whatever is wanted.

    Raises:
        UsageError: When the target is an export, a bundled sample, or named like an export.
    """
    if target.suffix.lower() == ".json":
        message = f"accounts are saved as TOML; {target.name} should end in .toml"
        raise UsageError(message)
    if source.path is not None and source.kind == "json" and _is_same(source.path, target):
        message = (
            f"{target.name} is an export from AWS and is not overwritten; save under another name"
        )
        raise UsageError(message)
    if _is_sample(target):
        message = (
            f"{target.name} is a bundled sample and is not overwritten; save under another name"
        )
        raise UsageError(message)


def hazards(source: Source, opened_hash: bytes | None, target: Path) -> tuple[SaveHazard, ...]:
    """Return what saving to a target would lose.

    Args:
        source: What is open.
        opened_hash: Hash of the file as it was opened or saved last.
        target: Where to save.
    """
    if not target.exists():
        return ()
    if source.path is None or source.kind != "toml" or not _is_same(source.path, target):
        return ("exists",)
    found: list[SaveHazard] = []
    if content_hash(target) != opened_hash:
        found.append("changed")
    if _has_comments(target):
        found.append("comments")
    return tuple(found)


def write(account: Account, target: Path, *, before: Callable[[Path, bytes], None]) -> None:
    """Write an account as TOML, whole or not at all.

    Args:
        account: The account.
        target: Where to.
        before: Told the target and the hash of what it will hold before that is written.

    Raises:
        AccountFileError: When it cannot be written; then nothing has changed.
    """
    text = dumps_toml(account)
    before(target, hashlib.sha256(text.encode(errors="replace")).digest())
    write_atomically(target, text)


def source_of(reference: str | Path) -> Source:
    """Return what a path or a sample's name stands for.

    Raises:
        AccountFileError: When there is no such file or sample.
        UsageError: For standard input, which cannot be saved to.
    """
    kind = kind_of(reference)
    if kind == "stdin":
        raise UsageError("standard input cannot be opened as a workspace")
    if kind == "sample":
        return Source(str(reference), None, kind)
    path = Path(reference)
    if _is_sample(path):
        return Source(path.stem, None, "sample")
    return Source(path.name, path, kind)


def _is_sample(path: Path) -> bool:
    samples = (sample_path(name) for name in sample_names())
    return any(sample is not None and _is_same(sample, path) for sample in samples)


def _has_comments(path: Path) -> bool:
    try:
        return has_other_comments(read_text(path))
    except AccountFileError:
        return False


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()
