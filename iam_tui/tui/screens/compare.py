"""Compare: what two identities can do side by side, and why one has what the other has not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError, UsageError
from iam_tui.tui.choices import Choice
from iam_tui.tui.comparison_lines import counts_text
from iam_tui.tui.comparison_rows import Compared, ComparisonTree, Side
from iam_tui.tui.details.facts import BLANK, heading
from iam_tui.tui.principal_choices import principal_choices
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.screens.pickers import AskScreen, PickScreen
from iam_tui.tui.why_lines import why_lines
from iam_tui.tui.widgets.comparison_view import ComparisonView
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual.widget import Widget

    from iam_tui.account import Account
    from iam_tui.tui.lines import Line
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView

_OTHER_FILE = "--other"


class Pair(NamedTuple):
    """Who is compared, as the verb takes it."""

    one: str
    other: str | None = None
    """None: the same one again, in another account or after the edits."""
    file: str | None = None
    """The account that the other one is in; None: this one."""

    @property
    def is_before_and_after(self) -> bool:
        """Whether one identity is compared with what the unsaved edits make of it."""
        return self.other is None and self.file is None


class CompareScreen(ModeScreen):
    """A tree of what differs, and below it, once asked for, the reasons of a row."""

    NAME = "Compare"
    PLACE: ClassVar[str] = "compare"

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin without figures."""
        super().__init__(explorer, arguments)
        jump = explorer.body.permissions.jump
        self.differing = ComparisonView(jump=jump, id="comparison-view")
        self.why = TextView(jump=jump, id="compare-why-view")
        ascii_only = self.ascii_only
        self.pane_of_rows = Pane(self.differing, number="", ascii_only=ascii_only, id="comparison")
        self.why_pane = Pane(self.why, number="", ascii_only=ascii_only, id="compare-why")
        self.pair: Pair | None = None
        self._explained: Compared | None = None
        self._files: dict[str, Account] = {}

    def body(self) -> Iterable[Widget]:
        """The tree; the reasons below it come when they are asked for."""
        self.why_pane.display = False
        yield self.pane_of_rows
        yield self.why_pane

    def begin(self) -> None:
        """Compare what was named; ask for what was not."""
        self.pane_of_rows.titled("Compare")
        try:
            pair = self._named()
        except UsageError as error:
            self.differing.show_tree(None, why_not=f"{error}; = picks two")
            return
        if pair is None:
            self.differing.show_tree(None, why_not="nothing to compare yet; = picks two")
            self._pick_first()
        elif pair.is_before_and_after:
            self._pick_second(pair.one)
        else:
            self.compare(pair)

    def _named(self) -> Pair | None:
        """Return who was named after the mode's name, else whom one was at."""
        words, file = list(self.arguments), None
        if _OTHER_FILE in words:
            at = words.index(_OTHER_FILE)
            if at + 1 == len(words):
                raise UsageError(f"{_OTHER_FILE} wants an account file")
            file = words[at + 1]
            del words[at : at + 2]
        if len(words) > 2:
            raise UsageError("two can be compared, not more")
        if words:
            return Pair(words[0], words[1] if len(words) == 2 else None, file)
        identity = self.session.account.identity(self.subject.key)
        if identity is None:
            return None
        return Pair(self.session.account.reference(identity.arn), None, file)

    # picking

    def _pick_first(self) -> None:
        def picked(reference: str | None) -> None:
            if reference is not None:
                self._pick_second(reference)
            else:
                self._given_up()

        choices = list(principal_choices(self.session.account))
        screen = PickScreen("Compare whom?", choices, ascii_only=self.ascii_only)
        self.app.push_screen(screen, picked)

    def _pick_second(self, one: str) -> None:
        """Ask with whom to compare; before and after the edits comes first."""

        def picked(pair: Pair | None) -> None:
            if pair is None:
                self._given_up()
            elif pair.file == "":
                self._ask_for_file(one)
            else:
                self.compare(pair)

        try:
            choices = list(self._choices(one))
        except IamTuiError as error:
            self.differing.show_tree(None, why_not=f"{error}; = picks two")
            return
        title = f"Compare {one} with"
        self.app.push_screen(PickScreen(title, choices, ascii_only=self.ascii_only), picked)

    def _choices(self, one: str) -> Iterator[Choice[Pair]]:
        account = self.session.account
        if self.session.unsaved:
            yield Choice("itself before the edits", "unsaved edits", Pair(one))
        for choice in principal_choices(account, but=account.resolve(one)):
            yield Choice(choice.label, choice.note, Pair(one, choice.answer))
        yield Choice("itself in another account", "a file or sample", Pair(one, None, ""))

    def _ask_for_file(self, one: str) -> None:
        def named(name: str | None) -> None:
            if name:
                self.compare(Pair(one, None, name))
            else:
                self._given_up()

        text = f"The account file, or the sample, whose {one} is the other one."
        self.app.push_screen(
            AskScreen("Compare with", "", text=text, ascii_only=self.ascii_only), named
        )

    def _given_up(self) -> None:
        """Leave, when there is nothing to come back to."""
        if self.pair is None:
            self.dismiss(None)

    # comparing

    def compare(self, pair: Pair) -> None:
        """Compare two; the figures that are there stay, dimmed, until the new ones are."""
        self.pair = pair
        self.close_why()
        self.differing.dim(is_stale=self.differing.tree_of_rows is not None)
        self.show_crumbs()
        workspace = self.session.open_workspace
        now, saved = workspace.account, workspace.saved_account

        def compute(_should_stop: Callable[[], bool]) -> ComparisonTree:
            from iam_tui.analysis import compare

            one, other = self._sides(pair, now, saved)
            found = compare(
                one.account, one.reference, other.reference, other_account=other.account
            )
            tree = ComparisonTree(one, other, found)
            _ = tree.counts
            return tree

        self.ask("compare", compute, self._show, doing=f"comparing {' and '.join(self._names)}")

    def _sides(self, pair: Pair, now: Account, saved: Account) -> tuple[Side, Side]:
        """Return the two with their accounts; slow where a file has to be read."""
        if pair.is_before_and_after:
            before, after = f"{pair.one} before", f"{pair.one} after"
            return Side(saved, pair.one, before), Side(now, pair.one, after)
        one, other = self._names
        second = pair.other or pair.one
        if pair.file is None:
            return Side(now, pair.one, one), Side(now, second, other)
        account = self._files.get(pair.file)
        if account is None:
            from iam_tui.formats import load

            account = self._files[pair.file] = load(pair.file)
        return Side(now, pair.one, one), Side(account, second, other)

    @property
    def _names(self) -> tuple[str, str]:
        pair = self.pair or Pair("")
        if pair.is_before_and_after:
            return f"{pair.one} before", "after"
        return pair.one, (pair.other or pair.one) + (f" in {pair.file}" if pair.file else "")

    def _show(self, answer: object) -> None:
        if isinstance(answer, ComparisonTree):
            one, other = self._names
            self.pane_of_rows.titled(f"A {one}   B {other}")
            self.differing.show_tree(answer)
            self.pane_of_rows.footed(self.differing.position, counts_text(answer))
            if self._explained is not None:
                self._explain_again(self._explained.action)

    def failed(self, kind: str, error: IamTuiError) -> None:
        """Say in the pane why two cannot be compared."""
        if kind == "compare":
            self.pane_of_rows.titled("Compare")
            self.pane_of_rows.footed("", "")
            self.differing.show_tree(None, why_not=f"{error}; = picks two")
        super().failed(kind, error)

    def account_changed(self) -> None:
        """Compare anew."""
        pair = self.pair
        if pair is None:
            return
        if pair.is_before_and_after and not self.session.unsaved:
            self.close_why()
            self.pane_of_rows.footed("", "")
            self.differing.show_tree(None, why_not="no unsaved edits any more; = picks two")
        else:
            explained = self._explained
            self.compare(pair)
            self._explained = explained

    # the reasons

    def opened(self, view: LineView) -> None:
        """Show why the two have, or have not, the action under the cursor."""
        row = self.differing.row
        if view is not self.differing:
            super().opened(view)
        elif row is not None and row.compared is not None:
            self.explain(row.compared)
            self.set_focus(self.why)

    def explain(self, row: Compared) -> None:
        """Show why for both sides below the tree."""
        tree = self.differing.tree_of_rows
        if tree is None:
            return
        self._explained = row
        self.why_pane.display = True
        account = self.session.account

        def compute(_should_stop: Callable[[], bool]) -> tuple[Line, ...]:
            return tuple(_reasons(tree, row, account))

        self.ask("why", compute, partial(self._show_why, row), doing="finding the reasons")

    def _show_why(self, row: Compared, answer: object) -> None:
        if isinstance(answer, tuple) and row is self._explained:
            self.why_pane.titled(f"Why {row.action}", f"{first_key('open')}: open the policy")
            self.why.show(answer)

    def _explain_again(self, action: str) -> None:
        """Show the reasons of the same action among other figures."""
        tree = self.differing.tree_of_rows
        rows = tree.find(action) if tree is not None else None
        if rows is None:
            self.close_why()
        else:
            self.why_pane.display = True
            self.explain(rows)

    def close_why(self) -> None:
        """Let the tree have all the room again."""
        self._explained = None
        if self.focused is self.why:
            self.set_focus(self.differing)
        self.why_pane.display = False

    # commands

    def action_back(self) -> None:
        """Close the reasons first; the cursor is still on their row."""
        if self.focused is self.why and not self.has_class("-enlarged"):
            self.close_why()
        else:
            super().action_back()

    def action_mode(self, name: str) -> None:
        """The key of this mode picks another pair."""
        if name != "compare":
            super().action_mode(name)
            return
        identity = self.session.account.identity(self.subject.key)
        if self.pair is not None and self.differing.tree_of_rows is not None:
            self._pick_second(self.pair.one)
        elif identity is not None:
            self._pick_second(self.session.account.reference(identity.arn))
        else:
            self._pick_first()

    def why_arguments(self) -> tuple[str, ...]:
        """Return the request of the one who has not what the other has, for `i`."""
        tree, row = self.differing.tree_of_rows, self.differing.row
        if tree is None or row is None or row.compared is None:
            return ()
        compared = row.compared
        side = tree.other if compared.mark == "-" else tree.one
        has = compared.one if compared.mark == "-" else compared.other
        if side.account is not self.session.account:
            return ()
        named = [one for one in (has.resources if has is not None else ()) if "*" not in one]
        resource = ("--resource", named[0]) if named else ()
        return ("--principal", side.reference, "--action", compared.action, *resource)

    def trail(self) -> tuple[str, ...]:
        """Return the crumbs."""
        return (self.NAME, f"{' and '.join(self._names)}") if self.pair else (self.NAME,)

    def command(self) -> tuple[str, ...]:
        """Return the verb that prints this comparison."""
        pair = self.pair
        if pair is None or self.differing.tree_of_rows is None:
            return ()
        other = () if pair.other is None else (pair.other,)
        file = () if pair.file is None else (_OTHER_FILE, pair.file)
        return ("compare", pair.one, *other, *file)


def _reasons(tree: ComparisonTree, row: Compared, account: Account) -> Iterator[Line]:
    """Yield why each of the two has an action or has not, then the statements of both."""
    from iam_tui.analysis.comparison import why_compared

    texts: list[Line] = []
    sides = ((tree.one, row.one, row.other, "A"), (tree.other, row.other, row.one, "B"))
    for side, has, otherwise, letter in sides:
        pattern = otherwise.resources[0] if otherwise is not None and otherwise.resources else "*"
        found = why_compared(side.account, side.reference, row.action, has, pattern)
        lines = [_leading(line, account) for line in why_lines(side.account, found)]
        layers = lines.index(BLANK) if BLANK in lines else len(lines)
        yield heading(f"{letter} {side.name}", has.status if has is not None else "not at all")
        yield from lines[:layers]
        if letter == "A":
            yield BLANK
        texts += [line for line in lines[layers:] if line not in texts or line == BLANK]
    yield from texts


def _leading(line: Line, account: Account) -> Line:
    """Return a line that leads nowhere but to what is in the account that is open."""
    is_here = line.target is None or account.entity(line.target.key.partition("#")[0]) is not None
    return line if is_here else replace(line, target=None)
