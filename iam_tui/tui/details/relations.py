"""The second tab: a user's groups, a group's members, whom a role trusts, who uses a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Group, Role, Root, User
from iam_tui.commands import first_key
from iam_tui.tui.details.facts import (
    BLANK,
    Link,
    code,
    fact,
    heading,
    identity_link,
    principal_link,
    remark,
    tags_text,
    when,
)
from iam_tui.tui.details.info import group_links
from iam_tui.tui.entity_rows import is_administrator
from iam_tui.tui.lines import Line, Span
from iam_tui.tui.trust import trusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Entity, IdentityProvider
    from iam_tui.tui.entities import Entities


def relations(view: Entities, entity: Entity) -> Iterator[Line]:
    """Yield the lines of the tab."""
    if isinstance(entity, Root):
        yield remark("The root user cannot be in a group.")
    elif isinstance(entity, User):
        yield from _groups(view, entity)
    elif isinstance(entity, Group):
        yield from _members(view, entity)
    elif isinstance(entity, Role):
        yield from _trust(view, entity)
    else:
        yield from _used_by(view, entity.arn)


def _link(found: Link) -> Line:
    return Line((Span("  "), *found.spans()), found.target, copy=found.target.key, indent=4)


def _groups(view: Entities, user: User) -> Iterator[Line]:
    yield heading("GROUPS", str(len(user.groups)))
    for link in group_links(view, user):
        group = view.account.groups.get(link.target.key)
        if group is None:
            yield _link(link)
            continue
        policies = len(group.policies) + len(group.inline_policies)
        admin = "  A" if is_administrator(group.policies) else ""
        several = "policy" if policies == 1 else "policies"
        yield _link(link._replace(note=f"{policies} {several}{admin}"))
    for name in user.groups:
        if name not in view.account.group_arns:
            yield remark(f"{name}: not in this file", "warn")
    if not user.groups:
        yield remark(f"in no group; {first_key('add')} adds one")
    yield from _roles_for(view, user.arn)


def _roles_for(view: Entities, principal: str) -> Iterator[Line]:
    """Yield the roles that name somebody in their trust policy; nothing where none does."""
    if view.trusting(principal):
        yield BLANK
        yield from trusted_by(view, principal)


def trusted_by(view: Entities, principal: str) -> Iterator[Line]:
    """Yield the roles that name a principal in their trust policy."""
    roles = view.trusting(principal)
    yield heading("TRUSTED BY", f"{len(roles)}, by name in their trust policies")
    for arn in roles:
        yield _link(identity_link(view.account, arn))
    if not roles:
        yield remark("no role names it")


def provider_facts(view: Entities, provider: IdentityProvider) -> Iterator[Line]:
    """Yield what is known of an identity provider."""
    yield fact("ARN", provider.arn, copy=provider.arn)
    yield fact("Kind", f"identity provider, {provider.type.upper()}")
    if provider.created is not None:
        yield fact("Created", when(provider.created, view.today))
    for index, client in enumerate(provider.client_ids):
        yield fact("" if index else "Clients", client, copy=client)
    if provider.tags:
        yield fact("Tags", tags_text(provider.tags))
    yield BLANK
    yield from trusted_by(view, provider.arn)


def _members(view: Entities, group: Group) -> Iterator[Line]:
    members = view.members(group.arn)
    yield heading("MEMBERS", str(len(view.account.members.get(group.arn, ()))))
    for arn, mark in members:
        yield _link(identity_link(view.account, arn, mark=mark))
    if not members:
        yield remark(f"nobody; {first_key('add')} adds a user")


def _trust(view: Entities, role: Role) -> Iterator[Line]:
    yield heading("TRUST", "who may ask for this role")
    for kind, principal in trusted(role):
        link = principal_link(view.account, principal)
        if link is not None:
            yield _link(link)
        else:
            note = "anyone at all !" if kind == "*" else kind
            yield Line((Span(f"  {principal}"), Span(f"  {note}", "dim")), copy=principal, indent=4)
    yield from _roles_for(view, role.arn)
    if role.instance_profiles:
        yield BLANK
        yield heading("INSTANCE PROFILES", "hand it to EC2")
        for profile in role.instance_profiles:
            yield Line((Span(f"  {profile.name}"),), copy=profile.arn, indent=4)
    document = role.trust_policy
    if document is None:
        yield remark("not in this file")
        return
    if document.fault is not None:
        yield remark(f"! {document.fault}", "bad")
    from iam_tui.tui.words_lines import statement_lines

    yield BLANK
    yield heading("IN PLAIN WORDS")
    yield from statement_lines(document)
    yield BLANK
    yield heading("TRUST POLICY")
    for row in document.pretty().splitlines():
        yield code(row, document.text)


def _used_by(view: Entities, arn: str) -> Iterator[Line]:
    holders = view.holders(arn)
    yield heading("USED BY", str(len(holders)))
    for holder in holders:
        note = "as permissions boundary" if holder.as_boundary else ""
        yield _link(identity_link(view.account, holder.arn, note))
    if not holders:
        yield remark("nobody; A attaches it")
