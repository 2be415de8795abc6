"""Become: the account as somebody in it sees it, and the roles that come next, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from iam_tui.catalog.managed_policies import managed_policy_names
from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError
from iam_tui.text import display_text
from iam_tui.tui.asking.drafts import FieldError
from iam_tui.tui.becoming_lines import NEAR, NEXT, becoming_lines, role_name
from iam_tui.tui.becoming_session import (
    NO_SESSION,
    SPECS,
    SessionOf,
    pairs_of,
    session_of,
    stepped,
)
from iam_tui.tui.bindings import bindings
from iam_tui.tui.completing import Suggestion
from iam_tui.tui.lines import width_of
from iam_tui.tui.permission_lines import counts_text
from iam_tui.tui.permission_rows import PermissionTree
from iam_tui.tui.principal_choices import principal_choices
from iam_tui.tui.screens.dialogs import MessageScreen
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.screens.pickers import PickScreen
from iam_tui.tui.widgets.form import FormPane
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.permissions_view import PermissionsView
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from iam_tui.account import Account
    from iam_tui.analysis import Becoming, NearRole, NextRole
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView

KINDS = ("root", "user", "role")
_MOST_SUGGESTED = 40


class Taken(NamedTuple):
    """One step of the chain, as it was asked for."""

    role: str
    session: SessionOf


class Seen(NamedTuple):
    """What somebody can do and become at the end of the chain."""

    someone: Becoming
    tree: PermissionTree
    following: tuple[NextRole, ...]
    near: tuple[NearRole, ...]
    chain: tuple[Taken, ...]
    """The steps that AWS allows; fewer than were taken when an edit has ended the chain."""
    ended: str
    """Why there are fewer."""


class BecomeScreen(ModeScreen):
    """Whom one can become above, what can be done below."""

    NAME = "Become"
    PLACE: ClassVar[str] = "become"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("become")]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin without figures."""
        super().__init__(explorer, arguments)
        jump, ascii_only = explorer.body.permissions.jump, self.ascii_only
        self.roles = TextView(jump=jump, id="become-roles-view")
        self.permissions = PermissionsView(jump=jump, id="become-permissions-view")
        self.form = FormPane("Session of the next step", SPECS, ascii_only=ascii_only)
        self.roles_pane = Pane(self.roles, number="", ascii_only=ascii_only, id="become-roles")
        self.permissions_pane = Pane(
            self.permissions, number="", ascii_only=ascii_only, id="become-permissions"
        )
        self.start = ""
        """Reference of whom the chain begins with."""
        self.chain: tuple[Taken, ...] = ()
        self.session_next = NO_SESSION
        self.context: Mapping[str, str] = {}
        """Keys of every call."""
        self.seen: Seen | None = None
        self._came_from = ""

    def body(self) -> Iterable[Widget]:
        """The fields of a session, hidden until they are asked for; roles; permissions."""
        self.form.display = False
        yield self.form
        yield self.roles_pane
        yield self.permissions_pane

    def first_focus(self) -> Widget:
        """The roles."""
        return self.roles

    def begin(self) -> None:
        """Look at the account as who was named, or as whom one was at."""
        self.roles_pane.titled("Become")
        self.permissions_pane.titled("Effective permissions")
        identity = self.session.account.identity(self.subject.key)
        if self.arguments:
            self.start = self.arguments[0]
            self.chain = tuple(Taken(role, NO_SESSION) for role in self.arguments[1:])
            self._look()
        elif identity is not None and identity.kind in KINDS:
            self.start = self.session.account.reference(identity.arn)
            self._look()
        else:
            self._pick()

    def _pick(self) -> None:
        def picked(reference: str | None) -> None:
            if reference is None:
                self.dismiss(None)
            else:
                self.start = reference
                self._look()

        choices = list(principal_choices(self.session.account, kinds=KINDS))
        screen = PickScreen("Look at the account as whom?", choices, ascii_only=self.ascii_only)
        self.app.push_screen(screen, picked)

    # looking

    def _look(self) -> None:
        """Ask what can be done and become at the end of the chain."""
        account, start, chain, context = self.session.account, self.start, self.chain, self.context
        self.show_crumbs()
        self.permissions.dim(is_stale=self.seen is not None)
        self.roles.dim(is_stale=self.seen is not None)

        def compute(should_stop: Callable[[], bool]) -> Seen | None:
            return _seen(account, start, chain, context, should_stop)

        self.ask("become", compute, self._show, doing=f"looking as {self._who}")

    @property
    def _who(self) -> str:
        """Who one is now."""
        return self.chain[-1].role if self.chain else self.start

    def _show(self, answer: object) -> None:
        if not isinstance(answer, Seen):
            return
        self.seen = answer
        if answer.ended:
            self.chain = answer.chain
            self.say(f"the chain ends here: {answer.ended}")
        account = answer.someone.account
        lines = tuple(becoming_lines(account, answer.following, answer.near))
        wanted = self._came_from or self._current_key
        at = next((i for i, line in enumerate(lines) if line.key and line.key == wanted), None)
        first = next((i for i, line in enumerate(lines) if line.key), 0)
        self._came_from = ""
        self.roles.dim(is_stale=False)
        self.roles.show(lines, first if at is None else at)
        self.permissions.show_tree(answer.tree)
        self._titles()
        self.show_crumbs()

    @property
    def _current_key(self) -> str:
        current = self.roles.current
        return current.key if current is not None else ""

    def _titles(self) -> None:
        seen = self.seen
        if seen is None:
            return
        last = seen.someone.steps[-1] if seen.someone.steps else None
        how = ""
        if last is not None:
            depends = ", ".join(last.conditional)
            how = f"assumed if {depends}" if depends else "assumed"
            session = self.chain[-1].session.text if self.chain else ""
            how += f", session {session}" if session else ""
        self.roles_pane.titled(self._who, how)
        coming = [f"next: {self.session_next.text}" if self.session_next else ""]
        coming += [f"{key}={value}" for key, value in self.context.items()]
        self.roles_pane.footed(self.roles.position, "  ".join(filter(None, coming)))
        self.permissions_pane.titled(f"What {self._who} can do")
        self.permissions_pane.footed(self.permissions.position, counts_text(seen.tree.totals))

    def failed(self, kind: str, error: IamTuiError) -> None:
        """Say in the pane why nothing can be seen."""
        self.seen = None
        self.roles.show((), empty_text=str(error))
        self.permissions.show_tree(None, why_not="nothing to show")
        super().failed(kind, error)

    def account_changed(self) -> None:
        """Walk the same chain through the changed account."""
        if self.start:
            self._look()

    # stepping

    def opened(self, view: LineView) -> None:
        """Assume a role; simulate a permission; say what a role lacks."""
        if view is self.permissions:
            self._simulate()
            return
        key = self._current_key
        if key.startswith(NEXT):
            self._into(key.removeprefix(NEXT))
        elif key.startswith(NEAR) and self.seen is not None:
            arn = key.removeprefix(NEAR)
            row = next(one for one in self.seen.near if one.role == arn)
            name = role_name(self.session.account, arn)
            self.say(f"{self._who} cannot become {name}: {row.reason}")

    def _into(self, arn: str) -> None:
        seen, account = self.seen, self.session.account
        if seen is None:
            return
        if arn not in account.roles:
            self.say(f"{arn} is in another account: what it can do there is not in this file")
            return
        try:
            stepped(seen.someone, arn, self.session_next, self.context)
        except IamTuiError as error:
            self._refuse(str(error))
            return
        self.chain += (Taken(account.reference(arn), self.session_next),)
        self.session_next = NO_SESSION
        self.form.fill({spec.name: "" for spec in SPECS if spec.name != "context"})
        self._look()

    def _refuse(self, sentence: str) -> None:
        """Say why a step cannot be taken; in a frame where one line is too little."""
        if width_of(display_text(sentence)) <= self.size.width - 2:
            self.say(sentence)
        else:
            screen = MessageScreen("Not this step", sentence, ascii_only=self.ascii_only)
            self.app.push_screen(screen)

    def _simulate(self) -> None:
        row, seen = self.permissions.row, self.seen
        if row is None or row.permission is None or seen is None:
            return
        permission = row.permission
        resource = permission.resources[:1]
        keys = {**self.context, **seen.someone.context}
        words = [seen.someone.principal, permission.action, *resource]
        for key, value in keys.items():
            words += ["--context", f"{key}={value}"]
        if self.chain:
            for policy in self.chain[-1].session.policies:
                words += ["--session-policy", policy]
        self.app.open_mode("simulate", words)  # type: ignore[attr-defined]  # only IamTuiApp has modes

    # the session of the next step

    def action_session(self) -> None:
        """Show the fields of the next session."""
        self.form.display = True
        self.set_focus(next(iter(self.form.fields.values())))

    def on_form_pane_run(self, event: FormPane.Run) -> None:
        """Take what the fields say."""
        event.stop()
        try:
            self.context = pairs_of("context", self.form.values["context"])
            self.session_next = session_of(self.session.account, self.form.values)
        except FieldError as error:
            self.form.remark(error.field, "!", "bad")
            self.set_focus(self.form.fields[error.field])
            self.say(str(error))
            return
        self._close_form()
        self._titles()
        self._look()
        if self.session_next:
            self.say(f"the next step takes this session along: {first_key('open')} on a role")

    def on_form_pane_edited(self, event: FormPane.Edited) -> None:
        """Offer policies of that name, and take back what was said of the field."""
        event.stop()
        self.form.remark(event.field.spec.name, "")
        word = event.field.word.lower()
        if event.field.spec.name == "policies" and word and not event.is_taken:
            self.form.offer(event.field, _policies(self.session.account, word))
        else:
            self.form.hide()

    def on_form_pane_left(self, event: FormPane.Left) -> None:
        """Go to the next field, or from the last one to the roles."""
        event.stop()
        stops: list[Widget] = [*self.form.fields.values(), self.roles]
        at = stops.index(self.focused) if self.focused in stops else 0
        self.set_focus(stops[(at + event.by) % len(stops)])

    def _close_form(self) -> None:
        self.set_focus(self.roles)
        self.form.display = False

    # commands

    def action_back(self) -> None:
        """Close the fields; one step back; leave."""
        if self.form.is_offering:
            self.form.hide()
        elif self.form.display:
            self._close_form()
        elif self.chain and self.focused_pane is not None and not self._has_more_to_leave:
            last = self.chain[-1]
            self.chain = self.chain[:-1]
            self._came_from = f"{NEXT}{self.session.account.resolve(last.role)}"
            self._look()
        else:
            super().action_back()

    @property
    def _has_more_to_leave(self) -> bool:
        """Whether esc first stops, restores or clears something."""
        pane = self.focused_pane
        is_filtering = pane is not None and self.focused is not pane.view
        is_filtered = pane is not None and bool(pane.view.filter_text)
        return self.is_asking or self.has_class("-enlarged") or is_filtering or is_filtered

    def trail(self) -> tuple[str, ...]:
        """Return the chain."""
        return (self.NAME, *filter(None, (self.start, *(taken.role for taken in self.chain))))

    def command(self) -> tuple[str, ...]:
        """Return the verb that prints the same; none where an earlier step has a session."""
        if self.seen is None or any(taken.session for taken in self.chain[:-1]):
            return ()
        flags = self.chain[-1].session.flags() if self.chain else ()
        context = (word for key, value in self.context.items() for word in _context(key, value))
        return ("become", self.start, *(taken.role for taken in self.chain), *flags, *context)

    def action_copy_command(self) -> None:
        """Copy the command; say when none prints this."""
        if self.seen is not None and not self.command():
            self.say("no command prints this: the verb gives a session to the last step alone")
        else:
            super().action_copy_command()


def _context(key: str, value: str) -> tuple[str, str]:
    return ("--context", f"{key}={value}")


def _seen(
    account: Account,
    start: str,
    chain: Sequence[Taken],
    context: Mapping[str, str],
    should_stop: Callable[[], bool],
) -> Seen | None:
    """Walk a chain as far as AWS allows; slow, for a worker thread."""
    from iam_tui.analysis import Becoming

    someone, done, ended = Becoming.of(account, start), 0, ""
    for taken in chain:
        try:
            someone = stepped(someone, taken.role, taken.session, context)
        except IamTuiError as error:
            ended = str(error)
            break
        done += 1
    tree = PermissionTree(account, someone.can)
    _ = tree.totals
    following = someone.next(context=context)
    near = someone.nearly(context=context, should_stop=should_stop)
    if should_stop():
        return None
    return Seen(someone, tree, following, near, tuple(chain[:done]), ended)


def _policies(account: Account, word: str) -> list[Suggestion]:
    """Return the managed policies with a word in their name, the account's first."""
    names = {policy.name: "local policy" for policy in account.policies.values()}
    names.update((name, "AWS policy") for name in managed_policy_names() if name not in names)
    found = [Suggestion(name, note) for name, note in names.items() if word in name.lower()]
    found.sort(key=lambda one: not one.text.lower().startswith(word))
    return found[:_MOST_SUGGESTED]
