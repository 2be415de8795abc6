"""What is remembered from one run to the next."""

from __future__ import annotations

import datetime as dt
import stat
import threading
from pathlib import Path

import pytest

from iam_tui.workspace import Source, Workspace
from iam_tui.workspace.state import (
    MOST_ACCOUNTS,
    Place,
    State,
    load_state,
    update_state,
)

NOW = dt.datetime(2026, 11, 25, 10, 30, 5, 123, tzinfo=dt.timezone(dt.timedelta(hours=2)))
STARTUP = Source("startup", None, "sample")
ALICE = "arn:aws:iam::111122223333:user/alice"


def source(path: Path) -> Source:
    return Source(path.name, path, "toml")


def remembered() -> State:
    found, notice = load_state()
    assert notice is None
    return found


def test_nothing_is_remembered_at_first(state: Path) -> None:
    assert remembered() == State()
    assert not state.exists()


def test_recent_accounts_are_remembered_the_last_one_first(state: Path, account_file: Path) -> None:
    assert update_state(lambda old: old.with_opened(source(account_file), "acme", NOW)) is None
    assert update_state(lambda old: old.with_opened(STARTUP, "startup", NOW)) is None
    first, second = remembered().accounts
    assert (first.source, first.kind, first.name) == ("startup", "sample", "startup")
    assert (second.source, second.kind, second.name) == (str(account_file), "toml", "acme")
    assert first.opened == dt.datetime(2026, 11, 25, 8, 30, 5, tzinfo=dt.UTC)
    assert [Workspace.open(one.reference).source for one in (first, second)] == [
        STARTUP,
        source(account_file),
    ]
    update_state(lambda old: old.with_opened(source(account_file), "acme", NOW))
    assert [one.name for one in remembered().accounts] == ["acme", "startup"]


def test_where_one_was_is_remembered_for_each_account(state: Path, account_file: Path) -> None:
    place = Place(kind="user", key=ALICE, tab="permissions")
    acme = source(account_file)
    update_state(lambda old: old.with_opened(acme, "acme", NOW))
    update_state(lambda old: old.with_opened(STARTUP, "startup", NOW))
    update_state(
        lambda old: old.with_view(acme, place, {"users": "al", "groups": ""}, {"users": "-name"})
    )
    update_state(lambda old: old.with_opened(acme, "acme", NOW + dt.timedelta(days=1)))
    found = remembered().of(acme)
    assert found is not None
    assert (found.place, found.filters, found.sorts) == (place, {"users": "al"}, {"users": "-name"})
    other = remembered().of(STARTUP)
    assert other is not None
    assert other.place == Place()


def test_a_file_is_one_account_by_whatever_name(state: Path, account_file: Path) -> None:
    link = account_file.with_name("link.toml")
    link.symlink_to(account_file)
    update_state(lambda old: old.with_opened(source(link), "acme", NOW))
    assert remembered().of(source(account_file)) is not None


def test_where_one_is_in_an_account_that_was_never_opened_is_nowhere(state: Path) -> None:
    update_state(lambda old: old.with_view(STARTUP, Place(kind="user")))
    assert remembered() == State()


def test_accounts_can_be_forgotten_and_tell_whether_they_are_there(
    state: Path, account_file: Path
) -> None:
    update_state(lambda old: old.with_opened(source(account_file), "acme", NOW))
    update_state(lambda old: old.with_opened(STARTUP, "startup", NOW))
    account_file.unlink()
    assert [one.exists for one in remembered().accounts] == [True, False]
    update_state(lambda old: old.without(old.accounts[1]))
    assert [one.name for one in remembered().accounts] == ["startup"]


def test_the_theme_is_remembered(state: Path) -> None:
    update_state(lambda old: old.with_theme("nord"))
    assert remembered().theme == "nord"
    update_state(lambda old: old.with_theme(None))
    assert remembered().theme is None


def test_the_file_is_its_owners_alone_and_leaves_nothing_beside_it(state: Path) -> None:
    update_state(lambda old: old.with_theme("nord"))
    assert stat.S_IMODE((state / "state.toml").stat().st_mode) == 0o600
    assert {path.name for path in state.iterdir()} == {"state.toml", "state.lock"}


def test_what_is_remembered_is_bounded(state: Path, tmp_path: Path) -> None:
    def opened(old: State) -> State:
        for number in range(MOST_ACCOUNTS + 20):
            one = source(tmp_path / f"{number}.toml")
            old = old.with_opened(one, "x", NOW)
            filters = {f"pane{pane}": "\x1b" * 500 for pane in range(100)}
            place = Place(kind="user", key="k" * (5_000 if number % 2 else 2_000))
            old = old.with_view(one, place, filters, {"users": "z" * 5_000})
        return old

    assert update_state(opened) is None
    accounts = remembered().accounts
    assert len(accounts) == MOST_ACCOUNTS
    assert accounts[0].source == str(tmp_path / f"{MOST_ACCOUNTS + 19}.toml")
    assert all(not one.sorts and len(one.filters) < 100 for one in accounts)
    assert {one.place.kind for one in accounts} == {"user", ""}


def test_fields_of_a_later_version_are_kept(state: Path) -> None:
    update_state(lambda old: old.with_opened(STARTUP, "startup", NOW))
    path = state / "state.toml"
    text = path.read_text().replace("[[accounts]]", "[[accounts]]\nlater = 1", 1)
    path.write_text(f"{text}\n[lessons]\ndone = ['root']\n")
    update_state(lambda old: old.with_theme("nord"))
    found = remembered()
    assert (found.theme, found.rest) == ("nord", {"lessons": {"done": ["root"]}})
    assert len(found.accounts) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"theme = ",
        b"\xff\xfe\x00",
        b"",
        b"theme = 3",
        b"accounts = [1]",
        b"[[accounts]]\nsource = 'a'\n",
        b"a = " + b"[" * 100_000,
        b"# " + b"x" * 9_000_000,
    ],
    ids=range(8),
)
def test_a_damaged_file_is_moved_aside_and_said(state: Path, data: bytes) -> None:
    state.mkdir(parents=True)
    path = state / "state.toml"
    path.write_bytes(data)
    found, notice = load_state()
    assert found == State()
    if data:
        assert notice is not None
        assert str(state / "state.damaged.toml") in notice
        assert (state / "state.damaged.toml").stat().st_size == len(data)
        assert not path.exists()
    assert load_state() == (State(), None)
    path.write_bytes(data)
    assert bool(update_state(lambda old: old.with_theme("nord"))) is bool(data)
    assert remembered().theme == "nord"


def test_a_place_where_nothing_can_be_written_is_said_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    assert load_state()[0] == State()
    assert "is not up to date" in str(update_state(lambda old: old.with_theme("nord")))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "iam-tui" / "state.toml").mkdir(parents=True)
    assert "cannot be read" in str(load_state()[1])
    assert "is not up to date" in str(update_state(lambda old: old.with_theme("nord")))


def test_a_path_that_is_no_text_is_left_out(state: Path, tmp_path: Path) -> None:
    odd = Source("odd", tmp_path / "\udcff.toml", "toml")
    update_state(lambda old: old.with_opened(STARTUP, "startup", NOW))
    assert update_state(lambda old: old.with_opened(odd, "odd", NOW)) is None
    assert [one.name for one in remembered().accounts] == ["startup"]


def test_programs_that_write_at_once_lose_nothing(state: Path, tmp_path: Path) -> None:
    def remember(number: int) -> None:
        one = source(tmp_path / f"{number}.toml")
        assert update_state(lambda old: old.with_opened(one, str(number), NOW)) is None

    threads = [threading.Thread(target=remember, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.name for one in remembered().accounts} == {str(number) for number in range(20)}
