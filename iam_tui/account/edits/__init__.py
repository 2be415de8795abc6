"""Every change of an account, as a value.

An edit says what it does (`title`, `past`), checks what AWS would check and gives a new `Account`
(`apply`). Undo, the journal, the diff and the plan are readings of one list of edits.
"""

from __future__ import annotations

from iam_tui.account.edits.assertions import DeleteAssertion, PutAssertion
from iam_tui.account.edits.attachments import (
    AttachPolicy,
    DeleteBoundary,
    DeleteInlinePolicy,
    DetachPolicy,
    PutBoundary,
)
from iam_tui.account.edits.compound import Compound, Edit
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
from iam_tui.account.edits.everything import delete_with_everything
from iam_tui.account.edits.membership import AddMember, RemoveMember
from iam_tui.account.edits.subjects import policy_reference
from iam_tui.account.edits.wire import decode_edit, decode_edits, encode_edit

__all__ = [
    "AddMember",
    "AttachPolicy",
    "Compound",
    "DeactivateMfaDevice",
    "DeleteAccessKey",
    "DeleteAssertion",
    "DeleteBoundary",
    "DeleteConsolePassword",
    "DeleteGroup",
    "DeleteInlinePolicy",
    "DeletePolicy",
    "DeletePolicyVersion",
    "DeleteRole",
    "DeleteUser",
    "DetachPolicy",
    "Edit",
    "PutAssertion",
    "PutBoundary",
    "PutInlinePolicy",
    "PutPolicyDocument",
    "PutTrustPolicy",
    "RemoveMember",
    "RemoveRoleFromInstanceProfile",
    "decode_edit",
    "decode_edits",
    "delete_with_everything",
    "encode_edit",
    "policy_reference",
]
