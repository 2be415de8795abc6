"""Files of requests, decided line by line as `iam-tui simulate --requests` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.analysis import simulate
from iam_tui.errors import UnknownName, UsageError
from iam_tui.formats.request_lines import request_lines
from iam_tui.formats.session_policies import session_policy_of
from iam_tui.tui.asking.answers import Decided, Failure
from iam_tui.tui.asking.drafts import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iam_tui.account import Account
    from iam_tui.analysis.assumptions import Credentials
    from iam_tui.policy.requests import ContextValue


def file_answers(
    account: Account,
    file: str,
    context: Mapping[str, ContextValue],
    credentials: Credentials,
    session: tuple[str, ...],
) -> Iterator[Decided | Failure]:
    """Yield the decision of each line; what a line says wins over the rest.

    A line about somebody whom the account does not have is a failure among the answers.

    Args:
        account: The account.
        file: The file's name.
        context: Context keys of every request.
        credentials: How callers sign.
        session: Session policies, as they were given.

    Raises:
        AccountFileError: When the file cannot be read, or a line is no request.
    """
    policies = [session_policy_of(account, one) for one in session]
    for number, line in request_lines(file):
        request = Request(
            line.principal,
            line.action,
            line.resource,
            {**context, **line.context},
            line.resource_account,
            line.credentials or credentials,
            session,
        )
        try:
            found = simulate(
                account,
                request.principal,
                request.action,
                request.resource,
                context=request.context,
                resource_account=request.owner,
                credentials=request.credentials,
                session=policies,
            )
        except (UnknownName, UsageError) as error:
            yield Failure(request, f"line {number}: {error}")
        else:
            yield Decided(request, found.decision.value)
