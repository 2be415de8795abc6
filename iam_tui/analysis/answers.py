"""The answer for a group of actions that the same statements have to do with.

Every cell of the resources is asked about by a witness, twice where conditions on unknown keys
matter: once with them against the caller, once for it (EVALUATION 8.2, P5). What comes out says
nothing of the way the statements came by, so principals with the same statements share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from iam_tui.analysis.atoms import (
    EVERYTHING,
    REGION,
    TOKENS,
    Atom,
    Side,
    anything,
    atoms_of,
    each_atom,
    resource_glob,
)
from iam_tui.catalog import wildcard_only
from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.evaluation import EvalDecision, Question, decide
from iam_tui.policy.explanation import blocked_by
from iam_tui.policy.globs import glob_of, joined
from iam_tui.policy.principals import Naming
from iam_tui.policy.requests import LayerKind
from iam_tui.policy.special import TRUST_ACTIONS
from iam_tui.policy.variables import Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iam_tui.analysis.probing import Prober
    from iam_tui.analysis.surroundings import Owned
    from iam_tui.policy.evaluation import Assume, Outcome
    from iam_tui.policy.globs import Glob, Wild
    from iam_tui.policy.resources import ResourcePattern
    from iam_tui.policy.statements import Statement
    from iam_tui.policy.variables import Template

T = TypeVar("T")
Status = Literal["granted", "limited", "blocked"]
"""DESIGN's three words for a row of effective permissions."""

KEY_POLICY = "the key policy, which is not in this file"
OWNER_POLICY = "the policy of its owner, which is not in this file"
ROLE_TRUST = "the trust policy of a role that is not in this file"
BOUNDARY_UNKNOWN = "the permissions boundary, whose document is not known"

_LACKING = {"pb": "boundary", "session": "session", "vpce": "endpoint"}
_KEY_PREFIX = ("key/", "*")


class Source(NamedTuple):
    """A statement that grants or takes away, apart from the way it came by."""

    layer: LayerKind
    level: int
    statement: Statement
    resource: str = ""
    """The resource whose policy it stands in."""


class Answer(NamedTuple):
    """What a group of actions comes to."""

    status: Status
    resources: tuple[str, ...]
    """Patterns on which the actions are allowed, surely or under the conditions."""
    excluded: tuple[str, ...]
    """Patterns inside these on which they are not."""
    conditions: tuple[str, ...]
    """Context keys, or policies that are not known, on which it depends."""
    grants: tuple[Source, ...]
    """The Allow statements that give it, or would."""
    blocks: tuple[Source | str, ...]
    """The Deny statements and the layers without an Allow that take it away."""

    @property
    def is_allowed(self) -> bool:
        """Whether the actions can be done at all."""
        return self.status != "blocked"


class Cell(NamedTuple):
    """What one part of the resources comes to."""

    atom: Atom
    outcome: Literal["sure", "conditional", "blocked", "none"]
    conditions: tuple[str, ...] = ()
    grants: tuple[Source, ...] = ()
    blocks: tuple[Source | str, ...] = ()


def answer(
    prober: Prober,
    action: str,
    statements: Iterable[tuple[int, Statement]],
    around: Sequence[tuple[Owned, tuple[Statement, ...]]],
) -> Answer | None:
    """Return what an action, and all with the same statements, comes to; None: nobody allows it.

    Args:
        prober: Whom it is about.
        action: One action of the group.
        statements: Those of the principal's own layers that cover it, each with a number of its
            layer.
        around: Resources whose policies concern the principal, with the statements that cover it.
    """
    return _Asking(prober, action, tuple(statements), around).answer()


def status_of(
    prober: Prober,
    action: str,
    statements: Iterable[tuple[int, Statement]],
    around: Sequence[tuple[Owned, tuple[Statement, ...]]],
) -> Status | None:
    """Return `granted` or `limited` as `answer` does, None for all else; asks only for that."""
    return _Asking(prober, action, tuple(statements), around).status()


class _Asking:
    """The questions about one action."""

    def __init__(
        self,
        prober: Prober,
        action: str,
        statements: tuple[tuple[int, Statement], ...],
        around: Sequence[tuple[Owned, tuple[Statement, ...]]],
    ) -> None:
        self._prober, self._action = prober, action
        self._statements, self._around = statements, around
        self._is_trust = action.lower() in TRUST_ACTIONS
        mine = [statement for _, statement in statements]
        theirs = [statement for _, several in around for statement in several]
        self._is_open = any(statement.conditions for statement in (*mine, *theirs))
        self._placeholders: dict[str, str] = {}

    def answer(self) -> Answer | None:
        cells = [self._ask(atom) for atom in self._atoms()]
        allowed = [cell for cell in cells if cell.outcome in ("sure", "conditional")]
        blocked = [cell for cell in cells if cell.outcome == "blocked"]
        if not allowed:
            return _blocked(blocked) if blocked else None
        return limited_answer(cells, allowed)

    def status(self) -> Status | None:
        """Ask until one part is allowed and one is not, or not for sure: more changes nothing."""
        is_allowed, is_whole = False, True
        for atom in self._atoms():
            outcome = self._permits(atom)
            is_allowed |= outcome is not None
            is_whole &= outcome == "sure"
            if is_allowed and not is_whole:
                return "limited"
        return "granted" if is_allowed else None

    # --- which resources are asked about -------------------------------------------------

    def _atoms(self) -> Iterator[Atom]:
        account = self._prober.account
        if wildcard_only(self._action):
            yield Atom(EVERYTHING, EVERYTHING)
            return
        patterns = [*self._own_patterns(), *self._patterns_around()]
        yield _anything(self._prober, self._action)
        yield from each_atom(patterns, account.id, account.partition)

    def _own_patterns(self) -> Iterator[tuple[Glob, Side]]:
        for layer, statement in self._statements:
            for pattern, negated in _patterns(statement):
                glob = pattern.resolve(self._prober.own_context)
                if glob is None and pattern.template is not None:
                    glob = self._with_placeholders(pattern.template)
                if glob is not None:
                    yield glob, Side(layer, statement.deny, negated)

    def _with_placeholders(self, template: Template) -> Glob | None:
        """Let variables whose value only the request knows stand for themselves."""
        context = self._prober.own_context
        found: list[str | Wild] = []
        for piece in template:
            if not isinstance(piece, Variable):
                found.append(piece)
                continue
            value = context.variable(piece.key, piece.default)
            if value is None:
                if not self._may_be_given(piece.key):
                    return None
                value = f"${{{spelled(piece.key)}}}"
                self._placeholders[piece.key] = value
            found.append(value)
        return joined(found)

    def _may_be_given(self, key: str) -> bool:
        prober = self._prober
        question = prober.question(self._action, EVERYTHING)
        return question.is_open_key(key) and not question.context.facts.is_multivalued(key)

    def _patterns_around(self) -> Iterator[tuple[Glob, Side]]:
        """Yield what the policies of resources name: the resource itself for their stars."""
        for owned, statements in self._around:
            if owned.is_role and not self._may_matter(owned, statements):
                continue
            yield (owned.arn,), _AROUND
            if owned.is_role:
                continue
            if ":s3:::" in owned.arn and "/" not in owned.arn:
                yield glob_of(f"{owned.arn}/*"), _AROUND
            for statement in statements:
                for pattern, negated in _patterns(statement):
                    glob = pattern.resolve(self._prober.own_context)
                    if glob is not None:
                        yield glob, Side(_AROUND.layer, statement.deny, negated)

    def _may_matter(self, role: Owned, statements: Sequence[Statement]) -> bool:
        """Whether a trust policy names the principal itself, or its account and it asks for that.

        A grant to the account delegates (E11): without an Allow of its own that takes in the role
        the principal has nothing from it.
        """
        caller = self._prober.caller
        namings = [
            statement.principal.applies(caller, deny=False)
            for statement in statements
            if statement.principal is not None and not statement.deny
        ]
        if any(naming is not None and naming is not Naming.ACCOUNT for naming in namings):
            return True
        context = self._prober.own_context
        return any(
            not statement.deny and statement.covers_one(role.arn, context)
            for _, statement in self._statements
        )

    # --- what is asked -------------------------------------------------------------------

    def _ask(self, atom: Atom) -> Cell:
        prober, action = self._prober, self._action
        more = self._placeholders_of(atom)
        is_open = self._is_open or bool(more)
        strict = prober.question(action, atom.witness, "deny" if is_open else "actual", more=more)
        outcome = decide(strict)
        unknown = self._unknown(atom, outcome)
        if outcome.decision is EvalDecision.ALLOWED and not unknown and not more:
            return Cell(atom, "sure", grants=tuple(_grants(strict, atom)))
        loose, lenient = strict, outcome
        if is_open:
            loose = prober.question(action, atom.witness, "allow", more=more)
            lenient = decide(loose)
        if lenient.decision is EvalDecision.ALLOWED:
            conditions = (*_conditions(strict, loose, more), *unknown)
            blocks = tuple(_denies(strict, atom))
            return Cell(atom, "conditional", conditions, tuple(_grants(loose, atom)), blocks)
        return self._denied(atom, loose, lenient, more)

    def _permits(self, atom: Atom) -> Literal["sure", "conditional"] | None:
        """Return what `_ask` says of a part, without its statements; None: not allowed."""
        prober, action = self._prober, self._action
        more = self._placeholders_of(atom)
        is_open = self._is_open or bool(more)
        mode: Assume = "deny" if is_open else "actual"
        outcome = decide(prober.question(action, atom.witness, mode, more=more))
        if outcome.decision is EvalDecision.ALLOWED:
            return "conditional" if more or self._unknown(atom, outcome) else "sure"
        if is_open:
            mode = "allow"
            outcome = decide(prober.question(action, atom.witness, mode, more=more))
            if outcome.decision is EvalDecision.ALLOWED:
                return "conditional"
        if outcome.how != "none" or outcome.what not in _HIDDEN:
            return None
        supposed = prober.question(action, atom.witness, mode, more=more, granted_by_owner=True)
        return "conditional" if decide(supposed).decision is EvalDecision.ALLOWED else None

    def _placeholders_of(self, atom: Atom) -> dict[str, str]:
        return {key: v for key, v in self._placeholders.items() if v in atom.witness}

    def _unknown(self, atom: Atom, outcome: Outcome) -> tuple[str, ...]:
        """Return the policies that nobody knows and that could still deny what is allowed."""
        if outcome.decision is not EvalDecision.ALLOWED:
            return ()
        found = []
        if self._prober.layers.unknown_boundary and outcome.what != "resource":
            found.append(BOUNDARY_UNKNOWN)
        if (
            self._is_trust
            and not atom.is_literal
            and atom.witness not in self._prober.account.roles
        ):
            found.append(ROLE_TRUST)
        return tuple(found)

    def _denied(self, atom: Atom, loose: Question, outcome: Outcome, more: dict[str, str]) -> Cell:
        hidden = _HIDDEN.get(outcome.what) if outcome.how == "none" else None
        if hidden is not None:
            mode = loose.assume
            supposed = self._prober.question(
                self._action, atom.witness, mode, more=more, granted_by_owner=True
            )
            if decide(supposed).decision is EvalDecision.ALLOWED:
                grants = tuple(g for g in _grants(supposed, atom) if g.layer is LayerKind.IDENTITY)
                return Cell(atom, "conditional", (hidden,), grants)
            loose, outcome = supposed, decide(supposed)
        blocks = tuple(_blocks(loose, outcome, atom))
        if not blocks:
            return Cell(atom, "none")
        grants = tuple(_grants(loose, atom))
        return Cell(atom, "blocked" if grants else "none", (), grants, blocks if grants else ())


_AROUND = Side(-1, deny=False, negated=True)
"""Of what stands for a resource itself: its policy makes every overlap with it a part."""


def _patterns(statement: Statement) -> Iterator[tuple[ResourcePattern, bool]]:
    """Yield the patterns of a statement but the bare star, and whether it is all but them."""
    for pattern in statement.resources or ():
        if not pattern.is_everything:
            yield pattern, False
    for pattern in statement.not_resources or ():
        if not pattern.is_everything:
            yield pattern, True


_HIDDEN = {"unknown-owner": OWNER_POLICY, "unknown-key-policy": KEY_POLICY}
"""Why a request is denied -> the policy that nobody knows and that could allow it."""


def _anything(prober: Prober, action: str) -> Atom:
    """Return what no pattern names; for keys and roles, whose own policy decides, one of these."""
    account = prober.account
    head = f"arn:{account.partition}:"
    if action.lower() in TRUST_ACTIONS:
        return Atom(EVERYTHING, f"{head}iam::{account.id}:role/{TOKENS[0]}")
    if action.lower().startswith("kms:"):
        return Atom(EVERYTHING, f"{head}kms:{REGION}:{account.id}:key/{TOKENS[0]}")
    return anything(account.id, account.partition)


def witness_of(prober: Prober, action: str, text: str) -> str:
    """Return a concrete resource for a pattern as an answer lists it."""
    if wildcard_only(action):
        return EVERYTHING
    if text == EVERYTHING:
        return _anything(prober, action).witness
    account = prober.account
    glob = resource_glob(text)
    return atoms_of([(glob, _AROUND)], account.id, account.partition)[0].witness


def _conditions(strict: Question, loose: Question, more: dict[str, str]) -> tuple[str, ...]:
    """Return the keys on which it depends whether a cell is allowed.

    They are those of the statements that apply in one of the two questions only.
    """
    found = dict.fromkeys(more)
    if strict is not loose:
        for layer, other in zip(loose.scope.layers(), strict.scope.layers(), strict=True):
            # What one statement of a layer allows for sure does not depend on the others.
            for _, statement in () if strict.allowed(other) else layer.allows:
                if _turns(statement, loose, strict, layer.kind):
                    found.update(dict.fromkeys(_open_keys(statement, loose)))
            for _, statement in other.denies:
                if _turns(statement, strict, loose, other.kind):
                    found.update(dict.fromkeys(_open_keys(statement, loose)))
    return tuple(spelled(key) for key in found)


def _turns(statement: Statement, one: Question, other: Question, kind: LayerKind) -> bool:
    """Whether a statement applies in the one question and not in the other."""
    return (
        bool(statement.conditions)
        and one.applies(statement, kind) is not None
        and other.applies(statement, kind) is None
    )


def open_keys(statement: Statement, question: Question) -> tuple[str, ...] | None:
    """Return the keys on which it depends whether a statement's conditions hold.

    None when they never hold, nothing when they do for sure.
    """
    for condition in statement.conditions:
        if condition.operator is None:
            if not statement.deny:
                return None
        elif not question.is_open(condition) and not condition.holds(question.context):
            return None
    return tuple(spelled(key) for key in dict.fromkeys(_open_keys(statement, question)))


def _open_keys(statement: Statement, question: Question) -> Iterator[str]:
    """Yield the keys that a statement's conditions read and nobody knows."""
    for condition in statement.conditions:
        if condition.operator is not None and question.is_open(condition):
            yield from (key for key in sorted(condition.keys) if question.is_open_key(key))


def _grants(question: Question, atom: Atom) -> Iterator[Source]:
    """Yield the Allow statements of identity and resource policies that apply."""
    found = question.candidates
    if question.scope.has_identity:
        for _, statement in found.identity.allows:
            if question.applies(statement, LayerKind.IDENTITY) is not None:
                yield Source(LayerKind.IDENTITY, 0, statement)
    for _, statement in found.resource.allows:
        if question.applies(statement, LayerKind.RESOURCE) is not None:
            yield Source(LayerKind.RESOURCE, 0, statement, atom.witness)


def _denies(question: Question, atom: Atom) -> Iterator[Source]:
    for layer in question.scope.denying:
        for _, statement in layer.denies:
            if question.applies(statement, layer.kind) is not None:
                resource = atom.witness if layer.kind is LayerKind.RESOURCE else ""
                yield Source(layer.kind, layer.level, statement, resource)


def _blocks(question: Question, outcome: Outcome, atom: Atom) -> Iterator[Source | str]:
    """Yield what takes an allowed request away: the Denies, and the layers that lack an Allow."""
    denies = tuple(_denies(question, atom))
    yield from denies
    words = blocked_by(question, outcome)
    kinds = {source.layer for source in denies}
    if "scp" in words and LayerKind.SERVICE_CONTROL not in kinds:
        for layer in question.candidates.service_control:
            if not question.allowed(layer):
                yield f"SCP {layer.level + 1}"
    for word, name in _LACKING.items():
        kind = LayerKind.BOUNDARY if word == "pb" else LayerKind(name)
        if word in words and kind not in kinds:
            yield name
    if not denies and not words and outcome.how == "none" and outcome.what in _OWN_POLICY:
        yield _OWN_POLICY[outcome.what]
    if outcome.how == "refused":
        yield outcome.what


_OWN_POLICY = {"trust": "trust policy", "key-policy": "key policy"}
"""What is lacking, where it is the Allow of the resource's own policy -> what to call that."""


def limited_answer(cells: list[Cell], allowed: list[Cell]) -> Answer:
    """Return what cells of which some are allowed come to: granted when all of them are, surely."""
    grants = _merged(cell.grants for cell in allowed)
    is_whole = all(cell.outcome == "sure" for cell in cells)
    if is_whole and any(cell.atom.text == EVERYTHING for cell in cells):
        return Answer("granted", (EVERYTHING,), (), (), grants, ())
    denied = [cell for cell in cells if cell.outcome in ("blocked", "none")]
    wide = [cell.atom for cell in allowed if not cell.atom.is_literal]
    excluded = [cell for cell in denied if any(atom.covers(cell.atom) for atom in wide)]
    return Answer(
        "limited",
        _texts(_maximal(allowed)),
        _texts(excluded),
        tuple(sorted(_merged(cell.conditions for cell in allowed))),
        grants,
        _merged(cell.blocks for cell in (*allowed, *denied)),
    )


def _blocked(cells: list[Cell]) -> Answer:
    return Answer(
        "blocked",
        _texts(_maximal(cells)),
        (),
        (),
        _merged(cell.grants for cell in cells),
        _merged(cell.blocks for cell in cells),
    )


def _texts(cells: list[Cell]) -> tuple[str, ...]:
    """Return the patterns in an order that does not depend on that of the policies."""
    return tuple(sorted(dict.fromkeys(cell.atom.text for cell in cells)))


def _maximal(cells: list[Cell]) -> list[Cell]:
    """Leave out the cells that lie inside another one that is as sure."""
    wide = [(place, cell) for place, cell in enumerate(cells) if not cell.atom.is_literal]
    return [
        cell
        for place, cell in enumerate(cells)
        if not any(
            other.outcome in (cell.outcome, "sure")
            and at != place
            and other.atom.covers(cell.atom)
            and (place > at or not cell.atom.covers(other.atom))
            for at, other in wide
        )
    ]


def _merged(several: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for items in several for item in items))
