"""Why no edit of the account allows a request, and who could change that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.analysis.fixes_moves import obstacle
from iam_tui.policy.requests import LayerKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam_tui.analysis.why_not_request import Trial

_BY_ORGANIZATION = "which is changed in the organization's management account"
_DENIED: Mapping[str, str] = {
    LayerKind.SERVICE_CONTROL: f"a service control policy denies it, {_BY_ORGANIZATION}",
    LayerKind.RESOURCE_CONTROL: f"a resource control policy denies it, {_BY_ORGANIZATION}",
    LayerKind.RESOURCE: "the policy of the resource denies it; it is changed at the resource",
    LayerKind.SESSION: "the session policy denies it; begin the session with another one",
}
_LACKING: Mapping[str, str] = {
    "SCP": f"no service control policy of a level allows it, {_BY_ORGANIZATION}",
    "session": "the session policy does not allow it; begin the session with a wider one",
    "federated": "the federated user has no session policy; begin the session with one",
    "resource": "only the policy of the resource could allow this caller; it is changed there",
    "unknown-resource": "only the resource's policy could allow it, and it is not in this file",
    "owner": "the owner of the resource has to allow it in the resource's policy",
    "unknown-owner": "the owner of the resource has to allow it; its policy is not in this file",
    "key-policy": "the key policy has to name the caller or its account; it is changed at the key",
    "unknown-key-policy": "the key policy has to allow it, and it is not in this file",
    "provider": "only an identity provider can make this call",
    "trust": "the trust policy of the role has to name the caller",
    "identity": "the caller's own policies have to allow it, and they are not in this file",
}


def beyond_edits(found: Trial) -> str:
    """Return what stands in the way where no edit helps."""
    at = obstacle(found)
    if at.how == "refused":
        return f"AWS refuses it whatever the policies allow: {at.what}"
    words = _DENIED if at.how == "deny" else _LACKING
    return words.get(at.what, found.simulation.reason)
