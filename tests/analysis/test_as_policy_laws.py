"""Effective permissions as one document: evaluated in place of the layers, it decides as they do."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from iam_tui import simulate
from iam_tui.analysis.as_policy import policy_document
from iam_tui.catalog import wildcard_only
from iam_tui.policy import Policies, authorize
from tests.strategies import accounts, requests


@given(st.data())
def test_it_decides_as_all_layers_together(data: st.DataObject) -> None:
    account = data.draw(accounts())
    everybody = [*account.users, *account.roles]
    for principal in everybody:
        made = policy_document(account, principal)
        assert json.loads(made.document.text)["Version"] == "2012-10-17"
        for _ in range(3):
            asked = data.draw(requests(account))
            found = simulate(
                account, principal, asked.action, asked.resource, context=asked.context
            )
            alone = Policies(identity=[made.document], resource=found.policies.resource)
            again = authorize(found.request, alone)
            said = (principal, asked, found.reason, made.document.pretty(), made.inexact)
            # What resources give is in the document too, so that some resource may pass (R25).
            is_one = asked.resource != "*" or wildcard_only(asked.action)
            if again.allowed:
                assert found.allowed or not is_one, said
            elif not made.inexact:
                assert not found.allowed, said
