"""Session policies as people give them with a request: a file's name, or the JSON itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.errors import AccountFileError, UsageError
from iam_tui.home import expanded
from iam_tui.policy.documents import Document

if TYPE_CHECKING:
    from iam_tui.account import Account


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
        document = Document.of(expanded(text).read_bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AccountFileError(f"it cannot be read: {reason}", file=text) from None
    if document.fault is not None:
        raise AccountFileError(f"it is no policy document: {document.fault}", file=text)
    return document


def session_policy_of(account: Account, given: str) -> Document:
    """Return the session policy that a text is, or names: a managed policy, too.

    Args:
        account: Whose managed policies can be named; AWS's can be as well.
        given: JSON, the name or ARN of a managed policy, or the name of a file, which ends in
            `.json` or has a slash in it.

    Raises:
        UnknownName: When there is no such managed policy.
        UsageError: When it is no policy document, or one that nobody knows.
        AccountFileError: When the file cannot be read or holds no policy document.
    """
    text = given.strip()
    is_name = text.startswith("arn:") or not ("/" in text or text.endswith(".json"))
    if text.startswith("{") or not is_name:
        return session_policy(text)
    policy = account.policy(account.resolve_policy(text))
    if policy is None:
        raise UsageError(f"the document of {text} is not known")
    return policy.document
