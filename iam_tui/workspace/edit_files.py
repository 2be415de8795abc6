"""`--edits FILE`: a list of edits in JSON Lines, written by hand or by the screen as a journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from iam_tui.account.edits import decode_edits
from iam_tui.errors import AccountFileError, EditError
from iam_tui.formats import read_text
from iam_tui.workspace import records

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.account.edits import Edit


def read_edits(path: str | Path) -> tuple[Edit, ...]:
    """Return the edits of a file, oldest first.

    Of a journal, those that were not taken back; its last line may be torn.

    Raises:
        AccountFileError: When the file cannot be read or a line is no edit.
    """
    text = read_text(path)
    if records.is_journal(text):
        return _of_journal(text, str(path))
    try:
        return tuple(decode_edits(text.split("\n")))
    except AccountFileError as error:
        raise error.in_file(str(path)) from None


def tried(
    account: Account, edits: Iterable[Edit], path: str | Path
) -> Iterator[tuple[Edit, Account]]:
    """Yield the edits that change something, each with the account that it makes.

    Raises:
        EditError: When AWS would refuse one; names the file and which of them.
    """
    for number, edit in enumerate(edits, start=1):
        try:
            after = edit.apply(account)
        except EditError as error:
            message = f"edit {number} of {path} ({edit.title}): {error.message}"
            raise EditError(error.code, message) from None
        if after is not account:
            yield edit, after
        account = after


def _of_journal(text: str, path: str) -> tuple[Edit, ...]:
    content = records.read(text.encode())
    if content is None or content.damaged_line is not None:
        line = 1 if content is None else content.damaged_line
        raise AccountFileError(
            "this is no line of a journal that this version writes", file=path, line=line
        )
    if content.snapshot is not None:
        problem = (
            "this journal undoes edits that the file has, so no edits of the file say the same"
        )
        raise AccountFileError(problem, file=path, line=2)
    return content.unsaved
