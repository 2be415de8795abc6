"""`iam-tui simulate`: one request, or a file of them, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account, resource, session_policies
from iam_tui.cli.status import Status
from iam_tui.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import Simulation
    from iam_tui.formats.request_lines import RequestLine
    from iam_tui.policy.documents import Document
    from iam_tui.policy.requests import ContextValue

EXAMPLES = (
    (
        "iam-tui simulate startup --principal user/alice --action s3:GetObject "
        "--resource arn:aws:s3:::reports/2026/q1.csv"
    ),
    "iam-tui simulate startup --principal user/eve --action s3:GetObject --expect denied --json",
    (
        'echo \'{"principal": "user/alice", "action": "iam:GetUser"}\' '
        "| iam-tui simulate startup --requests - --json"
    ),
)
EXPECTATIONS = ("allowed", "denied", "implicitDeny", "explicitDeny")
"""What `--expect` takes; `denied` is either deny."""


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui simulate",
        "Decide a request as AWS would, and say which statements decided.",
        examples=EXAMPLES,
    )
    made.add_account()
    made.add_argument(
        "--principal",
        metavar="P",
        help="user/alice, role/Deploy, group/Admins, root, an ARN (also of a role session), a "
        "service, or * for an anonymous caller",
    )
    made.add_argument(
        "--action",
        metavar="A",
        action="append",
        help="an action, s3:GetObject; repeat it to ask about several",
    )
    made.add_argument(
        "--resource",
        metavar="R",
        type=resource,
        action="append",
        help="an ARN; without it any resource; repeat it to ask about several",
    )
    made.add_circumstances()
    made.add_argument(
        "--requests",
        metavar="FILE.jsonl",
        help='requests, one JSON object a line: {"principal", "action", "resource", "context"}; '
        "- for standard input",
    )
    made.add_argument("--expect", choices=EXPECTATIONS, help="exit 1 when the answer is another")
    made.add_argument("--json", action="store_true", help="JSON; of several requests one a line")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb.

    Raises:
        UsageError: When the command line is wrong.
    """
    made = parser()
    arguments = made.parse(argv)
    context = made.context_of(arguments)
    if arguments.requests is not None:
        return _run_many(made, arguments, context)
    for flag in ("principal", "action"):
        if getattr(arguments, flag) is None:
            made.error(f"--{flag} is missing; give --principal and --action, or --requests")
    account = open_account(arguments)
    session = session_policies(account, arguments)
    from iam_tui.analysis import simulate

    answers = [
        simulate(
            account,
            arguments.principal,
            action,
            resource,
            context=context,
            resource_account=arguments.resource_account,
            credentials=arguments.credentials,
            session=session,
        )
        for action in dict.fromkeys(arguments.action)
        for resource in dict.fromkeys(arguments.resource or [None])
    ]
    if len(answers) > 1:
        _write_several(account, answers, arguments)
    else:
        _write_one(account, answers[0], arguments)
    expected: str | None = arguments.expect
    unmet = [found for found in answers if not _is_met(found, expected)]
    for found in unmet:
        about = "" if len(answers) == 1 else f"{found.request.action} on {found.resource}: "
        output.say(f"{about}expected {expected}, got {found.decision}")
    return Status.BAD_ANSWER if unmet else Status.DONE


def _write_one(account: Account, found: Simulation, arguments: Namespace) -> None:
    if arguments.json:
        from iam_tui.analysis import evaluation_result

        output.json_document(evaluation_result(found))
        return
    from iam_tui.cli.simulation_text import described

    for text in described(account, found, output.width()):
        output.line(text)


def _write_several(account: Account, answers: list[Simulation], arguments: Namespace) -> None:
    from iam_tui.analysis import evaluation_result
    from iam_tui.cli.simulation_text import headline

    for found in answers:
        if arguments.json:
            output.json_line(evaluation_result(found))
        else:
            output.line(headline(account, found))


def _is_met(found: Simulation, expected: str | None) -> bool:
    if expected == "denied":
        return not found.allowed
    return expected in (None, found.decision)


def _run_many(made: Parser, arguments: Namespace, context: Mapping[str, ContextValue]) -> int:
    """Answer a file of requests line by line, as they come in."""
    for flag in ("principal", "action", "resource", "resource_account"):
        if getattr(arguments, flag) is not None:
            made.error(f"--{flag.replace('_', '-')} belongs in the lines of --requests")
    file: str = arguments.requests
    expected: str | None = arguments.expect
    account = open_account(arguments, also_read=[file])
    session = session_policies(account, arguments)
    from iam_tui.analysis import evaluation_result
    from iam_tui.cli.simulation_text import headline
    from iam_tui.formats.request_lines import request_lines

    unmet = 0
    for number, line in request_lines(file):
        place = f"{file}:{number}"
        found = _answer(account, line, place, context, arguments, session)
        if arguments.json:
            output.json_line(evaluation_result(found))
        else:
            output.line(headline(account, found))
        output.flush()
        if not _is_met(found, expected):
            unmet += 1
            output.say(f"{place}: expected {expected}, got {found.decision}")
    return Status.BAD_ANSWER if unmet else Status.DONE


def _answer(
    account: Account,
    line: RequestLine,
    place: str,
    context: Mapping[str, ContextValue],
    arguments: Namespace,
    session: Sequence[Document],
) -> Simulation:
    """Answer one line; what it says wins over the flags.

    Raises:
        UsageError: When it cannot be asked, with its place.
    """
    from iam_tui.analysis import simulate

    try:
        return simulate(
            account,
            line.principal,
            line.action,
            line.resource,
            context={**context, **line.context},
            resource_account=line.resource_account,
            credentials=line.credentials or arguments.credentials,
            session=session,
        )
    except (UnknownName, UsageError) as error:
        raise UsageError(f"{place}: {error}") from None
