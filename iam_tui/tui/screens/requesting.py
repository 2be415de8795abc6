"""The fields of one request, and the panes of its answer below them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from iam_tui.account.arns import split_inline_key
from iam_tui.commands import first_key, key_in_fields
from iam_tui.errors import UsageError
from iam_tui.tui.asking.checks import FINE, Check
from iam_tui.tui.bindings import bindings
from iam_tui.tui.completing import Names
from iam_tui.tui.screens.asking import QUESTION
from iam_tui.tui.screens.help import HelpScreen
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.why_fields import check_of, denial_of, fill, read, suggestions
from iam_tui.tui.why_form import RequestForm
from iam_tui.tui.why_request import WhyRequest, request_of
from iam_tui.tui.widgets.form import Field, FormPane
from iam_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.widget import Widget

    from iam_tui.tui.completing import Suggestion
    from iam_tui.tui.lines import Tone
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.why_request import Explained


ROOM_FOR_ALL = 20
"""Rows below which only the first pane of the answer stands under the fields."""


class RequestScreen(ModeScreen):
    """A request that is typed or pasted; what is done with it, each screen says for itself."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("asking", ids=("form.view",))]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin with what one is at, or with what the arguments ask."""
        super().__init__(explorer, arguments)
        self.mistake = ""
        """What is wrong with the arguments."""
        self.answer: Explained | None = None
        self.form = RequestForm(ascii_only=self.ascii_only)
        self.names: Names | None = None
        self._checks: dict[str, Check] = {}
        self._is_cramped = False
        """Whether there is room for the first pane of the answer only."""
        self._texts: dict[str, str] = {}
        """What the fields held before the last key."""
        try:
            self.request = request_of(self.arguments) if self.arguments else self._from_here()
        except UsageError as error:
            self.request, self.mistake = self._from_here(), str(error)

    # what each says for itself

    def run_request(self) -> None:
        """Answer the request, then go to the answer."""
        raise NotImplementedError

    def refuse(self, problem: str) -> None:
        """Say why the request cannot be asked."""
        raise NotImplementedError

    @property
    def answer_views(self) -> Sequence[Widget]:
        """What tab goes through after the fields; the first one has the focus after asking."""
        raise NotImplementedError

    # what is asked at first

    def _from_here(self) -> WhyRequest:
        """Return the request that where one is begins: its principal, and the permission's row."""
        account = self.session.account
        inline = split_inline_key(self.subject.key)
        key = inline[0] if inline is not None else self.subject.key
        if account.identity(key) is None:
            return WhyRequest()
        asked = WhyRequest(principal=account.reference(key))
        row = self.explorer.body.permissions.row
        panel = self.explorer.showing.live.panel
        if row is None or row.permission is None or panel is None or panel.principal != key:
            return asked
        first = row.permission.resources[0] if row.permission.resources else "*"
        return replace(asked, action=row.permission.action, resource="" if first == "*" else first)

    def first_focus(self) -> Widget:
        """The answer where there is one to come, else the first field that is to be filled."""
        if self.request.is_complete and not self.mistake:
            return self.answer_views[0]
        return self.form.fields["action" if self.request.principal else "principal"]

    def begin(self) -> None:
        """Fill the fields, and gather the names that complete them."""
        self._gather()
        self.fill()
        if self.mistake:
            self.say(self.mistake, bad=True)

    def account_changed(self) -> None:
        """Complete by the names of the changed account."""
        self._gather()

    def _gather(self) -> None:
        names = Names(self.session.account)

        def gather() -> None:
            names.gather()
            self.call_later(self._gathered, names)

        self.run_worker(gather, thread=True, exclusive=True, group="names")

    def _gathered(self, names: Names) -> None:
        if names.account is self.session.account:
            self.names = names

    # the fields

    def fill(self) -> None:
        """Show the request in the fields."""
        fill(self.form, self.request)
        self.form.titled(f"Request{_unseen(self.request)}", f"{key_in_fields('help')}: keys")
        self._texts = self.form.values
        for name in self.form.fields:
            self._check(name)
        self.fold()

    def _check(self, name: str) -> None:
        account, values = self.session.account, self.form.values
        if not values[name]:
            self.stop(f"check {name}")
            self._checked(name, FINE)
            return
        self.ask(
            f"check {name}",
            lambda _should_stop: check_of(account, values, name),
            lambda check: self._checked(name, cast("Check", check)),
            doing="looking for names",
        )

    def _checked(self, name: str, check: Check) -> None:
        before = self._checks.get(name, FINE)
        self._checks[name] = check
        if name in self.form.said and not self.form.fields[name].text:
            return  # what the message says stands there
        tone: Tone = "bad" if check.is_error else "warn" if check.sentence else "dim"
        self.form.remark(name, check.text, tone)
        field = self.form.focused_field
        if field is not None and field.spec.name == name and check.sentence:
            self.say(
                f"{check.sentence} ({first_key('form.fix')} takes it)"
                if check.right
                else check.sentence
            )
        elif before.sentence:
            self.say("")

    def on_form_pane_edited(self, event: FormPane.Edited) -> None:
        """Offer what may be meant, and say what is wrong; take a message wherever it is put."""
        field = event.field
        name = field.spec.name
        before, self._texts[name] = self._texts.get(name, ""), field.text
        pasted = field.text.removeprefix(before)
        if name != "message" and denial_of(pasted) is not None:
            field.put(before)
            self._put_message(pasted)
            return
        is_whole = event.is_taken and not field.word.endswith((":", "=", "/"))
        offered: list[Suggestion] = []
        if not is_whole:
            action = self.form.values["action"]
            offered = suggestions(field, self.names, self.answer, action)
        self.form.offer(field, offered)
        self._check(name)

    def on_form_pane_fix(self, event: FormPane.Fix) -> None:
        """Take the nearest right name."""
        name = event.field.spec.name
        check = self._checks.get(name, FINE)
        if check.right:
            event.field.put(event.field.text.replace(check.wrong, check.right, 1))
            self.form.hide()
            self._check(name)
        else:
            self.say("there is nothing here to put right")

    def on_form_pane_run(self, event: FormPane.Run) -> None:
        """Ask what the fields hold; a new message wins over what was there before."""
        event.stop()
        self._run()

    def _run(self) -> None:
        try:
            self.request = read(self.form, self.request)
        except UsageError as error:
            self.refuse(str(error))
            return
        self.fill()
        self.run_request()

    def on_form_pane_left(self, event: FormPane.Left) -> None:
        """Go to the next field, or to the answer."""
        self._turn(event.by)

    def on_paste(self, event: events.Paste) -> None:
        """Take text that is pasted outside the fields as a message."""
        event.stop()
        text = " ".join(event.text.split())
        if text:
            self._put_message(text)

    def _put_message(self, text: str) -> None:
        self.form.focus_field("message")
        self.form.fields["message"].put(text)
        self._run()

    def leave_fields(self) -> None:
        """Go to the answer."""
        self.set_focus(self.answer_views[0])

    def fold(self) -> None:
        """Fold the fields where there are few rows and none of them has the focus."""
        self._fold(is_field=self.form.focused_field is not None)

    def _fold(self, *, is_field: bool) -> None:
        self.form.fold(is_folded=self.has_class("-low") and not is_field)
        is_cramped = is_field and self.size.height < ROOM_FOR_ALL
        if is_cramped == self._is_cramped:
            return
        self._is_cramped = is_cramped
        for view in self.answer_views[1:]:
            if isinstance(view.parent, Pane):
                # Not by a class: what is shown again has to take the focus at once.
                if is_cramped:
                    view.parent.display = False
                else:
                    view.parent.styles.inline.clear_rule("display")
                    self.refresh(layout=True)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Offer the keys of what has the focus; fold the fields, or unfold them."""
        event.prevent_default()  # the footer depends on more here than on any screen
        self.fold()
        self.footer.offer(self.place, self.explorer.greyed()[0])

    def on_resize(self) -> None:
        """Fold or unfold the fields for another height."""
        self.call_after_refresh(self.fold)

    @property
    def place(self) -> str:
        """Which footer and which help what has the focus has."""
        return QUESTION if self.form.focused_field is not None else self.PLACE

    # commands

    def action_help(self) -> None:
        """The keys of this place."""
        greyed, reason = self.explorer.greyed()
        self.app.push_screen(HelpScreen(self.place, greyed, reason, ascii_only=self.ascii_only))

    def action_back(self) -> None:
        """Hide what is offered, leave the field, or do as other modes do."""
        if self.form.is_offering:
            self.form.hide()
        elif self.form.focused_field is not None:
            self.leave_fields()
        else:
            super().action_back()

    def action_why(self) -> None:
        """Ask something else."""
        self.form.focus_field("principal")

    def action_form_view(self) -> None:
        """Simulate the same request."""
        simulated = self.answer.reasons.ask if self.answer is not None else None
        asked = self.request
        if simulated is not None:
            asked = replace(WhyRequest.of(simulated), session=asked.session)
        app = self.app
        app.pop_screen()
        app.open_mode("simulate", asked.words)  # type: ignore[attr-defined]  # only IamTuiApp shows modes

    def _turn(self, by: int) -> None:
        """Go through the fields and the panes below them."""
        ring: list[Widget] = [*self.form.fields.values(), *self.answer_views]
        at = ring.index(self.focused) if self.focused in ring else len(ring) - 1
        chosen = ring[(at + by) % len(ring)]
        if isinstance(chosen, Field):
            self.form.focus_field(chosen.spec.name)
        else:
            self._fold(is_field=False)  # what is hidden cannot have the focus
            self.set_focus(chosen)


def _unseen(request: WhyRequest) -> str:
    """Return what of a request has no field."""
    told = []
    if request.session:
        count = len(request.session)
        told.append("with a session policy" if count == 1 else f"with {count} session policies")
    if request.credentials not in ("", "access-key"):
        told.append(f"signed by {request.credentials}")
    if request.resource_account:
        told.append(f"of account {request.resource_account}")
    return f", {', '.join(told)}" if told else ""
