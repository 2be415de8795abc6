"""`iam-tui matrix`: who has which access levels in which services."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import AccessMatrix, MatrixRow

EXAMPLES = (
    "iam-tui matrix startup",
    "iam-tui matrix startup --service s3 --service iam --service lambda",
    "iam-tui matrix startup --format csv > matrix.csv",
)
_MOST_NAMED = 6
"""How many services with equal marks are named before they are counted."""


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui matrix",
        "Show for the root user, all users and all roles which access levels they have in which "
        "services: L list, R read, W write, P permissions management, T tagging; in small letters "
        "where every action of the level is limited to some resources or conditions.",
        examples=EXAMPLES,
    )
    made.add_account()
    made.add_argument(
        "--service",
        dest="services",
        metavar="S",
        action="append",
        default=[],
        help="only this service, as a column; repeatable",
    )
    made.add_argument("--format", choices=("text", "csv", "json"), default="text")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb.

    Raises:
        UsageError: When a service is not known.
    """
    arguments = parser().parse(argv)
    from iam_tui.analysis.matrix_rows import known_services

    services = known_services(arguments.services)
    account = open_account(arguments)
    from iam_tui.analysis import access_matrix

    with _no_collector():
        found = access_matrix(account)
    if arguments.format == "json":
        _write_json(found, services)
    elif arguments.format == "csv":
        _write_csv(found, services)
    else:
        for line in _lines(account, found, services, output.width()):
            output.line(line)
    return Status.DONE


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep the cycle collector from walking the account and all rows: nearly all of it is kept."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            # What is kept to the end need not be walked while it is written, nor at the end.
            gc.freeze()
            gc.enable()


def _write_json(found: AccessMatrix, services: Sequence[str]) -> None:
    """Write one JSON document, a principal a line."""
    output.write("[")
    separator = "\n  "
    for row in found:
        cells = row.every_levels()
        if services:
            cells = {service: cells[service] for service in services if service in cells}
        made = {"principal": row.principal, "kind": row.kind, "services": cells}
        output.write(f"{separator}{output.json_text(made)}")
        separator = ",\n  "
    output.line("\n]")


def _write_csv(found: AccessMatrix, services: Sequence[str]) -> None:
    """Write a row a principal; many have the same marks, whose text is made once."""
    columns = list(services or found.services)
    places = {service: place for place, service in enumerate(columns)}
    output.line(",".join(("principal", "kind", *columns)))
    known: dict[object, str] = {}
    for row in found:
        cells = (row.granted, row.limited)
        marks = known.get(cells)
        if marks is None:
            its = [""] * len(columns)
            for service, letters in row.every_marks().items():
                if service in places:
                    its[places[service]] = letters
            marks = known[cells] = ",".join(("", *its))
        output.line(f"{_quoted(display_text(row.principal))},{row.kind}{marks}")


def _quoted(text: str) -> str:
    """Return a cell as CSV has it."""
    return text if _ODD.isdisjoint(text) else '"' + text.replace('"', '""') + '"'


_ODD = frozenset(',"\r\n')


# --- text for people -----------------------------------------------------------------------------


def _lines(
    account: Account, found: AccessMatrix, services: Sequence[str], width: int | None
) -> Iterator[str]:
    from iam_tui.cli.names import fitted, short

    names = [short(account, row.principal) for row in found]
    indent = min(max(map(len, names)) + 2, 40)
    if services:
        yield from _grid(found, names, services)
        return
    count = len(found.services)
    yield f"{len(found)} principals, {count} service{'' if count == 1 else 's'}"
    for row, name in zip(found, names, strict=True):
        yield fitted(f"{name}  ", _summary(row), indent=indent, width=width)


def _summary(row: MatrixRow) -> str:
    """Return the marks of a principal, each with the services that have just these."""
    by_marks: dict[str, list[str]] = {}
    for service, marks in row.every_marks().items():
        by_marks.setdefault(marks, []).append(service)
    parts: list[str] = []
    for marks, services in sorted(by_marks.items(), key=_most_first):
        many = len(services) > _MOST_NAMED
        parts.append(f"{marks} {f'{len(services)} services' if many else ', '.join(services)}")
    return "; ".join(parts) or "-"


def _most_first(item: tuple[str, list[str]]) -> tuple[int, str]:
    marks, services = item
    return -len(services), marks


def _grid(found: AccessMatrix, names: Sequence[str], services: Sequence[str]) -> Iterator[str]:
    first = max(map(len, names))
    widths = [max(len(service), 5) for service in services]
    header = "  ".join(f"{one:<{wide}}" for one, wide in zip(services, widths, strict=True))
    yield f"{'':<{first}}  {header}".rstrip()
    for row, name in zip(found, names, strict=True):
        cells = "  ".join(
            f"{row.marks(service) or '-':<{wide}}"
            for service, wide in zip(services, widths, strict=True)
        )
        yield f"{name:<{first}}  {cells}".rstrip()
