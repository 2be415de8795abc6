"""The tab Policies: every policy that applies, and its statements as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Group, Policy, Role, Root, User
from iam_tui.account.arns import friendly_name, inline_key, is_aws_managed
from iam_tui.tui.details.facts import BLANK, remark
from iam_tui.tui.lines import Span, Target, fit, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iam_tui.account import Entity
    from iam_tui.policy import Document
    from iam_tui.tui.entities import Entities
    from iam_tui.tui.lines import Line


def policies(view: Entities, entity: Entity) -> Iterator[Line]:
    """Yield the lines of the tab."""
    if isinstance(entity, Root):
        yield remark("No identity policy grants or limits the root user.")
        return
    if isinstance(entity, Policy):
        yield from statements_of(entity.document)
        return
    found = False
    for block in _own(view, entity):
        found = True
        yield from block
    if isinstance(entity, User):
        for name in entity.groups:
            group = view.account.groups.get(view.account.group_arns.get(name, ""))
            for block in _own(view, group, f"through group {name}") if group is not None else ():
                found = True
                yield from block
    if isinstance(entity, User | Role) and entity.permissions_boundary is not None:
        yield from _managed(
            view, entity.permissions_boundary, "permissions boundary: it only limits"
        )
    if not found:
        yield remark("no policy; A attaches one")


def _own(
    view: Entities, entity: User | Group | Role, through: str = ""
) -> Iterator[Iterator[Line]]:
    for arn in entity.policies:
        yield _managed(view, arn, through)
    for name, document in entity.inline_policies.items():
        target = Target("inline", inline_key(entity.arn, name))
        yield _block(target, name, f"inline  {through}".rstrip(), document)


def _managed(view: Entities, arn: str, through: str) -> Iterator[Line]:
    policy = view.account.policy(arn)
    whose = "AWS" if is_aws_managed(arn) else "local"
    document = policy.document if policy is not None else None
    return _block(
        Target("policy", arn), friendly_name(arn), f"{whose}  {through}".rstrip(), document
    )


def _block(target: Target, name: str, note: str, document: Document | None) -> Iterator[Line]:
    yield line(Span(name, "name"), Span(f"  {note}", "dim"), target=target, copy=target.key)
    if document is None:
        yield remark("document not known: counted as unknown, not as empty", "warn")
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
                yield remark(f"      if {_condition_text(statement['Condition'])}", "warn")


def _statement(index: int, statement: Mapping[str, object]) -> Line:
    effect = str(statement.get("Effect", "?"))
    sid = str(statement.get("Sid", ""))
    what = _listed(statement, "Action")
    where = _listed(statement, "Resource") or _listed(statement, "Principal")
    return line(
        Span(f"  [{index}] "),
        Span(f"{effect:<5} ", "bad" if effect == "Deny" else "good"),
        Span(f"{what}  "),
        Span(f"on {where}  " if where else "", "dim"),
        Span(fit(sid, min(len(sid), 24)), "dim"),
        copy=str(sid) or what,
    )


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
