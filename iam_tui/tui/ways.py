"""How nodes, statements and the ways between them are called on the screen.

A way runs from a principal (or a level of the organization) to a statement:
`alice > group Developers > TeamDeploy > Statement[0] DeployAll`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account import Root
from iam_tui.account.arns import Arn, friendly_name, split_inline_key
from iam_tui.tui.lines import Target

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.policy import Document

_LEVEL = "organization/"


def node_name(account: Account, key: str) -> str:
    """Return the short name of a node, with its kind where that helps: `group Developers`."""
    inline = split_inline_key(key)
    if inline is not None:
        return inline[1]
    if key.startswith(_LEVEL):
        return key.removeprefix(_LEVEL).rpartition("#")[2]
    entity = account.entity(key)
    if entity is not None:
        return f"group {entity.name}" if entity.kind == "group" else entity.name
    arn = Arn.parse(key)
    return arn.resource if arn is not None and arn.service != "iam" else friendly_name(key)


def split_statement_key(key: str) -> tuple[str, int | None]:
    """Return the key of the policy and the number of the statement in it, where it names one."""
    policy, bracket, rest = key.rpartition("[")
    number = rest.removesuffix("]")
    return (policy, int(number)) if bracket and number.isdigit() else (key, None)


def statement_name(account: Account, key: str) -> str:
    """Return a statement's short name, `DevCore[2]`; other words, as `boundary`, stay."""
    policy, index = split_statement_key(key)
    return key if index is None else f"{node_name(account, policy)}[{index}]"


def way_text(account: Account, way: tuple[str, ...]) -> str:
    """Return a way as it is read: the nodes, then the statement."""
    *nodes, statement = way
    policy, index = split_statement_key(statement)
    sid = sid_of(account, policy, index)
    names = [node_name(account, key) for key in nodes]
    return " > ".join([*names, f"Statement[{index}]" + (f" {sid}" if sid else "")])


def sid_of(account: Account, policy: str, index: int | None) -> str:
    """Return the Sid of a statement of a managed or inline policy; empty when it has none."""
    document = _document(account, policy)
    if document is None or index is None or index >= len(document.statements):
        return ""
    statement = document.statements[index]
    return str(statement.get("Sid") or "") if isinstance(statement, dict) else ""


def _document(account: Account, policy: str) -> Document | None:
    inline = split_inline_key(policy)
    if inline is not None:
        owner = account.identity(inline[0])
        if owner is None or isinstance(owner, Root):
            return None
        return owner.inline_policies.get(inline[1])
    managed = account.policy(policy)
    if managed is not None:
        return managed.document
    resource = account.resources.get(policy)
    return resource.policy if resource is not None else None


def target_of(account: Account, key: str) -> Target | None:
    """Return where a node leads, if it is something that can be gone to."""
    if split_inline_key(key) is not None:
        return Target("inline", key)
    entity = account.entity(key)
    return Target(entity.kind, key) if entity is not None else None
