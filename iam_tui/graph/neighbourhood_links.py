"""The relations of single nodes, as they are now and as they were before the edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.account import Account
from iam_tui.account.arns import Arn, friendly_name, is_aws_managed, split_inline_key
from iam_tui.account.difference import changed_entities
from iam_tui.graph.administrators import Administrators
from iam_tui.graph.difference import edge_changes, node_changes
from iam_tui.graph.neighbourhood import Change, Mark, Relation
from iam_tui.graph.nodes import ANYONE, entity_kind, other_kind
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.graph.edges import Edge
    from iam_tui.graph.identity_graph import IdentityGraph
    from iam_tui.graph.nodes import NodeKind

_SHOWN = frozenset({"member", "attached", "inline", "boundary", "trusts"})
"""What a picture shows of the graph's edges; the rest is about machines and organizations."""

Become = tuple[str, str, str]


class Links:
    """What leads from a node to others and back, with what the edits did to it."""

    def __init__(
        self,
        graph: IdentityGraph,
        becomes: Iterable[Become] = (),
        before: Account | None = None,
        became: Iterable[Become] | None = None,
    ) -> None:
        """Take the graph as it is and the account as it was."""
        self._graph = graph
        self._account = graph.account
        self._before = before
        self._node_changes: dict[str, Change] = {}
        self._added: frozenset[Edge] = frozenset()
        self._removed: dict[str, list[Relation]] = {}
        self._kinds: dict[str, NodeKind] = {}
        self._administrators = Administrators(graph.account)
        self._former_administrators = self._administrators
        if before is not None and before is not graph.account:
            self._former_administrators = Administrators(before)
            self._compare(before)
        self._becomes: dict[str, list[Relation]] = {}
        self._able: set[tuple[str, str]] = set()
        self._add_becomes(list(becomes), None if became is None else list(became))

    def _compare(self, before: Account) -> None:
        now = self._account
        changes = changed_entities(before, now)
        self._added, removed = edge_changes(before, now, changes)
        for edge in sorted(removed):
            relation = Relation(edge.kind, edge.source, edge.target, "", "removed")
            for end in edge[:2]:
                self._removed.setdefault(end, []).append(relation)
        for key in node_changes(before, now, changes):
            self._node_changes[key] = "removed" if entity_kind(now, key) is None else "new"

    def _add_becomes(self, now: list[Become], former: list[Become] | None) -> None:
        self._able = {(source, target) for source, target, _ in now}
        were = self._able if former is None else {(source, target) for source, target, _ in former}
        found = [
            Relation("becomes", source, target, label, _new(is_new=(source, target) not in were))
            for source, target, label in now
        ]
        found += [
            Relation("becomes", source, target, label, "removed")
            for source, target, label in former or ()
            if (source, target) not in self._able
        ]
        for relation in found:
            if relation.source != relation.target:
                self._becomes.setdefault(relation.source, []).append(relation)
                self._becomes.setdefault(relation.target, []).append(relation)

    def __contains__(self, key: object) -> bool:
        return key in self._graph or key in self._removed or key in self._node_changes

    def forward(self, key: str) -> list[Relation]:
        """Return what a node has, is a member of, may become or is trusted by."""
        return [relation for relation in self._all(key) if relation.left == key]

    def backward(self, key: str) -> list[Relation]:
        """Return who has it, is a member of it, may become it or is trusted by it."""
        if self.kind(key) == "user":
            return []  # nobody is in a user or becomes one; a large group has thousands of them
        return [relation for relation in self._all(key) if relation.right == key]

    def every_forward(self, key: str) -> list[Relation]:
        """Return all that leads from a node, of whatever kind."""
        return [relation for relation in self._all(key, every=True) if relation.source == key]

    def _all(self, key: str, *, every: bool = False) -> Iterator[Relation]:
        for neighbour in self._graph.neighbours(key) if key in self._graph else ():
            if neighbour.kind not in _SHOWN and not every:
                continue
            is_out = neighbour.direction == "out"
            source, target = (key, neighbour.key) if is_out else (neighbour.key, key)
            # Who may become a role is trusted by it, or has no need to be.
            if source != target and (
                neighbour.kind != "trusts" or every or not self._is_able(target, source)
            ):
                is_new = (source, target, neighbour.kind) in self._added
                yield Relation(neighbour.kind, source, target, "", _new(is_new=is_new))
        yield from (r for r in self._removed.get(key, ()) if r.kind in _SHOWN)
        yield from self._becomes.get(key, ())

    def _is_able(self, principal: str, role: str) -> bool:
        return (principal, role) in self._able

    def kind(self, key: str) -> NodeKind:
        """Return what a node stands for, or stood for before the edits."""
        found = self._kinds.get(key)
        if found is None:
            found = self._kinds[key] = self._kind(key)
        return found

    def _kind(self, key: str) -> NodeKind:
        if key in self._graph:
            return self._graph.kind(key)
        own = None if self._before is None else entity_kind(self._before, key)
        return own or other_kind(key)

    def _holding(self, key: str) -> Account:
        """Return the account that has a node: that before the edits when it is gone."""
        gone = self._node_changes.get(key) == "removed"
        return self._before if gone and self._before is not None else self._account

    def _is_administrator(self, key: str) -> bool:
        gone = self._node_changes.get(key) == "removed"
        return key in (self._former_administrators if gone else self._administrators)

    def marks(self, key: str) -> tuple[Mark, ...]:
        """Return what must be seen of a node."""
        account = self._holding(key)
        marks: list[Mark] = []
        if self._is_administrator(key):
            marks.append("admin")
        entity = account.users.get(key) or account.roles.get(key)
        if entity is not None and entity.permissions_boundary is not None:
            marks.append("boundary")
        change = self._node_changes.get(key)
        if change is not None:
            marks.append(change)
        return tuple(marks)

    def label(self, key: str) -> str:
        """Return what people call a node, safe to show."""
        return display_text(_label(self._holding(key), key, self.kind(key)))


def _new(*, is_new: bool) -> Change | None:
    return "new" if is_new else None


def _label(account: Account, key: str, kind: NodeKind) -> str:
    inline = split_inline_key(key)
    if inline is not None:
        return f"{inline[1]} (inline)"
    if kind == "policy":
        return f"{friendly_name(key)} (AWS)" if is_aws_managed(key) else friendly_name(key)
    if kind == "root":
        return "root"
    if kind == "account":
        name = "this account" if key == account.id else account.known_accounts.get(key, "account")
        return f"{name} {key}"
    if key == ANYONE:
        return "anyone (*)"
    if kind == "organization-level":
        return key.removeprefix("organization/")
    arn = Arn.parse(key)
    if arn is None or kind == "resource":
        return key
    if kind == "outside":
        where = "not in this file" if arn.account == account.id else arn.account
        return f"{arn.resource} ({where})"
    if kind == "identity-provider":
        return arn.resource.partition("/")[2]
    name = friendly_name(key)
    return f"{name} (instance profile)" if kind == "instance-profile" else name
