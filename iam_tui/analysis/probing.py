"""Asking `authorize` about one principal of an account, with all that the account knows of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from iam_tui.account.context import owner_of, principal_context, resource_context, subject_of
from iam_tui.account.layers import layers, resource_attachment
from iam_tui.analysis.surroundings import surroundings
from iam_tui.policy.documents import Document
from iam_tui.policy.evaluation import Question
from iam_tui.policy.facts import default_facts
from iam_tui.policy.principals import Caller, parse_principal
from iam_tui.policy.requests import Policies, Request

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.account.layers import Layers
    from iam_tui.policy.context import Context
    from iam_tui.policy.evaluation import Assume
    from iam_tui.policy.requests import ContextValue

_KNOWN_TAGS = ("aws:resourcetag/", "iam:resourcetag/")
_FAMILIES = {"user": frozenset({"aws:principaltag/"}), "root": frozenset({"aws:principaltag/"})}
"""Per kind of principal the families of keys that the account knows whole: a role's session may
bring tags, a group's members are not known."""


class Prober:
    """Makes the questions about one user, group, role or root user."""

    def __init__(self, account: Account, reference: str) -> None:
        """Look the principal up.

        Raises:
            UnknownName: When the account has no such principal.
            UsageError: When the text is no principal.
        """
        self.account = account
        self.subject = subject_of(account, reference)
        self.layers: Layers = layers(account, reference)
        self.context: dict[str, ContextValue] = dict(principal_context(account, reference))
        self.surroundings = surroundings(account)
        self._facts = default_facts()
        self._policies: dict[tuple[Document | None, bool], Policies] = {}

    @property
    def kind(self) -> str:
        """`root`, `user`, `group`, `role`, `session`, or what stands outside the account."""
        return self.subject.kind

    @cached_property
    def caller(self) -> Caller:
        """The principal as policies' principal elements see it."""
        user_id = self.context.get("aws:userid")
        return Caller(
            parse_principal(self.subject.principal),
            user_id if isinstance(user_id, str) else None,
            None,
            self.layers.boundary is not None,
        )

    @cached_property
    def own_context(self) -> Context:
        """The keys that are known whatever the request is, for putting variables in."""
        return self.question("", "*").context

    @cached_property
    def _delegation(self) -> Document:
        """A resource policy that leaves everything to the identities of the account."""
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": self.account.id},
            "Action": "*",
            "Resource": "*",
        }
        return Document.of({"Version": "2012-10-17", "Statement": [statement]})

    def settled(self, action: str, resource: str) -> frozenset[str]:
        """Return the families of keys whose absence is a fact for a request."""
        families = _FAMILIES.get(self.kind, frozenset())
        if resource in self.account.resources:
            service = action.partition(":")[0].lower()
            families = families | {*_KNOWN_TAGS, f"{service}:resourcetag/"}
        return families

    def policies(self, action: str, resource: str, *, granted_by_owner: bool = False) -> Policies:
        """Return the policies for one action on one resource, made once for each resource policy.

        Args:
            action: What is asked.
            resource: On what.
            granted_by_owner: Whether the resource's policy is taken to grant everything to the
                principal's account, to see what only its absence from the file denies.
        """
        document: Document | None = self._delegation
        if not granted_by_owner:
            attached = resource_attachment(self.account, action, resource)
            document = None if attached is None else attached.document
        is_own = owner_of(self.account, resource) in (None, self.account.id)
        found = self._policies.get((document, is_own))
        if found is None:
            found = self._policies[(document, is_own)] = self._made(document, is_own=is_own)
        return found

    def _made(self, document: Document | None, *, is_own: bool) -> Policies:
        known = self.layers
        controls = known.resource_control if is_own else ()
        return Policies(
            identity=known.documents,
            permissions_boundary=None if known.boundary is None else known.boundary.document,
            service_control=[[item.document for item in level] for level in known.service_control],
            resource_control=[[item.document for item in level] for level in controls],
            resource=document,
        )

    def question(
        self,
        action: str,
        resource: str,
        assume: Assume = "actual",
        *,
        more: dict[str, str] | None = None,
        granted_by_owner: bool = False,
    ) -> Question:
        """Make a question ready.

        Args:
            action: What is asked.
            resource: On what: a witness.
            assume: How conditions on keys that are not known are taken.
            more: Keys to add to what is known.
            granted_by_owner: See `policies`.
        """
        context = self.context
        around = resource_context(self.account, action, resource)
        if around or more:
            context = {**context, **around, **(more or {})}
        request = Request(
            self.subject.principal,
            action,
            resource,
            owner_of(self.account, resource),
            context,
        )
        return Question(
            request,
            self.policies(action, resource, granted_by_owner=granted_by_owner),
            self._facts,
            assume,
            self.settled(action, resource),
        )
