"""Several edits as one step, and the union of all edits.

`Edit` is what a journal, a lesson and `--edits FILE` hold. A new kind of edit is a class in the
module of its area and one name in the union.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from iam_tui.account.edits.assertions import DeleteAssertion, PutAssertion
from iam_tui.account.edits.attachments import (
    AttachPolicy,
    DeleteBoundary,
    DeleteInlinePolicy,
    DetachPolicy,
    PutBoundary,
)
from iam_tui.account.edits.base import EditBase
from iam_tui.account.edits.credentials import (
    DeactivateMfaDevice,
    DeleteAccessKey,
    DeleteConsolePassword,
)
from iam_tui.account.edits.deletion import (
    DeleteGroup,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteUser,
    RemoveRoleFromInstanceProfile,
)
from iam_tui.account.edits.documents import PutInlinePolicy, PutPolicyDocument, PutTrustPolicy
from iam_tui.account.edits.membership import AddMember, RemoveMember

if TYPE_CHECKING:
    from iam_tui.account.account import Account


class Compound(EditBase, frozen=True, kw_only=True):
    """Edits that are made, undone and named as one; none of them is made when one is refused."""

    title: str
    """What the edits do together; its first word is a verb."""
    edits: tuple[Edit, ...]

    def apply(self, account: Account) -> Account:
        """Return the account with all edits made in order."""
        for edit in self.edits:
            account = edit.apply(account)
        return account


Edit = Union[  # noqa: UP007 - evaluated at run time, with a name that is still to come
    AttachPolicy,
    DetachPolicy,
    PutInlinePolicy,
    DeleteInlinePolicy,
    PutBoundary,
    DeleteBoundary,
    PutPolicyDocument,
    PutTrustPolicy,
    PutAssertion,
    DeleteAssertion,
    AddMember,
    RemoveMember,
    DeleteUser,
    DeleteGroup,
    DeleteRole,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteConsolePassword,
    DeleteAccessKey,
    DeactivateMfaDevice,
    RemoveRoleFromInstanceProfile,
    Compound,
]
