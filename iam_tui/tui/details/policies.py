"""The tab Policies: every policy that applies, and its statements as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Group, Policy, Role, Root, User
from iam_tui.account.arns import inline_key
from iam_tui.tui.details.facts import BLANK, Link, policy_link, remark
from iam_tui.tui.lines import GLUE, Line, Span, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iam_tui.account import Entity
    from iam_tui.policy import Document
    from iam_tui.tui.entities import Entities
    from iam_tui.tui.lists import Mark


def policies(view: Entities, entity: Entity) -> Iterator[Line]:
    """Yield the lines of the tab."""
    if isinstance(entity, Root):
        yield remark("No identity policy grants or limits the root user.")
        return
    if isinstance(entity, Policy):
        yield from statements_of(entity.document)
        return
    blocks = list(_own(view, entity))
    if isinstance(entity, User):
        for name, mark in view.put_on(entity, "groups"):
            group = view.account.groups.get(view.account.group_arns.get(name, ""))
            if group is not None and mark != "-":
                blocks += _own(view, group, f"through group {name}", mark)
    if isinstance(entity, User | Role) and entity.permissions_boundary is not None:
        note = "permissions boundary: it only limits"
        blocks.append(_managed(view, entity.permissions_boundary, note, ""))
    for block in blocks:
        yield from block
    if not blocks:
        yield remark("no policy; A attaches one")


def _own(
    view: Entities, entity: User | Group | Role, through: str = "", way_mark: Mark = ""
) -> Iterator[Iterator[Line]]:
    for arn, mark in view.put_on(entity, "policies"):
        yield _managed(view, arn, through, mark or way_mark)
    for name, mark in view.put_on(entity, "inline_policies"):
        target = Target("inline", inline_key(entity.arn, name))
        link = Link(target, name, f"inline  {through}".rstrip(), mark or way_mark)
        yield _block(link, entity.inline_policies.get(name))


def _managed(view: Entities, arn: str, through: str, mark: Mark) -> Iterator[Line]:
    policy = view.account.policy(arn)
    link = policy_link(view.account, arn, mark)
    return _block(
        link._replace(note=f"{link.note}  {through}".rstrip()),
        policy.document if policy is not None else None,
    )


def _block(link: Link, document: Document | None) -> Iterator[Line]:
    yield Line(link.spans(), link.target, copy=link.target.key, indent=2)
    if link.mark != "-":
        if document is None:
            yield remark("counted as unknown, never taken as empty", "warn")
        else:
            yield from statements_of(document)
    yield BLANK


def statements_of(document: Document) -> Iterator[Line]:
    """Yield one line a statement, and a second one where a condition limits it."""
    if document.fault is not None:
        yield remark(f"! AWS would refuse this document: {document.fault}", "bad")
    value = document.value
    found = value.get("Statement") if isinstance(value, dict) else None
    for index, statement in enumerate(found if isinstance(found, list) else [found]):
        if isinstance(statement, dict):
            yield _statement(index, statement)
            if statement.get("Condition"):
                yield remark(f"if {_condition_text(statement['Condition'])}", "warn", indent=6)


def _statement(index: int, statement: Mapping[str, object]) -> Line:
    effect = str(statement.get("Effect", "?"))
    sid = str(statement.get("Sid", ""))
    what = _listed(statement, "Action")
    where = _listed(statement, "Resource") or _listed(statement, "Principal")
    spans = (
        Span(f"  [{index}] "),
        Span(f"{sid}  " if sid else "", "name"),
        Span(f"{effect:<5} ", "bad" if effect == "Deny" else "good"),
        Span(what),
        Span(f" on{GLUE}{where}" if where else "", "dim"),
    )
    return Line(spans, copy=sid or what, indent=6)


def _listed(statement: Mapping[str, object], name: str) -> str:
    for key, lead in ((name, ""), (f"Not{name}", "all but ")):
        value = statement.get(key)
        if value is not None:
            words = [str(one) for one in value] if isinstance(value, list) else [str(value)]
            more = f" +{len(words) - 3}" if len(words) > 3 else ""
            return lead + " ".join(words[:3]) + more
    return ""


def _condition_text(condition: object) -> str:
    if not isinstance(condition, dict):
        return str(condition)
    parts = []
    for operator, keys in condition.items():
        if isinstance(keys, dict):
            parts += [f"{key} {operator} {_values(value)}" for key, value in keys.items()]
    return " and ".join(parts)


def _values(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
