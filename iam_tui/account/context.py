"""Who asks, as the account knows them: references, sessions and the keys that follow from both.

`authorize` derives what follows from the text of an ARN alone. What only the account knows, it
learns from here: the path of a session's role, unique ids, tags and the organization (K2, K3, K5,
K6, K10, K11). IAM User Guide: "AWS global condition context keys".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import Arn
from iam_tui.account.entities import Group, Role, Root, User, Value
from iam_tui.errors import UnknownName, UsageError, nearest
from iam_tui.policy.principals import Kind, parse_principal

if TYPE_CHECKING:
    from iam_tui.account.account import Account
    from iam_tui.account.entities import Entity, Identity, Organization, Resource
    from iam_tui.policy.principals import Principal

Keys = dict[str, str | list[str]]

MEMBER_NAME = "${aws:username}"
"""The name of the imagined member by which a group is asked; what the group's policies say of
`${aws:username}` thus stays readable in the answers."""

SESSION_NAME = "session"
"""The name given to the session of a role that is asked about by its own ARN."""


class Subject(Value, frozen=True):
    """A principal of a question, and the identity of the account whose policies it has."""

    principal: str
    """As `authorize` takes it."""
    arn: str | None
    """The user, group, role or root user of this account, or None when it is somebody else."""
    kind: str
    """`root`, `user`, `group`, `role`, `session`, `outside`, `service`, `provider`, `anonymous`."""


_OUTSIDE_KINDS = {
    Kind.SERVICE: "service",
    Kind.PROVIDER: "provider",
    Kind.ANONYMOUS: "anonymous",
}


def subject_of(account: Account, reference: str, action: str = "") -> Subject:
    """Return who a reference names: an entity of the account, a session, or somebody outside it.

    Args:
        account: Where to look.
        reference: `user/alice`, `root`, an ARN (also of a role session), a service, `*`.
        action: What is asked; a few domains are providers for web identities only (E57).

    Raises:
        UnknownName: When the account has no such identity.
        UsageError: When the text is no principal at all, a policy for instance.
    """
    identity = _identity(account, reference)
    if identity is not None:
        return _subject_of_identity(account, identity)
    try:
        # AWS's messages call "anonymous" whom policies call "*".
        named = "*" if reference == "anonymous" else reference
        principal = parse_principal(named, action.lower())
    except ValueError as error:
        if not reference.startswith("arn:") and "." not in reference:
            found = account.nearest_references(reference)
            near = [name for name in found if not name.startswith("policy/")]
            if near:
                raise UnknownName(reference, "principal", near) from None
        raise UsageError(str(error)) from None
    return _subject_of_principal(account, principal)


def _identity(account: Account, reference: str) -> Identity | None:
    if reference.startswith("arn:"):
        return account.identity(reference)
    if reference == "root" or reference.partition("/")[0] in {"user", "group", "role"}:
        return account.identity(account.resolve(reference))
    return None


def _subject_of_identity(account: Account, identity: Identity) -> Subject:
    if isinstance(identity, Group):
        member = f"arn:{account.partition}:iam::{account.id}:user/{MEMBER_NAME}"
        return Subject(principal=member, arn=identity.arn, kind="group")
    return Subject(principal=identity.arn, arn=identity.arn, kind=identity.kind)


def _subject_of_principal(account: Account, principal: Principal) -> Subject:
    text = principal.text
    if principal.account != account.id or principal.partition != account.partition:
        return Subject(principal=text, arn=None, kind=_OUTSIDE_KINDS.get(principal.kind, "outside"))
    if principal.kind is Kind.SESSION:
        role = role_named(account, principal.role or "")
        return Subject(principal=text, arn=role.arn, kind="session")
    if principal.kind in (Kind.USER, Kind.ROLE):
        known = [*account.users, *account.roles]
        raise UnknownName(text, "principal", nearest(text, known))
    return Subject(principal=text, arn=None, kind=_OUTSIDE_KINDS.get(principal.kind, "outside"))


def role_named(account: Account, name: str) -> Role:
    """Return the role of a name; names are unique whatever the path (E13).

    Raises:
        UnknownName: When there is none.
    """
    for role in account.roles.values():
        if role.name == name:
            return role
    raise UnknownName(name, "role", nearest(name, [role.name for role in account.roles.values()]))


def principal_context(account: Account, reference: str) -> Keys:
    """Return the keys that the account knows of a principal (K2, K3, K5, K6).

    Nothing that is not known is given: `aws:userid` only with the unique id, the organization only
    when the account file has it. A principal of another account has none of them.
    """
    subject = subject_of(account, reference)
    if subject.arn is None:
        return {}
    identity = account.identity(subject.arn)
    keys: Keys = {}
    if subject.kind != "group" and not isinstance(identity, Root):
        keys["aws:PrincipalArn"] = subject.arn
    keys["aws:PrincipalAccount"] = account.id
    if isinstance(identity, User | Role):
        keys.update(_of_entity(identity, subject))
    keys.update(_of_organization(account, "Principal"))
    return keys


def _of_entity(entity: User | Role, subject: Subject) -> Keys:
    keys: Keys = {f"aws:PrincipalTag/{name}": value for name, value in entity.tags.items()}
    if isinstance(entity, User):
        keys["aws:username"] = entity.name
    if entity.id is not None:
        keys["aws:userid"] = entity.id
        if isinstance(entity, Role):
            at_sts = subject.kind == "session"
            session = subject.principal.rsplit("/", 1)[-1] if at_sts else SESSION_NAME
            keys["aws:userid"] = f"{entity.id}:{session}"
    return keys


def _of_organization(account: Account, whose: str) -> Keys:
    organization = account.organization
    if organization is None or organization.id is None:
        return {}
    keys: Keys = {f"aws:{whose}OrgID": organization.id}
    path = _organization_path(organization)
    if path is not None:
        keys[f"aws:{whose}OrgPaths"] = [path]
    return keys


def _organization_path(organization: Organization) -> str | None:
    """Return `o-x/r-y/ou-a/ou-b/`, or None when an id on the way is not known."""
    above = [level.id for level in organization.levels if level.kind != "account"]
    if not above or None in above:
        return None
    return "/".join([organization.id or "", *(level or "" for level in above), ""])


def resource_context(account: Account, action: str, resource: str) -> Keys:
    """Return the keys that the account knows of a resource: its tags and its organization (K11).

    S3 is left out: bucket tags count only where attribute-based access is switched on, which the
    account file does not say.
    """
    keys: Keys = {}
    if owner_of(account, resource) in (None, account.id):
        keys.update(_of_organization(account, "Resource"))
    service = action.partition(":")[0].lower()
    if service != "s3":
        for name, value in _tags(account, resource).items():
            keys[f"aws:ResourceTag/{name}"] = value
            keys[f"{'iam' if service == 'sts' else service}:ResourceTag/{name}"] = value
    return keys


def _tags(account: Account, resource: str) -> dict[str, str]:
    known = account.resources.get(resource)
    if known is not None:
        return known.tags
    entity: Entity | None = None
    if ":iam::" in resource:
        entity = (
            account.users.get(resource)
            or account.roles.get(resource)
            or account.policies.get(resource)
        )
    return {} if entity is None or isinstance(entity, Root) else entity.tags


def known_resource(account: Account, resource: str) -> Resource | None:
    """Return what the account file has of a resource; an S3 object is in its bucket (E50)."""
    found = account.resources.get(resource)
    if found is None and ":s3:::" in resource:
        found = account.resources.get(resource.partition("/")[0])
    return found


def owner_of(account: Account, resource: str) -> str | None:
    """Return the account that owns a resource, or None when nothing says (E2)."""
    known = known_resource(account, resource)
    if known is not None and known.account is not None:
        return known.account
    arn = Arn.parse(resource)
    if arn is not None and len(arn.account) == 12 and arn.account.isdigit():
        return arn.account
    return account.id if known is not None else None
