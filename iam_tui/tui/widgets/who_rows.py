"""Who can: a row each, then who is denied although a policy allows it; made when painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from iam_tui.analysis import WhoBlocked, WhoRefused, WhoRow
from iam_tui.commands import first_key
from iam_tui.text import display_text
from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line, Span, Tone, cut, fit, width_of
from iam_tui.tui.ways import node_name, statement_name, way_text
from iam_tui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.binding import BindingType

    from iam_tui.account import Account
    from iam_tui.analysis import Simulation, WhoCan

Show = Literal["all", "allowed", "conditional", "denied", "all of it"]
Order = Literal["way", "account"]
DECISION = 14
ROOTS = "the root user"
MOST_BY_WAY = 1000
"""Rows up to which they are put together by how they come by it, unless that is asked for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be gone to, or words between rows."""

    row: WhoRow | WhoRefused | None = None
    words: str = ""
    tone: Tone = "dim"

    @property
    def key(self) -> str:
        """What stays the same when the account changes."""
        return self.row.principal if self.row is not None else self.words


class WhoRows(LineView):
    """The answer of who-can."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("permissions", ids=("show",))]

    def __init__(self, *, jump: bool = False) -> None:
        """Make an empty list."""
        super().__init__(jump=jump, id="who-view")
        self.found: WhoCan | None = None
        self.showing: Show = "all"
        self.order: Order | None = None
        """The order that was chosen; None: by way, unless there are too many."""
        self._entries: list[Entry] = []
        self._decided: dict[str, Simulation] = {}
        """Why those that have been painted are denied."""

    # what is shown

    def show(self, found: WhoCan | None, empty_text: str = "") -> None:
        """Show an answer, the cursor on the same principal.

        Args:
            found: The answer, whose rows are there; None: there is none.
            empty_text: What to say then.
        """
        self.found, self.empty_text, self._decided = found, empty_text, {}
        if self.showing not in self.shows:
            self.showing = "all"
        self.dim(is_stale=False)
        self._update()

    @property
    def shows(self) -> tuple[Show, ...]:
        """What `f` goes through."""
        is_pattern = self.found is not None and self.found.is_pattern
        last: tuple[Show, ...] = ("all of it",) if is_pattern else ()
        return ("all", "allowed", "conditional", "denied", *last)

    @property
    def order_shown(self) -> Order:
        """The order of the rows."""
        if self.order is not None:
            return self.order
        return "way" if self.found is None or len(self.found) <= MOST_BY_WAY else "account"

    def prepare(self, found: WhoCan) -> None:
        """Work out what showing an answer needs; for the thread that asked."""
        _ = found.rows, found.blocked, found.without
        if found.is_pattern:
            _ = found.all
        if self.order == "way" or (self.order is None and len(found) <= MOST_BY_WAY):
            _ = found.groups

    def action_show(self) -> None:
        """Show the next kind of rows."""
        shows = self.shows
        self.showing = shows[(shows.index(self.showing) + 1) % len(shows)]
        self._update()

    def turn_order(self) -> None:
        """Put the rows in the other order."""
        self.order = "account" if self.order_shown == "way" else "way"
        self._update()

    def narrow(self, text: str) -> None:
        """Show only principals with this in their name."""
        super().narrow(text)
        self._update()

    def _update(self) -> None:
        before = self._entries[self.cursor].key if self.cursor < len(self._entries) else ""
        self._entries = [] if self.found is None else list(self._made(self.found))
        keys = {entry.key: index for index, entry in reversed(list(enumerate(self._entries)))}
        self.reloaded(keys.get(before, 0) if before else 0)

    def _made(self, found: WhoCan) -> Iterator[Entry]:
        rows = [row for row in self._ordered(found) if self._is_shown(row)]
        yield from (Entry(row) for row in rows)
        refused = list(self._refused(found)) if self.showing in ("all", "denied") else []
        if not rows and self.showing != "denied" and not (refused and self.filter_text):
            yield Entry(words=self._nobody(found), tone="text")
        yield from refused if rows or not self.filter_text else refused[1:]
        if self.showing == "all" and not self.filter_text:
            yield from (Entry(words=note) for note in found.notes)

    def _nobody(self, found: WhoCan) -> str:
        if self.filter_text:
            return (
                f'nobody of this name: "{self.filter_text}"; {first_key("back")} clears the filter'
            )
        if found.rows:
            return f"nobody is {self.showing} here; {first_key('show')} shows the others"
        return "nobody"

    def _ordered(self, found: WhoCan) -> Iterator[WhoRow]:
        if self.order_shown == "account":
            yield from found.rows
        else:
            for group in found.groups:
                yield from group.rows

    def _is_shown(self, row: WhoRow) -> bool:
        if not self._is_named(row.principal):
            return False
        if self.showing == "all of it":
            return self.found is not None and row.principal in self.found.all
        if self.showing == "allowed":
            return row.decision == "allowed" and not row.conditional
        if self.showing == "conditional":
            return bool(row.conditional)
        return self.showing == "all"

    def _is_named(self, principal: str) -> bool:
        return self.filter_text.lower() in principal.lower()

    def _refused(self, found: WhoCan) -> Iterator[Entry]:
        several: list[WhoBlocked] = list(found.blocked)
        for blocked in several:
            rows = [row for row in blocked.rows if self._is_named(row.principal)]
            if rows:
                yield Entry(words="")
                have = "1 has" if len(rows) == 1 else f"{len(rows):,} have"
                yield Entry(words=f"{have} a policy for it, but {blocked.reason}", tone="strong")
                yield from (Entry(row) for row in rows)
        if found.without and not self.filter_text:
            yield Entry(words="")
            has = "1 principal has" if found.without == 1 else f"{found.without:,} principals have"
            yield Entry(words=f"{has} no policy that allows it")

    # what a row says

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self._entries)

    def header(self, width: int) -> Line | None:
        """Return the titles of the columns."""
        if self.found is None:
            return None
        first = _first(width)
        text = f"{fit('principal', first)} {'decision':<{DECISION}}through"
        return Line((Span(text, "dim"),))

    def line_at(self, index: int, width: int) -> Line:
        """Return a row."""
        entry = self._entries[index]
        if self.found is None or entry.row is None:
            return Line((Span(cut(entry.words, width), entry.tone),), full=entry.words)
        if isinstance(entry.row, WhoRefused):
            return self._refused_line(entry.row, width)
        return self._line(self.found, entry.row, width)

    @property
    def entry(self) -> Entry | None:
        """The row under the cursor."""
        return self._entries[self.cursor] if 0 <= self.cursor < len(self._entries) else None

    @property
    def position(self) -> str:
        """The position, what is shown and in which order."""
        if self.found is None:
            return ""
        order = "by way" if self.order_shown == "way" else "as in the account"
        return f"{super().position}  f: {self.showing}  {order}"

    def _line(self, found: WhoCan, row: WhoRow, width: int) -> Line:
        account, first = found.account, _first(width)
        decision, tone = decision_word(row)
        everything = " (all)" if found.is_pattern and row.principal in found.all else ""
        name = fit(f"{name_of(account, row.principal)}{everything}", first)
        depends = f"  if {', '.join(row.conditional)}" if row.conditional else ""
        room = max(width - first - 1 - DECISION, 0)
        # On what it depends matters more than the way to it.
        way = cut(through(account, row), max(room - width_of(depends), room // 3))
        spans = (
            Span(f"{name} ", "name"),
            Span(f"{decision:<{DECISION}}", tone),
            Span(f"{way}{cut(depends, room - width_of(way))}"),
        )
        return Line(spans, copy=row.principal, key=row.principal, full=whole(account, row))

    def _refused_line(self, row: WhoRefused, width: int) -> Line:
        account = row.asked.account
        first = _first(width)
        decided = self._decided.get(row.principal)
        if decided is None:
            decided = self._decided[row.principal] = row.simulation
        tone: Tone = "bad" if decided.decision == "explicitDeny" else "warn"
        why = refusal(account, decided)
        spans = (
            Span(f"{fit(name_of(account, row.principal), first)} ", "name"),
            Span(f"{decided.decision.value:<{DECISION}}", tone),
            Span(cut(why, max(width - first - 1 - DECISION, 0))),
        )
        said = f"{row.principal} {decided.decision.value}: {decided.reason}; {why}"
        return Line(spans, copy=row.principal, key=row.principal, full=said)


def _first(width: int) -> int:
    return max(18, min(44, width * 5 // 16))


def name_of(account: Account, principal: str) -> str:
    """Return how a principal is called in rows."""
    return "* everybody" if principal == "*" else account.reference(principal)


def decision_word(row: WhoRow) -> tuple[str, Tone]:
    """Return what the column of decisions says: `~` marks what depends on something."""
    if row.decision == "allowed":
        return ("allowed ~", "warn") if row.conditional else ("allowed", "good")
    return "if ~", "warn"


def through(account: Account, row: WhoRow) -> str:
    """Return the first way to it, and how many more there are."""
    if not row.via:
        return ROOTS if row.principal == account.root_user.arn else "no policy is needed"
    *nodes, statement = row.via[0]
    # The principal and the policy are left out: the one stands in front, the other in the end.
    names = [node_name(account, node) for node in nodes[1:-1]]
    names.append(statement_name(account, statement))
    more = f"  +{len(row.via) - 1}" if len(row.via) > 1 else ""
    return f"{' > '.join(names)}{more}"


def whole(account: Account, row: WhoRow) -> str:
    """Return all that is to be said of a row, for the status line."""
    words = [row.principal, row.decision.value]
    if row.conditional:
        allowed = row.decision == "allowed"
        words.append(f"{'depending' if allowed else 'allowed depending'} on")
        words.append(", ".join(row.conditional))
    if row.via:
        words.append(f"through {'; '.join(way_text(account, way) for way in row.via)}")
    return display_text(" ".join(words))


def refusal(account: Account, decided: Simulation) -> str:
    """Return what denies it: the statement where there is one, else the layer that lacks one."""
    for step in decided.steps:
        for statement in step.statements if step.outcome == "explicit" else ():
            if statement.effect == "Deny":
                attached = decided.attachments(statement)
                key = f"{attached[0].key}[{statement.index}]" if attached else step.name
                sid = f" {statement.sid}" if statement.sid else ""
                return f"{step.name}: {statement_name(account, key)}{sid}"
    lacking = next((step for step in decided.steps if step.outcome == "implicit"), None)
    return f"{lacking.name}: {lacking.text}" if lacking is not None else decided.reason
