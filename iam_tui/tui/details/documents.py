"""The tab Docs: the documents as AWS shows them, every character of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Policy, Role, Root
from iam_tui.account.arns import split_inline_key
from iam_tui.commands import first_key
from iam_tui.tui.details.facts import BLANK, code, heading, remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account, Entity
    from iam_tui.policy import Document
    from iam_tui.tui.lines import Line


def documents(entity: Entity) -> Iterator[Line]:
    """Yield the documents that an entity carries itself."""
    if isinstance(entity, Root):
        yield remark("The root user carries no documents.")
        return
    if isinstance(entity, Policy):
        for version in entity.versions:
            default = "default version" if version.id == entity.default_version else "not in force"
            yield from _document(version.id, default, version.document)
        return
    for name, document in entity.inline_policies.items():
        yield from _document(name, "inline policy", document)
    if isinstance(entity, Role) and entity.trust_policy is not None:
        yield from _document("Trust policy", "who may ask for this role", entity.trust_policy)
    if not entity.inline_policies and not (isinstance(entity, Role) and entity.trust_policy):
        yield remark(f"no inline documents; {first_key('open')} on a policy shows its own")


def inline_document(account: Account, key: str) -> Iterator[Line]:
    """Yield an inline policy's document."""
    split = split_inline_key(key)
    owner = account.identity(split[0]) if split is not None else None
    if split is None or owner is None or isinstance(owner, Root):
        yield remark("no longer there")
        return
    document = owner.inline_policies.get(split[1])
    if document is None:
        yield remark("no longer there")
        return
    yield from _document(split[1], f"inline policy of {owner.kind} {owner.name}", document)


def _document(name: str, note: str, document: Document) -> Iterator[Line]:
    yield heading(name, note)
    if document.fault is not None:
        yield remark(f"! AWS would refuse it: {document.fault}", "bad")
    for row in document.pretty().splitlines():
        yield code(row, document.text)
    yield BLANK
