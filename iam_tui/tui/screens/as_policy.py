"""As policy: what an identity can do, as one IAM policy document, and what that cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.commands import first_key
from iam_tui.tui.details.facts import BLANK, code, heading, remark
from iam_tui.tui.principal_choices import principal_choices
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.screens.pickers import PickScreen
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual.widget import Widget

    from iam_tui.analysis import PolicyDocument
    from iam_tui.errors import IamTuiError
    from iam_tui.tui.lines import Line
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView


class AsPolicyScreen(ModeScreen):
    """One document over the whole screen."""

    NAME = "As policy"
    PLACE: ClassVar[str] = "as-policy"

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin without a document."""
        super().__init__(explorer, arguments)
        self.text = TextView(jump=explorer.body.permissions.jump, id="as-policy-view")
        self.pane = Pane(self.text, number="", ascii_only=self.ascii_only, id="as-policy")
        self.principal = ""
        """Reference of the identity."""
        self.found: PolicyDocument | None = None

    def body(self) -> Iterable[Widget]:
        """The document."""
        yield self.pane

    def begin(self) -> None:
        """Make the document of who was named, or of whom one was at."""
        self.pane.titled("Effective permissions as one policy")
        identity = self.session.account.identity(self.subject.key)
        if self.arguments:
            self._make(self.arguments[0])
        elif identity is not None:
            self._make(self.session.account.reference(identity.arn))
        else:
            self._pick()

    def _pick(self) -> None:
        def picked(reference: str | None) -> None:
            if reference is None:
                self.dismiss(None)
            else:
                self._make(reference)

        choices = list(principal_choices(self.session.account))
        screen = PickScreen("Whose permissions?", choices, ascii_only=self.ascii_only)
        self.app.push_screen(screen, picked)

    def _make(self, principal: str) -> None:
        self.principal = principal
        self.show_crumbs()
        account = self.session.account

        def compute(_should_stop: Callable[[], bool]) -> object:
            from iam_tui.analysis import policy_document

            found = policy_document(account, principal)
            return found, tuple(_lines(found))

        self.ask("document", compute, self._show, doing=f"writing the policy of {principal}")

    def _show(self, answer: object) -> None:
        if isinstance(answer, tuple):
            self.found, lines = answer
            self.text.dim(is_stale=False)
            self.text.show(lines, self.text.line_number)
            self.pane.titled(f"What {self.principal} can do, as one policy", self._tally)
            self.pane.footed(self.text.position)

    @property
    def _tally(self) -> str:
        document = self.found.document if self.found is not None else None
        if document is None:
            return ""
        count = len(document.statements)
        return f"{count} statement{'' if count == 1 else 's'}"

    def failed(self, kind: str, error: IamTuiError) -> None:
        """Say in the pane why there is no document."""
        self.found = None
        self.text.show((), empty_text=str(error))
        super().failed(kind, error)

    def account_changed(self) -> None:
        """Write it anew."""
        if self.principal:
            self.text.dim(is_stale=self.found is not None)
            self._make(self.principal)

    def opened(self, view: LineView) -> None:
        """Nothing of one document can be gone to; it can be copied."""
        del view
        self.say(f"{first_key('copy')} copies the document")

    def action_copy(self) -> None:
        """Copy the document, wherever the cursor is."""
        if self.found is not None:
            self.copy_text(self.found.document.pretty(), "the document")

    def trail(self) -> tuple[str, ...]:
        """Return whose document it is."""
        return (self.NAME, self.principal) if self.principal else (self.NAME,)

    def command(self) -> tuple[str, ...]:
        """Return the verb that prints the document."""
        return ("principal-can", self.principal, "--policy") if self.found is not None else ()


def _lines(found: PolicyDocument) -> Iterator[Line]:
    """Yield the document, then what it does not say."""
    text = found.document.pretty()
    for row in text.splitlines():
        yield code(row, text)
    if found.inexact:
        yield BLANK
        yield heading("IT ALLOWS LESS THAN IT COULD")
        for sentence in found.inexact:
            yield remark(sentence, "warn")
    yield BLANK
    yield heading("WHAT NO SINGLE DOCUMENT CAN SAY")
    for sentence in found.not_said:
        yield remark(sentence)
    if not found.not_said:
        yield remark("nothing: it is all there")
