"""Naming a file to open: the folder's accounts are listed while one types, tab completes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from iam_tui.commands import first_key
from iam_tui.home import expanded
from iam_tui.tui.bindings import bindings
from iam_tui.tui.screens.pickers import ChoiceList, TypingDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from iam_tui.tui.widgets.line_view import LineView
    from iam_tui.tui.widgets.pane import Pane

SUFFIXES = {".toml": "account file", ".json": "export"}
"""Endings of files that are listed -> what such a file is taken for."""
MOST = 2000
"""How many entries of a folder are looked at."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder or a file that can be opened."""

    label: str
    """Its name; of a folder with a slash behind."""
    note: str
    text: str
    """What the field says when it is taken."""

    @property
    def is_folder(self) -> bool:
        """Whether there is more below."""
        return self.text.endswith(os.sep)


def entries(text: str) -> tuple[Entry, ...]:
    """Return what a path that is being typed may become; slow on a slow disk.

    Args:
        text: What has been typed.
    """
    head, part = os.path.split(text)
    folder = expanded(head)
    found = []
    try:
        with os.scandir(folder) as listed:
            for _, entry in zip(range(MOST), listed, strict=False):
                made = _entry(entry, head, part)
                if made is not None:
                    found.append(made)
    except (OSError, ValueError):
        return ()
    return tuple(sorted(found, key=lambda one: (not one.is_folder, one.label.lower())))


def _entry(entry: os.DirEntry[str], head: str, part: str) -> Entry | None:
    name = entry.name
    if not name.lower().startswith(part.lower()) or (name[0] == "." and not part):
        return None
    path = os.path.join(head, name)  # noqa: PTH118 - as it was typed
    try:
        if entry.is_dir():
            return Entry(name + os.sep, "folder", path + os.sep)
    except OSError:
        return None
    kind = SUFFIXES.get(Path(name).suffix.lower())
    return None if kind is None else Entry(name, kind, path)


class OpenFileScreen(TypingDialog[str]):
    """Asks for a file's name."""

    WIDTH = 76
    ROWS = 16
    """A steady height, so that the frame does not jump while typing."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("pickers", ids=("pick.down", "pick.up", "pick.complete"))
    ]

    def __init__(self, *, ascii_only: bool) -> None:
        """Begin in the folder that the program was started in."""
        self.list = ChoiceList()
        super().__init__(
            "Open a file",
            self.list,
            ascii_only=ascii_only,
            hint=(
                f"{first_key('pick.complete')}: complete   enter: open   {first_key('back')}: leave"
            ),
            text="",
            ask="file name; ~ is your home",
        )
        self.list.empty_text = "no folder, account file (.toml) or export (.json) is called that"
        self._typed = ""
        self._chosen = False
        self._entries: tuple[Entry, ...] = ()

    def rows(self, width: int) -> int:  # noqa: ARG002 - the height is steady
        """Return a steady height."""
        return self.ROWS

    def on_mount(self) -> None:
        """List the folder."""
        super().on_mount()
        self._look()

    def _look(self) -> None:
        self.run_worker(partial(self._read, self._typed), thread=True, exclusive=True, group="look")

    def _read(self, text: str) -> None:
        found = entries(text)
        self.call_later(self._show, text, found)

    def _show(self, text: str, found: tuple[Entry, ...]) -> None:
        if text == self._typed and self.is_mounted:
            self._entries, self._chosen = found, False
            self.list.offer(found)

    def on_pane_filtered(self, event: Pane.Filtered) -> None:
        """List what fits while typing; enter opens the file, or goes into the folder."""
        text = event.text or ""
        if text != self._typed:
            self._typed = text
            self._look()
        if not event.done:
            return
        taken = self._taken(text)
        if taken:
            self.dismiss(taken)
        else:
            self.pane.open_filter(self._typed, "")

    def _taken(self, text: str) -> str:
        """Return what to open; nothing when one has only come into a folder, or typed nothing."""
        path = str(expanded(text)) if text else ""
        current = self._current
        if self._chosen or (current is not None and not Path(path).is_file()):
            if current is None or current.is_folder:
                self._enter(current.text if current is not None else text)
                return ""
            path = str(expanded(current.text))
        return path

    @property
    def _current(self) -> Entry | None:
        """The entry under the cursor, if it is about what is typed now."""
        return self._entries[self.list.cursor] if self._entries else None

    def _enter(self, text: str) -> None:
        self._typed = text
        self.pane.open_filter(text, "")
        self._look()

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Take what was clicked twice."""
        event.stop()
        current = self._current
        if current is not None and current.is_folder:
            self._enter(current.text)
        elif current is not None:
            self.dismiss(str(expanded(current.text)))

    def action_pick_down(self) -> None:
        """One down, while the field keeps the focus."""
        self._move(1)

    def action_pick_up(self) -> None:
        """One up."""
        self._move(-1)

    def _move(self, by: int) -> None:
        self.list.move_to(self.list.cursor + by)
        self._chosen = bool(self._entries)

    def action_pick_complete(self) -> None:
        """Complete the name as far as it is certain, or to what the cursor is on."""
        if not self._entries:
            return
        if self._chosen or len(self._entries) == 1:
            self._enter((self._current or self._entries[0]).text)
            return
        head = os.path.split(self._typed)[0]
        common = _beginning([entry.label.removesuffix(os.sep) for entry in self._entries])
        text = os.path.join(head, common)  # noqa: PTH118 - as it was typed
        if len(text) > len(self._typed):
            self._enter(text)


def _beginning(names: Sequence[str]) -> str:
    """Return how all the names begin."""
    first, last = min(names), max(names)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[: len(min(first, last, key=len)) if same is None else same]
