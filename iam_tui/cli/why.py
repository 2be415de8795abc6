"""`iam-tui why`: why a request is allowed or not, and the smallest changes either way."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account, resource, session_policies
from iam_tui.cli.status import Status

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import DenialAnswer, Reasons
    from iam_tui.policy.requests import ContextValue

EXAMPLES = (
    (
        "iam-tui why startup --principal user/eve --action s3:GetObject "
        "--resource arn:aws:s3:::reports/2026/q1.csv"
    ),
    (
        "iam-tui why startup --message 'User: arn:aws:iam::111122223333:user/dave is not "
        'authorized to perform: s3:PutObject on resource: "arn:aws:s3:::reports/2026/q1.csv" '
        "because no identity-based policy allows the s3:PutObject action'"
    ),
    "iam-tui why startup --principal user/alice --action lambda:ListFunctions --json",
)


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui why",
        "Say why a request is allowed or not, layer by layer: for a denial also the statement that "
        "came nearest and the smallest changes that would allow it, for an allowed request the "
        "smallest sets of cuts that would end it.",
        examples=EXAMPLES,
        more="Every change was tried on a copy. The edits of --json are lines for --edits.",
    )
    made.add_account()
    made.add_argument("--principal", metavar="P", help="user/alice, role/Deploy, root, an ARN, ...")
    made.add_argument("--action", metavar="A", help="one action, s3:GetObject")
    made.add_argument(
        "--resource", metavar="R", type=resource, help="an ARN; without it any resource"
    )
    made.add_circumstances()
    made.add_argument(
        "--message",
        metavar="TEXT",
        help="AWS's AccessDenied message instead of the request, also as a CloudTrail event or "
        "decoded; - for standard input. What the other flags say wins over it",
    )
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb.

    Raises:
        UsageError: When the command line is wrong, or the message is none of AWS's.
    """
    made = parser()
    arguments = made.parse(argv)
    context = made.context_of(arguments)
    if arguments.message is not None:
        return _of_message(arguments, context)
    for flag in ("principal", "action"):
        if getattr(arguments, flag) is None:
            made.error(f"--{flag} is missing; give --principal and --action, or --message")
    account = open_account(arguments)
    from iam_tui.analysis import why

    found = why(
        account,
        arguments.principal,
        arguments.action,
        arguments.resource,
        context,
        resource_account=arguments.resource_account,
        credentials=arguments.credentials,
        session=session_policies(account, arguments),
    )
    _show(arguments, account, found, None)
    return Status.DONE


def _of_message(arguments: Namespace, context: Mapping[str, ContextValue]) -> int:
    message: str = arguments.message
    from_input = message == "-"
    account = open_account(arguments, also_read=[message] if from_input else [])
    if from_input:
        message = sys.stdin.buffer.read().decode("utf-8", "replace")
    from iam_tui.analysis import explain_denial, read_denial

    answer = explain_denial(
        account,
        read_denial(message),
        principal=arguments.principal,
        action=arguments.action,
        resource=arguments.resource,
        resource_account=arguments.resource_account,
        context=context,
        credentials=arguments.credentials,
        session=session_policies(account, arguments),
    )
    _show(arguments, account, answer.reasons, answer)
    return Status.DONE


def _show(
    arguments: Namespace, account: Account, found: Reasons, answer: DenialAnswer | None
) -> None:
    if arguments.json:
        from iam_tui.cli.why_json import as_json

        output.json_document(as_json(found, answer))
        return
    from iam_tui.cli.why_text import described

    for text in described(account, found, answer, output.width()):
        output.line(text)
