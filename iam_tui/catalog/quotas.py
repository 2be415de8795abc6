"""AWS's quotas for IAM and Organizations, as of 2026-10.

IAM User Guide: "IAM and AWS STS quotas"; Organizations User Guide: "Quotas and service limits"
(EVALUATION rules G26 to G28). Where AWS raises a quota on request, the raised one stands here:
an account may have it, and an edit must not be refused that AWS would accept.
"""

from __future__ import annotations

GROUPS_PER_USER = 10
ACCESS_KEYS_PER_USER = 2
MFA_DEVICES_PER_USER = 8
POLICY_VERSIONS = 5
TAGS = 50

MANAGED_POLICIES_PER_USER = 20
"""10 unless raised."""
MANAGED_POLICIES_PER_GROUP = 10
MANAGED_POLICIES_PER_ROLE = 25
"""10 unless raised."""

MANAGED_POLICY_SIZE = 6144
"""Characters of one version, white space not counted."""
INLINE_POLICIES_SIZE = {"user": 2048, "group": 5120, "role": 10_240}
"""Characters of all inline policies of one identity together, white space not counted."""
TRUST_POLICY_SIZE = 8192
"""2048 unless raised."""
