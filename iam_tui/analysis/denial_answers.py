"""An AccessDenied message beside what the account file says of the same request.

Where the two differ, something that the file does not have made the difference: a layer that no
file can hold, one that this file lacks, a key of the request, or a change since it was written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import friendly_name
from iam_tui.account.context import known_resource
from iam_tui.analysis import denial_messages as words
from iam_tui.analysis.denial_messages_operations import candidates
from iam_tui.analysis.why_not import Reasons
from iam_tui.analysis.why_not_request import Ask
from iam_tui.errors import UnknownName, UsageError
from iam_tui.policy.requests import LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.account.layers import Layers
    from iam_tui.analysis.assumptions import Credentials
    from iam_tui.analysis.denial_messages import Denial
    from iam_tui.analysis.simulation import Simulation
    from iam_tui.policy.documents import Document
    from iam_tui.policy.requests import ContextValue

_NAMES = {
    words.IDENTITY: "identity-based policies",
    words.RESOURCE: "the resource-based policy",
    words.BOUNDARY: "the permissions boundary",
    words.SESSION: "a session policy",
    words.SCP: "service control policies",
    words.RCP: "resource control policies",
    words.ENDPOINT: "a VPC endpoint policy",
    words.TRUST: "the role's trust policy",
    words.PUBLIC_ACCESS: "S3 Block Public Access",
}
_RESULTS = {words.TRUST: LayerKind.RESOURCE.value}
"""Layer of a message -> its name in a decision, where that is another."""

_MASKED = re.compile(r":\*{6,8}(?P<end>\d{4}):")
_KIND = re.compile(r"(?P<kind>user|role|group|policy|instance profile|mfa) (?P<name>\S+)")
_DECODE = "aws sts decode-authorization-message --encoded-message"


class IncompleteDenialError(UsageError):
    """A message that does not say who asked, or for what."""

    def __init__(self, problem: str, remedy: str, lacking: tuple[str, ...]) -> None:
        """Keep apart what is wrong and what to do, as a screen has fields where a verb has flags.

        Args:
            problem: What the message does not say.
            remedy: How to get at it, where there is a way; empty where there is none.
            lacking: What has to be given: `principal`, `action`.
        """
        self.problem, self.remedy, self.lacking = problem, remedy, lacking
        flags = " and ".join(f"--{name}" for name in lacking)
        also = f": {remedy}, or add {flags}" if remedy else f"; add {flags}"
        super().__init__(f"{problem}{also}")


class DenialAnswer(NamedTuple):
    """What the account file says of a denied request."""

    denial: Denial
    reasons: Reasons
    agrees: bool
    """Whether the file denies it too, and for the reason that AWS names."""
    verdict: str
    """One sentence that sets both side by side."""
    explanations: tuple[str, ...]
    """What could explain a difference; none where there is none."""


def explain_denial(  # noqa: PLR0913 - what a message leaves open
    account: Account,
    denial: Denial,
    *,
    principal: str | None = None,
    action: str | None = None,
    resource: str | None = None,
    resource_account: str | None = None,
    context: Mapping[str, ContextValue] | None = None,
    credentials: Credentials = "access-key",
    session: Sequence[Document] = (),
) -> DenialAnswer:
    """Return the request of a message as the account decides it, and how both compare.

    Args:
        account: The account.
        denial: The message, taken apart.
        principal: Wins over that of the message, as the others do; who asked, where it is silent.
        action: What was asked.
        resource: On what.
        resource_account: Owner of the resource where neither ARN nor file says it.
        context: More keys of the request.
        credentials: How a user signed.
        session: Session policies of a role session or federated user.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When neither the message nor the caller says who asked, or for what.
    """
    who, what = principal or denial.principal, action or denial.action
    _refuse_incomplete(denial, who, what)
    target = resource or _resource(account, denial)
    keys = {**denial.context, **(context or {})}
    ask = Ask(who, what, target, keys, resource_account, credentials, session)
    reasons = Reasons(account, ask)
    agrees = _agrees(denial, reasons)
    explanations = () if agrees else tuple(_explanations(account, denial, reasons))
    verdict = _verdict(denial, reasons, agrees=agrees)
    return DenialAnswer(denial, reasons, agrees, verdict, explanations)


def _refuse_incomplete(denial: Denial, who: str, what: str) -> None:
    """Refuse a message that does not say who asked for what.

    Raises:
        IncompleteDenialError: With what is missing, and how to get at it.
    """
    asked = (("principal", who), ("action", what))
    lacking = tuple(name for name, value in asked if not value)
    if not lacking:
        return
    missing = " and ".join(lacking)
    if denial.encoded:
        raise IncompleteDenialError(
            f"the message is encoded and does not say its {missing}",
            f"decode it by {_DECODE} {_shortened(denial.encoded)} and paste what that gives",
            lacking,
        )
    several = candidates(denial.operation) if denial.operation and not what else ()
    hint = f" ({denial.operation} may be {' or '.join(several[:4])})" if several else ""
    raise IncompleteDenialError(f"the message does not say its {missing}{hint}", "", lacking)


def _shortened(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:21]}..."


def _resource(account: Account, denial: Denial) -> str | None:
    """Return the resource as an ARN; IAM names its own as `role Deploy`."""
    text = denial.resource
    kind = _KIND.fullmatch(text)
    if kind is None:
        return _unmasked(account, text) or None
    name = kind["name"]
    if name.startswith("arn:"):
        return name
    noun = kind["kind"].replace(" ", "-")
    if noun == "policy":
        try:
            return account.resolve_policy(name)
        except UnknownName:
            pass
    elif noun in ("user", "group", "role"):
        try:
            return account.resolve(f"{noun}/{name}")
        except UnknownName:
            pass
    return f"arn:{account.partition}:iam::{account.id}:{noun}/{name}"


def _unmasked(account: Account, text: str) -> str:
    """Return an ARN with the account's number where a message has only its end."""
    masked = _MASKED.search(text)
    if masked is not None and account.id.endswith(masked["end"]):
        return text.replace(masked[0], f":{account.id}:")
    return text


# --- both side by side --------------------------------------------------------------------------


def _results(denial: Denial, found: Simulation) -> list[str]:
    """Return what the layer that AWS names says here, level by level."""
    name = _RESULTS.get(denial.layer, denial.layer)
    return [result.outcome for result in found.layers.values() if result.name == name]


def _agrees(denial: Denial, reasons: Reasons) -> bool:
    if reasons.allowed:
        return False
    if not denial.layer:
        is_explicit = reasons.simulation.decision == "explicitDeny"
        return denial.effect != "explicit" or is_explicit
    results = _results(denial, reasons.simulation)
    if denial.layer == words.SCP:
        # AWS said "explicit deny" for a lacking Allow of an SCP too, until 2021.
        agrees = "explicit" in results or "implicit" in results
    elif denial.effect == "explicit":
        agrees = "explicit" in results
    else:
        agrees = "implicit" in results or _is_lacking(denial, reasons)
    return agrees and not (denial.policy and _other_policy(denial, reasons))


def _is_lacking(denial: Denial, reasons: Reasons) -> bool:
    """Whether what AWS says is lacking has no layer here: a resource without a policy."""
    return denial.layer == words.RESOURCE and not _results(denial, reasons.simulation)


def _other_policy(denial: Denial, reasons: Reasons) -> str:
    """Return which policy denies here, where it is not the one that AWS names."""
    name = _RESULTS.get(denial.layer, denial.layer)
    keys = [
        statement.key.rpartition("[")[0]
        for layer in reasons.layers
        if layer.name == name
        for statement in layer.statements
        if statement.effect == "Deny"
    ]
    if not keys or any(_is_policy(reasons.account, key, denial.policy) for key in keys):
        return ""
    return keys[0]


def _is_policy(account: Account, key: str, arn: str) -> bool:
    """Whether a policy's node is the one with an ARN; an organization's has its id there."""
    if key == arn:
        return True
    organization = account.organization
    if organization is None or not key.startswith("organization/"):
        return False
    name = key.rpartition("#")[2]
    found = next((item for item in organization.policies if item.name == name), None)
    # Without an id in the file, nothing speaks against it.
    return found is None or found.id is None or found.id == friendly_name(arn)


def _said(denial: Denial) -> str:
    """Return the reason of a message in our words."""
    if not denial.layer:
        return "an explicit deny" if denial.effect == "explicit" else "no reason"
    name = _NAMES[denial.layer]
    if denial.layer == words.PUBLIC_ACCESS:
        return name
    return f"an explicit deny in {name}" if denial.effect == "explicit" else f"no Allow in {name}"


def _verdict(denial: Denial, reasons: Reasons, *, agrees: bool) -> str:
    said = _said(denial)
    if agrees:
        named = "" if said == "no reason" else f", and for the same reason: {said}"
        return f"AWS denied it, and by this file it is denied too{named}"
    if reasons.allowed:
        named = "" if said == "no reason" else f" ({said})"
        return f"AWS denied it{named}, but by this file it is allowed: {reasons.reason}"
    other = _other_policy(denial, reasons) if denial.policy else ""
    if other:
        theirs, ours = friendly_name(denial.policy), friendly_name(other).rpartition("#")[2]
        return f"AWS names the policy {theirs}; by this file {ours} denies it"
    return f"AWS names {said}; by this file it is denied because {reasons.reason}"


# --- what could explain a difference ------------------------------------------------------------


def _explanations(account: Account, denial: Denial, reasons: Reasons) -> Iterator[str]:
    found = reasons.simulation
    if found.kind == "outside" and denial.principal:
        yield f"{denial.principal} is of another account than this file, {account.id}"
    if denial.layer:
        yield from _of_layer(account, denial, reasons)
    else:
        for layer in (words.SCP, words.RCP, words.RESOURCE, words.SESSION, words.ENDPOINT):
            yield from _unknown(account, layer, reasons)
        yield from _unknown(account, words.IDENTITY, reasons)
    if found.missing:
        listed = ", ".join(found.missing)
        yield f"the message does not say {listed}, which could change the answer (--context)"
    if denial.resource == "" and "*" in found.resource:
        yield "the message names no resource, so any resource was asked about (--resource)"


def _of_layer(account: Account, denial: Denial, reasons: Reasons) -> Iterator[str]:
    unknown = tuple(_unknown(account, denial.layer, reasons))
    yield from unknown
    if unknown:
        return
    name = _NAMES[denial.layer]
    if denial.policy and not _is_known(account, denial.policy):
        yield f"the file has no policy {denial.policy}: it may be older than the account"
    else:
        yield f"the file has {name} and they say otherwise: it may be older than the account"


def _is_known(account: Account, arn: str) -> bool:
    if ":iam::" in arn:
        return account.policy(arn) is not None
    organization = account.organization
    policies = () if organization is None else organization.policies
    return any(item.id == friendly_name(arn) for item in policies)


_IN_NO_FILE = {
    words.ENDPOINT: "a VPC endpoint policy is part of no account file; look at the call's endpoint",
    words.PUBLIC_ACCESS: "S3 Block Public Access is part of no account file; look at the bucket",
}


def _unknown(account: Account, layer: str, reasons: Reasons) -> Iterator[str]:
    """Yield why a layer is not, or not wholly, known."""
    found = reasons.simulation
    if layer in _IN_NO_FILE:
        yield _IN_NO_FILE[layer]
    elif layer == words.SESSION:
        if found.kind in ("session", "role", "outside") and not reasons.ask.session:
            yield "a session policy, given when the session began, is part of no account file"
    elif layer in (words.RESOURCE, words.TRUST):
        if found.policies.resource is None and known_resource(account, found.resource) is None:
            what = "trust policy of the role" if layer == words.TRUST else "policy of the resource"
            yield f"the {what} is not in this file; --with adds resources"
    else:
        yield from _unknown_of_caller(layer, found.applied)


def _unknown_of_caller(layer: str, applied: Layers) -> Iterator[str]:
    """Yield why a layer that follows the caller is not, or not wholly, known."""
    if layer in (words.SCP, words.RCP):
        field = "service_control" if layer == words.SCP else "resource_control"
        if field in applied.not_in_file:
            yield f"{layer}s are not in this file; --with adds an organization"
    elif layer == words.BOUNDARY:
        if applied.unknown_boundary:
            yield "the document of the permissions boundary is not known"
        elif applied.boundary is None:
            yield "the file has no permissions boundary for the caller"
    else:
        for item in applied.unknown:
            yield f"the document of {friendly_name(item.key)} is not known"
        if "identity" in applied.not_in_file:
            yield "the caller's identity policies are not in this file"
