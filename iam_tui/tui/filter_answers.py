"""What the words of a filter keep that have a prefix: `tag:`, `has:`, `action:` and the others.

One object answers for one list of one account; an answer is kept, as each letter typed asks all
words again. A value is taken as a whole name first, and as the beginning of one where there is no
such name, so that a list narrows while one types.
"""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from iam_tui.account import Group, Role, User
from iam_tui.tui.filter_flags import FLAGS
from iam_tui.tui.filtering import Found, suggested
from iam_tui.tui.trust import trusted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from iam_tui.account import Entity
    from iam_tui.policy import Document
    from iam_tui.tui.entities import Entities
    from iam_tui.tui.lists import ListName

NOTHING: frozenset[str] = frozenset()


class FilterAnswers:
    """Answers about the entities of one list."""

    def __init__(self, view: Entities, name: ListName, *, is_compiled: Callable[[], bool]) -> None:
        """Ask nothing yet.

        Args:
            view: The account.
            name: The list.
            is_compiled: Tells whether `compile_documents` has been through.
        """
        self._view, self._name = view, name
        self._is_compiled = is_compiled
        self._kept: dict[tuple[str, str], Found] = {}

    def ask(self, prefix: str, value: str) -> Found:
        """Return what a word keeps; every word without a value keeps everything."""
        if not value or (prefix == "action" and not self._is_compiled()):
            return Found(self._view.keys(self._name))
        found = self._kept.get((prefix, value))
        if found is None:
            answer: Callable[[str], Found] = getattr(self, f"_{prefix}")
            found = self._kept[prefix, value] = answer(value)
        return found

    @property
    def _entities(self) -> Iterator[tuple[str, Entity | None]]:
        account = self._view.account
        return ((key, account.entity(key)) for key in self._view.keys(self._name))

    def _tag(self, value: str) -> Found:
        key, equals, wanted = value.partition("=")
        by_key: dict[str, dict[str, set[str]]] = {}
        for arn, entity in self._entities:
            for name, one in getattr(entity, "tags", {}).items():
                by_key.setdefault(name, {}).setdefault(one, set()).add(arn)
        names = matching(key, by_key)
        if not names:
            return Found(NOTHING, _no("tag", key, by_key))
        if not equals or not wanted:
            return Found(_union(by_key[name][one] for name in names for one in by_key[name]))
        values = {one for name in names for one in by_key[name]}
        chosen = matching(wanted, values)
        if not chosen:
            return Found(NOTHING, _no(f"value of {min(names)}", wanted, values))
        return Found(_union(by_key[name].get(one, set()) for name in names for one in chosen))

    def _has(self, value: str) -> Found:
        known = FLAGS[self._name]
        names = matching(value, known)
        if not names:
            return Found(NOTHING, _no("has:", value, known, of=self._name))
        tests = [known[name] for name in names]
        return Found(
            frozenset(
                arn
                for arn, entity in self._entities
                if any(test(self._view, arn, entity) for test in tests)
            )
        )

    def _path(self, value: str) -> Found:
        begin = f"/{value.removeprefix('/')}"
        paths = {arn: getattr(entity, "path", "/").lower() for arn, entity in self._entities}
        keys = frozenset(arn for arn, one in paths.items() if one.startswith(begin))
        return Found(keys, "" if keys else _no("path", begin, set(paths.values())))

    def _group(self, value: str) -> Found:
        account = self._view.account
        if self._name == "roles":
            return Found(NOTHING, "group: is for users, groups and policies; no role is in one")
        names = matching(value, account.group_arns)
        if not names:
            return Found(NOTHING, _no("group", value, account.group_arns))
        groups = [account.group_arns[name] for name in names]
        if self._name == "groups":
            return Found(frozenset(groups))
        if self._name == "policies":
            return Found(frozenset(arn for key in groups for arn in account.groups[key].policies))
        return Found(frozenset(arn for key in groups for arn in account.members.get(key, ())))

    def _policy(self, value: str) -> Found:
        view, account = self._view, self._view.account
        by_name: dict[str, set[str]] = {}
        for arn in view.keys("policies"):
            by_name.setdefault(arn.rsplit("/", 1)[-1], set()).add(arn)
        inline = {name for one in self._identities() for name in one.inline_policies}
        names = matching(value, {*by_name, *inline})
        if not names:
            return Found(NOTHING, _no("policy", value, {*by_name, *inline}))
        arns = _union(by_name.get(name, set()) for name in names)
        if self._name == "policies":
            return Found(arns)

        def has(one: User | Group | Role) -> bool:
            boundary = getattr(one, "permissions_boundary", None)
            return (
                not arns.isdisjoint(one.policies)
                or not names.isdisjoint(one.inline_policies)
                or boundary in arns
            )

        groups = {group.name for group in account.groups.values() if has(group)}
        return Found(self._who(has, groups))

    def _who(self, has: Callable[[User | Group | Role], bool], groups: set[str]) -> frozenset[str]:
        return frozenset(
            arn
            for arn, one in self._entities
            if isinstance(one, User | Group | Role)
            and (has(one) or (isinstance(one, User) and not groups.isdisjoint(one.groups)))
        )

    def _identities(self) -> Iterator[User | Group | Role]:
        account = self._view.account
        yield from account.users.values()
        yield from account.groups.values()
        yield from account.roles.values()

    def _service(self, value: str) -> Found:
        if self._name != "roles":
            return Found(NOTHING, "service: is for roles: which service may take them on")
        by_service: dict[str, set[str]] = {}
        for arn, role in self._view.account.roles.items():
            for kind, principal in trusted(role):
                if kind == "Service":
                    by_service.setdefault(principal, set()).add(arn)
        names = matching(value, by_service)
        if not names:
            return Found(NOTHING, _no("service", value, by_service))
        return Found(_union(by_service[name] for name in names))

    def _action(self, value: str) -> Found:
        covers, problem, is_known = covering(value)
        known: dict[Document, bool] = {}

        def allows(document: Document) -> bool:
            found = known.get(document)
            if found is None:
                found = known[document] = covers(document)
            return found

        account = self._view.account
        by_policy: dict[str, bool] = {}

        def has_policy(arn: str) -> bool:
            found = by_policy.get(arn)
            if found is None:
                policy = account.policy(arn)
                found = by_policy[arn] = policy is not None and allows(policy.document)
            return found

        def has(one: User | Group | Role) -> bool:
            return any(map(has_policy, one.policies)) or any(
                map(allows, one.inline_policies.values())
            )

        if self._name == "policies":
            keys = frozenset(filter(has_policy, self._view.keys("policies")))
        else:
            groups = {group.name for group in account.groups.values() if has(group)}
            keys = self._who(has, groups if self._name == "users" else set())
        return Found(keys, problem if not keys or not is_known else "")


def matching(value: str, known: Iterable[str]) -> frozenset[str]:
    """Return the names that a value in lower case means.

    Those that it is, without regard to case; with `*` or `?` those that fit; else those that
    begin with it.
    """
    folded = [(name, name.lower()) for name in known]
    if "*" in value or "?" in value:
        return frozenset(name for name, low in folded if fnmatch.fnmatchcase(low, value))
    exact = frozenset(name for name, low in folded if low == value)
    return exact or frozenset(name for name, low in folded if low.startswith(value))


def _union(sets: Iterable[set[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _no(what: str, value: str, known: Collection[str], of: str = "") -> str:
    if what.endswith(":"):
        return f"{what}{value} says nothing of {of}{suggested(value, known)}"
    where = "" if known else "; there are none"
    return f'no {what} begins with "{value}"{where}{suggested(value, known)}'


def covering(value: str) -> tuple[Callable[[Document], bool], str, bool]:
    """Return what tells whether an Allow of a document covers an action.

    And what to say when none does, and whether AWS documents such an action; one that it does not
    can still be covered, by `*` for instance.

    Args:
        value: An action, a pattern with `*`, or how actions begin; in lower case.
    """
    from iam_tui import catalog
    from iam_tui.analysis.masks import masks_of
    from iam_tui.policy.requests import SHORT_ARNS, LayerKind

    service, colon, name = value.partition(":")
    if not colon:
        begins = service.rstrip("*")

        def any_of(document: Document) -> bool:
            covered = masks_of(document).services(allows_only=True)
            return any(one.startswith(begins) for one in covered)

        services = catalog.services()
        unknown = not any(one.startswith(begins) for one in services)
        return any_of, _no("service", begins, services) if unknown else "", not unknown
    pattern = value if "*" in name or catalog.is_known(value) else f"{value}*"
    bits = catalog.match(pattern).get(service, 0)

    def some_of(document: Document) -> bool:
        if bits:
            return bool(masks_of(document).allowed(service) & bits)
        # An action that the catalogue lacks can still be named by a policy.
        statements = document.compiled.candidates(SHORT_ARNS[LayerKind.IDENTITY], value)
        return any(not one.deny for one in statements)

    if bits:
        return some_of, f"no policy here allows {value}", True
    close = catalog.nearest_actions(value, 2)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    return some_of, f"{value} is no action that AWS documents{hint}", False


def compile_documents(view: Entities, should_stop: Callable[[], bool]) -> None:
    """Read every policy for `action:`, once; slow, for a worker thread."""
    from iam_tui.analysis.masks import masks_of

    account = view.account
    for entities in (account.users, account.groups, account.roles):
        for entity in entities.values():
            for document in entity.inline_policies.values():
                masks_of(document).services(allows_only=True)
            if should_stop():
                return
    for arn in view.keys("policies"):
        policy = account.policy(arn)
        if policy is not None:
            masks_of(policy.document).services(allows_only=True)
        if should_stop():
            return
