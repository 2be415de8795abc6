"""Groups and policies that would give what a request lacks.

A policy is looked at only when one of its Allow statements applies to the request as it is: the
identity layer, and a boundary, allow exactly when one does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.aws_managed import aws_managed_policy
from iam_tui.account.edits import AddMember, AttachPolicy, policy_reference
from iam_tui.account.entities import User
from iam_tui.analysis.weight import documents_of, size_of, size_of_group
from iam_tui.catalog.managed_policies import managed_policy_arn, managed_policy_names
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.account.edits.subjects import Holder
    from iam_tui.analysis.why_not_request import Trial
    from iam_tui.policy.documents import Document

_MOST_OF_AWS = 3
_GENERAL = (*(":policy/AdministratorAccess", ":policy/PowerUserAccess", ":policy/ReadOnlyAccess"),)
_ANY_ACTION = re.compile(r'"NotAction":|"Action":\[?"\*')
_EXPAND = SHORT_ARNS[LayerKind.IDENTITY]


class Source(NamedTuple):
    """A group to join, or a policy to attach."""

    kind: str
    """`join-group` or `attach-policy`."""
    arn: str
    size: int
    """How many actions its statements name."""

    def edit(self, account: Account, holder: Holder) -> AddMember | AttachPolicy:
        """Return the edit that gives it to an identity."""
        reference = account.reference(holder.arn)
        if self.kind == "join-group":
            return AddMember(group=account.reference(self.arn), user=reference)
        return AttachPolicy(entity=reference, policy=policy_reference(account, self.arn))


def sources(found: Trial, holder: Holder) -> Iterator[Source]:
    """Yield what an identity could get the permission from: groups, own policies, AWS's."""
    account = found.account
    if isinstance(holder, User):
        for arn, group in account.groups.items():
            if group.name not in holder.groups:
                documents = documents_of(account, group)
                if any(_allows(found, document) for document in documents):
                    yield Source("join-group", arn, size_of_group(account, arn))
    for arn in chain(own_policies_that_allow(found), _smallest_of_aws(found)):
        policy = account.policy(arn) if arn not in holder.policies else None
        if policy is not None:
            yield Source("attach-policy", arn, size_of(policy.document))


def own_policies_that_allow(found: Trial) -> Iterator[str]:
    """Yield the account's own policies that allow a request."""
    for arn, policy in found.account.policies.items():
        if _allows(found, policy.document):
            yield arn


def boundaries_that_allow(found: Trial) -> Iterator[str]:
    """Yield the policies that could be a boundary: the account's, and AWS's for whole jobs."""
    yield from own_policies_that_allow(found)
    for arn, document in _of_aws(found.question.action.key):
        is_general = ":policy/job-function/" in arn or arn.endswith(_GENERAL)
        if is_general and _allows(found, document):
            yield _in_partition(found, arn)


def _smallest_of_aws(found: Trial) -> Iterator[str]:
    """Yield the smallest policies of AWS that allow a request.

    Those that AWS made for the roles of services only where the caller is a role.
    """
    is_role = found.simulation.applied.principal in found.account.roles
    several = [
        (size_of(document), arn)
        for arn, document in _of_aws(found.question.action.key)
        if _allows(found, document) and (is_role or not _is_of_services(arn))
    ]
    for _, arn in sorted(several)[:_MOST_OF_AWS]:
        theirs = _in_partition(found, arn)
        if theirs not in found.account.policies:
            yield theirs


def _is_of_services(arn: str) -> bool:
    """Whether AWS made a policy for the roles of a service."""
    return ":policy/service-role/" in arn or "ServiceRole" in arn


def _in_partition(found: Trial, arn: str) -> str:
    return arn.replace("arn:aws:", f"arn:{found.account.partition}:", 1)


def _allows(found: Trial, document: Document) -> bool:
    """Whether some Allow of a document would apply in an identity policy or a boundary."""
    question = found.question
    return any(
        not statement.deny and question.holds(statement, LayerKind.IDENTITY)
        for statement in document.compiled.candidates(_EXPAND, question.action.key)
    )


@lru_cache(maxsize=64)
def _of_aws(action: str) -> tuple[tuple[str, Document], ...]:
    """Return AWS's policies with an Allow that covers an action, given in lower case."""
    prefix = f'"{action.partition(":")[0]}:'
    found = []
    for name in managed_policy_names():
        policy = aws_managed_policy(managed_policy_arn(name) or "")
        if policy is None or policy.path.startswith("/aws-service-role/"):
            continue
        document = policy.document
        # A look at the text spares compiling a thousand documents about other services.
        if prefix not in document.text.lower() and not _ANY_ACTION.search(document.text):
            continue
        statements = document.compiled.candidates(_EXPAND, action)
        if any(not statement.deny for statement in statements):
            found.append((policy.arn, document))
    return tuple(found)
