"""Looking at an account as somebody in it: what it can do, and whom it can become, step by step.

A step is a call of AssumeRole that AWS would allow: the trust policy of the role and the permission
of the caller are both evaluated, and sts:TagSession and sts:SetSourceIdentity where tags or a
source identity come along (EVALUATION rules E43, E45). The session policies limit what follows, the
tags count for conditions, and what is transitive stays along the whole chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import Arn, friendly_name, statement_key
from iam_tui.account.context import subject_of
from iam_tui.analysis.effective import EffectivePermissions
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.simulation import simulate
from iam_tui.analysis.who_can_asking import delegation
from iam_tui.errors import UsageError
from iam_tui.policy.decision import authorize
from iam_tui.policy.evaluation import EvalDecision, Question
from iam_tui.policy.facts import default_facts
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis.become_nearly import NearRole
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.policy.documents import Document
    from iam_tui.policy.requests import ContextValue

ASSUME_ROLE = "sts:AssumeRole"
SESSION_NAME = "iam-tui"
"""What a session is called when nobody says it."""
_MOST_SESSION_POLICIES = 11  # one inline and ten managed (E24)
_TAG = "aws:PrincipalTag/"


class NextRole(NamedTuple):
    """A role that can be assumed next, surely or under conditions."""

    role: str
    """Its ARN; of another account where a policy names one."""
    decision: EvalDecision
    conditional: tuple[str, ...]
    """The keys, and the policies that are not known, on which it depends."""
    via: tuple[tuple[str, ...], ...]
    """The ways: from the caller to the statement of its permission, from the role to that of its
    trust policy."""


@dataclass(frozen=True, slots=True)
class Step:
    """One role that was assumed."""

    role: str
    session: str
    """ARN of the session."""
    policies: tuple[Document, ...] = ()
    """The session policies."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """All session tags, those kept from before among them."""
    transitive: frozenset[str] = frozenset()
    """Names of the tags that the next sessions keep, in lower case."""
    source_identity: str | None = None
    decision: EvalDecision = EvalDecision.ALLOWED
    """What AWS would answer now; a step may be taken although its conditions do not hold yet."""
    conditional: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Becoming:
    """Somebody in an account, and the roles that it assumed one after the other."""

    account: Account
    start: str
    """ARN of the user, role or root user that the chain begins with."""
    steps: tuple[Step, ...] = ()

    @classmethod
    def of(cls, account: Account, principal: str) -> Becoming:
        """Begin as a user, a role or the root user.

        Raises:
            UnknownName: When the account has no such principal.
            UsageError: When it is a group, or nobody of this account.
        """
        subject = subject_of(account, principal)
        if subject.arn is None or subject.kind == "group":
            raise UsageError(
                f"{principal} is no user, no role and not the root user: it can ask for nothing"
            )
        return cls(account, subject.principal)

    def __repr__(self) -> str:
        return f"<Becoming {' > '.join(self.breadcrumb)}>"

    # --- who it is now -------------------------------------------------------------------

    @property
    def principal(self) -> str:
        """Who it is now, as a request names it: the last session, or the beginning."""
        return self.steps[-1].session if self.steps else self.start

    @property
    def identity(self) -> str:
        """ARN of the user, role or root user whose policies count now."""
        return subject_of(self.account, self.principal).arn or self.principal

    @property
    def session(self) -> tuple[Document, ...]:
        """The session policies that limit it now."""
        return self.steps[-1].policies if self.steps else ()

    @property
    def context(self) -> dict[str, ContextValue]:
        """The keys that its session brings beside those of the role."""
        if not self.steps:
            return {}
        last = self.steps[-1]
        keys: dict[str, ContextValue] = {f"{_TAG}{name}": v for name, v in last.tags.items()}
        if last.source_identity is not None:
            keys["aws:SourceIdentity"] = last.source_identity
        return keys

    @property
    def _known(self) -> dict[str, ContextValue] | None:
        """The keys of the session; None where nobody said how it began."""
        return self.context if self.steps else None

    @property
    def breadcrumb(self) -> tuple[str, ...]:
        """The references of the chain: `user/alice`, `role/Deploy`."""
        return tuple(self.account.reference(arn) for arn in (self.start_arn, *self._roles))

    @property
    def start_arn(self) -> str:
        """ARN of the identity that the chain begins with."""
        return subject_of(self.account, self.start).arn or self.start

    @property
    def _roles(self) -> tuple[str, ...]:
        return tuple(step.role for step in self.steps)

    @cached_property
    def can(self) -> EffectivePermissions:
        """What it can do now, within its session policies."""
        return EffectivePermissions(
            self.account, self.principal, session=self.session, context=self._known
        )

    def simulate(
        self,
        action: str,
        resource: str | None = None,
        *,
        context: Mapping[str, ContextValue] | None = None,
        now: dt.datetime | None = None,
    ) -> Simulation:
        """Decide a request of it.

        Args:
            action: IAM's name of the action.
            resource: An ARN, or None: any resource.
            context: Context keys; they win over those of the session.
            now: The time of the request; None: now.
        """
        return simulate(
            self.account,
            self.principal,
            action,
            resource,
            context={**self.context, **(context or {})},
            session=self.session,
            now=now,
        )

    # --- whom it can become --------------------------------------------------------------

    def next(self, *, context: Mapping[str, ContextValue] | None = None) -> tuple[NextRole, ...]:
        """Return the roles that it can assume now, without tags and source identity.

        Args:
            context: Context keys of the call, such as sts:ExternalId.
        """
        if subject_of(self.account, self.principal).kind == "root":
            return ()  # The root user cannot assume roles (E43).
        rows = (self._row(role, dict(context or {})) for role in self.possible())
        return tuple(row for row in rows if row is not None)

    def nearly(
        self,
        *,
        context: Mapping[str, ContextValue] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> tuple[NearRole, ...]:
        """Return the roles of the account that only one thing keeps it from assuming.

        Args:
            context: Context keys of the call.
            should_stop: Asked for every role; when it says so, the roles so far are given.
        """
        from iam_tui.analysis.become_nearly import nearly

        return nearly(self, dict(context or {}), should_stop)

    def into(
        self,
        role: str,
        *,
        session_name: str = SESSION_NAME,
        policies: Sequence[Document] = (),
        tags: Mapping[str, str] | None = None,
        transitive: Sequence[str] = (),
        source_identity: str | None = None,
        context: Mapping[str, ContextValue] | None = None,
    ) -> Becoming:
        """Assume a role of the account.

        Args:
            role: `role/Deploy` or an ARN.
            session_name: What the session is called.
            policies: Session policies, one inline and ten managed at most.
            tags: Session tags.
            transitive: Which of them the sessions after this one keep.
            source_identity: Once it is said it stays along the chain.
            context: Other context keys of the call, such as sts:ExternalId.

        Raises:
            UnknownName: When the account has no such role.
            UsageError: When AWS would refuse the call in every context, with the reason.
        """
        arn = self.account.resolve(role)
        if arn not in self.account.roles:
            raise UsageError(f"{role} is no role; only roles can be assumed")
        if len(policies) > _MOST_SESSION_POLICIES:
            raise UsageError(f"a session has at most {_MOST_SESSION_POLICIES} session policies")
        kept = self._kept_tags(tags or {})
        last = self.steps[-1] if self.steps else None
        former = last.source_identity if last is not None else None
        if former is not None and source_identity not in (None, former):
            raise UsageError(f"the source identity is {former} and cannot be changed")
        step = Step(
            arn,
            f"arn:{self.account.partition}:sts::{self.account.id}:"
            f"assumed-role/{friendly_name(arn)}/{session_name}",
            tuple(policies),
            {**kept, **(tags or {})},
            frozenset([*(name.lower() for name in kept), *(name.lower() for name in transitive)]),
            source_identity or former,
        )
        keys = {**_keys_of_call(step, tags or {}, transitive), **(context or {})}
        decision, conditional = self._asked_for(step, bool(tags), keys)
        taken = replace(step, decision=decision, conditional=conditional)
        return replace(self, steps=(*self.steps, taken))

    def back(self) -> Becoming:
        """Return who it was before the last step."""
        return replace(self, steps=self.steps[:-1])

    def _kept_tags(self, tags: Mapping[str, str]) -> dict[str, str]:
        """Return the tags of the session now that the next one keeps."""
        if not self.steps:
            return {}
        last = self.steps[-1]
        kept = {name: v for name, v in last.tags.items() if name.lower() in last.transitive}
        again = {name.lower() for name in kept} & {name.lower() for name in tags}
        if again:
            raise UsageError(f"the tag {min(again)} is transitive and cannot be passed again")
        return kept

    def _asked_for(
        self, step: Step, with_tags: bool, context: Mapping[str, ContextValue]
    ) -> tuple[EvalDecision, tuple[str, ...]]:
        """Return the decision of all that the call needs, and on what it depends."""
        actions = [ASSUME_ROLE]
        actions += ["sts:TagSession"] if with_tags else []
        actions += ["sts:SetSourceIdentity"] if step.source_identity is not None else []
        decision = EvalDecision.ALLOWED
        conditional: dict[str, None] = {}
        for action in actions:
            found = self.simulate(action, step.role, context=context)
            depends = self.depends_on(found)
            if depends is None:
                raise UsageError(f"AWS would refuse {action} on {step.role}: {found.reason}")
            conditional.update(dict.fromkeys(depends))
            if not found.allowed:
                decision = found.decision
        return decision, tuple(conditional)

    def _row(self, role: str, context: dict[str, ContextValue]) -> NextRole | None:
        found = self.simulate(
            ASSUME_ROLE, role, context={"sts:RoleSessionName": SESSION_NAME, **context}
        )
        depends = self.depends_on(found)
        if depends is None:
            return None
        return NextRole(role, found.decision, depends, tuple(self._ways(found)))

    def depends_on(self, found: Simulation) -> tuple[str, ...] | None:
        """Return the keys and unknown policies on which an answer depends; None: it is denied."""
        policies, settled = found.policies, self.settled(found)
        if authorize(found.request, policies, assume="deny", settled=settled).allowed:
            return ()
        hidden: tuple[str, ...] = ()
        if found.resource_account not in (None, self.account.id) and policies.resource is None:
            policies = policies.with_(resource=delegation(self.account.id))
            hidden = (f"the trust policy of {found.request.resource}, which is not in this file",)
        if not authorize(found.request, policies, assume="allow", settled=settled).allowed:
            return None
        missing = authorize(found.request, policies, settled=settled).missing
        return (*missing, *hidden)

    def settled(self, found: Simulation) -> frozenset[str]:
        """Return the families of keys whose absence is a fact."""
        prober = Prober(self.account, self.principal, context=self._known)
        return prober.question(found.request.action, found.request.resource).settled

    def possible(self) -> Iterator[str]:
        """Yield the roles that may be open to it: that trust it, or that its policies name."""
        prober = Prober(self.account, self.principal)
        seen = {owned.arn: None for owned in prober.surroundings.roles_for(prober.caller)}
        seen.update(
            (arn, None) for arn, one in self.account.roles.items() if one.trust_policy is None
        )
        for document in prober.layers.documents:
            short = SHORT_ARNS[LayerKind.IDENTITY]
            for statement in document.compiled.candidates(short, ASSUME_ROLE.lower()):
                if not statement.deny:
                    texts = (pattern.text for pattern in statement.resources or ())
                    seen.update((text, None) for text in texts if self._is_elsewhere(text))
        yield from seen

    def _is_elsewhere(self, text: str) -> bool:
        """Whether a pattern names one role of another account."""
        arn = Arn.parse(text)
        return (
            arn is not None
            and arn.service == "iam"
            and arn.resource.startswith("role/")
            and arn.account != self.account.id
            and not any(mark in text for mark in "*?$")
        )

    def _ways(self, found: Simulation) -> Iterator[tuple[str, ...]]:
        """Yield the statements that let it, each with its way."""
        question = Question(
            found.request, found.policies, default_facts(), "allow", self.settled(found)
        )
        for attachment in found.applied.identity:
            compiled = attachment.document.compiled
            for statement in compiled.candidates(
                SHORT_ARNS[LayerKind.IDENTITY], question.action.key
            ):
                if (
                    not statement.deny
                    and question.applies(statement, LayerKind.IDENTITY) is not None
                ):
                    yield (*attachment.path, statement_key(attachment.key, statement.index))
        for _, statement in question.candidates.resource.allows:
            if question.applies(statement, LayerKind.RESOURCE) is not None:
                role = found.request.resource
                yield (role, statement_key(role, statement.index))


def _keys_of_call(
    step: Step, tags: Mapping[str, str], transitive: Sequence[str]
) -> dict[str, ContextValue]:
    """Return the keys that a call of AssumeRole has (K17)."""
    keys: dict[str, ContextValue] = {"sts:RoleSessionName": friendly_name(step.session)}
    keys.update((f"aws:RequestTag/{name}", value) for name, value in tags.items())
    if tags:
        keys["aws:TagKeys"] = [*tags]
    if transitive:
        keys["sts:TransitiveTagKeys"] = [*transitive]
    if step.source_identity is not None:
        keys["sts:SourceIdentity"] = step.source_identity
    return keys
