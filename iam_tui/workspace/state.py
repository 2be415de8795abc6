"""What the program remembers from one run to the next: recent accounts, and where one was in them.

Nothing here is needed to work, so nothing here fails: a file that is damaged is moved aside, one
that cannot be written stays as it is, and both are said in a sentence. Fields that a later
version adds are kept.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from iam_tui.errors import AccountFileError
from iam_tui.formats.saving import write_atomically
from iam_tui.workspace.folders import make_private, state_path
from iam_tui.workspace.source import Source, SourceKind

FORMAT = 1
MOST_ACCOUNTS = 50
"""How many accounts are remembered; the one that was not opened for longest goes first."""
_LONGEST_PATH = 4096
_LONGEST_KEY = 2048
_LONGEST_TEXT = 512
_MOST_PANES = 8
_MOST_BYTES = 8_000_000
"""More than the most that is written, whatever its characters."""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where one was in an account."""

    kind: str = ""
    """What stood in the detail: `user`, `group`, `role`, `policy`."""
    key: str = ""
    """Its ARN."""
    pane: str = ""
    """Which pane had the focus."""
    tab: str = ""


class AccountState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of one account."""

    source: str
    """The file's absolute path, or the sample's name."""
    kind: SourceKind
    name: str
    """What it is called in a list: its alias, or else its file."""
    opened: dt.datetime
    place: Place = Place()
    filters: dict[str, str] = {}
    """Pane -> what its list was narrowed to."""
    sorts: dict[str, str] = {}
    """Pane -> the column that its list was sorted by, with a `-` before it the other way round."""

    @property
    def reference(self) -> str | Path:
        """What `Workspace.open` takes."""
        return self.source if self.kind == "sample" else Path(self.source)

    @property
    def exists(self) -> bool:
        """Whether the file is still there."""
        return self.kind == "sample" or os.path.lexists(self.source)


class _StateFile(msgspec.Struct, kw_only=True):
    format: int = FORMAT
    theme: str | None = None
    accounts: tuple[AccountState, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered."""

    theme: str | None = None
    """The theme that was chosen last."""
    accounts: tuple[AccountState, ...] = ()
    """The accounts that were open, the last one first."""
    rest: Mapping[str, object] = field(default_factory=dict)
    """What a later version has written."""

    def of(self, source: Source) -> AccountState | None:
        """Return what is remembered of an account."""
        return next((one for one in self.accounts if one.source == source.key), None)

    def with_opened(self, source: Source, name: str, when: dt.datetime) -> State:
        """Return the state with an account opened just now; the rest about it is kept.

        Args:
            source: What was opened.
            name: What to call it in a list.
            when: An instant with its zone.
        """
        known = self.of(source)
        now = when.astimezone(dt.UTC).replace(microsecond=0)
        name = name if _can_be_kept(name, _LONGEST_TEXT) else source.name
        if known is None:
            known = AccountState(source=source.key, kind=source.kind, name=name, opened=now)
        return self._with(msgspec.structs.replace(known, kind=source.kind, name=name, opened=now))

    def with_view(
        self,
        source: Source,
        place: Place,
        filters: Mapping[str, str] | None = None,
        sorts: Mapping[str, str] | None = None,
    ) -> State:
        """Return the state with where one is in an account that was opened."""
        known = self.of(source)
        if known is None:
            return self
        fits = all(_can_be_kept(text, _LONGEST_KEY) for text in msgspec.structs.astuple(place))
        changed = msgspec.structs.replace(
            known,
            place=place if fits else Place(),
            filters=_bounded(filters),
            sorts=_bounded(sorts),
        )
        return self._with(changed)

    def with_theme(self, theme: str | None) -> State:
        """Return the state with another theme."""
        return replace(self, theme=theme)

    def without(self, account: AccountState) -> State:
        """Return the state that has forgotten an account."""
        return replace(self, accounts=tuple(one for one in self.accounts if one != account))

    def _with(self, account: AccountState) -> State:
        others = tuple(one for one in self.accounts if one.source != account.source)
        return replace(self, accounts=(account, *others)[:MOST_ACCOUNTS])


def load_state() -> tuple[State, str | None]:
    """Return what is remembered, and a sentence when the file of it was no good."""
    path = state_path()
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return State(), None
    except OSError as error:
        return State(), f"{path} cannot be read: {error.strerror or error}"
    try:
        return _decoded(data), None
    except (ValueError, RecursionError) as error:
        return State(), _moved_aside(path, error)


def update_state(change: Callable[[State], State]) -> str | None:
    """Change what is remembered, without losing what another program has written meanwhile.

    Args:
        change: From what is remembered to what is to be.

    Returns:
        A sentence when it could not be written, or when the file of it was no good.
    """
    path = state_path()
    try:
        make_private(path.parent)
        with _alone(path.with_suffix(".lock")):
            state, notice = load_state()
            changed = change(state)
            if changed != state:
                write_atomically(path, _encoded(changed))
    except (OSError, AccountFileError) as error:
        reason = error.problem if isinstance(error, AccountFileError) else error.strerror or error
        return f"{path} is not up to date: {reason}"
    return notice


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one program at a time do something; where there are no locks, all of them."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _decoded(data: bytes) -> State:
    if len(data) > _MOST_BYTES:
        raise ValueError("it is too large")
    raw: dict[str, object] = tomllib.loads(data.decode())
    file = msgspec.convert(raw, _StateFile)
    known = set(_StateFile.__struct_fields__)
    return State(
        theme=file.theme,
        accounts=file.accounts[:MOST_ACCOUNTS],
        rest={key: value for key, value in raw.items() if key not in known},
    )


def _encoded(state: State) -> str:
    import tomli_w

    fields: dict[str, object] = {"format": FORMAT}
    if state.theme is not None:
        fields["theme"] = state.theme
    accounts = [msgspec.to_builtins(one, builtin_types=(dt.datetime,)) for one in state.accounts]
    fields["accounts"] = [one for one in accounts if _can_be_kept(one["source"], _LONGEST_PATH)]
    return tomli_w.dumps({**fields, **state.rest})


def _bounded(texts: Mapping[str, str] | None) -> dict[str, str]:
    kept = [
        (pane, text)
        for pane, text in (texts or {}).items()
        if text and _can_be_kept(text, _LONGEST_TEXT)
    ]
    return dict(kept[:_MOST_PANES])


def _can_be_kept(text: str, most: int) -> bool:
    """Tell texts of a sane length that a file can hold from others; paths may be any bytes."""
    try:
        return len(text.encode()) <= most
    except UnicodeEncodeError:
        return False


def _moved_aside(path: Path, error: Exception) -> str:
    aside = path.with_suffix(".damaged.toml")
    try:
        path.replace(aside)
    except OSError:
        return f"{path} is damaged and is not used ({error})"
    return f"the file of recent accounts was damaged and is now {aside} ({error})"
