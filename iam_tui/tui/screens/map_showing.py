"""What the map shows: asked in a thread, drawn and told, kept in step with account and size."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Horizontal

from iam_tui.commands import first_key
from iam_tui.errors import IamTuiError, UnknownName
from iam_tui.tui.hints import stops
from iam_tui.tui.lines import width_of
from iam_tui.tui.map_lines import drawn_notes, told_lines
from iam_tui.tui.places import Place
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.widgets.map_view import MapView, Room
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.widget import Widget

    from iam_tui.graph.neighbourhood import Neighbourhood, Node
    from iam_tui.graph.picture import Picture
    from iam_tui.tui.lines import TargetKind
    from iam_tui.tui.screens.explore import ExploreScreen

STEPS, MOST_STEPS = 2, 4
DRAFT = 0.12
"""Seconds after which a draft is drawn, when it takes longer to know who can assume what."""
_FRAMES, _BARS = 4, 5
"""Columns and rows that frames, margins and bars take of the screen."""
_FINDING_OUT = "finding out who can assume what"


class View(NamedTuple):
    """What is looked at: what esc comes back to."""

    centre: str
    steps: int
    cursor: str | None


class _Answer(NamedTuple):
    """What a thread has found out."""

    found: Neighbourhood
    """Everything, nothing folded."""
    picture: Picture
    room: Room
    """What it is drawn for."""


class MapShowing(ModeScreen):
    """The panes of the map and what fills them."""

    NAME = "Map"
    PLACE = "map"

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin around what one is at, or what the `:` line names: `:map role/Deploy 3`."""
        super().__init__(explorer, arguments)
        self.view = View(self.subject.key, STEPS, self.subject.key)
        self.found: Neighbourhood | None = None
        """Everything that is around the centre, as far as it is known yet."""
        self._is_whole = False
        self._asked = 0.0
        self._drawn_for = Room(0, 0)
        self._problem = self._read_arguments()
        self.map_view = MapView(resized=self._resized, moved=self._moved, id="map-view")
        self.map_view.describe = self._description
        self.text_view = TextView(id="map-text-view")
        self.map_pane = Pane(self.map_view, number="", ascii_only=self.ascii_only, id="map-picture")
        self.text_pane = Pane(self.text_view, number="", ascii_only=self.ascii_only, id="map-text")

    def _read_arguments(self) -> str:
        """Take what was typed after `:map`; return what is wrong with it."""
        for word in self.arguments:
            if word.isdecimal() and 1 <= int(word) <= MOST_STEPS:
                self.view = self.view._replace(steps=int(word))
                continue
            try:
                key = self._key_of(word)
            except IamTuiError as error:
                return str(error)
            self.view = self.view._replace(centre=key, cursor=key)
        return ""

    def _key_of(self, word: str) -> str:
        account = self.session.account
        if word in self.session.open_workspace.graph:
            return word
        try:
            return account.resolve(word)
        except UnknownName:
            if not word.startswith("policy/"):
                raise
        return account.resolve_policy(word.removeprefix("policy/"))

    def body(self) -> Iterable[Widget]:
        """The picture and the sentences; where there is little room one of them."""
        yield Horizontal(self.map_pane, self.text_pane, id="map-body")

    def begin(self) -> None:
        """Draw what one came from."""
        self.ask_anew()

    def account_changed(self) -> None:
        """Draw the account as it is now, the cursor on its node."""
        self._dim(is_stale=True)
        self.ask_anew()

    def trail(self) -> tuple[str, ...]:
        """Return what the map is of."""
        return (self.called(self.view.centre), self.NAME)

    def command(self) -> tuple[str, ...]:
        """Return the verb that tells the same in sentences."""
        ascii_only = ("--ascii",) if self.ascii_only else ()
        reference = self.session.account.reference(self.view.centre)
        steps = ("--steps", str(self.view.steps))
        return ("graph", reference, *steps, "--format", "text", *ascii_only)

    # asking

    def ask_anew(self) -> None:
        """Find out what is around the centre, and draw it; meanwhile a draft, if that takes long.

        The graph knows at once who has what and whom roles trust; who can assume them has to be
        evaluated, which in a large account may take a second.
        """
        self._asked, self._is_whole = monotonic(), False
        self._title()
        view, workspace = self.view, self.session.open_workspace
        graph, before = workspace.graph, workspace.saved_account

        def whole() -> Neighbourhood:
            from iam_tui.analysis.around import around

            return around(graph, view.centre, steps=view.steps, before=before)

        def draft() -> Neighbourhood:
            from iam_tui.graph.neighbourhood import neighbourhood

            return neighbourhood(graph, view.centre, steps=view.steps, most=None, before=before)

        def ask_for_draft() -> None:
            if not self._is_whole and view.centre == self.view.centre and self.is_asking:
                self.ask("draft", self._computing(draft), self._drafted, doing=_FINDING_OUT)

        self.ask("map", self._computing(whole), self._answered, doing=_FINDING_OUT)
        if self.found is None or self.found.centre != view.centre:
            self.set_timer(DRAFT, ask_for_draft)

    def _computing(
        self, find: Callable[[], Neighbourhood]
    ) -> Callable[[Callable[[], bool]], _Answer | None]:
        room = self._room()

        def compute(should_stop: Callable[[], bool]) -> _Answer | None:
            found = find()
            return None if should_stop() else _Answer(found, self._drawn(found, room), room)

        return compute

    def _drawn(self, found: Neighbourhood, room: Room) -> Picture:
        """Draw, without boxes where those would take more rows than there are."""
        from iam_tui.graph.picture import picture

        made = picture(found, room.width, ascii_only=self.ascii_only)
        if made.heading_rows and made.height > room.height:
            made = picture(found, room.width, ascii_only=self.ascii_only, boxes=False)
        return made

    def _room(self) -> Room:
        """Return how much room there is; before there is a layout it is guessed."""
        if self.map_view.room.width > 0:
            return self.map_view.room
        width, height = self.app.size
        return Room(width - _FRAMES, height - _BARS)

    def _answered(self, answer: object) -> None:
        self._is_whole = True
        self._dim(is_stale=False)
        self._take(answer)
        if self._problem:
            self.say(self._problem, keep=True)
            self._problem = ""

    def _drafted(self, answer: object) -> None:
        if not self._is_whole:
            self._dim(is_stale=True)
            self._take(answer)
            self.say(f"{_FINDING_OUT} ...", stops())

    def failed(self, kind: str, error: IamTuiError) -> None:
        """Say why there is nothing to draw, and what to do."""
        super().failed(kind, error)
        self.found, self._is_whole = None, True
        self.map_view.empty_text = (
            f"Nobody in this account has {self.called(self.view.centre)}, and nothing leads to it: "
            f"there is nothing to draw. {first_key('back')} goes back."
        )
        self.text_view.show((), empty_text=self.map_view.empty_text)
        self.map_view.draw(None, None, ())

    # showing

    def _dim(self, *, is_stale: bool) -> None:
        self.map_view.dim(is_stale=is_stale)
        self.text_view.dim(is_stale=is_stale)

    def _take(self, answer: object) -> None:
        if isinstance(answer, _Answer):
            self.found = answer.found
            self.tell()
            self._show(answer)

    def tell(self) -> None:
        """Show the sentences where they can be seen: of a hub there are very many."""
        if self.found is not None and self.text_pane.display:
            self.text_view.show(told_lines(self.found, ascii_only=self.ascii_only))

    def _show(self, answer: object) -> None:
        if not isinstance(answer, _Answer) or self.found is not answer.found:
            return
        notes = drawn_notes(
            answer.found,
            answer.picture,
            answer.room.width,
            ascii_only=self.ascii_only,
            also_told=self.text_pane.display,
        )
        self._drawn_for = answer.room
        self.map_view.draw(answer.picture, self.view.cursor, notes)
        # What was said while it was drawn stays.
        since = self._asked if self.status.left else monotonic()
        self.status.hint(self.map_view.hidden_text, since)
        self._resized()

    def _resized(self) -> None:
        """Draw for another size; the cursor stays on its node."""
        self.tell()
        found, room = self.found, self._room()
        if found is not None and self.map_view.picture is not None and room != self._drawn_for:
            self.ask(
                "draw",
                lambda _: _Answer(found, self._drawn(found, room), room),
                self._show,
                doing="drawing",
            )

    def _moved(self, key: str) -> None:
        """Remember the node: it keeps the cursor, whatever is drawn."""
        self.view = self.view._replace(cursor=key)

    def _title(self) -> None:
        steps = f"{self.view.steps} step{'' if self.view.steps == 1 else 's'}"
        of = f"of {self.called(self.view.centre)}, {steps}"
        self.map_pane.titled(f"Map {of}", "t text  > < steps")
        self.text_pane.titled(f"Map {of}, as text", "t picture  > < steps")

    def known(self) -> dict[str, Node]:
        """Return the nodes around the centre by their keys, the folded ones too."""
        return {node.key: node for node in self.found.nodes} if self.found is not None else {}

    def called(self, key: str) -> str:
        """Return the name of a node, or of what is none."""
        node = self.known().get(key)
        if node is not None:
            return node.label
        kind: TargetKind = "root" if key == self.session.account.root_user.arn else "user"
        return self.explorer.showing.label(Place(kind, key))

    def _description(self, key: str) -> str:
        node = self.map_view.node
        if node is None or self.found is None:
            return ""
        if node.kind == "more":
            return f"{node.label}: there is no room for them; {first_key('open')} lists them"
        from iam_tui.graph.neighbourhood_words import description

        said, *parts = description(self.session.open_workspace.graph, self.found, key)
        for part in parts:
            if width_of(f"{said}; {part}") <= self.size.width - 2:
                said = f"{said}; {part}"
        return said
