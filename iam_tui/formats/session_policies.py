"""Session policies as people give them with a request: a file's name, or the JSON itself."""

from __future__ import annotations

from pathlib import Path

from iam_tui.errors import AccountFileError, UsageError
from iam_tui.policy.documents import Document


def session_policy(given: str) -> Document:
    """Return the session policy that a text names or is.

    Args:
        given: JSON, which begins with `{`, or the name of a file that holds it.

    Raises:
        UsageError: When it is JSON and no policy document.
        AccountFileError: When the file cannot be read or holds no policy document.
    """
    text = given.strip()
    if text.startswith("{"):
        document = Document.of(text)
        if document.fault is not None:
            raise UsageError(f"the session policy is no policy document: {document.fault}")
        return document
    try:
        document = Document.of(Path(text).expanduser().read_bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AccountFileError(f"it cannot be read: {reason}", file=text) from None
    if document.fault is not None:
        raise AccountFileError(f"it is no policy document: {document.fault}", file=text)
    return document
