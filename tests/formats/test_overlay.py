"""`--with FILE.toml` adds what an export cannot hold."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.account import AccessKey, Console
from iam_tui.errors import AccountFileError
from tests.formats.test_exports import PLAIN, export

ALICE = "arn:aws:iam::111122223333:user/people/alice"
DEPLOY = "arn:aws:iam::111122223333:role/Deploy"

ADDED = """
[account]
id = "111122223333"
alias = "acme"
known_accounts = ["444455556666"]

[root]
mfa = true

[[users]]
name = "alice"
console = { password = true, mfa = true }
access_keys = [{ id = "AKIAIOSFODNN7EXAMPLE", status = "Inactive" }]
last_accessed = { s3 = 2026-01-01 }

[[roles]]
name = "Deploy"
max_session_duration = 7200

[[resources]]
arn = "arn:aws:s3:::data"

[organization]
management_account = "444455556666"
[[organization.levels]]
name = "Root"
kind = "root"
service_control_policies = ["FullAWSAccess"]

[[assertions]]
principal = "user/alice"
action = "iam:*"
expect = "denied"
"""


def test_what_a_file_adds(tmp_path: Path) -> None:
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text(ADDED)
    second.write_text('[account]\nalias = "acme-prod"\n[[suppressions]]\nid = "user/no-mfa"\n')

    account = load(export(), with_files=[first, str(second)])

    alice, deploy = account.users[ALICE], account.roles[DEPLOY]
    assert account.alias == "acme-prod"
    assert account.known_accounts == {"444455556666": ""}
    assert account.root is not None
    assert account.root.mfa is True
    assert alice.console == Console(password=True, mfa=True)
    assert alice.access_keys == (AccessKey(id="AKIAIOSFODNN7EXAMPLE", status="Inactive"),)
    assert alice.last_accessed == {"s3": dt.date(2026, 1, 1)}
    assert (alice.groups, alice.tags) == (("Developers",), {"team": "payments"})
    assert deploy.max_session_duration == 7200
    assert deploy.last_used_region == "eu-west-1"
    assert [*account.resources] == ["arn:aws:s3:::data"]
    assert account.organization is not None
    assert len(account.assertions) == len(account.suppressions) == 1
    assert account.policies == PLAIN.policies


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ('[account]\nid = "444455556666"\n', 2, "account.id", "about account 444455556666"),
        ('[[users]]\nname = "alce"\n', 2, "users[0].name", "no user 'alce'; did you mean alice?"),
        ('[[roles]]\nname = "x"\n', 2, "roles[0].name", "no role 'x'; there are Deploy, Never"),
        ('[[users]]\nname = "alice"\n' * 2, 4, "users[1].name", "stands twice"),
        (
            '[[users]]\nname = "alice"\ngroups = []\n',
            3,
            "users[0].groups",
            "a --with file knows name, description, console",
        ),
        ('[[policies]]\nname = "P"\n', 1, "policies", "a --with file knows"),
        ("[root\n", 1, None, "no TOML"),
    ],
)
def test_what_a_file_cannot_add(
    tmp_path: Path, text: str, line: int, key: str | None, words: str
) -> None:
    path = tmp_path / "more.toml"
    path.write_text(text)

    with pytest.raises(AccountFileError) as raised:
        load(export(), with_files=[path])

    assert words in raised.value.problem
    assert (raised.value.file, raised.value.line, raised.value.key) == (str(path), line, key)
