"""`?`: the keys of this place, then all the others, searchable; and what the marks mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.commands import BY_ID, COMMANDS, FOOTERS
from iam_tui.tui.bindings import bindings
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.screens.dialogs import TextDialog

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from textual.binding import BindingType

    from iam_tui.commands import Command
    from iam_tui.tui.widgets.pane import Pane

HEADINGS = {
    "MOVE": "MOVE",
    "FIND": "FIND",
    "GO": "GO",
    "ACT": "CHANGE AND COPY",
    "PROGRAM": "PROGRAM",
}
PLACES = {
    "list": "lists",
    "detail": "the detail",
    "permissions": "the permissions",
    "why": "the reason",
    "start": "the start screen",
}
MARKS = (
    (">", "the row that the cursor is on"),
    ("*", "the root user"),
    ("A", "has AWS's AdministratorAccess"),
    ("B", "a permissions boundary limits it; of policies: B3 is the boundary of 3"),
    ("K", "an access key older than 90 days; for root: any key"),
    ("M-", "signs in to the console without MFA"),
    ("!", "a document that AWS would refuse, or has to be looked at"),
    ("?", "a policy whose document is not known"),
    ("+ - ~", "gained or added, lost or taken away, changed by the unsaved edits"),
    ("L R W T P!", "access level: list, read, write, tagging, permissions management"),
    ("x", "what blocks a permission"),
    ("3g 2p 4u", "3 groups, 2 policies, 4 users"),
)
WORDS = (
    ("granted", "allowed on every resource the action takes, without condition"),
    ("limited", "on some resources, under conditions, or hanging on a policy not known"),
    ("blocked", "a policy allows it, but a deny, boundary, SCP or RCP takes it away"),
)


class HelpScreen(TextDialog[None]):
    """The keys, made from the command table."""

    WIDTH = 78
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("panes", ids=("filter", "help", "leave"))]

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
        self._greyed, self._reason = greyed, reason
        super().__init__(
            f"Keys in {PLACES[place]}",
            list(self._lines_for(place)),
            ascii_only=ascii_only,
            hint="/: search   esc: close",
        )

    def action_filter(self) -> None:
        """Open the line to search in."""
        self.pane.open_filter("", "key or word; n next")

    def action_help(self) -> None:
        """The key that opened it closes it."""
        self.dismiss(None)

    def action_leave(self) -> None:
        """Close it, not the program."""
        self.dismiss(None)

    def action_back(self) -> None:
        """Leave the search line first, then the help."""
        if self.focused is not self.view:
            self.pane.close_filter()
        else:
            self.dismiss(None)

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """Go to the first line with the word."""
        if event.text:
            self.text_view.seek(event.text)

    def _lines_for(self, place: str) -> Iterator[Line]:
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
            yield Line((Span(f"  {mark:<14}", "name"), Span(meaning)), indent=16)
        yield Line()
        yield Line((Span("PERMISSIONS", "strong"),))
        for word, meaning in WORDS:
            yield Line((Span(f"  {word:<14}", "name"), Span(meaning)), indent=16)

    def _line(self, command: Command) -> Line:
        keys = fit(" ".join(command.keys), 22)
        if command.id in self._greyed:
            spans = (Span(f"  {keys}{command.help}  ({self._reason})", "dim"),)
            return Line(spans, indent=24)
        return Line((Span(f"  {keys}", "name"), Span(command.help)), indent=24)
