"""`iam-tui grep`: the statements of an account that name an action, a resource, or hold a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import StatementSearch
    from iam_tui.analysis.policy_carriers import Carried, Carriers
    from iam_tui.analysis.statements_search import FoundStatement

EXAMPLES = (
    "iam-tui grep startup iam:PassRole",
    "iam-tui grep startup 's3:Put*' --json",
    "iam-tui grep startup arn:aws:s3:::reports/2026/q1.csv",
)


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui grep",
        "List the statements of all policies that name an action or a resource, match it by a "
        "wildcard, or have a word in them; what names it comes first.",
        examples=EXAMPLES,
        more="It says what is written; who may do it in the end is said by iam-tui who-can.",
    )
    made.add_account()
    made.add_argument(
        "word", metavar="WORD", help="an action, an ARN, both also with wildcards, or any text"
    )
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb."""
    arguments = parser().parse(argv)
    account = open_account(arguments)
    from iam_tui.analysis import search_statements
    from iam_tui.analysis.policy_carriers import Carriers

    found = search_statements(account, arguments.word)
    carriers = Carriers(account)
    if arguments.json:
        rows = [as_json(row, carriers.of(row.policy, row.kind)) for row in found.rows]
        output.json_document({"word": found.word, "statements": rows, "unknown": found.unknown})
    else:
        for line in _lines(account, found, carriers):
            output.line(line)
    for policy in found.unknown:
        output.say(f"the document of {policy} is not known and was not searched")
    return Status.DONE


def as_json(row: FoundStatement, carried: Carried) -> dict[str, object]:
    """Return a found statement as JSON has it."""
    return {
        "statement": row.key,
        "policy": row.policy,
        "index": row.index,
        "kind": row.kind,
        "sid": row.sid,
        "effect": row.effect,
        "matches": [
            {"element": one.element, "entry": one.text, "how": one.how} for one in row.matches
        ],
        "principals": carried.principals,
        "bounds": carried.bounded,
    }


def _lines(account: Account, found: StatementSearch, carriers: Carriers) -> Iterator[str]:
    """Yield one line a statement, cut to the width of a terminal."""
    from iam_tui.cli.names import short

    policies = len({(row.policy, row.kind) for row in found.rows})
    yield f"{_counted(len(found.rows), 'statement')} in {_counted(policies, 'policy')}"
    names = [f"{short(account, row.key)} {display_text(row.sid)}".rstrip() for row in found.rows]
    longest = min(max(map(len, names), default=0), 48)
    width = output.width()
    for row, name in zip(found.rows, names, strict=True):
        carried = carriers.of(row.policy, row.kind)
        first = row.matches[0]
        more = f" +{len(row.matches) - 1}" if len(row.matches) > 1 else ""
        text = (
            f"{name:<{longest}}  {display_text(row.effect):<5}  {row.kind:<8}  "
            f"{carried_text(carried):<14}  "
            f"{first.how} {display_text(first.element)} {display_text(first.text)}{more}"
        )
        yield text if width is None or len(text) <= width else f"{text[: width - 3]}..."


def carried_text(carried: Carried) -> str:
    """Return whom a policy reaches: `3 principals`, `bounds 2`."""
    parts = [_counted(carried.principals, "principal")] if carried.principals else []
    if carried.bounded:
        parts.append(f"bounds {carried.bounded}")
    return ", ".join(parts) or "-"


def _counted(number: int, word: str) -> str:
    plural = word if number == 1 else f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {plural}"
