"""AWS's own facts, read-only: services, actions, resource types, condition keys, policies, quotas.

Each fact is read when it is asked for, one service at a time.
"""

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
    match,
    nearest_actions,
    service_name,
    services,
    wildcard_only,
)
from iam_tui.catalog.condition_keys import (
    ConditionKey,
    condition_key,
    condition_keys,
    global_condition_keys,
    is_multivalued,
)
from iam_tui.catalog.index import LEVELS, ActionIndex, ServiceIndex, action_index
from iam_tui.catalog.resources import ResourceType, resource_type, resource_types

__all__ = [
    "LEVELS",
    "ActionDetails",
    "ActionIndex",
    "ConditionKey",
    "ResourceType",
    "ServiceIndex",
    "access_level",
    "action_details",
    "action_index",
    "actions",
    "canonical",
    "condition_key",
    "condition_keys",
    "data_date",
    "data_version",
    "global_condition_keys",
    "is_known",
    "is_multivalued",
    "match",
    "nearest_actions",
    "resource_type",
    "resource_types",
    "service_name",
    "services",
    "wildcard_only",
]
