"""What AWS decides apart from the policies: special actions, services and resources.

Tables are dated: they hold what AWS documented or was seen to do by 2026-10 (EVALUATION rules A8a,
E34, E37, E38, E40 to E55a, E59).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.context import SESSION_TOKEN
from iam_tui.policy.principals import Kind, Principal

if TYPE_CHECKING:
    from iam_tui.policy.context import Context
    from iam_tui.policy.facts import Facts

# As of 2026-10; Organizations User Guide: "Resource control policies (RCPs)", list of services.
_RCP_LIST = """
    s3 sts sqs kms secretsmanager dynamodb ecr ecr-public aoss opensearch logs events
    cognito-identity cognito-idp cloudfront firehose autoscaling autoscaling-plans appstream dsql
    dax clouddirectory cloudsearch networkmonitor comprehend comprehendmedical gamelift
    inspector-scan kendra kinesisvideo memorydb personalize polly swf textract timestream-influxdb
    transcribe translate workspaces appconfig budgets servicediscovery cloudtrail-data codeartifact
    codebuild codecommit codepipeline compute-optimizer cost-optimization-hub fms fis health
    rolesanywhere pricing pca-connector-ad resource-groups signin support transfer notifications
    wafv2 xray
"""
RCP_SERVICES = frozenset(_RCP_LIST.split())
"""Services whose actions resource control policies reach (E37)."""

# As of 2026-10, seen in AWS's AccessDenied texts and managed policies (A8a). P, R, A stand for
# partition, region and the principal's account; a star is literal text.
LIST_RESOURCES = {
    "s3:listallmybuckets": "arn:P:s3:::*",
    "iam:listusers": "arn:P:iam::A:user/",
    "iam:listroles": "arn:P:iam::A:role/",
    "iam:listvirtualmfadevices": "arn:P:iam::A:mfa/",
    "dynamodb:listtables": "arn:P:dynamodb:R:A:table/*",
    "logs:describeloggroups": "arn:P:logs:R:A:log-group::log-stream:",
    "sns:listtopics": "arn:P:sns:R:A:*",
    "ssm:describeparameters": "arn:P:ssm:R:A:*",
    "sqs:listqueues": "arn:P:sqs:R:A:",
    "cloudformation:liststacks": "arn:P:cloudformation:R:A:stack/*/*",
}

TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    }
)
"""Actions whose resource policy is the role's trust policy."""

_SESSION_TOKEN_ACTIONS = frozenset(
    {"sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext"}
)
"""What of STS is open to credentials of GetSessionToken, beside GetCallerIdentity (E42)."""

UNSIGNED_ACTIONS = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
"""Calls that nobody signs: only the trust policy and RCPs decide (E44)."""

_BUCKET_POLICY_ACTIONS = frozenset(
    {"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}
)
_AWS_POLICY_ACTIONS = frozenset(
    "iam:" + name
    for name in (
        "createpolicyversion",
        "deletepolicyversion",
        "setdefaultpolicyversion",
        "createpolicy",
        "deletepolicy",
        "tagpolicy",
        "untagpolicy",
    )
)
_SERVICE_ROLE_ACTIONS = frozenset(
    "iam:" + name
    for name in (
        "attachrolepolicy",
        "detachrolepolicy",
        "putrolepolicy",
        "deleterolepolicy",
        "updateassumerolepolicy",
        "putrolepermissionsboundary",
        "deleterolepermissionsboundary",
        "deleterole",
    )
)
_ATTACH_ACTIONS = frozenset(
    {"iam:attachrolepolicy", "iam:attachuserpolicy", "iam:attachgrouppolicy"}
)
_ALIAS_ACTIONS = frozenset({"kms:createalias", "kms:deletealias", "kms:updatealias"})
_READING = ("get", "list", "generate", "simulate")
_WITH_PATH_PREFIX = frozenset({"iam:listusers", "iam:listroles"})
_NOT_FOR_ROOT = frozenset(
    {"sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext"}
)


class Action(NamedTuple):
    """What is known of an action before anything is evaluated."""

    text: str
    """As asked."""
    key: str
    """In lower case."""
    service: str
    name: str
    known: bool
    wildcard_only: bool
    list_resource: str | None
    """The template of A8a's table."""
    is_trust: bool
    unsigned: bool
    rcp_listed: bool
    demands_policy: bool
    """Whether the policy of its resource may have to take part: a trust or a key policy."""
    of_bucket_policy: bool
    """Whether it is the root user's way out of a lock-out (E54a)."""
    guarded: bool
    """Whether AWS may refuse it whatever the policies say: `refusal` has to be asked."""
    fixed_resource: bool
    """Whether it is authorised on something else than the request names (A8, A8a)."""


def action_of(text: str, facts: Facts) -> Action:
    """Return what is known of an action; an unknown one is like any with resources (A9)."""
    key = text.lower()
    service, _, name = key.partition(":")
    listed = LIST_RESOURCES.get(key)
    wildcard_only = facts.wildcard_only(text)
    return Action(
        text=text,
        key=key,
        service=service,
        name=name,
        known=facts.is_known(text),
        wildcard_only=wildcard_only,
        list_resource=listed,
        is_trust=key in TRUST_ACTIONS,
        unsigned=key in UNSIGNED_ACTIONS,
        rcp_listed=service in RCP_SERVICES,
        demands_policy=key in TRUST_ACTIONS or (service == "kms" and not wildcard_only),
        of_bucket_policy=key in _BUCKET_POLICY_ACTIONS,
        guarded=service in ("sts", "iam") or key in _ALIAS_ACTIONS,
        fixed_resource=wildcard_only or listed is not None,
    )


def list_resource(
    action: Action, asked: str, principal: Principal, context: Context
) -> tuple[str, bool]:
    """Return the ARN that a list action is authorised on, and whether its region is unknown."""
    fields = (action.list_resource or "").split(":", 5)
    fields[1] = principal.partition or "aws"
    region = context.get("aws:requestedregion")
    has_region = fields[3] == "R"
    if has_region:
        fields[3] = region[0] if region else ""
    if fields[4] == "A":
        fields[4] = principal.account or "*"
    arn = ":".join(fields)
    if action.key in _WITH_PATH_PREFIX and asked.startswith(arn):
        arn = asked
    return arn, has_region and not region


def is_service_linked(principal: Principal, context: Context) -> bool:
    """Whether the caller is a session of a service-linked role (E34)."""
    if principal.role is None:
        return False
    if principal.kind is Kind.ROLE or "aws:principalarn" in context.given:
        arn = context.values.get("aws:principalarn", (principal.text,))[0]
        return ":role/aws-service-role/" in arn
    return principal.role.startswith("AWSServiceRoleFor")


def rcp_applies(action: Action, resource: str, principal: Principal) -> bool:
    """Whether RCPs have a say in this action on this resource (E37, E38)."""
    if not action.rcp_listed or action.key == "kms:retiregrant":
        return False
    if action.service == "kms" and ":alias/aws/" in resource:
        return False
    own_role = principal.kind is Kind.SERVICE and ":role/aws-service-role/" in resource
    return not (own_role and action.key == "sts:assumerole")


def is_key(resource: str) -> bool:
    """Whether a resource of KMS is a key, or may be one: its key policy must take part (E48)."""
    if resource == "*":
        return True
    part = resource.split(":", 5)[-1]
    return resource.startswith("arn:") and part.startswith(("key/", "*"))


def crosses_partitions(resource: str, principal: Principal) -> bool:
    """Whether the resource is of another partition than the principal (E59)."""
    partition = principal.partition
    if partition is None or not resource.startswith("arn:"):
        return False
    other = resource.split(":", 2)[1]
    return other != partition and "*" not in other


def refusal(action: Action, resource: str, principal: Principal, context: Context) -> str | None:
    """Return why AWS refuses a guarded action whatever the Allows say (F4), or None."""
    if action.service == "sts":
        return _sts_refusal(action, principal, context)
    if action.service == "iam":
        return _iam_refusal(action, resource, principal, context)
    if ":alias/aws/" in resource:
        return "aliases that begin with aws/ belong to AWS"
    return None


def is_session_token(context: Context) -> bool:
    """Whether the caller signs with credentials of GetSessionToken (E42)."""
    return context.get(SESSION_TOKEN) == ("true",)


def _sts_refusal(action: Action, principal: Principal, context: Context) -> str | None:
    kind = principal.kind
    if is_session_token(context) and action.key not in _SESSION_TOKEN_ACTIONS:
        return "credentials of GetSessionToken may call nothing of STS but AssumeRole"
    if kind is Kind.FEDERATED_USER:
        return "a federation token may call nothing of STS but GetCallerIdentity"
    if principal.is_root and action.key in _NOT_FOR_ROOT:
        return "the root user cannot assume roles"
    if principal.is_root and action.key == "sts:assumeroot":
        return "the root user cannot call AssumeRoot"
    if action.key == "sts:getfederationtoken" and kind not in (Kind.USER, Kind.ROOT):
        return "only IAM users and the root user may call GetFederationToken"
    return None


def _iam_refusal(
    action: Action, resource: str, principal: Principal, context: Context
) -> str | None:
    if principal.kind is Kind.FEDERATED_USER:
        return "a federation token may not call IAM"
    if is_session_token(context) and context.get("aws:multifactorauthpresent") != ("true",):
        return "credentials of GetSessionToken may call IAM only when obtained with MFA"
    key = action.key
    part = resource.split(":", 5)[-1]
    if key in _AWS_POLICY_ACTIONS and ":iam::aws:policy/" in resource:
        return "policies that AWS manages cannot be changed"
    if part.startswith("role/aws-reserved/") and not action.name.startswith(_READING):
        return "roles under aws-reserved are changed through IAM Identity Center only"
    if part.startswith("role/aws-service-role/") and key in _SERVICE_ROLE_ACTIONS:
        return "a service-linked role is changed by its service only"
    if key in _ATTACH_ACTIONS:
        attached = context.get("iam:policyarn") or ()
        if any(":iam::aws:policy/aws-service-role/" in arn for arn in attached):
            return "policies for service-linked roles attach to nothing else"
    if key == "iam:passrole" and _other_account(resource, principal):
        return "a role of another account cannot be passed"
    return None


def _other_account(resource: str, principal: Principal) -> bool:
    fields = resource.split(":", 5)
    owner = fields[4] if len(fields) == 6 else ""
    return owner.isdigit() and principal.account is not None and owner != principal.account


def family(action: str) -> str:
    """Return a word that the actions of one service share which the rules here treat alike.

    Whoever asks about one action to learn of many may do so inside a family only.

    Args:
        action: In lower case.
    """
    service, _, name = action.partition(":")
    if service == "sts" or action in LIST_RESOURCES:
        return action
    if service == "kms":
        return action if action in _ALIAS_ACTIONS or action == "kms:retiregrant" else ""
    if service == "iam":
        tables = (_AWS_POLICY_ACTIONS, _SERVICE_ROLE_ACTIONS, _ATTACH_ACTIONS)
        marks = "".join("01"[action in table] for table in tables)
        reads = "reads" if name.startswith(_READING) else ""
        return action if action == "iam:passrole" else f"{marks}{reads}"
    return "bucket policy" if action in _BUCKET_POLICY_ACTIONS else ""
