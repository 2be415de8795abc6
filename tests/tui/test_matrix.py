"""The access matrix: who has what where, found, sorted, opened, and the verb that says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from iam_tui import save
from iam_tui.account.edits import AttachPolicy
from iam_tui.formats import sample_names
from iam_tui.formats.generate import generate
from iam_tui.tui.screens.matrix import MatrixScreen
from tests.tui.journey import NORMAL, SMALL, Journey, journey
from tests.tui.verbs import answered, copied


def matrix(walk: Journey) -> MatrixScreen:
    screen = walk.app.screen
    assert isinstance(screen, MatrixScreen)
    return screen


async def open_matrix(walk: Journey, *services: str) -> MatrixScreen:
    walk.app.open_mode("matrix", services)
    await walk.settle()
    return matrix(walk)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_looks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("startup", size) as walk:
        await walk.press("j", "T")
        await walk.press("right", "right")
        assert walk.screen == snapshot


@pytest.mark.parametrize("sample", sample_names())
async def test_the_screen_says_what_the_verb_says(sample: str) -> None:
    async with journey(sample, NORMAL) as walk:
        screen = await open_matrix(walk)
        assert (await copied(walk))[:2] == ["matrix", sample]
        said = await answered(walk, "--format", "json")
        table = screen.cells.table
        assert table is not None
        shown = {
            one.row.principal: {
                service: levels for service in table.services if (levels := one.row.levels(service))
            }
            for one in table.all_rows
        }
        assert shown == {row["principal"]: row["services"] for row in said}
        assert [one.row.principal for one in table.rows("s3")] == [row["principal"] for row in said]


async def test_only_the_services_that_were_named() -> None:
    async with journey("startup", NORMAL) as walk:
        await open_matrix(walk, "s3", "IAM")
        assert "principal [s3] iam" in walk.prose
        assert (await copied(walk))[2:] == [
            "--service",
            "s3",
            "--service",
            "iam",
            "--format",
            "text",
        ]
        await walk.press("esc")
        await open_matrix(walk, "lamda")
        assert "no service 'lamda'; did you mean lambda?" in walk.prose


async def test_enter_goes_to_the_permissions_at_the_service_and_back_again() -> None:
    async with journey("startup", NORMAL) as walk:
        await walk.press("j", "T")
        await walk.press("j", "c")
        await walk.type("lambda")
        await walk.press("enter")
        await walk.press("enter")
        assert walk.crumbs.partition("   ")[0].endswith("bob > Permissions")
        assert walk.focused == "permissions"
        assert "> v lambda" in walk.pane("permissions")
        await walk.press("T")
        screen = matrix(walk)
        assert screen.cells.service == "lambda"
        assert screen.cells.one is not None
        assert screen.cells.one.name == "user/bob"


async def test_rows_are_sorted_and_filtered_and_the_cursor_stays() -> None:
    async with journey("startup", NORMAL) as walk:
        screen = await open_matrix(walk, "lambda", "sqs")
        await walk.press("j", "o")
        assert "by name" in walk.screen
        assert screen.cells.one is not None
        assert screen.cells.one.name == "user/alice"
        await walk.press("o")
        assert "most access first" in walk.screen
        assert [one.name for one in screen.cells.table.rows("lambda")][:2] == ["root", "user/carol"]  # type: ignore[union-attr]
        await walk.press("o")
        assert "most access to lambda first" in walk.screen
        await walk.press("O", "/")
        await walk.type("zo")
        await walk.press("enter")
        assert screen.cells.count() == 1
        await walk.press("esc")
        assert screen.cells.count() == 9


async def test_f_shows_only_what_the_principal_has() -> None:
    async with journey("startup", NORMAL) as walk:
        screen = await open_matrix(walk)
        await walk.press("j", "f")
        assert "services of user/alice" in walk.screen
        assert screen.cells.position.endswith("of 12")
        await walk.press("]", "[", "h", "f")
        assert screen.cells.position.endswith("of 457")


async def test_the_chosen_cell_is_said_in_words() -> None:
    async with journey("startup") as walk:
        screen = await open_matrix(walk, "lambda", "sqs")
        await walk.press("j")
        assert screen.status.left == "user/alice in lambda: list and read granted, write limited"
        await walk.press("right", "k", "j")
        assert screen.status.left == "user/alice in sqs: read and write limited"


async def test_an_edit_is_felt_at_once() -> None:
    async with journey("startup", NORMAL) as walk:
        screen = await open_matrix(walk, "s3")
        await walk.press("j")
        assert "user/alice [r]" in walk.prose
        walk.explore.editing.apply(AttachPolicy(entity="user/alice", policy="S3Write"))
        await walk.settle()
        assert "user/alice [rw" in walk.prose
        assert screen.cells.one is not None
        assert screen.cells.one.name == "user/alice"


async def test_many_principals(tmp_path: Path) -> None:
    path = tmp_path / "many.toml"
    save(generate(300, seed=1), path)
    async with journey(path) as walk:
        screen = await open_matrix(walk)
        await walk.press("G", "pageup", "o", "o", "o", "]", "]")
        assert screen.cells.count() > 300
        assert "? Help" in walk.footer
