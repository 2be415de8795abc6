"""Marks: several items of a list, and what is done with all of them at once."""

from __future__ import annotations

import random

import pytest

from tests.tui.journey import NORMAL, SMALL, Journey, journey


def users(walk: Journey) -> dict[str, tuple[str, ...]]:
    return {user.name: user.groups for user in walk.account.users.values()}


async def make(walk: Journey) -> None:
    """Take what the cursor is on, though it may break an assertion of the account."""
    await walk.press("enter")
    if walk.is_asking:
        await walk.press("j", "enter")


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_marks_stand_in_the_rows_and_are_counted(size: tuple[int, int]) -> None:
    async with journey(size=size) as walk:
        await walk.press("j", "space", "j", "j", "space")
        assert " #alice" in walk.pane("users")
        assert "> #carol" in walk.pane("users")
        assert "2 marked" in walk.pane("users")
        assert walk.status == "2 users marked (V unmarks)"
        await walk.press("space")
        assert walk.status == "1 user marked (V unmarks)"
        await walk.press("V")
        assert "#" not in walk.pane("users")
        assert walk.status == "none marked"


async def test_a_range_goes_from_the_last_mark_to_the_cursor() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "space", "j", "j", "j", "v")
        assert walk.explore.body.lists["users"].marked == tuple(
            f"arn:aws:iam::111122223333:user/{name}" for name in ("alice", "bob", "carol", "dave")
        )


async def test_several_users_join_a_group_as_one_edit() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "space", "j", "j", "v", "A")
        assert "Add to 3 users" in walk.screen
        await walk.type("admins")
        await walk.press("enter")
        assert "added 3 users to Admins (u undoes)" in walk.status
        assert all("Admins" in users(walk)[name] for name in ("alice", "bob", "carol"))
        assert walk.unsaved == 1
        assert "3 marked" in walk.pane("users")
        await walk.press("u")
        assert walk.unsaved == 0
        assert not any("Admins" in users(walk)[name] for name in ("alice", "bob", "carol"))
        assert "3 marked" in walk.pane("users")


async def test_only_those_that_lack_it_are_counted() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "space", "j", "j", "v", "A")
        await walk.type("developers")
        assert "group, 2/3" in walk.screen
        await walk.press("enter")
        assert "added 1 user to Developers" in walk.status


async def test_several_are_deleted_and_come_back_marked() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "space", "j", "j", "j", "space", "d")
        assert "alice, dave" in walk.prose
        assert "delete 2 users" in walk.screen
        await make(walk)
        assert "deleted 2 users (u undoes)" in walk.status
        assert not {"alice", "dave"} & set(users(walk))
        await walk.press("u")
        assert {"alice", "dave"} <= set(users(walk))
        assert len(walk.explore.body.lists["users"].marked) == 2


@pytest.mark.parametrize(
    ("list_key", "keys", "choice", "said"),
    [
        ("1", ["G", "space", "k", "space"], "remove 2 users from Contractors", "removed 2 users"),
        ("2", ["g", "space", "j", "j", "v"], "detach AWSLambda_ReadOnlyAccess", "detached AWSLa"),
        ("4", ["G", "space", "k", "space"], "delete 2 policies", "deleted 2 policies"),
    ],
)
async def test_what_can_be_taken_from_several(
    list_key: str, keys: list[str], choice: str, said: str
) -> None:
    async with journey(size=(120, 60)) as walk:
        before = walk.account
        await walk.press(list_key, *keys, "d")
        for _ in range(9):
            if choice not in next(row for row in walk.rows if "┃> " in row):
                await walk.press("j")
        await make(walk)
        assert said in walk.status
        assert walk.unsaved == 1
        await walk.press("u")
        assert walk.account == before


async def test_a_policy_for_several_roles_and_several_policies_for_one() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("3", "space", "j", "v", "A")
        await walk.type("s3write")
        await walk.press("enter")
        assert "attached S3Write to 2 roles" in walk.status
        await walk.press("4", "/")
        await walk.type("policy:s3")
        await walk.press("enter", "g", "space", "G", "v", "A")
        await walk.type("deploy")
        await walk.press("enter")
        assert "attached 2 policies to Deploy" in walk.status


async def test_root_alone_can_have_nothing_added() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("space", "A")
        assert "the root user alone is marked" in walk.status


async def test_read_only_refuses_what_marks_would_change() -> None:
    async with journey(size=NORMAL, read_only=True) as walk:
        await walk.press("j", "space", "d")
        assert "not in read-only mode" in walk.status


async def test_two_marked_are_compared_and_three_are_not() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j", "space", "j", "space", "=")
        assert "Compare" in walk.screen
        assert "alice" in walk.screen
        assert "bob" in walk.screen
        await walk.press("esc", "j", "space", "=")
        assert "two can be compared, not 3; V unmarks" in walk.status


ACTS = ("j", "k", "G", "space", "v", "O", "+", "u", "U", "A", "sort", "filter", "size")


@pytest.mark.parametrize("seed", range(2))
async def test_the_list_never_jumps(seed: int) -> None:
    """Whatever is sorted, filtered, edited, undone or resized, the cursor keeps its item."""
    chance = random.Random(seed)
    async with journey(size=NORMAL) as walk:
        view = walk.explore.body.lists["users"]
        for _ in range(20):
            act = chance.choice(ACTS)
            here = view.key
            marked = set(view.marked)
            if act == "sort":
                await walk.press("o", str(chance.randint(1, 6)))
            elif act == "filter":
                await walk.press("/")
                await walk.type(chance.choice(["e", "tag:team=reports", "has:mfa", "o"]))
                await walk.press("esc")
            elif act == "size":
                await walk.pilot.resize_terminal(*chance.choice([SMALL, NORMAL, (60, 15)]))
                await walk.settle()
            elif act == "A":
                await walk.press("A")
                if walk.is_asking:
                    await walk.type("s3write")
                    await make(walk)
                if walk.is_asking:
                    await walk.press("esc")
            else:
                await walk.press(act)
            assert walk.focused == "users", act
            if act not in {"j", "k", "G"}:
                assert view.key == here, act
            assert f"{view.cursor + 1} of {view.count()}" in walk.pane("users"), act
            if act not in {"space", "v"}:
                assert set(view.marked) == marked, act
