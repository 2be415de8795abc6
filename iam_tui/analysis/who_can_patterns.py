"""What `*` in an action or a resource stands for: which questions answer "any", which "all".

*Any* is asked about the pattern itself, as `authorize` takes it, and about each resource of the
account whose own policy may let somebody in. *All* is asked about one action of every group that
the same statements cover, and about one resource of every part that the patterns of policies cut
out (EVALUATION 8.2, P2, P3, P7).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog
from iam_tui.account.context import owner_of
from iam_tui.analysis.assumptions import OWN_USER_ACTIONS
from iam_tui.analysis.atoms import Side, atoms_of, common, covers, resource_glob, text_of
from iam_tui.analysis.masks import masks_of
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.surroundings import surroundings
from iam_tui.analysis.who_can_asking import Asked, Everybody
from iam_tui.analysis.who_can_holders import places_of
from iam_tui.analysis.who_can_outside import named_places
from iam_tui.analysis.who_can_statements import cut
from iam_tui.policy import globs
from iam_tui.policy.evaluation import EvalDecision
from iam_tui.policy.globs import ANY, Glob
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.resources import target_of
from iam_tui.policy.special import LIST_RESOURCES, TRUST_ACTIONS, family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account
    from iam_tui.analysis.who_can_holders import Bits, Held, Holders
    from iam_tui.policy.context import Context
    from iam_tui.policy.documents import Document
    from iam_tui.policy.resources import ResourcePattern
    from iam_tui.policy.statements import Statement

_NEGATED = Side(0, deny=True, negated=True)
"""Of patterns whose overlaps are parts of their own."""
_RESOURCE = SHORT_ARNS[LayerKind.RESOURCE]


class Target(NamedTuple):
    """A resource with a policy that may let somebody in."""

    resource: str
    among: Bits | None
    """The principals of the account whom it may concern; None: all."""


def actions_meant(account: Account, holders: Holders, pattern: str) -> list[str]:
    """Return one action of every group of those that a pattern matches and that fare alike."""
    if "*" not in pattern:
        return [pattern]
    found: list[str] = []
    for service, bits in sorted(catalog.match(pattern).items()):
        index = catalog.action_index().services[service]
        documents = {*holders.documents(service), *_around(account, service)}
        masks = {mask for one in documents for _, mask in masks_of(one).of(service)}
        for piece in cut([bits], sorted({*masks, index.wildcard_only})):
            by_family: dict[tuple[str, bool], str] = {}
            for place in places_of(piece):
                action = f"{service}:{index.names[place]}"
                key = (family(action.lower()), action.lower() in OWN_USER_ACTIONS)
                by_family.setdefault(key, action)
            found += by_family.values()
    return found


def _around(account: Account, service: str) -> Iterator[Document]:
    for owned in surroundings(account).resources_for(service):
        yield owned.document
    if service == "sts":
        for role in account.roles.values():
            if role.trust_policy is not None:
                yield role.trust_policy


def targets(asked: Asked, holders: Holders) -> Iterator[Target]:
    """Yield the resources that a pattern, or no resource, stands for and that have a policy."""
    pattern = _glob(asked.resource)
    if pattern is None or is_fixed(asked.action):
        return
    for resource, document in _owned(asked.account, asked.action):
        inside = _inside(resource, pattern)
        allows = [
            one
            for one in document.compiled.candidates(_RESOURCE, asked.action.lower())
            if not one.deny and one.principal is not None
        ]
        if inside is not None and allows:
            yield Target(inside, _concerned(asked, holders, inside, allows))


def is_fixed(action: str) -> bool:
    """Whether an action is authorised on something else than the request names (A8, A8a)."""
    return catalog.wildcard_only(action) or action.lower() in LIST_RESOURCES


def _glob(resource: str | None) -> Glob | None:
    """Return what a request's resource stands for, None when it is one."""
    target = target_of("*" if resource is None else resource)
    return None if target is None else target.pattern


def _owned(account: Account, action: str) -> Iterator[tuple[str, Document]]:
    """Yield the resources whose policies may have a say; a bucket also for its objects."""
    if action.lower() in TRUST_ACTIONS:
        for arn, role in account.roles.items():
            if role.trust_policy is not None:
                yield arn, role.trust_policy
        return
    for owned in surroundings(account).resources_for(action.partition(":")[0].lower()):
        yield owned.arn, owned.document
        if ":s3:::" in owned.arn and "/" not in owned.arn:
            yield f"{owned.arn}/*", owned.document


def _inside(resource: str, pattern: Glob) -> str | None:
    """Return what of a resource, or of the objects of a bucket, lies inside a pattern."""
    target = target_of(resource)
    if target is None or target.pattern is None:
        return resource if globs.matches(pattern, resource) else None
    overlap = common(target.pattern, pattern)
    return None if overlap is None else text_of(overlap)


def _concerned(
    asked: Asked, holders: Holders, resource: str, allows: list[Statement]
) -> Bits | None:
    """Return whom of the account the policy of a resource gives what they have not anyway.

    What a policy leaves to the identities of its own account they are asked about with the
    pattern; a key's policy must take part, and so must that of a resource of another account.
    """
    owner = owner_of(asked.account, resource)
    if asked.action.lower().startswith("kms:") or owner not in (None, asked.account.id):
        return None
    bits = 0
    for statement in allows:
        entries = named_places(statement)
        if entries is None:
            return None
        for entry in entries:
            for place in holders.places_named(entry):
                bits |= 1 << place
    return bits


# --- all -----------------------------------------------------------------------------------------


def able_to_all(asked: Asked, holders: Holders, among: Bits) -> Bits:
    """Return who of some principals may do an action on every resource that a pattern matches.

    Args:
        asked: The question; the action is one action.
        holders: Who has which document.
        among: Whom to ask.
    """
    pattern = None if asked.resource is None else _glob(asked.resource)
    if pattern is None or is_fixed(asked.action):
        return _allowed(asked, holders, among)
    found = _All(asked, holders, pattern)
    bits = found.on_the_rest(among)
    bits = found.on_known_resources(bits) if bits else 0
    return found.on_parts(bits) if bits else 0


def _allowed(asked: Asked, holders: Holders, among: Bits) -> Bits:
    bits = 0
    for part in Everybody(asked, holders, among).parts:
        if part.decision is EvalDecision.ALLOWED:
            bits |= part.bits
    return bits & among


class _All:
    """One action on all resources that a pattern matches."""

    def __init__(self, asked: Asked, holders: Holders, pattern: Glob) -> None:
        self._asked, self._holders = asked, holders
        self._pattern = _of_service(asked) or pattern if pattern == (ANY,) else pattern
        self._contexts: dict[int, Context] = {}

    def on_the_rest(self, among: Bits) -> Bits:
        """Return who may do it on what no narrower pattern names.

        Who may has an Allow that takes in the whole pattern in every layer that needs one.
        """
        everything = [glob for glob, _ in self._patterns(among, cutting_only=False)]
        witness = self._witnesses([])[0]
        narrower = [
            glob
            for glob in dict.fromkeys(everything)
            if globs.matches(glob, witness) and not covers(glob, self._pattern)
        ]
        if narrower:
            witness = self._witnesses(narrower)[0]
        return _allowed(self._about(witness), self._holders, among)

    def on_known_resources(self, among: Bits) -> Bits:
        """Return who may do it on the resources of the account that fare differently."""
        bits = among
        for resource, document in self._special_resources():
            if not bits:
                break
            inside = _inside(resource, self._pattern)
            if inside is None:
                continue
            cutting = [] if document is None else _cutting(document, self._asked.action)
            for witness in self._parts_of(inside, cutting):
                bits = _allowed(self._about(witness), self._holders, bits) if bits else 0
        return bits

    def on_parts(self, among: Bits) -> Bits:
        """Return who may do it on all parts that patterns of Denies and exceptions cut out."""
        cutting: dict[int, list[Glob]] = {}
        for glob, holders in self._patterns(among, cutting_only=True):
            for place in places_of(holders & among):
                cutting.setdefault(place, []).append(glob)
        bits = among
        by_patterns: dict[tuple[Glob, ...], Bits] = {}
        for place, several in cutting.items():
            key = tuple(dict.fromkeys(several))
            by_patterns[key] = by_patterns.get(key, 0) | 1 << place
        for patterns, some in by_patterns.items():
            left = some
            for witness in self._witnesses([*patterns])[1:]:
                left = _allowed(self._about(witness), self._holders, left) if left else 0
            bits &= ~some | left
        return bits

    def _about(self, resource: str) -> Asked:
        return self._asked._replace(resource=resource)

    def _witnesses(self, others: list[Glob]) -> list[str]:
        """Return a resource of the pattern, and one of each part that others cut out of it."""
        account = self._asked.account
        pairs = [(glob, _NEGATED) for glob in dict.fromkeys([self._pattern, *others])]
        atoms = atoms_of(pairs, account.id, account.partition)
        inside = (
            one.witness
            for one in atoms[1:]
            if one.glob is not None and covers(self._pattern, one.glob)
        )
        return [atoms[0].witness, *(one for one in inside if self._may_be_about(one))]

    def _may_be_about(self, resource: str) -> bool:
        """Whether the action takes resources of the service that an ARN names."""
        service = resource.split(":")[2] if resource.startswith("arn:") else ""
        if service == self._asked.action.partition(":")[0].lower():
            return True
        return not self._services or service in self._services

    @cached_property
    def _services(self) -> frozenset[str]:
        """The services whose ARNs stand for resources of the action; none: nobody knows."""
        details = catalog.action_details(self._asked.action)
        service = self._asked.action.partition(":")[0]
        found = (
            (catalog.resource_type(service, name) for name in details.resource_types)
            if details is not None
            else ()
        )
        return frozenset(one.arn.split(":")[2] for one in found if one is not None)

    def _parts_of(self, resource: str, cutting: list[Glob]) -> list[str]:
        """Return a resource of each part that the policy of a resource cuts out of it."""
        target = target_of(resource)
        if target is None or target.pattern is None:
            return [resource]
        account = self._asked.account
        pairs = [(glob, _NEGATED) for glob in dict.fromkeys([target.pattern, *cutting])]
        return [
            one.witness
            for one in atoms_of(pairs, account.id, account.partition)
            if one.glob is not None and covers(target.pattern, one.glob)
        ]

    def _patterns(self, among: Bits, *, cutting_only: bool) -> Iterator[tuple[Glob, Bits]]:
        """Yield the patterns of statements that overlap the one asked about, with their holders."""
        for held in self._layers():
            some = held.holders & among
            for statement in held.statements if some else ():
                entries = [*(statement.not_resources or ())]
                if statement.deny or not cutting_only:
                    entries += statement.resources or ()
                for entry in entries:
                    if entry.is_everything:
                        continue
                    for glob, bits in self._resolved(entry, some):
                        if common(glob, self._pattern) is not None:
                            yield glob, bits

    def _resolved(self, entry: ResourcePattern, bits: Bits) -> Iterator[tuple[Glob, Bits]]:
        """Yield what a pattern is for whom, with each principal's own values put in."""
        if entry.glob is not None:
            yield entry.glob, bits
            return
        for place in places_of(bits) if entry.template is not None else ():
            glob = entry.resolve(self._context(place))
            if glob is not None:
                yield glob, 1 << place

    def _context(self, place: int) -> Context:
        found = self._contexts.get(place)
        if found is None:
            prober = Prober(self._asked.account, self._holders.principals[place])
            found = self._contexts[place] = prober.own_context
        return found

    def _layers(self) -> Iterator[Held]:
        """Yield the documents of all layers of principals that say something of the action."""
        action = self._asked.action.lower()
        for kind in (LayerKind.IDENTITY, LayerKind.BOUNDARY):
            yield from self._holders.held(kind, action)
        for level in range(self._holders.levels):
            for kind in (LayerKind.SERVICE_CONTROL, LayerKind.RESOURCE_CONTROL):
                yield from self._holders.held(kind, action, level)

    def _special_resources(self) -> Iterator[tuple[str, Document | None]]:
        """Yield the resources whose own policies or tags may decide otherwise than for the rest."""
        account, action = self._asked.account, self._asked.action
        yield from _owned(account, action)
        if self._reads_tags():
            service = action.partition(":")[0].lower()
            known = (*account.resources, *account.roles, *account.users, *account.policies)
            yield from ((arn, None) for arn in known if service in ("sts", arn.split(":")[2]))

    def _reads_tags(self) -> bool:
        """Whether a condition or variable reads tags of resources."""
        return any(
            ":resourcetag/" in key
            for held in self._layers()
            for statement in held.statements
            for condition in statement.conditions
            for key in condition.keys
        )


def _of_service(asked: Asked) -> Glob | None:
    """Return what `*` stands for where the policy of the resource must take part: roles, keys."""
    account = asked.account
    if asked.action.lower() in TRUST_ACTIONS:
        return resource_glob(f"arn:{account.partition}:iam::{account.id}:role/*")
    if asked.action.lower().startswith("kms:"):
        return resource_glob(f"arn:{account.partition}:kms:*:{account.id}:key/*")
    return None


def _cutting(document: Document, action: str) -> list[Glob]:
    """Return the patterns of the policy of a resource."""
    return [
        entry.glob
        for statement in document.compiled.candidates(_RESOURCE, action.lower())
        for entry in (*(statement.resources or ()), *(statement.not_resources or ()))
        if entry.glob is not None and not entry.is_everything
    ]
