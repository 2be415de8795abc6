"""AWS's own facts, read-only: services, actions, access levels, managed policies, quotas."""

from __future__ import annotations

from iam_tui.catalog.actions import (
    ActionDetails,
    access_level,
    action_details,
    actions,
    canonical,
    data_date,
    data_version,
    is_known,
    is_multivalued,
    match,
    nearest_actions,
    service_name,
    services,
    wildcard_only,
)
from iam_tui.catalog.index import LEVELS, ActionIndex, ServiceIndex, action_index

__all__ = [
    "LEVELS",
    "ActionDetails",
    "ActionIndex",
    "ServiceIndex",
    "access_level",
    "action_details",
    "action_index",
    "actions",
    "canonical",
    "data_date",
    "data_version",
    "is_known",
    "is_multivalued",
    "match",
    "nearest_actions",
    "service_name",
    "services",
    "wildcard_only",
]
