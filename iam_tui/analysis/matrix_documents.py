"""What every document of an account says of all actions, to whom: the masks of an access matrix."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.context import known_resource
from iam_tui.analysis.matrix_masks import (
    NOTHING,
    Mask,
    Masks,
    Truth,
    action_mask,
    has_keys,
    is_of_another,
    layout,
    on_everything,
    statement_masks,
)
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.reading import reads, reads_caller_account
from iam_tui.analysis.surroundings import surroundings
from iam_tui.analysis.who_can_holders import first_of, places_of
from iam_tui.analysis.who_can_statements import Statements, reads_own
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.special import LIST_RESOURCES
from iam_tui.policy.variables import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.account import Account
    from iam_tui.analysis.who_can_holders import Bits, Holders
    from iam_tui.policy.documents import Document
    from iam_tui.policy.evaluation import Question
    from iam_tui.policy.principals import PrincipalElement
    from iam_tui.policy.statements import Statement

_IDENTITY, _BOUNDARY = LayerKind.IDENTITY, LayerKind.BOUNDARY
_SCP, _RCP = LayerKind.SERVICE_CONTROL, LayerKind.RESOURCE_CONTROL


class Said(NamedTuple):
    """What all documents say to one principal."""

    policies: Masks
    """The identity policies, with the Denies of all layers."""
    limits: tuple[Masks, ...]
    """The boundary and the SCPs of each level: each has to allow."""


class Trusting(NamedTuple):
    """The roles whose trust policies name principals of the account."""

    mask: Mask
    """What any trust policy says anything of."""
    everyone: tuple[str, ...]
    """The roles that trust everybody."""
    by_place: dict[int, list[str]]
    """Place of a principal -> the roles that name it."""

    def of(self, place: int) -> tuple[str, ...]:
        """Return the roles that name a principal."""
        return (*self.everyone, *self.by_place.get(place, ()))


class _Single(NamedTuple):
    """A statement whose conditions come out differently for those who have it."""

    statement: Statement
    may_apply: Bits
    surely: Bits


class DocumentMasks:
    """The masks of one account's documents."""

    def __init__(self, account: Account, holders: Holders) -> None:
        """Take the documents; masks are made when somebody has one."""
        self._account, self._holders = account, holders
        self._statements = self._conditions()
        self._common: dict[tuple[Document, LayerKind, str], Masks] = {}
        self._singles: dict[tuple[Document, LayerKind], tuple[_Single, ...]] = {}
        self._levels = [[one for one, _ in level] for level in holders.controls(_SCP)]
        self._rcps = [one for level in holders.controls(_RCP) for one, _ in level]
        self.has_foreign = surroundings(account).has_foreign_resources or any(
            arn.split(":")[4] not in ("", account.id) for arn in account.resources
        )
        """Whether policies of resources are known that another account owns."""
        self._tagged = layout().of("iam") | layout().of("sts")
        if any(resource.tags for resource in account.resources.values()):
            self._tagged = layout().every

    def _conditions(self) -> Statements:
        """Return what asks the conditions of statements, whatever the request is."""
        holders = self._holders
        questions = {
            kind: Prober(self._account, holders.principals[first_of(bits)]).anything_asked
            for kind, bits in holders.kinds.items()
            if bits
        }
        everybody = holders.everybody
        return Statements(self._account, holders, questions, frozenset(), everybody, is_self=False)

    def said(self, place: int, kind: str) -> Said:
        """Return what all documents say to a user or role."""
        found = NOTHING
        for document in self._holders.documents_of[place]:
            found = found.united(self._masks(document, _IDENTITY, kind, place))
        limits: list[Masks] = []
        boundary = self._holders.boundaries[place]
        if boundary is not None and not self._holders.linked >> place & 1:
            limits.append(self._masks(boundary, _BOUNDARY, kind, place))
        if not self._holders.unlimited >> place & 1:
            limits += [self._united(level, _SCP, kind, place) for level in self._levels]
            reached = layout().with_rcp
            found = found.united(_denies(self._united(self._rcps, _RCP, kind, place), reached))
        for one in limits:
            found = found.united(_denies(one, layout().every))
        return Said(found, tuple(limits))

    def _united(
        self, documents: Iterable[Document], layer: LayerKind, kind: str, place: int
    ) -> Masks:
        found = NOTHING
        for document in documents:
            found = found.united(self._masks(document, layer, kind, place))
        return found

    def _masks(self, document: Document, layer: LayerKind, kind: str, place: int) -> Masks:
        found = self._common.get((document, layer, kind))
        if found is None:
            found = self._common[(document, layer, kind)] = self._to_all(document, layer, kind)
        for statement, may_apply, surely in self._singles_of(document, layer):
            if may_apply >> place & 1:
                truth = Truth(holds=True, surely=bool(surely >> place & 1))
                found = found.united(self._of(statement, truth, kind))
        return found

    def _to_all(self, document: Document, layer: LayerKind, kind: str) -> Masks:
        """Return what a document says to everybody of a kind."""
        found = NOTHING
        for statement in document.compiled.statements(SHORT_ARNS[layer]):
            if not _reads_own_in_conditions(statement):
                found = found.united(self._of(statement, self._truth(statement, kind), kind))
        return found

    def _singles_of(self, document: Document, layer: LayerKind) -> tuple[_Single, ...]:
        found = self._singles.get((document, layer))
        if found is None:
            several = document.compiled.statements(SHORT_ARNS[layer])
            found = self._singles[(document, layer)] = tuple(
                self._single(statement, self._holding(document, layer))
                for statement in several
                if _reads_own_in_conditions(statement)
            )
        return found

    def _holding(self, document: Document, layer: LayerKind) -> Bits:
        if layer is _IDENTITY:
            return self._holders.identity[document]
        return self._holders.boundary[document] if layer is _BOUNDARY else self._holders.everybody

    def _single(self, statement: Statement, bits: Bits) -> _Single:
        found = self._statements.holding(statement, bits & ~self._holders.kinds["root"])
        if statement.deny:
            return _Single(statement, found.deny, found.allow)
        return _Single(statement, found.allow, found.deny)

    def _truth(self, statement: Statement, kind: str) -> Truth:
        """Return how conditions come out that read nothing in which those of a kind differ."""
        if not statement.conditions:
            return Truth(holds=True, surely=True)
        first = 1 << first_of(self._holders.kinds[kind])
        single = self._single(statement, first)
        return Truth(bool(single.may_apply), bool(single.surely))

    def _of(self, statement: Statement, truth: Truth, kind: str) -> Masks:
        account = self._account
        found = statement_masks(statement, truth, account.id, account.partition, kind == "user")
        if not statement.everywhere:
            found = found.united(self._of_lists(statement, truth))
            found = self._without_known_roles(statement, found)
        about = self._about_resources(statement)
        if about:
            found = Masks(*[mask & ~about for mask in found])._replace(
                unsure=found.unsure | action_mask(statement) & about
            )
        foreign = self._foreign(statement)
        owner = action_mask(statement) if _asks_owner(statement) else 0
        return found._replace(foreign=foreign, owner=owner) if foreign or owner else found

    def _foreign(self, statement: Statement) -> Mask:
        """Return the actions that a statement allows on what another account owns."""
        patterns = () if statement.deny else statement.resources or ()
        account = self._account
        if any(is_of_another(one, account.id, account.partition) for one in patterns):
            return action_mask(statement) & ~layout().wildcard_only & ~layout().listing
        return 0

    def _of_lists(self, statement: Statement, truth: Truth) -> Masks:
        """Return what a statement with patterns says of list actions, which name one ARN (A8a)."""
        found, plan = NOTHING, layout()
        if not action_mask(statement) & plan.listing:
            return found
        patterns = (*(statement.resources or ()), *(statement.not_resources or ()))
        for action, question in self._lists.items():
            mask = plan.named([action]) & action_mask(statement)
            if not mask:
                continue
            if any(has_keys(pattern) for pattern in patterns):
                found = found.united(Masks(unsure=mask))
            elif question.covers(statement, _IDENTITY):
                found = found.united(on_everything(statement, mask, truth))
        return found

    @cached_property
    def _lists(self) -> dict[str, Question]:
        """The list actions, each with a question about it; who asks plays no part."""
        prober = Prober(self._account, self._holders.principals[0])
        return {action: prober.question(action, "*") for action in LIST_RESOURCES}

    def _without_known_roles(self, statement: Statement, found: Masks) -> Masks:
        """Leave open what a statement that names only roles of the account says of assuming them.

        Their trust policies are known and decide.
        """
        trust = layout().trust & (found.allow_part | found.deny_part)
        if not trust or not all(self._is_known(one.text) for one in statement.resources or ()):
            return found
        return found._replace(
            allow_part=found.allow_part & ~trust,
            allow_named=0 if statement.deny else trust,
        )

    def _is_known(self, resource: str) -> bool:
        """Whether the file has a role, or a resource with what is in it."""
        account = self._account
        return resource in account.roles or known_resource(account, resource) is not None

    def _about_resources(self, statement: Statement) -> Mask:
        """Return for which actions a statement's conditions depend on the resource itself."""
        keys = {key for one in statement.conditions for key in one.keys if ":resource" in key}
        found = self._tagged if any(":resourcetag/" in key for key in keys) else 0
        # The account and the organization are those of the own resources, but for EBS (K10).
        found |= layout().of("ebs") if keys else 0
        # Only calls of KMS have it (K13); the conditions are asked of a call that is of no service.
        return found | (layout().of("kms") if reads_caller_account(statement) else 0)

    # --- what lies around ----------------------------------------------------------------

    def around(self) -> list[tuple[Mask, Bits]]:
        """Return the actions of the policies of resources, with whom they may concern."""
        found: list[tuple[Mask, Bits]] = []
        for owned in surroundings(self._account).owned:
            for statement in owned.statements:
                bits = self._meant(statement.principal)
                if bits:
                    found.append((action_mask(statement), bits))
        return found

    @cached_property
    def trusting(self) -> Trusting:
        """Whom trust policies name, their account apart."""
        by_document: dict[Document, list[str]] = {}
        for arn, role in self._account.roles.items():
            if role.trust_policy is not None:
                by_document.setdefault(role.trust_policy, []).append(arn)
        mask, everyone = 0, []
        by_place: dict[int, list[str]] = {}
        for document, roles in by_document.items():
            bits = 0
            for statement in document.compiled.statements(SHORT_ARNS[LayerKind.RESOURCE]):
                if not statement.deny:
                    bits |= self._meant(statement.principal, account_too=False)
                    mask |= action_mask(statement)
            if bits == self._holders.everybody:
                everyone += roles
                continue
            for place in places_of(bits):
                by_place.setdefault(place, []).extend(roles)
        return Trusting(mask, tuple(everyone), by_place)

    def roles_named(self, place: int, mask: Mask) -> tuple[str, ...] | None:
        """Return the roles that a principal's Allows of some actions name, or that name it.

        None when an Allow is about others than roles of the account.
        """
        found: dict[str, None] = {}
        for document in self._holders.documents_of[place]:
            if not _allow_mask(document) & mask:
                continue
            for statement in document.compiled.statements(SHORT_ARNS[_IDENTITY]):
                if not statement.deny and action_mask(statement) & mask:
                    texts = [pattern.text for pattern in statement.resources or ()]
                    if not texts or any(text not in self._account.roles for text in texts):
                        return None
                    found.update(dict.fromkeys(texts))
        found.update(dict.fromkeys(self.trusting.of(place)))
        return tuple(found)

    def allowing(self, place: int, mask: Mask) -> Mask:
        """Return which of some actions any Allow of a principal is about, whatever else it says."""
        found = 0
        for document in self._holders.documents_of[place]:
            found |= _allow_mask(document) & mask
        return found

    def _meant(self, element: PrincipalElement | None, *, account_too: bool = True) -> Bits:
        if element is None:
            return 0
        if element.everyone or element.negated:
            return self._holders.everybody
        bits = 0
        for value in element.aws:
            if account_too and (value == self._account.id or value.endswith(":root")):
                return self._holders.everybody
            for place in self._holders.places_named(value):
                bits |= 1 << place
        return bits

    # --- what can be shared --------------------------------------------------------------

    def relevant(self, place: int, mask: Mask) -> frozenset[Document] | None:
        """Return the documents of a principal that say anything of some actions.

        None when one of them may say something else to others who have it.
        """
        boundary = self._holders.boundaries[place]
        limits = [] if boundary is None else [boundary]
        several = [one for one in self._holders.documents_of[place] if _every_mask(one) & mask]
        controls = [one for level in self._levels for one in level] + self._rcps
        if any(_is_personal(one) for one in (*several, *limits, *controls)):
            return None
        return frozenset(several)


def _asks_owner(statement: Statement) -> bool:
    """Whether conditions or variables read of which account or organization a resource is."""
    found = reads(statement)
    return found.resource and not found.tags_at_most


def _denies(masks: Masks, within: Mask) -> Masks:
    """Return only what a layer takes away."""
    return Masks(
        deny_sure=masks.deny_sure & within,
        deny_maybe=masks.deny_maybe & within,
        deny_part=masks.deny_part & within,
        deny_but=masks.deny_but & within,
        owner=masks.owner & within,
        unsure=masks.unsure & within,
    )


@lru_cache(maxsize=100_000)
def _reads_own_in_conditions(statement: Statement) -> bool:
    return any(reads_own(key) for one in statement.conditions for key in one.keys)


@lru_cache(maxsize=20_000)
def _every_mask(document: Document) -> Mask:
    """Return the actions that a document says anything of."""
    found = 0
    for statement in document.compiled.statements(SHORT_ARNS[_IDENTITY]):
        found |= action_mask(statement)
    return found


@lru_cache(maxsize=20_000)
def _allow_mask(document: Document) -> Mask:
    """Return the actions that the Allows of a document are about."""
    found = 0
    for statement in document.compiled.statements(SHORT_ARNS[_IDENTITY]):
        if not statement.deny:
            found |= action_mask(statement)
    return found


@lru_cache(maxsize=20_000)
def _is_personal(document: Document) -> bool:
    """Whether a document reads anything in which those who have it differ."""
    return any(
        reads_own(key)
        for statement in document.compiled.statements(SHORT_ARNS[_IDENTITY])
        for key in _keys(statement)
    )


def _keys(statement: Statement) -> Iterator[str]:
    for condition in statement.conditions:
        yield from condition.keys
    for pattern in (*(statement.resources or ()), *(statement.not_resources or ())):
        yield from keys_of(pattern.template or ())
