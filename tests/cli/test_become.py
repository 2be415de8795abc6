"""`iam-tui become`: a chain of roles, what comes next, what is missing."""

from __future__ import annotations

from pathlib import Path

from iam_tui import load
from iam_tui.analysis import Becoming
from iam_tui.cli.status import Status
from tests.cli.conftest import ACCOUNT, Runner, refused

ASKING = """
[users.inline_policies]
Ask = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]}'
"""


def asking(folder: Path) -> Path:
    """Return an account whose bob may ask for roles; Deploy trusts the account."""
    path = folder / "asking.toml"
    path.write_text(ACCOUNT.replace('name = "bob"\n', f'name = "bob"\n{ASKING}'), encoding="utf-8")
    return path


def test_text_says_what_comes_next_and_what_is_missing(run: Runner, tmp_path: Path) -> None:
    path = asking(tmp_path)

    bob, alice = run("become", path, "user/bob"), run("become", path, "user/alice")

    assert (bob.status, bob.err) == (0, "")
    assert bob.out.startswith("user/bob\ncan: ")
    assert "can become: 1 role\n  role/Deploy  allowed\n" in bob.out
    assert "can become: 0 roles\n" in alice.out
    assert "one thing is missing" not in alice.out  # a permission and the boundary are


def test_json_is_what_becoming_says(run: Runner, tmp_path: Path) -> None:
    path = asking(tmp_path)
    expected = Becoming.of(load(path), "user/bob").into("role/Deploy")

    found = run("become", path, "user/bob", "role/Deploy", "--json").json

    assert found["principal"] == expected.principal
    assert [step["role"] for step in found["chain"]] == [step.role for step in expected.steps]
    assert found["services"] == [one._asdict() for one in expected.can.services]
    assert [row["role"] for row in found["next"]] == [row.role for row in expected.next()]
    assert [row["role"] for row in found["nearly"]] == [row.role for row in expected.nearly()]


def test_a_session_comes_with_the_last_role(run: Runner, tmp_path: Path) -> None:
    path = asking(tmp_path)
    words = ("user/bob", "role/Deploy", "--session-policy", "Bounds", "--json")

    found = run("become", path, *words).json

    assert found["chain"][0]["session_policies"] == 1


def test_what_cannot_be_is_refused_with_the_reason(run: Runner, tmp_path: Path) -> None:
    path = asking(tmp_path)

    for words, said in (
        (("user/bobb",), "did you mean user/bob"),
        (("group/Developers",), "it can ask for nothing"),
        (("user/alice", "role/Deploy"), "AWS would refuse sts:AssumeRole"),
        (("user/bob", "--tag", "team"), "--tag 'team' is no K=V"),
        (("user/bob", "--tag", "team=web"), "name the ROLE"),
        (("user/bob", "role/Deploy", "--session-policy", "Boundz"), "no policy 'Boundz'"),
    ):
        assert said in refused(run("become", path, *words), Status.USAGE)
