"""Questions put to a sample: by `authorize` on what applies, and by `simulate`, who must agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from iam_tui import simulate
from iam_tui.account import Account
from iam_tui.account.context import owner_of, principal_context, resource_context, subject_of
from iam_tui.account.layers import layers, policies_of
from iam_tui.policy import Document, Request, authorize


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; everything that decides is said, so that nothing has to be assumed."""

    principal: str
    action: str
    resource: str = "*"
    context: Mapping[str, str | list[str]] = field(default_factory=dict)
    session: tuple[Document, ...] = ()


def decide(account: Account, ask: Ask) -> str:
    """The decision, which `authorize` and `simulate` give alike."""
    policies = policies_of(
        account, layers(account, ask.principal), ask.action, ask.resource, session=ask.session
    )
    request = Request(
        principal=subject_of(account, ask.principal, ask.action).principal,
        action=ask.action,
        resource=ask.resource,
        resource_account=owner_of(account, ask.resource),
        context={
            **principal_context(account, ask.principal),
            **resource_context(account, ask.action, ask.resource),
            **ask.context,
        },
    )
    decision = authorize(request, policies).decision
    simulated = simulate(
        account,
        ask.principal,
        ask.action,
        ask.resource,
        context=ask.context,
        session=ask.session,
    )
    assert simulated.decision == decision, simulated.reason
    return decision.value
