"""Edits of what the account file promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from iam_tui.account.edits import subjects
from iam_tui.account.edits.base import EditBase
from iam_tui.account.entities import Assertion
from iam_tui.errors import EditError

if TYPE_CHECKING:
    from iam_tui.account.account import Account


class PutAssertion(EditBase, frozen=True, kw_only=True):
    """Add a promise to the account file, or change the one about the same request.

    It is ours, not AWS's: no plan has it.
    """

    principal: str
    action: str
    expect: Literal["allowed", "denied"]
    resource: str = "*"
    context: dict[str, str | tuple[str, ...]] = {}
    why: str = ""

    @property
    def title(self) -> str:
        """What the edit does."""
        where = "" if self.resource == "*" else f" on {self.resource}"
        who = subjects.short_name(self.principal)
        return f"assert that {self.action}{where} is {self.expect} for {who}"

    def apply(self, account: Account) -> Account:
        """Return the account with the promise, last among them when it is new."""
        if not self.principal or not self.resource:
            raise EditError("InvalidInput", "an assertion names a principal and a resource")
        service, colon, name = self.action.partition(":")
        if self.action != "*" and not (service and colon and name):
            message = f"{self.action!r} is no action; expected SERVICE:NAME, such as s3:GetObject"
            raise EditError("InvalidInput", message)
        made = Assertion(
            principal=self.principal,
            action=self.action,
            resource=self.resource,
            expect=self.expect,
            context=self.context,
            why=self.why,
        )
        if made in account.assertions:
            return account
        about = _about(made)
        kept = tuple(made if _about(item) == about else item for item in account.assertions)
        if made not in kept:
            kept = (*kept, made)
        return account.with_(assertions=kept)


class DeleteAssertion(EditBase, frozen=True, kw_only=True):
    """Take a promise out of the account file; it is ours, not AWS's: no plan has it."""

    principal: str
    action: str
    resource: str = "*"
    context: dict[str, str | tuple[str, ...]] = {}

    @property
    def title(self) -> str:
        """What the edit does."""
        where = "" if self.resource == "*" else f" on {self.resource}"
        who = subjects.short_name(self.principal)
        return f"remove the assertion about {self.action}{where} for {who}"

    def apply(self, account: Account) -> Account:
        """Return the account without the promise."""
        about = _about(self)
        kept = tuple(item for item in account.assertions if _about(item) != about)
        if len(kept) == len(account.assertions):
            message = f"there is no assertion about {self.action} for {self.principal}"
            raise EditError("NoSuchEntity", message)
        return account.with_(assertions=kept)


def _about(assertion: Assertion | DeleteAssertion) -> tuple[object, ...]:
    """Return the request of an assertion, apart from what is expected of it."""
    return (assertion.principal, assertion.action, assertion.resource, assertion.context)
