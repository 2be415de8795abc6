"""First edits: picked, told, marked, undone, refused, and asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from iam_tui.account.edits import DetachPolicy, encode_edit
from iam_tui.catalog import quotas
from tests.tui.journey import NORMAL, SIZES, SMALL, Journey, journey

sizes = pytest.mark.parametrize("size", SIZES)
S3_FULL = "arn:aws:iam::aws:policy/AmazonS3FullAccess"


def user(walk: Journey, name: str) -> object:
    return walk.account.users.get(f"arn:aws:iam::111122223333:user/{name}")


@sizes
async def test_a_policy_attached_to_a_group_is_felt_at_once(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.attach("Developers", "s3full")
        group = walk.account.groups["arn:aws:iam::111122223333:group/Developers"]
        assert S3_FULL in group.policies
        assert walk.unsaved == 1
        count = "1 edit" if size == SMALL else "1 unsaved edit"
        assert f"{count}  " in walk.crumbs
        assert "attached AmazonS3FullAccess to Developers (u undoes)" in walk.status
        assert "3 principals gained 205 actions !, 0 lost, 1 changed" in walk.status
        assert "AmazonS3FullAccess AWS + added" in walk.prose
        assert "~Developers" in walk.screen


@sizes
async def test_the_panel_marks_what_was_gained(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.attach("Developers", "s3full")
        await walk.go("1", "alice")
        await walk.press("6", "f", "f", "f", "f", "/")
        await walk.type("s3:putobject")
        await walk.press("enter", "j")
        row = next(r for r in walk.pane("permissions").splitlines() if "> " in r and "s3:PutO" in r)
        assert "granted +" in row
        service = next(r for r in walk.pane("permissions").splitlines() if "v s3 " in r)
        assert "+9" in service


async def test_the_panel_marks_what_was_lost_and_changed() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go("2", "Developers")
        await walk.press("d", "j", "j", "j", "j", "enter")
        assert "removed dave from Developers" in walk.status
        assert "dave lost" in walk.status
        assert ", 0 gained" in walk.status
        assert "dave - taken away" in walk.prose
        await walk.go("1", "dave")
        await walk.press("6", "/")
        await walk.type("sqs:")
        await walk.press("enter")
        assert "lost" in walk.pane("permissions")
        assert "-" in walk.pane("permissions")


@pytest.mark.parametrize(
    ("list_key", "name", "choice", "said"),
    [
        ("1", "carol", "Contractors", "added carol to Contractors"),
        ("1", "alice", "S3Write", "attached S3Write to alice"),
        ("2", "OnCall", "zoe", "added zoe to OnCall"),
        ("2", "OnCall", "S3Write", "attached S3Write to OnCall"),
        ("3", "Deploy", "ReadOnlyAccess", "attached ReadOnlyAccess to Deploy"),
        ("4", "S3Write", "Deploy", "attached S3Write to Deploy"),
    ],
)
async def test_what_can_be_added_from_where(
    list_key: str, name: str, choice: str, said: str
) -> None:
    async with journey() as walk:
        await walk.go(list_key, name)
        await walk.pick(choice)
        assert said in walk.status
        assert walk.unsaved == 1


async def test_the_picker_is_fuzzy_and_esc_leaves_it() -> None:
    async with journey() as walk:
        await walk.press("j", "A")
        assert "Add to user alice" in walk.screen
        await walk.type("lambdaro")
        assert "AWSLambda_ReadOnlyAccess" in walk.screen
        await walk.press("down", "up")
        await walk.type("zzz")
        assert "nothing matches" in walk.screen
        await walk.press("enter")
        assert walk.is_asking
        await walk.press("esc")
        assert not walk.is_asking
        assert walk.unsaved == 0


async def test_nothing_can_be_added_to_root() -> None:
    async with journey() as walk:
        await walk.press("A")
        assert "the root user can be in no group" in walk.status
        await walk.press("d")
        assert "root cannot be deleted" in walk.status


@sizes
async def test_delete_with_all_that_hangs_on_it_is_one_step(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.go("1", "alice")
        await walk.press("d", "enter")
        assert "Breaks" in walk.screen
        await walk.press("j", "enter")
        assert user(walk, "alice") is None
        assert "deleted user alice" in walk.status
        assert "alice lost" in walk.status
        assert walk.unsaved == 1
        await walk.press("u")
        assert user(walk, "alice") is not None
        assert "undone: delete user alice" in walk.status
        assert walk.unsaved == 0
        assert "> alice" in walk.pane("users")


@pytest.mark.parametrize(
    ("list_key", "name", "offered"),
    [
        (
            "1",
            "eve",
            ["delete user eve", "leave group", "detach", "remove the permissions boundary"],
        ),
        (
            "2",
            "Developers",
            ["delete group", "remove user alice", "delete inline policy WatchJobs"],
        ),
        ("3", "Deploy", ["delete role Deploy", "delete inline policy DeployFunctions"]),
        ("4", "RequireMFA", ["delete policy RequireMFA", "detach from group/Admins"]),
        ("4", "AdministratorAccess", ["detach from group/Admins"]),
    ],
)
async def test_what_d_offers(list_key: str, name: str, offered: list[str]) -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go(list_key, name)
        await walk.press("d")
        for text in offered:
            assert text in walk.screen
        assert f"> {offered[0]}" in walk.screen
        await walk.press("esc")
        assert walk.unsaved == 0


async def test_an_inline_policy_is_deleted_where_it_is_read() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go("3", "Deploy")
        await walk.press("enter")
        while "DeployFunctions" not in walk.pane("detail").splitlines()[0]:
            await walk.press("j", "enter")
        await walk.press("d", "enter")
        assert "deleted inline policy DeployFunctions of Deploy" in walk.status
        assert walk.focused == "detail"
        assert "role/Deploy" in walk.pane("detail")
        assert "DeployFunctions  inline  - taken away" in walk.pane("detail")


async def test_undo_and_redo_walk_the_edits_and_say_where_they_end() -> None:
    async with journey() as walk:
        await walk.press("u")
        assert walk.status == "nothing to undo"
        await walk.attach("OnCall", "S3Write")
        await walk.attach("Admins", "S3Write")
        assert walk.unsaved == 2
        await walk.press("u", "u")
        assert walk.unsaved == 0
        assert "edit" not in walk.crumbs
        await walk.press("U")
        assert "again: attached S3Write to OnCall (u undoes)" in walk.status
        await walk.press("U", "U")
        assert walk.status == "nothing to redo"
        assert walk.unsaved == 2


async def test_the_result_stays_while_the_cursor_moves() -> None:
    async with journey() as walk:
        await walk.attach("OnCall", "S3Write")
        said = walk.status
        await walk.press("k", "k")
        assert walk.status == said


async def test_what_aws_would_refuse_is_said_with_its_code(tmp_path: Path) -> None:
    most = quotas.MANAGED_POLICIES_PER_USER
    names = [f"P{number}" for number in range(most + 1)]
    document = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
    )
    path = tmp_path / "full.toml"
    path.write_text(
        'format = 1\n[account]\nid = "111122223333"\n[[users]]\nname = "uma"\n'
        f"policies = {names[:-1]}\n"
        + "".join(f"[[policies]]\nname = '{n}'\ndocument = '{document}'\n" for n in names),
        encoding="utf-8",
    )
    async with journey(path) as walk:
        await walk.press("j")
        await walk.pick(names[-1])
        assert "LimitExceeded" in walk.screen
        assert "the most AWS allows" in walk.prose
        assert walk.unsaved == 0


async def test_read_only_refuses_every_edit_and_says_why() -> None:
    async with journey(read_only=True) as walk:
        assert walk.crumbs.endswith("RO")
        assert "(Add)" in walk.footer
        for key in ("A", "d", "u", "U", "ctrl+s"):
            await walk.press("j", key)
            assert not walk.is_asking
            assert "not in read-only mode" in walk.status
        await walk.press("?", "/")
        await walk.type("attach a policy")
        await walk.press("enter")
        assert "not in read-only mode" in walk.prose


async def test_keys_that_come_all_at_once_do_what_they_do_one_by_one() -> None:
    async with journey(size=SMALL) as walk:
        await walk.burst("2", "j", "j", "A", *"s3ful", "enter")
        assert "attached AmazonS3FullAccess to Developers" in walk.status
        await walk.burst("1", "/", *"dave", "enter")
        assert "Users > dave" in walk.crumbs
        assert walk.unsaved == 1


async def test_edits_of_a_file_are_made_on_top(tmp_path: Path) -> None:
    edits = tmp_path / "edits.jsonl"
    edit = DetachPolicy(entity="user/alice", policy="ReportsRead")
    edits.write_text(encode_edit(edit) + "\n", encoding="utf-8")
    async with journey(edits_file=str(edits)) as walk:
        assert walk.unsaved == 1
        assert "~alice" in walk.screen
