"""An account whose every name and document wants to be more than text."""

from __future__ import annotations

from pathlib import Path

import pytest

from iam_tui import save
from iam_tui.account import Account, Group, Policy, PolicyVersion, Role, User
from iam_tui.account.arns import iam_arn
from iam_tui.policy import Document
from tests.tui.journey import NORMAL, SMALL, WIDE, Journey, journey

ID = "111122223333"
NAMES = (
    "[bold red]x[/]",
    "[/][@click=app.quit]go[/]",
    "\x1b[2J\x1b[31mred\x1b]52;c;ZXZpbA==\x07\x1b]0;title\x1b\\",
    "left\u202etfel\u2066line\nfeed\ttab\rreturn\x9b31m\x9d0;x\x9c",
    "x" * 1000 + "界" * 60,
)
HAZARDS = ("\x1b", "\x07", "\x9b", "\x9d", "\u202e", "\u2066", "\t", "\r")


def evil_document(name: str) -> Document:
    statement = {
        "Sid": name,
        "Effect": "Allow",
        "Action": ["s3:GetObject", f"evil:{name}"],
        "Resource": f"arn:aws:s3:::{name}",
        "Condition": {"StringEquals": {f"aws:{name}": name}},
    }
    return Document.of({"Version": "2012-10-17", "Id": name, "Statement": [statement]})


def evil_account() -> Account:
    users, groups, roles, policies = {}, {}, {}, {}
    for name in NAMES:
        document = evil_document(name)
        trust = {"Effect": "Allow", "Principal": {"AWS": name}, "Action": "sts:AssumeRole"}
        policy = Policy(
            arn=iam_arn(ID, "policy", name),
            name=name,
            description=name,
            tags={name: name},
            versions=(PolicyVersion(id="v1", document=document),),
        )
        group = Group(arn=iam_arn(ID, "group", name), name=name, inline_policies={name: document})
        user = User(
            arn=iam_arn(ID, "user", name),
            name=name,
            description=name,
            tags={name: name},
            groups=(name,),
            policies=(policy.arn,),
        )
        role = Role(
            arn=iam_arn(ID, "role", name),
            name=name,
            policies=(policy.arn,),
            trust_policy=Document.of({"Version": "2012-10-17", "Statement": [trust]}),
        )
        users[user.arn], groups[group.arn] = user, group
        roles[role.arn], policies[policy.arn] = role, policy
    return Account(
        id=ID,
        alias=NAMES[2],
        description=NAMES[3],
        users=users,
        groups=groups,
        roles=roles,
        policies=policies,
    )


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evil") / "evil.toml"
    save(evil_account(), path)
    return path


def check(walk: Journey, size: tuple[int, int]) -> None:
    for hazard in HAZARDS:
        assert hazard not in walk.screen
    assert [strip.cell_length for strip in walk.app.screen._compositor.render_strips()] == [
        size[0]
    ] * size[1]
    assert walk.app.crash is None


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("list_key", ["1", "2", "3", "4"])
async def test_names_are_harmless_in_every_pane(
    account: Path, size: tuple[int, int], list_key: str
) -> None:
    async with journey(account, size) as walk:
        await walk.press(list_key)
        for _ in range(len(NAMES)):
            await walk.press("j")
            check(walk, size)
        await walk.press("enter")
        for _ in range(4):
            await walk.press("]")
            check(walk, size)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_documents_reasons_and_dialogs_are_harmless(
    account: Path, size: tuple[int, int]
) -> None:
    async with journey(account, size) as walk:
        for row in range(2, len(NAMES) + 1):
            await walk.press("1", "g", *["j"] * row, "6", "/")
            await walk.type("evil:")
            await walk.press("enter", "j")
            check(walk, size)
            await walk.press("7", "G")
            check(walk, size)
            await walk.press("1", "d")
            check(walk, size)
            await walk.press("esc")
        await walk.press("A")
        check(walk, size)
        await walk.press("enter")
        check(walk, size)
        assert walk.unsaved == 1
        await walk.press("y", "q")
        check(walk, size)


async def test_markup_is_shown_as_it_is_written(account: Path) -> None:
    async with journey(account, (200, 50)) as walk:
        await walk.press("/")
        await walk.type("[bold")
        await walk.press("enter")
        assert "[bold red]x[/]" in walk.pane("users")
        assert "[bold red]x[/]=[bold red]x[/]" in walk.pane("detail")


async def test_an_account_without_anything_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.toml"
    path.write_text('format = 1\n[account]\nid = "111122223333"\n', encoding="utf-8")
    async with journey(path, SMALL) as walk:
        for key, said in [("2", "no groups"), ("3", "no roles"), ("4", "no policy")]:
            await walk.press(key)
            assert said in walk.prose
            assert "Nothing is selected: the list is empty." in walk.prose
            await walk.press("j", "enter", "]", "esc", "space", "v", "o", "2", "O", "A", "esc")
            check(walk, SMALL)
        await walk.press("1", "/")
        await walk.type("tag:x")
        assert "there are none" in walk.prose


async def test_a_file_whose_name_is_hostile(tmp_path: Path) -> None:
    path = tmp_path / "\x1b]52;c;x\x07[bold].toml"
    path.write_text("nonsense", encoding="utf-8")
    async with journey(path, (120, 40)) as walk:
        check(walk, (120, 40))
        assert "␛]52;c;x␇[bold].toml" in walk.prose.replace(" ", "")
