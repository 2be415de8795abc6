"""What a row of a comparison says, in as many cells as it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.text import display_text
from iam_tui.tui.comparison_rows import MARKS, ComparisonTree
from iam_tui.tui.lines import Line, Span, Tone, cut, fit, width_of
from iam_tui.tui.permission_lines import LEVEL_LETTERS, TONES, described, where
from iam_tui.tui.permission_rows import Row

if TYPE_CHECKING:
    from iam_tui.analysis import Permission
    from iam_tui.tui.comparison_rows import Compared, ComparedRow, Side

TITLES = ("only A", "only B", "otherwise", "alike")
MARK_TONES: dict[str, Tone] = {"-": "bad", "+": "good", "~": "warn", "=": "dim"}
_CELL = 12
_LEAST_NAME = 14


def header(width: int) -> Line:
    """Return the line above the tree."""
    cell = _cell_width(width)
    titles = zip(MARKS, TITLES, strict=True)
    cells = "".join(fit(f"{mark} {title}", cell, right=True) for mark, title in titles)
    return Line((Span(f"{fit('   service', width - 4 * cell)}{cells}", "dim"),))


def _cell_width(width: int) -> int:
    return max(min(_CELL, (width - _LEAST_NAME) // 4), 6)


def counts_text(tree: ComparisonTree) -> str:
    """Return the sums over all services: `- 12 only A  + 3 only B  ~ 1 otherwise  = 9 alike`."""
    titles = zip(MARKS, tree.comparison.totals, TITLES, strict=True)
    return "  ".join(f"{mark} {count:,} {title}" for mark, count, title in titles)


def render(row: ComparedRow, width: int) -> Line:
    """Return what a row says in that many cells."""
    if row.note:
        tone: Tone = "warn" if row.note.startswith("!") else "dim"
        return Line((Span(f" {row.note}", tone),), key=row.key)
    if row.compared is not None:
        return _action(row, row.compared, width)
    fold = {True: "v", False: ">", None: " "}[row.is_open]
    cell = _cell_width(width)
    lead = fit(f" {'  ' * row.depth}{fold} {row.key.rpartition('/')[2]}", width - 4 * cell)
    cells = (
        Span(fit(count or "-", cell, right=True), MARK_TONES[mark] if count else "dim")
        for mark, count in zip(MARKS, row.counts, strict=True)
    )
    return Line((Span(lead), *cells), key=row.key, copy=row.key)


def _action(row: ComparedRow, compared: Compared, width: int) -> Line:
    blank = "  " * row.depth
    name_width = max(20, min(44, width // 3))
    name = compared.action
    if width_of(name) > name_width - len(blank):
        name = name.partition(":")[2]
    rest = max(width - name_width - 8, 0)
    one, other = _said(compared.one), _said(compared.other)
    if compared.mark == "-":
        sides: tuple[Span, ...] = (Span(cut(f"A {one}", rest), _tone(compared.one)),)
    elif compared.mark == "+":
        sides = (Span(cut(f"B {other}", rest), _tone(compared.other)),)
    elif compared.mark == "=":
        sides = (Span(cut(f"both {one}", rest), "dim"),)
    else:
        half = max((rest - 3) // 2, 0)
        sides = (
            Span(fit(f"A {one}", half), _tone(compared.one)),
            Span(" | ", "dim"),
            Span(cut(f"B {other}", half), _tone(compared.other)),
        )
    lead = (
        Span(f"{blank}{fit(name, name_width - len(blank))} "),
        Span(f"{LEVEL_LETTERS.get(compared.access_level, '?'):<3}", "dim"),
        Span(f"{compared.mark} ", MARK_TONES[compared.mark]),
    )
    return Line((*lead, *sides), key=row.key, copy=compared.action)


def _tone(permission: Permission | None) -> Tone:
    return "dim" if permission is None else TONES[permission.status]


def _said(permission: Permission | None) -> str:
    """Return status and place of what one of the two has: `limited reports/* if aws:SourceIp`."""
    if permission is None:
        return "not at all"
    place = where(permission)
    return f"{permission.status} {'' if place == '*' else place}".rstrip()


def said_in_full(tree: ComparisonTree, row: ComparedRow) -> str:
    """Return the whole of a row for the status line."""
    compared = row.compared
    if compared is None:
        return ""
    sides = ((tree.one, compared.one), (tree.other, compared.other))
    return f"{compared.action}: {'; '.join(_side(*side) for side in sides)}"


def _side(side: Side, permission: Permission | None) -> str:
    if permission is None:
        return f"{display_text(side.name)} not at all"
    words = described(side.account, Row(permission.action, 0, None, permission=permission))
    return f"{display_text(side.name)} {words.partition(' ')[2]}"
