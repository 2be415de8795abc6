"""Compare: what two can do side by side, the reasons, and the verb that says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from iam_tui import load, save
from iam_tui.account.edits import AttachPolicy
from iam_tui.formats import sample_names
from iam_tui.tui.screens.compare import CompareScreen
from tests.tui.journey import NORMAL, SMALL, Journey, journey
from tests.tui.verbs import answered, copied


async def compare(walk: Journey, *arguments: str) -> CompareScreen:
    walk.app.open_mode("compare", arguments)
    await walk.settle()
    screen = walk.app.screen
    assert isinstance(screen, CompareScreen)
    return screen


PAIRS = {
    "first-day": [("user/nina", "user/carol")],
    "startup": [("user/alice", "user/eve"), ("user/bob", "role/Deploy")],
    "org-member": [("user/paul", "role/Auditor"), ("user/tess", "group/Payments")],
}
"""Who is compared: no administrator, whose 22,000 rows take their time."""


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_looks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("startup", size) as walk:
        await walk.press("j", "=")
        await walk.type("eve")
        await walk.press("enter")
        await walk.press("j", "space", "j", "enter")
        assert walk.screen == snapshot


@pytest.mark.parametrize("sample", sample_names())
async def test_the_screen_says_what_the_verb_says(sample: str) -> None:
    async with journey(sample, NORMAL) as walk:
        for one, other in PAIRS[sample]:
            screen = await compare(walk, one, other)
            said = await answered(walk, "--json")
            tree = screen.differing.tree_of_rows
            assert tree is not None
            sums: dict[str, list[int]] = {}
            for level in said["levels"]:
                counts = sums.setdefault(level["service"], [0, 0, 0, 0])
                for place, name in enumerate(("only_one", "only_other", "different", "same")):
                    counts[place] += level[name]
            assert {name: list(counts) for name, counts in tree.counts.items()} == sums
            screen.differing.unfolded.update(sums)
            screen.differing.unfolded.update(
                f"{level['service']}/{level['access_level']}" for level in said["levels"]
            )
            screen.differing.update_rows()
            rows = [screen.differing.row_at(at) for at in range(screen.differing.count())]
            shown = [row.compared for row in rows]
            assert {(row.action, row.mark) for row in shown if row is not None} == {
                (row["action"], row["change"]) for row in said["permissions"]
            }
            await walk.press("esc")


async def test_f_shows_what_only_one_has_and_what_both_have() -> None:
    async with journey("startup", NORMAL) as walk:
        await compare(walk, "user/alice", "user/bob")
        await walk.press("/")
        await walk.type("assumerole")
        await walk.press("enter")
        assert "sts:AssumeRole" in walk.screen
        await walk.press("f")
        assert "f: only A" in walk.screen
        assert "sts:AssumeRole" not in walk.screen
        await walk.press("f", "f", "f")
        assert "f: all" in walk.screen
        await walk.press("/", *["backspace"] * 10)
        await walk.type("s3:getobject")
        await walk.press("enter")
        assert "both limited reports/2026" in walk.prose


async def test_enter_says_why_for_both_and_esc_comes_back_to_the_row() -> None:
    async with journey("startup", NORMAL) as walk:
        screen = await compare(walk, "user/alice", "user/bob")
        await walk.press("j", "space", "j", "enter")
        assert "A user/alice blocked implicitDeny: the role's trust policy" in walk.prose
        assert "B user/bob limited allowed" in walk.prose
        await walk.press("esc")
        assert "A user/alice blocked" not in walk.prose
        row = screen.differing.row
        assert row is not None
        assert row.key == "sts:AssumeRole"
        await walk.press("enter")
        await walk.press("j", "j", "enter")
        assert walk.app.screen is walk.explore
        assert "AssumeDeploy" in walk.crumbs


async def test_i_asks_why_one_has_not_what_the_other_has() -> None:
    async with journey("startup", NORMAL) as walk:
        await compare(walk, "user/alice", "user/bob")
        await walk.press("j", "space", "j")
        await walk.press("i")
        assert "user/alice" in walk.screen
        assert "sts:AssumeRole" in walk.screen
        assert "trust policy" in walk.prose
        await walk.press("esc")
        assert isinstance(walk.app.screen, CompareScreen)


async def test_one_before_and_after_the_edits_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "account.toml"
    save(load("startup"), path)
    async with journey(path, NORMAL) as walk:
        await walk.press("j")
        await walk.pick("s3write")
        await walk.press("=", "enter")
        assert "A user/alice before B after" in walk.prose
        assert "+ 3 only B" in walk.screen
        before = await copied(walk)
        assert before[:3] == ["compare", str(path), "user/alice"]
        await walk.press("u")
        assert "no unsaved edits any more" in walk.screen


async def test_an_edit_is_felt_at_once() -> None:
    async with journey("startup", NORMAL) as walk:
        await compare(walk, "user/alice", "user/bob")
        assert "- 0 only A" in walk.screen
        walk.explore.editing.apply(AttachPolicy(entity="user/alice", policy="S3Write"))
        await walk.settle()
        assert "- 3 only A" in walk.screen


async def test_one_in_two_account_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    changed = AttachPolicy(entity="user/alice", policy="S3Write").apply(load("startup"))
    path = tmp_path / "other.toml"
    save(changed, path)
    async with journey("startup", NORMAL) as walk:
        await compare(walk, "user/alice", "--other", str(path))
        assert "+ 3 only B" in walk.screen
        said = await answered(walk, "--json")
        assert sum(level["only_other"] for level in said["levels"]) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user/alic", "user/bob"), "alic"),
        (("user/alice", "user/bob", "user/eve"), "two can be compared, not more"),
        (("user/alice", "--other"), "--other wants an account file"),
        (("user/alice", "--other", "nowhere.toml"), "nowhere.toml"),
    ],
)
async def test_what_cannot_be_compared_is_said(arguments: tuple[str, ...], said: str) -> None:
    async with journey("startup", NORMAL) as walk:
        await compare(walk, *arguments)
        assert said in walk.prose
        assert "= picks two" in walk.prose
        await walk.press("esc")
        assert walk.app.screen is walk.explore


async def test_leaving_the_first_question_leaves_the_mode() -> None:
    async with journey("startup") as walk:
        await walk.press("4", "=")
        assert "Compare whom?" in walk.screen
        await walk.press("esc")
        assert walk.app.screen is walk.explore
