"""Command lines: argparse with our words, our errors, and what all verbs have in common."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from iam_tui.cli import output
from iam_tui.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iam_tui.account import Account
    from iam_tui.policy.documents import Document
    from iam_tui.policy.requests import ContextValue

ACCOUNT_HELP = (
    "a TOML account, the JSON of aws iam get-account-authorization-details, a sample's name, "
    "or - for standard input"
)


def account_number(text: str) -> str:
    """Return an account's number, for `type` of an argument."""
    if not (len(text) == 12 and text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no account number, which has 12 digits")
    return text


def resource(text: str) -> str:
    """Return a resource, for `type` of an argument.

    An empty one comes from a variable that is not set, and must not be asked about as any.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; leave the flag out to ask about any")
    return text


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, with the nearest right flag."""

    def __init__(self, prog: str, summary: str, *, examples: Sequence[str], more: str = "") -> None:
        """Take what the help says.

        Args:
            prog: The command as it is typed, `iam-tui simulate`.
            summary: What it does, in one sentence.
            examples: Command lines that can be pasted.
            more: What stands before the examples.
        """
        shown = "\n".join(f"  {example}" for example in examples)
        super().__init__(
            prog=prog,
            description=summary,
            epilog=f"{more}\n\nexamples:\n{shown}" if more else f"examples:\n{shown}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.examples = tuple(examples)

    @property
    def flags(self) -> tuple[str, ...]:
        """The long flags, `--help` first."""
        found = (text for action in self._actions for text in action.option_strings)
        return tuple(text for text in found if text.startswith("--"))

    @property
    def actions(self) -> tuple[argparse.Action, ...]:
        """The arguments and flags, for what completes them."""
        return tuple(self._actions)

    def parse(self, argv: Sequence[str]) -> argparse.Namespace:
        """Return the arguments.

        Raises:
            UsageError: When they are wrong.
        """
        known, extra = self.parse_known_args(argv)
        if extra:
            self.refuse_extra(extra[0])
        output.keep_lines_whole(asked=getattr(known, "plain", False))
        return known

    def refuse_extra(self, text: str) -> NoReturn:
        """Raise a UsageError for an argument that has no place."""
        flag = text.partition("=")[0]
        if not flag.startswith("-"):
            self.error(f"{text!r} is one argument too many")
        # Without the dashes, which make all flags alike.
        close = [f"--{name}" for name in nearest(flag.strip("-"), [f[2:] for f in self.flags])]
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        self.error(f"there is no flag {flag}{hint}")

    def error(self, message: str) -> NoReturn:
        """Raise a UsageError instead of ending the process."""
        raise UsageError(f"{message} (see {self.prog} --help)")

    def print_help(self, file: object = None) -> None:  # noqa: ARG002 - argparse's signature
        """Write the help where all output is written."""
        output.write(self.format_help())

    def add_account(self) -> None:
        """Add ACCOUNT, the flags that add to it, and how lines are written."""
        self.add_argument("account", metavar="ACCOUNT", help=ACCOUNT_HELP)
        self.add_additions()
        self.add_argument(
            "--plain",
            action="store_true",
            help="whole lines also on a terminal, as in a pipe: for screen readers and for copying",
        )

    def add_context(self) -> None:
        """Add the flag that gives context keys."""
        self.add_argument(
            "--context",
            metavar="K=V",
            action="append",
            default=[],
            help="a context key, aws:SourceIp=192.0.2.1; repeat it for more keys or more values",
        )

    def add_circumstances(self) -> None:
        """Add the flags of a request beside principal, action and resource."""
        self.add_argument(
            "--resource-account",
            metavar="ID",
            type=account_number,
            help="who owns the resource, where its ARN does not say",
        )
        self.add_context()
        self.add_argument(
            "--credentials",
            choices=("access-key", "console", "session"),
            default="access-key",
            help="how a user signs: by access key (the default), in the console, or with "
            "credentials of GetSessionToken",
        )
        self.add_argument(
            "--session-policy",
            metavar="POLICY",
            action="append",
            default=[],
            help="a session policy of a role session or federated user: a file (with / or .json in "
            "its name), JSON, or the name of a managed policy; repeatable",
        )

    def context_of(self, arguments: argparse.Namespace) -> dict[str, ContextValue]:
        """Return `--context K=V ...` as keys; a key that stands twice has several values.

        Raises:
            UsageError: When one is no K=V.
        """
        given: list[str] = arguments.context
        found: dict[str, tuple[str, list[str]]] = {}
        for text in given:
            key, equals, value = text.partition("=")
            if not (key and equals):
                self.error(f"--context {text!r} is no K=V, such as aws:SourceIp=192.0.2.1")
            found.setdefault(key.lower(), (key, []))[1].append(value)
        return {key: values if len(values) > 1 else values[0] for key, values in found.values()}

    def add_additions(self) -> None:
        """Add the flags that add to an account."""
        self.add_argument(
            "--with",
            dest="with_files",
            metavar="FILE.toml",
            action="append",
            default=[],
            help="add what an export cannot hold: organization, resources, root user; repeatable",
        )
        self.add_argument(
            "--credential-report",
            metavar="FILE.csv",
            help="add passwords, MFA and access keys from AWS's credential report",
        )
        self.add_argument(
            "--edits",
            metavar="FILE.jsonl",
            help="make these edits on top, one JSON object a line",
        )


def open_account(
    arguments: argparse.Namespace, *, also_read: Iterable[str] = (), edited: bool = True
) -> Account:
    """Return the account that ACCOUNT and the flags beside it describe.

    Args:
        arguments: What `add_account` added.
        also_read: Other files that the verb reads; standard input can be only one of all.
        edited: Whether the edits are made.

    Raises:
        AccountFileError: When a file cannot be read or is invalid.
        EditError: When AWS would refuse one of the edits.
        UsageError: When standard input is asked for twice.
    """
    source: str = arguments.account
    with_files: list[str] = arguments.with_files
    report: str | None = arguments.credential_report
    edits: str | None = arguments.edits
    if [source, *with_files, report, edits, *also_read].count("-") > 1:
        raise UsageError("standard input (-) can be read only once")
    from iam_tui.formats import load

    account = load(source, with_files=with_files)
    if report is not None:
        from iam_tui.formats import add_credential_report

        account, remarks = add_credential_report(account, report)
        for remark in remarks:
            output.say(remark)
    return with_edits(account, arguments) if edited else account


def with_edits(account: Account, arguments: argparse.Namespace) -> Account:
    """Return an account as the edits of the command line leave it.

    Raises:
        AccountFileError: When their file cannot be read or is invalid.
        EditError: When AWS would refuse one of them.
    """
    edits: str | None = arguments.edits
    if edits is None:
        return account
    from iam_tui.workspace import Source, Workspace

    workspace = Workspace(account, Source(name=arguments.account, path=None, kind="toml"))
    workspace.apply_edits_file(edits)
    return workspace.account


def session_policies(account: Account, arguments: argparse.Namespace) -> list[Document]:
    """Return the session policies that `add_circumstances` took.

    Raises:
        AccountFileError: When a file cannot be read or holds no policy document.
        UnknownName: When there is no such managed policy.
        UsageError: When JSON is no policy document, or nobody knows a policy's.
    """
    given: list[str] = arguments.session_policy
    if not given:
        return []
    from iam_tui.formats.session_policies import session_policy_of

    return [session_policy_of(account, one) for one in given]
