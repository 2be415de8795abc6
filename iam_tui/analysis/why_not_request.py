"""A request as it is asked of one version of an account after the other.

To see whether an edit makes a request allowed, the very same request is asked of the edited
account: with the same keys and at the same time.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.analysis.simulation import Simulation, simulate
from iam_tui.policy.evaluation import Outcome, Question, decide
from iam_tui.policy.facts import default_facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis.assumptions import Credentials
    from iam_tui.policy.documents import Document
    from iam_tui.policy.requests import ContextValue


class Ask(NamedTuple):
    """What `simulate` is asked, apart from the account."""

    principal: str
    action: str
    resource: str | None = None
    context: Mapping[str, ContextValue] = {}
    resource_account: str | None = None
    credentials: Credentials = "access-key"
    session: Sequence[Document] = ()
    now: dt.datetime | None = None

    def at(self, moment: dt.datetime) -> Ask:
        """Return the same request at a time, so that no answer differs by the clock."""
        return self._replace(now=self.now or moment)

    def with_context(self, more: Mapping[str, ContextValue]) -> Ask:
        """Return the request with keys added, or in the place of those of the same name."""
        folded = {key.lower() for key in more}
        kept = {key: value for key, value in self.context.items() if key.lower() not in folded}
        return self._replace(context={**kept, **more})

    def of(self, account: Account) -> Simulation:
        """Return the answer of an account.

        Raises:
            UnknownName: When the account has no such principal.
            UsageError: When principal or action can be none.
        """
        return simulate(
            account,
            self.principal,
            self.action,
            self.resource,
            context=self.context,
            resource_account=self.resource_account,
            credentials=self.credentials,
            session=self.session,
            now=self.now,
        )


class Trial(NamedTuple):
    """A request asked of one version of an account, with the place that decided."""

    account: Account
    ask: Ask
    simulation: Simulation
    question: Question
    outcome: Outcome

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.simulation.allowed


def trial(account: Account, ask: Ask) -> Trial:
    """Ask an account.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When principal or action can be none.
    """
    simulation = ask.of(account)
    question = Question(simulation.request, simulation.policies, default_facts())
    return Trial(account, ask, simulation, question, decide(question))
