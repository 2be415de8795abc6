"""Edits that write policy documents: inline policies, managed policies, trust policies.

Each is refused as IAM would: for a malformed document, for one that is too long, for too many
versions, for what AWS owns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from iam_tui.account.edits import subjects
from iam_tui.account.edits.base import EditBase
from iam_tui.account.edits.malformed import (
    refuse_malformed_policy,
    refuse_malformed_trust,
    size_of,
)
from iam_tui.account.entities import PolicyVersion
from iam_tui.catalog import quotas
from iam_tui.errors import EditError
from iam_tui.policy.documents import Document

if TYPE_CHECKING:
    from iam_tui.account.account import Account
    from iam_tui.account.edits.subjects import Holder
    from iam_tui.account.entities import Policy

_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,128}")
_VERSION = re.compile(r"v(\d+)")


class PutInlinePolicy(EditBase, frozen=True, kw_only=True):
    """Add an inline policy to a user, group or role, or replace the one of that name.

    A new one comes last in order (IAM API Reference: "PutUserPolicy", "PutGroupPolicy",
    "PutRolePolicy").
    """

    entity: str
    policy: str
    """The name of the inline policy."""
    document: Document

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"define inline policy {self.policy} of {subjects.short_name(self.entity)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the inline policy as given."""
        entity = subjects.holder(account, self.entity)
        if entity.inline_policies.get(self.policy) == self.document:
            return account
        _refuse_name(self.policy)
        refuse_malformed_policy(self.document)
        inline = {**entity.inline_policies, self.policy: self.document}
        _refuse_long(entity, inline)
        return account.with_entity(msgspec.structs.replace(entity, inline_policies=inline))


def _refuse_name(name: str) -> None:
    if _NAME.fullmatch(name):
        return
    message = f"the policy name {name!r} is invalid: expected 1 to 128 of A-Z, a-z, 0-9 and +=,.@_-"
    raise EditError("ValidationError", message)


def _refuse_long(entity: Holder, inline: dict[str, Document]) -> None:
    most = quotas.INLINE_POLICIES_SIZE[entity.kind]
    size = sum(size_of(document) for document in inline.values())
    if size > most:
        message = (
            f"Maximum policy size of {most} bytes exceeded for {entity.kind} {entity.name} "
            f"(its inline policies would have {size} together)"
        )
        raise EditError("LimitExceeded", message)


class PutPolicyDocument(EditBase, frozen=True, kw_only=True):
    """Give a customer managed policy a new version, which comes into force at once.

    The versions before stay, so a policy that has five must lose one first (IAM API Reference:
    "CreatePolicyVersion" with `SetAsDefault`). When the version was made is not known.
    """

    policy: str
    document: Document

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"change the document of policy {subjects.short_name(self.policy)}"

    def apply(self, account: Account) -> Account:
        """Return the account with the document in force."""
        policy = subjects.own_policy(account, self.policy)
        refuse_malformed_policy(self.document)
        size = size_of(self.document)
        if size > quotas.MANAGED_POLICY_SIZE:
            message = (
                f"Cannot exceed quota for PolicySize: {quotas.MANAGED_POLICY_SIZE} "
                f"(the document of policy {policy.name} would have {size})"
            )
            raise EditError("LimitExceeded", message)
        if len(policy.versions) >= quotas.POLICY_VERSIONS:
            message = (
                f"policy {policy.name} has {quotas.POLICY_VERSIONS} versions, the most AWS keeps: "
                "delete one that is not the default first"
            )
            raise EditError("LimitExceeded", message)
        made = PolicyVersion(id=_next_version(policy), document=self.document)
        return account.with_entity(
            msgspec.structs.replace(
                policy,
                versions=(*policy.versions, made),
                default_version=made.id,
                updated=None,
            )
        )


def _next_version(policy: Policy) -> str:
    """Return the id after the highest one: IAM gives no id twice."""
    found = (_VERSION.fullmatch(version.id) for version in policy.versions)
    return f"v{max((int(match[1]) for match in found if match), default=0) + 1}"


class PutTrustPolicy(EditBase, frozen=True, kw_only=True):
    """Replace the trust policy of a role (IAM API Reference: "UpdateAssumeRolePolicy")."""

    role: str
    document: Document

    @property
    def title(self) -> str:
        """What the edit does."""
        return f"change the trust policy of role {subjects.short_name(self.role)}"

    def apply(self, account: Account) -> Account:
        """Return the account in which the role trusts whom the document names."""
        role = subjects.role(account, self.role)
        if role.trust_policy == self.document:
            return account
        refuse_malformed_trust(account, self.document)
        size = size_of(self.document)
        if size > quotas.TRUST_POLICY_SIZE:
            message = (
                f"Cannot exceed quota for ACLSizePerRole: {quotas.TRUST_POLICY_SIZE} "
                f"(the trust policy of role {role.name} would have {size})"
            )
            raise EditError("LimitExceeded", message)
        return account.with_entity(msgspec.structs.replace(role, trust_policy=self.document))
