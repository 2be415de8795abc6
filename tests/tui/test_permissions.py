"""The live panel of effective permissions and the reason of its rows."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from iam_tui.tui.session import Panel, Session
from iam_tui.workspace.options import TuiOptions
from tests.tui.journey import NORMAL, SIZES, TODAY, WIDE, journey, squeezed

sizes = pytest.mark.parametrize("size", SIZES)

ACCOUNT = """\
format = 1

[account]
id = "111122223333"

[root]

[[groups]]
name = "Empty"

[[users]]
name = "uma"
policies = ["arn:aws:iam::111122223333:policy/Elsewhere", "Mixed"]

[[policies]]
name = "Mixed"
[policies.document]
Version = "2012-10-17"
Statement = [
  { Sid = "All", Effect = "Allow", Action = "sqs:*", Resource = "*" },
  { Sid = "Some", Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::reports/*" },
  { Sid = "NoPurge", Effect = "Deny", Action = "sqs:PurgeQueue", Resource = "*" },
]

[organization]
id = "o-1"
management_account = "444455556666"
[[organization.policies]]
name = "NoSqsDelete"
type = "SCP"
document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sqs:DeleteQueue", "Resource": "*"}]}'
[[organization.levels]]
name = "Root"
kind = "root"
service_control_policies = ["FullAWSAccess", "NoSqsDelete"]
[[organization.levels]]
name = "here"
kind = "account"
service_control_policies = ["FullAWSAccess"]
"""


@pytest.fixture
def account(tmp_path: Path) -> Path:
    path = tmp_path / "mixed.toml"
    path.write_text(ACCOUNT, encoding="utf-8")
    return path


@sizes
async def test_a_row_says_status_place_and_source(account: Path, size: tuple[int, int]) -> None:
    async with journey(account, size) as walk:
        await walk.press("j", "6", "/")
        await walk.type("s3:getobject")
        await walk.press("enter", "j")
        row = next(r for r in walk.pane("permissions").splitlines() if "> " in r and "Get" in r)
        assert "s3:GetObject" in row
        assert "limited" in row
        assert "reports/*" in row
        assert "Mixed[1]" in row
        assert walk.status.startswith("s3:GetObject limited on arn:aws:s3:::reports/*")
        assert "by uma > Mixed > Statement[1] Some" in walk.status


@sizes
async def test_why_goes_through_the_layers_to_the_statement(
    account: Path, size: tuple[int, int]
) -> None:
    async with journey(account, size) as walk:
        await walk.press("j", "6", "/")
        await walk.type("sqs:purge")
        await walk.press("enter", "j", "i")
        assert walk.focused == "why"
        why = squeezed(walk.pane("why"))
        assert "Why sqs:PurgeQueue" in why
        assert "blocked" in why
        assert "explicitDeny" in why
        assert "uma > Mixed > Statement[2] NoPurge" in why
        await walk.press("/")
        await walk.type('"Sid": "NoPurge"')
        await walk.press("enter")
        assert '"Sid": "NoPurge"' in walk.pane("why")
        await walk.press("esc")
        assert walk.focused == "permissions"


async def test_from_the_reason_to_the_policy_and_back_to_the_row(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await walk.press("j", "6", "/")
        await walk.type("sqs:sendmessage")
        await walk.press("enter", "j", "7")
        await walk.press("j", "enter")
        assert "Mixed  policy" in walk.pane("detail")
        assert "uma > Mixed" in walk.crumbs
        await walk.press("esc")
        assert walk.focused == "why"
        assert "Why sqs:SendMessage" in walk.pane("why")
        assert walk.explore.body.why.line_number == 1


async def test_what_an_scp_blocks_names_it(account: Path) -> None:
    async with journey(account, WIDE) as walk:
        await walk.press("j", "6", "/")
        await walk.type("sqs:deletequeue")
        await walk.press("enter", "j")
        assert "blocked" in walk.pane("permissions")
        assert "x NoSqsDelete[0]" in walk.pane("permissions")
        assert "Root > NoSqsDelete > Statement[0]" in squeezed(walk.pane("why"))


async def test_services_unfold_by_level_and_fold_again(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await walk.press("j", "6")
        while "sqs" not in _cursor(walk.pane("permissions")):
            await walk.press("j")
        await walk.press("space")
        assert "sqs:ListQueues" in walk.pane("permissions")
        await walk.press("j", "left")
        assert "sqs" in _cursor(walk.pane("permissions"))
        await walk.press("left")
        assert "sqs:ListQueues" not in walk.pane("permissions")
        await walk.press("left")
        assert walk.focused == "users"


def _cursor(pane: str) -> str:
    return next((row for row in pane.splitlines() if row[1:2] == ">"), "")


async def test_many_rows_are_grouped_by_access_level() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go("1", "carol")
        await walk.press("6", "/")
        await walk.type("s3:")
        await walk.press("enter")
        while " s3 " not in _cursor(walk.pane("permissions")):
            await walk.press("j")
        await walk.press("esc", "space")
        assert "> Permissions management" in walk.pane("permissions")
        await walk.press("j", "space", "j")
        assert "granted" in _cursor(walk.pane("permissions"))


async def test_f_shows_one_status_at_a_time(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await walk.press("j", "6")
        counts = walk.pane("permissions")
        assert "f: all" in counts
        await walk.press("f")
        assert "f: granted" in walk.pane("permissions")
        assert " s3 " not in walk.pane("permissions")
        await walk.press("f")
        assert "f: limited" in walk.pane("permissions")
        assert " sqs " not in walk.pane("permissions")
        await walk.press("f")
        assert "f: blocked" in walk.pane("permissions")
        assert " sqs " in walk.pane("permissions")
        await walk.press("f")
        assert "nothing changed" in walk.pane("permissions")


@sizes
async def test_what_is_not_known_is_said(account: Path, size: tuple[int, int]) -> None:
    async with journey(account, size) as walk:
        await walk.press("j", "6")
        assert "! 1 policy: document not known" in walk.pane("permissions")
        await walk.press("esc", "4", "g")
        await walk.go("4", "Elsewhere")
        assert "not known" in walk.pane("detail")
        assert "?" in _cursor(walk.pane("policies"))


async def test_layers_that_an_export_lacks_are_said_once() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("j")
        assert walk.screen.count("not in this file: SCPs, RCPs") == 1


async def test_root_has_complete_access() -> None:
    async with journey(size=NORMAL) as walk:
        assert "complete access: no policy grants it" in walk.pane("permissions")
        assert "iam" in walk.pane("detail")


async def test_a_group_shows_what_membership_gives() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.go("2", "Contractors")
        assert "Effective permissions of members of Contractors" in walk.pane("permissions")


async def test_whoever_can_do_nothing_is_told_so(account: Path) -> None:
    async with journey(account, NORMAL) as walk:
        await walk.go("2", "Empty")
        assert "no policy grants anything" in walk.pane("permissions")
        assert "nobody; A adds a user" in walk.pane("detail")


@pytest.mark.parametrize("size", [(80, 24), (100, 24)])
async def test_small_screens_show_counts_in_info_and_the_panel_as_a_tab(
    size: tuple[int, int],
) -> None:
    async with journey(size=size) as walk:
        await walk.press("j")
        assert "EFFECTIVE" in walk.pane("detail")
        assert "cloudformation" in walk.screen
        await walk.press("]", "]", "]")
        assert "Effective permissions of alice" in walk.pane("permissions")
        await walk.press("j")
        assert "Effective permissions of bob" in walk.pane("permissions")


class WaitingSession(Session):
    """A session that computes figures only when it is let."""

    def __init__(self) -> None:
        super().__init__(TuiOptions(account="startup"), TODAY, clock=lambda: 0.0)
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.asked: list[str] = []

    def panel(self, principal: str) -> Panel:
        self.asked.append(principal.rpartition("/")[2])
        self.may_go_on.wait()
        return super().panel(principal)


async def test_old_figures_stay_marked_and_keys_go_on() -> None:
    session = WaitingSession()
    async with journey(session=session, size=NORMAL) as walk:
        await walk.press("j")
        session.may_go_on.clear()
        try:
            await walk.pilot.press("j")
            while "stale, computing bob" not in walk.pane("permissions"):
                await walk.pilot.pause(0.01)
            assert "Effective permissions of alice" in walk.pane("permissions")
            assert "cloudformation" in walk.pane("permissions")
            await walk.pilot.press("j", "j", "j")
            assert "> eve" in walk.pane("users")
        finally:
            session.may_go_on.set()
        await walk.settle()
        assert "Effective permissions of eve" in walk.pane("permissions")
        assert "stale" not in walk.screen


async def test_what_was_overtaken_is_not_computed() -> None:
    session = WaitingSession()
    async with journey(session=session, size=NORMAL) as walk:
        session.may_go_on.clear()
        try:
            for name in ("alice", "bob", "carol", "dave"):
                await walk.pilot.press("j")
                while walk.explore.is_about_to_follow:
                    await walk.pilot.pause(0.01)
                assert f"user/{name}" in walk.pane("detail")
        finally:
            session.may_go_on.set()
        await walk.settle()
        assert session.asked[-2:] == ["alice", "dave"]
        assert "Effective permissions of dave" in walk.pane("permissions")
