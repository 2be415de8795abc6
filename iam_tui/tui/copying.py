"""What can be copied of what one is at, in which forms, and how it gets to a clipboard."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from iam_tui.account import Group, Policy, Role, Root, User
from iam_tui.account.arns import split_inline_key
from iam_tui.errors import UsageError
from iam_tui.tui.choices import Choice
from iam_tui.tui.lines import cut
from iam_tui.tui.ways import node_name, split_statement_key
from iam_tui.workspace.folders import make_private, state_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iam_tui.account import Account, Entity
    from iam_tui.analysis import Permission
    from iam_tui.policy import Document
    from iam_tui.tui.app import IamTuiApp
    from iam_tui.tui.lines import Line, Target
    from iam_tui.tui.session import Session

MOST = 74_994
"""Bytes of base64 that terminals take by OSC 52; some cut what is longer."""
TMUX = "in tmux: set -g set-clipboard on"
_LABEL = 13
"""Cells for the name of a form."""
_SHOWN = 60
"""Cells of a copied text in the status line."""


class Copying:
    """Brings text to the clipboard and says what came of it."""

    def __init__(self, app: IamTuiApp, environment: Mapping[str, str] = os.environ) -> None:
        """Take the program, and what tells of its terminal."""
        self._app = app
        self._hint = TMUX if environment.get("TMUX") else ""

    def copy(self, text: str, what: str = "") -> None:
        """Copy a text; one that is too long for the terminal is offered as a file.

        Args:
            text: The text.
            what: What it is called in the status line; empty: itself.
        """
        how = self._app.session.options.clipboard
        if how == "off":
            self._app.commands.say("the clipboard is off (--clipboard off): nothing was copied")
            return
        if how == "osc52" and len(base64.b64encode(text.encode())) > MOST:
            self._offer_file(text, what or "this")
            return
        self._app.copy_to_clipboard(text)
        hint, self._hint = (self._hint if how == "osc52" else ""), ""
        shown = what or cut(text, _SHOWN) if "\n" not in text or what else "several lines"
        self._app.commands.say(f"copied {shown} ({len(text):,} characters)", hint)

    def _offer_file(self, text: str, what: str) -> None:
        from iam_tui.tui.screens.dialogs import ChooseScreen

        path = new_name(dt.datetime.now(tz=dt.UTC))
        choices = [
            Choice("write it to a file", str(path), answer=True),
            Choice("do not", "nothing is copied", answer=False),
        ]
        about = (
            f"Terminals take {MOST:,} bytes for the clipboard; {what} has "
            f"{len(base64.b64encode(text.encode())):,}."
        )

        def answered(answer: bool | None) -> None:
            if answer:
                self._write(path, text)

        self._app.push_screen(
            ChooseScreen(
                "Too long to copy",
                choices,
                text=about,
                ascii_only=self._app.terminal.ascii_only,
            ),
            answered,
        )

    def _write(self, path: Path, text: str) -> None:
        try:
            write_private(path, text)
        except OSError as error:
            self._app.commands.say(f"not written: {path}: {error.strerror or error}")
        else:
            self._app.commands.say(f"wrote {path}, readable by you alone")


def new_name(now: dt.datetime) -> Path:
    """Return where a text goes that is too long for the clipboard."""
    return state_path().parent / "copied" / f"{now:%Y%m%d-%H%M%S}.txt"


def write_private(path: Path, text: str) -> None:
    """Write a new file that its owner alone can read.

    Raises:
        OSError: When that is not possible.
    """
    make_private(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def command_line(session: Session, verb: str, *arguments: str) -> str:
    """Return the command that prints the same answer.

    Raises:
        UsageError: When the unsaved edits cannot be given to a verb.
    """
    workspace = session.open_workspace
    if workspace.reverted:
        raise UsageError("no command says this: an edit that the file has was undone; save first")
    if workspace.unsaved and session.journal_problem is not None:
        raise UsageError("no command can say this: the edits are in memory only; save first")
    return session.command_line(verb, *arguments)


def verb_for(
    account: Account, target: Target, pane: str, row: Permission | None, *, is_used: bool
) -> tuple[str, ...]:
    """Return the verb and its arguments that print what a pane of Explore shows.

    Args:
        account: The account.
        target: What one is at.
        pane: `permissions`, `why`, or any other.
        row: The permission under the cursor.
        is_used: Whether somebody has it, of a policy that the file lacks.

    Returns:
        Nothing where no verb has it.
    """
    reference = account.reference(target.key)
    is_identity = target.kind not in {"policy", "inline"}
    if pane == "permissions" and is_identity:
        return ("principal-can", reference)
    if pane == "why" and is_identity and row is not None:
        words = ["why", "--principal", reference, "--action", row.action]
        if row.resources and "*" not in row.resources[0]:
            words += ["--resource", row.resources[0]]
        return tuple(words)
    inline = split_inline_key(target.key)
    is_there = account.identity(inline[0] if inline else target.key) is not None
    if is_there or target.key in account.policies or is_used:
        return ("graph", reference)
    return ()


def forms_of(
    account: Account, target: Target, row: Permission | None, command: Callable[[], str]
) -> Iterator[Choice[str]]:
    """Yield the forms in which what one is at can be copied: of a permission its own.

    Args:
        account: The account.
        target: What one is at.
        row: The permission under the cursor, where that is what one is at.
        command: Makes the command of this view.
    """
    if row is not None:
        yield _form("action", row.action)
        yield _form("resources", "\n".join(row.resources))
        yield from _statement(account, row)
        yield _form("Markdown row", permission_row(row))
    else:
        name = node_name(account, target.key).removeprefix("group ")
        yield _form("name", name)
        yield _form("ARN" if split_inline_key(target.key) is None else "key", target.key)
        text = json_of(account, target)
        if text:
            yield _form("JSON", text)
        yield _form("Markdown row", markdown_row(account, target))
    yield from _command_form(command)


def forms_of_line(
    account: Account, line: Line, command: Callable[[], str]
) -> Iterator[Choice[str]]:
    """Yield the forms in which a line of a screen can be copied."""
    if line.target is not None:
        yield from forms_of(account, line.target, None, command)
        return
    yield _form("text", line.copy or line.text.strip())
    yield from _command_form(command)


def _command_form(command: Callable[[], str]) -> Iterator[Choice[str]]:
    try:
        yield _form("command", command())
    except UsageError as error:
        yield Choice(f"{'command':<{_LABEL}}", str(error), "")


def _form(label: str, text: str) -> Choice[str]:
    lines = text.count("\n")
    return Choice(f"{label:<{_LABEL}}", f"{lines + 1} lines" if lines else text, text)


def _statement(account: Account, row: Permission) -> Iterator[Choice[str]]:
    """Yield the statement that gives a permission, as the document has it."""
    if not row.via:
        return
    policy, index = split_statement_key(row.via[0][-1])
    document = document_of(account, policy)
    if document is not None and index is not None and index < len(document.statements):
        yield _form("statement", json.dumps(document.statements[index], indent=2))


def document_of(account: Account, policy: str) -> Document | None:
    """Return the document of a managed or inline policy."""
    inline = split_inline_key(policy)
    if inline is None:
        managed = account.policy(policy)
        return None if managed is None else managed.document
    owner = account.identity(inline[0])
    return (
        None if owner is None or isinstance(owner, Root) else owner.inline_policies.get(inline[1])
    )


def json_of(account: Account, target: Target) -> str:
    """Return a policy's document, or an identity as AWS's export has it; empty: there is none."""
    if target.kind in {"policy", "inline"}:
        document = document_of(account, target.key)
        return "" if document is None else document.pretty()
    entity = account.entity(target.key)
    return "" if entity is None else _as_exported(account, entity)


def _as_exported(account: Account, entity: Entity) -> str:
    from iam_tui.formats import dumps_authorization_details

    nothing: dict[str, dict[str, object]] = {"users": {}, "groups": {}, "roles": {}, "policies": {}}
    if isinstance(entity, Root | Policy):
        return ""
    alone = account.with_(**{**nothing, _FIELDS[type(entity)]: {entity.arn: entity}})
    exported = msgspec.json.decode(dumps_authorization_details(alone))
    found = next(one[0] for one in exported.values() if isinstance(one, list) and one)
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()


_FIELDS: dict[type, str] = {User: "users", Group: "groups", Role: "roles"}


def markdown_row(account: Account, target: Target) -> str:
    """Return a row of a Markdown table: name, kind, ARN or key, policies."""
    entity = account.entity(target.key)
    name = node_name(account, target.key).removeprefix("group ")
    held: list[str] = []
    if isinstance(entity, User):
        held += [f"group {group}" for group in entity.groups]
    if isinstance(entity, User | Group | Role):
        held += [node_name(account, arn) for arn in entity.policies]
        held += [f"{inline} (inline)" for inline in entity.inline_policies]
    return _row(name, target.kind, target.key, ", ".join(held))


def permission_row(row: Permission) -> str:
    """Return a row of a Markdown table: action, status, resources, conditions."""
    return _row(row.action, row.status, ", ".join(row.resources), ", ".join(row.conditions))


def _row(*cells: str) -> str:
    # A bar would end the cell, a line break the row.
    escaped = (" ".join(cell.replace("|", "\\|").split()) for cell in cells)
    return f"| {' | '.join(escaped)} |"
