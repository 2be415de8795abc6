"""What a reader says it is at."""

from __future__ import annotations

from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.formats import dumps_authorization_details, dumps_toml
from iam_tui.formats.stages import counted, listening


@pytest.mark.parametrize(("form", "name"), [("toml", "a.toml"), ("json", "a.json")])
def test_both_readers_say_what_they_are_at(tmp_path: Path, form: str, name: str) -> None:
    account = load("startup")
    path = tmp_path / name
    text = dumps_toml(account) if form == "toml" else dumps_authorization_details(account)
    path.write_text(text, encoding="utf-8")
    said: list[str] = []
    with listening(said.append):
        heard = load(path)
    assert heard == load(path)
    assert said[0].startswith("reading 0.0 MB of ")
    assert {"users: 0 of 6", "groups: 0 of 4", "roles: 0 of 2"} <= set(said)


def test_many_items_are_counted() -> None:
    said: list[str] = []
    with listening(said.append):
        assert len(list(counted(range(1200), "users"))) == 1200
    assert said == ["users: 0 of 1,200", "users: 500 of 1,200", "users: 1,000 of 1,200"]


def test_who_listens_can_end_the_reading() -> None:
    def enough(_stage: str) -> None:
        raise KeyboardInterrupt

    with listening(enough), pytest.raises(KeyboardInterrupt):
        load("startup")
    assert load("startup").users
