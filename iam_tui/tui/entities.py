"""The account as the lists and details see it: which entities there are, in which order.

Who has a policy is the graph's to say; what an entity was before the edits, the saved account's.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from iam_tui.account import Policy, Root
from iam_tui.account.arns import is_aws_managed
from iam_tui.tui.ages import age, key_age, unused_days
from iam_tui.tui.trust import trusted_names

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping

    from iam_tui.account import Account, Entity
    from iam_tui.graph import IdentityGraph
    from iam_tui.tui.lists import ListName, Mark, Sort


class Item(NamedTuple):
    """An entity in a list."""

    key: str
    """Its ARN."""
    name: str


class Holder(NamedTuple):
    """An identity that a managed policy is put on."""

    arn: str
    as_boundary: bool


class Entities:
    """The entities of one account, and what the screen asks about them."""

    def __init__(
        self, account: Account, graph: IdentityGraph, saved: Account, today: dt.date
    ) -> None:
        """Look at an account.

        Args:
            account: The account.
            graph: The graph over it.
            saved: The account before the unsaved edits.
            today: The day from which ages are counted.
        """
        self.account = account
        self.saved = saved
        self.today = today
        self._graph = graph
        self._holders: dict[str, tuple[Holder, ...]] = {}

    def holders(self, policy: str) -> tuple[Holder, ...]:
        """Return the identities that a managed policy is put on, by name."""
        found = self._holders.get(policy)
        if found is None:
            found = self._holders[policy] = tuple(self._ask_holders(policy))
        return found

    def _ask_holders(self, policy: str) -> list[Holder]:
        if policy not in self._graph:
            return []
        around = [n for n in self._graph.neighbours(policy) if n.direction == "in"]
        holders = [
            Holder(n.key, as_boundary=n.kind == "boundary")
            for n in around
            if n.kind in {"attached", "boundary"}
        ]
        return sorted(holders, key=lambda holder: (holder.as_boundary, holder.arn))

    def trusting(self, principal: str) -> tuple[str, ...]:
        """Return the roles whose trust policy names a user, role, provider, service or account."""
        if principal not in self._graph:
            return ()
        around = self._graph.neighbours(principal)
        return tuple(sorted(n.key for n in around if n.direction == "in" and n.kind == "trusts"))

    def items(self, name: ListName, sort: Sort) -> tuple[Item, ...]:
        """Return the rows of a list; the root user always stands on top of the users.

        What a column says nothing of stands last, whichever way it is sorted.
        """
        found = [Item(arn, entity.name) for arn, entity in self._entities(name).items()]
        if name == "policies":
            found += [Item(arn, arn.rsplit("/", 1)[-1]) for arn in self._attached_from_elsewhere]
        by_name = sort.column == "name"
        found.sort(key=lambda item: (item.name.lower(), item.key), reverse=by_name and sort.reverse)
        if not by_name:
            value = self._column(name, sort.column)
            told = [(value(item), item) for item in found]
            known = [(one, item) for one, item in told if one is not None]
            known.sort(key=lambda pair: pair[0], reverse=not sort.is_rising)
            found = [item for _, item in known] + [item for one, item in told if one is None]
        if name == "users":
            found.insert(0, Item(self.account.root_user.arn, "root"))
        return tuple(found)

    def keys(self, name: ListName) -> Collection[str]:
        """Return the ARNs of a list, in no order."""
        if name == "users":
            return (self.account.root_user.arn, *self.account.users)
        if name == "policies":
            return (*self.account.policies, *self._attached_from_elsewhere)
        return self._entities(name)

    def _entities(self, name: ListName) -> Mapping[str, Entity]:
        found: dict[ListName, Mapping[str, Entity]] = {
            "users": self.account.users,
            "groups": self.account.groups,
            "roles": self.account.roles,
            "policies": self.account.policies,
        }
        return found[name]

    @cached_property
    def _attached_from_elsewhere(self) -> tuple[str, ...]:
        """Policies in use that the file does not hold: AWS's, and documents nobody knows."""
        account = self.account
        found: dict[str, None] = {}
        for entities in (account.groups, account.users, account.roles):
            for entity in entities.values():
                boundary = getattr(entity, "permissions_boundary", None)
                for arn in (*entity.policies, *([boundary] if boundary is not None else [])):
                    if arn not in account.policies:
                        found[arn] = None
        return tuple(found)

    def _column(self, name: ListName, column: str) -> Callable[[Item], Any]:
        """Return what tells the value of a column by which a list is sorted."""
        account, entities = self.account, self._entities(name)

        def days(told: Callable[[Any, dt.date], int | None]) -> Callable[[Item], int | None]:
            def value(item: Item) -> int | None:
                entity = entities.get(item.key)
                return told(entity, self.today) if entity is not None else None

            return value

        columns: dict[str, Callable[[Item], Any]] = {
            "groups": lambda item: len(account.users[item.key].groups),
            "users": lambda item: len(account.members.get(item.key, ())),
            "policies": lambda item: self.policy_count(item.key),
            "uses": lambda item: len(self.holders(item.key)),
            "kind": lambda item: "AWS" if is_aws_managed(item.key) else "local",
            "trusted by": lambda item: " ".join(trusted_names(account.roles[item.key])).lower(),
            "key days": days(key_age),
            "last used": days(unused_days),
            "created": days(age),
        }
        return columns[column]

    def policy_count(self, arn: str) -> int:
        """Return how many policies, inline ones too, an identity has of its own."""
        entity = self.account.identity(arn)
        if entity is None or isinstance(entity, Root):
            return 0
        return len(entity.policies) + len(entity.inline_policies)

    def mark(self, key: str) -> Mark:
        """Return what the unsaved edits did to an entity."""
        account, saved = self.account, self.saved
        if account is saved:
            return ""
        now, before = account.entity(key), saved.entity(key)
        if now is None or (isinstance(now, Policy) and now.is_aws_managed):
            return ""
        if before is None:
            return "+"
        is_same = now is before or now == before
        return "" if is_same and account.members.get(key) == saved.members.get(key) else "~"

    def put_on(self, now: Entity, field: str) -> list[tuple[str, Mark]]:
        """Return what an entity has in a field, with what the unsaved edits added and took away.

        Args:
            now: The entity as it is.
            field: A field with keys or names: `policies`, `inline_policies`, `groups`.
        """
        before = self.saved.entity(now.arn)
        return marked(getattr(now, field), getattr(before, field, ()) if before else None)

    def members(self, group: str) -> list[tuple[str, Mark]]:
        """Return the users of a group, with those that the unsaved edits added and took away."""
        before = self.saved.members.get(group, ()) if group in self.saved.groups else None
        return marked(self.account.members.get(group, ()), before)


def marked(
    now: Mapping[str, object] | tuple[str, ...],
    before: Mapping[str, object] | tuple[str, ...] | None,
) -> list[tuple[str, Mark]]:
    """Return names with what happened to them; without a `before` nothing is marked."""
    known = set(now if before is None else before)
    found: list[tuple[str, Mark]] = [(name, "" if name in known else "+") for name in now]
    gone = [name for name in before or () if name not in set(now)]
    return [*found, *((name, "-") for name in gone)]
