"""The tab Info: who this is, how it signs in, and what decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Group, Policy, Role, Root, User
from iam_tui.account.arns import inline_key, is_aws_managed
from iam_tui.commands import first_key
from iam_tui.tui.ages import days_since, is_old
from iam_tui.tui.details.facts import (
    BLANK,
    Link,
    fact,
    heading,
    identity_link,
    inline_link,
    links,
    policy_link,
    principal_link,
    remark,
    tags_text,
    when,
)
from iam_tui.tui.lines import Span, Target
from iam_tui.tui.trust import trusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import AccessKey, Entity
    from iam_tui.tui.entities import Entities
    from iam_tui.tui.lines import Line

FEW = 6
"""So many groups, members or policies stand in Info; the tabs have them all."""


def info(view: Entities, entity: Entity) -> Iterator[Line]:
    """Yield the lines of an entity's tab Info."""
    yield fact("ARN", entity.arn, copy=entity.arn)
    if isinstance(entity, Root):
        yield from _root(view, entity)
        return
    yield from _common(view, entity)
    if isinstance(entity, User):
        yield from _user(view, entity)
    elif isinstance(entity, Group):
        yield from _group(view, entity)
    elif isinstance(entity, Role):
        yield from _role(view, entity)
    else:
        yield from _policy(view, entity)


def _common(view: Entities, entity: User | Group | Role | Policy) -> Iterator[Line]:
    if entity.description:
        yield fact("About", entity.description)
    if entity.path != "/":
        yield fact("Path", entity.path)
    if entity.created is not None:
        yield fact("Created", when(entity.created, view.today))
    if entity.tags:
        yield fact("Tags", tags_text(entity.tags))


def _root(view: Entities, root: Root) -> Iterator[Line]:
    yield fact("Access", Span("complete: no identity policy grants or limits it", "strong"))
    yield fact("", Span("in a member account an SCP limits it", "dim"))
    yield fact("Use", Span("not for daily work", "warn"))
    yield BLANK
    yield heading("SIGN-IN", "which credentials can be used")
    if view.account.root is None:
        yield remark("not in this file")
        return
    yield fact("Password", "yes" if root.password else "no")
    mfa = {True: "on", False: "off !", None: "not in this file"}[root.mfa]
    yield fact("MFA", Span(mfa, "bad" if root.mfa is False else "text"))
    yield from _keys(view, root.access_keys)
    if root.last_used is not None:
        yield fact("Last used", when(root.last_used, view.today))


def _user(view: Entities, user: User) -> Iterator[Line]:
    yield from links("Groups", list(group_links(view, user)), FEW)
    yield from _policies_of(view, user)
    yield BLANK
    yield heading("SIGN-IN", "which credentials can be used")
    yield fact("Console", _console_text(user))
    if user.mfa_devices:
        yield fact("MFA", ", ".join(user.mfa_devices))
    is_told = user.console is not None or bool(user.access_keys)
    yield from _keys(view, user.access_keys, none="none" if is_told else "not in this file")
    last = user.last_used or (user.console.last_used if user.console else None)
    if last is not None:
        yield fact("Last used", when(last, view.today))


def group_links(view: Entities, user: User) -> Iterator[Link]:
    """Yield the groups of a user, those that the file lacks left out."""
    for name, mark in view.put_on(user, "groups"):
        arn = view.account.group_arns.get(name) or view.saved.group_arns.get(name)
        if arn is not None:
            yield Link(Target("group", arn), name, "", mark)


def _console_text(user: User) -> Span:
    if user.console is None:
        return Span("not in this file", "dim")
    if not user.console.password:
        return Span("no password")
    if user.console.mfa or user.mfa_devices:
        return Span("password + MFA")
    return Span("password, no MFA (M-)", "warn")


def _keys(view: Entities, keys: tuple[AccessKey, ...], none: str = "none") -> Iterator[Line]:
    for index, key in enumerate(keys):
        age = f"  {days_since(key.created, view.today)} d old" if key.created else ""
        old = key.created is not None and is_old(days_since(key.created, view.today))
        mark = " (K)" if old and key.status == "Active" else ""
        used = f"  used {when(key.last_used, view.today)}" if key.last_used else ""
        yield fact(
            "" if index else "Keys",
            f"{key.id} {key.status}{age}",
            Span(mark, "warn"),
            Span(used, "dim"),
            copy=key.id,
        )
    if not keys:
        yield fact("Keys", Span(none, "dim"))


def _group(view: Entities, group: Group) -> Iterator[Line]:
    members = view.members(group.arn)
    found = [identity_link(view.account, arn, mark=mark)._replace(note="") for arn, mark in members]
    yield from links("Members", found, FEW)
    if not members:
        yield fact("Members", Span(f"nobody; {first_key('add')} adds a user", "dim"))
    yield from _policies_of(view, group)
    yield BLANK
    yield remark("A group is no principal: what it gives, its members have.", indent=0)


def _role(view: Entities, role: Role) -> Iterator[Line]:
    for index, (kind, principal) in enumerate(trusted(role)):
        link = principal_link(view.account, principal)
        yield fact(
            "" if index else "Trusts",
            Span(principal, "name" if link is not None else "text"),
            Span(f"  {kind}", "dim"),
            target=link.target if link is not None else None,
            copy=principal,
        )
    if role.trust_policy is None:
        yield fact("Trusts", Span("trust policy not in this file", "dim"))
    yield from _policies_of(view, role)
    for profile in role.instance_profiles:
        yield fact("Profile", profile.name, Span("  EC2 instance profile", "dim"), copy=profile.arn)
    if role.last_used is not None:
        yield fact("Last used", when(role.last_used, view.today))
    yield fact("Session", f"at most {role.max_session_duration // 3600} h")
    if role.is_service_linked:
        yield remark("Service-linked: AWS owns it, it cannot be edited here.")


def _policy(view: Entities, policy: Policy) -> Iterator[Line]:
    owner = "AWS manages it" if is_aws_managed(policy.arn) else "customer managed"
    yield fact("Kind", owner)
    yield fact("Version", f"{policy.default_version} of {len(policy.versions)}")
    if policy.document.fault is not None:
        yield fact("Fault", Span(f"! {policy.document.fault}", "bad"))
    holders = view.holders(policy.arn)
    found = [
        identity_link(view.account, holder.arn, "as boundary" if holder.as_boundary else "")
        for holder in holders
    ]
    yield from links("Used by", found, FEW)
    if not holders:
        yield fact("Used by", Span("nobody; A attaches it", "dim"))


def _policies_of(view: Entities, identity: User | Group | Role) -> Iterator[Line]:
    account = view.account
    found = [policy_link(account, arn, mark) for arn, mark in view.put_on(identity, "policies")]
    found += [
        inline_link(inline_key(identity.arn, name), mark)
        for name, mark in view.put_on(identity, "inline_policies")
    ]
    yield from links("Policies", found, FEW)
    if not found:
        yield fact("Policies", Span("none of its own", "dim"))
    boundary = getattr(identity, "permissions_boundary", None)
    if boundary is not None:
        yield from links("Limit", [policy_link(account, boundary, note="permissions boundary")])
