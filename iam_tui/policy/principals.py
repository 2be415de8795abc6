"""Who asks: principal strings of requests, and how a policy's principal element names them.

IAM User Guide: "AWS JSON policy elements: Principal" and "NotPrincipal" (EVALUATION rules G17 to
G23, E10 to E17, E57).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from iam_tui.policy.documents import JsonValue


class Kind(StrEnum):
    """The kinds of callers (E3)."""

    ROOT = "root user"
    USER = "user"
    ROLE = "role"
    """A bare role ARN; stands for a session of it."""
    SESSION = "role session"
    FEDERATED_USER = "federated user"
    ASSUMED_ROOT = "AssumeRoot session"
    SERVICE = "service"
    PROVIDER = "identity provider"
    ANONYMOUS = "anonymous"


class Naming(IntEnum):
    """How an Allow of a resource policy names the caller, from the weakest to the best (E10)."""

    ACCOUNT = 1
    USER = 2
    ROLE = 3
    DIRECT = 4


@dataclass(frozen=True, slots=True, eq=False)
class Principal:
    """A caller, taken apart; the same text gives the same object."""

    text: str
    kind: Kind
    partition: str | None = None
    account: str | None = None
    name: str = ""
    """User or role name without path, session name, service or provider."""
    path: str = "/"
    role: str | None = None
    """The role's name, for a role and its sessions."""
    arn_start: str = ""
    """What the ARNs of its partition begin with; empty where it is of none."""

    @property
    def principal_arn(self) -> str:
        """`aws:PrincipalArn`: for a session the role's ARN (K2), its path unknown here (K3)."""
        if self.kind is Kind.SESSION:
            return f"arn:{self.partition}:iam::{self.account}:role/{self.role}"
        if self.kind is Kind.ASSUMED_ROOT:
            return f"arn:{self.partition}:iam::{self.account}:root"
        return self.text

    @property
    def is_role(self) -> bool:
        """Whether the caller acts as a role."""
        return self.role is not None

    @property
    def is_root(self) -> bool:
        """Whether the caller is the root user, by its own credentials or by AssumeRoot."""
        return self.kind is Kind.ROOT or self.kind is Kind.ASSUMED_ROOT


PROVIDER_DOMAINS = frozenset(
    {
        "cognito-identity.amazonaws.com",
        "accounts.google.com",
        "www.amazon.com",
        "graph.facebook.com",
    }
)
"""Web identity providers that need no provider entity (G20)."""

_IAM = re.compile(
    r"arn:([\w-]+):iam::(\w+):(root|user/.+|role/.+|saml-provider/.+|oidc-provider/.+)",
    re.DOTALL,
)
_STS = re.compile(
    r"arn:([\w-]+):sts::(\w+):(assumed-root(?:/.*)?|assumed-role/[^/]+/[^/]+|federated-user/[^/]+)",
    re.DOTALL,
)
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/[\w./-]*)?")
_WEB_IDENTITY = frozenset({"sts:assumerolewithwebidentity", "sts:assumerolewithsaml"})
_OF_SESSIONS = frozenset({"sts:tagsession", "sts:setsourceidentity"})
"""What a provider may ask beside (E45)."""


@lru_cache(maxsize=16_384)
def parse_principal(text: str, action: str = "") -> Principal:
    """Return the caller that a request's principal string names (E57).

    Args:
        text: `*`, an ARN, a service principal, a provider's ARN or domain.
        action: In lower case; decides whether a domain is a provider or a service.

    Raises:
        ValueError: When the string is none of these; a group, for instance, is no principal.
    """
    if not isinstance(text, str):
        msg = f"{text!r} is no principal: expected a text"
        raise ValueError(msg)  # noqa: TRY004 - the one error of principals (E57)
    if text == "*":
        return Principal(text, Kind.ANONYMOUS, name="anonymous")
    if text.startswith("arn:"):
        found = _from_arn(text)
        if found is not None:
            return found
    elif text in PROVIDER_DOMAINS and (
        action in _WEB_IDENTITY or not text.endswith(".amazonaws.com")
    ):
        return Principal(text, Kind.PROVIDER, name=text)
    elif text.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return Principal(text, Kind.SERVICE, name=text)
    elif (action in _WEB_IDENTITY or action in _OF_SESSIONS) and _DOMAIN.fullmatch(text):
        return Principal(text, Kind.PROVIDER, name=text)
    msg = (
        f"{text!r} is no principal: expected the ARN of a user, role, role session, federated user "
        "or root user, a service such as lambda.amazonaws.com, an identity provider, or *"
    )
    if ":group/" in text:
        msg = f"{text!r} is a group, and a group is no principal: name a user or role instead"
    raise ValueError(msg)


def _from_arn(text: str) -> Principal | None:
    found = _parts_of_arn(text)
    return None if found is None else replace(found, arn_start=f"arn:{found.partition}:")


def _parts_of_arn(text: str) -> Principal | None:
    if found := _IAM.fullmatch(text):
        partition, account, rest = found.groups()
        if rest == "root":
            return Principal(text, Kind.ROOT, partition, account, "root")
        kind, _, path_and_name = rest.partition("/")
        head, slash, name = path_and_name.rpartition("/")
        if not name:
            return None
        path = f"/{head}{slash}" if head else "/"
        if kind == "user":
            return Principal(text, Kind.USER, partition, account, name, path)
        if kind == "role":
            return Principal(text, Kind.ROLE, partition, account, name, path, name)
        return Principal(text, Kind.PROVIDER, partition, account, path_and_name)
    if found := _STS.fullmatch(text):
        partition, account, rest = found.groups()
        kind, _, name = rest.partition("/")
        if kind == "assumed-root":
            return Principal(text, Kind.ASSUMED_ROOT, partition, account, "root")
        if kind == "federated-user":
            return Principal(text, Kind.FEDERATED_USER, partition, account, name)
        role, _, session = name.partition("/")
        return Principal(text, Kind.SESSION, partition, account, session, role=role)
    return None


class Caller(NamedTuple):
    """A principal with what the context adds to its identity."""

    principal: Principal
    user_id: str | None = None
    """`aws:userid`, by which policies name entities whose ARN they lost (G23)."""
    federating_user: str | None = None
    """ARN of the user who made a federated user (E10a)."""
    has_boundary: bool = False


class PrincipalElement(NamedTuple):
    """A `Principal` or `NotPrincipal` element, compiled."""

    everyone: bool
    aws: tuple[str, ...]
    services: frozenset[str]
    federated: frozenset[str]
    negated: bool

    def naming(self, caller: Caller) -> Naming | None:
        """Return how the listed principals name the caller, the best way first, or None."""
        if self.everyone:
            return Naming.DIRECT
        principal = caller.principal
        if principal.kind is Kind.SERVICE:
            return Naming.DIRECT if principal.text in self.services else None
        if principal.kind is Kind.PROVIDER:
            return Naming.DIRECT if self._names_provider(principal) else None
        best: Naming | None = None
        for value in self.aws:
            found = _names(value, caller)
            if found is not None and (best is None or found > best):
                best = found
        return best

    def _names_provider(self, principal: Principal) -> bool:
        if principal.text in self.federated:
            return True
        suffix = f":oidc-provider/{principal.text}"
        return principal.account is None and any(value.endswith(suffix) for value in self.federated)

    def applies(self, caller: Caller, *, deny: bool) -> Naming | None:
        """Return how the statement reaches the caller, or None when it does not.

        `NotPrincipal` in an Allow grants to all that are not listed by any of their facets (E15).
        In a Deny only the caller's own ARN spares it (E16), and nothing spares a caller that has
        a permissions boundary (E17).
        """
        if not self.negated:
            return self.naming(caller)
        if not deny:
            return None if self.naming(caller) is not None else Naming.DIRECT
        if caller.has_boundary:
            return Naming.DIRECT
        spared = self.naming(caller) is Naming.DIRECT
        return None if spared else Naming.DIRECT


def _names(value: str, caller: Caller) -> Naming | None:
    """Return how one `AWS` value names the caller."""
    principal = caller.principal
    account = principal.account
    if account is None:
        return None
    if value == principal.text and principal.kind is not Kind.ROLE:
        return Naming.DIRECT
    if value in (account, f"arn:{principal.partition}:iam::{account}:root"):
        return Naming.DIRECT if principal.is_root else Naming.ACCOUNT
    if value.startswith(("AROA", "AIDA")):
        return _names_by_id(value, caller)
    if principal.role is not None:
        prefix = f"arn:{principal.partition}:iam::{account}:role/"
        named = value.startswith(prefix) and value.rsplit("/", 1)[-1] == principal.role
        return Naming.ROLE if named else None
    if principal.kind is Kind.FEDERATED_USER and value == caller.federating_user:
        return Naming.USER
    return None


def _names_by_id(value: str, caller: Caller) -> Naming | None:
    """Match the unique id that AWS leaves in a policy when the entity is deleted (G23)."""
    if caller.user_id is None:
        return None
    if caller.principal.kind is Kind.USER:
        return Naming.DIRECT if caller.user_id == value else None
    if caller.principal.role is not None:
        return Naming.ROLE if caller.user_id.partition(":")[0] == value else None
    return None


def compile_element(value: JsonValue, *, negated: bool) -> PrincipalElement:
    """Compile a `Principal` or `NotPrincipal` element; what is not understood names nobody."""
    if not isinstance(value, dict):
        # A bare string other than "*" is what AWS would write as {"AWS": ...} (G22).
        value = {"AWS": value}
    aws = _strings(value.get("AWS"))
    return PrincipalElement(
        everyone="*" in aws,
        aws=tuple(text for text in aws if text != "*"),
        services=frozenset(_strings(value.get("Service"))),
        federated=frozenset(_strings(value.get("Federated"))),
        negated=negated,
    )


def _strings(value: JsonValue) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))
    return ()


def names_unknown_maker(element: PrincipalElement, principal: Principal) -> bool:
    """Whether a user is named who may have made this federated user, which nobody said (E10a)."""
    if principal.kind is not Kind.FEDERATED_USER:
        return False
    prefix = f"arn:{principal.partition}:iam::{principal.account}:user/"
    return any(value.startswith(prefix) for value in element.aws)
