"""`?`: the keys of this place, then all the others, searchable; and what the marks mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from iam_tui.commands import BY_ID, COMMANDS, FOOTERS
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.screens.dialogs import Dialog
from iam_tui.tui.widgets.line_view import TextView

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from iam_tui.commands import Command
    from iam_tui.tui.widgets.pane import Pane

HEADINGS = {
    "MOVE": "MOVE",
    "FIND": "FIND",
    "GO": "GO",
    "ACT": "CHANGE AND COPY",
    "PROGRAM": "PROGRAM",
}
MARKS = (
    ("*", "the root user"),
    ("A", "has AWS's AdministratorAccess"),
    ("B", "a permissions boundary limits it"),
    ("K", "an access key older than 90 days; for root: any key"),
    ("M-", "signs in to the console without MFA"),
    ("!", "a document that AWS would refuse; permissions management"),
    ("?", "a policy whose document is not known"),
    ("+ - ~", "gained, lost, changed by the unsaved edits"),
    ("x", "what blocks a permission"),
    ("3g 2p 4u", "3 groups, 2 policies, 4 users"),
)
WORDS = (
    ("granted", "allowed on every resource the action takes, without condition"),
    ("limited", "on some resources, under conditions, or hanging on a policy not known"),
    ("blocked", "a policy allows it, but a deny, boundary, SCP or RCP takes it away"),
)


class HelpScreen(Dialog[None]):
    """The keys, made from the command table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", show=False),
        Binding("question_mark,q,f1", "close", show=False),
    ]

    def __init__(
        self, place: str, greyed: Collection[str], reason: str, *, ascii_only: bool
    ) -> None:
        """List the commands.

        Args:
            place: The kind of pane that has the focus; its commands come first.
            greyed: Ids of commands that cannot be given now.
            reason: Why not.
            ascii_only: Draw the frame without box drawing characters.
        """
        view = TextView(id="dialog-view")
        super().__init__(
            f"Keys here: {place}", view, ascii_only=ascii_only, hint="/ search   esc close"
        )
        self._greyed, self._reason = greyed, reason
        view.lines = list(self._lines(place))

    def action_search(self) -> None:
        """Open the line to search in."""
        self.pane.open_filter("", "key or word; n next")

    def action_close(self) -> None:
        """Leave the search line first, then the help."""
        if self.focused is not self.view:
            self.pane.close_filter()
        else:
            self.dismiss(None)

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Go to the first line with the word."""
        if event.text:
            self.view.seek(event.text)

    def _lines(self, place: str) -> Iterator[Line]:
        yield Line((Span("THE MOST USED HERE", "strong"),))
        for command_id in FOOTERS[place]:
            yield self._line(BY_ID[command_id])
        for group, title in HEADINGS.items():
            yield Line()
            yield Line((Span(title, "strong"),))
            for command in COMMANDS:
                if command.group == group:
                    yield self._line(command)
        yield Line()
        yield Line((Span("MARKS", "strong"),))
        for mark, meaning in MARKS:
            yield Line((Span(f"  {mark:<14}", "name"), Span(meaning)))
        yield Line()
        yield Line((Span("PERMISSIONS", "strong"),))
        for word, meaning in WORDS:
            yield Line((Span(f"  {word:<14}", "name"), Span(meaning)))

    def _line(self, command: Command) -> Line:
        keys = fit(" ".join(command.keys), 22)
        if command.id in self._greyed:
            return Line((Span(f"  {keys}{command.help}  ({self._reason})", "dim"),))
        return Line((Span(f"  {keys}", "name"), Span(command.help)))
