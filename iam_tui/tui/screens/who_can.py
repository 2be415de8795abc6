"""Who can: everybody who may do an action, on what it depends, how, and who may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.analysis import Ask, WhoCan, WhoRefused, who_can
from iam_tui.analysis.who_can_holders import holders
from iam_tui.commands import first_key
from iam_tui.tui.asking.answers import Timed
from iam_tui.tui.asking.drafts import Draft, FieldError, quoted, words_of
from iam_tui.tui.asking.here import permission_at, resource_of
from iam_tui.tui.bindings import bindings
from iam_tui.tui.hints import turning
from iam_tui.tui.screens.asking import AskingScreen
from iam_tui.tui.widgets.form import FieldSpec
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.who_rows import WhoRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType

    from iam_tui.account import Account
    from iam_tui.policy.requests import ContextValue
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView


class WhoCanScreen(AskingScreen):
    """Fields of a question, and everybody who can below."""

    NAME = "Who can"
    PLACE = "who-can"
    FORM = "Who can"
    SPECS = (
        FieldSpec("action", "Action", "iam:PassRole, or a pattern: s3:Delete*"),
        FieldSpec("resource", "Resource", "an ARN or a pattern; empty: any resource"),
        FieldSpec("context", "Context", "KEY=VALUE, such as aws:SourceIp=192.0.2.1", True),
    )
    ORDER = ("action", "resource")
    NEEDED = ("action",)
    OTHER = "simulate"
    PATTERNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", ids=("sort",))]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin with the arguments, or with what one is at."""
        self.rows = WhoRows(jump=explorer.body.detail.jump)
        self.rows.empty_text = _nothing_asked()
        self._elapsed = 0.0
        super().__init__(explorer, arguments)

    def answers(self) -> Iterable[Pane]:
        """Return the rows."""
        yield Pane(self.rows, number="", ascii_only=self.ascii_only, id="who")

    @property
    def _pane(self) -> Pane:
        return self.query_one("#who", Pane)

    def from_here(self) -> Draft:
        """Return who may do what the cursor is on; of a role, who may assume it."""
        permission = permission_at(self.explorer, self.subject)
        if permission is not None:
            return Draft(action=permission.action, resource=resource_of(permission))
        if self.subject.kind == "role":
            return Draft(action="sts:AssumeRole", resource=self.subject.key)
        return Draft()

    def begin(self) -> None:
        """Ask when there is enough to ask."""
        self.form.footed(f"{first_key('form.run')}: ask   {turning()}")
        self._pane.titled("Nobody asked for yet")
        super().begin()

    def prepare(self, account: Account) -> None:
        """Find out who has which document, while somebody types."""
        holders(account)

    # asking

    def ask_for(self, draft: Draft) -> None:
        """Ask everybody."""
        action, resource = _one(draft, "action"), _one(draft, "resource")
        if not action:
            raise FieldError("action", "which action? type one, such as iam:PassRole")
        account, context = self.session.account, draft.keys()

        def compute(should_stop: Callable[[], bool]) -> object:
            begun = self.session.clock()
            found = who_can(account, action, resource or None, context, should_stop=should_stop)
            self.rows.prepare(found)
            return Timed(found, (self.session.clock() - begun) * 1000)

        count = 1 + len(account.users) + len(account.roles)
        self.ask("answer", compute, self._show, doing=f"asking {count:,} principals")

    def _show(self, answer: object) -> None:
        if not isinstance(answer, Timed):
            return
        found, self._elapsed = answer.found, answer.milliseconds
        self.rows.show(found)
        self._title(found)
        self.say(f"$ {self.session.command_line(*self.command())}", keep=True)

    def _title(self, found: WhoCan) -> None:
        allowed = sum(row.decision == "allowed" for row in found)
        counts = f"{allowed:,} allowed"
        if allowed < len(found):
            counts += f", {len(found) - allowed:,} if ~"
        if found.is_pattern:
            counts = f"any: {counts}; all: {len(found.all):,}"
        who = "1 principal" if len(found) == 1 else f"{len(found):,} principals"
        self._pane.titled(f"{who}  {counts}", f"{self._elapsed:.1f} ms")
        self._pane.footed(self.rows.position, "~ depends on what follows if")

    def refused(self, why: str) -> None:
        """Show that there is no answer, and why."""
        self.rows.show(None, f"It cannot be asked so: {why}")
        self._pane.titled("No answer")

    def mark_stale(self) -> None:
        """Show that the rows are those of the account before."""
        self.rows.dim(is_stale=True)
        found = self.rows.found
        if found is not None:
            self._pane.titled(f"{len(found):,} principals", "stale: asking again")

    # what the other screens get

    def words(self, draft: Draft) -> tuple[str, ...]:
        """Return `who-can` with the question."""
        resource = (draft.resource,) if draft.resource else ()
        return ("who-can", draft.action, *resource, *draft.context_flags())

    def words_of_other(self) -> tuple[str, ...]:
        """Return the request of the principal under the cursor."""
        draft = Draft.of(self.form.values)
        entry = self.rows.entry
        row = entry.row if entry is not None else None
        if row is None or self.asked != draft:
            words = ["--action", draft.action] if draft.action and "*" not in draft.action else []
            words += ["--resource", draft.resource] if draft.resource else []
            return (*words, *draft.context_flags())
        account = self.session.account
        principal = "*" if row.principal == "*" else account.reference(row.principal)
        words = ["--principal", principal]
        if "*" not in row.action:
            words += ["--action", row.action]
        if row.resource != "*" or draft.resource:
            words += ["--resource", row.resource]
        return (*words, *draft.context_flags())

    def action_mode(self, name: str) -> None:
        """Open another mode; Simulate about the principal under the cursor."""
        words = self.words_of_other() if name == "simulate" else ()
        self.app.open_mode(name, words)  # type: ignore[attr-defined]  # only IamTuiApp shows modes

    def why_arguments(self) -> tuple[str, ...]:
        """Return the request of the principal under the cursor, for `i`."""
        return self.words_of_other()

    def wanted(self, draft: Draft) -> dict[str, tuple[str, ...]]:  # noqa: ARG002 - the rows say it
        """Return the keys on which the answers depend."""
        found = self.rows.found
        keys = (key for row in found or () for key in row.conditional if ":" in key)
        return dict.fromkeys(dict.fromkeys(keys), ())

    def promise(self) -> tuple[Ask, bool] | None:
        """Return the row under the cursor as a promise."""
        entry = self.rows.entry
        row = entry.row if entry is not None else None
        if row is None or self.asked is None:
            self.say("move to a principal first: its answer is what is promised")
            return None
        resource = None if row.resource == "*" else row.resource
        context: dict[str, ContextValue] = self.asked.keys()
        is_allowed = not isinstance(row, WhoRefused) and row.decision == "allowed"
        return Ask(row.principal, row.action, resource, context), is_allowed

    # what the views tell

    def opened(self, view: LineView) -> None:
        """Show why: the request of this principal, step by step."""
        entry = self.rows.entry
        if view is not self.rows or entry is None or entry.row is None:
            self.say(f"move to a principal: {first_key('open')} shows why")
        else:
            self.action_mode("simulate")

    def action_sort(self) -> None:
        """Put those together who come by it in the same way, or take the account's order."""
        self.rows.turn_order()


def _one(draft: Draft, field: str) -> str:
    """Return the one word that a field holds.

    Raises:
        FieldError: When there are several.
    """
    words = words_of(draft.values[field])
    if len(words) > 1:
        raise FieldError(field, f"one {field} at a time: who-can asks about {quoted(words[:1])}")
    return words[0] if words else ""


def _nothing_asked() -> str:
    return (
        f"Nothing asked yet: fill in an action, then {first_key('form.run')}. With * in action or "
        "resource it is asked who can do any of it, and who all of it."
    )
