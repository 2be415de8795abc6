"""What a row of the permissions panel says, in as many cells as it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import Arn
from iam_tui.text import display_text
from iam_tui.tui.lines import Line, Span, Tone, cut, fit, width_of
from iam_tui.tui.permission_rows import is_gone
from iam_tui.tui.ways import statement_name, way_text

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.analysis import Permission
    from iam_tui.tui.permission_rows import Row

TONES: dict[str, Tone] = {"granted": "good", "limited": "warn", "blocked": "bad"}
CHANGE_TONES: dict[str, Tone] = {"+": "good", "-": "bad", "~": "warn"}
LEVEL_LETTERS = {
    "List": "L",
    "Read": "R",
    "Write": "W",
    "Tagging": "T",
    "Permissions management": "P!",
    "Unknown": "?",
}
STATUS_WORDS = ("granted", "limited", "blocked")


def header(width: int) -> Line:
    """Return the line above the tree."""
    cells = "".join(fit(word, 8, right=True) for word in STATUS_WORDS)
    return Line((Span(f"{fit('   service', _name_width(width))}{cells}  change", "dim"),))


def _name_width(width: int) -> int:
    change = 12 if width >= 60 else 8
    return max(width - 24 - change, 8)


def counts_text(counts: tuple[int, int, int]) -> str:
    """Return counts in words: `94 granted, 4 limited, 10 blocked`."""
    return ", ".join(f"{n} {word}" for n, word in zip(counts, STATUS_WORDS, strict=True))


def changes_text(changes: tuple[int, int, int]) -> str:
    """Return changes with their marks: `+3 -1 ~2`; nothing when there are none."""
    return " ".join(f"{mark}{n}" for mark, n in zip("+-~", changes, strict=True) if n)


def render(account: Account, row: Row, width: int) -> Line:
    """Return what a row says in that many cells."""
    if row.note:
        tone: Tone = "warn" if row.note.startswith("!") else "dim"
        return Line((Span(f" {row.note}", tone),), key=row.key)
    if row.permission is not None:
        return _action(account, row, row.permission, width)
    fold = {True: "v", False: ">", None: " "}[row.is_open]
    name = row.key.rpartition("/")[2]
    lead = fit(f" {'  ' * row.depth}{fold} {name}", _name_width(width))
    cells = [fit(count or "-", 8, right=True) for count in row.counts]
    tones = [TONES[word] for word in STATUS_WORDS]
    spans = (
        Span(lead),
        *(
            Span(cell, tone if count else "dim")
            for cell, tone, count in zip(cells, tones, row.counts, strict=True)
        ),
        Span(f"  {changes_text(row.changes)}", "strong"),
    )
    return Line(spans, key=row.key, copy=row.key)


def _action(account: Account, row: Row, permission: Permission, width: int) -> Line:
    name_width = max(22, min(46, width * 3 // 8))
    rest = max(width - name_width - 15, 0)
    where_width = rest if rest < 20 else rest * 9 // 20
    gone = is_gone(permission, row.change)
    spans = (
        Span(f"{_named(permission, row.depth, name_width)} "),
        Span(f"{LEVEL_LETTERS.get(permission.access_level, '?'):<3}", "dim"),
        Span(f"{'lost' if gone else permission.status:<8}", _tone(permission, gone=gone)),
        Span(f"{row.change or ' '} ", CHANGE_TONES.get(row.change, "text")),
        Span(fit(_where_within(permission, where_width), where_width)),
        Span(f" {cut(source(account, permission), rest - where_width)}", "dim"),
    )
    return Line(spans, key=row.key, copy=permission.action)


def _tone(permission: Permission, *, gone: bool) -> Tone:
    return "dim" if gone else TONES[permission.status]


def _named(permission: Permission, depth: int, width: int) -> str:
    """Return the action; without its service, which stands above, where there is no room."""
    blank = "  " * depth + " "
    room = width - len(blank)
    name = permission.action
    if width_of(name) > room:
        name = name.partition(":")[2]
    return blank + fit(name, room)


def where(permission: Permission) -> str:
    """Return on what and under which conditions, in short: `reports/* +2 if aws:SourceIp`."""
    parts = [_resources(permission.resources)]
    if permission.excluded:
        parts.append(f"but not {_resources(permission.excluded)}")
    if permission.conditions:
        more = f" +{len(permission.conditions) - 1}" if len(permission.conditions) > 1 else ""
        parts.append(f"if {permission.conditions[0]}{more}")
    return " ".join(part for part in parts if part)


def _where_within(permission: Permission, width: int) -> str:
    """Return as much of `where` as fits: conditions give way to resources."""
    whole, resources = where(permission), _resources(permission.resources)
    for text in (whole, f"{resources} if ..." if permission.conditions else whole):
        if width_of(display_text(text)) <= width:
            return text
    return resources


def _resources(resources: tuple[str, ...]) -> str:
    if not resources:
        return ""
    first = Arn.parse(resources[0])
    more = f" +{len(resources) - 1}" if len(resources) > 1 else ""
    return (first.resource if first is not None else resources[0]) + more


def source(account: Account, permission: Permission) -> str:
    """Return where a permission comes from, or what blocks it, in short."""
    if permission.status == "blocked" and permission.blocked_by:
        return f"x {statement_name(account, permission.blocked_by[0])}"
    if not permission.via:
        return ""
    more = f" +{len(permission.via) - 1}" if len(permission.via) > 1 else ""
    return statement_name(account, permission.via[0][-1]) + more


def described(account: Account, row: Row) -> str:
    """Return the whole of a row for the status line."""
    permission = row.permission
    if permission is None:
        return ""
    gone = is_gone(permission, row.change)
    words = [permission.action, "lost; it was" if gone else "", permission.status]
    words.append(f"on {_listed(permission.resources)}" if permission.resources else "")
    words.append(f"but not on {_listed(permission.excluded)}" if permission.excluded else "")
    words.append(f"if {', '.join(permission.conditions)}" if permission.conditions else "")
    if permission.status == "blocked" and permission.blocked_by:
        blockers = (statement_name(account, key) for key in permission.blocked_by)
        words.append(f"by {', '.join(blockers)}")
    elif permission.via:
        words.append(f"by {way_text(account, permission.via[0])}")
    return " ".join(word for word in words if word)


def _listed(patterns: tuple[str, ...]) -> str:
    more = f" and {len(patterns) - 2} more" if len(patterns) > 2 else ""
    return ", ".join(patterns[:2]) + more
