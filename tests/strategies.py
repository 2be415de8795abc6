"""Hypothesis strategies for policy documents, accounts, edits and requests.

The alphabets are small on purpose: the fewer names there are, the more often a statement, an
attachment or a request meets another one. Every value that comes out is one that AWS would accept,
so that a law that fails has found a fault of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from hypothesis import assume
from hypothesis import strategies as st

from iam_tui.account import (
    Account,
    Assertion,
    Group,
    InstanceProfile,
    Organization,
    OrganizationLevel,
    OrganizationPolicy,
    Policy,
    PolicyVersion,
    Resource,
    Role,
    Root,
    User,
)
from iam_tui.account.arns import iam_arn, root_arn
from iam_tui.account.edits import (
    AddMember,
    AttachPolicy,
    DeleteAssertion,
    DeleteBoundary,
    DeleteInlinePolicy,
    DetachPolicy,
    Edit,
    PutAssertion,
    PutBoundary,
    PutInlinePolicy,
    PutPolicyDocument,
    PutTrustPolicy,
    RemoveMember,
    delete_with_everything,
    policy_reference,
)
from iam_tui.account.edits.subjects import holders
from iam_tui.catalog import quotas
from iam_tui.policy import Document, JsonValue, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T")
Draw = st.DrawFn

ACCOUNT_ID = "111122223333"
OTHER_ACCOUNT = "444455556666"

CONCRETE_ACTIONS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "iam:PassRole",
    "iam:CreateUser",
    "ec2:RunInstances",
    "ec2:DescribeInstances",
    "sts:AssumeRole",
    "sqs:SendMessage",
)
"""Actions of several access levels, with and without resources."""

ACTION_PATTERNS = (*CONCRETE_ACTIONS, "*", "s3:*", "s3:Get*", "S3:getobject", "iam:*", "ec2:Desc*")

RESOURCES = (
    "arn:aws:s3:::data",
    "arn:aws:s3:::data/report.csv",
    "arn:aws:s3:::data/alice/notes",
    f"arn:aws:iam::{ACCOUNT_ID}:role/Deploy",
    f"arn:aws:iam::{ACCOUNT_ID}:user/alice",
    f"arn:aws:sqs:eu-central-1:{ACCOUNT_ID}:queue",
    f"arn:aws:s3:::of-{OTHER_ACCOUNT}",
    "*",
)
"""What requests are about."""

RESOURCE_PATTERNS = (
    *RESOURCES,
    "arn:aws:s3:::*",
    "arn:aws:s3:::data/*",
    "arn:aws:s3:::data/${aws:username}/*",
    f"arn:aws:iam::{ACCOUNT_ID}:role/*",
    f"arn:aws:sqs:*:{ACCOUNT_ID}:queue",
)

CONDITIONS: tuple[dict[str, JsonValue], ...] = (
    {"StringEquals": {"aws:PrincipalTag/team": "payments"}},
    {"StringEquals": {"aws:RequestedRegion": ["eu-central-1", "us-east-1"]}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"StringLikeIfExists": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT_ID}:role/*"}},
    {"Null": {"aws:TokenIssueTime": "true"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
)

CONTEXTS: tuple[dict[str, str], ...] = (
    {},
    {"aws:SourceIp": "10.1.2.3"},
    {"aws:RequestedRegion": "eu-central-1"},
    {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "60"},
)

LEVELS: tuple[tuple[Literal["root", "ou", "account"], ...], ...] = (
    ("root",),
    ("root", "account"),
    ("root", "ou", "account"),
)

USER_NAMES = ("alice", "bob", "carol", "dave")
GROUP_NAMES = ("Admins", "Developers", "Auditors")
ROLE_NAMES = ("Deploy", "Runner", "Reader")
POLICY_NAMES = ("S3Write", "TeamDeploy", "Boundary", "Nothing")
AWS_POLICIES = tuple(
    f"arn:aws:iam::aws:policy/{name}" for name in ("ReadOnlyAccess", "AmazonS3ReadOnlyAccess")
)
UNKNOWN_POLICY = "arn:aws:iam::aws:policy/NobodyKnowsThisOne"
"""Attached in exports, but in no catalogue: its document is not known."""

TRUSTED: tuple[JsonValue, ...] = (
    {"AWS": ACCOUNT_ID},
    {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"},
    {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:user/alice"},
    {"AWS": [f"arn:aws:iam::{ACCOUNT_ID}:role/Deploy", OTHER_ACCOUNT]},
    {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:user/stranger"},
    {"Service": "ec2.amazonaws.com"},
    {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]},
    {"Federated": f"arn:aws:iam::{ACCOUNT_ID}:saml-provider/Corp"},
    "*",
)


def _one_or_several(values: Sequence[str], *, empty: bool = False) -> st.SearchStrategy[JsonValue]:
    several = st.lists(st.sampled_from(values), min_size=0 if empty else 1, max_size=3, unique=True)
    return st.one_of(st.sampled_from(values), several.map(lambda found: [*found]))


@st.composite
def statements(draw: Draw, *, effect: str | None = None) -> dict[str, JsonValue]:
    """Draw a statement of an identity policy."""
    made: dict[str, JsonValue] = {}
    if draw(st.booleans()):
        made["Sid"] = draw(st.sampled_from(("One", "Two")))
    made["Effect"] = effect or draw(st.sampled_from(("Allow", "Allow", "Deny")))
    action = "NotAction" if draw(st.integers(0, 7)) == 0 else "Action"
    made[action] = draw(_one_or_several(ACTION_PATTERNS))
    resource = "NotResource" if draw(st.integers(0, 7)) == 0 else "Resource"
    made[resource] = draw(_one_or_several(RESOURCE_PATTERNS))
    if draw(st.integers(0, 3)) == 0:
        made["Condition"] = draw(st.sampled_from(CONDITIONS))
    return made


@st.composite
def documents(draw: Draw, *, effect: str | None = None) -> Document:
    """Draw an identity policy document."""
    several = draw(st.lists(statements(effect=effect), min_size=1, max_size=3))
    single = len(several) == 1 and draw(st.booleans())
    statement: JsonValue = several[0] if single else [*several]
    return Document.of({"Version": "2012-10-17", "Statement": statement})


@st.composite
def trust_documents(draw: Draw) -> Document:
    """Draw the trust policy of a role."""
    several: list[JsonValue] = [
        {
            "Effect": draw(st.sampled_from(("Allow", "Allow", "Allow", "Deny"))),
            "Principal": draw(st.sampled_from(TRUSTED)),
            "Action": "sts:AssumeRole",
        }
        for _ in range(draw(st.integers(1, 2)))
    ]
    return Document.of({"Version": "2012-10-17", "Statement": several})


@st.composite
def resource_documents(draw: Draw, arn: str) -> Document:
    """Draw the policy of one resource."""
    service = arn.split(":")[2]
    actions = [action for action in ACTION_PATTERNS if action.lower().startswith(f"{service}:")]
    statement: JsonValue = {
        "Effect": draw(st.sampled_from(("Allow", "Deny"))),
        "Principal": draw(st.sampled_from(TRUSTED)),
        "Action": draw(_one_or_several(actions)),
        "Resource": [arn, f"{arn}/*"] if service == "s3" else arn,
    }
    return Document.of({"Version": "2012-10-17", "Statement": [statement]})


def _subset(values: Sequence[T], most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    """Draw some of the values, each at most once, in any order."""
    if not values:
        return st.just(())
    return st.lists(st.sampled_from(values), unique=True, max_size=most).map(tuple)


def _inline(pool: Sequence[Document]) -> st.SearchStrategy[dict[str, Document]]:
    return st.dictionaries(st.sampled_from(("debug", "extra")), st.sampled_from(pool), max_size=2)


def _tags() -> st.SearchStrategy[dict[str, str]]:
    return st.sampled_from(({}, {}, {"team": "payments"}, {"team": "search"}))


def _paths() -> st.SearchStrategy[str]:
    return st.sampled_from(("/", "/", "/", "/team/"))


@st.composite
def _policies(draw: Draw, pool: Sequence[Document]) -> tuple[Policy, ...]:
    made: list[Policy] = []
    for name in draw(_subset(POLICY_NAMES, 4)):
        path = draw(_paths())
        versions = tuple(
            PolicyVersion(id=f"v{number}", document=document)
            for number, document in enumerate(draw(_subset(pool, 2)) or pool[:1], start=1)
        )
        made.append(
            Policy(
                arn=iam_arn(ACCOUNT_ID, "policy", name, path=path),
                name=name,
                path=path,
                versions=versions,
                default_version=draw(st.sampled_from(versions)).id,
            )
        )
    return tuple(made)


@st.composite
def _organizations(draw: Draw, pool: Sequence[Document]) -> Organization:
    own = OrganizationPolicy(name="Guard", type="SCP", document=draw(st.sampled_from(pool)))
    scps = ("FullAWSAccess", own.name)
    kinds = draw(st.sampled_from(LEVELS))
    levels = tuple(
        OrganizationLevel(
            name=f"{kind}-{number}",
            kind=kind,
            service_control_policies=draw(_subset(scps, 2)) or scps[:1],
            resource_control_policies=("RCPFullAWSAccess",),
        )
        for number, kind in enumerate(kinds)
    )
    manager = draw(st.sampled_from((None, OTHER_ACCOUNT, ACCOUNT_ID)))
    return Organization(id="o-example", management_account=manager, policies=(own,), levels=levels)


@st.composite
def _resources(draw: Draw) -> tuple[Resource, ...]:
    known = ("arn:aws:s3:::data", f"arn:aws:sqs:eu-central-1:{ACCOUNT_ID}:queue")
    return tuple(
        Resource(arn=arn, policy=draw(st.none() | resource_documents(arn)), tags=draw(_tags()))
        for arn in draw(_subset(known, 2))
    )


@st.composite
def _roles(
    draw: Draw, pool: Sequence[Document], attachable: Sequence[str], boundaries: Sequence[str]
) -> tuple[Role, ...]:
    made: list[Role] = []
    for name in draw(_subset(ROLE_NAMES)):
        path = draw(_paths())
        profile = InstanceProfile(arn=iam_arn(ACCOUNT_ID, "instance-profile", name), name=name)
        made.append(
            Role(
                arn=iam_arn(ACCOUNT_ID, "role", name, path=path),
                name=name,
                path=path,
                tags=draw(_tags()),
                trust_policy=draw(st.none() | trust_documents()),
                policies=draw(_subset(attachable)),
                inline_policies=draw(_inline(pool)),
                permissions_boundary=draw(st.none() | st.sampled_from(boundaries)),
                instance_profiles=draw(st.sampled_from(((), (profile,)))),
            )
        )
    return tuple(made)


@st.composite
def accounts(
    draw: Draw, *, organization: bool = True, resources: bool = True, unknown: bool = True
) -> Account:
    """Draw a small account.

    Args:
        draw: Given by hypothesis.
        organization: Whether it may stand in an organization with SCPs.
        resources: Whether it may have resources with policies.
        unknown: Whether a policy may be attached whose document nobody knows.
    """
    pool = draw(st.lists(documents(), min_size=1, max_size=4))
    policies = draw(_policies(pool))
    outside = (*AWS_POLICIES, *((UNKNOWN_POLICY,) if unknown else ()))
    attachable = tuple(policy.arn for policy in policies) + outside
    boundaries = (*(policy.arn for policy in policies), AWS_POLICIES[0])
    groups = tuple(
        Group(
            arn=iam_arn(ACCOUNT_ID, "group", name),
            name=name,
            policies=draw(_subset(attachable)),
            inline_policies=draw(_inline(pool)),
        )
        for name in draw(_subset(GROUP_NAMES))
    )
    users = tuple(
        User(
            arn=iam_arn(ACCOUNT_ID, "user", name, path=path),
            name=name,
            path=path,
            tags=draw(_tags()),
            groups=draw(_subset([group.name for group in groups])),
            policies=draw(_subset(attachable)),
            inline_policies=draw(_inline(pool)),
            permissions_boundary=draw(st.none() | st.sampled_from(boundaries)),
        )
        for name in draw(_subset(USER_NAMES, 4))
        for path in (draw(_paths()),)
    )
    return Account(
        id=ACCOUNT_ID,
        alias=draw(st.none() | st.just("acme")),
        root=draw(st.none() | st.just(Root(arn=root_arn(ACCOUNT_ID), mfa=True))),
        users={user.arn: user for user in users},
        groups={group.arn: group for group in groups},
        roles={role.arn: role for role in draw(_roles(pool, attachable, boundaries))},
        policies={policy.arn: policy for policy in policies},
        resources={item.arn: item for item in draw(_resources())} if resources else {},
        organization=draw(st.none() | _organizations(pool)) if organization else None,
    )


@st.composite
def requests(draw: Draw, account: Account) -> Request:
    """Draw a request of one of an account's principals, the root user among them."""
    principals = [account.root_user.arn, *account.users, *account.roles]
    return Request(
        principal=draw(st.sampled_from(principals)),
        action=draw(st.sampled_from(CONCRETE_ACTIONS)),
        resource=draw(st.sampled_from((*RESOURCES, *account.roles, *account.users))),
        context=draw(st.sampled_from(CONTEXTS)),
    )


def edits(account: Account, *kinds: type[Edit]) -> st.SearchStrategy[Edit]:
    """Draw an edit that AWS would accept and that changes something, of any kind or the given ones.

    An account without identities has none; the example is then given up.
    """
    possible = [
        *_memberships(account),
        *_attachments(account),
        *_puts(account),
        *_deletions(account),
    ]
    if kinds:
        possible = [edit for edit in possible if isinstance(edit, kinds)]
    assume(possible)
    return st.sampled_from(possible)


@st.composite
def histories(draw: Draw, account: Account, most: int = 5) -> list[Account]:
    """Draw what an account becomes by one edit after the other, itself first."""
    found = [account]
    for _ in range(draw(st.integers(1, most))):
        if not any((found[-1].users, found[-1].groups, found[-1].roles, found[-1].policies)):
            break
        found.append(draw(edits(found[-1])).apply(found[-1]))
    return found


def _memberships(account: Account) -> Iterator[Edit]:
    for user_arn, user in account.users.items():
        for group_arn, group in account.groups.items():
            kind = RemoveMember if group.name in user.groups else AddMember
            yield kind(group=account.reference(group_arn), user=account.reference(user_arn))


def _attachments(account: Account) -> Iterator[Edit]:
    for entity in holders(account):
        reference = account.reference(entity.arn)
        for arn in (*account.policies, *AWS_POLICIES):
            kind = DetachPolicy if arn in entity.policies else AttachPolicy
            yield kind(entity=reference, policy=policy_reference(account, arn))
        for name in entity.inline_policies:
            yield DeleteInlinePolicy(entity=reference, policy=name)
        if isinstance(entity, User | Role) and entity.permissions_boundary is not None:
            yield DeleteBoundary(entity=reference)


def _deletions(account: Account) -> Iterator[Edit]:
    for entities in (account.users, account.groups, account.roles, account.policies):
        for arn in entities:
            yield delete_with_everything(account, arn)


PUT = Document.of(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::data*"},
            {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::data/alice/*"},
        ],
    }
)
"""What the edits put; no account is drawn with it."""


def _puts(account: Account) -> Iterator[Edit]:
    for entity in holders(account):
        reference = account.reference(entity.arn)
        for name in ("debug", "new"):
            if entity.inline_policies.get(name) != PUT:
                yield PutInlinePolicy(entity=reference, policy=name, document=PUT)
        if isinstance(entity, User | Role):
            for arn in account.policies:
                if entity.permissions_boundary != arn:
                    yield PutBoundary(entity=reference, policy=policy_reference(account, arn))
    for arn, policy in account.policies.items():
        if len(policy.versions) < quotas.POLICY_VERSIONS:
            yield PutPolicyDocument(policy=policy_reference(account, arn), document=PUT)
    for arn, role in account.roles.items():
        for trusted in (ACCOUNT_ID, *account.users):
            document = _trusting(trusted)
            if role.trust_policy != document:
                yield PutTrustPolicy(role=account.reference(arn), document=document)
    made = Assertion(principal="root", action="s3:GetObject", expect="allowed")
    if made not in account.assertions:
        yield PutAssertion(principal="root", action="s3:GetObject", expect="allowed")
    for kept in account.assertions:
        yield DeleteAssertion(
            principal=kept.principal,
            action=kept.action,
            resource=kept.resource,
            context=kept.context,
        )


def _trusting(principal: str) -> Document:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return Document.of({"Version": "2012-10-17", "Statement": [statement]})
