"""What the conditions and variables of statements read that principals and resources differ in."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.variables import keys_of

if TYPE_CHECKING:
    from iam_tui.account.layers import Layers
    from iam_tui.policy.statements import Statement


class Reads(NamedTuple):
    """What the conditions and variables of a statement read that requests differ in."""

    principal: frozenset[str]
    """The keys of conditions and variables in which principals differ."""
    resource_tags: bool
    resource: bool
    """Whether they read anything that differs between resources."""
    tags_at_most: bool
    """Whether what they read of resources is tags alone."""


@lru_cache(maxsize=100_000)
def reads(statement: Statement) -> Reads:
    """Return what the conditions and variables of a statement read."""
    keys = {key for condition in statement.conditions for key in condition.keys}
    for pattern in (*(statement.resources or ()), *(statement.not_resources or ())):
        if pattern.template is not None:
            keys.update(keys_of(pattern.template))
    return Reads(
        principal=frozenset(
            key
            for key in keys
            if key.startswith("aws:principal") or key in {"aws:userid", "aws:username"}
        ),
        resource_tags=any(":resourcetag/" in key for key in keys),
        resource=any(":resource" in key for key in keys),
        tags_at_most=all(":resourcetag/" in key for key in keys if ":resource" in key),
    )


@lru_cache(maxsize=100_000)
def reads_caller_account(statement: Statement) -> bool:
    """Whether a condition reads the one key that only requests to KMS have of their own (K13)."""
    return any("kms:calleraccount" in one.keys for one in statement.conditions)


_CONTENTS: dict[str, int] = {}
_MOST_CONTENTS = 200_000
_CONTENT_NUMBER = count()


@lru_cache(maxsize=100_000)
def content_of(statement: Statement) -> int:
    """Return a number that statements share which decide alike where their actions do."""
    raw = statement.document.statements[statement.index]
    element = raw if isinstance(raw, dict) else {}
    parts = [element.get(name) for name in ("Effect", "Resource", "NotResource", "Condition")]
    value = statement.document.value
    version = value.get("Version") if isinstance(value, dict) else None
    if len(_CONTENTS) >= _MOST_CONTENTS:
        _CONTENTS.clear()
    text = repr((version, [name in element for name in _RESOURCE_PARTS], parts))
    return _CONTENTS.setdefault(text, next(_CONTENT_NUMBER))


_RESOURCE_PARTS = ("Resource", "NotResource")


def reads_resource_tags(known: Layers) -> bool:
    """Whether a statement of a principal's own layers reads tags of resources."""
    documents = [*known.documents]
    if known.boundary is not None:
        documents.append(known.boundary.document)
    for level in (*known.service_control, *known.resource_control):
        documents += [item.document for item in level]
    kind = SHORT_ARNS[LayerKind.IDENTITY]
    return any(
        reads(statement).resource_tags
        for document in documents
        for statement in document.compiled.statements(kind)
    )


@lru_cache(maxsize=100_000)
def is_about_iam(statement: Statement) -> bool:
    """Whether a pattern of a statement may take in something of IAM, whose tags are known."""
    patterns = (*(statement.resources or ()), *(statement.not_resources or ()))
    return any(
        not pattern.is_everything and (len(pattern.fields) < 3 or pattern.fields[2] in ("iam", "*"))
        for pattern in patterns
    )
