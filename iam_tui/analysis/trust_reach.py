"""What the trust policies of roles say of callers, when two versions of an account are compared."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog
from iam_tui.analysis.masks import masks_of
from iam_tui.analysis.reading import reads
from iam_tui.analysis.surroundings import surroundings
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.special import TRUST_ACTIONS

if TYPE_CHECKING:
    from iam_tui.account import Account
    from iam_tui.account.entities import Role, User


@lru_cache(maxsize=1)
def trust_bits() -> int:
    """Return the actions of STS that trust policies decide, as bits of its actions."""
    place = catalog.action_index().place
    found = (place(*action.split(":")) for action in TRUST_ACTIONS)
    return sum(1 << bit for bit in found if bit is not None)


class TrustReach(NamedTuple):
    """What the trust policies of an account's roles say of callers, as far as all have it alike."""

    is_same: bool
    """Whether both accounts have the same ones, and none names callers by what they are not."""
    names: frozenset[str]
    """Names and unique ids of the callers that are named apart from their account."""
    keys: tuple[str, ...]
    """Keys of principals that their conditions read."""
    bits: int
    """Actions of STS of which they say something."""

    @classmethod
    def of(cls, accounts: tuple[Account, Account]) -> TrustReach:
        """Read the trust policies of two versions of an account."""
        before, after = (surroundings(account) for account in accounts)
        documents = dict.fromkeys(
            role.trust_policy
            for account in accounts
            for role in account.roles.values()
            if role.trust_policy is not None
        )
        is_same = before.trust_number == after.trust_number
        names: set[str] = set()
        keys: set[str] = set()
        bits = trust_bits()
        for document in documents:
            for _, mask in masks_of(document).of("sts"):
                bits |= mask
            for statement in document.compiled.statements(SHORT_ARNS[LayerKind.RESOURCE]):
                keys |= reads(statement).principal
                element = statement.principal
                if element is None:
                    continue
                if element.negated or element.everyone or any("*" in v for v in element.aws):
                    is_same = False
                names |= {
                    part for value in element.aws for part in value.replace(":", "/").split("/")
                }
        return cls(is_same, frozenset(names), tuple(sorted(keys)), bits)

    def slow_bits(self, entity: User | Role) -> int:
        """Return the actions of STS that a caller may have otherwise than others of its account."""
        if self.is_same and entity.name not in self.names and entity.id not in self.names:
            return self.bits & ~trust_bits()
        return self.bits
