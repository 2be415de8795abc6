"""Asking `authorize` about one principal of an account, with all that the account knows of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from iam_tui.account.context import principal_context, resource_context, subject_of
from iam_tui.account.layers import layers
from iam_tui.analysis.surroundings import surroundings
from iam_tui.policy.documents import Document
from iam_tui.policy.evaluation import Question
from iam_tui.policy.facts import default_facts
from iam_tui.policy.principals import Caller, parse_principal
from iam_tui.policy.requests import Policies, Request
from iam_tui.policy.special import TRUST_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.account.layers import Layers
    from iam_tui.policy.context import Context
    from iam_tui.policy.evaluation import Assume
    from iam_tui.policy.requests import ContextValue

_KNOWN_TAGS = ("aws:resourcetag/", "iam:resourcetag/")
_NO_FAMILIES: frozenset[str] = frozenset()
_TAGS = frozenset({"aws:principaltag/"})
_WITH_KNOWN_TAGS = frozenset({"user", "root"})
"""The kinds of principals of which the account knows all tags: a role's session may bring some, a
group's members are not known."""


class Prober:
    """Makes the questions about one user, group, role or root user."""

    def __init__(
        self,
        account: Account,
        reference: str,
        *,
        session: Sequence[Document] = (),
        context: Mapping[str, ContextValue] | None = None,
        known: Layers | None = None,
    ) -> None:
        """Look the principal up.

        Args:
            account: The account.
            reference: Who is asked about.
            session: The session policies of a role session.
            context: Keys that its credentials bring, all session tags among them; None: what they
                bring is not known.
            known: What of its layers is to be looked at, when not all.

        Raises:
            UnknownName: When the account has no such principal.
            UsageError: When the text is no principal.
        """
        self.account = account
        self.subject = subject_of(account, reference)
        self.layers: Layers = layers(account, reference) if known is None else known
        self.session = tuple(session)
        self.knows_tags = context is not None or self.kind in _WITH_KNOWN_TAGS
        """Whether the principal has no tags but those that are known."""
        self.context: dict[str, ContextValue] = {
            **principal_context(account, reference),
            **(context or {}),
        }
        self.surroundings = surroundings(account)
        self._facts = default_facts()
        self._made: dict[tuple[Document | None, bool], Policies] = {}

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
        return self.anything_asked.context

    @cached_property
    def anything_asked(self) -> Question:
        """A question about nothing in particular, to see which keys are known whatever is asked."""
        return self.question("", "*")

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

    def _settled(self, action: str, resource: str) -> frozenset[str]:
        """Return the families of keys whose absence is a fact for a request."""
        families = _TAGS if self.knows_tags else _NO_FAMILIES
        if resource in self.account.resources:
            service = action.partition(":")[0].lower()
            families = families | {*_KNOWN_TAGS, f"{service}:resourcetag/"}
        return families

    def _policies(self, document: Document | None, *, is_own: bool) -> Policies:
        """Return the policies beside a resource policy, made once."""
        found = self._made.get((document, is_own))
        if found is None:
            known = self.layers
            controls = known.resource_control if is_own else ()
            found = self._made[(document, is_own)] = Policies(
                identity=known.documents,
                permissions_boundary=None if known.boundary is None else known.boundary.document,
                session=self.session,
                service_control=[[item.document for item in lv] for lv in known.service_control],
                resource_control=[[item.document for item in level] for level in controls],
                resource=document,
            )
        return found

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
            granted_by_owner: Whether the resource's policy is taken to grant everything to the
                principal's account, to see what only its absence from the file denies.
        """
        about = self.surroundings.about(self.account, resource)
        context = self.context
        if about.has_keys or more:
            keys = resource_context(self.account, action, resource)
            context = {**context, **keys, **(more or {})}
        if granted_by_owner:
            document: Document | None = self._delegation
        else:
            trusting = action.lower() in TRUST_ACTIONS
            document = about.trust if trusting and about.is_role else about.document
        request = Request(self.subject.principal, action, resource, about.owner, context)
        return Question(
            request,
            self._policies(document, is_own=about.is_own),
            self._facts,
            assume,
            self._settled(action, resource),
        )
