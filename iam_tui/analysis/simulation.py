"""One request, asked of an account: who, what, on which resource; allowed or not, and why.

The account says which policies have a say and which keys follow from principal and resource;
`policy` decides. What the account file lacks is said, never taken for nothing.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import friendly_name
from iam_tui.account.context import (
    known_resource,
    owner_of,
    principal_context,
    resource_context,
    subject_of,
)
from iam_tui.account.entities import Role, User
from iam_tui.account.layers import NO_STATEMENT, layers, policies_of, resource_attachment
from iam_tui.analysis.assumptions import Credentials, assumed_keys, own_resource
from iam_tui.errors import UsageError
from iam_tui.policy.context import FEDERATING_USER, SESSION_TOKEN, fold
from iam_tui.policy.decision import Decision
from iam_tui.policy.evaluation import Question
from iam_tui.policy.explanation import Step
from iam_tui.policy.facts import default_facts
from iam_tui.policy.requests import LayerKind, Policies, Request
from iam_tui.policy.special import TRUST_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.account.context import Keys, Subject
    from iam_tui.account.layers import Attachment, Layers
    from iam_tui.policy.documents import Document
    from iam_tui.policy.explanation import LayerResult, MatchedStatement
    from iam_tui.policy.requests import ContextValue


class _Asked(NamedTuple):
    """What the account had to do with a question."""

    account: Account
    subject: Subject
    applied: Layers
    assumed: Keys
    own: bool
    """Whether the resource is the caller, because none was named (E60)."""
    given: tuple[str, ...]
    """The context keys that the asker gave."""


class Simulation(Decision):
    """A decision, with where its statements come from and what the account file could not say."""

    def __init__(self, question: Question, asked: _Asked) -> None:
        super().__init__(question)
        self._asked = asked

    @property
    def principal(self) -> str:
        """Who was asked about: an ARN of the account, or the text of somebody outside it."""
        return self._asked.subject.arn or self._asked.subject.principal

    @property
    def kind(self) -> str:
        """What the principal is: `user`, `group`, `role`, `session`, `root`, `service`, ..."""
        return self._asked.subject.kind

    @property
    def applied(self) -> Layers:
        """The policies that have a say about the principal, with the ways they came by."""
        return self._asked.applied

    @property
    def in_organization(self) -> bool:
        """Whether the file says where in an organization the principal's account stands."""
        asked = self._asked
        theirs = asked.applied.principal in (asked.subject.arn, asked.account.root_user.arn)
        known = "service_control" not in asked.applied.not_in_file
        return theirs and known and asked.account.organization is not None

    @cached_property
    def _plain(self) -> Decision:
        """The decision as the policies alone explain it."""
        return Decision(self._question)

    @cached_property
    def layers(self) -> dict[str, LayerResult]:
        """Layer name -> what it said; `SCP 1`, `SCP 2` for the levels from the root down."""
        found = dict(self._plain.layers)
        boundary = found.get(LayerKind.BOUNDARY.value)
        if boundary is not None and self._is_unknown_boundary(boundary.outcome):
            found[boundary.label] = boundary._replace(note=self._boundary_note)
        return found

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The evaluation in order, what had to be said, and the decision as the last step."""
        *found, last = self._plain.steps
        for place, step in enumerate(found):
            if step.name == LayerKind.BOUNDARY.value and self._is_unknown_boundary(step.outcome):
                found[place] = step._replace(text=self._boundary_note)
        found += [Step("note", "said", text) for text in self.notes]
        found += [Step("assumed", "said", text) for text in self._assumptions()]
        return (*found, last._replace(text=self.reason))

    @cached_property
    def reason(self) -> str:
        """One sentence that says what decided."""
        if self.applied.unknown_boundary and self.blocked_by == ("pb",):
            name = self._boundary_name
            return f"the permissions boundary {name} would have to allow it, and it is not known"
        return self._plain.reason

    @cached_property
    def assumed(self) -> tuple[str, ...]:
        """What was taken for granted because nobody said it (K13, K22, E34, E58)."""
        return (*self._plain.assumed, *self._assumptions())

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know: oddities of documents, and what the account file lacks."""
        return (*self._plain.warnings, *self.notes)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What the account adds to the warnings: what its file does not say."""
        return tuple(self._notes())

    def attachments(self, statement: MatchedStatement) -> tuple[Attachment, ...]:
        """Return every way by which the document of a matched statement applies.

        None for session policies, which are part of the request.
        """
        applied, policies = self.applied, self.policies
        kind = LayerKind(statement.layer)
        if kind is LayerKind.IDENTITY:
            document = policies.identity[statement.document]
            return tuple(item for item in applied.identity if item.document == document)
        if kind is LayerKind.BOUNDARY:
            return () if applied.boundary is None else (applied.boundary,)
        if kind is LayerKind.SERVICE_CONTROL:
            return (applied.service_control[statement.level][statement.document],)
        if kind is LayerKind.RESOURCE_CONTROL:
            return (applied.resource_control[statement.level][statement.document],)
        if kind is LayerKind.RESOURCE:
            request = self.request
            found = resource_attachment(self._asked.account, request.action, request.resource)
            return () if found is None else (found,)
        return ()

    def _is_unknown_boundary(self, outcome: str) -> bool:
        return self.applied.unknown_boundary and outcome == "implicit"

    @property
    def _boundary_note(self) -> str:
        return f"the document of {self._boundary_name} is not known: taken as allowing nothing"

    @property
    def _boundary_name(self) -> str:
        entity = self._asked.account.identity(self.applied.principal)
        arn = entity.permissions_boundary if isinstance(entity, User | Role) else None
        return friendly_name(arn or "")

    def _assumptions(self) -> Iterator[str]:
        asked = self._asked
        if asked.own:
            yield f"no user is named: asked of the caller itself, {asked.subject.principal}"
        for key, value in asked.assumed.items():
            if key != SESSION_TOKEN:
                yield f"{key} is {value}"

    def _notes(self) -> Iterator[str]:
        asked = self._asked
        if asked.subject.kind == "group":
            name = friendly_name(self.principal)
            yield f"a group is no principal: this is what {name} gives its members"
        yield from self._unknown_names()
        identity = asked.applied.unknown
        # The boundary was looked up last.
        for item in identity[:-1] if asked.applied.unknown_boundary else identity:
            way = " -> ".join(friendly_name(key) for key in item.path)
            yield f"the document of {way} is not known: what it allows or denies is not counted"
        lacking = tuple(self._not_in_file())
        if lacking:
            yield f"not in this file: {', '.join(lacking)}"

    def _unknown_names(self) -> Iterator[str]:
        """Yield what nobody knows by that name, with the nearest that is known."""
        from iam_tui.analysis import who_can_input as names

        request = self.request
        if not self.action_known:
            close = names.near_action(request.action)
            if close:
                yield f"the nearest known actions are {', '.join(close)}"
        if names.is_malformed(request.resource):
            hint = names.did_you_mean(names.near_resources(self._asked.account, request.resource))
            yield f"the resource {request.resource} is no ARN{hint}"
        for key in names.unknown_keys(self._asked.given):
            hint = names.did_you_mean(names.near_keys(key, request.action))
            yield f"the condition key {key} is not in the catalogue{hint}"

    def _not_in_file(self) -> Iterator[str]:
        asked = self._asked
        missing = asked.applied.not_in_file
        if "identity" in missing:
            yield f"the policies of {asked.subject.principal}"
        if "service_control" in missing and asked.subject.arn is not None:
            yield "SCPs"
        if "resource_control" in missing:
            yield "RCPs"
        yield from self._unknown_resource_policy(missing)

    def _unknown_resource_policy(self, missing: tuple[str, ...]) -> Iterator[str]:
        action, resource = self.request.action.lower(), self.request.resource
        if self.policies.resource is not None or action.startswith("iam:"):
            return
        if action in TRUST_ACTIONS:
            yield "trust policies" if "*" in resource else f"the trust policy of {resource}"
        elif "resource" in missing:
            yield "resource policies"
        elif resource == "*" or self.resource == "*":
            return
        elif known_resource(self._asked.account, resource) is None:
            yield f"the policy of {resource}"


def simulate(  # noqa: PLR0913 - a request has these parts
    account: Account,
    principal: str,
    action: str,
    resource: str | None = None,
    *,
    context: Mapping[str, ContextValue] | None = None,
    resource_account: str | None = None,
    credentials: Credentials = "access-key",
    session: Sequence[Document] = (),
    now: dt.datetime | None = None,
) -> Simulation:
    """Decide a request as AWS would, by all policies that the account file has.

    Args:
        account: The account.
        principal: `user/alice`, `role/Deploy`, `root`, an ARN (also of a role session), a service,
            `*` for an anonymous caller; `group/Admins` asks what a member gets from the group.
        action: IAM's name of the action, `s3:GetObject`.
        resource: An ARN, a pattern of ARNs, or None: any resource; for calls of IAM about oneself
            the caller.
        context: Context keys; they win over those that the account knows or that are assumed.
        resource_account: Owner of the resource where neither ARN nor file says it.
        credentials: How a user signs, for the keys that only temporary credentials have.
        session: Session policies of a role session or federated user.
        now: The time of the request; None: now.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When principal or action can be none.
    """
    _check_action(action)
    given = context or {}
    subject = subject_of(account, principal, action)
    own = own_resource(subject, action) if resource is None else None
    target = own or resource or "*"
    owner = resource_account or owner_of(account, target)
    applied, theirs = _principal_side(account, subject, given)
    assumed = assumed_keys(
        account,
        subject,
        action,
        target,
        context=given,
        credentials=credentials,
        now=now or dt.datetime.now(tz=dt.UTC),
    )
    keys: dict[str, ContextValue] = {**assumed, **theirs}
    keys.update(resource_context(account, action, target))
    keys.update(given)
    request = Request(
        principal=subject.principal,
        action=action,
        resource=target,
        resource_account=owner,
        context=keys,
    )
    policies = policies_of(account, applied, action, target, session=session)
    policies = _corrected(policies, applied, is_foreign=_is_foreign(account, subject, owner))
    question = Question(request, _kept(*_parts(policies)), default_facts())
    return Simulation(
        question, _Asked(account, subject, applied, assumed, own is not None, tuple(given))
    )


def _check_action(action: str) -> None:
    service, colon, name = action.partition(":")
    if not (service and colon and name):
        raise UsageError(f"{action!r} is no action; expected SERVICE:NAME, such as s3:GetObject")
    if "*" in action or "?" in action:
        raise UsageError(f"{action!r} is a pattern; a request has one action, such as s3:GetObject")


def _principal_side(
    account: Account, subject: Subject, given: Mapping[str, ContextValue]
) -> tuple[Layers, Keys]:
    """Return what applies to the principal, and the keys that the account knows of it.

    A federated user has the policies and tags of the user that made it, once that is said (E3,
    E10a, K5); an AssumeRoot session has those of the root user (E55a).
    """
    if subject.arn is not None:
        asked = subject.principal if subject.kind == "session" else subject.arn
        return layers(account, subject.arn), principal_context(account, asked)
    if subject.kind == "outside":
        prefix = f"arn:{account.partition}:sts::{account.id}:"
        if subject.principal.startswith(f"{prefix}assumed-root"):
            root = account.root_user.arn
            return layers(account, root), principal_context(account, root)
        maker = fold(given).get(FEDERATING_USER)
        if maker is not None and subject.principal.startswith(f"{prefix}federated-user/"):
            keys = principal_context(account, maker[0])
            for key in ("aws:PrincipalArn", "aws:username", "aws:userid"):
                keys.pop(key, None)
            return layers(account, maker[0]), keys
    return layers(account, subject.principal), {}


def _is_foreign(account: Account, subject: Subject, owner: str | None) -> bool:
    """Whether the resource is of another account, as far as `authorize` will take it (E2)."""
    if owner is not None:
        return owner != account.id
    if subject.kind != "outside":
        return False
    return f"::{account.id}:" not in subject.principal


def _corrected(policies: Policies, applied: Layers, *, is_foreign: bool) -> Policies:
    """Return the policies with what the layers alone cannot say.

    RCPs reach what the account owns (E35), whoever says whose a resource is. A boundary that
    nobody knows is taken as one that allows nothing: the other reading could call allowed what
    is not.
    """
    changes: dict[str, object] = {}
    reaching = () if is_foreign else applied.resource_control
    if len(reaching) != len(policies.resource_control):
        changes["resource_control"] = [[item.document for item in level] for level in reaching]
    if applied.unknown_boundary:
        changes["permissions_boundary"] = NO_STATEMENT
    return policies.with_(**changes) if changes else policies


_Documents = tuple["Document", ...]
_Levels = tuple[_Documents, ...]


def _parts(
    policies: Policies,
) -> tuple[_Documents, _Documents | None, _Documents, _Levels, _Levels, Document | None]:
    return (
        policies.identity,
        policies.permissions_boundary,
        policies.session,
        policies.service_control,
        policies.resource_control,
        policies.resource,
    )


@lru_cache(maxsize=1024)
def _kept(
    identity: _Documents,
    boundary: _Documents | None,
    session: _Documents,
    service_control: _Levels,
    resource_control: _Levels,
    resource: Document | None,
) -> Policies:
    """Return the one value for equal policies, so that their index by action is made once."""
    return Policies(identity, boundary, session, service_control, resource_control, resource)


__all__ = ["Credentials", "Simulation", "simulate"]
