"""The request's context keys: what the caller gave and what follows from the request itself.

IAM User Guide: "AWS global condition context keys" (EVALUATION section 5). What the caller gives
always wins; nothing is invented that does not follow from principal and resource (K13).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from iam_tui.policy.principals import Kind, Principal

if TYPE_CHECKING:
    from iam_tui.policy.facts import Facts
    from iam_tui.policy.special import Action

Values = tuple[str, ...]
"""The values of one key: one, or several for a multivalued key."""

FEDERATING_USER = "iam-tui:federatinguser"
"""The key by which the caller says which user a federated user was made by (E10a)."""

SESSION_TOKEN = "iam-tui:sessiontoken"  # noqa: S105 - the name of a key
"""The key by which the caller says that a user or the root user signs with credentials of
GetSessionToken, which may call little (E42)."""

DERIVED_KEYS = frozenset(
    {
        "aws:principalarn",
        "aws:principaltype",
        "aws:principalaccount",
        "aws:username",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:assumedroot",
        "aws:resourceaccount",
        "kms:calleraccount",
        FEDERATING_USER,
        SESSION_TOKEN,
    }
)
"""Keys whose absence is a fact, not a gap: principal and resource decide them (K2, K7, K8, K10)."""

_OF_ENTITIES = frozenset({"aws:userid", "aws:principalorgid", "aws:principalorgpaths"})
_NO_ENTITY = frozenset({Kind.SERVICE, Kind.ANONYMOUS})


def is_derivable(key: str, principal: Principal) -> bool:
    """Whether the absence of a lower-case key is a fact for a caller of this kind (K2, K6, K22)."""
    if key in DERIVED_KEYS:
        return True
    return principal.kind in _NO_ENTITY and (
        key in _OF_ENTITIES or key.startswith("aws:principaltag/")
    )


class Context:
    """The keys of one request, lower case, with their values as tuples of text.

    They are put together when the first of them is asked for: many decisions need none.
    """

    __slots__ = ("_action", "_owner", "_principal", "_raw", "_values", "facts")

    def __init__(
        self,
        given: Mapping[str, object] | None,
        principal: Principal,
        owner: str | None,
        action: Action,
        facts: Facts,
    ) -> None:
        """Take what the keys come from.

        Args:
            given: The caller's keys.
            principal: Who asks.
            owner: The account that owns the resource, where that is known.
            action: What is asked.
            facts: Which keys hold several values.
        """
        self._raw = given
        self._principal = principal
        self._owner = owner
        self._action = action
        self._values: dict[str, Values] | None = None
        self.facts = facts

    @property
    def values(self) -> dict[str, Values]:
        """Lower-case key -> values; a key without values is not in it (K1)."""
        found = self._values
        return self._put_together() if found is None else found

    def _put_together(self) -> dict[str, Values]:
        action = self._action
        base = derived(self._principal, self._owner, action.service, action.unsigned)
        raw = self._raw
        if not raw:
            self._values = base
            return base
        folded = fold(raw)
        values = self._values = {**base, **folded}
        if len(folded) < len(raw):
            # An empty list says that the key is absent, also where it would be derived (K1).
            for key in {str(key).lower() for key in raw} - folded.keys():
                values.pop(key, None)
        return values

    @property
    def given(self) -> frozenset[str]:
        """The keys that the caller gave, lower case."""
        return frozenset(fold(self._raw))

    def get(self, key: str) -> Values | None:
        """Return the values of a lower-case key, or None when it is absent."""
        return self.values.get(key)

    def variable(self, key: str, default: str | None) -> str | None:
        """Return what `${key}` stands for, or None when it is unresolved.

        Only single-valued keys can be variables (R16); the default is for absent keys (R13).
        """
        values = self.values.get(key)
        if values is None:
            return default
        if len(values) > 1 or self.facts.is_multivalued(key):
            return None
        return values[0]


_TEXT = frozenset({str})


def text_of(value: object) -> str:
    """Return a scalar as its JSON text: `True` is `true` (G8)."""
    if isinstance(value, str):
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def fold(context: Mapping[str, object] | None) -> dict[str, Values]:
    """Return given keys in lower case with values as text; an empty list is no value (K1)."""
    if not context:
        return {}
    if _TEXT.issuperset(map(type, context.values())) and _TEXT.issuperset(map(type, context)):
        return {key.lower(): (str(value),) for key, value in context.items()}
    folded: dict[str, Values] = {}
    for key, value in context.items():
        if isinstance(value, list | tuple | set | frozenset):
            several = tuple([text_of(item) for item in value if item is not None])
            if several:
                folded[str(key).lower()] = several
        elif value is not None:
            folded[str(key).lower()] = (text_of(value),)
    return folded


@lru_cache(maxsize=8192)
def derived(
    principal: Principal, owner: str | None, service: str, unsigned: bool
) -> dict[str, Values]:
    """Return the keys that follow from who asks and whose the resource is; not to be changed.

    Nobody signs AssumeRoleWithSAML and -WithWebIdentity: no principal stands behind them (E44).
    """
    found: dict[str, Values] = {}
    if not unsigned:
        found.update(_of_principal(principal))
    if owner is not None and service != "ebs":
        found["aws:resourceaccount"] = (owner,)
    if service == "kms" and principal.account is not None and not unsigned:
        found["kms:calleraccount"] = (principal.account,)
    return found


def _of_principal(principal: Principal) -> dict[str, Values]:
    kind = principal.kind
    if kind is Kind.ANONYMOUS:
        return {
            "aws:principaltype": ("Anonymous",),
            "aws:userid": ("anonymous",),
            "aws:principalaccount": ("anonymous",),
        }
    if kind is Kind.SERVICE:
        return {
            "aws:principalisawsservice": ("true",),
            "aws:principalservicename": (principal.text,),
            "aws:principalservicenameslist": (principal.text,),
        }
    if kind is Kind.PROVIDER or principal.account is None:
        return {}
    found: dict[str, Values] = {
        "aws:principalarn": (principal.principal_arn,),
        "aws:principalaccount": (principal.account,),
        "aws:principaltype": (_TYPES[kind],),
        "aws:principalisawsservice": ("false",),
    }
    if kind is Kind.USER:
        found["aws:username"] = (principal.name,)
    elif kind is Kind.FEDERATED_USER:
        found["aws:userid"] = (f"{principal.account}:{principal.name}",)
    elif kind in (Kind.ROOT, Kind.ASSUMED_ROOT):
        found["aws:userid"] = (principal.account,)
    if kind is Kind.ASSUMED_ROOT:
        found["aws:assumedroot"] = ("true",)
    return found


_TYPES = {
    Kind.ROOT: "Account",
    Kind.ASSUMED_ROOT: "Account",
    Kind.USER: "User",
    Kind.ROLE: "AssumedRole",
    Kind.SESSION: "AssumedRole",
    Kind.FEDERATED_USER: "FederatedUser",
}
