"""The map: what is around an identity, drawn or in sentences, walked along its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iam_tui.commands import first_key
from iam_tui.tui.bindings import bindings
from iam_tui.tui.choices import Choice
from iam_tui.tui.map_lines import target_of
from iam_tui.tui.screens.map_showing import MOST_STEPS, MapShowing, View
from iam_tui.tui.screens.pickers import PickScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual.binding import BindingType

    from iam_tui.graph.neighbourhood import Neighbourhood
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.widgets.line_view import LineView
    from iam_tui.tui.widgets.pane import Pane


class MapScreen(MapShowing):
    """What is around what one was at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("map", ids=("map.more", "map.less", "map.text", "map.centre", "map.nodes"))
    ]

    def __init__(self, explorer: ExploreScreen, arguments: Sequence[str] = ()) -> None:
        """Begin around what one is at, or what the `:` line names: `:map role/Deploy 3`."""
        super().__init__(explorer, arguments)
        self._former: list[View] = []

    # moving

    def opened(self, view: LineView) -> None:
        """Go to the node in Explore; list those that one node stands for."""
        if view is self.map_view:
            node = self.map_view.node
            if node is not None and node.kind == "more":
                self._pick(f"{node.label}: go to", node.folded, self._go)
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
        node = self.known().get(key)
        target = target_of(node) if node is not None else None
        if node is None or target is None:
            self.say(f"{self.called(key)} is not in this account: there is nothing to open")
        elif key not in self.session.open_workspace.graph:
            self.say(f"{node.label} is no longer there; {first_key('undo')} takes the edit back")
        else:
            self.go_to(target)

    def _pick(self, title: str, keys: Iterable[str], then: Callable[[str], None]) -> None:
        """List nodes and do something with the one that is picked."""
        from iam_tui.graph.neighbourhood_words import kind_words

        nodes = self.known()
        choices = [
            Choice(nodes[key].label, kind_words(nodes[key]), key) for key in keys if key in nodes
        ]
        self.app.push_screen(
            PickScreen(title, choices, ascii_only=self.ascii_only),
            lambda key: then(key) if key else None,
        )

    def action_map_nodes(self) -> None:
        """Find a node by its name: the cursor goes to it, or the map is drawn around it."""
        self._pick("Find on the map", self.known(), self._find)

    def action_filter(self) -> None:
        """Find a node; in the text, words."""
        if self.focused_pane is self.text_pane:
            super().action_filter()
        else:
            self.action_map_nodes()

    def _find(self, key: str) -> None:
        picture = self.map_view.picture
        if picture is not None and key in picture.places:
            self._to(self.map_pane)
            self.map_view.move_to_node(key)
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

    # what is drawn

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
        self.call_after_refresh(self.tell)

    def action_map_centre(self) -> None:
        """Draw the map around the node under the cursor."""
        node = self.map_view.node
        if node is None:
            self.say("there is nothing to draw around")
        elif node.kind == "more":
            self.say(f"{node.label} are several: {first_key('open')} lists them")
        elif node.key == self.view.centre:
            self.say(f"{node.label} is the centre already")
        else:
            self._centre_on(node.key)

    def _centre_on(self, key: str) -> None:
        self._former.append(self.view)
        self._look_at(View(key, self.view.steps, key))
        self._to(self.map_pane)

    def _look_at(self, view: View) -> None:
        self.view = view
        self.show_crumbs()
        self.ask_anew()

    def action_back(self) -> None:
        """Back to the picture, to the former centre, to Explore."""
        is_typing = self.focused not in (self.map_view, self.text_view)
        if is_typing or self.is_asking or self.has_class("-enlarged"):
            super().action_back()
        elif self.focused is self.text_view and not self.text_view.filter_text:
            self._to(self.map_pane)
        elif self._former:
            self._look_at(self._former.pop())
        else:
            super().action_back()

    # copying

    def action_copy_as(self) -> None:
        """Choose a form: the node's, or the whole map for a graph tool or as text."""
        from iam_tui.tui.copying import forms_of_line

        pane = self.focused_pane
        current = pane.view.current if pane is not None else None
        if current is None or self.found is None:
            self.say("there is no map to copy")
            return
        of_line = forms_of_line(self.session.account, current, self._command_line)
        self.choose_form([*_forms_of_map(self.found), *of_line])


def _forms_of_map(found: Neighbourhood) -> Iterator[Choice[str]]:
    """Yield the whole neighbourhood in the forms of `iam-tui graph --format`."""
    from iam_tui.graph.exports import dot, mermaid
    from iam_tui.graph.neighbourhood_text import sentences

    number = f"{len(found.nodes):,} node{'' if len(found.nodes) == 1 else 's'}"
    yield Choice("map as DOT", f"{number}, for Graphviz", _joined(dot(found)))
    yield Choice("map as Mermaid", f"{number}, for a page of Markdown", _joined(mermaid(found)))
    yield Choice("map as text", "the sentences", _joined(map(str, sentences(found))))


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
