"""Policy documents in account files: a JSON text kept as it is, or a table in IAM's grammar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from iam_tui.policy.documents import Document


def document_of(value: str | Mapping[str, Any]) -> Document:
    """Return the document of a JSON text or of a TOML table.

    A date that a table has unquoted becomes the text that IAM compares with.
    """
    if isinstance(value, str):
        return Document.of(value)
    try:
        return Document.of(msgspec.json.encode(value))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return Document.of(value)


def documents_of(given: Mapping[str, str | dict[str, Any]]) -> dict[str, Document]:
    """Return documents by name."""
    return {name: document_of(value) for name, value in given.items()}
