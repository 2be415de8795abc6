"""The principals of an account, to pick one from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.tui.choices import Choice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from iam_tui.account import Account

KINDS = ("root", "user", "group", "role")


def principal_choices(
    account: Account, *, kinds: Collection[str] = KINDS, but: str = ""
) -> Iterator[Choice[str]]:
    """Yield the identities of an account, each with its reference as the answer.

    Args:
        account: The account.
        kinds: Which of them: `root`, `user`, `group`, `role`.
        but: The ARN of one that is left out.
    """
    root = account.root_user
    if "root" in kinds and root.arn != but:
        yield Choice("root", "the root user", "root")
    for entities in (account.users, account.groups, account.roles):
        for arn, entity in entities.items():
            if entity.kind in kinds and arn != but:
                yield Choice(entity.name, entity.kind, account.reference(arn))
