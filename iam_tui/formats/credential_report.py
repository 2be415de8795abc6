"""`--credential-report FILE.csv`: passwords, MFA and access keys, which an export cannot hold.

The file is what `aws iam get-credential-report` has in `Content`, decoded (IAM User Guide:
"Generate credential reports for your AWS account"). It knows no ids of access keys, so that a key
that nothing else names is called by its place, `key 1`. Columns that are not needed here may be
missing, and further ones may follow.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from iam_tui.account import AccessKey, Account, Console, Root, User
from iam_tui.account.entities import Date
from iam_tui.errors import AccountFileError, nearest
from iam_tui.formats.reading import read_text

E = TypeVar("E", Root, User)

_COMMAND = "aws iam get-credential-report --query Content --output text | base64 -d"
_EXPECTED = f"expected a credential report in CSV, as {_COMMAND} writes it"
_ROOT = "<root_account>"
_KEYS = (1, 2)

_TRUTHS = {"true": True, "false": False}
_NOTHING = frozenset({"", "n/a", "no_information", "not_supported", "not_applicable"})
"""What stands where there is no value: nothing of the kind, not recorded, not to be had."""

COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "mfa_active",
    *(
        f"access_key_{number}_{what}"
        for number in _KEYS
        for what in ("active", "last_rotated", "last_used_date")
    ),
)
"""The columns that are read, all of which must be there: a column that is missing must not be
taken for a user without MFA."""


@dataclass(frozen=True, slots=True)
class _Key:
    """An access key of which the report says that there is one."""

    number: int
    active: bool
    created: dt.datetime | None
    last_used: dt.datetime | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one line says."""

    name: str
    arn: str
    created: dt.datetime | None
    password: bool | None
    password_used: dt.datetime | None
    password_changed: dt.datetime | None
    mfa: bool
    keys: tuple[_Key, ...]
    more: tuple[str, ...]
    """What else there is and has no place in an account."""


def add_credential_report(account: Account, path: str | Path) -> tuple[Account, tuple[str, ...]]:
    """Return the account with the credentials of a report, and what does not fit, in sentences.

    What the report says wins; what it cannot know (ids of keys, names of MFA devices) stays.

    Args:
        account: The account that the report is about.
        path: The file; `-` for standard input.

    Raises:
        AccountFileError: With file, line and column.
    """
    text = read_text(path if path == "-" else Path(path), expected=_EXPECTED)
    try:
        entries = tuple(_entries(text, account.id))
    except AccountFileError as error:
        raise error.in_file(str(path)) from None
    users = dict(account.users)
    root = account.root
    for entry in entries:
        if entry.name == _ROOT:
            root = _with_root(account.root_user, entry)
        elif entry.arn in users:
            users[entry.arn] = _with_user(users[entry.arn], entry)
    return account.with_(users=users, root=root), tuple(_remarks(account, entries, Path(path).name))


# --- reading ------------------------------------------------------------------------------------


class _Line:
    """The fields of one line, by column."""

    def __init__(self, number: int, fields: dict[str, str]) -> None:
        self.number = number
        self.fields = fields

    def error(self, problem: str, column: str) -> AccountFileError:
        return AccountFileError(problem, line=self.number, key=column)

    def text(self, column: str) -> str:
        return self.fields[column].strip()

    def truth(self, column: str) -> bool | None:
        text = self.text(column)
        if text.lower() in _NOTHING:
            return None
        found = _TRUTHS.get(text.lower())
        if found is None:
            raise self.error(f"expected TRUE or FALSE, got {text[:40]!r}", column)
        return found

    def moment(self, column: str) -> dt.datetime | None:
        text = self.text(column)
        if text.lower() in _NOTHING:
            return None
        try:
            found = dt.datetime.fromisoformat(text)
        except ValueError:
            problem = f"expected a time such as 2026-10-01T08:30:00+00:00, got {text[:40]!r}"
            raise self.error(problem, column) from None
        return found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)


def _entries(text: str, account: str) -> Iterator[_Entry]:
    seen: set[str] = set()
    for line in _lines(text):
        entry = _entry(line, account)
        if entry.arn in seen:
            raise line.error(f"{entry.name!r} stands twice", "arn")
        seen.add(entry.arn)
        yield entry


def _lines(text: str) -> Iterator[_Line]:
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        columns = [name.strip().lower() for name in next(rows, [])]
        _check(columns)
        for fields in rows:
            if not fields:
                continue
            if len(fields) != len(columns):
                problem = f"expected {len(columns)} fields as in line 1, got {len(fields)}"
                raise AccountFileError(problem, line=rows.line_num)
            yield _Line(rows.line_num, dict(zip(columns, fields, strict=True)))
    except csv.Error as error:
        raise AccountFileError(f"this is no CSV: {error}", line=max(rows.line_num, 1)) from None


def _check(columns: Sequence[str]) -> None:
    if not {"user", "arn"} <= set(columns):
        raise AccountFileError(f"this is no credential report; {_EXPECTED}", line=1)
    missing = next((column for column in COLUMNS if column not in columns), None)
    if missing is not None:
        close = nearest(missing, [name for name in columns if name not in COLUMNS], most=1)
        hint = f"; there is {close[0]!r}" if close else ""
        raise AccountFileError(f"this column is missing{hint}", line=1, key=missing)


def _entry(line: _Line, account: str) -> _Entry:
    name, arn = line.text("user"), line.text("arn")
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or parts[2] != "iam":
        raise line.error(f"expected the ARN of a user, got {arn[:80]!r}", "arn")
    if parts[4] != account:
        problem = f"this report is about account {parts[4]}, the account is {account}"
        raise line.error(problem, "arn")
    return _Entry(
        name=name,
        arn=arn,
        created=line.moment("user_creation_time"),
        password=line.truth("password_enabled"),
        password_used=line.moment("password_last_used"),
        password_changed=line.moment("password_last_changed"),
        mfa=bool(line.truth("mfa_active")),
        keys=tuple(key for number in _KEYS if (key := _key(line, number)) is not None),
        more=tuple(_more(line)),
    )


def _key(line: _Line, number: int) -> _Key | None:
    """Return a key; one that is inactive is told from one that is not there by its times."""
    active = bool(line.truth(f"access_key_{number}_active"))
    created = line.moment(f"access_key_{number}_last_rotated")
    used = line.moment(f"access_key_{number}_last_used_date")
    return _Key(number, active, created, used) if active or created or used else None


def _more(line: _Line) -> Iterator[str]:
    for number in _KEYS:
        column = f"cert_{number}_active"
        if column in line.fields and line.truth(column):
            yield "an active signing certificate"
    further = line.fields.get("additional_credentials_info", "").strip()
    if further.lower() not in _NOTHING:
        yield f"further credentials ({further})"


# --- joining ------------------------------------------------------------------------------------


def _with_root(root: Root, entry: _Entry) -> Root:
    return msgspec.structs.replace(
        root,
        mfa=entry.mfa,
        # AWS says not_supported for a root user with a password, and FALSE for one without.
        password=root.password if entry.password is None else entry.password,
        access_keys=_keys(root.access_keys, entry.keys),
        last_used=_last_used(root.last_used, entry),
    )


def _with_user(user: User, entry: _Entry) -> User:
    return msgspec.structs.replace(
        user,
        created=user.created or entry.created,
        console=_console(user.console, entry),
        access_keys=_keys(user.access_keys, entry.keys),
        last_used=_last_used(user.last_used, entry),
    )


def _console(known: Console | None, entry: _Entry) -> Console | None:
    if entry.password is None and known is None:
        return None
    known = known or Console()
    return Console(
        password=known.password if entry.password is None else entry.password,
        mfa=entry.mfa,
        last_used=entry.password_used or known.last_used,
        password_changed=entry.password_changed or known.password_changed,
    )


def _keys(known: tuple[AccessKey, ...], reported: tuple[_Key, ...]) -> tuple[AccessKey, ...]:
    """Return the keys of the report, with the ids of known ones: by day, else in their order."""
    left = list(known)
    ids: dict[int, AccessKey] = {}
    for key in reported:
        for one in left:
            if _day(one.created) == _day(key.created):
                ids[key.number] = one
                left.remove(one)
                break
    for key in reported:
        if key.number not in ids and left:
            ids[key.number] = left.pop(0)
    return tuple(_access_key(key, ids.get(key.number)) for key in reported)


def _access_key(key: _Key, known: AccessKey | None) -> AccessKey:
    return AccessKey(
        id=f"key {key.number}" if known is None else known.id,
        status="Active" if key.active else "Inactive",
        created=key.created or (None if known is None else known.created),
        last_used=key.last_used or (None if known is None else known.last_used),
    )


def _last_used(known: Date | None, entry: _Entry) -> Date | None:
    moments = (known, entry.password_used, *(key.last_used for key in entry.keys))
    return max((one for one in moments if one is not None), key=_instant, default=None)


def _day(moment: Date | None) -> dt.date | None:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _instant(moment: Date) -> dt.datetime:
    if isinstance(moment, dt.datetime):
        return moment
    return dt.datetime(moment.year, moment.month, moment.day, tzinfo=dt.UTC)


def _remarks(account: Account, entries: Sequence[_Entry], file: str) -> Iterator[str]:
    arns = {entry.arn for entry in entries}
    strange = [
        entry.name for entry in entries if entry.name != _ROOT and entry.arn not in account.users
    ]
    if strange:
        yield f"{_counted(strange)} of {file} not in the account: {_listed(strange)}"
    missing = [user.name for arn, user in account.users.items() if arn not in arns]
    if missing:
        yield f"{_counted(missing)} of the account not in {file}: {_listed(missing)}"
    for entry in entries:
        for what in entry.more:
            yield f"{entry.name} has {what}, for which an account has no place"


def _counted(names: Sequence[str]) -> str:
    return "1 user" if len(names) == 1 else f"{len(names)} users"


def _listed(names: Iterable[str], most: int = 5) -> str:
    shown = list(names)
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return f"{', '.join(shown[:most])}{more}"
