"""Whether a principal may assume each of many roles, asked once for roles it cannot tell apart.

Every answer is `authorize`'s. Roles with the same trust policy, whose ARNs and tags fit the same
statements of the principal's own layers, get the same one: in large accounts hundreds of roles
trust "this account" with the same words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.analysis.probing import Prober
    from iam_tui.policy.context import Context
    from iam_tui.policy.documents import Document
    from iam_tui.policy.evaluation import Question
    from iam_tui.policy.plans import Candidates
    from iam_tui.policy.statements import Statement

ASSUME_ROLE = "sts:AssumeRole"
CONDITIONAL = "under conditions"
"""The label when it depends on keys that only a request has, such as MFA or an external id."""


class _Alike(NamedTuple):
    """What tells apart the roles of one trust policy and the same tags."""

    context: Context
    statements: tuple[Statement, ...]
    """Those of the principal's layers that name resources."""
    answers: dict[tuple[bool, ...], str | None]
    """By which of the statements take a role in."""


class AssumeDecisions:
    """The decisions about one principal."""

    def __init__(self, prober: Prober) -> None:
        """Take the principal."""
        self._prober = prober
        self._alike: dict[tuple[Document, tuple[tuple[str, str], ...]], _Alike] = {}
        self._reads_tags = any(map(_reads_tags, _own_documents(prober)))

    def label(self, role: str, trust: Document) -> str | None:
        """Return "" when the role may be assumed, `CONDITIONAL`, or None when it may not.

        Args:
            role: Its ARN.
            trust: Its trust policy.
        """
        if "*" in role:
            return self._decided(role)
        tags: tuple[tuple[str, str], ...] = ()
        if self._reads_tags or _reads_tags(trust):
            tags = tuple(self._prober.account.roles[role].tags.items())
        alike = self._alike.get((trust, tags))
        if alike is None:
            question = self._prober.question(ASSUME_ROLE, role)
            alike = _Alike(question.context, tuple(_naming_resources(question)), {})
            self._alike[trust, tags] = alike
        fits = tuple([one.covers_one(role, alike.context) for one in alike.statements])
        if fits not in alike.answers:
            alike.answers[fits] = self._decided(role)
        return alike.answers[fits]

    def _decided(self, role: str) -> str | None:
        question = self._prober.question
        if Decision(question(ASSUME_ROLE, role, "deny")).allowed:
            return ""
        if Decision(question(ASSUME_ROLE, role, "allow")).allowed:
            return CONDITIONAL
        return None


def _naming_resources(question: Question) -> Iterator[Statement]:
    """Yield the statements beside the trust policy, which has no resources, that name some."""
    known = question.candidates
    layers: Iterable[Candidates] = (
        known.identity,
        known.boundary,
        known.session,
        *known.service_control,
        *known.resource_control,
    )
    for layer in layers:
        for _, statement in (*layer.allows, *layer.denies):
            if not statement.everywhere:
                yield statement


def _own_documents(prober: Prober) -> Iterator[Document]:
    layers = prober.layers
    yield from layers.documents
    yield from prober.session
    if layers.boundary is not None:
        yield layers.boundary.document
    for level in (*layers.service_control, *layers.resource_control):
        yield from (item.document for item in level)


@lru_cache(maxsize=16_384)
def _reads_tags(document: Document) -> bool:
    """Whether conditions or variables may read a role's tags."""
    return "resourcetag" in document.text.lower()
