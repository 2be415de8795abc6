"""What Simulate and Who can share: fields, what may be meant, what is wrong, what was asked before.

What an answer looks like, and how it is asked for, each says for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.analysis import assertion_edit
from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError, UsageError
from iam_tui.tui.asking.checks import FINE, Check, checked
from iam_tui.tui.asking.drafts import Draft, FieldError, arguments_of
from iam_tui.tui.asking.history import Asked
from iam_tui.tui.asking.promises import objection
from iam_tui.tui.bindings import bindings
from iam_tui.tui.completing import Names, Suggestion, names_of, offered_for
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.widgets.form import Field, FieldSpec, FormPane
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.widget import Widget

    from iam_tui.account import Account
    from iam_tui.analysis import Ask
    from iam_tui.tui.lines import Tone
    from iam_tui.tui.screens.explore import ExploreScreen

FEW = 30
"""Rows from which on nothing is folded away."""
AT_ONCE = 500
"""Identities up to which the nearest name is found at once; of more a thread finds it."""
QUESTION = "question"
"""The place of the fields, for footer and help."""


class AskingScreen(ModeScreen):
    """A question in fields, and its answer below."""

    FORM: ClassVar[str]
    """The title of the fields."""
    SPECS: ClassVar[tuple[FieldSpec, ...]]
    ORDER: ClassVar[tuple[str, ...]]
    """The fields that must be filled first, and what words without a flag are."""
    NEEDED: ClassVar[tuple[str, ...]]
    """The fields without which nothing can be asked."""
    OTHER: ClassVar[str]
    """The mode that ctrl+t turns to."""
    PATTERNS: ClassVar[bool]
    """Whether an action may be a pattern."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("asking", but=("asking.file",))]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin with the arguments, or with what one is at."""
        super().__init__(explorer, arguments)
        self.form = FormPane(self.FORM, self.SPECS, ascii_only=self.ascii_only)
        self.names: Names | None = None
        self.asked: Draft | None = None
        """The question whose answer is shown."""
        self.file = ""
        """The file of requests that is asked instead."""
        self._mistake = ""
        self._awaiting = ""
        """The field in which somebody typed before the names were there."""
        self._checks: dict[str, Check] = {}
        self.history = Asked(self.session, self.PLACE)
        try:
            self.draft, self.file = arguments_of(self.arguments, self.ORDER)
        except UsageError as error:
            self.draft, self._mistake = Draft(), str(error)
        if not self.arguments or self._mistake:
            self.draft = self.from_here()

    # what each says for itself

    def from_here(self) -> Draft:
        """Return the question that where one is begins."""
        raise NotImplementedError

    def answers(self) -> Iterable[Pane]:
        """Return the panes of the answer."""
        raise NotImplementedError

    def ask_for(self, draft: Draft) -> None:
        """Ask a question.

        Raises:
            FieldError: When a field is missing or cannot be understood.
        """
        raise NotImplementedError

    def mark_stale(self) -> None:
        """Show that the answer is that of the account before."""
        raise NotImplementedError

    def words(self, draft: Draft) -> tuple[str, ...]:
        """Return the words of the verb that asks the same."""
        raise NotImplementedError

    def words_of_other(self) -> tuple[str, ...]:
        """Return the words with which the other screen asks about the same."""
        raise NotImplementedError

    def wanted(self, draft: Draft) -> dict[str, tuple[str, ...]]:
        """Return the context keys that are asked for, with values."""
        raise NotImplementedError

    def promise(self) -> tuple[Ask, bool] | None:
        """Return what X promises and whether it is allowed; None when it said why not."""
        raise NotImplementedError

    def prepare(self, account: Account) -> None:
        """Work out, in a thread, what the first answer would have to wait for."""

    # the frame

    def body(self) -> Iterable[Widget]:
        """The fields, and the answer below them."""
        yield self.form
        yield from self.answers()

    def first_focus(self) -> Widget:
        """The answer when there will be one, else the first field that is needed."""
        empty = [name for name in self.NEEDED if not self.draft.values[name]]
        if self.file or not empty:
            return self.answer_view
        return self.form.fields[empty[0]]

    @property
    def answer_view(self) -> Widget:
        """What of the answer has the focus."""
        return next(pane.view for pane in self.panes if pane is not self.form and pane.display)

    def begin(self) -> None:
        """Gather the names of the account, and ask when there is enough to ask."""
        self._gather()
        self.form.fill(self.draft.values)
        self.check_all()
        if self._mistake:
            self.say(self._mistake)
        elif all(self.draft.values[name] for name in self.NEEDED):
            self.run_question()

    def _gather(self) -> None:
        account = self.session.account
        names = names_of(account)

        def gather() -> None:
            names.gather()
            self.prepare(account)
            self.call_later(self._gathered, names)

        self.run_worker(gather, thread=True, exclusive=True, group="names")

    def _gathered(self, names: Names) -> None:
        if names.account is self.session.account:
            self.names = names
            field = self.form.focused_field
            if field is not None and field.spec.name == self._awaiting:
                self.form.offer(field, self.suggestions(field))

    def account_changed(self) -> None:
        """Ask the changed account the same; the old answer stays until then, marked."""
        self._gather()
        if self.asked is not None or self.file:
            self.mark_stale()
            self.run_question(again=True)

    def command(self) -> tuple[str, ...]:
        """Return the verb that prints the answer."""
        return self.words(self.asked) if self.asked is not None else ()

    def on_resize(self) -> None:
        """Fold the form where rows are few."""
        self.form.is_folding = self.size.height < FEW
        self.form.fold_empty()

    # asking

    def run_question(self, *, again: bool = False) -> None:
        """Ask what the fields say, or again what was asked."""
        draft = Draft.of(self.form.values)
        if again and self.asked is not None:
            draft = self.asked
        elif not again:
            self.file = ""
        try:
            self.ask_for(draft)
        except FieldError as error:
            if draft.values[error.field]:
                self._check(error.field)
            else:
                self.form.remark(error.field, "! needed", "bad")
            self.form.focus_field(error.field)
            self.say(str(error), bad=True)
            return
        self.asked = draft
        if not again:
            self.history.remember(draft)

    def failed(self, kind: str, error: IamTuiError) -> None:
        """Say what is wrong where it was typed; what was typed stays."""
        if kind == "answer":
            self.asked = None
            self.refused(str(error))
            account, draft = self.session.account, Draft.of(self.form.values)
            for name in self.form.fields:
                check = checked(account, draft, name, patterns=self.PATTERNS)
                self._said(name, check)
                if check.is_error:
                    self.form.focus_field(name)
                    break
        self.say(str(error), bad=True)

    def refused(self, why: str) -> None:
        """Show that there is no answer."""
        raise NotImplementedError

    def on_form_pane_turned(self, event: FormPane.Turned) -> None:
        """Fill in what was asked before; down in an empty field offers all it could hold."""
        field = self.form.focused_field
        if event.by > 0 and field is not None and not field.word:
            offered = self.suggestions(field, anything=True)
            if offered:
                self.form.offer(field, offered)
                return
        found = self.history.turn(event.by, Draft.of(self.form.values))
        asks = f"{first_key('form.run')} asks it"
        if found is None:
            self.say(f"nothing was asked yet: type a question, {asks}")
            return
        number, draft = found
        self.form.fill(draft.values)
        self.check_all()
        self.say(f"question {number} of {len(self.history)}; {asks}")

    # the fields

    def on_form_pane_edited(self, event: FormPane.Edited) -> None:
        """Offer what may be meant, and say what is wrong."""
        name = event.field.spec.name
        self.history.let_go()
        self._awaiting = name if self.names is None else ""
        goes_on = event.field.word.endswith((":", "=", "/"))
        is_whole = event.is_taken and not goes_on
        self.form.offer(event.field, [] if is_whole else self.suggestions(event.field))
        self._check(name)

    def suggestions(self, field: Field, *, anything: bool = False) -> list[Suggestion]:
        """Return what may be meant by the word under the cursor.

        Args:
            field: Where the cursor is.
            anything: Whether no word means anything.
        """
        draft = Draft.of(self.form.values)
        name, word = field.spec.name, field.word
        if not (word or anything):
            return []
        action = draft.action.partition(" ")[0]
        wanted = self.wanted(draft) if name == "context" else {}
        return offered_for(name, word, names=self.names, action=action, wanted=wanted)

    def check_all(self) -> None:
        """Say what is to be said of every field."""
        for name in self.form.fields:
            self._check(name)

    def _check(self, name: str) -> None:
        account, draft = self.session.account, Draft.of(self.form.values)
        if not draft.values[name]:
            self._said(name, FINE)
            return
        if len(account.users) + len(account.roles) <= AT_ONCE:
            self._said(name, checked(account, draft, name, patterns=self.PATTERNS))
            return

        def compute(_should_stop: Callable[[], bool]) -> object:
            return checked(account, draft, name, patterns=self.PATTERNS)

        def show(check: object) -> None:
            if isinstance(check, Check):
                self._said(name, check)

        self.ask(f"check {name}", compute, show, doing="looking for names")

    def _said(self, name: str, check: Check) -> None:
        before = self._checks.get(name, FINE)
        self._checks[name] = check
        tone: Tone = "bad" if check.is_error else "warn" if check.sentence else "dim"
        self.form.remark(name, check.text, tone)
        field = self.form.focused_field
        if field is not None and field.spec.name == name and check.sentence != before.sentence:
            self.say(check.said)

    def on_form_pane_fix(self, event: FormPane.Fix) -> None:
        """Take the nearest right name."""
        name = event.field.spec.name
        check = self._checks.get(name, FINE)
        if not check.right:
            self.say("there is nothing here to put right")
            return
        event.field.put(event.field.text.replace(check.wrong, check.right, 1))
        self.form.hide()
        self._check(name)

    def on_form_pane_run(self, event: FormPane.Run) -> None:
        """Ask."""
        event.stop()
        self.run_question()

    def on_form_pane_left(self, event: FormPane.Left) -> None:
        """Go to the next field, or to the answer."""
        self._turn(event.by)

    def _turn(self, by: int) -> None:
        views = [
            pane.view
            for pane in self.panes
            if pane.display and pane is not self.form and pane.view.can_focus
        ]
        stops: list[Widget] = [*self.form.fields.values(), *views]
        at = stops.index(self.focused) if self.focused in stops else -1
        to = stops[(at + by) % len(stops)]
        if isinstance(to, Field):
            self.form.focus_field(to.spec.name)
        else:
            self.set_focus(to)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Offer the keys of what has the focus, and say what is wrong there."""
        event.prevent_default()
        self.footer.offer(self.place, self.explorer.greyed()[0])
        self.form.fold_empty()
        if isinstance(event.widget, Field):
            check = self._checks.get(event.widget.spec.name, FINE)
            if check.sentence:
                self.say(check.said)

    @property
    def place(self) -> str:
        """Which footer and which help what has the focus has."""
        return QUESTION if self.form.focused_field is not None else self.PLACE

    # commands

    def action_back(self) -> None:
        """Hide what is offered, leave the field for the answer, or do as other modes do."""
        if self.form.is_offering:
            self.form.hide()
        elif self.form.focused_field is not None:
            self.set_focus(self.answer_view)
        else:
            super().action_back()

    def action_form_view(self) -> None:
        """Ask the other way round: who can instead of simulate."""
        words = self.words_of_other()
        app = self.app
        app.pop_screen()
        app.open_mode(self.OTHER, words)  # type: ignore[attr-defined]  # only IamTuiApp shows modes

    def action_assert(self) -> None:
        """Make the answer a promise, when it holds as one."""
        greyed, reason = self.explorer.greyed()
        if "assert" in greyed:
            self.say(reason)
            return
        promised = self.promise()
        if promised is None:
            return
        ask, is_allowed = promised
        account = self.session.account
        edit = assertion_edit(account, ask, allowed=is_allowed)

        def compute(_should_stop: Callable[[], bool]) -> object:
            return objection(account, edit)

        def show(why_not: object) -> None:
            if why_not:
                self.say(f"not asserted: {why_not}", bad=True)
            elif self.session.account is account:
                self.explorer.editing.apply(edit)

        self.ask("assert", compute, show, doing="checking the promise")

    def action_help(self) -> None:
        """The keys of this place."""
        greyed, reason = self.explorer.greyed()
        self.app.push_screen(HelpScreen(self.place, greyed, reason, ascii_only=self.ascii_only))
