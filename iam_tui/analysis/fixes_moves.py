"""What stands in a request's way, and every single step that would take one obstacle out of it.

An obstacle is either a Deny that applies or a layer without an Allow that does. Each of them has
to go, so the steps against the first one are all that a search has to try there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import friendly_name, split_inline_key
from iam_tui.account.edits import (
    AttachPolicy,
    DeleteBoundary,
    DeleteInlinePolicy,
    DetachPolicy,
    Edit,
    PutBoundary,
    PutTrustPolicy,
    RemoveMember,
    policy_reference,
)
from iam_tui.account.entities import Group, Role, User
from iam_tui.account.layers import resource_attachment
from iam_tui.analysis.fixes_context import escaping, meeting
from iam_tui.analysis.fixes_documents import (
    put_document,
    with_entry,
    with_statement,
    without_entries,
    without_statement,
)
from iam_tui.analysis.fixes_sources import (
    Source,
    boundaries_that_allow,
    own_policies_that_allow,
    sources,
)
from iam_tui.analysis.fixes_statements import new_inline_policy, statement_for, trusting
from iam_tui.analysis.why_not_nearest import near_statements
from iam_tui.policy.actions import compile_pattern
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.resources import compile_pattern as compile_resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iam_tui.account import Account
    from iam_tui.account.layers import Attachment
    from iam_tui.analysis.why_not_nearest import Near
    from iam_tui.analysis.why_not_request import Trial
    from iam_tui.policy.requests import ContextValue
    from iam_tui.policy.statements import Statement

_MOST_WIDENED = 3
_NO_KEYS: Mapping[str, ContextValue] = {}


class Move(NamedTuple):
    """One step towards an allowed request."""

    kind: str
    """`join-group`, `attach-policy`, `add-statement`, `widen-resource`, `widen-action`,
    `raise-boundary`, `remove-boundary`, `change-boundary`, `leave-group`, `detach-policy`,
    `remove-deny`, `narrow-deny`, `trust`, `meet-condition`."""
    title: str
    edits: tuple[Edit, ...] = ()
    context: Mapping[str, ContextValue] = _NO_KEYS
    """Keys that the request has to carry."""


class Obstacle(NamedTuple):
    """What stands in the way first."""

    how: str
    """`deny`, `ceiling`, `none` or `refused`, as the evaluation says."""
    what: str
    """The layer, or what is lacking, or why AWS refuses."""
    level: int = 0
    attachment: Attachment | None = None
    """Where the Deny stands."""
    statement: Statement | None = None


def obstacle(found: Trial) -> Obstacle:
    """Return what stands in the way of a denied request first."""
    outcome = found.outcome
    if outcome.how != "deny":
        return Obstacle(outcome.how, outcome.what, outcome.level)
    for result in found.simulation.layers.values():
        for matched in result.statements if result.outcome == "explicit" else ():
            if matched.effect != "Deny":
                continue
            kind = LayerKind(matched.layer)
            attachments = found.simulation.attachments(matched)
            documents = [item.document for item in attachments]
            if kind is LayerKind.SESSION:
                documents = [found.simulation.policies.session[matched.document]]
            statement = documents[0].compiled.statements(SHORT_ARNS[kind])[matched.index]
            return Obstacle(
                "deny",
                matched.layer,
                matched.level,
                attachments[0] if attachments else None,
                statement,
            )
    return Obstacle("refused", outcome.what)


def calls(found: Trial, at: Obstacle) -> Iterator[Move]:
    """Yield the steps without edit: what the request would have to carry."""
    if at.how == "deny":
        for keys in () if at.statement is None else escaping(found, at.statement):
            yield _call_with(keys)
        return
    kind, attached = _lacking(found, at)
    for near in near_statements(found.question, kind, attached):
        if all(part.part == "condition" for part in near.failed):
            met = meeting(found, near.statement)
            if met is not None:
                yield _call_with(met, near)


def moves(found: Trial, at: Obstacle, *, most_sources: int | None = None) -> Iterator[Move]:
    """Yield the steps of which each edits the account and would take an obstacle away.

    Args:
        found: The denied request.
        at: What stands in its way.
        most_sources: How many groups to join and policies to attach are looked at, the smallest
            first; None: all. Any of them takes the obstacle away as well as another.
    """
    if at.how == "deny":
        yield from _against_deny(found, at)
    elif at.what == LayerKind.IDENTITY:
        yield from _allow_by_identity(found, most_sources)
        yield from _trust(found)
    elif at.what == LayerKind.BOUNDARY:
        yield from _allow_by_boundary(found)
    elif at.what in ("trust", "owner", "resource"):
        yield from _trust(found)


def _lacking(found: Trial, at: Obstacle) -> tuple[LayerKind, tuple[Attachment, ...]]:
    """Return the layer that lacks an Allow, with its documents."""
    applied = found.simulation.applied
    if at.what == LayerKind.IDENTITY:
        return LayerKind.IDENTITY, applied.identity
    if at.what == LayerKind.BOUNDARY:
        return LayerKind.BOUNDARY, () if applied.boundary is None else (applied.boundary,)
    if at.what == LayerKind.SERVICE_CONTROL:
        return LayerKind.SERVICE_CONTROL, applied.service_control[at.level]
    request = found.question.request
    attached = resource_attachment(found.account, request.action, request.resource)
    return LayerKind.RESOURCE, () if attached is None else (attached,)


def holder_of(found: Trial) -> User | Group | Role | None:
    """Return the identity of the account whose policies the caller has."""
    entity = found.account.identity(found.simulation.applied.principal)
    return entity if isinstance(entity, User | Group | Role) else None


# --- an Allow is lacking ------------------------------------------------------------------------


def _allow_by_identity(found: Trial, most_sources: int | None) -> Iterator[Move]:
    holder = holder_of(found)
    if holder is None:
        return
    account = found.account
    several = list(sources(found, holder))
    if most_sources is not None:
        several = sorted(several, key=lambda source: source.size)[:most_sources]
    for source in several:
        yield _from_source(account, holder, source)
    edit, title = new_inline_policy(found, holder)
    yield Move("add-statement", title, (edit,))
    applied = found.simulation.applied
    near = near_statements(found.question, LayerKind.IDENTITY, applied.identity)
    yield from _widen(found, near, "policy")
    for group in _groups(account, holder) if most_sources is None else ():
        short = account.reference(group.arn)
        for arn in own_policies_that_allow(found):
            if arn not in group.policies:
                attach = AttachPolicy(entity=short, policy=policy_reference(account, arn))
                title = f"{attach.title}, a group of {holder.name}"
                yield Move("attach-policy", title, (attach,))


def _from_source(account: Account, holder: User | Group | Role, source: Source) -> Move:
    edit = source.edit(account, holder)
    return Move(source.kind, edit.title, (edit,))


def _groups(account: Account, holder: User | Group | Role) -> Iterator[Group]:
    for name in holder.groups if isinstance(holder, User) else ():
        group = account.groups.get(account.group_arns.get(name, ""))
        if group is not None:
            yield group


def _widen(found: Trial, several: list[Near], noun: str) -> Iterator[Move]:
    """Yield what adds the resource, or the action, to a statement that lacks only that."""
    count = 0
    wanted = statement_for(found)
    for near in several:
        if len(near.failed) > 1 or count >= _MOST_WIDENED:
            return
        part = near.failed[0]
        if part.element not in ("Resource", "Action"):
            continue
        entry = str(wanted[part.element])
        key, index = near.attachment.key, near.statement.index
        document = with_entry(near.attachment.document, index, part.element, entry)
        edits = put_document(found.account, key, document)
        if edits:
            count += 1
            where = f"{_short(key)}[{index}]"
            title = f"add {entry} to the {part.part}s of {noun} {where}"
            yield Move(f"widen-{part.part}", title, edits)


def _call_with(keys: dict[str, str], near: Near | None = None) -> Move:
    listed = " and ".join(f"{key} = {value}" for key, value in keys.items())
    why = "" if near is None else f", as {_short(near.attachment.key)}[{near.statement.index}] asks"
    return Move("meet-condition", f"call with {listed}{why}", context=keys)


def _allow_by_boundary(found: Trial) -> Iterator[Move]:
    holder = holder_of(found)
    if holder is None or isinstance(holder, Group) or holder.permissions_boundary is None:
        return
    boundary = found.simulation.applied.boundary
    if boundary is not None:
        document = with_statement(boundary.document, statement_for(found))
        edits = put_document(found.account, boundary.key, document)
        if edits:
            what = _request_text(found)
            title = f"allow {what} in the boundary {_short(boundary.key)}"
            yield Move("raise-boundary", title, edits)
        near = near_statements(found.question, LayerKind.BOUNDARY, (boundary,))
        yield from _widen(found, near, "boundary")
    yield from _other_boundaries(found, holder)


def _other_boundaries(found: Trial, holder: User | Role) -> Iterator[Move]:
    account = found.account
    reference = account.reference(holder.arn)
    for arn in boundaries_that_allow(found):
        if arn != holder.permissions_boundary:
            put = PutBoundary(entity=reference, policy=policy_reference(account, arn))
            yield Move("change-boundary", put.title, (put,))
    delete = DeleteBoundary(entity=reference)
    yield Move("remove-boundary", delete.title, (delete,))


def _trust(found: Trial) -> Iterator[Move]:
    """Yield what lets a role of the account trust the caller itself."""
    role = found.account.roles.get(found.question.request.resource)
    if role is None or role.trust_policy is None or not found.question.action.is_trust:
        return
    statement = trusting(found)
    document = None if statement is None else with_statement(role.trust_policy, statement)
    if document is not None:
        reference = found.account.reference(role.arn)
        who = found.account.reference(found.simulation.principal)
        edit = PutTrustPolicy(role=reference, document=document)
        yield Move("trust", f"let role {role.name} trust {who}", (edit,))


# --- a Deny applies -----------------------------------------------------------------------------


def _against_deny(found: Trial, at: Obstacle) -> Iterator[Move]:
    statement, attachment = at.statement, at.attachment
    if statement is None or attachment is None:
        return
    if at.what == LayerKind.IDENTITY:
        yield from _detach(found, attachment)
        yield from _edit_deny(found, attachment, statement)
    elif at.what == LayerKind.BOUNDARY:
        yield from _edit_deny(found, attachment, statement)
        holder = holder_of(found)
        if isinstance(holder, User | Role):
            yield from _other_boundaries(found, holder)
    elif at.what == LayerKind.RESOURCE and found.question.action.is_trust:
        document = without_statement(attachment.document, statement.index)
        if document is not None:
            role = found.account.reference(attachment.key)
            edit = PutTrustPolicy(role=role, document=document)
            title = f"remove the deny {_named(attachment, statement)} from the trust policy"
            yield Move("remove-deny", title, (edit,))


def _detach(found: Trial, attachment: Attachment) -> Iterator[Move]:
    """Yield what takes a policy away from the caller: at its holder, or with the group."""
    account = found.account
    *way, key = attachment.path
    reference = account.reference(way[-1])
    if len(way) > 1:
        leave = RemoveMember(group=reference, user=account.reference(way[0]))
        yield Move("leave-group", leave.title, (leave,))
    inline = split_inline_key(key)
    if inline is not None:
        delete = DeleteInlinePolicy(entity=reference, policy=inline[1])
        yield Move("detach-policy", delete.title, (delete,))
        return
    detach = DetachPolicy(entity=reference, policy=policy_reference(account, key))
    yield Move("detach-policy", detach.title, (detach,))


def _edit_deny(found: Trial, attachment: Attachment, statement: Statement) -> Iterator[Move]:
    """Yield what takes the request, or all, out of a Deny."""
    account, question = found.account, found.question
    named = _named(attachment, statement)
    short = SHORT_ARNS[LayerKind.IDENTITY]

    def covers_resource(entry: str) -> bool:
        pattern = compile_resource(entry, short, active_variables=True)
        if question.target is not None:
            return pattern.covers(question.target, question.context, whole=True)
        return pattern.matches(question.resource, question.context)

    def covers_action(entry: str) -> bool:
        pattern = compile_pattern(entry)
        return pattern.matches(question.action.service, question.action.name)

    wanted = statement_for(found)
    for element, covers in (("Resource", covers_resource), ("Action", covers_action)):
        entry = str(wanted[element])
        narrowed = (
            without_entries(attachment.document, statement.index, element, covers),
            with_entry(attachment.document, statement.index, f"Not{element}", entry),
        )
        for document in narrowed:
            edits = put_document(account, attachment.key, document)
            if edits:
                yield Move("narrow-deny", f"take {entry} out of the deny {named}", edits)
    document = without_statement(attachment.document, statement.index)
    edits = put_document(account, attachment.key, document)
    if edits:
        yield Move("remove-deny", f"remove the deny {named}", edits)


# --- words --------------------------------------------------------------------------------------


def _short(key: str) -> str:
    inline = split_inline_key(key)
    return friendly_name(key) if inline is None else inline[1]


def _named(attachment: Attachment, statement: Statement) -> str:
    sid = f" {statement.sid}" if statement.sid else ""
    return f"{_short(attachment.key)}[{statement.index}]{sid}"


def _request_text(found: Trial) -> str:
    wanted = statement_for(found)
    where = "" if wanted["Resource"] == "*" else f" on {wanted['Resource']}"
    return f"{wanted['Action']}{where}"
