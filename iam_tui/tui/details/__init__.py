"""What the detail pane says of one thing, tab by tab, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Root
from iam_tui.account.arns import is_aws_managed, split_inline_key
from iam_tui.tui.details.documents import documents, inline_document
from iam_tui.tui.details.facts import BLANK, fact, heading, identity_link, links, remark
from iam_tui.tui.details.info import info
from iam_tui.tui.details.policies import policies, statements_of
from iam_tui.tui.details.relations import provider_facts, relations, trusted_by
from iam_tui.tui.lines import Line, Span, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Entity
    from iam_tui.tui.entities import Entities

_TABS: dict[str, dict[str, str]] = {
    "root": {"info": "Info"},
    "user": {"info": "Info", "relations": "Groups", "policies": "Policies", "docs": "Docs"},
    "group": {"info": "Info", "relations": "Members", "policies": "Policies", "docs": "Docs"},
    "role": {"info": "Info", "relations": "Trust", "policies": "Policies", "docs": "Docs"},
    "policy": {"info": "Info", "relations": "Used by", "policies": "Statements", "docs": "Docs"},
    "inline": {"info": "Info", "docs": "Docs"},
    "provider": {"info": "Info", "relations": "Trusted by"},
}


def tabs(kind: str) -> dict[str, str]:
    """Return the tabs that a kind of thing has: id -> title, in order."""
    return _TABS[kind]


def detail(view: Entities, target: Target, tab: str, *, roomy: bool) -> tuple[Line, ...]:
    """Return the lines of a tab.

    Args:
        view: The account.
        target: The thing.
        tab: The tab's id.
        roomy: Whether Info may also say what stands in other tabs.
    """
    if not target.key:
        return (remark("Nothing is selected: the list is empty.", indent=0),)
    if target.kind == "inline":
        return tuple(_inline(view, target.key, tab))
    provider = view.account.identity_providers.get(target.key)
    if provider is not None:
        shown = provider_facts(view, provider) if tab == "info" else trusted_by(view, provider.arn)
        return tuple(shown)
    entity = view.account.entity(target.key)
    if entity is None:
        return tuple(_unknown(view, target.key))
    if tab == "relations":
        return tuple(relations(view, entity))
    if tab == "policies":
        return tuple(policies(view, entity))
    if tab == "docs":
        return tuple(documents(entity))
    more = _statements(view, entity) if roomy and not isinstance(entity, Root) else ()
    return (*info(view, entity), *more)


def _statements(view: Entities, entity: Entity) -> Iterator[Line]:
    yield BLANK
    yield heading("STATEMENTS", "] has them alone")
    yield from policies(view, entity)


def _inline(view: Entities, key: str, tab: str) -> Iterator[Line]:
    split = split_inline_key(key)
    if tab == "docs" or split is None:
        yield from inline_document(view.account, key)
        return
    owner_arn, name = split
    owner = view.account.identity(owner_arn)
    inline = getattr(owner, "inline_policies", {})
    yield fact("Name", name, copy=name)
    yield from links("Owner", [identity_link(view.account, owner_arn)])
    yield BLANK
    yield heading("STATEMENTS")
    if name in inline:
        yield from statements_of(inline[name])
    else:
        yield remark("no longer there")


def _unknown(view: Entities, arn: str) -> Iterator[Line]:
    """Say what is known of a policy whose document nobody has."""
    yield fact("ARN", arn, copy=arn)
    holders = view.holders(arn)
    if not holders:
        yield remark("no longer in this account")
        return
    yield fact("Kind", "AWS manages it" if is_aws_managed(arn) else "managed policy")
    yield fact("Document", Span("not known", "warn"))
    yield remark("It is counted as unknown, never taken as empty.")
    yield from links("Used by", [identity_link(view.account, one.arn) for one in holders])
