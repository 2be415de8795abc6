"""What is asked, and the policies that it is asked against: the inputs of `authorize`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from iam_tui.policy.documents import Document
from iam_tui.policy.resources import ShortArns

if TYPE_CHECKING:
    from iam_tui.policy.statements import Statement

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


class LayerKind(Enum):
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


class Candidates:
    """The statements of one layer whose action part takes in one action."""

    __slots__ = ("allows", "denies", "kind", "level")

    def __init__(
        self, kind: LayerKind, level: int, found: list[tuple[int, Statement]]
    ) -> None:
        self.kind = kind
        self.level = level
        self.denies = tuple(item for item in found if item[1].deny)
        self.allows = tuple(item for item in found if not item[1].deny)


class ActionCandidates:
    """All layers of one set of policies, narrowed down to one action."""

    __slots__ = ("boundary", "endpoint", "identity", "resource", "resource_control",
                 "service_control", "session")  # fmt: skip

    def __init__(self, policies: Policies, action: str) -> None:
        def narrowed(kind: LayerKind, documents: Sequence[Document], level: int = 0) -> Candidates:
            short = SHORT_ARNS[kind]
            return Candidates(
                kind,
                level,
                [
                    (place, statement)
                    for place, document in enumerate(documents)
                    for statement in document.compiled.candidates(short, action)
                ],
            )

        self.identity = narrowed(LayerKind.IDENTITY, policies.identity)
        self.boundary = narrowed(LayerKind.BOUNDARY, policies.permissions_boundary or ())
        self.session = narrowed(LayerKind.SESSION, policies.session)
        self.resource = narrowed(
            LayerKind.RESOURCE, () if policies.resource is None else (policies.resource,)
        )
        self.endpoint = narrowed(LayerKind.ENDPOINT, policies.endpoint)
        self.service_control = tuple(
            narrowed(LayerKind.SERVICE_CONTROL, documents, level)
            for level, documents in enumerate(policies.service_control)
        )
        self.resource_control = tuple(
            narrowed(LayerKind.RESOURCE_CONTROL, documents, level)
            for level, documents in enumerate(policies.resource_control)
        )


_INDEX_LIMIT = 8192


class Policies:
    """The policies that may have a say, layer by layer; immutable.

    Documents may be mappings, JSON texts or `Document`s. A document that is given and holds no
    statement is a policy that grants nothing; `None` is no policy (EVALUATION rule E5).
    """

    __slots__ = (
        "_by_action",
        "endpoint",
        "identity",
        "permissions_boundary",
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
        self.permissions_boundary = (
            None if permissions_boundary is None else _documents(permissions_boundary)
        )
        self.session = _documents(session)
        self.service_control = tuple(_documents(level) for level in service_control or ())
        self.resource_control = tuple(_documents(level) for level in resource_control or ())
        self.resource = None if resource is None else Document.of(resource)
        self.endpoint = _documents(endpoint)
        self._by_action: dict[str, ActionCandidates] = {}

    def candidates(self, action: str) -> ActionCandidates:
        """Return the statements that an action, in lower case, has to do with; kept."""
        found = self._by_action.get(action)
        if found is None:
            if len(self._by_action) >= _INDEX_LIMIT:
                self._by_action.clear()
            found = self._by_action[action] = ActionCandidates(self, action)
        return found

    def with_(self, **changes: object) -> Policies:
        """Return policies that differ only in the given layers."""
        layers: dict[str, object] = {
            name: getattr(self, name) for name in self.__slots__ if name != "_by_action"
        }
        return Policies(**{**layers, **changes})  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policies) and all(
            getattr(self, name) == getattr(other, name)
            for name in self.__slots__
            if name != "_by_action"
        )

    __hash__ = None  # type: ignore[assignment]


def _documents(given: DocumentLike | Sequence[DocumentLike] | None) -> tuple[Document, ...]:
    if given is None:
        return ()
    if isinstance(given, Mapping | str | bytes | Document):
        return (Document.of(given),)
    return tuple(Document.of(item) for item in given)
