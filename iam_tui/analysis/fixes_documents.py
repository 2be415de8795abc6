"""Policy documents with one statement more, one less, or one entry changed, and the edit for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from iam_tui.account.arns import is_aws_managed, split_inline_key
from iam_tui.account.edits import (
    DeletePolicyVersion,
    PutInlinePolicy,
    PutPolicyDocument,
    policy_reference,
)
from iam_tui.account.edits.deletion import version_in_force
from iam_tui.catalog import quotas
from iam_tui.policy.documents import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from iam_tui.account import Account
    from iam_tui.account.edits import Edit
    from iam_tui.policy.documents import JsonValue

    Statement = dict[str, JsonValue]


def new_document(statement: Statement) -> Document:
    """Return a document of one statement."""
    return _document({"Version": "2012-10-17", "Statement": [statement]})


def with_statement(document: Document, statement: Statement) -> Document | None:
    """Return a document with a statement at its end; None when it is none that can have one."""
    top = document.value
    if document.fault is not None or not isinstance(top, dict):
        return None
    return _document({**top, "Statement": [*document.statements, statement]})


def without_statement(document: Document, index: int) -> Document | None:
    """Return a document that lacks a statement, or None when nothing would be left."""
    top = document.value
    rest: list[JsonValue] = [
        item for place, item in enumerate(document.statements) if place != index
    ]
    if not rest or document.fault is not None or not isinstance(top, dict):
        return None
    return _document({**top, "Statement": rest})


def with_entry(document: Document, index: int, element: str, entry: str) -> Document | None:
    """Return a document in whose statement an element has one entry more."""
    return _changed(document, index, element, lambda entries: [*entries, entry])


def with_element(document: Document, index: int, element: str, value: JsonValue) -> Document | None:
    """Return a document in whose statement an element has another value."""
    return _changed(document, index, element, lambda _: [value])


def without_entries(
    document: Document, index: int, element: str, covers: Callable[[str], bool]
) -> Document | None:
    """Return a document in whose statement an element lacks some of its entries.

    None when none of them, or all, would go.
    """

    def rest(entries: list[JsonValue]) -> list[JsonValue]:
        kept = [entry for entry in entries if not (isinstance(entry, str) and covers(entry))]
        return kept if len(kept) < len(entries) else []

    return _changed(document, index, element, rest)


def without_principals(
    document: Document, index: int, is_named: Callable[[str], bool]
) -> Document | None:
    """Return a document whose statement names some of its AWS principals no more.

    None when it would name nobody, or nobody less.
    """
    statement = document.statements[index]
    principal = statement.get("Principal") if isinstance(statement, dict) else None
    named = principal.get("AWS") if isinstance(principal, dict) else None
    if not isinstance(named, list) or not isinstance(principal, dict):
        return None
    kept = [item for item in named if not (isinstance(item, str) and is_named(item))]
    if not kept or len(kept) == len(named):
        return None
    return with_element(document, index, "Principal", {**principal, "AWS": kept})


def _changed(
    document: Document,
    index: int,
    element: str,
    change: Callable[[list[JsonValue]], list[JsonValue]],
) -> Document | None:
    top, statement = document.value, document.statements[index]
    if (
        document.fault is not None
        or not isinstance(top, dict)
        or not isinstance(statement, dict)
        or element not in statement
    ):
        return None
    value = statement[element]
    entries = change(list(value) if isinstance(value, list) else [value])
    if not entries:
        return None
    written: JsonValue = entries[0] if len(entries) == 1 else entries
    several = list(document.statements)
    several[index] = {**statement, element: written}
    alone = len(several) == 1 and isinstance(top.get("Statement"), dict)
    return _document({**top, "Statement": several[0] if alone else several})


def _document(value: Statement) -> Document:
    return Document.of(json.dumps(value, ensure_ascii=False))


def put_document(account: Account, key: str, document: Document | None) -> tuple[Edit, ...]:
    """Return the edits that put a document in the place of a policy's; none where nobody can.

    The oldest version goes first where a managed policy has as many as AWS keeps.

    Args:
        account: The account as it is.
        key: The policy's node: an ARN or `OWNER_ARN#inline/NAME`.
        document: What it shall be; None gives no edits.
    """
    if document is None:
        return ()
    inline = split_inline_key(key)
    if inline is not None:
        owner, name = inline
        put = PutInlinePolicy(entity=account.reference(owner), policy=name, document=document)
        return (put,)
    policy = account.policies.get(key)
    if policy is None or is_aws_managed(key):
        return ()
    reference = policy_reference(account, key)
    edits: list[Edit] = []
    if len(policy.versions) >= quotas.POLICY_VERSIONS:
        in_force = version_in_force(policy)
        oldest = next(version.id for version in policy.versions if version.id != in_force)
        edits.append(DeletePolicyVersion(policy=reference, version=oldest))
    return (*edits, PutPolicyDocument(policy=reference, document=document))
