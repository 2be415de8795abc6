"""The start screen: samples, files, and what was wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.journey import SIZES, WIDE, journey

HEAD = 'format = 1\n[account]\nid = "111122223333"\n'
KEYS = ", ".join(f'{{ id = "AKIAEXAMPLE{number}" }}' for number in range(3))
BAD = {
    "empty.toml": (b"", "the file is empty"),
    "binary.toml": (b"\x00\x01\xff" * 50, "the file is binary"),
    "cut.json": (b'{"UserDetailList": [{"UserName": "al', "cut off"),
    "syntax.toml": (b"format = \n", "syntax.toml:1"),
    "other.json": (b'{"Reservations": []}', "other.json"),
    "key.toml": (HEAD.replace("id =", "idd =").encode(), "did you mean id?"),
    "twice.toml": ((HEAD + '[[users]]\nname = "a"\n' * 2).encode(), "a"),
    "keys.toml": ((HEAD + f'[[users]]\nname = "a"\naccess_keys = [{KEYS}]\n').encode(), "2"),
    "group.toml": (
        (HEAD + '[[users]]\nname = "a"\ngroups = ["Nope"]\n').encode(),
        "there is no group 'Nope'",
    ),
}
sizes = pytest.mark.parametrize("size", SIZES)


@sizes
async def test_a_sample_is_opened(size: tuple[int, int]) -> None:
    async with journey(None, size) as walk:
        assert "Open an account" in walk.screen
        assert "? Help" in walk.footer
        assert "> first-day" in walk.prose
        for _ in range(6):
            if "> startup" not in walk.prose:
                await walk.press("j")
        await walk.press("enter")
        assert "1 Users" in walk.screen
        assert "opened startup" in walk.status


async def test_a_file_is_opened_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text(HEAD + '[[users]]\nname = "uma"\n', encoding="utf-8")
    async with journey(None) as walk:
        await walk.press("/")
        await walk.type(str(path))
        await walk.press("enter")
        assert "uma" in walk.pane("users")


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_file_is_explained_and_another_can_be_opened(tmp_path: Path, name: str) -> None:
    content, said = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    async with journey(path, WIDE) as walk:
        assert "This account could not be opened:" in walk.screen
        assert said in walk.prose
        await walk.press("y")
        assert str(path) in walk.app.clipboard
        await walk.press("enter")
        assert "1 Users" in walk.screen


async def test_a_missing_file_names_the_samples() -> None:
    async with journey("nowhere.toml") as walk:
        assert "nowhere.toml: there is no such file or sample" in walk.prose
        assert "startup" in walk.screen


async def test_an_edit_that_aws_refuses_is_explained(tmp_path: Path) -> None:
    edits = tmp_path / "edits.jsonl"
    edits.write_text('{"op":"delete-user","user":"user/alice"}\n', encoding="utf-8")
    async with journey(edits_file=str(edits)) as walk:
        assert "DeleteConflict" in walk.screen


async def test_help_and_leaving() -> None:
    async with journey(None) as walk:
        await walk.press("?")
        assert "Keys in the start screen" in walk.screen
        await walk.press("esc", "q")
        assert walk.app.return_code == 0


async def test_a_document_that_aws_would_refuse_is_kept_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "faulty.toml"
    path.write_text(
        HEAD + '[[users]]\nname = "uma"\ninline_policies = { Bad = "{not json" }\n',
        encoding="utf-8",
    )
    async with journey(path, (120, 40)) as walk:
        await walk.press("j")
        row = next(row for row in walk.pane("users").splitlines() if "uma" in row)
        assert "!" in row
        await walk.press("0", "[")
        assert "AWS would refuse it" in walk.pane("detail")
        assert "{not json" in walk.pane("detail")
