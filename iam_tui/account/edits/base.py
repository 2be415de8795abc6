"""What every edit is: a small frozen struct with a name for people and a wire form.

An edit holds references (`user/alice`, the name of a policy), never entities, so that the same
edit can be written to a journal, read from a file and applied to another version of the account.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from iam_tui.account.account import Account

_PAST = {
    "add": "added",
    "allow": "allowed",
    "assert": "asserted",
    "attach": "attached",
    "change": "changed",
    "deactivate": "deactivated",
    "define": "defined",
    "delete": "deleted",
    "detach": "detached",
    "let": "let",
    "limit": "limited",
    "remove": "removed",
    "take": "took",
}
"""The first word of a title -> the same as something done."""


def _kebab(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", class_name).lower()


class EditBase(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="op",
    tag=_kebab,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """One change of an account, in the wire form `{"op": "attach-policy", ...}`."""

    @property
    def title(self) -> str:
        """What the edit does, for people: `attach S3Write to Developers`."""
        raise NotImplementedError

    @property
    def past(self) -> str:
        """What the edit did, for people: `attached S3Write to Developers`."""
        verb, _, rest = self.title.partition(" ")
        return f"{_PAST.get(verb, verb)} {rest}"

    def apply(self, account: Account) -> Account:
        """Return the account with the edit made; all that it does not touch is shared.

        What AWS accepts without doing anything, attaching an attached policy for instance, gives
        back the very account.

        Raises:
            EditError: When AWS would refuse it, with AWS's error code.
        """
        raise NotImplementedError
