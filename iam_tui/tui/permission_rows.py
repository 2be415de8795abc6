"""The effective permissions of one identity as a tree of rows that unfolds on demand.

Service, then (where a service has many) access level, then action. Only what is unfolded is
asked of the analysis, and rows of administrators stay unmade until somebody looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.account.arns import Arn, friendly_name, split_inline_key
from iam_tui.tui.lines import Line, Span, Tone, cut, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.analysis import EffectivePermissions, Permission, PermissionChanges

Show = Literal["all", "granted", "limited", "blocked", "changed"]
SHOWS: tuple[Show, ...] = ("all", "granted", "limited", "blocked", "changed")
MANY = 24
"""A service with more rows than this shows its access levels first."""
LEVELS = ("List", "Read", "Write", "Tagging", "Permissions management", "Unknown")
_LAYER_NAMES = {
    "service_control": "SCPs",
    "resource_control": "RCPs",
    "resource": "resource policies",
    "root": "root user",
}
_TONES: dict[str, Tone] = {"granted": "good", "limited": "warn", "blocked": "bad"}
_CHANGE_TONES: dict[str, Tone] = {"+": "good", "-": "bad", "~": "warn"}


class Row(NamedTuple):
    """A line of the tree."""

    key: str
    """`s3`, `s3/Write` or `s3:PutObject`."""
    depth: int
    is_open: bool | None
    """None: there is nothing to unfold."""
    counts: tuple[int, int, int] = (0, 0, 0)
    """Granted, limited, blocked."""
    changes: tuple[int, int, int] = (0, 0, 0)
    """Gained, lost, changed."""
    permission: Permission | None = None
    change: str = ""
    """`+`, `-`, `~` or nothing."""
    note: str = ""
    """A remark instead of a permission."""


@dataclass
class PermissionTree:
    """What one panel shows: the figures, what is unfolded, what is let through."""

    effective: EffectivePermissions
    changes: PermissionChanges | None = None
    show: Show = "all"
    text: str = ""
    """Only actions that have this in their name."""
    unfolded: set[str] = field(default_factory=set)

    def rows(self) -> list[Row]:
        """Return the rows that are visible now."""
        found = [Row(f"note/{index}", 0, None, note=n) for index, n in enumerate(self.notes())]
        for service in self._services():
            found += self._service_rows(service)
        return found

    def notes(self) -> Iterator[str]:
        """Yield what has to be known of the figures, once."""
        if self.effective.everything:
            yield "complete access: nothing in this account grants or limits it"
        missing = [_LAYER_NAMES.get(name, name) for name in self.effective.not_in_file]
        if missing:
            yield f"not in this file: {', '.join(missing)}"
        unknown = len(self.effective.unknown)
        if unknown:
            yield f"document not known: {unknown} {'policy' if unknown == 1 else 'policies'} !"

    def _services(self) -> list[str]:
        names = {summary.service for summary in self.effective.services}
        if self.changes is not None:
            names.update(self._changes_by_service())
        sought = self.text.lower()
        return [name for name in sorted(names) if not sought or self._may_match(name, sought)]

    def _may_match(self, service: str, sought: str) -> bool:
        prefix, colon, _ = sought.partition(":")
        if colon:
            return service == prefix
        return sought in service or any(sought in p.action.lower() for p, _ in self._pairs(service))

    def _changes_by_service(self) -> dict[str, tuple[int, int, int]]:
        if self.changes is None:
            return {}
        return {
            summary.service: (summary.gained, summary.lost, summary.changed)
            for summary in self.changes.services
        }

    def _service_rows(self, service: str) -> Iterator[Row]:
        counts = self._counts.get(service, (0, 0, 0))
        changes = self._changes_by_service().get(service, (0, 0, 0))
        wanted = {"granted": counts[0], "limited": counts[1], "blocked": counts[2]}
        if self.show != "all" and not wanted.get(self.show, sum(changes)):
            return
        is_open = service in self.unfolded or bool(self.text and ":" in self.text)
        yield Row(service, 0, is_open, counts, changes)
        if not is_open:
            return
        pairs = list(self._let_through(self._pairs(service)))
        if len(pairs) <= MANY:
            yield from (_action_row(pair, 1) for pair in pairs)
            return
        for level in LEVELS:
            yield from self._level_rows(service, level, pairs)

    def _level_rows(
        self, service: str, level: str, pairs: list[tuple[Permission, str]]
    ) -> Iterator[Row]:
        here = [pair for pair in pairs if pair[0].access_level == level]
        if not here:
            return
        key = f"{service}/{level}"
        is_open = key in self.unfolded
        yield Row(key, 1, is_open, _count_status(here), _count_changes(here))
        if is_open:
            yield from (_action_row(pair, 2) for pair in here)

    @property
    def _counts(self) -> dict[str, tuple[int, int, int]]:
        return {
            summary.service: (summary.granted, summary.limited, summary.blocked)
            for summary in self.effective.services
        }

    def _pairs(self, service: str) -> list[tuple[Permission, str]]:
        """Return the rows of a service with their change marks, those lost among them."""
        marks: dict[str, str] = {}
        lost = []
        for changed in self.changes.rows(service) if self.changes is not None else ():
            marks[changed.action] = changed.change
            if changed.after is None and changed.before is not None:
                lost.append((changed.before, "-"))
        pairs = [(row, marks.get(row.action, "")) for row in self.effective.rows(service)]
        present = {row.action for row, _ in pairs}
        pairs += [pair for pair in lost if pair[0].action not in present]
        order = {level: index for index, level in enumerate(LEVELS)}
        pairs.sort(key=lambda pair: (order.get(pair[0].access_level, 9), pair[0].action))
        return pairs

    def _let_through(
        self, pairs: Iterable[tuple[Permission, str]]
    ) -> Iterator[tuple[Permission, str]]:
        sought = self.text.lower()
        for permission, change in pairs:
            if sought and sought not in permission.action.lower():
                continue
            is_lost = change == "-"
            if (
                self.show == "all"
                or (self.show == "changed" and change)
                or (permission.status == self.show and not is_lost)
            ):
                yield permission, change


def _action_row(pair: tuple[Permission, str], depth: int) -> Row:
    return Row(pair[0].action, depth, None, permission=pair[0], change=pair[1])


def _count_status(pairs: list[tuple[Permission, str]]) -> tuple[int, int, int]:
    found = [permission.status for permission, change in pairs if change != "-"]
    return found.count("granted"), found.count("limited"), found.count("blocked")


def _count_changes(pairs: list[tuple[Permission, str]]) -> tuple[int, int, int]:
    found = [change for _, change in pairs]
    return found.count("+"), found.count("-"), found.count("~")


HEADER_WORDS = ("granted", "limited", "blocked")


def header(width: int) -> Line:
    """Return the line above the tree."""
    cells = "".join(fit(word, 8, right=True) for word in HEADER_WORDS)
    return Line((Span(f"{fit('   service', _name_width(width))}{cells}  change", "dim"),))


def _name_width(width: int) -> int:
    return max(width - 24 - 12, 8)


def render(row: Row, width: int) -> Line:
    """Return what a row says in that many cells."""
    if row.note:
        return Line(
            (Span(f" {row.note}", "warn" if row.note.endswith("!") else "dim"),), key=row.key
        )
    if row.permission is not None:
        return _render_action(row, row.permission, width)
    fold = {True: "v", False: ">", None: " "}[row.is_open]
    name = row.key.rpartition("/")[2]
    lead = fit(f" {'  ' * row.depth}{fold} {name}", _name_width(width))
    granted, limited, blocked = (fit(n or "-", 8, right=True) for n in row.counts)
    gained, lost, changed = row.changes
    marks = " ".join(f"{s}{n}" for s, n in zip("+-~", (gained, lost, changed), strict=True) if n)
    spans = (
        Span(lead),
        Span(granted, "good" if row.counts[0] else "dim"),
        Span(limited, "warn" if row.counts[1] else "dim"),
        Span(blocked, "bad" if row.counts[2] else "dim"),
        Span(f"  {marks}", "strong"),
    )
    return Line(spans, key=row.key, copy=row.key)


def _render_action(row: Row, permission: Permission, width: int) -> Line:
    name_width = max(20, min(40, width * 2 // 5))
    lead = fit(f" {'  ' * row.depth}{permission.action}", name_width)
    is_lost = row.change == "-"
    word = "lost" if is_lost else permission.status
    danger = "!" if permission.access_level == "Permissions management" else " "
    rest = max(width - name_width - 12, 0)
    where_width = rest * 5 // 9
    where = fit(places(permission.resources), where_width - 1)
    spans = (
        Span(f"{lead} "),
        Span(f"{word:<8}", "dim" if is_lost else _TONES[permission.status]),
        Span(f"{row.change or ' '}", _CHANGE_TONES.get(row.change, "text")),
        Span(f"{danger} ", "warn"),
        Span(f"{where} ", "text"),
        Span(cut(source(permission), rest - where_width), "dim"),
    )
    return Line(spans, key=row.key, copy=permission.action, full=_full(permission))


def _full(permission: Permission) -> str:
    conditions = f" if {', '.join(permission.conditions)}" if permission.conditions else ""
    where = ", ".join(permission.resources[:3])
    return f"{permission.action} {permission.status} on {where}{conditions}"


def places(resources: tuple[str, ...]) -> str:
    """Return resources in short: `reports/* +2`."""
    if not resources:
        return ""
    first = Arn.parse(resources[0])
    more = f" +{len(resources) - 1}" if len(resources) > 1 else ""
    return (first.resource if first is not None else resources[0]) + more


def source(permission: Permission) -> str:
    """Return where a permission comes from, or what blocks it, in short."""
    if permission.status == "blocked" and permission.blocked_by:
        return f"x {statement_name(permission.blocked_by[0])}"
    if not permission.via:
        return ""
    more = f" +{len(permission.via) - 1}" if len(permission.via) > 1 else ""
    return statement_name(permission.via[0][-1]) + more


def statement_name(key: str) -> str:
    """Return a statement's name without the account around it: `DevCore[2]`."""
    split = split_inline_key(key)
    return split[1] if split is not None else friendly_name(key)
