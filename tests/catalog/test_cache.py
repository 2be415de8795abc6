"""The cached index is a convenience: whatever lies in its place, the answers are the same."""

from __future__ import annotations

import json
import marshal
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from iam_tui.catalog import ActionIndex, action_index


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.witness),)


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all caches of the user, empty."""
    folder = tmp_path / "caches"
    folder.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def fresh_index() -> ActionIndex:
    """The index as a new process would get it."""
    return action_index.__wrapped__()


def check(index: ActionIndex) -> None:
    assert index.services == action_index().services
    assert index.multivalued == action_index().multivalued


def cache_file(caches: Path) -> Path:
    """The one file in the cache, made when it is missing."""
    fresh_index()
    (found,) = (caches / "iam-tui").iterdir()
    return found


def test_the_index_is_made_once_and_read_back(caches: Path) -> None:
    path = cache_file(caches)
    written = path.stat()

    check(fresh_index())

    assert path.stat().st_ino == written.st_ino
    assert path.stat().st_mtime_ns == written.st_mtime_ns
    assert not written.st_mode & 0o077


def test_the_cache_is_what_is_read(caches: Path) -> None:
    path = cache_file(caches)
    content = json.loads(path.read_bytes())
    content["services"] = {"s3": content["services"]["s3"]}
    path.write_text(json.dumps(content), encoding="utf-8")

    assert list(fresh_index().services) == ["s3"]


def test_the_cache_of_another_version_is_not_used(caches: Path) -> None:
    path = cache_file(caches)
    content = json.loads(path.read_bytes())
    content["version"] = "0.1.20200101"
    path.write_text(json.dumps(content), encoding="utf-8")

    check(fresh_index())
    assert json.loads(path.read_bytes())["version"] == action_index().version


def _one_service(**changed: object) -> bytes:
    parts = {"names": ["GetObject"], "levels": "Aw==", "wildcard_only": "AA=="} | changed
    content = {
        "format": 3,
        "version": action_index().version,
        "services": {"s3": list(parts.values())},
        "multivalued": [],
    }
    return json.dumps(content).encode()


DAMAGED = {
    "empty": b"",
    "an open brace": b"{",
    "null": b"null",
    "a list": b"[]",
    "no keys": b"{}",
    "binary": b"\x00\xff" * 100,
    "deep": b"[" * 100_000,
    "deep under a strange key": b'{"format": 3, "a": ' + b"[" * 100_000,
    "marshal": marshal.dumps((3, action_index().version, {}, frozenset())),
    "no services": b'{"format": 3, "version": "' + action_index().version.encode() + b'"}',
    "names as text": _one_service(names="GetObject"),
    "more names than levels": _one_service(names=["GetObject", "PutObject"]),
    "an escape sequence": _one_service(names=["Get\x1b[31mObject"]),
    "a bidirectional override": _one_service(names=["Get\u202eObject"]),
    "a lone surrogate": _one_service(names=["\ud800"]),
    "no names": _one_service(names=[]),
    "a level that is none": _one_service(levels="/w=="),
    "levels that are no base64": _one_service(levels="?"),
    "bits of no action": _one_service(wildcard_only="////"),
    "a number for bits": _one_service(wildcard_only=10**400),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_cache_is_made_again(caches: Path, content: bytes) -> None:
    path = cache_file(caches)
    whole = path.read_bytes()
    path.write_bytes(content)

    check(fresh_index())
    assert path.read_bytes() == whole


def test_a_truncated_cache_is_made_again(caches: Path) -> None:
    path = cache_file(caches)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    check(fresh_index())
    assert path.read_bytes() == whole


def test_a_planted_cache_runs_no_code(caches: Path, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    path = cache_file(caches)
    path.write_bytes(pickle.dumps(Trap(witness)))

    check(fresh_index())
    assert not witness.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_the_cache_is_not_waited_for(caches: Path) -> None:
    path = cache_file(caches)
    path.unlink()
    os.mkfifo(path)

    check(fresh_index())
    assert path.is_file()


def test_a_folder_in_place_of_the_cache_is_let_be(caches: Path) -> None:
    path = cache_file(caches)
    path.unlink()
    (path / "kept").mkdir(parents=True)

    check(fresh_index())
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_without_a_writable_folder_the_index_is_used_from_memory(caches: Path) -> None:
    caches.rmdir()
    caches.write_text("a file", encoding="utf-8")

    check(fresh_index())
    assert caches.read_text(encoding="utf-8") == "a file"


def test_without_a_home_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", "caches")

    check(fresh_index())
    assert list(tmp_path.iterdir()) == []
