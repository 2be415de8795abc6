"""`iam-tui compare`: how two identities, or one in two accounts, differ in what they can do."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account, with_edits
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import Comparison, EffectivePermissions, Permission
    from iam_tui.analysis.comparison import ComparedLevel, ComparedPermission

EXAMPLES = (
    "iam-tui compare startup user/alice user/bob",
    "iam-tui compare startup user/carol group/Admins --json",
    "iam-tui compare startup root --other first-day",
)


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui compare",
        "Compare what two identities can do: - only P, + only Q, ~ both, but on other resources or "
        "under other conditions.",
        examples=EXAMPLES,
        more="Without Q the same identity is compared: with itself in --other, or before and after "
        "--edits.",
    )
    made.add_account()
    made.add_argument(
        "one", metavar="P", help="user/alice, role/Deploy, group/Admins, root, an ARN"
    )
    made.add_argument("other", metavar="Q", nargs="?", help="the other one; without it P again")
    made.add_argument(
        "--other", dest="other_account", metavar="ACCOUNT2", help="the account that Q is in"
    )
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb."""
    made = parser()
    arguments = made.parse(argv)
    if not (arguments.other or arguments.other_account or arguments.edits):
        made.error("name a second identity, --other ACCOUNT2, or --edits FILE.jsonl")
    account, second = _accounts(arguments)
    places = _places(arguments)
    from iam_tui.analysis import compare

    found = compare(account, arguments.one, arguments.other or arguments.one, other_account=second)
    if arguments.json:
        _write_json(found)
        for note in _notes(account, second, found):
            output.say(note)
        return Status.DONE
    for line in _lines(account, second, found, places, output.width()):
        output.line(line)
    return Status.DONE


def _accounts(arguments: argparse.Namespace) -> tuple[Account, Account]:
    """Return where each of the two is; an identity alone is compared before and after the edits."""
    if arguments.other_account is not None:
        account = open_account(arguments, also_read=[arguments.other_account])
        from iam_tui.formats import load

        return account, load(arguments.other_account)
    if arguments.other is not None:
        account = open_account(arguments)
        return account, account
    before = open_account(arguments, edited=False)
    return before, with_edits(before, arguments)


def _places(arguments: argparse.Namespace) -> tuple[str, str]:
    """Return what tells the two apart when they are not in the same account."""
    if arguments.other_account is not None:
        return f" in {arguments.account}", f" in {arguments.other_account}"
    return ("", "") if arguments.other is not None else (" before", " after")


def _write_json(found: Comparison) -> None:
    """Write one JSON document, a level or a permission a line."""
    output.write(f'{{"one": {output.json_text(found.one.principal)}, ')
    output.write(f'"other": {output.json_text(found.other.principal)},\n "levels": [')
    _write_list(output.json_text(level._asdict()) for level in found.levels)
    output.write('],\n "permissions": [')
    _write_list(output.json_text(_as_json(row)) for row in found)
    output.line("]}")


def _write_list(texts: Iterator[str]) -> None:
    separator = "\n  "
    for text in texts:
        output.write(f"{separator}{text}")
        separator = ",\n  "


def _as_json(row: ComparedPermission) -> dict[str, object]:
    from iam_tui.cli.principal_can import as_json

    return {
        "action": row.action,
        "access_level": row.access_level,
        "change": row.change,
        "one": None if row.one is None else as_json(row.one),
        "other": None if row.other is None else as_json(row.other),
    }


# --- text for people -----------------------------------------------------------------------------


def _lines(
    account: Account,
    second: Account,
    found: Comparison,
    places: tuple[str, str],
    width: int | None,
) -> Iterator[str]:
    """Yield the differences, by service and access level."""
    from iam_tui.cli.names import fitted, short

    one = f"{short(account, found.one.principal)}{display_text(places[0])}"
    other = f"{short(second, found.other.principal)}{display_text(places[1])}"
    only_one, only_other, different, same = found.totals
    counts = f"{only_one} only the first, {only_other} only the second"
    head = f"{one} and {other}: {counts}, {different} otherwise, {same} alike"
    yield fitted("", head, indent=0, width=width)
    for note in _notes(account, second, found):
        yield fitted("", display_text(note), indent=0, width=width)
    for service in found.services:
        yield ""
        yield service
        for level in found.levels:
            rows = found.rows(service, level.access_level) if level.service == service else ()
            if rows:
                yield f"  {level.access_level}  {_counts(level)}"
                yield from _rows(account, second, rows, width)


def _counts(level: ComparedLevel) -> str:
    parts = (("-", level.only_one), ("+", level.only_other), ("~", level.different))
    return " ".join(f"{mark}{count}" for mark, count in parts if count)


def _rows(
    account: Account,
    second: Account,
    rows: Sequence[ComparedPermission],
    width: int | None,
) -> Iterator[str]:
    longest = max(len(row.action.partition(":")[2]) for row in rows)
    for row in rows:
        name = display_text(row.action.partition(":")[2])
        sides = [
            _side(whose, side)
            for whose, side in ((account, row.one), (second, row.other))
            if side is not None and (row.change == "~" or side.is_allowed)
        ]
        text = f"    {row.change} {name:<{longest}}  {' | '.join(sides)}".rstrip()
        yield text if width is None or len(text) <= width else f"{text[: width - 3]}..."


def _side(account: Account, row: Permission) -> str:
    from iam_tui.cli.principal_can import details

    return f"{row.status}{details(account, row)}"


def _notes(account: Account, second: Account, found: Comparison) -> Iterator[str]:
    from iam_tui.cli.principal_can import notes

    sides: list[tuple[Account, EffectivePermissions]] = [(account, found.one)]
    sides.append((second, found.other))
    yield from dict.fromkeys(note for whose, side in sides for note in notes(whose, side))
