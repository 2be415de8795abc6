"""Effective permissions: every action that an identity may do, limited or blocked, and by what.

Actions that the same statements have to do with share one answer, and so do principals with the
same statements; single rows are made when somebody reads them, because an administrator has some
22,000 of them (DESIGN: effective permissions; EVALUATION 8.2).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog
from iam_tui.account.arns import statement_key
from iam_tui.analysis.grouping import Grouping
from iam_tui.analysis.probing import Prober
from iam_tui.errors import UsageError
from iam_tui.policy.requests import LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.account.layers import Attachment, Layers, UnknownDocument
    from iam_tui.analysis.answers import Answer, Source, Status
    from iam_tui.analysis.grouping import ActionGroup
    from iam_tui.policy.documents import Document
    from iam_tui.policy.requests import ContextValue

UNKNOWN_LEVEL = "Unknown"


class Permission(NamedTuple):
    """One row: an action with what it comes to."""

    action: str
    access_level: str
    """`List`, `Read`, `Write`, `Tagging`, `Permissions management`, or `Unknown`."""
    status: Status
    resources: tuple[str, ...]
    """Patterns of the resources on which it is allowed; for a blocked one, would be."""
    conditions: tuple[str, ...]
    """Context keys on which it depends, or policies that are not in the file."""
    via: tuple[tuple[str, ...], ...]
    """Every way it is granted: node keys from the principal to the policy, then the statement."""
    blocked_by: tuple[str, ...]
    """Statements that deny it, and layers that lack an Allow: `boundary`, `SCP 2`."""
    excluded: tuple[str, ...] = ()
    """Patterns inside `resources` on which it is not allowed."""

    @property
    def service(self) -> str:
        """The prefix of the action."""
        return self.action.partition(":")[0]

    @property
    def is_allowed(self) -> bool:
        """Whether it can be done at all: granted or limited."""
        return self.status != "blocked"


class ServiceSummary(NamedTuple):
    """How many actions of a service have which status."""

    service: str
    granted: int
    limited: int
    blocked: int


class EffectivePermissions:
    """What one identity can do; computed for all services, rows made when they are read."""

    def __init__(
        self,
        account: Account,
        reference: str,
        *,
        within: Mapping[str, int] | None = None,
        session: Sequence[Document] = (),
        context: Mapping[str, ContextValue] | None = None,
    ) -> None:
        """Compute.

        Args:
            account: The account.
            reference: A user, group (what membership gives), role, role session or the root user.
            within: Service -> bits of the only actions to look at; None: all.
            session: The session policies of a role session.
            context: Keys that its credentials bring, such as session tags.

        Raises:
            UnknownName: When the account has no such principal.
            UsageError: When it is no identity of this account.
        """
        prober = Prober(account, reference, session=session, context=context)
        if prober.subject.arn is None:
            problem = f"{reference} is no identity of this account, so its policies are not known"
            raise UsageError(problem)
        self.principal = prober.subject.arn
        self.kind = prober.kind
        self._layers = prober.layers
        self.by_service: dict[str, tuple[ActionGroup, ...]] = dict(Grouping(prober).groups(within))
        """The groups of actions that share an answer."""

    @property
    def layers(self) -> Layers:
        """Everything that has a say about the identity."""
        return self._layers

    @property
    def not_in_file(self) -> tuple[str, ...]:
        """The layers that the account file cannot say anything of."""
        return self._layers.not_in_file

    @property
    def unknown(self) -> tuple[UnknownDocument, ...]:
        """Attached policies whose documents nobody knows."""
        return self._layers.unknown

    @property
    def everything(self) -> bool:
        """Whether this is complete access that nothing limits: the root user without SCPs."""
        return self.kind == "root" and not self._layers.service_control

    @cached_property
    def services(self) -> tuple[ServiceSummary, ...]:
        """The services with any row, by name, with their counts."""
        return tuple(
            ServiceSummary(service, *_counts(self.by_service[service]))
            for service in sorted(self.by_service)
        )

    def groups(self, service: str) -> tuple[ActionGroup, ...]:
        """Return the groups of actions that share an answer."""
        return self.by_service.get(service, ())

    def rows(self, service: str) -> tuple[Permission, ...]:
        """Return the rows of a service, by name of the action."""
        found = [row for group in self.groups(service) for row in self._rows(service, group)]
        return tuple(sorted(found))

    def _rows(self, service: str, group: ActionGroup) -> Iterator[Permission]:
        for action, level in named(service, group):
            yield self.permission(action, level, group.answer)

    def permission(self, action: str, level: str, found: Answer) -> Permission:
        """Return the row of an action from the answer that its group shares."""
        via, blocked_by = self._provenance(found)
        return Permission(
            action,
            level,
            found.status,
            found.resources,
            found.conditions,
            via,
            blocked_by,
            found.excluded,
        )

    def find(self, action: str) -> Permission | None:
        """Return the row of one action, case ignored, or None when nobody allows it."""
        service = action.partition(":")[0].lower()
        folded = action.lower()
        return next((row for row in self.rows(service) if row.action.lower() == folded), None)

    def __iter__(self) -> Iterator[Permission]:
        for service in sorted(self.by_service):
            yield from self.rows(service)

    def _provenance(self, found: Answer) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
        known = self._known_provenance.get(id(found))
        if known is None:
            via = tuple(dict.fromkeys(way for s in found.grants for way in self._ways(s)))
            blocked_by = tuple(
                dict.fromkeys(
                    key
                    for block in found.blocks
                    for key in ([block] if isinstance(block, str) else self._keys(block))
                )
            )
            known = self._known_provenance[id(found)] = (via, blocked_by)
        return known

    @cached_property
    def _known_provenance(self) -> dict[int, tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]]:
        """By identity of the answer, which the groups keep alive."""
        return {}

    def _ways(self, source: Source) -> Iterator[tuple[str, ...]]:
        index = source.statement.index
        if source.layer is LayerKind.RESOURCE:
            yield (self.principal, source.resource, statement_key(source.resource, index))
            return
        for attachment in self._attachments(source):
            yield (*attachment.path, statement_key(attachment.key, index))

    def _keys(self, source: Source) -> Iterator[str]:
        index = source.statement.index
        if source.layer is LayerKind.RESOURCE:
            yield statement_key(source.resource, index)
            return
        if source.layer is LayerKind.SESSION:
            yield LayerKind.SESSION.value
            return
        for attachment in self._attachments(source):
            yield statement_key(attachment.key, index)

    def _attachments(self, source: Source) -> Iterator[Attachment]:
        """Yield the attachments whose document holds a statement."""
        known = self._layers
        layer: Iterable[Attachment]
        if source.layer is LayerKind.IDENTITY:
            layer = known.identity
        elif source.layer is LayerKind.BOUNDARY:
            layer = () if known.boundary is None else (known.boundary,)
        elif source.layer is LayerKind.SERVICE_CONTROL:
            layer = known.service_control[source.level]
        elif source.layer is LayerKind.RESOURCE_CONTROL:
            layer = known.resource_control[source.level]
        else:
            layer = ()
        document = source.statement.document
        return (attachment for attachment in layer if attachment.document == document)


def named(service: str, group: ActionGroup) -> Iterator[tuple[str, str]]:
    """Yield the actions of a group as AWS spells them, with their access levels."""
    bits = group.bits
    if bits:
        index = catalog.action_index().services[service]
        while bits:
            lowest = bits & -bits
            place = lowest.bit_length() - 1
            yield f"{service}:{index.names[place]}", catalog.LEVELS[index.levels[place]]
            bits ^= lowest
    for action in group.unlisted:
        yield action, UNKNOWN_LEVEL


def _counts(groups: Iterable[ActionGroup]) -> tuple[int, int, int]:
    counts = {"granted": 0, "limited": 0, "blocked": 0}
    for group in groups:
        counts[group.answer.status] += group.size
    return counts["granted"], counts["limited"], counts["blocked"]


def principal_can(account: Account, principal: str) -> EffectivePermissions:
    """Return the effective permissions of an identity.

    Args:
        account: The account.
        principal: An ARN, `user/alice`, `role/Deploy`, `group/Admins` (what its members have from
            it), `root`, or the ARN of a role session.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When it is no identity of this account.
    """
    return EffectivePermissions(account, principal)
