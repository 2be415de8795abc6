"""One action on one resource, asked of every principal of an account at once.

Each statement that covers the action is asked once, for all who have it. What comes out cuts the
principals into parts for which every layer says the same, and `authorize` decides for one principal
of each part. A property test proves that this equals asking it about one after the other.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.layers import FULL_ACCESS
from iam_tui.analysis.answers import BOUNDARY_UNKNOWN, KEY_POLICY, OWNER_POLICY
from iam_tui.analysis.assumptions import OWN_USER_ACTIONS
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.simulation import simulate
from iam_tui.analysis.who_can_holders import first_of
from iam_tui.analysis.who_can_statements import NOBODY, Statements, cut, united
from iam_tui.policy.contextkeys import spelled
from iam_tui.policy.documents import Document
from iam_tui.policy.evaluation import EvalDecision, Question, decide
from iam_tui.policy.facts import default_facts
from iam_tui.policy.requests import SHORT_ARNS, LayerKind, Policies

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from iam_tui.account import Account
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.analysis.who_can_holders import Bits, Holders
    from iam_tui.analysis.who_can_statements import Modes
    from iam_tui.policy.evaluation import Assume, Outcome
    from iam_tui.policy.principals import Naming
    from iam_tui.policy.requests import ContextValue
    from iam_tui.policy.statements import Statement

_IDENTITY, _BOUNDARY, _RESOURCE = LayerKind.IDENTITY, LayerKind.BOUNDARY, LayerKind.RESOURCE
_SCP, _RCP = LayerKind.SERVICE_CONTROL, LayerKind.RESOURCE_CONTROL
_NO_POLICIES = Policies()
_WITHOUT_PERMISSION = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})
HIDDEN = {"unknown-owner": OWNER_POLICY, "unknown-key-policy": KEY_POLICY}
"""Why a request is denied -> the policy that nobody knows and that could allow it."""


class Asked(NamedTuple):
    """A question about an account, apart from who asks."""

    account: Account
    action: str
    resource: str | None
    context: Mapping[str, ContextValue]
    now: dt.datetime

    def of(self, principal: str) -> Simulation:
        """Ask it of one principal."""
        return simulate(
            self.account,
            principal,
            self.action,
            self.resource,
            context=self.context,
            now=self.now,
        )

    def settled(self, principal: str) -> frozenset[str]:
        """Return the families of keys whose absence is a fact for a principal of the account."""
        return Prober(self.account, principal).question(self.action, self.resource or "*").settled


class Grant(NamedTuple):
    """An Allow statement of an identity or resource policy, and to whom it applies or may."""

    statement: Statement
    bits: Bits


class Part(NamedTuple):
    """Principals for which everything is the same, with the decision."""

    bits: Bits
    decision: EvalDecision
    conditional: tuple[str, ...]
    """Keys, or policies that are not known, on which it depends."""


class _Turn(NamedTuple):
    """A statement that applies to some only if a key is, or is not, in the request."""

    layer: _Layer
    statement: Statement
    bits: Bits


class _Layer:
    """What one layer, or one level, says of everybody."""

    __slots__ = ("allows", "denies", "kind", "level")

    def __init__(self, kind: LayerKind, level: int = 0) -> None:
        self.kind, self.level = kind, level
        self.allows = self.denies = NOBODY

    def add(self, found: Modes, *, deny: bool) -> None:
        """Add to whom one statement applies."""
        if deny:
            self.denies = united(self.denies, found)
        else:
            self.allows = united(self.allows, found)


class Everybody:
    """The answer of all principals of the account to one question."""

    def __init__(self, asked: Asked, holders: Holders, among: Bits | None = None) -> None:
        """Ask every statement.

        Args:
            asked: The question; the action is one action.
            holders: Who has which document.
            among: Whom to ask, somebody at least; None: all.
        """
        self._asked, self._holders = asked, holders
        self._among = holders.everybody if among is None else among
        self._action = asked.action.lower()
        self._questions: dict[str, Question] = {}
        for kind, bits in holders.kinds.items():
            if bits & self._among:
                found = asked.of(holders.principals[first_of(bits & self._among)])
                self._questions[kind] = self._question(found)
                self.resource_policy = found.policies.resource
        self._statements = Statements(
            asked.account,
            holders,
            self._questions,
            frozenset(key.lower() for key in asked.context),
            self._among,
            is_self=asked.resource is None and self._action in OWN_USER_ACTIONS,
        )
        self.grants: dict[Document, list[Grant]] = {}
        """The Allows of identity policies, by document."""
        self.resource_grants: list[Grant] = []
        """Those of the policy of the resource."""
        self._turns: list[_Turn] = []
        self._namings: dict[Naming, Modes] = {}
        self._layers = [*self._own_layers(), *self._resource_layer()]

    resource_policy: Document | None
    """The policy of the resource; a role's is its trust policy."""

    def _question(self, found: Simulation) -> Question:
        """Return the question of one principal, for statements to be asked one by one."""
        settled = self._asked.settled(found.principal)
        return Question(found.request, _NO_POLICIES, default_facts(), "actual", settled)

    def place(self, principal: str) -> int:
        """Return where a principal of the account stands in the sets."""
        return self._holders.places[principal]

    # --- what every layer says -----------------------------------------------------------

    def _own_layers(self) -> Iterator[_Layer]:
        levels = range(self._holders.levels)
        for kind, level in (
            (_IDENTITY, 0),
            (_BOUNDARY, 0),
            *((_SCP, level) for level in levels),
            *((_RCP, level) for level in levels),
        ):
            layer = _Layer(kind, level)
            for document, holders, statements in self._holders.held(kind, self._action, level):
                some = holders & self._among
                for statement in statements if some else ():
                    found = self._add(layer, statement, some)
                    if kind is _IDENTITY and found.allow and not statement.deny:
                        grant = Grant(statement, found.allow)
                        self.grants.setdefault(document, []).append(grant)
            yield layer

    def _resource_layer(self) -> Iterator[_Layer]:
        document = self.resource_policy
        if document is None:
            return
        layer = _Layer(_RESOURCE)
        for statement in document.compiled.candidates(SHORT_ARNS[_RESOURCE], self._action):
            for naming, bits in self._statements.named(statement):
                found = self._add(layer, statement, bits)
                if not statement.deny and found.allow:
                    known = self._namings.get(naming, NOBODY)
                    self._namings[naming] = united(known, found)
                    self.resource_grants.append(Grant(statement, found.allow))
        yield layer

    def _add(self, layer: _Layer, statement: Statement, bits: Bits) -> Modes:
        found = self._statements.applying(statement, layer.kind, bits)
        layer.add(found, deny=statement.deny)
        turning = (found.deny & ~found.allow) if statement.deny else (found.allow & ~found.deny)
        if turning:
            self._turns.append(_Turn(layer, statement, turning))
        return found

    # --- who is in the same place --------------------------------------------------------

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Those who are allowed, surely or perhaps."""
        return tuple(part for bits in self._cells() for part in self._decided(bits))

    def _cells(self) -> list[Bits]:
        """Cut those whom some Allow may reach, and the root user."""
        holders, layers = self._holders, self._layers
        reached = (holders.kinds["root"] & self._among) | layers[0].allows.allow
        for found in self._namings.values():
            reached |= found.allow
        if self._action in _WITHOUT_PERMISSION:
            reached = self._among
        sets = [*holders.kinds.values(), holders.has_boundary, holders.unknown_boundary]
        sets += [holders.linked, holders.unlimited]
        for layer in layers:
            sets += (*layer.allows, *layer.denies)
        sets += [bits for found in self._namings.values() for bits in found]
        return cut([reached], dict.fromkeys(sets))

    @cached_property
    def refused(self) -> tuple[Bits, ...]:
        """Those whom some Allow may reach and who are denied all the same, in every context."""
        answered = united_bits(part.bits for part in self.parts)
        return tuple(left for bits in self._cells() if (left := bits & ~answered))

    def _decided(self, bits: Bits) -> Iterator[Part]:
        """Decide for one principal of a cell, and say on what it depends."""
        found = self._asked.of(self._holders.principals[first_of(bits)])
        decision = found.decision
        turns = [turn for turn in self._turns if turn.bits & bits]
        strict = self._decide(found, "deny").decision if turns else decision
        if strict is EvalDecision.ALLOWED:
            yield Part(bits, decision, ())
            return
        hidden: tuple[str, ...] | None = ()
        if decision is not EvalDecision.ALLOWED:
            hidden = self._hidden(found)
        if hidden is not None:
            for piece, keys in self._keys(bits, turns):
                yield Part(piece, decision, (*keys, *hidden))

    def _decide(
        self, found: Simulation, assume: Assume, policies: Policies | None = None
    ) -> Outcome:
        kind = "role" if found.kind == "session" else found.kind
        settled = self._questions[kind].settled
        policies = policies or found.policies
        return decide(Question(found.request, policies, default_facts(), assume, settled))

    def _hidden(self, found: Simulation) -> tuple[str, ...] | None:
        """Return the unknown policies without which it stays denied; None: it is denied anyway."""
        policies = found.policies
        outcome = self._decide(found, "allow", policies)
        hidden: list[str] = []
        if outcome.decision is not EvalDecision.ALLOWED and found.applied.unknown_boundary:
            policies = policies.with_(permissions_boundary=FULL_ACCESS)
            outcome = self._decide(found, "allow", policies)
            hidden.append(BOUNDARY_UNKNOWN)
        if outcome.decision is not EvalDecision.ALLOWED and outcome.what in HIDDEN:
            hidden.append(HIDDEN[outcome.what])
            policies = policies.with_(resource=delegation(self._asked.account.id))
            outcome = self._decide(found, "allow", policies)
        return tuple(hidden) if outcome.decision is EvalDecision.ALLOWED else None

    # --- on what it depends --------------------------------------------------------------

    def _keys(self, bits: Bits, turns: list[_Turn]) -> Iterator[tuple[Bits, tuple[str, ...]]]:
        """Yield the principals of a cell by the keys on which their answer depends."""
        by_key: dict[str, Bits] = {}
        for layer, statement, turning in turns:
            # What one Allow of a layer gives for sure does not depend on the others.
            sure = 0 if statement.deny else layer.allows.deny
            part = turning & bits & ~sure
            for key, some in self._statements.open_keys(statement, part) if part else ():
                by_key[key] = by_key.get(key, 0) | some
        for piece in cut([bits], by_key.values()):
            yield piece, tuple([spelled(key) for key, some in by_key.items() if some & piece])


def united_bits(several: Iterable[Bits]) -> Bits:
    """Return everybody who is in one of several sets."""
    found = 0
    for bits in several:
        found |= bits
    return found


@lru_cache(maxsize=64)
def delegation(account: str) -> Document:
    """Return a resource policy that leaves everything to the identities of an account."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": account},
        "Action": "*",
        "Resource": "*",
    }
    return Document.of({"Version": "2012-10-17", "Statement": [statement]})
