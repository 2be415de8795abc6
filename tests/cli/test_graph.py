"""`iam-tui graph`: sentences, picture, and languages that foreign names cannot break out of."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from hypothesis import given

from iam_tui.account import Account
from iam_tui.account.arns import friendly_name
from iam_tui.cli.graph import FORMATS
from iam_tui.cli.graph import run as run_graph
from iam_tui.formats import dumps_toml, load
from tests.cli.conftest import Runner, refused
from tests.formats.account_values import accounts

QUOTED = r'"(?:[^"\\]|\\.)*"'
ATTRIBUTES = rf"\[label={QUOTED}(?:, \w+=(?:\w+|{QUOTED}))*\]"
DOT_LINE = re.compile(
    rf"digraph account \{{|  rankdir=LR;|  node \[shape=box\];|\}}|"
    rf"  {QUOTED}(?: -> {QUOTED})? {ATTRIBUTES};"
)
LABEL = r'"(?:[\w .,:;=@/+*()-]|#\d+;|[^\x00-\x7f])*"'
MERMAID_LINE = re.compile(
    rf"flowchart LR|  n\d+(?:\[|\[\[|\(\[|>|\{{\{{){LABEL}(?:\]|\]\]|\]\)|\}}\}})|"
    rf"  n\d+ (?:-->|==>|-\.->|-\.-x)\|{LABEL}\| n\d+"
)


DEVELOPERS = "AWSLambda_ReadOnlyAccess (AWS), InvokeFromOffice (inline), WatchJobs (inline)"


def lines_of(run: Runner, *argv: str | Path) -> list[str]:
    found = run("graph", *argv)
    assert (found.status, found.err) == (0, "")
    return found.out.splitlines()


# --- text and picture ---------------------------------------------------------------------------


def test_a_user_in_sentences(run: Runner) -> None:
    assert lines_of(run, "startup", "user/bob") == [
        f"bob  member of  Developers  which has  {DEVELOPERS}",
        "bob  member of  OnCall  which has  AssumeDeploy (inline)",
        "bob  has  ReportsRead",
        "bob  can assume  Deploy  which has  DeployFunctions (inline)",
    ]


def test_marks_are_explained(run: Runner) -> None:
    lines = lines_of(run, "startup", "user/eve", "--steps", "1")

    assert lines == [
        "eve  member of  Contractors",
        "eve  has  S3Allow",
        "eve  limited by boundary  PowerUserAccess (AWS)",
        "",
        "B has a boundary",
    ]


def test_everything_is_told_without_a_principal(run: Runner) -> None:
    lines = lines_of(run, "startup")

    account = load("startup")
    for arn in (*account.users, *account.groups, *account.roles):
        assert any(line.startswith(f"{friendly_name(arn)}  ") for line in lines)
    assert "bob  can assume  Deploy" in lines
    assert "ReportReader  trusts  ec2.amazonaws.com" in lines
    assert "S3Write  attached to  nobody" in lines


def test_a_picture_in_ascii(run: Runner) -> None:
    assert lines_of(run, "startup", "role/Deploy", "--format", "picture", "--ascii") == [
        " bob ==>[Deploy]--- DeployFunctions (inline)",
        "",
        "-- member or attached   ==> can become",
    ]


@pytest.mark.parametrize(("columns", "boxes"), [("80", False), ("100", True)])
def test_a_picture_is_as_wide_as_the_terminal(
    run: Runner, monkeypatch: pytest.MonkeyPatch, columns: str, boxes: bool
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    lines = lines_of(run, "startup", "user/eve", "--format", "picture")

    assert any("┏━" in line for line in lines) is boxes
    assert all(len(line) <= int(columns) for line in lines)


def test_edits_are_marked(run: Runner, account: Path, tmp_path: Path) -> None:
    edits = [
        {"op": "remove-member", "group": "Developers", "user": "alice"},
        {"op": "attach-policy", "entity": "user/alice", "policy": "Reports"},
    ]
    file = tmp_path / "edits.jsonl"
    file.write_text("".join(f"{json.dumps(edit)}\n" for edit in edits), encoding="utf-8")

    lines = lines_of(run, account, "user/alice", "--edits", file)

    assert "alice  member of  Developers (-)  which has  Reports" in lines
    assert "alice  has  Reports (+)" in lines
    assert lines[-1] == "B has a boundary   + new   - removed"
    assert "+" not in "".join(lines_of(run, account, "user/alice"))


@pytest.mark.parametrize(
    ("principal", "words"),
    [
        ("lambda.amazonaws.com", "lambda.amazonaws.com  trusted by  SettlementWorker"),
        ("policy/AdministratorAccess", "AdministratorAccess (AWS)  attached to  Admins"),
        ("root", "root  can do everything"),
        ("arn:aws:iam::444455556666:user/sam", "sam  limited by boundary  TeamBoundary"),
        ("group/Admins", "Admins  has members  olga"),
        ("444455556666", "this account 444455556666  trusted by  BreakGlass"),
    ],
)
def test_every_kind_of_node_can_be_asked_for(run: Runner, principal: str, words: str) -> None:
    assert any(line.startswith(words) for line in lines_of(run, "org-member", principal))


def test_the_page_shows_what_is_printed(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    page = (Path(__file__).parents[2] / "docs" / "graph.md").read_text(encoding="utf-8")

    text, picture, *_ = re.findall(r"```\n(.*?)```", page, re.DOTALL)
    command, *lines = text.splitlines()
    assert command == "$ iam-tui graph startup user/bob"
    assert lines == lines_of(run, "startup", "user/bob")
    drawn = lines_of(run, "startup", "user/bob", "--format", "picture")
    assert drawn[:-2] == picture.splitlines()


# --- wrong usage --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("user/alic",), "did you mean user/alice?"),
        (("policy/AdministratorAcces",), "did you mean AdministratorAccess"),
        (("policy/IAMFullAccess",), "nobody in this account has policy/IAMFullAccess"),
        (("user/bob", "--steps", "0"), "no number from 1 to 4"),
        (("user/bob", "--steps", "two"), "no number from 1 to 4"),
        (("user/bob", "--format", "svg"), "invalid choice: 'svg'"),
        (("--format", "picture"), "name P"),
    ],
)
def test_wrong_usage_is_status_2(run: Runner, argv: tuple[str, ...], words: str) -> None:
    assert words in refused(run("graph", "startup", *argv), 2)


# --- languages of graphs ------------------------------------------------------------------------


def test_dot(run: Runner) -> None:
    lines = lines_of(run, "startup", "user/eve", "--format", "dot")

    eve, boundary = "arn:aws:iam::111122223333:user/eve", "arn:aws:iam::aws:policy/PowerUserAccess"
    assert (lines[0], lines[-1]) == ("digraph account {", "}")
    assert f'  "{eve}" [label="eve (has a boundary)", shape=box, style="bold"];' in lines
    assert f'  "{eve}" -> "{boundary}" [label="limited by", style="dashed"];' in lines


def test_mermaid(run: Runner) -> None:
    assert lines_of(run, "startup", "role/Deploy", "--format", "mermaid") == [
        "flowchart LR",
        '  n0["bob"]',
        '  n1(["Deploy"])',
        '  n2>"DeployFunctions (inline)"]',
        '  n1 -->|"has"| n2',
        '  n0 ==>|"can assume"| n1',
    ]


def test_graphml(run: Runner) -> None:
    graph = nx.parse_graphml("\n".join(lines_of(run, "startup", "--format", "graphml")))

    alice = "arn:aws:iam::111122223333:user/alice"
    assert graph.nodes[alice] == {"kind": "user", "label": "alice", "marks": ""}
    kinds = {attributes["kind"] for _, _, attributes in graph.edges(data=True)}
    assert kinds == {
        *("member", "attached", "inline", "boundary", "trusts", "becomes", "holds"),
    }


def output_of(account: Account, folder: Path, *argv: str) -> str:
    path = folder / "account.toml"
    path.write_text(dumps_toml(account), encoding="utf-8")
    out = io.StringIO()
    with redirect_stdout(out):
        assert run_graph([str(path), *argv]) == 0
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("accounts")


@given(account=accounts())
def test_no_name_breaks_out_of_dot(account: Account, folder: Path) -> None:
    for line in output_of(account, folder, "--format", "dot").split("\n")[:-1]:
        assert DOT_LINE.fullmatch(line), line


@given(account=accounts())
def test_no_name_breaks_out_of_mermaid(account: Account, folder: Path) -> None:
    for line in output_of(account, folder, "--format", "mermaid").split("\n")[:-1]:
        assert MERMAID_LINE.fullmatch(line), line


@given(account=accounts())
def test_no_name_breaks_out_of_graphml(account: Account, folder: Path) -> None:
    found = ET.fromstring(output_of(account, folder, "--format", "graphml"))

    tags = {element.tag.rpartition("}")[2] for element in found.iter()}
    assert tags <= {"graphml", "key", "graph", "node", "edge", "data"}


@given(account=accounts())
def test_every_user_has_a_picture_and_sentences(account: Account, folder: Path) -> None:
    for user in (*account.users, account.root_user.arn)[:1]:
        for form in FORMATS:
            out = output_of(account, folder, user, "--format", form, "--ascii")
            assert out
            if form in {"text", "picture"}:
                assert out.isascii()
                assert out.replace("\n", "").isprintable()
