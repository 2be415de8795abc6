"""What is asked, and the policies that it is asked against: the inputs of `authorize`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from iam_tui.policy.documents import Document
from iam_tui.policy.resources import ShortArns

if TYPE_CHECKING:
    from iam_tui.policy.plans import Plan

ContextValue = str | bool | int | float | Sequence[str]
DocumentLike = Mapping[str, object] | str | bytes | Document


class Request(msgspec.Struct, frozen=True):
    """One request: who asks to do what, on which resource, under which circumstances."""

    principal: str
    """ARN of a user, role, role session, federated user or root user; a service principal; a
    provider's ARN or domain; `*` for an anonymous caller."""
    action: str
    """IAM's name of the action, `s3:GetObject`; case is ignored."""
    resource: str = "*"
    """An ARN, a pattern of ARNs (only `*` spreads), or `*`."""
    resource_account: str | None = None
    """Owner of the resource; None: from the ARN, else the principal's account."""
    context: Mapping[str, ContextValue] | None = None
    """Context key -> value or list of values; keys ignore case."""


class LayerKind(StrEnum):
    """The layers of the evaluation, by the names that DESIGN and steps use."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    SERVICE_CONTROL = "SCP"
    RESOURCE_CONTROL = "RCP"
    RESOURCE = "resource"
    ENDPOINT = "endpoint"


SHORT_ARNS = {
    LayerKind.IDENTITY: ShortArns.EXPAND,
    LayerKind.BOUNDARY: ShortArns.EXPAND,
    LayerKind.SESSION: ShortArns.REFUSED,
    LayerKind.SERVICE_CONTROL: ShortArns.EXPAND_IF_OPEN,
    LayerKind.RESOURCE_CONTROL: ShortArns.REFUSED,
    LayerKind.RESOURCE: ShortArns.AS_WRITTEN,
    LayerKind.ENDPOINT: ShortArns.AS_WRITTEN,
}
"""What a short ARN means in each kind of policy (R6, R7)."""


_MOST_SHARED = 8192
SHARED_PLANS: dict[object, dict[str, Plan]] = {}
"""Plans by the documents that they are made of, so that equal policies share them; emptied from
time to time, after which they live as long as the policies that use them."""


class Policies:
    """The policies that may have a say, layer by layer; immutable.

    Documents may be mappings, JSON texts or `Document`s. A document that is given and holds no
    statement is a policy that grants nothing; `None` is no policy (EVALUATION rule E5).
    """

    __slots__ = (
        "endpoint",
        "identity",
        "permissions_boundary",
        "plans",
        "resource",
        "resource_control",
        "service_control",
        "session",
    )

    identity: tuple[Document, ...]
    permissions_boundary: tuple[Document, ...] | None
    """One document; several are united inside the one layer (E23)."""
    session: tuple[Document, ...]
    service_control: tuple[tuple[Document, ...], ...]
    """One inner tuple a level: organization root, organizational units, account."""
    resource_control: tuple[tuple[Document, ...], ...]
    resource: Document | None
    endpoint: tuple[Document, ...]
    plans: dict[str, Plan]
    """Action as asked -> what is known of it beside these policies; filled by `plans.plan_of`."""

    def __init__(
        self,
        identity: Sequence[DocumentLike] = (),
        permissions_boundary: DocumentLike | Sequence[DocumentLike] | None = None,
        session: Sequence[DocumentLike] = (),
        service_control: Sequence[Sequence[DocumentLike]] = (),
        resource_control: Sequence[Sequence[DocumentLike]] = (),
        resource: DocumentLike | None = None,
        endpoint: Sequence[DocumentLike] = (),
    ) -> None:
        self.identity = _documents(identity)
        # An empty list holds no boundary, an empty document is one that allows nothing (E5).
        self.permissions_boundary = _documents(permissions_boundary) or None
        self.session = _documents(session)
        self.service_control = _levels(service_control)
        self.resource_control = _levels(resource_control)
        self.resource = None if resource is None else Document.of(resource)
        self.endpoint = _documents(endpoint)
        if len(SHARED_PLANS) >= _MOST_SHARED:
            SHARED_PLANS.clear()
        self.plans = SHARED_PLANS.setdefault(self._content(), {})

    def _content(self) -> tuple[object, ...]:
        return (
            self.identity,
            self.permissions_boundary,
            self.session,
            self.service_control,
            self.resource_control,
            self.resource,
            self.endpoint,
        )

    def with_(self, **changes: object) -> Policies:
        """Return policies that differ only in the given layers."""
        layers: dict[str, object] = {
            name: getattr(self, name) for name in self.__slots__ if name != "plans"
        }
        return Policies(**{**layers, **changes})  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policies) and self._content() == other._content()

    __hash__ = None  # type: ignore[assignment]


def _documents(given: DocumentLike | Iterable[DocumentLike] | None) -> tuple[Document, ...]:
    if given is None:
        return ()
    if isinstance(given, list | tuple):
        return tuple([Document.of(item) for item in given])
    if isinstance(given, Mapping | str | bytes | Document) or not isinstance(given, Iterable):
        # What is no document at all becomes one with a fault, which is said.
        return (Document.of(given),)
    return tuple([Document.of(item) for item in given])


def _levels(
    given: DocumentLike | Iterable[DocumentLike | Iterable[DocumentLike]] | None,
) -> tuple[tuple[Document, ...], ...]:
    """Return the documents level by level; a document alone is a level of its own."""
    if given is None:
        return ()
    if isinstance(given, list | tuple):
        return tuple([_documents(level) for level in given])
    if isinstance(given, Mapping | str | bytes | Document) or not isinstance(given, Iterable):
        return ((Document.of(given),),)
    return tuple([_documents(level) for level in given])
