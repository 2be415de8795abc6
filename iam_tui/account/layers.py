"""What applies to a principal: every policy that has a say, with the way it came by.

The one place that knows how attachments, groups, boundaries, organizations and resource policies
become the layers of an evaluation. The same policy reached by two ways stands twice here, once a
way; it is evaluated once. A policy whose document nobody knows is listed as unknown and never
taken for an empty one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import inline_key, is_aws_managed
from iam_tui.account.context import known_resource, owner_of, subject_of
from iam_tui.account.entities import Group, Role, User, Value
from iam_tui.policy.documents import Document
from iam_tui.policy.requests import Policies
from iam_tui.policy.special import TRUST_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account.account import Account
    from iam_tui.account.entities import OrganizationLevel


class Attachment(Value, frozen=True):
    """A policy document that applies, and how."""

    document: Document
    key: str
    """The policy's node: an ARN, `OWNER#inline/NAME`, `organization/LEVEL#NAME`."""
    path: tuple[str, ...]
    """Node keys from the principal (or the organization's level) to the policy."""
    source_type: str
    """SimulatePrincipalPolicy's word (S3): `user`, `group`, `role`, `aws-managed`,
    `user-managed`, `resource` or `none`."""


class UnknownDocument(Value, frozen=True):
    """A policy that is attached, but whose document nobody knows."""

    key: str
    path: tuple[str, ...]


class Layers(Value, frozen=True):
    """Everything that has a say about one principal, apart from the resources' own policies."""

    principal: str
    """The user, group, role or root user; the text of a principal that is not of this account."""
    identity: tuple[Attachment, ...] = ()
    boundary: Attachment | None = None
    service_control: tuple[tuple[Attachment, ...], ...] = ()
    """One inner tuple a level, from the organization's root down; empty: none apply."""
    resource_control: tuple[tuple[Attachment, ...], ...] = ()
    unknown: tuple[UnknownDocument, ...] = ()
    unknown_boundary: bool = False
    """There is a boundary, but nobody knows its document."""
    not_in_file: tuple[str, ...] = ()
    """What the account file cannot say: `service_control`, `resource_control`, `resource`,
    `root`, `identity`."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """The identity documents in order, each once however many ways lead to it."""
        return tuple(dict.fromkeys(attachment.document for attachment in self.identity))


FULL_ACCESS = Document.of(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)
"""What the organization's FullAWSAccess holds, and in effect RCPFullAWSAccess too (E36)."""

NO_STATEMENT = Document.of({"Version": "2012-10-17", "Statement": []})
"""The policy of a foreign resource that is known to have none: it grants nothing (E5)."""

KNOWN_CONTROL_POLICIES = {"FullAWSAccess": FULL_ACCESS, "RCPFullAWSAccess": FULL_ACCESS}


def layers(account: Account, reference: str) -> Layers:
    """Return what applies to a principal.

    Args:
        account: The account.
        reference: A user, role or root user, a role session (it has its role's policies), a group
            (as a member would have it), or a principal of another account (nothing is known).

    Raises:
        UnknownName: When the account has no such identity.
        UsageError: When the text is no principal.
    """
    subject = subject_of(account, reference)
    if subject.arn is None:
        missing = ("identity",) if subject.kind == "outside" else ()
        return Layers(
            principal=subject.principal,
            resource_control=_controls(account, "RCP"),
            not_in_file=(*missing, *_not_in_file(account)),
        )
    identity = account.identity(subject.arn)
    if isinstance(identity, User | Group | Role):
        return _layers_of(account, identity)
    return Layers(
        principal=subject.arn,
        service_control=_controls(account, "SCP"),
        resource_control=_controls(account, "RCP"),
        not_in_file=(*_not_in_file(account), *(() if account.root is not None else ("root",))),
    )


def _layers_of(account: Account, entity: User | Group | Role) -> Layers:
    unknown: list[UnknownDocument] = []
    identity = tuple(_identity_layer(account, entity, unknown))
    boundary = None
    arn = None if isinstance(entity, Group) else entity.permissions_boundary
    if arn is not None:
        boundary = next(_managed(account, [arn], (entity.arn,), unknown), None)
    exempt = isinstance(entity, Role) and entity.is_service_linked
    return Layers(
        principal=entity.arn,
        identity=identity,
        boundary=boundary,
        service_control=() if exempt else _controls(account, "SCP"),
        resource_control=() if exempt else _controls(account, "RCP"),
        unknown=tuple(unknown),
        unknown_boundary=arn is not None and boundary is None,
        not_in_file=_not_in_file(account),
    )


def _identity_layer(
    account: Account, entity: User | Group | Role, unknown: list[UnknownDocument]
) -> Iterator[Attachment]:
    """Yield own inline, own attached, then the same of each group in order."""
    yield from _own(account, entity, (entity.arn,), unknown)
    for name in entity.groups if isinstance(entity, User) else ():
        group = account.groups.get(account.group_arns.get(name, ""))
        if group is not None:
            yield from _own(account, group, (entity.arn, group.arn), unknown)


def _own(
    account: Account,
    entity: User | Group | Role,
    way: tuple[str, ...],
    unknown: list[UnknownDocument],
) -> Iterator[Attachment]:
    for name, document in entity.inline_policies.items():
        key = inline_key(entity.arn, name)
        yield Attachment(document=document, key=key, path=(*way, key), source_type=entity.kind)
    yield from _managed(account, entity.policies, way, unknown)


def _managed(
    account: Account,
    arns: Iterable[str],
    way: tuple[str, ...],
    unknown: list[UnknownDocument],
) -> Iterator[Attachment]:
    for arn in arns:
        policy = account.policy(arn)
        if policy is None:
            unknown.append(UnknownDocument(key=arn, path=(*way, arn)))
            continue
        kind = "aws-managed" if is_aws_managed(arn) else "user-managed"
        yield Attachment(document=policy.document, key=arn, path=(*way, arn), source_type=kind)


def _controls(account: Account, kind: str) -> tuple[tuple[Attachment, ...], ...]:
    """Return the SCPs or RCPs level by level; none in the management account (E31, E38)."""
    organization = account.organization
    if organization is None or organization.management_account == account.id:
        return ()
    documents = dict(KNOWN_CONTROL_POLICIES)
    documents |= {item.name: item.document for item in organization.policies if item.type == kind}
    return tuple(_level(level, documents, kind) for level in organization.levels)


def _level(
    level: OrganizationLevel, documents: dict[str, Document], kind: str
) -> tuple[Attachment, ...]:
    node = f"organization/{level.name}"
    is_scp = kind == "SCP"
    names = level.service_control_policies if is_scp else level.resource_control_policies
    return tuple(
        Attachment(
            document=documents.get(name, FULL_ACCESS),
            key=f"{node}#{name}",
            path=(node, f"{node}#{name}"),
            source_type="none",
        )
        for name in names
    )


def _not_in_file(account: Account) -> tuple[str, ...]:
    missing: list[str] = []
    organization = account.organization
    if organization is None or (
        not organization.levels and organization.management_account != account.id
    ):
        missing += ["service_control", "resource_control"]
    if not account.resources:
        missing.append("resource")
    return tuple(missing)


def resource_attachment(account: Account, action: str, resource: str) -> Attachment | None:
    """Return the policy of the resource itself, or None when it has none or nobody knows it.

    A role's trust policy counts for the calls of STS that it is about, and for no others (E43 to
    E45, E49).
    """
    if ":role/" in resource:
        role = account.roles.get(resource)
        if role is None or role.trust_policy is None or action.lower() not in TRUST_ACTIONS:
            return None
        return Attachment(
            document=role.trust_policy, key=role.arn, path=(role.arn,), source_type="resource"
        )
    known = known_resource(account, resource)
    if known is None:
        return None
    document = known.policy
    if document is None:
        if owner_of(account, resource) == account.id:
            return None
        document = NO_STATEMENT
    return Attachment(document=document, key=known.arn, path=(known.arn,), source_type="resource")


def policies_of(
    account: Account,
    found: Layers,
    action: str,
    resource: str,
    *,
    session: Iterable[Document] = (),
) -> Policies:
    """Return the policies that `authorize` needs for one action on one resource.

    RCPs belong to the owner of the resource (E35): those of this account do not reach the
    resources of others.
    """
    own = owner_of(account, resource) in (None, account.id)
    attached = resource_attachment(account, action, resource)
    controls = found.resource_control if own else ()
    return Policies(
        identity=found.documents,
        permissions_boundary=None if found.boundary is None else found.boundary.document,
        session=tuple(session),
        service_control=[[item.document for item in level] for level in found.service_control],
        resource_control=[[item.document for item in level] for level in controls],
        resource=None if attached is None else attached.document,
    )


__all__ = [
    "Attachment",
    "Layers",
    "UnknownDocument",
    "layers",
    "policies_of",
    "resource_attachment",
]
