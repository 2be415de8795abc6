"""`authorize` and what it answers: the decision at once, the explanation when it is read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from iam_tui.policy import explanation, missing, remarks
from iam_tui.policy.evaluation import NOTHING_SETTLED, Assume, EvalDecision, Question, decide
from iam_tui.policy.facts import Facts, default_facts

if TYPE_CHECKING:
    from iam_tui.policy.explanation import LayerResult, MatchedStatement, Step
    from iam_tui.policy.requests import Policies, Request


class Decision:
    """The answer to one request.

    `decision` and `allowed` are there at once; everything that explains is worked out when it is
    first read, over all layers (EVALUATION rule E6).
    """

    __slots__ = ("__dict__", "_outcome", "_question", "decision")

    decision: EvalDecision
    """`allowed`, `implicitDeny` or `explicitDeny`."""

    def __init__(self, question: Question) -> None:
        self._question = question
        outcome = self._outcome = decide(question)
        self.decision = outcome.decision

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.decision is EvalDecision.ALLOWED

    @property
    def request(self) -> Request:
        """The request as asked."""
        return self._question.request

    @property
    def policies(self) -> Policies:
        """The policies it was asked against."""
        return self._question.policies

    @property
    def resource(self) -> str:
        """What the action is authorised on: as asked, `*` for a wildcard-only action (S2)."""
        return self._question.resource

    @property
    def resource_account(self) -> str | None:
        """The account that owns the resource (E2)."""
        return self._question.own

    @property
    def action_known(self) -> bool:
        """Whether AWS's service authorization reference has the action (A9)."""
        return self._question.action.known

    @cached_property
    def layers(self) -> dict[str, LayerResult]:
        """Layer name -> what it said; `SCP 1`, `SCP 2` for the levels from the root down."""
        return {result.label: result for result in explanation.layer_results(self._question)}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The evaluation in order, each step with its outcome and the statements that made it."""
        return explanation.steps(self._question, self._outcome, tuple(self.layers.values()))

    @cached_property
    def reason(self) -> str:
        """One sentence that says what decided."""
        return explanation.reason(self._question, self._outcome)

    @cached_property
    def matched_statements(self) -> tuple[MatchedStatement, ...]:
        """The statements that produced the decision (S3).

        The Denies of an explicit deny, the Allows of an allowed request, none of an implicit deny.
        """
        return explanation.deciding_statements(self.decision, tuple(self.layers.values()))

    @cached_property
    def blocked_by(self) -> tuple[str, ...]:
        """Which layers turn down a request that would otherwise pass (E6, S12).

        Words: `scp`, `rcp`, `vpce`, `identity`, `resource`, `pb` (permissions boundary),
        `session`; `identity` and `resource` for explicit denies.
        """
        return explanation.blocked_by(self._question, self._outcome)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Context keys that the request lacks and that could change the decision (S6)."""
        return missing.missing_keys(self._question)

    @cached_property
    def assumed(self) -> tuple[str, ...]:
        """What was taken for granted because nobody said it (K22, E34, E58)."""
        return remarks.assumed(self._question)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know: unknown operators, elements and actions, layers skipped."""
        return remarks.warnings(self._question, self._outcome)

    def __repr__(self) -> str:
        asked = self._question.request
        return f"<Decision {self.decision} {asked.principal} {asked.action} {asked.resource}>"


def authorize(
    request: Request,
    policies: Policies,
    facts: Facts | None = None,
    *,
    assume: Assume = "actual",
    settled: frozenset[str] = NOTHING_SETTLED,
) -> Decision:
    """Decide a request as AWS does.

    Args:
        request: Who asks to do what, on which resource, under which circumstances.
        policies: Everything that may have a say; kept compiled between calls.
        facts: What AWS says of actions and condition keys; None: the bundled catalogue.
        assume: How a condition on a key that is neither given nor derivable is taken. `actual`:
            as AWS does, the key is absent. `allow`: as holding in an Allow and as not holding in
            a Deny. `deny`: the opposite. Between the last two lies what an unknown context can do
            to the decision (EVALUATION rule P8).
        settled: Keys in lower case (`aws:username`) and families (`aws:principaltag/`) whose
            absence is a fact, for `assume`.

    Raises:
        ValueError: When the principal is none of the kinds that can ask (E57).
    """
    return Decision(Question(request, policies, facts or default_facts(), assume, settled))
