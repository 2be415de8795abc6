"""What a row of a list says, in as many columns as its width has room for.

A row is made when it is painted, so thousands of entities cost nothing before they are seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account import Group, Role, Root, User
from iam_tui.account.arns import is_aws_managed
from iam_tui.text import display_text
from iam_tui.tui.ages import age, is_old, key_age, unused_days
from iam_tui.tui.lines import Line, Span, Target, cut, fit, width_of
from iam_tui.tui.trust import trusted_names

if TYPE_CHECKING:
    import datetime as dt

    from iam_tui.account import Entity, Policy
    from iam_tui.tui.entities import Entities, Item
    from iam_tui.tui.lists import ListName

ADMINISTRATOR = "/AdministratorAccess"
ROOM = 5
"""Cells that an age needs."""
NORMAL, WIDE, FULL = 34, 42, 84
"""From how many cells on a row has room for words, for columns with a header, for all of them."""


class Column(NamedTuple):
    """A column of a list."""

    title: str
    width: int
    is_right: bool = True
    sort: str = ""
    """What the list is sorted by at a click on the title; empty: the title says it."""

    def cell(self, text: object) -> str:
        """Return a text as this column shows it."""
        return fit(text, self.width, right=self.is_right)


def columns(name: ListName, width: int, sort: str = "name") -> tuple[Column, ...]:
    """Return the columns between name and flags, and the flags, for rows of that width.

    What the list is sorted by is among them: it takes the place of others where need be.
    """
    *told, last = _columns(name, width)
    wanted = _BY_SORT.get(sort)
    if wanted is None or any(column.title == wanted.title for column in told):
        return (*told, last)
    width_left = told.pop().width
    if width_left < ROOM and told:
        width_left += told.pop().width + 1
    return (*told, wanted._replace(width=width_left), last)


def _columns(name: ListName, width: int) -> tuple[Column, ...]:
    if width >= FULL:
        return _FULL[name]
    if width >= WIDE:
        return _WIDE[name]
    if name == "roles":
        share = 12 if width >= NORMAL else 9
        return Column("trusted by", share, is_right=False), Column("flags", 3, is_right=False)
    return _NARROW[name] if width < NORMAL else _NORMAL[name]


_FLAGS = Column("flags", 6, is_right=False)
_FEW_FLAGS = Column("flags", 3, is_right=False)
_POLICIES = Column("pol", 3, sort="policies")
_KEY_DAYS = Column("key days", 8)
_USED = Column("unused d", 8, sort="last used")
_AGE = Column("age d", 6, sort="created")
_PATH = Column("path", 16, is_right=False)
_BY_SORT = {
    "policies": _POLICIES,
    "key days": _KEY_DAYS,
    "last used": _USED,
    "created": _AGE,
}
"""What a list is sorted by -> the column that says it, where that may be missing."""
_FULL: dict[ListName, tuple[Column, ...]] = {
    "users": (Column("groups", 6), _POLICIES, _KEY_DAYS, _USED, _AGE, _PATH, _FLAGS),
    "groups": (Column("users", 6), _POLICIES, _AGE, _PATH, _FLAGS),
    "roles": (Column("trusted by", 22, is_right=False), _POLICIES, _USED, _AGE, _PATH, _FLAGS),
    "policies": (Column("kind", 5, is_right=False), Column("uses", 7), _AGE, _PATH, _FLAGS),
}
_WIDE: dict[ListName, tuple[Column, ...]] = {
    "users": (Column("groups", 6), _POLICIES, _KEY_DAYS, _FLAGS),
    "groups": (Column("users", 6), _POLICIES, _FLAGS),
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


def header(name: ListName, sort: str, width: int) -> Line | None:
    """Return the titles of the columns where there is room for them."""
    if width < WIDE:
        return None
    titled = [column.cell(column.title) for column in columns(name, width, sort)]
    room = width - 1 - sum(len(cell) + 1 for cell in titled)
    return Line((Span(f" {fit('name', room)} {' '.join(titled)}", "dim"),))


def sort_at(name: ListName, sort: str, width: int, cell: int) -> str:
    """Return what a list is sorted by at a click on a cell of its header; nothing for the flags.

    Args:
        name: The list.
        sort: What it is sorted by.
        width: The cells of its rows.
        cell: Which of them, from 0.
    """
    end = width
    for column in reversed(columns(name, width, sort)):
        end -= column.width + 1
        if cell >= end:
            return column.sort or ("" if column.title in {"flags", "path"} else column.title)
    return "name"


def row(view: Entities, name: ListName, sort: str, item: Item, width: int) -> Line:
    """Return what a list says of an entity in that many cells."""
    entity = view.account.entity(item.key)
    target = Target(entity.kind if entity is not None else "policy", item.key)
    *told, last = columns(name, width, sort)
    parts = [one.cell(_text(view, item.key, entity, one, width)) for one in told]
    room = width - 1 - sum(one.width + 1 for one in told) - 1 - last.width
    lacking = width_of(display_text(item.name)) - room
    if lacking > 0 and width < WIDE:
        parts[0], lent = _narrowed(parts[0], told[0], lacking)
        room += lent
    room, cells = max(room, 4), "".join(f" {part}" for part in parts)
    mark = "*" if isinstance(entity, Root) else view.mark(item.key) or " "
    spans = (
        Span(mark, "strong"),
        Span(fit(item.name, room)),
        Span(f"{cells} ", "dim"),
        Span(last.cell("".join(flags(view, item.key, entity))), "warn"),
    )
    is_cut = cut(item.name, room) != item.name
    return Line(spans, target, copy=item.key, key=item.key, full=item.key if is_cut else "")


def _narrowed(part: str, column: Column, cells: int) -> tuple[str, int]:
    """Return what a column says in less room, and how many blanks a long name gets from it.

    None where that would not make the name whole.
    """
    said = part.strip()
    if cells > column.width - width_of(said):
        return part, 0
    return fit(said, column.width - cells, right=column.is_right), cells


def _text(view: Entities, key: str, entity: Entity | None, column: Column, width: int) -> str:
    """Return what stands in one column: a bare number under a title, else `3g`, `2p`, `4u`."""
    title, is_titled = column.title, width >= WIDE
    if title == "kind":
        return _kind(key, is_titled=is_titled)
    if title == "uses":
        return _uses(view, key, is_narrow=width < NORMAL)
    if isinstance(entity, Root) or entity is None:
        return "-" if is_titled and column.is_right else ""
    if title == "pol":
        return _count(view.policy_count(key), "" if is_titled else "p")
    if title == "groups" and isinstance(entity, User):
        return _count(len(entity.groups), "" if is_titled else "g")
    if title == "users":
        return _count(len(view.account.members.get(key, ())), "" if is_titled else "u")
    if title == "trusted by" and isinstance(entity, Role):
        return " ".join(trusted_names(entity))
    if title == "path":
        return entity.path
    days = _days(entity, title, view.today)
    return f"{days} d" if not is_titled and days != "-" else days


def _days(entity: User | Group | Role | Policy, title: str, today: dt.date) -> str:
    days = None
    if title == "key days" and isinstance(entity, User):
        days = key_age(entity, today)
    elif title == "unused d" and isinstance(entity, User | Role):
        days = unused_days(entity, today)
    elif title == "age d":
        days = age(entity, today)
    return str(days) if days is not None else "-"


def _kind(arn: str, *, is_titled: bool) -> str:
    own = "local" if is_titled else ""
    return "AWS" if is_aws_managed(arn) else own


def _uses(view: Entities, arn: str, *, is_narrow: bool) -> str:
    holders = view.holders(arn)
    is_bound = bool(holders) and all(holder.as_boundary for holder in holders)
    if is_narrow:
        return f"B{len(holders)}" if is_bound else str(len(holders) or "-")
    if is_bound:
        return f"bound {len(holders)}"
    return "1 use" if len(holders) == 1 else f"{len(holders) or '-'} uses"


def flags(view: Entities, key: str, entity: Entity | None) -> list[str]:
    """Return the letters that a row ends in: `A`, `K`, `M-`, `B`, `!`, `?`."""
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
    found = ["A"] if _is_administrator(view, user) else []
    if is_old(key_age(user, view.today)):
        found.append("K")
    console = user.console
    if console is not None and console.password and not (console.mfa or user.mfa_devices):
        found.append("M-")
    if user.permissions_boundary is not None:
        found.append("B")
    if any(document.fault is not None for document in user.inline_policies.values()):
        found.append("!")
    return found


def _role_flags(role: Role) -> list[str]:
    found = ["A"] if is_administrator(role.policies) else []
    if role.permissions_boundary is not None:
        found.append("B")
    documents = [*role.inline_policies.values(), *filter(None, [role.trust_policy])]
    if any(document.fault is not None for document in documents):
        found.append("!")
    return found


def _is_administrator(view: Entities, user: User) -> bool:
    account = view.account
    groups = (account.groups.get(account.group_arns.get(name, "")) for name in user.groups)
    return is_administrator(user.policies) or any(
        is_administrator(group.policies) for group in groups if group is not None
    )


def is_administrator(policies: tuple[str, ...]) -> bool:
    """Tell whether AWS's AdministratorAccess is among the policies."""
    return any(arn.endswith(ADMINISTRATOR) and is_aws_managed(arn) for arn in policies)


def _count(number: int, letter: str) -> str:
    return f"{number}{letter}" if number else "-" if not letter else ""
