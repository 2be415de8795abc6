"""What Explore takes from elsewhere, identifiers, and what can be taken from it, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from iam_tui.errors import UsageError
from iam_tui.tui.screens.commanding import Commanding

if TYPE_CHECKING:
    from iam_tui.tui.screens.body import Body
    from iam_tui.tui.screens.explore import ExploreScreen
    from iam_tui.tui.screens.walk import Walk
    from iam_tui.tui.session import Session


class Taking(Commanding):
    """The part of the explorer that copies, and goes where an identifier leads.

    What knows accounts is imported when it is first asked for: the first frame waits for none.
    """

    if TYPE_CHECKING:
        session: Session
        body: Body

        @property
        def walk(self) -> Walk:
            """Who knows where one is."""

    def foretell(self, text: str) -> None:
        """Say where an identifier would lead that is typed as a filter."""
        from iam_tui.tui.jumping import foretold

        said = foretold(cast("ExploreScreen", self), text)
        if said:
            self.program.commands.say(said)

    def jumped(self, text: str) -> bool:
        """Go to the owner of an identifier; tell whether it is one."""
        from iam_tui.tui.jumping import jump

        return jump(cast("ExploreScreen", self), text)

    def action_copy(self) -> None:
        """Copy what the cursor is on: the ARN, the action, the statement."""
        pane = self.body.focused_pane
        current = pane.view.current if pane is not None else None
        text = (current.copy or current.text.strip()) if current is not None else ""
        if text:
            self.copy_text(text)

    def action_copy_as(self) -> None:
        """Choose in which form to copy what one is at."""
        from iam_tui.tui.copying import forms_of

        if self.session.workspace is None:
            return
        self.walk.catch_up()
        in_panel = self.walk.place.pane in {"permissions", "why"}
        row = self.body.permissions.row if in_panel else None
        permission = row.permission if row is not None else None
        self.choose_form(
            forms_of(self.session.account, self.walk.target, permission, self._command)
        )

    def action_copy_command(self) -> None:
        """Copy the command that prints what the pane shows."""
        if self.session.workspace is not None:
            self.walk.catch_up()
            self.copy_command(self._command)

    def _command(self) -> str:
        from iam_tui.tui.copying import command_line, verb_for

        row = self.body.permissions.row
        permission = row.permission if row is not None else None
        place, target = self.walk.place, self.walk.target
        is_used = self.session.is_used(target.key)
        verb = verb_for(self.session.account, target, place.pane, permission, is_used=is_used)
        if not verb:
            raise UsageError("no command prints this: nobody in the account has it")
        return command_line(self.session, *verb)
