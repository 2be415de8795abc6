"""Simulate: one request, several, or a file of them, with every step of the decision."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, ClassVar

from iam_tui.analysis import Ask
from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError
from iam_tui.home import expanded
from iam_tui.tui.asking.answers import (
    Answer,
    Failure,
    Item,
    Timed,
    all_answered,
    answered,
    asked,
    wanted_keys,
)
from iam_tui.tui.asking.drafts import Draft, FieldError, Request, quoted, words_of
from iam_tui.tui.asking.files import file_answers
from iam_tui.tui.asking.here import permission_at, principal_at, resource_of
from iam_tui.tui.bindings import bindings
from iam_tui.tui.hints import stops, turning
from iam_tui.tui.screens.asking import AskingScreen
from iam_tui.tui.screens.pickers import AskScreen
from iam_tui.tui.simulation_lines import MISSING, decision_lines
from iam_tui.tui.widgets.form import FieldSpec
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.request_rows import RequestRows, decision_of
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType

    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView

REFUSED = "It cannot be asked so: "


class SimulateScreen(AskingScreen):
    """Fields of a request, and the decision below."""

    NAME = "Simulate"
    PLACE = "simulate"
    FORM = "Request"
    SPECS = (
        FieldSpec("principal", "Principal", "user/NAME, role/NAME, root, a session, a service, *"),
        FieldSpec("action", "Action", "s3:GetObject; several with blanks between", True),
        FieldSpec("resource", "Resource", "ARNs; empty: any resource", True),
        FieldSpec("context", "Context", "KEY=VALUE, such as aws:SourceIp=192.0.2.1", True, True),
        FieldSpec(
            "session",
            "Session",
            "a session policy: JSON, a file, or a policy's name",
            is_optional=True,
        ),
        FieldSpec("credentials", "Signed by", "access-key; console or session", is_optional=True),
        FieldSpec(
            "owner", "Owner", "of the resource, where its ARN does not say", is_optional=True
        ),
    )
    ORDER = ("principal", "action", "resource")
    NEEDED = ("principal", "action")
    OTHER = "who-can"
    PATTERNS = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("asking", ids=("asking.file",))]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin with the arguments, or with what one is at."""
        self.rows = RequestRows(jump=explorer.body.detail.jump)
        self.decision = TextView(jump=explorer.body.detail.jump, id="decision-view")
        self.decision.shows_resting_cursor = False
        self.decision.empty_text = _nothing_asked()
        self._items: Sequence[Item] = ()
        self._elapsed = 0.0
        self._is_reading = False
        """Whether a file of requests is being decided."""
        self._wanted: tuple[Draft, dict[str, tuple[str, ...]]] = (Draft(), {})
        super().__init__(explorer, arguments)

    def answers(self) -> Iterable[Pane]:
        """Return the rows of several requests, and the steps of one."""
        yield Pane(self.rows, number="", ascii_only=self.ascii_only, id="rows")
        yield Pane(self.decision, number="", ascii_only=self.ascii_only, id="decision")

    @property
    def _rows_pane(self) -> Pane:
        return self.query_one("#rows", Pane)

    @property
    def _decision_pane(self) -> Pane:
        return self.query_one("#decision", Pane)

    def from_here(self) -> Draft:
        """Return the request of what one is at, and of the permission that the cursor is on."""
        principal = principal_at(self.explorer, self.subject)
        permission = permission_at(self.explorer, self.subject)
        if permission is None:
            return Draft(principal)
        resource = quoted([resource_of(permission)]) if resource_of(permission) else ""
        return Draft(principal, permission.action, resource)

    def begin(self) -> None:
        """Ask when there is enough to ask, or the file of requests."""
        self.form.footed(f"{first_key('form.run')}: decide   {turning()}")
        self._decision_pane.titled("Decision")
        super().begin()
        if self.file:
            self._ask_file()

    # asking

    def ask_for(self, draft: Draft) -> None:
        """Decide the requests that the fields make."""
        requests = draft.requests()
        account = self.session.account
        saved = self.session.open_workspace.saved_account if self.session.unsaved else None

        def compute(should_stop: Callable[[], bool]) -> object:
            begun = self.session.clock()
            found = all_answered(account, saved, requests, should_stop)
            return Timed(found, (self.session.clock() - begun) * 1000)

        self.ask("answer", compute, self._show, doing=f"deciding {len(requests):,} requests")

    def _show(self, answer: object) -> None:
        if not isinstance(answer, Timed):
            return
        self._items, self._elapsed = answer.found, answer.milliseconds
        self._show_items(says_who=False)
        self.say(f"$ {self.session.command_line(*self.command())}", self._took, keep=True)

    @property
    def _took(self) -> str:
        return f"{self._elapsed:.1f} ms"

    def _show_items(self, *, says_who: bool) -> None:
        several = bool(self.file) or len(self._items) != 1
        focused = self.focused in (self.rows, self.decision)
        self.set_class(several, "-many")
        if not several:
            self.remove_class("-steps")
        self.rows.dim(is_stale=False)
        if several:
            self.rows.show(self._items, says_who=says_who)
            self._title_rows()
        self._show_decision()
        if focused:
            is_rows = several and not self.has_class("-steps")
            self.set_focus(self.rows if is_rows else self.decision)

    def _title_rows(self, doing: str = "") -> None:
        counts: dict[str, int] = {}
        for item in self._items:
            counts[decision_of(item)] = counts.get(decision_of(item), 0) + 1
        if "error" in counts:
            counts["errors"] = counts.pop("error")
        told = ", ".join(f"{count:,} {word}" for word, count in sorted(counts.items()))
        what = f"{len(self._items):,} requests"
        self._rows_pane.titled(f"{what} {doing}".strip(), told)

    def _show_decision(self) -> None:
        item = self.rows.item if self.has_class("-many") else next(iter(self._items), None)
        if item is None:
            self.decision.show([], empty_text=_nothing_asked())
            self._decision_pane.titled("Decision")
        elif isinstance(item, Answer):
            self._show_answer(item)
        elif isinstance(item, Failure):
            self.decision.show([], empty_text=f"{REFUSED}{item.problem}")
            self._decision_pane.titled("Decision", "error")
        else:
            self._ask_steps(item.request)

    def _show_answer(self, answer: Answer) -> None:
        lines = list(decision_lines(self.session.account, answer, self.session.unsaved))
        self.decision.show(lines)
        self.decision.dim(is_stale=False)
        request = answer.found.request
        about = ""
        if self.has_class("-many"):
            who = f"{answer.request.principal} " if self.rows.says_who else ""
            about = f"  {who}{request.action} on {answer.found.resource}"
        self._decision_pane.titled(f"Decision{about}", answer.found.decision.value)
        self._decision_pane.footed(self.decision.position)

    def _ask_steps(self, request: Request) -> None:
        account = self.session.account
        saved = self.session.open_workspace.saved_account if self.session.unsaved else None

        def show(answer: object) -> None:
            if isinstance(answer, Answer):
                self._show_answer(answer)

        self.ask("steps", lambda _: answered(account, saved, request), show, doing="deciding it")

    def refused(self, why: str) -> None:
        """Show that there is no answer, and why."""
        self._items, self._is_reading = (), False
        self.remove_class("-many", "-steps")
        self.decision.show([], empty_text=f"{REFUSED}{why}")
        self._decision_pane.titled("Decision")

    def mark_stale(self) -> None:
        """Show that the decisions are those of the account before."""
        self.decision.dim(is_stale=True)
        self.rows.dim(is_stale=True)
        self._decision_pane.titled("Decision", "stale")

    # a file of requests

    def action_asking_file(self) -> None:
        """Ask for the name of a file of requests."""

        def answer(name: str | None) -> None:
            if name:
                self.file = str(expanded(name))
                self._ask_file()

        self.app.push_screen(
            AskScreen(
                "Decide a file of requests",
                self.file or "requests.jsonl",
                text='One JSON object a line: {"principal", "action", "resource", "context"}.',
                ascii_only=self.ascii_only,
            ),
            answer,
        )

    def _ask_file(self) -> None:
        account, file = self.session.account, self.file
        draft = Draft.of(self.form.values)
        try:
            context, credentials = draft.keys(), draft.signing()
        except FieldError as error:
            self.say(str(error), bad=True)
            return
        session = (draft.session,) if draft.session else ()
        found: list[Item] = []
        self.asked, self._items, self._is_reading = draft, found, True
        self.set_focus(self.answer_view)

        def compute(should_stop: Callable[[], bool]) -> object:
            begun, told = self.session.clock(), time.monotonic()
            for item in file_answers(account, file, context, credentials, session):
                if should_stop():
                    break
                found.append(item)
                if time.monotonic() - told > 0.1:
                    told = time.monotonic()
                    self.call_later(self._progress, found)
            return Timed(found, (self.session.clock() - begun) * 1000)

        self.ask("answer", compute, self._file_done, doing=f"deciding the requests of {file}")

    def _progress(self, found: list[Item]) -> None:
        if found is self._items and self._is_reading:
            self.add_class("-many")
            self.rows.show(found[:], says_who=True)
            self._title_rows(f"so far; {stops()}")

    def _file_done(self, answer: object) -> None:
        if not isinstance(answer, Timed):
            return
        self._items, self._elapsed = answer.found, answer.milliseconds
        self._is_reading = False
        self._show_items(says_who=True)
        if not self._items:
            self.rows.empty_text = "the file has no requests"
        self.set_focus(self.rows)
        self.say(f"$ {self.session.command_line(*self.command())}", self._took, keep=True)

    def stop(self, *kinds: str) -> None:
        """Let go of what is computed; the rows that are there stay."""
        was_reading, self._is_reading = self._is_reading, False
        super().stop(*kinds)
        if was_reading and self.query(RequestRows):
            self._show_items(says_who=True)
            self._title_rows("before it was stopped")

    def run_question(self, *, again: bool = False) -> None:
        """Ask what the fields say; or again what was asked, which may be the file."""
        if again and self.file:
            self._ask_file()
        else:
            super().run_question(again=again)

    # what the other screens get

    def words(self, draft: Draft) -> tuple[str, ...]:
        """Return `simulate` with the requests."""
        return ("simulate", *draft.simulate_flags(self.file))

    def words_of_other(self) -> tuple[str, ...]:
        """Return the words with which who-can asks about the first action and resource."""
        draft = Draft.of(self.form.values)
        words = [*words_of(draft.action)[:1], *words_of(draft.resource)[:1]]
        return (*words, *draft.context_flags()) if draft.action else ()

    def action_mode(self, name: str) -> None:
        """Open another mode; who-can about the same request."""
        words = self.words_of_other() if name == "who-can" else ()
        self.app.open_mode(name, words)  # type: ignore[attr-defined]  # only IamTuiApp shows modes

    def why_arguments(self) -> tuple[str, ...]:
        """Return the request under the cursor, for `i`."""
        item = self._item
        if item is None:
            return super().why_arguments()
        request = item.request
        words = ["--principal", request.principal, "--action", request.action]
        if request.resource is not None:
            words += ["--resource", request.resource]
        for key, value in request.context.items():
            for one in value if isinstance(value, list | tuple) else (value,):
                words += ["--context", f"{key}={one}"]
        if request.owner:
            words += ["--resource-account", request.owner]
        for policy in request.session:
            words += ["--session-policy", policy]
        return (*words, "--credentials", request.credentials)

    @property
    def _item(self) -> Item | None:
        if self.has_class("-many"):
            return self.rows.item
        return next(iter(self._items), None)

    def wanted(self, draft: Draft) -> dict[str, tuple[str, ...]]:
        """Return the context keys that statements about the request ask for."""
        known, found = self._wanted
        about = Draft(draft.principal, draft.action, draft.resource)
        if known != about:
            found = {}
            with contextlib.suppress(IamTuiError):  # what is wrong is said beside its field
                found = wanted_keys(asked(self.session.account, about.requests()[0]))
            self._wanted = (about, found)
        return found

    def promise(self) -> tuple[Ask, bool] | None:
        """Return the request under the cursor as a promise."""
        item = self._item
        if item is None or isinstance(item, Failure):
            self.say("there is no answer to promise: ask something first")
            return None
        request = item.request
        if request.session or request.owner or request.credentials != "access-key":
            self.say("an assertion has no session policy, owner or way to sign: empty these fields")
            return None
        ask = Ask(request.principal, request.action, request.resource, request.context)
        return ask, decision_of(item) == "allowed"

    # what the views tell

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Show the decision of the row that the cursor has come to."""
        if event.view is self.rows and event.by_hand:
            self._show_decision()

    def opened(self, view: LineView) -> None:
        """Show the steps of a request, add a missing key, or go to a policy."""
        current = view.current
        if view is self.rows:
            self._show_decision()
            self.add_class("-steps")
            self.set_focus(self.decision)
        elif current is not None and current.key.startswith(MISSING):
            self._add_key(current.key.removeprefix(MISSING))
        else:
            super().opened(view)

    def _add_key(self, key: str) -> None:
        field = self.form.fields["context"]
        field.put(f"{field.text} {key}=".lstrip())
        self.form.focus_field(field.spec.name)
        self.form.offer(field, self.suggestions(field))

    def action_back(self) -> None:
        """Go back from the steps to the rows first."""
        if self.has_class("-steps") and self.focused is self.decision:
            self.remove_class("-steps")
            self.set_focus(self.rows)
        else:
            super().action_back()


def _nothing_asked() -> str:
    return (
        f"Nothing asked yet: fill in principal and action, then {first_key('form.run')}. Several "
        f"actions and resources are asked at once; {first_key('asking.file')} decides a file of "
        "requests."
    )
