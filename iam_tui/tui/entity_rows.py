"""What a row of a list says, in as many columns as its width has room for.

A row is made when it is painted, so thousands of entities cost nothing before they are seen.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account import Group, Role, Root, User
from iam_tui.account.arns import is_aws_managed
from iam_tui.tui.lines import Line, Span, Target, cut, fit
from iam_tui.tui.trust import trusted_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam_tui.account import Entity
    from iam_tui.tui.entities import Entities, Item
    from iam_tui.tui.lists import ListName

ADMINISTRATOR = "/AdministratorAccess"
OLD_KEY_DAYS = 90
"""The age from which on an access key is marked `K` (AWS Security Hub control IAM.3)."""
NORMAL, WIDE = 34, 42
"""From how many cells on a row has room for words, and for columns with a header."""


class Column(NamedTuple):
    """A column of a list."""

    title: str
    width: int
    is_right: bool = True

    def cell(self, text: object) -> str:
        """Return a text as this column shows it."""
        return fit(text, self.width, right=self.is_right)


def columns(name: ListName, width: int) -> tuple[Column, ...]:
    """Return the columns between name and flags, and the flags, for rows of that width."""
    if width >= WIDE:
        return _WIDE[name]
    if name == "roles":
        share = 12 if width >= NORMAL else 9
        return Column("trusted by", share, is_right=False), Column("flags", 3, is_right=False)
    return _NARROW[name] if width < NORMAL else _NORMAL[name]


_FLAGS = Column("flags", 6, is_right=False)
_FEW_FLAGS = Column("flags", 3, is_right=False)
_WIDE: dict[ListName, tuple[Column, ...]] = {
    "users": (Column("groups", 6), Column("pol", 3), Column("key days", 8), _FLAGS),
    "groups": (Column("users", 6), Column("pol", 3), _FLAGS),
    "roles": (Column("trusted by", 15, is_right=False), _FLAGS),
    "policies": (Column("kind", 5, is_right=False), Column("uses", 7), _FLAGS),
}
_NORMAL: dict[ListName, tuple[Column, ...]] = {
    "users": (Column("groups", 3), Column("pol", 3), _FLAGS),
    "groups": (Column("users", 5), Column("pol", 3), _FEW_FLAGS),
    "policies": (Column("kind", 3, is_right=False), Column("uses", 7), Column("flags", 1)),
}
_NARROW: dict[ListName, tuple[Column, ...]] = {
    "users": (Column("groups", 2), Column("pol", 2), Column("flags", 5, is_right=False)),
    "groups": (Column("users", 4), Column("pol", 2), Column("flags", 1)),
    "policies": (Column("kind", 3, is_right=False), Column("uses", 3), Column("flags", 1)),
}


def header(name: ListName, width: int) -> Line | None:
    """Return the titles of the columns where there is room for them."""
    if width < WIDE:
        return None
    return Line((Span(_joined(" ", "name", columns(name, width), width), "dim"),))


def _joined(mark: str, name: str, cells: Iterable[Column], width: int) -> str:
    titled = [column.cell(column.title) for column in cells]
    room = width - 1 - sum(len(cell) + 1 for cell in titled)
    return f"{mark}{fit(name, room)} {' '.join(titled)}"


def row(view: Entities, name: ListName, item: Item, width: int) -> Line:
    """Return what a list says of an entity in that many cells."""
    entity = view.account.entity(item.key)
    target = Target(entity.kind if entity is not None else "policy", item.key)
    *counts, flags = columns(name, width)
    is_wide = width >= WIDE
    texts = _counts(view, item.key, entity, is_wide=is_wide, is_narrow=width < NORMAL)
    cells = "".join(f" {column.cell(text)}" for column, text in zip(counts, texts, strict=True))
    room = max(width - 1 - len(cells) - 1 - flags.width, 4)
    mark = "*" if isinstance(entity, Root) else view.mark(item.key) or " "
    spans = (
        Span(mark, "strong"),
        Span(fit(item.name, room)),
        Span(f"{cells} ", "dim"),
        Span(flags.cell("".join(_flags(view, item.key, entity))), "warn"),
    )
    is_cut = cut(item.name, room) != item.name
    return Line(spans, target, copy=item.key, key=item.key, full=item.key if is_cut else "")


def _counts(
    view: Entities, key: str, entity: Entity | None, *, is_wide: bool, is_narrow: bool
) -> list[str]:
    if isinstance(entity, Root):
        return ["-", "-", "-"] if is_wide else ["", ""]
    policies = _count(view.policy_count(key), "" if is_wide else "p")
    if isinstance(entity, User):
        groups = _count(len(entity.groups), "" if is_wide else "g")
        age = key_age(entity, view.today)
        return [groups, policies, *([str(age) if age is not None else "-"] if is_wide else [])]
    if isinstance(entity, Group):
        members = len(view.account.members.get(key, ()))
        return [_count(members, "" if is_wide else "u"), policies]
    if isinstance(entity, Role):
        return [" ".join(trusted_names(entity))]
    return [_kind(key, is_wide=is_wide), _uses(view, key, is_narrow=is_narrow)]


def _kind(arn: str, *, is_wide: bool) -> str:
    own = "local" if is_wide else ""
    return "AWS" if is_aws_managed(arn) else own


def _uses(view: Entities, arn: str, *, is_narrow: bool) -> str:
    holders = view.holders(arn)
    is_bound = bool(holders) and all(holder.as_boundary for holder in holders)
    if is_narrow:
        return f"B{len(holders)}" if is_bound else str(len(holders) or "-")
    if is_bound:
        return f"bound {len(holders)}"
    return "1 use" if len(holders) == 1 else f"{len(holders) or '-'} uses"


def _flags(view: Entities, key: str, entity: Entity | None) -> list[str]:
    if isinstance(entity, Root):
        missing = ["M-"] if entity.mfa is False else []
        return ["A", *(["K"] if entity.access_keys else []), *missing]
    if isinstance(entity, User):
        return _user_flags(view, entity)
    if isinstance(entity, Role):
        return _role_flags(entity)
    if isinstance(entity, Group):
        is_faulty = any(d.fault is not None for d in entity.inline_policies.values())
        return [
            *(["A"] if is_administrator(entity.policies) else []),
            *(["!"] if is_faulty else []),
        ]
    if entity is None:
        return ["?"]
    return ["!"] if entity.document.fault is not None else []


def _user_flags(view: Entities, user: User) -> list[str]:
    flags = ["A"] if _is_administrator(view, user) else []
    age = key_age(user, view.today)
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


def _role_flags(role: Role) -> list[str]:
    flags = ["A"] if is_administrator(role.policies) else []
    if role.permissions_boundary is not None:
        flags.append("B")
    documents = [*role.inline_policies.values(), *filter(None, [role.trust_policy])]
    if any(document.fault is not None for document in documents):
        flags.append("!")
    return flags


def _is_administrator(view: Entities, user: User) -> bool:
    account = view.account
    groups = (account.groups.get(account.group_arns.get(name, "")) for name in user.groups)
    return is_administrator(user.policies) or any(
        is_administrator(group.policies) for group in groups if group is not None
    )


def key_age(user: User, today: dt.date) -> int | None:
    """Return the age in days of the oldest active access key whose creation is known."""
    made = [key.created for key in user.access_keys if key.status == "Active" and key.created]
    return max((days_since(day, today) for day in made), default=None)


def is_administrator(policies: tuple[str, ...]) -> bool:
    """Tell whether AWS's AdministratorAccess is among the policies."""
    return any(arn.endswith(ADMINISTRATOR) and is_aws_managed(arn) for arn in policies)


def days_since(day: dt.date | dt.datetime, today: dt.date) -> int:
    """Return how many days ago a day or an instant was."""
    plain = day.date() if isinstance(day, dt.datetime) else day
    return (today - plain).days


def _count(number: int, letter: str) -> str:
    return f"{number}{letter}" if number else "-" if not letter else ""
