"""The map: what is around an identity, drawn or in sentences, walked along its lines."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Horizontal

from iam_tui.errors import IamTuiError, UnknownName
from iam_tui.tui.bindings import bindings
from iam_tui.tui.choices import Choice
from iam_tui.tui.lines import Target, width_of
from iam_tui.tui.map_lines import drawn_notes, told_lines
from iam_tui.tui.places import Place
from iam_tui.tui.screens.mode import ModeScreen
from iam_tui.tui.screens.pickers import PickScreen
from iam_tui.tui.widgets.map_view import MapView
from iam_tui.tui.widgets.pane import Pane
from iam_tui.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from iam_tui.graph.neighbourhood import Neighbourhood, Node
    from iam_tui.graph.picture import Picture
    from iam_tui.tui.lines import TargetKind
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView

STEPS, MOST_STEPS = 2, 4
FRAMES = 4
"""Columns that the pane and the picture's margins take of the screen."""
_TARGETS: dict[str, TargetKind] = {
    "root": "root",
    "user": "user",
    "group": "group",
    "role": "role",
    "policy": "policy",
    "inline-policy": "inline",
}
"""Kinds of nodes that Explore can show."""


class _View(NamedTuple):
    """What is looked at: what esc comes back to."""

    centre: str
    steps: int
    cursor: str | None


class _Answer(NamedTuple):
    """What a thread has found out."""

    found: Neighbourhood
    """Everything, nothing folded."""
    picture: Picture


class MapScreen(ModeScreen):
    """What is around what one was at."""

    NAME = "Map"
    PLACE = "map"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "map",
            ids=("map.more", "map.less", "map.text", "map.centre", "map.nodes", "map.dot"),
        )
    ]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin around what one is at, or what the `:` line names: `:map role/Deploy 3`."""
        super().__init__(explorer, arguments)
        self.view = _View(self.subject.key, STEPS, self.subject.key)
        self._former: list[_View] = []
        self._found: Neighbourhood | None = None
        self._asked = 0.0
        self._problem = self._read_arguments()
        self.map_view = MapView(resized=self._resized, id="map-view")
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
        graph = self.session.open_workspace.graph
        if word in graph:
            return word
        try:
            return self.session.account.resolve(word)
        except UnknownName:
            if not word.startswith("policy/"):
                raise
        return self.session.account.resolve_policy(word.removeprefix("policy/"))

    def body(self) -> Iterable[Widget]:
        """The picture and the sentences; where there is little room one of them."""
        yield Horizontal(self.map_pane, self.text_pane, id="map-body")

    def begin(self) -> None:
        """Draw what one came from."""
        if self._problem:
            self.say(self._problem)
        self.ask_anew()

    def account_changed(self) -> None:
        """Draw the account as it is now, the cursor on its node."""
        self.map_view.dim(is_stale=True)
        self.text_view.dim(is_stale=True)
        self.ask_anew()

    def trail(self) -> tuple[str, ...]:
        """Return what the map is of."""
        return (self._called(self.view.centre), self.NAME)

    def command(self) -> tuple[str, ...]:
        """Return the verb that tells the same in sentences."""
        ascii_only = ("--ascii",) if self.ascii_only else ()
        reference = self.session.account.reference(self.view.centre)
        steps = ("--steps", str(self.view.steps))
        return ("graph", reference, *steps, "--format", "text", *ascii_only)

    # asking and showing

    def ask_anew(self) -> None:
        """Find out what is around the centre, and draw it."""
        self._asked = monotonic()
        self._title()
        workspace = self.session.open_workspace
        graph, before = workspace.graph, workspace.saved_account
        centre, steps, width = self.view.centre, self.view.steps, self._room()

        def compute(should_stop: Callable[[], bool]) -> _Answer | None:
            from iam_tui.analysis.around import around

            found = around(graph, centre, steps=steps, before=before)
            return None if should_stop() else _Answer(found, self._drawn(found, width))

        self.ask("map", compute, self._answered, doing=f"drawing the map of {self._called(centre)}")

    def _drawn(self, found: Neighbourhood, width: int) -> Picture:
        from iam_tui.graph.picture import picture

        return picture(found, width, ascii_only=self.ascii_only)

    def _room(self) -> int:
        """Return for how many columns to draw; before there is a layout it is guessed."""
        return self.map_view.room or self.app.size.width - FRAMES

    def _answered(self, answer: object) -> None:
        if isinstance(answer, _Answer):
            self._found = answer.found
            self.map_view.dim(is_stale=False)
            self.text_view.dim(is_stale=False)
            self._tell()
            self._show(answer.picture)

    def _tell(self) -> None:
        """Show the sentences where they can be seen: of a hub there are very many."""
        if self._found is not None and self.text_pane.display:
            self.text_view.show(told_lines(self._found, ascii_only=self.ascii_only))

    def _show(self, answer: object) -> None:
        from iam_tui.graph.picture import Picture

        found, picture = self._found, answer
        if found is None or not isinstance(picture, Picture):
            return
        notes = drawn_notes(
            found,
            picture,
            self._room(),
            ascii_only=self.ascii_only,
            also_told=self.text_pane.display,
        )
        self.map_view.draw(picture, self.view.cursor, notes)
        # What was said while it was drawn stays.
        since = self._asked if self.status.left else monotonic()
        self.status.hint(self.map_view.hidden_text, since)
        if picture.width < self._room():
            self._resized()

    def _resized(self) -> None:
        """Draw for another width; the cursor stays on its node."""
        self._tell()
        found, width = self._found, self._room()
        drawn = self.map_view.picture
        if found is not None and (drawn is None or drawn.width != width):
            self.ask("draw", lambda _: self._drawn(found, width), self._show, doing="drawing")

    def failed(self, kind: str, error: IamTuiError) -> None:
        """Say why there is nothing to draw, and what to do."""
        super().failed(kind, error)
        self._found = None
        name = self._called(self.view.centre)
        text = f"Nobody in this account has {name}, and nothing leads to it: there is nothing to "
        self.map_view.empty_text = f"{text}draw. esc goes back."
        self.text_view.show((), empty_text=self.map_view.empty_text)
        self.map_view.draw(None, None, ())

    def _title(self) -> None:
        steps = f"{self.view.steps} step{'' if self.view.steps == 1 else 's'}"
        of = f"of {self._called(self.view.centre)}, {steps}"
        self.map_pane.titled(f"Map {of}", "t text  > < steps")
        self.text_pane.titled(f"Map {of}, as text", "t picture  > < steps")

    def _called(self, key: str) -> str:
        node = self._known().get(key)
        if node is not None:
            return node.label
        kind: TargetKind = "root" if key == self.session.account.root_user.arn else "user"
        return self.explorer.showing.label(Place(kind, key))

    def _known(self) -> dict[str, Node]:
        return {node.key: node for node in self._found.nodes} if self._found is not None else {}

    def _description(self, key: str) -> str:
        node = self.map_view.node
        if node is None or self._found is None:
            return ""
        if node.kind == "more":
            return f"{node.label}: there is no room for them; enter lists them"
        from iam_tui.graph.neighbourhood_words import description

        said, *parts = description(self.session.open_workspace.graph, self._found, key)
        for part in parts:
            if width_of(f"{said}; {part}") <= self.size.width - 2:
                said = f"{said}; {part}"
        return said

    # moving

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Remember the node, and say what it is."""
        if event.view is self.map_view and event.by_hand:
            self.view = self.view._replace(cursor=self.map_view.key)
        super().on_line_view_moved(event)

    def opened(self, view: LineView) -> None:
        """Go to the node in Explore; list those that one node stands for."""
        if view is self.map_view:
            node = self.map_view.node
            if node is not None and node.kind == "more":
                self._pick(f"{node.label} of the map", node.folded, self._go)
            elif node is not None:
                self._go(node.key)
            return
        current = view.current
        keys = current.key.split("\n") if current is not None and current.key else []
        if len(keys) > 1:
            self._pick("Go to", keys, self._go)
        elif keys:
            self._go(keys[0])

    def _go(self, key: str) -> None:
        node = self._known().get(key)
        kind = _TARGETS.get(node.kind) if node is not None else None
        if node is None or kind is None:
            self.say(f"{self._called(key)} is not in this account: there is nothing to open")
        elif "removed" in node.marks and not self._is_there(key):
            self.say(f"{node.label} is no longer there; u takes the edit back")
        else:
            self.go_to(Target(kind, key))

    def _is_there(self, key: str) -> bool:
        return key in self.session.open_workspace.graph

    def _pick(self, title: str, keys: Iterable[str], then: Callable[[str], None]) -> None:
        """List nodes and do something with the one that is picked."""
        from iam_tui.graph.neighbourhood_words import kind_words

        nodes = self._known()
        choices = [
            Choice(nodes[key].label, kind_words(nodes[key]), key) for key in keys if key in nodes
        ]
        self.app.push_screen(
            PickScreen(title, choices, ascii_only=self.ascii_only),
            lambda key: then(key) if key else None,
        )

    # commands

    def action_map_nodes(self) -> None:
        """Find a node by its name: the cursor goes to it, or the map is drawn around it."""
        self._pick("Find on the map", self._known(), self._find)

    def action_filter(self) -> None:
        """Find a node; in the text, words."""
        if self.focused_pane is self.text_pane:
            super().action_filter()
        else:
            self.action_map_nodes()

    def _find(self, key: str) -> None:
        picture = self.map_view.picture
        if picture is not None and key in picture.places:
            self.map_view.move_to_node(key)
            self._to(self.map_pane)
        else:
            self._centre_on(key)

    def action_pane_next(self) -> None:
        """The next node; where the text is shown too, the next pane."""
        self._tab(1)

    def action_pane_prev(self) -> None:
        """The node before, or the pane."""
        self._tab(-1)

    def _tab(self, by: int) -> None:
        if self.map_pane.display and self.text_pane.display:
            self._turn(by)
        elif self.map_pane.display:
            self.map_view.turn(by)

    def action_map_more(self) -> None:
        """One step further."""
        self._take_steps(self.view.steps + 1)

    def action_map_less(self) -> None:
        """One step less."""
        self._take_steps(self.view.steps - 1)

    def _take_steps(self, steps: int) -> None:
        if 1 <= steps <= MOST_STEPS:
            self.view = self.view._replace(steps=steps)
            self.ask_anew()
        else:
            self.say("one step is the least" if steps < 1 else f"{MOST_STEPS} steps are the most")

    def action_map_text(self) -> None:
        """From the picture to the sentences, or back."""
        self._to(self.map_pane if self.focused_pane is self.text_pane else self.text_pane)

    def _to(self, pane: Pane) -> None:
        self.set_class(pane is self.text_pane, "-text")
        if self.has_class("-enlarged"):
            self.action_pane_restore()
        self.set_focus(pane.view)
        self.call_after_refresh(self._tell)

    def action_map_centre(self) -> None:
        """Draw the map around the node under the cursor."""
        node = self.map_view.node
        if node is None:
            return
        if node.kind == "more":
            self.say(f"{node.label} are several: enter lists them")
        elif node.key == self.view.centre:
            self.say(f"{node.label} is the centre already")
        else:
            self._centre_on(node.key)

    def _centre_on(self, key: str) -> None:
        self._former.append(self.view)
        self.view = _View(key, self.view.steps, key)
        self.show_crumbs()
        self.ask_anew()
        self._to(self.map_pane)

    def action_back(self) -> None:
        """Back to the picture, to the former centre, to Explore."""
        is_typing = self.focused not in (self.map_view, self.text_view)
        if is_typing or self.is_asking or self.has_class("-enlarged"):
            super().action_back()
        elif self.focused is self.text_view and not self.text_view.filter_text:
            self._to(self.map_pane)
        elif self._former:
            self.view = self._former.pop()
            self.show_crumbs()
            self.ask_anew()
        else:
            super().action_back()

    def action_map_dot(self) -> None:
        """Copy the whole neighbourhood for Graphviz."""
        if self._found is None:
            self.say("there is no map to copy")
            return
        from iam_tui.graph.exports import dot

        lines = list(dot(self._found))
        self.app.copy_to_clipboard("\n".join(lines) + "\n")
        self.say(f"copied the map as DOT ({len(lines)} lines)", "dot -Tsvg draws it")
