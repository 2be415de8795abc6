"""Who has a policy that gives everything: what pictures mark with `A`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from iam_tui.account.arns import split_inline_key
from iam_tui.account.entities import Group, Role, User

if TYPE_CHECKING:
    from iam_tui.account.account import Account
    from iam_tui.policy.documents import Document, JsonValue


class Administrators:
    """The policies of an account that give everything, and who has one, through a group too."""

    def __init__(self, account: Account) -> None:
        """Take the account; what was asked is remembered, as groups and policies have many."""
        self._account = account
        self._policies: dict[str, bool] = {}
        self._groups: dict[str, bool] = {}

    def __contains__(self, key: object) -> bool:
        account = self._account
        if key == account.root_user.arn:
            return True
        if not isinstance(key, str):
            return False
        inline = split_inline_key(key)
        if inline is not None:
            owner = account.identity(inline[0])
            document = None
            if isinstance(owner, User | Group | Role):
                document = owner.inline_policies.get(inline[1])
            return document is not None and gives_everything(document)
        found = account.users.get(key) or account.roles.get(key) or account.groups.get(key)
        if found is None:
            return self._policy(key)
        names = found.groups if isinstance(found, User) else ()
        return self._has(found) or any(map(self._group, names))

    def _group(self, name: str) -> bool:
        found = self._groups.get(name)
        if found is None:
            group = self._account.groups.get(self._account.group_arns.get(name, ""))
            found = self._groups[name] = group is not None and self._has(group)
        return found

    def _has(self, entity: User | Group | Role) -> bool:
        if any(map(self._policy, entity.policies)):
            return True
        inline = entity.inline_policies
        return bool(inline) and any(map(gives_everything, inline.values()))

    def _policy(self, arn: str) -> bool:
        found = self._policies.get(arn)
        if found is None:
            policy = self._account.policy(arn)
            found = policy is not None and gives_everything(policy.document)
            self._policies[arn] = found
        return found


@lru_cache(maxsize=16_384)
def gives_everything(document: Document) -> bool:
    """Whether a statement allows every action on every resource without condition.

    What another statement denies, a boundary or an SCP may take it away again; a mark that says
    "look here" does not wait for that.
    """
    return any(
        isinstance(statement, dict)
        and statement.get("Effect") == "Allow"
        and "Condition" not in statement
        and bool({"*", "*:*"} & set(_listed(statement.get("Action"))))
        and "*" in _listed(statement.get("Resource"))
        for statement in document.statements
    )


def _listed(value: JsonValue) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]
