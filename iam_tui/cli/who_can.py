"""`iam-tui who-can`: everybody who may do an action, on what it depends, and by which ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import WhoCan, WhoGroup, WhoRow

EXAMPLES = (
    "iam-tui who-can startup s3:GetObject arn:aws:s3:::reports/2026/q1.csv",
    "iam-tui who-can startup iam:PassRole --context iam:PassedToService=ec2.amazonaws.com --json",
    "iam-tui who-can startup 's3:Delete*' 'arn:aws:s3:::reports/*'",
)


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui who-can",
        "List everybody who may do an action, also those whom the policy of the resource lets in, "
        "on which conditions it depends, and by which ways they come by it.",
        examples=EXAMPLES,
        more="With * in ACTION or RESOURCE: who may do any of it, and who may do all of it.",
    )
    made.add_account()
    made.add_argument("action", metavar="ACTION", help="s3:GetObject, or a pattern: s3:Get*")
    made.add_argument(
        "resource", metavar="RESOURCE", nargs="?", help="an ARN or a pattern; without it any"
    )
    made.add_context()
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb."""
    made = parser()
    arguments = made.parse(argv)
    context = made.context_of(arguments)
    account = open_account(arguments)
    from iam_tui.analysis import who_can

    found = who_can(account, arguments.action, arguments.resource, context)
    if arguments.json:
        _write_json(found)
        for note in found.notes:
            output.say(note)
        return Status.DONE
    for line in _lines(account, found, output.width()):
        output.line(line)
    return Status.DONE


def _write_json(found: WhoCan) -> None:
    """Write one JSON document, a principal a line."""
    output.write("[")
    separator = "\n  "
    for row in found:
        output.write(f"{separator}{output.json_text(_as_json(found, row))}")
        separator = ",\n  "
    output.line("\n]" if separator.startswith(",") else "]")


def _as_json(found: WhoCan, row: WhoRow) -> dict[str, object]:
    made: dict[str, object] = {
        "principal": row.principal,
        "decision": row.decision.value,
        "conditional": row.conditional,
        "via": row.via,
    }
    if found.is_pattern:
        made["extent"] = "all" if row.principal in found.all else "any"
        made["action"], made["resource"] = row.action, row.resource
    return made


def _lines(account: Account, found: WhoCan, width: int | None) -> Iterator[str]:
    """Yield the principals, grouped by how they come by it."""
    from iam_tui.cli.names import fitted

    allowed = sum(row.decision == "allowed" for row in found)
    counts = f"{allowed} allowed"
    if allowed < len(found):
        counts += f", {len(found) - allowed} under conditions that do not hold"
    if found.is_pattern:
        counts = f"any: {counts}; all: {len(found.all)}"
    asked = display_text(f"{found.action} on {found.resource or 'any resource'}")
    yield fitted("", f"{asked}: {counts}", indent=0, width=width)
    for note in found.notes:
        yield fitted("", display_text(note), indent=0, width=width)
    for group in found.groups:
        yield ""
        yield fitted("", _heading(account, group), indent=0, width=width)
        for text in _ways(account, group):
            yield fitted("  ", f"via {text}", indent=6, width=width)
        names = ", ".join(_name(account, found, row) for row in group.rows)
        yield fitted("  ", names, indent=2, width=width)
    yield from _refused(account, found, width)


def _refused(account: Account, found: WhoCan, width: int | None) -> Iterator[str]:
    """Yield who has a policy that allows it and may not, why, and how many have none."""
    from iam_tui.cli.names import fitted, short

    for blocked in found.blocked:
        yield ""
        who = _principals(len(blocked.rows))
        text = f"{who}: {blocked.decision.value} although a policy allows it: {blocked.reason}"
        yield fitted("", display_text(text), indent=0, width=width)
        names = ", ".join(short(account, row.principal) for row in blocked.rows)
        yield fitted("  ", names, indent=2, width=width)
    if found.without:
        has = "has" if found.without == 1 else "have"
        yield ""
        yield f"{_principals(found.without)} {has} no policy that allows it"


def _principals(count: int) -> str:
    return "1 principal" if count == 1 else f"{count} principals"


def _heading(account: Account, group: WhoGroup) -> str:
    """Return what holds for a group in one line."""
    who = _principals(len(group.rows))
    keys = display_text(", ".join(group.conditional))
    if group.decision != "allowed":
        return f"{who}: {group.decision.value}, allowed depending on {keys}"
    if group.conditional:
        return f"{who}: allowed, depending on {keys}"
    return f"{who}: allowed"


def _ways(account: Account, group: WhoGroup) -> Iterator[str]:
    from iam_tui.cli.names import way

    if not group.how and group.rows[0].principal == account.root_user.arn:
        yield "the root user's access to everything in its account"
    for path in group.how:
        *nodes, statement = path
        yield way(account, (*nodes[:-1], statement))


def _name(account: Account, found: WhoCan, row: WhoRow) -> str:
    from iam_tui.cli.names import short

    name = "everybody (*)" if row.principal == "*" else short(account, row.principal)
    return f"{name} (all)" if found.is_pattern and row.principal in found.all else name
