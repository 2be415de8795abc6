"""`iam-tui check`: whether the account keeps its own promises, for CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.analysis import AssertionResult

EXAMPLES = (
    "iam-tui check startup",
    "iam-tui check org-member --json",
)
_INDENT = 8


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui check",
        "Check the assertions of the account file; exits 1 when one does not hold.",
        examples=EXAMPLES,
        more="A wildcard in an assertion means for every principal, action or resource.",
    )
    made.add_account()
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb."""
    arguments = parser().parse(argv)
    account = open_account(arguments)
    from iam_tui.analysis import check

    found = check(account)
    if arguments.json:
        output.json_document([_as_json(result) for result in found])
    else:
        for line in _lines(found, output.width()):
            output.line(line)
    return Status.DONE if all(result.holds for result in found) else Status.BAD_ANSWER


def _as_json(result: AssertionResult) -> dict[str, object]:
    assertion = result.assertion
    return {
        "principal": assertion.principal,
        "action": assertion.action,
        "resource": assertion.resource,
        "context": {
            key: value if isinstance(value, str) else list(value)
            for key, value in assertion.context.items()
        },
        "expect": assertion.expect,
        "why": assertion.why,
        "holds": result.holds,
        "reason": result.reason,
        "failures": [failure._asdict() for failure in result.failures],
        "notes": list(result.notes),
    }


def _lines(found: Sequence[AssertionResult], width: int | None) -> Iterator[str]:
    from iam_tui.analysis import promise_in_words
    from iam_tui.cli.names import fitted

    for result in found:
        said = display_text(promise_in_words(result.assertion))
        yield fitted("ok" if result.holds else "FAILED", said, indent=_INDENT, width=width)
        if result.assertion.why and not result.holds:
            yield fitted("", display_text(result.assertion.why), indent=_INDENT, width=width)
        if not result.holds:
            yield fitted("", display_text(result.reason), indent=_INDENT, width=width)
        for note in result.notes:
            yield fitted("", display_text(note), indent=_INDENT, width=width)
    failed = sum(not result.holds for result in found)
    total = len(found)
    noun = "assertion" if total == 1 else "assertions"
    if not total:
        yield "the file has no assertions"
    elif failed:
        yield f"{failed} of {total} {noun} failed"
    else:
        yield f"{total} {noun} hold{'s' if total == 1 else ''}"
