"""Blast radius: who gains, loses or changes what between two versions of an account.

Only principals whose layers or surroundings differ are looked at, and of these only the actions
that the differing documents name. A property test proves that this is the difference of the full
effective permissions of everybody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.difference import changed_entities
from iam_tui.account.entities import Group, Policy, Role, User
from iam_tui.account.layers import Layers, layers
from iam_tui.analysis.changes import ChangedPermission, PermissionChanges
from iam_tui.analysis.counting import ReachCounter
from iam_tui.analysis.effective import EffectivePermissions
from iam_tui.analysis.masks import masks_of
from iam_tui.analysis.reading import reads_resource_tags
from iam_tui.analysis.trust_reach import trust_bits
from iam_tui.policy.principals import Caller, Naming, parse_principal
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from iam_tui.account import Account, Entity
    from iam_tui.account.difference import EntityChange
    from iam_tui.policy.documents import Document
    from iam_tui.policy.statements import Statement

Within = dict[str, int] | None
"""Service -> bits of the actions that can differ; None: any."""


class Reach(NamedTuple):
    """What a change does to one principal."""

    principal: str
    """ARN of a user, a role or the root user."""
    gained: dict[str, int]
    """Access level -> how many actions."""
    lost: dict[str, int]
    changed: dict[str, int]
    actions: tuple[ChangedPermission, ...] = ()
    """The actions themselves, where they were asked for."""


def blast_radius(
    before: Account,
    after: Account,
    *,
    actions: bool = False,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Reach, ...]:
    """Return one row for every principal that can do something else after than before.

    A principal that only one of the accounts has gains or loses all it can do. Groups have no
    rows: what they give is counted at their members.

    Args:
        before: The account as it was.
        after: The account as it is.
        actions: Whether the rows name the actions.
        should_stop: Asked for every principal; when it says so, what was found so far is given.
    """
    found: list[Reach] = []
    counter = ReachCounter(before, after)
    for principal, within in _touched(before, after, counter):
        if should_stop is not None and should_stop():
            break
        if actions or within is None:
            row = _reach(before, after, principal, within, actions=actions)
        else:
            counts = counter.counts(principal, within)
            row = None if counts is None else Reach(principal, *counts)
        if row is not None:
            found.append(row)
    return tuple(found)


def _reach(
    before: Account, after: Account, principal: str, within: Within, *, actions: bool
) -> Reach | None:
    changes = PermissionChanges(
        _effective(before, principal, within), _effective(after, principal, within)
    )
    if not changes:
        return None
    return Reach(
        principal,
        changes.by_level("+"),
        changes.by_level("-"),
        changes.by_level("~"),
        tuple(changes) if actions else (),
    )


def _effective(account: Account, principal: str, within: Within) -> EffectivePermissions | None:
    if account.identity(principal) is None:
        return None
    return EffectivePermissions(account, principal, within=within)


# --- whom to look at -----------------------------------------------------------------------------


def _touched(
    before: Account, after: Account, counter: ReachCounter
) -> Iterator[tuple[str, Within]]:
    """Yield the principals for whom something may differ, each with the actions that may."""
    if _differs_for_all(before, after):
        yield from ((principal, None) for principal in _everyone(before, after))
        return
    changes = changed_entities(before, after)
    own = _with_other_layers(before, after, changes)
    everyone = _everyone(before, after)
    trust, tags = _changed_trust(changes), _tags_differ(changes)
    becomes_known = _is_known_in_one_only(changes)
    sts = _of_sts(trust)
    for principal in everyone if trust or tags else [p for p in everyone if p in own]:
        within: Within = {}
        if principal in own:
            within = _within(before, after, principal, counter)
        if tags and within is not None and _reads_tags(before, after, principal):
            within = None
        if (
            trust
            and within is not None
            and _is_reached(before, after, principal, trust, becomes_known=becomes_known)
        ):
            within = {**within, "sts": within.get("sts", 0) | sts}
        if within is None or within:
            yield principal, within


def _differs_for_all(before: Account, after: Account) -> bool:
    return (
        (before.id, before.partition) != (after.id, after.partition)
        or before.organization != after.organization
        or before.resources != after.resources
    )


def _everyone(before: Account, after: Account) -> list[str]:
    return list(
        dict.fromkeys(
            principal
            for account in (before, after)
            for principal in (account.root_user.arn, *account.users, *account.roles)
        )
    )


def _with_other_layers(
    before: Account, after: Account, changes: Iterable[EntityChange]
) -> set[str]:
    """Return the users and roles that have something of what was changed."""
    keys = {change.key for change in changes}
    found = {key for key in keys if _is_principal(before, key) or _is_principal(after, key)}
    for account in (before, after):
        groups = {arn for arn in keys if arn in account.groups}
        policies = {key for key in keys if key in account.policies} | {
            change.key for change in changes if isinstance(change.before or change.after, Policy)
        }
        if policies:
            groups |= {a for a, g in account.groups.items() if not policies.isdisjoint(g.policies)}
            found |= set(_holders(account, policies))
        for group in groups:
            found.update(account.members.get(group, ()))
    return found


def _is_principal(account: Account, key: str) -> bool:
    return key in account.users or key in account.roles


def _holders(account: Account, policies: set[str]) -> Iterator[str]:
    several: tuple[Mapping[str, User | Role], ...] = (account.users, account.roles)
    for entities in several:
        for arn, entity in entities.items():
            if entity.permissions_boundary in policies or not policies.isdisjoint(entity.policies):
                yield arn


# --- which actions -------------------------------------------------------------------------------


def _within(before: Account, after: Account, principal: str, counter: ReachCounter) -> Within:
    """Return the actions that can differ for a principal whose layers may."""
    old, new = before.identity(principal), after.identity(principal)
    if old is None or new is None or _facts(old) != _facts(new):
        return None
    former, latter = counter.layers(principal)
    if _limits(former) != _limits(latter):
        return None
    return _covered(frozenset(former.documents) ^ frozenset(latter.documents))


def _facts(entity: Entity) -> object:
    """Return what of a principal itself conditions and variables may read."""
    if isinstance(entity, User | Role | Group):
        return (entity.name, entity.path, entity.id, entity.tags)
    return None


def _limits(known: Layers) -> object:
    boundary = None if known.boundary is None else known.boundary.document
    return (boundary, known.unknown_boundary)


@lru_cache(maxsize=1024)
def _covered(documents: frozenset[Document]) -> Within:
    """Return the actions that the documents name; None when one is outside the catalogue."""
    found: dict[str, int] = {}
    for document in documents:
        masks = masks_of(document)
        if any(True for _ in masks.unknown_actions(denies_too=True)):
            return None
        for service in masks.services():
            for _, mask in masks.of(service):
                found[service] = found.get(service, 0) | mask
    return found


# --- what lies around ----------------------------------------------------------------------------


def _changed_trust(changes: Iterable[EntityChange]) -> list[Statement]:
    """Return the statements of trust policies that only one of the accounts has."""
    found: list[Statement] = []
    for change in changes:
        former, latter = _trust(change.before), _trust(change.after)
        found += _lacking(former, latter)
        found += _lacking(latter, former)
    return found


def _trust(entity: Entity | None) -> Document | None:
    return entity.trust_policy if isinstance(entity, Role) else None


def _lacking(document: Document | None, other: Document | None) -> list[Statement]:
    """Return the statements of a trust policy that another one does not have."""
    if document is None or document == other:
        return []
    is_read_alike = other is not None and _version(document) == _version(other)
    theirs = other.statements if other is not None and is_read_alike else ()
    every = document.compiled.statements(SHORT_ARNS[LayerKind.RESOURCE])
    written = zip(every, document.statements, strict=True)
    return [statement for statement, text in written if text not in theirs]


def _of_sts(trust: Iterable[Statement]) -> int:
    """Return the actions of STS of which trust policies with these statements say something."""
    found = trust_bits()
    for document in {statement.document for statement in trust}:
        for _, mask in masks_of(document).of("sts"):
            found |= mask
    return found


def _version(document: Document) -> object:
    """Return what decides whether `${...}` is a variable (G2)."""
    return document.value.get("Version") if isinstance(document.value, dict) else None


def _is_known_in_one_only(changes: Iterable[EntityChange]) -> bool:
    """Whether a role's trust policy is known in one of the accounts and not in the other.

    What is allowed on a role whose trust policy nobody knows is limited, not gone.
    """
    roles = [change for change in changes if isinstance(change.before or change.after, Role)]
    return any((_trust(one.before) is None) != (_trust(one.after) is None) for one in roles)


def _is_reached(
    before: Account,
    after: Account,
    principal: str,
    trust: Iterable[Statement],
    *,
    becomes_known: bool,
) -> bool:
    """Whether changed statements of trust policies may make a difference to a principal.

    An Allow that names only its account makes none to a principal without an Allow of its own
    (E11).

    Args:
        before: The account as it was.
        after: The account as it is.
        principal: Whose permissions are compared.
        trust: The statements that only one of the accounts has.
        becomes_known: Whether a trust policy is known in one of the accounts only.
    """
    for account in (after, before):
        entity = account.identity(principal)
        if entity is None:
            continue
        named = {(naming, deny) for naming, deny in _namings(entity, trust) if naming is not None}
        if named - {(Naming.ACCOUNT, False)}:
            return True
        if (named or becomes_known) and any(
            masks_of(document).allowed("sts") & trust_bits()
            for document in layers(account, principal).documents
        ):
            return True
    return False


def _namings(entity: Entity, trust: Iterable[Statement]) -> Iterator[tuple[Naming | None, bool]]:
    """Yield how each statement names an entity, and whether it denies."""
    has_boundary = isinstance(entity, User | Role) and entity.permissions_boundary is not None
    user_id = entity.id if isinstance(entity, User | Role) else None
    caller = Caller(parse_principal(entity.arn), user_id, None, has_boundary)
    for statement in trust:
        if statement.principal is not None:
            yield statement.principal.applies(caller, deny=statement.deny), statement.deny


def _tags_differ(changes: Iterable[EntityChange]) -> bool:
    return any(_tags(change.before) != _tags(change.after) for change in changes)


def _tags(entity: Entity | None) -> dict[str, str]:
    return entity.tags if isinstance(entity, User | Role | Policy) else {}


def _reads_tags(before: Account, after: Account, principal: str) -> bool:
    return any(
        reads_resource_tags(layers(account, principal))
        for account in (before, after)
        if account.identity(principal) is not None
    )
