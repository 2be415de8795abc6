"""What AWS decides apart from the policies: special actions, services and resources.

Tables are dated: they hold what AWS documented or was seen to do by 2026-10 (EVALUATION rules A8a,
E34, E37, E38, E40 to E55a, E59).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy.context import SESSION_TOKEN
from iam_tui.policy.principals import Kind, Principal

if TYPE_CHECKING:
    from iam_tui.policy.context import Context
    from iam_tui.policy.facts import Facts

# As of 2026-10; Organizations User Guide: "Resource control policies (RCPs)", list of services.
RCP_SERVICES = frozenset(
    """s3 sts sqs kms secretsmanager dynamodb ecr ecr-public aoss opensearch logs events
    cognito-identity cognito-idp cloudfront firehose autoscaling autoscaling-plans appstream dsql
    dax clouddirectory cloudsearch networkmonitor comprehend comprehendmedical gamelift
    inspector-scan kendra kinesisvideo memorydb personalize polly swf textract timestream-influxdb
    transcribe translate workspaces appconfig budgets servicediscovery cloudtrail-data codeartifact
    codebuild codecommit codepipeline compute-optimizer cost-optimization-hub fms fis health
    rolesanywhere pricing pca-connector-ad resource-groups signin support transfer notifications
    wafv2 xray""".split()
)
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
_ATTACH_ACTIONS = frozenset({"iam:attachrolepolicy", "iam:attachuserpolicy", "iam:attachgrouppolicy"})
_ALIAS_ACTIONS = frozenset({"kms:createalias", "kms:deletealias", "kms:updatealias"})
_READING = ("get", "list", "generate", "simulate")


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


@lru_cache(maxsize=65_536)
def action_of(text: str, facts: Facts) -> Action:
    """Return what is known of an action; an unknown one is evaluated like any with resources (A9)."""
    key = text.lower()
    service, _, name = key.partition(":")
    listed = LIST_RESOURCES.get(key)
    return Action(
        text=text,
        key=key,
        service=service,
        name=name,
        known=facts.is_known(text),
        wildcard_only=facts.wildcard_only(text),
        list_resource=listed,
        is_trust=key in TRUST_ACTIONS,
        unsigned=key in UNSIGNED_ACTIONS,
        rcp_listed=service in RCP_SERVICES,
    )


def list_resource(
    template: str, asked: str, principal: Principal, context: Context
) -> tuple[str, bool]:
    """Return the ARN that a list action is authorised on, and whether its region is unknown (A8a)."""
    partition = principal.partition or "aws"
    region = context.get("aws:requestedregion")
    fields = template.split(":", 5)
    has_region = fields[3] == "R"
    fields[1] = partition
    if has_region:
        fields[3] = region[0] if region else ""
    if fields[4] == "A":
        fields[4] = principal.account or "*"
    arn = ":".join(fields)
    if asked.startswith(arn) and asked != arn and arn.endswith("/"):
        arn = asked
    return arn, has_region and not region


def is_service_linked(principal: Principal, context: Context) -> bool:
    """Whether the caller is a session of a service-linked role (E34)."""
    if not principal.is_role:
        return False
    if principal.kind is Kind.ROLE or "aws:principalarn" in context.given:
        arn = context.values.get("aws:principalarn", (principal.text,))[0]
        return ":role/aws-service-role/" in arn
    return (principal.role or "").startswith("AWSServiceRoleFor")


def rcp_applies(action: Action, resource: str, principal: Principal) -> bool:
    """Whether RCPs have a say in this action on this resource (E37, E38)."""
    if not action.rcp_listed or action.key == "kms:retiregrant":
        return False
    if action.service == "kms" and ":alias/aws/" in resource:
        return False
    own_role = principal.kind is Kind.SERVICE and ":role/aws-service-role/" in resource
    return not (own_role and action.key == "sts:assumerole")


def owner_escapes_bucket_policy(action: Action, principal: Principal, owner: str | None) -> bool:
    """Whether Denies of the bucket policy do not count: root's way out of a lock-out (E54a)."""
    is_root = principal.kind in (Kind.ROOT, Kind.ASSUMED_ROOT)
    return is_root and owner == principal.account and action.key in _BUCKET_POLICY_ACTIONS


def demands_its_policy(action: Action, resource: str) -> bool:
    """Whether the resource is a KMS key, whose key policy must take part (E48)."""
    if action.service != "kms" or action.wildcard_only:
        return False
    if resource == "*":
        return True
    part = resource.split(":", 5)[-1]
    return resource.startswith("arn:") and part.startswith(("key/", "*"))


def refusal(action: Action, resource: str, principal: Principal, context: Context) -> str | None:
    """Return why AWS refuses the request whatever the Allows say (F4), or None."""
    partition = resource.split(":", 2)[1] if resource.startswith("arn:") else None
    if (
        partition is not None
        and principal.partition is not None
        and "*" not in partition
        and partition != principal.partition
    ):
        return "the resource is in another partition than the principal"
    service = action.service
    if service == "sts":
        return _sts_refusal(action, principal, context)
    if service == "iam":
        return _iam_refusal(action, resource, principal, context)
    if action.key in _ALIAS_ACTIONS and ":alias/aws/" in resource:
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
    is_root = kind in (Kind.ROOT, Kind.ASSUMED_ROOT)
    if is_root and action.key in ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity"):
        return "the root user cannot assume roles"
    if is_root and action.key == "sts:assumeroot":
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
