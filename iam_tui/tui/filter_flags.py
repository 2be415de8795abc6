"""What `has:` asks of an entity, list by list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from iam_tui.account import Policy, Role, Root, User
from iam_tui.tui.ages import is_old, key_age
from iam_tui.tui.entity_rows import flags

if TYPE_CHECKING:
    from iam_tui.account import Entity
    from iam_tui.tui.entities import Entities
    from iam_tui.tui.lists import ListName


Test = Callable[["Entities", str, "Entity | None"], bool]
"""Tells whether an entity with a key has it."""


def _boundary(_view: Entities, _key: str, entity: Entity | None) -> bool:
    return getattr(entity, "permissions_boundary", None) is not None


def _mfa(_view: Entities, _key: str, entity: Entity | None) -> bool:
    if isinstance(entity, User):
        return bool(entity.mfa_devices) or (entity.console is not None and entity.console.mfa)
    return isinstance(entity, Root) and bool(entity.mfa)


def _key(_view: Entities, _key: str, entity: Entity | None) -> bool:
    keys = entity.access_keys if isinstance(entity, User | Root) else ()
    return any(key.status == "Active" for key in keys)


def _old_key(view: Entities, _key: str, entity: Entity | None) -> bool:
    return isinstance(entity, User) and is_old(key_age(entity, view.today))


def _console(_view: Entities, _key: str, entity: Entity | None) -> bool:
    if isinstance(entity, Root):
        return entity.password
    return isinstance(entity, User) and entity.console is not None and entity.console.password


def _inline(_view: Entities, _key: str, entity: Entity | None) -> bool:
    return bool(getattr(entity, "inline_policies", None))


def _own_policy(_view: Entities, _key: str, entity: Entity | None) -> bool:
    return bool(getattr(entity, "policies", None) or getattr(entity, "inline_policies", None))


def _in_group(_view: Entities, _key: str, entity: Entity | None) -> bool:
    return isinstance(entity, User) and bool(entity.groups)


def _members(view: Entities, key: str, _entity: Entity | None) -> bool:
    return bool(view.account.members.get(key))


def _profile(_view: Entities, _key: str, entity: Entity | None) -> bool:
    return isinstance(entity, Role) and bool(entity.instance_profiles)


def _tags(_view: Entities, _key: str, entity: Entity | None) -> bool:
    return bool(getattr(entity, "tags", None))


def _edit(view: Entities, key: str, _entity: Entity | None) -> bool:
    return bool(view.mark(key))


def _use(view: Entities, key: str, _entity: Entity | None) -> bool:
    return bool(view.holders(key))


def _versions(_view: Entities, _key: str, entity: Entity | None) -> bool:
    return isinstance(entity, Policy) and len(entity.versions) > 1


def _shown(letter: str) -> Test:
    def has(view: Entities, key: str, entity: Entity | None) -> bool:
        return letter in flags(view, key, entity)

    return has


_ANY: Mapping[str, Test] = {
    "tag": _tags,
    "edit": _edit,
    "fault": _shown("!"),
}
FLAGS: Mapping[ListName, Mapping[str, Test]] = {
    "users": {
        "admin": _shown("A"),
        "boundary": _boundary,
        "console": _console,
        "group": _in_group,
        "inline": _inline,
        "key": _key,
        "mfa": _mfa,
        "no-mfa": _shown("M-"),
        "old-key": _old_key,
        "policy": _own_policy,
        **_ANY,
    },
    "groups": {
        "admin": _shown("A"),
        "inline": _inline,
        "member": _members,
        "policy": _own_policy,
        **_ANY,
    },
    "roles": {
        "admin": _shown("A"),
        "boundary": _boundary,
        "inline": _inline,
        "policy": _own_policy,
        "profile": _profile,
        **_ANY,
    },
    "policies": {"use": _use, "versions": _versions, **_ANY},
}
"""What `has:` can ask of each list."""
