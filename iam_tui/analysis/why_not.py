"""Why a request is allowed or not, what came near, and the smallest changes either way.

One value answers all of it. What is costly, the changes above all, is worked out when it is read.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.context import known_resource
from iam_tui.account.layers import Attachment
from iam_tui.analysis.fixes import Fixes, fixes
from iam_tui.analysis.removal import Removals, removals
from iam_tui.analysis.why_layers import WhyLayer, WhyStatement, why_layers, why_statement
from iam_tui.analysis.why_not_nearest import FailedPart, near_statements
from iam_tui.analysis.why_not_request import Ask, trial
from iam_tui.errors import nearest
from iam_tui.policy.requests import LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis.assumptions import Credentials
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.policy.documents import Document
    from iam_tui.policy.explanation import LayerResult, MatchedStatement
    from iam_tui.policy.requests import ContextValue

_MOST_NEAR = 3


class NearMiss(NamedTuple):
    """An Allow statement that would have applied but for what failed."""

    layer: str
    """`identity`, `boundary`, `SCP`, `resource`, `session`."""
    level: str
    """The organization's level, for an SCP."""
    statement: WhyStatement
    failed: tuple[FailedPart, ...]
    """The parts that did not fit; one, seldom two."""


class Reasons:
    """The answer to "why?" and "why not?"."""

    def __init__(self, account: Account, ask: Ask) -> None:
        """Ask the account.

        Raises:
            UnknownName: When the account has no such principal.
            UsageError: When principal or action can be none.
        """
        self.account = account
        self.ask = ask.at(dt.datetime.now(tz=dt.UTC))
        self._trial = trial(account, self.ask)

    @property
    def simulation(self) -> Simulation:
        """The decision, with everything that it says of itself."""
        return self._trial.simulation

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self._trial.allowed

    @property
    def reason(self) -> str:
        """One sentence that says what decided."""
        return self.simulation.reason

    @cached_property
    def layers(self) -> tuple[WhyLayer, ...]:
        """What every layer said, those that have no say among them."""
        found = self.simulation
        return why_layers(self.account, found.applied, found.layers.values(), self._attachments)

    @cached_property
    def nearest(self) -> tuple[NearMiss, ...]:
        """The Allow statements that came nearest, of each layer that lacks an Allow.

        Empty for an allowed request.
        """
        if self.allowed:
            return ()
        return tuple(
            miss
            for result in self.simulation.layers.values()
            if result.outcome == "implicit"
            for miss in self._near(result)
        )

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know beside the layers: gaps, oddities, the nearest known names."""
        return (*self.simulation.warnings, *self._unknown_names())

    @cached_property
    def fixes(self) -> Fixes:
        """The smallest changes that would allow a denied request; none for an allowed one."""
        return self.find_fixes()

    @cached_property
    def removals(self) -> Removals:
        """The smallest sets of cuts that would end an allowed request; none for a denied one."""
        return self.find_removals()

    def find_fixes(self, should_stop: Callable[[], bool] | None = None) -> Fixes:
        """Return the fixes, as far as they are found before the search is stopped."""
        return fixes(self.account, self.ask, should_stop=should_stop)

    def find_removals(self, should_stop: Callable[[], bool] | None = None) -> Removals:
        """Return the sets of cuts, as far as they are found before the search is stopped."""
        return removals(self.account, self.ask, should_stop=should_stop)

    # --- layers -----------------------------------------------------------------------------

    def _attachments(self, matched: MatchedStatement) -> Sequence[Attachment]:
        if matched.layer == LayerKind.SESSION.value:
            return (self._session()[matched.document],)
        return self.simulation.attachments(matched)

    def _session(self) -> tuple[Attachment, ...]:
        """Return the session policies, which are part of the request, as documents with a name."""
        named = (
            (f"session/{number}", document)
            for number, document in enumerate(self.simulation.policies.session, start=1)
        )
        return tuple(
            Attachment(document=document, key=key, path=(key,), source_type="none")
            for key, document in named
        )

    def _near(self, result: LayerResult) -> Iterator[NearMiss]:
        kind = LayerKind(result.name)
        level = ""
        if kind is LayerKind.SERVICE_CONTROL and self.account.organization is not None:
            level = self.account.organization.levels[result.level].name
        found = near_statements(self._trial.question, kind, self._documents(kind, result.level))
        best = [part.part for part in found[0].failed] if found else []
        for near in found[:_MOST_NEAR]:
            if [part.part for part in near.failed] == best:
                statement = near.statement
                told = why_statement(
                    near.attachment, statement.index, statement.sid, statement.effect
                )
                yield NearMiss(kind.value, level, told, near.failed)

    def _documents(self, kind: LayerKind, level: int) -> Sequence[Attachment]:
        applied = self.simulation.applied
        if kind is LayerKind.IDENTITY:
            return applied.identity
        if kind is LayerKind.BOUNDARY:
            return () if applied.boundary is None else (applied.boundary,)
        if kind is LayerKind.SERVICE_CONTROL:
            return applied.service_control[level]
        if kind is LayerKind.RESOURCE:
            from iam_tui.account.layers import resource_attachment

            request = self.simulation.request
            found = resource_attachment(self.account, request.action, request.resource)
            return () if found is None else (found,)
        return self._session() if kind is LayerKind.SESSION else ()

    # --- names ------------------------------------------------------------------------------

    def _unknown_names(self) -> Iterator[str]:
        account, resource = self.account, self.ask.resource
        if resource is None or "*" in resource or account.entity(resource) is not None:
            return
        if known_resource(account, resource) is None:
            known = [*account.resources, *account.roles, *account.users]
            service = ":".join(resource.split(":")[:3])
            close = nearest(resource, [arn for arn in known if arn.startswith(f"{service}:")])
            if close:
                yield f"the file has no {resource}; the nearest are {', '.join(close)}"


def why(
    account: Account,
    principal: str,
    action: str,
    resource: str | None = None,
    context: Mapping[str, ContextValue] | None = None,
    *,
    resource_account: str | None = None,
    credentials: Credentials = "access-key",
    session: Sequence[Document] = (),
) -> Reasons:
    """Return why a request is allowed or not, and what would change that.

    Args:
        account: The account.
        principal: Who asks, as for `simulate`.
        action: IAM's name of the action, `s3:GetObject`.
        resource: An ARN, a pattern of ARNs, or None: any resource.
        context: Context keys of the request.
        resource_account: Owner of the resource where neither ARN nor file says it.
        credentials: How a user signs.
        session: Session policies of a role session or federated user.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When principal or action can be none.
    """
    ask = Ask(principal, action, resource, context or {}, resource_account, credentials, session)
    return Reasons(account, ask)
