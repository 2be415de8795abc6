"""How old things are, in whole days: keys, entities, their last use."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from iam_tui.account import User

if TYPE_CHECKING:
    from iam_tui.account import Group, Policy, Role, Root

OLD_KEY_DAYS = 90
"""The age from which on an access key is marked `K` (AWS Security Hub control IAM.3)."""


def days_since(day: dt.date | dt.datetime, today: dt.date) -> int:
    """Return how many days ago a day or an instant was."""
    plain = day.date() if isinstance(day, dt.datetime) else day
    return (today - plain).days


def key_age(user: User, today: dt.date) -> int | None:
    """Return the age in days of the oldest active access key whose creation is known."""
    made = [key.created for key in user.access_keys if key.status == "Active" and key.created]
    return max((days_since(day, today) for day in made), default=None)


def is_old(days: int | None) -> bool:
    """Tell whether an access key of that age is marked `K`."""
    return days is not None and days > OLD_KEY_DAYS


def age(entity: User | Group | Role | Policy, today: dt.date) -> int | None:
    """Return how many days ago an entity was made, where that is known."""
    return days_since(entity.created, today) if entity.created is not None else None


def unused_days(entity: User | Role | Root, today: dt.date) -> int | None:
    """Return how many days ago an identity was last used, where that is known."""
    uses = [entity.last_used]
    if isinstance(entity, User):
        uses += [key.last_used for key in entity.access_keys]
        uses.append(entity.console.last_used if entity.console is not None else None)
    return min((days_since(day, today) for day in uses if day is not None), default=None)
