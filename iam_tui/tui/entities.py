"""The four lists: which entities stand in them, in which order, and what a row says.

A row is made when it is painted, so thousands of entities cost nothing before they are seen.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.account import Policy, Role, Root, User
from iam_tui.tui.lines import Line, Span, Target, cut, fit, width_of
from iam_tui.tui.trust import trusted_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iam_tui.account import Account, Entity

ListName = Literal["users", "groups", "roles", "policies"]
LIST_NAMES: tuple[ListName, ...] = ("users", "groups", "roles", "policies")
ADMINISTRATOR = "/AdministratorAccess"
OLD_KEY_DAYS = 90
"""The age from which on an access key is marked `K` (AWS Security Hub control IAM.3)."""

SORTS: dict[ListName, tuple[str, ...]] = {
    "users": ("name", "groups", "policies"),
    "groups": ("name", "users", "policies"),
    "roles": ("name", "policies"),
    "policies": ("name", "uses"),
}
"""The columns that each list can be sorted by."""


class Item(NamedTuple):
    """An entity in a list."""

    key: str
    """Its ARN."""
    name: str


class Holder(NamedTuple):
    """An identity that a managed policy is put on."""

    arn: str
    as_boundary: bool


def list_of(kind: str) -> ListName:
    """Return the list in which entities of a kind stand."""
    found: dict[str, ListName] = {
        "root": "users",
        "user": "users",
        "group": "groups",
        "role": "roles",
    }
    return found.get(kind, "policies")


class Entities:
    """What the lists show of one account."""

    def __init__(self, account: Account, today: dt.date) -> None:
        """Look at an account.

        Args:
            account: The account.
            today: The day from which ages are counted.
        """
        self.account = account
        self.today = today

    @cached_property
    def holders(self) -> Mapping[str, tuple[Holder, ...]]:
        """ARN of a managed policy -> the identities it is put on, in the order of the file."""
        found: dict[str, list[Holder]] = {}
        account = self.account
        for entities in (account.groups, account.users, account.roles):
            for arn, entity in entities.items():
                for policy in entity.policies:
                    found.setdefault(policy, []).append(Holder(arn, as_boundary=False))
                boundary = getattr(entity, "permissions_boundary", None)
                if boundary is not None:
                    found.setdefault(boundary, []).append(Holder(arn, as_boundary=True))
        return {policy: tuple(holders) for policy, holders in found.items()}

    def items(self, name: ListName, sort: str, *, reverse: bool) -> tuple[Item, ...]:
        """Return the rows of a list; the root user always stands on top of the users."""
        found = [Item(arn, entity.name) for arn, entity in self._entities(name).items()]
        if name == "policies":
            found += [Item(arn, arn.rsplit("/", 1)[-1]) for arn in self._attached_from_elsewhere]
        found.sort(key=lambda item: (item.name.lower(), item.key), reverse=reverse)
        if sort != "name":
            found.sort(key=self._counter(sort), reverse=not reverse)
        if name == "users":
            found.insert(0, Item(self.account.root_user.arn, "root"))
        return tuple(found)

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
        return tuple(arn for arn in self.holders if arn not in self.account.policies)

    def _counter(self, sort: str) -> Callable[[Item], int]:
        account = self.account
        counters: dict[str, Callable[[Item], int]] = {
            "groups": lambda item: len(account.users[item.key].groups),
            "users": lambda item: len(account.members.get(item.key, ())),
            "policies": lambda item: self._policy_count(item.key),
            "uses": lambda item: len(self.holders.get(item.key, ())),
        }
        return counters[sort]

    def _policy_count(self, arn: str) -> int:
        entity = self.account.identity(arn)
        if entity is None or isinstance(entity, Root):
            return 0
        return len(entity.policies) + len(entity.inline_policies)

    def row(self, item: Item, width: int) -> Line:
        """Return what a list says of an entity in that many cells."""
        entity = self.account.entity(item.key)
        target = Target(entity.kind if entity is not None else "policy", item.key)
        counts, flags = self._columns(item.key, entity, width)
        mark = "*" if isinstance(entity, Root) else " "
        flag_width = 6 if width >= 34 else 5
        name_width = max(width - 1 - width_of(counts) - flag_width - 2, 6)
        spans = (
            Span(mark + fit(item.name, name_width) + " "),
            Span(counts + " ", "dim"),
            Span(fit(flags, flag_width), "warn"),
        )
        is_cut = cut(item.name, name_width) != item.name
        return Line(spans, target, copy=item.key, key=item.key, full=item.key if is_cut else "")

    def _columns(self, key: str, entity: Entity | None, width: int) -> tuple[str, str]:
        roomy = width >= 40
        if isinstance(entity, Root):
            return fit("", 11 if roomy else 7), _joined(self._root_flags(entity))
        if isinstance(entity, User):
            counts = f"{_count(len(entity.groups), 'g')} {_count(self._policy_count(key), 'p')}"
            age = self.key_age(entity)
            days = fit(
                f"{age}d" if age is not None and roomy else "", 4 if roomy else 0, right=True
            )
            return fit(counts, 7, right=True) + days, _joined(self._user_flags(entity))
        if isinstance(entity, Role):
            names = " ".join(trusted_names(entity))
            return fit(names, max(8, width * 2 // 5)), _joined(self._role_flags(entity))
        if entity is None or isinstance(entity, Policy):
            return self._policy_columns(key, entity)
        members = _count(len(self.account.members.get(key, ())), "u")
        flags = ["A"] if is_administrator(entity.policies) else []
        return fit(f"{members} {_count(self._policy_count(key), 'p')}", 9, right=True), _joined(
            flags
        )

    def _policy_columns(self, key: str, policy: Policy | None) -> tuple[str, str]:
        holders = self.holders.get(key, ())
        bounds = sum(holder.as_boundary for holder in holders)
        uses = f"bound {bounds}" if holders and bounds == len(holders) else f"{len(holders)} use"
        uses += "s" if uses.endswith("use") and len(holders) != 1 else ""
        kind = "AWS" if ":iam::aws:policy/" in key else "local"
        flags = "?" if policy is None else "!" if policy.document.fault is not None else ""
        return f"{kind:<5} {fit(uses, 8)}", flags

    def _root_flags(self, root: Root) -> list[str]:
        flags = ["A"]
        if root.access_keys:
            flags.append("K")
        if root.mfa is False:
            flags.append("M-")
        return flags

    def _user_flags(self, user: User) -> list[str]:
        flags = ["A"] if self._is_administrator(user) else []
        age = self.key_age(user)
        if age is not None and age > OLD_KEY_DAYS:
            flags.append("K")
        console = user.console
        if console is not None and console.password and not (console.mfa or user.mfa_devices):
            flags.append("M-")
        if user.permissions_boundary is not None:
            flags.append("B")
        if any(document.fault is not None for document in user.inline_policies.values()):
            flags.append("!")
        return flags

    def _role_flags(self, role: Role) -> list[str]:
        flags = ["A"] if is_administrator(role.policies) else []
        if role.permissions_boundary is not None:
            flags.append("B")
        documents = [*role.inline_policies.values(), *filter(None, [role.trust_policy])]
        if any(document.fault is not None for document in documents):
            flags.append("!")
        return flags

    def _is_administrator(self, user: User) -> bool:
        account = self.account
        groups = (account.groups.get(account.group_arns.get(name, "")) for name in user.groups)
        return is_administrator(user.policies) or any(
            is_administrator(group.policies) for group in groups if group is not None
        )

    def key_age(self, user: User) -> int | None:
        """Return the age in days of the oldest active access key whose creation is known."""
        made = [key.created for key in user.access_keys if key.status == "Active" and key.created]
        return max((days_since(day, self.today) for day in made), default=None)


def is_administrator(policies: tuple[str, ...]) -> bool:
    """Tell whether AWS's AdministratorAccess is among the policies."""
    return any(arn.endswith(ADMINISTRATOR) and ":iam::aws:" in arn for arn in policies)


def days_since(day: dt.date | dt.datetime, today: dt.date) -> int:
    """Return how many days ago a day or an instant was."""
    plain = day.date() if isinstance(day, dt.datetime) else day
    return (today - plain).days


def _count(number: int, letter: str) -> str:
    return f"{number}{letter}" if number else "  "


def _joined(flags: list[str]) -> str:
    return "".join(flags)
