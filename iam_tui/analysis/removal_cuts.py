"""Where the way by which a request is allowed can be cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import friendly_name, is_aws_managed, split_inline_key
from iam_tui.account.edits import (
    DeleteInlinePolicy,
    DetachPolicy,
    Edit,
    PutTrustPolicy,
    RemoveMember,
    delete_with_everything,
    policy_reference,
)
from iam_tui.analysis.fixes_documents import (
    put_document,
    with_element,
    without_principals,
    without_statement,
)
from iam_tui.policy.requests import LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account.layers import Attachment
    from iam_tui.analysis.why_not_request import Trial
    from iam_tui.policy.explanation import MatchedStatement


class Cut(NamedTuple):
    """One thing to take away."""

    kind: str
    """`membership`, `attachment`, `statement`, or `policy` where that has no other statement."""
    key: str
    """What goes: a statement's `POLICY_KEY[INDEX]`, a policy's key, a group's ARN."""
    title: str
    edits: tuple[Edit, ...]


def cuts(found: Trial) -> Iterator[Cut]:
    """Yield the places at which one way by which a request is allowed can be cut.

    A way has a part in each layer that has to allow: the identity's policies, the boundary, the
    trust policy. Cutting any part ends it.
    """
    how = found.outcome.what
    layers = found.simulation.layers
    trusting = found.question.action.is_trust and LayerKind.RESOURCE.value in layers
    if how in ("identity", "both") and LayerKind.IDENTITY.value in layers:
        yield from _of_layer(found, LayerKind.IDENTITY)
    if found.question.scope.has_boundary:
        yield from _of_layer(found, LayerKind.BOUNDARY)
    if trusting:
        yield from _of_layer(found, LayerKind.RESOURCE)


def _of_layer(found: Trial, kind: LayerKind) -> Iterator[Cut]:
    """Yield the cuts of the first Allow that applies, in the first way by which it does."""
    result = found.simulation.layers[kind.value]
    allows = [item for item in result.statements if item.effect == "Allow"]
    if not allows:
        return
    # In a trust policy the best way to name the caller decides (E12): it has to go first.
    first = min(allows, key=_naming) if kind is LayerKind.RESOURCE else allows[0]
    attachments = found.simulation.attachments(first)
    if not attachments:
        return
    attachment = attachments[0]
    if kind is LayerKind.IDENTITY:
        yield from _of_attachment(found, attachment)
    if kind is LayerKind.RESOURCE:
        yield from _of_trust(found, attachment, first)
    else:
        yield from _of_statement(found, attachment, first)


_NAMINGS = ("direct", "role", "user", "account")


def _naming(statement: MatchedStatement) -> int:
    return _NAMINGS.index(statement.naming or "account")


def _of_attachment(found: Trial, attachment: Attachment) -> Iterator[Cut]:
    account = found.account
    *way, key = attachment.path
    holder = account.reference(way[-1])
    if len(way) > 1:
        leave = RemoveMember(group=holder, user=account.reference(way[0]))
        yield Cut("membership", way[-1], leave.title, (leave,))
    inline = split_inline_key(key)
    if inline is not None:
        delete = DeleteInlinePolicy(entity=holder, policy=inline[1])
        yield Cut("attachment", key, delete.title, (delete,))
        return
    detach = DetachPolicy(entity=holder, policy=policy_reference(account, key))
    yield Cut("attachment", key, detach.title, (detach,))


def _of_statement(found: Trial, attachment: Attachment, matched: MatchedStatement) -> Iterator[Cut]:
    """Yield the cut of a statement; a policy that has no other one goes with it."""
    account, key = found.account, attachment.key
    if is_aws_managed(key):
        return
    document = without_statement(attachment.document, matched.index)
    edits = put_document(account, key, document)
    if edits:
        name = _named(attachment, matched)
        yield Cut("statement", f"{key}[{matched.index}]", f"remove the statement {name}", edits)
    elif key in account.policies and matched.layer == LayerKind.IDENTITY.value:
        delete = delete_with_everything(account, key)
        yield Cut("policy", key, delete.title, (delete,))


def _of_trust(found: Trial, attachment: Attachment, matched: MatchedStatement) -> Iterator[Cut]:
    """Yield the cuts of trust: of the caller's own name, of the statement, of the role."""
    account = found.account
    document, index, name = attachment.document, matched.index, _named(attachment, matched)
    role = account.reference(attachment.key)
    key = f"{attachment.key}[{index}]"
    entity = found.simulation.applied.principal
    names = {entity, found.simulation.principal}
    narrowed = without_principals(document, index, names.__contains__)
    if narrowed is not None:
        edit = PutTrustPolicy(role=role, document=narrowed)
        title = f"remove {account.reference(entity)} from the principals of trust policy {name}"
        yield Cut("statement", key, title, (edit,))
    rest = without_statement(document, index)
    if rest is not None:
        edit = PutTrustPolicy(role=role, document=rest)
        yield Cut("statement", key, f"remove the statement {name} from the trust policy", (edit,))
    elif narrowed is None:
        # IAM stores no policy without statement, so the only one turns into its opposite.
        denying = with_element(document, index, "Effect", "Deny")
        if denying is not None:
            edit = PutTrustPolicy(role=role, document=denying)
            yield Cut("statement", key, f"let the trust policy deny what {name} allows", (edit,))


def _named(attachment: Attachment, matched: MatchedStatement) -> str:
    inline = split_inline_key(attachment.key)
    name = friendly_name(attachment.key) if inline is None else inline[1]
    sid = f" {matched.sid}" if matched.sid else ""
    return f"{name}[{matched.index}]{sid}"
