"""A policy in plain words, as lines: one sentence a statement."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from iam_tui.account import Root
from iam_tui.account.arns import split_inline_key
from iam_tui.analysis import policy_in_words
from iam_tui.tui.details.facts import BLANK, remark
from iam_tui.tui.lines import STATEMENT, Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.policy import Document
    from iam_tui.tui.lines import Target, Tone

_TONES: dict[str, Tone] = {"Allows": "good", "Lets": "good", "Denies": "bad", "Keeps": "bad"}


def document_of(account: Account, target: Target) -> Document | None:
    """Return the document of a managed or inline policy, if it is known."""
    inline = split_inline_key(target.key)
    if inline is None:
        policy = account.policy(target.key)
        return policy.document if policy is not None else None
    owner = account.identity(inline[0])
    if owner is None or isinstance(owner, Root):
        return None
    return owner.inline_policies.get(inline[1])


def words_lines(document: Document | None) -> Iterator[Line]:
    """Yield a policy in plain words, a statement a line."""
    if document is None:
        yield remark("its document is not known", "warn", indent=0)
        return
    if document.fault is not None:
        yield remark(f"! AWS would refuse this document: {document.fault}", "bad", indent=0)
    yield from statement_lines(document)
    if not document.statements:
        yield remark("it says nothing", indent=0)
        return
    yield BLANK
    yield remark("what it comes to: the permissions of an identity that has it", indent=0)


def statement_lines(document: Document) -> Iterator[Line]:
    """Yield one sentence for each statement, with its number and Sid."""
    width = len(str(len(document.statements)))
    sentences = policy_in_words(document)
    for index, (sentence, statement) in enumerate(zip(sentences, document.statements, strict=True)):
        sid = str(statement.get("Sid") or "") if isinstance(statement, dict) else ""
        verb, blank, rest = sentence.partition(" ")
        number = f"[{index}]".ljust(width + 3)
        spans = (
            Span(number, "dim"),
            Span(f"{sid}: " if sid else "", "name"),
            Span(verb, _TONES.get(verb, "warn")),
            Span(f"{blank}{rest}"),
        )
        text = json.dumps(statement, indent=2, ensure_ascii=False)
        yield Line(spans, copy=text, key=f"{STATEMENT}{index}", indent=len(number))
