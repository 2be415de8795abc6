"""Whatever an account holds: verbs answer, their output is harmless, their JSON is JSON."""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.account import Account
from iam_tui.cli.main import main
from iam_tui.formats import dumps_toml
from iam_tui.workspace.options import TuiOptions
from tests.formats.account_values import accounts

ACTIONS = ("s3:GetObject", "iam:GetUser", "sts:AssumeRole", "kms:Decrypt", "odd:Action")


def no_screen(_: TuiOptions) -> int:
    raise AssertionError


def output_of(account: str, verb: str, *rest: str) -> str:
    """What a verb says of an account that comes from standard input."""
    out, err = io.StringIO(), io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(account.encode()))
    with patch.object(sys, "stdin", stdin), redirect_stdout(out), redirect_stderr(err):
        status = main([verb, "-", *rest], launch=no_screen)
    assert status == 0, err.getvalue()
    said = out.getvalue() + err.getvalue()
    hazards = {unicodedata.category(character) for character in said.replace("\n", "")}
    assert not hazards & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return out.getvalue()


@given(accounts(), st.data())
def test_verbs_answer(account: Account, data: st.DataObject) -> None:
    text = dumps_toml(account)
    people = [*account.users, *account.groups, *account.roles, "root"]
    principal = data.draw(st.sampled_from(people))
    request = (
        *("--principal", principal, "--action", data.draw(st.sampled_from(ACTIONS))),
        *("--resource", data.draw(st.sampled_from(["*", *account.roles, *account.resources]))),
    )

    assert output_of(text, "simulate", *request)
    assert json.loads(output_of(text, "simulate", *request, "--json"))["Steps"]
    if principal != "root":
        assert output_of(text, "principal-can", principal)
        assert "permissions" in json.loads(output_of(text, "principal-can", principal, "--json"))
