"""The single lines around the panes: where one is, what happened, what can be done."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from iam_tui.commands import BY_ID, FOOTERS, first_key, key_in_fields
from iam_tui.tui.bindings import action_of
from iam_tui.tui.lines import cut, fit, spread, width_of
from iam_tui.tui.tones import styles_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual import events


class Bar(Widget):
    """One line with a text at each end; painted only when a text has changed."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002
        """Make an empty line."""
        super().__init__(id=id)
        self.left = ""
        self.right = ""
        self.alarms = False
        """Whether it is painted as what must not be overlooked; its words say so too."""

    def say(
        self, left: str | None = None, right: str | None = None, *, alarms: bool = False
    ) -> None:
        """Change one end or both; `None` leaves it as it is."""
        before = (self.left, self.right, self.alarms)
        self.left = self.left if left is None else left
        self.right = self.right if right is None else right
        self.alarms = alarms
        if before != (self.left, self.right, self.alarms):
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one line
        """Paint both ends; the left one gives way."""
        width = self.size.width
        text = f" {spread(self.left, self.right, max(width - 2, 0))} "
        style = styles_of(self.app)["alarm"] if self.alarms else self.rich_style
        return Strip([Segment(fit(text, width), style)], width)


class Status(Bar):
    """The last result; over it, while the cursor is on a row that had to be cut, its whole text."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        """Begin without a result."""
        super().__init__(id=id)
        self._result = ("", "")
        self._keeps = False
        self._is_bad = False
        self._told = 0.0

    def tell(self, left: str, right: str = "", *, keep: bool = False, bad: bool = False) -> None:
        """Tell what happened.

        Args:
            left: What.
            right: What followed from it.
            keep: Whether it stays when the cursor moves on.
            bad: Whether something may get lost.
        """
        self._result, self._keeps, self._told = (left, right), keep, monotonic()
        self._is_bad = bad
        self.say(left, right, alarms=bad)

    @property
    def result(self) -> str:
        """What was told last, whatever the cursor is on."""
        return self._result[0]

    def hint(self, text: str, since: float) -> None:
        """The cursor has moved: show the text of its row, else the result that stays.

        Args:
            text: The text.
            since: When it moved; what has happened after that stays.
        """
        if since < self._told:
            return
        if not self._keeps:
            self._result, self._is_bad = ("", ""), False
        if text:
            self.say(text, "")
        else:
            self.say(*self._result, alarms=self._is_bad)


class Crumbs(Bar):
    """The first line: the account, the trail of places, unsaved edits, read-only or not."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        """Make an empty trail."""
        super().__init__(id=id)
        self._trail: tuple[str, ...] = ()

    def trail(self, places: tuple[str, ...], right: str) -> None:
        """Show the last four places after the account, the first of `places`."""
        self._trail = places
        self.say(self._fitting(right), right)

    def on_resize(self, _event: events.Resize) -> None:
        """Cut the places anew for another width."""
        if self._trail:
            self.say(self._fitting(self.right))

    def _fitting(self, right: str) -> str:
        account, *places = self._trail
        shown = places if len(places) <= 4 else [places[0], "...", *places[-2:]]
        room = max(self.size.width - width_of(right) - 4, 20)
        whole = " > ".join([account, *shown])
        if width_of(whole) <= room or not shown:
            return whole
        each = max(6, (room - width_of(cut(account, 30)) - 3 * len(shown)) // len(shown))
        return " > ".join([cut(account, 30), *(cut(place, each) for place in shown)])


class Footer(Bar):
    """The keys that matter where the focus is; help always among them.

    While a field has the focus it names keys that are no text: `F1 Help` instead of `? Help`.
    """

    def __init__(self, *, id: str, place: str = "list", greyed: Collection[str] = ()) -> None:  # noqa: A002
        """Offer the commands of a kind of pane; the greyed ones cannot be given now."""
        super().__init__(id=id)
        self._place = place
        self._greyed = frozenset(greyed)
        self._spots: list[tuple[int, int, str]] = []
        self._is_typing = False

    def on_mount(self) -> None:
        """Look whether letters are text."""
        self.watch(self.screen, "focused", self._focus_moved)

    def _focus_moved(self, focused: Widget | None) -> None:
        is_typing = isinstance(focused, Input)
        if is_typing != self._is_typing:
            self._is_typing = is_typing
            self.refresh()

    def offer(self, place: str, greyed: Collection[str] = ()) -> None:
        """Offer the commands of a kind of pane; the greyed ones cannot be given now."""
        if (place, frozenset(greyed)) != (self._place, self._greyed):
            self._place, self._greyed = place, frozenset(greyed)
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one line
        """Paint as many keys as fit, by need, and help."""
        width = self.size.width
        most = 8 if width < 100 else 12 if width < 160 else len(BY_ID)
        room = width - width_of(self._label("help"))
        segments = [Segment(" ", self.rich_style)]
        self._spots = []
        used = 1
        for command_id in FOOTERS.get(self._place, ()):
            label = self._label(command_id)
            if len(self._spots) >= most - 1 or used + width_of(label) > room:
                break
            used = self._add(segments, command_id, used)
        used = self._add(segments, "help", used)
        segments.append(Segment(" " * max(width - used, 0), self.rich_style))
        return Strip(segments, used + max(width - used, 0)).crop(0, width)

    def _key(self, command_id: str) -> str:
        return key_in_fields(command_id) if self._is_typing else first_key(command_id)

    def _label(self, command_id: str) -> str:
        return f"{self._key(command_id)} {BY_ID[command_id].title}  "

    def _add(self, segments: list[Segment], command_id: str, start: int) -> int:
        greyed = command_id in self._greyed
        styles = styles_of(self.app)
        key_style = styles["greyed" if greyed else "key"]
        title_style = styles["greyed" if greyed else "bar"]
        key, title = self._key(command_id), BY_ID[command_id].title
        shown = f"({title})" if greyed else title
        segments.append(Segment(key, key_style))
        segments.append(Segment(f" {shown}", title_style))
        segments.append(Segment("  ", self.rich_style))
        end = start + len(key) + len(shown) + 3
        self._spots.append((start, end, action_of(BY_ID[command_id])))
        return end

    async def on_click(self, event: events.Click) -> None:
        """A click on a key is the key."""
        for start, end, action in self._spots:
            if start <= event.x < end:
                await self.screen.run_action(action)
