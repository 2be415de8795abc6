"""The effective permissions of an identity as one IAM policy document.

The Allows are those of its identity policies and what the policies of resources give it; the Denies
are those of all layers, and what each layer that limits does not allow. Evaluated in place of all
these, beside the policies of the resources, the document decides as they do. What no document can
say is said beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import friendly_name
from iam_tui.account.context import owner_of
from iam_tui.analysis.as_policy_clauses import (
    EVERYTHING,
    Clause,
    clause_of,
    denied_by,
    inside,
    meets,
)
from iam_tui.analysis.as_policy_conditions import Condition, taken
from iam_tui.analysis.probing import Prober
from iam_tui.errors import UsageError
from iam_tui.policy.actions import compile_pattern
from iam_tui.policy.documents import Document
from iam_tui.policy.principals import Naming
from iam_tui.policy.requests import SHORT_ARNS, LayerKind
from iam_tui.policy.special import RCP_SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.account.layers import Attachment
    from iam_tui.analysis.surroundings import Owned
    from iam_tui.policy.documents import JsonValue
    from iam_tui.policy.statements import Statement

MOST_CHARACTERS = 6144
"""Of a managed policy, white space apart (IAM and STS quotas)."""
_OWNER = "aws:ResourceAccount"


class PolicyDocument(NamedTuple):
    """One document, and what it does not say."""

    document: Document
    not_said: tuple[str, ...]
    """What else decides: policies that stay beside it, and what the file does not have."""
    inexact: tuple[str, ...]
    """Where the document allows less than the identity may do, because no document can say it."""


def policy_document(account: Account, principal: str) -> PolicyDocument:
    """Return the effective permissions of an identity as one policy document.

    Args:
        account: The account.
        principal: A user, group, role or the root user.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When it is no identity of this account.
    """
    return _Making(account, principal).made()


class _Making:
    """The parts of one document."""

    def __init__(self, account: Account, principal: str) -> None:
        self._account = account
        self._prober = Prober(account, principal)
        if self._prober.subject.arn is None:
            raise UsageError(f"{principal} is no identity of this account")
        self._allows: list[Clause] = []
        self._direct: list[Clause] = []
        """What resources give whatever the boundary says (E20)."""
        self._denies: list[tuple[str, Clause]] = []
        """With the beginning of a Sid."""
        self._not_said: list[str] = []
        self._inexact: list[str] = []

    def made(self) -> PolicyDocument:
        known = self._prober.layers
        if self._prober.kind == "root":
            self._allows.append(Clause(actions=EVERYTHING, resources=EVERYTHING))
            self._not_said.append("no identity policy gives or limits what the root user may do")
        else:
            self._add_identity()
        self._add_resources()
        self._add_trust()
        self._add_boundary()
        for number, level in enumerate(known.service_control, start=1):
            self._limit(f"Scp{number}", f"the SCPs of level {number}", level, _SCP)
        for number, level in enumerate(known.resource_control, start=1):
            self._add_rcps(number, level)
        self._add_gaps()
        document = Document.of({"Version": "2012-10-17", "Statement": [*self._statements()]})
        size = len("".join(document.text.split()))
        if size > MOST_CHARACTERS:
            self._not_said.append(
                f"it has {size:,} characters; a managed policy has {MOST_CHARACTERS:,} at most"
            )
        return PolicyDocument(
            document, tuple(dict.fromkeys(self._not_said)), tuple(dict.fromkeys(self._inexact))
        )

    def _statements(self) -> Iterator[JsonValue]:
        for clause in dict.fromkeys(self._allows):
            yield clause.statement("Allow")
        numbers: dict[str, int] = {}
        done: set[Clause] = set()
        for begin, clause in self._denies:
            # What nothing allows needs no Deny.
            if clause in done or not any(meets(clause, allow) for allow in self._allows):
                continue
            done.add(clause)
            numbers[begin] = numbers.get(begin, 0) + 1
            yield clause.statement("Deny", f"{begin}{numbers[begin]}")

    # --- identity policies and what limits them ------------------------------------------

    def _add_identity(self) -> None:
        for statement in _compiled(self._prober.layers.documents, LayerKind.IDENTITY):
            clause = clause_of(statement)
            if clause is None:
                continue
            if statement.deny:
                self._denies.append(("Identity", clause))
            else:
                self._allows.append(clause)

    def _add_boundary(self) -> None:
        known = self._prober.layers
        linked = ":role/aws-service-role/" in self._prober.subject.principal
        if linked or (known.boundary is None and not known.unknown_boundary):
            return
        if known.unknown_boundary:
            self._not_said.append(
                "the document of the permissions boundary is not known: taken as allowing nothing"
            )
        boundary = () if known.boundary is None else (known.boundary,)
        self._limit("Boundary", "the permissions boundary", boundary, LayerKind.BOUNDARY)

    def _limit(self, begin: str, name: str, layer: Sequence[Attachment], kind: LayerKind) -> None:
        """Deny what a layer denies, and what it does not allow."""
        allows = [*self._direct] if kind is LayerKind.BOUNDARY else []
        for statement in _compiled((item.document for item in layer), kind):
            clause = clause_of(statement)
            if clause is None:
                continue
            if statement.deny:
                self._denies.append((begin, clause))
            else:
                allows.append(clause)
        rest = denied_by(allows, self._allows)
        self._denies += [(f"{begin}Lacks", clause) for clause in rest.denies]
        if not rest.is_exact:
            self._inexact.append(f"{name} would need more than one document to be said whole")

    def _add_rcps(self, number: int, level: Sequence[Attachment]) -> None:
        """Deny what RCPs deny on the resources of the account, in the services that they reach."""
        for statement in _compiled((item.document for item in level), LayerKind.RESOURCE_CONTROL):
            clause = clause_of(statement) if statement.deny else None
            if clause is None:
                continue
            if clause.actions is None:
                self._inexact.append(
                    f"an RCP of level {number} has NotAction: the document denies the same in "
                    "services that RCPs do not reach"
                )
                actions = None
            else:
                actions = tuple(_reached(clause.actions))
                if not actions:
                    continue
            owned = _with_owner(clause._replace(actions=actions), self._account.id)
            self._denies.append((f"Rcp{number}", owned))

    # --- what resources say --------------------------------------------------------------

    def _add_resources(self) -> None:
        """Add what the policies of the account's resources give and deny."""
        for owned in self._prober.surroundings.owned:
            service = owned.arn.split(":")[2]
            if owner_of(self._account, owned.arn) not in (None, self._account.id):
                continue
            for statement in owned.statements:
                self._add_of_resource(owned, statement)
            if service == "kms":
                self._not_said.append("the key policies of KMS keys decide beside it")

    def _add_of_resource(self, owned: Owned, statement: Statement) -> None:
        element = statement.principal
        caller = self._prober.caller
        naming = None if element is None else element.applies(caller, deny=statement.deny)
        clause = clause_of(statement) if naming is not None else None
        if clause is None or (naming is Naming.ACCOUNT and not statement.deny):
            return
        bucket = ":s3:::" in owned.arn and "/" not in owned.arn
        wholes = (owned.arn, f"{owned.arn}/*") if bucket else (owned.arn,)
        limited = inside(clause, wholes)
        if not limited.is_exact:
            self._inexact.append(f"a statement of the policy of {owned.arn} reaches beyond it")
        for one in limited.denies:
            if statement.deny:
                self._denies.append(("Resource", one))
            elif limited.is_exact:
                self._allows.append(one)
                if naming is Naming.DIRECT:
                    self._direct.append(one)

    def _add_trust(self) -> None:
        """Add which roles trust the identity itself, and which keep it out."""
        if self._prober.kind in ("group", "root"):
            return
        self._not_said.append("the trust policies of roles decide beside it")
        caller = self._prober.caller
        for role in self._prober.surroundings.roles_for(caller):
            for statement in role.statements:
                element = statement.principal
                naming = None if element is None else element.applies(caller, deny=statement.deny)
                if naming is None or (naming is Naming.ACCOUNT and not statement.deny):
                    continue
                clause = _trust_clause(statement, role.arn)
                if clause is None:
                    continue
                if statement.deny:
                    self._denies.append(("Trust", clause))
                    continue
                self._allows.append(clause)
                # A boundary limits a user who is trusted (E43).
                if naming is Naming.DIRECT and self._prober.kind != "user":
                    self._direct.append(clause)

    # --- what is not in it ---------------------------------------------------------------

    def _add_gaps(self) -> None:
        known = self._prober.layers
        for item in known.unknown[:-1] if known.unknown_boundary else known.unknown:
            name = friendly_name(item.key)
            self._not_said.append(f"the document of {name} is not known and not counted")
        self._not_said.append("policies of resources, also of other accounts, decide beside it")
        lacking = [_LAYERS[layer] for layer in known.not_in_file if layer in _LAYERS]
        if lacking:
            self._not_said.append(f"not in this file: {', '.join(lacking)}")


_SCP = LayerKind.SERVICE_CONTROL
_LAYERS = {
    "service_control": "SCPs",
    "resource_control": "RCPs",
    "resource": "resource policies",
}


def _compiled(documents: Iterable[Document], kind: LayerKind) -> Iterator[Statement]:
    for document in documents:
        yield from document.compiled.statements(SHORT_ARNS[kind])


def _reached(actions: Iterable[str]) -> Iterator[str]:
    """Yield what of some actions RCPs reach (E37)."""
    for action in actions:
        pattern = compile_pattern(action)
        if pattern.everything:
            yield from (f"{service}:*" for service in sorted(RCP_SERVICES))
        elif pattern.service in RCP_SERVICES:
            yield action


def _with_owner(clause: Clause, account: str) -> Clause:
    """Let a clause be about the resources of one account only."""
    operators = {one.operator for one in clause.conditions if one.key.lower() == _OWNER.lower()}
    operator = next(
        one
        for one in (
            "StringEquals",
            "StringLike",
            "StringEqualsIgnoreCase",
            "ForAnyValue:StringLike",
        )
        if one not in operators
    )
    own = Condition(operator, _OWNER, (account,))
    return clause._replace(conditions=(*clause.conditions, own))


def _trust_clause(statement: Statement, role: str) -> Clause | None:
    """Return a statement of a trust policy, which has no Resource, as one of an identity policy."""
    if statement.dead:
        return None
    actions = tuple(
        action
        for action in _TRUST_NAMES
        if statement.covers_action("sts", action.partition(":")[2].lower())
    )
    conditions = taken(statement)
    if not actions or conditions is None:
        return None
    return Clause(actions=actions, resources=(role,), conditions=conditions)


_TRUST_NAMES = ("sts:AssumeRole", "sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession")
"""The actions with a trust policy that are signed, as AWS spells them."""
