"""AWS's credential report beside an account."""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path

import pytest

from iam_tui import load
from iam_tui.account import AccessKey, Account, Console
from iam_tui.errors import AccountFileError
from iam_tui.formats import add_credential_report, dumps_toml
from iam_tui.formats.credential_report import COLUMNS

HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
NO_KEY = "FALSE,N/A,N/A,N/A,N/A"
NO_CERTS = "FALSE,N/A,FALSE,N/A"
ROOT = (
    "<root_account>,arn:aws:iam::111122223333:root,2019-01-02T03:04:05+00:00,not_supported,"
    f"2026-05-01T10:00:00+00:00,not_supported,not_supported,FALSE,"
    f"TRUE,2020-02-03T00:00:00+00:00,N/A,N/A,N/A,{NO_KEY},{NO_CERTS}"
)
ALICE = (
    "alice,arn:aws:iam::111122223333:user/people/alice,2021-01-01T00:00:00Z,true,"
    "2026-10-01T08:30:00Z,2026-01-01T00:00:00Z,2026-12-01T00:00:00Z,true,"
    "TRUE,2025-01-03T12:00:00Z,2026-11-01T09:00:00Z,us-east-1,s3,"
    f"FALSE,2024-01-03T12:00:00Z,no_information,N/A,N/A,{NO_CERTS}"
)
BOB = (
    "bob,arn:aws:iam::111122223333:user/bob,2022-01-01T00:00:00Z,FALSE,N/A,N/A,N/A,FALSE,"
    f"{NO_KEY},{NO_KEY},{NO_CERTS}"
)
ACCOUNT: dict[str, object] = {
    "format": 1,
    "account": {"id": "111122223333"},
    "users": [{"name": "alice", "path": "/people/"}, {"name": "bob"}],
}
ALICE_ARN = "arn:aws:iam::111122223333:user/people/alice"
BOB_ARN = "arn:aws:iam::111122223333:user/bob"


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


def write(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    path = tmp_path / "report.csv"
    path.write_text("\n".join((header, *lines)), encoding="utf-8")
    return path


def with_(line: str, **values: str) -> str:
    """The line with other values in some columns."""
    fields = line.split(",")
    for column, value in values.items():
        fields[HEADER.split(",").index(column)] = value
    return ",".join(fields)


def joined(path: Path, account: dict[str, object] | None = None) -> Account:
    return load(account or ACCOUNT, credential_report=path)


def test_users_get_console_mfa_keys_and_use(tmp_path: Path) -> None:
    account, remarks = add_credential_report(load(ACCOUNT), write(tmp_path, ROOT, ALICE, BOB))

    assert remarks == ()
    alice, bob = account.users[ALICE_ARN], account.users[BOB_ARN]
    assert alice.console == Console(
        password=True, mfa=True, last_used=at(2026, 10, 1, 8, 30), password_changed=at(2026, 1, 1)
    )
    assert alice.access_keys == (
        AccessKey(
            id="key 1",
            status="Active",
            created=at(2025, 1, 3, 12),
            last_used=at(2026, 11, 1, 9),
        ),
        AccessKey(id="key 2", status="Inactive", created=at(2024, 1, 3, 12)),
    )
    assert alice.created == at(2021, 1, 1)
    assert alice.last_used == at(2026, 11, 1, 9)
    assert bob.console == Console(password=False, mfa=False)
    assert bob.access_keys == ()
    assert bob.last_used is None


def test_root_gets_mfa_keys_and_use(tmp_path: Path) -> None:
    root = joined(write(tmp_path, ROOT)).root

    assert root is not None
    assert (root.mfa, root.password) == (False, True)
    assert root.access_keys == (AccessKey(id="key 1", created=at(2020, 2, 3)),)
    assert root.last_used == at(2026, 5, 1, 10)


def test_a_root_without_a_password_is_one(tmp_path: Path) -> None:
    """Member accounts made by an organization have no root password at first."""
    root = joined(write(tmp_path, with_(ROOT, password_enabled="FALSE", mfa_active="TRUE"))).root

    assert root is not None
    assert (root.mfa, root.password) == (True, False)


def test_a_report_without_root_leaves_root_unknown(tmp_path: Path) -> None:
    assert joined(write(tmp_path, ALICE)).root is None


def test_the_joined_account_can_be_saved(tmp_path: Path) -> None:
    account = joined(write(tmp_path, ROOT, ALICE, BOB))
    path = tmp_path / "acme.toml"
    path.write_text(dumps_toml(account))

    assert load(path) == account


def test_what_a_file_knows_better_stays(tmp_path: Path) -> None:
    known = {
        **ACCOUNT,
        "root": {"mfa": True, "mfa_devices": ["arn:aws:iam::111122223333:mfa/root"]},
        "users": [
            {
                "name": "alice",
                "path": "/people/",
                "created": dt.date(2020, 12, 31),
                "last_used": dt.date(2026, 11, 20),
                "mfa_devices": ["arn:aws:iam::111122223333:mfa/alice"],
                "access_keys": [
                    {"id": "AKIASECONDEXAMPLE000", "created": dt.date(2024, 1, 3)},
                    {"id": "AKIAFIRSTEXAMPLE0000", "created": dt.date(2025, 1, 3)},
                ],
            }
        ],
    }
    account = joined(write(tmp_path, ROOT, ALICE), known)

    alice = account.users[ALICE_ARN]
    assert [(key.id, key.status) for key in alice.access_keys] == [
        ("AKIAFIRSTEXAMPLE0000", "Active"),
        ("AKIASECONDEXAMPLE000", "Inactive"),
    ]
    assert alice.access_keys[0].last_used == at(2026, 11, 1, 9)
    assert alice.mfa_devices == ("arn:aws:iam::111122223333:mfa/alice",)
    assert alice.created == dt.date(2020, 12, 31)
    assert alice.last_used == dt.date(2026, 11, 20)
    assert account.root is not None
    assert account.root.mfa is False
    assert account.root.mfa_devices == ("arn:aws:iam::111122223333:mfa/root",)


def test_keys_without_a_day_are_told_by_their_order(tmp_path: Path) -> None:
    known = {
        **ACCOUNT,
        "users": [
            {"name": "alice", "path": "/people/", "access_keys": [{"id": "AKIAONLYEXAMPLE0"}]}
        ],
    }
    account = joined(write(tmp_path, ALICE), known)

    assert [key.id for key in account.users[ALICE_ARN].access_keys] == ["AKIAONLYEXAMPLE0", "key 2"]


def test_a_key_that_the_report_lacks_is_gone(tmp_path: Path) -> None:
    known = {**ACCOUNT, "users": [{"name": "bob", "access_keys": [{"id": "AKIAOLDEXAMPLE00"}]}]}

    assert joined(write(tmp_path, BOB), known).users[BOB_ARN].access_keys == ()


def test_a_password_that_is_not_told_stays_unknown(tmp_path: Path) -> None:
    path = write(tmp_path, with_(BOB, password_enabled="not_supported"))

    assert joined(path).users[BOB_ARN].console is None


def test_who_is_only_here_or_only_there_is_said(tmp_path: Path) -> None:
    zoes = [BOB.replace("bob", f"zoe{number}") for number in range(7)]
    account, remarks = add_credential_report(load(ACCOUNT), write(tmp_path, ROOT, ALICE, *zoes))

    assert remarks == (
        "7 users of report.csv not in the account: zoe0, zoe1, zoe2, zoe3, zoe4 and 2 more",
        "1 user of the account not in report.csv: bob",
    )
    assert account.users[BOB_ARN] == load(ACCOUNT).users[BOB_ARN]
    assert len(account.users) == 2


def test_what_has_no_place_is_said(tmp_path: Path) -> None:
    header = f"{HEADER},additional_credentials_info"
    lines = (
        f"{with_(ALICE, cert_2_active='TRUE')},1 more access key",
        f"{BOB},N/A",
    )
    _, remarks = add_credential_report(load(ACCOUNT), write(tmp_path, *lines, header=header))

    assert remarks == (
        "alice has an active signing certificate, for which an account has no place",
        "alice has further credentials (1 more access key), for which an account has no place",
    )


def test_columns_may_stand_in_any_order_and_in_quotes(tmp_path: Path) -> None:
    columns = HEADER.split(",")
    order = sorted(range(len(columns)), key=lambda place: columns[place])
    lines = (
        ",".join(f'"{line.split(",")[place]}"' for place in order) for line in (HEADER, ALICE, BOB)
    )
    path = tmp_path / "report.csv"
    path.write_text("\ufeff" + "\r\n".join(lines) + "\r\n", encoding="utf-8")

    assert joined(path) == joined(write(tmp_path, ALICE, BOB))


def test_only_the_columns_that_are_read_are_needed(tmp_path: Path) -> None:
    places = [HEADER.split(",").index(column) for column in COLUMNS]
    lines = [",".join(line.split(",")[place] for place in places) for line in (ALICE, BOB)]

    assert joined(write(tmp_path, *lines, header=",".join(COLUMNS))) == joined(
        write(tmp_path, ALICE, BOB)
    )


def test_a_report_is_read_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write(tmp_path, ALICE).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    assert load(ACCOUNT, credential_report="-").users[ALICE_ARN].console is not None


HOW = "aws iam get-credential-report --query Content --output text | base64 -d"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            (HEADER, with_(ALICE, mfa_active="yes")),
            "2: mfa_active: expected TRUE or FALSE, got 'yes'",
        ),
        (
            (HEADER, BOB, with_(ALICE, password_last_used="yesterday")),
            "3: password_last_used: expected a time such as 2026-10-01T08:30:00+00:00, got 'y",
        ),
        (
            (HEADER, BOB, "", with_(ALICE, access_key_2_last_rotated="2026-13-01")),
            "4: access_key_2_last_rotated: expected a time",
        ),
        (
            (HEADER, with_(ALICE, access_key_1_active="1")),
            "2: access_key_1_active: expected TRUE or FALSE",
        ),
        (
            (HEADER, with_(ALICE, cert_1_active="x")),
            "2: cert_1_active: expected TRUE or FALSE",
        ),
        ((HEADER, f"{ALICE},more"), "2: expected 22 fields as in line 1, got 23"),
        ((HEADER, BOB, "carol"), "3: expected 22 fields as in line 1, got 1"),
        ((HEADER, ALICE, BOB, ALICE), "4: arn: 'alice' stands twice"),
        (
            (HEADER, with_(BOB, arn="arn:aws:iam::444455556666:user/bob")),
            "2: arn: this report is about account 444455556666, the account is 111122223333",
        ),
        ((HEADER, with_(BOB, arn="bob")), "2: arn: expected the ARN of a user, got 'bob'"),
        ((HEADER, with_(BOB, arn="arn:aws:s3:::a:b")), "2: arn: expected the ARN of a user"),
        (
            (HEADER.replace("mfa_active", "mfa_activ"),),
            "1: mfa_active: this column is missing; there is 'mfa_activ'",
        ),
        ((HEADER.replace("password_enabled,", ""),), "1: password_enabled: this column is missing"),
        (
            ("name,mfa\nbob,TRUE",),
            f"1: this is no credential report; expected a credential report in CSV, as {HOW}",
        ),
        (
            ('{"Content": "dXNlcg=="}',),
            f"1: this is no credential report; expected a credential report in CSV, as {HOW}",
        ),
        ((HEADER, '"bob'), "2: this is no CSV"),
        ((HEADER, f'"{"x" * 200_000}"'), "2: this is no CSV: field larger than field limit"),
        (("",), f" the file is empty; expected a credential report in CSV, as {HOW}"),
    ],
    ids=range(18),
)
def test_a_mistake_is_told_with_file_line_and_column(
    tmp_path: Path, lines: tuple[str, ...], expected: str
) -> None:
    path = write(tmp_path, *lines[1:], header=lines[0])

    with pytest.raises(AccountFileError) as caught:
        joined(path)

    assert str(caught.value).startswith(f"{path}:{expected}")


def test_a_mistake_after_a_field_of_several_lines_has_the_right_line(tmp_path: Path) -> None:
    odd = with_(BOB, password_next_rotation='"a\nb\nc"')

    with pytest.raises(AccountFileError) as caught:
        joined(write(tmp_path, odd, with_(ALICE, mfa_active="x")))

    assert (caught.value.line, caught.value.key) == (5, "mfa_active")


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"user,arn\xe9\n"])
def test_what_is_no_text_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(data)

    with pytest.raises(AccountFileError, match=r"report\.csv"):
        joined(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AccountFileError, match=r"nowhere\.csv: it cannot be read: No such file"):
        load(ACCOUNT, credential_report=str(tmp_path / "nowhere.csv"))
