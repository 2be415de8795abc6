"""Grep: the statements that name an action or a resource, match it, or have a word in them."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.layers import KNOWN_CONTROL_POLICIES
from iam_tui.commands import first_key
from iam_tui.tui.lines import Line, Span, Target, cut, fit, width_of
from iam_tui.tui.screens.dialogs import MessageScreen, short
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.ways import node_name
from iam_tui.tui.widgets.line_view import LineView
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.widget import Widget

    from iam_tui.account import Account
    from iam_tui.analysis import FoundStatement, StatementSearch
    from iam_tui.analysis.policy_carriers import Carriers
    from iam_tui.policy.documents import JsonValue
    from iam_tui.tui.screens.explore import ExploreScreen


class Answer(NamedTuple):
    """What was found, in which account, and who carries it."""

    account: Account
    found: StatementSearch
    carriers: Carriers


class StatementList(LineView):
    """The statements that were found; a row is made when it is painted."""

    def __init__(self, *, jump: bool = False) -> None:
        """Make an empty list."""
        super().__init__(jump=jump, id="grep-view")
        self._answer: Answer | None = None
        self._shown: Sequence[FoundStatement] = ()

    def count(self) -> int:
        """Return how many statements the filter keeps."""
        return len(self._shown)

    def line_at(self, index: int, width: int) -> Line:
        """Return the row of a statement."""
        answer = self._answer
        if answer is None:
            return Line()
        return row_of(answer, self._shown[index], width)

    @property
    def row(self) -> FoundStatement | None:
        """The statement under the cursor."""
        return self._shown[self.cursor] if self.cursor < len(self._shown) else None

    def header(self, width: int) -> Line | None:
        """Return the titles of the columns."""
        if self._answer is None or not self._shown:
            return None
        name, who = widths(width)
        text = f"{fit('statement', name)} effect kind     {fit('who', who)} why"
        return Line((Span(fit(text, width), "dim"),))

    def load(self, answer: Answer) -> None:
        """Show what was found, the cursor on the statement that it was on."""
        before = self.row
        self._answer = answer
        self._narrow()
        keys = [one.key for one in self._shown]
        at = keys.index(before.key) if before is not None and before.key in keys else 0
        self.reloaded(at)

    def narrow(self, text: str) -> None:
        """Show only statements with these words in what their rows say."""
        if text != self.filter_text:
            super().narrow(text)
            self._narrow()
            self.reloaded(0)

    def _narrow(self) -> None:
        answer = self._answer
        if answer is None:
            return
        words = self.filter_text.lower().split()
        self._shown = [
            row for row in answer.found.rows if all(_has(answer.account, row, w) for w in words)
        ]
        if self.filter_text:
            self.empty_text = (
                f'nothing matches "{self.filter_text}"\n{first_key("back")} clears the filter'
            )
        else:
            word = answer.found.word
            self.empty_text = f'no statement names or matches "{word}"\n:grep looks for another'

    @property
    def tally(self) -> str:
        """`12`, or `3/12 /deny`."""
        total = len(self._answer.found.rows) if self._answer is not None else 0
        if not self.filter_text:
            return str(total)
        return f"{len(self._shown)}/{total} /{cut(self.filter_text, 16)}"


def _has(account: Account, row: FoundStatement, word: str) -> bool:
    texts = [node_name(account, row.policy), row.sid, row.effect, row.kind]
    texts += [part for one in row.matches for part in (one.how, one.element, one.text)]
    sought = word.removeprefix("!")
    return any(sought in text.lower() for text in texts) == (sought == word)


ROOMY = 100
"""From how many cells on there is room for words."""


def widths(width: int) -> tuple[int, int]:
    """Return the cells for the statement's name and for who has it."""
    return (width * 2 // 5, 16) if width >= ROOMY else (max(width // 3, 18), 4)


def row_of(answer: Answer, row: FoundStatement, width: int) -> Line:
    """Return what a row says: the statement, its effect, the policy's kind, who has it, and why."""
    name_width, who_width = widths(width)
    full = f"{node_name(answer.account, row.policy)}[{row.index}] {row.sid}".rstrip()
    first = row.matches[0]
    more = f" +{len(row.matches) - 1}" if len(row.matches) > 1 else ""
    why = f"{first.how} {first.element} {first.text}{more}"
    room = max(width - name_width - who_width - 18, 0)
    who = _who(answer, row, is_wide=width >= ROOMY)
    spans = (
        Span(fit(full, name_width), "name"),
        Span(f" {fit(row.effect, 6)}", "bad" if row.effect == "Deny" else "good"),
        Span(f" {fit(row.kind, 8)}", "dim"),
        Span(f" {fit(who, who_width)}"),
        Span(f" {cut(why, room)}", "strong" if first.how == "names" else "text"),
    )
    reasons = ", ".join(f"{one.how} {one.element} {one.text}" for one in row.matches)
    is_cut = width_of(full) > name_width or width_of(why) > room or bool(more)
    return Line(
        spans,
        target_of_statement(answer.account, row),
        copy=row.key,
        key=row.key,
        full=f"{full}  {row.effect}  {reasons}" if is_cut else "",
    )


def _who(answer: Answer, row: FoundStatement, *, is_wide: bool) -> str:
    """Return how many have the policy; `B3`: it is the boundary of 3."""
    carried = answer.carriers.of(row.policy, row.kind)
    if carried.principals:
        plural = "" if carried.principals == 1 else "s"
        return f"{carried.principals} principal{plural}" if is_wide else str(carried.principals)
    if carried.bounded:
        return f"bounds {carried.bounded}" if is_wide else f"B{carried.bounded}"
    return "-"


def target_of_statement(account: Account, row: FoundStatement) -> Target | None:
    """Return where enter leads: the policy, or the role of a trust policy."""
    if row.kind == "inline":
        return Target("inline", row.policy)
    if row.kind == "managed":
        return Target("policy", row.policy)
    return Target("role", row.policy) if row.policy in account.roles else None


def statement_of(account: Account, row: FoundStatement) -> JsonValue:
    """Return a statement of a policy of a resource or the organization, as its document has it."""
    document = account.resources[row.policy].policy if row.policy in account.resources else None
    if account.organization is not None and document is None:
        name = row.policy.rpartition("#")[2]
        known = {**KNOWN_CONTROL_POLICIES}
        known |= {one.name: one.document for one in account.organization.policies}
        document = known.get(name)
    statements = () if document is None else document.statements
    return statements[row.index] if row.index < len(statements) else None


class GrepScreen(ModeScreen):
    """The statements that are found."""

    NAME = "Grep"
    PLACE = "grep"

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin with the word that was typed, else with what one is at."""
        super().__init__(explorer, arguments)
        self.word = " ".join(self.arguments) or self._word_here()
        self.list = StatementList(jump=explorer.body.lists["users"].jump)
        self.pane = Pane(self.list, number="", ascii_only=self.ascii_only, id="grep")

    def _word_here(self) -> str:
        """Return the action under the cursor, or the ARN of what one is at."""
        explorer = self.explorer
        row = explorer.body.permissions.row
        if explorer.walk.place.pane in {"permissions", "why"} and row and row.permission:
            return row.permission.action
        return self.subject.key

    def body(self) -> Iterable[Widget]:
        """Return the one pane."""
        return (self.pane,)

    def trail(self) -> tuple[str, ...]:
        """Return the crumbs: what is looked for."""
        return (self.NAME, self.word)

    def begin(self) -> None:
        """Look."""
        self.list.empty_text = "looking ..."
        self._look()

    def account_changed(self) -> None:
        """Look again."""
        self._look()

    def _look(self) -> None:
        self.ask(
            "grep",
            partial(answered, self.session.account, self.word),
            self._show,
            doing=f"looking for {self.word}",
        )

    def _show(self, answer: object) -> None:
        if not isinstance(answer, Answer):
            return
        self.list.load(answer)
        self._title()
        unknown = len(answer.found.unknown)
        if unknown:
            policies = "1 policy was" if unknown == 1 else f"{unknown} policies were"
            self.say(f"{policies} not searched: nobody knows the document")

    def _title(self) -> None:
        self.pane.titled(f"Statements with {self.word}", self.list.tally)

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Narrow the list."""
        super().on_pane_filtered(event)
        self._title()

    def opened(self, view: LineView) -> None:
        """Go to the policy; show a statement of what has no place in Explore."""
        row = self.list.row
        if row is None or target_of_statement(self.session.account, row) is not None:
            super().opened(view)
            return
        statement = statement_of(self.session.account, row)
        title = f"{node_name(self.session.account, row.policy)}[{row.index}]  {row.kind}"
        text = json.dumps(statement, indent=2, ensure_ascii=False)
        self.app.push_screen(MessageScreen(short(title), text, ascii_only=self.ascii_only))

    def command(self) -> tuple[str, ...]:
        """Return the verb that prints this."""
        return ("grep", self.word)


def answered(account: Account, word: str, should_stop: Callable[[], bool]) -> Answer:
    """Search; slow in a large account, for a thread."""
    from iam_tui.analysis import search_statements
    from iam_tui.analysis.policy_carriers import Carriers

    found = search_statements(account, word, should_stop=should_stop)
    carriers = Carriers(account)
    if found.rows:
        # Who carries what is put together here, so that no row has to wait for it.
        carriers.of(found.rows[0].policy, found.rows[0].kind)
    return Answer(account, found, carriers)
