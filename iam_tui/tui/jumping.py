"""Going straight to a thing of the account, wherever one is: by its name, or by an identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.lookup import is_identifier, owner_of_identifier
from iam_tui.tui.lines import Target

if TYPE_CHECKING:
    from iam_tui.tui.screens.explore import ExploreScreen


def land(explorer: ExploreScreen, arn: str, note: str = "") -> None:
    """Leave every mode for a user, group, role or policy in its list.

    Args:
        explorer: The explorer, wherever one is.
        arn: Its ARN.
        note: What is to be said there.
    """
    app = explorer.app
    while app.screen is not explorer:
        app.pop_screen()
    explorer.body.action_pane_restore()
    session = explorer.session
    entity = session.account.entity(arn)
    kind = entity.kind if entity is not None else "policy"
    if kind == "policy" and arn not in session.account.policies and not session.is_used(arn):
        # A policy of AWS that nobody has is in no list.
        explorer.walk.go_to(Target(kind, arn))
    else:
        explorer.walk.land(Target(kind, arn))
    explorer.say(note)


def jump(explorer: ExploreScreen, text: str) -> bool:
    """Go to the owner of an identifier, or say why there is none; tell whether it is one."""
    text = text.strip()
    if explorer.session.workspace is None or not is_identifier(text):
        return False
    found = owner_of_identifier(explorer.session.account, text)
    if found.arn is None:
        explorer.say(found.note, keep=True)
    else:
        land(explorer, found.arn, found.note)
    return True


def foretold(explorer: ExploreScreen, text: str) -> str:
    """Return where an identifier would lead; nothing for what is none."""
    text = text.strip()
    if not is_identifier(text):
        return ""
    account = explorer.session.account
    found = owner_of_identifier(account, text)
    return found.note if found.arn is None else f"enter goes to {account.reference(found.arn)}"
