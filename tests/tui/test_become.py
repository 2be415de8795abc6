"""Becoming somebody, step by step, and what they can do as one document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from iam_tui import load, save
from iam_tui.account.edits import PutTrustPolicy
from iam_tui.formats import sample_names
from iam_tui.policy import Document
from iam_tui.tui.screens.as_policy import AsPolicyScreen
from iam_tui.tui.screens.become import BecomeScreen
from tests.tui.journey import NORMAL, SMALL, Journey, journey
from tests.tui.verbs import answered, copied, printed

ID = "111122223333"
HERE = f"arn:aws:iam::{ID}"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal: str, *actions: str, **more: Any) -> dict[str, Any]:
    several = list(actions or ("sts:AssumeRole",))
    named = {"AWS": principal}
    return document({"Effect": "Allow", "Principal": named, "Action": several, **more})


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """One who can become First, and First, with tags, Second; others lack one thing."""
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    tagged = {"StringEquals": {"aws:PrincipalTag/team": "web"}}
    roles = [
        {
            "name": "First",
            "trust_policy": trust(f"{HERE}:user/ann", "sts:AssumeRole", "sts:TagSession"),
            "inline_policies": {
                "More": document(allow("s3:*"), allow("sts:AssumeRole", f"{HERE}:role/Second"))
            },
        },
        {"name": "Second", "trust_policy": trust(f"{HERE}:role/First", Condition=tagged)},
        {"name": "Careful", "trust_policy": trust(f"{HERE}:user/ann", Condition=mfa)},
        {"name": "NotAllowed", "trust_policy": trust(ID)},
        {"name": "NotTrusting", "trust_policy": trust("444455556666")},
    ]
    inline = {"P": document(allow("sts:AssumeRole", f"{HERE}:role/NotTrusting"))}
    made = load(
        {
            "format": 1,
            "account": {"id": ID},
            "users": [{"name": "ann", "inline_policies": inline}],
            "roles": roles,
        }
    )
    path = tmp_path / "chain.toml"
    save(made, path)
    return path


def become(walk: Journey) -> BecomeScreen:
    screen = walk.app.screen
    assert isinstance(screen, BecomeScreen)
    return screen


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_looks(account: Path, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey(account, size) as walk:
        await walk.press("j", "B")
        assert walk.screen.replace(str(account), "") == snapshot


async def test_trust_and_permission_are_both_evaluated(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await walk.press("j", "B")
        assert "CAN BECOME 2" in walk.prose
        assert "Careful if aws:MultiFactorAuthPresent" in walk.prose
        assert "ONE THING IS MISSING 2" in walk.prose
        assert "NotAllowed no identity-based policy allows it" in walk.prose
        assert "NotTrusting the role's trust policy does not allow this caller" in walk.prose
        await walk.press("G", "enter")
        assert become(walk).status.left.startswith("user/ann cannot become NotTrusting")


async def test_a_step_and_back_to_the_same_row(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await walk.press("j", "B")
        await walk.press("j")
        assert "> Careful" in walk.prose
        await walk.press("enter")
        assert "user/ann > role/Careful" in walk.crumbs
        assert "assumed if aws:MultiFactorAuthPresent" in walk.screen
        await walk.press("esc")
        assert "> Careful" in walk.prose
        await walk.press("esc")
        assert walk.app.screen is walk.explore


async def test_a_session_is_kept_along_the_chain(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await walk.press("j", "B")
        await walk.press("enter")
        assert "Second the role's trust policy does not allow this caller" in walk.prose
        await walk.press("esc")
        await walk.press("e")
        await walk.type("team=web")
        await walk.press("enter")
        await walk.press("enter")
        assert "Second allowed" in walk.prose
        await walk.press("esc")
        await walk.press("e")
        await walk.type("team=web")
        await walk.press("tab", "tab")
        await walk.type("AmazonS3ReadOnlyAccess")
        await walk.press("enter")
        assert "next: team=web AmazonS3ReadOnlyAccess" in walk.prose
        await walk.press("enter")
        assert "session team=web AmazonS3ReadOnlyAccess" in walk.prose
        assert "Second allowed" not in walk.prose  # the session policy does not allow it
        said = await answered(walk, "--json")
        shown = become(walk).permissions.tree_of_rows
        assert shown is not None
        assert [one["service"] for one in said["services"]] == [
            one.service for one in shown.effective.services
        ]
        assert said["chain"][0]["tags"] == {"team": "web"}


async def test_what_a_field_cannot_hold_is_said_in_the_field(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await walk.press("j", "B")
        await walk.press("e")
        await walk.type("team")
        await walk.press("enter")
        assert become(walk).status.left == "team is no KEY=VALUE"
        await walk.type("=web")
        await walk.press("tab")
        await walk.type("tem")
        await walk.press("enter")
        assert become(walk).status.left == "there is no tag tem above"
        await walk.press("backspace", "backspace", "backspace", "tab")
        await walk.type("Nothing.json")
        await walk.press("enter")
        assert "Nothing.json" in become(walk).status.left


async def test_an_edit_ends_a_chain_and_says_so(account: Path) -> None:
    nobody = trust("444455556666")
    async with journey(account, NORMAL) as walk:
        await walk.press("j", "B")
        await walk.press("enter")
        assert "role/First" in walk.crumbs
        walk.explore.editing.apply(PutTrustPolicy(role="role/First", document=Document.of(nobody)))
        await walk.settle()
        assert "role/First" not in walk.crumbs
        assert "CAN BECOME 1" in walk.prose


@pytest.mark.parametrize("sample", sample_names())
async def test_the_screen_says_what_the_verb_says(sample: str) -> None:
    account = load(sample)
    someone = [account.reference(arn) for arn in (*account.users, *account.roles)]
    async with journey(sample, NORMAL) as walk:
        for principal in someone[-3:]:
            walk.app.open_mode("become", (principal,))
            await walk.settle()
            seen = become(walk).seen
            assert seen is not None
            said = await answered(walk, "--json")
            assert [row["role"] for row in said["next"]] == [row.role for row in seen.following]
            assert [row["role"] for row in said["nearly"]] == [row.role for row in seen.near]
            assert (
                tuple(
                    sum(one[word] for one in said["services"])
                    for word in ("granted", "limited", "blocked")
                )
                == seen.tree.totals
            )
            await walk.press("esc")


# --- as one document -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_the_document_looks(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with journey("startup", size) as walk:
        await walk.go("1", "eve")
        await walk.press("P")
        await walk.press("G")
        assert walk.screen == snapshot


@pytest.mark.parametrize("sample", sample_names())
async def test_the_document_is_what_the_verb_prints(sample: str) -> None:
    account = load(sample)
    someone = ["root", *(account.reference(arn) for arn in (*account.users, *account.groups))]
    async with journey(sample, NORMAL) as walk:
        for principal in someone[-3:]:
            walk.app.open_mode("as-policy", (principal,))
            await walk.settle()
            assert isinstance(walk.app.screen, AsPolicyScreen)
            verb = json.loads(printed(await copied(walk)))
            await walk.press("y")
            assert json.loads(walk.app.clipboard) == verb
            assert "WHAT NO SINGLE DOCUMENT CAN SAY" in str(
                [line.text for line in walk.app.screen.text._lines]
            )
            await walk.press("esc")


async def test_whom_no_account_has_is_said() -> None:
    async with journey("startup", NORMAL) as walk:
        for mode in ("become", "as-policy"):
            walk.app.open_mode(mode, ("user/alic",))
            await walk.settle()
            assert "did you mean user/alice" in walk.prose
            await walk.press("esc")
