"""`?`: the keys of the pane, of the screen, then all others, searchable; and what marks mean.

What cannot be given now is greyed, with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.command_words import WORDS as TYPED
from iam_tui.commands import BY_ID, FOOTERS, first_key
from iam_tui.commands_page import PLACES as IN_WORDS
from iam_tui.tui.bindings import bindings
from iam_tui.tui.filtering import FILTERS, OTHER_FILTERS
from iam_tui.tui.lines import Line, Span, fit
from iam_tui.tui.reasons import LATER, ids_at, nodes_of, reasons_of
from iam_tui.tui.screens.dialogs import TextDialog

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from textual.binding import BindingType
    from textual.screen import Screen

    from iam_tui.commands import Command
    from iam_tui.tui.widgets.pane import Pane

PLACES = {
    "list": "lists",
    "detail": "the detail",
    "permissions": "the permissions",
    "why": "the reason",
    "compare": "the comparison",
    "matrix": "the access matrix",
    "become": "becoming somebody",
    "as-policy": "the policy document",
    "map": "the map",
    "reasons": "why and why not",
    "check": "the assertions",
    "question": "the fields of a question",
    "simulate": "the decision",
    "who-can": "the list of who can",
    "grep": "the statements found",
    "start": "the start screen",
}
MARKS = (
    (">", "the row that the cursor is on"),
    ("*", "the root user"),
    ("#", "marked: {add}, {delete} and {compare} are about all that are marked"),
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
        self._place = place
        self._reasons = dict.fromkeys(greyed, reason)
        self._sought = ""
        super().__init__(
            f"Keys in {PLACES[place]}",
            (),
            ascii_only=ascii_only,
            hint=f"{first_key('filter')}: search   {first_key('back')}: close",
        )

    def on_mount(self) -> None:
        """List what the screen below has."""
        below = self.app.screen_stack[-2]
        self._reasons.update(reasons_of(below))
        self._lines = list(self._lines_for(below))
        self.text_view.show(self._lines)
        super().on_mount()
        if self._sought:
            self.text_view.seek(self._sought)

    def seek(self, word: str) -> None:
        """Begin at the first line with a word."""
        self._sought = word

    def action_filter(self) -> None:
        """Open the line to search in."""
        self.pane.open_filter("", f"key or word; {first_key('find.next')} next")

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

    def _lines_for(self, below: Screen[object]) -> Iterator[Line]:
        # It knows accounts, which the first frame does not wait for.
        from iam_tui.tui.filter_flags import FLAGS

        yield Line((Span("THE MOST USED HERE", "strong"),))
        most_used = FOOTERS[self._place]
        for command_id in most_used:
            yield self._line(BY_ID[command_id])
        *pane, screen, program = (ids_at(type(node)) for node in nodes_of(below))
        layers = {
            "IN THIS PANE": frozenset[str]().union(*pane),
            "ON THIS SCREEN": screen,
            "ANYWHERE": program,
        }
        told = set(most_used)
        for title, ids in layers.items():
            found = [one for one in self._new(told) if one.id in ids and not one.is_later]
            told.update(one.id for one in found)
            yield from self._section(title, found)
        rest = [one for one in self._new(told) if not one.is_later]
        told.update(one.id for one in rest)
        yield from self._section("ELSEWHERE", rest)
        yield from self._section("IN LATER VERSIONS", self._new(told))
        yield Line()
        yield Line((Span("TYPED AFTER :", "strong"), Span("  its beginning will do", "dim")))
        for typed in TYPED:
            usage = f":{' '.join((typed.name, *(name.upper() for name in typed.takes)))}"
            yield Line((Span(f"  {fit(usage, 34)}", "name"), Span(typed.help)), indent=36)
        yield Line()
        yield Line((Span("MARKS", "strong"),))
        keys = {
            "add": first_key("add"),
            "delete": first_key("delete"),
            "compare": first_key("mode.compare"),
        }
        for mark, meaning in MARKS:
            said = Span(meaning.format_map(keys))
            yield Line((Span(f"  {mark:<14}", "name"), said), indent=16)
        yield Line()
        after = f"  after {first_key('filter')} in a list; all words count"
        yield Line((Span("FILTERS", "strong"), Span(after, "dim")))
        for kind in (*OTHER_FILTERS, *FILTERS.values()):
            yield Line((Span(f"  {kind.example:<22}", "name"), Span(kind.help)), indent=24)
        for name, known in FLAGS.items():
            words = Span(f"  has: of {name:<14}", "dim")
            yield Line((words, Span(" ".join(sorted(known)))), indent=24)
        yield Line()
        yield Line((Span("PERMISSIONS", "strong"),))
        for word, meaning in WORDS:
            yield Line((Span(f"  {word:<14}", "name"), Span(meaning)), indent=16)

    @staticmethod
    def _new(told: set[str]) -> list[Command]:
        return [command for command in BY_ID.values() if command.id not in told]

    def _section(self, title: str, commands: list[Command]) -> Iterator[Line]:
        if commands:
            yield Line()
            yield Line((Span(title, "strong"),))
        for command in commands:
            yield self._line(command, where=title == "ELSEWHERE")

    def _line(self, command: Command, *, where: bool = False) -> Line:
        keys = fit(" ".join(command.keys), 22)
        reason = self._reasons.get(command.id, LATER if command.is_later else "")
        if where:
            reason = IN_WORDS.get(command.where, command.where)
        if reason:
            return Line((Span(f"  {keys}{command.help}  ({reason})", "dim"),), indent=24)
        return Line((Span(f"  {keys}", "name"), Span(command.help)), indent=24)
