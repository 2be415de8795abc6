"""Every error of ours is one sentence that names its place."""

from __future__ import annotations

import inspect

import pytest

from iam_tui import errors
from iam_tui.errors import (
    AccountFileError,
    EditError,
    IamTuiError,
    UnknownName,
    UsageError,
    nearest,
)


def test_every_error_has_one_root_and_is_described() -> None:
    ours = [
        found
        for _, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, BaseException)
    ]

    assert {AccountFileError, EditError, UnknownName, UsageError} < set(ours)
    assert all(issubclass(found, IamTuiError) and found.__doc__ for found in ours)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (AccountFileError("not TOML"), "not TOML"),
        (AccountFileError("not TOML", file="a.toml"), "a.toml: not TOML"),
        (AccountFileError("not TOML", file="a.toml", line=3), "a.toml:3: not TOML"),
        (AccountFileError("not TOML", line=3), "line 3: not TOML"),
        (AccountFileError("unknown", key="users[2].nmae"), "users[2].nmae: unknown"),
        (
            AccountFileError("unknown", file="a.toml", line=3, key="users[2].nmae"),
            "a.toml:3: users[2].nmae: unknown",
        ),
    ],
)
def test_a_file_error_names_file_line_and_key(error: AccountFileError, sentence: str) -> None:
    assert str(error) == sentence


def test_a_file_error_takes_the_file_that_its_caller_knows() -> None:
    error = AccountFileError("unknown", line=3, key="users")

    named = error.in_file("a.toml")

    assert str(named) == "a.toml:3: users: unknown"
    assert (named.problem, named.line, named.key) == ("unknown", 3, "users")
    assert str(named.in_file("b.toml")) == "a.toml:3: users: unknown"
    assert str(error) == "line 3: users: unknown"


def test_an_unknown_name_says_what_is_near() -> None:
    assert str(UnknownName("alcie", "principal")) == "no principal 'alcie' in this account"
    assert (
        str(UnknownName("alcie", "principal", ["user/alice", "user/alec"]))
        == "no principal 'alcie' in this account; did you mean user/alice or user/alec?"
    )


def test_an_unknown_name_cannot_reach_the_terminal_as_it_is() -> None:
    assert "\x1b" not in str(UnknownName("\x1b[2J", "principal"))


def test_a_refused_edit_has_the_code_of_aws() -> None:
    error = EditError("LimitExceeded", "a user has at most 2 access keys")

    assert error.code == "LimitExceeded"
    assert error.message == "a user has at most 2 access keys"
    assert str(error) == "LimitExceeded: a user has at most 2 access keys"


@pytest.mark.parametrize(
    "error",
    [
        AccountFileError("not TOML"),
        UnknownName("alcie", "principal"),
        UsageError("no"),
        EditError("LimitExceeded", "no"),
    ],
)
def test_every_error_is_caught_by_the_root(error: IamTuiError) -> None:
    with pytest.raises(IamTuiError):
        raise error


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("alcie", ("alice",)),
        ("ALICE", ("alice",)),
        ("developers", ("Developers",)),
        ("zzz", ()),
        ("", ()),
    ],
)
def test_the_nearest_known_names(name: str, found: tuple[str, ...]) -> None:
    assert nearest(name, ["alice", "bob", "Developers"]) == found


def test_the_nearest_comes_first_and_few_are_named() -> None:
    known = [f"user{number}" for number in range(10)]

    assert nearest("user7", known)[0] == "user7"
    assert len(nearest("user", known)) == 3
    assert len(nearest("user", known, most=1)) == 1
