"""The requests that an assertion stands for: one, or one for everything its wildcards take in.

Resources are parted by the patterns of all policies that have a say, as effective permissions are,
and one witness of each part is asked about; actions that effective permissions call granted on
every resource, or blocked, need no question.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog
from iam_tui.account.arns import Arn
from iam_tui.account.context import owner_of, principal_context
from iam_tui.account.layers import layers
from iam_tui.analysis.answers import witness_of
from iam_tui.analysis.atoms import Atom, Side, atoms_of, covers, resource_glob
from iam_tui.analysis.effective import EffectivePermissions
from iam_tui.analysis.masks import masks_of
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.surroundings import surroundings
from iam_tui.analysis.why_not_request import trial
from iam_tui.errors import UnknownName, UsageError, nearest
from iam_tui.policy import globs
from iam_tui.policy.requests import SHORT_ARNS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam_tui.account import Account, Group, Role, User
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.analysis.why_not_request import Ask
    from iam_tui.policy.evaluation import Question
    from iam_tui.policy.globs import Glob
    from iam_tui.policy.plans import Candidates
    from iam_tui.policy.statements import Statement

ANONYMOUS = "anonymous"
"""What a caller is called who signs with nothing; `*` is everybody here."""

_ALWAYS_ASKED = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})
"""Calls that need no policy (E40, E41)."""
_ASKED_PATTERN = Side(-2, deny=False, negated=True)
"""Of what stands for the assertion's own pattern: every overlap with it is a part."""
_AROUND = Side(-1, deny=False, negated=True)


class Promised(NamedTuple):
    """One request of an assertion, or several of which the answer is known without asking."""

    ask: Ask
    allowed: bool
    simulation: Simulation | None = None
    requests: int = 1
    """How many requests it stands for."""
    part: str = ""
    """The part of the resources that it stands for, as a pattern."""


def is_open(text: str) -> bool:
    """Whether a text has a wildcard."""
    return "*" in text or "?" in text


def principals_of(account: Account, pattern: str) -> tuple[str, ...]:
    """Return the principals that an assertion is about: ARNs, or texts of somebody outside.

    Raises:
        UnknownName: When a pattern takes in nobody, or a name is that of nobody.
        UsageError: When the text is no principal.
    """
    if pattern == ANONYMOUS:
        return ("*",)
    if not is_open(pattern):
        return (_known(account, pattern),)
    several: list[Group | User | Role] = [*account.users.values(), *account.roles.values()]
    if pattern.startswith("group/") or ":group/" in pattern:
        several = [*account.groups.values()]
    glob = globs.glob_of(pattern)
    found = tuple(
        entity.arn
        for entity in several
        if pattern == "*" or any(globs.matches(glob, name) for name in _names(entity))
    )
    if not found:
        known = [account.reference(entity.arn) for entity in several]
        raise UnknownName(pattern, "user or role like", nearest(pattern, known))
    return found


def _known(account: Account, reference: str) -> str:
    if reference.startswith("arn:") or "/" not in reference:
        return account.root_user.arn if reference == "root" else reference
    return account.resolve(reference)


def _names(entity: Group | User | Role) -> tuple[str, str, str]:
    """Return the names of an identity: in short, with its path, as an ARN."""
    return f"{entity.kind}/{entity.name}", entity.arn.rsplit(":", 1)[-1], entity.arn


def requests_of(account: Account, ask: Ask) -> Iterator[Promised]:
    """Yield the requests that an assertion stands for, as the account answers them.

    Args:
        account: The account.
        ask: The assertion as a request, with its wildcards.

    Raises:
        UnknownName: When a pattern takes in nothing, or a name is not known.
        UsageError: When principal or action can be none.
    """
    for principal in principals_of(account, ask.principal):
        one = ask._replace(principal=principal)
        if is_open(ask.action):
            yield from _of_actions(account, one)
        else:
            yield from _of_resources(account, one)


# --- every action -------------------------------------------------------------------------------


def _of_actions(account: Account, ask: Ask) -> Iterator[Promised]:
    bits = catalog.match(ask.action)
    if not bits:
        close = catalog.nearest_actions(ask.action.replace("*", ""))
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise UsageError(f"no action is like {ask.action!r}{hint}")
    settled = _settled(account, ask, bits)
    for service, wanted in bits.items():
        left = wanted
        for state, known in settled.get(service, ()):
            left &= ~known
            if state is None:
                yield from _each(account, ask, service, known)
            else:
                action = _first(service, known)
                one = ask._replace(action=action)
                yield Promised(one, allowed=state, requests=known.bit_count())
        yield from _denied(account, ask, service, left)


def _each(account: Account, ask: Ask, service: str, bits: int) -> Iterator[Promised]:
    for action in _actions(service, bits):
        yield from _of_resources(account, ask._replace(action=action))


def _denied(account: Account, ask: Ask, service: str, bits: int) -> Iterator[Promised]:
    """Yield the actions that no policy allows; those that need none are asked all the same."""
    rest = 0
    for place, name in enumerate(catalog.actions(service)):
        if bits >> place & 1:
            if f"{service}:{name}".lower() in _ALWAYS_ASKED:
                yield from _of_resources(account, ask._replace(action=f"{service}:{name}"))
            else:
                rest |= 1 << place
    if rest:
        action = _first(service, rest)
        one = ask._replace(action=action)
        yield Promised(one, allowed=False, requests=rest.bit_count())


def _actions(service: str, bits: int) -> Iterator[str]:
    for place, name in enumerate(catalog.actions(service)):
        if bits >> place & 1:
            yield f"{service}:{name}"


def _first(service: str, bits: int) -> str:
    return next(_actions(service, bits))


States = dict[str, list[tuple[bool | None, int]]]
"""Service -> (allowed, denied or to be asked; bits of the actions)."""


def _settled(account: Account, ask: Ask, bits: dict[str, int]) -> States:
    """Return which actions are allowed or denied whatever is asked; the others no policy allows."""
    known = {key.lower() for key in principal_context(account, ask.principal)}
    if not known.isdisjoint(key.lower() for key in ask.context):
        # Effective permissions are those of the principal as it is, not as the context has it.
        return _by_masks(account, ask.principal, bits)
    try:
        effective = EffectivePermissions(account, ask.principal, within=bits)
    except UsageError:
        return _by_masks(account, ask.principal, bits)
    is_own = owner_of(account, ask.resource or "*") in (None, account.id)
    found: States = {}
    for service in effective.by_service:
        for group in effective.groups(service):
            state = {"granted": True, "blocked": False}.get(group.answer.status)
            found.setdefault(service, []).append((state if is_own else None, group.bits))
    return found


def _by_masks(account: Account, principal: str, bits: dict[str, int]) -> States:
    """Return the actions that some Allow covers, in the principal's policies or a resource's."""
    if principal == account.root_user.arn:
        return {service: [(None, wanted)] for service, wanted in bits.items()}
    documents = list(layers(account, principal).documents)
    documents += [item.policy for item in account.resources.values() if item.policy is not None]
    documents += [role.trust_policy for role in account.roles.values() if role.trust_policy]
    found: States = {}
    for service, wanted in bits.items():
        allowed = 0
        for document in documents:
            allowed |= masks_of(document).allowed(service)
        if allowed & wanted:
            found[service] = [(None, allowed & wanted)]
    return found


# --- every resource -----------------------------------------------------------------------------


def _of_resources(account: Account, ask: Ask) -> Iterator[Promised]:
    pattern = ask.resource or "*"
    if not is_open(pattern):
        found = ask.of(account)
        yield Promised(ask, found.allowed, found, part=pattern)
        return
    asked = trial(account, ask)
    if not asked.allowed and not _may_differ(account, asked.question):
        yield Promised(ask, allowed=False, simulation=asked.simulation, part=pattern)
        return
    for resource, part in _resources(account, ask, asked.question).items():
        one = ask._replace(resource=resource)
        found = one.of(account)
        yield Promised(one, found.allowed, found, part=part)


def _may_differ(account: Account, question: Question) -> bool:
    """Whether a resource may be allowed although its pattern is denied.

    A pattern is denied only where no Allow takes in a part of it, or a Deny all of it (R25). What
    it has not is the policy and the tags of a single resource.
    """
    if _reads_tags(question):
        return True
    if question.action.is_trust:
        return bool(surroundings(account).roles_for(question.caller))
    short, key = SHORT_ARNS[LayerKind.RESOURCE], question.action.key
    return any(
        not statement.deny and question.reaches(statement, LayerKind.RESOURCE) is not None
        for resource in account.resources.values()
        if resource.policy is not None
        for statement in resource.policy.compiled.candidates(short, key)
    )


_OF_RESOURCES = ("aws:resource", "iam:resourcetag/")


def _keys(statement: Statement) -> Iterator[str]:
    """Yield the keys that a statement reads, in conditions and variables."""
    for condition in statement.conditions:
        yield from condition.keys
    for pattern in (*(statement.resources or ()), *(statement.not_resources or ())):
        yield from pattern.keys


def _resources(account: Account, ask: Ask, question: Question) -> dict[str, str]:
    """Return one resource of every part of the assertion's pattern, with the part."""
    pattern = ask.resource or "*"
    if question.action.fixed_resource:
        return {"*": "*"}
    wanted = resource_glob(pattern)
    several = _patterns(account, question, wanted)
    parts = [
        part
        for part in atoms_of(several, account.id, account.partition)
        if part.glob is not None and part.text != "*" and covers(wanted, part.glob)
    ]
    fitting = [part for part in parts if _fits(question, part.witness)]
    if pattern == "*":
        rest = witness_of(Prober(account, ask.principal), ask.action, "*")
        fitting.append(Atom("*", rest))
    return {part.witness: part.text for part in fitting or parts}


def _patterns(account: Account, question: Question, wanted: Glob) -> Iterator[tuple[Glob, Side]]:
    """Yield what cuts the resources of an action: patterns of policies, resources of the file."""
    yield wanted, _ASKED_PATTERN
    if question.action.service == "s3" and wanted[-1] is globs.ANY:
        # The pattern takes in buckets, and the objects in them.
        start = [f"arn:{account.partition}:s3:::"] if wanted == (globs.ANY,) else []
        yield globs.joined([*start, *wanted, "/", globs.ANY]), _ASKED_PATTERN
        yield globs.joined([*start, *wanted]), _ASKED_PATTERN
    for number, layer in enumerate(_layers(question)):
        for _, statement in (*layer.allows, *layer.denies):
            for patterns, negated in (
                (statement.resources, False),
                (statement.not_resources, True),
            ):
                for pattern in patterns or ():
                    glob = None if pattern.is_everything else pattern.resolve(question.context)
                    if glob is not None:
                        yield glob, Side(number, statement.deny, negated)
    yield from _around(account, question)


def _layers(question: Question) -> Iterator[Candidates]:
    found = question.candidates
    yield from (found.identity, found.boundary, found.session)
    yield from (*found.service_control, *found.resource_control)


def _around(account: Account, question: Question) -> Iterator[tuple[Glob, Side]]:
    """Yield the resources whose own policy, or tags, may make a difference."""
    action = question.action
    short = SHORT_ARNS[LayerKind.RESOURCE]
    for arn, resource in account.resources.items():
        yield (arn,), _AROUND
        if action.service == "s3" and ":s3:::" in arn and "/" not in arn:
            yield globs.glob_of(f"{arn}/*"), _AROUND
        if resource.policy is None:
            continue
        for statement in resource.policy.compiled.candidates(short, action.key):
            for pattern in (*(statement.resources or ()), *(statement.not_resources or ())):
                glob = pattern.resolve(question.context)
                if glob is not None:
                    yield glob, _AROUND
    if action.is_trust:
        yield from (((role.arn,), _AROUND) for role in _roles(account, question))
    elif action.service == "iam" and _reads_tags(question):
        for entities in (account.roles, account.users, account.policies):
            yield from (((arn,), _AROUND) for arn in entities)


def _roles(account: Account, question: Question) -> Iterator[Role]:
    """Yield the roles that may trust the caller, and one that does not."""
    trusting = {item.arn for item in surroundings(account).roles_for(question.caller)}
    others = (role for arn, role in account.roles.items() if arn not in trusting)
    yield from islice(others, 1)
    yield from (account.roles[arn] for arn in trusting)


def _reads_tags(question: Question) -> bool:
    return any(
        key.startswith(_OF_RESOURCES)
        for layer in _layers(question)
        for _, statement in (*layer.allows, *layer.denies)
        for key in _keys(statement)
    )


def _fits(question: Question, witness: str) -> bool:
    """Whether an action can be about a resource: another service's, or a bucket, may not."""
    details = catalog.action_details(question.action.key)
    arn = Arn.parse(witness)
    if details is None or arn is None:
        return True
    service = question.action.service
    kinds = [catalog.resource_type(service, kind) for kind in details.resource_types]
    services = {kind.arn.split(":")[2] for kind in kinds if kind is not None}
    if services and arn.service not in services:
        return False
    names = set(details.resource_types)
    if service != "s3" or not {"object", "bucket"} & names or {"object", "bucket"} <= names:
        return True
    return ("/" in arn.resource) is ("object" in names)
