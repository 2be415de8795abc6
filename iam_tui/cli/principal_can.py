"""`iam-tui principal-can`: everything that one identity can do, and what keeps it from more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import EffectivePermissions, Permission

EXAMPLES = (
    "iam-tui principal-can startup user/alice",
    "iam-tui principal-can startup group/Developers --json",
    "iam-tui principal-can startup user/eve --policy",
)
_LEVELS = ("List", "Read", "Write", "Permissions management", "Tagging", "Unknown")
_LAYERS = {
    "identity": "the identity policies",
    "service_control": "SCPs",
    "resource_control": "RCPs",
    "resource": "resource policies",
    "root": "the root user",
}


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui principal-can",
        "List every action that an identity may do (granted), may do on some resources or under "
        "conditions (limited), or is kept from although a policy allows it (blocked).",
        examples=EXAMPLES,
    )
    made.add_account()
    made.add_argument(
        "principal",
        metavar="P",
        help="user/alice, role/Deploy, root, an ARN, or group/Admins: what it gives its members",
    )
    form = made.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document")
    form.add_argument(
        "--policy",
        action="store_true",
        help="the effective permissions as one IAM policy; on standard error what it cannot say",
    )
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb."""
    arguments = parser().parse(argv)
    account = open_account(arguments)
    if arguments.policy:
        return _write_policy(account, arguments.principal)
    from iam_tui.analysis import principal_can

    found = principal_can(account, arguments.principal)
    if arguments.json:
        _write_json(found)
        for note in notes(account, found):
            output.say(note)
        return Status.DONE
    for line in _lines(account, found, output.width()):
        output.line(line)
    return Status.DONE


def _write_policy(account: Account, principal: str) -> Status:
    """Write one policy document, and say what it does not say."""
    from iam_tui.analysis import policy_document

    found = policy_document(account, principal)
    output.json_document(found.document.value)
    for text in found.inexact:
        output.say(f"the document allows less than it could: {text}")
    for text in found.not_said:
        output.say(text)
    return Status.DONE


def _write_json(found: EffectivePermissions) -> None:
    """Write one JSON document, a permission a line."""
    output.write(f'{{"principal": {output.json_text(found.principal)}, "permissions": [')
    separator = "\n  "
    for permission in found:
        output.write(f"{separator}{output.json_text(as_json(permission))}")
        separator = ",\n  "
    output.line("\n]}" if separator.startswith(",") else "]}")


def as_json(permission: Permission) -> dict[str, object]:
    """Return a row as JSON has it."""
    found: dict[str, object] = {
        "action": permission.action,
        "access_level": permission.access_level,
        "status": permission.status,
        "resources": permission.resources,
        "conditions": permission.conditions,
        "via": permission.via,
        "blocked_by": permission.blocked_by,
    }
    if permission.excluded:
        found["excluded"] = permission.excluded
    return found


def notes(account: Account, found: EffectivePermissions) -> Iterator[str]:
    """Yield what the file does not say."""
    from iam_tui.cli.names import way

    for item in found.unknown:
        yield f"the document of {way(account, item.path)} is not known and not counted"
    lacking = [_LAYERS.get(layer, layer) for layer in found.not_in_file]
    if lacking:
        yield f"not in this file: {', '.join(lacking)}"


def _lines(account: Account, found: EffectivePermissions, width: int | None) -> Iterator[str]:
    """Yield the permissions, grouped by service and access level."""
    from iam_tui.cli.names import fitted, short

    services = found.services
    figures = ", ".join(
        f"{sum(getattr(service, word) for service in services)} {word}"
        for word in ("granted", "limited", "blocked")
    )
    plural = "" if len(services) == 1 else "s"
    yield f"{short(account, found.principal)}: {figures} in {len(services)} service{plural}"
    if found.kind == "group":
        yield "a group is no principal: this is what it gives its members"
    if found.everything:
        yield "everything: no policy limits the root user"
    for note in notes(account, found):
        yield fitted("", display_text(note), indent=0, width=width)
    for service in services:
        yield ""
        yield service.service
        yield from _levels(account, found.rows(service.service), width)


def _levels(account: Account, rows: Sequence[Permission], width: int | None) -> Iterator[str]:
    by_level: dict[str, list[Permission]] = {}
    for row in rows:
        by_level.setdefault(row.access_level, []).append(row)
    longest = max(len(row.action.partition(":")[2]) for row in rows)
    for level in sorted(by_level, key=_LEVELS.index):
        yield f"  {level}"
        for row in by_level[level]:
            name = display_text(row.action.partition(":")[2])
            text = f"    {name:<{longest}}  {row.status:<7}{details(account, row)}".rstrip()
            yield text if width is None or len(text) <= width else f"{text[: width - 3]}..."


def details(account: Account, row: Permission) -> str:
    """Return where, under which conditions, through what, and what stands against it."""
    from iam_tui.cli.names import short, way

    parts: list[str] = []
    if row.resources and row.resources != ("*",):
        parts.append(f"on {display_text(', '.join(row.resources))}")
    if row.excluded:
        parts.append(f"except {display_text(', '.join(row.excluded))}")
    if row.conditions:
        parts.append(f"if {display_text(', '.join(row.conditions))}")
    if row.blocked_by:
        parts.append(f"blocked by {', '.join(short(account, key) for key in row.blocked_by)}")
    if row.via:
        ways = dict.fromkeys(way(account, _way(path)) for path in row.via)
        parts.append(f"via {'; '.join(ways)}")
    return f"  {'; '.join(parts)}" if parts else ""


def _way(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the part of a way that is worth a line: after the principal, the policy once."""
    *nodes, statement = path[1:]
    return (*nodes[:-1], statement) if nodes else (statement,)
